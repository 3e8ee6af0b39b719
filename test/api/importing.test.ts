import { describe, expect, it } from 'vitest'
import { memoryBook } from '../../adapters/book/memory.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { memoryReadStore, type MemoryTable } from '../../adapters/read-store/memory.ts'
import { importHistory, type BrokenRow, type History, type ImportProgress, type MappedRow, type Window } from '../../api/importing.ts'
import { Unanswerable } from '../../api/problems.ts'
import type { Rooms } from '../../api/rooms.ts'
import { cases } from '../../domain/cases/index.ts'
import type { ExchangeEvent } from '../../domain/exchange/events.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { Sealed } from '../../domain/kernel/values.ts'
import { foldRows } from '../../projections/fold-row.ts'
import { quarantine } from '../../projections/quarantine.ts'
import { collect } from '../contract/event-log.ts'
import { openHouse } from '../kernel/house.ts'
import { at, importer } from '../kernel/spec.ts'

/** Rooms in memory: rows are folded from the book whenever somebody waits for them. */
async function openRooms() {
  const book = memoryBook(), keys = memoryKeys(), bulk: boolean[] = []
  const { say } = await openHouse({ book, keys })
  let table: MemoryTable = { fields: quarantine.indexes, rows: {}, checkpoint: 0 }
  const catchUp = async () => {
    const facts = (await collect(book.readAll(0))).filter(({ meta }) => meta.stream.startsWith('exchange-')) as Recorded<ExchangeEvent>[]
    table = { fields: quarantine.indexes, rows: Object.fromEntries(foldRows(quarantine, facts)) as MemoryTable['rows'], checkpoint: (await book.head()).position }
  }
  const rooms = { book, keys, tell: say, now: () => at('2026-03-02'), rows: memoryReadStore(() => ({ quarantine: table })), caughtUp: catchUp, bulk: (on: boolean) => { bulk.push(on) },
    stopping: new AbortController().signal }
  const factsOf = async () => (await collect(book.readAll(2))).map(({ type, meta, data }) => ({ type, stream: meta.stream, data, meta }))
  return { rooms: rooms as unknown as Rooms, book, keys, factsOf, bulk, typesOf: async () => (await factsOf()).map(({ type }) => type) }
}
const step = (caseNo: string, line: number, more: Partial<MappedRow> = {}): MappedRow => ({ caseNo, line, rowKey: `${caseNo} ${line}`, entries: [
  { type: 'StepCompleted', data: { step: 'T02' }, key: `${caseNo} step ${line}`, occurredAt: `2011-10-${10 + line}T10:00:00.000Z`, order: line, activity: 'T02' }] as unknown as MappedRow['entries'], ...more })
const broken = (line: number, rowKey = `row ${line}`): BrokenRow => ({ line, rowKey, field: 'time:timestamp', rule: 'not-a-time', zh: '不是时间', en: 'not a time', raw: { name: '张三', time: '昨天' } })
const history = (...windows: (MappedRow | BrokenRow)[][]): History => ({
  source: 'receipt', hall: 'H-9', zone: 'Europe/Amsterdam', profile: 'receipt', profileHash: 'ab'.repeat(32),
  windows: (async function* (): AsyncGenerator<Window> { for (const rows of windows) yield { rows, sourceEvents: rows.length } })(),
})
const countsOf = ({ cases, sourceEvents, facts, duplicates, quarantined }: Awaited<ReturnType<typeof importHistory>>) => ({ cases, sourceEvents, facts, duplicates, quarantined })

