import type { FootageEvent } from '../domain/evidence/footage.ts'
import { cameraState } from './cameras-state.ts'
import type { CameraSaid, CameraState, SourceSaid } from './channel.ts'
import { sparingly } from './ingest/refusals.ts'
import { liveOf } from './live.ts'
import type { CameraSource, Sink } from './sample.ts'

/** 录像机 of one camera, as it is used here. */
export type Recording = Sink & { tick(): void; flush(): void; close(because?: 'disk'): Promise<void> }
export type CamerasOptions = {
  sourceOf(camera: string, source: SourceSaid): CameraSource
  recorderOf(said: CameraSaid): Recording
  tell(camera: string, event: FootageEvent): void
  nowMs(): number; wallMs(): number
  /** When a camera's picture last came to a process before this one. */
  heardMs?(camera: string): number | undefined
}
type Camera = { said: CameraSaid; source: CameraSource; recorder: Recording | undefined; live: ReturnType<typeof liveOf>; state: ReturnType<typeof cameraState> }
/** After a fault of our own a camera begins anew. */
const againMs = 5000

/** 各机位 — each camera's pictures go to its recorder, to those who watch it, and into its state; what breaks at one stays there. */
export function camerasOf({ sourceOf, recorderOf, tell, nowMs, wallMs, heardMs }: CamerasOptions) {
  const cameras = new Map<string, Camera>(), mayTell = sparingly(nowMs)
  let turn: Promise<unknown> = Promise.resolve(), closing = false

  function refused(camera: string, reason: string, from: string) {
    if (mayTell(camera, reason, from)) tell(camera, { type: 'StreamRefused', data: { atMs: Math.round(wallMs()), reason, from } })
  }
  /** What goes wrong with one stream is that stream's: it is told, the others go on, and this one starts again. */
  function guarded(entry: Camera): Sink {
    const { said: { camera } } = entry, all = [entry.recorder, entry.live, entry.state].filter((part) => part !== undefined)
    const safely = (work: () => void) => {
      try { work() } catch (error) {
        process.stderr.write(`摄像机 ${camera} 出错 / camera ${camera} failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`)
        refused(camera, 'recorder-failed', '')
        void entry.source.stop()
        setTimeout(() => { if (cameras.get(camera) === entry) entry.source.start(guarded(entry)) }, againMs).unref()
      }
    }
    return {
      config: (config) => safely(() => { for (const part of all) part.config(config) }),
      sample: (sample) => safely(() => { for (const part of all) part.sample(sample) }),
      ended: (cause) => safely(() => { for (const part of all) part.ended(cause) }),
      refused: (reason, from) => refused(camera, reason, from),
    }
  }
  /** `next`: what it is to be from now on. Not recorded any more, it is a gap for want of room, said at once. */
  async function remove({ said: { camera }, source, recorder, live }: Camera, next?: CameraSaid) {
    cameras.delete(camera)
    await source.stop()
    live.close()
    await recorder?.close(next?.record === false ? 'disk' : undefined)
  }
  /** One after the other: a camera never has two recorders, and what was taken out stays out. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  const same = (a: CameraSaid, b: CameraSaid) => JSON.stringify(a) === JSON.stringify(b)
  return {
    refused,
    /** What is as it was goes on; what has changed is sealed first. */
    configure: (wanted: readonly CameraSaid[]) => inTurn(async () => {
      if (closing) return
      const names = new Map(wanted.map((said) => [said.camera, said])), changed = [...cameras.values()].filter(({ said }) => !names.has(said.camera) || !same(said, names.get(said.camera)!))
      const heard = new Map(changed.map(({ said: { camera }, state }) => [camera, state.heardMs()]))
      await Promise.all(changed.map((entry) => remove(entry, names.get(entry.said.camera))))
      for (const said of wanted) {
        if (cameras.has(said.camera)) continue
        const { camera } = said, state = cameraState(camera, { nowMs, wallMs, heardMs: heard.get(camera) ?? heardMs?.(camera) })
        const entry: Camera = { said, source: sourceOf(camera, said.source), recorder: said.record ? recorderOf(said) : undefined, live: liveOf(), state }
        cameras.set(camera, entry)
        entry.source.start(guarded(entry))
      }
    }),
    live: (camera: string) => cameras.get(camera)?.live,
    states: (): CameraState[] => [...cameras.values()].map(({ state }) => state.state()),
    /** What is sealed is told now. */
    flush(camera: string) { cameras.get(camera)?.recorder?.flush() },
    tick() { for (const { recorder } of cameras.values()) recorder?.tick() },
    close() {
      closing = true
      return inTurn(async () => { await Promise.all([...cameras.values()].map((entry) => remove(entry))) })
    },
  }
}
