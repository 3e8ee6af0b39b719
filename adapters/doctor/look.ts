import { existsSync, lstatSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Recorded } from '../../domain/kernel/events.ts'
import { openReader, type BookReader } from '../book/reader.ts'
import { FactUnsound } from '../book/errors.ts'
import { openReadStore } from '../read-store/embedded.ts'
import { footageOf, type FootageSeen } from './footage.ts'
import { readIfThere, writeDurably } from '../transparency/files.ts'
import { headOf } from '../transparency/growth.ts'
import { rangesOf } from '../transparency/tiles.ts'
import { processOf, servingOf, type Serving } from './process.ts'

type Seen = { name: string; mode: number; uid: number; bytes: number }
/** A head that was said of this book, and what the book comes to at that size now. */
export type Compared = { from: 'book' | 'checkpoint' | 'witness' | 'verified'; size: number; said: string; found: string | undefined }
/** 所见 — what stands in a data directory and around it; nothing of it is judged here. */
export type Looked = {
  dir: string; uid: number; owner: number; files: readonly Seen[]; below: string | undefined
  keys: { missing: readonly string[]; sameDevice: boolean }
  disk: { freeBytes: number; freeInodes: number; inodes: number; usedBytes: number }
  book?: { size: number; at: string; firstAt: string; unsound?: { position: number; zh: string; en: string }; compared: readonly Compared[]
    clockFacts: readonly Recorded[]; retention: readonly Recorded[] }
  verified?: { at: string; size: number }
  rows: readonly { name: string; position: number }[]
  people: readonly Record<string, unknown>[]
  witness: { configured: number; threshold: number; seconds: readonly number[] }
  signer?: { socket: string; there: boolean }
  footage?: FootageSeen
  serving?: Serving
  self: Omit<Serving, 'listening'>
  node: string
}
type Witnessed = { of?: string; seen?: Record<string, { size: number; root: string; seconds: number }> }

const newestFacts = 2_000, verifiedName = 'verified.json'
const json = <T>(path: string): T | undefined => { try { return JSON.parse(readIfThere(path) ?? 'null') as T | undefined ?? undefined } catch { return undefined } }

