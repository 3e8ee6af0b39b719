import { calendarCommands, type CalendarEvent } from '../domain/calendar/events.ts'
import { calendar as context, calendarDecider, hoursDecider } from '../domain/calendar/index.ts'
import { isRefusal, type AnyDecider, type Given } from '../domain/kernel/decider.ts'
import type { Actor } from '../domain/kernel/events.ts'
import type { Calendar, Day } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { calendarImpact, caseOf, type CalendarImpact } from '../projections/calendar-impact.ts'
import { unbounded } from '../projections/read-store.ts'
import { eyesFor, type Sight } from './access/sight.ts'
import { clocksInMemory, type ClocksInMemory } from './clocks-memory.ts'
import { malformed } from './commands.ts'
import { refused, Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { load } from './tell.ts'

/** Moves that an answer lists, of those that may be seen. */
const listed = 1000
const said = { 'publish-calendar': 'PublishCalendar', 'amend-calendar': 'AmendCalendar', 'set-office-hours': 'SetOfficeHours' } as const
type Place = { hall: string; zone: string }
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

/** Which of what moves may be looked at: by its place alone, but where somebody sees what is theirs as an applicant. */
async function seenBy(rooms: Rooms, sight: Sight, clocks: ClocksInMemory): Promise<(subject: string) => boolean> {
  if (sight.some(({ within }) => Object.keys(within).length === 0)) return () => true
  const own = new Set<string>()
  for (const { within } of sight) for (const field of ['applicantId', 'agentId'] as const) for (const person of within[field] ?? [])
    for (const key of await rooms.rows.keys('cases', { [field]: person }, unbounded)) if (eyesFor(sight, await rooms.rows.get('cases', key) ?? {})) own.add(`cases.${key}`)
  return (subject) => {
    const lead = caseOf(subject), one = clocks.of(lead), member = one?.members.get(lead)
    return one !== undefined && member !== undefined && (eyesFor(sight, { hall: one.hall, ...member }) !== undefined || own.has(lead))
  }
}

/** 改历牵动 — how many open due days move, and by how much: the calendar with the draft, counted as the house counts. */
export async function calendarTouches(rooms: Rooms, { name, id, body, by, sight }: { name: string; id: string; body: unknown; by: Actor; sight: Sight }): Promise<Touched> {
  const facts = await factsOf(rooms, name, id, body, by), now = rooms.now(), today = dayIn(rooms.founding.zone, now)
  // What becomes known only later moves nothing before that day: it is looked at from there.
  const knownAsOf = facts.reduce((last, { data }) => 'knownOn' in data && data.knownOn > last ? data.knownOn : last, today)
  const clocks = clocksInMemory(rooms), both = new Map<string, { now: Calendar; draft: Calendar }>(), placeOf = ({ hall, zone }: Place) => `${zone} ${hall}`
  await clocks.settled()
  const sees = await seenBy(rooms, sight, clocks), places = new Map<string, Place>()
  for (const one of clocks.all()) places.set(placeOf(one), one)
  for (const [name, { hall, zone }] of places) both.set(name, { now: await rooms.calendars.of(hall, zone, knownAsOf),
    draft: await rooms.calendars.supposing(hall, zone, knownAsOf, applying(facts, hall, rooms.founding.region)) })
  // Of a place that came while calendars were read nothing is known yet: it is counted the next time.
  const known = [...clocks.all()].filter((one) => both.has(placeOf(one)))
  const { moves, ...figures } = calendarImpact(known, { alikeOf: clocks.of, calendars: (place) => both.get(placeOf(place))!, sees, most: listed }, now)
  return { now, knownAsOf, facts: facts.length, ...figures, moves, unlisted: figures.movedClocks - moves.length }
}
/** Streams that the house does not read for a place say nothing there. */
const applying = (facts: readonly CalendarEvent[], hall: string, region: string) => facts.filter((fact) => {
  if (fact.type === 'OfficeHoursSet') return fact.data.hall === '' || fact.data.hall === hall
  const { layer, place } = fact.data
  return layer === 'office' ? place === hall : layer === 'national' || place === region.slice(0, { province: 2, prefecture: 4, county: 6 }[layer])
})
