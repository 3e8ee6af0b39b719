import type { Recorded } from '../../domain/kernel/events.ts'
import { FactUnsound } from './errors.ts'
import { factOf } from './leaf.ts'
import { emptyTree, leafBytesHash, rootOf } from './merkle.ts'
import { hashColumn, leafBytes, openForReading, rows } from './store.ts'

export const batchFacts = 2_000

/** 树头 — what the whole book comes to: signed, handed to witnesses and compared. `at`: when its newest fact was recorded. */
export type TreeHead = { size: number; root: Buffer; at: string }
/** 读者 — a connection of its own, usable in any thread or process; everything at once and without waiting. */
export type BookReader = {
  readStream(stream: string): readonly Recorded[]
  /** The facts after a position, at most a batch, and none beyond `upTo`. */
  batch(after: number, upTo?: number): readonly Recorded[]
  /** Hashes of the leaves after a position, as they are stored: for proofs, at most a batch. */
  leafHashes(after: number, upTo?: number): readonly Buffer[]
  size(): number
  treeHead(): TreeHead
  close(): void
}

function sound(position: number, leaf: unknown, hash: unknown): Recorded {
  if (!Number.isSafeInteger(position)) throw new FactUnsound(position, '位置超出安全整数', 'its position is beyond the safe integers')
  if (!Buffer.isBuffer(leaf) || !Buffer.isBuffer(hash) || !leafBytesHash(leaf).equals(hash))
    throw new FactUnsound(position, '内容与其哈希不符', 'its text is not what was hashed')
  return factOf(leaf.toString('utf8', 1), position)
}

export function openReader(dir: string): BookReader {
  const db = openForReading(dir)
  const idOf = rows(db, 'SELECT id FROM streams WHERE name = ?')
  const ofStream = rows(db, `SELECT pos, ${leafBytes}, ${hashColumn} FROM events WHERE stream = ? ORDER BY rev`)
  const after = rows(db, `SELECT pos, ${leafBytes}, ${hashColumn} FROM events WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ${batchFacts}`)
  const hashes = rows(db, `SELECT ${hashColumn} FROM events WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ${batchFacts}`)
  const size = rows(db, 'SELECT size FROM head')
  const head = rows(db, 'SELECT size, root, CAST(at AS BLOB) FROM head')
  return {
    readStream(stream) {
      const id = idOf.get([stream])
      if (!id) return []
      return ofStream.all([id[0]]).map(([position, leaf, hash], i) => {
        const fact = sound(position, leaf, hash)
        if (fact.meta.stream !== stream || fact.meta.revision !== i + 1)
          throw new FactUnsound(position, `不是 ${stream} 的第 ${i + 1} 条`, `it is not revision ${i + 1} of ${stream}`)
        return fact
      })
    },
    batch: (position, upTo = Number.MAX_SAFE_INTEGER) => after.all([position, upTo]).map(([pos, leaf, hash]) => sound(pos, leaf, hash)),
    leafHashes: (position, upTo = Number.MAX_SAFE_INTEGER) => hashes.all([position, upTo]).map(([hash]) => hash),
    size: () => size.get([])?.[0] ?? 0,
    treeHead() {
      const [leaves, root, at] = head.get([]) ?? []
      return leaves ? { size: leaves, root, at: String(at) } : { size: 0, root: rootOf(emptyTree()), at: '' }
    },
    close: () => { db.close() },
  }
}
