import type { ItemRow } from '../projections/catalogue.ts'
import type { HallRow, PersonRow } from '../projections/people.ts'
import { everything } from './case-reading.ts'
import type { Rooms } from './rooms.ts'

type Directory = { items: readonly ItemRow[]; people: readonly PersonRow[]; halls: readonly HallRow[]
  itemName: ReadonlyMap<string, string>; personName: ReadonlyMap<string, string>; hallName: ReadonlyMap<string, string>
}
const named = ['items', 'people', 'halls']
const kept = new WeakMap<Rooms, Promise<Directory>>()
const listening = new WeakSet<Rooms>()

async function load(rooms: Rooms): Promise<Directory> {
  const [items, people, halls] = await Promise.all([everything<ItemRow>(rooms, 'items'), everything<PersonRow>(rooms, 'people'), everything<HallRow>(rooms, 'halls')])
  return { items, people, halls, itemName: new Map(items.map(({ code, shortName }) => [code, shortName])),
    personName: new Map(people.map(({ person, name }) => [person, name])), hallName: new Map(halls.map(({ hall, name }) => [hall, name])) }
}

/** 名录 — items, people and halls by name: read once, and again when one of them has changed. */
export function directory(rooms: Rooms): Promise<Directory> {
  if (!listening.has(rooms)) {
    listening.add(rooms)
    rooms.onChanged((said) => {
      const touched = 'many' in said ? said.collections : said.changes.map(({ collection }) => collection)
      if (touched.some((collection) => named.includes(collection))) kept.delete(rooms)
    })
  }
  const known = kept.get(rooms) ?? load(rooms)
  kept.set(rooms, known)
  known.catch(() => kept.delete(rooms))
  return known
}

/** What somebody means by a word, as codes: the code itself; else those of exactly this name; else those whose name holds it; else the word
    as it stands, since a foreign case names things that are in no catalogue. */
export const itemsMeant = ({ items }: Directory, said: string): readonly string[] => {
  if (items.some(({ code }) => code === said)) return [said]
  const exactly = items.filter(({ legalName, shortName }) => legalName === said || shortName === said)
  const found = exactly.length > 0 ? exactly : items.filter(({ legalName, shortName }) => legalName.includes(said) || shortName.includes(said))
  return found.length > 0 ? found.map(({ code }) => code) : [said]
}
const meant = <T>(all: readonly T[], id: (it: T) => string, name: (it: T) => string, said: string): readonly string[] => {
  const found = all.some((it) => id(it) === said) ? [] : all.filter((it) => name(it) === said)
  return found.length > 0 ? found.map(id) : [said]
}
export const peopleMeant = ({ people }: Directory, said: string) => meant(people, ({ person }) => person, ({ name }) => name, said)
export const hallsMeant = ({ halls }: Directory, said: string) => meant(halls, ({ hall }) => hall, ({ name }) => name, said)
