import { cases } from '../domain/cases/index.ts'
import { grantsOn } from '../domain/identity/person.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { judge, rulebook as rulebookWith, type Rulebook } from '../domain/supervision/judge.ts'
import { dueEntry } from '../domain/supervision/light.ts'
import { owedOf } from '../domain/supervision/owed.ts'
import { concludeGroup, observeAll } from '../domain/supervision/patterns.ts'
import { findingId, type Finding } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { CardRow } from '../projections/cards.ts'
import type { DueEntry, DueIndex, Observing, PatternGroup } from '../projections/due-index.ts'
import type { PersonRow } from '../projections/people.ts'
import { cardsOf, groundFor, houseCalendar, rulebookOf } from './judging.ts'
import { review } from './reviewing.ts'
import { policy, type Rooms } from './rooms.ts'

/** Subjects whose cards are told at once: the book commits what arrives together. */
const subjectsAtOnce = 50

/** Neither a sub-case nor what has ended is in a list of open cases. */
const isAside = ({ subject, of, endedAt }: Timeline) => of !== undefined || endedAt !== undefined || !subject.startsWith('cases.')
type Looked = { dealt: number; entry?: DueEntry | undefined; observing?: Observing }

/** 依时成立 is told in the name of the house when its instant has come, and judged with the rest; `owedAt`: when to come for the next. */
async function byTime(rooms: Rooms, timeline: Timeline, now: Instant): Promise<{ timeline: Timeline; owedAt?: Instant }> {
  const owed = owedOf(timeline, await houseCalendar(rooms, now)) // the decider's own calendar
  let told: Timeline | undefined
  for (const { command: type } of owed.filter(({ at }) => at <= now)) {
    const { subject } = timeline
    const answer = await rooms.tell({ context: cases, id: subject.slice('cases.'.length), command: { type, data: {} }, by: policy, key: type })
    if (!('position' in answer)) continue
    await rooms.caughtUp(answer.position)
    told = await rooms.rows.get('case-timelines', subject) as Timeline | undefined ?? told
  }
  const owedAt = owed.map(({ at }) => at).filter((at) => at > now).sort()[0]
  return { timeline: told ?? timeline, ...(owedAt !== undefined && { owedAt }) }
}

/** 在岗人员 — with the roles that hold on the day; read again on another day, and when one of them has changed. */
function officeOf({ rows, founding: { zone } }: Rooms) {
  let known: { today: Day; people: readonly PersonRow[] } | undefined
  async function peopleOn(today: Day) {
    const found: PersonRow[] = [], rolesOn = ({ grants, suspended }: PersonRow) => [...new Set(grantsOn({ grants, suspended: suspended === true }, today).map(({ role }) => role))]
    for await (const batch of rows.scan('people')) found.push(...(batch.map(({ row }) => row) as PersonRow[]).map((row) => ({ ...row, roles: rolesOn(row) })))
    return found
  }
  return {
    async staff(now: Instant): Promise<readonly PersonRow[]> {
      const today = dayIn(zone, now)
      if (known?.today !== today) known = { today, people: await peopleOn(today) }
      return known.people
    },
    changed() { known = undefined },
  }
}
async function together<T>(all: readonly T[], job: (one: T) => Promise<Looked>): Promise<Looked[]> {
  const done: Looked[] = []
  for (let from = 0; from < all.length; from += subjectsAtOnce) done.push(...await Promise.all(all.slice(from, from + subjectsAtOnce).map(job)))
  return done
}
const dealtIn = (looked: readonly Looked[]) => looked.reduce((sum, { dealt }) => sum + dealt, 0)

