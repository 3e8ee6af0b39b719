import { z } from 'zod'
import { roles } from '../kernel/context.ts'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day, Instant } from '../kernel/values.ts'

const text = z.string().min(1).max(500)
const id = z.string().min(1).max(300)
const reason = text.describe('理由')
const department = z.string().max(100).describe('部门')
/** 查阅方式 — what was answered. A list or a search: once per looker, case and day. `opened`: sealed fields in full; `export`: all of one's own; `footage`: what a camera recorded of it. */
export const lookKinds = ['case', 'ledger', 'receipt', 'attachment', 'list', 'search', 'opened', 'export', 'footage'] as const
export type LookKind = typeof lookKinds[number]
/** 查阅 — `about`: whose it is, by numbers of ours; `case` is what was looked at: a case, or the stream that a field was opened in. */
export const Look = z.strictObject({
  at: Instant, kind: z.enum(lookKinds), case: id.describe('办件'), caseNo: z.string().min(1).max(200).optional().describe('受理编号'),
  about: z.array(z.string().min(1).max(64)).max(100).describe('涉及的人'), purpose: text.optional().describe('事由'),
  fields: z.array(z.string().min(1).max(64)).min(1).max(20).optional().describe('字段'),
})
export type Look = z.infer<typeof Look>
/** `number`: what is written together has one, by which it is known again. */
const viewed = { number: z.string().min(1).max(64).describe('批号'), looker: z.string().min(1).max(64).describe('查阅人'), role: z.enum(roles).describe('角色'), department, looks: z.array(Look).min(1).max(1000).describe('查阅') }

/** 待启封 — a sealed field by where it stands: a stream, a fact of it, a field of that. */
const opening = { stream: id.describe('事实流'), revision: z.int().positive().describe('版次'), field: z.string().min(1).max(64).describe('字段'), purpose: text.describe('事由') }
const matter = id.describe('事项流')
/** 限制处理 of a matter — `until`: the day on which its retention ends, where that is known; while a case runs it is not. */
const held = z.strictObject({ matter, until: Day.optional().describe('至何日') })
const retentionDays = z.int().nonnegative().max(36_500).describe('办结后保存天数')

/** 个人信息 — who looked at whom, what was opened by two, what was forgotten and what is kept under lock until it may be. */
export const privacyEvents = {
  RecordsViewed: event(viewed),
  OpeningRequested: event({ opening: id, ...opening, subject: z.string().describe('信息主体'), department, by: z.string() }),
  OpeningApproved: event({ opening: id, until: Instant, by: z.string() }),
  DisclosureDelayed: event({ case: id, reason, until: Day, by: z.string() }),
  ErasureRequested: event({ subject: z.string(), reason: reason.optional(), by: z.string() }),
  /** The retention that it was decided with is part of the decision. */
  ErasureDecided: event({ subject: z.string(), decision: z.enum(['grant', 'refuse']), reason, retentionDays, by: z.string() }),
  /** `matters`: whose keys are destroyed. `restricted`: kept, and opened by nobody. */
  PersonErased: event({ subject: z.string(), matters: z.array(matter), restricted: z.array(held) }),
}
export type PrivacyEvent = EventOf<typeof privacyEvents>

/** Whose field it is and of which department the matter is looked up, so nobody can say it. */
export const privacyCommands = {
  RecordViews: command(viewed),
  RequestOpening: command(opening),
  ApproveOpening: command({}),
  DelayDisclosure: command({ reason, until: Day.describe('至何日') }),
  RequestErasure: command({ reason: reason.optional() }),
  DecideErasure: command({ decision: z.enum(['grant', 'refuse']).describe('决定'), reason, retentionDays: retentionDays.optional() }),
  EraseMatters: command({ erased: z.array(matter).max(10_000).describe('删除'), restricted: z.array(held).max(10_000).describe('限制处理') }),
}
export type PrivacyCommand = CommandOf<typeof privacyCommands>
