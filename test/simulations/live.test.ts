import { expect, test } from 'vitest'
import { setTimeout as wait } from 'node:timers/promises'
import { memoryBook } from '../../adapters/book/memory.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { cases } from '../../domain/cases/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { foundCounty, goLive, playHistory } from '../../simulations/county.ts'
import { fateOf } from '../../simulations/fate.ts'
import { acting } from '../../simulations/people.ts'
import { openHouse } from './house.ts'

const seed = 11, at = (text: string) => text as Instant

test('goes on where the history ends: hands in the new, advances the open, and takes up what somebody else has begun', async () => {
  const house = await openHouse(memoryBook(), memoryKeys(), at('2026-07-05T01:00:00.000Z'))
  await foundCounty(house.stage, seed, house.clock())
  await playHistory(house.stage, { seed, from: '2026-07-06' as Day, until: at('2026-07-08T02:00:00.000Z') })
  const before = new Map([...await house.rows()].map(([id, { lastStep }]) => [id, lastStep])), said = house.said.length
  const errors: unknown[] = []
  // As a root might give it: what is open, and nothing that is concluded. Each look waits here, so that the clock moves between two looks only.
  let parked = () => {}, release = () => {}
  const waiting = () => new Promise<void>((resolve) => { parked = resolve })
  let arrived = waiting()
  const open = async () => {
    const released = new Promise<void>((resolve) => { release = resolve })
    parked()
    await released
    return (await house.open()).filter(({ stage }) => stage !== 'Concluded')
  }
  const live = goLive(house.stage, { seed, open, facts: house.factsOf, everyMs: 1, onError: (error) => { errors.push(error) } })

  // Somebody at the screen is quicker with a case than the county meant to be.
  const mine = [...(await house.rows()).values()].filter(({ stage }) => stage === 'Submitted')
    .sort((a, b) => fateOf(seed, a.id).workingDays - fateOf(seed, b.id).workingDays)[0]!
  const by = acting(fateOf(seed, mine.id).handler)
  const taken = await house.stage.say({ context: cases, id: mine.id, command: { type: 'AcceptCase', data: {} }, by, key: 'screen-1' })
  expect(isRefusal(taken)).toBe(false)

  for (let minute = 0; minute < 2 * 1440; minute += 20) {
    await arrived
    arrived = waiting()
    house.stage.clock.set(new Date(Date.parse('2026-07-08T02:00:00.000Z') + minute * 60_000).toISOString() as Instant)
    release()
  }
  await arrived
  release()
  await live.stop()
  const after = (await house.caseFacts()).length
  await wait(30)
  expect((await house.caseFacts()).length).toBe(after)
  expect(errors).toEqual([])

  const rows = await house.rows(), moved = [...before].filter(([id, lastStep]) => rows.get(id)!.lastStep !== lastStep)
  expect(rows.size).toBeGreaterThan(before.size + 30)
  expect(moved.length).toBeGreaterThan(20)
  expect(rows.get(mine.id)!.lastStep).not.toBe('CaseAccepted')
  const lived = house.said.slice(said), results = lived.filter(({ saying }) => saying.command.type === 'DeliverResult')
  expect(results.length).toBeGreaterThan(5)
  const calendar = house.stage.calendar()
  for (const { saying, at, answer } of lived) {
    if (['applicant', 'policy', 'importer'].includes(saying.by.role) || saying.command.type === 'SubmitApplication' || fateOf(seed, saying.id).act === 'after hours') continue
    if (isRefusal(answer) && !answer.record) throw new Error(`${saying.command.type} ${saying.id}: ${answer.refused}`)
    expect(at >= calendar.opensOf(calendar.dayOf(at)) && at <= calendar.closeOf(calendar.dayOf(at)), `${saying.command.type} ${at}`).toBe(true)
  }
}, 180_000)

test('a case that was told from elsewhere, or under a number like ours, is left alone', async () => {
  const house = await openHouse(memoryBook(), memoryKeys(), at('2026-07-06T02:00:00.000Z'))
  await foundCounty(house.stage, seed, house.clock())
  const other = 'WJ-2026-18701', { matter, clerk } = fateOf(seed, other)
  const itemCode = matter.code === 'MJ-MZ-0702' ? 'MJ-RS-0503' : 'MJ-MZ-0702'
  await house.stage.say({ context: cases, id: other, by: acting(clerk), key: 'screen-2',
    command: { type: 'SubmitApplication', data: { itemCode, hall: 'mingjing', channel: 'window' } } })
  const entries = [{ type: 'HandlingCompleted', data: {}, key: 'k1', occurredAt: '2026-07-01T02:00:00.000Z', order: 1 }]
  await house.stage.say({ context: cases, id: 'bpi:17', by: { person: 'importer', role: 'importer', department: '' }, key: 'file-1',
    command: { type: 'RecordHistory', data: { caseNo: '17', source: 'bpi', batch: 'b1', hall: 'mingjing', zone: 'Asia/Shanghai', entries } } })
  expect((await house.open()).map(({ id }) => id).sort()).toEqual([other, 'bpi:17'])
  house.stage.clock.set(at('2026-07-10T02:00:00.000Z'))
  const said = house.said.length
  const live = goLive(house.stage, { seed, open: house.open, facts: house.factsOf, everyMs: 1, casesPerDay: 0 })
  await wait(60)
  await live.stop()
  expect(house.said.slice(said)).toEqual([])
})

test('says beforehand who will come to a window, and lets those be who were to come before it began', async () => {
  const since = at('2026-07-08T02:00:00.000Z'), house = await openHouse(memoryBook(), memoryKeys(), at('2026-07-08T01:00:00.000Z'))
  await foundCounty(house.stage, seed, house.clock())
  house.stage.clock.set(since)
  const live = goLive(house.stage, { seed, open: house.open, facts: house.factsOf, everyMs: 1, casesPerDay: 120, since })
  await wait(100)
  expect(house.said.filter(({ saying }) => saying.command.type === 'SubmitApplication')).toEqual([])
  const soon = live.soon(30 * 60_000).filter(({ terminal }) => /^[a-z]+-w\d+$/.test(terminal)).sort((a, b) => a.atMs - b.atMs)
  expect(soon.length).toBeGreaterThan(0)
  expect(soon.every(({ atMs }) => atMs >= Date.parse(since) && atMs <= Date.parse(since) + 30 * 60_000)).toBe(true)
  house.stage.clock.set(at(new Date(soon[0]!.atMs).toISOString()))
  await wait(200)
  await live.stop()
  const [submitted] = house.said.filter(({ saying }) => saying.command.type === 'SubmitApplication' && saying.id === soon[0]!.caseNo)
  expect(submitted?.saying.by.terminal).toBe(soon[0]!.terminal)
})
