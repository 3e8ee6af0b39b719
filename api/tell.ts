import { hash } from 'node:crypto'
import { z } from 'zod'
import { answering, isIdOf, streamOf, type Context } from '../domain/kernel/context.ts'
import { isRefusal, refuse, type Reference, type Refusal } from '../domain/kernel/decider.ts'
import { businessOrder, isOver, occurredAt, read, type Actor, type Emitted, type Fact, type Recorded, type Told } from '../domain/kernel/events.ts'
import type { EventLog, Keys } from '../domain/kernel/ports.ts'
import type { Calendar, Instant } from '../domain/kernel/values.ts'
import { sealedBy } from './sealing.ts'
import { newestEpoch, waitsForTime, type Timekeeping } from './timekeeping.ts'

/** What the composition root hands the runner. `references`: how each name in a decider's `needs` is folded from its own stream. */
export type House = {
  book: EventLog
  keys: Keys
  region: string
  now(): Instant
  /** Absent where the clock is set by a rehearsal. */
  keeping?: Timekeeping
  calendar(): Calendar
  references: Record<string, (reference: Reference) => Promise<unknown>>
}
/** `key` makes saying it again the same saying; `pinned` is the revision that the caller has seen; `before` runs once it is known that
    something new will be written, and before it is. */
export type Saying = {
  context: Context; id: string; command: Fact; by: Actor; key: string; pinned?: number | undefined; before?: (() => Promise<void>) | undefined
}
/** `causes`: by what each of the new facts is known, in the order of `facts`. */
export type Answered = { revision: number; position: number; facts: readonly string[]; causes: readonly string[] }
export type Answer = Answered | Refusal | { stale: number }

const attempts = 8
const factId = (stream: string, key: string, index: number) =>
  hash('sha256', JSON.stringify([stream, key, index]), 'hex').slice(0, 32)

/** load → references → decide → seal → append, for everybody. Sayings about one subject are answered in turn. */
export function runner(house: House) {
  const append = penOf(house)
  const turns = new Map<string, Promise<unknown>>()
  return (saying: Saying): Promise<Answer> => {
    const { kind, others } = answering(saying.context, saying.command.type)
    if (!isIdOf(saying.id, others)) return Promise.resolve(refuse('not-an-id'))
    const stream = streamOf(saying.context, kind, saying.id)
    const line = saying.context.inTurn?.includes(saying.command.type) ? saying.context.name : stream
    const turn = (turns.get(line) ?? Promise.resolve()).then(() => tell(house, saying, stream, append))
    const settled = turn.catch(() => undefined).then(() => { if (turns.get(line) === settled) turns.delete(line) })
    turns.set(line, settled)
    return turn
  }
}

type Append = (stream: string, expected: number, facts: readonly Told[], epoch: number) => ReturnType<EventLog['append']>
const epochOf = ({ keeping }: House) => keeping?.epoch() ?? 0
/** 落笔 — a saying that waited for a key is appended after others that read the clock later: within an epoch, positions and recorded times grow together.
    What was decided in an epoch that is over is decided again. */
function penOf(house: House): Append {
  let latest = '' as Instant, newest = 0, starting: Promise<unknown> | undefined
  const stamped = (facts: readonly Told[], epoch: number): Told[] => facts.map((fact) => {
    const { recordedAt } = fact.meta
    latest = recordedAt > latest ? recordedAt : latest
    return latest === recordedAt && epoch === 0 ? fact : { ...fact, meta: { ...fact.meta, recordedAt: latest, ...(epoch > 0 && { epoch }) } }
  })
  return async (stream, expected, facts, epoch) => {
    while (starting) await starting
    if (epoch !== epochOf(house)) return 'revision-conflict'
    if (epoch !== newest) { newest = epoch; latest = '' as Instant }
    const appended = house.book.append(stream, expected, stamped(facts, epoch)).then((answer) => {
      if (answer !== 'revision-conflict') for (const fact of facts) if (fact.type.startsWith('Clock')) house.keeping?.told(fact)
      return answer
    })
    // Nothing is told between the last fact of an epoch and the first of the next.
    if (facts.some(({ type }) => type === 'ClockEpochStarted')) starting = appended.catch(() => undefined).then(() => { starting = undefined })
    return appended
  }
}
/** When the newest fact happened; one of an epoch that is over, by the beginning of the next. */
function lastAt({ keeping }: Pick<House, 'keeping'>, newest: Recorded | undefined): { lastAt?: Instant } {
  const epoch = newestEpoch(keeping)
  return newest ? { lastAt: epoch && isOver(newest, epoch.began, epoch) ? epoch.began : occurredAt(newest) } : {}
}

