import type Database from 'libsql'

/** 一并 — all of it or nothing, in a file that this process alone writes. */
export function atomically(db: Database.Database, work: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    work()
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}
