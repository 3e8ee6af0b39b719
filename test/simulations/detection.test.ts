import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBook } from '../../adapters/book/open.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { businessOrder, type Recorded } from '../../domain/kernel/events.ts'
import type { CaseEvent } from '../../domain/cases/events.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { judge, rulebook } from '../../domain/supervision/judge.ts'
import { concludeAll, observeAll, type Observed } from '../../domain/supervision/patterns.ts'
import { foundCounty, playHistory } from '../../simulations/county.ts'
import { scored, type Detected, type Score } from '../../simulations/detection.ts'
import { nearMissIn, plantedIn, type Label } from '../../simulations/planted.ts'
import { clocksOf, type Expected } from './clock-oracle.ts'
import { openHouse } from './house.ts'

const seed = 59, at = (text: string) => text as Instant
/** What is planted is all that there is to find by these. */
const exact = ['R-09', 'R-10', 'R-11', 'R-12', 'R-13', 'R-14', 'R-18', 'I-06', 'I-07']
const clockRules = ['R-02', 'R-04', 'R-05', 'R-06', 'R-07', 'R-16', 'R-17', 'R-20']
/** Here the slow are found beside those who cheat. */
const graded = ['R-04', 'R-06', 'R-07', 'R-16', 'R-17']
type Found = Detected & { department?: string }

/** A county on disk: cases of eleven weeks, and as long again until they are over. */
async function played(dir: string) {
  const book = await openBook(dir, { write: true }), keys = fileKeys(join(dir, 'keys'))
  const house = await openHouse(book, keys, at('2026-03-01T01:00:00.000Z')), last = at('2026-05-15T09:00:00.000Z')
  await foundCounty(house.stage, seed, house.clock())
  const told = await playHistory(house.stage, { seed, from: '2026-03-02' as Day, until: last })
  await playHistory(house.stage, { seed, from: '2026-05-15' as Day, until: at('2026-08-14T10:00:00.000Z'), casesPerDay: 0, open: house.open, facts: house.factsOf })
  const rules = rulebook(), now = house.clock(), findings: Found[] = [], observed: Observed[] = []
  for (const timeline of (await house.timelines()).values()) {
    const ground = await house.groundOf(timeline)
    findings.push(...judge(timeline, rules, ground, now).map((finding) => ({ ...finding, subject: timeline.subject })))
    observed.push(...observeAll(timeline, rules, ground))
  }
  findings.push(...concludeAll(rules, observed, house.stage.calendar(), now))
  const cases = new Map<string, Recorded<CaseEvent>[]>()
  for (const fact of await house.caseFacts()) {
    const caseNo = fact.meta.stream.slice('cases-'.length)
    cases.set(caseNo, [...cases.get(caseNo) ?? [], fact])
  }
  const refused = house.said.filter(({ answer }) => isRefusal(answer) && !answer.record)
  return { told, now, findings, cases, refused, close: async () => { await book.close(); await keys.close() } }
}
const named = ({ ruleId, subject, clock, severity, becameTrueAt }: Expected | Found) => `${ruleId} ${subject} ${clock} ${severity} ${becameTrueAt}`

describe('对账', () => {
  const label = (caseNo: string, more: Partial<Label> = {}): Label => ({ caseNo, what: 'x', ruleId: 'R-1', subject: `cases.${caseNo}`, clock: 'fast', ...more })
  const finding = (subject: string, more: Partial<Detected> = {}): Detected => ({ ruleId: 'R-1', subject, clock: 'fast', severity: 'RED', becameTrueAt: '2026-03-02T01:00:00.000Z', ...more })
  const ids = (caseNo: string) => new Set([`${caseNo} 1`])
  test('what was missed and what is false stand by name, and every finding of another episode is false', () => {
    const [score] = scored([label('A'), label('B')], [finding('cases.A'), finding('cases.C'), finding('cases.B', { clock: 'slow' }), finding('cases.B', { ruleId: 'R-2' })], ['R-1'], ids)
    expect(score).toMatchObject({ planted: 2, found: 3, recall: 0.5, precision: 1 / 3, missed: [{ caseNo: 'B' }], false: [{ subject: 'cases.C' }, { clock: 'slow' }] })
  })
  test('a batch is one offence, and is proved by its own cases alone', () => {
    const batch = ['A', 'B'].map((caseNo) => label(caseNo, { subject: 'officers.p', clock: 'batch:*', batch: 'b' })), found = (evidence: string[]) => finding('officers.p', { clock: 'batch:2026-03-02', evidence })
    expect(scored(batch, [found(['B 1'])], ['R-1'], ids)).toMatchObject([{ planted: 1, recall: 1, precision: 1 }])
    expect(scored(batch, [found(['C 1'])], ['R-1'], ids)).toMatchObject([{ planted: 1, recall: 0, precision: 0 }])
  })
})

