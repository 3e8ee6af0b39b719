import type { CaseCommand, CaseEvent } from '../../domain/cases/events.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import type { Case } from '../../domain/cases/evolve.ts'
import type { ItemReference, References } from '../../domain/cases/needs.ts'
import { isRefusal, type Given, type Reference, type Refusal } from '../../domain/kernel/decider.ts'
import type { Actor, Emitted } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { nonAcceptanceReasons, noticeKinds, specialProcedures, steps } from '../../domain/kernel/vocabulary.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { item as licence } from '../fixtures/licence.ts'
import { at } from '../kernel/spec.ts'

/** 随机游走 — one number per step, from which everything is drawn: who says what, with which words, and how much time passes before. */
export type Decide = Pick<typeof caseDecider, 'evolve' | 'decide'>
export type Recorded = Emitted<CaseEvent> & { by: Actor; at: Instant }
export type Step = { command: CaseCommand; given: Given; before: Case; after: Case; facts: readonly Recorded[]; refusal: Refusal | undefined; again: readonly Emitted<CaseEvent>[] }
/** What is watched while it walks; whatever it finds wrong it throws. */
export type Watch = { began(item: ItemReference): void; stepped(step: Step): void; over(): boolean }

type Dice = (sides: number) => number
const dice = (seed: number): Dice => {
  let state = seed | 0
  return (sides) => { // mulberry32
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % sides
  }
}
const one = <T>(roll: Dice, of: readonly T[]): T => of[roll(of.length)]!

const people: Record<string, References['approver']> = {
  o1: { roles: ['handler'], department: '市场监管局', post: '科员' }, o2: { roles: ['handler', 'leader'], department: '市场监管局', post: '副局长' },
  o3: { roles: ['handler', 'section-head'], department: '市场监管局', post: '科长' }, v1: { roles: ['section-head'], department: '市场监管局', post: '科长' },
  l1: { roles: ['leader'], department: '市场监管局', post: '局长' }, m1: { roles: ['leader'], department: '明镜县人民政府', post: '副县长' },
  k1: { roles: ['handler'], department: '水利局', post: '科员' }, c1: { roles: ['window-clerk'], department: '政务服务中心', post: '窗口' }, a1: { roles: ['applicant'], department: '', post: '' },
}
const common = { ...licence, officers: ['o1', 'o2', 'o3'], fees: [{ standardId: 'F-1', name: '工本费', amountFen: 1000 }], feeFen: 1000, specialProcedures: ['inspection', 'hearing'] as const }
const coHandlers = [{ department: '水利局', matter: '取水', promisedWorkingDays: 5, officers: ['k1'] }, { department: '消防救援大队', matter: '消防', promisedWorkingDays: 7, officers: ['k1', 'o3'] }]
/** Every type of case, every flow, with and without the clause of renewal. */
export const items: readonly ItemReference[] = [
  { ...common, caseType: 'IMMEDIATE', promisedWorkingDays: 0, flow: ['handling'] },
  { ...common, caseType: 'PROMISED', promisedWorkingDays: 5, flow: ['handling', 'reviewing'] },
  { ...common, caseType: 'PROMISED', promisedWorkingDays: 20, flow: ['handling', 'reviewing', 'approving'], renewal: true },
  { ...common, caseType: 'JOINT', promisedWorkingDays: 30, statutoryWorkingDays: 45, flow: ['handling', 'reviewing'], coHandlers },
  { ...common, caseType: 'REPORTED_UP', promisedWorkingDays: 15, flow: ['handling', 'approving'], superior: { name: '州局', workingDays: 15 } },
  { ...common, caseType: 'JOINT', promisedWorkingDays: 45, statutoryWorkingDays: 45, flow: ['handling', 'reviewing', 'approving'], coHandlers, renewal: true },
]
/** What the item is from its second version on: a shorter promise, other officers. */
const second = (item: ItemReference): ItemReference => ({ ...item, version: 2, promisedWorkingDays: Math.max(0, item.promisedWorkingDays - 2), officers: ['o1', 'o3'] })

