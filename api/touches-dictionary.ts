import { itemCommands } from '../domain/items/events.ts'
import { dictionaryDecider, items as context } from '../domain/items/index.ts'
import { isRefusal, type AnyDecider } from '../domain/kernel/decider.ts'
import type { Actor } from '../domain/kernel/events.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { DictionaryRow } from '../projections/catalogue.ts'
import { dictionaryTouches, type DictionaryTouches } from '../projections/dictionary-touches.ts'
import { malformed } from './commands.ts'
import { directory } from './naming.ts'
import { openCasesInMemory } from './open-cases-memory.ts'
import { refused, Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { load } from './tell.ts'

/** 意见字典 — what is offered beside each opinion to whoever writes one. */
const opinions = 'opinions', writing = ['handler', 'section-head', 'leader']
/** `open`: cases in hand of each item; `offered`: to how many people its entries are offered as opinions. */
type Touched = Omit<DictionaryTouches, 'items'> & { items: (DictionaryTouches['items'][number] & { open: number })[]; openCases: number; offered: number; now: string }

/** 字典牵动 — what the next version of a dictionary changes for items and for cases in hand; what could not be published is refused in the same words. */
export async function touchesOfDictionary(rooms: Rooms, dictionary: string, body: unknown, by: Actor): Promise<Touched> {
  const parsed = itemCommands.PublishDictionary.safeParse(body)
  if (!parsed.success) {
    const { status, code, title, en, ...more } = malformed(parsed.error)
    throw new Unanswerable(status, code, title, en, more)
  }
  const row = await rooms.rows.get('dictionaries', dictionary) as DictionaryRow | undefined, now = rooms.now(), { data } = parsed
  const { evolve, initial, decide } = dictionaryDecider as AnyDecider, past = await load(rooms.book, context, `items-dictionary.${dictionary}`)
  const calendar = rooms.calendars.ofKnown('', rooms.founding.zone, dayIn(rooms.founding.zone, now))
  const answer = decide(past.reduce(evolve, initial), { type: 'PublishDictionary', data }, { id: dictionary, now, by, calendar })
  if (isRefusal(answer)) {
    const { status, code, title, en } = refused(answer.refused)
    throw new Unanswerable(status, code, title, en)
  }
  const { items, people } = await directory(rooms), { entries, items: touched } = dictionaryTouches(dictionary, row, data, items), open = openCasesInMemory(rooms)
  await open.settled()
  const counted = touched.map((item) => ({ ...item, open: open.count(({ itemCode }) => itemCode === item.code) }))
  const writers = data.name === opinions && entries.length > 0 ? people.filter(({ suspended, roles }) => !suspended && roles.some((role) => writing.includes(role))) : []
  return { entries, items: counted, openCases: counted.reduce((sum, item) => sum + item.open, 0), offered: writers.length, now }
}
