import type { CaseCommand } from '../domain/cases/events.ts'
import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import type { Actor } from '../domain/kernel/events.ts'
import { instantIn, instantOf } from '../domain/kernel/zones.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { Fate } from './fate.ts'
import { acting, type Person } from './people.ts'
import { county } from './places.ts'
import type { Progress } from './progress.ts'
import { afterWork, momentOf, workBy } from './office-time.ts'

/** 下一步 — what is said next, by whom and when. `tried`: what is said before it and must be refused. */
export type NextStep = { at: Instant; by: Actor; command: CaseCommand; tried?: { by: Actor; command: CaseCommand } }

const house: Actor = { person: 'policy', role: 'policy', department: '' }
const opinions = {
  handle: ['材料齐全，符合条件，拟准予。', '经核查，符合规定，拟准予。', '申请材料与原件一致，拟准予，请审核。', '现场情况与申请相符，拟准予。'],
  pass: ['同意承办意见。', '程序合规，同意。', '复核无误，报批准。'],
  back: ['附件不全，请补齐后再送。', '意见与核查记录不一致，请说明。', '检测报告缺页，退回重办。'],
  approve: ['同意。', '准予。', '同意，按程序办理。'],
} as const

/** 份量 — how the days between acceptance and conclusion are shared out among the steps that this case will take. */
function sharesOf({ chance, matter: { visited, flow }, special, asksLater, reviewedBack, approvedBack, approver }: Fate) {
  const shares = new Map<string, number>()
  const takes = (step: string, share: number) => shares.set(step, share * chance.between(`share of ${step}`, 0.5, 1.5))
  if (visited) takes('visit', 0.25)
  if (special) { takes('special', 0.1) }
  if (asksLater) takes('asking', 0.12)
  takes('handling 0', 0.4)
  if (flow.includes('reviewing')) takes('reviewing 0', 0.22)
  if (flow.includes('reviewing') && reviewedBack) { takes('handling 1', 0.15); takes('reviewing 1', 0.12) }
  if (approver) takes('approving 0', 0.18)
  if (approver && approvedBack) { takes('handling 2', 0.12); takes('reviewing 2', 0.1); takes('approving 1', 0.1) }
  takes('decision', 0.08)
  takes('conclusion', 0.06)
  const sum = [...shares.values()].reduce((all, share) => all + share, 0)
  return (step: string) => (shares.get(step) ?? 0.1) / sum
}

/** What the law itself accepted has used five days of its promise before anybody looked. */
const spanOf = ({ unanswered, workingDays }: Fate) => unanswered ? Math.max(1, workingDays - 5) : workingDays

type Sayer = { say(command: CaseCommand, by: Actor, at: Instant): NextStep; work(workingDays: number): Instant; calendar: OfficeCalendar }

/** The fifth working day after receipt, at the close (行政许可法 32): then the law accepts. */
function lawAccepts(calendar: OfficeCalendar, submittedAt: Instant): Instant {
  const today = calendar.dayOf(submittedAt)
  const receivedOn = calendar.isWorkingDay(today) && submittedAt <= calendar.closeOf(today) ? today : calendar.addWorkingDays(today, 1)
  return calendar.closeOf(calendar.addWorkingDays(receivedOn, 5))
}
const applying = ({ applicant, channel, clerk }: Fate): Actor =>
  channel === 'online' ? { person: applicant.applicantId, role: 'applicant', department: '' } : acting(clerk)

