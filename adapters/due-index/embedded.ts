import { chmodSync, rmSync } from 'node:fs'
import Database from 'libsql'
import type { Instant } from '../../domain/kernel/values.ts'
import { openPatternStore } from './patterns.ts'
import type { DueEntry, DueIndex, DueQuery, OpenCounts } from '../../projections/due-index.ts'

type Columns = [subject: string, department: string, itemCode: string, held: number, dueOn: string | null, dueAt: string | null, provisional: number,
  soonAt: string | null, lateAt: string | null, nextAt: string | null, aside: number]
type Value = string | number | null
const columns = 'subject, department, itemCode, held, dueOn, dueAt, provisional, soonAt, lateAt, nextAt, aside'
/** Sorts after every instant, so that subjects without a due day come last. */
const never = '9999'

const rowOf = ({ subject, department, itemCode, held, dueOn, dueAt, provisional, soonAt, lateAt, nextAt, aside }: DueEntry): Columns =>
  [subject, department, itemCode, held ? 1 : 0, dueOn ?? null, dueAt ?? null, provisional ? 1 : 0, soonAt ?? null, lateAt ?? null, nextAt ?? null, aside ? 1 : 0]
const entryOf = ([subject, department, itemCode, held, dueOn, dueAt, provisional, soonAt, lateAt, nextAt, aside]: Columns): DueEntry => ({
  subject, department, itemCode, held: held === 1, ...(dueOn && { dueOn }), ...(dueAt && { dueAt }), ...(provisional && { provisional: true as const }),
  ...(soonAt && { soonAt }), ...(lateAt && { lateAt }), ...(nextAt && { nextAt }), ...(aside === 1 && { aside: true as const }),
} as DueEntry)

const splitOnce = (text: string) => { const at = text.indexOf(' '); return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)] }
const isLate = 'coalesce(lateAt < :now, 0)', isSoon = 'coalesce(soonAt <= :now, 0)'
const lights: Record<NonNullable<DueQuery['light']>, string> = {
  hold: 'held=1', late: `held=0 AND ${isLate}`, soon: `held=0 AND NOT ${isLate} AND ${isSoon}`, ok: `held=0 AND NOT ${isLate} AND NOT ${isSoon}`,
}
const counted = ['count(*)', ...[lights.late, lights.soon, lights.ok, lights.hold].map((light) => `sum(${light})`)].join(', ')

/** 到期索引 in a file of its own, made anew at every start: nothing in it is not derived. */
export function openDueIndex(path: string): DueIndex {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
  const db = new Database(path)
  chmodSync(path, 0o600)
  db.exec('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-16000')
  db.exec(`CREATE TABLE due(subject TEXT PRIMARY KEY, department TEXT NOT NULL, itemCode TEXT NOT NULL, held INT NOT NULL, dueOn TEXT, dueAt TEXT,
    provisional INT NOT NULL, soonAt TEXT, lateAt TEXT, nextAt TEXT, aside INT NOT NULL, sortAt TEXT NOT NULL GENERATED ALWAYS AS (coalesce(dueAt, '${never}')) VIRTUAL) WITHOUT ROWID`)
  db.exec('CREATE INDEX due_next ON due(nextAt) WHERE nextAt IS NOT NULL; CREATE INDEX due_sort ON due(sortAt, subject) WHERE aside=0')
  const put = db.prepare(`INSERT OR REPLACE INTO due(${columns}) VALUES(?,?,?,?,?,?,?,?,?,?,?)`)
  const remove = db.prepare('DELETE FROM due WHERE subject=?')
  // libsql's `.get` would add a field of its own to a row; `.raw` does not.
  const all = <R>(sql: string) => {
    const statement = db.prepare(sql).raw() as unknown as { all(values: Record<string, Value>): R[] }
    return (values: Record<string, Value> = {}) => statement.all(values)
  }
  const one = all<Columns>(`SELECT ${columns} FROM due WHERE subject=:subject`)
  const due = all<Columns>(`SELECT ${columns} FROM due WHERE nextAt <= :now ORDER BY nextAt LIMIT :limit`)
  const next = all<[Instant]>('SELECT nextAt FROM due WHERE nextAt IS NOT NULL ORDER BY nextAt LIMIT 1')
  const totals = all<number[]>(`SELECT ${counted} FROM due WHERE aside=0`)
  const byDepartment = all<[string, ...number[]]>(`SELECT department, ${counted} FROM due WHERE aside=0 GROUP BY department ORDER BY department`)
  const lit = (light: keyof typeof lights) => all<[string]>(`SELECT subject FROM due WHERE subject IN (SELECT value FROM json_each(:subjects)) AND aside=0 AND ${lights[light]}`)
  const amongLit = { hold: lit('hold'), late: lit('late'), soon: lit('soon'), ok: lit('ok') }
  const atomically = (work: () => void) => {
    db.exec('BEGIN')
    try { work() } finally { db.exec('COMMIT') }
  }
  const countsOf = ([open = 0, late = 0, soon = 0, ok = 0, hold = 0]: readonly (number | null)[]): OpenCounts =>
    ({ open: open ?? 0, late: late ?? 0, soon: soon ?? 0, ok: ok ?? 0, hold: hold ?? 0 })

  return {
    put: (entries) => atomically(() => { for (const entry of entries) put.run(...rowOf(entry)) }),
    remove: (subjects) => atomically(() => { for (const subject of subjects) remove.run(subject) }),
    clear: () => { db.exec('DELETE FROM due') },
    get: (subject) => one({ subject }).map(entryOf)[0],
    due: (now, limit) => due({ now, limit }).map(entryOf),
    nextAt: () => next()[0]?.[0],
    list({ light, department, itemCode, after, limit }, now) {
      const where = ['aside=0', light && lights[light], department !== undefined && 'department=:department', itemCode !== undefined && 'itemCode=:itemCode',
        after !== undefined && '(sortAt, subject) > (:sortAt, :subject)'].filter(Boolean).join(' AND ')
      const [sortAt = '', subject = ''] = typeof after === 'object' ? [after.dueAt ?? never, after.subject] : splitOnce(after ?? '')
      const values = { limit: limit + 1, ...(where.includes(':now') && { now }), ...(department !== undefined && { department }), ...(itemCode !== undefined && { itemCode }),
        ...(after !== undefined && { sortAt, subject }) }
      const entries = all<Columns>(`SELECT ${columns} FROM due WHERE ${where} ORDER BY sortAt, subject LIMIT :limit`)(values).map(entryOf)
      const page = entries.slice(0, limit), end = page.at(-1)
      return { entries: page, ...(entries.length > limit && end && { next: `${end.dueAt ?? never} ${end.subject}` }) }
    },
    among: (subjects, light, now) => amongLit[light]({ subjects: JSON.stringify(subjects), ...(lights[light].includes(':now') && { now }) }).map(([subject]) => subject),
    counts(now) {
      const total = countsOf(totals({ now })[0] ?? [])
      return { total, departments: byDepartment({ now }).map(([department, ...counts]) => ({ department, ...countsOf(counts) })) }
    },
    patterns: openPatternStore(db, atomically),
    close: () => db.close(),
  }
}
