import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openReadStore } from '../../adapters/read-store/embedded.ts'
import { readServing } from '../../adapters/read-store/generations.ts'
import { hashOfServing } from '../../adapters/read-store/hash.ts'
import { Projector, type Changed } from '../../adapters/read-store/projector.ts'
import { startProjector } from '../../adapters/read-store/start-projector.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { AnyGroup, AnyProjection } from '../../projections/kernel.ts'
import type { FactSource } from '../../adapters/read-store/source.ts'
import { naively } from '../kernel/rows.ts'

const dist = new URL('../../dist/', import.meta.url)
const dir = mkdtempSync(join(tmpdir(), 'projector-kill-'))
afterAll(() => { rmSync(dir, { recursive: true, force: true }) })
const module = (name: string, text: string) => { writeFileSync(join(dir, name), text); return pathToFileURL(join(dir, name)).href }

// A thread and a process run what is compiled, so what they fold is written as it would be compiled.
const projectionsUrl = module('projections.mjs', `
import { moved } from '${new URL('projections/kernel.js', dist).href}'
const at = (meta) => meta.occurredAt ?? meta.recordedAt
export const projections = [
  { name: 'matters', version: 1, order: 'business', indexes: ['hall', 'n'], key: ({ meta }) => meta.stream, on: {
    Opened: (_, { data }) => ({ hall: data.hall, n: data.n, steps: [] }),
    Moved: (row, { data }) => row && { ...row, hall: data.hall, steps: [...row.steps, data.n] },
    Closed: (row, { data }) => data.n % 3 ? row && { ...row, closed: true } : undefined } },
  { name: 'halls', version: 1, order: 'arrival', indexes: ['times'], key: ({ data }) => data.hall ?? [], on: {
    Opened: (row) => ({ times: (row?.times ?? 0) + 1 }), Moved: (row) => ({ times: (row?.times ?? 0) + 1 }) } },
]
export const groups = [{ name: 'hall-load', version: 1, of: 'matters', on: moved(({ hall, closed }) => [[hall, { [closed ? 'closed' : 'open']: 1 }]]) }]
`)
const factsUrl = module('facts.mjs', `
const hour = (n) => '2026-03-02T' + String(n % 24).padStart(2, '0') + ':00:00.000Z'
const fact = (i) => {
  const [stream, revision] = [Math.floor(i / 40) * 10 + i % 10, Math.floor(i % 40 / 10) + 1]
  const type = ['Opened', 'Moved', 'Moved', 'Closed'][revision - 1]
  const late = stream % 7 === 0 && revision > 1
  return { type, data: type === 'Closed' ? { n: stream } : { n: stream, hall: 'h' + (stream * revision) % 13 }, meta: { position: i + 1, stream: 'm-' + stream, revision,
    id: String(i), version: 1, recordedAt: hour(20), actor: { person: 'p', role: 'r', department: 'd' }, region: '4', cause: 'c',
    ...(late || revision === 1 ? { occurredAt: hour(late ? 10 - revision : 1), source: { name: 's', batch: 'b', order: i } } : {}) } }
}
export const openFacts = ({ upTo }) => ({
  *read(after, to = upTo) { for (let from = after; from < to; from += 500) yield Array.from({ length: Math.min(500, to - from) }, (_, i) => fact(from + i)) },
  stream(name) {
    const n = Number(name.slice(2)), first = Math.floor(n / 10) * 40 + n % 10
    return [0, 10, 20, 30].map((i) => first + i).filter((i) => i < upTo).map(fact)
  },
  head: () => upTo,
})
`)
type Loaded = { projections: AnyProjection[]; groups: AnyGroup[] }
const { projections, groups } = await import(projectionsUrl) as Loaded
const { openFacts } = await import(factsUrl) as { openFacts(data: { upTo: number }): FactSource }

const served = async (rows: string) => {
  const store = openReadStore(rows)
  const all: Record<string, Record<string, unknown>> = {}
  for (const name of store.collections()) {
    all[name] = {}
    for await (const some of store.scan(name)) for (const { key, row } of some) all[name][key] = row
  }
  await store.close()
  return all
}
function right(upTo: number) {
  const facts: Recorded[] = [...openFacts({ upTo }).read(0)].flat()
  const [matters, halls] = [naively(projections[0]!, groups, facts), naively(projections[1]!, [], facts)]
  return { matters: matters.rows, 'hall-load': matters.groups['hall-load'], halls: halls.rows }
}

const childText = `
import { Projector } from '${new URL('adapters/read-store/projector.js', dist).href}'
import { projections, groups } from '${projectionsUrl}'
import { openFacts } from '${factsUrl}'
const [dir, upTo, what] = process.argv.slice(2)
const projector = new Projector({ dir, projections, groups, source: openFacts({ upTo: Number(upTo) }), hot: 50, batch: 300,
  onProgress: ({ position }) => process.stdout.write(position + '\\n') })
await projector.caughtUp(0)
process.stdout.write('open\\n')
await projector.wake()
if (what === 'rebuild') for (;;) { process.stdout.write('rebuilding\\n'); await projector.rebuild() }
process.stdout.write('done\\n')
`
const child = join(dir, 'child.mjs')
writeFileSync(child, childText)

/** Runs a projector in a process of its own and kills it some time after it has said something. */
async function killed(rows: string, upTo: number, what: string, afterSaying: string, ms: number) {
  const process = spawn('node', [child, rows, String(upTo), what], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => process.once('exit', (_, signal) => { resolve(signal) }))
  await new Promise<void>((resolve) => {
    let said = ''
    process.stdout.on('data', (some: Buffer) => { said += some.toString(); if (said.includes(afterSaying)) resolve() })
    process.once('exit', () => { resolve() })
  })
  await after(ms)
  process.kill('SIGKILL')
  return await ended
}

