import type { FootageEvent } from '../domain/evidence/footage.ts'
import type { GapCause } from './gaps.ts'

/** 来源 — how a camera's pictures come. `keyHash`: SHA-256 (hex) of the stream key's text; the key itself is known to the camera alone, which pushes to
    `rtmp://<host>:<port>/live/<key>`. */
export type SourceSaid = { kind: 'rtmp'; keyHash: string } | { kind: 'rtsp'; url: string; login?: { user: string; password: string }; trusted?: string } | { kind: 'file'; path: string; loop: boolean }
export type CameraSaid = { camera: string; source: SourceSaid; segmentSeconds: number; record: boolean }
/** 配置 — all cameras that there are. Said again when the register changes: what is as it was goes on undisturbed. */
export type Configuration = {
  store: string; storeId: string; cameras: readonly CameraSaid[]
  /** 0: any that is free; `ready` says which. `rtmpHost`: this machine alone, unless cameras come from elsewhere. */
  rtmpPort: number; rtmpHost?: string
  /** By how much the book's clock is ahead of this machine's, in a demonstration, whose clock is its own. As it was at the beginning: a process keeps its time. */
  aheadMs?: number
  /** Where live pictures are served: a socket that only this user opens. */
  socket: string
  /** What the book knows last of each camera. */
  lastSeq: Readonly<Record<string, LastSeq>>
}
/** `untilMs`: up to when anything is said of it, picture or gap; `gap`: one that has no end yet, and behind which there is no picture. */
export type LastSeq = { seq: number; chain: string; untilMs?: number; gap?: { fromMs: number; cause: GapCause } }
/** 到期 — segments to be deleted, by name. */
export type Expiry = { id: string; camera: string; segments: readonly { seq: number; file: string }[] }
/** 催报 — somebody looks: what is sealed of a camera is told now. Answered when all of it has been acknowledged. */
export type Urged = { id: string; camera: string }
/** 盘点 — segments that the book knows of. `closely`: as long as they should be, too; where a hash is said, that too. */
export type Audit = { id: string; camera: string; closely: boolean; segments: readonly { seq: number; file: string; bytes: number; sha256?: string }[] }
export type Amiss = { seq: number; what: 'missing' | 'altered' }
/** What the server says. A fresh process is configured before anything else. */
export type ToVideo = { configure: Configuration } | { ack: string } | { expire: Expiry } | { audit: Audit } | { urge: Urged } | { stop: true }

/** 报 — facts of one camera's hour (UTC, yyyymmddHH), said until they are acknowledged. */
export type Report = { id: string; camera: string; hour: string; facts: readonly FootageEvent[] }
export type CameraState = {
  camera: string
  /** `off`: nothing has ever come, or it was told of a moment ago; `silent`: what came has stopped, to this process or one before; `frozen`: it comes, and is always the same picture. */
  state: 'live' | 'silent' | 'frozen' | 'off'
  sinceMs: number; cause?: string
  bitsPerSecond: number; framesPerSecond: number; codec: string; width: number; height: number
}
export type StorageState = { freeBytes: number; bytesPerHour: number; hoursLeft: number; state: 'ok' | 'low' | 'full' | 'lost' }
/** 不符 — what lies on the disk and cannot be told. */
export type Discrepancy = { camera: string; file: string; what: string }
/** `rtmpPort` 0: somebody else has it, and `refused` says so; it is tried again, and said again. */
export type Ready = { socket: string; rtmpPort: number; refused?: string }
/** What the process says. */
export type FromVideo = { ready: Ready } | { report: Report } | { state: readonly CameraState[] } | { storage: StorageState }
  /** `amiss`: nothing where the store is not there to be looked at. */
  | { audited: { id: string; amiss?: readonly Amiss[] } }
  | { expired: { id: string; seqs: readonly number[] } } | { urged: string } | { discrepancy: Discrepancy }
/** 门号 — reports of what came to the door and was of no camera at all. */
export const doorName = 'door'
