import { hash } from 'node:crypto'
import type { BrokenRow, CaseAttributes, HistoryEntry, Locate, MappedRow } from './history.ts'
import { RowFault } from './refused.ts'
import { compileCase, compileGiving, type Giving } from './giving.ts'
import { columnOf, valueReaders, type ValueReaders } from './values.ts'
import type { GivenSpec, Profile } from './profile.ts'
import type { Seen } from './seen.ts'
import type { Reading } from './times.ts'

type Cells = readonly string[]
export type Mapping = (cells: string[], columns: Cells, line: number, order: number, isEvent: boolean, fault?: RowFault) => MappedRow | BrokenRow

const keyChars = 200
const rawChars = 2000
const digest = (text: string) => hash('sha256', text, 'base64url').slice(0, 22)
/** `/`, `#` and `~` divide a key, so they do not occur in its parts. */
const plain = (text: string) => /[%/#~]/.test(text) ? text.replace(/[%/#~]/g, encodeURIComponent).replaceAll('~', '%7E') : text
const tagged = (texts: readonly string[]) => texts.map((text) => `${text.length}:${text}`).join('')

/** 映射 — the profile as one function from a row to its facts, or to what is wrong with it. */
export function compileMapping(profile: Profile, seen: Seen, locate: Locate, isXes: boolean): Mapping {
  const readers = valueReaders(profile, isXes)
  const { event } = profile
  const caseNoOf = readers.required(profile.case.number, 'case.number')
  const { made: caseOf, read: caseCells } = readers.noting(() => compileCase(readers, profile))
  const activityOf = readers.required(event.activity, 'event.activity')
  const timeOf = readers.time(event.at)
  const keyOf = compileKey(readers, profile, seen)
  const eventFacts = compileRules(readers, profile)
  const caseFacts = compileCaseFacts(readers, profile, seen, caseCells)
  readers.placed(locate(readers.columns))

  return (cells, columns, line, order, isEvent, fault) => {
    let rowKey: string | undefined
    try {
      if (fault) throw fault
      const caseNo = caseNoOf(cells)
      if (caseNo.length > keyChars) throw new RowFault(profile.case.number, 'too-long', '', String(keyChars))
      if (!isEvent) {
        const attributes = caseOf(cells)
        return { caseNo, case: attributes, entries: caseFacts(cells, caseNo, attributes, order), line, rowKey: plain(caseNo) }
      }
      const time = timeOf(cells)
      const key = keyOf(cells, caseNo, time)
      rowKey = key.rowKey
      if (key.fault) throw key.fault
      const activity = activityOf(cells), attributes = caseOf(cells)
      const own = eventFacts(cells, attributes, activity, rowKey, time, order)
      const entries = caseFacts(cells, caseNo, attributes, order)
      return { caseNo, case: attributes, entries: entries.length === 0 ? own : [...entries, ...own], line, rowKey }
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      const { field, rule, zh, en } = error
      return { line, field, rule, zh, en, raw: rawOf(cells, columns), rowKey: rowKey ?? brokenKey(cells, seen) }
    }
  }
}

/** The second, third … of like rows ends in `~2`, `~3` …: real repeats are neither lost nor doubled. */
function counted(seen: Seen, key: string): string {
  const times = Number(seen.get(key) ?? 0) + 1
  seen.set(key, String(times))
  return times === 1 ? key : `${key}~${times}`
}
const brokenKey = (cells: Cells, seen: Seen) => counted(seen, `broken/${digest(tagged(cells))}`)

function compileKey(readers: ValueReaders, { event }: Profile, seen: Seen) {
  const parts = event.key.map((column) => ({ isTime: column === columnOf(event.at), read: readers.cell(column) }))
  return (cells: Cells, caseNo: string, { at, precision }: Reading): { rowKey: string; fault?: RowFault } => {
    // A time is taken as read, not as written: the same event has the same key in CSV and XES.
    const texts = parts.map(({ isTime, read }) => isTime ? at + (precision ?? '') : read(cells))
    if (!event.countRepeats && texts.every((text) => text === '')) throw new RowFault(event.key[0]!, 'empty', '')
    const own = texts.length === 1 && texts[0]!.length <= keyChars ? plain(texts[0]!) : digest(tagged([caseNo, ...texts]))
    const key = `${plain(caseNo)}/${own}`
    const rowKey = counted(seen, key)
    return event.countRepeats || rowKey === key ? { rowKey } : { rowKey, fault: new RowFault(event.key.join('+'), 'repeated-key', key) }
  }
}

/** Kinds of activity are few; a column full of free text would make them many. */
const rememberedActivities = 10_000

function compileRules(readers: ValueReaders, profile: Profile) {
  const { event } = profile
  const rules = (profile.facts ?? []).map(({ activity, when, gives }) => {
    const specs = gives as GivenSpec[]
    return {
      activities: activity === undefined ? undefined : [activity].flat(),
      fits: readers.test(when),
      gives: specs.map((spec, place) => compileGiving(readers, spec, specs.slice(0, place), event)),
    }
  })
  const step = compileGiving(readers, { fact: 'StepCompleted' }, [], event)
  const byActivity = new Map<string, typeof rules>()
  const rulesFor = (activity: string) => {
    let found = byActivity.get(activity)
    if (!found) {
      if (byActivity.size >= rememberedActivities) byActivity.clear()
      byActivity.set(activity, found = rules.filter(({ activities }) => activities?.includes(activity) ?? true))
    }
    return found
  }
  return (cells: Cells, attributes: CaseAttributes, activity: string, rowKey: string, time: Reading, order: number): HistoryEntry[] => {
    const entries: HistoryEntry[] = []
    const give = (giving: Giving) => {
      const entry = entryOf(giving, rowKey, giving.data(cells, attributes, activity), time, order)
      if (entries.length === 0) entry.activity = activity
      entries.push(entry)
    }
    for (const giving of rulesFor(activity).find(({ fits }) => fits(cells))?.gives ?? []) if (giving.given(cells)) give(giving)
    if (entries.length === 0) {
      if (profile.otherwise === 'quarantine') throw new RowFault(event.activity, 'unmapped-activity', activity)
      give(step)
    }
    return entries
  }
}

const entryOf = ({ type, suffix }: Giving, rowKey: string, data: Record<string, unknown>, { at, precision }: Reading, order: number): HistoryEntry =>
  precision ? { key: rowKey + suffix, type, data, occurredAt: at, precision, order } : { key: rowKey + suffix, type, data, occurredAt: at, order }

/** What a case has said so far: the place of its first row, and for each fact from its attributes the cells that it was made of. */
type Said = { order: number; cells: (string | null)[] }

function compileCaseFacts(readers: ValueReaders, profile: Profile, seen: Seen, caseCells: ((cells: Cells) => string)[]) {
  const specs = (profile.caseFacts ?? []) as GivenSpec[]
  const facts = specs.map((spec, place) => {
    const { made, read } = readers.noting(() => ({
      giving: compileGiving(readers, spec, specs.slice(0, place), {}), timeOf: readers.time(spec.at!) }))
    const all = spec.fact === 'ApplicationSubmitted' ? [...read, ...caseCells] : read
    const signature = (cells: Cells) => {
      const text = tagged(all.map((one) => one(cells)))
      return text.length > 64 ? digest(text) : text
    }
    return { ...made, signature, column: columnOf(spec.at!)! }
  })
  return (cells: Cells, caseNo: string, attributes: CaseAttributes, order: number): HistoryEntry[] => {
    if (facts.length === 0) return []
    const before = seen.get(`=${caseNo}`)
    const said: Said = before === undefined ? { order, cells: facts.map(() => null) } : JSON.parse(before) as Said
    const entries: HistoryEntry[] = []
    facts.forEach(({ giving, timeOf, signature, column }, place) => {
      const now = signature(cells)
      if (said.cells[place] === now || !giving.given(cells)) return
      if (said.cells[place] !== null) throw new RowFault(column, 'case-differs', '')
      entries.push(entryOf(giving, plain(caseNo), giving.data(cells, attributes, ''), timeOf(cells), said.order))
      said.cells[place] = now
    })
    if (entries.length > 0 || before === undefined) seen.set(`=${caseNo}`, JSON.stringify(said))
    return entries
  }
}

function rawOf(cells: Cells, columns: Cells): Record<string, string> | string {
  const cut = (text: string) => text.length > rawChars ? `${text.slice(0, rawChars)}…` : text
  if (cells.length !== columns.length) return cut(cells.join(','))
  return Object.fromEntries(columns.map((column, place) => [column, cut(cells[place]!)]))
}
