import { describe, expect, it } from 'vitest'
import type { Actor } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { cardDecider } from '../../domain/supervision/decide/cards.ts'
import { ruleDecider, type RuleReference } from '../../domain/supervision/decide/rules.ts'
import type { CardCommand, CardEvent, RuleEvent } from '../../domain/supervision/events.ts'
import { supervision } from '../../domain/supervision/index.ts'
import { rules } from '../../domain/supervision/rules/index.ts'
import { findingId } from '../../domain/supervision/rules/rule.ts'
import { at, chenJu, day, heInspector, liMin, policy, specOf, wangQiang } from '../kernel/spec.ts'

const anotherInspector: Actor = { person: 'p-006', role: 'inspector', department: '监察室' }
const close = (on: string) => at(on, '17:30')

describe('规则版本', () => {
  const given = specOf(supervision, ruleDecider)
  const rule = (id: string): RuleReference | undefined => rules.find((rule) => rule.id === id)
  const data = { version: 2, params: { graceWorkingDays: 2 }, effectiveFrom: day('2026-10-01'), legalBasis: '州监察局〔2026〕3号', mode: 'live' as const }
  const proposed = (more: object = {}, proposedBy = 'p-005'): RuleEvent => ({ type: 'RuleProposed', data: { ruleId: 'R-02', ...data, ...more, proposedBy } })
  const published = (more: object = {}, proposedBy = 'p-005'): RuleEvent => ({ type: 'RulePublished', data: { ruleId: 'R-02', ...data, ...more, proposedBy } })
  const propose = (more: object = {}) => ({ type: 'ProposeRule' as const, data: { ...data, ...more } })
  const publish = (more: object = {}) => ({ type: 'PublishRule' as const, data: { ...data, ...more } })
  const proposeRetirement = (more: object = {}) => ({ type: 'ProposeRetirement' as const, data: { effectiveFrom: day('2026-10-01'), reason: '并入新规则', ...more } })
  const one = { id: 'R-02', by: heInspector, rule: rule('R-02') }, two = { ...one, by: anotherInspector }

  it('is proposed by one inspector', () => given().when(propose(), one).then(proposed()))
  it('proposed again in the same words, by whomever, is nothing new', () => {
    given(proposed()).when(propose(), one).then()
    given(proposed()).when(propose(), two).then()
  })
  it('proposed in the words that are in force is nothing new', () => given(proposed(), published()).when(propose(), two).then())
  it('is published by another in the same words', () => given(proposed()).when(publish(), two).then(published()))
  it('nobody publishes what he proposed himself', () => given(proposed()).when(publish(), one).thenRefused('proposed-by-the-same'))
  it('what nobody proposed is not published', () => given().when(publish(), two).thenRefused('rule-not-proposed'))
  it.each([{ params: { graceWorkingDays: 3 } }, { effectiveFrom: day('2026-10-02') }, { legalBasis: '无' }, { mode: 'shadow' as const }])('nor what was proposed in other words: %j', (more) =>
    given(proposed()).when(publish(more), two).thenRefused('rule-not-proposed'))
  it('of two proposals one is published, and the other is then no next version any more', () => {
    const other = { params: { graceWorkingDays: 5 } }
    given(proposed(), proposed(other, 'p-006')).when(publish(other), one).then(published(other, 'p-006'))
    given(proposed(), proposed(other, 'p-006'), published()).when(publish(other), one).thenRefused('not-the-next-rule-version')
  })
  it('may be tried out in the shadow first', () => given(proposed({ mode: 'shadow' })).when(publish({ mode: 'shadow' }), two).then(published({ mode: 'shadow' })))
  it('is published after the one before', () => given(proposed(), published(), proposed({ version: 3 })).when(publish({ version: 3 }), two).then(published({ version: 3 })))
  it('published in the same words is nothing new', () => given(proposed(), published()).when(publish(), two).then())
  it('once published stays as it is', () => given(proposed(), published()).when(publish({ params: { graceWorkingDays: 9 } }), two).thenRefused('not-the-next-rule-version'))
  it('leaves no version out', () => given().when(propose({ version: 3 }), one).thenRefused('not-the-next-rule-version'))
  it('is of a rule that there is', () => {
    for (const command of [propose(), publish(), proposeRetirement(), { type: 'RetireRule' as const, data: { effectiveFrom: day('2026-10-01'), reason: '无' } }]) given().when(command, { ...one, id: 'R-99', rule: undefined }).thenRefused('no-such-rule')
  })
  it('said again when its day has come and gone is nothing new', () => given(proposed(), published()).when(publish(), { ...two, now: at('2026-12-01') }).then())
  it('a proposal that was left lying until its day has passed is not published any more', () => given(proposed()).when(publish(), { ...two, now: at('2026-12-01') }).thenRefused('rule-reaching-back'))
  it.each(['graceDays', 'toString', 'constructor', 'hasOwnProperty'])('names parameters that the rule has, and %s is none', (name) =>
    given().when(propose({ params: { graceWorkingDays: 2, [name]: 2 } }), one).thenRefused('unknown-parameter'))
  it.each<[ruleId: string, name: string, within: number[], outside: number[]]>([
    ['R-01', 'remainingWorkingDays', [0, 1, 250], [-1, 0.5, 251]], ['R-01', 'elapsedShare', [0.01, 0.805, 1], [0, 0.009, 1.01, -0.5]],
    ['R-02', 'graceWorkingDays', [0, 1, 250], [-1, 1.5, 251]], ['R-03', 'correctionWorkingDays', [1, 3, 250], [0, -3, 2.5, 251]],
    ['R-04', 'graceWorkingDays', [0, 1, 250], [-1, 0.1, 1e21]],
  ])('%s leaves %s within its bounds', (id, name, within, outside) => {
    const of = { ...one, id, rule: rule(id) }
    for (const value of within) given().when(propose({ params: { [name]: value } }), of).then(proposed({ ruleId: id, params: { [name]: value } }))
    for (const value of outside) given().when(propose({ params: { [name]: value } }), of).thenRefused('parameter-out-of-bounds')
  })
  it('one parameter out of bounds spoils the others', () =>
    given().when(propose({ params: { remainingWorkingDays: 2, elapsedShare: 2 } }), { ...one, id: 'R-01', rule: rule('R-01') }).thenRefused('parameter-out-of-bounds'))
  it('不溯及既往: takes effect today or later, by the day where the hall stands', () => {
    const from = (effectiveFrom: string) => propose({ effectiveFrom: day(effectiveFrom) }), justAfterMidnight = { ...one, now: at('2026-03-03', '00:10') }
    given().when(from('2026-03-02'), one).then(proposed({ effectiveFrom: day('2026-03-02') }))
    given().when(from('2026-03-01'), one).thenRefused('rule-reaching-back')
    given().when(from('2026-03-03'), justAfterMidnight).then(proposed({ effectiveFrom: day('2026-03-03') }))
    given().when(from('2026-03-02'), justAfterMidnight).thenRefused('rule-reaching-back')
  })
  it('a rule of a module begins with version 1', () => {
    const module = { ...one, id: 'M-1', rule: { version: 0, params: { days: 3 }, bounds: { days: { from: 1, to: 9, whole: true } } } }
    given().when(propose({ version: 1, params: { days: 4 } }), module).then(proposed({ ruleId: 'M-1', version: 1, params: { days: 4 } }))
    given().when(propose({ version: 2, params: { days: 4 } }), module).thenRefused('not-the-next-rule-version')
  })

  const retire = { type: 'RetireRule' as const, data: { effectiveFrom: day('2026-10-01'), reason: '并入新规则' } }
  const retired: RuleEvent = { type: 'RuleRetired', data: { ruleId: 'R-02', ...retire.data } }
  const retiring = (more: object = {}, proposedBy = 'p-005'): RuleEvent => ({ type: 'RetirementProposed', data: { ruleId: 'R-02', ...retire.data, ...more, proposedBy } })
  it('停用 is proposed by one inspector, once in the same words', () => {
    given().when(proposeRetirement(), one).then(retiring())
    given(retiring()).when(proposeRetirement(), two).then()
  })
  it('停用 is said by another in the same words, from a day on', () => given(retiring()).when(retire, two).then(retired))
  it('nobody retires what he proposed to retire himself', () => given(retiring()).when(retire, one).thenRefused('proposed-by-the-same'))
  it('what nobody proposed to retire is not retired, nor in other words', () => {
    given().when(retire, two).thenRefused('retirement-not-proposed')
    for (const more of [{ reason: '另有原因' }, { effectiveFrom: day('2026-10-02') }]) given(retiring()).when({ ...retire, data: { ...retire.data, ...more } }, two).thenRefused('retirement-not-proposed')
    given(proposed()).when(retire, two).thenRefused('retirement-not-proposed')
  })
  it('a proposal of the version before does not retire the next', () => given(retiring(), proposed(), published()).when(retire, two).thenRefused('retirement-not-proposed'))
  it('a retirement that was left lying until its day has passed is not said any more', () => given(retiring()).when(retire, { ...two, now: at('2026-12-01') }).thenRefused('rule-reaching-back'))
  it('what is retired is not proposed to be retired', () => given(retired).when(proposeRetirement(), one).thenRefused('rule-retired-already'))
  it('停用 is not proposed to reach back', () => given().when(proposeRetirement({ effectiveFrom: day('2026-03-01') }), one).thenRefused('rule-reaching-back'))
  it('停用 said again is nothing new', () => given(retired).when(retire, two).then())
  it('停用 once, whatever else is said of it', () => given(retired).when({ ...retire, data: { ...retire.data, reason: '另有原因' } }, one).thenRefused('rule-retired-already'))
  it('停用 does not reach back', () => given().when({ ...retire, data: { ...retire.data, effectiveFrom: day('2026-03-01') } }, one).thenRefused('rule-reaching-back'))
  it('a retired rule may be published anew, and retired again', () => {
    given(proposed(), published(), retired, proposed({ version: 3 })).when(publish({ version: 3 }), two).then(published({ version: 3 }))
    given(proposed(), published(), retired, proposed({ version: 3 }), published({ version: 3 }), retiring()).when(retire, two).then(retired)
  })
})