async function tell(house: House, saying: Saying, stream: string, append: Append): Promise<Answer> {
  const { context, id, command: said, by, key, pinned, before } = saying, { decider } = answering(context, said.type)
  const command = { type: said.type, data: context.commands[said.type]!.parse(said.data) }
  for (let attempt = 0; attempt < attempts; attempt++) {
    const past = await load(house.book, context, stream)
    const already = past.filter(({ meta }) => meta.cause === key)
    if (already.length > 0) return toldBefore(already)
    if (pinned !== undefined && pinned !== past.length) return { stale: past.length }

    const ordered = businessOrder(past), state = ordered.reduce(decider.evolve, decider.initial)
    const references = await referencesFor(house, decider.needs[command.type]!, state, command.data, id)
    const given = { id, now: house.now(), by, calendar: house.calendar(), ...lastAt(house, ordered.at(-1)), ...references }, epoch = epochOf(house)
    const answer = decider.decide(state, command, given)
    if (isRefusal(answer)) {
      if (answer.record) await record(house, context, answer.record, by, `${key} ${command.type} ${stream}`, append)
      return answer
    }
    const known = new Set(past.map(({ meta }) => meta.id))
    const facts = stamped(house, context, stream, answer, by, key, given.now).filter(({ meta }) => !known.has(meta.id))
    if (facts.length === 0) return { revision: past.length, position: past.at(-1)?.meta.position ?? 0, facts: [], causes: [] }
    if (waitsForTime(house.keeping, saying)) return refuse('clock-unconfirmed')
    await before?.()
    const sealed = await sealedBy(house.keys, context, stream, facts)
    if (waitsForTime(house.keeping, saying)) return refuse('clock-unconfirmed')
    const appended = await append(stream, past.length, sealed, epoch)
    if (appended !== 'revision-conflict') return { ...appended, facts: facts.map(({ type }) => type), causes: facts.map(({ meta }) => meta.cause) }
  }
  throw new Error(`${stream}: beaten to it ${attempts} times in a row; let the caller try again later`)
}

/** 试说 — what would be answered to this one now. Nothing is written: no fact, and no attempt either; references are read once. */
export async function weighing(house: Pick<House, 'book' | 'now' | 'calendar' | 'references' | 'keeping'>, context: Context, id: string) {
  const decider = context.deciders['']!
  const past = await load(house.book, context, streamOf(context, '', id)), ordered = businessOrder(past), now = house.now()
  const state: unknown = ordered.reduce(decider.evolve, decider.initial), read = new Map<string, Promise<unknown>>()
  const references = Object.fromEntries(Object.entries(house.references).map(([name, of]) => [name, (reference: Reference) => {
    const key = JSON.stringify([name, reference])
    return read.get(key) ?? read.set(key, of(reference)).get(key)!
  }]))
  return {
    revision: past.length, now, facts: ordered, state, ...lastAt(house, ordered.at(-1)), after: (facts: readonly Emitted[]): unknown => facts.reduce(decider.evolve, state),
    /** `on`: in another state than the one that stands. */
    async decide({ type, data: said }: Fact, by: Actor, on: unknown = state): Promise<readonly Emitted[] | Refusal> {
      const data: unknown = context.commands[type]!.parse(said)
      const needed = await referencesFor({ references }, decider.needs[type]!, on, data, id)
      return decider.decide(on, { type, data: data as Fact['data'] }, { id, now, by, calendar: house.calendar(), ...lastAt(house, ordered.at(-1)), ...needed })
    },
  }
}

const toldBefore = (facts: readonly Recorded[]): Answered =>
  ({ revision: facts.at(-1)!.meta.revision, position: facts.at(-1)!.meta.position, facts: facts.map(({ type }) => type), causes: facts.map(({ meta }) => meta.cause) })

type NeedsOf = Record<string, (state: unknown, data: unknown, id: string) => Reference | undefined>
async function referencesFor(house: Pick<House, 'references'>, needs: NeedsOf, state: unknown, data: unknown, id: string) {
  const references: Record<string, unknown> = {}
  for (const [name, need] of Object.entries(needs)) {
    const reference = need(state, data, id)
    references[name] = reference && await house.references[name]!(reference)
  }
  return references
}

/** 违规操作 — on the offender's own stream, once per key, command and subject. */
async function record(house: House, context: Context, fact: Fact, by: Actor, key: string, append: Append) {
  const stream = streamOf(context, 'officer', by.person)
  for (let attempt = 0; attempt < attempts; attempt++) {
    const past = await house.book.readStream(stream), now = house.now(), epoch = epochOf(house)
    const facts = await sealedBy(house.keys, context, stream, stamped(house, context, stream, [fact], by, key, now))
    if (past.some(({ meta }) => meta.id === facts[0]!.meta.id)) return
    if (await append(stream, past.length, facts, epoch) !== 'revision-conflict') return
  }
  throw new Error(`${stream}: the attempt could not be put on record`)
}

/** A fact with a key of its own is known by that, whatever command brings it; the others by the command's key and their place in the answer.
    A late entry of the house's own (补录) has a key, but is answered again by the command that said it. */
function stamped(house: House, context: Context, stream: string, facts: readonly Emitted[], by: Actor, key: string, now: Instant): Told[] {
  return facts.map(({ type, data, claim }, index) => {
    const { version } = context.events[type]!
    const meta = { id: claim ? factId(stream, claim.key, 0) : factId(stream, key, index), version, recordedAt: now, actor: by, region: house.region,
      cause: claim?.source ? claim.key : key }
    if (!claim) return { type, data, meta }
    const { occurredAt, precision, source } = claim
    return { type, data, meta: { ...meta, occurredAt, ...(precision && { precision }), ...(source && { source }) } }
  })
}

/** A whole stream in today's shapes. */
export async function load(book: EventLog, context: Context, stream: string): Promise<Recorded[]> {
  return (await book.readStream(stream)).map((fact) => read(context.events, fact, fact.meta.version))
}

/** What was malformed in a command, field by field. */
export const isMalformed = (error: unknown): error is z.ZodError => error instanceof z.ZodError