/** Judges subjects as they are now, deals what has become true of them, and keeps them in the index for as long as a clock of theirs runs. */
export function lookerOf(rooms: Rooms, index: DueIndex, { issue, onError }: { issue: boolean; onError(error: unknown): void }) {
  let rulebook: Rulebook = rulebookWith(), own = rulebook
  const office = officeOf(rooms)
  /** Whether all that patterns rest on has been observed; before that nothing is said of their cards. */
  let complete = false
  /** Of foreign subjects alone nothing is dealt here; where somebody has had that dealt, it stands. */
  const ofPatterns = (subject: string, cards: readonly CardRow[], now: Instant): readonly Finding[] | undefined => !complete ? undefined
    : index.patterns.findingsOf(subject).filter(({ finding, foreign }) => finding.becameTrueAt <= now
      && (!foreign || cards.some(({ cardId, standing }) => standing && cardId === findingId(finding)))).map(({ finding: { subject: _, ...finding } }) => finding)

  /** A rule of a module that breaks over a subject is told of; the house's own still judge it, and what the module had dealt stands as it is. */
  async function look(row: Timeline, now: Instant): Promise<Looked> {
    try { return await lookBy(rulebook, row, now) } catch (error) {
      if (!rooms.modules?.length) throw error
      onError(error)
      return lookBy(own, row, now)
    }
  }
  async function lookBy(rulebook: Rulebook, row: Timeline, now: Instant): Promise<Looked> {
    const ours = issue && !row.imported, deals = ours && rooms.keeping?.state() !== 'stepped', { timeline, owedAt } = deals ? await byTime(rooms, row, now) : { timeline: row }
    const { subject, department, itemCode, hall, imported } = timeline
    const cards = ours ? await cardsOf(rooms, subject) : []
    const ground = await groundFor(rooms, timeline, cards, now)
    const dealt = deals ? await review(rooms, rulebook, { subject, timeline, ground, cards, findings: judge(timeline, rulebook, ground, now),
      ofPatterns: ofPatterns(subject, cards, now), tell: await office.staff(now) }, now) : 0
    const { ended, ...found } = dueEntry(timeline, rulebook, ground, now), nextAt = [found.nextAt, owedAt].filter((at) => at !== undefined).sort()[0]
    const due = { ...found, ...(nextAt !== undefined && { nextAt }) }
    return { dealt, observing: { subject, imported, observations: observeAll(timeline, rulebook, ground) },
      entry: ended && due.nextAt === undefined ? undefined : { subject, department, itemCode, hall, ...due, ...(isAside(timeline) && { aside: true }) } }
  }
  /** A subject that has no timeline of its own: an officer, a department, an agent. */
  async function lookAside(subject: string, now: Instant): Promise<Looked> {
    if (!issue || rooms.keeping?.state() === 'stepped') return { dealt: 0 }
    const cards = await cardsOf(rooms, subject), findings = ofPatterns(subject, cards, now)
    const ground = { calendar: await houseCalendar(rooms, now) }
    return { dealt: await review(rooms, rulebook, { subject, ground, cards, findings: [], ofPatterns: findings, tell: await office.staff(now) }, now) }
  }
  return {
    async reload() {
      rulebook = await rulebookOf(rooms)
      own = rulebookWith(rulebook.published)
    },
    staffChanged: office.changed,
    completed(is: boolean) { complete = is },
    /** Entries are put over those before, so that a count never sees half of them. */
    async look(timelines: readonly Timeline[], now: Instant): Promise<number> {
      const looked = await together(timelines, (timeline) => look(timeline, now))
      index.put(looked.flatMap(({ entry }) => entry ?? []))
      index.remove(timelines.filter((_, i) => !looked[i]!.entry).map(({ subject }) => subject))
      index.patterns.observe(looked.flatMap(({ observing }) => observing ?? []))
      return dealtIn(looked)
    },
    lookAside: async (subjects: readonly string[], now: Instant) => dealtIn(await together(subjects, (subject) => lookAside(subject, now))),
    /** 群案研判 of groups that have changed; answers the subjects of which something else is found than before. */
    async conclude(groups: readonly PatternGroup[], now: Instant): Promise<Set<string>> {
      const calendar = await houseCalendar(rooms, now), changed = new Set<string>()
      for (const group of groups) {
        const { observations, foreign } = index.patterns.of(group), findings = concludeGroup(rulebook, group.ruleId, group.group, observations, calendar)
        const nextAt = findings.map(({ becameTrueAt }) => becameTrueAt).filter((at) => at > now).sort()[0]
        for (const subject of index.patterns.conclude(group, findings, { foreign, nextAt })) changed.add(subject)
        for (const { subject, becameTrueAt } of findings) if (becameTrueAt <= now) changed.add(subject)
      }
      return changed
    },
    patternIds: () => [...new Set(rulebook.patterns.map(({ id }) => id))],
    get complete() { return complete },
  }
}
export type Looker = ReturnType<typeof lookerOf>