function supplied({ calendar, work, say }: Sayer, fate: Fate, { facts }: Progress, materials: string[]): NextStep {
  const after = work(fate.chance.between(`supplies ${facts}`, 0.4, 6))
  const evening = fate.channel === 'online' && fate.chance.happens(`in the evening ${facts}`, 0.4)
  const supper = () => Date.parse(instantIn(county.zone, calendar.dayOf(after), '19:00'))
  const at = evening ? instantOf(supper() + fate.chance.whole(`evening ${facts}`, 0, 9_000_000)) : after
  return say({ type: 'SubmitSupplement', data: { materials } }, applying(fate), at)
}
/** What is missing: the same whenever it is asked. */
function missing({ chance, matter: { materials, statute, clause } }: Fate, facts: number) {
  const count = Math.min(materials.length, chance.whole(`how much is missing ${facts}`, 1, 2))
  const first = chance.whole(`what is missing ${facts}`, 0, materials.length - count)
  const reason = chance.one(`why ${facts}`, ['未提交', '复印件不清', '已过有效期', '未签字或盖章'])
  return materials.slice(first, first + count).map((material) => ({ material, reason, basis: `《${statute}》${clause}；行政许可法第三十二条` }))
}

function beforeAcceptance(sayer: Sayer, fate: Fate, progress: Progress): NextStep | undefined {
  const { say, work, calendar } = sayer, { chance, matter, clerk, channel } = fate, { submittedAt, notified, asked } = progress
  if (asked) return fate.supplies ? supplied(sayer, fate, progress, matter.materials.slice()) : undefined
  if (fate.unanswered && !notified) return say({ type: 'DeemAccepted', data: {} }, house, lawAccepts(calendar, submittedAt))
  const onTheSpot = channel !== 'online' && (matter.caseType === 'IMMEDIATE' || chance.happens('on the spot', 0.65))
  const waits = onTheSpot ? chance.between('waits', 0.012, 0.05) : chance.between('waits', 0.06, matter.caseType === 'IMMEDIATE' ? 0.4 : 2.6)
  if (fate.asks && !notified) return say({ type: 'RequestSupplement', data: { asked: missing(fate, 1) } }, acting(clerk), work(waits))
  const at = work(notified ? chance.between('looks again', 0.02, 0.9) : waits), { day, work: done } = workBy(calendar, at)
  // What must be done today is not begun when the day is nearly over.
  const tomorrow = matter.caseType === 'IMMEDIATE' && done > 0.68
  const firstThing = () => momentOf(calendar, calendar.addWorkingDays(day, 1), chance.between('first thing', 0.01, 0.15))
  return say({ type: 'AcceptCase', data: {} }, acting(clerk), tomorrow ? firstThing() : at)
}

const turn = ({ reviewsBack, approvalsBack }: Progress, flowStep: string) =>
  flowStep === 'approving' ? `approving ${Math.min(1, approvalsBack)}` : `${flowStep} ${approvalsBack > 0 ? 2 : Math.min(1, reviewsBack)}`

/** 承办、审核、批准 in turn, as often as the case is sent back. */
function flowStep({ say, work }: Sayer, fate: Fate, progress: Progress, share: (step: string) => number): NextStep | undefined {
  const { chance, matter, handler, reviewer, approver, violation } = fate, step = matter.flow[progress.done]
  const span = spanOf(fate)
  if (!step) return undefined
  const at = work(share(turn(progress, step)) * span), opinion = (of: readonly string[]) => chance.one(`opinion ${progress.facts}`, of)
  const tried = (command: CaseCommand) =>
    violation?.command === command.type ? { tried: { by: acting(violation.by, roleFor[command.type]), command } } : {}
  if (step === 'handling') {
    const command: CaseCommand = { type: 'CompleteHandling', data: { opinion: fate.granted ? opinion(opinions.handle) : '不符合规定条件，拟不予许可，理由附后。' } }
    return { ...say(command, acting(handler), at), ...tried(command) }
  }
  const back = step === 'reviewing' ? fate.reviewedBack && progress.reviewsBack === 0 : fate.approvedBack && progress.approvalsBack === 0
  const result = back ? 'back' as const : 'pass' as const
  if (step === 'reviewing') {
    const command: CaseCommand = { type: 'ReviewCase', data: { result, opinion: opinion(back ? opinions.back : opinions.pass) } }
    return { ...say(command, acting(reviewer, 'section-head'), at), ...tried(command) }
  }
  const said = opinion(back ? opinions.back : opinions.approve)
  return say({ type: 'ApproveCase', data: { result, opinion: said } }, acting(approver ?? reviewer, 'leader'), at)
}
const roleFor: Partial<Record<CaseCommand['type'], Person['roles'][number]>> = { ReviewCase: 'section-head', CompleteHandling: 'handler' }

