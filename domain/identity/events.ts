import { z } from 'zod'
import { roles, scopes } from '../kernel/context.ts'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day, Instant, personal } from '../kernel/values.ts'

const id = z.string().min(1).max(64)
const text = z.string().min(1).max(500)
const reason = text.describe('理由')
const enrolment = {
  /** Officials in office are named, not sealed. */
  name: z.string().min(1).max(100).describe('姓名'),
  department: z.string().min(1).max(100).describe('部门'),
  post: z.string().min(1).max(100).describe('岗位'),
  /** 设立时的角色 — the house alone says them, of the first three administrators; to everybody else a role is granted by a second person. */
  roles: z.array(z.enum(roles)).min(1).optional().describe('角色'),
  hall: z.string().min(1).max(64).optional().describe('大厅'),
}
const role = z.enum(roles).describe('角色')
/** `of`: the department or hall that it reaches; own and region need none. */
const reach = { scope: z.enum(scopes).describe('范围'), of: z.string().min(1).max(100).optional().describe('所及部门或大厅') }
const grant = { role, ...reach, basis: text.describe('任命依据'), until: Day.optional().describe('至何日') }
const organisation = {
  name: z.string().min(1).max(100).describe('名称'), kind: z.enum(['region', 'department', 'office', 'hall', 'window']).describe('类别'),
  parent: z.string().min(1).max(100).optional().describe('上级组织'), division: z.string().regex(/^\d{6,12}$/).optional().describe('行政区划代码'),
}
const applicant = {
  /** 申请人编号 — made by the house, and not to be guessed. */
  applicant: id.describe('申请人'),
  name: personal(z.string().min(1).max(100).describe('姓名').optional(), 'applicant'),
  number: personal(z.string().min(1).max(64).describe('证件号码').optional(), 'applicant'),
  phone: personal(z.string().min(5).max(20).describe('手机号').optional(), 'applicant'),
  /** 核对的证件 — which of them was looked at, where somebody is registered at a window. */
  document: z.enum(['resident-card', 'residence-permit', 'passport', 'other']).optional().describe('核对的证件'),
}
/** 凭证 — of which kind; the secret itself is in no fact. An activation code that was handed out is one, too: with it a password is chosen. */
const credential = z.enum(['password', 'totp', 'key', 'activation', 'access-code']).describe('凭证')
/** 查询密码 is of one case. */
const ofCase = z.string().min(1).max(300).optional().describe('办件')
const removed = z.literal(true).optional().describe('已收回')
const session = z.string().regex(/^[0-9a-f]{16}$/).describe('会话')

/** 身份 — who works here, where, as what and since when; who applies; with which keys; who signed in. */
export const identityEvents = {
  PersonEnrolled: event({ person: z.string().describe('人员'), ...enrolment }),
  /** 调动 — grants end and keys are locked with it: what the new post needs is granted anew. */
  PersonMoved: event({ person: id, department: enrolment.department, post: enrolment.post, hall: enrolment.hall, movedOn: Day }),
  PersonSuspended: event({ person: id, reason }),
  PersonReinstated: event({ person: id, reason }),
  RoleGranted: event({ person: id, ...grant }),
  RoleWithdrawn: event({ person: id, role, ...reach, reason }),
  OrganisationEstablished: event({ organisation: z.string(), ...organisation }),
  OrganisationRenamed: event({ organisation: z.string(), name: organisation.name }),
  OrganisationClosed: event({ organisation: z.string(), reason }),
  ApplicantRegistered: event(applicant),
  CredentialSet: event({ person: id, credential, removed, case: ofCase, fingerprint: z.string().max(100).optional().describe('公钥指纹') }),
  SignInLocked: event({ person: id, until: Instant, failures: z.int().positive() }),
  SignInUnlocked: event({ person: id, reason }),
  SessionStarted: event({ person: id, session, method: z.enum(['password', 'password-totp', 'key', 'demonstration']), terminal: z.string().max(64).optional() }),
  SessionEnded: event({ person: id, session, reason: z.enum(['signed-out', 'idle', 'absolute', 'changed', 'replaced']) }),
  KeyBound: event({ key: z.string(), person: id, terminal: z.string().max(64).optional(), publicKey: z.string().max(2000).optional(),
    /** 此前调动次数 of its holder, where there were any: a later move locks it. */
    moves: z.int().positive().optional() }),
  KeyLocked: event({ key: z.string(), reason }),
  KeyUnlocked: event({ key: z.string(), reason }),
}
export type IdentityEvent = EventOf<typeof identityEvents>

export const identityCommands = {
  EnrolPerson: command(enrolment),
  MovePerson: command({ department: enrolment.department, post: enrolment.post, hall: enrolment.hall }),
  SuspendPerson: command({ reason }),
  ReinstatePerson: command({ reason }),
  GrantRole: command(grant),
  WithdrawRole: command({ role, ...reach, reason }),
  EstablishOrganisation: command(organisation),
  RenameOrganisation: command({ name: organisation.name }),
  CloseOrganisation: command({ reason }),
  RegisterApplicant: command(applicant),
  SetCredential: command({ credential, removed, case: ofCase, fingerprint: z.string().max(100).optional().describe('公钥指纹') }),
  LockSignIn: command({ until: Instant.describe('至何时'), failures: z.int().positive().describe('连续失败次数') }),
  UnlockSignIn: command({ reason }),
  StartSession: command({ session, method: z.enum(['password', 'password-totp', 'key', 'demonstration']).describe('方式'), terminal: z.string().max(64).optional().describe('终端') }),
  EndSession: command({ session, reason: z.enum(['signed-out', 'idle', 'absolute', 'changed', 'replaced']).describe('原因') }),
  BindKey: command({ person: id.describe('人员'), terminal: z.string().max(64).optional().describe('终端'), publicKey: z.string().max(2000).optional().describe('公钥') }),
  LockKey: command({ reason }),
  UnlockKey: command({ reason }),
}
export type IdentityCommand = CommandOf<typeof identityCommands>