type Issuing = Extract<CardCommand, { type: 'IssueCard' }>
/** T16: due on Sunday 2026-09-20, which is worked; yellow at the close of Monday, red at that of Thursday. */
const issuing = (ruleId: string, severity: Issuing['data']['severity'], becameTrueAt: Instant, more: Partial<Issuing['data']> = {}): Issuing => ({ type: 'IssueCard', data: {
  ruleId, ruleVersion: 1, params: { graceWorkingDays: 1 }, clause: '天水市建设方案 §2.2', calendarVersion: 22, clock: 'promised', becameTrueAt, dueOn: day('2026-09-20'),
  ledger: [{ kind: 'limit', clause: '承诺期限', days: 5, unit: 'working-days' }], severity, ...more } })
const idOf = ({ data }: Issuing) => findingId(data)
const yellow = issuing('R-02', 'YELLOW', close('2026-09-21')), cardId = idOf(yellow)
const red = issuing('R-03', 'RED', close('2026-09-24'), { because: cardId }), redId = idOf(red)
const warning = issuing('R-18', 'WARN', close('2026-09-18'), { clock: 'batch:1' })
const types = { HINT: 'HintRaised', WARN: 'WarningRaised', YELLOW: 'YellowCardIssued', RED: 'RedCardIssued' } as const
const issued = (command: Issuing, more: object = {}): CardEvent => {
  const { severity, ...finding } = command.data
  return { type: types[severity], data: { cardId: idOf(command), ...finding, ...more } } as CardEvent
}
const card = issued(yellow), redCard = issued(red)
const notifiedAt = close('2026-09-21')
const four = [{ duty: 'handler' as const, person: 'p-001' }, { duty: 'section-head' as const, person: 'p-002' }, { duty: 'leader' as const, person: 'p-003' }, { duty: 'system-admin' as const, person: 'p-009' }]
const notified = (when: Instant = notifiedAt, of = cardId): CardEvent => ({ type: 'CardNotified', data: { cardId: of, notified: four, notifiedAt: when } })
const filed: CardEvent = { type: 'CardAppealFiled', data: { cardId, grounds: '材料九月十八日才补齐', decideBy: day('2026-09-30') } }
const revoked = (reason: 'appeal-upheld' | 'force-majeure' | 'calendar-amended' | 'late-fact', evidence = '办结登记晚于办结', of = cardId): CardEvent => ({ type: 'CardRevoked', data: { cardId: of, reason, evidence } })
const superseded: CardEvent = { type: 'CardSuperseded', data: { cardId, by: findingId({ ...yellow.data, becameTrueAt: close('2026-09-22') }), reason: 'calendar-amended' } }

