import { createHash, randomBytes } from 'node:crypto'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFootage, type Footage } from '../../api/footage/child.ts'
import type { FootageEvent, Segment } from '../../domain/evidence/footage.ts'
import type { Configuration, FromVideo, Report } from '../../video/channel.ts'
import { soon } from './collecting.ts'
import { rtmpClient, runningCamera } from './rtmp-client.ts'

const main = new URL('../../dist/video/main.js', import.meta.url).pathname
const key = randomBytes(16).toString('hex'), camera = 'mingjing-w03', storeId = 'a-store'
let dir = '', store = ''
const ending: (() => unknown)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'footage-'))
  store = join(dir, 'store')
})
afterEach(async () => { for (const end of ending.splice(0).reverse()) await end(); rmSync(dir, { recursive: true, force: true }) })

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
/** What the book would know: each fact once, in the order in which it came. */
function book() {
  const reports: Report[] = [], facts: FootageEvent[] = [], segments = new Map<number, Segment>(), errors: string[] = []
  let refusing = 0
  return {
    reports, facts, segments, errors, refuseNext(times: number) { refusing = times },
    async onReport(report: Report) {
      reports.push(report)
      if (refusing-- > 0) throw new Error('the book is closed')
      for (const fact of report.facts) {
        facts.push(fact)
        if (fact.type === 'SegmentsSealed') for (const one of fact.data.segments) {
          if (segments.has(one.seq) && segments.get(one.seq)!.sha256 !== one.sha256) throw new Error(`segment ${one.seq} told twice, otherwise`)
          segments.set(one.seq, one)
        }
      }
    },
    lastSeq: () => { const last = [...segments.values()].at(-1); return last ? { [camera]: { seq: last.seq, chain: last.chain } } : {} },
  }
}
type Book = ReturnType<typeof book>
function makeStore() {
  mkdirSync(store)
  writeFileSync(join(store, 'store.json'), JSON.stringify({ storeId }))
}
const configuration = (told: Book, more: Partial<Configuration> = {}): Configuration => ({
  store, storeId, socket: join(dir, 'video.sock'), rtmpPort: 0, lastSeq: told.lastSeq(), cameras: [{ camera, source: { kind: 'rtmp', keyHash: sha256(key) }, segmentSeconds: 2, record: true }], ...more,
})
function open(told: Book, more: Partial<Configuration> = {}): Footage {
  makeStore()
  const footage = openFootage({ main, configuration: async () => configuration(told, more), onReport: told.onReport, onError: (error) => { told.errors.push(String(error)) } })
  ending.push(() => footage.close())
  return footage
}
/** `.mp4` alone: whole ones; with a part's ending too where it is not said that the name ends there. */
const files = (like: RegExp) => existsSync(join(store, camera)) ? readdirSync(join(store, camera), { recursive: true }).map(String).filter((name) => like.test(name)).map((name) => join(camera, name)).sort() : []
/** Every fact has its file with the right hash, every whole file its fact, and no part is left over. */
function agree(told: Book) {
  for (const { file, sha256: said, bytes } of told.segments.values()) {
    const found = readFileSync(join(store, file))
    expect({ file, bytes: found.length, sha256: sha256(found) }).toStrictEqual({ file, bytes, sha256: said })
  }
  expect(files(/\.mp4/)).toStrictEqual([...told.segments.values()].map(({ file }) => file).sort())
}

