import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chanceFrom } from '../oracles/files.ts'
import { soon } from './collecting.ts'
import { groupMs, stubbornCamera, unsteadyLine, type Break, type Given, type Stamps } from './unsteady-line.ts'
import { wholeProcess } from './whole-process.ts'

/** Outages one after the other, each of so many seconds; of a minute, and at random moments, where LONG is set, and otherwise said aloud. */
const long = process.env['LONG'] !== undefined, chance = chanceFrom(20260507)
const secondsOf = (i: number): number[] => long ? [2.6, 60, 10 + 40 * chance(), 2.6 + 12 * chance()].sort(() => chance() - 0.5) : [2.6 + i % 5 * 0.85]
if (!long) console.warn('SHORT: one outage of 2.6 to 6 s for each way; four each, of up to 60 s, are proved with LONG=1')
const stallMs = 2000, toleranceMs = groupMs + 500, certainMs = 1000, liveMs = 3500

type Way = Break | 'silence'
type Scene = { camera: string; way: Way; stamps: Stamps; from: string; seconds: readonly number[] }
const away = (['reset', 'fin', 'half-open'] as const).flatMap((way) => (['going-on', 'anew'] as const).flatMap((stamps) => ['127.0.0.1', '127.0.0.2'].map((from) => ({ way, stamps, from }))))
const here = [...(['going-on', 'anew', 'stood-still'] as const).map((stamps) => ({ way: 'silence' as const, stamps, from: '127.0.0.1' })), { way: 'held' as const, stamps: 'going-on' as const, from: '127.0.0.1' }]
const scenes: Scene[] = [
  ...[...away, ...here].map((one, i) => ({ ...one, camera: `${one.way}-${one.stamps}-${one.from.at(-1)}`, seconds: secondsOf(i) })),
  // Shorter than what is called a gap.
  ...(['reset', 'fin'] as const).map((way) => ({ way, stamps: 'anew' as const, from: '127.0.0.1', camera: `${way}-brief`, seconds: [0.8] })),
]
type Played = Scene & { given: Given[]; cutAt: Map<number, number>; silentAfterMs: number[] }
const played = new Map<string, Played>()
let house: Awaited<ReturnType<typeof wholeProcess>>

/** One camera's day: it shows its picture, is cut off and comes back, as often as it is said. */
async function play(scene: Scene, key: string, port: number): Promise<Played> {
  const line = await unsteadyLine(port), camera = stubbornCamera(line.port, key, scene.stamps), cutAt = new Map<number, number>(), silentAfterMs: number[] = []
  if (!await soon(() => camera.given.length > 0, 15_000)) throw new Error(`${scene.camera} was never let in`)
  for (const seconds of scene.seconds) {
    await pause(liveMs + 700 * chance())
    const at = Date.now(), session = camera.session()
    if (scene.way === 'silence') camera.hush()
    else line.fail(scene.way)
    if (scene.way !== 'silence' && scene.way !== 'held') cutAt.set(session, at)
    const seen = soon(() => house.footage.states().get(scene.camera)?.state === 'silent', Math.min(seconds * 1000, 6000)).then((is) => { if (is || seconds > 5.5) silentAfterMs.push(Date.now() - at) })
    await pause(seconds * 1000)
    await seen
    if (camera.wentAt.has(session)) cutAt.set(session, at) // a line that stood too long was given up: what waited in it went with it
    if (scene.way === 'silence') camera.speak()
    else line.mend(scene.from)
  }
  if (!await soon(() => Date.now() - camera.given.at(-1)!.wallMs < 500, 20_000)) throw new Error(`${scene.camera} never came back`)
  await pause(liveMs)
  await camera.stop()
  line.close()
  return { ...scene, given: camera.given, cutAt, silentAfterMs }
}
beforeAll(async () => {
  house = await wholeProcess(scenes.map(({ camera }) => camera), { segmentSeconds: 10 })
  for (const one of await Promise.all(scenes.map((scene) => play(scene, house.keyOf(scene.camera), house.rtmpPort)))) played.set(one.camera, one)
  expect(house.footage.pid()).toBe(house.pid)
  await house.footage.close()
}, long ? 300_000 : 60_000)
afterAll(async () => { await house?.footage.close() })