const materials = ['申请书', '平面图', '照片']
const sometimes = (roll: Dice, now: Instant) => roll(4) > 0 ? {} :
  { happenedAt: new Date(Date.parse(now) - roll(roll(2) ? 3_000_000 : 170_000_000) + (roll(8) ? 0 : 60_000)).toISOString() as Instant }
type Data<T extends CaseCommand['type']> = Extract<CaseCommand, { type: T }>['data']
const number = (roll: Dice) => String(roll(5))
/** Of the files that anybody names every third is not kept. */
const keptAmong = (among: readonly string[], { bytes = 1 }: { bytes?: number }) => among.filter((blob) => !blob.endsWith('2')).map((blob) => ({ blob, mediaType: 'image/png', bytes }))
const blob = (roll: Dice) => `sha256:${String(roll(3)).repeat(64)}`
type Said = { [T in CaseCommand['type']]?: { often: number; data: (roll: Dice, now: Instant) => Data<T> } }
const said: Said = {
  RegisterReceipt: { often: 2, data: (roll, now) => ({ list: materials.slice(0, 1 + roll(3)).map((name) => ({ name, pages: 1 + roll(2) })), ...sometimes(roll, now) }) },
  CorrectOnSpot: { often: 1, data: (roll) => ({ number: number(roll), material: '申请书', what: one(roll, ['错字', '漏填']) }) },
  PreReview: { often: 1, data: (roll) => ({ result: one(roll, ['pass', 'back']), opinion: '阅' }) },
  RequestSupplement: { often: 2, data: (roll) => ({ asked: materials.slice(0, 1 + roll(2)).map((material) => ({ material, reason: '缺', basis: '法' })) }) },
  SubmitSupplement: { often: 6, data: (roll) => ({ materials: materials.slice(0, 1 + roll(3)) }) },
  AcceptCase: { often: 6, data: () => ({}) },
  RefuseAcceptance: { often: 1, data: (roll) => ({ reasonCode: one(roll, nonAcceptanceReasons), reason: '由', basis: '法', remedies: '复议', ...(roll(2) && { rightOrgan: '县水利局' }) }) },
  ReturnCase: { often: 1, data: () => ({ reason: '重打' }) },
  AttachDocument: { often: 1, data: (roll) => ({ number: number(roll), name: '照', blob: blob(roll), mediaType: 'image/png', bytes: roll(9) }) },
  DeemAccepted: { often: 1, data: () => ({}) },
  StartSpecialProcedure: { often: 3, data: (roll) => ({ kind: one(roll, specialProcedures), plannedWorkingDays: 1 + roll(9), approver: one(roll, Object.keys(people)) }) },
  EndSpecialProcedure: { often: 6, data: (roll, now) => ({ result: '合格', ...sometimes(roll, now) }) },
  ExtendLimit: { often: 4, data: (roll) => ({ workingDays: 1 + roll(18), reason: '复杂', approver: one(roll, ['l1', 'm1', 'o2', 'v1']) }) },
  NotifyThirdParty: { often: 1, data: (roll) => ({ number: number(roll), interest: '采光', parties: 1 + roll(3) }) },
  OpenSubCase: { often: 8, data: (roll) => ({ department: one(roll, ['水利局', '消防救援大队', '消防救援大队', '卫健局']) }) },
  GiveSubOpinion: { often: 8, data: (roll, now) => ({ subCase: 1 + roll(3), result: one(roll, ['agree', 'disagree']), opinion: '可', ...sometimes(roll, now) }) },
  ReportUp: { often: 6, data: () => ({ opinion: '初审合格' }) },
  RecordSuperiorDecision: { often: 4, data: (roll, now) => ({ result: one(roll, ['grant', 'refuse']), documentNo: '7号', ...(roll(2) && { reason: '由' }), ...sometimes(roll, now) }) },
  CompleteHandling: { often: 12, data: (roll, now) => ({ opinion: '合格', ...(roll(2) && { evidence: [blob(roll)] }), ...sometimes(roll, now) }) },
  ReviewCase: { often: 12, data: (roll) => ({ opinion: '阅', result: one(roll, ['pass', 'pass', 'back']) }) },
  ApproveCase: { often: 12, data: (roll) => ({ opinion: '阅', result: one(roll, ['pass', 'pass', 'pass', 'refuse', 'back']) }) },
  SendBack: { often: 2, data: (roll) => ({ to: one(roll, steps), reason: '缺页' }) },
  CompleteStep: { often: 2, data: (roll, now) => ({ number: number(roll), step: '勘验', ...sometimes(roll, now) }) },
  UrgeCase: { often: 2, data: (roll) => ({ number: number(roll), ...(roll(2) && { reason: '将到期' }) }) },
  SendNotice: { often: 1, data: (roll) => ({ number: number(roll), kind: one(roll, noticeKinds), channel: 'sms' }) },
  AssessFee: { often: 1, data: (roll) => ({ number: number(roll), standardId: one(roll, ['F-1', 'F-9']) }) },
  ChargeFee: { often: 2, data: (roll) => ({ number: number(roll), standardId: one(roll, ['F-1', 'F-1', 'F-9']), amountFen: one(roll, [0, 1000, 1500]), receiptNo: '票' }) },
  RefundFee: { often: 2, data: (roll) => ({ number: number(roll), amountFen: 1 + roll(1200), reason: '多收' }) },
  DecideCase: { often: 10, data: (roll) => ({ result: one(roll, ['grant', 'refuse']), ...(roll(4) && { reason: '由', basis: '法', remedies: '复议' }) }) },
  ConcludeCase: { often: 5, data: (roll, now) => sometimes(roll, now) },
  TerminateCase: { often: 1, data: () => ({ reason: '死亡', basis: '法' }) },
  WithdrawApplication: { often: 1, data: (roll) => roll(2) ? { reason: '不办了' } : {} },
  DeemRenewed: { often: 1, data: () => ({}) },
  DeliverResult: { often: 4, data: (roll, now) => ({ method: 'post', ...(roll(2) && { recipient: 'agent' as const }), ...sometimes(roll, now) }) },
  PublishDecision: { often: 2, data: () => ({ where: '门户' }) },
  ArchiveCase: { often: 2, data: () => ({ archiveNo: '1' }) },
  CorrectRecord: { often: 2, data: (roll) => ({ number: number(roll), target: one(roll, [2, 2, 2, 3, 40]), reason: '误', correct: one(roll, ['甲', '甲', '甲', '乙']) }) },
}
const rows = Object.entries(said) as [CaseCommand['type'], { often: number; data(roll: Dice, now: Instant): unknown }][]
const deck = rows.flatMap(([type, { often }]) => Array.from({ length: often }, () => type))

