import type { Calendar, Day, Instant } from '../kernel/values.ts'
import { dayAfter, instantIn } from '../kernel/zones.ts'
import { dueOf } from './due.ts'
import type { Timeline } from './timeline.ts'

/** 依时成立 — what the law makes true without anybody's word, and from which instant: whoever keeps watch has only to say so. */
type Owed = { command: 'DeemAccepted' | 'DeemRenewed'; at: Instant }

const decisions = ['LicenceGranted', 'LicenceRefused', 'RenewalDeemedGranted']
/** 视为受理 at the close of the notice's last day (行政许可法 32(1)(4)); 视为延续 at the end of the licence's (50(2)). Of foreign and ended cases, nothing. */
export function owedOf({ subject, imported, of, endedAt, acceptedAt, clocks, deeds, zone }: Timeline, calendar: Calendar): readonly Owed[] {
  if (imported || of !== undefined || endedAt !== undefined || !subject.startsWith('cases.')) return []
  const notice = acceptedAt === undefined ? clocks.find(({ kind, stoppedAt }) => kind === 'notice' && stoppedAt === undefined) : undefined
  const dueOn = notice && dueOf(notice, calendar).dueOn
  const expiresOn = deeds.find(({ type }) => type === 'ApplicationSubmitted')?.said?.['expiresOn']
  const undecided = typeof expiresOn === 'string' && (notice !== undefined || acceptedAt !== undefined) && !deeds.some(({ type }) => decisions.includes(type))
  return [
    ...dueOn === undefined ? [] : [{ command: 'DeemAccepted' as const, at: calendar.closeOf(dueOn) }],
    ...undecided ? [{ command: 'DeemRenewed' as const, at: instantIn(zone, dayAfter(expiresOn as Day)) }] : [],
  ]
}
