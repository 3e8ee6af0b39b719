import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Day, Instant } from '../kernel/values.ts'
import { cameraId, footageEvents } from './footage.ts'

const text = z.string().min(1).max(500)
const reason = text.describe('理由')
const id = z.string().min(1).max(64)
const ms = z.int().nonnegative()
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const camera = cameraId.describe('摄像机')
const fromMs = ms.describe('自（毫秒）'), toMs = ms.describe('至（毫秒）')
const caseOf = z.string().min(1).max(300).describe('办件')

export const cameraKinds = ['window', 'screen', 'overview'] as const
/** 画面来源 — pushed, fetched, or played from a file, which a demonstration alone does. What opens the door of a camera is in no fact. */
export const cameraSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rtmp') }),
  z.strictObject({ kind: z.literal('rtsp'), url: z.string().regex(/^rtsps?:\/\/\S+$/).max(500) }),
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(500), loop: z.boolean() }),
])
const share = z.number().min(0).max(1)
/** 遮挡 — polygons in shares of the picture. */
const mask = z.array(z.tuple([share, share])).min(3).max(40)
const register = {
  hall: z.string().min(1).max(64).describe('大厅'), window: z.string().min(1).max(100).optional().describe('窗口'),
  kind: z.enum(cameraKinds).describe('类别'), name: z.string().min(1).max(100).describe('名称'), source: cameraSource.describe('来源'),
  retentionDays: z.int().min(1).max(3650).describe('保存天数'),
  /** 1 is kept longest when the disk runs full. */
  priority: z.int().min(1).max(9).describe('优先级'), segmentSeconds: z.int().min(2).max(60).describe('每段秒数'), masks: z.array(mask).max(20).describe('遮挡'),
}
export type Registered = z.infer<z.ZodObject<typeof register, z.core.$strict>>

/** 保全范围 — a stretch of one camera, or whatever a case's facts happened before. */
const scope = { camera: camera.optional(), fromMs: fromMs.optional(), toMs: toMs.optional(), case: caseOf.optional() }
const stretch = { camera, fromMs, toMs }
/** 保存规则 — days after which each reason lapses, and the seconds on either side of a fact that it keeps. */
const policy = {
  baseDays: z.int().min(1).max(3650).describe('基本保存天数'), aroundSeconds: z.int().min(10).max(3600).describe('前后秒数'),
  stepDays: z.int().min(1).max(3650).describe('办理环节天数'), supplementDays: z.int().min(1).max(3650).describe('补正告知天数'),
  complaintDays: z.int().min(1).max(3650).describe('诉求办结后天数'), cardDays: z.int().min(1).max(3650).describe('发牌后天数'),
  holdsOverview: z.boolean().describe('保全一件连同大厅全景'),
}
/** What was set before the overview was spoken of left it out: that stays so until somebody sets it. */
const withoutOverview = (older: object) => ({ ...older, holdsOverview: false })
export type RetentionPolicy = z.infer<z.ZodObject<typeof policy, z.core.$strict>>
/** 已过的理由 — why a segment was kept, and until when that held: `step 20260506-0001 2026-08-04`. */
const lapsed = z.strictObject({ seq: z.int().positive(), lapsed: z.array(z.string().min(1).max(200)).min(1).max(100) })
const seqs = z.array(z.int().positive()).min(1).max(200).describe('段号')
/** 不符的段 — not where the book says it is, or not what. */
const amiss = z.array(z.strictObject({ seq: z.int().positive(), what: z.enum(['missing', 'altered']) })).min(1).max(200).describe('不符的段')
const publicKey = z.string().regex(/^[A-Za-z0-9+/]{59}=$/).describe('公钥')
const looker = { looker: id.describe('查看人'), role: z.string().min(1).max(40).describe('角色'), department: z.string().max(100).describe('部门') }
const viewing = { view: z.string().regex(/^[0-9a-f]{32}$/).describe('查看号'), ...looker, ...stretch, case: caseOf.optional(), reason: reason.optional() }
const watching = { ...looker, camera, hour: z.string().regex(/^\d{10}$/).describe('时段') }
const snapshot = { view: viewing.view, looker: id, camera, atMs: ms.describe('时刻（毫秒）'), sha256: digest.describe('摘要') }
const bundle = { sha256: digest.describe('摘要'), bytes: z.int().positive().describe('字节'), segments: z.int().nonnegative().describe('段数') }

const notice = {
  purpose: text.describe('用途'), contact: text.describe('联系方式'), signs: z.boolean().describe('提示标识已设立'), filedOn: Day.optional().describe('备案日'),
}

