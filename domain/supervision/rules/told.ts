import type { Calendar, Instant } from '../../kernel/values.ts'
import type { Deed, Timeline } from '../timeline.ts'
import type { Found } from './rule.ts'

/** 书面告知 of a kind, owed by the close of the nth working day after a deed; sent later, it puts right what was true. What a foreign source does not
    tell of proves nothing. */
export function untold({ deeds, imported }: Timeline, deed: Deed, kind: string, clock: string, workingDays: number, calendar: Calendar): Found | undefined {
  if (imported) return undefined
  const becameTrueAt = calendar.closeOf(calendar.addWorkingDays(calendar.dayOf(deed.at), workingDays))
  const sentAt = firstSent(deeds, deed, kind)
  if (sentAt !== undefined && sentAt <= becameTrueAt) return undefined
  return { clock, becameTrueAt, evidence: [deed.id], ...(sentAt !== undefined && { correctedAt: sentAt }) }
}

function firstSent(deeds: readonly Deed[], { at }: Deed, kind: string): Instant | undefined {
  for (const deed of deeds) if (deed.type === 'NoticeSent' && deed.at >= at && deed.said?.['kind'] === kind) return deed.at
  return undefined
}
