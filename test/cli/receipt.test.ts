import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present, receiptCsv, receiptXes, shuffled, textOf } from '../oracles/files.ts'
import { figuresOf, receiptOf } from '../oracles/receipt.ts'
import { filesWith, hashOf, headOf, run, sizeOf, told, workplace } from './mingjian.ts'

const here = present(receiptCsv, receiptXes)
const place = workplace()
afterAll(place.clear)
const zone = 'Europe/Amsterdam', logEnd = '2012-01-23T15:42:54.644+01:00'

describe.skipIf(!here)('the permit log receipt', () => {
  const dir = place.dir()
  let imported: any, hash = '', emptySize = 0
  const oracle = here ? receiptOf(receiptCsv) : undefined!
  const importInto = (into: string, file: string) => told('import', file, '--profile', 'receipt', '--data', into)

  beforeAll(async () => {
    imported = await importInto(dir, receiptCsv)
    hash = await hashOf(dir)
    emptySize = (await sizeOf(dir)) - imported.facts
  })

  it('is told whole: every row is an event, every event a fact, and three more facts a case for what its columns say', () => {
    const closed = oracle.cases.filter(({ endMs }) => endMs !== undefined).length
    expect(imported).toMatchObject({ cases: oracle.cases.length, sourceEvents: oracle.rows.length, duplicates: 0, quarantined: 0 })
    expect(imported.facts, 'a fact a row, submission and acceptance a case, the end of those that ended, start and end of the batch')
      .toBe(oracle.rows.length + 2 * oracle.cases.length + closed + 2)
    expect(imported.seconds).toBeGreaterThan(0)
    expect(imported.eventsPerSecond / (imported.sourceEvents / imported.seconds)).toBeCloseTo(1, 2)
    expect(emptySize, 'the house was founded, and its calendar published, before the first row').toBeGreaterThan(0)
  })

  it('sums up to what its columns say, counted another way', async () => {
    const summary = await told('summary', '--now', logEnd, '--data', dir)
    expect(oracle.lastMs, 'the moment asked for is that of the last event').toBe(Date.parse(logEnd))
    expect(summary).toMatchObject(figuresOf(oracle, Date.parse(logEnd), zone))
    expect(Date.parse(summary.now)).toBe(oracle.lastMs)
  })

  it('gives the figures that were promised, and counts late days on the wall of its own hall: read in UTC the same count would be another', async () => {
    expect(await told('summary', '--now', logEnd, '--data', dir)).toMatchObject({ cases: 1434, activities: 27, open: 105, closed: 1329, lateAsInstant: 377,
      lateWorkingDays: { gt0: 309, gt1: 268, gt5: 216, gt10: 181, gt20: 117 }, openPastDue: 39 })
    expect(imported).toMatchObject({ cases: 1434, sourceEvents: 8577 })
    expect(figuresOf(oracle, oracle.lastMs, 'UTC').lateWorkingDays.gt0).toBe(355)
  })

  it('lists as many cases open, closed and by department as the file has', async () => {
    const count = async (where: object) => (await told('query', 'cases', '--where', JSON.stringify(where), '--count', '--data', dir)).count
    const ofDepartment = (name: string) => oracle.cases.filter(({ rows }) => rows[0]!['case:department'] === name).length
    expect(await count({ open: true })).toBe(oracle.cases.filter(({ endMs }) => endMs === undefined).length)
    for (const name of new Set(oracle.cases.map(({ rows }) => rows[0]!['case:department']!))) expect(await count({ department: name }), name).toBe(ofDepartment(name))
  })

  it('keeps each activity as often as it stands in the file', async () => {
    const times = new Map<string, number>()
    for (const row of oracle.rows) times.set(row['concept:name']!, (times.get(row['concept:name']!) ?? 0) + 1)
    const { rows } = await told('query', 'activities', '--limit', '100', '--data', dir)
    expect(Object.fromEntries(rows.map((row: { activity: string; times: number }) => [row.activity, row.times]))).toEqual(Object.fromEntries(times))
  })

  it('keeps one hash however often its rows are built', async () => {
    expect(await hashOf(dir)).toBe(hash)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is found sound by verify', async () => {
    expect(await told('verify', '--data', dir)).toMatchObject({ ok: true, size: emptySize + imported.facts })
  })

  it('adds nothing when it comes again, not even that it came: the head of the book stays', async () => {
    const head = await headOf(dir)
    expect(await importInto(dir, receiptCsv)).toMatchObject({ cases: oracle.cases.length, sourceEvents: oracle.rows.length, facts: 0, duplicates: oracle.rows.length, quarantined: 0 })
    expect(await headOf(dir)).toBe(head)
  })

  it('adds nothing when it comes again as XES: the head of the book stays', async () => {
    const head = await headOf(dir)
    expect(await importInto(dir, receiptXes)).toMatchObject({ cases: oracle.cases.length, sourceEvents: oracle.rows.length, facts: 0, duplicates: oracle.rows.length, quarantined: 0 })
    expect(await headOf(dir)).toBe(head)
    expect(await hashOf(dir)).toBe(hash)
  })

  it('gives the same rows from the XES alone', async () => {
    const xes = place.dir()
    expect(await importInto(xes, receiptXes)).toMatchObject({ cases: imported.cases, sourceEvents: imported.sourceEvents, facts: imported.facts })
    expect(await hashOf(xes)).toBe(hash)
    expect(await told('summary', '--now', logEnd, '--data', xes)).toEqual(await told('summary', '--now', logEnd, '--data', dir))
  })

  it('gives the same hash with its rows in any order, and in two halves the later one first', async () => {
    const [header, ...lines] = textOf(receiptCsv).split('\n').filter((line) => line !== '')
    const csv = (rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`
    const mixed = place.dir(), halves = place.dir(), middle = Math.floor(lines.length / 2)
    await importInto(mixed, place.file('mixed.csv', csv(shuffled(lines, 20_120_123))))
    expect(await hashOf(mixed)).toBe(hash)
    await importInto(halves, place.file('second.csv', csv(lines.slice(middle))))
    await importInto(halves, place.file('first.csv', csv(lines.slice(0, middle))))
    expect(await hashOf(halves)).toBe(hash)
  }, 270_000)

  it('keeps cases of one number from two sources apart, and asks which is meant', async () => {
    const two = place.dir(), head = 'no,what,when,task\n'
    const profile = (source: string) => place.file(`${source}.json`, JSON.stringify({ source, hall: { id: source, zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
      case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } },
      event: { activity: 'what', at: 'when', key: ['task'] } }))
    for (const [source, when] of [['east', '2024-05-06 09:00'], ['west', '2024-05-07 10:00']] as const) {
      await told('import', place.file(`${source}.csv`, `${head}A1,look,${when},1\n`), '--profile', profile(source), '--data', two)
    }
    const unclear = await run('replay', 'A1', '--data', two, '--json')
    expect(unclear.code).toBe(2)
    expect(unclear.json.error).toMatchObject({ code: 'ambiguous-case', candidates: expect.arrayContaining(['east:A1', 'west:A1']) })
    for (const words of [unclear.json.error.title, unclear.json.error.en]) expect(words).toMatch(/east:A1.*west:A1/)
    expect(await told('replay', 'west:A1', '--data', two)).toMatchObject({ id: 'west:A1', source: 'west', caseNo: 'A1', facts: [{ occurredAt: '2024-05-07T02:00:00.000Z' }] })
    expect(await told('replay', 'east:A1', '--data', two)).toMatchObject({ id: 'east:A1', facts: [{ occurredAt: '2024-05-06T01:00:00.000Z' }] })
    expect((await told('query', 'cases', '--count', '--data', two)).count).toBe(2)
  })

  it('leaves nothing of its reading behind', () => {
    expect(filesWith(dir, 'import-seen-')).toEqual([])
  })
})
