import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { holesIn, type Range } from './coverage.ts'
import { bundleName, manifestOf, segmentName, type Part, type Plan } from './manifest.ts'
import { fileHash, type Entry, type Packed } from './tar.ts'
import { howToVerify } from './verify-text.ts'

/** 签名钥 — Ed25519; the fingerprint is the SHA-256 of the public key's DER. */
export type EvidenceSigner = { pem: string; fingerprint: string; sign(bytes: Buffer): Buffer }
/** 拒绝封包 — what lies on the disk is not what the book says, or the book says nothing of a stretch. */
export type Unfit = { unfit: 'segment-missing' | 'segment-altered'; seq: number } | { unfit: 'silent-hole'; hole: Range }
type With = {
  /** The folder of the footage. */
  store: string
  signer: EvidenceSigner
  /** verify.mjs, as it goes into the bundle. */
  verifier: Buffer
  /** 剪辑, where one was asked for. */
  clip?: Range & { content: Buffer }
}

const held = (name: string, content: Buffer | string): Entry => {
  const bytes = Buffer.from(content)
  return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), content: bytes }
}
/** The originals, each read to its end and compared with its fact before anybody signs for it. */
async function originals(plan: Plan, store: string): Promise<Entry[] | Unfit> {
  const entries: Entry[] = []
  for (const segment of plan.segments) {
    if (segment.expired !== undefined) continue
    const path = join(store, segment.file), found = await fileHash(path).catch(() => undefined)
    if (!found) return { unfit: 'segment-missing', seq: segment.seq }
    if (found.sha256 !== segment.sha256 || found.bytes !== segment.bytes) return { unfit: 'segment-altered', seq: segment.seq }
    entries.push({ name: segmentName(segment), ...found, path })
  }
  return entries
}

/** What the book says nothing of: neither a picture nor why there is none. */
function silence({ segments, gaps, asked }: Plan): Range | undefined {
  // A gap that nobody has said the end of ends where there is a picture again: it is the cause of nothing behind that.
  const endOf = (fromMs: number) => Math.min(asked.toMs, ...segments.filter(({ startMs }) => startMs >= fromMs).map(({ startMs }) => startMs))
  const told = [...segments.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs })), ...gaps.map(({ fromMs, toMs = endOf(fromMs) }) => ({ fromMs, toMs }))]
  // Before the first of all its segments a camera was not there.
  return holesIn(asked, segments[0]?.seq === 1 ? [{ fromMs: 0, toMs: segments[0].startMs }, ...told] : told)[0]
}
/** 封包, once the book and the disk agree. */
export async function seal(plan: Plan, more: With): Promise<Packed | Unfit> {
  const hole = silence(plan)
  return hole ? { unfit: 'silent-hole', hole } : packed(plan, more)
}
/** manifest.json names SHA256SUMS by its hash, that names all others: one signature is over everything. */
export async function packed(plan: Plan, { store, signer, verifier, clip }: With): Promise<Packed | Unfit> {
  const segments = await originals(plan, store)
  if ('unfit' in segments) return segments
  const beside = [held('signer.pem', signer.pem), held('verify.mjs', verifier), ...(clip ? [held('clip.mp4', clip.content)] : [])]
  const count = 4 + beside.length + segments.length, text = held('VERIFY.txt', howToVerify(bundleName(plan), count, clip !== undefined))
  const listed = [text, ...beside, ...segments], sums = held('SHA256SUMS', listed.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''))
  const parts = listed.map(({ name, bytes, sha256 }): Part => ({ name, bytes, sha256 }))
  const manifest = manifestOf(plan, { parts, sums: sums.sha256, count, signer: signer.fingerprint, clip: clip && { fromMs: clip.fromMs, toMs: clip.toMs } })
  return { name: bundleName(plan), madeMs: Date.parse(plan.made.at), entries: [held('manifest.json', manifest), held('manifest.sig', signer.sign(manifest)), sums, ...listed] }
}
