import { closeSync, fsyncSync, openSync, statSync, writeSync } from 'node:fs'
import { streamLimit } from '../../domain/kernel/ports.ts'
import { copyOf, emptyTree, grow, leafBytesHash, leafHash, packed, rootOf, tileLeaves, unpacked, type Tree } from './merkle.ts'
import { retell } from '../moving.ts'
import { bookPath, hashColumn, leafBytes, openForWriting, rows, walBytes, type Connection } from './store.ts'

/** One append as it crosses to the writer's thread: texts are leaves already. */
export type Append = { stream: string; expected: number; recordedAt: string; ids: readonly string[]; leaves: readonly string[] }
export type Place = { revision: number; position: number }
export type Decision = Place | 'conflict' | 'full'
export type Ledger = {
  readonly size: number
  begin(): void
  decide(append: Append): Decision
  /** Durable when it returns; it throws where that is not certain, and the ledger must then be opened anew. */
  commit(): void
  /** Moves the WAL into the book; false while some reader still needs the old pages. */
  checkpoint(): boolean
  /** 重抄 — every page that the WAL brought, told to it once more. Where a checkpoint stopped at a reader, SQLite takes what it moved for done; a sync of
      the book that fails later may have lost it, and the next one would pass it over and let the WAL be used anew. */
  retell(): void
  walSize(): number
  preallocate(): void
  close(): void
}

type Head = { id: number; revision: number }
const headsKept = 50_000

/** 流头 — the newest revision of the streams spoken of last; any other is a probe of the index. */
function streamHeads(db: Connection) {
  const probe = rows(db, 'SELECT id, (SELECT max(rev) FROM events WHERE stream = streams.id) FROM streams WHERE name = ?')
  const kept = new Map<string, Head>()
  return {
    of(stream: string): Head | undefined {
      const known = kept.get(stream)
      if (known) { kept.delete(stream); kept.set(stream, known); return known }
      const found = probe.get([stream])
      return found && this.keep(stream, { id: found[0], revision: found[1] })
    },
    keep(stream: string, head: Head): Head {
      kept.set(stream, head)
      if (kept.size > headsKept) kept.delete(kept.keys().next().value!)
      return head
    },
  }
}

/** The head row must be what the newest fact and the frontier say, or nothing may be built on it. */
function readHead(db: Connection): Tree {
  const [size = 0, root, frontier] = rows(db, 'SELECT size, root, frontier FROM head').get([]) ?? []
  const [position, leaf, hash] = rows(db, `SELECT pos, ${leafBytes}, ${hashColumn} FROM events ORDER BY pos DESC LIMIT 1`).get([]) ?? [0]
  const tree = size === 0 ? emptyTree() : unpacked(size, frontier)
  if (position !== size || (size > 0 && !(rootOf(tree).equals(root) && leafBytesHash(leaf).equals(hash))))
    throw new Error(`the head of the book says ${size}, its newest fact ${position}, or their hashes differ: run verify`)
  return tree
}

function deciding(db: Connection, tree: () => Tree, restore: (tree: Tree) => void) {
  const heads = streamHeads(db)
  const addStream = db.prepare('INSERT INTO streams VALUES (?, ?)')
  const addFact = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)')
  const addTile = db.prepare('INSERT INTO tiles VALUES (?, ?)')
  const byId = rows(db, 'SELECT rev, pos FROM events WHERE stream = ? AND id = ?')
  let streams: number = rows(db, 'SELECT max(id) FROM streams').get([])?.[0] ?? 0

  /** The place of the last of them, where all are there already. */
  const told = (head: Head | undefined, ids: readonly string[]): Place | undefined => {
    let last: Place | undefined
    for (const id of ids) {
      const found = head && byId.get([head.id, Buffer.from(id, 'hex')])
      if (!found) return undefined
      last = { revision: found[0], position: found[1] }
    }
    return last
  }
  const write = (streamId: number, { expected, ids, leaves }: Append): void => {
    for (let i = 0; i < ids.length; i++) {
      const leaf = leaves[i]!, hash = leafHash(leaf)
      addFact.run([tree().size + 1, streamId, expected + i + 1, Buffer.from(ids[i]!, 'hex'), leaf, hash] as never)
      const tile = grow(tree(), hash)
      if (tile) addTile.run([tree().size / tileLeaves, tile] as never)
    }
  }
  /** Some of the facts are there and some are not: nothing of this append may stay. */
  const undo = (before: Tree): void => {
    db.exec(`DELETE FROM events WHERE pos > ${before.size}`)
    db.exec(`DELETE FROM tiles WHERE tile > ${Math.floor(before.size / tileLeaves)}`)
    restore(before)
  }

  return (append: Append): Decision => {
    const { stream, expected, ids } = append
    const head = heads.of(stream)
    if (expected !== (head?.revision ?? 0)) return told(head, ids) ?? 'conflict'
    if (expected + ids.length > streamLimit) return told(head, ids) ?? 'full'
    const streamId = head?.id ?? streams + 1
    const before = head && copyOf(tree())
    if (!head) addStream.run([streamId, stream] as never)
    try {
      write(streamId, append)
    } catch (error) {
      if (!before || !String((error as { code?: string }).code).startsWith('SQLITE_CONSTRAINT')) throw error
      undo(before)
      return told(head, ids) ?? 'conflict'
    }
    if (head) head.revision += ids.length
    else heads.keep(stream, { id: streams = streamId, revision: ids.length })
    return { revision: expected + ids.length, position: tree().size }
  }
}

/** 账 — the book as its one writer sees it. Nothing of it survives a failed commit: it is closed, and opened from the disk again. */
export function openLedger(dir: string): Ledger {
  const db = openForWriting(dir)
  let tree: Tree, committed: number, recordedAt = ''
  try { tree = readHead(db); committed = tree.size } catch (error) { db.close(); throw error }
  const decide = deciding(db, () => tree, (before) => { tree = before })
  const setHead = db.prepare('INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?)')
  const checkpoint = rows(db, 'PRAGMA wal_checkpoint(PASSIVE)')
  const wal = `${bookPath(dir)}-wal`
  return {
    get size() { return committed },
    begin: () => { db.exec('BEGIN IMMEDIATE') },
    decide(append) {
      const size = tree.size, decision = decide(append)
      if (tree.size > size) recordedAt = append.recordedAt
      return decision
    },
    commit() {
      if (tree.size > committed) setHead.run([tree.size, rootOf(tree), packed(tree), recordedAt] as never)
      db.exec('COMMIT')
      committed = tree.size
    },
    checkpoint() {
      const [busy, frames, done] = checkpoint.get([]) ?? []
      return busy === 0 && frames === done
    },
    retell: () => { retell(db, bookPath(dir)) },
    walSize: () => statSync(wal, { throwIfNoEntry: false })?.size ?? 0,
    preallocate() {
      // Beyond the last frame nothing is read: a frame is valid only by the WAL's salt and checksum.
      const file = openSync(wal, 'r+')
      try {
        const size = statSync(wal).size
        if (size < walBytes) writeSync(file, Buffer.alloc(walBytes - size), 0, walBytes - size, size)
        fsyncSync(file)
      } finally { closeSync(file) }
    },
    close() {
      // Where deciding threw, its transaction would live on in the closed connection, and whoever opens next could not write.
      try { if (db.inTransaction) db.exec('ROLLBACK') } finally { db.close() }
    },
  }
}
