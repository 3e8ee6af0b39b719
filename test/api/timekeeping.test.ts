import { describe, expect, it } from 'vitest'
import type { Answer, Saying } from '../../api/tell.ts'
import { recordSteps, type Timekeeping } from '../../api/timekeeping.ts'
import { at } from '../kernel/spec.ts'

describe('记时钟跳变', () => {
  it('in the order in which the clock stepped, however long the book does not take the first', async () => {
    const told: string[] = [], stopping = new AbortController()
    let heard: Parameters<Timekeeping['onStep']>[0] = () => {}, failures = 1
    const keeping: Timekeeping = { state: () => 'stepped', reading: () => ({ wallAt: at('2026-03-02'), believedAt: at('2026-03-02') }), epoch: () => 0, began: () => undefined,
      told: () => undefined, onStep: (listener) => { heard = listener } }
    const tell = async ({ command }: Saying): Promise<Answer> => {
      if (failures-- > 0) throw new Error('the disk is full')
      told.push(String(command.data['stepMs']))
      return { revision: told.length, position: told.length, facts: ['ClockStepped'], causes: [] }
    }
    recordSteps(keeping, tell, stopping.signal)
    for (const stepMs of [100_000, -200_000, 300_000]) heard({ wallAt: at('2026-03-02'), believedAt: at('2026-03-02'), stepMs })
    await expect.poll(() => told.length, { timeout: 5_000 }).toBe(3)
    expect(told).toStrictEqual(['100000', '-200000', '300000'])
    stopping.abort()
  })
})
