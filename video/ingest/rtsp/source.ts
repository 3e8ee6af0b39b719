import { avcConfig, avcCOf, beginsAnew, carried, lengthPrefixed } from '../../avc.ts'
import type { CameraSource, Sink } from '../../sample.ts'
import type { Login } from './authorization.ts'
import { decodingOrder } from './decoding-order.ts'
import type { Track } from './description.ts'
import { depacketiser, type Picture } from './rtp-h264.ts'
import { rtspSession } from './session.ts'

const firstMs = 500, mostMs = 15_000

/** RTSP 来源 — fetched from the camera, again and again after it is lost: at once first, then ever less often, up to a quarter of a minute. */
type RtspSaid = { url: string; login?: Login | undefined; trusted?: string | undefined; nowMs?: () => number }
export function rtspSource({ url, login, trusted, nowMs = () => performance.now() }: RtspSaid): CameraSource {
  let stopped = false, session: ReturnType<typeof rtspSession> | undefined, again: NodeJS.Timeout | undefined, wake: (() => void) | undefined, running = Promise.resolve()
  const address = url.replace(/^rtsps?/i, 'http'), host = URL.canParse(address) ? new URL(address).host : undefined
  if (host === undefined) return { start: (sink) => sink.refused('bad-address', ''), stop: async () => undefined }

  async function fetchFrom(sink: Sink, host: string) {
    for (let delayMs = firstMs; !stopped;) {
      const pictures = picturesInto(sink, host, nowMs)
      let take: (packet: Buffer) => void = () => undefined
      session = rtspSession({ url, login, trusted, onTrack: (track) => { pictures.begin(track); take = depacketiser(track.payloadType, pictures.picture) }, onPacket: (packet) => take(packet) })
      const { cause, refused } = await session.ended
      if (refused !== undefined && !stopped) sink.refused(refused, host)
      if (pictures.begun()) { sink.ended(stopped ? 'process' : cause); delayMs = firstMs }
      if (stopped) return
      await new Promise<void>((resolve) => { wake = resolve; again = setTimeout(resolve, delayMs) })
      delayMs = Math.min(delayMs * 2, mostMs)
    }
  }
  return {
    start(sink) { stopped = false; running = fetchFrom(sink, host) },
    async stop() {
      stopped = true
      clearTimeout(again)
      wake?.()
      session?.close()
      await running
    },
  }
}

/** Of one session: parameter sets from its description or from the stream, whichever are newer; pictures from the first that can be begun with. */
function picturesInto(sink: Sink, from: string, nowMs: () => number) {
  const dtsOf = decodingOrder()
  let avcC: Buffer | undefined, sets: { sps: Buffer[]; pps: Buffer[] } = { sps: [], pps: [] }, keyed = false
  function configure() {
    if (sets.sps.length === 0 || sets.pps.length === 0) return
    const config = avcConfig(avcCOf(sets.sps, sets.pps))
    if ('refused' in config) { avcC = undefined; return sink.refused(config.refused, from) }
    if (avcC?.equals(config.avcC)) return
    avcC = config.avcC
    keyed = false
    sink.config(config)
  }
  return {
    begun: () => avcC !== undefined,
    begin({ sps, pps }: Track) { sets = { sps, pps }; configure() },
    picture({ units, ptsMs, broken }: Picture) {
      const arrivalMs = nowMs(), dtsMs = dtsOf(ptsMs), inBand = carried(units)
      if (inBand.sps.length > 0 || inBand.pps.length > 0) {
        sets = { sps: inBand.sps.length > 0 ? inBand.sps : sets.sps, pps: inBand.pps.length > 0 ? inBand.pps : sets.pps }
        configure()
      }
      if (broken) return sink.refused('packets-missing', from)
      const key = beginsAnew(units)
      keyed ||= key
      if (avcC && keyed) sink.sample({ dtsMs, ptsMs, key, data: lengthPrefixed(units), arrivalMs })
    },
  }
}
