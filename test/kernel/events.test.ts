import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { answering, contextNameOf, streamOf } from '../../domain/kernel/context.ts'
import { businessOrder, command, event, inBusinessOrder, isOver, occurredAt, read, type Recorded } from '../../domain/kernel/events.ts'
import { Day, Fen, Instant, isSealed, personal, plainOf, subjectField, type Sealed } from '../../domain/kernel/values.ts'
import { cases } from '../../domain/cases/index.ts'
import { supervision } from '../../domain/supervision/index.ts'
import { isNothing, moved, sum, type Counts } from '../../projections/kernel.ts'

const instants = Array.from({ length: 4 }, (_, i) => `2026-03-0${i + 1}T02:00:00.000Z` as Instant)
/** Few instants and few places, so that ties are the rule. */
const stream = fc.array(fc.record({ recorded: fc.constantFrom(...instants), occurred: fc.option(fc.constantFrom(...instants), { nil: undefined }), order: fc.option(fc.nat(3), { nil: undefined }) }), { maxLength: 12 })
  .map((told) => told.map(({ recorded, occurred, order }, i) => ({ type: 'T', data: {}, meta: {
    position: i + 1, stream: 's-1', revision: i + 1, id: `${i}`, version: 1, recordedAt: recorded, actor: { person: 'p', role: 'r', department: 'd' }, region: '', cause: '',
    ...(occurred && { occurredAt: occurred }), ...(order !== undefined && { source: { name: 'x', batch: 'b', order } }),
  } }) as Recorded))
const sign = (n: number) => Math.sign(n) + 0

describe('业务次序', () => {
  it('is a total order: of two facts one comes first, and of three it stays so', () => fc.assert(fc.property(stream, (facts) => {
    for (const a of facts) for (const b of facts) {
      expect(sign(inBusinessOrder(a, b))).toBe(sign(-inBusinessOrder(b, a)))
      expect(inBusinessOrder(a, b) === 0).toBe(a === b)
      for (const c of facts) if (inBusinessOrder(a, b) < 0 && inBusinessOrder(b, c) < 0) expect(inBusinessOrder(a, c)).toBeLessThan(0)
    }
  }), { numRuns: 200 }))
  it('does not depend on how the facts came', () => fc.assert(fc.property(stream.chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length }))), ([facts, shuffled]) => {
    fc.pre(facts.some(({ meta }) => meta.occurredAt !== undefined))
    expect(businessOrder(shuffled)).toStrictEqual(businessOrder(facts))
  })))
  it('goes by when it happened, then by the place in the file, then as it was told', () => fc.assert(fc.property(stream, (facts) => {
    const named = [...facts].sort(inBusinessOrder).map((fact) => [occurredAt(fact), fact.meta.source?.order ?? 0, fact.meta.revision] as const)
    const sorted = [...named].sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1] || a[2] - b[2])
    expect(named).toStrictEqual(sorted)
  })))
  it('what was told in a later epoch of the clock comes later, whatever the instants say; what a source dates goes by its own time', () => {
    const epochs = fc.tuple(stream, fc.array(fc.nat(2), { minLength: 12, maxLength: 12 })).map(([facts, of]) => facts.map((fact, i) => ({ ...fact, meta: { ...fact.meta, ...(of[i]! > 0 && { epoch: of[i]! }) } })))
    fc.assert(fc.property(epochs, (facts) => {
      // By another road: bins by epoch, those of sources in the first, each sorted by time, place and revision.
      const bins = [0, 1, 2].map((epoch) => facts.filter(({ meta }) => (meta.source ? 0 : meta.epoch ?? 0) === epoch)
        .sort((a, b) => Date.parse(occurredAt(a)) - Date.parse(occurredAt(b)) || (a.meta.source?.order ?? 0) - (b.meta.source?.order ?? 0) || a.meta.revision - b.meta.revision))
      expect([...facts].sort(inBusinessOrder)).toStrictEqual(bins.flat())
    }), { numRuns: 300 })
  })
  it('of an epoch that is over all is known since the next began, and before that by its own time; of the newest nothing is', () => {
    const newest = { epoch: 2, began: instants[1]! }, fact = (epoch: number | undefined, source?: object) => ({ type: 'T', data: {}, meta: { ...(epoch && { epoch }), ...(source && { source }) } }) as unknown as Recorded
    expect([fact(undefined), fact(1), fact(2), fact(undefined, {})].map((one) => [instants[0]!, instants[1]!, instants[2]!].map((at) => isOver(one, at, newest))))
      .toStrictEqual([[false, true, true], [false, true, true], [false, false, false], [false, false, false]])
    expect(isOver(fact(undefined), instants[3]!, undefined)).toBe(false)
  })
  it('keeps what nobody dates as it was told, and leaves the list that it was given alone', () => fc.assert(fc.property(stream, (facts) => {
    const before = [...facts]
    const ordered = businessOrder(facts)
    expect(facts).toStrictEqual(before)
    if (!facts.some(({ meta }) => meta.occurredAt !== undefined)) expect(ordered).toStrictEqual(before)
  })))
})

