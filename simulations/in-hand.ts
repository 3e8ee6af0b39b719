import type { CaseCommand } from '../domain/cases/events.ts'
import { dayAfter, instantIn } from '../domain/kernel/zones.ts'
import type { Step } from '../domain/kernel/vocabulary.ts'
import { missing, supplied } from './before-acceptance.ts'
import type { Fate } from './fate.ts'
import { acting } from './people.ts'
import { county } from './places.ts'
import { times, type Progress } from './progress.ts'
import { applicantOf, lent, minutes, policy, type NextStep, type Scene } from './scene.ts'

const opinions = {
  handle: ['材料齐全，符合条件，拟准予。', '经核查，符合规定，拟准予。', '申请材料与原件一致，拟准予，请审核。', '现场情况与申请相符，拟准予。'],
  pass: ['同意承办意见。', '程序合规，同意。', '复核无误，报批准。'],
  back: ['附件不全，请补齐后再送。', '意见与核查记录不一致，请说明。', '检测报告缺页，退回重办。'],
  approve: ['同意。', '准予。', '同意，按程序办理。'],
} as const

/** 份量 — how the days between acceptance and conclusion are shared out among the steps that this case will take. */
function sharesOf({ chance, matter: { visited, flow, coHandlers }, special, asksLater, reviewedBack, approvedBack, sentBack, approver }: Fate) {
  const shares = new Map<string, number>()
  const takes = (step: string, share: number) => shares.set(step, share * chance.between(`share of ${step}`, 0.5, 1.5))
  if (visited) takes('visit', 0.25)
  if (special) takes('special', 0.1)
  if (asksLater) takes('asking', 0.12)
  for (const { department } of coHandlers) takes(`asks ${department}`, 0.02)
  takes('handling 0', 0.4)
  if (flow.includes('reviewing')) takes('reviewing 0', 0.22)
  if (flow.includes('reviewing') && reviewedBack) { takes('handling 1', 0.15); takes('reviewing 1', 0.12) }
  if (approver) takes('approving 0', 0.18)
  if (approver && approvedBack) { takes('handling 2', 0.12); takes('reviewing 2', 0.1); takes('approving 1', 0.1) }
  if (approver && sentBack) { takes('sending', 0.08); takes('reviewing 3', 0.08) }
  takes('decision', 0.08)
  takes('conclusion', 0.06)
  const sum = [...shares.values()].reduce((all, share) => all + share, 0)
  return (step: string) => (shares.get(step) ?? 0.1) / sum
}
/** What the law itself accepted has used five days of its promise before anybody looked. */
const spanOf = ({ unanswered, workingDays }: Fate) => unanswered ? Math.max(1, workingDays - 5) : workingDays
/** Working days that a step of this case takes. */
export const takes = (fate: Fate, step: string) => sharesOf(fate)(step) * spanOf(fate)

function turn(progress: Progress, step: Step): string {
  const { reviewsBack, approvalsBack } = progress
  if (step === 'approving') return `approving ${Math.min(1, approvalsBack)}`
  if (step === 'reviewing' && times(progress, 'StepSentBack') > 0) return 'reviewing 3'
  return `${step} ${approvalsBack > 0 ? 2 : Math.min(1, reviewsBack)}`
}
/** One's own words in every case; who copies them says the same in all. */
const opinionOf = ({ fate: { chance, batch }, progress }: Scene, of: readonly string[], caseNo: string) =>
  batch?.kind === 'same-words' ? '情况属实，拟准予。' : `${chance.one(`opinion ${progress.facts}`, of)}（卷 ${caseNo}）`

/** 承办 — with what the handler keys in days later, or says from another's machine. */
function handled(scene: Scene, caseNo: string): NextStep {
  const { fate, progress, work, say } = scene, { handler, act, granted } = fate
  const opinion = granted ? opinionOf(scene, opinions.handle, caseNo) : `不符合规定条件，拟不予许可，理由附后（卷 ${caseNo}）。`
  const command = (more: object = {}): CaseCommand => ({ type: 'CompleteHandling', data: { opinion, ...more } })
  const happenedAt = minutes(progress.newestAt, 5), quick = act === 'fast' || act === 'swift'
  if (act === 'late entry') return say(command({ happenedAt }), acting(handler), work(2.4, progress.newestAt))
  if (act === 'next day') return say(command({ happenedAt }), acting(handler), work(0.8, progress.newestAt))
  const together = act === 'one terminal' || act === 'one key' || act === 'six minutes'
  return say(command(), acting(handler), quick ? minutes(progress.since, 6) : work(takes(fate, turn(progress, 'handling'))), quick || together ? { exact: true } : {})
}

