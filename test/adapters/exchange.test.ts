import { readFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isBroken, readHistory, type HistoryEntry, type MappedRow, type ReadOptions } from '../../adapters/exchange/history.ts'
import { loadProfile, profileJsonSchema, type Profile } from '../../adapters/exchange/profile.ts'

const data = new URL('../../../shared/data/', import.meta.url).pathname
const profiles = new URL('../../adapters/exchange/profiles/', import.meta.url).pathname
const receiptCsv = `${data}permits/receipt.csv`, receiptXes = `${data}permits/receipt-original.xes.gz`
const fines10k = `${data}enforcement/traffic_fines_10k.csv`, finesFull = `${data}enforcement/traffic_fines_full.csv.gz`

let tmpDir = '', receipt: Profile, fines: Profile
beforeAll(async () => {
  tmpDir = mkdtempSync(join(tmpdir(), 'exchange-'))
  receipt = await loadProfile(`${profiles}receipt.json`)
  fines = await loadProfile(`${profiles}traffic-fines.json`)
})
afterAll(() => rmSync(tmpDir, { recursive: true }))

/** None of these files has a quote, so that a comma is always a border. */
const naive = (text: string) => {
  expect(text).not.toContain('"')
  const [header = '', ...lines] = text.trimEnd().split('\n')
  const names = header.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, place) => [names[place]!, cell])))
}
async function all(file: string, profile: Profile, options: Partial<ReadOptions> = {}) {
  const rows: MappedRow[] = []
  let sourceEvents = 0
  for await (const window of readHistory(file, profile, { tmpDir, ...options })) {
    for (const row of window.rows) if (isBroken(row)) throw new Error(row.en); else rows.push(row)
    sourceEvents += window.sourceEvents
  }
  return { rows, sourceEvents, entries: rows.flatMap(({ entries }) => entries) }
}
const unordered = (entries: HistoryEntry[]) => entries.map(({ order: _, ...rest }) => JSON.stringify(rest)).sort()
const written = (name: string, text: string | Buffer) => {
  const file = join(tmpDir, name)
  writeFileSync(file, text)
  return file
}
/** Always the same disorder. */
const shuffled = (lines: string[]) => {
  let state = 7
  const keyed = lines.map((line) => { state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0; return { line, at: state } })
  return keyed.sort((a, b) => a.at - b.at).map(({ line }) => line)
}

