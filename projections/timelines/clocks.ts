import type { Pinned } from '../../domain/cases/events.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import type { Step } from '../../domain/kernel/vocabulary.ts'
import type { Timeline, TimelineClock } from '../../domain/supervision/timeline.ts'

type Kind = TimelineClock['kind']
type Pauses = TimelineClock['pauses']
/** 因何停表 — as the ledger names it; each resume closes its own only. */
export const supplement = '补办件', superiorHas = '行政许可法第三十五条', special = '特别程序'

const said: Record<Kind, { clause: string; basis: string }> = {
  promised: { clause: '承诺期限', basis: '优化营商环境条例第三十六条' }, statutory: { clause: '法定期限', basis: '行政许可法第四十二条' },
  step: { clause: '环节时限', basis: '事项环节时限' }, notice: { clause: '补正告知期限', basis: '行政许可法第三十二条' },
  special: { clause: '特别程序计划时间', basis: '行政许可法第四十五条' }, superior: { clause: '上级机关审查期限', basis: '行政许可法第三十五条、第四十三条' },
  delivery: { clause: '送达期限', basis: '行政许可法第四十四条' }, publication: { clause: '公开期限', basis: '行政许可法第四十条' },
}
/** 送达十日、公开七日、告知五日, in working days (行政许可法 44, 40, 32). */
const limits = { notice: 5, delivery: 10, publication: 7 } as const

type New = Pick<TimelineClock, 'name' | 'kind' | 'startedOn'> & Partial<TimelineClock>
export const clockOf = (it: New): TimelineClock => ({ ...said[it.kind], pauses: [], ...it })
export const withClock = (row: Timeline, it: New): Timeline => ({ ...row, clocks: [...row.clocks, clockOf(it)] })
export const limited = (row: Timeline, kind: keyof typeof limits, startedOn: Day): Timeline =>
  row.clocks.some(({ name }) => name === kind) ? row : withClock(row, { name: kind, kind, startedOn, limitWorkingDays: limits[kind] })
export const counted = ({ clocks }: Timeline, prefix: string) => clocks.filter(({ name }) => name.startsWith(prefix)).length

const changed = (row: Timeline, which: (clock: TimelineClock) => boolean, change: (clock: TimelineClock) => TimelineClock): Timeline =>
  row.clocks.some(which) ? { ...row, clocks: row.clocks.map((clock) => which(clock) ? change(clock) : clock) } : row
const running = (...kinds: Kind[]) => ({ kind, stoppedAt }: TimelineClock) => stoppedAt === undefined && kinds.includes(kind)

/** 停表 of every running clock of these kinds. */
export const paused = (row: Timeline, kinds: readonly Kind[], pause: Pauses[number]): Timeline =>
  changed(row, running(...kinds), (clock) => ({ ...clock, pauses: [...clock.pauses, pause] }))
export const resumed = (row: Timeline, clause: (clause: string) => boolean, to: Day): Timeline =>
  changed(row, ({ pauses }) => pauses.some((pause) => pause.to === undefined && clause(pause.clause)), (clock) =>
    ({ ...clock, pauses: clock.pauses.map((pause) => pause.to === undefined && clause(pause.clause) ? { ...pause, to } : pause) }))
export const isSpecial = (clause: string) => clause.startsWith(special)

/** What was to be done in time is done, or has lost its object. */
export const stopped = (row: Timeline, stoppedAt: Instant, ...kinds: Kind[]): Timeline => changed(row, running(...kinds), (clock) => ({ ...clock, stoppedAt }))
export const extended = (row: Timeline, extension: { clause: string; workingDays: number; at: Instant }): Timeline =>
  changed(row, running('promised', 'statutory'), (clock) => ({ ...clock, extensions: [...clock.extensions ?? [], extension] }))

/** 承诺 and 法定 first, whatever ran before acceptance. */
export function accepted(row: Timeline, startedOn: Day, { promisedWorkingDays, statutoryWorkingDays }: Pinned, runsSince?: Instant): Timeline {
  const others = row.clocks.filter(({ kind }) => kind !== 'promised' && kind !== 'statutory'), since = runsSince && { runsSince }
  return { ...row, clocks: [clockOf({ name: 'promised', kind: 'promised', startedOn, limitWorkingDays: promisedWorkingDays, ...since }),
    clockOf({ name: 'statutory', kind: 'statutory', startedOn, limitWorkingDays: statutoryWorkingDays, ...since }), ...others] }
}

/** What holds the case up when a clock begins holds that up too, from its first day. */
export const holdsOf = ({ clocks }: Timeline, startedOn: Day): Pauses => (clocks.find(({ kind }) => kind === 'promised')?.pauses ?? [])
  .flatMap((hold) => hold.to === undefined ? [{ ...hold, from: hold.from > startedOn ? hold.from : startedOn }] : [])

/** 环节钟 — the nth visit of a step that has a limit. */
export function stepBegun(row: Timeline, step: Step | undefined, startedOn: Day): Timeline {
  const limit = row.stepLimits?.find((limit) => limit.step === step)
  if (!limit) return row
  return withClock(row, { name: `step:${limit.step}:${counted(row, `step:${limit.step}:`) + 1}`, kind: 'step', startedOn, limitWorkingDays: limit.workingDays,
    pauses: holdsOf(row, startedOn) })
}
/** 一步完成，下一步开始。 */
export function stepDone(row: Timeline, step: Step, at: Instant, on: Day): Timeline {
  if (!row.flow) return row
  const place = row.flow.indexOf(step)
  return place < 0 ? row : stepBegun(stopped(row, at, 'step'), row.flow[place + 1] as Step | undefined, on)
}
export const stepAgain = (row: Timeline, step: Step | undefined, at: Instant, on: Day): Timeline => stepBegun(stopped(row, at, 'step'), step, on)
