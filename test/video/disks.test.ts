import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeStore } from '../../video/store.ts'
import { soon } from './collecting.ts'
import { runningCamera } from './rtmp-client.ts'
import { folder } from './studio.ts'
import { wholeProcess } from './whole-process.ts'

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' }), unmount = (at: string) => execFileSync('umount', ['-l', at], { stdio: 'ignore' })
const mountable = (() => {
  const at = folder()
  try { mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', at); unmount(at); return true } catch {
    console.warn('SKIPPED: nothing may be mounted here; that the process of cameras outlives a disk that is full or goes away is not proved in this run')
    return false
  }
})()
/** More than what the recorder leaves to others: an hour of its own writing, and 64 MiB at the least. */
const diskMiB = 96
/** 一块真的盘 — a tmpfs, seen at another place too, so that it can go from there and come back with what is on it. */
function disk() {
  const at = folder(), seen = join(folder(), 'store')
  mount('-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'tmpfs', at)
  mkdirSync(seen)
  mount('--bind', at, seen)
  return { at, seen, pull: () => unmount(seen), push: (other = at) => mount('--bind', other, seen), clear() { for (const one of [seen, seen, at]) try { unmount(one) } catch { /* not mounted just now */ } } }
}
type House = Awaited<ReturnType<typeof wholeProcess>>
const camera = 'disk-w1'
/** It went on, it says what it could not take, and what it says lies there; in no gap lies a segment. */
async function sound(house: House, outages: number) {
  expect(house.footage.pid()).toBe(house.pid)
  await house.footage.close()
  expect(house.errors).toStrictEqual([])
  expect(house.disagreements()).toStrictEqual([])
  const gaps = house.of(camera, 'GapClosed').filter(({ cause }) => cause === 'disk')
  expect(gaps.length).toBeGreaterThanOrEqual(outages)
  expect(house.of(camera, 'GapDetected')).toHaveLength(house.of(camera, 'GapClosed').length)
  for (const { fromMs, toMs } of house.of(camera, 'GapClosed')) for (const { startMs, endMs } of house.segments(camera)) expect(endMs <= fromMs || startMs >= toMs).toBe(true)
  return gaps
}
const stateOf = (house: House) => house.footage.storage()?.state
/** Whether a picture that is sent from now on stands in the book. */
const records = async (house: House) => {
  const fromMs = Date.now()
  for (let i = 0; i < 30; i++) {
    await pause(500)
    await house.footage.urge(camera)
    if (house.segments(camera).some(({ startMs }) => startMs >= fromMs)) return true
  }
  return false
}

describe.skipIf(!mountable)('盘与进程', () => {
  it('full at any moment: the process lives, what is there stays, the gap says disk, and recording goes on by itself when there is room', async () => {
    const own = disk(), rounds = process.env['LONG'] ? 12 : 2, house = await wholeProcess([camera], { store: own.seen })
    try {
      const pushing = await runningCamera(house.rtmpPort, house.keyOf(camera))
      expect(await records(house)).toBe(true)
      for (let round = 0; round < rounds; round++) {
        await pause(300 + round * 437 % 2000)
        const { bavail, bsize } = statfsSync(own.seen), ballast = join(own.at, 'ballast')
        writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 4096 * (round * 7 % 20))))
        expect(await soon(() => stateOf(house) === 'full', 15_000)).toBe(true)
        expect(await soon(() => house.of(camera, 'GapDetected').filter(({ cause }) => cause === 'disk').length > round, 8000)).toBe(true)
        // The picture goes on: a disk is nobody's eyes.
        expect(house.footage.states().get(camera)?.state).toBe('live')
        rmSync(ballast)
        expect(await records(house)).toBe(true)
      }
      pushing.close()
      await sound(house, rounds)
      expect(house.segments(camera).map(({ seq }) => seq)).toStrictEqual(house.segments(camera).map((_, i) => i + 1))
    } finally { await house.footage.close(); own.clear() }
  }, 600_000)
  it('unmounted under the recorder: said, nothing is written where it was, and what it took to the end is told when it is back', async () => {
    const own = disk(), house = await wholeProcess([camera], { store: own.seen })
    try {
      const pushing = await runningCamera(house.rtmpPort, house.keyOf(camera))
      expect(await records(house)).toBe(true)
      const pulledAt = Date.now()
      own.pull()
      expect(await soon(() => stateOf(house) === 'lost', 8000)).toBe(true)
      expect(await soon(() => house.of(camera, 'GapDetected').some(({ cause }) => cause === 'disk'), 8000)).toBe(true)
      await pause(3000)
      expect(readdirSync(own.seen, { recursive: true })).toStrictEqual([])
      // Another disk in its place is not ours to write to either.
      const other = folder()
      await makeStore(other, 'another')
      own.push(other)
      await pause(3000)
      expect(stateOf(house)).toBe('lost')
      expect(readdirSync(other, { recursive: true })).toStrictEqual(['store.json'])
      own.pull()
      own.push()
      const backAt = Date.now()
      expect(await records(house)).toBe(true)
      pushing.close()
      const gaps = await sound(house, 1), [gap] = gaps.filter(({ fromMs, toMs }) => toMs - fromMs > 3000)
      // What was open when it went is on the disk up to its last whole fragment.
      expect(gap!.fromMs).toBeGreaterThan(pulledAt - 2500)
      expect(gap!.toMs).toBeLessThan(backAt + 4000)
    } finally { await house.footage.close(); own.clear() }
  }, 270_000)
})
