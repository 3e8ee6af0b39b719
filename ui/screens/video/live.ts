import { liveAddress } from './asks.ts'
import { codecOf, flvReader } from './flv.ts'
import { lineOf, type Library } from './line.ts'

/** `size`: of the first picture; `stalled`: the last picture came so long ago, in milliseconds, or pictures come again. */
export type Told = { size(width: number, height: number): void; stalled(sinceMs: number | undefined): void }
/** Where no new picture has come for so long, there is none; looked at so often; and tried anew after so long. */
const silentMs = 2_000, silentKeysMs = 6_000, lookMs = 400, againMs = 1_500
const inHand = { liveSyncMaxLatency: 1.4, liveSyncTargetLatency: 0.6, mostBehind: 4, left: 0.5 }

/** 静默 — says when nothing moves any more, as long as somebody can see it. */
function watched(moved: () => number, { stalled }: Told, again: () => void, patienceMs = silentMs): () => void {
  let last = moved(), at = performance.now(), said = false, triedAt = at
  const timer = setInterval(() => {
    const now = performance.now(), is = moved()
    if (is !== last || document.hidden) { last = is; at = now; if (said) { said = false; stalled(undefined) } return }
    if (now - at < patienceMs) return
    if (!said) { said = true; stalled(now - at) }
    if (now - triedAt > againMs && now - at > patienceMs + againMs) { triedAt = now; again() }
  }, lookMs)
  // What is not looked at any more is not missing: whoever shows it next sees for themselves.
  return () => { clearInterval(timer); if (said) stalled(undefined) }
}

/** 实时画面 — every picture, as it comes. */
export const full = (camera: string, told: Told) => (video: HTMLVideoElement) => {
  let gone = false, close = () => {}
  const start = async () => {
    const mpegts = (await import('mpegts.js')).default as unknown as Library
    if (gone) return
    close()
    mpegts.LoggingControl.enableAll = false
    const player = mpegts.createPlayer({ type: 'flv', isLive: true, hasAudio: false, url: liveAddress(camera) }, {
      customLoader: lineOf(mpegts), enableWorker: false, enableStashBuffer: false, lazyLoad: false, deferLoadAfterSourceOpen: false, autoCleanupSourceBuffer: true, autoCleanupMaxBackwardDuration: 30, autoCleanupMinBackwardDuration: 10,
      liveSync: true, liveSyncMaxLatency: inHand.liveSyncMaxLatency, liveSyncTargetLatency: inHand.liveSyncTargetLatency, liveBufferLatencyChasing: true, liveBufferLatencyMaxLatency: inHand.mostBehind, liveBufferLatencyMinRemain: inHand.left })
    close = () => { close = () => {}; player.destroy() }
    player.on(mpegts.Events.ERROR, () => undefined)
    player.attachMediaElement(video)
    player.load()
    void (player.play() as Promise<void> | undefined)?.catch(() => undefined)
  }
  const sized = () => told.size(video.videoWidth, video.videoHeight)
  video.addEventListener('resize', sized)
  void start()
  const stop = watched(() => video.currentTime, told, () => void start())
  return () => { gone = true; stop(); video.removeEventListener('resize', sized); close() }
}

/** 关键帧画面 — only the pictures that stand by themselves, drawn one by one: a wall of many costs little. */
export const stills = (camera: string, told: Told) => (canvas: HTMLCanvasElement) => {
  let gone = false, arrived = 0, socket: WebSocket | undefined, decoder: VideoDecoder | undefined
  const start = () => {
    socket?.close()
    const own = socket = new WebSocket(liveAddress(camera, true))
    own.binaryType = 'arraybuffer'
    const read = flvReader({
      config(description) {
        if (decoder?.state === 'configured') decoder.close()
        decoder = new VideoDecoder({ error: () => own.close(), output(frame) {
          if (canvas.width !== frame.displayWidth || canvas.height !== frame.displayHeight) { canvas.width = frame.displayWidth; canvas.height = frame.displayHeight; told.size(canvas.width, canvas.height) }
          canvas.getContext('2d')?.drawImage(frame, 0, 0)
          frame.close()
        } })
        decoder.configure({ codec: codecOf(description), description, optimizeForLatency: true })
      },
      picture({ key, timeMs, data }) {
        if (!key || decoder?.state !== 'configured') return
        decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: timeMs * 1000, data }))
        void decoder.flush().catch(() => undefined)
      },
    })
    own.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      if (own !== socket || gone) return
      arrived++
      try { read(new Uint8Array(data)) } catch { own.close() }
    }
  }
  start()
  // Key frames are seconds apart; of a camera that is gone the recorder tells sooner.
  const stop = watched(() => arrived, told, start, silentKeysMs)
  return () => { gone = true; stop(); socket?.close(); if (decoder?.state === 'configured') decoder.close() }
}
export const canStill = () => typeof VideoDecoder !== 'undefined'
