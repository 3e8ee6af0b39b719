import { numberOf, dayOfNumber } from '../domain/calendar/days.ts'
import type { Calendar } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { CasePathRow } from '../projections/case-paths.ts'
import { deviationsOf } from '../projections/path-deviations.ts'
import type { Between, Path, Variant } from '../projections/process-map.ts'
import { fingerprint } from '../projections/timelines/deeds.ts'
import { calendarFor } from './judging.ts'
import type { Rooms, RowsChanged } from './rooms.ts'

/** 何处何事 — what the map is filtered by; very many cases share one, of which it is asked once. */
export type PathKind = Pick<CasePathRow, 'department' | 'itemCode' | 'hall' | 'zone' | 'source' | 'caseType'>
/** `opened`: the day as a number. */
export type KnownPath = Path & { kind: PathKind; opened: number }
/** `ways`: how many ways to go are kept. */
type Paths = { all: Map<string, KnownPath>; ways(): number; calendarOf(kind: Pick<PathKind, 'hall' | 'zone'>): Promise<Calendar> }

const collection = 'case-paths'
const kept = new WeakMap<Rooms, Promise<Paths>>()
const listening = new WeakSet<Rooms>()

/** 变体 are few and paths many: each way to go is kept once, for as long as a case goes it. Two that share a fingerprint are told apart by a number. */
function variantsOf() {
  const known = new Map<string, { variant: Variant; print: string; cases: number }>(), taken = new Map<string, number>()
  return {
    of(steps: readonly string[]): Variant {
      const text = steps.join('\n'), found = known.get(text)
      if (found) { found.cases++; return found.variant }
      const print = fingerprint(text).toString(36), n = (taken.get(print) ?? 0) + 1
      taken.set(print, n)
      const variant = { id: n === 1 ? print : `${print}.${n}`, steps: [...steps] }
      known.set(text, { variant, print, cases: 1 })
      return variant
    },
    /** A case that has gone on goes another way: with each of its steps it leaves one behind. */
    left({ steps }: Variant) {
      const text = steps.join('\n'), found = known.get(text)
      if (!found || --found.cases > 0) return
      known.delete(text)
      if (taken.get(found.print) === 1) taken.delete(found.print)
    },
    size: () => known.size,
  }
}

/** Of those that say the same one is kept. */
function kindsOf() {
  const kept = new Map<string, PathKind>()
  return ({ department, itemCode, hall, zone, source, caseType }: CasePathRow): PathKind => {
    const name = [department, itemCode, hall, zone, source, caseType].join('\n'), known = kept.get(name)
    if (known) return known
    const made = { department, itemCode, hall, zone, ...(source !== undefined && { source }), ...(caseType && { caseType }) }
    kept.set(name, made)
    return made
  }
}

/** Read once, and kept up with every change of rows from then on: 100,000 cases lie in some tens of megabytes and are gone through in milliseconds. */
async function load(rooms: Rooms): Promise<Paths> {
  const variants = variantsOf(), kindOf = kindsOf(), all = new Map<string, KnownPath>(), waiting: RowsChanged[] = []
  const { zone: houseZone } = rooms.founding
  const calendarOf = ({ hall, zone }: Pick<CasePathRow, 'hall' | 'zone'>) => calendarFor(rooms, { hall, zone: zone || houseZone }, rooms.now())
  const plain = await calendarOf({ hall: '', zone: '' })
  const put = (key: string, row: CasePathRow | undefined) => {
    const before = all.get(key)
    if (before) variants.left(before.variant)
    if (!row || row.steps.length === 0) { all.delete(key); return }
    const { id, steps, open, zone, openedAt } = row, dayOf = (at: CasePathRow['openedAt']) => dayIn(zone || houseZone, at)
    const found = deviationsOf(row, { ...plain, dayOf })
    all.set(key, { id, open, kind: kindOf(row), opened: numberOf(dayOf(openedAt)), variant: variants.of(steps.map(({ name }) => name)), days: steps.map(({ at }) => numberOf(dayOf(at))),
      deviations: found.length > 0 ? found : undefined })
  }
  let take = (said: RowsChanged) => { waiting.push(said) }
  listeners.set(rooms, (said) => take(said))
  for await (const batch of rooms.rows.scan(collection)) {
    for (const { key, row } of batch) put(key, row as CasePathRow)
    await new Promise(setImmediate)
  }
  const apply = (said: RowsChanged) => {
    if ('many' in said) { if (said.collections.includes(collection)) kept.delete(rooms); return }
    for (const { collection: of, key, row } of said.changes) if (of === collection) put(key, row as CasePathRow | undefined)
  }
  take = apply
  waiting.forEach(apply)
  return { all, calendarOf, ways: variants.size }
}
const listeners = new WeakMap<Rooms, (said: RowsChanged) => void>()

/** 已走的路 of every case: from the first question on they lie in memory. */
export function pathsOf(rooms: Rooms): Promise<Paths> {
  if (!listening.has(rooms)) {
    listening.add(rooms)
    rooms.onChanged((said) => listeners.get(rooms)?.(said))
  }
  const known = kept.get(rooms) ?? load(rooms)
  kept.set(rooms, known)
  known.catch(() => kept.delete(rooms))
  return known
}

const tables = new WeakMap<Calendar, { from: number; sums: number[] }>()
/** Working days up to each day, so that those between two are one subtraction; widened when somebody asks beyond it. */
function upTo(calendar: Calendar, from: number, to: number) {
  const known = tables.get(calendar)
  if (known && known.from <= from && known.from + known.sums.length > to) return known
  const first = Math.min(from, known?.from ?? from), last = Math.max(to, known ? known.from + known.sums.length - 1 : to) + 60, sums: number[] = []
  let passed = 0
  for (let day = first; day <= last; day++) sums.push(passed += calendar.isWorkingDay(dayOfNumber(day)) ? 1 : 0)
  const table = { from: first, sums }
  tables.set(calendar, table)
  return table
}
/** 工作日 by the calendar of each case's hall as it is known today. */
export async function betweenFor({ calendarOf }: Paths, paths: readonly KnownPath[]): Promise<Between> {
  const calendars = new Map<PathKind, Calendar>()
  for (const { kind } of paths) if (!calendars.has(kind)) calendars.set(kind, await calendarOf(kind))
  let last: { kind: PathKind; calendar: Calendar } | undefined
  return (path, after, to) => {
    if (to <= after) return 0
    const { kind } = path as KnownPath
    if (last?.kind !== kind) last = { kind, calendar: calendars.get(kind)! }
    const { from, sums } = upTo(last.calendar, after, to)
    return sums[to - from]! - sums[after - from]!
  }
}