describe('导入', () => {
  it('tells each case its own, and counts every fact that it wrote, those of the batch included', async () => {
    const { rooms, factsOf } = await openRooms()
    const figures = await importHistory(rooms, '/somewhere/else/receipt.xes', history([step('A', 1), step('B', 2), step('A', 3)], [step('A', 4)]))
    const facts = await factsOf()
    expect(countsOf(figures)).toStrictEqual({ cases: 2, sourceEvents: 4, facts: 6, duplicates: 0, quarantined: 0 })
    expect(facts).toHaveLength(6)
    expect(facts.filter(({ stream }) => stream === 'cases-receipt:A').map(({ meta }) => meta.source?.order)).toStrictEqual([1, 3, 4])
    expect(facts[0]).toMatchObject({ type: 'ImportStarted', data: { source: 'receipt', file: 'receipt.xes', profile: 'receipt' } })
    expect(facts.at(-1)).toMatchObject({ type: 'ImportFinished', data: { cases: 2, sourceEvents: 4, facts: 6, duplicates: 0, quarantined: 0 } })
  })
  it('the batch stands first, its facts name it, and it is never a fact per row', async () => {
    const { rooms, factsOf } = await openRooms()
    await importHistory(rooms, 'a.xes', history([step('A', 1)]))
    const [started, told] = await factsOf()
    expect(started!.stream).toMatch(/^exchange-receipt-20260302T020000-[0-9a-f]{6}$/)
    expect(`exchange-${told!.meta.source!.batch}`).toBe(started!.stream)
  })
  it('what is yet to come is no history: such a row waits, and the rest of its case is told', async () => {
    const { rooms, typesOf, factsOf } = await openRooms()
    const entries = [{ type: 'StepCompleted', data: { step: 'T02' }, key: 'A to come', occurredAt: '2026-03-02T02:00:00.001Z', order: 9, activity: 'T02' }] as unknown as MappedRow['entries']
    const file = () => history([step('A', 1), step('A', 2, { entries }), step('B', 3, { entries })])
    expect(countsOf(await importHistory(rooms, 'a.xes', file()))).toMatchObject({ cases: 2, quarantined: 2 })
    expect((await factsOf()).filter(({ type }) => type === 'StepCompleted').map(({ meta }) => meta.occurredAt)).toStrictEqual(['2011-10-11T10:00:00.000Z'])
    expect((await factsOf()).find(({ type }) => type === 'RowsQuarantined')!.data['rows']).toMatchObject([{ field: 'at', rule: 'not-yet' }, { field: 'at', rule: 'not-yet' }])
    const answer = await rooms.tell({ context: cases, id: 'receipt:C', by: importer, key: 'b', command: { type: 'RecordHistory', data: { caseNo: 'C', source: 'receipt', batch: 'b', hall: 'H-9', zone: 'Asia/Shanghai', entries } } })
    expect(answer).toStrictEqual({ refused: 'claim-out-of-bounds' })
    expect((await typesOf()).filter((type) => type === 'StepCompleted')).toHaveLength(1)
  })
  it('the same file again writes nothing, not even that it was read', async () => {
    const { rooms, book } = await openRooms()
    const file = () => history([step('A', 1), step('B', 2), broken(3)])
    await importHistory(rooms, 'a.xes', file())
    const { size } = await book.head()
    expect(countsOf(await importHistory(rooms, 'a.xes', file()))).toStrictEqual({ cases: 2, sourceEvents: 3, facts: 0, duplicates: 2, quarantined: 1 })
    expect((await book.head()).size).toBe(size)
  })
  it('an empty file writes nothing', async () => {
    const { rooms, book } = await openRooms()
    expect(countsOf(await importHistory(rooms, 'a.xes', history([], [])))).toStrictEqual({ cases: 0, sourceEvents: 0, facts: 0, duplicates: 0, quarantined: 0 })
    expect((await book.head()).size).toBe(2)
  })
  it('a longer file adds what is new, and says how many rows it knew', async () => {
    const { rooms, typesOf } = await openRooms()
    await importHistory(rooms, 'a.xes', history([step('A', 1)]))
    expect(countsOf(await importHistory(rooms, 'a.xes', history([step('A', 1), step('A', 2), step('C', 3)])))).toStrictEqual({ cases: 2, sourceEvents: 3, facts: 4, duplicates: 1, quarantined: 0 })
    expect((await typesOf()).filter((type) => type === 'StepCompleted')).toHaveLength(3)
  })
  it('a row that is twice in one file counts once as a fact', async () => {
    const { rooms, typesOf } = await openRooms()
    const figures = await importHistory(rooms, 'a.xes', history([step('A', 1)], [step('A', 1)]))
    expect(countsOf(figures)).toMatchObject({ facts: 3, duplicates: 1 })
    expect((await typesOf()).filter((type) => type === 'StepCompleted')).toHaveLength(1)
  })
  it('what each row of a case repeats is one fact, and none of the rows is a duplicate for it', async () => {
    const { rooms, typesOf } = await openRooms()
    const opening = { type: 'ApplicationSubmitted', data: { itemCode: 'i', department: 'd', channel: 'c' }, key: 'A opening', occurredAt: '2011-10-10T10:00:00.000Z', order: 0 }
    const withOpening = (line: number): MappedRow => ({ ...step('A', line), entries: [opening as unknown as MappedRow['entries'][number], ...step('A', line).entries] })
    expect(countsOf(await importHistory(rooms, 'a.xes', history([withOpening(1), withOpening(2)])))).toMatchObject({ facts: 5, duplicates: 0 })
    expect((await typesOf()).filter((type) => type === 'ApplicationSubmitted')).toHaveLength(1)
  })
  it('a case of more entries than one telling carries is told whole', async () => {
    const { rooms, book } = await openRooms()
    const entries = Array.from({ length: 4_500 }, (_, i) => ({ ...step('A', 1).entries[0]!, key: `A ${i}`, order: i }))
    expect(countsOf(await importHistory(rooms, 'a.xes', history([{ ...step('A', 1), entries }])))).toMatchObject({ facts: 4_502, duplicates: 0 })
    expect(await book.readStream('cases-receipt:A')).toHaveLength(4_500)
  })
  it('many cases at once are counted one by one, whatever their numbers look like', async () => {
    const { rooms } = await openRooms()
    const rows = Array.from({ length: 3_000 }, (_, i) => step(`案-${i}`, 1))
    expect(countsOf(await importHistory(rooms, 'a.xes', history(rows.slice(0, 2_000), rows.slice(1_000))))).toMatchObject({ cases: 3_000, facts: 3_002, duplicates: 1_000 })
  }, 180_000)
  it('says how far it is after each window', async () => {
    const { rooms } = await openRooms()
    const seen: ImportProgress[] = []
    await importHistory(rooms, 'a.xes', history([step('A', 1)], [step('A', 2), broken(3)]), (progress) => seen.push(progress))
    expect(seen.map(({ sourceEvents, quarantined }) => [sourceEvents, quarantined])).toStrictEqual([[1, 0], [3, 1]])
  })
  it('a reader that breaks off breaks the import off; what was told stands, and the batch is not said to be finished', async () => {
    const { rooms, typesOf, bulk } = await openRooms()
    const torn: History = { ...history(), windows: (async function* () { yield { rows: [step('A', 1)], sourceEvents: 1 }; throw new Error('the file ends in the middle') })() }
    await expect(importHistory(rooms, 'a.xes', torn)).rejects.toThrow('the file ends in the middle')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await typesOf()).not.toContain('ImportFinished')
    expect(bulk).toStrictEqual([true, false])
    expect(countsOf(await importHistory(rooms, 'a.xes', history([step('A', 1), step('A', 2)])))).toMatchObject({ duplicates: 1 })
  })
  it('a zone that there is not is refused in words, and nothing but the attempt stands', async () => {
    const { rooms, typesOf } = await openRooms()
    const failed = importHistory(rooms, 'a.xes', { ...history([step('A', 1)]), zone: 'Europe/Enshi' })
    await expect(failed).rejects.toBeInstanceOf(Unanswerable)
    await expect(failed).rejects.toThrow('没有这个时区')
    expect(await typesOf()).not.toContain('StepCompleted')
  })
})

