import { setTimeout as pause } from 'node:timers/promises'
import { nowMs, percentiles } from '../figures.ts'
import { framesOf, frameMs } from '../video/clip.ts'
import { message, rtmpClient, sequenceBody } from '../../video/rtmp-client.ts'

/** `sentAtMs`: when each picture of each camera was given to the line, by the clock that all processes of a machine share. `keys`: of one camera each. What is sent at the end of `forMs` is all that is ever sent: the line is then closed in order. */
export type Asked = { clip: string; port: number; keys: readonly string[]; forMs: number }
export type Published = { sent: readonly number[]; sentAtMs: readonly Float64Array[]; lateP99Ms: number }
const chunk = 60_000

/** 推流的摄像机 — so many of them in one process, each with its own beginning, so that their key frames do not come at once. */
process.once('message', async ({ clip, port, keys, forMs }: Asked) => {
  const { frames, avcC } = framesOf(clip), lates: number[] = []
  const bodies = frames.map(({ data, key }) => Buffer.concat([Buffer.from([key ? 0x17 : 0x27, 1, 0, 0, 0]), data]))
  const cameras = await Promise.all(keys.map(async (key, i) => {
    const client = await rtmpClient(port)
    await client.connect()
    await client.publish(key)
    if (!await client.heard('NetStream.Publish.Start', 20_000)) throw new Error(`camera ${i} was not let in`)
    await client.video(sequenceBody(Buffer.from(avcC)), 0)
    return { client, sent: 0, atMs: new Float64Array(Math.ceil(forMs / frameMs) + 1), offsetMs: 2000 * i / keys.length }
  }))
  const from = performance.now()
  for (let elapsed = 0; elapsed < forMs; elapsed = performance.now() - from) {
    for (const camera of cameras) for (let due = camera.offsetMs + camera.sent * frameMs; due <= elapsed; due += frameMs) {
      lates.push(elapsed - due)
      camera.client.socket.write(message(9, bodies[camera.sent % bodies.length]!, { timestamp: camera.sent * frameMs, channel: 6, stream: 1, chunk }))
      camera.atMs[camera.sent++] = nowMs()
    }
    await pause(4)
  }
  for (const { client } of cameras) client.socket.end()
  await Promise.all(cameras.map(({ client }) => Promise.race([client.closed, pause(5000)])))
  process.send!({ sent: cameras.map(({ sent }) => sent), sentAtMs: cameras.map(({ atMs, sent }) => atMs.subarray(0, sent)), lateP99Ms: percentiles(lates)(0.99) } satisfies Published)
})
