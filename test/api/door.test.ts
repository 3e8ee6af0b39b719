import fastify, { type FastifyInstance } from 'fastify'
import { request as send } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { commandPaths } from '../../api/commands.ts'
import { doorOf } from '../../api/door.ts'
import { contexts } from '../../domain/contexts.ts'

const open: FastifyInstance[] = []
afterEach(async () => { await Promise.all(open.splice(0).map((app) => app.close())) })
const isCommand = commandPaths(contexts)
/** A time that only the test moves, and a house that is as busy as the test says. */
const paced = () => {
  const pace = { share: 0, now: 0 }
  return { pace, is: { atWork: () => pace.share, nowMs: () => pace.now } }
}
/** How many places there are: as many as can be taken. */
function free(door: ReturnType<typeof doorOf>): number {
  const ways: (() => void)[] = []
  for (let way = door.enter(); way; way = door.enter()) ways.push(way)
  for (const leave of ways) leave()
  return ways.length
}

describe('席位', () => {
  const goes = (door: ReturnType<typeof doorOf>, pace: { share: number; now: number }, share: number, times: number) =>
    Array.from({ length: times }, () => { pace.now += 50; pace.share = share; return free(door) })
  it('as long as the house has time, as many as the limit says', () => {
    const { pace, is } = paced(), door = doorOf({ requestsAtOnce: 100, commandsAtOnce: 64 }, is)
    expect(goes(door, pace, 0.79, 20)).toStrictEqual(Array.from({ length: 20 }, () => 64))
  })
  it('where all are taken and it has none, a quarter, and never fewer than keep it at work; and more again where it has', () => {
    const { pace, is } = paced(), door = doorOf({ requestsAtOnce: 100, commandsAtOnce: 64 }, is)
    expect([free(door), ...goes(door, pace, 0.95, 4), ...goes(door, pace, 0.85, 2), ...goes(door, pace, 0.3, 3)]).toStrictEqual([64, 16, 4, 4, 4, 4, 4, 8, 12, 16])
  })
  it('a few who come together are served however busy the house is, and afterwards there is room for all', () => {
    const { pace, is } = paced(), door = doorOf({ requestsAtOnce: 100, commandsAtOnce: 64 }, is)
    pace.share = 1
    for (let n = 0; n < 50; n++) {
      pace.now += 50
      const ways = Array.from({ length: 10 }, () => door.enter())
      expect(ways).not.toContain(undefined)
      for (const leave of ways) leave!()
    }
    goes(door, pace, 1, 3)
    expect(free(door)).toBe(4)
    const calm = (times: number) => { for (let n = 0; n < times; n++) { pace.now += 50; door.enter()!() } }
    calm(19)
    expect(free(door)).toBe(4)
    calm(21)
    expect(free(door)).toBe(64)
  })
  it('is not asked more often than twenty times a second, and a limit of fewer is kept', () => {
    const { pace, is } = paced(), asked = vi.spyOn(is, 'atWork'), door = doorOf({ requestsAtOnce: 100, commandsAtOnce: 3 }, is)
    pace.share = 1
    for (let n = 0; n < 50; n++) { pace.now += 10; expect(free(door)).toBe(3) }
    expect(asked).toHaveBeenCalledTimes(10)
  })
  it('a way out that is taken twice frees one place', () => {
    const door = doorOf({ requestsAtOnce: 100, commandsAtOnce: 2 }, paced().is), [first] = [door.enter()!, door.enter()!]
    expect(door.enter()).toBeUndefined()
    first()
    first()
    expect([door.enter(), door.enter()].map((way) => way !== undefined)).toStrictEqual([true, false])
  })
})

describe('大门', () => {
  /** One command, which takes as long as the test wants, and a question. */
  async function house(commandsAtOnce: number) {
    const door = doorOf({ requestsAtOnce: 50, commandsAtOnce }, paced().is), app = fastify({ serverFactory: door.serverFor(isCommand) })
    open.push(app)
    let heard = 0, release = () => {}
    const gate = new Promise<void>((done) => { release = done })
    app.post('/api/cases/:id/accept-case', async (_, reply) => {
      const leave = door.enter()
      if (!leave) return reply.code(503).send()
      heard++
      await gate
      leave()
      return { ok: true }
    })
    app.get('/api/cases/:id', async () => ({ ok: true }))
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, release, heard: () => heard, tell: (id: number) => fetch(`${url}/api/cases/${id}/accept-case`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }) }
  }
  it('whoever comes to a full house is told so in both languages, with all that keeps a browser safe; questions are answered meanwhile', async () => {
    const { url, release, heard, tell } = await house(2), within = [tell(1), tell(2)]
    while (heard() < 2) await pause(5)
    const away = await tell(3)
    expect([away.status, away.headers.get('retry-after'), away.headers.get('x-content-type-options')]).toStrictEqual([503, '1', 'nosniff'])
    expect(away.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(away.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await away.json()).toMatchObject({ status: 503, code: 'busy', title: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/busy/) })
    expect((await fetch(`${url}/api/cases/3`)).status).toBe(200)
    release()
    expect((await Promise.all(within)).map(({ status }) => status)).toStrictEqual([200, 200])
    expect([heard(), (await tell(4)).status]).toStrictEqual([2, 200])
  })
  it('who is slow to send what they have to say holds no place', async () => {
    const { url, release, tell } = await house(1), slow = Array.from({ length: 5 }, (_, n) => {
      const request = send(`${url}/api/cases/${n}/accept-case`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': '2' } })
      request.on('error', () => undefined)
      request.write('{')
      return request
    })
    await pause(50)
    release()
    expect((await tell(9)).status).toBe(200)
    for (const request of slow) request.destroy()
  })
})

describe('办理的路径', () => {
  it('every command of every context is known at the door, and nothing else is', () => {
    for (const context of contexts) for (const type of Object.keys(context.commands)) {
      const path = `/api/${context.name}/明 1%2F/${type.replace(/(?!^)[A-Z]/g, (c) => `-${c}`).toLowerCase()}`
      expect([isCommand('POST', path), isCommand('POST', `${path}?a=1`), isCommand('GET', path)]).toStrictEqual([true, true, false])
    }
    for (const path of ['/api/me', '/api/what-if', '/api/items/spjyxk/check', '/', '/api/cases', '/api/cases/1', '/api/nothing/1/accept-case']) expect(isCommand('POST', path), path).toBe(path === '/api/items/spjyxk/check')
  })
})
