import { z } from 'zod'
import type { EvidenceEvent } from '../domain/evidence/events.ts'
import { gapCauses, segment, type FootageEvent } from '../domain/evidence/footage.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Projection } from './kernel.ts'

const { seq, run, startMs, endMs, bytes, file } = segment.shape
const kept = z.strictObject({ seq, run, startMs, endMs, bytes, file, lapsed: z.literal(true).optional(),
  amiss: z.enum(['missing', 'altered']).optional() })
const gap = z.strictObject({ fromMs: startMs, toMs: startMs.optional(), cause: z.enum(gapCauses) })
const purged = z.strictObject({ fromMs: startMs, toMs: startMs, onMs: startMs, because: z.array(z.string()) })
export const HourRow = z.strictObject({
  camera: z.string(), hour: z.string(), segments: z.array(kept), gaps: z.array(gap), purged: z.array(purged),
  /** Why those that have lapsed were let go, until they are gone. */
  lapsed: z.array(z.strictObject({ seq, because: z.array(z.string()) })),
  /** Files that are still there; the highest number that the camera had given by then. */
  files: z.int(), lastSeq: z.int(), refused: z.int(),
  /** Files that are not there, or not what they were, and nobody has said why; what the book could not take. */
  amiss: z.int(), disputed: z.int(),
})
export type HourRow = z.infer<typeof HourRow>
export type KeptSegment = z.infer<typeof kept>
type HourEvent = FootageEvent | Extract<EvidenceEvent, { type: 'SegmentsLapsed' | 'SegmentsSpared' | 'SegmentsExpired' | 'SegmentsMismatched' | 'SegmentsRestored' | 'FootageDisputed' }>

/** `evidence-camera.<camera>.<yyyymmddHH>` */
export const hourIn = (stream: string) => stream.slice('evidence-camera.'.length)
/** Adjoining stretches that went for the same reasons on the same day are one: a day of footage is some lines, not thousands. */
const joinMs = 2_000, dayMs = 86_400_000
function withPurged(all: readonly z.infer<typeof purged>[], one: z.infer<typeof purged>): z.infer<typeof purged>[] {
  const last = all.at(-1), dayOf = ({ onMs }: { onMs: number }) => Math.floor(onMs / dayMs)
  const joins = last && one.fromMs - last.toMs <= joinMs && one.fromMs >= last.fromMs && dayOf(last) === dayOf(one) && last.because.join() === one.because.join()
  return joins ? [...all.slice(0, -1), { ...last, toMs: Math.max(last.toMs, one.toMs) }] : [...all, one]
}
const emptyHour = (key: string): HourRow => {
  const dot = key.lastIndexOf('.')
  return { camera: key.slice(0, dot), hour: key.slice(dot + 1), segments: [], gaps: [], purged: [], lapsed: [], files: 0, lastSeq: 0, refused: 0, amiss: 0, disputed: 0 }
}
const counted = (row: HourRow): HourRow => ({ ...row, files: row.segments.length, amiss: row.segments.filter(({ amiss }) => amiss !== undefined).length })
const restored = ({ amiss: _, ...one }: KeptSegment): KeptSegment => one
function expired(row: HourRow, seqs: readonly number[], onMs: number): HourRow {
  const gone = row.segments.filter(({ seq }) => seqs.includes(seq)), because = new Map(row.lapsed.map((one) => [one.seq, one.because]))
  return counted({ ...row, segments: row.segments.filter(({ seq }) => !seqs.includes(seq)), lapsed: row.lapsed.filter(({ seq }) => !seqs.includes(seq)),
    purged: gone.reduce((all, { seq, startMs: fromMs, endMs: toMs }) => withPurged(all, { fromMs, toMs, onMs, because: because.get(seq) ?? [] }), row.purged as z.infer<typeof purged>[]) })
}
/** 校正 — a gap that closes says when; one that was never seen to open is told whole. */
const closed = (gaps: HourRow['gaps'], { fromMs, toMs, cause }: Extract<FootageEvent, { type: 'GapClosed' }>['data']): HourRow['gaps'] =>
  gaps.some((one) => one.fromMs === fromMs) ? gaps.map((one) => one.fromMs === fromMs ? { fromMs, toMs, cause } : one) : [...gaps, { fromMs, toMs, cause }]

/** One fact into its hour. */
export function foldHour(row: HourRow, { type, data, meta }: Recorded<HourEvent>): HourRow {
  switch (type) {
    case 'SegmentsSealed': {
      const segments = data.segments.map(({ seq, run, startMs, endMs, bytes, file }) => ({ seq, run, startMs, endMs, bytes, file }))
      return counted({ ...row, segments: [...row.segments, ...segments], lastSeq: Math.max(row.lastSeq, ...segments.map(({ seq }) => seq)) })
    }
    case 'GapDetected': return row.gaps.some(({ fromMs }) => fromMs === data.fromMs) ? row : { ...row, gaps: [...row.gaps, data] }
    case 'GapClosed': return { ...row, gaps: closed(row.gaps, data) }
    case 'SegmentsLapsed': {
      const seqs = data.segments.map(({ seq }) => seq), lapsed = data.segments.map(({ seq, lapsed }) => ({ seq, because: lapsed }))
      return { ...row, lapsed: [...row.lapsed, ...lapsed], segments: row.segments.map((one) => seqs.includes(one.seq) ? { ...one, lapsed: true } : one) }
    }
    case 'SegmentsSpared': return { ...row, lapsed: row.lapsed.filter(({ seq }) => !data.seqs.includes(seq)),
      segments: row.segments.map((one) => { const { lapsed: _, ...rest } = one; return data.seqs.includes(one.seq) ? rest : one }) }
    case 'SegmentsExpired': return expired(row, data.seqs, Date.parse(meta.recordedAt))
    case 'SegmentsMismatched': {
      const found = new Map(data.segments.map(({ seq, what }) => [seq, what]))
      return counted({ ...row, segments: row.segments.map((one) => found.has(one.seq) ? { ...one, amiss: found.get(one.seq) } : one) })
    }
    case 'SegmentsRestored': return counted({ ...row, segments: row.segments.map((one) => data.seqs.includes(one.seq) ? restored(one) : one) })
    case 'FootageDisputed': return { ...row, disputed: row.disputed + 1 }
    case 'StreamRefused': return { ...row, refused: row.refused + 1 }
    case 'CameraClockStepped': return row
  }
}
const types = ['SegmentsSealed', 'GapDetected', 'GapClosed', 'SegmentsLapsed', 'SegmentsSpared', 'SegmentsExpired', 'SegmentsMismatched', 'SegmentsRestored', 'FootageDisputed',
  'StreamRefused'] as const
const step = (row: HourRow | undefined, fact: Recorded<HourEvent>, key: string) => foldHour(row ?? emptyHour(key), fact)

/** 录像时段 — what of a camera and hour is there, what is missing and why, and what is gone. */
export const footageHours: Projection<HourRow, EvidenceEvent> = {
  name: 'footage-hours',
  version: 2,
  row: HourRow,
  order: 'business',
  key: ({ type, meta }) => (types as readonly string[]).includes(type) ? hourIn(meta.stream) : [],
  indexes: ['camera', 'hour', 'files', 'lastSeq', 'amiss', 'disputed'],
  composites: [{ lead: 'camera', order: 'hour', covers: ['files'] }],
  on: Object.fromEntries(types.map((type) => [type, step])),
}
