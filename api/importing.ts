import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { cases } from '../domain/cases/index.ts'
import { exchange } from '../domain/exchange/index.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import { problemOf } from './explained.ts'
import { Unanswerable, refused } from './problems.ts'
import { quarantineOf } from './quarantining.ts'
import { importer, type Rooms } from './rooms.ts'
import { isMalformed, type Answered } from './tell.ts'

/** What a reader of foreign histories hands over (`adapters/exchange`). */
export type MappedRow = { caseNo: string; entries: readonly { key: string; order: number; occurredAt: string }[]; line: number; rowKey: string }
export type BrokenRow = { line: number; field: string; rule: string; zh: string; en: string; raw: Record<string, string> | string; rowKey: string }
export type Window = { rows: readonly (MappedRow | BrokenRow)[]; sourceEvents: number }
export type History = {
  /** Of the profile: the source's name, the hall where it was handled and its zone. */
  source: string; hall: string; zone: string; profile: string; profileHash: string
  windows: AsyncIterable<Window>
}
export type ImportFigures = {
  cases: number; sourceEvents: number; facts: number; duplicates: number; quarantined: number; seconds: number; eventsPerSecond: number; lagSeconds: number
}
export type ImportProgress = { sourceEvents: number; facts: number; quarantined: number; seconds: number; eventsPerSecond: number }

/** Cases that are told at once; the book commits what arrives together. */
const casesInFlight = 400
/** A stream holds 10 000 facts; one telling carries at most this many. */
const entriesAtOnce = 2_000

const isBroken = (row: MappedRow | BrokenRow): row is BrokenRow => 'rule' in row
const batchName = (source: string, now: string) => `${source}-${now.slice(0, 19).replaceAll(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`

type Say = (type: string, data: Record<string, unknown>, batch?: string) => Promise<Answered>
const refusedAs = (code: string, more: object = {}) => new Unanswerable(409, code, refused(code).title, refused(code).en, more)

/** Tells work that comes faster than it is done, so much of it at a time; the first failure ends it all. */
function flights(most: number) {
  let flying = 0, failed: { error: unknown } | undefined, landed: (() => void) | undefined
  const land = () => { flying--; landed?.() }
  const until = async (few: number) => {
    while (flying > few && !failed) await new Promise<void>((resolve) => { landed = resolve })
    if (failed) throw failed.error
  }
  return {
    start(work: Promise<void>) {
      flying++
      work.then(land, (error: unknown) => { failed ??= { error }; land() })
    },
    room: () => until(most),
    all: () => until(0),
    /** Until nothing is under way any more, however it ended. */
    async landed() { while (flying > 0) await new Promise<void>((resolve) => { landed = resolve }) },
  }
}

/** 导入 — what `exchange` has mapped is told to `cases`, many cases at once; what could not be mapped goes to quarantine.
    Nothing is written, not even the record of the batch, until something is new. `settles`: the batch whose broken rows this file corrects. */
export async function importHistory(rooms: Rooms, file: string, history: History, onProgress: (progress: ImportProgress) => void = () => {},
  settles?: string): Promise<ImportFigures> {
  const { source } = history
  const began = performance.now()
  const batch = batchName(source, rooms.now())
  const figures = { cases: 0, sourceEvents: 0, facts: 0, duplicates: 0, quarantined: 0 }
  const say: Say = async (type, data, id = batch) => {
    const answer = await rooms.tell({ context: exchange, id, command: { type, data }, by: importer, key: `${id} ${type} ${randomBytes(8).toString('hex')}` })
    if (isRefusal(answer)) throw refusedAs(answer.refused)
    if ('stale' in answer) throw new Error('no revision was pinned')
    figures.facts += answer.facts.length
    return answer
  }
  let started: Promise<unknown> | undefined
  const start = async () => {
    await (started ??= say('StartImport', { source, file: basename(file), profile: history.profile, profileHash: history.profileHash }))
  }
  const quarantine = await quarantineOf(rooms, source, batch, start, say)
  const seen = caseCounter(), told = flights(casesInFlight)
  const progress = () => {
    const seconds = (performance.now() - began) / 1000
    return { ...figures, seconds, eventsPerSecond: Math.round(figures.sourceEvents / seconds) }
  }
  const tellOne = async (caseNo: string, all: readonly MappedRow[]) => {
    const now = rooms.now(), toCome = all.filter(({ entries }) => entries.some(({ occurredAt }) => occurredAt > now)), rows = all.filter((row) => !toCome.includes(row))
    figures.quarantined += toCome.length
    for (const row of toCome) await quarantine.add({ ...notYet, line: row.line, rowKey: row.rowKey, raw: JSON.stringify(row) })
    if (rows.length === 0) return
    const told = await tellCase(rooms, history, batch, start, caseNo, rows).catch((error: unknown) => unrecordable(error))
    if ('field' in told) {
      figures.quarantined += rows.length
      for (const row of rows) await quarantine.add({ ...told, line: row.line, rowKey: row.rowKey, raw: JSON.stringify(row) })
      return
    }
    const { facts, causes } = told
    figures.facts += facts
    figures.duplicates += rows.filter(({ entries }) => !entries.some(({ key }) => causes.has(key))).length
    quarantine.told(rows)
  }
  rooms.bulk(true)
  try {
    for await (const window of history.windows) {
      if (rooms.stopping.aborted) throw new Unanswerable(503, 'stopping', '服务正在停止；已记入的都在，稍后再导入一次', 'The server is stopping; what was told is kept, import again later')
      figures.sourceEvents += window.sourceEvents
      const { byCase, broken } = sorted(window)
      figures.quarantined += broken.length
      for (const row of broken) await quarantine.add(row)
      for (const [caseNo, rows] of byCase) {
        seen.add(caseNo)
        told.start(tellOne(caseNo, rows))
      }
      await told.room()
      await new Promise(setImmediate) // the server has others to answer
      onProgress(progress())
    }
    await told.all()
    if (settles !== undefined) quarantine.correct(settles)
    await quarantine.flush()
    figures.cases = seen.count()
    if (started) await say('FinishImport', { ...figures, facts: figures.facts + 1 })
  } finally {
    // Also where a line far behind cannot be read: what has been told by then is answered before anybody closes the book.
    await told.landed()
    rooms.bulk(false)
  }
  const { seconds, eventsPerSecond } = progress(), durableAt = performance.now()
  await rooms.caughtUp((await rooms.book.head()).position)
  return { ...figures, seconds, eventsPerSecond, lagSeconds: (performance.now() - durableAt) / 1000 }
}

