import { hash } from 'node:crypto'
import type { EventLog } from '../../domain/kernel/ports.ts'
import type { Fact, Told } from '../../domain/kernel/events.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { dayAfter, instantOf } from '../../domain/kernel/zones.ts'
import { benchZone, departments } from './told.ts'

/** 一县的办件 — so many cases as a county has them over two years, the newest of them open; all of a case follows from its number alone, so that what a
    question must answer is known without any row of the house. */
export const countyNow = '2026-07-10T02:00:00.000Z' as Instant, today = '2026-07-10' as Day
export const items = 60, officers = 200, halls = ['H-1', 'H-2', 'H-3', 'H-4', 'H-5', 'H-6'] as const, organisations = 800
export const countyTypes = ['PROMISED', 'JOINT', 'REPORTED_UP'] as const
/** Working days that were promised, by item. */
export const limitOf = (item: number) => [5, 20, 40, 60, 50, 90][item % 6]!
export const itemCode = (item: number) => `MJ-${String(item).padStart(4, '0')}`
export const itemDepartment = (item: number) => item % departments.length
export const itemType = (item: number) => item % 10 < 7 ? 0 : item % 10 < 9 ? 1 : 2
export const officerId = (n: number) => `p-${String(n).padStart(3, '0')}`
/** Those of a department, by turns; nobody of the hall's clerks works for one. */
export const officerDepartment = (n: number) => n % departments.length
export const organisationName = (n: number) => `兴盛建材有限公司${n}`
const spanDays = 500, dayMs = 864e5
const firstDay = new Date(Date.parse(today) - (spanDays - 1) * dayMs).toISOString().slice(0, 10) as Day

