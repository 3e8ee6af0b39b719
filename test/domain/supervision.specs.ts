import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../domain/calendar/calendar.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import type { CardCommand, CardEvent, RuleEvent } from '../../domain/supervision/events.ts'
import { cardDecider, ruleDecider, supervision } from '../../domain/supervision/index.ts'
import { inForceOn, judge, type RuleVersion } from '../../domain/supervision/judge.ts'
import { dueEntry, lightAt } from '../../domain/supervision/light.ts'
import { cardsFor } from '../../domain/supervision/policy.ts'
import { rules } from '../../domain/supervision/rules/index.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { calendarIn2026, nationalFacts } from '../fixtures/calendars.ts'
import { at, day, heInspector, policy, specOf } from '../kernel/spec.ts'

type Clock = Timeline['clocks'][number]
type Limits = { promised?: number; statutory?: number; pauses?: Clock['pauses']; endedAt?: Instant }
/** T16: accepted on Monday 2026-09-14, 5 working days; due on Sunday the 20th, which is worked. */
const from = (startedOn: string, { promised = 5, statutory = 20, pauses = [], endedAt }: Limits = {}): Timeline => ({
  subject: 'cases.X-1', department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: day(startedOn),
  clocks: [
    { name: 'promised', clause: '承诺期限', basis: '优化营商环境条例第三十六条', startedOn: day(startedOn), limitWorkingDays: promised, pauses },
    { name: 'statutory', clause: '法定期限', basis: '行政许可法第四十二条', startedOn: day(startedOn), limitWorkingDays: statutory, pauses: [] },
  ], ...(endedAt && { endedAt }),
})
const late = from('2026-09-14')
const judged = (timeline: Timeline, now: Instant, published: readonly RuleVersion[] = [], calendar = calendarIn2026) =>
  judge(timeline, published, calendar, now).map(({ ruleId, becameTrueAt }) => [ruleId, becameTrueAt])
const close = (on: string) => at(on, '17:30')
const soon = ['R-01', close('2026-09-18')], yellow = ['R-02', close('2026-09-21')], red = ['R-03', close('2026-09-24')]

describe('研判', () => {
  it('预警 on the day that leaves one, 黄牌 at the close of Monday, 红牌 at the close of Thursday, none a minute early (T16)', () => {
    expect(judged(late, at('2026-09-18', '17:29'))).toStrictEqual([])
    expect(judged(late, close('2026-09-18'))).toStrictEqual([soon])
    expect(judged(late, at('2026-09-21', '17:29'))).toStrictEqual([soon])
    expect(judged(late, close('2026-09-21'))).toStrictEqual([soon, yellow])
    expect(judged(late, at('2026-09-24', '17:29'))).toStrictEqual([soon, yellow])
    expect(judged(late, close('2026-09-24'))).toStrictEqual([soon, yellow, red])
  })
  it('says the same a year late, and as often as it is asked', () => {
    const year = judged(late, at('2027-09-24', '09:00'))
    expect(year.slice(0, 3)).toStrictEqual([soon, yellow, red])
    expect(judged(late, at('2027-09-24', '09:00'))).toStrictEqual(year)
  })
  it('never takes back what it has said: a later look adds, and removes nothing', () => {
    const instants = ['2026-09-18', '2026-09-21', '2026-09-24', '2026-10-20', '2026-12-31'].map(close)
    instants.slice(1).forEach((now, i) => expect(judged(late, now)).toEqual(expect.arrayContaining(judged(late, instants[i]!))))
  })
  it('办结 stops what had not become true, and undoes nothing', () => {
    expect(judged(from('2026-09-14', { endedAt: at('2026-09-21', '17:29') }), close('2026-12-31'))).toStrictEqual([soon])
    expect(judged(from('2026-09-14', { endedAt: close('2026-09-21') }), close('2026-12-31'))).toStrictEqual([soon])
    expect(judged(from('2026-09-14', { endedAt: at('2026-09-22', '09:00') }), close('2026-12-31'))).toStrictEqual([soon, yellow])
  })
  it('a case that never began has nothing to be judged by', () => expect(judge({ ...late, clocks: [] }, [], calendarIn2026, close('2026-12-31'))).toStrictEqual([]))
  it('names the account: due day, clause, rule, parameters and calendar', () =>
    expect(judge(late, [], calendarIn2026, close('2026-09-21'))[1]).toStrictEqual({
      ruleId: 'R-02', ruleVersion: 1, params: { graceWorkingDays: 1 }, clause: '优化营商环境条例第三十六条；天水市建设方案 §2.2', severity: 'YELLOW',
      clock: 'promised', becameTrueAt: close('2026-09-21'), dueOn: day('2026-09-20'), calendarVersion: calendarIn2026.version,
    }))
})

