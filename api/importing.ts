import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { cases } from '../domain/cases/index.ts'
import { exchange } from '../domain/exchange/index.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import { Unanswerable, refused } from './problems.ts'
import { quarantineOf } from './quarantining.ts'
import { importer, type Rooms } from './rooms.ts'
import type { Answered } from './tell.ts'

/** What a reader of foreign histories hands over (`adapters/exchange`). */
export type MappedRow = { caseNo: string; entries: readonly { key: string; order: number }[]; line: number; rowKey: string }
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
const casesInFlight = 1_500
/** A stream holds 10 000 facts; one telling carries at most this many. */
const entriesAtOnce = 2_000

const isBroken = (row: MappedRow | BrokenRow): row is BrokenRow => 'rule' in row
const batchName = (source: string, now: string) => `${source}-${now.slice(0, 19).replaceAll(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`

/** 导入 — what `exchange` has mapped is told to `cases`, many cases at once; what could not be mapped goes to quarantine.
    Nothing is written, not even the record of the batch, until something is new. */
export async function importHistory(rooms: Rooms, file: string, history: History, onProgress: (progress: ImportProgress) => void = () => {}): Promise<ImportFigures> {
  const { source, hall, zone } = history
  const began = performance.now()
  const batch = batchName(source, rooms.now())
  const figures = { cases: 0, sourceEvents: 0, facts: 0, duplicates: 0, quarantined: 0 }
  const say = async (type: string, data: Record<string, unknown>, id = batch): Promise<Answered> => {
    const answer = await rooms.tell({ context: exchange, id, command: { type, data }, by: importer, key: `${id} ${type} ${randomBytes(8).toString('hex')}` })
    if (isRefusal(answer)) throw new Unanswerable(409, answer.refused, refused(answer.refused).title, refused(answer.refused).en)
    if ('stale' in answer) throw new Error('no revision was pinned')
    figures.facts += answer.facts.length
    return answer
  }
  let started: Promise<unknown> | undefined
  const start = async () => {
    await (started ??= say('StartImport', { source, file: basename(file), profile: history.profile, profileHash: history.profileHash }))
  }
  const quarantine = await quarantineOf(rooms, source, batch, start, say)
  const seen = caseCounter()
  const flying = new Set<Promise<void>>()
  let failed: unknown

  const tellCase = async (caseNo: string, rows: readonly MappedRow[]) => {
    const entries = unique(rows.flatMap((row) => row.entries))
    const appended = new Set<string>()
    for (let from = 0; from < entries.length; from += entriesAtOnce) {
      const data = { caseNo, source, batch, hall, zone, entries: entries.slice(from, from + entriesAtOnce) }
      const answer = await rooms.tell({ context: cases, id: `${source}:${caseNo}`, command: { type: 'RecordHistory', data }, by: importer, key: batch, before: start })
      if (isRefusal(answer)) throw new Unanswerable(409, answer.refused, refused(answer.refused).title, refused(answer.refused).en, { caseNo })
      if ('stale' in answer) throw new Error('no revision was pinned')
      figures.facts += answer.facts.length
      for (const cause of answer.causes) appended.add(cause)
    }
    figures.duplicates += rows.filter(({ entries }) => !entries.some(({ key }) => appended.has(key))).length
    quarantine.told(rows)
  }
  const progress = () => {
    const seconds = (performance.now() - began) / 1000
    return { ...figures, seconds, eventsPerSecond: Math.round(figures.sourceEvents / seconds) }
  }

  for await (const window of history.windows) {
    if (failed) break
    figures.sourceEvents += window.sourceEvents
    const byCase = new Map<string, MappedRow[]>()
    for (const row of window.rows) {
      if (isBroken(row)) { figures.quarantined++; await quarantine.add(row); continue }
      const rows = byCase.get(row.caseNo)
      if (rows) rows.push(row)
      else byCase.set(row.caseNo, [row])
    }
    for (const [caseNo, rows] of byCase) {
      seen.add(caseNo)
      const flight = tellCase(caseNo, rows).catch((error: unknown) => { failed ??= error }).finally(() => flying.delete(flight))
      flying.add(flight)
    }
    while (flying.size > casesInFlight && !failed) await Promise.race(flying)
    await new Promise(setImmediate) // the server has others to answer
    onProgress(progress())
  }
  await Promise.all(flying)
  if (failed) throw failed
  await quarantine.flush()
  figures.cases = seen.count()
  const { seconds, eventsPerSecond } = progress()
  if (started) await say('FinishImport', { ...figures, facts: figures.facts + 1 })
  const caughtUpFrom = performance.now()
  await rooms.caughtUp((await rooms.book.head()).position)
  await quarantine.forgetSettled()
  return { ...figures, seconds, eventsPerSecond, lagSeconds: (performance.now() - caughtUpFrom) / 1000 }
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