const given = specOf(supervision, cardDecider)
const by = { id: 'cases.X-1', by: policy }
const as = (who: Actor, now: Instant = at('2026-09-22')) => ({ id: 'cases.X-1', by: who, now })
const onTime = { ...by, now: close('2026-09-24') }

describe('发牌', () => {
  it.each(['HINT', 'WARN', 'YELLOW', 'RED'] as const)('%s with rule, parameters, clause, account and calendar', (severity) => {
    const command = issuing('R-04', severity, close('2026-09-21'), { evidence: ['a', 'b'], department: '规划局' })
    given().when(command, by).then(issued(command))
  })
  it('红牌 because of its yellow, whose notice came in time', () => given(card, notified()).when(red, onTime).then(redCard))
  it('红牌 needs a yellow', () => given(issued(warning)).when(red, onTime).thenRefused('no-yellow-behind-it'))
  it.each([revoked('late-fact'), revoked('appeal-upheld'), superseded])('红牌 needs a yellow that stands: %j', (ended) => given(card, ended).when(red, onTime).thenRefused('no-yellow-behind-it'))
  it('the same finding is one card', () => given(card).when(yellow, by).then())
  it.each(['toString', 'constructor', 'hasOwnProperty'])('%s is the number of no card', (word) => {
    given(card).when({ type: 'RevokeCard', data: { cardId: word, reason: 'force-majeure', evidence: '停电' } }, as(heInspector)).thenRefused('no-such-card')
    given(card).when({ ...red, data: { ...red.data, because: word } }, onTime).thenRefused('no-yellow-behind-it')
  })
  it('a card that people have revoked is not dealt again', () => {
    given(card, revoked('appeal-upheld')).when(yellow, by).then()
    given(card, revoked('force-majeure')).when(yellow, by).then()
  })
  it.each([revoked('calendar-amended'), revoked('late-fact'), superseded])('one that the platform took back is, when the facts have changed back: %j', (ended) => {
    given(card, ended).when(yellow, by).then(card)
    given(card, ended, card).when(yellow, by).then()
    given(card, ended, card, ended).when(yellow, by).then(card)
  })
})

