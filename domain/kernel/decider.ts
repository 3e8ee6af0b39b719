import type { Actor, Emitted, Fact } from './events.ts'
import type { Calendar, Instant } from './values.ts'

export type Refusal<Code extends string = string> = { readonly refused: Code; readonly record?: Fact; readonly at?: string }
/** `record`: what an inspector must see of the attempt (违规操作); it goes to the offender's own stream, and the answer stays no. `at`: the place in the command that
    is to be mended, where it is one of many. */
export const refuse = <const Code extends string>(refused: Code, also: { record?: Fact; at?: string } = {}): Refusal<Code> => ({ refused, ...also })
export const isRefusal = (answer: object): answer is Refusal => 'refused' in answer

/** `id` is the subject's own; a decider is asked about one subject and otherwise would not know which. `lastAt`: when its newest fact happened. */
export type Given = { id: string; now: Instant; by: Actor; calendar: Calendar; lastAt?: Instant }
/** 参照 — another subject at its latest revision, or as of the version that this one has pinned; `among`: only these parts of it are asked about. */
export type Reference = { id: string; version?: number; among?: readonly string[] }
type Said = { type: string; data: unknown }

/** For every command of a decider, the references that it is answered with; `{}` where there are none. `id`: the subject's own. */
export type Needs<State, C extends Said, R> =
  { readonly [T in C['type']]: { readonly [N in keyof R]?: (state: State, data: Extract<C, { type: T }>['data'], id: string) => Reference | undefined } }

/** One function per command, given exactly what `needs` declares for it. A reference that does not exist is undefined. */
export type Answers<State, C extends Said, E, R, N extends Needs<State, C, R>, Code extends string> = {
  [T in C['type']]: (state: State, data: Extract<C, { type: T }>['data'], given: Given & { [K in keyof N[T] & keyof R]: R[K] | undefined }) =>
    readonly Emitted<E>[] | Refusal<Code>
}

/** Facts in, facts out. No clock, no I/O, no exceptions for what people may do. */
export type Decider<State, C extends Said, E, R = {}, Code extends string = string> = {
  needs: Needs<State, C, R>
  initial: State
  evolve(state: State, fact: E): State
  decide(state: State, command: C, given: Given & Partial<R>): readonly Emitted<E>[] | Refusal<Code>
}

/** Any decider, as the runner sees it. */
export type AnyDecider = {
  needs: Readonly<Record<string, Readonly<Record<string, (state: any, data: any, id: string) => Reference | undefined>>>>
  initial: any
  evolve(state: any, fact: any): any
  decide(state: any, command: Fact, given: any): readonly Emitted[] | Refusal
}

/** `byTime`: what the law makes true without anybody's word comes first, then the answer to the word. */
export const decider = <State, C extends Said, E, R = {}>() => <const N extends Needs<State, C, R>, Code extends string>(parts: {
  needs: N
  initial: State
  evolve(state: State, fact: E): State
  byTime?(state: State, given: Pick<Given, 'now' | 'calendar'>): readonly E[]
  answers: Answers<State, C, E, R, N, Code>
}): Decider<State, C, E, R, Code> => {
  const { needs, initial, evolve, byTime, answers } = parts
  return {
    needs, initial, evolve,
    decide(state, { type, data }, given) {
      const owed = byTime?.(state, given) ?? []
      // What time alone has made true is told now, so nothing is told before it any more.
      const since = owed.length > 0 ? { ...given, lastAt: given.now } : given
      const answer = answers[type as C['type']](owed.reduce(evolve, state), data as never, since as never)
      return isRefusal(answer) ? answer : [...owed as readonly Emitted<E>[], ...answer]
    },
  }
}
