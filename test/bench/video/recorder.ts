import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openFootage } from '../../../api/footage/child.ts'
import type { FootageEvent, Segment } from '../../../domain/evidence/footage.ts'
import type { CameraSaid, SourceSaid } from '../../../video/channel.ts'
import { makeStore } from '../../../video/store.ts'

const main = fileURLToPath(new URL('../../../video/main.js', import.meta.url)), probe = fileURLToPath(new URL('../children/loop-probe.js', import.meta.url))
export const newKey = () => randomBytes(16).toString('hex')
export const keyHashOf = (key: string) => createHash('sha256').update(key).digest('hex')
export const cameraName = (i: number) => `camera-${i}`
export type LoopSeen = { p50Ms: number; p99Ms: number; maxMs: number; count: number }
export type Recording = Awaited<ReturnType<typeof recordingOf>>

/** 真的视频进程 — forked, supervised and acknowledged by what the server does it with; what it tells is kept by camera, as a book would. */
export async function recordingOf(dir: string, sources: readonly SourceSaid[], { segmentSeconds = 10 } = {}) {
  const store = join(dir, 'store'), seen = join(dir, 'loop.json'), segments = new Map<string, Segment[]>(), facts: { camera: string; event: FootageEvent }[] = [], errors: string[] = []
  if (!existsSync(store)) await makeStore(store, 'bench')
  const cameras = sources.map((source, i): CameraSaid => ({ camera: cameraName(i), source, segmentSeconds, record: true }))
  const { NODE_OPTIONS } = process.env
  Object.assign(process.env, { NODE_OPTIONS: `--import=${probe}`, MINGJIAN_LOOP_PROBE: seen })
  const footage = openFootage({
    main, onError: (error) => { errors.push(String(error)) },
    configuration: async () => ({ store, storeId: 'bench', cameras, rtmpPort: 0, socket: join(dir, 'live.sock'),
      lastSeq: Object.fromEntries([...segments].map(([camera, all]) => [camera, { seq: all.at(-1)!.seq, chain: all.at(-1)!.chain }])) }),
    async onReport({ camera, facts: told }) {
      for (const event of told) {
        facts.push({ camera, event })
        if (event.type !== 'SegmentsSealed') continue
        const all = segments.get(camera) ?? []
        for (const one of event.data.segments) if (one.seq > (all.at(-1)?.seq ?? 0)) all.push(one)
        segments.set(camera, all)
      }
    },
  })
  const { rtmpPort } = await footage.opened()
  if (NODE_OPTIONS === undefined) delete process.env['NODE_OPTIONS']
  else process.env['NODE_OPTIONS'] = NODE_OPTIONS
  return {
    footage, store, rtmpPort, segments, facts, errors, socket: join(dir, 'live.sock'),
    pid: () => footage.pid()!,
    /** How late its event loop was over so many milliseconds. */
    async loop(forMs: number): Promise<LoopSeen> {
      rmSync(seen, { force: true })
      process.kill(footage.pid()!, 'SIGUSR2')
      await pause(forMs)
      process.kill(footage.pid()!, 'SIGUSR2')
      for (let i = 0; i < 50 && !existsSync(seen); i++) await pause(20)
      return JSON.parse(readFileSync(seen, 'utf8')) as LoopSeen
    },
  }
}
