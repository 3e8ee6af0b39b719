import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Fen } from '../kernel/values.ts'
import { specialProcedures, steps } from '../kernel/vocabulary.ts'

const text = z.string().min(1).max(4000)

const item = {
  version: z.int().positive().describe('版本'),
  legalName: z.string().min(1).max(200).describe('法定名称'),
  shortName: z.string().min(1).max(60).describe('简称'),
  itemType: z.enum(['licence', 'approval', 'public-service']).describe('事项类型'),
  caseType: z.enum(['IMMEDIATE', 'PROMISED']).describe('办件类型'),
  department: z.string().min(1).describe('承办部门'),
  statutoryWorkingDays: z.int().nonnegative().describe('法定期限（工作日）'),
  promisedWorkingDays: z.int().nonnegative().describe('承诺期限（工作日）'),
  flow: z.array(z.enum(steps)).min(1).describe('环节'),
  officers: z.array(z.string()).min(1).describe('授权人员'),
  specialProcedures: z.array(z.enum(specialProcedures)).describe('特别程序'),
  materials: z.array(z.string().min(1)).describe('材料'),
  legalBasis: z.array(z.strictObject({ statute: text, clause: z.string() })).describe('政策依据'),
  feeFen: Fen.describe('收费标准（分）'),
}

/** 事项 — each version whole, for a case keeps the one that it was accepted under. */
export const itemEvents = { ItemPublished: event(item) }
export type ItemEvent = EventOf<typeof itemEvents>

export const itemCommands = { PublishItem: command(item) }
export type ItemCommand = CommandOf<typeof itemCommands>