/** Half of the time something that may well be lawful; the other half, anything. */
function likely({ stage, asked, special, superior, done, pinned, delivered }: Case): readonly CaseCommand['type'][] {
  if (stage === 'Submitted') return asked ? ['SubmitSupplement'] :
    [...Array.from({ length: 12 }, () => 'AcceptCase' as const), 'RequestSupplement', 'RequestSupplement', 'RequestSupplement', 'RegisterReceipt', 'RegisterReceipt', 'PreReview', 'RefuseAcceptance', 'ReturnCase']
  if (stage === 'Decided') return ['ConcludeCase', 'GiveSubOpinion']
  if (stage === 'Concluded') return delivered ? ['PublishDecision', 'ArchiveCase', 'CorrectRecord'] : ['DeliverResult', 'PublishDecision', 'RefundFee']
  if (stage !== 'Accepted') return deck
  if (asked) return ['SubmitSupplement']
  if (special !== undefined) return ['EndSpecialProcedure']
  if (superior === 'asked') return ['RecordSuperiorDecision']
  const beside: CaseCommand['type'][] = ['OpenSubCase', 'GiveSubOpinion', 'StartSpecialProcedure', 'ExtendLimit', 'SendBack', 'CorrectRecord']
  const step = pinned?.flow[done.length]
  const next = step ? ({ handling: 'CompleteHandling', reviewing: 'ReviewCase', approving: 'ApproveCase' } as const)[step] : 'DecideCase'
  return [...beside, next, next, next, next, ...(step ? [] : ['ReportUp' as const, 'ReportUp' as const])]
}
/** What ends a case at once is drawn seldom, or no case would grow old. */
const lethal = ['WithdrawApplication', 'TerminateCase', 'ReturnCase', 'RefuseAcceptance']
function spoken(roll: Dice, state: Case): CaseCommand['type'] {
  const type = one(roll, deck)
  return roll(2) || (lethal.includes(type) && roll(5)) ? one(roll, likely(state)) : type
}