/** A number between 0 and 1 from two others, the same on every machine. */
export function chance(n: number, of: number): number {
  let t = Math.imul(n ^ (of * 0x9e3779b9), 0x85ebca6b) + 0x6d2b79f5
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const upTo = (n: number, of: number, most: number) => Math.floor(chance(n, of) * most)

export const countyStages = ['Submitted', 'Accepted', 'Handled', 'Reviewed', 'Suspended', 'Concluded', 'Delivered'] as const
/** `began`, `ended`: days since the first. `organisation`: none is a person's. */
export type CountyCase = { n: number; began: number; item: number; hall: number; stage: number; accepter: number; holder: number; ended?: number; organisation?: number; applicant: number }
export const dayOf = (began: number): Day => dayAfter(firstDay, began)
export const todays = spanDays - 1

/** The nth of so many; the later ones began later. */
export function countyCase(n: number, cases: number): CountyCase {
  const began = Math.floor(n * spanDays / cases), age = todays - began, item = upTo(n, 1, items), span = Math.floor(limitOf(item) * 1.26)
  const isOpen = chance(n, 2) < (age < span ? 0.9 : 0.004), officer = (of: number) => upTo(n, of, officers / departments.length) * departments.length + itemDepartment(item)
  const way = chance(n, 3), waits = age < 3 && way < 0.2
  const stage = isOpen ? waits ? 0 : way < 0.65 ? 1 : way < 0.82 ? 2 : way < 0.97 ? 3 : 4 : chance(n, 4) < 0.95 ? 6 : 5
  const accepter = officer(5), handler = officer(6), reviewer = officer(7)
  const ended = isOpen ? undefined : began + Math.min(age, 1 + upTo(n, 8, Math.max(1, span - 2)))
  const giant = chance(n, 9), organisation = giant < 0.01 ? 0 : giant < 0.2 ? 1 + upTo(n, 10, organisations - 1) : undefined
  return { n, began, item, hall: Math.floor(chance(n, 11) ** 2 * halls.length), stage, accepter, holder: stage === 0 ? -1 : stage === 2 ? handler : stage === 3 ? reviewer : stage < 5 ? accepter : stage === 5 ? handler : accepter,
    ...(ended !== undefined && { ended }), ...(organisation !== undefined && { organisation }), applicant: upTo(n, 12, Math.max(1, Math.floor(cases / 3))) }
}
export const countyNo = ({ n, began }: Pick<CountyCase, 'n' | 'began'>) => `${dayOf(began).replaceAll('-', '')}-${String(n).padStart(7, '0')}`
export const applicantOf = ({ organisation, applicant }: CountyCase) => organisation === undefined ? `a-${applicant}` : `o-${organisation}`

const pinnedFor = (item: number) => ({ itemVersion: 1, calendarVersion: 30, promisedWorkingDays: limitOf(item), statutoryWorkingDays: limitOf(item) * 2, flow: ['handling', 'reviewing', 'approving'],
  caseType: countyTypes[itemType(item)] })
/** Its facts, each with when it happened: in the morning of its day, so that all of today's lies behind. */
function lifeOf(one: CountyCase): [Fact, Instant][] {
  const { n, began, item, stage, ended = todays } = one, on = dayOf(began), pinned = pinnedFor(item), hall = halls[one.hall]!
  const minute = upTo(n, 13, 25), at = (day: number, minutes: number) => instantOf(Date.parse(`${dayOf(day)}T01:00:00.000Z`) + (minute + minutes) * 60_000 + n % 60_000)
  const accepter = officerId(one.accepter), between = (share: number) => began + Math.floor((ended - began) * share)
  const officer = (of: number) => officerId(upTo(n, of, officers / departments.length) * departments.length + itemDepartment(item))
  const facts: [Fact, Instant][] = [[{ type: 'ApplicationSubmitted', data: { caseNo: countyNo(one), itemCode: itemCode(item), hall, channel: n % 3 ? 'window' : 'online', applicantId: applicantOf(one),
    ...(one.organisation !== undefined && { organisation: organisationName(one.organisation) }), zone: benchZone, department: departments[itemDepartment(item)]!, receivedOn: on, pinned } }, at(began, 0)]]
  if (stage === 0) return facts
  facts.push([{ type: 'CaseAccepted', data: { acceptedOn: on, pinned, by: accepter } }, at(began, 2)])
  if (stage === 4) facts.push([{ type: 'SpecialProcedureStarted', data: { kind: '检验', startedOn: on, plannedWorkingDays: 200, basis: '检验检测', approver: officer(7) } }, at(began, 4)])
  if (stage === 1 || stage === 4) return facts
  facts.push([{ type: 'HandlingCompleted', data: { opinion: '经现场核查，材料与实际相符，同意上报审核。', by: officer(6) } }, at(between(0.5), 6)])
  if (stage === 2) return facts
  facts.push([{ type: 'ReviewCompleted', data: { opinion: '材料属实，程序合规，同意。', result: 'pass', by: officer(7) } }, at(between(0.7), 8)])
  if (stage === 3) return facts
  facts.push([{ type: 'ApprovalGiven', data: { opinion: '同意。', result: 'pass', by: officer(14) } }, at(between(0.9), 10)],
    [{ type: 'LicenceGranted', data: { by: officer(14) } }, at(ended, 12)],
    [{ type: 'CaseConcluded', data: { resultCode: 'granted', concludedOn: dayOf(ended), by: officer(6) } }, at(ended, 14)])
  if (stage === 6) facts.push([{ type: 'ResultDelivered', data: { method: 'window', deliveredOn: dayOf(ended), by: accepter } }, at(ended, 16)])
  return facts
}
const toldOf = (stream: string, index: number, { type, data }: Fact, recordedAt: Instant): Told => ({ type, data, meta: {
  id: hash('sha256', `${stream} ${index}`, 'hex').slice(0, 32), version: 1, recordedAt, region: '422822', cause: `bench ${index}`,
  actor: { person: String(data['by'] ?? 'p-900'), role: 'handler', department: '' } } })

const atOnce = 200
/** Tells so many whole cases through the port, day by day as they happened, and keeps no more of them than the facts that are still to come.
    What stands there from a filling that was broken off is left as it is. */
export async function fillCounty(book: EventLog, cases: number, say: (line: string) => void): Promise<{ facts: number }> {
  type Due = { at: Instant; stream: string; index: number; fact: Fact }
  const comes = new Map<Day, Due[]>(), began = performance.now()
  let facts = 0, n = 0
  for (let day = 0; day <= todays; day++) {
    for (let one; n < cases && (one = countyCase(n, cases)).began === day; n++) {
      const stream = `cases-${countyNo(one)}`
      lifeOf(one).forEach(([fact, at], index) => {
        const on = at.slice(0, 10) as Day, due = comes.get(on) ?? []
        due.push({ at, stream, index, fact })
        comes.set(on, due)
      })
    }
    const due = (comes.get(dayOf(day)) ?? []).sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : a.index - b.index)
    comes.delete(dayOf(day))
    let next = 0
    const client = async () => { for (let one; (one = due[next++]);) await book.append(one.stream, one.index, [toldOf(one.stream, one.index, one.fact, one.at)]) }
    await Promise.all(Array.from({ length: atOnce }, client))
    facts += due.length
    if (day % 25 === 24) say(`  ${n} 件，${facts} 条，${((performance.now() - began) / 1000).toFixed(0)} s，RSS ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`)
  }
  return { facts }
}