describe('R-01 到期预警', () => {
  const warnedOn = (limit: number, startedOn = '2026-03-02') => judge(from(startedOn, { promised: limit, statutory: limit + 30 }), [], calendarIn2026, close('2027-12-31'))
    .find(({ ruleId }) => ruleId === 'R-01')?.becameTrueAt
  it('is silent for limits of a day or less (即办件)', () => expect([0, 1].map((limit) => warnedOn(limit))).toStrictEqual([undefined, undefined]))
  it('of two days warns on the first, of five on the fourth', () => expect([2, 5].map((limit) => warnedOn(limit))).toStrictEqual([close('2026-03-03'), close('2026-03-06')]))
  it('of ten days warns when four fifths are used, not when one is left', () => expect(warnedOn(10)).toBe(close('2026-03-12')))
  it('of seven days warns on the sixth: four fifths are used when the day that completes them is', () => expect(warnedOn(7)).toBe(close('2026-03-10')))
  it('of twenty days warns on the sixteenth', () => expect(warnedOn(20)).toBe(close('2026-03-24')))
  it('says it once', () => expect(judged(late, close('2026-12-31')).filter(([rule]) => rule === 'R-01')).toHaveLength(1))
})

describe('R-02 超时黄牌', () => {
  it('falls after the holiday when the due day is the last before it', () =>
    expect(judged(from('2026-09-22', { promised: 3 }), close('2026-12-31'))[1]).toStrictEqual(['R-02', close('2026-09-29')])) // 09-25…27 中秋
  it('goes by the hours of the hall', () => {
    const untilFive = calendarOf([...nationalFacts, { type: 'OfficeHoursSet', data: { hall: 'H-1', opensAt: '09:00', closesAt: '17:00', effectiveFrom: day('2026-01-01'), basis: '大厅办法' } }],
      { knownAsOf: '2026-01-01' as Day, hall: 'H-1' })
    expect(judged(late, at('2026-09-21', '17:00'), [], untilFive).at(-1)).toStrictEqual(['R-02', at('2026-09-21', '17:00')])
  })
})

describe('R-03 黄牌未纠正', () => {
  it('counts from the instant at which the yellow became true, and names it', () => {
    const found = judge(late, [], calendarIn2026, close('2026-09-24')).at(-1)
    expect(found).toMatchObject({ ruleId: 'R-03', severity: 'RED', clock: 'promised', dueOn: '2026-09-20', because: `R-02/promised/${close('2026-09-21')}` })
  })
  it('does not come without a yellow', () => {
    const onlyStatutory = { ...late, clocks: late.clocks.filter(({ name }) => name === 'statutory') }
    expect(judged(onlyStatutory, close('2027-12-31')).map(([rule]) => rule)).toStrictEqual(['R-04'])
  })
})

describe('R-04 超法定期限', () => {
  it('goes straight to red, on the working day after', () =>
    expect(judged(from('2026-03-02'), close('2026-12-31')).at(-1)).toStrictEqual(['R-04', close('2026-03-31')]))
  it('takes the place of R-02 where both limits end on the same day, and then no yellow can ripen into a second red', () => {
    const same = from('2026-09-14', { promised: 5, statutory: 5 })
    expect(judged(same, close('2026-12-31'))).toStrictEqual([soon, ['R-04', close('2026-09-21')]])
  })
  it('does not take its place where they end a day apart', () =>
    expect(judged(from('2026-09-14', { promised: 5, statutory: 6 }), close('2026-12-31')).map(([rule]) => rule)).toStrictEqual(['R-01', 'R-02', 'R-03', 'R-04']))
  it('is not stopped by a supplement, which stops the promise alone', () => {
    const pauses = [{ clause: '补办件', from: day('2026-03-04') }]
    expect(judged(from('2026-03-02', { pauses }), close('2026-12-31')).map(([rule]) => rule)).toStrictEqual(['R-04'])
  })
})

