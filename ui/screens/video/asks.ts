import type { Replay } from '../../../projections/replayed.ts'
import type { CaseListRow } from '../../../projections/views.ts'
import { read, type Problem } from '../../client.ts'

/** 遮挡 — a polygon in parts of the picture's width and height. */
export type Mask = readonly (readonly [number, number])[]
export type CameraState = 'live' | 'silent' | 'frozen' | 'off'
export type Camera = { camera: string; name: string; kind: 'window' | 'screen' | 'overview'; window?: string; state: CameraState; sinceMs?: number; cause?: string; priority: number; keptDays: number; masks?: readonly Mask[]; /** Not shown to whoever asks, for its masks. */ withheld?: true }
export type Hall = { id: string; name: string; light: CaseListRow['light']; cameras: Camera[] }
/** 保存天数 of what is linked to a case. */
export type KeptDays = { stepDays: number; supplementDays: number; complaintDays: number; cardDays: number }
/** 此刻在窗口 — what stands there by the latest fact told at it. */
export type AtWindow = {
  window: string; officer?: string; caseId?: string; caseNo?: string; itemName?: string; step?: string; light?: CaseListRow['light']; leftMs?: number; dueOn?: CaseListRow['dueOn']; emptySinceMs?: number
}
export type Now = { at: string; windows: AtWindow[] }

export type Kept = { reason: string; untilMs?: number }
export type Span = { seq: number; run: number; fromMs: number; toMs: number; kept?: readonly Kept[]; /** Not what the book says. */ amiss?: 'missing' | 'altered' }
export type Gap = { fromMs: number; toMs?: number; cause: string }
export type FilmedFact = { id: string; type: string; caseId: string; caseNo: string; atMs: number; window?: string }
export type Footage = { spans: Span[]; gaps: Gap[]; facts: FilmedFact[]; purged: { fromMs: number; toMs: number }[] }
/** 看录像的一次 — a look at so much of one camera, for a reason that is on record. */
export type View = { view: string; expiresAt: string }
export type Why = { caseId?: string; reason?: string }
type Range = { fromMs: number; toMs: number }

const of = (camera: string) => `/video/cameras/${encodeURIComponent(camera)}`
const inRange = ({ fromMs, toMs }: Range, view: string) => ({ fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs), view })
export const asks = {
  halls: () => read<{ kept: KeptDays; halls: Hall[] }>('/video/halls'),
  now: (hall: string) => read<Now>('/video/now', { hall }),
  view: (camera: string, { fromMs, toMs }: Range, why: Why) => read<View>('/video/views', {}, { camera, fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs), ...why }),
  footage: (camera: string, range: Range, view: string) => read<Footage>(`${of(camera)}/footage`, inRange(range, view)),
  replay: (id: string): Promise<Replay | Problem> => read<Replay>(`/cases/${encodeURIComponent(id)}/replay`),
}
/** Where a camera's picture comes from as it is now, and as it was. */
export const liveAddress = (camera: string, keysOnly = false) => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api${of(camera)}/live${keysOnly ? '?keys=1' : ''}`
export const playlistAddress = (camera: string, range: Range, view: string) => {
  const { fromMs, toMs } = inRange(range, view)
  return `/api${of(camera)}/playlist.m3u8?${new URLSearchParams({ fromMs: String(fromMs), toMs: String(toMs), view })}`
}
export const snapshotPath = (camera: string) => `${of(camera)}/snapshot`
