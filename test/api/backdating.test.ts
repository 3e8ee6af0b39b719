import { createHash } from 'node:crypto'
import fastify, { type InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blankPages, memoryBook, type Pages } from '../../adapters/book/memory.ts'
import { systemClock } from '../../adapters/clock.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { openGate } from '../../api/access/gate.ts'
import { grantedTo } from '../../api/access/speaking.ts'
import { commandRoutes, kebab, strictly } from '../../api/commands.ts'
import { runner, type Answer, type House, type Saying } from '../../api/tell.ts'
import { calendarEvents } from '../../domain/calendar/events.ts'
import type { CaseEvent } from '../../domain/cases/events.ts'
import { cases } from '../../domain/cases/index.ts'
import { contexts } from '../../domain/contexts.ts'
import { usualGrant } from '../../domain/identity/person.ts'
import { answering, streamOf, type Role } from '../../domain/kernel/context.ts'
import type { Reference } from '../../domain/kernel/decider.ts'
import { businessOrder, occurredAt, type Actor, type Recorded, type Told } from '../../domain/kernel/events.ts'
import type { Calendar, Instant } from '../../domain/kernel/values.ts'
import { rulebook } from '../../domain/supervision/judge.ts'
import { caseView } from '../../projections/case-view.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { collect } from '../contract/event-log.ts'
import { openHouse } from '../kernel/house.ts'
import { at, importer, liMin, policy, shown, wangQiang, zhouClerk, type Shown } from '../kernel/spec.ts'
import { application } from '../fixtures/case.ts'
import { claims, traces, wanted, ways, type Attempt } from './backdating-ways.ts'

// The specs show for every command how it succeeds: what is tried below is tried where the plain word would be taken.
for (const { name } of contexts) await import(`../domain/${name}.specs.ts`)

type Operation = { type: string; said: Shown; id: string; stream: string; by: Actor; now: Instant; last: Instant | undefined; pages: Pages; over: 'http' | 'runner'; plain: readonly object[] }
const tenOClock = at('2026-03-02'), later = (from: Instant, ms: number) => new Date(Date.parse(from) + ms).toISOString() as Instant
const keys = { ...memoryKeys(), seal: async (subject: string, matter: string, plain: string) => ({ subject, matter, sealed: plain }) }
const copyOf = ({ leaves, streams }: Pages): Pages => ({ leaves: [...leaves], streams: new Map([...streams].map(([name, facts]) => [name, [...facts]])) })

/** The facts that a spec was given, as they lie in a book. */
async function pagesOf({ context, given, command }: Shown, id: string, recordedAt: Instant): Promise<Pages> {
  const pages = blankPages(), stream = streamOf(context, answering(context, command.type).kind, id)
  const idOf = (key: string) => createHash('sha256').update(JSON.stringify([stream, key, 0])).digest('hex').slice(0, 32)
  const facts = given.map(({ type, data, claim }, i): Told => ({ type, data, meta: { id: idOf(claim?.key ?? `given ${i}`), version: context.events[type]!.version, recordedAt, actor: policy, region: '422822', cause: `given ${i}`,
    ...(claim && { occurredAt: claim.occurredAt, ...(claim.precision && { precision: claim.precision }), ...(claim.source && { source: claim.source }) }) } }))
  if (facts.length > 0) await memoryBook(pages).append(stream, 0, facts)
  return pages
}
/** The house as it stands before an operation: the spec's own references and calendar, a clock that stands. */
const houseOf = ({ said: { with_ }, now }: Pick<Operation, 'said' | 'now'>, pages: Pages, more: Partial<House> = {}): House => ({
  book: memoryBook(pages), keys, region: '422822', now: () => now, calendar: () => (with_['calendar'] as Calendar | undefined) ?? calendarIn2026,
  references: new Proxy({}, { get: (_, name: string) => async (_: Reference) => with_[name] }) as House['references'], ...more,
})
const factsIn = (pages: Pages) => collect(memoryBook(pages).readAll(0))
/** What was said and when, without the name under which it was said. */
const essence = ({ type, data, meta: { recordedAt, occurredAt, precision, source, epoch, stream, revision, actor } }: Recorded) => ({ type, data, recordedAt, occurredAt, precision, source, epoch, stream, revision, actor })

const operations: Operation[] = []
const tally = { tried: 0, refused: 0, asNow: 0, flagged: 0, ways: new Set<string>(), reached: new Set<string>() }

