import type { Role } from '../kernel/context.ts'

/** 三员 (domain.md K) — who creates accounts, who grants, who reads the trail: each of them apart from the others and from all business. */
const administrators: readonly Role[] = ['system-admin', 'security-admin', 'auditor']
export const isAdministrator = (role: Role) => administrators.includes(role)
/** 经办的角色 — what an inspector may not be at the same time. */
const handling: readonly Role[] = ['window-clerk', 'handler', 'section-head', 'leader', 'hall-manager']
/** Roles of machines, of the house itself and of citizens: granted to nobody by hand. */
const notByHand: readonly Role[] = ['applicant', 'importer', 'exchange-peer', 'camera', 'policy']
export const isByHand = (role: Role) => !notByHand.includes(role)

/** 职责分离 — why these roles cannot be one person's at the same time, where they cannot. */
export function clashOf(roles: readonly Role[]): 'administrators-apart' | 'inspector-handles-nothing' | undefined {
  const each = new Set(roles)
  if (each.size > 1 && roles.some(isAdministrator)) return 'administrators-apart'
  return each.has('inspector') && handling.some((role) => each.has(role)) ? 'inspector-handles-nothing' : undefined
}
