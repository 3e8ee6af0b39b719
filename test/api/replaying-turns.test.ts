import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replayOf } from '../../api/replaying.ts'
import { cases } from '../../domain/cases/index.ts'
import { openAccessHouse, type AccessHouse } from './access-house.ts'

const facts = process.env['LONG'] ? 4_000 : 1_200
let house: AccessHouse
/** The longest that anything else had to wait for its turn, and how long all of it took. */
async function turns<T>(work: () => Promise<T>): Promise<{ longestMs: number; allMs: number; count: number }> {
  let going = true, longestMs = 0, count = 0
  const began = performance.now(), watching = (async () => {
    for (let last = performance.now(); going; count++) {
      await new Promise(setImmediate)
      longestMs = Math.max(longestMs, performance.now() - last)
      last = performance.now()
    }
  })()
  await work()
  going = false
  await watching
  return { longestMs, allMs: performance.now() - began, count }
}

beforeAll(async () => {
  house = await openAccessHouse()
  for (let from = 0; from < facts; from += 400) await house.say(cases, 'log:L-1', 'RecordHistory', { caseNo: 'L-1', source: 'log', batch: 'b', hall: 'hall-1', zone: 'Asia/Shanghai', entries: Array.from({ length: 400 }, (_, n) => from + n).map((i) => ({
    key: `k ${i}`, order: i, occurredAt: new Date(Date.UTC(2026, 0, 5, 1) + i * 600_000).toISOString(), activity: `T${i % 12}`,
    ...(i === 0 ? { type: 'ApplicationSubmitted', data: { itemCode: 'A-1', department: '甲局', channel: 'window', by: 'p-001' } } : { type: 'StepCompleted', data: { step: `环节 ${i}`, by: `p-${i % 40}` } }) })) })
  await house.settled()
}, 180_000)
afterAll(() => house?.close())

describe('长案的回放', () => {
  it('is worked out in turns: whoever else asks waits for a small part of it, and no longer', async () => {
    await replayOf(house.rooms, 'log:L-1', { as: 'inspector' })
    const { longestMs, allMs, count } = await turns(() => replayOf(house.rooms, 'log:L-1', { as: 'inspector' }))
    console.log(`回放 ${facts} 条：共 ${allMs.toFixed(0)} ms，最长一轮 ${longestMs.toFixed(0)} ms，${count} 轮`)
    expect(count).toBeGreaterThan(10)
    expect(longestMs).toBeLessThan(allMs / 4)
  }, 180_000)
})
