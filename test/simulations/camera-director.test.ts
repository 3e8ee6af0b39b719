import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { director, type Coming } from '../../simulations/camera/director.ts'
import { mostCameras, placed, windowsOf } from '../../simulations/camera/placing.ts'
import { handledAt, nearness, walkMs } from '../../simulations/camera/scene/visit.ts'
import { people } from '../../simulations/county.ts'

const seats = [{ terminal: 'mingjing-w3', window: 3 }, { terminal: 'mingjing-w9', window: 9 }]
const startMs = Date.parse('2026-11-20T02:00:00.000Z'), minuteMs = 60_000
const plan = fc.array(fc.record({ caseNo: fc.constantFrom('A-1', 'A-2', 'A-3', 'A-4'), terminal: fc.constantFrom('mingjing-w3', 'mingjing-w9', 'somewhere-w1'),
  atMs: fc.integer({ min: 100, max: 1800 }).map((seconds) => startMs + seconds * 1000) }), { maxLength: 8 })

/** Half a second at a time, as the county does: what is to come is known, what has come is told. Calls for each moment. */
function played(seed: number, coming: readonly Coming[], known: boolean, each: (nowMs: number, scenes: ReturnType<ReturnType<typeof director>['scenes']>) => void) {
  const direct = director(seed, seats)
  for (let nowMs = startMs; nowMs < startMs + 35 * minuteMs; nowMs += 500) {
    for (const { caseNo, terminal, atMs } of coming) if (atMs > nowMs - 500 && atMs <= nowMs) direct.told(caseNo, terminal, nowMs)
    direct.expect(known ? coming.filter(({ atMs }) => atMs >= nowMs && atMs <= nowMs + 20 * minuteMs) : [], nowMs)
    each(nowMs, direct.scenes(nowMs, true))
  }
}

describe('谁在窗口', () => {
  it('whoever is expected stands there when it is told, and is gone two minutes after the last', () => fc.assert(fc.property(fc.integer(), fc.integer({ min: 100, max: 1800 }), (seed, seconds) => {
    const atMs = startMs + seconds * 1000, seen: number[] = []
    played(seed, [{ caseNo: 'A-1', terminal: 'mingjing-w3', atMs }], true, (nowMs, [three, nine]) => {
      expect(nine!.visits).toStrictEqual([])
      if (handledAt(three!, nowMs)?.caseNo === 'A-1') seen.push(nowMs)
    })
    expect(seen[0]!).toBeLessThan(atMs - 10_000)
    expect(seen[0]!).toBeGreaterThan(atMs - 100_000)
    expect(seen).toContain(atMs)
    expect(seen.at(-1)! - atMs).toBeLessThan(2 * minuteMs)
  }), { numRuns: 8 }))

  it('nobody is served beside another; what is told is of whoever is there a walk later, if nothing else was told meanwhile', () => fc.assert(fc.property(fc.integer(), plan, fc.boolean(), (seed, coming, known) => {
    played(seed, coming, known, (nowMs, scenes) => { for (const [i, scene] of scenes.entries()) {
      expect(scene.visits.filter(({ fromMs, untilMs }) => nowMs >= fromMs && nowMs < untilMs).length).toBeLessThanOrEqual(1)
      const here = coming.filter(({ terminal }) => terminal === seats[i]!.terminal), last = here.filter(({ atMs }) => atMs <= nowMs - walkMs - 500).sort((a, b) => b.atMs - a.atMs)[0]
      const near = here.some(({ atMs, caseNo }) => Math.abs(atMs - nowMs) < 90_000 && (atMs !== last?.atMs || caseNo !== last.caseNo))
      if (last && !near && nowMs - last.atMs < walkMs + 5_000) expect(handledAt(scene, nowMs)?.caseNo).toBe(last.caseNo)
    } })
  }), { numRuns: 8 }))

  it('two who are known to come to one window at nearly the same time do not push each other away: each comes once, or twice where somebody is first', () => fc.assert(fc.property(
    fc.integer(), fc.uniqueArray(fc.integer({ min: 100, max: 160 }), { minLength: 2, maxLength: 4 }), (seed, seconds) => {
      const coming = seconds.map((second, i) => ({ caseNo: `A-${i}`, terminal: 'mingjing-w3', atMs: startMs + second * 1000 })), came = new Set<string>()
      played(seed, coming, true, (_, [three]) => {
        for (const { caseNo, fromMs } of three!.visits) came.add(`${caseNo} ${fromMs}`)
        // As many as can still be seen going.
        expect(three!.visits.length).toBeLessThanOrEqual(coming.length + 1)
      })
      expect(came.size).toBeLessThanOrEqual(2 * coming.length)
      for (const { caseNo } of coming) expect([...came].some((one) => one.startsWith(caseNo)), caseNo).toBe(true)
    }), { numRuns: 12 }))

  it('something that nobody was expected for is told of somebody who is seen, though another is on the way', () => {
    const direct = director(1, seats), expected = [{ caseNo: 'A-1', terminal: 'mingjing-w3', atMs: startMs + 40_000 }]
    for (let nowMs = startMs; nowMs < startMs + 30_000; nowMs += 500) direct.expect(expected, nowMs)
    direct.told('A-2', 'mingjing-w3', startMs + 30_000)
    direct.expect(expected, startMs + 30_000)
    expect(handledAt(direct.scenes(startMs + 30_000 + walkMs, true)[0]!, startMs + 30_000 + walkMs)?.caseNo).toBe('A-2')
  })

  it('a visit that has been seen is not unseen: nobody stands there at once, and nobody vanishes', () => fc.assert(fc.property(fc.integer(), plan, (seed, coming) => {
    let before: ReadonlyMap<string, number> = new Map()
    played(seed, coming, true, (nowMs, scenes) => {
      const now: ReadonlyMap<string, number> = new Map(scenes.flatMap(({ window, visits }) => visits.map((visit) => [`${window} ${visit.caseNo} ${visit.fromMs}`, nearness(visit, nowMs) ?? 0] as const)))
      for (const name of new Set([...before.keys(), ...now.keys()])) expect(Math.abs((now.get(name) ?? 0) - (before.get(name) ?? 0))).toBeLessThan(0.35)
      before = now
    })
  }), { numRuns: 8 }))
})

describe('布点', () => {
  it('names each camera once, with the machine at which its window\'s clerk sits', () => {
    const all = placed(mostCameras)
    expect(new Set(all.map(({ camera }) => camera)).size).toBe(all.length)
    for (const { camera } of all) expect(camera).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/)
    expect(all.filter(({ kind }) => kind === 'window')).toHaveLength(people.filter(({ roles }) => roles.includes('window-clerk')).length)
    expect(windowsOf('mingjing').map(({ terminal }) => terminal)).toStrictEqual(['mingjing-w3', 'mingjing-w5', 'mingjing-w7', 'mingjing-w9', 'mingjing-w12', 'mingjing-w15'])
    expect(placed(3).map(({ camera, terminal }) => [camera, terminal])).toStrictEqual([['mingjing-w03', 'mingjing-w3'], ['mingjing-overview', undefined], ['mingjing-w03-screen', 'mingjing-w3']])
    expect(placed(0)).toStrictEqual([])
  })
})
