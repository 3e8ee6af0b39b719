import type { Day, Instant } from '../../kernel/values.ts'
import { instantIn } from '../../kernel/zones.ts'
import type { Deed, Money, Timeline, TimelineClock } from '../timeline.ts'

/** 例 in the hand: days and local times as they are said, a clock of one line, a deed of one line. */
export const at = (local: string): Instant => instantIn('Asia/Shanghai', local.slice(0, 10) as Day, local.slice(11) || '10:00')
/** 下班 of a day. */
export const close = (day: string): Instant => at(`${day} 17:30`)
export const clock = (name: string, startedOn: string, limitWorkingDays: number, more: Partial<TimelineClock> = {}): TimelineClock =>
  ({ name, kind: name.split(':')[0] as TimelineClock['kind'], clause: '', basis: '', startedOn: startedOn as Day, limitWorkingDays, pauses: [], ...more })
/** 补办件 and its like, from one day to the end of another or still. */
export const pause = (from: string, to?: string): TimelineClock['pauses'][number] => ({ clause: '补办件', from: from as Day, ...(to && { to: to as Day }) })
export const deed = (type: string, local: string, said: NonNullable<Deed['said']> = {}, more: Partial<Deed> = {}): Deed => ({ id: `${type} ${local}`, type, at: at(local), said, ...more })
export const money = (kind: Money['kind'], local: string, amountFen: number, more: Partial<Money> = {}): Money =>
  ({ id: `${kind} ${local}`, at: at(local), kind, effect: 'adds', amountFen, ...(kind === 'charged' && { receipt: true }), ...more })
/** Accepted on that day, with a promise of so many working days. */
export const promised = (acceptedOn: string, limit: number, more: Partial<TimelineClock> = {}): Pick<Timeline, 'openedOn' | 'clocks'> =>
  ({ openedOn: acceptedOn as Day, clocks: [clock('promised', acceptedOn, limit, more)] })
