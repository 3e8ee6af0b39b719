import { discretion } from './i-08-discretion.ts'
import { splitting } from './i-09-splitting.ts'
import { collusion } from './i-10-collusion.ts'
import { snooping } from './i-11-snooping.ts'
import { tampering } from './i-12-tampering.ts'
import { complaintOverdue } from './r-21-complaint-overdue.ts'
import { badRating } from './r-22-bad-rating.ts'
import { disclosureStale } from './r-23-disclosure-stale.ts'
import { requestLate } from './r-24-request-late.ts'
import { documentUnread } from './r-25-document-unread.ts'
import { dutyAbsent } from './r-26-duty-absent.ts'
import { keyHygiene } from './r-27-key-hygiene.ts'
import { exchangeGap } from './r-28-exchange-gap.ts'
import { videoGap } from './r-29-video-gap.ts'
import type { Waiting } from '../rule.ts'

/** 待接入的规则 — each with the facts that it waits for; none judges anything. */
export const awaited: readonly Waiting[] = [
  discretion, splitting, collusion, snooping, tampering, complaintOverdue,
  badRating, disclosureStale, requestLate, documentUnread, dutyAbsent, keyHygiene, exchangeGap, videoGap,
]