function reviewed(scene: Scene, caseNo: string): NextStep {
  const { fate, progress, work, say } = scene, { reviewer, handler, act } = fate
  const result = fate.reviewedBack && progress.reviewsBack === 0 ? 'back' as const : 'pass' as const
  const command: CaseCommand = { type: 'ReviewCase', data: { result, opinion: opinionOf(scene, result === 'back' ? opinions.back : opinions.pass, caseNo) } }
  const exact = { exact: true } as const
  switch (act) {
    case 'one terminal': return say(command, lent(reviewer, 'section-head', handler, 'terminal'), minutes(progress.since, 2), exact)
    case 'one key': return say(command, lent(reviewer, 'section-head', handler, 'key'), minutes(progress.since, 3), exact)
    case 'six minutes': return say(command, lent(reviewer, 'section-head', handler, 'terminal'), minutes(progress.since, 8), exact)
    case 'fast': return say(command, lent(reviewer, 'section-head', handler, 'terminal'), minutes(progress.since, 7), exact)
    case 'swift': return say(command, acting(reviewer, 'section-head'), minutes(progress.since, 7), exact)
    case 'lying': return say(command, acting(reviewer, 'section-head'), work(4.5))
    default: return say(command, acting(reviewer, 'section-head'), work(takes(fate, turn(progress, 'reviewing'))))
  }
}

function approved(scene: Scene, caseNo: string): NextStep {
  const { fate, progress, work, say } = scene, { reviewer, handler, act, approver = reviewer } = fate
  if (fate.sentBack && times(progress, 'StepSentBack') === 0 && !fate.approvedBack && progress.done === 2)
    return say({ type: 'SendBack', data: { to: 'reviewing', reason: '审核意见没有写明核对了哪些材料，请补充。' } }, acting(approver, 'leader'), work(takes(fate, 'sending')))
  const result = fate.approvedBack && progress.approvalsBack === 0 ? 'back' as const : 'pass' as const
  const command: CaseCommand = { type: 'ApproveCase', data: { result, opinion: opinionOf(scene, result === 'back' ? opinions.back : opinions.approve, caseNo) } }
  if (act === 'fast' || act === 'swift')
    return say(command, act === 'fast' ? lent(approver, 'leader', handler, 'terminal') : acting(approver, 'leader'), minutes(progress.since, 6), { exact: true })
  return say(command, acting(approver, 'leader'), work(takes(fate, turn(progress, 'approving'))))
}

function decided(scene: Scene): NextStep | undefined {
  const { fate, progress, work, say } = scene, { chance, matter, handler, reviewer, approver, act } = fate
  if (matter.superior && times(progress, 'CaseReportedUp') === 0)
    return say({ type: 'ReportUp', data: { opinion: '拟同意，报请审查决定。' } }, acting(approver ?? reviewer, 'leader'), work(takes(fate, 'decision')))
  if (progress.subs.some(({ given }) => !given)) return undefined
  const refusal = { reason: chance.one('reason', ['场所条件不符合规定标准', '申请材料内容不实', '不符合法定准入条件']), basis: `《${matter.statute}》${matter.clause}`,
    remedies: '自收到决定之日起六十日内可申请行政复议，或者六个月内提起行政诉讼。' }
  const command: CaseCommand = { type: 'DecideCase', data: fate.granted ? { result: 'grant' } : { result: 'refuse', ...refusal } }
  const by = approver ?? reviewer, role = approver ? 'leader' as const : 'section-head' as const
  if (act === 'fast' || act === 'swift')
    return say(command, act === 'fast' ? lent(by, role, handler, 'terminal') : acting(by, role), minutes(progress.since, 6), { exact: true })
  return say(command, acting(by, role), work(takes(fate, 'decision')))
}

