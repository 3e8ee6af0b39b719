import type { EvidenceEvent } from '../../domain/evidence/events.ts'
import { evidence } from '../../domain/evidence/index.ts'
import type { HourRow, KeptSegment } from '../../projections/footage-hours.ts'
import { policy, type Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { camerasOf } from './scope.ts'

type Hour = { key: string; row: HourRow }
export type Audited = { hours: number; amiss: number; restored: number }
/** So many hours of cameras at a turn, the newest first, then on from there; the length of each file every so many rounds. Names alone cost a look at a folder. */
const hoursAtATurn = 2_000, closelyEvery = 8, hoursPerPage = 20, factSegments = 200

/** Hours that hold files, camera by camera, beyond where the last turn ended. */
async function* hoursFrom(rooms: Rooms, from: { camera: string; hour: string } | undefined): AsyncIterable<Hour> {
  const cameras = (await camerasOf(rooms)).map(({ camera }) => camera).sort()
  for (const camera of cameras) {
    if (from && camera < from.camera) continue
    for (let before = from?.camera === camera ? from.hour : undefined; ;) {
      const where = { camera, files: { from: 1 }, ...(before !== undefined && { hour: { to: before } }) }
      const { rows } = await rooms.rows.find('footage-hours', { where, order: '-hour', limit: hoursPerPage + 1 })
      const page = (rows as unknown as Hour[]).filter(({ row }) => row.hour !== before)
      for (const hour of page) yield hour
      if (page.length < hoursPerPage) break
      before = page.at(-1)!.row.hour
    }
  }
}
const lots = <T>(all: readonly T[]) => Array.from({ length: Math.ceil(all.length / factSegments) }, (_, i) => all.slice(i * factSegments, (i + 1) * factSegments))
async function say(rooms: Rooms, key: string, type: string, data: Record<string, unknown>): Promise<boolean> {
  const answer = await rooms.tell({ context: evidence, id: key, by: policy, key: `${type} ${key} ${rooms.now()}`, command: { type, data } })
  return 'facts' in answer && answer.facts.length > 0
}
/** What was amiss and is there again is believed by its hash alone. */
async function restoredOf(rooms: Rooms, { key, row }: Hour, back: readonly KeptSegment[]): Promise<number[]> {
  if (back.length === 0) return []
  const facts = await load(rooms.book, evidence, `evidence-camera.${key}`) as unknown as EvidenceEvent[]
  const hashes = new Map(facts.flatMap((fact) => fact.type === 'SegmentsSealed' ? fact.data.segments.map(({ seq, sha256 }) => [seq, sha256] as const) : []))
  const still = await rooms.footage?.audit(row.camera, back.map(({ seq, file, bytes }) => ({ seq, file, bytes, sha256: hashes.get(seq)! })), true)
  return still ? back.map(({ seq }) => seq).filter((seq) => !still.some((one) => one.seq === seq)) : []
}
async function auditHour(rooms: Rooms, hour: Hour, closely: boolean, sum: Audited): Promise<void> {
  const { key, row } = hour, segments = row.segments.filter(({ lapsed }) => !lapsed)
  const amiss = await rooms.footage?.audit(row.camera, segments.map(({ seq, file, bytes }) => ({ seq, file, bytes })), closely)
  if (!amiss) return
  sum.hours++
  const known = new Map(segments.map((one) => [one.seq, one.amiss])), fresh = amiss.filter(({ seq, what }) => known.get(seq) !== what)
  for (const lot of lots(fresh)) if (await say(rooms, key, 'ReportAmiss', { segments: lot })) sum.amiss += lot.length
  const back = await restoredOf(rooms, hour, segments.filter((one) => one.amiss !== undefined && !amiss.some(({ seq }) => seq === one.seq)))
  for (const seqs of lots(back)) if (await say(rooms, key, 'ReportRestored', { seqs })) sum.restored += seqs.length
}

/** 盘点 — the disk compared with the book, round after round: what is gone or altered without a word becomes a fact, and so does its return. */
export function footageAudit(rooms: Rooms, { hoursEach = hoursAtATurn } = {}) {
  let from: { camera: string; hour: string } | undefined, round = 0
  return {
    async turn(isClosed: () => boolean = () => false): Promise<Audited> {
      const sum: Audited = { hours: 0, amiss: 0, restored: 0 }
      if (!rooms.footage) return sum
      let left = hoursEach
      for await (const hour of hoursFrom(rooms, from)) {
        if (isClosed()) return sum
        if (left-- === 0) return sum
        from = { camera: hour.row.camera, hour: hour.row.hour }
        await auditHour(rooms, hour, (left + round) % closelyEvery === 0, sum)
        await new Promise(setImmediate)
      }
      from = undefined
      round++
      return sum
    },
  }
}
