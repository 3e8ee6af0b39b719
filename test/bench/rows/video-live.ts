import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { usualLimits } from '../../../api/limits.ts'
import { serve } from '../../../api/opening/main.ts'
import { evidence } from '../../../domain/evidence/index.ts'
import { platform } from '../../../domain/platform/index.ts'
import { founded } from '../../signed-in.ts'
import type { Asked, Published } from '../children/rtmp-cameras.ts'
import { median, ms, nowMs, percentiles } from '../figures.ts'
import { openHouse, said } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { benchZone } from '../told.ts'
import { frameMs, framesOf, theClip } from '../video/clip.ts'
import { flvReader, type Came } from '../../video/flv-reader.ts'
import { cameraName, keyHashOf, newKey } from '../video/recorder.ts'

type Socket = { on(event: 'open' | 'close' | 'error', listener: (said: number) => void): void; on(event: 'message', listener: (data: Buffer) => void): void; close(): void }
const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options: { headers: Record<string, string> }) => Socket

type Seen = Came & { atMs: number }
/** 看的人 — one who comes, reads FLV by its own lengths, and goes after so long. */
async function watched(url: string, cookie: string, forMs: number): Promise<{ askedMs: number; came: Seen[]; code: number | undefined }> {
  const askedMs = nowMs(), came: Seen[] = [], socket = new WebSocket(url, { headers: { cookie } })
  let code: number | undefined, atMs = 0
  const read = flvReader((picture) => came.push({ ...picture, atMs }))
  socket.on('error', () => undefined)
  socket.on('close', (closed) => { code ??= closed })
  socket.on('message', (data) => { atMs = nowMs(); read(data) })
  await pause(forMs)
  const before = code
  socket.close()
  return { askedMs, came, code: before }
}

/** 实时 — from the camera's line through the recorder, the server and its WebSocket to a viewer who is signed in, each coming at another moment of a group of pictures. */
export async function live(place: Place): Promise<Line[]> {
  const clip = theClip(place), { frames } = framesOf(clip), cameras = 4, comings = place.quick ? 6 : 16, stayMs = 1500, keys = Array.from({ length: cameras }, newKey), dir = place.room('live')
  const house = await openHouse(dir)
  let tellCode = (_: string) => {}
  const code = new Promise<string>((resolve) => { tellCode = resolve })
  const serving = await serve(house, { host: '127.0.0.1', port: 0, issue: true, obey: () => Promise.reject(new Error('nobody orders a benchmark')), sayCode: (said) => { tellCode(said) }, limits: { ...usualLimits, anonymousPerMinute: 1e9 },
    footage: { rtmpPort: 0 } })
  try {
    const people = await founded({ url: serving.url, code: await code }), cookie = await people.cookieFor('hall-monitor'), by = { person: 'adm-system', role: 'system-admin', department: '' } as const
    await said(house, { context: platform, id: 'H-1', key: 'hall', by, command: { type: 'OpenHall', data: { name: '政务服务大厅', kind: 'hall', zone: benchZone } } })
    for (const [i, key] of keys.entries()) {
      await said(house, { context: evidence, id: cameraName(i), key: `register ${i}`, by, command: { type: 'RegisterCamera', data: { hall: 'H-1', window: `H-1-w${i}`, kind: 'window', name: `${i} 号窗口`, source: { kind: 'rtmp' }, retentionDays: 30, priority: 1, segmentSeconds: 10, masks: [] } } })
      await said(house, { context: evidence, id: cameraName(i), key: `key ${i}`, by, command: { type: 'IssueStreamKey', data: { keyHash: keyHashOf(key) } } })
    }
    const footage = await serving.footage!.opened(), { rtmpPort } = await footage.opened()
    await pause(1500)
    const publishing = place.ask<Published>('rtmp-cameras', { clip, port: rtmpPort, keys, forMs: 5000 + comings * (stayMs + 170) } satisfies Asked), seen: { camera: number; askedMs: number; came: Seen[] }[] = []
    await pause(4000)
    for (let n = 0; n < comings; n++) {
      const camera = n % cameras, { code, ...saw } = await watched(`${serving.url.replace('http', 'ws')}/api/video/cameras/${cameraName(camera)}/live`, cookie, stayMs)
      assertRight(code === undefined && saw.came.length > 0, `the viewer was sent away (${code}) with ${saw.came.length} pictures`)
      seen.push({ camera, ...saw })
      await pause(170)
    }
    const { sentAtMs } = await publishing
    return linesOf(seen, sentAtMs, frames)
  } finally { await serving.close(); place.empty('live') }
}

function linesOf(seen: readonly { camera: number; askedMs: number; came: readonly Seen[] }[], sentAtMs: readonly Float64Array[], frames: readonly { data: Buffer; key: boolean }[]): Line[] {
  const first: number[] = [], behind: number[] = []
  for (const { camera, askedMs, came } of seen) {
    assertRight(came[0]!.key, 'the first picture is none that can be shown by itself')
    first.push(came[0]!.atMs - askedMs)
    for (const [i, { timestampMs, atMs, body }] of came.entries()) {
      const n = timestampMs / frameMs
      assertRight(body.equals(frames[n % frames.length]!.data) && (i === 0 || n === came[i - 1]!.timestampMs / frameMs + 1), `picture ${n} came otherwise, or out of order`)
      const late = atMs - sentAtMs[camera]![n]!
      // What was there before is had at once; how far behind somebody is shows in what is sent while they watch.
      if (sentAtMs[camera]![n]! > askedMs + 500) behind.push(late)
    }
  }
  assertRight(behind.length > seen.length * 10, `${behind.length} pictures came while somebody watched`)
  const p = percentiles(behind), f = percentiles(first), delayS = p(0.99) / 1000, firstS = f(0.99) / 1000
  return [
    { row: 'live-delay', zh: '实时：落后多少 / live delay', measured: `从摄像机写出到 WebSocket 收齐 p50 ${ms(p(0.5))}，p99 ${ms(p(0.99))}，最多 ${ms(Math.max(...behind))}（不含浏览器解码）`, limit: `一帧的间隔 ${frameMs} ms`, times: p(0.5) / frameMs,
      goal: [{ zh: 'p99，秒', value: delayS, most: 1 }], checked: `${behind.length} 帧逐字节、按次序，${seen.length} 次观看，无一次被请走`, figures: { p50Ms: p(0.5), p99Ms: p(0.99), mostMs: Math.max(...behind), pictures: behind.length } },
    { row: 'first-picture', zh: '实时：第一幅画面 / first picture', measured: `从打开 WebSocket 到第一个关键帧收齐 中位 ${ms(median(first))}，p99 ${ms(f(0.99))}（登录核对、记「谁在看」都在内）`, limit: '下一个关键帧要等到 2 s', times: median(first) / 2000,
      goal: [{ zh: 'p99，秒', value: firstS, most: 0.5 }], checked: '第一幅是关键帧，与发出的逐字节相同', figures: { p50Ms: median(first), p99Ms: f(0.99), comings: seen.length } },
  ]
}
