import type { AnyDecider } from './decider.ts'
import type { Commands, Events } from './events.ts'

/** 角色 (domain.md K) — `policy` is the house itself, answering a fact or the passing of time. */
export const roles = ['applicant', 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager', 'hall-monitor', 'inspector',
  'disclosure-officer', 'complaints-officer', 'system-admin', 'security-admin', 'auditor', 'importer', 'exchange-peer', 'camera', 'policy'] as const
export type Role = typeof roles[number]

/** 范围 (domain.md K) — how far a role reaches: what is one's own, of one's department, at one's hall, in the region. */
export const scopes = ['own', 'department', 'hall', 'region'] as const
export type Scope = typeof scopes[number]
/** 对象 — by what a right on a command's subject is measured: a case and a card are somebody's; a person speaks for themselves, and their head for them;
    footage is its hall's; what belongs to the house is open to whom the command is granted. Of a kind that is not named nobody may say anything. */
export type Subject = 'case' | 'card' | 'person' | 'footage' | 'house'

/** 限界上下文 — all that the rest of the house needs to know about one. */
export type Context = {
  name: string
  zh: string
  events: Events
  commands: Commands
  /** Who may say what. */
  grants: Record<string, readonly Role[]>
  /** Of what kind the subjects of its deciders are. */
  subjects: Readonly<Record<string, Subject>>
  /** By kind of subject; '' is the kind that the context is named after. */
  deciders: Record<string, AnyDecider>
  /** Commands whose answer rests on what stands elsewhere in the context: one is answered after the other, whoever they are about. */
  inTurn?: readonly string[]
}
/** Declares a context; a command granted to nobody does not compile. */
export const context = <C extends Commands>(it: Context & { commands: C; grants: { [T in keyof C]: readonly [Role, ...Role[]] } }): Context => it

/** `cases-20260506-0001`, `supervision-card.cases.20260506-0001`: only the first dash has meaning. */
export const streamOf = (context: Context, kind: string, id: string) => `${context.name}-${kind && `${kind}.`}${id}`
/** The context's name in a stream's. */
export const contextNameOf = (stream: string) => stream.slice(0, stream.indexOf('-'))

/** Kinds of subject that have streams without a decider of their own: the record of refused attempts. */
const recorded = ['officer']
/** An id that makes a stream of its own: said, not so long, and not in the place of another kind. A number of our own is visible from end to end;
    a foreign one (`source:number`) is kept as it is, whatever it looks like. */
export const isIdOf = (id: string, otherKinds: readonly string[]) =>
  id.length > 0 && id.length <= 300 && id.isWellFormed() && !id.includes('\0')
  && (id.includes(':') || (!/[\p{Cc}\p{Cf}]/u.test(id) && id.trim() === id))
  && !otherKinds.some((kind) => id.startsWith(`${kind}.`))

/** The decider that answers a command is the one whose `needs` lists it; `others`: kinds whose streams its ids must not look like. */
export function answering(context: Context, type: string) {
  const [kind, decider] = Object.entries(context.deciders).find(([, d]) => type in d.needs) ?? []
  if (kind === undefined || !decider) throw new Error(`nobody in ${context.name} answers ${type}`)
  const others = kind === '' ? [...Object.keys(context.deciders).filter((other) => other !== ''), ...recorded] : []
  return { kind, decider, others }
}