/** 所报 — one thing as the recorder tells it. */
const told = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('SegmentsSealed'), data: footageEvents.SegmentsSealed.schema }),
  z.strictObject({ type: z.literal('GapDetected'), data: footageEvents.GapDetected.schema }),
  z.strictObject({ type: z.literal('GapClosed'), data: footageEvents.GapClosed.schema }),
  z.strictObject({ type: z.literal('CameraClockStepped'), data: footageEvents.CameraClockStepped.schema }),
  z.strictObject({ type: z.literal('StreamRefused'), data: footageEvents.StreamRefused.schema }),
])
const disputed = { what: z.string().min(1).max(60).describe('何处不符'), file: z.string().min(1).max(200).optional().describe('文件'), told: told.optional().describe('所报') }

/** 视频证据 — what was recorded, for how long it is kept and why, who looked, and what was handed out. */
export const evidenceEvents = {
  ...footageEvents,
  /** 到期 — to be deleted, with every reason that had kept it; nothing is unlinked before this is told. */
  SegmentsLapsed: event({ segments: z.array(lapsed).min(1).max(200) }),
  /** A reason has come up before it was unlinked: it stays. */
  SegmentsSpared: event({ seqs, reason: text }),
  SegmentsExpired: event({ seqs }),
  /** 不符 — gone, or altered, and nobody has said so: found when the disk was compared with the book. */
  SegmentsMismatched: event({ segments: amiss }),
  /** 复得 — there again, and by its hash what it was. */
  SegmentsRestored: event({ seqs }),
  /** 存疑 — what the recorder told and the book could not take, whole; or a file that is no segment of the book. */
  FootageDisputed: event(disputed),
  CameraRegistered: event({ camera, ...register }),
  CameraChanged: event({ camera, ...register }),
  CameraRetired: event({ camera, reason }),
  /** The key itself was shown once, and is nowhere. */
  StreamKeyIssued: event({ camera, keyHash: digest }),
  HoldPlaced: event({ hold: id, ...scope, reason, by: id }),
  HoldReleaseRequested: event({ hold: id, reason, by: id }),
  HoldReleased: event({ hold: id, reason, requestedBy: id, by: id }),
  ExportRequested: event({ export: id, ...stretch, case: caseOf.optional(), reason, by: id }),
  ExportApproved: event({ export: id, by: id }),
  EvidenceExported: event({ export: id, ...bundle, by: id }),
  /** 指纹 — SHA-256 of the public key's DER, which stands beside it in base64; what it signed is verified against either. */
  EvidenceKeyPublished: event({ fingerprint: digest, publicKey }),
  /** `until`: from then on it opens nothing. */
  FootageViewed: event({ ...viewing, until: Instant }),
  LiveWatched: event(watching),
  SnapshotSaved: event(snapshot),
  RetentionSet: event({ ...policy, reason, by: id }, withoutOverview),
  /** 公示 of a hall that is filmed (条例 13、14): what for, whom to ask, whether the signs stand, when it was filed with the police. */
  FilmingDeclared: event({ hall: id, ...notice, by: id }),
  ShorteningAllowed: event({ allowed: z.boolean(), reason, by: id }),
}
export type EvidenceEvent = EventOf<typeof evidenceEvents>

export const evidenceCommands = {
  RecordFootage: command({ facts: z.array(told).min(1).max(500).describe('录像事实') }),
  LapseSegments: command({ segments: z.array(lapsed).min(1).max(200).describe('到期的段') }),
  SpareSegments: command({ seqs, reason }),
  ExpireSegments: command({ seqs }),
  ReportAmiss: command({ segments: amiss }),
  ReportRestored: command({ seqs }),
  DisputeFootage: command(disputed),
  RegisterCamera: command(register),
  ChangeCamera: command(register),
  RetireCamera: command({ reason }),
  IssueStreamKey: command({ keyHash: digest.describe('推流码摘要') }),
  PlaceHold: command({ ...scope, reason }),
  RequestHoldRelease: command({ reason }),
  /** By another person than the one who asked. */
  ApproveHoldRelease: command({}),
  RequestExport: command({ ...stretch, case: caseOf.optional(), reason }),
  ApproveExport: command({}),
  RecordExport: command({ ...bundle, by: id.describe('领取人') }),
  PublishEvidenceKey: command({ publicKey }),
  OpenView: command(viewing),
  RecordLiveWatch: command(watching),
  RecordSnapshot: command(snapshot),
  SetRetention: command({ ...policy, reason }),
  DeclareFilming: command(notice),
  AllowShortening: command({ allowed: z.boolean().describe('允许'), reason }),
}
export type EvidenceCommand = CommandOf<typeof evidenceCommands>
export type Said<T> = Extract<EvidenceCommand, { type: T }>
export type Written<T> = Extract<EvidenceEvent, { type: T }>
