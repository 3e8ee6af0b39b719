import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openBook } from '../../adapters/book/open.ts'
import type { Segment } from '../../domain/evidence/footage.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import { serving, workplace } from '../cli/mingjian.ts'
import { readClock } from '../oracles/camera-clock.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'

const place = workplace()
afterAll(place.clear)
const cameras = ['mingjing-overview', 'mingjing-w03', 'mingjing-w03-screen']
const segmentsIn = (dir: string, camera: string) => existsSync(join(dir, 'footage', camera))
  ? readdirSync(join(dir, 'footage', camera), { recursive: true, encoding: 'utf8' }).filter((file) => /\.mp4(\.part)?$/.test(file)) : []
/** The instants that are burnt into the pictures of a file, by another make of software. */
function clocksOf(file: string): (number | undefined)[] {
  const [width, height] = [384, 216], { stdout } = spawnSync('ffmpeg', ['-v', 'error', '-i', file, '-vf', `scale=${width}:${height}`, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1'], { maxBuffer: 2 ** 28 })
  return Array.from({ length: stdout.length / (width * height * 4) }, (_, i) => readClock(stdout.subarray(i * width * height * 4, (i + 1) * width * height * 4), width, height))
}

it.runIf(withFfmpeg)('the county films itself through the door of real cameras: what the recorder calls an instant is the instant in the picture', async () => {
  const dir = place.dir(), served = await serving('demo', dir, '--days', '0', '--cameras', '3')
  for (const until = Date.now() + 40_000; !cameras.every((camera) => segmentsIn(dir, camera).length > 0);) {
    if (Date.now() > until) throw new Error(`nothing was filmed: ${served.stderr().slice(-2000)}`)
    await new Promise((done) => setTimeout(done, 100))
  }
  await new Promise((done) => setTimeout(done, 4_000))
  expect((await served.stop()).code).toBe(0)

  const book = await openBook(dir, { write: false }), facts: Recorded[] = []
  for await (const batch of book.readAll(0)) facts.push(...batch)
  await book.close()
  const of = (type: string) => facts.filter((fact) => fact.type === type)
  expect(of('CameraRegistered').map(({ data }) => data['camera']).sort()).toStrictEqual(cameras)
  expect(of('StreamKeyIssued').every(({ meta, data }) => meta.actor.role === 'system-admin' && /^[0-9a-f]{64}$/.test(String(data['keyHash'])))).toBe(true)
  expect(of('StreamRefused')).toStrictEqual([])
  for (const camera of cameras) {
    const segments = of('SegmentsSealed').filter(({ meta }) => meta.stream.startsWith(`evidence-camera.${camera}.`)).flatMap(({ data }) => data['segments'] as Segment[])
    expect(segments.length).toBeGreaterThan(0)
    for (const { file, startMs, endMs, frames } of segments) {
      const clocks = clocksOf(join(dir, 'footage', file))
      expect(clocks).toHaveLength(frames)
      expect(clocks.every((clock) => clock !== undefined)).toBe(true)
      expect(Math.abs(clocks[0]! - startMs)).toBeLessThan(250)
      expect(Math.abs(clocks.at(-1)! + 80 - endMs)).toBeLessThan(500)
    }
    // The county's own time, not this machine's: what was played before was not filmed, and what is filmed lies behind it.
    const history = facts.filter(({ meta }) => meta.stream.startsWith('cases-') && meta.position < of('CameraRegistered')[0]!.meta.position).at(-1)!
    expect(segments[0]!.startMs).toBeGreaterThan(Date.parse(history.meta.recordedAt))
    expect(segments[0]!.startMs - Date.parse(history.meta.recordedAt)).toBeLessThan(20 * 3_600_000)
  }
}, 270_000)