async function operationOf(said: Shown, aside = 0): Promise<Operation | undefined> {
  const { context, command, with_ } = said, by = sayerOf(said), { id = 'X-1', now: spoken = tenOClock, lastAt } = with_ as { id?: string; now?: Instant; lastAt?: Instant }
  const recordedAt = lastAt ?? (spoken < tenOClock ? spoken : tenOClock), now = later(spoken, aside), pages = await pagesOf(said, id, recordedAt)
  const stream = streamOf(context, answering(context, command.type).kind, id), over = granted(said) && command.type !== 'RecordHistory' ? 'http' : 'runner' // whoever imports reaches no case over a line
  const before = pages.leaves.length, run = copyOf(pages), newest = businessOrder(await factsIn(pages)).at(-1)
  const answer = await runner(houseOf({ said, now }, run))({ context, id, command, by, key: 'plain' }).catch(() => undefined)
  if (!answer || !('facts' in answer) || answer.facts.length === 0) return undefined
  return { type: command.type, said, id, stream, by, now, last: newest && occurredAt(newest), pages, over, plain: (await factsIn(run)).slice(before).map(essence) }
}

/** The door as people come through it; whose house stands behind it changes with each attempt. */
const app = fastify()
let tell: (saying: Saying) => Promise<Answer>, who: Actor
const sayerOf = ({ with_ }: Shown) => (with_['by'] as Actor | undefined) ?? liMin
const granted = (said: Shown) => grantedTo(said.context, said.command.type).includes(sayerOf(said).role as Role)
const rank = (said: Shown) => (granted(said) ? 0 : 4) + (sayerOf(said).role === 'applicant' ? 2 : 0) + ('happenedAt' in said.command.data ? 1 : 0)
const urlOf = ({ said: { context }, type, id }: Operation, query?: string) => `/api/${context.name}/${encodeURIComponent(id)}/${kebab(type)}${query === undefined ? '' : `?${query}`}`
/** Says it once, in a house of its own, and hands back what is new in the book. */
async function attempt(operation: Operation, { payload, raw, headers = {}, query }: Attempt, more: Partial<House> = {}): Promise<{ status: number; fresh: Recorded[] }> {
  const { said: { context }, type, id, by, pages, over } = operation, mine = copyOf(pages), before = pages.leaves.length
  const say = runner(houseOf(operation, mine, more))
  let status = 0
  if (over === 'http') {
    tell = say
    who = by
    const request: InjectOptions = { method: 'POST', url: urlOf(operation, query), headers: { 'idempotency-key': 'k-1', 'content-type': 'application/json', ...headers }, payload: raw ?? JSON.stringify(payload) }
    status = (await app.inject(request)).statusCode
  } else {
    let body = payload
    try { if (raw !== undefined) body = JSON.parse(raw) } catch { status = 400 }
    const answer = await say({ context, id, by, key: 'k-1', command: { type, data: body as Record<string, unknown> } }).catch((error: Error) => { if (error.name !== 'ZodError' && !/Zod/.test(error.constructor.name)) throw error; return { refused: 'malformed' } })
    status = 'refused' in answer ? 422 : 200
  }
  return { status, fresh: (await factsIn(mine)).slice(before) }
}
/** Tried and refused, by a decider or by the form of the command. */
async function no(answer: Promise<Answer>, why: string) {
  tally.tried++
  expect(await answer.catch((error: Error) => ({ refused: error.message }))).toMatchObject({ refused: expect.stringContaining(why) })
  tally.refused++
}
/** Nothing new, or exactly what the plain word makes now: there is no third. */
function judged(operation: Operation, how: string, { status, fresh }: Awaited<ReturnType<typeof attempt>>) {
  const where = `${operation.type}: ${how}`
  tally.tried++
  tally.reached.add(operation.type)
  expect(status, where).toBeLessThan(500)
  const own = fresh.filter(({ type }) => type !== 'StepRefused' || operation.type === 'StepRefused')
  for (const { meta } of fresh) expect([meta.recordedAt, meta.epoch], where).toStrictEqual([operation.now, undefined])
  if (status >= 400) { expect(own, where).toStrictEqual([]); tally.refused++; return }
  expect(own.map(essence), where).toStrictEqual(operation.plain)
  tally.asNow++
}

