import type { Day, Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { clockView } from '../projections/case-clocks.ts'
import type { DeskRow } from '../projections/desk.ts'
import { pageLimit, type Place } from '../projections/read-store.ts'
import { findAny } from './access/finding.ts'
import type { Standing } from './access/standing.ts'
import { calendarFor } from './judging.ts'
import { directory } from './naming.ts'
import type { Rooms } from './rooms.ts'

/** 本月一件 — what somebody had a hand in and is concluded: whether in time, and by how many working days on the case's own clock. */
export type MonthCase = { id: string; itemName: string; endedOn: Day; inTime: boolean; workingDays: number }
/** 我的本月 — each figure is counted from `rows`: all of them, those in time, and the mean. */
export type Month = { from: Day; rows: MonthCase[]; concluded: number; inTime: number; meanWorkingDays?: number }

async function endedBy({ rows }: Rooms, person: string, from: Day): Promise<DeskRow[]> {
  const found: DeskRow[] = [], wheres = (['handler', 'reviewer', 'approver'] as const).map((part) => ({ [part]: person, endedOn: { from } }))
  for (let after: Place | undefined; ;) {
    const page = await findAny(rows, 'desk', { order: '-endedOn', limit: pageLimit, ...(after && { after }) }, wheres)
    found.push(...page.rows.map(({ row }) => row as DeskRow))
    if (!page.end) return found
    after = page.end
  }
}
export async function monthOf(rooms: Rooms, { person }: Standing, now: Instant): Promise<Month> {
  const from = `${dayIn(rooms.founding.zone, now).slice(0, 8)}01` as Day, names = (await directory(rooms)).itemName
  const rows = (await Promise.all((await endedBy(rooms, person, from)).map(async ({ id, itemCode, endedOn, endedAt }): Promise<MonthCase[]> => {
    const timeline = await rooms.rows.get('case-timelines', `cases.${id}`) as Timeline | undefined, promised = timeline?.clocks.find(({ name }) => name === 'promised')
    if (!timeline || !promised || endedOn === undefined || endedAt === undefined) return []
    const { dueAt, elapsedWorkingDays } = clockView(promised, await calendarFor(rooms, timeline, endedAt), endedAt)
    return [{ id, itemName: names.get(itemCode) ?? itemCode, endedOn, inTime: dueAt === undefined || endedAt <= dueAt, workingDays: elapsedWorkingDays }]
  }))).flat()
  const sum = rows.reduce((all, { workingDays }) => all + workingDays, 0)
  return { from, rows, concluded: rows.length, inTime: rows.filter(({ inTime }) => inTime).length, ...(rows.length > 0 && { meanWorkingDays: Math.round(sum / rows.length * 10) / 10 }) }
}
