import { calendarCommands, type CalendarEvent } from '../domain/calendar/events.ts'
import { calendar as context, calendarDecider, hoursDecider } from '../domain/calendar/index.ts'
import { isRefusal, type AnyDecider, type Given } from '../domain/kernel/decider.ts'
import type { Actor } from '../domain/kernel/events.ts'
import type { Calendar, Day } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { CaseRow } from '../projections/cases.ts'
import { calendarImpact, type CalendarImpact } from '../projections/calendar-impact.ts'
import { pageLimit } from '../projections/read-store.ts'
import { eyesFor, type Sight } from './access/sight.ts'
import { malformed } from './commands.ts'
import { refused, Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { load } from './tell.ts'

/** Moves that an answer lists, of those that may be seen. */
const listed = 1000
const said = { 'publish-calendar': 'PublishCalendar', 'amend-calendar': 'AmendCalendar', 'set-office-hours': 'SetOfficeHours' } as const
type Command = keyof typeof said
const isCommand = (name: string): name is Command => Object.hasOwn(said, name)
type Touched = Omit<CalendarImpact, 'moves'> & { now: string; knownAsOf: Day; facts: number; moves: CalendarImpact['moves']; unlisted: number }

/** What the command would add to its stream, by its own decider: what would be refused is refused here in the same words. */
async function factsOf(rooms: Rooms, name: string, id: string, body: unknown, by: Actor): Promise<CalendarEvent[]> {
  const known = Object.keys(said)
  if (!isCommand(name)) throw new Unanswerable(404, 'no-such-command', `没有「${name}」；有：${known.join('、')}`, `There is no ${name}; there are ${known.join(', ')}`, { field: 'command' })
  const type = said[name], parsed = calendarCommands[type].safeParse(body)
  if (!parsed.success) {
    const { status, code, title, en, ...more } = malformed(parsed.error)
    throw new Unanswerable(status, code, title, en, more)
  }
  const kind = type === 'SetOfficeHours' ? 'hours' : '', decider = type === 'SetOfficeHours' ? hoursDecider : calendarDecider
  const past = await load(rooms.book, context, `calendar-${kind ? `${kind}.` : ''}${id}`), now = rooms.now()
  const given: Given = { id, now, by, calendar: rooms.calendars.ofKnown('', rooms.founding.zone, dayIn(rooms.founding.zone, now)) }
  const answer = (decider as AnyDecider).decide(past.reduce(decider.evolve as AnyDecider['evolve'], decider.initial), { type, data: parsed.data }, given)
  if (!isRefusal(answer)) return answer.map(({ type, data }) => ({ type, data }) as CalendarEvent)
  const { status, code, title, en } = refused(answer.refused)
  throw new Unanswerable(status, code, title, en)
}

/** Every open case with those that others handle beside it, and which of them may be looked at. */
async function openTimelines({ rows }: Rooms, sight: Sight) {
  const timelines: Timeline[] = [], seen = new Set<string>()
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await rows.find('cases', { where: { open: true }, limit: pageLimit, ...(after !== undefined && { after }) })
    for (const { key, row } of page.rows) {
      const subjects = [`cases.${key}`, ...((row as CaseRow).subCases ?? []).map(({ subCase }) => `cases.${key}#${subCase}`)]
      for (const found of await Promise.all(subjects.map((subject) => rows.get('case-timelines', subject) as Promise<Timeline | undefined>))) {
        if (!found || found.endedAt !== undefined) continue
        timelines.push(found)
        if (eyesFor(sight, row)) seen.add(found.subject)
      }
    }
    after = page.next
  }
  return { timelines, seen }
}

/** 改历牵动 — how many open due days move, and by how much: the calendar with the draft, counted as the house counts. */
export async function calendarTouches(rooms: Rooms, { name, id, body, by, sight }: { name: string; id: string; body: unknown; by: Actor; sight: Sight }): Promise<Touched> {
  const facts = await factsOf(rooms, name, id, body, by), now = rooms.now(), today = dayIn(rooms.founding.zone, now)
  // What becomes known only later moves nothing before that day: it is looked at from there.
  const knownAsOf = facts.reduce((last, { data }) => 'knownOn' in data && data.knownOn > last ? data.knownOn : last, today)
  const { timelines, seen } = await openTimelines(rooms, sight), both = new Map<string, { now: Calendar; draft: Calendar }>()
  const placeOf = ({ hall, zone }: Timeline) => `${zone} ${hall}`
  for (const timeline of timelines) if (!both.has(placeOf(timeline))) both.set(placeOf(timeline), {
    now: await rooms.calendars.of(timeline.hall, timeline.zone, knownAsOf),
    draft: await rooms.calendars.supposing(timeline.hall, timeline.zone, knownAsOf, applying(facts, timeline.hall, rooms.founding.region)) })
  const { moves: all, ...figures } = calendarImpact(timelines, (timeline) => both.get(placeOf(timeline))!, now)
  const moves = all.filter(({ subject }) => seen.has(subject)).slice(0, listed)
  return { now, knownAsOf, facts: facts.length, ...figures, moves, unlisted: all.length - moves.length }
}
/** Streams that the house does not read for a place say nothing there. */
const applying = (facts: readonly CalendarEvent[], hall: string, region: string) => facts.filter((fact) => {
  if (fact.type === 'OfficeHoursSet') return fact.data.hall === '' || fact.data.hall === hall
  const { layer, place } = fact.data
  return layer === 'office' ? place === hall : layer === 'national' || place === region.slice(0, { province: 2, prefecture: 4, county: 6 }[layer])
})
