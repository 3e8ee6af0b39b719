import { acting } from './people.ts'
import { times } from './progress.ts'
import type { NextStep, Scene } from './scene.ts'

/** 收费 — assessed, charged, and what was too much given back. */
function fees({ fate, progress, work, say }: Scene): NextStep | undefined {
  const { matter, charges, assessed, refundFen, clerk, handler } = fate
  const assess = assessed ? matter.fees[times(progress, 'FeeAssessed')] : undefined, charged = times(progress, 'FeeCharged'), charge = charges[charged]
  if (assess) return say({ type: 'AssessFee', data: { number: `A${times(progress, 'FeeAssessed') + 1}`, standardId: assess.standardId } },
    acting(handler), work(0.004, progress.acceptedAt))
  if (charge) return say({ type: 'ChargeFee', data: { number: `C${charged + 1}`, ...charge, receiptNo: `MJ${fate.chance.whole(`receipt ${charged}`, 10_000_000, 99_999_999)}` } },
    acting(clerk), work(0.012 + 0.004 * charged, progress.acceptedAt))
  if (refundFen === 0 || times(progress, 'FeeRefunded') > 0) return undefined
  return say({ type: 'RefundFee', data: { number: 'R1', amountFen: refundFen, reason: '多收退还' } },
    acting(clerk), work(fate.chance.between('given back after', 0.3, 1.5), progress.acceptedAt))
}

/** 书面告知 of a special procedure and of an extension, within the day that there is for it. */
function notices({ fate, progress, work, say }: Scene): NextStep | undefined {
  const notice = (kind: 'special-procedure' | 'extension', from: NextStep['at'], within: number) =>
    say({ type: 'SendNotice', data: { number: `N-${kind}-${times(progress, `NoticeSent ${kind}`) + 1}`, kind, channel: fate.channel === 'online' ? 'online' : 'sms' } },
      acting(fate.handler), work(within, from))
  const within = fate.act === 'tells in time' ? 0.95 : fate.chance.between('told within', 0.02, 0.5)
  if (fate.act !== 'untold' && times(progress, 'SpecialProcedureStarted') > times(progress, 'NoticeSent special-procedure')) return notice('special-procedure', progress.specialAt, within)
  return times(progress, 'LimitExtended') > times(progress, 'NoticeSent extension') ? notice('extension', progress.extendedAt, within) : undefined
}

/** 延期 — asked for before the day has come, approved by the leader. */
function extending({ fate, progress, work, say }: Scene): NextStep | undefined {
  if (!fate.extension || progress.asked || times(progress, 'LimitExtended') > 0) return undefined
  const { workingDays, approver } = fate.extension
  return say({ type: 'ExtendLimit', data: { workingDays, reason: '案情复杂，需补充核查', approver: approver.person } }, acting(fate.handler),
    work(fate.matter.promisedWorkingDays - 1.6, progress.acceptedAt))
}

/** 辅办意见 of each sub-case that is open, by its own department. */
function opinions({ fate, progress, work, say }: Scene): NextStep[] {
  return progress.subs.flatMap(({ openedAt, given }, i) => {
    const co = fate.joint[i]
    return given || !co ? [] : say({ type: 'GiveSubOpinion', data: { subCase: i + 1, result: 'agree', opinion: `${co.matter}：符合要求。` } }, acting(co.officer), work(co.takes, openedAt))
  })
}

/** 旁 — what is done beside the trunk while a case is in hand: it holds nothing up. */
export function beside(scene: Scene): (NextStep | undefined)[] {
  const { fate, progress, work, say } = scene, { chance } = fate
  const urge = fate.urged && times(progress, 'CaseUrged') === 0 && chance.happens('urged by the leader', 0.6)
    ? say({ type: 'UrgeCase', data: { number: '1', to: fate.handler.person, reason: '临近承诺期限，请抓紧办理。' } },
      acting(fate.reviewer, 'section-head'), work(fate.workingDays * 0.5, progress.acceptedAt)) : undefined
  const told = fate.told && times(progress, 'ThirdPartyNotified') === 0
    ? say({ type: 'NotifyThirdParty', data: { number: '1', interest: '相邻日照和通行', parties: chance.whole('parties', 1, 6) } },
      acting(fate.handler), work(0.3, progress.acceptedAt)) : undefined
  return [fees(scene), notices(scene), extending(scene), urge, told, ...opinions(scene)]
}
/** The same while it is decided, or after. */
export const besideTheEnd = (scene: Scene): (NextStep | undefined)[] => [fees(scene), ...opinions(scene)]

/** 更正记录 — proposed by one and said again by another. */
export function correcting({ fate, progress, work, say }: Scene): NextStep | undefined {
  if (!fate.corrected || times(progress, 'RecordCorrected') > 0) return undefined
  const proposed = times(progress, 'RecordCorrectionProposed') > 0
  return say({ type: 'CorrectRecord', data: { number: '1', target: 1, reason: '录入时笔误', correct: '申办渠道应为现场窗口' } },
    proposed ? acting(fate.reviewer, 'section-head') : acting(fate.handler), work(proposed ? 0.5 : 0.3, progress.concludedAt))
}
