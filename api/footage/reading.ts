import { cardReasons, reasonOf, exportDays, dayMs, type CardLife, type Reason } from '../../domain/evidence/retention.ts'
import { isOverview, windowsSeen, type CameraRow } from '../../projections/cameras.ts'
import type { CardRow } from '../../projections/cards.ts'
import type { CaseRow } from '../../projections/cases.ts'
import type { ExportRow } from '../../projections/footage-exports.ts'
import type { HourRow, KeptSegment } from '../../projections/footage-hours.ts'
import { hourText, type Moment, type MomentsRow } from '../../projections/footage-moments.ts'
import { everAt, isSeatAt, type SeatRow } from '../../projections/footage-seats.ts'
import type { HoldRow } from '../../projections/holds.ts'
import { pageLimit, type Place as PageEnd, type Query } from '../../projections/read-store.ts'
import { everything } from '../case-reading.ts'
import type { Rooms } from '../rooms.ts'
import { policyOf } from './references.ts'
import { camerasOf } from './scope.ts'

const hourMs = 3_600_000
export type Range = { fromMs: number; toMs: number }
export const hoursOf = ({ fromMs, toMs }: Range): string[] => {
  const first = Math.floor(fromMs / hourMs), count = Math.floor(toMs / hourMs) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, i) => hourText((first + i) * hourMs))
}
const present = <T>(all: readonly (T | undefined)[]) => all.filter((one) => one !== undefined)

/** 时刻 at some windows within a range, whoever told them and wherever they were said to sit. */
export async function momentsAt(rooms: Rooms, windowsAt: (atMs: number) => readonly string[], windows: readonly string[], range: Range): Promise<(Moment & { window: string })[]> {
  const seats = await everything<SeatRow>(rooms, 'footage-seats'), found: (Moment & { window: string })[] = []
  for (const window of windows) {
    const keys = [`at ${window}`, ...everAt(seats, window).map((person) => `by ${person}`)].flatMap((seat) => hoursOf(range).map((hour) => `${seat} ${hour}`))
    const rows = present(await Promise.all(keys.map((key) => rooms.rows.get('footage-moments', key)))) as MomentsRow[]
    for (const { seat, moments } of rows) for (const one of moments) {
      if (one.atMs >= range.fromMs && one.atMs <= range.toMs && windowsAt(one.atMs).includes(window) && isSeatAt(seats, seat, window, one.atMs)) found.push({ ...one, window })
    }
  }
  return found.sort((a, b) => a.atMs - b.atMs || a.position - b.position)
}
/** What a camera ever looked at, and what at an instant. */
async function windowsBefore(rooms: Rooms, camera: CameraRow, overviewToo: boolean) {
  const all = await camerasOf(rooms), halls = new Set(camera.places.map(({ hall }) => hall))
  const over = overviewToo && isOverview(camera) ? all.flatMap(({ places }) => places.flatMap(({ hall, window }) => halls.has(hall) ? window ?? [] : [])) : []
  const windows = [...new Set([...camera.places.flatMap(({ window }) => window ?? []), ...over])]
  return { windows, windowsAt: (atMs: number) => windowsSeen(camera, all, atMs, overviewToo) }
}
/** 镜头前的事 — facts of cases that happened before a camera. */
export async function factsBefore(rooms: Rooms, camera: CameraRow, range: Range, overviewToo = true) {
  const { windows, windowsAt } = await windowsBefore(rooms, camera, overviewToo)
  return momentsAt(rooms, windowsAt, windows, range)
}

const words = ({ recordedAt, notified = [], appeal, stay, correction, confirmed, sanctions = [], revoked, superseded }: CardRow) => [recordedAt, ...notified.map(({ at }) => at),
  ...present([appeal?.recordedAt, appeal?.decided?.recordedAt, stay?.recordedAt, correction?.recordedAt, correction?.confirmed?.recordedAt, confirmed?.recordedAt,
    revoked?.recordedAt, superseded?.recordedAt]),
  ...sanctions.map((one) => one.recordedAt)]
