import type { FootageEvent, Segment } from '../domain/evidence/footage.ts'
import type { LastSeq } from './channel.ts'
import { earlyWork, type Early } from './early.ts'
import { footageClock, type FootageClock } from './clock.ts'
import { gapBook, type GapBook, type GapCause } from './gaps.ts'
import { openSegment } from './open-segment.ts'
import { pictureQueue, stallMs } from './pictures.ts'
import type { Discrepancy } from './recovery.ts'
import type { AvcConfig, Sample, Sink } from './sample.ts'
import type { Heard } from './segment-files.ts'
import { segmentWriter, type SegmentWriter } from './segment-writer.ts'
import type { FootageStore } from './store.ts'
import { telling, type Telling } from './telling.ts'

export type Recorder = Sink & {
  /** What time alone changes: gaps, batches, the wall clock, a disk that is back. Four times a second. */
  tick(): void
  /** Tells at once what is sealed and waits to be told with others. */
  flush(): void
  /** Seals what is open and tells everything; `because`: why nothing is recorded from here on, where that is no end of the process. */
  close(because?: 'disk'): Promise<void>
  /** When all that came so far is on the disk. */
  idle(): Promise<void>
}
export type RecorderOptions = {
  camera: string; store: FootageStore; segmentMs: number
  /** Monotonic, and the wall: milliseconds. */
  now: () => number; wall: () => number
  lastSeq: LastSeq
  tell(event: FootageEvent): void
  noticed?(discrepancy: Discrepancy): void
  /** How long a sealed segment may wait to be told with others. */
  batchMs?: number
}

const graceMs = 10_000, retryMs = 1000

/** What stands of a camera at this moment. `untilMs`: where the wall stood when the last picture that was kept was over. `early`: what came before the disk was looked at. */
type Standing = {
  clock: FootageClock; gaps: GapBook; cause: GapCause; untilMs: number; disk: 'up' | 'down' | 'trying'; triedMs: number; arrivalMs: number
  early: Early | undefined; placed: boolean; resumes: boolean; quiet: boolean
  readonly startedMs: number; readonly startedWallMs: number
}

/** 录像 — of one camera: samples in the order of arrival become sealed segments, and what is not recorded becomes a gap with its cause. */
export function recorder(options: RecorderOptions): Recorder {
  const { camera, store, segmentMs, now, wall, lastSeq, noticed, batchMs = 20_000 } = options
  const telt = telling(now, wall, batchMs, options.tell), startedMs = now(), startedWallMs = Math.round(wall())
  const standing: Standing = {
    clock: footageClock(now, wall), gaps: gapBook(stallMs, telt.say), cause: 'camera', untilMs: startedWallMs, disk: 'trying', triedMs: startedMs, arrivalMs: startedMs,
    early: earlyWork(), placed: false, resumes: false, quiet: false, startedMs, startedWallMs,
  }
  const writer = segmentWriter(camera, store, lastSeq, heard(standing, telt, { now, wall, lastSeq, noticed: (one) => noticed?.(one), drop: () => { queue.drop(); segment.drop() } }))
  const segment = openSegment({ camera, segmentMs, clock: () => standing.clock, writer })
  const queue = pictureQueue({
    piece(piece) {
      standing.untilMs = Math.max(standing.untilMs, segment.put(piece, standing.resumes))
      if (standing.gaps.isOpen() === undefined) standing.resumes = false
    },
    seal: segment.seal, outgrown: segment.outgrown, refuse: (reason) => telt.refuse(reason, ''),
  })
  let config: AvcConfig | undefined
  void retry()

  async function retry(): Promise<void> {
    standing.disk = 'trying'
    standing.triedMs = now()
    standing.disk = await writer.resumed() ? 'up' : 'down'
    if (standing.disk === 'down') standing.gaps.open(standing.untilMs, 'disk')
    const { early } = standing
    early?.do()
    if (early?.isOver()) await begunAnew(standing, { queue, segment, writer }, config)
    standing.early = undefined
  }
  function take(sample: Sample): void {
    standing.arrivalMs = Math.max(standing.arrivalMs, sample.arrivalMs)
    standing.quiet = false
    if (standing.disk !== 'up' || !queue.take(sample)) return
    if (standing.gaps.isOpen() !== undefined) standing.resumes = true
    standing.cause = 'camera'
  }
  async function idle(): Promise<void> {
    while (standing.early) await writer.idle()
    await writer.idle()
  }
  const inTurn = (work: () => void, bytes = 0) => { if (standing.early) standing.early.add(work, bytes); else work() }
  return {
    config: (next) => { config = next; inTurn(() => queue.config(next)) },
    sample: (sample) => inTurn(() => take(sample), sample.data.length),
    ended: (cause) => inTurn(() => { queue.ended(); standing.cause = cause }),
    refused: (reason, from) => inTurn(() => telt.refuse(reason, from)),
    tick() {
      if (standing.early) return
      const step = standing.clock.look()
      if (step) telt.say({ type: 'CameraClockStepped', data: { atMs: Math.max(0, Math.round(standing.clock.wallOf(now()))), byMs: step.byMs } })
      if (standing.disk === 'down' && now() - standing.triedMs >= retryMs) void retry()
      listen(standing, { nowMs: now(), segmentMs, queue, segment })
      telt.tick()
    },
    idle,
    flush: telt.flush,
    async close(because) {
      await idle()
      queue.flush()
      segment.seal()
      await writer.idle()
      telt.flush()
      if (because) standing.gaps.open(standing.untilMs, because)
    },
  }
}

