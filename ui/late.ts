import { instantAt, localOf } from './format.ts'

/** 补录的界 — not before the case's newest fact, and not after now; `from` is unknown where the case is not before one. */
export type Late = { from?: string | undefined; now: string; zone: string }
/** As a field of date and time has it. */
export const localText = (at: string, zone: string) => { const { day, time } = localOf(at, zone); return `${day}T${time}` }

/** What was given as the time of the hall: the instant, or what is wrong with it. Who gives the minute in which the newest fact happened means after it. */
export function lateAt(said: string, { from, now, zone }: Late): { at: string } | { wrong: 'required' | 'early' | 'future' } {
  const at = instantAt(said, zone)
  if (at === undefined) return { wrong: 'required' }
  if (at > now) return { wrong: 'future' }
  if (from === undefined || at >= from) return { at }
  return localText(from, zone) === said ? { at: from } : { wrong: 'early' }
}
