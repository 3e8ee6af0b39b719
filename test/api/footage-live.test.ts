import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evidence } from '../../domain/evidence/index.ts'
import { openLiveSocket } from '../../video/live-socket.ts'
import { liveOf } from '../../video/live.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import type { Sample } from '../../video/sample.ts'
import { soon } from '../video/collecting.ts'
import { avcC } from '../video/rtmp-client.ts'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'
import { cameraSaid } from './footage-house.ts'

/** A picture after the first. */
const later = (i: number): Sample => ({ dtsMs: i * 40, ptsMs: i * 40, key: false, data: Buffer.from([0, 0, 0, 2, 0x41, i]), arrivalMs: i * 40 })
let house: AccessHouse, close: () => Promise<void>
const live = liveOf()
beforeAll(async () => {
  house = await openAccessHouse()
  const socket = join(house.dir, 'live.sock')
  close = await openLiveSocket(socket, (camera) => camera.startsWith('h') ? live : undefined)
  Object.assign(house.rooms, { footage: { states: () => new Map(), storage: () => undefined, expire: async () => undefined, configure: async () => undefined, live: () => socket } })
  for (const hall of ['hall-1', 'hall-2']) await house.say(evidence, `h${hall.at(-1)}-live`, 'RegisterCamera', cameraSaid({ hall, window: `${hall}-w1` }))
  await house.settled()
  const length = Buffer.alloc(4)
  length.writeUInt32BE(100)
  live.config({ avcC, width: 64, height: 48 })
  live.sample({ dtsMs: 0, ptsMs: 0, key: true, data: Buffer.concat([length, Buffer.from([0x65]), randomBytes(99)]), arrivalMs: 0 })
}, 180_000)
afterAll(async () => { await close?.(); await house?.close() })

async function watch(camera: string, cookie: string) {
  const line = await house.app.injectWS(`/api/video/cameras/${camera}/live`, { headers: { cookie, host: 'localhost' } })
  let bytes = '', code = 0
  line.on('message', (more: Buffer) => { bytes += more.toString('latin1') })
  line.on('close', (said: number) => { code = said })
  return { bytes: () => bytes, code: () => code, line }
}
describe('看实时', () => {
  it('the monitor of the hall gets its picture, on record before; another hall\'s camera, or none, is no camera; and the line ends with the session', async () => {
    const cookie = await house.session(who['hall-monitor']), own = await watch('h1-live', cookie)
    expect(await soon(() => own.bytes().length > 100)).toBe(true)
    expect(own.bytes().startsWith('FLV')).toBe(true)
    const told = []
    for await (const batch of house.rooms.book.readAll(0)) told.push(...batch.filter(({ type }) => type === 'LiveWatched').map(({ data }) => data))
    expect(told).toMatchObject([{ looker: who['hall-monitor'], camera: 'h1-live' }])
    for (const camera of ['h2-live', 'nowhere']) {
      const other = await watch(camera, cookie)
      expect(await soon(() => other.code() === 4403), camera).toBe(true)
      expect(other.bytes()).toBe('')
    }
    await house.ask('/api/sign-out', { method: 'POST', body: {} }, cookie)
    expect(await soon(() => own.code() === 4401, 1500)).toBe(true)
    expect(await soon(() => live.viewers() === 0)).toBe(true)
  })
  it('a line that stays open is on record for every hour in which it shows pictures', async () => {
    const cookie = await house.session(who['hall-monitor']), own = await watch('h1-live', cookie)
    expect(await soon(() => own.bytes().length > 100)).toBe(true)
    const hours = async () => (await house.facts('evidence-view.')).filter(({ type }) => type === 'LiveWatched').map(({ data }) => (data as { hour: string }).hour)
    const before = await hours()
    house.set(new Date(Date.parse(house.now()) + 3_600_000).toISOString() as Instant)
    live.sample(later(1))
    live.sample(later(2))
    await expect.poll(async () => (await hours()).length).toBe(before.length + 1)
    expect(new Set(await hours()).size).toBe(before.length + 1)
    own.line.close()
  })
  it('a camera that is hung in another hall while it is watched is theirs no longer', async () => {
    const own = await watch('h1-live', await house.session(who['hall-monitor']))
    expect(await soon(() => own.bytes().length > 100)).toBe(true)
    await house.say(evidence, 'h1-live', 'ChangeCamera', cameraSaid({ hall: 'hall-2', window: 'hall-2-w1' }))
    await house.settled()
    expect(await soon(() => own.code() === 4403, 3000)).toBe(true)
  })
})
