import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { footageEvents, type FootageEvent, type Segment } from '../../domain/evidence/footage.ts'
import type { LastSeq } from '../../video/channel.ts'
import { openMp4, sampleOf } from '../../video/mp4-read.ts'
import { recorder } from '../../video/recorder.ts'
import type { AvcConfig, Sample } from '../../video/sample.ts'
import { footageStore, makeStore } from '../../video/store.ts'
import { dataFile, present } from '../oracles/files.ts'

export const counter = dataFile('video/one-by-one-person-detection.mp4'), aisle = dataFile('video/store-aisle-preview.mp4'), classroom = dataFile('video/classroom-preview.mp4')
export const hasFootage = present(counter, aisle, classroom)

/** Whether the judges of media are here; where they are not it is said aloud, and in CI it is a fault. */
export const hasFfmpeg = (() => {
  const found = ['ffmpeg', 'ffprobe'].every((tool) => spawnSync(tool, ['-version']).status === 0)
  if (!found && process.env['CI']) throw new Error('ffmpeg and ffprobe are needed in CI')
  if (!found) console.warn('SKIPPED: no ffmpeg or ffprobe here; that others read our files is not proved in this run')
  return found
})()
export function judged(tool: 'ffmpeg' | 'ffprobe', args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, ['-v', 'error', ...args], { maxBuffer: 2 ** 28, encoding: 'utf8' })
  if (status !== 0 || stderr.trim()) throw new Error(`${tool} ${args.join(' ')}: ${status} ${stderr}`)
  return stdout
}
/** The MD5 of every decoded picture of some files, in the order of showing. */
export const picturesOf = (...files: readonly string[]): string[] => files.flatMap((file) =>
  judged('ffmpeg', ['-i', file, '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-']).split('\n').filter((line) => /^\d/.test(line)).map((line) => line.split(',').at(-1)!.trim()))

const folders: string[] = []
afterAll(() => { for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true }) })
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mingjian-footage-'))
  folders.push(made)
  return made
}

/** A monotonic clock and a wall that are turned by hand. */
export function clockwork(wallMs = Date.UTC(2026, 4, 6, 1, 0, 0)) {
  let monotonicMs = 1000, asideMs = wallMs - 1000
  return {
    now: () => monotonicMs, wall: () => monotonicMs + asideMs, advance: (ms: number) => { monotonicMs += ms }, setTo: (ms: number) => { monotonicMs = Math.max(monotonicMs, ms) },
    step: (ms: number) => { asideMs += ms },
    /** The wall as it would have been without any step. */
    truth: (atMs: number) => atMs + wallMs - 1000,
  }
}

export function samplesOf(file: string): { config: AvcConfig; samples: Sample[] } {
  const mp4 = openMp4(file)
  if ('refused' in mp4) throw new Error(mp4.refused)
  try { return { config: mp4.configs[0]!, samples: mp4.samples.map((sample) => sampleOf(mp4, sample, 0)) } } finally { mp4.close() }
}

/** A recorder on a store of its own, with a clock turned by hand; what it tells is parsed as strictly as the book does. */
export async function recording(options: { dir?: string; camera?: string; segmentMs?: number; clock?: ReturnType<typeof clockwork>; lastSeq?: LastSeq; reserveBytes?: number; batchMs?: number } = {}) {
  const { dir = folder(), camera = 'hall-w01', segmentMs = 10_000, clock = clockwork(), lastSeq = { seq: 0, chain: '' }, reserveBytes = 0, batchMs = 20_000 } = options
  if (!existsSync(join(dir, 'store.json'))) await makeStore(dir, 'store-1')
  const told: FootageEvent[] = [], noticed: unknown[] = []
  let lookMs = clock.now()
  const store = footageStore({ dir, id: 'store-1', now: clock.now, reserveBytes })
  const tell = (event: FootageEvent) => {
    const { type, data } = structuredClone(event)
    footageEvents[type].schema.parse(data)
    told.push({ type, data } as FootageEvent)
  }
  const sink = recorder({ camera, store, segmentMs, now: clock.now, wall: clock.wall, lastSeq, tell, noticed: (one) => noticed.push(one), batchMs })
  return {
    dir, camera, clock, store, sink, told, noticed,
    segments: (): Segment[] => told.flatMap((event) => event.type === 'SegmentsSealed' ? event.data.segments : []),
    of: <T extends FootageEvent['type']>(type: T) => told.filter((event): event is FootageEvent & { type: T } => event.type === type).map(({ data }) => data as (FootageEvent & { type: T })['data']),
    /** In real order: the clock runs on to each arrival, four looks a second. */
    async play(samples: readonly Sample[]): Promise<void> {
      for (const sample of samples) {
        for (; lookMs < sample.arrivalMs; lookMs += 250) { clock.setTo(lookMs); sink.tick(); await sink.idle(); await settle() }
        clock.setTo(sample.arrivalMs)
        sink.sample(sample)
      }
      await sink.idle()
    },
    async silence(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= 250) { clock.advance(Math.min(left, 250)); sink.tick(); await sink.idle() }
      lookMs = clock.now()
    },
  }
}
const settle = () => new Promise((done) => setImmediate(done))

export const filesBelow = (dir: string): string[] => readdirSync(dir, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'store.json').map((entry) => join(entry.parentPath, entry.name)).sort()
export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