describe('受理日志 (receipt)', () => {
  it('has every event, case, activity and end that a naive count of its cells finds', async () => {
    const source = naive(readFileSync(receiptCsv, 'utf8'))
    const { rows, sourceEvents, entries } = await all(receiptCsv, receipt)
    const activities = entries.flatMap(({ activity }) => activity ?? [])
    const ends = new Set(source.filter((row) => row['case:enddate']).map((row) => row['case:concept:name']))
    expect([sourceEvents, activities.length, new Set(rows.map(({ caseNo }) => caseNo)).size, new Set(activities).size, ends.size])
      .toEqual([8577, 8577, 1434, 27, 1329])
    expect(activities).toEqual(source.map((row) => row['concept:name']))
    expect(entries.filter(({ type }) => type === 'CaseConcluded')).toHaveLength(1329)
    expect(entries.filter(({ type }) => type === 'ApplicationSubmitted')).toHaveLength(1434)
    expect(entries.filter(({ type }) => type === 'MaterialsReceived')).toHaveLength(1434)
    expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length)
    expect(rows.map(({ line }) => line)).toEqual(source.map((_, place) => place + 2))
  })
  it('keeps instants to the millisecond, whatever offset they were written with', async () => {
    const source = naive(readFileSync(receiptCsv, 'utf8'))
    const { rows } = await all(receiptCsv, receipt)
    const expected = source.map((row) => new Date(row['time:timestamp']!.replace(' ', 'T').replace(/000([+-])/, '$1')).toISOString())
    expect(rows.map(({ entries }) => entries.at(-1)!.occurredAt)).toEqual(expected)
  })
  it('says what a case is and what it was promised', async () => {
    const { rows } = await all(receiptCsv, receipt)
    const [first] = rows
    const fact = (type: string) => first!.entries.find((entry) => entry.type === type)
    expect(first!.entries.map(({ key, activity }) => [key, activity])).toEqual([
      ['case-10011#ApplicationSubmitted', undefined], ['case-10011#CaseAccepted', undefined],
      ['case-10011/task-42933#MaterialsReceived', 'Confirmation of receipt']])
    expect(fact('ApplicationSubmitted')).toEqual({ key: 'case-10011#ApplicationSubmitted', type: 'ApplicationSubmitted', order: 0,
      occurredAt: '2011-10-11T11:42:22.688Z', data: { itemCode: 'wabo-permit-receipt', department: 'General', channel: 'online', hall: 'receipt',
        responsible: 'Resource21', attributes: { group: 'Group 2', plannedEndAt: '2011-12-06T12:41:31.788Z' } } })
    expect(fact('CaseAccepted')!.data).toEqual({ promisedDueAt: '2011-12-06T12:41:31.788Z' })
    expect(fact('MaterialsReceived')!.data).toEqual({ by: 'Resource21', group: 'Group 1' })
    const ended = rows.flatMap(({ entries }) => entries).find(({ type }) => type === 'CaseConcluded')
    const source = naive(readFileSync(receiptCsv, 'utf8')).find((row) => row['case:enddate'])!
    expect(ended).toMatchObject({ key: `${source['case:concept:name']}#CaseConcluded`, data: { resultCode: 'concluded' } })
    expect(Date.parse(ended!.occurredAt)).toBe(Date.parse(source['case:enddate']!.replace(' ', 'T').replace(/000([+-])/, '$1')))
  })
  it('gives the same facts from CSV and from XES, apart from the order of the file', async () => {
    const csv = await all(receiptCsv, receipt), xes = await all(receiptXes, receipt)
    expect(xes.sourceEvents).toBe(csv.sourceEvents)
    expect(unordered(xes.entries)).toEqual(unordered(csv.entries))
    const cases = (rows: MappedRow[]) => new Set(rows.map((row) => JSON.stringify([row.caseNo, row.case])))
    expect(cases(xes.rows)).toEqual(cases(csv.rows))
  })
  it('is told apart by content, not by name', async () => {
    const zipped = written('receipt.xes', gzipSync(readFileSync(receiptCsv))), unzipped = written('receipt.csv', gunzipSync(readFileSync(receiptXes)))
    const csv = unordered((await all(receiptCsv, receipt)).entries)
    expect(unordered((await all(zipped, receipt)).entries)).toEqual(csv)
    expect(unordered((await all(unzipped, receipt)).entries)).toEqual(csv)
  })
  it('gives the same facts when the rows are shuffled and next to nothing is remembered in memory', async () => {
    const [header = '', ...lines] = readFileSync(receiptCsv, 'utf8').trimEnd().split('\n')
    const file = written('shuffled.csv', [header, ...shuffled(lines)].join('\n'))
    const { entries } = await all(file, receipt, { remembered: 50 })
    expect(unordered(entries)).toEqual(unordered((await all(receiptCsv, receipt)).entries))
    const place = new Map<string, number>()
    for (const { key, order } of entries) {
      const caseNo = key.split(/[/#]/)[0]!
      place.set(caseNo, Math.min(place.get(caseNo) ?? Infinity, order))
    }
    for (const { key, order } of entries) if (!key.includes('/')) expect(order).toBe(place.get(key.split('#')[0]!))
  })
})

describe('交通罚款日志 (traffic fines)', () => {
  it('has every row, fee and repeat of the 10,000 cases, and days that stay days', async () => {
    const source = naive(readFileSync(fines10k, 'utf8'))
    const { rows, sourceEvents, entries } = await all(fines10k, fines)
    expect([sourceEvents, new Set(rows.map(({ caseNo }) => caseNo)).size]).toEqual([34_724, 10_000])
    expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length)
    expect(rows.filter(({ rowKey }) => rowKey.includes('~'))).toHaveLength(6)
    expect(entries.every(({ precision }) => precision === 'day')).toBe(true)
    const romanDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome', dateStyle: 'short', timeStyle: 'medium' })
    for (let place = 0; place < rows.length; place += 97) {
      expect(romanDay.format(new Date(rows[place]!.entries[0]!.occurredAt))).toBe(`${source[place]!['timestamp']} 00:00:00`)
    }
  })
  it('says the fees of a case to the cent', async () => {
    const source = naive(readFileSync(fines10k, 'utf8'))
    const { rows } = await all(fines10k, fines)
    const cents = (text: string) => Number(text.split('.')[0]) * 100 + Number((text.split('.')[1] ?? '').padEnd(2, '0'))
    const expected = source.flatMap((row) => [row['amount'], row['expense'], row['activity'] === 'Payment' ? row['totalpaymentamount'] : '']
      .flatMap((text) => text ? [`${row['case_id']} ${cents(text)}`] : []))
    const fees = rows.flatMap(({ caseNo, entries }) => entries.flatMap(({ data: { amountFen } }) => amountFen === undefined ? [] : [`${caseNo} ${amountFen}`]))
    expect(fees).toEqual(expected)
    expect(fees.filter((fee) => fee.startsWith('A100 '))).toEqual(['A100 3500', 'A100 1100', 'A100 7150'])
    const a100 = rows.filter(({ caseNo }) => caseNo === 'A100').flatMap(({ entries }) => entries.map(({ type, data: { effect, kind, resultCode } }) =>
      [type, effect ?? '', kind ?? resultCode ?? '']))
    expect(a100).toEqual([['ApplicationSubmitted', '', ''], ['FeeAssessed', 'sets', 'fine'], ['NoticeSent', '', 'fine'], ['FeeAssessed', 'adds', 'expense'],
      ['StepCompleted', '', ''], ['StepCompleted', '', ''], ['FeeAssessed', 'sets', 'penalty'], ['CaseConcluded', '', 'credit-collection']])
  })
  it('ends a case only by a dismissal that the prefecture or the judge gave', async () => {
    const source = naive(readFileSync(fines10k, 'utf8'))
    const { entries } = await all(fines10k, fines)
    const reasons = entries.flatMap(({ type, data: { reason } }) => type === 'CaseTerminated' ? [reason] : [])
    const says = (dismissal: string) => source.filter((row) => row['dismissal'] === dismissal).length
    expect(reasons.filter((reason) => reason === 'dismissed-by-prefecture')).toHaveLength(says('#'))
    expect(reasons.filter((reason) => reason === 'dismissed-by-judge')).toHaveLength(says('G'))
    expect(reasons).toHaveLength(140)
  })
  it('reads the whole log with the same profile, though it has no amounts, and leaves nothing behind', async () => {
    const counts = new Map<string, number>()
    const keys = new Set<string>()
    let rows = 0, repeats = 0, progress = 0
    const options = { tmpDir, remembered: 5000, onProgress: (read: number, total: number) => { progress = read / total } }
    for await (const window of readHistory(finesFull, fines, options)) {
      for (const row of window.rows) {
        if (isBroken(row)) throw new Error(row.en)
        rows++
        if (row.rowKey.includes('~')) repeats++
        for (const { key, type } of row.entries) { keys.add(key); counts.set(type, (counts.get(type) ?? 0) + 1) }
      }
    }
    expect([rows, repeats, progress]).toEqual([561_470, 30, 1])
    expect(keys.size).toBe([...counts.values()].reduce((sum, count) => sum + count, 0))
    expect([counts.get('ApplicationSubmitted'), counts.get('FeeCharged'), counts.get('FeeAssessed'), counts.get('CaseConcluded')])
      .toEqual([150_370, 77_601, undefined, 59_013])
    expect(readdirSync(tmpDir).filter((name) => name.startsWith('import-seen'))).toEqual([])
    const small = await all(fines10k, fines)
    const known = small.rows.filter(({ entries }) => keys.has(entries[0]!.key)).length
    expect(known).toBeGreaterThan(30_000)
  }, 180_000)
  it('keeps its keys when the rows are shuffled', async () => {
    const [header = '', ...lines] = readFileSync(fines10k, 'utf8').trimEnd().split('\n')
    const file = written('fines.csv', [header, ...shuffled(lines)].join('\n'))
    expect(unordered((await all(file, fines, { remembered: 300 })).entries)).toEqual(unordered((await all(fines10k, fines)).entries))
  })
  it('deletes its memory also when the reading is broken off', async () => {
    for await (const window of readHistory(fines10k, fines, { tmpDir, remembered: 100 })) {
      expect(window.rows).toHaveLength(1000)
      expect(readdirSync(tmpDir).some((name) => name.startsWith('import-seen'))).toBe(true)
      break
    }
    expect(readdirSync(tmpDir).some((name) => name.startsWith('import-seen'))).toBe(false)
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await expect(all(fines10k, fines, { signal: stop.signal })).rejects.toThrow('enough')
  })
})

it('映射方案 has the published JSON Schema', async () => {
  await expect(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../adapters/exchange/profiles/profile.schema.json')
})
