import { z } from 'zod'
import { evidenceEvents, type EvidenceEvent, type Written } from '../domain/evidence/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Projection } from './kernel.ts'

const { camera, ...register } = evidenceEvents.CameraRegistered.schema.shape
const place = z.strictObject({ sinceMs: z.int(), hall: register.hall, window: register.window, kind: register.kind })
export const CameraRow = z.strictObject({
  camera, ...register, retired: z.boolean(), keyHash: evidenceEvents.StreamKeyIssued.schema.shape.keyHash.optional(),
  /** 机位 — where it has hung, the first from the beginning: a fact is looked for before the camera that hung there then. */
  places: z.array(place).min(1),
})
export type CameraRow = z.infer<typeof CameraRow>
export type Place = z.infer<typeof place>

type Registering = Recorded<Written<'CameraRegistered' | 'CameraChanged'>>
const placeOf = ({ data: { hall, window, kind } }: Registering, sinceMs: number): Place => ({ sinceMs, hall, ...(window !== undefined && { window }), kind })
const samePlace = (a: Place, b: Place) => a.hall === b.hall && a.window === b.window && a.kind === b.kind
/** Where it hung at an instant. */
export const placeAt = ({ places }: Pick<CameraRow, 'places'>, atMs: number): Place => places.findLast(({ sinceMs }) => sinceMs <= atMs) ?? places[0]!

/** 所见窗口 — what a camera looked at then: its window; as an overview every window of its hall that had a camera of its own. */
export function windowsSeen(camera: Pick<CameraRow, 'places'>, all: readonly Pick<CameraRow, 'places'>[], atMs: number, overviewToo = true): string[] {
  const { window, kind, hall } = placeAt(camera, atMs)
  if (window !== undefined || kind !== 'overview' || !overviewToo) return window === undefined ? [] : [window]
  return [...new Set(all.flatMap((one) => { const place = placeAt(one, atMs); return place.hall === hall ? place.window ?? [] : [] }))]
}
/** Whether it ever hung over a hall. */
export const isOverview = ({ places }: Pick<CameraRow, 'places'>) => places.some(({ kind, window }) => kind === 'overview' && window === undefined)

/** 摄像机 — what each looks at and for how long its footage stays. */
export const cameras: Projection<CameraRow, EvidenceEvent> = {
  name: 'cameras',
  version: 1,
  row: CameraRow,
  order: 'business',
  key: (fact) => ['CameraRegistered', 'CameraChanged', 'CameraRetired', 'StreamKeyIssued'].includes(fact.type) ? (fact.data as { camera: string }).camera : [],
  indexes: ['hall', 'window', 'kind', 'retired'],
  on: {
    CameraRegistered: (_, fact) => ({ ...fact.data, retired: false, places: [placeOf(fact, 0)] }),
    CameraChanged(row, fact) {
      if (!row) return undefined
      const { retired, keyHash, places } = row, place = placeOf(fact, Date.parse(fact.meta.recordedAt))
      return { ...fact.data, retired, ...(keyHash !== undefined && { keyHash }), places: samePlace(places.at(-1)!, place) ? places : [...places, place] }
    },
    CameraRetired: (row) => row && { ...row, retired: true },
    StreamKeyIssued: (row, { data }) => row && { ...row, keyHash: data.keyHash },
  },
}
