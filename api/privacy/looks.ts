import { randomBytes } from 'node:crypto'
import type { Role } from '../../domain/kernel/context.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import type { Look, LookKind, PrivacyEvent } from '../../domain/privacy/events.ts'
import { privacy } from '../../domain/privacy/index.ts'
import type { CaseRow } from '../../projections/cases.ts'
import { ownedOf } from '../access/owned.ts'
import { eyesFor, sightOf } from '../access/sight.ts'
import { byEyes, viewingAs, type Standing } from '../access/standing.ts'
import { eyesAs, type Eyes } from '../case-reading.ts'
import { Unanswerable } from '../problems.ts'
import { policy, type Rooms } from '../rooms.ts'
import { load } from '../tell.ts'

/** Once per looker, case and day; and what within a minute is still the same look. */
const onceADay: readonly LookKind[] = ['list', 'search'], lasting: readonly LookKind[] = ['case', 'ledger', 'receipt'], lastsMs = 60_000
/** A stream is read whole whenever it is written to: it is cut long before it is full. */
const factsPerPart = 200, looksPerPart = 4_000, looksPerFact = 500
type Item = { look: Look; role: Role; day: string }
type More = { as?: Role; purpose?: string; fields?: string[]; about?: readonly string[] }

/** What one person has looked at today, and what of it is being written. */
function lookerOf(rooms: Rooms, person: string) {
  let day = '', part = 0, facts = 0, held = 0, queue: Item[] = [], upcoming: Promise<void> | undefined, flight: Promise<unknown> = Promise.resolve(), begun: Promise<void> | undefined
  const listed = new Map<string, Promise<void>>(), recent = new Map<string, { atMs: number; written: Promise<void> }>()
  const idOf = (day: string, part: number) => `${person}.${day.replaceAll('-', '')}${part === 0 ? '' : `.${part}`}`
  const isFull = () => facts >= factsPerPart || held >= looksPerPart
  async function begin(today: string) {
    listed.clear()
    recent.clear()
    for (part = 0; ; part++) {
      const told = await load(rooms.book, privacy, `privacy-viewer.${idOf(today, part)}`) as unknown as PrivacyEvent[]
      const looks = told.flatMap(({ type, data }) => type === 'RecordsViewed' ? data.looks : [])
      for (const { kind, case: of } of looks) if (onceADay.includes(kind)) listed.set(`${kind} ${of}`, Promise.resolve())
      facts = told.length
      held = looks.length
      if (!isFull()) return
    }
  }
  async function write(items: readonly Item[], department: string) {
    const groups = new Map<string, Item[]>()
    for (const item of items) groups.set(`${item.role} ${item.day}`, [...groups.get(`${item.role} ${item.day}`) ?? [], item])
    for (const group of groups.values()) for (let from = 0; from < group.length; from += looksPerFact) {
      const { role, day: on } = group[0]!, looks = group.slice(from, from + looksPerFact).map(({ look }) => look), number = randomBytes(8).toString('hex')
      if (on === day && isFull()) { part++; facts = held = 0 }
      const answer = await rooms.tell({ context: privacy, id: idOf(on, on === day ? part : 0), by: policy, key: `looks ${number}`,
        command: { type: 'RecordViews', data: { number, looker: person, role, department, looks } } })
      if (isRefusal(answer) || 'stale' in answer) throw new Error(`the looks of ${person} were not told`)
      facts++
      held += looks.length
    }
  }
  /** What comes while an append is in flight goes together into the next. */
  const joined = (items: readonly Item[], department: string): Promise<void> => {
    queue.push(...items)
    return upcoming ??= flight.then(() => {
      const taken = queue
      queue = []
      upcoming = undefined
      const written = write(taken, department)
      flight = written.catch(() => undefined)
      return written
    })
  }
  return {
    /** Resolves when all of these are durable; `fresh` says of those that are not yet on record who was looked at, and in which role. */
    async looked(at: Instant, today: string, kind: LookKind, cases: readonly string[], department: string, fresh: (ids: readonly string[]) => Promise<Omit<Item, 'day'>[]>) {
      if (today !== day) { day = today; begun = begin(today).catch((error: unknown) => { day = ''; throw error }) }
      await begun
      const atMs = Date.parse(at), keyOf = (id: string) => `${kind} ${id}`
      const known = (id: string) => onceADay.includes(kind) ? listed.get(keyOf(id)) : lasting.includes(kind) ? standing(recent.get(keyOf(id)), atMs) : undefined
      const waits = cases.map(known).filter((one) => one !== undefined), unknown = cases.filter((id) => known(id) === undefined)
      if (unknown.length > 0) {
        const written = fresh(unknown).then((items) => items.length === 0 ? undefined : joined(items.map((item) => ({ ...item, day: today })), department))
        for (const id of unknown) {
          if (onceADay.includes(kind)) listed.set(keyOf(id), written)
          else if (lasting.includes(kind)) recent.set(keyOf(id), { atMs, written })
        }
        written.catch(() => { for (const id of unknown) { listed.delete(keyOf(id)); recent.delete(keyOf(id)) } })
        waits.push(written)
      }
      if (recent.size > 5_000) for (const [key, { atMs: then }] of recent) if (atMs - then >= lastsMs) recent.delete(key)
      await Promise.all(waits)
    },
  }
}
const standing = (look: { atMs: number; written: Promise<void> } | undefined, atMs: number) => look && Math.abs(atMs - look.atMs) < lastsMs ? look.written : undefined