/** A number that makes no stream, and a life of more facts than a stream holds. */
const beyondTheBook = ['not-an-id', 'StreamFull']

/** History is over: what is said to happen later than now waits in quarantine. */
const notYet = { field: 'at', rule: 'not-yet', zh: '时刻晚于现在：历史只记已发生的事', en: 'It lies later than now: history is what has happened' }
/** What the book cannot take at all (a number or a text beyond its limits) waits in quarantine like any other broken row; the rest is ours. */
function unrecordable(error: unknown): Pick<BrokenRow, 'field' | 'rule' | 'zh' | 'en'> {
  const found = problemOf(error)
  if (found && beyondTheBook.includes(found.code)) return { field: 'caseNo', rule: found.code, zh: found.title, en: found.en }
  if (!isMalformed(error)) throw error
  const { path, code, message } = error.issues[0]!
  return { field: path.join('.'), rule: code, zh: `事件簿记不下：${message}`, en: `The book cannot take it: ${message}` }
}

/** One case's rows of one window, in portions that a telling carries; by what each new fact is known. */
async function tellCase(rooms: Rooms, { source, hall, zone }: History, batch: string, before: () => Promise<void>, caseNo: string, rows: readonly MappedRow[]) {
  const entries = unique(rows.flatMap((row) => row.entries))
  const causes = new Set<string>()
  let facts = 0
  for (let from = 0; from < entries.length; from += entriesAtOnce) {
    const data = { caseNo, source, batch, hall, zone, entries: entries.slice(from, from + entriesAtOnce) }
    const answer = await rooms.tell({ context: cases, id: `${source}:${caseNo}`, command: { type: 'RecordHistory', data }, by: importer, key: batch, before })
    if (isRefusal(answer)) throw refusedAs(answer.refused, { caseNo })
    if ('stale' in answer) throw new Error('no revision was pinned')
    facts += answer.facts.length
    for (const cause of answer.causes) causes.add(cause)
  }
  return { facts, causes }
}

function sorted({ rows }: Window) {
  const byCase = new Map<string, MappedRow[]>(), broken: BrokenRow[] = []
  for (const row of rows) {
    if (isBroken(row)) { broken.push(row); continue }
    const own = byCase.get(row.caseNo)
    if (own) own.push(row)
    else byCase.set(row.caseNo, [row])
  }
  return { byCase, broken }
}

/** A case attribute is repeated in every row of its case; it is one fact. */
function unique<E extends { key: string }>(entries: readonly E[]): E[] {
  const keys = new Set<string>()
  return entries.filter(({ key }) => keys.size < keys.add(key).size)
}

/** How many different cases a file names. Only a 52-bit digest of each is kept, 16 bytes a case, whatever the numbers look like. */
function caseCounter() {
  let slots = new Float64Array(1 << 16), count = 0
  const place = (table: Float64Array, digest: number): number => {
    let at = digest % table.length
    while (table[at] !== 0 && table[at] !== digest) at = (at + 1) % table.length
    return at
  }
  return {
    count: () => count,
    add(caseNo: string) {
      const digest = digestOf(caseNo)
      const at = place(slots, digest)
      if (slots[at] === digest) return
      slots[at] = digest
      if (++count * 2 < slots.length) return
      const wider = new Float64Array(slots.length * 2)
      for (const kept of slots) if (kept !== 0) wider[place(wider, kept)] = kept
      slots = wider
    },
  }
}
/** cyrb53: two multiplicative hashes of 26 bits; never 0, which marks an empty slot. */
function digestOf(text: string): number {
  let high = 0xdeadbeef, low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (low >>> 0) + (high & 0x1fffff) * 4294967296 + 1
}
