import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { judge, rulebook, type RuleVersion } from '../../domain/supervision/judge.ts'
import type { Severity } from '../../domain/supervision/rules/rule.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { addTo, compared, count, nothing, otherBook, otherTimeline, resultOf, type Card, type OtherLimit } from '../../domain/supervision/what-if.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'

const now = '2026-06-30T00:00:00.000Z' as Instant
/** Accepted on Monday 2026-03-02: ten working days end on Monday 03-16, twenty on Monday 03-30; no holiday lies between. */
const timeline = (subject: string, more: Partial<Timeline> = {}, promised = 10): Timeline => ({
  subject, department: '甲局', itemCode: 'MJ.1', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: '2026-03-02' as Day, deeds: [],
  clocks: [{ name: 'promised', kind: 'promised', clause: '承诺期限', basis: '甲', startedOn: '2026-03-02' as Day, limitWorkingDays: promised, pauses: [] },
    { name: 'statutory', kind: 'statutory', clause: '法定期限', basis: '乙', startedOn: '2026-03-02' as Day, limitWorkingDays: 20, pauses: [] }],
  ...more,
})
/** Ended at ten in the morning: every clock that is not after a decision stops then. */
const ended = (subject: string, day: string, more: Partial<Timeline> = {}): Timeline => {
  const endedAt = `${day}T02:00:00.000Z` as Instant, open = timeline(subject, more)
  return { ...open, endedAt, clocks: open.clocks.map((clock) => ({ ...clock, stoppedAt: endedAt })) }
}
const close = (day: string) => `${day}T09:30:00.000Z` // 17:30 in Shanghai
const cardsOf = (timelines: readonly Timeline[], book = rulebook(), at = now): Card[] => timelines.flatMap((one) =>
  judge(one, book, { calendar: calendarIn2026 }, at).map((finding) => ({ ...finding, subject: one.subject, department: one.department })))
const grace = (days: number) => otherBook(rulebook(), { 'R-02': { graceWorkingDays: days } })
const said = (differences: ReturnType<typeof compared>) => differences.map(({ kind, card: { subject, ruleId }, before, after }) => [kind, subject, ruleId, before, after])