describe('停', () => {
  const paused = (pause: string, to?: string) => from('2026-09-14', { pauses: [{ clause: '补办件', from: day(pause), ...(to && { to: day(to) }) }] })
  it('an open pause gives no due day, so nothing is found while it lasts', () =>
    expect(judged(paused('2026-09-16'), close('2026-10-10')).filter(([rule]) => rule !== 'R-04')).toStrictEqual([]))
  it('a pause that has ended moves the day by its working days', () =>
    expect(judged(paused('2026-09-16', '2026-09-18'), close('2026-12-31'))[1]).toStrictEqual(['R-02', close('2026-09-23')]))
  it('does not help who asks for it on the day that is due, or after it', () => {
    expect(judged(paused('2026-09-20'), close('2026-09-24'))).toStrictEqual([soon, yellow, red])
    expect(judged(paused('2026-09-22'), close('2026-09-24'))).toStrictEqual([soon, yellow, red])
  })
  it('does not unsay a warning that had come before it', () =>
    expect(judged(paused('2026-09-21'), close('2026-09-21'))).toStrictEqual([soon, yellow]))
})

describe('来源所载期限', () => {
  const stated = (limits: Partial<Clock> = {}): Timeline => ({ ...late, imported: true, openedOn: day('2026-09-14'),
    clocks: [{ name: 'promised', clause: '来源所载期限', basis: 'receipt', startedOn: day('2026-09-14'), statedDueOn: day('2026-09-18'), pauses: [], ...limits }] })
  it('is judged by the day that the source states, not by one that is computed', () =>
    expect(judged(stated(), close('2026-12-31'))).toStrictEqual([['R-01', close('2026-09-17')], ['R-02', close('2026-09-20')], ['R-03', close('2026-09-23')]]))
  it('a day of rest is due as it is stated', () =>
    expect(judged(stated({ statedDueOn: day('2026-09-26') }), close('2026-12-31'))[1]).toStrictEqual(['R-02', close('2026-09-28')]))
  it('an instant of its own is when the light turns', () => {
    const dueAt = at('2026-09-18', '12:00')
    const due = dueEntry(stated({ statedDueAt: dueAt }), [], calendarIn2026, at('2026-09-15'))
    expect(due).toMatchObject({ dueOn: '2026-09-18', dueAt, lateAt: dueAt })
    expect([at('2026-09-18', '12:00'), at('2026-09-18', '12:01')].map((now) => lightAt(due, now))).toStrictEqual(['soon', 'late'])
  })
})

