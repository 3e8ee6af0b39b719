import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Instant } from '../kernel/values.ts'

const founding = {
  /** The very first fact of a book; only a demonstration may run on a simulated clock, and it can never become anything else. */
  purpose: z.enum(['official', 'demonstration']).describe('用途'),
  name: z.string().min(1).max(100).describe('平台名称'),
  region: z.string().regex(/^\d{6,12}$/).describe('行政区划代码'),
  zone: z.string().min(1).describe('时区'),
}
const hall = {
  name: z.string().min(1).max(100).describe('大厅名称'),
  kind: z.enum(['hall', 'branch', 'township']).describe('大厅类别'),
  zone: z.string().min(1).describe('时区'),
}
const reading = { wallAt: Instant.describe('机器时刻'), believedAt: Instant.describe('采信时刻') }
const step = {
  /** What the machine's clock said, and what the house went on by: the last reading and the monotonic time since. */
  ...reading,
  stepMs: z.int().describe('跳变毫秒'),
  /** Back to within a minute of the time that a system administrator had said to believe: nobody is asked again. */
  returned: z.literal(true).optional().describe('已回到采信时刻'),
}
const confirming = { trust: z.enum(['wall', 'believed']).describe('采信'), reason: z.string().min(1).max(1000).describe('理由') }

/** 恢复 — of which copy this book goes on, what it was compared with, and what others have seen beyond it. */
const restoring = {
  size: z.int().nonnegative().describe('条数'),
  root: z.string().regex(/^[0-9a-f]{64}$/).describe('树根'),
  takenAt: Instant.describe('备份时刻'),
  compared: z.enum(['nobody', 'heads', 'witness']).describe('比对'),
  /** Facts that others have seen beyond it: what was said then is not in this book any more. */
  missing: z.int().positive().optional().describe('缺失条数'),
  reason: z.string().min(1).max(500).optional().describe('理由'),
  /** The heads are signed with another key from here on. */
  newKey: z.boolean().describe('换签名钥'),
}

const wording = (most: number) => z.strictObject({ zh: z.string().trim().min(1).max(most).describe('中文'), en: z.string().trim().min(1).max(most).optional().describe('英文') })
/** What a notice says around the facts of its case; a part that is not said is worded as usual. */
const template = {
  version: z.int().positive().describe('版本'),
  head: wording(60).optional().describe('抬头'),
  lead: wording(400).describe('正文'),
  law: wording(400).optional().describe('依据'),
  closing: wording(600).optional().describe('附注'),
  reason: z.string().trim().min(1).max(500).describe('理由'),
}

/** 平台 — what this book is for, and the halls that it serves. */
export const platformEvents = {
  PlatformFounded: event(founding),
  /** What the first set-up calls the house: a real book is founded before anybody is there to say. */
  PlatformNamed: event({ name: founding.name, region: founding.region }),
  HallOpened: event({ hall: z.string().describe('大厅'), ...hall }), BookRestored: event(restoring),
  NoticeTemplatePublished: event(template),
  ClockStepped: event(step),
  ClockConfirmed: event({ ...confirming, ...reading }),
  /** The last fact of its epoch: whatever is told after it may have been recorded earlier than it says. `from`: the time that the house went by; `to`: the
      wall's, by which it goes from here on. */
  ClockEpochStarted: event({ epoch: z.int().positive().describe('纪元'), from: Instant, to: Instant }),
}
export type PlatformEvent = EventOf<typeof platformEvents>

export const platformCommands = {
  FoundPlatform: command(founding), NamePlatform: command({ name: founding.name, region: founding.region }), OpenHall: command(hall), RecordRestoring: command(restoring), NoticeClockStep: command(step), ConfirmClock: command(confirming),
  PublishNoticeTemplate: command(template),
}
export type PlatformCommand = CommandOf<typeof platformCommands>
