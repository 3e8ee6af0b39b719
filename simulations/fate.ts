import type { SpecialProcedure } from '../domain/kernel/vocabulary.ts'
import { actOf, atTheWindow, attemptOf, needsSpecial, othersWhoApprove, type ActName, type Attempt } from './acts.ts'
import { applicantOf, knownApplicants, type Applicant } from './applicants.ts'
import { batchOf, placeOf, type Batch } from './batches.ts'
import { catalogue, type CoHandler, type Matter } from './catalogue.ts'
import { chanceOf, type Chance } from './chance.ts'
import { approversOf, clerksAt, handlersOf, reviewersOf, type Person } from './people.ts'
import { departments, halls } from './places.ts'

type Ending = 'free' | 'elsewhere' | 'false' | 'returned' | 'withdrawn' | 'withdrawn later' | 'terminated'
/** 命运 — all that will happen to a case if nobody else touches it; it follows from the seed and the number alone. Spans are working days. */
export type Fate = {
  chance: Chance
  matter: Matter; hall: string; channel: 'window' | 'online' | 'station'; applicant: Applicant
  clerk: Person; handler: Person; reviewer: Person; approver: Person | undefined
  /** Counted and listed at the window; looked through beforehand, where it came over the net; a small thing put right on the spot. */
  counted: boolean; preReviewed: boolean; mended: boolean
  /** Nobody ever answers the applicant: the law does, on the fifth working day. */
  unanswered: boolean
  asks: boolean; supplies: boolean; asksLater: boolean
  special: { kind: SpecialProcedure; plannedWorkingDays: number; takesWorkingDays: number; approver: Person } | undefined
  reviewedBack: boolean; approvedBack: boolean; sentBack: boolean; granted: boolean
  /** From acceptance to conclusion, pauses not counted. */
  workingDays: number
  ends: Ending | undefined
  extension: { workingDays: number; approver: Person } | undefined
  /** 延续 of a licence that runs out so many days after it was handed in; `lapses`: and nobody decides by then. */
  renewal: { expiresIn: number; lapses: boolean } | undefined
  joint: readonly (CoHandler & { officer: Person; takes: number })[]
  superiorTakes: number
  told: boolean; urged: boolean; corrected: boolean; archived: boolean
  /** What is paid, and given back. */
  assessed: boolean; charges: readonly { standardId: string; amountFen: number }[]; refundFen: number
  /** 欺与疏 — what somebody does that he should not, or nearly. */
  act: ActName | undefined; attempt: Attempt | undefined; batch: Batch | undefined
}

const departmentOf = (name: string) => departments.find((it) => it.name === name)!
/** Numbers of what comes over the net while the doors are shut begin here: that it did follows from the number too. */
export const netPlace = 500
/** 月日序 — the number holds the day of the year and the place in its day, so that no counter need be kept. */
export function caseNoOf(seed: number, year: number, dayOfYear: number, place: number) {
  const serial = `${String(dayOfYear).padStart(3, '0')}${String(place).padStart(2, '0')}`, matter = matterOf(seed, `XX-${year}-${serial}`)
  return `${departmentOf(matter.department).prefix}-${year}-${serial}`
}
/** `JY-2026-29917`; a case told from elsewhere has another shape and no fate here. */
export const isOurs = (id: string) => /^[A-Z]{2}-\d{4}-\d{5,6}$/.test(id) && departments.some(({ prefix }) => prefix === id.slice(0, 2))

const matterOf = (seed: number, caseNo: string) => batchOf(seed, caseNo)?.matter ?? chanceOf(seed, caseNo.slice(3)).weighted('matter', catalogue)
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

function specialOf({ happens, one, whole, between }: Chance, { specialProcedures, department }: Matter, handler: Person, must: boolean): Fate['special'] {
  if (specialProcedures.length === 0 || !(must || happens('special procedure', 0.4))) return undefined
  const kind = one('kind of special procedure', specialProcedures)
  const planned = kind === 'expert-review' || kind === 'hearing' ? whole('planned', 6, 12) : whole('planned', 3, 6)
  const approver = one('approves the special procedure', othersWhoApprove(department, handler))
  return { kind, approver, plannedWorkingDays: planned, takesWorkingDays: planned * between('taken of the plan', 0.6, 1.05) }
}

function endingOf({ draw, one }: Chance, { caseType }: Matter): Ending | undefined {
  const luck = draw('ends')
  if (luck < 0.009) return one('not accepted', ['free', 'elsewhere', 'false'] as const)
  if (luck < 0.016) return 'returned'
  if (luck < 0.023) return 'withdrawn'
  if (caseType === 'IMMEDIATE') return undefined
  return luck < 0.034 ? 'withdrawn later' : luck < 0.039 ? 'terminated' : undefined
}