type Parts = { queue: ReturnType<typeof pictureQueue>; segment: ReturnType<typeof openSegment>; writer: SegmentWriter }
/** Too much came while the past was put in order: what was kept of it is sealed, and from there on nothing was recorded. */
async function begunAnew(standing: Standing, { queue, segment, writer }: Parts, config: AvcConfig | undefined): Promise<void> {
  queue.ended()
  segment.seal()
  await writer.idle()
  if (standing.gaps.isOpen() === undefined) standing.gaps.open(standing.untilMs, 'process')
  if (config) queue.config(config)
}
const latest = (...instants: readonly (number | undefined)[]) => instants.reduce((a, b) => a === undefined ? b : b === undefined ? a : Math.max(a, b), undefined)

/** What the disk has to say. */
function heard(standing: Standing, telt: Telling, { now, wall, lastSeq, noticed, drop }: Required<Pick<RecorderOptions, 'now' | 'wall' | 'lastSeq' | 'noticed'>> & { drop(): void }): Heard {
  /** What an end of the disk left behind lies within its gap, which therefore ends before it and begins again behind it. */
  function tellFound(segments: readonly Segment[], untilMs: number | undefined, gap: LastSeq['gap']): GapBook {
    const around = segments.length > 0 ? standing.gaps.isOpen() : undefined, past = gapBook(stallMs, telt.say, untilMs, gap)
    if (around) standing.gaps.close(segments[0]!.startMs)
    for (const one of segments) { past.covered(one, true, 'process'); telt.sealed(one) }
    if (around) standing.gaps.open(segments.at(-1)!.endMs, around)
    return past
  }
  return {
    sealed(one, resumes) {
      standing.gaps.covered(one, resumes, standing.cause)
      telt.sealed(one)
    },
    found(segments, before) {
      // A gap that a life before this one told, and did not live to close, is gone on with: it is not told twice, and ends once.
      const { untilMs, gap } = standing.placed ? {} : lastSeq, until = latest(before, untilMs), past = tellFound(segments, until, gap)
      const last = latest(segments.at(-1)?.endMs, until, gap?.fromMs)
      if (last === undefined || standing.placed) return
      standing.placed = true
      const away = standing.startedWallMs - last > stallMs
      if (away) past.open(last, 'process')
      if (standing.early) Object.assign(standing, { untilMs: last, gaps: past, clock: footageClock(now, wall, last), cause: 'process' })
      else past.close(standing.startedWallMs)
    },
    noticed,
    failed(untilMs) {
      standing.disk = 'down'
      standing.triedMs = now()
      drop()
      standing.gaps.open(untilMs ?? standing.untilMs, 'disk')
    },
  }
}

/** 静候 — silence: what is held goes to the disk, the gap is told, and after as long as a segment lasts the segment ends. */
function listen(standing: Standing, { nowMs, segmentMs, queue, segment }: { nowMs: number; segmentMs: number; queue: ReturnType<typeof pictureQueue>; segment: ReturnType<typeof openSegment> }): void {
  const silentMs = nowMs - standing.arrivalMs, wallMs = Math.round(standing.clock.wallOf(nowMs)), { gaps } = standing
  if (silentMs > stallMs && !standing.quiet) {
    queue.flush()
    standing.quiet = true
  }
  if (silentMs > segmentMs && segment.isOpen()) {
    segment.seal()
    queue.skipToKey()
  }
  if (standing.cause === 'process' && nowMs - standing.startedMs > graceMs) {
    standing.cause = 'camera'
    if (gaps.isOpen() === 'process' && !queue.isHolding() && !segment.isOpen()) {
      gaps.close(wallMs)
      standing.untilMs = wallMs
      gaps.open(wallMs, 'camera')
    }
  }
  if (queue.isHolding() || silentMs <= stallMs || wallMs - standing.untilMs <= stallMs) return
  if (gaps.isOpen() === undefined) gaps.open(standing.untilMs, standing.disk === 'up' ? standing.cause : 'disk')
  else if (standing.disk === 'up' && segment.isOpen()) gaps.again(standing.untilMs, standing.cause)
}
