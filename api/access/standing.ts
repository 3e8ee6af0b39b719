import type { FastifyRequest } from 'fastify'
import type { Role } from '../../domain/kernel/context.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { mayAct, mayView, type Grant, type Owned } from '../../domain/identity/reach.ts'

/** 查阅事由 — why somebody looks, said before they look and standing for a while. */
export type Purpose = { text: string; caseNo?: string; until: Instant }
/** 身份 — who asks, as what, and how far that reaches; as the facts have it at this moment. */
export type Standing = {
  person: string; name: string; department: string; post: string; hall?: string
  grants: readonly Grant[]
  /** The session that it comes from, by the name under which the book knows it. */
  session: string
  purpose?: Purpose
}
declare module 'fastify' { interface FastifyRequest { standing?: Standing } }

/** 能看办件的角色 (domain.md K); how far each of them reaches is looked at object by object. */
export const caseReaders: readonly Role[] = ['applicant', 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager', 'hall-monitor', 'inspector', 'auditor']
/** Who asks; behind a gate there always is one. */
export function standingOf({ standing }: FastifyRequest): Standing {
  if (!standing) throw new Error('nobody is standing behind the gate')
  return standing
}
export const hasRole = ({ grants }: Standing, roles: readonly Role[]) => grants.some(({ role }) => roles.includes(role))
/** 眼 — who sees the most of a case comes first: of several roles, one looks with these. */
const eyes: readonly Role[] = ['inspector', 'auditor', 'leader', 'section-head', 'handler', 'hall-manager', 'hall-monitor', 'window-clerk', 'applicant']
export const byEyes = (a: Grant, b: Grant) => eyes.indexOf(a.role) - eyes.indexOf(b.role)
/** The role in which one of these grants lets them see it. */
export const viewingAs = (who: Standing, owned: Owned): Grant | undefined => [...who.grants].sort(byEyes).find((grant) => mayView(grant, who, owned))
/** Likewise say a command that is granted to some roles. */
export const actingAs = (who: Standing, granted: readonly Role[], owned?: Owned): Grant | undefined =>
  who.grants.find((grant) => granted.includes(grant.role) && (owned === undefined || mayAct(grant, who, owned)))
/** As the actor of a command. */
export const actorOf = ({ person, department }: Standing, { role }: Grant): Actor => ({ person, role, department })
