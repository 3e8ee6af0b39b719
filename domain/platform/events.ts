import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'

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

/** 平台 — what this book is for, and the halls that it serves. */
export const platformEvents = { PlatformFounded: event(founding), HallOpened: event({ hall: z.string().describe('大厅'), ...hall }) }
export type PlatformEvent = EventOf<typeof platformEvents>

export const platformCommands = { FoundPlatform: command(founding), OpenHall: command(hall) }
export type PlatformCommand = CommandOf<typeof platformCommands>