describe('倒填 (S7)', () => {
  beforeAll(async () => {
    strictly(app)
    openGate(app, async () => ({ person: who.person, name: who.person, department: who.department, post: '', hall: 'H-1', session: 'a', grants: [usualGrant(who.role as Role, { department: who.department, hall: 'H-1' })] }))
    commandRoutes(app, { contexts, owned: async (subject) => subject === 'house' ? 'everybody'
      // An inspector is kept from what their own department does.
      : { department: who.role === 'inspector' ? '市场监管局' : who.department, hall: 'H-1', applicants: [who.person], officers: [who.person], coDepartments: [who.department] }, tell: (saying) => tell(saying) })
    const named = new Map<string, Shown[]>()
    for (const one of shown.specs) named.set(one.command.type, [...named.get(one.command.type) ?? [], one])
    // The first that an official says over a line without claiming anything; else the first that is said at all.
    for (const [, all] of named) {
      const ordered = [...all].sort((a, b) => rank(a) - rank(b))
      for (const said of ordered) {
        const found = await operationOf(said)
        if (found) { operations.push(found); break }
      }
    }
  }, 180_000)
  afterAll(async () => {
    await app.close()
    process.stderr.write(`backdating: ${tally.ways.size} ways × ${tally.reached.size} write operations, ${tally.tried} tried: ${tally.refused} refused, ${tally.asNow} taken as now, ${tally.flagged} late entries taken and flagged, 0 succeeded\n`)
  })
  it('every write operation of every context is among those tried, most of them over a line, and by itself is taken', async () => {
    const all = contexts.flatMap(({ commands }) => Object.keys(commands))
    expect(operations.map(({ type }) => type).sort()).toStrictEqual(all.sort())
    expect(operations.filter(({ over }) => over === 'http').length).toBeGreaterThan(all.length / 2)
    for (const operation of operations) {
      const { status, fresh } = await attempt(operation, { how: 'plain', payload: operation.said.command.data })
      expect([status, fresh.map(essence)], operation.type).toStrictEqual([200, operation.plain])
    }
  })
  it.each(ways.map(({ way, of }) => ({ way, of })))('$way', async ({ way, of }) => {
    tally.ways.add(way)
    for (const operation of operations) {
      const { context } = operation.said, shape = context.commands[operation.type]!.shape as Record<string, unknown>
      for (const one of of(operation.said.command.data, (field) => field in shape)) judged(operation, one.how, await attempt(operation, one))
    }
  })
  it('a late entry beyond its bounds, in whatever form', async () => {
    const late: Operation[] = []
    for (const { type, said } of operations) if ('happenedAt' in said.context.commands[type]!.shape) {
      // One where nothing has become true by time meanwhile: that would be the newest fact, and leave no room.
      const found: Operation[] = []
      for (const one of [said, ...shown.specs.filter(({ command }) => command.type === type)]) {
        const { happenedAt: _, ...data } = one.command.data, plain = await operationOf({ ...one, command: { type, data } }, 30 * 60_000)
        if (plain && !plain.plain.some((fact) => /Deemed/.test(JSON.stringify(fact)))) { found.push(plain); break }
      }
      expect(found, type).toHaveLength(1)
      late.push(...found)
    }
    expect(late.length).toBeGreaterThanOrEqual(8)
    for (const operation of late) {
      const { last, now, said: { command: { data } } } = operation
      expect(last! < now).toBe(true)
      for (const { way, value, allowed } of claims(last!, now)) {
        tally.ways.add(way)
        const taken = await attempt(operation, { how: way, payload: { ...data, happenedAt: value } })
        if (!allowed) { judged(operation, `${way} ${String(value)}`, taken); expect(taken.status, `${operation.type} ${way} ${String(value)}`).toBeGreaterThanOrEqual(400); continue }
        tally.tried++
        expect(taken.status, `${operation.type} ${way} ${String(value)}`).toBe(200)
        for (const { meta } of taken.fresh) { expect(meta.recordedAt).toBe(now); expect(meta.occurredAt === undefined || (meta.occurredAt >= last! && meta.occurredAt <= now)).toBe(true) }
        expect(taken.fresh.some(({ meta }) => meta.occurredAt === value)).toBe(true)
        tally.flagged++
      }
      // Said twice in one body, the last counts, and it counts like any other.
      const twice = await attempt(operation, { how: 'twice', raw: JSON.stringify({ ...data, happenedAt: 'X' }).replace('"happenedAt":"X"', `"happenedAt":"${last}","happenedAt":"${wanted.at}"`) })
      judged(operation, 'a claim twice', twice)
      // Two at once, the later first: what is told second does not lie before what was told first.
      const pages = copyOf(operation.pages), say = runner(houseOf(operation, pages)), { said: { context }, id, by, type } = operation
      const claimed = (at: Instant, key: string) => say({ context, id, by, key, command: { type, data: { ...data, happenedAt: at } } })
      await Promise.all([claimed(later(now, -60_000), 'a'), claimed(last!, 'b'), claimed(later(now, -120_000), 'c')])
      const order = (await factsIn(pages)).map(occurredAt)
      expect(order).toStrictEqual([...order].sort())
      tally.ways.add('two at once, out of order')
    }
  })
  it('the same key again with other times', async () => {
    tally.ways.add('the same key again with other times')
    for (const operation of operations) {
      const { said: { context, command }, id, by, pages } = operation, mine = copyOf(pages)
      let now = operation.now
      const say = runner(houseOf(operation, mine, { now: () => now })), saying: Saying = { context, id, by, key: 'k', command }
      const first = await say(saying), told = mine.leaves.length
      for (const shift of [-864e5, 864e5]) {
        now = later(operation.now, shift)
        const again = await say({ ...saying, command: 'happenedAt' in context.commands[command.type]!.shape ? { ...command, data: { ...command.data, happenedAt: later(now, -1) } } : command })
        // History is known by its own keys, whatever command brings it.
        if (operation.type !== 'RecordHistory') expect(again).toStrictEqual(first)
        expect(mine.leaves.length).toBe(told)
        tally.tried++
        tally.refused++
      }
      expect((await factsIn(mine)).slice(pages.leaves.length).every(({ meta }) => meta.recordedAt === operation.now)).toBe(true)
    }
  })
  it.each([[-2 * 365 * 864e5, 'while the house is open'], [-2 * 365 * 864e5, 'while it is closed'], [-61_000, 'while the house is open'], [-61_000, 'while it is closed']] as const)('the server’s clock set by %i ms %s', async (by, when) => {
    tally.ways.add(`the server’s clock set back ${when}`)
    for (const operation of operations) {
      let wall = Date.parse(operation.now)
      if (when === 'while it is closed') wall += by
      const clock = systemClock({ last: operation.now, open: false, offsetMs: 0, epoch: 0 }, { wallMs: () => wall, monotonicMs: () => 0, bootMs: () => undefined })
      if (when === 'while the house is open') wall += by
      // The judge waits; for everybody else it is as late as it was.
      const taken = await attempt(operation, { how: 'clock', payload: operation.said.command.data }, { now: clock.now, keeping: clock })
      judged(operation, `clock ${when}`, taken)
      clock.now()
      if (operation.type !== 'ConfirmClock') expect(clock.state()).toBe('stepped')
      if (operation.by.role === 'policy' && (operation.said.context.name === 'supervision' || /^Deem/.test(operation.type))) expect(taken.fresh).toStrictEqual([])
      else expect(taken.status, operation.type).toBe(200)
    }
  })
  it('a number of a foreign case, by those who import nothing', async () => {
    tally.ways.add('a foreign number')
    for (const operation of operations) if (operation.said.context === cases && operation.type !== 'RecordHistory') {
      const { by, said: { command } } = operation
      const { fresh, status } = await attempt({ ...operation, id: `old:${operation.id}` }, { how: 'foreign', payload: command.data })
      tally.tried++
      tally.refused++
      expect([status >= 400 || by.role === 'policy', fresh.filter(({ type }) => type !== 'StepRefused')], operation.type).toStrictEqual([true, []])
    }
  })
  it('the import of history by anybody else, and over a case of the house', async () => {
    tally.ways.add('history by somebody who imports nothing').add('history over a case of the house')
    const history = operations.find(({ type }) => type === 'RecordHistory')!
    for (const role of ['window-clerk', 'handler', 'section-head', 'leader', 'inspector', 'system-admin', 'security-admin', 'auditor', 'applicant'] as const) {
      judged(history, `as ${role}`, await attempt({ ...history, by: { person: 'p-9', role, department: '市场监管局' }, over: 'http' }, { how: role, payload: history.said.command.data }))
    }
    const { book, say } = await openHouse()
    const person = (id: string, command: Saying['command'], key: string, by: Actor = liMin) => say({ context: cases, id, by, key, command })
    await person('X-1', { type: 'SubmitApplication', data: application }, 'k-1', zhouClerk)
    const data = history.said.command.data as { source: string; caseNo: string }, before = (await book.head()).size
    for (const [id, more] of [['X-1', {}], ['X-1', { caseNo: 'X-1' }], ['X-1', { source: '', caseNo: 'X-1' }], [`${data.source}:${data.caseNo}`, { caseNo: 'X-1' }], ['X-1', { source: 'X-1', caseNo: '' }]] as const) {
      await no(person(id, { type: 'RecordHistory', data: { ...data, ...more } }, `h ${id} ${JSON.stringify(more)}`, importer), '')
    }
    expect((await book.head()).size).toBe(before)
  })
  it('what is taken back and handed in again counts from today; what is corrected moves nothing', async () => {
    tally.ways.add('withdrawn and handed in again').add('a date corrected').add('an extension twice').add('a special procedure begun late')
    const clock = { now: at('2026-03-02', '09:00') }, { book, say } = await openHouse({ now: () => clock.now })
    let keyed = 0
    const person = (id: string, type: string, data: object, by: Actor = liMin) => say({ context: cases, id, by, key: `k-${keyed++}`, command: { type, data: data as Record<string, unknown> } })
    await person('X-1', 'SubmitApplication', application, zhouClerk)
    await person('X-1', 'AcceptCase', {})
    clock.now = at('2026-03-06', '09:00')
    await person('X-1', 'WithdrawApplication', { reason: '重新计时' }, zhouClerk)
    await no(person('X-1', 'SubmitApplication', application, zhouClerk), 'already-submitted')
    await person('X-2', 'SubmitApplication', application, zhouClerk)
    expect((await book.readStream('cases-X-2'))[0]).toMatchObject({ data: { receivedOn: '2026-03-06' }, meta: { recordedAt: clock.now } })
    await no(person('X-1', 'AcceptCase', {}), 'not-submitted')
    tally.tried++
    tally.asNow++
    await person('X-2', 'AcceptCase', {})
    const facts = () => book.readStream('cases-X-2') as Promise<Recorded<CaseEvent>[]>
    const dueNow = async () => { const view = caseView('X-2', { facts: await facts(), cards: [], calendar: calendarIn2026, rulebook: rulebook(), personName: () => undefined }, { role: 'inspector', now: clock.now }); return 'notYet' in view ? view : view.clocks.map(({ dueOn, startedOn }) => [startedOn, dueOn]) }
    const due = await dueNow()
    clock.now = at('2026-03-09', '09:00')
    for (const by of [liMin, wangQiang]) await person('X-2', 'CorrectRecord', { number: '1', target: 2, reason: '受理日写错', correct: '受理日应为 2026-02-02' }, by)
    expect((await facts()).slice(-2).map(({ type }) => type)).toStrictEqual(['RecordCorrectionProposed', 'RecordCorrected'])
    expect(await dueNow()).toStrictEqual(due)
    tally.tried++
    tally.asNow++
    for (const field of [{ happenedAt: at('2026-03-06', '10:00') }, { startedOn: '2026-03-06' }]) await no(person('X-2', 'StartSpecialProcedure', { kind: 'inspection', plannedWorkingDays: 5, approver: 'p-003', ...field }), Object.keys(field)[0]!)
    const extended = operations.find(({ type }) => type === 'ExtendLimit')!, mine = copyOf(extended.pages), again = runner(houseOf(extended, mine))
    const extend = (key: string) => again({ context: cases, id: extended.id, by: extended.by, key, command: extended.said.command })
    await extend('a')
    await no(extend('b'), 'extended-already')
  })
  it('hours, rules and items that reach back', async () => {
    tally.ways.add('office hours that reach back').add('a rule that reaches back').add('an item that reaches back')
    const inspector: Actor = { person: 'p-005', role: 'inspector', department: '监察室' }
    let reached = 0
    for (const operation of operations) {
      const { type, said: { context, command } } = operation, shape = context.commands[type]!.shape as Record<string, unknown>
      if (!('effectiveFrom' in shape)) continue
      reached++
      for (const effectiveFrom of [wanted.day, operation.now.slice(0, 10).replace('2026-03-02', '2026-03-01')]) {
        const by = operation.by.role === 'policy' ? inspector : operation.by
        const { status, fresh } = await attempt({ ...operation, by }, { how: effectiveFrom, payload: { ...command.data, effectiveFrom } })
        if (effectiveFrom >= operation.now.slice(0, 10)) continue
        tally.tried++
        tally.refused++
        expect([status >= 400, fresh], `${type} ${effectiveFrom}`).toStrictEqual([true, []])
      }
    }
    expect(reached).toBeGreaterThanOrEqual(3)
    expect(Object.keys(calendarEvents.OfficeHoursSet.schema.shape)).toContain('effectiveFrom')
    // A case that has been accepted is handled under the item as it was, whatever is published afterwards.
    const { book, say } = await openHouse()
    await say({ context: cases, id: 'X-1', by: zhouClerk, key: 'a', command: { type: 'SubmitApplication', data: application } })
    await say({ context: cases, id: 'X-1', by: liMin, key: 'b', command: { type: 'AcceptCase', data: {} } })
    const publish = operations.find(({ type }) => type === 'PublishItem')!, items = publish.said.context
    const data = (await book.readStream('items-SP-01'))[0]!.data
    for (const more of [{ effectiveFrom: wanted.day }, { version: 1 }, { publishedOn: wanted.day }]) {
      await no(say({ context: items, id: 'SP-01', by: policy, key: JSON.stringify(more), command: { type: 'PublishItem', data: { ...data, promisedWorkingDays: 20, version: 2, ...more } } }), '')
    }
    await say({ context: items, id: 'SP-01', by: policy, key: 'c', command: { type: 'PublishItem', data: { ...data, promisedWorkingDays: 20, version: 2 } } })
    await say({ context: cases, id: 'X-1', by: liMin, key: 'd', command: { type: 'CompleteHandling', data: { opinion: '同意' } } })
    const [, accepted] = await book.readStream('cases-X-1')
    expect(accepted!.data).toMatchObject({ pinned: { promisedWorkingDays: 5, itemVersion: 1 } })
  })
  it('a late entry of another day is shown as late, and found where the rule for it is met', async () => {
    tally.ways.add('an acceptance that claims to be before its receipt')
    const clock = { now: at('2026-03-02', '09:00') }, { book, say } = await openHouse({ now: () => clock.now })
    let keyed = 0
    const person = (type: string, data: object, by: Actor = liMin) => say({ context: cases, id: 'X-1', by, key: `k-${keyed++}`, command: { type, data: data as Record<string, unknown> } })
    await person('SubmitApplication', application, zhouClerk)
    for (const before of [at('2026-03-02', '08:59'), at('2026-02-27')]) await no(person('RegisterReceipt', { list: [{ name: '申请书', pages: 1 }, { name: '平面图', pages: 1 }], happenedAt: before }, zhouClerk), 'claim-out-of-bounds')
    await no(person('AcceptCase', { happenedAt: at('2026-03-01') }), 'happenedAt')
    await person('AcceptCase', {})
    clock.now = at('2026-03-05', '11:00')
    expect(await person('CompleteHandling', { opinion: '同意', happenedAt: at('2026-03-02', '10:00') })).toMatchObject({ revision: 3 })
    const facts = await book.readStream('cases-X-1') as Recorded<CaseEvent>[]
    const view = caseView('X-1', { facts, cards: [], calendar: calendarIn2026, rulebook: rulebook(), personName: () => undefined }, { role: 'inspector', now: clock.now, at: clock.now })
    if ('notYet' in view) throw new Error('not yet')
    expect(view.facts.at(-1)).toMatchObject({ late: true, occurredAt: at('2026-03-02', '10:00'), recordedAt: clock.now })
    expect(view.facts.slice(0, -1).every(({ late }) => !late)).toBe(true)
    expect(view.findings.filter(({ ruleId }) => ruleId === 'R-13').map(({ clock: of, becameTrueAt }) => [of, becameTrueAt])).toStrictEqual([['late-entry:handling:1', clock.now]])
    tally.tried++
    tally.flagged++
  })
  it('at least twenty-five ways, and of none a trace', () => {
    expect(tally.ways.size).toBeGreaterThanOrEqual(25)
    expect(tally.tried).toBe(tally.refused + tally.asNow + tally.flagged)
    expect(tally.reached.size).toBe(operations.length)
    for (const { plain } of operations) for (const trace of traces.slice(0, 3)) expect(JSON.stringify(plain)).not.toContain(trace)
  })
})