describe('假设推演', () => {
  it('a day more of grace: who ended within it loses the card, the others have it a day later, and the red moves with its yellow', () => {
    const cases = [
      ended('in-time', '2026-03-16'), // on the last day
      ended('a-day-late', '2026-03-18'), // the yellow of Tuesday 03-17 falls; with two days of grace it would have been that evening
      ended('long-late', '2026-03-27'), // yellow 03-17 → 03-18, red three working days after: 03-20 → 03-23
    ]
    expect(said(compared(cardsOf(cases), cardsOf(cases, grace(2))))).toStrictEqual([
      ['removed', 'a-day-late', 'R-02', close('2026-03-17'), undefined],
      ['moved', 'long-late', 'R-02', close('2026-03-17'), close('2026-03-18')],
      ['moved', 'long-late', 'R-03', close('2026-03-20'), close('2026-03-23')],
    ])
    // The other way round, what was removed is added.
    expect(said(compared(cardsOf(cases, grace(2)), cardsOf(cases)))).toContainEqual(['added', 'a-day-late', 'R-02', undefined, close('2026-03-17')])
  })
  it('a card that is not yet due on the other side is gone at that moment', () => {
    const open = [timeline('open')], at = close('2026-03-17') as Instant
    expect(said(compared(cardsOf(open, rulebook(), at), cardsOf(open, grace(2), at)))).toStrictEqual([['removed', 'open', 'R-02', close('2026-03-17'), undefined]])
  })
  it('the parameter is another for every subject, whatever was published and from whenever on', () => {
    const published: RuleVersion[] = [{ ruleId: 'R-02', version: 2, params: { graceWorkingDays: 5 }, effectiveFrom: '2026-03-02' as Day, mode: 'live' },
      { ruleId: 'R-03', version: 2, params: { correctionWorkingDays: 4 }, effectiveFrom: '2026-01-01' as Day, mode: 'live' }]
    const old = ended('old', '2026-03-27', { openedOn: '2026-02-27' as Day }), fresh = ended('fresh', '2026-03-27')
    const instants = (book: ReturnType<typeof rulebook>) => cardsOf([old, fresh], book).filter(({ ruleId }) => ruleId === 'R-02').map(({ becameTrueAt }) => becameTrueAt)
    expect(instants(rulebook(published))).toStrictEqual([close('2026-03-17'), close('2026-03-23')])
    expect(instants(otherBook(rulebook(published), { 'R-02': { graceWorkingDays: 2 } }))).toStrictEqual([close('2026-03-18'), close('2026-03-18')])
    expect(otherBook(rulebook(published), { 'R-02': { graceWorkingDays: 2 } }).published[1], 'another rule keeps what was published').toStrictEqual(published[1])
  })
  it('a limit of the item replaces what its clocks run for, a day that a source states too, and nobody else’s', () => {
    const fifteen: OtherLimit = { itemCode: 'MJ.1', kind: 'promised', workingDays: 15 } // due Monday 03-23, yellow on 03-24
    const stated: Timeline = { ...ended('stated', '2026-03-27'), clocks: [{ name: 'promised', kind: 'promised', clause: '来源所载期限', basis: '', startedOn: '2026-03-02' as Day,
      statedDueOn: '2026-03-10' as Day, statedDueAt: close('2026-03-10') as Instant, pauses: [], stoppedAt: '2026-03-27T02:00:00.000Z' as Instant }] }
    const own = otherTimeline(ended('own', '2026-03-27'), [fifteen]), told = otherTimeline(stated, [fifteen])
    for (const one of [own, told]) expect(cardsOf([one]).filter(({ ruleId }) => ruleId === 'R-02').map(({ becameTrueAt }) => becameTrueAt)).toStrictEqual([close('2026-03-24')])
    expect(own.clocks[1], 'the statutory clock is not meant').toStrictEqual(ended('own', '2026-03-27').clocks[1])
    for (const other of [timeline('other', { itemCode: 'MJ.2' }), timeline('cases.1#1', { of: 'cases.1' })]) expect(otherTimeline(other, [fifteen])).toBe(other)
  })
  it('a limit of a step is that of every visit of that step, and of no other', () => {
    const step = (name: string) => ({ name, kind: 'step' as const, clause: '环节', basis: '', startedOn: '2026-03-02' as Day, limitWorkingDays: 3, pauses: [] })
    const clocks = ['step:handling:1', 'step:reviewing:1', 'step:handling:2'].map(step)
    expect(otherTimeline(timeline('one', { clocks }), [{ itemCode: 'MJ.1', kind: 'step', step: 'handling', workingDays: 9 }]).clocks.map(({ limitWorkingDays }) => limitWorkingDays)).toStrictEqual([9, 3, 9])
  })
  it('of an episode with several cards, those that are the same on both sides stay out of it', () => {
    const card = (day: string, severity: Severity): Card => ({ subject: 's', department: 'd', ruleId: 'R-05', ruleVersion: 1, params: {}, clause: '', calendarVersion: 1,
      clock: 'notice', severity, becameTrueAt: close(day) as Instant })
    expect(said(compared([card('2026-03-05', 'WARN'), card('2026-03-06', 'YELLOW')], [card('2026-03-06', 'YELLOW')])))
      .toStrictEqual([['removed', 's', 'R-05', close('2026-03-05'), undefined]])
    expect(said(compared([card('2026-03-05', 'WARN'), card('2026-03-06', 'YELLOW')], [card('2026-03-04', 'WARN'), card('2026-03-06', 'YELLOW')])))
      .toStrictEqual([['moved', 's', 'R-05', close('2026-03-05'), close('2026-03-04')]])
  })
})

const points = { WARN: 0, HINT: 0, YELLOW: 5, RED: 10 }
const tallied = (shares: readonly (readonly Timeline[])[], other: ReturnType<typeof rulebook>) => {
  const all = nothing()
  for (const share of shares) {
    const own = nothing()
    for (const one of share) { const before = cardsOf([one]), after = cardsOf([one], other); count(own, before, after, compared(before, after), one.department) }
    addTo(all, own)
  }
  return resultOf(all, (_, severity) => points[severity])
}

