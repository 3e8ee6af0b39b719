import { fitsTag, flvHead, flvPicture, flvSequence } from './live-flv.ts'
import type { AvcConfig, Sample, Sink } from './sample.ts'

/** What a viewer that does not read may let wait, and what is kept of a group of pictures for those who come: without an end, neither would have one. */
const backlogBytes = 1 << 20, ringBytes = 8 << 20

/** 观看者 — where pictures go; `waiting`: bytes that it has not taken. */
export type Viewer = { keysOnly: boolean; send(bytes: Buffer): void; waiting(): number; close(): void }

/** 直播 — of one camera: whoever comes gets the pictures from the last key frame at once, and then each as it comes. Costs next to nothing while nobody looks.
    A new run ends what is under way: its times begin again, and so does whoever watches. */
export function liveOf(): Pick<Sink, 'config' | 'sample' | 'ended'> & { watch(viewer: Viewer): () => void; viewers(): number; close(): void } {
  /** With what each was given at once when it came, until it has taken it. */
  const viewers = new Map<Viewer, number>()
  let config: AvcConfig | undefined, ring: Sample[] = [], bytes = 0, firstMs = 0, begun = false

  const give = (viewer: Viewer, data: Buffer) => {
    const waiting = viewer.waiting()
    if (waiting > backlogBytes + viewers.get(viewer)!) return leave(viewer)
    if (waiting === 0) viewers.set(viewer, 0)
    viewer.send(data)
  }
  const leave = (viewer: Viewer) => { if (viewers.delete(viewer)) viewer.close() }
  const closeAll = () => { for (const viewer of [...viewers.keys()]) leave(viewer) }
  return {
    config(said) {
      if (begun) closeAll()
      config = said
      ring = []
      begun = false
      for (const viewer of [...viewers.keys()]) give(viewer, flvSequence(said))
    },
    sample(sample) {
      if (!config || (!begun && !sample.key) || !fitsTag(sample)) return // what a tag cannot say nobody can be shown
      if (!begun) { firstMs = sample.dtsMs; begun = true }
      if (sample.key) { ring = []; bytes = 0 }
      if (sample.key || ring.length > 0) { ring.push(sample); bytes += sample.data.length }
      if (bytes > ringBytes) { ring = []; bytes = 0 } // a group that never ends: whoever comes waits for the next
      if (viewers.size === 0) return
      const tag = flvPicture(sample, firstMs)
      for (const viewer of [...viewers.keys()]) if (sample.key || !viewer.keysOnly) give(viewer, tag)
    },
    ended() { ring = []; bytes = 0 },
    watch(viewer) {
      const kept = viewer.keysOnly ? ring.slice(0, 1) : ring
      const all = Buffer.concat([flvHead, ...(config ? [flvSequence(config)] : []), ...kept.map((sample) => flvPicture(sample, firstMs))])
      viewers.set(viewer, all.length)
      viewer.send(all)
      return () => { viewers.delete(viewer) }
    },
    viewers: () => viewers.size,
    close: closeAll,
  }
}
