import type { Recorded } from '../domain/kernel/events.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { calendarIdOf } from '../domain/calendar/index.ts'
import { appealUntil } from '../domain/supervision/decide/held.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import type { RegisteredCard } from '../projections/card-register.ts'
import type { CardRow } from '../projections/cards.ts'
import { maySee } from '../projections/case-cards.ts'
import { seesFindings } from '../projections/case-facts.ts'
import { rulesKnown } from './access/collections.ts'
import { hasRole, type Standing } from './access/standing.ts'
import { registerInMemory } from './cards-register-memory.ts'
import type { Waiting } from './desk-asks.ts'
import type { DeskOne } from './desk-memory.ts'
import { houseCalendar } from './judging.ts'
import { directory } from './naming.ts'
import type { Rooms } from './rooms.ts'

type Urge = { id: string; itemName: string; at: Instant; role: string; byName?: string; reason?: string }
/** 预警与牌 on what I have in hand, or on me; `appealUntil`: the last day on which one may appeal, `decideBy` when an appeal is to be answered. */
type Warning = { id?: string; itemName?: string; ruleId: string; zh: string; en: string; severity: CardRow['severity']; at: Instant; dueOn?: Day; appealUntil?: Day; decideBy?: Day }
/** 须知 — what has changed lately and is mine to know. */
type Change = { at: Instant; from?: Day } & (
  { kind: 'rule'; ruleId: string; zh: string; en: string; version: number } | { kind: 'item'; code: string; name: string; version: number } | { kind: 'calendar'; title: string })
export type News = { urges: Urge[]; urged: number; warnings: Warning[]; warned: number; changes: Change[] }

/** So many of each are shown; all are counted. */
const most = 8
const lately = 14 * 86_400_000

/** The latest of them with what their rows say, and how many there are: which those are the register knows. */
async function warningsOf(rooms: Rooms, who: Standing, mine: (id: string) => DeskOne | undefined, now: Instant): Promise<Pick<News, 'warnings' | 'warned'>> {
  const { person } = who, { itemName } = await directory(rooms), register = registerInMemory(rooms)
  const waits = (subject: string) => subject.startsWith('cases.') ? mine(subject.slice('cases.'.length)) : undefined
  const own = hasRole(who, ['handler', 'section-head', 'leader']) ? `officers.${person}` : undefined, open = maySee('handler', rulesKnown(rooms))
  await register.settled()
  const isTold = ({ subject, standing, severity, ruleId }: RegisteredCard) => standing && severity !== 'HINT' && open({ ruleId }) && (subject === own || waits(subject) !== undefined)
  const found = [...register.cards.values()].filter(isTold)
    .sort((a, b) => a.becameTrueAt < b.becameTrueAt ? 1 : a.becameTrueAt > b.becameTrueAt ? -1 : a.key < b.key ? -1 : 1)
  const calendar = await houseCalendar(rooms, now), rows = await Promise.all(found.slice(0, most).map(({ key }) => rooms.rows.get('cards', key) as Promise<CardRow | undefined>))
  const warnings = rows.flatMap((card): Warning[] => {
    if (!card) return []
    const { subject, ruleId, severity, becameTrueAt, dueOn, notified = [], appeal } = card, row = waits(subject), rule = catalogue.find(({ id }) => id === ruleId)
    const told = notified.map(({ at }) => at).sort()[0], until = told !== undefined && severity !== 'WARN' && !appeal ? appealUntil(told, calendar) : undefined
    return [{ ...(row && { id: row.id, itemName: itemName.get(row.alike.itemCode) ?? row.alike.itemCode }),
      ruleId, zh: rule?.zh ?? ruleId, en: rule?.en ?? ruleId, severity, at: becameTrueAt, ...(dueOn && { dueOn }),
      ...(until !== undefined && now <= calendar.closeOf(until) && { appealUntil: until }), ...(appeal && !appeal.decided && { decideBy: appeal.decideBy }) }]
  })
  return { warnings, warned: found.length }
}

const newest = async ({ book }: Rooms, stream: string, since: Instant): Promise<Recorded | undefined> =>
  (await book.readStream(stream)).findLast(({ meta, type }) => meta.recordedAt >= since && /Published|Amended|Retired/.test(type))
async function changesFor(rooms: Rooms, { person }: Standing, since: Instant): Promise<Change[]> {
  const { items, itemName } = await directory(rooms), { region } = rooms.founding
  const mine = items.filter(({ officers, version }) => version > 1 && officers.includes(person)), rules = catalogue.filter(({ confidential }) => confidential !== true)
  const layers = [calendarIdOf('national', ''), calendarIdOf('province', region.slice(0, 2)), calendarIdOf('prefecture', region.slice(0, 4)), calendarIdOf('county', region.slice(0, 6))]
  const found = await Promise.all([
    ...mine.map(async ({ code, version }): Promise<Change[]> => {
      const fact = await newest(rooms, `items-${code}`, since)
      return fact ? [{ kind: 'item', code, name: itemName.get(code) ?? code, version, at: fact.meta.recordedAt }] : []
    }),
    ...rules.map(async ({ id, zh, en }): Promise<Change[]> => {
      const fact = await newest(rooms, `supervision-rule.${id}`, since), from = fact?.data['effectiveFrom']
      return fact ? [{ kind: 'rule', ruleId: id, zh, en, version: Number(fact.data['version'] ?? 0), at: fact.meta.recordedAt, ...(typeof from === 'string' && { from: from as Day }) }] : []
    }),
    ...layers.map(async (layer): Promise<Change[]> => {
      const fact = await newest(rooms, `calendar-${layer}`, since), title = fact?.data['notice']
      return fact && typeof title === 'string' ? [{ kind: 'calendar', title, at: fact.meta.recordedAt }] : []
    }),
  ])
  return found.flat().sort((a, b) => a.at < b.at ? 1 : -1)
}

/** 催办、预警、须知. Of cards only those are told to whom cards are said, of the cases that are theirs as such. */
export async function newsFor(rooms: Rooms, who: Standing, { urged: asked, mine }: { urged: readonly DeskOne[]; mine(id: string): Waiting | undefined }, now: Instant): Promise<News> {
  const told = (id: string) => { const one = mine(id); return one && seesFindings(one.as) ? one.one : undefined }
  const { itemName, personName } = await directory(rooms), since = new Date(Date.parse(now) - lately).toISOString() as Instant
  const urges = asked.flatMap(({ id, alike: { itemCode }, said: { urge } = {} }): Urge[] => {
    if (urge === undefined || (urge.to !== undefined && urge.to !== who.person)) return []
    const { at, role, by, reason } = urge
    return [{ id, itemName: itemName.get(itemCode) ?? itemCode, at, role, ...(by !== undefined && { byName: personName.get(by) ?? by }), ...(reason !== undefined && { reason }) }]
  }).sort((a, b) => a.at < b.at ? 1 : -1)
  const [warned, changes] = await Promise.all([warningsOf(rooms, who, told, now), changesFor(rooms, who, since)])
  return { urges: urges.slice(0, most), urged: urges.length, ...warned, changes: changes.slice(0, most) }
}
