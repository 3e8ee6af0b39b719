import { chmodSync, rmSync } from 'node:fs'
import Database from 'libsql'
import type { Instant } from '../../domain/kernel/values.ts'
import { isAmong, openLight, placeFields, type Among, type DueEntry, type DueIndex, type DueQuery, type OpenCounts } from '../../projections/due-index.ts'
import { openPatternStore } from './patterns.ts'
import { standings } from './standings.ts'

type Columns = [subject: string, department: string, itemCode: string, hall: string, held: number, dueOn: string | null, dueAt: string | null, provisional: number,
  soonAt: string | null, lateAt: string | null, nextAt: string | null, aside: number]
type Value = string | number | null
const columns = 'subject, department, itemCode, hall, held, dueOn, dueAt, provisional, soonAt, lateAt, nextAt, aside'
/** Sorts after every instant, so that subjects without a due day come last. */
const never = '9999'

const rowOf = ({ subject, department, itemCode, hall, held, dueOn, dueAt, provisional, soonAt, lateAt, nextAt, aside }: DueEntry): Columns =>
  [subject, department, itemCode, hall, held ? 1 : 0, dueOn ?? null, dueAt ?? null, provisional ? 1 : 0, soonAt ?? null, lateAt ?? null, nextAt ?? null, aside ? 1 : 0]
const entryOf = ([subject, department, itemCode, hall, held, dueOn, dueAt, provisional, soonAt, lateAt, nextAt, aside]: Columns): DueEntry => ({
  subject, department, itemCode, hall, held: held === 1, ...(dueOn && { dueOn }), ...(dueAt && { dueAt }), ...(provisional && { provisional: true as const }),
  ...(soonAt && { soonAt }), ...(lateAt && { lateAt }), ...(nextAt && { nextAt }), ...(aside === 1 && { aside: true as const }),
} as DueEntry)

const splitOnce = (text: string) => { const at = text.indexOf(' '); return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)] }
const isLate = 'coalesce(lateAt < :now, 0)', isSoon = 'coalesce(soonAt <= :now, 0)'
/** What is not late falls due from now on: a list of it begins there. */
const lights: Record<NonNullable<DueQuery['light']>, string> = {
  hold: 'held=1', late: `held=0 AND ${isLate}`, soon: `held=0 AND sortAt >= :now AND ${isSoon}`, ok: `held=0 AND sortAt >= :now AND NOT ${isSoon}`,
}

/** Up to here each value of the field that leads is asked by itself, in the order of its own index; of more, all is gone through in order. */
const ledAtMost = 16
type Led = { lead?: typeof placeFields[number]; values: readonly (string | undefined)[]; rest: Among }
function ledBy(among: Among): Led {
  const lead = placeFields.filter((field) => among[field] !== undefined).sort((a, b) => among[a]!.length - among[b]!.length)[0]
  if (lead === undefined || among[lead]!.length > ledAtMost) return { values: [undefined], rest: among }
  return { lead, values: [...new Set(among[lead])], rest: { ...among, [lead]: undefined } }
}
const inOrder = (a: DueEntry, b: DueEntry) => {
  const [one = never, other = never] = [a.dueAt, b.dueAt]
  return one < other ? -1 : one > other ? 1 : Buffer.compare(Buffer.from(a.subject), Buffer.from(b.subject))
}

type Statement = <R>(sql: string) => (values?: Record<string, Value>) => R[]
const listing = (all: Statement): DueIndex['list'] => ({ light, among = [{}], after, limit }, now) => {
  const [sortAt = '', subject = ''] = typeof after === 'object' ? [after.dueAt ?? never, after.subject] : splitOnce(after ?? '')
  const parts = among.flatMap((place) => {
    const { lead, values, rest } = ledBy(place), others = placeFields.filter((field) => rest[field] !== undefined)
    const where = ['aside=0', light && lights[light], lead && `${lead}=:lead`, ...others.map((field) => `+${field} IN (SELECT value FROM json_each(:${field}))`),
      after !== undefined && '(sortAt, subject) > (:sortAt, :subject)'].filter(Boolean).join(' AND ')
    const asked = all<Columns>(`SELECT ${columns} FROM due WHERE ${where} ORDER BY sortAt, subject LIMIT :limit`)
    return values.map((value) => asked({ limit: limit + 1, ...(where.includes(':now') && { now }), ...(value !== undefined && { lead: value }),
      ...Object.fromEntries(others.map((field) => [field, JSON.stringify(rest[field])])), ...(after !== undefined && { sortAt, subject }) }).map(entryOf))
  })
  const entries = parts.length === 1 ? parts[0]! : [...new Map(parts.flat().map((entry) => [entry.subject, entry])).values()].sort(inOrder)
  const page = entries.slice(0, limit), end = page.at(-1)
  return { entries: page, ...(entries.length > limit && end && { next: `${end.dueAt ?? never} ${end.subject}` }) }
}