const opened = new WeakMap<Rooms, Map<string, ReturnType<typeof lookerOf>>>()
/** A row that somebody has registered as an applicant, as a stream. */
const registration = 'identity-applicant.'
/** Whose a case is, and in which role it is seen by them; where no row of it has been made yet, by its first fact. */
async function seenBy(rooms: Rooms, who: Standing, id: string, sight: Awaited<ReturnType<typeof sightOf>>): Promise<{ about: readonly string[]; role: Role | undefined }> {
  if (id.startsWith(registration)) return { about: [id.slice(registration.length)], role: [...who.grants].sort(byEyes)[0]?.role }
  const row = await rooms.rows.get('cases', id) as CaseRow | undefined
  if (row) return { about: [row.applicantId, row.agentId].filter((one) => one !== undefined), role: eyesFor(sight, row) }
  const owned = await ownedOf(rooms, id)
  return { about: owned?.applicants ?? [], role: owned && viewingAs(who, owned)?.role }
}

/** 查阅留痕 — on record before the answer leaves; what cannot be put on record is not answered. One's own reading of one's own case is no look. */
export async function looked(rooms: Rooms, who: Standing, kind: LookKind, cases: readonly string[], { as, purpose = who.purpose?.text, fields, about }: More = {}): Promise<void> {
  if (cases.length === 0) return
  const lookers = opened.get(rooms) ?? new Map<string, ReturnType<typeof lookerOf>>()
  opened.set(rooms, lookers)
  const looker = lookers.get(who.person) ?? lookerOf(rooms, who.person), at = rooms.now()
  lookers.set(who.person, looker)
  const more = { ...(purpose !== undefined && { purpose: purpose.slice(0, 500) }), ...(fields && { fields }),
    ...(who.purpose?.caseNo !== undefined && { caseNo: who.purpose.caseNo.slice(0, 200) }) }
  try {
    await looker.looked(at, dayIn(rooms.founding.zone, at), kind, [...new Set(cases)], who.department, async (ids) => {
      const sight = await sightOf(rooms, who)
      const items = await Promise.all(ids.map(async (id) => {
        const seen = about && as ? { about, role: as } : await seenBy(rooms, who, id, sight), role = as ?? seen.role ?? who.grants[0]?.role ?? 'applicant'
        return { look: { at, kind, case: id, about: [...(about ?? seen.about)], ...more }, role }
      }))
      return items.filter(({ role }) => role !== 'applicant' || kind === 'export')
    })
  } catch (error) {
    process.stderr.write(`查阅未能记录 / a look could not be put on record: ${error instanceof Error ? error.message : String(error)}\n`)
    throw new Unanswerable(503, 'look-not-recorded', '查阅没有记录成，因此不能给出内容；请稍后再试', 'The look could not be put on record, so nothing is shown; try again later')
  }
}

/** A page of cases, with each of them on record. */
export async function pageLooked<P extends { rows: readonly { id: string }[] }>(rooms: Rooms, who: Standing, kind: LookKind, page: Promise<P>): Promise<P> {
  const found = await page
  await looked(rooms, who, kind, found.rows.map(({ id }) => id))
  return found
}
/** What of a case is shown in full to somebody, in a role of their own; through others' eyes nothing is. */
export async function eyesOn(rooms: Rooms, who: Standing, id: string, as: Role): Promise<Eyes> {
  const owned = await ownedOf(rooms, id)
  return owned && viewingAs({ ...who, grants: who.grants.filter(({ role }) => role === as) }, owned) ? eyesAs(as, who.person) : {}
}

const caseIn = (subject: unknown) => typeof subject === 'string' && subject.startsWith('cases.') ? [subject.slice('cases.'.length).replace(/#\d+$/, '')] : []
/** What the rows of a collection are of: cases, or registrations. */
const lookedAt: Readonly<Record<string, (row: Readonly<Record<string, unknown>>) => readonly string[]>> = {
  cases: ({ id }) => [String(id)], 'case-timelines': ({ subject }) => caseIn(subject), cards: ({ subject }) => caseIn(subject),
  applicants: ({ applicant }) => [registration + String(applicant)], quarantine: ({ batch }) => [`exchange-${String(batch)}`], looks: (row) => [String(row['case'])],
}
/** A page of a collection, likewise; where only their number was asked for, nobody was looked at. */
export async function rowsLooked<P extends object>(rooms: Rooms, who: Standing, collection: string, found: P): Promise<P> {
  const rows = 'rows' in found ? found.rows as readonly Readonly<Record<string, unknown>>[] : []
  await looked(rooms, who, 'list', rows.flatMap((row) => lookedAt[collection]?.(row) ?? []))
  return found
}
