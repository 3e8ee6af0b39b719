import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chanceFrom, finesSmall, present } from '../oracles/files.ts'
import { ended, hashOf, pause, run, startVerb, told, workplace } from './mingjian.ts'

const place = workplace()
afterAll(place.clear)
/** Said aloud, so that a run that fails can be run again: KILL_SEED=… */
const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Date.now() % 1_000_000))
console.info(`kills at random moments, KILL_SEED=${seed}`)
const importing = (dir: string) => ['import', finesSmall, '--profile', 'traffic-fines', '--data', dir, '--json']
const leftBehind = (dir: string) => readdirSync(dir).filter((name) => name.startsWith('import-seen-'))

describe.skipIf(!present(finesSmall))('killed without warning', () => {
  const whole = place.dir()
  let hash = '', wholeMs = 0, figures: any, size = 0
  beforeAll(async () => {
    const began = performance.now()
    figures = await told(...importing(whole).slice(0, -1))
    wholeMs = performance.now() - began
    hash = await hashOf(whole)
    size = (await told('verify', '--data', whole)).size
  })
  type Moment = { rows?: number; ms: number }
  /** Kills a verb when it has said that it read so many rows, if that is asked, and then some time later. */
  const killAfter = async (args: string[], { rows, ms }: Moment) => {
    const child = startVerb(args)
    child.stdout!.resume()
    const reached = new Promise<void>((resolve) => {
      if (rows === undefined) resolve()
      child.stderr!.on('data', (chunk) => { for (const [, read] of String(chunk).matchAll(/已读 ([\d,]+)/g)) if (Number(read!.replaceAll(',', '')) >= (rows ?? 0)) resolve() })
    })
    await Promise.race([reached.then(() => pause(ms)), ended(child)])
    child.kill('SIGKILL')
    return (await ended(child)).signal === 'SIGKILL'
  }

  it('six times on its way through one file, the import that is said again to its end gives the same rows and hash', async () => {
    const chance = chanceFrom(seed), dir = place.dir()
    // The first two by the clock, while the house is founded and the first rows come; the rest when so many rows have been read, and a moment more.
    const moments: Moment[] = [0.1, 0.2].map((share) => ({ ms: wholeMs * share * (0.5 + chance()) }))
    for (const share of [0.2, 0.4, 0.6, 0.8]) moments.push({ rows: Math.round(figures.sourceEvents * (share + (chance() - 0.5) * 0.2)), ms: chance() * 80 })
    let killed = 0, grown = 0
    for (const moment of moments) {
      if (await killAfter(importing(dir), moment)) killed++
      const verified = await run('verify', '--data', dir, '--json')
      if (verified.code === 2) { expect(verified.json.error.code, 'killed before there was a book').toBe('no-such-book'); continue }
      expect(verified.json, `after ${JSON.stringify(moment)}`).toMatchObject({ ok: true })
      expect(verified.json.size).toBeGreaterThanOrEqual(grown)
      grown = verified.json.size
    }
    expect(killed, 'at least half were still at work').toBeGreaterThanOrEqual(3)
    const last = await told(...importing(dir).slice(0, -1))
    expect(last).toMatchObject({ cases: figures.cases, sourceEvents: figures.sourceEvents, quarantined: 0 })
    expect(leftBehind(dir)).toEqual([])
    expect(await hashOf(dir)).toBe(hash)
    expect(await told('verify', '--data', dir)).toMatchObject({ ok: true })
    expect((await told('summary', '--data', dir)).fees).toEqual((await told('summary', '--data', whole)).fees)
    console.info(`killed ${killed} of ${moments.length}, in the book at the last kill: ${grown} of ${size}`)
  }, 360_000)

  it('during a rebuild, the rows that were there go on answering, and the next rebuild gives the same hash', async () => {
    const chance = chanceFrom(seed + 1)
    for (const share of [0.4, 0.8]) {
      await killAfter(['rebuild', '--data', whole], { ms: 300 + 1500 * share * chance() })
      expect((await told('query', 'cases', '--count', '--data', whole)).count).toBe(figures.cases)
    }
    expect(await hashOf(whole)).toBe(hash)
  }, 180_000)

  it('while the rows are catching up, they catch up when next asked', async () => {
    rmSync(join(whole, 'rows'), { recursive: true, force: true })
    const killed = await killAfter(['query', 'cases', '--count', '--data', whole], { ms: 450 })
    expect((await told('query', 'cases', '--count', '--data', whole)).count).toBe(figures.cases)
    expect(await hashOf(whole)).toBe(hash)
    console.info(`the catch-up was ${killed ? 'killed' : 'over before it could be killed'}`)
  }, 180_000)
})
