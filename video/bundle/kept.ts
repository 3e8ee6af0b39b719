import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join, relative } from 'node:path'
import type { Readable } from 'node:stream'
import type { Plan } from './manifest.ts'
import { seal, type EvidenceSigner, type Unfit } from './make.ts'
import type { Range } from './coverage.ts'
import { namedSegment } from '../segments.ts'
import { hashOf, tarOf, type Entry, type Packed } from './tar.ts'

/** 成包 — what was sealed for an export, the digest of its tar, and the tar itself as often as it is fetched. */
export type Bundle = { name: string; sha256: string; bytes: number; segments: number; tar(): Readable }
type Kept = { sha256: string; bytes: number; packed: { name: string; madeMs: number; entries: readonly { name: string; bytes: number; sha256: string; original?: string }[] } }

/** 封存的包 — an export is sealed once: whoever fetches it again gets the same bytes. Here lies what is not footage; the originals stay where they are. */
export function keptBundles(dir: string, { store, signer, verifier, clip }: {
  store: string; signer: EvidenceSigner; verifier(): Buffer
  /** 剪辑 of these files, where one can be made. */
  clip?: (files: readonly string[], range: Range) => { content: Buffer } & Range | undefined
}) {
  const folderOf = (id: string) => join(dir, createHash('sha256').update(id).digest('hex').slice(0, 32))
  const making = new Map<string, Promise<Bundle | Unfit>>()

  const bundleOf = (packed: Packed, { sha256, bytes }: { sha256: string; bytes: number }): Bundle =>
    ({ name: packed.name, sha256, bytes, segments: packed.entries.filter(({ name }) => name.startsWith('segments/')).length, tar: () => tarOf(packed) })
  function found(id: string): Bundle | undefined {
    const folder = folderOf(id)
    if (!existsSync(join(folder, 'kept.json'))) return undefined
    const { packed: { entries, ...packed }, ...digest } = JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8')) as Kept
    // What was deleted since cannot leave again: it is sealed anew over what there is, and says what is gone.
    if (entries.some(({ original }) => original !== undefined && !existsSync(join(store, original)))) return undefined
    return bundleOf({ ...packed, entries: entries.map(({ original, ...part }) => ({ ...part, path: original === undefined ? join(folder, part.name) : join(store, original) })) }, digest)
  }
  /** Whole or not at all. */
  function keep(id: string, { entries, ...packed }: Packed, digest: { sha256: string; bytes: number }) {
    const folder = folderOf(id), making = `${folder}.making`
    rmSync(making, { recursive: true, force: true })
    mkdirSync(making, { recursive: true, mode: 0o700 })
    for (const entry of entries) if ('content' in entry) writeFileSync(join(making, entry.name), entry.content, { mode: 0o600 })
    const listed = entries.map((entry: Entry) => ({ name: entry.name, bytes: entry.bytes, sha256: entry.sha256, ...('path' in entry && { original: relative(store, entry.path) }) }))
    writeFileSync(join(making, 'kept.json'), JSON.stringify({ ...digest, packed: { ...packed, entries: listed } } satisfies Kept), { mode: 0o600 })
    rmSync(folder, { recursive: true, force: true }) // one over footage of which something is gone
    renameSync(making, folder)
  }
  const sealed = () => (existsSync(dir) ? readdirSync(dir) : []).map((name) => join(dir, name)).filter((folder) => existsSync(join(folder, 'kept.json'))).map((folder) => {
    const { packed: { entries } } = JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8')) as Kept
    return { folder, shows: entries.flatMap(({ original }) => original === undefined ? [] : [{ camera: original.split('/')[0]!, seq: namedSegment(original)?.seq ?? 0 }]) }
  })
  async function make(id: string, plan: Plan, withClip: boolean): Promise<Bundle | Unfit> {
    const { asked, segments } = plan, files = segments.filter(({ expired }) => expired === undefined).map(({ file }) => join(store, file))
    const cut = withClip ? clip?.(files, asked) : undefined
    const packed = await seal(plan, { store, signer, verifier: verifier(), ...(cut && { clip: cut }) })
    if ('unfit' in packed) return packed
    const digest = await hashOf(tarOf(packed))
    keep(id, packed, digest)
    return bundleOf(packed, digest)
  }
  return {
    /** 随原件而去 — a clip that shows what was deleted, and the bundle that named it. */
    forget(camera: string, seqs: readonly number[]) {
      for (const { folder, shows } of sealed()) if (shows.some((one) => one.camera === camera && seqs.includes(one.seq))) rmSync(folder, { recursive: true, force: true })
    },
    /** Which originals are shown by what lies here. */
    shown: (): { camera: string; seq: number }[] => sealed().flatMap(({ shows }) => shows),
    /** 成包 of an export: as it was sealed, or sealed now. */
    async of(id: string, plan: () => Promise<Plan>, withClip: boolean): Promise<Bundle | Unfit> {
      const begun = making.get(id)
      if (begun) return begun
      const kept = found(id)
      if (kept) return kept
      const made = plan().then((plan) => make(id, plan, withClip)).finally(() => making.delete(id))
      making.set(id, made)
      return made
    },
  }
}
