import { itemEvents, type ItemEvent } from '../domain/items/events.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { supervisionEvents, type CardEvent, type RuleEvent } from '../domain/supervision/events.ts'
import { rulebook, type Rulebook, type RuleVersion } from '../domain/supervision/judge.ts'
import { marksOf } from '../domain/supervision/marks.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import type { Ground, ItemGround } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { cards as cardsProjection, type CardRow } from '../projections/cards.ts'
import { foldRows } from '../projections/fold-row.ts'
import { pageLimit } from '../projections/read-store.ts'
import type { Rooms } from './rooms.ts'

const rulesOf = ({ modules = [] }: Pick<Rooms, 'modules'>) => ({ rules: modules.flatMap(({ rules }) => rules), patterns: modules.flatMap(({ patterns }) => patterns) })

/** 已发布的规则版本 — what has been published beside the rules that the house and its modules came with, in the order of saying; a retirement is of the newest. */
export async function publishedRules(rooms: Pick<Rooms, 'book' | 'modules'>): Promise<RuleVersion[]> {
  const { rules, patterns } = rulesOf(rooms)
  const ids = new Set([...catalogue, ...rules, ...patterns].map(({ id }) => id))
  const streams = await Promise.all([...ids].map(async (id) => (await rooms.book.readStream(`supervision-rule.${id}`))
    .map((fact) => read(supervisionEvents, fact as Recorded<RuleEvent>, fact.meta.version))))
  return streams.flatMap((facts) => {
    let newest = 0
    return facts.flatMap(({ type, data }): RuleVersion[] => {
      if (type === 'RuleProposed' || type === 'RetirementProposed') return []
      if (type === 'RuleRetired') return [{ ruleId: data.ruleId, version: newest, params: {}, effectiveFrom: data.effectiveFrom, mode: 'retired' }]
      const { ruleId, version, params, effectiveFrom, mode } = data
      newest = version
      return [{ ruleId, version, params, effectiveFrom, mode }]
    })
  })
}
/** 规则簿 of this house, as it is now. */
export const rulebookOf = async (rooms: Pick<Rooms, 'book' | 'modules'>): Promise<Rulebook> => rulebook(await publishedRules(rooms), rulesOf(rooms))

/** The calendar of a hall, as it was known at an instant. */
export const calendarFor = ({ calendars, founding }: Rooms, { hall, zone }: Pick<Timeline, 'hall' | 'zone'>, knownAt: Instant): Promise<Calendar> =>
  calendars.of(hall, zone, dayIn(founding.zone, knownAt))
/** What patterns over many subjects are judged by: no hall's own. */
export const houseCalendar = (rooms: Rooms, now: Instant): Promise<Calendar> => calendarFor(rooms, { hall: '', zone: rooms.founding.zone }, now)
/** 该用哪天的日历 — what was publicly known by the day on which the subject ended, or by now while it is open: nothing that became known since moves it. */
const knownOn = ({ founding }: Rooms, { zone, endedAt }: Timeline, now: Instant): Day => dayIn(zone || founding.zone, endedAt !== undefined && endedAt < now ? endedAt : now)

const items = new WeakMap<EventLog, Map<string, ItemGround | undefined>>()
/** 事项 as it was when the case was accepted. A version is never changed, so it is read once; what pins none has none. */
export async function itemGround({ book }: Pick<Rooms, 'book'>, { itemCode, itemVersion }: Pick<Timeline, 'itemCode' | 'itemVersion'>): Promise<ItemGround | undefined> {
  if (itemVersion === undefined) return undefined
  const known = items.get(book) ?? new Map<string, ItemGround | undefined>(), name = `${itemCode} ${itemVersion}`
  items.set(book, known)
  if (known.has(name)) return known.get(name)
  const facts = (await book.readStream(`items-${itemCode}`)).filter(({ type }) => type === 'ItemPublished')
    .map((fact) => read(itemEvents, fact as Recorded<ItemEvent>, fact.meta.version).data)
  const item = facts.find(({ version }) => version === itemVersion)
  const ground = item && { officers: item.officers, flow: item.flow, specialProcedures: item.specialProcedures, twoPersonRule: item.twoPersonRule,
    feeFen: item.fees.reduce((sum, { amountFen }) => sum + amountFen, 0) }
  if (ground) known.set(name, ground)
  return ground
}

/** 在册的牌 of a subject, from the book itself: rows may be a moment behind. */
export async function cardsOf({ book }: Pick<Rooms, 'book'>, subject: string): Promise<CardRow[]> {
  const facts = await book.readStream(`supervision-card.${subject}`)
  return facts.length === 0 ? [] : [...foldRows(cardsProjection, facts.map((fact) => read(supervisionEvents, fact as Recorded<CardEvent>, fact.meta.version))).values()]
}
/** All cards of which people have said something that judging looks at, by subject; from the rows. */
export async function markedCards({ rows }: Pick<Rooms, 'rows'>): Promise<ReadonlyMap<string, readonly CardRow[]>> {
  const found = new Map<string, CardRow[]>()
  for (let after: string | undefined; ;) {
    const page = await rows.find('cards', { where: { marked: true }, limit: pageLimit, ...(after !== undefined && { after }) })
    for (const row of page.rows.map(({ row }) => row as unknown as CardRow)) found.set(row.subject, [...found.get(row.subject) ?? [], row])
    if (page.next === undefined) return found
    after = page.next
  }
}

/** 依据 that a subject is judged on. `recordedBy`: the calendar as the platform had it then, everything else as it is. */
export async function groundFor(rooms: Rooms, timeline: Timeline, cards: readonly CardRow[], now: Instant, recordedBy?: Instant): Promise<Ground> {
  const { hall, zone } = timeline
  const calendar = await rooms.calendars.of(hall, zone, knownOn(rooms, timeline, now), recordedBy)
  return { calendar, item: await itemGround(rooms, timeline), marks: cards.length === 0 ? [] : marksOf(cards, calendar) }
}
