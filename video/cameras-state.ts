import { createHash } from 'node:crypto'
import type { CameraState } from './channel.ts'
import type { EndCause, Sink } from './sample.ts'

/** 无画面 — no picture for so long is silence. */
const silentMs = 3000
/** Figures are of the seconds before. */
const windowMs = 2000
const vcl = (type: number) => type >= 1 && type <= 5

/** The coded picture without what only tells the time (SEI, delimiters): what a camera that shows one picture for ever sends again and again. */
function pictureHash(data: Buffer): string {
  const hash = createHash('sha1')
  for (let at = 0; at + 4 < data.length;) {
    const end = at + 4 + data.readUInt32BE(at)
    if (vcl(data[at + 4]! & 31)) hash.update(data.subarray(at + 5, end))
    at = end
  }
  return hash.digest('base64')
}

/** 机位状态 — of one camera: whether its picture comes, is silent, or is always the same (`frozenMs`), and how much of it. Times are of the clock that only goes forward;
    `wallMs` says when that is for people. `heardMs`: when its picture last came to a life before this one: it is expected, and missing as soon as any other. */
export function cameraState(camera: string, { nowMs, wallMs, frozenMs = 30_000, heardMs }: { nowMs(): number; wallMs(): number; frozenMs?: number; heardMs?: number | undefined }) {
  let width = 0, height = 0, codec = '', lastMs: number | undefined, ended: EndCause | undefined
  const begunMs = nowMs()
  let told: CameraState['state'] = 'off', sinceMs = begunMs
  // Two are remembered: consecutive key frames differ in the number that tells them apart, and then repeat.
  let keys: string[] = [], sameSinceMs: number | undefined
  let recent: { atMs: number; bytes: number }[] = []

  const sink: Pick<Sink, 'config' | 'sample' | 'ended'> = {
    config(config) {
      ({ width, height } = config)
      codec = `avc1.${config.avcC.toString('hex', 1, 4)}`
      keys = []
      sameSinceMs = undefined
    },
    sample({ key, data, arrivalMs }) {
      lastMs = arrivalMs
      ended = undefined
      recent.push({ atMs: arrivalMs, bytes: data.length })
      if (!key) return
      const hash = pictureHash(data)
      if (keys.includes(hash)) sameSinceMs ??= arrivalMs
      else { keys = [hash, ...keys.slice(0, 1)]; sameSinceMs = undefined }
    },
    ended(cause) { ended = cause },
  }
  function standing(now: number): Pick<CameraState, 'state' | 'cause'> {
    if (lastMs === undefined) return { state: heardMs === undefined || now - begunMs < silentMs ? 'off' : 'silent' }
    if (now - lastMs >= silentMs) return { state: 'silent', cause: ended ?? 'network' }
    return sameSinceMs !== undefined && now - sameSinceMs >= frozenMs ? { state: 'frozen' } : { state: 'live' }
  }
  return {
    ...sink,
    /** When its picture last came, to this life or one before. */
    heardMs: () => lastMs ?? heardMs,
    state(): CameraState {
      const now = nowMs(), { state, cause } = standing(now)
      recent = recent.filter(({ atMs }) => now - atMs <= windowMs)
      if (state !== told) { told = state; sinceMs = state === 'silent' ? (lastMs ?? heardMs)! : state === 'frozen' ? sameSinceMs! : now }
      const bytes = recent.reduce((sum, { bytes }) => sum + bytes, 0)
      return {
        camera, state, sinceMs: Math.round(wallMs() - (now - sinceMs)), ...(cause !== undefined && { cause }),
        bitsPerSecond: Math.round(bytes * 8000 / windowMs), framesPerSecond: Math.round(recent.length * 10_000 / windowMs) / 10, codec, width, height,
      }
    },
  }
}