describe('a projector that is killed (kill -9)', () => {
  it('in the middle of catching up, 12 times, has rows as if it never had been', { timeout: 120_000 }, async () => {
    const rows = join(dir, 'catching-up'), first = openFacts({ upTo: 0 }), upTo = 60_000
    const projector = new Projector({ dir: rows, projections, groups, source: first })
    await projector.caughtUp(0)
    await projector.close()
    const checkpoints: number[] = []
    let cut = 0
    for (let time = 0; time < 12; time++) {
      if (await killed(rows, upTo, 'catch-up', 'open\n', 15 + time * 7) === 'SIGKILL') cut++
      const store = openReadStore(rows)
      const [matters, load] = await Promise.all([store.checkpoint('matters'), store.checkpoint('hall-load')])
      checkpoints.push(matters)
      expect(load).toBe(matters)
      await store.close()
      // Rows, groups and checkpoint are those of one commit: exactly what the facts up to the checkpoint make.
      const { matters: now, 'hall-load': figures } = await served(rows)
      const { matters: then, 'hall-load': counted } = right(matters)
      expect({ now, figures }).toEqual({ now: then, figures: counted })
    }
    expect(cut).toBeGreaterThanOrEqual(10)
    expect(new Set(checkpoints).size).toBeGreaterThan(3)
    const again = new Projector({ dir: rows, projections, groups, source: openFacts({ upTo }), batch: 5_000 })
    await again.wake()
    await again.close()
    expect(await served(rows)).toEqual(right(upTo))
  })
  it('in the middle of a rebuild, leaves the old rows serving, and nothing lies about after the next opening', { timeout: 120_000 }, async () => {
    const rows = join(dir, 'rebuilding'), upTo = 20_000
    let leftovers = 0
    for (let time = 0; time < 5; time++) {
      expect(await killed(rows, upTo, 'rebuild', 'rebuilding\n', 20 + time * 35)).toBe('SIGKILL')
      const serving = readServing(rows)
      const named = Object.values(serving)
      leftovers += readdirSync(rows).filter((file) => file.endsWith('.db') && !named.includes(file)).length
      expect(await served(rows)).toEqual(right(upTo))
      const projector = new Projector({ dir: rows, projections, groups, source: openFacts({ upTo }) })
      await projector.caughtUp(0)
      await projector.close()
      expect(readdirSync(rows).filter((file) => file.endsWith('.db')).sort()).toStrictEqual([...named].sort())
    }
    expect(leftovers).toBeGreaterThan(0)
  })
})

describe('a projector in a thread of its own', () => {
  const failed = (failure: Error) => { throw failure }
  it('builds, catches up, tells of changes, rebuilds, and serves what the facts make', { timeout: 60_000 }, async () => {
    const rows = join(dir, 'threaded'), upTo = 9_000
    const projector = startProjector({ dir: rows, projections: projectionsUrl, facts: { module: factsUrl, data: { upTo } } }, failed)
    await projector.caughtUp(upTo)
    expect(await served(rows)).toEqual(right(upTo))
    const hash = await hashOfServing(rows)
    const changed: Changed[] = []
    projector.onChanges((one) => changed.push(one))
    const store = openReadStore(rows)
    projector.onSwitched(() => { store.reopen() })
    const progress: number[] = []
    const rebuilt = await projector.rebuild({ onProgress: ({ facts }) => progress.push(facts) })
    expect({ ...rebuilt, seconds: 0, factsPerSecond: 0, hashSeconds: 0 })
      .toStrictEqual({ facts: upTo, hash, broken: [], seconds: 0, factsPerSecond: 0, hashSeconds: 0 })
    expect(progress.at(-1)).toBe(upTo)
    expect(changed).toStrictEqual([{ position: upTo, many: true, collections: ['matters', 'hall-load', 'halls'] }])
    expect(await store.count('matters', { hall: 'h1' })).toBe(Object.values(right(upTo).matters).filter((row) => row['hall'] === 'h1').length)
    expect((await projector.health()).map(({ name, position }) => [name, position])).toStrictEqual([['matters', upTo], ['halls', upTo]])
    await store.close()
    await projector.close()
    expect(existsSync(join(rows, 'matters.v1.g1.db'))).toBe(true)
  })
  it('goes on from where it was, with what was told since', { timeout: 60_000 }, async () => {
    const rows = join(dir, 'threaded'), upTo = 9_700
    const heard: Changed[] = []
    const projector = startProjector({ dir: rows, projections: projectionsUrl, facts: { module: factsUrl, data: { upTo } } }, failed)
    projector.onChanges((one) => heard.push(one))
    await projector.caughtUp(upTo)
    expect(await served(rows)).toEqual(right(upTo))
    expect(heard.at(-1)).toMatchObject({ position: upTo })
    await projector.close()
  })
  it('says so when it cannot go on, and keeps nobody waiting', { timeout: 60_000 }, async () => {
    const broken = module('no-facts.mjs', 'export const openFacts = () => { throw new Error("no book here") }')
    const failures: Error[] = []
    const projector = startProjector({ dir: join(dir, 'none'), projections: projectionsUrl, facts: { module: broken, data: {} } }, (failure) => failures.push(failure))
    await expect(projector.caughtUp(1)).rejects.toThrow('no book here')
    await expect(projector.health()).rejects.toThrow('no book here')
    expect(failures.map(({ message }) => message)).toStrictEqual(['no book here'])
  })
})