function inHand(sayer: Sayer, fate: Fate, progress: Progress): NextStep {
  const { say, work } = sayer, { chance, matter, handler, special, violation } = fate, share = sharesOf(fate), span = spanOf(fate)
  if (progress.asked) return supplied(sayer, fate, progress, matter.materials.slice())
  if (progress.special) return say({ type: 'EndSpecialProcedure', data: { result: chance.one('outcome', ['合格，报告已出具', '专家意见：同意', '符合要求，附报告']) } },
    acting(handler), work(special?.takesWorkingDays ?? 5))
  if (matter.visited && progress.visits === 0)
    return say({ type: 'CompleteStep', data: { number: '1', step: '现场核查' } }, acting(handler), work(share('visit') * span))
  if (fate.asksLater && progress.askedLater === 0 && progress.done === 0)
    return say({ type: 'RequestSupplement', data: { asked: missing(fate, 2) } }, acting(handler), work(share('asking') * span))
  if (special && progress.specials === 0 && progress.done === 0) {
    const start = (approver: string): CaseCommand =>
      ({ type: 'StartSpecialProcedure', data: { kind: special.kind, plannedWorkingDays: special.plannedWorkingDays, approver } })
    return { ...say(start(special.approver.person), acting(handler), work(share('special') * span)),
      ...(violation?.command === 'StartSpecialProcedure' && { tried: { by: acting(handler), command: start(handler.person) } }) }
  }
  const step = flowStep(sayer, fate, progress, share)
  if (step) return step
  const decider = fate.approver ? acting(fate.approver, 'leader') : acting(fate.reviewer, 'section-head')
  const refusal = { reason: chance.one('reason', ['场所条件不符合规定标准', '申请材料内容不实', '不符合法定准入条件']), basis: `《${matter.statute}》${matter.clause}`,
    remedies: '自收到决定之日起六十日内可申请行政复议，或者六个月内提起行政诉讼。' }
  const decision = fate.granted ? { result: 'grant' as const } : { result: 'refuse' as const, ...refusal }
  return say({ type: 'DecideCase', data: decision }, decider, work(share('decision') * span))
}

/** What comes next for a case, after `notBefore`; nothing where it is at its end or the applicant never comes back. */
export function nextStep(fate: Fate, progress: Progress, calendar: OfficeCalendar, notBefore: Instant): NextStep | undefined {
  const { chance, handler, clerk, channel } = fate, { since } = progress
  const sayer: Sayer = {
    calendar,
    work: (workingDays) => {
      const at = afterWork(calendar, since, workingDays)
      return at > notBefore ? at : afterWork(calendar, notBefore, chance.between(`soon ${progress.facts}`, 0.002, 0.01))
    },
    say: (command, by, at) => ({ command, by, at: at > notBefore ? at : notBefore }),
  }
  const { say, work } = sayer
  switch (progress.stage) {
    case 'Draft': return undefined
    case 'Submitted': return beforeAcceptance(sayer, fate, progress)
    case 'Accepted': return inHand(sayer, fate, progress)
    case 'Decided': return say({ type: 'ConcludeCase', data: {} }, acting(handler), work(sharesOf(fate)('conclusion') * spanOf(fate)))
    case 'Concluded': {
      const method = channel === 'online' ? chance.one('method', ['online', 'post'] as const) : 'window' as const
      const [least, most] = method === 'online' ? [0.02, 0.4] : method === 'post' ? [0.4, 2] : [0.05, 7]
      return say({ type: 'DeliverResult', data: { method } }, acting(clerk), work(chance.between('delivery', least, most)))
    }
    case 'Delivered': return undefined
  }
}
