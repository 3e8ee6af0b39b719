import { readFileSync } from 'node:fs'
import type Database from 'libsql'

/** Pages in the frames of a WAL that are of its present round: a header of 32 bytes with the page size and two salts, then frames of 24 bytes and a page. */
function pagesIn(wal: Buffer): number[] {
  const pages = new Set<number>(), step = wal.length < 32 ? 0 : 24 + wal.readUInt32BE(8)
  for (let at = 32; step > 24 && at + step <= wal.length && wal.subarray(at + 8, at + 16).equals(wal.subarray(16, 24)); at += step) pages.add(wal.readUInt32BE(at))
  return [...pages]
}
/** 重述 — after a sync that failed, the kernel calls the pages that had been moved clean, though they may be in memory alone, and SQLite takes them for moved. Told
    once more into the WAL, they are moved once more. */
export function retell(db: Database.Database, path: string): void {
  const again = db.prepare('UPDATE sqlite_dbpage SET data = data WHERE pgno = ?')
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const page of pagesIn(readFileSync(`${path}-wal`))) again.run([page] as never)
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** 搬运 — moves a small store's WAL into its file by hand, never by SQLite's own account: where a move failed, all of it is told again before the next one.
    `every`: after so many writes. */
export function movedByHand(db: Database.Database, path: string, every = 200) {
  db.exec('PRAGMA wal_autocheckpoint=0')
  let unsure = false, written = 0
  const move = (how: 'PASSIVE' | 'TRUNCATE'): boolean => {
    if (unsure) retell(db, path)
    unsure = true
    const [busy] = (db.prepare(`PRAGMA wal_checkpoint(${how})`).raw() as unknown as { all(): [number][] }).all()[0] ?? [1]
    unsure = false
    return busy === 0
  }
  return {
    /** Throws where the disk does; `false` where somebody reads just now and it was not done to the end. */
    move,
    /** After each write; a disk in trouble is told of by the write that follows, which is in the log already and safe there. */
    tidy(): void {
      if (++written % every !== 0) return
      try { move('PASSIVE') } catch { /* Told again, and moved the next time. */ }
    },
    /** Closing moves what is left and takes the log away: what may be lost is told again first; where that fails the file is left as it lies, its log beside it, for the next life. */
    close(): void {
      if (unsure) try { move('PASSIVE') } catch { return }
      db.close()
    },
  }
}
