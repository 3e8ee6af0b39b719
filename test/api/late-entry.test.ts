import { describe, expect, it } from 'vitest'
import { memoryBook } from '../../adapters/book/memory.ts'
import { referencesFrom } from '../../api/references.ts'
import type { Saying } from '../../api/tell.ts'
import { cases } from '../../domain/cases/index.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { application } from '../fixtures/case.ts'
import { openHouse } from '../kernel/house.ts'
import { at, liMin, policy } from '../kernel/spec.ts'

const saying = (key: string, type: string, data: object = {}): Saying => ({ context: cases, id: 'X-1', by: liMin, command: { type, data: data as Record<string, unknown> }, key })
/** A house on a morning that passes when it is told to. */
async function morning() {
  const clock = { now: at('2026-03-02', '09:00') }
  const house = await openHouse({ now: () => clock.now })
  const said = (time: string, saying: Saying) => { clock.now = at('2026-03-02', time); return house.say(saying) }
  await said('09:00', saying('k-1', 'SubmitApplication', application))
  await said('09:30', saying('k-2', 'AcceptCase'))
  return { ...house, said }
}
const happenedAt = (time: string) => ({ opinion: '现场合格', happenedAt: at('2026-03-02', time) })

describe('补录', () => {
  it('keeps both times: when it happened and when it was keyed in', async () => {
    const { book, said } = await morning()
    await said('11:00', saying('k-3', 'CompleteHandling', happenedAt('10:00')))
    expect((await book.readStream('cases-X-1')).at(-1)).toMatchObject({ type: 'HandlingCompleted', meta: { recordedAt: at('2026-03-02', '11:00'), occurredAt: at('2026-03-02', '10:00'), cause: 'k-3' } })
    expect((await book.readStream('cases-X-1')).at(-1)!.meta).not.toHaveProperty('source')
  })
  it('said again under its key it is answered as before, and adds nothing', async () => {
    const { book, said } = await morning()
    const first = await said('11:00', saying('k-3', 'CompleteHandling', happenedAt('10:00')))
    expect(await said('12:00', saying('k-3', 'CompleteHandling', happenedAt('10:00')))).toStrictEqual(first)
    expect(await book.readStream('cases-X-1')).toHaveLength(3)
  })
  it('lies after the newest fact as it happened, and not after now', async () => {
    const { said } = await morning()
    for (const early of ['09:29', '11:01']) expect(await said('11:00', saying('k-3', 'CompleteHandling', happenedAt(early)))).toStrictEqual({ refused: 'claim-out-of-bounds' })
    expect(await said('11:00', saying('k-3', 'CompleteHandling', happenedAt('10:00')))).toMatchObject({ revision: 3 })
    const step = (time: string) => saying('k-4', 'CompleteStep', { number: '1', step: '勘验', happenedAt: at('2026-03-02', time) })
    expect(await said('11:00', step('09:59'))).toStrictEqual({ refused: 'claim-out-of-bounds' })
    expect(await said('11:00', step('10:00'))).toMatchObject({ revision: 4 })
  })
})

describe('规则集', () => {
  const rule = (id: string) => ({ type: 'RulePublished', data: {}, meta: { id: id.padStart(32, '0'), version: 1, recordedAt: '2026-01-01T00:00:00.000Z' as Instant, actor: policy, region: '422822', cause: id } })
  it('is numbered by how many facts are known of rules, and of nothing else', async () => {
    const book = memoryBook(), { ruleSet } = referencesFrom(book)
    expect(await ruleSet()).toStrictEqual({ version: 0 })
    await book.append('supervision-rule.R-02', 0, [rule('a'), rule('b')])
    await book.append('supervision-card.cases.X-1', 0, [rule('c')])
    expect(await ruleSet()).toStrictEqual({ version: 2 })
    await book.append('supervision-rule.R-01', 0, [rule('d')])
    expect(await ruleSet()).toStrictEqual({ version: 3 })
    expect(await ruleSet()).toStrictEqual({ version: 3 })
  })
  it('is kept by the case that is accepted under it', async () => {
    const { book, said } = await morning()
    await book.append('supervision-rule.R-02', 0, [rule('a')])
    await said('10:00', { ...saying('k-3', 'SubmitApplication', application), id: 'X-2' })
    await said('10:00', { ...saying('k-4', 'AcceptCase'), id: 'X-2' })
    expect((await book.readStream('cases-X-1')).at(-1)).toMatchObject({ data: { pinned: { ruleSetVersion: 0 } } })
    expect((await book.readStream('cases-X-2')).at(-1)).toMatchObject({ data: { pinned: { ruleSetVersion: 1 } } })
  })
})