const acting = (roll: Dice, type: CaseCommand['type']): Actor => {
  const granted = cases.grants[type]!, fitting = Object.keys(people).filter((person) => people[person]!.roles.some((role) => (granted as readonly string[]).includes(role)))
  const person = one(roll, fitting.length > 0 && roll(3) ? fitting : Object.keys(people))
  return { person, role: person === 'a1' && granted.includes('applicant') ? 'applicant' : granted.find((role) => role !== 'applicant')!, department: people[person]!.department }
}
/** Hours mostly, now and then days, so that deadlines pass and licences run out. */
const passing = (roll: Dice) => roll(5) ? roll(3) * 1_800_000 : roll(6) ? roll(36) * 3_600_000 : roll(12) * 86_400_000
const lastOf = (facts: readonly Recorded[]) => facts.at(-1)?.at

/** Walks one list of numbers through as many cases as it takes. */
export function walk(numbers: readonly number[], { decide, evolve }: Decide, watch: Watch) {
  let state = caseDecider.initial, now = at('2026-01-05', '09:00'), facts: Recorded[] = [], stillFor = 0
  let versions: readonly ItemReference[] = items, current = 1
  for (const seed of numbers) {
    const roll = dice(seed)
    if (stillFor > 8 || facts.length === 0) {
      const item = one(roll, items)
      versions = [item, second(item)]; current = 1; facts = []; state = caseDecider.initial; stillFor = 0
      now = at(`2026-0${1 + roll(6)}-0${1 + roll(9)}`, '09:00')
      watch.began(item)
    }
    now = new Date(Date.parse(now) + passing(roll)).toISOString() as Instant
    if (roll(60) === 0) current = 2
    const type = facts.length === 0 && roll(8) ? 'SubmitApplication' : spoken(roll, state)
    const data = type === 'SubmitApplication' ? { itemCode: 'SP-01', hall: 'H-1', channel: one(roll, ['window', 'online']), applicantId: 'a1',
      ...(roll(3) && { renews: { licenceNo: 'L', expiresOn: new Date(Date.parse(now) + roll(40) * 86_400_000).toISOString().slice(0, 10) } }) } : said[type]!.data(roll, now)
    const command = { type, data } as CaseCommand, by = acting(roll, type)
    const ask = (state: Case, lastAt: Instant | undefined) => {
      const references: Record<string, unknown> = {}
      for (const [name, need] of Object.entries(caseDecider.needs[type] as Record<string, (state: Case, data: unknown, id: string) => Reference | undefined>)) {
        const reference = need(state, command.data, 'X-1')
        references[name] = reference && { item: () => versions[(reference.version ?? current) - 1], hall: () => ({ zone: 'Asia/Shanghai' }), ruleSet: () => ({ version: 3 }),
          approver: () => people[reference.id], attachments: () => keptAmong(reference.among ?? [], command.data as { bytes?: number }) }[name as keyof References]()
      }
      const given: Given = { id: 'X-1', now, by, calendar: calendarIn2026, ...(lastAt && { lastAt }) }
      return { given, answer: decide(state, command, { ...given, ...references }) }
    }
    const { given, answer } = ask(state, lastOf(facts)), before = state
    const fresh = isRefusal(answer) ? [] : answer.map((fact): Recorded => ({ ...fact, by, at: fact.claim?.occurredAt ?? now }))
    state = fresh.reduce(evolve, state)
    const known = new Set([...facts, ...fresh].flatMap(({ claim }) => claim ? [claim.key] : []))
    facts.push(...fresh)
    const { answer: again } = ask(state, lastOf(facts))
    watch.stepped({ command, given, before, after: state, facts: fresh, refusal: isRefusal(answer) ? answer : undefined,
      again: isRefusal(again) ? [] : again.filter(({ claim }) => !claim || !known.has(claim.key)) })
    stillFor = watch.over() ? stillFor + 1 : 0
  }
}
