import type { SpecialProcedure } from '../domain/kernel/vocabulary.ts'
import { applicantOf, knownApplicants, type Applicant } from './applicants.ts'
import { catalogue, type Matter } from './catalogue.ts'
import { chanceOf, type Chance } from './chance.ts'
import { approversOf, clerksAt, handlersOf, people, reviewersOf, type Person } from './people.ts'
import { departments, halls } from './places.ts'

/** 命运 — all that will happen to a case if nobody else touches it; it follows from the seed and the number alone. Spans are working days. */
export type Fate = {
  chance: Chance
  matter: Matter; hall: string; channel: 'window' | 'online' | 'station'; applicant: Applicant
  clerk: Person; handler: Person; reviewer: Person; approver: Person | undefined
  /** Nobody ever answers the applicant: the law does, on the fifth working day. */
  unanswered: boolean
  asks: boolean; supplies: boolean; asksLater: boolean
  special: { kind: SpecialProcedure; plannedWorkingDays: number; takesWorkingDays: number; approver: Person } | undefined
  reviewedBack: boolean; approvedBack: boolean; granted: boolean
  /** From acceptance to conclusion, pauses not counted. */
  workingDays: number
  /** 违规 — who tries what must not be, just before it is done properly. */
  violation: { command: 'CompleteHandling' | 'ReviewCase' | 'StartSpecialProcedure'; by: Person } | undefined
}

const departmentOf = (name: string) => departments.find((it) => it.name === name)!
/** 月日序 — the number holds the day of the year and the place in its day, so that no counter need be kept. */
export const caseNoOf = (seed: number, year: number, dayOfYear: number, place: number) => {
  const serial = `${String(dayOfYear).padStart(3, '0')}${String(place).padStart(2, '0')}`
  return `${departmentOf(drawnMatter(chanceOf(seed, `${year}-${serial}`)).department).prefix}-${year}-${serial}`
}
/** `JY-2026-29917`; a case told from elsewhere has another shape and no fate here. */
export const isOurs = (id: string) => /^[A-Z]{2}-\d{4}-\d{5,6}$/.test(id) && departments.some(({ prefix }) => prefix === id.slice(0, 2))

const drawnMatter = (chance: Chance) => chance.weighted('matter', catalogue)
function hallFor(chance: Chance, { where }: Matter): string {
  if (where === 'realty' || where === 'vehicles') return where
  return where === 'county' ? 'mingjing' : chance.weighted('hall', halls.filter(({ kind }) => kind !== 'branch')).hall
}

/** How long it takes, by the character of the department; late by hours, by days, or by more than can be put right. */
function spanOf({ between, draw }: Chance, { caseType, department, promisedWorkingDays, statutoryWorkingDays }: Matter) {
  const { uses: [from, to], hours, yellow, red } = departmentOf(department).character
  if (caseType === 'IMMEDIATE') return between('span', 0.03, 0.16)
  const luck = draw('lateness'), past = (least: number, most: number) => promisedWorkingDays + 0.5 + between('late by', least, most)
  // Beyond the statutory day a red card comes at once, so what is only to be yellow stays before it.
  if (luck < red) return past(4.4, 6.5)
  if (luck < red + yellow) return Math.min(past(1.2, 3.6), statutoryWorkingDays)
  if (luck < red + yellow + hours) return past(0.35, 0.85)
  return Math.max(0.2, promisedWorkingDays * between('share used', from, to))
}

function specialOf({ happens, one, whole, between }: Chance, { specialProcedures, department }: Matter, handler: Person): Fate['special'] {
  if (specialProcedures.length === 0 || !happens('special procedure', 0.4)) return undefined
  const kind = one('kind of special procedure', specialProcedures)
  const planned = kind === 'expert-review' || kind === 'hearing' ? whole('planned', 6, 12) : whole('planned', 3, 6)
  const approver = one('approves the special procedure', approversOf(department).filter(({ person }) => person !== handler.person))
  return { kind, approver, plannedWorkingDays: planned, takesWorkingDays: planned * between('taken of the plan', 0.6, 1.05) }
}

function violationOf(chance: Chance, { department }: Matter, handler: Person, special: Fate['special']): Fate['violation'] {
  const unauthorised = people.find((it) => it.department === department && it.mayHandle === false)
  if (special && handler.roles.includes('leader') && chance.happens('approves it himself', 0.25)) return { command: 'StartSpecialProcedure', by: handler }
  if (handler.roles.includes('section-head') && chance.happens('reviews his own', 0.03)) return { command: 'ReviewCase', by: handler }
  if (unauthorised && chance.happens('handles what is not his', 0.03)) return { command: 'CompleteHandling', by: unauthorised }
  return undefined
}

/** `online`: handed in over the net, as the fact says or as the hour allows nothing else. */
export function fateOf(seed: number, caseNo: string, online?: boolean): Fate {
  const chance = chanceOf(seed, caseNo.slice(3)), { happens, one, draw, whole } = chance
  const matter = drawnMatter(chance), hall = hallFor(chance, matter), { department } = matter
  const immediate = matter.caseType === 'IMMEDIATE', township = halls.some((it) => it.hall === hall && it.kind === 'township')
  const handler = one('handler', handlersOf(department)), special = specialOf(chance, matter, handler), reviewer = one('reviewer', reviewersOf(department))
  return {
    chance, matter, hall, special, handler, reviewer,
    channel: online ?? happens('online', 0.28) ? 'online' : township && happens('at a station', 0.5) ? 'station' : 'window',
    applicant: applicantOf(seed, matter.applicant, whole('applicant', 1, knownApplicants(matter.applicant))),
    clerk: one('clerk', clerksAt(hall)),
    approver: matter.flow.includes('approving') ? one('approver', approversOf(department)) : undefined,
    unanswered: matter.promisedWorkingDays >= 10 && happens('unanswered', department === '自然资源和规划局' ? 0.05 : 0.015),
    asks: happens('asks', immediate ? 0.04 : 0.17), supplies: draw('supplies') > 0.07, asksLater: !immediate && happens('asks later', 0.03),
    reviewedBack: !immediate && happens('reviewed back', 0.08), approvedBack: happens('approved back', 0.05), granted: happens('granted', 0.93),
    workingDays: spanOf(chance, matter),
    violation: violationOf(chance, matter, handler, special),
  }
}
