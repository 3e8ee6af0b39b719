import { z } from 'zod'
import { event, type EventOf } from '../kernel/events.ts'

/** 摄像机号 — of the hall and the place in it: `mingjing-w03`, `mingjing-w03-screen`, `mingjing-overview`. */
export const cameraId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
/** Milliseconds since 1970 UTC, by the server's clock. */
const ms = z.int().nonnegative()
const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** 断因 — who lost the picture: the camera, the way to it, the disk here, a clock that jumped, or this process. */
export const gapCauses = ['camera', 'network', 'disk', 'clock', 'process'] as const
/** 时钟 — by what the instant of a segment is known. */
export const clockSources = ['synchronised', 'system', 'unsynchronised'] as const

/** 录像段 — one sealed file. `chain` = SHA-256 over the chain before (32 bytes; at seq 1 the SHA-256 of `mingjian footage <camera>`) and the RFC 8785 JSON of
    { camera, seq, run, startMs, endMs, frames, bytes, sha256 }. `file`: below the store's folder. `run`: one session and one sequence header of the camera. */
export const segment = z.strictObject({
  seq: z.int().positive(), run: z.int().positive(), startMs: ms, endMs: ms, frames: z.int().positive(), bytes: z.int().positive(), sha256: hash, chain: hash,
  jitterMs: z.number().nonnegative(), clock: z.enum(clockSources), file: z.string().min(1).max(200), recovered: z.literal(true).optional(),
})
export type Segment = z.infer<typeof segment>

/** 录像事实 — what the recorder tells of a camera's hour, on `evidence-camera.<camera>.<yyyymmddHH>` (UTC hour in which the segment or gap begins). */
export const footageEvents = {
  SegmentsSealed: event({ segments: z.array(segment).min(1).max(200) }),
  GapDetected: event({ fromMs: ms, cause: z.enum(gapCauses) }),
  GapClosed: event({ fromMs: ms, toMs: ms, cause: z.enum(gapCauses) }),
  /** 校时 — the wall clock moved by so much against the monotonic one; footage is kept in the order of `seq`. */
  CameraClockStepped: event({ atMs: ms, byMs: z.int() }),
  StreamRefused: event({ atMs: ms, reason: z.string().min(1).max(200), from: z.string().max(64) }),
}
export type FootageEvent = EventOf<typeof footageEvents>