/** 到期索引 in a file of its own, made anew at every start: nothing in it is not derived. */
export function openDueIndex(path: string): DueIndex {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
  const db = new Database(path)
  chmodSync(path, 0o600)
  db.exec('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-16000')
  db.exec(`CREATE TABLE due(subject TEXT PRIMARY KEY, department TEXT NOT NULL, itemCode TEXT NOT NULL, hall TEXT NOT NULL, held INT NOT NULL, dueOn TEXT, dueAt TEXT,
    provisional INT NOT NULL, soonAt TEXT, lateAt TEXT, nextAt TEXT, aside INT NOT NULL, sortAt TEXT NOT NULL GENERATED ALWAYS AS (coalesce(dueAt, '${never}')) VIRTUAL) WITHOUT ROWID`)
  db.exec('CREATE INDEX due_next ON due(nextAt) WHERE nextAt IS NOT NULL; CREATE INDEX due_sort ON due(sortAt, subject) WHERE aside=0')
  for (const field of placeFields) db.exec(`CREATE INDEX due_${field} ON due(${field}, sortAt, subject) WHERE aside=0`)
  db.exec('CREATE INDEX due_held ON due(sortAt, subject) WHERE aside=0 AND held=1')
  const put = db.prepare(`INSERT OR REPLACE INTO due(${columns}) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)`)
  const remove = db.prepare('DELETE FROM due WHERE subject=?')
  // libsql's `.get` would add a field of its own to a row; `.raw` does not.
  const all = <R>(sql: string) => {
    const statement = db.prepare(sql).raw() as unknown as { all(values: Record<string, Value>): R[] }
    return (values: Record<string, Value> = {}) => statement.all(values)
  }
  const one = all<Columns>(`SELECT ${columns} FROM due WHERE subject=:subject`)
  const due = all<Columns>(`SELECT ${columns} FROM due WHERE nextAt <= :now ORDER BY nextAt LIMIT :limit`)
  const next = all<[Instant]>('SELECT nextAt FROM due WHERE nextAt IS NOT NULL ORDER BY nextAt LIMIT 1')
  const batch = all<Columns>(`SELECT ${columns} FROM due WHERE subject > :after ORDER BY subject LIMIT 20000`)
  const atomically = (work: () => void) => {
    db.exec('BEGIN')
    try { work() } finally { db.exec('COMMIT') }
  }
  // Read into memory at the first asking, and kept up from then on: whoever only sweeps does not pay for it.
  let inMemory: ReturnType<typeof standings> | undefined
  const standing = () => {
    if (inMemory) return inMemory
    const made = standings()
    for (let after = '', some = batch({ after }); some.length > 0; after = some.at(-1)![0], some = batch({ after })) for (const row of some) made.put(entryOf(row))
    return inMemory = made
  }

  return {
    put: (entries) => atomically(() => { for (const entry of entries) { put.run(...rowOf(entry)); inMemory?.put(entry) } }),
    remove: (subjects) => atomically(() => { for (const subject of subjects) { remove.run(subject); inMemory?.drop(subject) } }),
    clear: () => { db.exec('DELETE FROM due'); inMemory?.clear() },
    get: (subject) => one({ subject }).map(entryOf)[0],
    due: (now, limit) => due({ now, limit }).map(entryOf),
    nextAt: () => next()[0]?.[0],
    list: listing(all),
    standing: (subject) => standing().of(subject),
    lamp: (subject) => standing().lamp(subject),
    lit: (asked, now) => standing().lit(asked, now),
    litSubjects: (asked, now, upTo) => standing().litSubjects(asked, now, upTo),
    counts(now, among) {
      const total: OpenCounts = { open: 0, late: 0, soon: 0, ok: 0, hold: 0 }, departments = new Map<string, OpenCounts>()
      for (const { n, ...one } of standing().all()) {
        if (among && !among.some(isAmong(one))) continue
        const own = departments.get(one.department) ?? { open: 0, late: 0, soon: 0, ok: 0, hold: 0 }, light = openLight(one, now)
        departments.set(one.department, own)
        for (const counts of [own, total]) { counts.open += n; counts[light] += n }
      }
      const byName = [...departments].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      return { total, departments: byName.map(([department, counts]) => ({ department, ...counts })) }
    },
    patterns: openPatternStore(db, atomically),
    close: () => db.close(),
  }
}