function filesOf(dir: string): Seen[] {
  const seen: Seen[] = []
  const visit = (path: string) => {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (!found) return
    seen.push({ name: relative(dir, path) || '.', mode: found.mode & 0o777, uid: found.uid, bytes: found.size })
    if (found.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name))
  }
  visit(dir)
  return seen
}
/** The nearest folder above that is a backup. */
function backupAbove(dir: string): string | undefined {
  if (existsSync(join(dir, 'manifest.json'))) return dir
  return dirname(dir) === dir ? undefined : backupAbove(dirname(dir))
}
function comparedOf(dir: string, reader: BookReader): Compared[] {
  const { size: now, root } = reader.treeHead(), range = rangesOf(reader)
  const at = (from: Compared['from'], size: number, said: string): Compared => {
    const rootAt = () => { try { return size === 0 || size > now ? undefined : range(0, size).toString('hex') } catch { return undefined } }
    return { from, size, said, found: rootAt() }
  }
  const checkpoint = headOf(readIfThere(join(dir, 'transparency', 'checkpoint')) ?? ''), verified = json<{ size: number; root: string }>(join(dir, verifiedName))
  const witnessed = Object.values(json<Witnessed>(join(dir, 'transparency', 'witnessed.json'))?.seen ?? {})
  return [...now > 0 ? [at('book', now, root.toString('hex'))] : [], ...checkpoint ? [at('checkpoint', checkpoint.size, checkpoint.root.toString('hex'))] : [],
    ...witnessed.map(({ size, root }) => at('witness', size, root)), ...verified ? [at('verified', verified.size, verified.root)] : []]
}
function bookOf(dir: string): Looked['book'] {
  if (!existsSync(join(dir, 'book.db'))) return undefined
  const reader = openReader(dir)
  try {
    const { size, at } = reader.treeHead()
    let unsound: { position: number; zh: string; en: string } | undefined, firstAt = at, clockFacts: readonly Recorded[] = [], retention: readonly Recorded[] = []
    try {
      firstAt = reader.batch(0, 1)[0]?.meta.recordedAt ?? at
      const newest = reader.batch(Math.max(0, size - newestFacts))
      if (newest.length < Math.min(size, newestFacts)) unsound = { position: size - newestFacts + newest.length + 1, zh: '缺事实', en: 'facts are missing' }
      clockFacts = reader.readStream('platform-clock.main')
      retention = reader.readStream('evidence-policy.retention')
    } catch (error) {
      if (!(error instanceof FactUnsound)) throw error
      unsound = { position: error.position, zh: error.zh, en: error.en }
    }
    return { size, at, firstAt, ...(unsound && { unsound }), compared: comparedOf(dir, reader), clockFacts, retention }
  } finally { reader.close() }
}
async function rowsOf(dir: string, files: readonly Seen[], retention: readonly Recorded[]): Promise<Pick<Looked, 'rows' | 'people' | 'footage'>> {
  if (!existsSync(join(dir, 'rows'))) return { rows: [], people: [] }
  const store = openReadStore(join(dir, 'rows')), people: Record<string, unknown>[] = []
  try {
    const rows = await Promise.all(store.collections().map(async (name) => ({ name, position: await store.checkpoint(name) })))
    if (store.collections().includes('people')) for await (const batch of store.scan('people')) people.push(...batch.map(({ row }) => row))
    const footage = await footageOf(dir, store, retention, (below) => files.reduce((sum, { name, bytes }) => name.startsWith(below) ? sum + bytes : sum, 0))
    return { rows, people, ...(footage && { footage }) }
  } finally { await store.close() }
}
function witnessOf(dir: string): Looked['witness'] {
  const listed = json<{ witnesses?: unknown[]; threshold?: number }>(join(dir, 'witnesses.json')), kept = json<Witnessed>(join(dir, 'transparency', 'witnessed.json'))
  const configured = Math.max(listed?.witnesses?.length ?? 0, (kept?.of ?? '').split(' ').filter((vkey) => vkey !== '').length)
  return { configured, threshold: listed?.threshold ?? Math.floor(configured / 2) + 1, seconds: Object.values(kept?.seen ?? {}).map(({ seconds }) => seconds).sort((a, b) => b - a) }
}

/** 看 — reads only, beside whoever serves the directory. */
export async function lookAt(dir: string): Promise<Looked> {
  const files = filesOf(dir), disk = statfsSync(dir), keysDir = join(dir, 'keys'), signer = readIfThere(join(dir, 'transparency', 'signer'))?.trim()
  const verified = json<{ at: string; size: number }>(join(dir, verifiedName)), serving = servingOf(dir), book = bookOf(dir)
  const { rows, people, footage } = await rowsOf(dir, files, book?.retention ?? [])
  return {
    dir, uid: process.getuid?.() ?? 0, owner: statSync(dir).uid, files, below: backupAbove(dir),
    keys: { missing: ['master.key', 'blind.key', 'keys.db'].filter((name) => !existsSync(join(keysDir, name))), sameDevice: existsSync(keysDir)
      && statSync(keysDir).dev === statSync(dir).dev },
    disk: { freeBytes: disk.bavail * disk.bsize, freeInodes: disk.ffree, inodes: disk.files, usedBytes: files.reduce((sum, { bytes }) => sum + bytes, 0) },
    ...(book && { book }), ...(verified && { verified }), rows, people, witness: witnessOf(dir),
    ...(signer !== undefined && { signer: { socket: signer, there: existsSync(signer) } }), ...(footage && { footage }),
    ...(serving && { serving }), self: processOf(process.pid), node: process.version,
  }
}

/** 核验所记 — when the whole book was last recomputed, and to what: `doctor` compares. Kept in a data directory only, where it can be. */
export function rememberVerified(dir: string, { size, root }: { size: number; root: string }): void {
  if (!existsSync(join(dir, 'keys'))) return
  try { writeDurably(join(dir, verifiedName),
    `${JSON.stringify({ at: new Date().toISOString(), size, root })}\n`) } catch { /* Somebody else's directory, or one that cannot be written: it was verified all the same. */ }
}
