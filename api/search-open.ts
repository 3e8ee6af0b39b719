import { dayAfter, dayIn, instantIn } from '../domain/kernel/zones.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import type { BoardCase } from '../projections/board.ts'
import { fallsDue } from '../projections/department-figures.ts'
import { openLight, type DueIndex, type Lamp } from '../projections/due-index.ts'
import { casesInMemory } from './board-memory.ts'
import { directory, peopleMeant } from './naming.ts'
import type { Rooms } from './rooms.ts'
import { openWords, type SearchAsked } from './search-asked.ts'

/** Where the week that a day is in is over. */
export function weekEnd(zone: string, day: Day): Instant {
  const left = 7 - (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  let end = day
  for (let n = 0; n < left; n++) end = dayAfter(end)
  return instantIn(zone, end)
}

/** 今天的 — by the same words by which the board counts them (projections/board.ts). */
const isToday = ({ openedAt, endedAt, concluded, deliveredAt }: BoardCase, word: SearchAsked['today'], began: Instant) =>
  word === undefined || (word === 'received' ? openedAt >= began : word === 'concluded' ? concluded && endedAt! >= began : deliveredAt !== undefined && deliveredAt >= began)

/** 记得的条件 — what came today; in whose hands, due when, accepted or not, of what is open: from memory. Nothing where none of them is asked. */
export async function rememberedKeys(rooms: Rooms, index: DueIndex, asked: SearchAsked): Promise<readonly string[] | undefined> {
  const onlyOpen = openWords.some((word) => asked[word] !== undefined), word = asked.today
  if (!onlyOpen && word === undefined) return undefined
  const { holder, untaken, due, unaccepted, department } = asked, names = await directory(rooms), memory = casesInMemory(rooms, index)
  await memory.settled()
  const now = rooms.now(), { zone } = rooms.founding, today = dayIn(zone, now), began = instantIn(zone, today)
  const ends = due === 'today' ? instantIn(zone, dayAfter(today)) : weekEnd(zone, today)
  const persons = holder === undefined ? undefined : new Set(peopleMeant(names, holder)), works = new Map(names.people.map(({ person, department }) => [person, department]))
  const falls = ({ standing }: Lamp) => standing !== undefined && fallsDue({ light: openLight(standing, now), dueAt: standing.dueAt }, ends)
  const is = (one: BoardCase) => (one.open || !onlyOpen) && isToday(one, word, began)
    && (persons === undefined || (one.holder !== undefined && persons.has(one.holder)))
    && (untaken === undefined || one.holder === undefined || works.get(one.holder) !== one.department)
    && (unaccepted === undefined || one.acceptedOn === undefined)
    && (due === undefined || falls(one.lamp))
  const found: string[] = []
  for (const one of memory.of(department)) if (is(one)) found.push(one.subject.slice('cases.'.length))
  return found
}
