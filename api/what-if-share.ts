import { ledgerOf } from '../domain/supervision/due.ts'
import { judge, type Rulebook } from '../domain/supervision/judge.ts'
import type { Said } from '../domain/supervision/marks.ts'
import type { Ground } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { compared, count, nothing, otherTimeline, type Card, type Difference, type OtherLimit, type Tally } from '../domain/supervision/what-if.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { Grounds } from './grounds.ts'

/** One side: the rules and what they stand on. */
export type Side = { book: Rulebook; grounds: Grounds }
export type Sides = { before: Side; after: Side; limits: readonly OtherLimit[]; now: Instant }
/** 差别 as it is listed, with the account of the side that has the card. */
export type Listed = {
  change: Difference['kind']; rule: string; clock: string; severity: string; subject: string; department: string
  before?: Instant; after?: Instant; dueOn?: string; ledger: ReturnType<typeof ledgerOf>
}
/** What came of some subjects; `limited`: of how many the limits that are supposed changed a clock. */
export type ShareDone = { tally: Tally; listed: Listed[]; subjects: number; limited: number }

const cardsOf = (timeline: Timeline, { book }: Side, ground: Ground, now: Instant): Card[] => judge(timeline, book, ground, now)
  .filter(({ shadow }) => !shadow).map((finding) => ({ ...finding, subject: timeline.subject, department: finding.department ?? timeline.department }))

export const listedOf = ({ kind, card: { ruleId, clock, severity, subject, department, dueOn }, before, after }: Difference, ledger: Listed['ledger']): Listed =>
  ({ change: kind, rule: ruleId, clock, severity, subject, department, ...(before && { before }), ...(after && { after }), ...(dueOn && { dueOn }), ledger })

/** 两边研判 of some subjects: each anew on both sides, whether or not they can differ. `marked`: cards of a subject of which people have said something.
    `room`: how many differences are still listed one by one. */
export async function judgeBoth(
  timelines: Iterable<Timeline>, marked: (subject: string) => readonly Said[] | undefined, { before, after, limits, now }: Sides, room: number,
  also?: (timeline: Timeline, other: Timeline, ground: Ground, otherGround: Ground) => void,
): Promise<ShareDone> {
  const done: ShareDone = { tally: nothing(), listed: [], subjects: 0, limited: 0 }
  for (const timeline of timelines) {
    done.subjects++
    const said = marked(timeline.subject), other = otherTimeline(timeline, limits)
    if (other !== timeline) done.limited++
    // Another limit is no other ground.
    const ground = await before.grounds.groundFor(timeline, now, said), otherGround = after.grounds === before.grounds ? ground : await after.grounds.groundFor(other, now, said)
    const was = cardsOf(timeline, before, ground, now), is = cardsOf(other, after, otherGround, now)
    const differences = compared(was, is)
    count(done.tally, was, is, differences, timeline.department, otherGround.calendar.dayOf)
    for (const difference of differences.slice(0, room - done.listed.length)) {
      const gone = difference.kind === 'removed'
      done.listed.push(listedOf(difference, ledgerOf(gone ? timeline : other, difference.card.clock, (gone ? ground : otherGround).calendar, difference.card.becameTrueAt)))
    }
    also?.(timeline, other, ground, otherGround)
  }
  return done
}
