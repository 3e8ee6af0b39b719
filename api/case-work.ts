import type { Case } from '../domain/cases/evolve.ts'
import { nextStep } from '../domain/cases/evolve.ts'
import { cases } from '../domain/cases/index.ts'
import type { ItemReference } from '../domain/cases/needs.ts'
import type { Role } from '../domain/kernel/context.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { Actor, Emitted } from '../domain/kernel/events.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { PersonRow } from '../projections/people.ts'
import { ownedOf } from './access/owned.ts'
import { grantedTo, roleFor } from './access/speaking.ts'
import { actorOf, type Standing } from './access/standing.ts'
import { probedFile, probes, type Probing } from './case-work-probes.ts'
import { directory } from './naming.ts'
import { referencesFrom } from './references.ts'
import type { Rooms } from './rooms.ts'
import { weighing } from './tell.ts'

export type Command = keyof typeof probes
export const sayable = Object.keys(probes) as Command[]
type Body = Record<string, unknown>
/** One word that was tried: what would come of it. */
type Tried = { value: unknown; refused?: string }
/** 试得的答复 — `choices`: of every field with more than one word, what each would come to, the others said as in `body`. Allowed: something would be written. */
export type Weighed = { command: Command; as: Role; body: Body; refused?: string; idle?: true; choices: Readonly<Record<string, readonly Tried[]>> }
type Scales = Awaited<ReturnType<typeof weighing>>

/** Own department first; of a joint case the government decides, so that others may approve too. */
const leadersFor = (people: readonly PersonRow[], item: ItemReference | undefined) => {
  const leaders = people.filter(({ roles }) => roles.includes('leader')), own = leaders.filter(({ department }) => department === item?.department)
  return item?.caseType === 'JOINT' ? [...own, ...leaders.filter((one) => !own.includes(one))] : own
}
/** Every way of taking one of each, the first ones first. */
function* ways(fields: readonly (readonly [string, readonly unknown[]])[]): Generator<Body> {
  const [first, ...rest] = fields
  if (!first) { yield {}; return }
  for (const value of first[1]) for (const more of ways(rest)) yield { [first[0]]: value, ...more }
}
const mostWays = 400

async function weigh(scales: Scales, command: Command, by: Actor, on: Probing): Promise<Omit<Weighed, 'as'>> {
  const fields = Object.entries(probes[command](on)) as [string, readonly unknown[]][]
  const decided = (body: Body) => scales.decide({ type: command, data: body }, by, on.state)
  const body = Object.fromEntries(fields.map(([name, values]) => [name, values[0]])), first = await decided(body)
  let found = body, answer = first, left = mostWays
  if (isRefusal(first)) for (const way of ways(fields)) {
    if (left-- === 0) break
    const next = await decided(way)
    if (!isRefusal(next)) { found = way; answer = next; break }
  }
  const choices: Record<string, Tried[]> = {}
  for (const [name, values] of fields) if (values.length > 1) {
    choices[name] = await Promise.all(values.map(async (value) => {
      const next = await decided({ ...found, [name]: value })
      return isRefusal(next) ? { value, refused: next.refused } : { value }
    }))
  }
  return { command, body: found, choices, ...(isRefusal(answer) ? { refused: answer.refused } : answer.length === 0 && { idle: true as const }) }
}

/** 称一称 — a case as the deciders have it now, for somebody. */
export async function scalesOf(rooms: Rooms, who: Standing, id: string) {
  const { book, now, keeping, founding, calendars, rows, modules = [] } = rooms, today = () => dayIn(founding.zone, now())
  const more = modules.flatMap(({ rules, patterns }) => [...rules, ...patterns])
  const references = { ...referencesFrom(book, more, { rows, today }), attachments: async () => [probedFile] }
  const scales = await weighing({ book, now, references, ...(keeping && { keeping }), calendar: () => calendars.ofKnown('', founding.zone, today()) }, cases, id)
  const state = scales.state as Case, { people } = await directory(rooms)
  const item = state.itemCode === '' ? undefined : await references.item({ id: state.itemCode, ...(state.pinned && { version: state.pinned.itemVersion }) })
  const leaders = leadersFor(people, item), on: Probing = { state, item, leaders: leaders.map(({ person }) => person) }
  const owned = ownedOf(rooms, id), house = { owned: () => owned }
  return {
    ...scales, state, item, leaders, people, step: nextStep(state),
    /** Every command that is granted to one of their roles over this case. */
    async all(): Promise<Weighed[]> {
      const found = await Promise.all(sayable.map(async (command) => {
        if (!who.grants.some(({ role }) => grantedTo(cases, command).includes(role))) return []
        const as = await roleFor(house, cases, who, id, { type: command, data: {} })
        return 'status' in as ? [] : [{ ...await weigh(scales, command, actorOf(who, as), on), as: as.role }]
      }))
      return found.flat()
    },
    /** What a word would come to, and who could go on from there: by the step that then comes, those who would be heard and not refused. */
    async following({ command, body, as }: Weighed): Promise<{ step: string; people: { person: string; name: string }[] } | undefined> {
      const answer = await scales.decide({ type: command, data: body as never }, actorOf(who, { role: as, scope: 'own' }))
      if (isRefusal(answer)) return undefined
      const then = scales.after(answer as readonly Emitted[]) as Case, step = nextStep(then)
      const next = step === 'reviewing' ? ['ReviewCase', 'section-head'] as const : step === 'approving' ? ['ApproveCase', 'leader'] as const : undefined
      if (step === undefined || !next) return step === undefined ? undefined : { step, people: [] }
      const [command2, role] = next, able = people.filter(({ grants }) => grants.some((grant) => grant.role === role && (grant.scope === 'region' || grant.of === item?.department)))
      const heard = await Promise.all(able.map(async ({ person, name, department }) =>
        isRefusal(await scales.decide({ type: command2, data: { opinion: '—', result: 'pass' } }, { person, role, department }, then)) ? [] : [{ person, name }]))
      return { step, people: heard.flat() }
    },
  }
}
