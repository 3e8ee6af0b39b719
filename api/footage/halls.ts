import type { FastifyInstance } from 'fastify'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import type { CameraRow } from '../../projections/cameras.ts'
import type { CaseRow } from '../../projections/cases.ts'
import { openLight, type DueIndex, type OpenLight } from '../../projections/due-index.ts'
import type { MomentsRow } from '../../projections/footage-moments.ts'
import { everAt, isSeatAt, satAt, type SeatRow } from '../../projections/footage-seats.ts'
import { standingOf } from '../access/standing.ts'
import { everything } from '../case-reading.ts'
import type { Due } from '../due.ts'
import { directory } from '../naming.ts'
import { looked } from '../privacy/looks.ts'
import { only } from '../queries.ts'
import type { Rooms } from '../rooms.ts'
import { warnHours } from './pressure.ts'
import { baseDaysOf } from './reading.ts'
import { policyOf } from './references.ts'
import { camerasOf, isWithheld, liveViewers, noSuchFootage, seesHall } from './scope.ts'

/** 摄像机此刻 — by the recorder; of one that nothing has been heard of, that it is off. */
export function stateOf({ footage }: Rooms, { camera }: Pick<CameraRow, 'camera'>) {
  const { state = 'off' as const, sinceMs, cause } = footage?.states().get(camera) ?? {}
  return { state, ...(sinceMs !== undefined && { sinceMs }), ...(cause !== undefined && { cause }) }
}
/** 告急 of the disk, where there is reason to say so. */
export const alarmOf = ({ footage }: Rooms) => {
  const storage = footage?.storage()
  return storage && (storage.state !== 'ok' || storage.hoursLeft < warnHours) ? { state: storage.state, hoursLeft: Math.floor(storage.hoursLeft) } : undefined
}
/** 大厅之灯 — of its open cases the worst: late before soon. */
function lightOf(index: DueIndex, hall: string, now: Instant): OpenLight {
  const { total } = index.counts(now, [{ hall: [hall] }])
  return total.late > 0 ? 'late' : total.soon > 0 ? 'soon' : 'ok'
}
const inOrder = (a: CameraRow, b: CameraRow) => a.priority - b.priority || a.camera.localeCompare(b.camera, 'en', { numeric: true })

/** 久无动静 — a window at which nothing has been told for so long stands empty since the last that was. */
const emptyAfterMs = 10 * 60_000, dayMs = 86_400_000
export type AtWindow = {
  window: string; officer?: string; caseId?: string; caseNo?: string; itemName?: string; step?: string; light?: OpenLight | 'done'; leftMs?: number; dueOn?: Day; emptySinceMs?: number
}
/** The last thing told at a window within a day. */
async function latestAt(rooms: Rooms, seats: readonly SeatRow[], window: string, nowMs: number) {
  const names = [`at ${window}`, ...everAt(seats, window).map((person) => `by ${person}`)]
  const pages = await Promise.all(names.map((seat) => rooms.rows.find('footage-moments', { where: { seat }, order: '-hour', limit: 2 })))
  const rows = pages.map((page) => page.rows.map(({ row }) => row as MomentsRow))
  const moments = rows.flat().flatMap(({ seat, moments }) => moments.filter(({ atMs }) => atMs <= nowMs && atMs > nowMs - dayMs && isSeatAt(seats, seat, window, atMs)))
  return moments.reduce<MomentsRow['moments'][number] | undefined>((a, b) => !a || b.atMs > a.atMs || (b.atMs === a.atMs && b.position > a.position) ? b : a, undefined)
}
async function standsAt(rooms: Rooms, index: DueIndex, seats: readonly SeatRow[], window: string): Promise<AtWindow> {
  const now = rooms.now(), nowMs = Date.parse(now), latest = await latestAt(rooms, seats, window, nowMs), { personName, itemName, people } = await directory(rooms)
  const sits = latest?.by ?? people.find(({ person }) => satAt(seats, person, window, nowMs))?.person, officer = sits === undefined ? undefined : personName.get(sits)
  const who = { window, ...(officer !== undefined && { officer }) }
  if (!latest) return who
  if (nowMs - latest.atMs > emptyAfterMs) return { ...who, emptySinceMs: latest.atMs }
  const row = await rooms.rows.get('cases', latest.case) as CaseRow | undefined
  if (!row) return { ...who, emptySinceMs: latest.atMs }
  const subject = `cases.${row.id}`, standing = row.open ? index.standing(subject) : undefined, { dueOn, dueAt } = index.get(subject) ?? {}
  return {
    ...who, caseId: row.id, caseNo: row.caseNo,
    itemName: itemName.get(row.itemCode) ?? row.itemCode, step: row.lastStep, light: !row.open ? 'done' : standing ? openLight(standing, now) : 'ok',
    ...(dueAt && { leftMs: Date.parse(dueAt) - nowMs }), ...(dueOn && { dueOn }),
  }
}

/** 大厅与窗口 — which cameras hang where and how they are; and what stands at each window now, as the facts have it. */
export function hallRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: Due) {
  app.get('/api/video/halls', { config: { access: liveViewers } }, async (request) => {
    const who = standingOf(request), { halls } = await directory(rooms), cameras = (await camerasOf(rooms)).filter(({ retired }) => !retired), now = rooms.now(), alarm = alarmOf(rooms)
    await ready()
    const { policy } = await policyOf(rooms.book)
    const kept = { stepDays: policy.stepDays, supplementDays: policy.supplementDays, complaintDays: policy.complaintDays, cardDays: policy.cardDays }
    const hung = (hall: string) => cameras.filter((one) => one.hall === hall).sort(inOrder).map(({ camera, name, kind, window, priority, masks, retentionDays }) =>
      ({ camera, name, kind, ...(window !== undefined && { window }), ...stateOf(rooms, { camera }), priority, keptDays: baseDaysOf({ retentionDays }, policy),
        ...(masks.length > 0 && { masks }), ...(isWithheld({ masks }, seesHall(who, hall)!) && { withheld: true as const }) }))
    const seen = halls.filter(({ hall }) => seesHall(who, hall)).map(({ hall, name }) => ({ id: hall, name, light: lightOf(index, hall, now), cameras: hung(hall) }))
    return { ...(alarm && { storage: alarm }), kept, halls: seen }
  })
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/video/now', { config: { access: liveViewers, looks: true } }, async (request) => {
    const who = standingOf(request), { hall = '' } = only(request.query, 'hall')
    if (!seesHall(who, hall)) throw noSuchFootage()
    const hung = (await camerasOf(rooms)).filter((one) => one.hall === hall && !one.retired), windows = [...new Set(hung.flatMap(({ window }) => window ?? []))]
    const seats = await everything<SeatRow>(rooms, 'footage-seats')
    await ready()
    const standing = await Promise.all(windows.map((window) => standsAt(rooms, index, seats, window)))
    await looked(rooms, who, 'list', standing.flatMap(({ caseId }) => caseId ?? []))
    return { at: rooms.now(), windows: standing }
  })
}
