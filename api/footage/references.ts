import { doorId, type CameraReference, type HeldReference } from '../../domain/evidence/decide/footage.ts'
import { evolvePolicy, type PolicyState } from '../../domain/evidence/decide/policy.ts'
import type { EvidenceEvent, Written } from '../../domain/evidence/events.ts'
import { evidence } from '../../domain/evidence/index.ts'
import { usualPolicy, type Hold } from '../../domain/evidence/retention.ts'
import type { Reference } from '../../domain/kernel/decider.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { EventLog } from '../../domain/kernel/ports.ts'
import { cameras as camerasProjection, isOverview, windowsSeen, type CameraRow } from '../../projections/cameras.ts'
import { momentsOf, seatOf, type Moment } from '../../projections/footage-moments.ts'
import { foldSeats, isSeatAt, type SeatRow } from '../../projections/footage-seats.ts'
import { foldInto } from '../../projections/kernel.ts'
import type { ReadStore } from '../../projections/read-store.ts'
import { load } from '../tell.ts'

const factsOf = async (book: EventLog, stream: string) => await load(book, evidence, stream) as unknown as Recorded<EvidenceEvent>[]
/** 摄像机 from its own register. */
export async function cameraOf(book: EventLog, camera: string): Promise<CameraRow | undefined> {
  const rows = new Map<string, CameraRow>()
  for (const fact of await factsOf(book, `evidence-register.${camera}`)) foldInto(camerasProjection, rows, fact)
  return rows.get(camera)
}
/** 保存规则 as it stands. */
export async function policyOf(book: EventLog): Promise<PolicyState> {
  const facts = await factsOf(book, 'evidence-policy.retention') as unknown as Parameters<typeof evolvePolicy>[1][]
  return facts.reduce(evolvePolicy, { policy: usualPolicy, shortening: false })
}

/** 座位沿革 — by the rows, and by what was told since they were folded. */
async function seatsOf(book: EventLog, rows: ReadStore | undefined): Promise<SeatRow[]> {
  const found = new Map<string, SeatRow>(), from = rows ? await rows.checkpoint('footage-seats') : 0
  if (rows) for await (const batch of rows.scan('footage-seats')) for (const { key, row } of batch) found.set(key, row as SeatRow)
  for await (const batch of book.readAll(from)) for (const fact of batch) if (fact.type === 'KeyBound') foldSeats(found, fact as Parameters<typeof foldSeats>[1])
  return [...found.values()]
}
/** 全部摄像机 — likewise. */
async function camerasNow(book: EventLog, rows: ReadStore | undefined): Promise<CameraRow[]> {
  const found = new Map<string, CameraRow>(), from = rows ? await rows.checkpoint('cameras') : 0
  if (rows) for await (const batch of rows.scan('cameras')) for (const { key, row } of batch) found.set(key, row as CameraRow)
  for await (const batch of book.readAll(from)) for (const fact of batch) {
    if (fact.meta.stream.startsWith('evidence-register.')) foldInto(camerasProjection, found, fact as Recorded<EvidenceEvent>)
  }
  return [...found.values()]
}
/** 一件的时刻 before one camera, from the case's own stream. */
async function momentsBefore(book: EventLog, seats: readonly SeatRow[], windowsAt: (atMs: number) => readonly string[], caseId: string): Promise<Moment[]> {
  return (await book.readStream(`cases-${caseId}`)).flatMap((fact) => {
    const seat = seatOf(fact.meta)
    return seat === undefined ? [] : momentsOf(fact).filter(({ atMs }) => windowsAt(atMs).some((window) => isSeatAt(seats, seat, window, atMs)))
  })
}

/** 仍在保全的 — by the rows, and by what was told since they were folded: a hold that was answered is known here. */
async function standingHolds(book: EventLog, rows: ReadStore | undefined): Promise<Hold[]> {
  const found = new Map<string, Hold>(), from = rows ? await rows.checkpoint('holds') : 0
  if (rows) for await (const batch of rows.scan('holds')) for (const { row } of batch) if (row['standing'] === true) found.set(String(row['hold']), row as unknown as Hold)
  for await (const batch of book.readAll(from)) for (const { type, data } of batch) {
    if (type === 'HoldPlaced') found.set(String(data['hold']), data as Written<'HoldPlaced'>['data'])
    if (type === 'HoldReleased') found.delete(String(data['hold']))
  }
  return [...found.values()]
}
/** 不可删的 of one camera. */
async function heldOf(book: EventLog, rows: ReadStore | undefined, id: string): Promise<HeldReference> {
  const camera = await cameraOf(book, id), seats = await seatsOf(book, rows), holds = await standingHolds(book, rows)
  const { policy: { aroundSeconds, holdsOverview } } = await policyOf(book), aroundMs = aroundSeconds * 1000
  const all = camera && holdsOverview && isOverview(camera) && holds.some((hold) => hold.case !== undefined) ? await camerasNow(book, rows) : []
  const windowsAt = (atMs: number) => camera ? windowsSeen(camera, all, atMs, holdsOverview) : []
  const ranges = await Promise.all(holds.map(async (hold) => {
    if (hold.case !== undefined) return (await momentsBefore(book, seats, windowsAt, hold.case)).map(({ atMs }) => ({ fromMs: atMs - aroundMs, toMs: atMs + aroundMs }))
    return hold.camera === id ? [{ fromMs: hold.fromMs!, toMs: hold.toMs! }] : []
  }))
  return { ranges: ranges.flat() }
}

/** 视频的参照 — from the streams themselves, however far the rows are behind. */
export const evidenceReferences = (book: EventLog, rows: ReadStore | undefined) => ({
  async camera({ id }: Reference): Promise<CameraReference | undefined> {
    if (id === doorId) return { hall: '' }
    const found = await cameraOf(book, id)
    return found && { hall: found.hall }
  },
  async heldCase({ id }: Reference): Promise<object | undefined> { return (await book.readStream(`cases-${id}`)).length > 0 ? {} : undefined },
  held: ({ id }: Reference): Promise<HeldReference> => heldOf(book, rows, id),
})
