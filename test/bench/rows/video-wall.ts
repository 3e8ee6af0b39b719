import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { usualLimits } from '../../../api/limits.ts'
import { serve } from '../../../api/opening/main.ts'
import { evidence } from '../../../domain/evidence/index.ts'
import { platform } from '../../../domain/platform/index.ts'
import { founded } from '../../signed-in.ts'
import type { Asked, Published } from '../children/rtmp-cameras.ts'
import { ms, number, percent } from '../figures.ts'
import { openHouse, said } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { benchZone } from '../told.ts'
import { frameMs, framesOf, theClip } from '../video/clip.ts'
import { cameraName, keyHashOf, newKey } from '../video/recorder.ts'

const browserAt = () => [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))
const cameras = 4, wanted = 24, settleMs = 8_000
const registered = (i: number) => ({ hall: 'H-1', window: `H-1-w${i}`, kind: 'window', name: `${i} 号窗口`, source: { kind: 'rtmp' }, retentionDays: 30, priority: 5, segmentSeconds: 10, masks: [[[0.36, 0.66], [0.51, 0.66], [0.51, 0.77]]] })

type Tile = { camera: string; seconds: number; shown: number; told: number; dropped: number; longestMs: number; width: number; height: number; faces: number }
type Seen = { tiles: Tile[]; longTasksMs: number[]; pages: number }
/** 看墙 — what the browser itself says of each tile over so long: pictures that it gave to its compositor (`presentedFrames`, HTML video.requestVideoFrameCallback), of how many it told the page in time, those that it dropped, and the longest that none was told of;
    tasks of the page beyond 50 ms; what the page itself drew. The page is called at its own beat, so that it is told of fewer than are shown. */
const looked = (page: Page, forMs: number) => page.evaluate(async (forMs): Promise<Seen> => {
  const longTasksMs: number[] = [], observer = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longTasksMs.push(Math.round(duration)) })
  observer.observe({ type: 'longtask' })
  let pages = 0, watching = true
  const draw = () => { pages++; if (watching) requestAnimationFrame(draw) }
  requestAnimationFrame(draw)
  const faceOf = (video: HTMLVideoElement) => {
    const canvas = new OffscreenCanvas(32, 18), paper = canvas.getContext('2d')!
    paper.drawImage(video, 0, 0, 32, 18)
    return paper.getImageData(0, 0, 32, 18).data.join()
  }
  const tiles = await Promise.all([...document.querySelectorAll<HTMLVideoElement>('video[data-live]')].map(async (video): Promise<Tile> => {
    const before = video.getVideoPlaybackQuality(), faces = new Set([faceOf(video)]), from = performance.now()
    let first: number | undefined, shown = 0, told = 0, longestMs = 0, last = from, handle = 0
    const passed = (now: number, { presentedFrames }: VideoFrameCallbackMetadata) => { first ??= presentedFrames; shown = presentedFrames - first; told++; longestMs = Math.max(longestMs, now - last); last = now; handle = video.requestVideoFrameCallback(passed) }
    handle = video.requestVideoFrameCallback(passed)
    // Cameras play a clip over and over: at the end of a whole turn the picture is that of the beginning.
    const looking = setInterval(() => { faces.add(faceOf(video)) }, 1_370)
    await new Promise((done) => setTimeout(done, forMs))
    clearInterval(looking)
    video.cancelVideoFrameCallback(handle)
    const after = video.getVideoPlaybackQuality(), seconds = (performance.now() - from) / 1000
    return { camera: video.dataset['live']!, seconds, shown, told, dropped: after.droppedVideoFrames - before.droppedVideoFrames, longestMs, width: video.videoWidth, height: video.videoHeight, faces: faces.size }
  }))
  watching = false
  observer.disconnect()
  return { tiles, longTasksMs, pages }
}, forMs)