describe('红牌与黄牌的告知', () => {
  const late = issued(red, { lateNotice: true })
  it.each([[close('2026-09-21'), false], [at('2026-09-22', '17:30'), false], [at('2026-09-22', '17:31'), true], [close('2026-09-23'), true]] as const)(
    'a yellow of the 21st told at %s: late is %s', (when, isLate) => given(card, notified(when)).when(red, onTime).then(isLate ? late : redCard))
  it('a yellow that nobody was told of', () => given(card).when(red, onTime).then(late))
  it('only the first notice counts', () => given(card, notified(), { type: 'CardNotified', data: { cardId, notified: [{ duty: 'inspector', person: 'p-005' }], notifiedAt: close('2026-09-24') } }).when(red, onTime).then(redCard))
  it('a yellow before a holiday: the next working day is after it', () => {
    const eve = issuing('R-02', 'YELLOW', close('2026-09-30')), after = issuing('R-03', 'RED', close('2026-10-12'), { because: idOf(eve) })
    const told = (when: Instant): CardEvent => ({ type: 'CardNotified', data: { cardId: idOf(eve), notified: four, notifiedAt: when } })
    given(issued(eve), told(close('2026-10-08'))).when(after, { ...by, now: close('2026-10-12') }).then(issued(after))
    given(issued(eve), told(at('2026-10-08', '17:31'))).when(after, { ...by, now: close('2026-10-12') }).then(issued(after, { lateNotice: true }))
  })

  const confirm = { type: 'ConfirmCard' as const, data: { cardId: redId, reason: '当日已口头告知' } }
  const confirmed: CardEvent = { ...confirm, type: 'CardConfirmed' }
  const sanction = { type: 'RecordSanction' as const, data: { cardId: redId, documentNo: '县监〔2026〕7号', measure: '通报批评', points: 10 } }
  it('a late one bites when an inspector confirms it', () => given(card, late).when(confirm, as(heInspector, at('2026-09-25'))).then(confirmed))
  it('confirmed again is nothing new', () => given(card, late, confirmed).when(confirm, as(heInspector)).then())
  it('one in time needs no confirmation', () => given(card, notified(), redCard).when(confirm, as(heInspector)).thenRefused('nothing-to-confirm'))
  it('a warning of a rule that knows a yellow may be held for one', () => given(issued(warning)).when({ ...confirm, data: { cardId: idOf(warning), reason: '录像核对属实' } }, as(heInspector))
    .then({ type: 'CardConfirmed', data: { cardId: idOf(warning), reason: '录像核对属实' } }))
  it('one of a rule that knows none may not', () => {
    const soon = issuing('R-01', 'WARN', close('2026-09-18'))
    given(issued(soon)).when({ ...confirm, data: { cardId: idOf(soon), reason: '无' } }, as(heInspector)).thenRefused('nothing-to-confirm')
  })
  it('处理 on record by its document', () => given(card, redCard).when(sanction, as(heInspector)).then({ ...sanction, type: 'SanctionRecorded' }))
  it('处理 recorded again is nothing new, and under the same number says nothing else', () => {
    given(card, redCard, { ...sanction, type: 'SanctionRecorded' }).when(sanction, as(heInspector)).then()
    given(card, redCard, { ...sanction, type: 'SanctionRecorded' }).when({ ...sanction, data: { ...sanction.data, points: 20 } }, as(heInspector)).thenRefused('document-number-taken')
  })
  it('no 处理 for a late red before it is confirmed', () => {
    given(card, late).when(sanction, as(heInspector)).thenRefused('card-not-confirmed')
    given(card, late, confirmed).when(sanction, as(heInspector)).then({ ...sanction, type: 'SanctionRecorded' })
  })
})

