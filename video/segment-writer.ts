import { segmentFiles, type Begun, type Heard, type SoFar } from './segment-files.ts'
import type { FootageStore } from './store.ts'

/** 写段 — what a camera asks of the disk, done one thing after the other. Nobody waits for the disk but the camera itself. */
export type SegmentWriter = {
  begin(begun: Begun): void
  append(fragment: readonly Buffer[], soFar: SoFar): void
  seal(): void
  /** Whether the disk takes footage again; what an end before left behind is put in order first. */
  resumed(): Promise<boolean>
  /** When everything asked for so far is done. */
  idle(): Promise<void>
}

/** More than this waiting for one camera: the disk is too slow, which is as good as none. */
const mostWaitingBytes = 48 * 2 ** 20

export function segmentWriter(camera: string, store: FootageStore, last: { seq: number; chain: string }, heard: Heard): SegmentWriter {
  const files = segmentFiles(camera, store.dir, last, heard)
  let life = 0, waitingBytes = 0, queue = Promise.resolve()

  async function fail(): Promise<void> {
    life++
    store.failed()
    await files.abandon()
    heard.failed(files.untilMs())
  }
  /** In order; what belongs to a life of the disk that is over is dropped. */
  function ask(work: () => Promise<void>, bytes = 0): void {
    const asked = life
    waitingBytes += bytes
    queue = queue.then(async () => {
      try { if (asked === life) await work() } catch { await fail() } finally { waitingBytes -= bytes }
    })
  }
  return {
    begin: (begun) => ask(async () => {
      // Its disk may have gone since somebody looked last: a file begun then would lie on another.
      if (!await store.ready() || !await store.present()) return fail()
      if (!files.isOrderly()) await files.putInOrder()
      await files.begin(begun)
    }),
    append(fragment, soFar) {
      const bytes = fragment.reduce((sum, { length }) => sum + length, 0)
      if (waitingBytes + bytes > mostWaitingBytes) return ask(fail)
      ask(async () => store.wrote(await files.append(fragment, soFar)), bytes)
    },
    seal: () => ask(files.seal),
    async resumed() {
      let fine = false
      await (queue = queue.then(async () => {
        if (!await store.ready()) return
        try {
          if (!files.isOrderly()) await files.putInOrder()
          fine = true
        } catch { store.failed() }
      }))
      return fine
    },
    idle: () => queue,
  }
}