describe('对账 of what was planted with what was found', () => {
  const dir = mkdtempSync(join(tmpdir(), 'detection-'))
  let county: Awaited<ReturnType<typeof played>>, labels: Label[], scores: Map<string, Score<Found>>
  beforeAll(async () => {
    county = await played(dir)
    labels = [...county.cases.keys()].flatMap((caseNo) => plantedIn(seed, caseNo))
    const ids = new Map([...county.cases].map(([caseNo, facts]) => [caseNo, new Set(facts.map(({ meta }) => meta.id))]))
    scores = new Map(scored(labels, county.findings, [...exact, ...graded], (caseNo) => ids.get(caseNo) ?? new Set()).map((score) => [score.ruleId, score]))
  }, 360_000)
  afterAll(async () => {
    await county?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('so many cases were played that every cheat has been done, and every near miss', () => {
    expect(county.cases.size).toBeGreaterThan(1500)
    expect(county.refused).toEqual([])
    const kinds = [...new Set(labels.map(({ what }) => what))].sort()
    expect(kinds).toEqual([...cheats].sort())
    expect([...new Set([...county.cases.keys()].flatMap((caseNo) => nearMissIn(seed, caseNo) ?? []))].sort()).toEqual([...nearly].sort())
  })
  test.each(exact)('%s finds everything that was planted for it, and nothing else', (ruleId) => {
    const { planted, recall, precision, missed, false: wrong } = scores.get(ruleId)!
    expect(planted).toBeGreaterThan(0)
    expect({ missed, wrong, recall, precision }).toEqual({ missed: [], wrong: [], recall: 1, precision: 1 })
  })
  test.each(graded)('%s finds everything that was planted; that the slow are found too, the oracle says', (ruleId) => {
    const { planted, missed } = scores.get(ruleId)!
    expect(planted).toBeGreaterThan(0)
    expect(missed).toEqual([])
  })
  test('of R-13 each kind is found', () => {
    const found = new Set(county.findings.filter(({ ruleId }) => ruleId === 'R-13').map(({ clock }) => clock))
    expect([...found].sort()).toEqual(['after-hours', 'fast', 'late-entry:conclusion:1', 'late-entry:handling:1'])
  })
  test('what comes close is not found', () => {
    const clean: Record<string, readonly string[]> = { 'fifth day': ['R-05 YELLOW'], 'tells in time': ['R-06 YELLOW'], 'at the bell': ['R-02 YELLOW', 'R-04 RED'] }
    for (const caseNo of county.cases.keys()) {
      const near = nearMissIn(seed, caseNo)
      if (near === undefined) continue
      const mine = county.findings.filter(({ subject }) => subject === `cases.${caseNo}`)
      expect(mine.filter(({ ruleId, severity }) => exact.includes(ruleId) || (clean[near] ?? []).includes(`${ruleId} ${severity}`)), `${near} ${caseNo}`).toEqual([])
    }
  })
  test.each(clockRules)('%s finds on every clock what a walk from day to day finds, to the instant', (ruleId) => {
    const expected = [...county.cases].flatMap(([caseNo, facts]) => caseNo.includes(':') ? [] : clocksOf(caseNo, businessOrder(facts), county.now)).filter((it) => it.ruleId === ruleId)
    const found = county.findings.filter((finding) => finding.ruleId === ruleId)
    expect(expected.length).toBeGreaterThan(0)
    expect(found.map(named).sort()).toEqual(expected.map(named).sort())
  })
})

const cheats = ['unauthorised', 'reviews his own', 'approves it himself', 'skips', 'one terminal', 'one key', 'fast', 'late entry', 'late conclusion', 'untold', 'lying', 'forgotten', 'unpublished', 'own case', 'after hours',
  'withdrawn for', 'late delivery', 'over', 'over and back', 'under', 'last-day', 'same-words', 'skipped', 'reordered', 'same person', 'unreasoned']
const nearly = ['six minutes', 'swift', 'next day', 'at the bell', 'fifth day', 'tells in time', 'instalments', 'before the bell', 'four']