describe('告知', () => {
  const notify: CardCommand = { type: 'NotifyCard', data: { cardId, notified: four } }
  const now = { ...by, now: at('2026-09-21', '17:31') }
  it('names whom and when', () => given(card).when(notify, now).then(notified(at('2026-09-21', '17:31'))))
  it('nobody is told twice', () => given(card, notified()).when(notify, now).then())
  it('who was not told yet is told', () => {
    const more = [...four, { duty: 'inspector' as const, person: 'p-005' }]
    given(card, notified()).when({ type: 'NotifyCard', data: { cardId, notified: more } }, now).then({ type: 'CardNotified', data: { cardId, notified: more.slice(4), notifiedAt: now.now } })
  })
  it('needs a card that stands', () => {
    given().when(notify, now).thenRefused('no-such-card')
    given(card, revoked('late-fact')).when(notify, now).thenRefused('card-not-standing')
  })
})

describe('申诉', () => {
  const appeal: CardCommand = { type: 'FileCardAppeal', data: { cardId, grounds: '材料九月十八日才补齐' } }
  it.each([['承办人', liMin], ['科室负责人', wangQiang]] as const)('%s may file one within three working days of the notice', (_, who) => {
    given(card, notified()).when(appeal, as(who, at('2026-09-22'))).then(filed)
    // 21 September, then 22, 23 and 24; 中秋 is from the 25th to the 27th, and 国庆 to the 7th: 28, 29, 30, 8 and 9 October
    given(card, notified()).when(appeal, as(who, close('2026-09-24'))).then({ type: 'CardAppealFiled', data: { ...filed.data as { cardId: string; grounds: string }, decideBy: day('2026-10-09') } })
    given(card, notified()).when(appeal, as(who, at('2026-09-24', '17:31'))).thenRefused('appeal-too-late')
  })
  it('where nobody was told, the days have not begun', () => given(card).when(appeal, as(liMin, at('2026-09-22'))).then(filed))
  it('who was not told of it has no say', () => given(card, notified()).when(appeal, as({ ...liMin, person: 'p-077' })).thenRefused('card-of-another'))
  it('nor the leader, though he was told', () => given(card, notified()).when(appeal, as(chenJu)).thenRefused('card-of-another'))
  it('said again is nothing new, even late', () => given(card, notified(), filed).when(appeal, as(liMin, at('2026-12-01'))).then())
  it('there is one', () => given(card, notified(), filed).when({ ...appeal, data: { cardId, grounds: '另有理由' } }, as(liMin)).thenRefused('appealed-already'))
  it('against a card that stands', () => {
    given().when(appeal, as(liMin)).thenRefused('no-such-card')
    given(card, revoked('late-fact')).when(appeal, as(liMin)).thenRefused('card-not-standing')
  })

  const decide = (result: 'upheld' | 'dismissed', reason = '补正单属实'): CardCommand => ({ type: 'DecideCardAppeal', data: { cardId, result, reason } })
  const upheld: CardEvent = { type: 'CardAppealUpheld', data: { cardId, reason: '补正单属实' } }, dismissed: CardEvent = { type: 'CardAppealDismissed', data: { cardId, reason: '补正单属实' } }
  it('成立 revokes the card', () => given(card, notified(), filed).when(decide('upheld'), as(heInspector)).then(upheld, revoked('appeal-upheld', '补正单属实')))
  it('成立 takes the red with it that stands on the card', () => given(card, notified(), filed, redCard).when(decide('upheld'), as(heInspector))
    .then(upheld, revoked('appeal-upheld', '补正单属实'), revoked('appeal-upheld', `所依据的牌 ${cardId} 已撤`, redId)))
  it('不成立 leaves it', () => given(card, notified(), filed).when(decide('dismissed'), as(heInspector)).then(dismissed))
  it('decided again in the same words is nothing new', () => {
    given(card, filed, dismissed).when(decide('dismissed'), as(heInspector)).then()
    given(card, filed, upheld, revoked('appeal-upheld', '补正单属实')).when(decide('upheld'), as(heInspector)).then()
  })
  it('is decided once', () => given(card, filed, dismissed).when(decide('upheld'), as(heInspector)).thenRefused('appeal-decided-already'))
  it('there must be one', () => {
    given().when(decide('upheld'), as(heInspector)).thenRefused('no-such-card')
    given(card).when(decide('upheld'), as(heInspector)).thenRefused('no-appeal-open')
  })
  it('over a card that has lost its ground nothing is decided', () => given(card, filed, revoked('late-fact')).when(decide('dismissed'), as(heInspector)).thenRefused('card-not-standing'))

  const stay: CardCommand = { type: 'StayCard', data: { cardId, until: day('2026-09-28'), reason: '等待核对录像' } }, stayed: CardEvent = { ...stay, type: 'CardStayed' }
  it('缓 while an appeal is open', () => given(card, filed).when(stay, as(heInspector)).then(stayed))
  it('缓 may be prolonged, and said again is nothing new', () => {
    given(card, filed, stayed).when(stay, as(heInspector)).then()
    given(card, filed, stayed).when({ ...stay, data: { ...stay.data, until: day('2026-09-29') } }, as(heInspector)).then({ ...stayed, data: { ...stay.data, until: day('2026-09-29') } })
  })
  it('no 缓 without an open appeal', () => {
    given(card).when(stay, as(heInspector)).thenRefused('no-appeal-open')
    given(card, filed, dismissed).when(stay, as(heInspector)).thenRefused('no-appeal-open')
  })
  it('no 缓 that is over', () => given(card, filed).when({ ...stay, data: { ...stay.data, until: day('2026-09-21') } }, as(heInspector)).thenRefused('stay-already-over'))
  it('no 缓 once it has turned red', () => given(card, filed, redCard).when(stay, as(heInspector, at('2026-09-25'))).thenRefused('red-already'))
  it('缓 of a card that stands', () => {
    given().when(stay, as(heInspector)).thenRefused('no-such-card')
    given(card, filed, superseded).when(stay, as(heInspector)).thenRefused('card-not-standing')
  })
})