describe('规则版本', () => {
  const milder: RuleVersion = { ruleId: 'R-02', version: 2, params: { graceWorkingDays: 2 }, effectiveFrom: day('2026-09-15') }
  const strictest: RuleVersion = { ruleId: 'R-02', version: 3, params: { graceWorkingDays: 0 }, effectiveFrom: day('2026-10-01') }
  const yellowOf = (timeline: Timeline, published: RuleVersion[]) => judge(timeline, published, calendarIn2026, close('2027-12-31')).find(({ ruleId }) => ruleId === 'R-02')
  it('binds what is opened from its day on, and reaches no case that was open before', () => {
    expect(yellowOf(late, [milder, strictest])).toMatchObject({ ruleVersion: 1, becameTrueAt: close('2026-09-21') })
    expect(yellowOf({ ...late, openedOn: day('2026-09-15') }, [milder, strictest])).toMatchObject({ ruleVersion: 2, params: { graceWorkingDays: 2 }, becameTrueAt: close('2026-09-22') })
    expect(yellowOf({ ...late, openedOn: day('2026-10-01') }, [strictest, milder])).toMatchObject({ ruleVersion: 3, becameTrueAt: close('2026-09-20') })
  })
  it('a case that does not say when it was opened is judged by the rules that the house came with', () => {
    const { openedOn: _, ...undated } = late
    expect(yellowOf(undated, [milder])).toMatchObject({ ruleVersion: 1 })
  })
  it('changes the parameters that it names and leaves the others', () =>
    expect(inForceOn(day('2026-09-14'), [{ ruleId: 'R-01', version: 2, params: { elapsedShare: 0.5 }, effectiveFrom: day('2026-09-01') }])[0])
      .toMatchObject({ version: 2, params: { remainingWorkingDays: 1, elapsedShare: 0.5 } }))

  const given = specOf(supervision, ruleDecider)
  const data = { version: 2, params: { graceWorkingDays: 2 }, effectiveFrom: day('2026-10-01'), legalBasis: '州监察局〔2026〕3号' }
  const published = (more: Partial<typeof data> = {}): RuleEvent => ({ type: 'RulePublished', data: { ruleId: 'R-02', ...data, ...more } })
  const publish = (more: object = {}) => ({ type: 'PublishRule' as const, data: { ...data, ...more } })
  const by = { id: 'R-02', by: heInspector }
  it('is published with a day and a basis', () => given().when(publish(), by).then(published()))
  it('is published after the one before', () => given(published()).when(publish({ version: 3 }), by).then(published({ version: 3 })))
  it('published in the same words is nothing new', () => given(published()).when(publish(), by).then())
  it('once published stays as it is', () => given(published()).when(publish({ params: { graceWorkingDays: 9 } }), by).thenRefused('not-the-next-rule-version'))
  it('leaves no version out', () => given().when(publish({ version: 3 }), by).thenRefused('not-the-next-rule-version'))
  it('is of a rule that there is', () => given().when(publish(), { ...by, id: 'R-99' }).thenRefused('no-such-rule'))
  it('said again when its day has come and gone is nothing new', () => given(published()).when(publish(), { ...by, now: at('2026-12-01') }).then())
  it.each(['graceDays', 'toString', 'constructor', 'hasOwnProperty'])('names parameters that the rule has, and %s is none', (name) =>
    given().when(publish({ params: { graceWorkingDays: 2, [name]: 2 } }), by).thenRefused('unknown-parameter'))
  it.each<[ruleId: string, name: string, within: number[], outside: number[]]>([
    ['R-01', 'remainingWorkingDays', [0, 1, 250], [-1, 0.5, 251]], ['R-01', 'elapsedShare', [0.01, 0.805, 1], [0, 0.009, 1.01, -0.5]],
    ['R-02', 'graceWorkingDays', [0, 1, 250], [-1, 1.5, 251]], ['R-03', 'correctionWorkingDays', [1, 3, 250], [0, -3, 2.5, 251]],
    ['R-04', 'graceWorkingDays', [0, 1, 250], [-1, 0.1, 1e21]],
  ])('%s leaves %s within its bounds', (id, name, within, outside) => {
    for (const value of within) given().when(publish({ params: { [name]: value } }), { ...by, id })
      .then({ type: 'RulePublished', data: { ruleId: id, ...data, params: { [name]: value } } } as RuleEvent)
    for (const value of outside) given().when(publish({ params: { [name]: value } }), { ...by, id }).thenRefused('parameter-out-of-bounds')
  })
  it('one parameter out of bounds spoils the others', () =>
    given().when(publish({ params: { remainingWorkingDays: 2, elapsedShare: 2 } }), { ...by, id: 'R-01' }).thenRefused('parameter-out-of-bounds'))
  it('every parameter has bounds, and what the house came with lies within them', () => {
    for (const { id, params, bounds } of rules) {
      expect(Object.keys(bounds), id).toStrictEqual(Object.keys(params))
      for (const [name, { from, to, whole }] of Object.entries(bounds)) {
        expect([params[name]! >= from, params[name]! <= to, !whole || Number.isInteger(params[name])], `${id} ${name}`).toStrictEqual([true, true, true])
      }
    }
  })
  it('不溯及既往: takes effect today or later, by the day where the hall stands', () => {
    const from = (effectiveFrom: string) => publish({ effectiveFrom: day(effectiveFrom) }), justAfterMidnight = { ...by, now: at('2026-03-03', '00:10') }
    given().when(from('2026-03-02'), by).then(published({ effectiveFrom: day('2026-03-02') }))
    given().when(from('2026-03-01'), by).thenRefused('rule-reaching-back')
    given().when(from('2026-03-03'), justAfterMidnight).then(published({ effectiveFrom: day('2026-03-03') }))
    given().when(from('2026-03-02'), justAfterMidnight).thenRefused('rule-reaching-back')
  })
})