/** 视频墙 — four cameras of 1080p25 with all that lies over them, in a browser on this machine: decoded in software, beside the house and the cameras themselves. */
export async function wall(place: Place): Promise<Line[]> {
  const executablePath = browserAt()
  if (executablePath === undefined) throw new Error('没有 Chromium，墙没有量 / no Chromium on this machine: the wall was not measured')
  const clip = theClip(place), { bitsPerSecond } = framesOf(clip), keys = Array.from({ length: cameras }, newKey), dir = place.room('wall'), forMs = place.quick ? 10_000 : 20_000
  const house = await openHouse(dir)
  let tellCode = (_: string) => {}
  const code = new Promise<string>((resolve) => { tellCode = resolve })
  const serving = await serve(house, { host: '127.0.0.1', port: 0, issue: true, obey: () => Promise.reject(new Error('nobody orders a benchmark')), sayCode: (said) => { tellCode(said) }, limits: { ...usualLimits, anonymousPerMinute: 1e9 }, footage: { rtmpPort: 0 } })
  try {
    const people = await founded({ url: serving.url, code: await code }), cookie = await people.cookieFor('inspector'), by = { person: 'adm-system', role: 'system-admin', department: '' } as const
    await said(house, { context: platform, id: 'H-1', key: 'hall', by, command: { type: 'OpenHall', data: { name: '政务服务大厅', kind: 'hall', zone: benchZone } } })
    for (const [i, key] of keys.entries()) {
      await said(house, { context: evidence, id: cameraName(i), key: `register ${i}`, by, command: { type: 'RegisterCamera', data: registered(i) } })
      await said(house, { context: evidence, id: cameraName(i), key: `key ${i}`, by, command: { type: 'IssueStreamKey', data: { keyHash: keyHashOf(key) } } })
    }
    const footage = await serving.footage!.opened(), { rtmpPort } = await footage.opened()
    await pause(1_500)
    const publishing = place.ask<Published>('rtmp-cameras', { clip, port: rtmpPort, keys, forMs: forMs + settleMs + 30_000 } satisfies Asked)
    publishing.catch(() => undefined)
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
    try {
      const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } }), [name = '', value = ''] = cookie.split('=')
      await context.addCookies([{ name, value, url: serving.url, httpOnly: true, sameSite: 'Strict' }])
      const page = await context.newPage()
      await page.goto(`${serving.url}/video?hall=H-1`)
      await page.waitForFunction((cameras) => [...document.querySelectorAll<HTMLVideoElement>('video[data-live]')].filter(({ videoWidth }) => videoWidth === 1920).length === cameras, cameras, { timeout: 20_000 })
      await pause(settleMs)
      return [lineOf(await looked(page, forMs), bitsPerSecond, browser.version())]
    } finally { await browser.close() }
  } finally { await serving.close(); place.empty('wall') }
}

function lineOf({ tiles, longTasksMs, pages }: Seen, bitsPerSecond: number, version: string): Line {
  assertRight(tiles.length === cameras && tiles.every(({ width, height }) => width === 1920 && height === 1080), `${tiles.length} tiles, ${tiles.map(({ width, height }) => `${width} × ${height}`).join(', ')}`)
  assertRight(tiles.every(({ faces }) => faces >= 5), `of some ten looks at each tile so many were unlike each other: ${tiles.map(({ faces }) => faces).join(', ')}`)
  const rates = tiles.map(({ shown, seconds }) => shown / seconds), least = Math.min(...rates), full = 1000 / frameMs, dropped = tiles.reduce((sum, one) => sum + one.dropped, 0), longest = Math.max(...tiles.map(({ longestMs }) => longestMs))
  const { seconds } = tiles[0]!, due = cameras * full * seconds
  return {
    row: 'video-wall', zh: `视频墙，${cameras} 路 1080p25（${number(bitsPerSecond / 1e6)} Mbit/s）/ the wall, four live tiles`,
    measured: `各格 ${rates.map(number).join('、')} 帧/s，浏览器丢 ${dropped} 帧（${percent(dropped / due)}）；页面自己 ${number(pages / seconds)} 帧/s，每格来得及说给它听的至少 ${number(Math.min(...tiles.map(({ told, seconds }) => told / seconds)))} 帧/s，最长隔 ${ms(longest)}，超过 50 ms 的任务 ${longTasksMs.length} 个${longTasksMs.length ? `，最长 ${ms(Math.max(...longTasksMs))}` : ''}（Chromium ${version}，无图形处理器，软件解码；摄像机、录像、服务同机）`,
    limit: `摄像机送出 ${full} 帧/s`, times: least / full,
    goal: [{ zh: '最慢一格，帧/s', value: least, least: wanted }], checked: `${cameras} 格都是 1920 × 1080，画面在走`,
    figures: { leastPerSecond: least, dropped, longestStillMs: longest, longTasks: longTasksMs.length, longestTaskMs: Math.max(0, ...longTasksMs), pagesPerSecond: pages / seconds, seconds },
  }
}
