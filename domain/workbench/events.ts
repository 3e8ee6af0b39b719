import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day } from '../kernel/values.ts'
import { steps } from '../kernel/vocabulary.ts'

/** 外出事由 — a short list and no words beside it: who is ill is on leave, and nobody writes down more. */
export const awayReasons = ['leave', 'business', 'training', 'secondment'] as const
const number = z.int().positive().describe('序号')
const opinion = { step: z.enum(steps).optional().describe('环节'), text: z.string().trim().min(1).max(500).describe('意见') }
const person = z.string().min(1).max(64)
const away = { from: Day.describe('自'), to: Day.describe('至'), reason: z.enum(awayReasons).describe('事由'), standIn: person.optional().describe('代办人') }

/** 工作台 — what somebody keeps at hand, and when they are not there. */
export const workbenchEvents = {
  OpinionSaved: event({ number, ...opinion }),
  OpinionDropped: event({ number }),
  /** `by`: who said so, themselves or the head of their department. */
  AbsenceAnnounced: event({ number, ...away, by: person }),
  /** `backOn`: the first day on which they are there again; their first day away where they never went. */
  AbsenceEnded: event({ number, backOn: Day, by: person }),
}
export type WorkbenchEvent = EventOf<typeof workbenchEvents>

export const workbenchCommands = {
  KeepOpinion: command(opinion),
  DropOpinion: command({ number }),
  AnnounceAway: command(away),
  EndAway: command({ number }),
}
export type WorkbenchCommand = CommandOf<typeof workbenchCommands>