describe('视频进程', () => {
  it('what a camera pushes becomes files and facts that agree, and its state is known each second', async () => {
    const told = book(), footage = open(told), { rtmpPort } = await footage.opened()
    expect(await soon(() => footage.states().get(camera)?.state === 'off')).toBe(true)
    const pushing = await runningCamera(rtmpPort, key)
    expect(await soon(() => footage.states().get(camera)?.state === 'live', 3000)).toBe(true)
    expect(await soon(() => (footage.states().get(camera)?.framesPerSecond ?? 0) > 20, 6000)).toBe(true)
    expect(footage.states().get(camera)).toMatchObject({ width: 64, height: 48, codec: 'avc1.42c00a' })
    expect(await soon(() => footage.storage()?.state === 'ok' || footage.storage()?.state === 'low', 7000)).toBe(true)
    // Segments wait to be told with others; who looks does not.
    expect(await soon(() => files(/\.mp4$/).length > 0, 6000)).toBe(true)
    const whole = files(/\.mp4$/)
    await new Promise((resolve) => setTimeout(resolve, 200)) // a name is made durable before it is told
    await footage.urge(camera)
    expect([...told.segments.values()].map(({ file }) => file)).toEqual(expect.arrayContaining(whole))
    pushing.close()
    const silentFrom = performance.now()
    expect(await soon(() => footage.states().get(camera)?.state === 'silent', 5000)).toBe(true)
    expect(performance.now() - silentFrom).toBeGreaterThan(2500)
    await footage.close()
    expect(told.errors).toStrictEqual([])
    expect([...told.segments.values()].reduce((sum, { frames }) => sum + frames, 0)).toBe(pushing.sent())
    agree(told)
  })
  it('a report that the book could not take comes again, and is then there once', async () => {
    const told = book(), footage = open(told), { rtmpPort } = await footage.opened()
    told.refuseNext(1)
    const pushing = await runningCamera(rtmpPort, key), guessing = await rtmpClient(rtmpPort)
    await guessing.connect()
    await guessing.publish('a guess') // told at once, while segments wait for each other
    expect(await soon(() => told.reports.length > 0)).toBe(true)
    const [first] = told.reports
    expect(await soon(() => told.reports.filter(({ id }) => id === first!.id).length === 2, 8000)).toBe(true)
    pushing.close()
    guessing.close()
    await footage.close()
    expect(told.reports.filter(({ id }) => id === first!.id)).toHaveLength(2)
    expect(told.facts.filter(({ type }) => type === 'StreamRefused')).toHaveLength(1)
    agree(told)
  }, 75_000)
  it('killed, it is there again within two seconds, and of what it had nothing is missing but the group under way', async () => {
    const told = book(), footage = open(told), { rtmpPort } = await footage.opened()
    const first = await runningCamera(rtmpPort, key)
    await new Promise((resolve) => setTimeout(resolve, 3200))
    const killedAt = performance.now(), pid = footage.pid()!
    process.kill(pid, 'SIGKILL')
    await soon(() => footage.ready() === undefined, 1000)
    const again = await footage.opened()
    expect(performance.now() - killedAt).toBeLessThan(2000)
    expect(footage.pid()).not.toBe(pid)
    await new Promise((resolve) => setTimeout(resolve, 2100)) // shorter, it is no gap
    const sent = first.sent(), second = await runningCamera(again.rtmpPort, key)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    second.close()
    await footage.close()
    agree(told)
    const frames = [...told.segments.values()].reduce((sum, one) => sum + one.frames, 0)
    expect(frames).toBeGreaterThanOrEqual(sent + second.sent() - 25 - 5)
    expect([...told.segments.values()].some(({ recovered }) => recovered)).toBe(true)
    expect(told.facts.filter(({ type }) => type === 'GapDetected').map(({ data }) => (data as { cause: string }).cause)).toContain('process')
  }, 75_000)
  it('nothing of an attack at the door reaches a file, or ends the process', async () => {
    const told = book(), footage = open(told), { rtmpPort } = await footage.opened(), pid = footage.pid()
    for (const said of [randomBytes(4000), Buffer.alloc(5000, 3)]) { const client = await rtmpClient(rtmpPort); await client.send(said); await Promise.race([client.closed, client.until(() => false, 1000)]); client.close() }
    const forger = await rtmpClient(rtmpPort)
    await forger.connect()
    await forger.publish(camera)
    forger.close()
    expect(await soon(() => told.facts.some(({ type }) => type === 'StreamRefused'))).toBe(true)
    expect(told.reports.every((report) => report.camera === 'door')).toBe(true)
    expect(footage.pid()).toBe(pid)
    expect(existsSync(join(store, camera))).toBe(false)
  })
  it('a port that another has: said, tried again, and taken when it is free', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as { port: number }, told = book(), footage = open(told, { rtmpPort: port })
    expect(await footage.opened()).toMatchObject({ rtmpPort: 0 })
    squatter.close()
    expect(await soon(() => footage.ready()?.rtmpPort === port, 8000)).toBe(true)
  }, 60_000)
})

describe.each(['SIGTERM', 'disconnect'] as const)('%s', (how) => {
  it('what is open is sealed, and it ends by itself', async () => {
    makeStore()
    const child = fork(main, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }), heard: FromVideo[] = [], told = book()
    ending.push(() => child.kill('SIGKILL'))
    child.on('message', (said) => { heard.push(said as FromVideo) })
    child.send({ configure: configuration(told, { cameras: [{ camera, source: { kind: 'rtmp', keyHash: sha256(key) }, segmentSeconds: 60, record: true }] }) })
    expect(await soon(() => heard.some((said) => 'ready' in said))).toBe(true)
    const ready = heard.find((said) => 'ready' in said)!
    const pushing = await runningCamera(ready.ready.rtmpPort, key)
    await new Promise((resolve) => setTimeout(resolve, 1600))
    const ended = once(child, 'exit')
    if (how === 'SIGTERM') child.kill('SIGTERM')
    else child.disconnect()
    expect(await ended).toStrictEqual([0, null])
    pushing.stop()
    const files = readdirSync(join(store, camera), { recursive: true }).map(String).filter((name) => /\.mp4/.test(name))
    expect(files.length).toBeGreaterThan(0)
    expect(files.every((name) => name.endsWith('.mp4'))).toBe(true)
    expect(existsSync(join(dir, 'video.sock'))).toBe(false)
  })
})
