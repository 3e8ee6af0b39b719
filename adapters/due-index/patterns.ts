import type Database from 'libsql'
import type { Instant } from '../../domain/kernel/values.ts'
import type { Observing, PatternStore } from '../../projections/due-index.ts'

type Observed = Observing['observations'][number]
type PatternFinding = ReturnType<PatternStore['findingsOf']>[number]['finding']
type Value = string | number

function statementsOf(db: Database.Database) {
  const all = <R>(sql: string) => {
    const statement = db.prepare(sql).raw() as unknown as { all(values: Value[]): R[] }
    return (...values: Value[]) => statement.all(values)
  }
  const run = (sql: string) => {
    const statement = db.prepare(sql)
    return (...values: Value[]) => { statement.run(...values) }
  }
  const observedBy = all<[ruleId: string, group: string, doc: string]>('SELECT ruleId, grp, doc FROM observed WHERE subject=?')
  const inGroup = all<[imported: number, doc: string]>('SELECT imported, doc FROM observed WHERE ruleId=? AND grp=? ORDER BY subject')
  const put = run('INSERT OR REPLACE INTO observed(ruleId, grp, subject, imported, doc) VALUES(?,?,?,?,?)')
  const drop = run('DELETE FROM observed WHERE ruleId=? AND grp=? AND subject=?')
  // A group that has changed waits for no instant: the empty one comes before every other.
  const wait = run('INSERT OR REPLACE INTO waits(ruleId, grp, at) VALUES(?,?,?)')
  const rest = run('DELETE FROM waits WHERE ruleId=? AND grp=?')
  const waiting = all<[ruleId: string, group: string]>('SELECT ruleId, grp FROM waits WHERE at<=? ORDER BY at, ruleId, grp LIMIT ?')
  const first = all<[Instant]>('SELECT at FROM waits ORDER BY at LIMIT 1')
  const found = all<[subject: string, isForeign: number, doc: string]>('SELECT subject, isForeign, doc FROM concluded WHERE ruleId=? AND grp=?')
  const foundOf = all<[isForeign: number, doc: string]>('SELECT isForeign, doc FROM concluded WHERE subject=? ORDER BY ruleId, grp')
  const clear = run('DELETE FROM concluded WHERE ruleId=? AND grp=?')
  const keep = run('INSERT INTO concluded(ruleId, grp, subject, isForeign, doc) VALUES(?,?,?,?,?)')
  return { observedBy, inGroup, put, drop, wait, rest, waiting, first, found, foundOf, clear, keep }
}

/** 群案观察 in tables beside the due index; like it, made anew at every start. */
export function openPatternStore(db: Database.Database, atomically: (work: () => void) => void): PatternStore {
  db.exec(`CREATE TABLE observed(ruleId TEXT NOT NULL, grp TEXT NOT NULL, subject TEXT NOT NULL, imported INT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY(ruleId, grp, subject)) WITHOUT ROWID
    ; CREATE INDEX observed_subject ON observed(subject)
    ; CREATE TABLE concluded(ruleId TEXT NOT NULL, grp TEXT NOT NULL, subject TEXT NOT NULL, isForeign INT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY(ruleId, grp, subject)) WITHOUT ROWID
    ; CREATE INDEX concluded_subject ON concluded(subject)
    ; CREATE TABLE waits(ruleId TEXT NOT NULL, grp TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY(ruleId, grp)) WITHOUT ROWID
    ; CREATE INDEX waits_at ON waits(at)`)
  const { observedBy, inGroup, put, drop, wait, rest, waiting, first, found, foundOf, clear, keep } = statementsOf(db)

  function observeOne({ subject, imported, observations }: Observing) {
    const before = observedBy(subject)
    if (before.length + observations.length === 0) return
    const now = new Map<string, Observed[]>()
    for (const observation of observations) {
      const name = JSON.stringify([observation.ruleId, observation.group])
      now.set(name, [...now.get(name) ?? [], observation])
    }
    for (const [ruleId, group, doc] of before) {
      const name = JSON.stringify([ruleId, group])
      if (JSON.stringify(now.get(name)) === doc) { now.delete(name); continue }
      wait(ruleId, group, '')
      if (!now.has(name)) drop(ruleId, group, subject)
    }
    for (const own of now.values()) {
      const { ruleId, group } = own[0]!
      put(ruleId, group, subject, imported ? 1 : 0, JSON.stringify(own))
      wait(ruleId, group, '')
    }
  }
  return {
    observe: (observings) => atomically(() => observings.forEach(observeOne)),
    touched: (now, limit) => waiting(now, limit).map(([ruleId, group]) => ({ ruleId, group })),
    nextAt: () => first()[0]?.[0],
    of({ ruleId, group }) {
      const rows = inGroup(ruleId, group)
      return { observations: rows.flatMap(([, doc]) => JSON.parse(doc) as Observed[]), foreign: rows.every(([imported]) => imported === 1) }
    },
    conclude({ ruleId, group }, findings, { foreign, nextAt }) {
      const before = new Map(found(ruleId, group).map(([subject, isForeign, doc]) => [subject, `${isForeign} ${doc}`])), after = new Map<string, PatternFinding[]>()
      for (const finding of findings) after.set(finding.subject, [...after.get(finding.subject) ?? [], finding])
      const changed = new Set<string>(before.keys())
      atomically(() => {
        clear(ruleId, group)
        for (const [subject, own] of after) {
          const doc = JSON.stringify(own), isForeign = foreign ? 1 : 0
          keep(ruleId, group, subject, isForeign, doc)
          if (before.get(subject) === `${isForeign} ${doc}`) changed.delete(subject)
          else changed.add(subject)
        }
        if (nextAt) wait(ruleId, group, nextAt)
        else rest(ruleId, group)
      })
      return [...changed]
    },
    findingsOf: (subject) => foundOf(subject).flatMap(([isForeign, doc]) => (JSON.parse(doc) as PatternFinding[]).map((finding) => ({ finding, foreign: isForeign === 1 }))),
  }
}
