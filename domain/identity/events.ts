import { z } from 'zod'
import { roles } from '../kernel/context.ts'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'

const enrolment = {
  /** Officials in office are named, not sealed. */
  name: z.string().min(1).max(100).describe('姓名'),
  department: z.string().min(1).describe('部门'),
  post: z.string().min(1).describe('岗位'),
  roles: z.array(z.enum(roles)).min(1).describe('角色'),
  hall: z.string().optional().describe('大厅'),
}

/** 人员 — who works here, where, and as what. */
export const identityEvents = { PersonEnrolled: event({ person: z.string().describe('人员'), ...enrolment }) }
export type IdentityEvent = EventOf<typeof identityEvents>

export const identityCommands = { EnrolPerson: command(enrolment) }
export type IdentityCommand = CommandOf<typeof identityCommands>