describe('纠错', () => {
  const correct: CardCommand = { type: 'CorrectCard', data: { cardId, report: '九月二十二日已办结' } }, corrected: CardEvent = { ...correct, type: 'CardCorrected' }
  const confirm: CardCommand = { type: 'ConfirmCorrection', data: { cardId, remark: '属实' } }, confirmed: CardEvent = { ...confirm, type: 'CardCorrectionConfirmed' }
  it('is reported with what was done', () => given(card).when(correct, as(liMin)).then(corrected))
  it('reported again is nothing new, and in other words no second one', () => {
    given(card, corrected).when(correct, as(liMin)).then()
    given(card, corrected).when({ ...correct, data: { cardId, report: '另一份' } }, as(liMin)).thenRefused('corrected-already')
  })
  it('is confirmed by an inspector', () => given(card, corrected).when(confirm, as(heInspector)).then(confirmed))
  it('confirmed again is nothing new', () => given(card, corrected, confirmed).when(confirm, as(heInspector)).then())
  it('without a report there is nothing to confirm', () => given(card).when(confirm, as(heInspector)).thenRefused('no-correction-reported'))
  it.each([correct, confirm, { type: 'ConfirmCard', data: { cardId, reason: '无' } }, { type: 'RecordSanction', data: { cardId, documentNo: '1', measure: '无', points: 1 } }] as CardCommand[])('$type is of a card that stands', (command) => {
    given().when(command, as(heInspector)).thenRefused('no-such-card')
    given(card, revoked('force-majeure')).when(command, as(heInspector)).thenRefused('card-not-standing')
  })
})

