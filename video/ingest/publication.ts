import { flvVideo } from '../flv.ts'
import type { EndCause, Sink } from '../sample.ts'

/** 一次推流 — what one session of one camera hands on, from its sequence header to its end. */
export type Publication = ReturnType<typeof publication>
export function publication(sink: Sink, from: string, nowMs: () => number) {
  const read = flvVideo()
  let heardMs = nowMs(), avcC: Buffer | undefined, over = false
  return {
    heardMs: () => heardMs,
    video(body: Buffer, timestampMs: number) {
      if (over) return
      heardMs = nowMs()
      const said = read(timestampMs, body, heardMs)
      if (said === undefined) return
      if ('refused' in said) {
        if (body[1] === 0) avcC = undefined // coded in a way that nobody could read: what follows is not of the header before
        sink.refused(said.refused, from)
      }
      else if ('sample' in said) { if (avcC) sink.sample(said.sample); else sink.refused('no-sequence-header', from) }
      // Many cameras say it again with each key frame: what is the same begins nothing.
      else if (!avcC?.equals(said.config.avcC)) { avcC = said.config.avcC; sink.config(said.config) }
    },
    end(cause: EndCause) {
      if (over) return
      over = true
      sink.ended(cause)
    },
  }
}