describe('部门与排名', () => {
  it('by points, the most first; who has as many shares the place, and the one behind them stands behind both', () => {
    // One yellow and one red (15), the same, one yellow that a day of grace takes away (5 → 0), nothing.
    const found = tallied([[ended('1', '2026-03-27', { department: '甲局' }), ended('2', '2026-03-27', { department: '乙局' }), ended('3', '2026-03-18', { department: '丙局' }),
      ended('4', '2026-03-09', { department: '丁局' })]], grace(2)).byDepartment
    expect(Object.entries(found).map(([name, { pointsBefore, pointsAfter, rankBefore, rankAfter }]) => [name, pointsBefore, pointsAfter, rankBefore, rankAfter])).toStrictEqual(
      [['丁局', 0, 0, 4, 3], ['丙局', 5, 0, 3, 3], ['乙局', 15, 15, 1, 1], ['甲局', 15, 15, 1, 1]])
    expect(found['丙局']).toMatchObject({ subjects: 1, added: 0, removed: 1, moved: 0 })
  })
  it('a department may be called anything', () => {
    const found = tallied([[ended('1', '2026-03-27', { department: '__proto__' }), ended('2', '2026-03-27', { department: 'constructor' })]], grace(2))
    expect(Object.entries(found.byDepartment).map(([name, { subjects, moved }]) => [name, subjects, moved])).toStrictEqual([['__proto__', 1, 2], ['constructor', 1, 2]])
    expect(JSON.stringify(found)).toContain('"__proto__":{"subjects":1')
  })

  const histories = fc.array(fc.record({ day: fc.integer({ min: 3, max: 31 }), promised: fc.integer({ min: 1, max: 19 }), department: fc.constantFrom('甲局', '乙局', '丙局'), open: fc.boolean() }), { maxLength: 40 })
    .map((all) => all.map(({ day, promised, department, open }, i) => open ? timeline(`s${i}`, { department }, promised)
      : ended(`s${i}`, `2026-03-${String(day).padStart(2, '0')}`, { department, clocks: timeline('', {}, promised).clocks })))
  it('without a supposition nothing differs', () => fc.assert(fc.property(histories, (timelines) => {
    expect(compared(cardsOf(timelines), cardsOf(timelines.map((one) => otherTimeline(one, [])), otherBook(rulebook(), {})))).toStrictEqual([])
  })))
  it('what was, what came and what went add up to what is, by department and over all; in portions as in one', () => fc.assert(fc.property(histories, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 7 }), (timelines, days, portion) => {
    const portions = Array.from({ length: Math.ceil(timelines.length / portion) }, (_, i) => timelines.slice(i * portion, (i + 1) * portion)).reverse()
    const whole = tallied([timelines], grace(days))
    for (const { before, after, added, removed } of [whole, ...Object.values(whole.byDepartment), ...Object.values(whole.byRule)]) expect(after).toBe(before + added - removed)
    for (const name of ['before', 'after', 'added', 'removed', 'moved'] as const) expect(Object.values(whole.byMonth).reduce((sum, month) => sum + month[name], 0)).toBe(whole[name])
    for (const [month, { before }] of Object.entries(whole.byMonth)) expect(before).toBe(cardsOf(timelines).filter(({ becameTrueAt }) => becameTrueAt.startsWith(month)).length)
    expect(whole.before).toBe(cardsOf(timelines).length)
    expect(whole.after).toBe(cardsOf(timelines, grace(days)).length)
    expect(tallied(portions, grace(days))).toStrictEqual(whole)
  })))
  it('turned round, what was added is removed and what moved moves back', () => fc.assert(fc.property(histories, fc.integer({ min: 0, max: 6 }), (timelines, days) => {
    const there = compared(cardsOf(timelines), cardsOf(timelines, grace(days))), back = compared(cardsOf(timelines, grace(days)), cardsOf(timelines))
    const turned = back.map(({ kind, card: { subject, ruleId }, before, after }) => [kind === 'added' ? 'removed' : kind === 'removed' ? 'added' : kind, subject, ruleId, after, before])
    expect(said(there).map(String).sort()).toStrictEqual(turned.map(String).sort())
  })))
})