describe('事实的形状', () => {
  const events = {
    Told: event({ name: z.string(), channel: z.string(), hall: z.string() },
      (v1: { who: string }) => ({ name: v1.who }), (v2: object) => ({ ...v2, channel: 'window' }), (v3: object) => ({ ...v3, hall: 'H-1' })),
  }
  it('a step is run for each version that lies between, and none that does not', () => {
    const shapes = [{ who: '甲' }, { name: '甲' }, { name: '甲', channel: 'window' }, { name: '甲', channel: 'online', hall: 'H-2' }]
    expect(events.Told.version).toBe(4)
    expect(shapes.map((data, i) => read(events, { type: 'Told', data }, i + 1).data)).toStrictEqual([
      ...Array.from({ length: 3 }, () => ({ name: '甲', channel: 'window', hall: 'H-1' })), { name: '甲', channel: 'online', hall: 'H-2' }])
  })
  it('what cannot be read is not passed on', () => {
    expect(() => read(events, { type: 'Untold', data: {} }, 1)).toThrow('no such event: Untold')
    expect(() => read(events, { type: 'Told', data: { name: '甲', channel: 'window' } }, 4)).toThrow()
    expect(() => read(events, { type: 'Told', data: { name: '甲', channel: 'window', hall: 'H-1', more: 1 } }, 4)).toThrow('more')
    expect(() => read(events, { type: 'Told', data: { name: '甲' } }, 4)).toThrow()
  })
  it('an instant is UTC to the millisecond, a day is a day that there is, money is whole cents', () => {
    const accepts = (schema: z.ZodType, ...values: unknown[]) => values.map((value) => schema.safeParse(value).success)
    expect(accepts(Instant, '2026-03-02T02:00:00.000Z', '2026-03-02T02:00:00Z', '2026-03-02T10:00:00.000+08:00', '2026-02-30T02:00:00.000Z', 0)).toStrictEqual([true, false, false, false, false])
    expect(accepts(Day, '2024-02-29', '2026-02-29', '2026-3-2', '2026-03-02T00:00:00.000Z')).toStrictEqual([true, false, false, false])
    expect(accepts(Fen, 0, 3500, -1, 0.5, '1', 2 ** 53)).toStrictEqual([true, true, false, false, false, false])
  })
})