/** What may hold a case up or bring it to another end; nothing of it where somebody does what he should not. */
function happenings(chance: Chance, matter: Matter, handler: Person) {
  const { happens, draw, one } = chance, immediate = matter.caseType === 'IMMEDIATE', workingDays = spanOf(chance, matter), renewal = matter.renewal
  const leaders = approversOf(matter.department).filter(({ person }) => person !== handler.person)
  const asksLater = !immediate && happens('asks later', 0.03), special = specialOf(chance, matter, handler, false)
  const unanswered = matter.promisedWorkingDays >= 10 && happens('unanswered', matter.department === '自然资源和规划局' ? 0.05 : 0.015)
  const late = workingDays > matter.promisedWorkingDays + 1
  const extensible = !unanswered && leaders.length > 0 && matter.caseType === 'PROMISED' && matter.promisedWorkingDays >= 4 && !special && !asksLater
  return {
    unanswered,
    asks: happens('asks', immediate ? 0.04 : 0.17), supplies: draw('supplies') > 0.07, asksLater, special, workingDays,
    reviewedBack: !immediate && happens('reviewed back', 0.08), approvedBack: happens('approved back', 0.05), sentBack: happens('sent back', 0.06),
    granted: happens('granted', 0.93), ends: endingOf(chance, matter),
    extension: extensible && happens('extended', late ? 0.5 : 0.01) ? { workingDays: 5, approver: one('approves the extension', leaders) } : undefined,
    renewal: renewal ? { lapses: happens('lapses', 0.05), expiresIn: 0 } : undefined,
  }
}
/** 只此一事 — a case in which something is planted takes its ordinary course otherwise. */
function plain(chance: Chance, matter: Matter, handler: Person, act: ActName | undefined): ReturnType<typeof happenings> {
  return {
    unanswered: false, asks: act === 'fifth day', supplies: true, asksLater: false, special: needsSpecial(act) ? specialOf(chance, matter, handler, true) : undefined,
    workingDays: act === 'forgotten' ? matter.statutoryWorkingDays + chance.between('forgotten for', 1.5, 3)
      : Math.max(0.6, matter.promisedWorkingDays * chance.between('share used', 0.3, act ? 0.65 : 0.34)), reviewedBack: false, approvedBack: false, sentBack: false, granted: true,
    ends: undefined, extension: undefined, renewal: matter.renewal ? { lapses: false, expiresIn: 0 } : undefined,
  }
}

function chargesOf(chance: Chance, { fees }: Matter, act: ActName | undefined): Pick<Fate, 'assessed' | 'charges' | 'refundFen'> {
  const standard = fees.map(({ standardId, amountFen }) => ({ standardId, amountFen })), [first] = standard, more = 100 * chance.whole('too much', 5, 60)
  const assessed = chance.happens('assessed', 0.3), paid = (...fens: number[]) => fens.map((amountFen) => ({ standardId: first!.standardId, amountFen }))
  if (!first) return { assessed: false, charges: [], refundFen: 0 }
  switch (act) {
    case 'over': return { assessed, charges: paid(first.amountFen + more), refundFen: 0 }
    case 'over and back': return { assessed, charges: paid(first.amountFen + more), refundFen: more }
    case 'under': return { assessed, charges: paid(Math.round(first.amountFen * 0.8)), refundFen: 0 }
    case 'instalments': return { assessed, charges: paid(first.amountFen / 2, first.amountFen - first.amountFen / 2), refundFen: 0 }
    default: return { assessed, charges: standard, refundFen: 0 }
  }
}

function jointOf({ one, between }: Chance, { coHandlers }: Matter): Fate['joint'] {
  return coHandlers.map((co) => {
    const lateness = between(`co-handler ${co.department} is late`, 0, 1), { character } = departmentOf(co.department)
    const share = lateness < 0.03 + character.hours / 3 ? between(`late by ${co.department}`, 1.3, 1.8) : between(`takes ${co.department}`, 0.3, 0.95)
    return { ...co, officer: one(`officer of ${co.department}`, handlersOf(co.department)), takes: co.promisedWorkingDays * share }
  })
}

export function fateOf(seed: number, caseNo: string): Fate {
  const chance = chanceOf(seed, caseNo.slice(3)), { happens, one, whole, between } = chance, batch = batchOf(seed, caseNo)
  const matter = matterOf(seed, caseNo), hall = hallFor(chance, matter), { department } = matter, { place } = placeOf(caseNo), overNight = place >= netPlace && !batch
  const township = halls.some((it) => it.hall === hall && it.kind === 'township'), clerk = one('clerk', clerksAt(hall))
  const handler = batch?.handler ?? one('handler', handlersOf(department)), reviewer = one('reviewer', reviewersOf(department))
  const drawn = batch ? undefined : actOf(chance, { matter, clerk, handler }), act = overNight && atTheWindow(drawn) ? undefined : drawn
  const course = act || batch ? plain(chance, matter, handler, act) : happenings(chance, matter, handler)
  const online = overNight || (!atTheWindow(act) && !batch && happens('online', 0.28)), { renewal } = course
  const applicant = applicantOf(seed, matter.applicant, whole('applicant', 1, knownApplicants(matter.applicant)))
  return {
    chance, matter, hall, handler, reviewer, clerk, act, batch, ...course,
    channel: online ? 'online' : township && happens('at a station', 0.5) ? 'station' : 'window',
    applicant: act === 'own case' && 'applicantName' in applicant ? { ...applicant, applicantId: handler.person, applicantName: handler.name } : applicant,
    approver: matter.flow.includes('approving') ? one('approver', approversOf(department)) : undefined,
    counted: !online && happens('counted', 0.22), preReviewed: online && happens('looked through', 0.12), mended: happens('mended', 0.02),
    renewal: renewal && { ...renewal, expiresIn: renewal.lapses ? whole('runs out soon', 10, 16) : whole('runs out', 120, 240) },
    joint: jointOf(chance, matter), superiorTakes: (matter.superior?.workingDays ?? 0) * between('superior takes', 0.4, happens('superior is late', 0.12) ? 1.6 : 0.95),
    told: matter.thirdParties && happens('third party', 0.3), urged: happens('urged', 0.015), corrected: happens('corrected', 0.012), archived: happens('archived', 0.3),
    ...chargesOf(chance, matter, act), attempt: attemptOf(act, handler, reviewer, department),
  }
}
