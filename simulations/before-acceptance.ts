import type { CaseCommand } from '../domain/cases/events.ts'
import { instantIn, instantOf } from '../domain/kernel/zones.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { Fate } from './fate.ts'
import { momentOf, workBy } from './office-time.ts'
import { acting, seatOf } from './people.ts'
import { county } from './places.ts'
import { times, type Progress } from './progress.ts'
import { applicantOf, applying, minutes, policy, type NextStep, type Scene } from './scene.ts'

/** The fifth working day after receipt, at the close (行政许可法 32): then the law accepts. */
function lawAccepts({ calendar, progress: { submittedAt } }: Scene): Instant {
  const today = calendar.dayOf(submittedAt)
  const receivedOn = calendar.isWorkingDay(today) && submittedAt <= calendar.closeOf(today) ? today : calendar.addWorkingDays(today, 1)
  return calendar.closeOf(calendar.addWorkingDays(receivedOn, 5))
}

export function supplied({ calendar, work, say, fate, progress: { told } }: Scene): NextStep {
  const { chance, matter, channel } = fate, turn = told['SupplementSubmitted'] ?? 0
  const after = work(chance.between(`supplies ${turn}`, 0.4, 6))
  const evening = channel === 'online' && chance.happens(`in the evening ${turn}`, 0.4)
  const supper = () => Date.parse(instantIn(county.zone, calendar.dayOf(after), '19:00'))
  const at = evening ? instantOf(supper() + chance.whole(`evening ${turn}`, 0, 9_000_000)) : after
  return say({ type: 'SubmitSupplement', data: { materials: [...matter.materials] } }, applying(fate), at)
}
export function missing({ chance, matter }: Fate, count: number) {
  const first = chance.whole('missing', 0, matter.materials.length - 1)
  return matter.materials.slice(first, first + count).map((material) => ({ material, reason: '未提交或内容不全', basis: `《${matter.statute}》${matter.clause}` }))
}

const remedies = '自收到本通知之日起六十日内可申请行政复议，或者六个月内提起行政诉讼。'
function ended({ ends, matter }: Fate): CaseCommand | undefined {
  const basis = `《${matter.statute}》${matter.clause}`
  switch (ends) {
    case 'free': return { type: 'RefuseAcceptance', data: { reasonCode: 'no-licence-needed', reason: '所申请的活动依法不需要取得行政许可', basis, remedies } }
    case 'elsewhere': return { type: 'RefuseAcceptance', data: { reasonCode: 'not-our-competence', reason: '不属于本机关职权范围', basis, remedies, rightOrgan: '市级主管部门' } }
    case 'false': return { type: 'RefuseAcceptance', data: { reasonCode: 'false-materials', reason: '经核实隐瞒有关情况', basis, remedies } }
    case 'returned': return { type: 'ReturnCase', data: { reason: '申请事项选择错误，请按正确事项重新申请' } }
    default: return undefined
  }
}

/** 收件、预审、当场更正 in the first minutes. */
function counting({ fate, progress, work, say }: Scene): NextStep | undefined {
  const { chance, matter, clerk } = fate, [first] = matter.materials
  if (progress.notified || progress.asked) return undefined
  if (fate.mended && times(progress, 'MaterialCorrected') === 0)
    return say({ type: 'CorrectOnSpot', data: { number: '1', material: first!, what: '补填联系电话并签名' } }, acting(clerk), work(0.004))
  if (fate.counted && times(progress, 'MaterialsReceived') === 0) {
    const lacking = fate.asks ? missing(fate, 1).map(({ material }) => material) : []
    const list = matter.materials.filter((name) => !lacking.includes(name)).map((name) => ({ name, pages: chance.whole(`pages of ${name}`, 1, 12) }))
    if (list.length > 0) return say({ type: 'RegisterReceipt', data: { list } }, acting(clerk), work(0.006))
  }
  if (fate.preReviewed && times(progress, 'ApplicationPreReviewed') === 0)
    return say({ type: 'PreReview', data: { result: 'pass', opinion: '材料形式齐全，请窗口受理。' } }, acting(clerk), work(0.05))
  return undefined
}

function acceptance(scene: Scene, waits: number): NextStep {
  const { fate, progress, calendar, work, say } = scene, { chance, matter, clerk, act } = fate
  const accept = (at: Instant, more?: Pick<NextStep, 'exact' | 'anytime'>) => say({ type: 'AcceptCase', data: {} }, acting(clerk), at, more)
  const closes = calendar.closeOf(calendar.dayOf(progress.submittedAt))
  if (act === 'after hours') return accept(minutes(closes, chance.whole('after the close', 5, 24)), { exact: true, anytime: true })
  if (act === 'before the bell') return accept(minutes(closes, -chance.whole('before the close', 2, 5)), { exact: true })
  if (act === 'fast' || act === 'swift') {
    const at = work(0.02)
    return act === 'swift' ? accept(at, { exact: true })
      : say({ type: 'AcceptCase', data: {} }, { ...acting(clerk), terminal: seatOf(fate.handler).terminal }, at, { exact: true })
  }
  const at = work(progress.notified ? chance.between('looks again', 0.02, 0.9) : fate.batch ? 0.02 : waits), { day, work: done } = workBy(calendar, at)
  // What must be done today is not begun when the day is nearly over.
  return accept(matter.caseType === 'IMMEDIATE' && done > 0.68 ? momentOf(calendar, calendar.addWorkingDays(day, 1), chance.between('first thing', 0.01, 0.15)) : at)
}

/** 申办 → 受理, or to one of the ends before it. */
export function beforeAcceptance(scene: Scene): NextStep | undefined {
  const { fate, progress, work, say } = scene, { chance, matter, clerk, channel } = fate, { notified, asked }: Progress = progress
  if (asked) return fate.supplies ? supplied(scene) : undefined
  if (fate.unanswered && !notified) return say({ type: 'DeemAccepted', data: {} }, policy, lawAccepts(scene))
  const onTheSpot = channel !== 'online' && (matter.caseType === 'IMMEDIATE' || chance.happens('on the spot', 0.65))
  const waits = onTheSpot ? chance.between('waits', 0.012, 0.05) : chance.between('waits', 0.06, matter.caseType === 'IMMEDIATE' ? 0.4 : 2.6)
  const end = ended(fate)
  if (end) return say(end, acting(clerk), work(waits))
  if (fate.ends === 'withdrawn') return say({ type: 'WithdrawApplication', data: { reason: '改日再办' } }, applicantOf(fate), work(waits * 0.5))
  const first = counting(scene)
  if (first) return first
  if (fate.act === 'fifth day' && !notified)
    return say({ type: 'RequestSupplement', data: { asked: missing(fate, 1) } }, acting(clerk), minutes(lawAccepts(scene), -chance.whole('minutes before', 3, 9)), { exact: true })
  if (fate.asks && !notified) return say({ type: 'RequestSupplement', data: { asked: missing(fate, 1) } }, acting(clerk), work(waits))
  return acceptance(scene, waits)
}
