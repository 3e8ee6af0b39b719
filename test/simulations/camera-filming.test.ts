import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type AddressInfo, type Server } from 'node:net'
import type { FootageHere } from '../../api/opening/footage.ts'
import type { Rooms } from '../../api/rooms.ts'
import type { Saying } from '../../api/tell.ts'
import { calendarOf } from '../../domain/calendar/calendar.ts'
import { nationalFacts } from '../../domain/calendar/national.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { filming } from '../../simulations/camera/filming.ts'
import { placed } from '../../simulations/camera/placing.ts'
import { county } from '../../simulations/places.ts'
import type { Stage } from '../../simulations/stage.ts'

const now = '2026-11-20T02:00:00.000Z' as Instant
/** A county that answers as it is told, and a recorder that is said to listen at some port. */
function filmed(rtmpPort: number, answer: (saying: Saying) => object = () => ({ facts: [] })) {
  const errors: unknown[] = [], cameras = placed(3)
  const calendar = () => calendarOf(nationalFacts, { knownAsOf: now.slice(0, 10) as Day, zone: county.zone, region: county.region })
  const stage = { say: async (saying: Saying) => answer(saying), clock: { now: () => now, set: () => undefined }, calendar } as unknown as Stage
  const footage = { opened: async () => ({ again: async () => ({ rtmpPort }) }), close: async () => undefined } as unknown as FootageHere
  const film = filming({ onTold: () => () => undefined } as unknown as Rooms, { stage, seed: 1, cameras, footage, soon: () => [], onError: (error) => { errors.push(error) } })
  return { film, errors, cameras }
}
async function until(holds: () => boolean) {
  for (const end = Date.now() + 10_000; !holds() && Date.now() < end;) await new Promise((done) => setTimeout(done, 20))
  expect(holds()).toBe(true)
}

describe('开拍', () => {
  let door: Server, lines = 0
  beforeAll(() => new Promise<void>((ready) => { door = createServer((line) => { lines++; line.on('error', () => undefined) }).listen(0, '127.0.0.1', ready) }))
  afterAll(() => { door.close() })

  it('stops though the thread that draws has ended by itself', async () => {
    // No address at all: it ends before it has drawn anything.
    const { film, errors } = filmed(-1)
    await until(() => errors.length > 0)
    await new Promise((done) => setTimeout(done, 200))
    expect(await Promise.race([film.close().then(() => 'stopped'), new Promise((done) => setTimeout(done, 5_000, 'waits'))])).toBe('stopped')
  }, 60_000)

  it.each(['camera-retired', 'camera-is-not-pushed'])('films with the others where somebody has made something else of a camera (%s)', async (refused) => {
    lines = 0
    const { film, errors, cameras } = filmed((door.address() as AddressInfo).port, ({ id, command: { type } }) => id === placed(3)[1]!.camera && type === 'IssueStreamKey' ? { refused } : { facts: [] })
    await until(() => lines > 0 || errors.length > 0)
    await new Promise((done) => setTimeout(done, 300))
    expect(errors).toStrictEqual([])
    expect(lines).toBe(cameras.length - 1)
    await film.close()
  }, 60_000)

  it('says so where a camera cannot be installed for another reason', async () => {
    const { film, errors } = filmed(1, () => ({ refused: 'camera-at-no-hall' }))
    await until(() => errors.length > 0)
    expect(String(errors[0])).toContain('camera-at-no-hall')
    await film.close()
  }, 60_000)
})
