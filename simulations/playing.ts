import { cases } from '../domain/cases/index.ts'
import type { CaseCommand, CaseEvent } from '../domain/cases/events.ts'
import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { Actor, Fact, Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { dayAfter, dayIn } from '../domain/kernel/zones.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { Answer, Saying } from '../api/tell.ts'
import type { Arrival } from './arrivals.ts'
import { fateOf, isOurs, type Fate } from './fate.ts'
import { county } from './places.ts'
import { after, nothingYet, progressOf, type Progress } from './progress.ts'
import { nextStep } from './next-step.ts'
import { applying, type NextStep } from './scene.ts'

/** 在办件 as goLive looks at it: rows of `cases` that are open, or concluded and not yet delivered. The rest of the columns may stay. */
export type OpenCase = Pick<CaseRow, 'id' | 'stage' | 'lastStep' | 'holder'>
/** A case's own stream, as the book has it today. */
export type FactsOf = (caseNo: string) => Promise<readonly Recorded<CaseEvent>[]>

/** What comes next for it. */
export const nextOf = ({ fate, caseNo, progress }: Played, calendar: OfficeCalendar, notBefore: Instant) => nextStep(fate, caseNo, progress, calendar, notBefore)

/** A case that is being played. `tried`: the violation of its next step has been tried. */
export type Played = { caseNo: string; fate: Fate; progress: Progress; next: NextStep | undefined; tried: boolean }

const saying = (caseNo: string, facts: number, by: Actor, command: CaseCommand): Saying =>
  ({ context: cases, id: caseNo, command: command as Fact, by, key: `county:${caseNo}:${facts}:${command.type}:${by.person}` })

export function submission({ caseNo, at, fate }: Arrival): Saying {
  const { matter, hall, channel, applicant, renewal } = fate
  const renews = renewal && { renews: { licenceNo: `明镜证字${caseNo.slice(3).replace('-', '')}号`, expiresOn: dayAfter(dayIn(county.zone, at), renewal.expiresIn) } }
  return saying(caseNo, 0, applying(fate), { type: 'SubmitApplication', data: { itemCode: matter.code, hall, channel, ...applicant, ...renews } })
}
export const stepSaying = ({ caseNo, progress }: Played, { by, command }: Pick<NextStep, 'by' | 'command'>): Saying =>
  saying(caseNo, progress.facts, by, command)

export const newFacts = (answer: Answer) => isRefusal(answer) || 'stale' in answer ? 0 : answer.facts.length
export const begun = ({ caseNo, at, fate }: Arrival): Played =>
  ({ caseNo, fate, progress: after(nothingYet(at), { type: 'ApplicationSubmitted', at, data: {} }), next: undefined, tried: false })

/** After an answer: as many facts further as it says. Nothing where it was refused. */
export function further(played: Played, answer: Answer, at: Instant): Played | undefined {
  if (isRefusal(answer) || 'stale' in answer || !played.next) return undefined
  const { command: { data } } = played.next, occurredAt = 'happenedAt' in data && data.happenedAt ? { occurredAt: data.happenedAt } : {}
  const progress = answer.facts.reduce((before, type) => after(before, { type, at, data, ...occurredAt }), played.progress)
  return { ...played, tried: false, next: undefined, progress }
}

/** 续 — where the book says that a case stands; its fate follows from its number again. Nothing for a case from elsewhere. */
export async function resumed(seed: number, caseNo: string, factsOf: FactsOf): Promise<Played | undefined> {
  if (!isOurs(caseNo)) return undefined
  const facts = await factsOf(caseNo), [first] = facts
  if (first?.type !== 'ApplicationSubmitted') return undefined
  const fate = fateOf(seed, caseNo)
  // Somebody else's case under a number like ours: played as the item that it is, it would not fit.
  return fate.matter.code === first.data.itemCode ? { caseNo, fate, progress: progressOf(facts), next: undefined, tried: false } : undefined
}