/** 停 — while it waits for the applicant, for a procedure or for those above. */
function held(scene: Scene): NextStep | undefined {
  const { fate, progress, work, say } = scene, { chance, handler, special } = fate
  if (progress.asked) return supplied(scene)
  const result = () => chance.one('outcome', ['合格，报告已出具', '专家意见：同意', '符合要求，附报告'])
  if (progress.special) return say({ type: 'EndSpecialProcedure', data: { result: result() } }, acting(handler), work(special?.takesWorkingDays ?? 5))
  const documentNo = `市审〔2026〕${chance.whole('document', 100, 999)} 号`
  const data = fate.granted ? { result: 'grant' as const, documentNo } : { result: 'refuse' as const, documentNo, reason: '不符合设置规划' }
  return say({ type: 'RecordSuperiorDecision', data }, acting(handler), work(fate.superiorTakes))
}

/** What the handler does before the flow begins. */
function preparing(scene: Scene): NextStep | undefined {
  const { fate, progress, work, say } = scene, { matter, handler, special, joint, act } = fate
  const asking = joint[progress.subs.length]
  if (asking) return say({ type: 'OpenSubCase', data: { department: asking.department } }, acting(handler), work(takes(fate, `asks ${asking.department}`)))
  if (matter.visited && times(progress, 'StepCompleted') === 0 && act !== 'fast' && act !== 'swift')
    return say({ type: 'CompleteStep', data: { number: '1', step: '现场核查' } }, acting(handler), work(takes(fate, 'visit')))
  if (fate.asksLater && progress.askedLater === 0 && progress.done === 0)
    return say({ type: 'RequestSupplement', data: { asked: missing(fate, 2) } }, acting(handler), work(takes(fate, 'asking')))
  if (special && times(progress, 'SpecialProcedureStarted') === 0 && progress.done === 0) {
    const { kind, plannedWorkingDays, approver } = special
    return say({ type: 'StartSpecialProcedure', data: { kind, plannedWorkingDays, approver: approver.person } }, acting(handler), work(takes(fate, 'special')))
  }
  return undefined
}

/** 违规操作 that is tried before the step is done properly, and refused. */
function withAttempt({ fate: { attempt, handler } }: Scene, next: NextStep | undefined): NextStep | undefined {
  if (!next || !attempt || next.command.type !== attempt.instead) return next
  const command: CaseCommand = attempt.code === 'not-the-next-step' ? { type: 'DecideCase', data: { result: 'grant' } }
    : next.command.type === 'StartSpecialProcedure' ? { ...next.command, data: { ...next.command.data, approver: handler.person } } : next.command
  const role = command.type === 'ReviewCase' || command.type === 'DecideCase' ? 'section-head' : 'handler'
  return { ...next, tried: { by: acting(attempt.by, role), command } }
}

/** 受理 → 决定 */
export function inHand(scene: Scene, caseNo: string): NextStep | undefined {
  const { fate, progress, calendar, work, say } = scene, { matter, renewal } = fate
  if (progress.asked || progress.special || progress.above) return held(scene)
  if (fate.act === 'withdrawn for')
    return say({ type: 'WithdrawApplication', data: { reason: '申请人电话要求撤回' } }, acting(fate.clerk), work(matter.promisedWorkingDays - 0.6, progress.acceptedAt))
  if (renewal?.lapses) {
    const expired = instantIn(county.zone, dayAfter(calendar.dayOf(progress.submittedAt), renewal.expiresIn + 1))
    // What was accepted only after the licence had run out is decided like any other.
    if (progress.acceptedAt < expired) return say({ type: 'DeemRenewed', data: {} }, policy, minutes(expired, 5), { anytime: true })
  }
  const step = matter.flow[progress.done], ready = preparing(scene)
  if (ready) return withAttempt(scene, ready)
  const of = { handling: handled, reviewing: reviewed, approving: approved }
  return step ? withAttempt(scene, of[step](scene, caseNo)) : decided(scene)
}

/** 半途 — withdrawn by the applicant or terminated while it is in hand. */
export function leaving({ fate, progress, work, say }: Scene): NextStep | undefined {
  const { chance, ends, reviewer } = fate, at = () => work(fate.workingDays * chance.between('leaves after', 0.1, 0.6), progress.acceptedAt)
  if (ends === 'withdrawn later') return say({ type: 'WithdrawApplication', data: { reason: '项目调整，不再申请' } }, applicantOf(fate), at())
  return ends === 'terminated'
    ? say({ type: 'TerminateCase', data: { reason: '申请人死亡或者法人终止，许可无需继续办理', basis: '行政许可法第七十条（类推）' } }, acting(reviewer, 'section-head'), at()) : undefined
}