describe('到期索引与灯', () => {
  const due = dueEntry(late, [], calendarIn2026, at('2026-09-14'))
  it('knows the due day, when the light changes, and when to look again', () => expect(due).toStrictEqual({
    held: false, ended: false, dueOn: '2026-09-20', dueAt: close('2026-09-20'), lateAt: close('2026-09-20'), soonAt: close('2026-09-18'), nextAt: close('2026-09-18') }))
  it('looks next at the next instant that could change anything, until there is none', () => {
    const next = (now: Instant) => dueEntry(late, [], calendarIn2026, now).nextAt
    const instants: Instant[] = []
    for (let now: Instant | undefined = at('2026-09-14'); now && instants.length < 10; now = next(now)) instants.push(now)
    expect(instants.slice(1)).toStrictEqual([close('2026-09-18'), close('2026-09-21'), close('2026-09-24'), close('2026-10-19')])
  })
  it('is green, amber from the warning on, red after the close of the due day and not before', () =>
    expect(['2026-09-18T17:29', '2026-09-18T17:30', '2026-09-20T17:30', '2026-09-20T17:31'].map((wall) => lightAt(due, at(wall.slice(0, 10), wall.slice(11)))))
      .toStrictEqual(['ok', 'soon', 'soon', 'late']))
  it('停表 is no light, and due again when the pause ends', () => {
    const held = dueEntry(from('2026-09-14', { pauses: [{ clause: '补办件', from: day('2026-09-16') }] }), [], calendarIn2026, at('2026-09-17'))
    expect(held).toMatchObject({ held: true, ended: false })
    expect(held).not.toHaveProperty('dueOn')
    expect(lightAt(held, at('2026-12-31'))).toBe('hold')
  })
  it('a pause begun too late holds nothing', () =>
    expect(dueEntry(from('2026-09-14', { pauses: [{ clause: '补办件', from: day('2026-09-22') }] }), [], calendarIn2026, at('2026-09-23'))).toMatchObject({ held: false, dueOn: '2026-09-20' }))
  it('办结 has neither light nor next instant', () => {
    const done = dueEntry(from('2026-09-14', { endedAt: at('2026-09-15') }), [], calendarIn2026, at('2026-09-16'))
    expect(done).not.toHaveProperty('nextAt')
    expect(lightAt(done, at('2026-12-31'))).toBe('done')
  })
  it('a case without clocks is green and never due', () => {
    const entry = dueEntry({ ...late, clocks: [] }, [], calendarIn2026, at('2026-09-16'))
    expect([entry, lightAt(entry, at('2026-12-31'))]).toStrictEqual([{ held: false, ended: false }, 'ok'])
  })
  it('即办件 turns at the close of its own day', () => {
    const today = dueEntry(from('2026-09-14', { promised: 0, statutory: 0 }), [], calendarIn2026, at('2026-09-14'))
    expect([today.dueOn, today.soonAt, lightAt(today, at('2026-09-14', '17:31'))]).toStrictEqual(['2026-09-14', undefined, 'late'])
  })
  it('a year without a notice is provisional', () =>
    expect(dueEntry(from('2026-12-28'), [], calendarIn2026, at('2026-12-28')).provisional).toBe(true))
})

