import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present, receiptCsv } from '../oracles/files.ts'
import { findingsOf, receiptOf } from '../oracles/receipt.ts'
import { headOf, importedInto, run, sizeOf, told, workplace } from './mingjian.ts'

const here = present(receiptCsv)
const place = workplace()
afterAll(place.clear)
const zone = 'Europe/Amsterdam', logEnd = '2012-01-23T15:42:54.644+01:00'

describe.skipIf(!here)('judging the permit log', () => {
  const dir = place.dir()
  const oracle = here ? receiptOf(receiptCsv) : undefined!
  beforeAll(async () => { await importedInto(dir, receiptCsv, 'receipt') })
  const judged = (now: string) => told('judge', '--now', now, '--list', '--data', dir)
  type Found = { ruleId: string; subject: string; becameTrueAt: string; dueOn: string; because?: string }
  const casesOf = (findings: Found[], rule: string) => findings.filter(({ ruleId }) => ruleId === rule).map(({ subject }) => subject.replace('cases.receipt:', '')).sort()

  it.each([logEnd, '2011-06-15T12:00:00+02:00', '2011-10-31T17:30:00+01:00'])(
    'finds at %s by each rule those cases, and no others, that its words name', async (now) => {
      const { findings, rules, cards } = await judged(now)
      const expected = findingsOf(oracle, Date.parse(now), zone)
      for (const rule of ['R-01', 'R-02', 'R-03'] as const) {
        expect(casesOf(findings, rule), rule).toEqual([...expected[rule]].sort())
        expect(rules.find(({ ruleId }: { ruleId: string }) => ruleId === rule)).toMatchObject({ findings: expected[rule].length, subjects: expected[rule].length })
      }
      expect(cards).toEqual({ hints: 0, warnings: expected['R-01'].length, yellow: expected['R-02'].length, red: expected['R-03'].length })
    })

  it('at its last event: 306 yellow, 37 of them of cases still open, 264 red, each because of the yellow of its own case; no other rule finds anything', async () => {
    const { findings, rules } = await judged(logEnd), open = new Set(oracle.cases.filter(({ endMs }) => endMs === undefined).map(({ caseNo }) => caseNo))
    const yellow = casesOf(findings, 'R-02')
    expect([yellow.length, yellow.filter((caseNo) => open.has(caseNo)).length, casesOf(findings, 'R-03').length]).toEqual([306, 37, 264])
    for (const { ruleId, because, subject } of findings) {
      if (ruleId !== 'R-03') continue
      expect(findings.map((it: Found) => `${it.subject} ${it.ruleId}/promised/${it.becameTrueAt}`), subject).toContain(`${subject} ${because}`)
    }
    expect(rules.filter((it: { findings: number }) => it.findings > 0).map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['R-01', 'R-02', 'R-03'])
  })

  it('a case that the source lets end before it was accepted is never late', async () => {
    const { findings } = await judged(logEnd), turned = oracle.cases.filter(({ startMs, endMs }) => endMs !== undefined && endMs < startMs).map(({ caseNo }) => `cases.receipt:${caseNo}`)
    expect(turned.length).toBeGreaterThan(0)
    expect(findings.filter(({ subject }: Found) => turned.includes(subject))).toEqual([])
  })

  it('finds nothing by the statutory rule: the source states a promise and no law', async () => {
    const { rules } = await judged(logEnd)
    expect(rules.find(({ ruleId }: { ruleId: string }) => ruleId === 'R-04').findings).toBe(0)
  })

  it('says the same when asked twice, and writes nothing', async () => {
    const head = await headOf(dir)
    const first = await judged(logEnd)
    expect(await judged(logEnd)).toEqual(first)
    expect(first.total).toBeGreaterThan(0)
    expect(await headOf(dir)).toBe(head)
    expect((await told('query', 'cards', '--count', '--data', dir)).count).toBe(0)
  })

  it('deals the cards of an imported history when that is said, once, as of this moment alone', async () => {
    const refused = await run('judge', '--issue', '--now', logEnd, '--data', dir, '--json')
    expect(refused.code).toBe(2)
    expect(refused.json.error).toMatchObject({ field: 'now' })
    const before = await sizeOf(dir), { issued, total } = await told('judge', '--issue', '--data', dir)
    expect(issued).toBe(total)
    expect(await sizeOf(dir)).toBeGreaterThanOrEqual(before + issued)
    expect((await told('query', 'cards', '--count', '--data', dir)).count).toBe(total)
    const head = await headOf(dir)
    expect((await told('judge', '--issue', '--data', dir)).issued).toBe(0)
    expect(await headOf(dir)).toBe(head)
  })
})