describe('撤牌与取代', () => {
  const revoke = (reason: 'appeal-upheld' | 'force-majeure' | 'calendar-amended' | 'late-fact', evidence = '办结登记晚于办结'): CardCommand => ({ type: 'RevokeCard', data: { cardId, reason, evidence } })
  it.each(['appeal-upheld', 'force-majeure'] as const)('%s is an inspector’s', (reason) => {
    given(card).when(revoke(reason), as(heInspector)).then(revoked(reason))
    given(card).when(revoke(reason), by).thenRefused('reason-of-another')
  })
  it.each(['calendar-amended', 'late-fact'] as const)('%s is computed, and nobody’s to say', (reason) => {
    given(card).when(revoke(reason), by).then(revoked(reason))
    given(card).when(revoke(reason), as(heInspector)).thenRefused('reason-of-another')
  })
  it('takes the red with it', () => given(card, redCard).when(revoke('late-fact'), by).then(revoked('late-fact'), revoked('late-fact', `所依据的牌 ${cardId} 已撤`, redId)))
  it('of a card that is revoked is nothing new', () => given(card, revoked('late-fact')).when(revoke('late-fact'), by).then())
  it('needs a card that stands', () => {
    given(issued(warning)).when(revoke('late-fact'), by).thenRefused('no-such-card')
    given(card, superseded).when(revoke('late-fact'), by).thenRefused('card-not-standing')
  })

  const moved = issuing('R-02', 'YELLOW', close('2026-09-22')), supersede: CardCommand = { type: 'SupersedeCard', data: { cardId, by: idOf(moved), reason: 'calendar-amended' } }
  it('取代 by the card of the same episode at another instant', () => given(card, issued(moved)).when(supersede, by).then(superseded))
  it('取代 said again is nothing new', () => given(card, issued(moved), superseded).when(supersede, by).then())
  it('取代 needs another card that stands', () => {
    given(card).when(supersede, by).thenRefused('no-card-in-its-place')
    given(card).when({ ...supersede, data: { ...supersede.data, by: cardId } }, by).thenRefused('no-card-in-its-place')
    given(issued(moved)).when(supersede, by).thenRefused('no-such-card')
    given(card, issued(moved), revoked('late-fact')).when(supersede, by).thenRefused('card-not-standing')
  })
})

it('inspectors decide, officials appeal and correct, the house deals; the administrator has no say', () => {
  const may = (role: string) => Object.entries(supervision.grants).filter(([, granted]) => granted.includes(role as never)).map(([type]) => type).sort()
  expect(may('system-admin')).toStrictEqual([])
  expect(may('leader')).toStrictEqual([])
  expect(may('handler')).toStrictEqual(['CorrectCard', 'FileCardAppeal'])
  expect(may('section-head')).toStrictEqual(['CorrectCard', 'FileCardAppeal'])
  expect(may('policy')).toStrictEqual(['IssueCard', 'NotifyCard', 'RevokeCard', 'SupersedeCard'])
})