describe('发牌', () => {
  const given = specOf(supervision, cardDecider)
  const by = { id: 'cases.X-1', by: policy }
  const dealt = cardsFor(late, judge(late, [], calendarIn2026, close('2026-09-24')), calendarIn2026)
  const [warn, deal, dealRed] = dealt.map(({ command }) => command) as [CardCommand, CardCommand, CardCommand]
  const cardId = `R-02/promised/${close('2026-09-21')}`
  const dataOf = ({ data }: CardCommand) => { const { severity: _, because: __, ...finding } = data as Extract<CardCommand, { type: 'IssueCard' }>['data']; return finding }
  const warned: CardEvent = { type: 'WarningRaised', data: { cardId: `R-01/promised/${close('2026-09-18')}`, ...dataOf(warn) } }
  const yellowCard: CardEvent = { type: 'YellowCardIssued', data: { cardId, ...dataOf(deal) } }
  const redCard: CardEvent = { type: 'RedCardIssued', data: { cardId: `R-03/promised/${close('2026-09-24')}`, ...dataOf(dealRed), because: cardId } }
  const revoke = { type: 'RevokeCard', data: { cardId, reason: 'late-fact', evidence: '办结登记晚于办结' } } as const
  const revoked: CardEvent = { ...revoke, type: 'CardRevoked' }

  it('the policy says each finding under a key of its own, whenever it runs', () => {
    expect(dealt.map(({ id, key }) => [id, key])).toStrictEqual([
      [late.subject, `R-01/promised/${close('2026-09-18')}`], [late.subject, cardId], [late.subject, `R-03/promised/${close('2026-09-24')}`]])
    expect(cardsFor(late, judge(late, [], calendarIn2026, close('2026-09-24')), calendarIn2026)).toStrictEqual(dealt)
  })
  it('each with the account that adds up to the due day', () => {
    const { ledger } = dataOf(deal)
    expect(ledger[0]).toStrictEqual({ kind: 'limit', clause: '承诺期限', days: 5, unit: 'working-days' })
    // 14 September and the days of the account are 20 September
    expect(Date.parse('2026-09-14') + ledger.reduce((days, entry) => days + entry.days, 0) * 864e5).toBe(Date.parse('2026-09-20'))
  })
  it('预警', () => given().when(warn, by).then(warned))
  it('黄牌 with rule, parameters, clause, account and calendar', () => given().when(deal, by).then(yellowCard))
  it('红牌 because of its yellow', () => given(warned, yellowCard).when(dealRed, by).then(redCard))
  it('红牌 needs a yellow', () => given(warned).when(dealRed, by).thenRefused('no-yellow-behind-it'))
  it('红牌 needs a yellow that stands', () => given(yellowCard, revoked).when(dealRed, by).thenRefused('no-yellow-behind-it'))
  it('超法定期限 is red without a yellow', () => {
    const [finding] = judge(from('2026-03-02'), [], calendarIn2026, close('2026-12-31')).filter(({ ruleId }) => ruleId === 'R-04')
    const { command } = cardsFor(from('2026-03-02'), [finding!], calendarIn2026)[0]!
    given().when(command, by).then({ type: 'RedCardIssued', data: { cardId: `R-04/statutory/${close('2026-03-31')}`, ...dataOf(command), because: undefined } })
  })
  it('the same finding is one card', () => given(yellowCard).when(deal, by).then())
  it('撤牌 stands beside the card', () => given(yellowCard).when(revoke, { ...by, by: heInspector }).then(revoked))
  it('撤牌 of a card that is revoked is nothing new', () => given(yellowCard, revoked).when(revoke, { ...by, by: heInspector }).then())
  it.each(['toString', 'constructor', 'hasOwnProperty'])('%s is the number of no card', (word) => {
    given(yellowCard).when({ ...revoke, data: { ...revoke.data, cardId: word } }, { ...by, by: heInspector }).thenRefused('no-such-card')
    given(yellowCard).when({ ...dealRed, data: { ...dealRed.data, because: word } } as CardCommand, by).thenRefused('no-yellow-behind-it')
  })
  it('撤牌 needs a card', () => given(warned).when(revoke, { ...by, by: heInspector }).thenRefused('no-such-card'))
  it('a revoked card is not dealt again', () => given(yellowCard, revoked).when(deal, by).then())
})
