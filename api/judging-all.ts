import type { Instant } from '../domain/kernel/values.ts'
import { judge, type Rulebook } from '../domain/supervision/judge.ts'
import { concludeAll, observeAll, type Observed } from '../domain/supervision/patterns.ts'
import { type Finding, type RuleCard, type Severity } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { CardRow } from '../projections/cards.ts'
import { pageLimit } from '../projections/read-store.ts'
import { cardsOf, groundFor, houseCalendar, markedCards, rulebookOf } from './judging.ts'
import { review } from './reviewing.ts'
import type { Rooms } from './rooms.ts'

type Counted = { ruleId: string; zh: string; en: string; severity: string; clause: string; findings: number; subjects: number; shadow: number; module?: string }
export type Judged = {
  now: Instant; subjects: number
  rules: Counted[]
  /** Of those in force; what is only tried out deals none. */
  cards: { hints: number; warnings: number; yellow: number; red: number }
  findings: (Finding & { subject: string; department: string })[]
}

/** Counts findings by rule, as they are found. `shadow`: by versions that are only tried out. */
function tallyOf(rooms: Rooms, { rules, patterns }: Rulebook) {
  const cards = { hints: 0, warnings: 0, yellow: 0, red: 0 }
  const named = { HINT: 'hints', WARN: 'warnings', YELLOW: 'yellow', RED: 'red' } as const satisfies Record<Severity, keyof typeof cards>
  const byId = new Map<string, { rule: RuleCard; findings: number; shadow: number; subjects: Set<string> }>()
  for (const rule of [...rules, ...patterns]) if (!byId.has(rule.id)) byId.set(rule.id, { rule, findings: 0, shadow: 0, subjects: new Set() })
  const moduleOf = (id: string) => rooms.modules?.find(({ rules, patterns }) => [...rules, ...patterns].some((rule) => rule.id === id))?.name
  return {
    count(subject: string, { ruleId, severity, shadow }: Finding) {
      const counted = byId.get(ruleId)!
      counted.subjects.add(subject)
      if (shadow) counted.shadow++
      else { counted.findings++; cards[named[severity]]++ }
    },
    cards,
    rules: (): Counted[] => [...byId.values()].map(({ rule: { id, zh, en, severity, clause }, findings, shadow, subjects }) => {
      const name = moduleOf(id)
      return { ruleId: id, zh, en, severity, clause, findings, subjects: subjects.size, shadow, ...(name !== undefined && { module: name }) }
    }).sort((a, b) => a.ruleId < b.ruleId ? -1 : 1),
  }
}

/** 研判 over everything, as of an instant: what would be found and dealt. Writes nothing. */
export async function judgeAll(rooms: Rooms, now: Instant, onProgress: (subjects: number) => void = () => {}): Promise<Judged> {
  const rulebook = await rulebookOf(rooms), marked = await markedCards(rooms), tally = tallyOf(rooms, rulebook)
  const findings: Judged['findings'] = []
  const add = (finding: Finding, subject: string, department: string) => {
    tally.count(subject, finding)
    findings.push({ ...finding, subject, department: finding.department ?? department })
  }
  const observed: Observed[] = []
  let subjects = 0
  for await (const batch of rooms.rows.scan('case-timelines')) {
    for (const timeline of batch.map(({ row }) => row as Timeline)) {
      if (timeline.of === undefined && !timeline.subject.startsWith('officers.')) subjects++
      const ground = await groundFor(rooms, timeline, marked.get(timeline.subject) ?? [], now)
      for (const finding of judge(timeline, rulebook, ground, now)) add(finding, timeline.subject, timeline.department)
      observed.push(...observeAll(timeline, rulebook, ground))
    }
    onProgress(subjects)
    await new Promise(setImmediate)
  }
  for (const { subject, ...finding } of concludeAll(rulebook, observed, await houseCalendar(rooms, now), now)) add(finding, subject, finding.department)
  return { now, subjects, cards: tally.cards, findings, rules: tally.rules() }
}

/** Subjects whose cards are told at once; the book commits what arrives together. */
const subjectsAtOnce = 200

async function standingSubjects({ rows }: Rooms): Promise<Set<string>> {
  const subjects = new Set<string>()
  for (let after: string | undefined; ;) {
    const page = await rows.find('cards', { where: { standing: true }, limit: pageLimit, ...(after !== undefined && { after }) })
    for (const { row } of page.rows) subjects.add((row as unknown as CardRow).subject)
    if (page.next === undefined) return subjects
    after = page.next
  }
}

/** 发牌与复核 of everything that was judged, imported histories too, without notices: said again it adds nothing. Answers how many facts about cards are new. */
export async function issueCards(rooms: Rooms, { findings, now }: Judged, onProgress: (subjects: number) => void): Promise<number> {
  const rulebook = await rulebookOf(rooms), bySubject = new Map<string, Finding[]>()
  for (const subject of await standingSubjects(rooms)) bySubject.set(subject, [])
  for (const { subject, department: _, ...finding } of findings) bySubject.set(subject, [...bySubject.get(subject) ?? [], finding])
  const subjects = [...bySubject.keys()]
  let issued = 0
  const issue = async (subject: string) => {
    const timeline = await rooms.rows.get('case-timelines', subject) as Timeline | undefined, cards = await cardsOf(rooms, subject)
    const ground = timeline ? await groundFor(rooms, timeline, cards, now) : { calendar: await houseCalendar(rooms, now) }
    const told = await review(rooms, rulebook, { subject, timeline, ground, findings: bySubject.get(subject)!, cards, ofPatterns: [] }, now)
    issued += told // read only now: many subjects are under way at once
  }
  for (let from = 0; from < subjects.length; from += subjectsAtOnce) {
    await Promise.all(subjects.slice(from, from + subjectsAtOnce).map(issue))
    onProgress(Math.min(from + subjectsAtOnce, subjects.length))
  }
  return issued
}
