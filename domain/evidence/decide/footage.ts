import { canonical } from '../../kernel/canonical.ts'
import { decider, refuse } from '../../kernel/decider.ts'
import type { FootageEvent } from '../footage.ts'
import type { EvidenceEvent, Said } from '../events.ts'

const hourMs = 3_600_000
/** 时段 of an instant, as it stands in a stream's name: `2026112203` UTC. */
export const hourOf = (ms: number) => new Date(Math.floor(ms / hourMs) * hourMs).toISOString().slice(0, 13).replace(/\D/g, '')
/** `mingjing-w03.2026112203` taken apart. */
export const cameraHour = (id: string) => { const dot = id.lastIndexOf('.'); return { camera: id.slice(0, dot), hour: id.slice(dot + 1) } }

/** 门 — what comes to no camera's door is told of the door itself; no camera is called that. */
export const doorId = 'door'

type HourEvent = FootageEvent | Extract<EvidenceEvent, { type: 'SegmentsLapsed' | 'SegmentsSpared' | 'SegmentsExpired' | 'SegmentsMismatched' | 'SegmentsRestored' | 'FootageDisputed' }>
/** 摄像机 as far as its footage must know it. */
export type CameraReference = { hall: string }
/** 不可删的 stretches of a camera: what holds keep, whatever the days say. */
export type HeldReference = { ranges: readonly { fromMs: number; toMs: number }[] }
type Sealed = { sha256: string; startMs: number; endMs: number; state: 'kept' | 'lapsed' | 'expired'; amiss?: 'missing' | 'altered' | undefined }
/** `causes`: of gaps by their beginning, as they were seen. */
type Hour = { segments: ReadonlyMap<number, Sealed>; others: ReadonlySet<string>; causes: ReadonlyMap<number, GapCause> }
type GapCause = Extract<FootageEvent, { type: 'GapDetected' }>['data']['cause']

const beginsMs = ({ type, data }: FootageEvent): readonly number[] =>
  type === 'SegmentsSealed' ? data.segments.map(({ startMs }) => startMs) : 'atMs' in data ? [data.atMs] : [data.fromMs]
/** What makes a fact that is no segment the same fact; a gap that closes is told beside the one that was seen. */
const markOf = ({ type, data }: Exclude<FootageEvent, { type: 'SegmentsSealed' }>) =>
  `${type} ${'atMs' in data ? data.atMs : data.fromMs} ${'from' in data ? data.from : 'byMs' in data ? data.byMs : ''}`

const disputeOf = (said: Said<'DisputeFootage'>['data']) => `disputed ${canonical(said)}`

function evolve({ segments, others, causes }: Hour, fact: HourEvent): Hour {
  const changed = (change: (one: Sealed, seq: number) => Sealed) => new Map([...segments].map(([seq, one]) => [seq, change(one, seq)]))
  const stands = (seqs: readonly number[], state: Sealed['state']) => changed((one, seq) => seqs.includes(seq) ? { ...one, state } : one)
  switch (fact.type) {
    case 'SegmentsSealed': {
      const sealed = fact.data.segments.map(({ seq, sha256, startMs, endMs }): [number, Sealed] => [seq, { sha256, startMs, endMs, state: 'kept' }])
      return { others, causes, segments: new Map([...segments, ...sealed]) }
    }
    case 'SegmentsLapsed': return { others, causes, segments: stands(fact.data.segments.map(({ seq }) => seq), 'lapsed') }
    case 'SegmentsSpared': return { others, causes, segments: stands(fact.data.seqs, 'kept') }
    case 'SegmentsExpired': return { others, causes, segments: stands(fact.data.seqs, 'expired') }
    case 'SegmentsMismatched': {
      const found = new Map(fact.data.segments.map(({ seq, what }) => [seq, what]))
      return { others, causes, segments: changed((one, seq) => found.has(seq) ? { ...one, amiss: found.get(seq) } : one) }
    }
    case 'SegmentsRestored': return { others, causes, segments: changed((one, seq) => fact.data.seqs.includes(seq) ? { ...one, amiss: undefined } : one) }
    case 'FootageDisputed': return { segments, causes, others: new Set([...others, disputeOf(fact.data)]) }
    default: return { segments, others: new Set([...others, markOf(fact)]), causes: fact.type === 'GapDetected' ? new Map([...causes, [fact.data.fromMs, fact.data.cause]]) : causes }
  }
}
/** What of a report is new, or why none of it can be. */
function newOf(hour: Hour, fact: FootageEvent): FootageEvent | undefined | 'another-segment' | 'ends-first' {
  if (fact.type === 'GapClosed' && fact.data.toMs < fact.data.fromMs) return 'ends-first'
  if (fact.type !== 'SegmentsSealed') {
    if (hour.others.has(markOf(fact))) return undefined
    // A recorder that began anew meanwhile knows when it was over, not why it began.
    const cause = fact.type === 'GapClosed' ? hour.causes.get(fact.data.fromMs) : undefined
    return fact.type === 'GapClosed' && cause !== undefined ? { ...fact, data: { ...fact.data, cause } } : fact
  }
  if (fact.data.segments.some(({ startMs, endMs }) => endMs < startMs)) return 'ends-first'
  if (fact.data.segments.some(({ seq, sha256 }) => hour.segments.has(seq) && hour.segments.get(seq)!.sha256 !== sha256)) return 'another-segment'
  const segments = fact.data.segments.filter(({ seq }) => !hour.segments.has(seq))
  return segments.length > 0 ? { type: 'SegmentsSealed', data: { segments } } : undefined
}

