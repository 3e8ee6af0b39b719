import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finesFull, finesSmall, present, textOf } from '../oracles/files.ts'
import { finesOf } from '../oracles/fines.ts'
import { wallOf } from '../oracles/office-days.ts'
import { ended, hashOf, headOf, pause, run, startVerb, told, workplace } from './mingjian.ts'

const place = workplace()
afterAll(place.clear)
const zone = 'Europe/Rome'

describe.skipIf(!present(finesSmall))('the log of ten thousand traffic fines', () => {
  const dir = place.dir()
  let imported: any
  const oracle = present(finesSmall) ? finesOf(finesSmall) : undefined!
  beforeAll(async () => { imported = await told('import', finesSmall, '--profile', 'traffic-fines', '--data', dir) })
  const replayed = (caseNo: string, ...more: string[]) => told('replay', caseNo, ...more, '--data', dir)

  it('is told whole', () => {
    expect(imported).toMatchObject({ cases: oracle.cases.size, sourceEvents: oracle.rows.length, duplicates: 0, quarantined: 0 })
    expect([oracle.cases.size, oracle.rows.length]).toEqual([10_000, 34_724])
  })

  it('is checked for fees case by case, in whole cents', async () => {
    const { fees } = await told('summary', '--data', dir)
    expect(fees).toEqual(oracle.fees)
    expect(fees).toEqual({ exact: 4313, under: 272, over: 41, unpaid: 5374 })
  })

  it('is judged by R-09 as the sums say: what was paid too little is yellow, too much is red, what is unpaid nothing, and no other rule finds anything', async () => {
    const { findings, rules, cards } = await told('judge', '--now', '2014-01-01T12:00:00+01:00', '--list', '--data', dir)
    const wrong = [...oracle.cases].flatMap(([caseNo, { amount = 0, expense, paid }]) => {
      const owed = amount + expense
      return paid === 0 || owed === 0 || paid === owed ? [] : [`${caseNo} ${paid < owed ? 'YELLOW fee~under' : 'RED fee~over'}`]
    })
    expect(findings.map(({ subject, severity, clock }: Record<string, string>) => `${subject!.replace('cases.traffic-fines:', '')} ${severity} ${clock}`).sort()).toEqual(wrong.sort())
    expect(cards).toEqual({ hints: 0, warnings: 0, yellow: 272, red: 41 })
    expect(rules.filter((it: { findings: number }) => it.findings > 0).map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['R-09'])
    // Each at its last payment or assessment, whichever came later.
    for (const { subject, becameTrueAt } of findings.slice(0, 40)) {
      const last = oracle.rows.filter((row) => subject.endsWith(`:${row['case_id']}`) && (row['amount'] || row['expense'] || row['activity'] === 'Payment')).map((row) => row['timestamp']!).sort().at(-1)
      expect(wallOf(Date.parse(becameTrueAt), zone).day, subject).toBe(last)
    }
  })

  it('keeps payments that repeat another row in every column: none is lost, none doubled', async () => {
    expect(oracle.repeatedPayments).toBe(6)
    for (const line of oracle.repeats) {
      const [caseNo] = line.split(',')
      const written = oracle.rows.filter((row) => row['case_id'] === caseNo && row['activity'] === 'Payment').length
      const { facts } = await replayed(caseNo!)
      expect(facts.filter(({ type }: { type: string }) => type === 'FeeCharged'), caseNo).toHaveLength(written)
    }
    const { rows } = await told('query', 'activities', '--limit', '100', '--data', dir)
    expect(rows.find(({ activity }: { activity: string }) => activity === 'Payment').times).toBe(oracle.rows.filter((row) => row['activity'] === 'Payment').length)
    const head = await headOf(dir)
    expect((await told('import', finesSmall, '--profile', 'traffic-fines', '--data', dir)).facts).toBe(0)
    expect(await headOf(dir)).toBe(head)
  })

  it('knows days and no hours: each fact says so, on the day that was written, in the order of the file', async () => {
    const busiest = [...oracle.cases].sort(([, a], [, b]) => b.rows - a.rows).slice(0, 5).map(([caseNo]) => caseNo)
    for (const caseNo of busiest) {
      const written = oracle.rows.filter((row) => row['case_id'] === caseNo)
      const told = (await replayed(caseNo)).facts.filter(({ activity }: { activity?: string }) => activity !== undefined)
      expect(told.every(({ precision }: { precision?: string }) => precision === 'day'), caseNo).toBe(true)
      // Sorting by the written day alone is stable: within one day the order stays that of the file.
      const inOrder = [...written].sort((a, b) => a['timestamp']! < b['timestamp']! ? -1 : a['timestamp']! > b['timestamp']! ? 1 : 0)
      expect(told.map(({ activity, occurredAt }: { activity: string; occurredAt: string }) => `${wallOf(Date.parse(occurredAt), zone).day} ${activity}`), caseNo)
        .toEqual(inOrder.map((row) => `${row['timestamp']} ${row['activity']}`))
    }
  })

  it('orders what happened on one day as the file does, and not by name or by kind', async () => {
    const row = (...cells: string[]) => `Z9,${cells.join(',')}`
    const [header] = textOf(finesSmall).split('\n')
    const sameDay = [row('Payment', '2010-03-28', '', '', '', '', '', '', '', '', '5.0', ''), row('Insert Fine Notification', '2010-03-28', '', '', '', '', '', 'P', 'R', '', '', ''),
      row('Create Fine', '2010-03-28', '561', '35.0', '157', 'NIL', '', '', '', '0', '0.0', 'A'), row('Add penalty', '2010-03-28', '', '71.5', '', '', '', '', '', '', '', '')]
    const dir = place.dir()
    await told('import', place.file('one-day.csv', `${[header, ...sameDay].join('\n')}\n`), '--profile', 'traffic-fines', '--data', dir)
    const { facts, fees } = await told('replay', 'Z9', '--data', dir)
    const activities = facts.map(({ activity }: { activity?: string }) => activity).filter((activity: string | undefined) => activity !== undefined)
    expect(activities).toEqual(['Payment', 'Insert Fine Notification', 'Create Fine', 'Add penalty'])
    expect(fees).toMatchObject({ owedFen: 7150, paidFen: 500, verdict: 'under' })
    expect(new Set(facts.map(({ precision, occurredAt }: any) => `${precision} ${wallOf(Date.parse(occurredAt), zone).day}`))).toEqual(new Set(['day 2010-03-28']))
  })
})