describe('隔离与更正', () => {
  it('a broken row is kept under seal, with the field, the rule and the words; the good ones go on', async () => {
    const { rooms, keys, factsOf } = await openRooms()
    expect(countsOf(await importHistory(rooms, 'a.csv', history([step('A', 1), broken(2)])))).toStrictEqual({ cases: 1, sourceEvents: 2, facts: 4, duplicates: 0, quarantined: 1 })
    const held = (await factsOf()).find(({ type }) => type === 'RowsQuarantined')!
    const [row] = held.data['rows'] as { raw: Sealed; rowKey: string }[]
    expect(row).toMatchObject({ rowKey: 'row 2', line: 2, field: 'time:timestamp', rule: 'not-a-time', zh: '不是时间', en: 'not a time' })
    expect(JSON.parse(JSON.parse((await keys.open(row!.raw))!))).toStrictEqual({ name: '张三', time: '昨天' })
    expect(JSON.stringify(await factsOf())).not.toContain('张三')
  })
  it('only broken rows still make a batch', async () => {
    const { rooms, typesOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(1)]))
    expect(await typesOf()).toStrictEqual(['ImportStarted', 'RowsQuarantined', 'ImportFinished'])
  })
  it('twelve hundred broken rows are three facts', async () => {
    const { rooms, typesOf } = await openRooms()
    expect(await importHistory(rooms, 'a.csv', history(Array.from({ length: 1_200 }, (_, i) => broken(i))))).toMatchObject({ quarantined: 1_200, facts: 5 })
    expect((await typesOf()).filter((type) => type === 'RowsQuarantined')).toHaveLength(3)
  })
  it('a row is quarantined once, in one file or in many', async () => {
    const { rooms, factsOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(1), broken(1)], [broken(1)]))
    await importHistory(rooms, 'b.csv', history([broken(1), broken(2)]))
    expect((await factsOf()).filter(({ type }) => type === 'RowsQuarantined').map(({ data }) => (data['rows'] as { rowKey: string }[]).map(({ rowKey }) => rowKey))).toStrictEqual([['row 1'], ['row 2']])
  })
  it('更正: put right, it is told, settled in the batch that held it, and what it held is forgotten', async () => {
    const { rooms, keys, factsOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(2), broken(5)]))
    const held = (await factsOf()).find(({ type }) => type === 'RowsQuarantined')!
    const raws = (held.data['rows'] as { raw: Sealed }[]).map(({ raw }) => raw)
    await importHistory(rooms, 'b.csv', history([step('A', 2, { rowKey: 'row 2' })]))
    const settled = (await factsOf()).filter(({ type }) => type === 'RowsSettled')
    expect(settled.map(({ stream, data }) => [stream, data])).toStrictEqual([[held.stream, { source: 'receipt', rowKeys: ['row 2'] }]])
    expect(await keys.open(raws[0]!)).toBeUndefined()
    expect(await keys.open(raws[1]!)).toContain('张三')
  })
  it('更正: the key goes before the word, so that cut off in between no raw text stays, and the next import settles', async () => {
    const { rooms, keys, factsOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(2)]))
    const held = (await factsOf()).find(({ type }) => type === 'RowsQuarantined')!
    const [{ raw }] = held.data['rows'] as [{ raw: Sealed }]
    const right = () => history([step('A', 2, { rowKey: 'row 2' })])
    const cut: Rooms = { ...rooms, tell: (saying) => saying.command.type === 'SettleRows' ? Promise.reject(new Error('cut off')) : rooms.tell(saying) }
    await expect(importHistory(cut, 'b.csv', right())).rejects.toThrow('cut off')
    expect([await keys.open(raw), (await factsOf()).map(({ type }) => type).includes('RowsSettled')]).toStrictEqual([undefined, false])
    await importHistory(rooms, 'b.csv', right())
    expect((await factsOf()).filter(({ type }) => type === 'RowsSettled').map(({ stream, data }) => [stream, data['rowKeys']])).toStrictEqual([[held.stream, ['row 2']]])
  })
  it('更正 on somebody’s word: every row of the batch named is settled and forgotten, and of no other batch', async () => {
    const { rooms, keys, factsOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(2), broken(5)]))
    await importHistory(rooms, 'c.csv', history([broken(7)]))
    const held = (await factsOf()).filter(({ type }) => type === 'RowsQuarantined')
    const raws = held.flatMap(({ data }) => (data['rows'] as { raw: Sealed }[]).map(({ raw }) => raw))
    const corrected = held[0]!.stream.slice('exchange-'.length)
    await importHistory(rooms, 'b.csv', history([step('A', 2)]), () => {}, corrected)
    expect((await factsOf()).filter(({ type }) => type === 'RowsSettled').map(({ stream, data }) => [stream, data['rowKeys']])).toStrictEqual([[held[0]!.stream, ['row 2', 'row 5']]])
    expect((await Promise.all(raws.map((raw) => keys.open(raw)))).map((plain) => plain !== undefined)).toStrictEqual([false, false, true])
  })
  it('更正 happens once, and the broken file afterwards brings the row back neither as broken nor as new', async () => {
    const { rooms, book } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(2)]))
    await importHistory(rooms, 'b.csv', history([step('A', 2, { rowKey: 'row 2' })]))
    const { size } = await book.head()
    await importHistory(rooms, 'b.csv', history([step('A', 2, { rowKey: 'row 2' })]))
    await importHistory(rooms, 'a.csv', history([broken(2)]))
    expect((await book.head()).size).toBe(size)
  })
  it('更正 names a row once, however often the corrected file has it', async () => {
    const { rooms, factsOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(2)]))
    const right = step('A', 2, { rowKey: 'row 2' })
    await importHistory(rooms, 'b.csv', history([right, right], [right]))
    expect((await factsOf()).filter(({ type }) => type === 'RowsSettled').map(({ data }) => data['rowKeys'])).toStrictEqual([['row 2']])
  })
  it('broken and put right in one file, it is both held and settled', async () => {
    const { rooms, typesOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([broken(2)], [step('A', 2, { rowKey: 'row 2' })]))
    expect((await typesOf()).sort()).toStrictEqual(['ImportFinished', 'ImportStarted', 'RowsQuarantined', 'RowsSettled', 'StepCompleted'])
  })
  it('nobody but the importer is named as having told it', async () => {
    const { rooms, factsOf } = await openRooms()
    await importHistory(rooms, 'a.csv', history([step('A', 1), broken(2)]))
    expect(new Set((await factsOf()).map(({ meta }) => meta.actor.role))).toStrictEqual(new Set([importer.role]))
    expect(cases.grants['RecordHistory']).toStrictEqual([importer.role])
  })
})