const deliveredOf = ({ given, cutAt }: Played) => given.filter(({ session, wallMs }) => wallMs <= (cutAt.get(session) ?? Infinity))
/** What was given to the line and came to no door in between: from the last that came to the next that can be shown by itself. */
function silencesOf(one: Played) {
  const all = deliveredOf(one)
  return all.slice(1).flatMap((next, i) => {
    const last = all[i]!
    if (next.session === last.session && next.wallMs - last.wallMs <= stallMs) return []
    const shown = all.slice(i + 1).find(({ key }) => key)!
    return shown.wallMs - last.wallMs > stallMs ? [{ fromMs: last.wallMs, toMs: shown.wallMs }] : []
  })
}
const gapsOf = (camera: string) => {
  const [first] = house.segments(camera)
  return house.of(camera, 'GapClosed').filter(({ fromMs, toMs }) => toMs - fromMs > 500 && toMs > first!.startMs)
}
/** Pictures of a file in its order, as they were pushed: by the lengths of its boxes and its units alone. */
function picturesIn(file: string): Buffer[] {
  const bytes = readFileSync(join(house.store, file)), found: Buffer[] = []
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at)) if (bytes.toString('latin1', at + 4, at + 8) === 'mdat') {
    for (let unit = at + 8, end = at + bytes.readUInt32BE(at); unit < end; unit += 4 + bytes.readUInt32BE(unit)) found.push(bytes.subarray(unit, unit + 4 + bytes.readUInt32BE(unit)))
  }
  return found
}
const numberOf = (body: Buffer) => body.readUInt32BE(6)

describe.each(scenes)('$camera: $seconds s', ({ camera, way }) => {
  it('is a gap with both its ends, and no other is told', () => {
    const truths = silencesOf(played.get(camera)!), gaps = gapsOf(camera)
    expect(gaps.map(({ fromMs, toMs }) => Math.round((toMs - fromMs) / 100) / 10), JSON.stringify(truths)).toHaveLength(truths.length)
    for (const [i, { fromMs, toMs }] of truths.entries()) {
      expect(Math.abs(gaps[i]!.fromMs - fromMs)).toBeLessThanOrEqual(toleranceMs)
      expect(Math.abs(gaps[i]!.toMs - toMs)).toBeLessThanOrEqual(toleranceMs)
    }
    for (const { fromMs, toMs } of gaps) for (const { startMs, endMs } of house.segments(camera)) expect(endMs <= fromMs || startMs >= toMs, 'no segment lies in a gap').toBe(true)
    // What was sent just before a reset may reach us with it, and looks like an end in order.
    if (way === 'reset') expect(gaps.every(({ cause }) => cause === 'network' || cause === 'camera')).toBe(true)
    if (way === 'fin') expect(gaps.every(({ cause }) => cause === 'camera')).toBe(true)
  })
  it('loses nothing but what was on the way: all else is in the files as it was pushed, in order, and never two sessions in one', () => {
    const one = played.get(camera)!, byNumber = new Map(one.given.map((given) => [given.number, given])), kept: Given[] = []
    for (const { file, frames } of house.segments(camera)) {
      const pictures = picturesIn(file).map((body) => {
        const given = byNumber.get(numberOf(body))
        expect(given?.body.equals(body), `${file}: ${numberOf(body)}`).toBe(true)
        return given!
      })
      expect({ file, frames }).toStrictEqual({ file, frames: pictures.length })
      expect(new Set(pictures.map(({ session }) => session)).size, file).toBe(1)
      kept.push(...pictures)
    }
    for (const [i, { number }] of kept.entries()) if (i > 0) expect(number).toBeGreaterThan(kept[i - 1]!.number)
    // What can be shown begins with a key frame; of a line that breaks, the last of it may have been under way.
    const there = new Set(kept.map(({ number }) => number)), all = deliveredOf(one), missing: number[] = []
    let needsKey = true
    for (const [i, { number, session, key, wallMs }] of all.entries()) {
      const last = all[i - 1]
      if (!last || last.session !== session || wallMs - last.wallMs > stallMs) needsKey = true
      if (key) needsKey = false
      if (!needsKey && wallMs < (one.cutAt.get(session) ?? Infinity) - certainMs && !there.has(number)) missing.push(number)
    }
    expect(missing).toStrictEqual([])
  })
})
describe('断线之后', () => {
  it('the wall knows of it within three seconds, and a second in which it is told', () => {
    const all = [...played.values()].flatMap(({ silentAfterMs }) => silentAfterMs)
    expect(all.length).toBeGreaterThan(0)
    expect(Math.max(...all)).toBeLessThan(4500)
    console.warn(`${played.size} cameras, ${[...played.values()].reduce((sum, { seconds }) => sum + seconds.length, 0)} outages; silence known after ${Math.min(...all)} to ${Math.max(...all)} ms`)
  })
  it('a line that was reset is the network\'s, where that could be seen', () =>
    expect(scenes.filter(({ way }) => way === 'reset').flatMap(({ camera }) => gapsOf(camera)).some(({ cause }) => cause === 'network')).toBe(true))
  it('every fact has its file and every file its fact, nobody fell, and nothing was told that the book would not take', () => {
    expect(house.disagreements()).toStrictEqual([])
    expect(house.errors).toStrictEqual([])
  })
})
