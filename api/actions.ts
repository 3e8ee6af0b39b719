import type { FastifyInstance } from 'fastify'
import { caseCommands } from '../domain/cases/events.ts'
import type { Role } from '../domain/kernel/context.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { caseFor } from './access/case-for.ts'
import { caseReaders, standingOf, type Standing } from './access/standing.ts'
import { scalesOf, type Command, type Weighed } from './case-work.ts'
import { kebab } from './commands.ts'
import { looked } from './privacy/looks.ts'
import { refused } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

type Choice = { value: string | number; name?: string; post?: string; refused?: Why }
type Why = { code: string; zh: string; en: string }
type Fee = { standardId: string; name: string; amountFen: number }
/** 可做之事 — `choices`: for fields of few words, those that would be heard, and why the others would not. `late`: it may be entered afterwards, with the instant at which it happened. */
export type ActionView = { command: string; as: Role; late?: true; choices?: Record<string, Choice[]>; next?: { step: string; people: { person: string; name: string }[] } }
export type CaseActions = {
  id: string; revision: number; step?: string
  /** 补录 lies not before this, the case's newest fact; told to whoever may enter something afterwards. */
  lateFrom?: Instant
  /** 下一步 of the flow, where it is the asker's to say. */
  primary?: ActionView
  beside: ActionView[]
  /** 不能做的 — of what an official would expect at this stage, and why not. */
  refused: (Why & { command: string })[]
  materials: string[]; asked?: string[]; fees: Fee[]; chargedFen: number
  /** 可交附件, by its own way. */
  attaches: boolean
}

/** 主干 — the steps of the flow and what waits before them, the first that is allowed is the next one. */
const trunk: readonly Command[] = ['SubmitSupplement', 'EndSpecialProcedure', 'RecordSuperiorDecision', 'AcceptCase', 'GiveSubOpinion', 'CompleteHandling', 'ReviewCase', 'ApproveCase',
  'ReportUp', 'DecideCase', 'ConcludeCase', 'DeliverResult', 'ArchiveCase']
/** Of the law itself, or of the hall's own ways: what somebody may well try here. Everything else that is refused is simply not there. */
const expected: Partial<Record<Command, readonly string[]>> = {
  AcceptCase: ['materials-incomplete', 'not-authorised'], RequestSupplement: ['asked-once-already', 'special-procedure-running'],
  CompleteHandling: ['same-person-twice', 'not-authorised'], ReviewCase: ['same-person-twice'], ApproveCase: ['same-person-twice'], SendBack: ['same-person-twice'],
  DecideCase: ['same-person-twice', 'opinions-missing', 'superior-not-decided', 'superior-decided-otherwise'], ReportUp: ['same-person-twice'],
  StartSpecialProcedure: ['same-person-twice', 'special-procedure-running', 'not-authorised'],
  ExtendLimit: ['extended-already', 'past-the-due-day', 'not-authorised', 'not-head-of-government'],
  ConcludeCase: ['opinions-missing'], GiveSubOpinion: ['not-authorised'],
}
const why = (code: string): Why => { const { title, en } = refused(code); return { code, zh: title, en } }
/** Fields whose words come from the item or the house, even where there is only one. */
const lookedUp = ['approver', 'subCase', 'department', 'kind', 'standardId']
/** Handed in by its own way. */
const elsewhere: readonly Command[] = ['AttachDocument']

/** 此刻对此件能说什么 — judged by the deciders themselves, and nothing is written. */
export async function actionsFor(rooms: Rooms, who: Standing, id: string): Promise<CaseActions> {
  const scales = await scalesOf(rooms, who, id), { people, item, state, step } = scales, weighed = await scales.all()
  const named = new Map(people.map((one) => [one.person, one]))
  const choice = (field: string, value: unknown, code: string | undefined): Choice => {
    const person = field === 'approver' ? named.get(value as string) : undefined, sub = field === 'subCase' ? state.subCases.find((one) => one.subCase === value) : undefined
    return { value: value as string | number, ...(person && { name: person.name, post: `${person.department} ${person.post}` }), ...(sub && { name: sub.department }),
      ...(code !== undefined && { refused: why(code) }) }
  }
  const view = ({ command, as, choices, body }: Weighed): ActionView => {
    const few = Object.entries(choices).map(([field, tried]) => [field, tried.map(({ value, refused: code }) => choice(field, value, code))] as const)
    const one = lookedUp.flatMap((field) => field in choices || body[field] === undefined ? [] : [[field, [choice(field, body[field], undefined)]] as const])
    const all = [...few, ...one]
    const late = as !== 'applicant' && 'happenedAt' in caseCommands[command].shape
    return { command: kebab(command), as, ...(late && { late }), ...(all.length > 0 && { choices: Object.fromEntries(all) }) }
  }
  const allowed = weighed.filter((one) => one.refused === undefined && !one.idle && !elsewhere.includes(one.command))
  const first = trunk.map((command) => allowed.find((one) => one.command === command)).find((one) => one !== undefined)
  const beside = allowed.filter((one) => one !== first).map(view), primary = first && view(first)
  const next = first && first.as !== 'applicant' ? await scales.following(first) : undefined // who goes on is the house's own to know
  return {
    id, revision: scales.revision, ...(step !== undefined && { step }),
    ...(scales.lastAt && [...beside, ...primary ? [primary] : []].some(({ late }) => late) && { lateFrom: scales.lastAt }),
    ...(primary && { primary: { ...primary, ...(next && { next }) } }), beside,
    refused: weighed.flatMap(({ command, refused: code }) => code !== undefined && expected[command]?.includes(code) ? [{ command: kebab(command), ...why(code) }] : []),
    materials: (item?.materials ?? []).map(({ name }) => name), ...(state.asked && { asked: [...state.asked] }), fees: [...item?.fees ?? []],
    chargedFen: state.chargedFen - state.refundedFen, attaches: weighed.some((one) => one.command === 'AttachDocument' && one.refused === undefined),
  }
}

/** GET /api/cases/:id/actions */
export const actionsRoute = (app: FastifyInstance, rooms: Rooms) =>
  app.get<{ Params: { id: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/actions', { config: { access: caseReaders, looks: true } }, async (request) => {
    only(request.query)
    const who = standingOf(request), { id } = await caseFor(rooms, who, request.params.id)
    const actions = await actionsFor(rooms, who, id)
    await looked(rooms, who, 'case', [id])
    return actions
  })
