import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { FootageEvent, Segment } from '../../domain/evidence/footage.ts'
import { makeStore } from '../../video/store.ts'
import { chanceFrom } from '../oracles/files.ts'
import { configOf } from './spelled.ts'
import { filesBelow, folder } from './studio.ts'

const program = fileURLToPath(new URL('./fixtures/camera.mjs', import.meta.url)), speed = 20, groupMs = 1000

type Line = FootageEvent | { type: 'kept'; data: number } | { type: 'noticed'; data: unknown }
/** A life of the recorder that ends by `kill -9`; what it told up to then, whole lines only. */
async function life(dir: string, last: { seq: number; chain: string }, wallMs: number, lastsMs: number) {
  const child = spawn(process.execPath, [program, dir, String(last.seq), last.chain, String(speed), String(wallMs), configOf(40, 23).avcC.toString('hex')], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (some: Buffer) => { text += some.toString() })
  await once(child.stdout, 'data').catch(() => undefined)
  await sleep(lastsMs)
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Line)
}

describe('断电：kill -9', () => {
  it('at any moment: every fact has its file with the right hash, every file has its fact, and at most one group of pictures is lost', async () => {
    const dir = folder(), chance = chanceFrom(20260506), told = new Map<number, Segment>(), events: Line[] = [], written: number[] = []
    await makeStore(dir, 'store-1')
    let wallMs = Date.UTC(2026, 4, 6, 1), last = { seq: 0, chain: '-' }
    const lives = process.env['LONG'] ? 50 : 5
    for (let n = 0; n <= lives; n++) {
      const lines = await life(dir, last, wallMs, n === lives ? 900 : 150 + chance() * 900)
      // Whoever listens has heard some of it when the end comes: of what it had not, everything is told again, and the same.
      const heard = n === lives ? lines : lines.slice(0, Math.ceil(lines.length * chance()))
      expect(lines.filter(({ type }) => type === 'noticed')).toStrictEqual([])
      written.push(lines.findLast((line) => line.type === 'kept')!.data as number)
      events.push(...lines)
      for (const event of heard) if (event.type === 'SegmentsSealed') for (const segment of event.data.segments) {
        expect(segment.seq).toBe(last.seq + 1)
        told.set(segment.seq, segment)
        last = segment
      }
      wallMs += 60_000
    }
    // A last look, without a camera: what is on the disk and untold.
    const rest = (await life(dir, last, wallMs, 600)).flatMap((event) => event.type === 'SegmentsSealed' ? event.data.segments : [])
    for (const segment of rest) told.set(segment.seq, segment)
    const seen = new Set([...told.values()].map(({ file }) => join(dir, file))), there = filesBelow(dir).filter((file) => !file.endsWith('.part'))
    for (const segment of told.values()) expect(execFileSync('sha256sum', [join(dir, segment.file)], { encoding: 'utf8' }).split(' ')[0]).toBe(segment.sha256)
    // The last life may have sealed one that it had no time to tell.
    expect(there.filter((file) => !seen.has(file)).length).toBeLessThanOrEqual(2)
    for (const event of events) if (event.type === 'SegmentsSealed') for (const segment of event.data.segments) {
      const { chain, ...same } = told.get(segment.seq)!
      if (!same.recovered) expect(segment.chain === chain && segment.sha256 === same.sha256, `seq ${segment.seq} is told twice alike`).toBe(true)
    }
    const recovered = [...told.values()].filter((segment) => segment.recovered)
    expect(recovered.length).toBeGreaterThan(0)
    for (const { frames } of recovered) expect(frames % (groupMs / 40)).toBe(0)
    // Each life is a run: all that came before the last key frame of which the disk had taken notice is there, so that no more than a group in the making is lost.
    const frames = new Map<number, number>()
    for (const { run, frames: some } of told.values()) frames.set(run, (frames.get(run) ?? 0) + some)
    const kept = [...frames.entries()].sort(([a], [b]) => a - b).map(([, count]) => count)
    written.slice(0, lives).forEach((count, n) => expect(kept[n]).toBeGreaterThanOrEqual(count))
    const inOrder = [...told.values()].sort((a, b) => a.seq - b.seq)
    for (let i = 1; i < inOrder.length; i++) expect(inOrder[i]!.startMs).toBeGreaterThanOrEqual(inOrder[i - 1]!.endMs)
  }, 360_000)
})
