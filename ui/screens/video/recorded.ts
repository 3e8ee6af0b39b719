import type Hls from 'hls.js/light'
import { framesOf } from './frames.ts'
import { picturesIn } from './picture-times.ts'

/** 录像画面 — what of a recording a <video> holds: the instants of its pictures, not its own seconds. */
export type Recorded = {
  /** The instant of the picture that is shown; nothing where there is none to show. */
  shown(): number | 'moving' | undefined
  /** Goes to the picture of an instant, where there is one. */
  to(ms: number): void
  /** 逐帧 — goes to the picture after the one that is shown, or before it; says then where that is. */
  step(by: 1 | -1, arrived: (ms: number) => void): void
  close(): void
}
/** Edges of segments are told in whole milliseconds, pictures are not. */
const edgeMs = 40
/** A jump that has led nowhere for so long gives way to the next. */
const patienceMs = 1_500
/** Of a decoder that gives up so often within so long nothing more is hoped; a line is tried again after so long. */
const mostRecoveries = 3, recoveredMs = 30_000, againMs = 3_000
type Piece = { start: number; duration: number; programDateTime: number | null; relurl?: string | undefined; byteRangeStartOffset?: number | undefined }
/** Of so many pieces it is kept when their pictures are: more than lie in the buffer. */
const mostTimed = 60
const nameOf = ({ relurl = '', byteRangeStartOffset = 0 }: Piece) => `${relurl} ${byteRangeStartOffset}`

const secondsOf = (pieces: readonly Piece[], ms: number) => {
  const piece = pieces.find(({ programDateTime: from, duration }) => from !== null && ms >= from - edgeMs && ms < from + duration * 1000)
  return piece && piece.start + Math.min(Math.max(0, (ms - piece.programDateTime!) / 1000), Math.max(0, piece.duration - 0.001))
}
const instantOf = (pieces: readonly Piece[], seconds: number) => {
  const piece = pieces.findLast(({ start, programDateTime }) => programDateTime !== null && start <= seconds + 0.001)
  return piece && piece.programDateTime! + Math.min(seconds - piece.start, piece.duration) * 1000
}

/** 接上 — plays a playlist of the recorder in a <video>, and speaks of it in instants. `broken`: it cannot be fetched or read, and what the platform answered; nothing where it goes on. */
export function recorded(video: HTMLVideoElement, address: string, startMs: number, broken: (status: number | undefined) => void): Recorded {
  let hls: Hls | undefined, gone = false, wanted: number | undefined = startMs, movingSince: number | undefined, again: ReturnType<typeof setTimeout> | undefined, isBroken = false, recoveries: number[] = []
  const pieces = (): readonly Piece[] => hls?.latestLevelDetails?.fragments ?? [], timed = new Map<string, readonly number[]>()
  /** 各画面的时刻 around what is shown, in the seconds of the <video>. */
  const frames = framesOf(video, () => {
    const all = pieces(), here = all.findLastIndex(({ start }) => start <= video.currentTime + 0.001)
    return all.slice(Math.max(0, here - 1), here + 2).flatMap((piece) => (timed.get(nameOf(piece)) ?? []).map((share) => piece.start + share * piece.duration))
  })
  /** One jump at a time: while the picture of the one before is on its way, only the newest wish is kept. */
  function go() {
    if (wanted === undefined || video.readyState === 0 || (movingSince !== undefined && performance.now() - movingSince < patienceMs)) return
    const seconds = secondsOf(pieces(), wanted)
    if (seconds === undefined) return
    wanted = undefined
    if (Math.abs(video.currentTime - seconds) < 0.001) return
    movingSince = performance.now()
    video.currentTime = seconds
  }
  const arrived = () => { movingSince = undefined; go() }
  video.addEventListener('seeked', arrived)
  function failed(own: Hls, isMedia: boolean, status: number) {
    recoveries = [...recoveries.filter((at) => performance.now() - at < recoveredMs), performance.now()]
    if (isMedia && recoveries.length <= mostRecoveries) { own.recoverMediaError(); return }
    isBroken = true
    broken(status)
    // What the platform has refused stays refused; a line comes back.
    if (status >= 400 && status < 500 || isMedia) return
    clearTimeout(again)
    again = setTimeout(() => { if (pieces().length) own.startLoad(video.currentTime); else own.loadSource(address) }, againMs)
  }
  void import('hls.js/light').then(({ default: Player }) => {
    if (gone) return
    const own = hls = new Player({ enableWorker: false, autoStartLoad: false, maxBufferLength: 20, maxMaxBufferLength: 40, backBufferLength: 20, startFragPrefetch: false, fragLoadingMaxRetry: 2, manifestLoadingMaxRetry: 1 })
    own.on(Player.Events.LEVEL_LOADED, (_, { details }) => own.startLoad(secondsOf(details.fragments, wanted ?? startMs) ?? 0))
    own.on(Player.Events.FRAG_LOADED, (_, { frag, payload }) => {
      if (typeof frag.sn !== 'number') return
      timed.delete(nameOf(frag))
      timed.set(nameOf(frag), picturesIn(payload))
      for (const name of timed.keys()) { if (timed.size <= mostTimed) break; timed.delete(name) }
    })
    own.on(Player.Events.FRAG_BUFFERED, () => { if (isBroken) { isBroken = false; broken(undefined) } go() })
    own.on(Player.Events.ERROR, (_, { fatal, response, type }) => { if (fatal) failed(own, type === Player.ErrorTypes.MEDIA_ERROR, response?.code ?? 0) })
    own.loadSource(address)
    own.attachMedia(video)
  }, () => { if (!gone) broken(0) })
  return {
    shown: () => movingSince !== undefined || (wanted !== undefined && !hls?.latestLevelDetails) ? 'moving' : wanted !== undefined ? undefined : instantOf(pieces(), video.currentTime),
    to(ms) { frames.stop(); wanted = ms; go() },
    step(by, arrived) {
      wanted = undefined
      void frames.step(by, (seconds) => { const ms = instantOf(pieces(), seconds); if (ms !== undefined) arrived(ms) })
    },
    close() { gone = true; clearTimeout(again); frames.close(); video.removeEventListener('seeked', arrived); hls?.destroy() },
  }
}
