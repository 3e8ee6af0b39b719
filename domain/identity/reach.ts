import type { Role, Scope } from '../kernel/context.ts'

/** 授权 as it stands: a role, and how far it reaches. */
export type Grant = { role: Role; scope: Scope; of?: string | undefined }
export const sameGrant = (a: Grant, b: Grant) => a.role === b.role && a.scope === b.scope && a.of === b.of
export type Who = { person: string; department: string }
/** 办件归属 — whose a case is: who applied or acts for them, who is authorised for its item (those of co-handlers too), and whose departments take part. */
export type Owned = { department: string; hall: string; applicants: readonly string[]; officers: readonly string[]; coDepartments: readonly string[] }

const ofDepartment = ({ scope, of }: Grant, departments: readonly string[]) => scope === 'region' || (scope === 'department' && of !== undefined && departments.includes(of))
const atHall = ({ scope, of }: Grant, { hall }: Owned) => scope === 'region' || (scope === 'hall' && of === hall)
/** 监察员 never in what their own department handles (trust.md §2). */
const overseen = ({ scope }: Grant, who: Who, { department }: Owned) => scope === 'region' && department !== who.department
const none = () => false
type Rule = (grant: Grant, who: Who, owned: Owned) => boolean

/** 查看办件 (domain.md K), role by role. */
const views: Readonly<Record<Role, Rule>> = {
  applicant: (_, { person }, { applicants }) => applicants.includes(person),
  'window-clerk': (grant, _, owned) => atHall(grant, owned), 'hall-manager': (grant, _, owned) => atHall(grant, owned), 'hall-monitor': (grant, _, owned) => atHall(grant, owned),
  handler: (_, { person }, { officers }) => officers.includes(person),
  'section-head': (grant, _, { department, coDepartments }) => ofDepartment(grant, [department, ...coDepartments]),
  leader: (grant, _, { department, coDepartments }) => ofDepartment(grant, [department, ...coDepartments]),
  inspector: overseen, auditor: ({ scope }) => scope === 'region',
  'disclosure-officer': none, 'complaints-officer': none, 'system-admin': none, 'security-admin': none, importer: none, 'exchange-peer': none, camera: none, policy: none,
}
/** 办理 — what one may see, one may be heard on; but a handler of the department who lacks the authorisation is heard too, so that the attempt is put on
    record, and those who merely take part decide nothing of another department's. */
const acts: Readonly<Record<Role, Rule>> = {
  ...views,
  handler: (_, { person, department }, owned) => owned.officers.includes(person) || owned.department === department,
  'section-head': (grant, _, { department }) => ofDepartment(grant, [department]),
  leader: (grant, _, { department }) => ofDepartment(grant, [department]),
}
/** 代为说 — everybody speaks for themselves; a head or leader for whoever works in a department that they reach. */
export const maySpeakFor = (grant: Grant, who: Who, one: { person: string; department: string }): boolean =>
  who.person === one.person || (['section-head', 'leader'].includes(grant.role) && ofDepartment(grant, [one.department]))
export const mayView: Rule = (grant, who, owned) => views[grant.role](grant, who, owned)
export const mayAct: Rule = (grant, who, owned) => acts[grant.role](grant, who, owned)
