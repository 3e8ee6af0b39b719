import type { CardRow } from '../projections/cards.ts'
import { registered, subjectIn, type RegisteredCard, type Whose } from '../projections/card-register.ts'
import type { CaseRow } from '../projections/cases.ts'
import { openRules } from './access/collections.ts'
import { following } from './board-following.ts'
import { directory } from './naming.ts'
import type { Rooms } from './rooms.ts'

/** 发牌簿 in memory: every card that was ever dealt, by its key, with whose it is. */
export type RegisterInMemory = { cards: ReadonlyMap<string, RegisteredCard>; settled(): Promise<number> }

/** 归属 of a subject as it is now. A card may be read before the case that it is of: it belongs to nobody's department until that is there. */
async function whoseIs(rooms: Rooms, subject: string): Promise<Omit<Whose, 'confidential'>> {
  const { kind, of, caseId, subCase } = subjectIn(subject)
  if (kind === 'departments') return { department: of }
  if (kind === 'officers') return { department: (await directory(rooms)).people.find(({ person }) => person === of)?.department ?? '' }
  if (caseId === undefined) return { department: '' }
  const row = await rooms.rows.get('cases', caseId) as CaseRow | undefined, sub = row?.subCases?.find((one) => one.subCase === subCase)
  return row ? { department: sub?.department ?? row.department, home: row.department, hall: row.hall, itemCode: row.itemCode } : { department: '' }
}

const opened = new WeakMap<Rooms, RegisterInMemory>()
/** 发牌簿 of this house. */
export function registerInMemory(rooms: Rooms): RegisterInMemory {
  const known = opened.get(rooms)
  if (known) return known
  const cards = new Map<string, RegisteredCard>(), open = new Set(openRules(rooms))
  /** By the row that says whose they are: of the case, or of the official. */
  const keysOf = new Map<string, Set<string>>(), sourceOf = (collection: string, key: string) => `${collection} ${key}`
  const put = async (key: string, card: CardRow) => {
    const one = registered(key, card, { ...await whoseIs(rooms, card.subject), confidential: !open.has(card.ruleId) })
    const source = one.caseId !== undefined ? sourceOf('cases', one.caseId) : one.kind === 'officers' ? sourceOf('people', one.of) : undefined
    cards.set(key, one)
    if (source !== undefined) keysOf.set(source, (keysOf.get(source) ?? new Set()).add(key))
  }
  const { settled } = following(rooms, 'cards', {
    clear() { cards.clear(); keysOf.clear() },
    async take(key, row) {
      if (row) await put(key, row as unknown as CardRow)
      else cards.delete(key)
    },
    // A case comes after its card, is told of a department that takes part, or somebody moves: whose the card is follows.
    beside: { collections: ['cases', 'people'], changed(collection, key) {
      const keys = keysOf.get(sourceOf(collection, key))
      return keys && Promise.all([...keys].map(async (key) => {
        const row = cards.has(key) ? await rooms.rows.get('cards', key) : undefined
        if (row) await put(key, row as unknown as CardRow)
      })).then(() => undefined)
    } },
  })
  const memory = { cards, settled }
  opened.set(rooms, memory)
  return memory
}
