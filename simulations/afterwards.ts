import { acting } from './people.ts'
import { takes } from './in-hand.ts'
import { times } from './progress.ts'
import { minutes, promisedDay, type NextStep, type Scene } from './scene.ts'

/** 办结 — of a whole batch at a stroke, at the last moment, or when its turn comes. */
export function concluding(scene: Scene): NextStep {
  const { fate, progress, calendar, work, say } = scene, { handler, act, batch, chance } = fate
  const conclude = (at: NextStep['at'], more?: Pick<NextStep, 'exact'>, happenedAt?: NextStep['at']) =>
    say({ type: 'ConcludeCase', data: happenedAt ? { happenedAt } : {} }, acting(handler), at, more)
  const exact = { exact: true } as const
  if (batch) {
    const day = batch.kind === 'same-words' ? calendar.addWorkingDays(calendar.dayOf(progress.acceptedAt), fate.matter.promisedWorkingDays - 2) : promisedDay(scene)
    return conclude(minutes(calendar.closeOf(day), -100 + batch.place), exact)
  }
  switch (act) {
    case 'late conclusion': return conclude(work(2.4, progress.newestAt), {}, minutes(progress.newestAt, 5))
    case 'fast':
    case 'swift': return conclude(minutes(progress.since, 5), exact)
    case 'at the bell': return conclude(minutes(calendar.closeOf(calendar.addWorkingDays(promisedDay(scene), 1)), -chance.whole('minutes left', 2, 4)), exact)
    default: return conclude(work(takes(fate, 'conclusion')))
  }
}

/** 送达 — and nobody is told of it in public where it should be, if somebody has reasons. */
export function delivering({ fate, progress, work, say }: Scene): NextStep {
  const { chance, clerk, channel, act } = fate
  const method = channel === 'online' ? chance.one('method', ['online', 'post'] as const) : 'window' as const
  const [least, most] = method === 'online' ? [0.02, 0.4] : method === 'post' ? [0.4, 2] : [0.05, 7]
  const at = act === 'late delivery' ? work(12 + chance.between('late by', 0, 3), progress.decidedAt) : work(chance.between('delivery', least, most))
  return say({ type: 'DeliverResult', data: { method, recipient: 'applicant' } }, acting(clerk), at)
}

/** 公开 of what was granted, within days. */
export function publishing({ fate, progress, work, say }: Scene): NextStep | undefined {
  if (!progress.granted || fate.act === 'unpublished' || times(progress, 'DecisionPublished') > 0) return undefined
  return say({ type: 'PublishDecision', data: { where: '明镜县政府门户网站行政许可公示专栏' } }, acting(fate.handler), work(fate.chance.between('published', 0.02, 1.6), progress.concludedAt))
}
/** 归档 — of some files; the rest go with the boxes at the end of the year. */
export function archiving({ fate, progress, work, say }: Scene, caseNo: string): NextStep | undefined {
  if (!fate.archived || times(progress, 'CaseArchived') > 0) return undefined
  return say({ type: 'ArchiveCase', data: { archiveNo: `MJ-${caseNo}` } }, acting(fate.handler), work(fate.chance.between('archived after', 0.5, 4)))
}