type FootageCommand = Said<'RecordFootage' | 'LapseSegments' | 'SpareSegments' | 'ExpireSegments' | 'ReportAmiss' | 'ReportRestored' | 'DisputeFootage'>
const held = (_: Hour, __: unknown, id: string) => ({ id: cameraHour(id).camera })
/** 录像 of one camera and hour: what the recorder tells, each thing once, and what becomes of it. A held segment never lapses, whoever says so. */
export const footageDecider = decider<Hour, FootageCommand, HourEvent, { camera: CameraReference; held: HeldReference }>()({
  needs: { RecordFootage: { camera: held }, LapseSegments: { held }, SpareSegments: {}, ExpireSegments: {}, ReportAmiss: {}, ReportRestored: {}, DisputeFootage: { camera: held } },
  initial: { segments: new Map(), others: new Set(), causes: new Map() },
  evolve,
  answers: {
    RecordFootage(state, { facts }, { id, camera }) {
      if (!camera) return refuse('no-such-camera')
      const { hour } = cameraHour(id), told: FootageEvent[] = []
      let standing = state
      for (const fact of facts as readonly FootageEvent[]) {
        if (beginsMs(fact).some((ms) => hourOf(ms) !== hour)) return refuse('footage-of-another-hour')
        const fresh = newOf(standing, fact)
        if (fresh === 'another-segment') return refuse('segment-told-otherwise')
        if (fresh === 'ends-first') return refuse('footage-ends-before-it-begins')
        if (!fresh) continue
        told.push(fresh)
        standing = evolve(standing, fresh)
      }
      return told
    },
    LapseSegments({ segments }, { segments: asked }, { held }) {
      const fresh = asked.filter(({ seq }) => segments.get(seq)?.state === 'kept')
      if (asked.some(({ seq }) => !segments.has(seq))) return refuse('no-such-segment')
      const isHeld = ({ startMs, endMs }: Sealed) => held!.ranges.some(({ fromMs, toMs }) => fromMs <= endMs && toMs >= startMs)
      if (fresh.some(({ seq }) => isHeld(segments.get(seq)!))) return refuse('segment-held')
      return fresh.length > 0 ? [{ type: 'SegmentsLapsed', data: { segments: fresh } }] : []
    },
    SpareSegments({ segments }, { seqs, reason }) {
      const lapsed = seqs.filter((seq) => segments.get(seq)?.state === 'lapsed')
      return lapsed.length > 0 ? [{ type: 'SegmentsSpared', data: { seqs: lapsed, reason } }] : []
    },
    ExpireSegments({ segments }, { seqs }) {
      if (seqs.some((seq) => segments.get(seq)?.state === 'kept' || !segments.has(seq))) return refuse('segment-not-lapsed')
      const gone = seqs.filter((seq) => segments.get(seq)!.state === 'lapsed')
      return gone.length > 0 ? [{ type: 'SegmentsExpired', data: { seqs: gone } }] : []
    },
    // What has lapsed is on its way out by our own hand.
    ReportAmiss({ segments }, { segments: found }) {
      if (found.some(({ seq }) => !segments.has(seq))) return refuse('no-such-segment')
      const fresh = found.filter(({ seq, what }) => segments.get(seq)!.state === 'kept' && segments.get(seq)!.amiss !== what)
      return fresh.length > 0 ? [{ type: 'SegmentsMismatched', data: { segments: fresh } }] : []
    },
    ReportRestored({ segments }, { seqs }) {
      const back = seqs.filter((seq) => segments.get(seq)?.amiss !== undefined)
      return back.length > 0 ? [{ type: 'SegmentsRestored', data: { seqs: back } }] : []
    },
    DisputeFootage({ others }, data, { camera }) {
      if (!camera) return refuse('no-such-camera')
      return others.has(disputeOf(data)) ? [] : [{ type: 'FootageDisputed', data }]
    },
  },
})
