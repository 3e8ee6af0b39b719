import type { FastifyInstance } from 'fastify'
import { placeAt, type CameraRow } from '../../projections/cameras.ts'
import { momentsOf, seatOf } from '../../projections/footage-moments.ts'
import { isSeatAt, type SeatRow } from '../../projections/footage-seats.ts'
import { caseFor } from '../access/case-for.ts'
import { standingOf, type Standing } from '../access/standing.ts'
import { everything } from '../case-reading.ts'
import { looked } from '../privacy/looks.ts'
import type { Rooms } from '../rooms.ts'
import { stretchesOf } from './reading.ts'
import { camerasOf, recordedViewers, seesHall } from './scope.ts'

type FilmedBy = { camera: string; name: string; kind: CameraRow['kind']; covered: boolean; gap?: string; purged?: readonly string[] }
export type FilmedFact = { factId: string; type: string; atMs: number; cameras: FilmedBy[] }

/** What an instant of a camera holds: a picture, or why there is none. */
async function heldAt(rooms: Rooms, { camera, name, kind }: CameraRow, atMs: number): Promise<FilmedBy> {
  const { segments, gaps, purged } = await stretchesOf(rooms, camera, { fromMs: atMs, toMs: atMs }), one = { camera, name, kind }
  if (segments.some(({ amiss }) => amiss !== 'missing')) return { ...one, covered: true }
  if (segments.length > 0) return { ...one, covered: false, gap: 'missing' }
  if (purged[0]) return { ...one, covered: false, purged: purged[0].because }
  return { ...one, covered: false, ...(gaps[0] && { gap: gaps[0].cause }) }
}
/** Cameras that somebody may see and that looked at this then: those of the window, and the whole of its hall. */
function lookingAt(cameras: readonly CameraRow[], who: Standing, seats: readonly SeatRow[], seat: string, atMs: number): CameraRow[] {
  const then = cameras.map((camera) => ({ camera, place: placeAt(camera, atMs) }))
  const atWindow = then.filter(({ place }) => place.window !== undefined && isSeatAt(seats, seat, place.window, atMs))
  const halls = new Set(atWindow.map(({ place }) => place.hall)), over = then.filter(({ place }) => place.kind === 'overview' && halls.has(place.hall))
  return [...atWindow, ...over].filter(({ place: { hall } }) => seesHall(who, hall, 'recorded') !== undefined).map(({ camera }) => camera)
}

/** GET /api/cases/:id/footage — each fact of a case that happened before a camera, with the cameras, and whether they hold a picture of it. */
export function caseFootageRoute(app: FastifyInstance, rooms: Rooms) {
  app.get<{ Params: { id: string } }>('/api/cases/:id/footage', { config: { access: recordedViewers, looks: true } }, async (request): Promise<{ facts: FilmedFact[] }> => {
    const who = standingOf(request), { id } = await caseFor(rooms, who, request.params.id), cameras = await camerasOf(rooms), seats = await everything<SeatRow>(rooms, 'footage-seats')
    const facts = (await rooms.book.readStream(`cases-${id}`)).flatMap((fact) => {
      const seat = seatOf(fact.meta)
      return seat === undefined ? [] : momentsOf(fact).map((moment) => ({ moment, looking: lookingAt(cameras, who, seats, seat, moment.atMs) })).filter(({ looking }) => looking.length > 0)
    })
    const answer = { facts: await Promise.all(facts.map(async ({ moment: { id: factId, type, atMs }, looking }) =>
      ({ factId, type, atMs, cameras: await Promise.all(looking.map((camera) => heldAt(rooms, camera, atMs))) }))) }
    await looked(rooms, who, 'case', [id])
    return answer
  })
}
