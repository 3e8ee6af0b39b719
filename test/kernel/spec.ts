import { expect } from 'vitest'
import type { Context } from '../../domain/kernel/context.ts'
import { isRefusal, type Decider, type Given, type Refusal } from '../../domain/kernel/decider.ts'
import { businessOrder, occurredAt, read, type Actor, type Claim, type Emitted, type Fact, type Recorded } from '../../domain/kernel/events.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { instantIn } from '../../domain/kernel/zones.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'

/** A command that made facts, and all that it was given. */
export type Shown = { context: Context; given: readonly Emitted<Fact>[]; command: Fact; with_: Record<string, unknown> }
/** What the specs of this run have shown; the uniformity test asks for what is missing. */
export const shown = { emitted: new Set<string>(), refused: new Set<string>(), answered: new Set<string>(), specs: [] as Shown[] }

const changers = ['add', 'set', 'delete', 'clear'] as const
/** Frozen to the bottom; a set or map, which cannot be, refuses to be changed. */
export const frozen = <T>(x: T): T => {
  if (typeof x !== 'object' || x === null || Object.isFrozen(x)) return x
  if (x instanceof Set || x instanceof Map) {
    for (const name of changers) if (name in x) Object.defineProperty(x, name, { value: () => { throw new Error('a state was changed in place') } })
    for (const inner of x.values()) frozen(inner)
  }
  Object.freeze(x)
  Object.values(x).forEach(frozen)
  return x
}
const lawful = ({ events }: Context, facts: readonly Fact[]) => facts.forEach(({ type, data }) =>
  expect(read(events, { type, data }, events[type]!.version), `${type} is read back as it was written`).toStrictEqual({ type, data }))

/** As they would lie in the book, so that a state is folded in the order in which the runner folds it. */
const recorded = <E extends Fact>(facts: readonly Emitted<E>[]) => businessOrder(facts.map((fact, i) => {
  const { occurredAt, source } = fact.claim ?? {}
  return { ...fact, meta: { revision: i + 1, recordedAt: tenOClock, ...(occurredAt && { occurredAt }), ...(source && { source }) } } as Recorded<E>
}))
const inOrder = <E extends Fact>(facts: readonly Emitted<E>[]): readonly E[] => recorded(facts).map(({ type, data }) => ({ type, data }) as E)
/** When the newest of them happened. */
const newest = (facts: readonly Emitted<Fact>[]) => {
  const last = recorded(facts).at(-1)
  return last && { lastAt: occurredAt(last) }
}
const keysOf = (facts: readonly { claim?: Claim }[]) => new Set(facts.flatMap(({ claim }) => claim ? [claim.key] : []))
/** A fact with a key of its own is told once, whatever command brings it: the runner drops it the second time. */
const newAmong = <E>(answer: readonly Emitted<E>[], known: ReadonlySet<string>) => answer.filter(({ claim }) => !claim || !known.has(claim.key))

/** given facts, when told, then exactly these new facts — in order, and nothing beside them. */
export const specOf = <S, C extends Fact, E extends Fact, R, Code extends string>(context: Context, decider: Decider<S, C, E, R, Code>) =>
  (...given: Emitted<E>[]) => ({
    when(command: C, with_: Partial<Given> & { [N in keyof R]?: R[N] | undefined } = {}) {
      lawful(context, given)
      expect(context.commands[command.type]!.parse(command.data), 'the command parses as it is').toStrictEqual(command.data)
      const state = frozen(inOrder(frozen(given)).reduce(decider.evolve, frozen(decider.initial)))
      const { id = 'X-1', now = tenOClock, by = liMin, calendar = calendarIn2026, lastAt, ...references } = with_
      const needs = decider.needs[command.type as C['type']] as Record<string, (state: S, data: unknown, id: string) => unknown>
      expect(Object.keys(needs), 'the command is given nothing that it does not need').toEqual(expect.arrayContaining(Object.keys(references)))
      // What comes under any circumstances is named; of attachments and forms only where something names one.
      for (const name of Object.keys(needs)) if (!['attachments', 'forms'].includes(name) || needs[name]!(state, command.data, id) !== undefined) expect(Object.keys(references), `it needs ${name}`).toContain(name)
      for (const [name, reference] of Object.entries(references)) {
        if (reference !== undefined) expect(needs[name]!(state, command.data, id), `${name} is asked for as things stand`).toBeDefined()
      }
      const decide = (facts: readonly Emitted<E>[]) =>
        decider.decide(frozen(inOrder(facts).reduce(decider.evolve, frozen(decider.initial))), frozen(command), frozen({ id, now, by, calendar, ...(lastAt ? { lastAt } : newest(facts)), ...references } as Given & R))
      const answer = decide(given)
      expect(decide(given), 'asked again of the same, it says the same').toStrictEqual(answer)
      const facts = (answer: readonly Emitted<E>[] | Refusal) => isRefusal(answer) ? answer : newAmong(answer, keysOf(given))
      return {
        then(...expected: Emitted<E>[]) {
          expect(facts(answer)).toStrictEqual(expected)
          lawful(context, expected) // what we emit, we can read back
          const told = [...given, ...expected]
          const again = decide(told) // said twice, done once
          expect(isRefusal(again) ? [] : newAmong(again, keysOf(told)), 'a repeated command made new facts').toStrictEqual([])
          for (const { type } of expected) shown.emitted.add(type)
          shown.answered.add(`${context.name} ${command.type}`)
          if (expected.length > 0) shown.specs.push({ context, given, command, with_ })
        },
        thenRefused(code: Code, record?: E, at?: string) {
          expect(answer).toStrictEqual({ refused: code, ...(record && { record }), ...(at !== undefined && { at }) })
          if (record) { lawful(context, [record]); shown.emitted.add(record.type) }
          shown.refused.add(code)
        },
      }
    },
  })

export const day = (text: string) => text as Day
/** Wall time where the hall stands; Enshi keeps Beijing time. */
export const at = (date: string, time = '10:00', zone = 'Asia/Shanghai'): Instant => instantIn(zone, day(date), time)
const tenOClock = at('2026-03-02')

const actor = (role: string, department = '市场监管局') => (person: string): Actor => ({ person, role, department })
/** 李敏 handles, 王强 heads the section, 陈局 leads; the others act where a spec says so. */
export const liMin = actor('handler')('p-001')
export const wangQiang = actor('section-head')('p-002')
export const chenJu = actor('leader')('p-003')
export const zhouClerk = actor('window-clerk')('p-004')
export const heInspector = actor('inspector', '监察室')('p-005')
export const importer = actor('importer', '')('importer')
export const policy = actor('policy', '')('policy')
