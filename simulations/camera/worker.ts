import { parentPort, workerData } from 'node:worker_threads'
import { avcC, encoded, type Picture } from './h264/encoder.ts'
import { publisher, type Publisher } from './publish.ts'
import { emptyPicture } from './scene/clock.ts'
import { drawn, type HallScene, type View } from './scene/draw.ts'

/** 放映 — a thread of its own draws, codes and pushes, so that the county's never waits for a picture. */
export type Shooting = { url: string; cameras: readonly (View & { hall: string; key: string })[] }
/** `aheadMs`: by how much the county's clock is ahead of this machine's. */
export type Direction = { halls: readonly HallScene[]; aheadMs: number } | { stop: true }

export const frameMs = 80
const framesPerKey = 25, cellPixels = 4

const { url, cameras } = workerData as Shooting
const size = emptyPicture(), config = avcC(size), begunMs = performance.now()
let halls: ReadonlyMap<string, HallScene> = new Map(), aheadMs = 0, frame = 0, timer: NodeJS.Timeout | undefined

/** `left`: pictures until the next key frame; whoever begins a session is waiting for one. */
type Running = { view: View; hall: string; to: Publisher; last: Picture | undefined; keys: number; left: number }
const running: Running[] = cameras.map(({ key, hall, ...view }, i) => {
  const onState = () => { camera.left = 0 }
  const camera: Running = { view, hall, last: undefined, keys: 0, left: (i * 7) % framesPerKey,
    to: publisher({ url: `${url}/${key}`, config, width: size.width * cellPixels, height: size.height * cellPixels, framesPerSecond: 1000 / frameMs, onState }) }
  return camera
})

function shoot() {
  const atMs = Math.round(Date.now() + aheadMs), timestampMs = Math.round(performance.now() - begunMs)
  for (const camera of running) {
    const scene = halls.get(camera.hall)
    if (!scene) continue
    const key = camera.last === undefined || camera.left <= 0
    camera.last = encoded(drawn(camera.view, scene, atMs), key ? undefined : camera.last, key ? camera.keys++ : 0)
    camera.left = key ? framesPerKey - 1 : camera.left - 1
    camera.to.send({ data: camera.last.data, key, timestampMs })
  }
  frame = Math.max(frame + 1, Math.ceil((performance.now() - begunMs) / frameMs))
  timer = setTimeout(shoot, begunMs + frame * frameMs - performance.now())
}
parentPort!.on('message', (said: Direction) => {
  if ('stop' in said) {
    clearTimeout(timer)
    for (const { to } of running) to.close()
    parentPort!.close()
    return
  }
  halls = new Map(said.halls.map((scene) => [scene.hall, scene]))
  aheadMs = said.aheadMs
})
shoot()