const wholeLog = process.env['CI'] !== undefined || process.env['FULL'] === '1'
if (!wholeLog) console.warn('SKIPPED: the full log of fines takes half a minute; it is imported where CI is set or FULL=1')

describe.skipIf(!wholeLog || !present(finesFull))('the full log of traffic fines', () => {
  it('comes in whole within 600 MiB, and folds again to the same rows', async () => {
    const dir = place.dir()
    const child = startVerb(['import', finesFull, '--profile', 'traffic-fines', '--data', dir, '--json'], ['--max-semi-space-size=24', '--max-old-space-size=256'])
    let out = '', peakKiB = 0, over = false
    child.stdout!.on('data', (chunk) => { out += String(chunk) })
    child.stderr!.resume()
    const exit = ended(child).then((it) => { over = true; return it })
    while (!over) {
      try { peakKiB = Math.max(peakKiB, Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0)) } catch { /* it has just ended */ }
      await pause(100)
    }
    expect((await exit).code).toBe(0)
    const rows = textOf(finesFull).split('\n').slice(1).filter((line) => line !== '')
    const figures = JSON.parse(out)
    expect(figures).toMatchObject({ cases: new Set(rows.map((row) => row.slice(0, row.indexOf(',')))).size, sourceEvents: rows.length, duplicates: 0, quarantined: 0 })
    expect(figures).toMatchObject({ cases: 150_370, sourceEvents: 561_470 })
    expect(figures.facts).toBeGreaterThanOrEqual(rows.length)
    const payments = rows.filter((row) => row.split(',')[1] === 'Payment')
    expect(payments.length - new Set(payments).size).toBe(30)
    const { rows: activities } = await told('query', 'activities', '--limit', '100', '--data', dir)
    expect(activities.find(({ activity }: { activity: string }) => activity === 'Payment').times).toBe(payments.length)
    console.info(`the full log: ${figures.eventsPerSecond} events/s, lag ${figures.lagSeconds.toFixed(1)} s, peak ${Math.round(peakKiB / 1024)} MiB`)
    expect(peakKiB / 1024).toBeLessThanOrEqual(600)
    const before = await hashOf(dir)
    expect(await hashOf(dir)).toBe(before)
    expect((await run('verify', '--data', dir)).code).toBe(0)
  }, 600_000)
})