describe('个人信息', () => {
  const envelope: Sealed = { subject: 'a-1', matter: 'cases-1', sealed: 'x' }
  const shape = { applicantId: z.string().optional(), name: personal(z.string().min(1).optional(), 'applicantId'), note: z.string().optional() }
  const said = command(shape), { schema: told } = event(shape)
  it('is said in the clear; an envelope from outside is a forgery', () => {
    expect(said.safeParse({ applicantId: 'a-1', name: '张三' }).success).toBe(true)
    expect(said.safeParse({ applicantId: 'a-1', name: envelope }).success).toBe(false)
    expect(said.safeParse({ applicantId: 'a-1', name: '' }).success).toBe(false)
  })
  it('is told under seal', () => {
    expect(told.parse({ applicantId: 'a-1', name: envelope })).toStrictEqual({ applicantId: 'a-1', name: envelope })
    expect(told.safeParse({ applicantId: 'a-1', name: { ...envelope, more: 1 } }).success).toBe(false)
  })
  it('may be left out on both sides', () => {
    expect(said.parse({})).toStrictEqual({})
    expect(told.parse({})).toStrictEqual({})
  })
  it('says whose it is, and the fields beside it are nobody’s', () => {
    expect([subjectField(shape.name), subjectField(shape.note), subjectField(shape.applicantId)]).toStrictEqual(['applicantId', undefined, undefined])
    expect(plainOf(shape.note)).toBe(shape.note)
    expect(plainOf(shape.name)).not.toBe(shape.name)
  })
  it('a wrapper around the mark would hide it, so the mark goes outermost', () => expect(subjectField(shape.name.optional())).toBeUndefined())
  it('every mark of the house names a field beside it', () => {
    const { schema } = cases.events['ApplicationSubmitted']!
    const marked = Object.entries(schema.shape).filter(([, field]) => subjectField(field))
    expect(marked.map(([name]) => name)).toStrictEqual(['applicantName', 'applicantNumber', 'agentName', 'form'])
    for (const [, field] of marked) expect(schema.shape).toHaveProperty(subjectField(field)!)
  })
  it('is known from what only looks like it', () => {
    expect(isSealed(envelope)).toBe(true)
    expect([null, undefined, 'sealed', {}, { sealed: 'x' }, { subject: 'a', sealed: 'x' }].some(isSealed)).toBe(false)
  })
})

describe('流', () => {
  it('names its context before the first dash, whatever follows', () => {
    expect(contextNameOf(streamOf(cases, '', 'receipt:case-10011'))).toBe('cases')
    expect(streamOf(supervision, 'card', 'cases.receipt:case-10011')).toBe('supervision-card.cases.receipt:case-10011')
  })
  it('a command is answered by the decider whose needs list it, and by nobody else', () => {
    expect(answering(supervision, 'PublishRule').kind).toBe('rule')
    expect(() => answering(supervision, 'AcceptCase')).toThrow('nobody in supervision answers AcceptCase')
  })
})

describe('汇总', () => {
  type Row = { department: string; open: boolean }
  const group = moved<Row>(({ department, open }) => [[department, open ? { open: 1, closed: 0 } : { open: 0, closed: 1 }]])
  const row = fc.record({ department: fc.constantFrom('甲', '乙'), open: fc.boolean() })
  const history = fc.array(fc.record({ key: fc.constantFrom('1', '2', '3'), row: fc.option(row, { nil: undefined }) }), { maxLength: 30 })
  it('figures moved by every change of a row are those counted from the rows at the end', () => fc.assert(fc.property(history, (changes) => {
    const rows = new Map<string, Row>(), figures: Record<string, Counts> = {}
    for (const { key, row } of changes) {
      for (const [at, delta] of group(rows.get(key), row)) figures[at] = sum(figures[at], delta)
      if (row) rows.set(key, row)
      else rows.delete(key)
    }
    for (const department of ['甲', '乙']) {
      const own = [...rows.values()].filter((row) => row.department === department)
      expect({ open: 0, closed: 0, ...figures[department] }).toEqual({ open: own.filter(({ open }) => open).length, closed: own.filter(({ open }) => !open).length })
      if (figures[department]) expect(isNothing(figures[department])).toBe(own.length === 0)
    }
  })))
  it('adds what the total did not know, and changes neither', () => {
    const total = Object.freeze({ a: 1 }), delta = Object.freeze({ a: -1, b: 2 })
    expect(sum(total, delta)).toStrictEqual({ a: 0, b: 2 })
    expect(sum(undefined, delta)).toStrictEqual({ a: -1, b: 2 })
    expect([isNothing({}), isNothing({ a: 0 }), isNothing({ a: 0, b: 1 })]).toStrictEqual([true, true, false])
  })
})
