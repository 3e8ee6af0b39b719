import Fastify, { type FastifyInstance } from 'fastify'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Standing } from '../../api/access/standing.ts'
import { Unanswerable } from '../../api/problems.ts'
import type { Rooms } from '../../api/rooms.ts'
import { whatIfRoute } from '../../api/what-if-route.ts'
import { at, openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

/** A judge that never comes to an end, and counts as long as it lives. */
const endless = `
  const { parentPort, workerData } = require('node:worker_threads'), turns = new BigInt64Array(workerData.turns)
  parentPort.postMessage({ ready: true })
  parentPort.on('message', () => { for (;;) Atomics.add(turns, 0, 1n) })`
let house: SupervisedHouse, app: FastifyInstance, url: string
const turns = new BigInt64Array(new SharedArrayBuffer(8)), threads: Worker[] = [], ended: Worker[] = []
/** Of this test alone: others compare meanwhile. */
const usual = process.env['TMPDIR'], own = mkdtempSync(join(tmpdir(), 'stopping-'))
const aside = () => readdirSync(tmpdir()).filter((name) => name.startsWith('mingjian-what-if-'))
const ask = (path: string, person = 'p-005', init: RequestInit = {}) => fetch(`${url}/api/what-if${path}`, { ...init, headers: { ...init.headers, 'x-person': person } })
const post = (path: string, person?: string, signal?: AbortSignal) => ask(path, person, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', ...(signal && { signal }) })
const progress = async (person?: string) => await (await ask('/progress', person)).json() as { running: boolean; mine?: boolean }
const isStill = async () => { const before = turns[0]; await new Promise((done) => setTimeout(done, 300)); return turns[0] === before }
/** A comparison under way, in threads that count. */
async function begun(person?: string, signal?: AbortSignal) {
  const before = turns[0], answer = post('', person, signal).then(async (said) => ({ status: said.status, body: await said.json() as object }), (error: unknown) => ({ status: 0, body: error as object }))
  await vi.waitFor(() => expect(turns[0]).not.toBe(before), { timeout: 10_000 })
  return { answer }
}
const over = async (before: readonly string[]) => {
  await vi.waitFor(() => expect(ended).toHaveLength(threads.length), { timeout: 10_000 })
  expect(await isStill()).toBe(true)
  await vi.waitFor(() => expect(aside()).toStrictEqual(before), { timeout: 10_000 })
  expect(await progress()).toStrictEqual({ running: false })
}

describe('停下推演', () => {
  beforeAll(async () => {
    process.env['TMPDIR'] = own
    house = await openSupervisedHouse({ start: at('2026-03-02', '09:00') })
    await house.submit('X-1')
    await house.settled()
    const thread = () => {
      const worker = new Worker(endless, { eval: true, workerData: { turns: turns.buffer } })
      threads.push(worker)
      worker.once('exit', () => { ended.push(worker) })
      return worker
    }
    const rooms: Rooms = { ...house.rooms, thread }
    app = Fastify()
    app.addHook('onRequest', async (request) => { request.standing = { person: String(request.headers['x-person']), name: '', department: '监察室', post: '', session: 's', grants: [{ role: 'inspector', scope: 'region' }] } as unknown as Standing })
    app.setErrorHandler((error, _, reply) => reply.status(error instanceof Unanswerable ? error.problem.status : 500).send({ code: error instanceof Unanswerable ? error.problem.code : String(error) }))
    whatIfRoute(app, rooms, () => true)
    url = await app.listen({ port: 0, host: '127.0.0.1' })
  }, 180_000)
  afterAll(async () => {
    await app?.close()
    await Promise.all(threads.map((one) => one.terminate()))
    await house?.close()
    if (usual === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = usual
    rmSync(own, { recursive: true, force: true })
  })

  it('ends the threads, puts away what they had written aside, and answers whoever waits; the next one is begun at once', async () => {
    const before = aside()
    for (let time = 0; time < 2; time++) {
      const { answer } = await begun()
      expect(await progress()).toMatchObject({ running: true, mine: true })
      expect((await post('')).status).toBe(429)
      expect(await (await post('/stop')).json()).toStrictEqual({ stopped: true })
      expect(await answer).toStrictEqual({ status: 409, body: { code: 'what-if-stopped' } })
      await over(before)
    }
    expect(threads.length).toBeGreaterThan(0)
  }, 90_000)
  it('is nobody\'s but their own, and nothing where nothing runs', async () => {
    const before = aside(), { answer } = await begun('p-005')
    expect(await (await post('/stop', 'p-006')).json()).toStrictEqual({ stopped: false })
    expect(await progress('p-006')).toMatchObject({ running: true, mine: false })
    expect(await isStill()).toBe(false)
    expect(await (await post('/stop', 'p-005')).json()).toStrictEqual({ stopped: true })
    await answer
    await over(before)
    expect(await (await post('/stop', 'p-005')).json()).toStrictEqual({ stopped: false })
  }, 90_000)
  it('comes of itself when whoever asked has gone', async () => {
    const before = aside(), leaving = new AbortController(), { answer } = await begun('p-005', leaving.signal)
    leaving.abort()
    expect((await answer).status).toBe(0)
    await over(before)
  }, 90_000)
})
