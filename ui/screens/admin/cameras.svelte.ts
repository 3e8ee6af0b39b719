import { onDestroy } from 'svelte'
import type { RetentionPolicy } from '../../../domain/evidence/events.ts'
import type { CameraRow } from '../../../projections/cameras.ts'
import { isProblem, read, type Problem } from '../../client.ts'

const againMs = 5_000
type Sound = { state: 'live' | 'silent' | 'frozen' | 'off'; sinceMs?: number; cause?: string; bitsPerSecond?: number; framesPerSecond?: number; codec?: string; width?: number; height?: number }
export type CameraKept = Omit<CameraRow, 'keyHash' | 'places'> & Sound & { keyIssued: boolean; keptDays: number; amiss?: { missing: number; altered: number; disputed: number } }
export type Register = {
  recording: boolean; storage?: { freeBytes: number; bytesPerHour: number; hoursLeft: number; state: 'ok' | 'low' | 'full' | 'lost' }
  policy: RetentionPolicy; shortening: boolean; use: { zh: string; en: string }; cameras: CameraKept[]
}
/** 推流码 — made now, answered once. */
export type Issued = { key: string; push?: { port: number; host?: string } }
export const issueKey = (camera: string) => read<Issued>(`/video/cameras/${encodeURIComponent(camera)}/stream-key`, {}, {}, 'POST', { 'idempotency-key': crypto.randomUUID() })

/** 推流地址 in full, as a camera wants it; `host`: where the door is bound, anywhere or at one address of this machine. */
export const pushAddress = ({ key, push }: Issued, here: string): string | undefined => {
  if (!push) return undefined
  const anywhere = push.host === '0.0.0.0' || push.host === '::', host = push.host === undefined ? '127.0.0.1' : anywhere ? here : push.host
  return `rtmp://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${push.port}/live/${key}`
}
/** 摄像机登记册, and how each is; no picture is in it. */
export function register() {
  let all = $state.raw<Register>(), problem = $state.raw<Problem>(), gone = false
  async function load() {
    const answer = await read<Register>('/video/cameras')
    if (gone) return
    if (isProblem(answer)) problem = answer
    else { all = answer; problem = undefined }
  }
  void load()
  const timer = setInterval(() => { if (!document.hidden) void load() }, againMs)
  onDestroy(() => { gone = true; clearInterval(timer) })
  return { get all() { return all }, get problem() { return problem }, read: load }
}