/** 牌 of a case and its sub-cases, as far as footage must know them: yellow and red. */
async function cardsOf(rooms: Rooms, caseId: string): Promise<CardLife[]> {
  const row = await rooms.rows.get('cases', caseId) as CaseRow | undefined, subjects = [`cases.${caseId}`, ...(row?.subCases ?? []).map(({ subCase }) => `cases.${caseId}#${subCase}`)]
  const { rows } = await rooms.rows.find('cards', { where: { subject: { in: subjects } }, limit: 1000 })
  return (rows.map(({ row }) => row) as unknown as CardRow[]).filter(({ severity }) => severity === 'YELLOW' || severity === 'RED').map((card) => ({
    cardId: card.cardId, appealOpen: card.appeal !== undefined && card.appeal.decided === undefined, latestMs: Math.max(...words(card).map((at) => Date.parse(at))),
  }))
}
/** All of them, however many: the thousand and first hold keeps what it holds too. */
async function every<Row>(rooms: Rooms, collection: string, where: Query['where']): Promise<Row[]> {
  const found: Row[] = []
  for (let after: PageEnd | undefined; ;) {
    const page = await rooms.rows.find(collection, { where: where ?? {}, limit: pageLimit, ...(after && { after }) })
    found.push(...page.rows.map(({ row }) => row as Row))
    if (!page.end) return found
    after = page.end
  }
}
/** 保存理由 of a stretch of a camera, beside its base days; `lives`: what is known of cards, where many stretches are asked about. */
export async function reasonsOf(rooms: Rooms, camera: CameraRow, { fromMs, toMs }: Range, lives = new Map<string, Promise<CardLife[]>>()): Promise<Reason[]> {
  const { policy } = await policyOf(rooms.book), aroundMs = policy.aroundSeconds * 1000
  const moments = await factsBefore(rooms, camera, { fromMs: fromMs - aroundMs, toMs: toMs + aroundMs }, false), cases = [...new Set(moments.map((one) => one.case))]
  const cards = await Promise.all(cases.map(async (id) => {
    if (!lives.has(id)) lives.set(id, cardsOf(rooms, id))
    return cardReasons(moments.filter((one) => one.case === id), await lives.get(id)!, policy)
  }))
  const standing = await every<HoldRow>(rooms, 'holds', { standing: true })
  // What an overview saw stays for a hold alone, and where the rule says so: every fact of a hall would keep it for ever.
  const overview = policy.holdsOverview && isOverview(camera) && standing.some((hold) => hold.case !== undefined)
  const seen = overview ? await factsBefore(rooms, camera, { fromMs: fromMs - aroundMs, toMs: toMs + aroundMs }) : moments
  const holds = standing.flatMap((hold): Reason[] => hold.case !== undefined
    ? seen.filter((one) => one.case === hold.case).map(({ atMs }) => ({ kind: 'hold', of: hold.hold, fromMs: atMs - aroundMs, toMs: atMs + aroundMs }))
    : hold.camera === camera.camera ? [{ kind: 'hold', of: hold.hold, fromMs: hold.fromMs!, toMs: hold.toMs! }] : [])
  const exports = (await every<ExportRow>(rooms, 'footage-exports', { camera: camera.camera, state: { in: ['requested', 'approved'] } })).map((one): Reason =>
    ({ kind: 'export', of: one.export, fromMs: one.fromMs, toMs: one.toMs, untilMs: Date.parse(one.requestedAt) + exportDays * dayMs }))
  return [...moments.map((one) => reasonOf(one, policy)), ...cards.flat(), ...holds, ...exports]
}
/** 基本保存天数 of a camera: its own, and never fewer than the house's. */
export const baseDaysOf = ({ retentionDays }: Pick<CameraRow, 'retentionDays'>, { baseDays }: { baseDays: number }) => Math.max(retentionDays, baseDays)

export type Gap = HourRow['gaps'][number]
export type Stretches = { segments: KeptSegment[]; gaps: Gap[]; purged: HourRow['purged'] }
const overlaps = (range: Range) => (fromMs: number, toMs: number) => fromMs <= range.toMs && toMs >= range.fromMs
/** A gap that nobody has said the end of ends where there is a picture again. */
const endOf = ({ fromMs, toMs }: Gap, segments: readonly KeptSegment[]) => toMs ?? segments.find(({ startMs }) => startMs >= fromMs)?.startMs
/** The newest hour until then that says of pictures whether there are any: one in which the camera was merely refused says nothing of the gap that it is in. */
export async function lastHourOf(rooms: Rooms, camera: string, until?: string): Promise<HourRow | undefined> {
  for (let after: PageEnd | undefined; ;) {
    const page = await rooms.rows.find('footage-hours', { where: { camera, ...(until !== undefined && { hour: { to: until } }) }, order: '-hour', limit: 50, ...(after && { after }) })
    const found = (page.rows.map(({ row }) => row) as unknown as HourRow[]).find(({ lastSeq, gaps }) => lastSeq > 0 || gaps.length > 0)
    if (found || !page.end) return found
    after = page.end
  }
}
/** 录像所有 — what of a stretch of a camera is there, what is missing and why, and what is gone. */
export async function stretchesOf(rooms: Rooms, camera: string, range: Range): Promise<Stretches> {
  // A segment lasts a minute at the most; a gap may have begun long ago.
  const wide = { fromMs: range.fromMs - hourMs, toMs: range.toMs }, within = overlaps(range)
  const rows = present(await Promise.all(hoursOf(wide).map((hour) => rooms.rows.get('footage-hours', `${camera}.${hour}`)))) as HourRow[]
  const before = await lastHourOf(rooms, camera, hourText(wide.fromMs - hourMs)), hours = [...before ? [before] : [], ...rows]
  const segments = hours.flatMap((hour) => hour.segments).sort((a, b) => a.startMs - b.startMs || a.seq - b.seq)
  const gaps = hours.flatMap((hour) => hour.gaps).map((gap) => { const toMs = endOf(gap, segments); return { fromMs: gap.fromMs, ...(toMs !== undefined && { toMs }), cause: gap.cause } })
  return {
    segments: segments.filter(({ startMs, endMs }) => within(startMs, endMs)), gaps: gaps.filter(({ fromMs, toMs = Infinity }) => within(fromMs, toMs)).sort((a, b) => a.fromMs - b.fromMs),
    purged: hours.flatMap((hour) => hour.purged).filter(({ fromMs, toMs }) => within(fromMs, toMs)).sort((a, b) => a.fromMs - b.fromMs),
  }
}
