import { chmodSync } from 'node:fs'
import Database from 'libsql'
import type { BlindIndex, BlindWord } from '../../projections/read-store.ts'
import { atomically } from '../atomically.ts'

const format = 2

/** 盲索引 in a file of its own beside the rows; in memory for one question alone. `mark`: a word of the key that makes the words; where another
    key made those in the file, they are worth nothing. */
export function openBlindIndex(path: string | undefined, mark: string): BlindIndex {
  const db = new Database(path ?? ':memory:')
  if (path !== undefined) chmodSync(path, 0o600)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA cache_size=-4000; PRAGMA busy_timeout=5000')
  db.exec(`CREATE TABLE IF NOT EXISTS about(format INT, mark TEXT, position INT)
    ; CREATE TABLE IF NOT EXISTS words(word TEXT, subject TEXT, matter TEXT, key TEXT, PRIMARY KEY(word, key, subject, matter)) WITHOUT ROWID
    ; CREATE INDEX IF NOT EXISTS words_of ON words(subject, matter)`)
  const clear = () => atomically(db, () => { db.exec('DELETE FROM words; DELETE FROM about'); db.prepare('INSERT INTO about VALUES(?,?,0)').run(format, mark) })
  const about = db.prepare('SELECT format, mark, position FROM about').raw() as unknown as { all(): [number, string, number][] }
  const [known] = about.all()
  if (known?.[0] !== format || known[1] !== mark) clear()
  const add = db.prepare('INSERT OR IGNORE INTO words VALUES(?,?,?,?)'), reach = db.prepare('UPDATE about SET position=?')
  const find = db.prepare('SELECT DISTINCT key FROM words WHERE word IN (SELECT value FROM json_each(?))').raw() as unknown as { all(words: string): [string][] }
  return {
    position: () => about.all()[0]![2],
    put: (words: readonly BlindWord[], position) => atomically(db, () => {
      for (const { word, subject, matter, key } of words) add.run(word, subject, matter, key)
      reach.run(position)
    }),
    find: (words) => find.all(JSON.stringify(words)).map(([key]) => key),
    forget(subject, matter) {
      const { changes } = matter === undefined ? db.prepare('DELETE FROM words WHERE subject=?').run(subject)
        : db.prepare('DELETE FROM words WHERE subject=? AND matter=?').run(subject, matter)
      if (changes > 0) db.exec('PRAGMA wal_checkpoint(TRUNCATE)') // nothing of it stays behind in the log
    },
    clear,
    close: () => { db.close() },
  }
}
