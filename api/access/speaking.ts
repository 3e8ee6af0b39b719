import { mayView, maySpeakFor, type Grant, type Owned } from '../../domain/identity/reach.ts'
import { answering, type Context, type Role, type Subject } from '../../domain/kernel/context.ts'
import type { Fact } from '../../domain/kernel/events.ts'
import { problem, type Problem } from '../problems.ts'
import { actingAs, viewingAs, type Standing } from './standing.ts'

/** Whose the subject of a command is; nothing where there is none. */
export type OwnerOf = (subject: Subject, id: string, command: Fact) => Promise<Owned | 'everybody' | undefined>
/** The same words for what is not there and for what is not theirs: who asks learns nothing of numbers. */
const noSuch = (id: string) => problem(404, 'no-such-case', `没有编号为 ${id} 的办件`, `There is no case ${id}`, { field: 'id' })
const noSuchFootage = problem(404, 'no-such-footage', '没有这台摄像机、这次保全或调取', 'There is no such camera, hold or export')
const beyond = problem(403, 'beyond-your-reach', '这件不在您的办理范围内', 'This is beyond what your role reaches')

/** 授权的角色 — those to whom a command is granted; what the house alone says is said over no line. */
export const grantedTo = (context: Context, type: string): readonly Role[] => (context.grants[type] ?? []).filter((role) => role !== 'policy')

/** 申办 — an applicant applies in their own name, under a number that begins with it, so that nobody tries the numbers of others; a clerk at a hall that
    is theirs. */
export function asApplied({ person, grants }: Standing, id: string, { type, data }: Fact): Fact | Problem {
  if (type !== 'SubmitApplication') return { type, data }
  if (grants.some(({ role, scope, of }) => role === 'window-clerk' && (scope === 'region' || (scope === 'hall' && of === data['hall'])))) return { type, data }
  if (!grants.some(({ role }) => role === 'applicant')) return problem(403, 'beyond-your-reach', '不是您的大厅', 'This is not your hall', { field: 'hall' })
  if ((data['applicantId'] ?? person) !== person) return problem(422, 'not-in-your-name', '只能以自己的名义申办', 'You apply in your own name', { field: 'applicantId' })
  if (!id.startsWith(`${person}-`)) return problem(422, 'number-not-yours', `编号须以 ${person}- 开头`, `The number begins with ${person}-`, { field: 'id' })
  return { type, data: { ...data, applicantId: person } }
}

/** In which role somebody may say this of this subject, or why they may not. */
export async function roleFor({ owned }: { owned: OwnerOf }, context: Context, who: Standing, id: string, command: Fact): Promise<Grant | Problem> {
  const granted = grantedTo(context, command.type), subject = context.subjects[answering(context, command.type).kind]
  const of = subject === undefined ? undefined : await owned(subject, id, command)
  if (of === 'everybody') return actingAs(who, granted) ?? beyond
  // Of a person the same words whether there is one or not.
  if (subject === 'person') return actingAs({ ...who, grants: of ? who.grants.filter((grant) => maySpeakFor(grant, who, { person: id, department: of.department })) : [] }, granted) ?? beyond
  // Of footage too the same words for what is not there and for what hangs in another's hall.
  if (subject === 'footage') return (of && actingAs({ ...who, grants: who.grants.filter((grant) => mayView(grant, who, of)) }, granted, of)) ?? noSuchFootage
  if (!of) return noSuch(id)
  // Of a card one speaks for oneself: what goes on record as an attempt with a case is no appeal.
  const grants = subject === 'card' ? who.grants.filter((grant) => mayView(grant, who, of)) : who.grants
  return actingAs({ ...who, grants }, granted, of) ?? (viewingAs(who, of) ? beyond : noSuch(id))
}
