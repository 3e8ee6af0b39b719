import { importer } from '../api/rooms.ts'
import type { Saying } from '../api/tell.ts'
import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import type { HistoryEntry } from '../domain/cases/history.ts'
import { cases } from '../domain/cases/index.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { chanceOf } from './chance.ts'
import { county } from './places.ts'
import { afterWork, momentOf } from './office-time.ts'
import { minutes } from './scene.ts'

/** 部门自建系统 — a department's own system, whose cases are told when they are over: in whatever order it did things, and by whomever. */
export const source = 'fangchan'
const department = '住房和城乡建设局', flow = ['handling', 'reviewing', 'approving'] as const
/** `reasoned`: not accepted with all that is owed; `thorough` and `reasoned` are as they should be. */
const foreignKinds = ['thorough', 'thorough', 'skipped', 'reordered', 'same person', 'unreasoned', 'reasoned'] as const
export type ForeignKind = typeof foreignKinds[number]
export const foreignKindOf = (seed: number, caseNo: string): ForeignKind => chanceOf(seed, `foreign ${caseNo}`).one('kind', foreignKinds)
/** 已结旧件 that is told as a whole. */
export type Foreign = { caseNo: string; at: Instant; saying: Saying }

type Told = Pick<HistoryEntry, 'type' | 'data'>
function courseOf(kind: ForeignKind): Told[] {
  const [a, b, c] = ['fc-01', 'fc-02', 'fc-09']
  const submitted: Told = { type: 'ApplicationSubmitted', data: { itemCode: 'FC-预售资金监管', department, channel: '部门窗口', flow: [...flow], by: a } }
  const accepted: Told = { type: 'CaseAccepted', data: { by: a } }, handled: Told = { type: 'HandlingCompleted', data: { opinion: '拟同意。', by: a } }
  const reviewed = (by: string): Told => ({ type: 'ReviewCompleted', data: { result: 'pass', opinion: '同意。', by } })
  const approved: Told = { type: 'ApprovalGiven', data: { result: 'pass', by: c } }, granted: Told = { type: 'LicenceGranted', data: { by: c } }
  const concluded = (resultCode: string): Told => ({ type: 'CaseConcluded', data: { resultCode, by: a } })
  switch (kind) {
    case 'thorough': return [submitted, accepted, handled, reviewed(b), approved, granted, concluded('granted')]
    case 'skipped': return [submitted, accepted, handled, approved, granted, concluded('granted')]
    case 'reordered': return [submitted, accepted, reviewed(b), handled, approved, granted, concluded('granted')]
    case 'same person': return [submitted, accepted, handled, reviewed(a), approved, granted, concluded('granted')]
    case 'unreasoned': return [submitted, accepted, handled, reviewed(b), approved, { type: 'LicenceRefused', data: { by: c } }, concluded('refused')]
    case 'reasoned': return [submitted, { type: 'CaseNotAccepted', data: { reasonCode: 'not-our-competence', reason: '不属于本局职权', basis: '城市房地产管理法第四十五条', remedies: '六十日内可申请行政复议', by: a } }]
  }
}

/** What the importer tells in the evening of a working day. */
export function foreignOn(seed: number, day: Day, calendar: OfficeCalendar, casesPerDay: number): Foreign[] {
  const chance = chanceOf(seed, `foreign on ${day}`), caseNo = `FC${day.replaceAll('-', '')}`
  if (casesPerDay === 0 || !calendar.isWorkingDay(day) || !chance.happens('told', 0.3)) return []
  let at = momentOf(calendar, calendar.addWorkingDays(day, 0), 0), began = day
  for (let back = 0; back < 5;) {
    began = new Date(Date.parse(began) - 864e5).toISOString().slice(0, 10) as Day
    if (calendar.isWorkingDay(began)) back++
  }
  at = momentOf(calendar, began, chance.between('begins', 0.05, 0.5))
  const entries = courseOf(foreignKindOf(seed, caseNo)).map((told, i) => {
    const occurredAt = i === 0 ? at : at = afterWork(calendar, at, chance.between(`step ${i}`, 0.1, 0.6))
    return { ...told, key: `${caseNo} ${i}`, occurredAt, order: i } as HistoryEntry
  })
  return [{ caseNo, at: minutes(calendar.closeOf(day), 20), saying: { context: cases, id: `${source}:${caseNo}`, by: importer, key: `county:${source}:${caseNo}`,
    command: { type: 'RecordHistory', data: { caseNo, source, batch: day, hall: 'mingjing', zone: county.zone, entries } } } }]
}
