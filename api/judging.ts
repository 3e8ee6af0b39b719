import { read, type Recorded } from '../domain/kernel/events.ts'
import type { Calendar, Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { supervisionEvents, type RuleEvent } from '../domain/supervision/events.ts'
import { judge, type RuleVersion } from '../domain/supervision/judge.ts'
import { dueEntry } from '../domain/supervision/light.ts'
import { supervision } from '../domain/supervision/index.ts'
import { cardsFor } from '../domain/supervision/policy.ts'
import { rules } from '../domain/supervision/rules/index.ts'
import type { Finding } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { DueEntry } from '../projections/due-index.ts'
import { policy, type Rooms } from './rooms.ts'

/** 在用规则 — what has been published beside the rules that the house came with. */
export async function publishedRules({ book }: Pick<Rooms, 'book'>): Promise<RuleVersion[]> {
  const facts = (await Promise.all(rules.map(({ id }) => book.readStream(`supervision-rule.${id}`)))).flat()
  return facts.map((fact) => read(supervisionEvents, fact as Recorded<RuleEvent>, fact.meta.version).data)
}

/** The calendar that a subject is judged by: its hall's, as it is known now. */
export const calendarFor = ({ calendars, founding }: Rooms, { hall, zone }: Pick<Timeline, 'hall' | 'zone'>, knownAt: Instant): Promise<Calendar> =>
  calendars.of(hall, zone, dayIn(founding.zone, knownAt))

export async function dueOf(rooms: Rooms, timeline: Timeline, published: readonly RuleVersion[], now: Instant): Promise<DueEntry> {
  const { ended: _, ...due } = dueEntry(timeline, published, await calendarFor(rooms, timeline, now), now)
  return { subject: timeline.subject, department: timeline.department, itemCode: timeline.itemCode, ...due }
}

export type Judged = {
  now: Instant; subjects: number
  rules: { ruleId: string; zh: string; en: string; severity: string; clause: string; findings: number; subjects: number }[]
  cards: { warnings: number; yellow: number; red: number }
  findings: (Finding & { subject: string; department: string })[]
}

/** Subjects whose cards are told at once; the book commits what arrives together. */
const subjectsAtOnce = 200

/** 发牌 for what was found, each under the finding's own key: said again it adds nothing. Answers how many are new. */
export async function issueCards(rooms: Rooms, findings: Judged['findings'], onProgress: (subjects: number) => void): Promise<number> {
  const bySubject = new Map<string, Judged['findings']>()
  for (const finding of findings) bySubject.set(finding.subject, [...bySubject.get(finding.subject) ?? [], finding])
  const subjects = [...bySubject.keys()]
  let issued = 0
  const issue = async (subject: string) => {
    const timeline = await rooms.rows.get('case-timelines', subject) as Timeline
    const calendar = await calendarFor(rooms, timeline, rooms.now())
    const found = bySubject.get(subject)!.map(({ subject: _s, department: _d, ...finding }) => finding)
    // One after the other: a red card stands on its yellow.
    for (const { id, key, command } of cardsFor(timeline, found, calendar)) {
      await rooms.tell({ context: supervision, id, command, by: policy, key, before: async () => { issued++ } })
    }
  }
  for (let from = 0; from < subjects.length; from += subjectsAtOnce) {
    await Promise.all(subjects.slice(from, from + subjectsAtOnce).map(issue))
    onProgress(Math.min(from + subjectsAtOnce, subjects.length))
  }
  return issued
}

/** 研判 over everything, as of an instant: what would be found and dealt. Writes nothing. */
export async function judgeAll(rooms: Rooms, now: Instant, onProgress: (subjects: number) => void = () => {}): Promise<Judged> {
  const published = await publishedRules(rooms)
  const tally = new Map(rules.map(({ id }) => [id, { findings: 0, subjects: new Set<string>() }]))
  const cards = { warnings: 0, yellow: 0, red: 0 }
  const findings: Judged['findings'] = []
  let subjects = 0
  for await (const batch of rooms.rows.scan('case-timelines')) {
    for (const timeline of batch.map(({ row }) => row as Timeline)) {
      subjects++
      if (timeline.clocks.length === 0) continue
      for (const finding of judge(timeline, published, await calendarFor(rooms, timeline, now), now)) {
        const counted = tally.get(finding.ruleId)!
        counted.findings++
        counted.subjects.add(timeline.subject)
        cards[finding.severity === 'WARN' ? 'warnings' : finding.severity === 'YELLOW' ? 'yellow' : 'red']++
        findings.push({ ...finding, subject: timeline.subject, department: timeline.department })
      }
    }
    onProgress(subjects)
    await new Promise(setImmediate)
  }
  return {
    now, subjects, cards, findings,
    rules: rules.map(({ id, zh, en, severity, clause }) =>
      ({ ruleId: id, zh, en, severity, clause, findings: tally.get(id)!.findings, subjects: tally.get(id)!.subjects.size })),
  }
}
