import { afterEach, describe, expect, it } from 'vitest'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { at, close, openSupervisedHouse, standing, type SupervisedHouse } from './supervised-house.ts'

const houses: SupervisedHouse[] = []
async function open(item: object = {}, start = at('2026-04-27')): Promise<SupervisedHouse> {
  const house = await openSupervisedHouse({ start, item: { promisedWorkingDays: 20, statutoryWorkingDays: 20, ...item } })
  houses.push(house)
  return house
}
afterEach(async () => { for (const house of houses.splice(0)) await house.close() })
const types = async (house: SupervisedHouse, id: string) => { await house.settled(); return (await house.facts(`cases-${id}`)).map(({ type }) => type) }

describe('视为受理', () => {
  it('is told by the house itself at the close of the fifth working day, once, and counts from the receipt (T12)', async () => {
    const house = await open()
    await house.submit('X-1')
    const judge = await house.judge()
    house.set(at('2026-05-07', '17:29'))
    await judge.sweep()
    expect(await types(house, 'X-1')).toStrictEqual(['ApplicationSubmitted'])
    for (const now of [close('2026-05-07'), close('2026-05-07'), at('2026-05-08', '09:00')]) { house.set(now); await judge.sweep() }
    expect(await types(house, 'X-1')).toStrictEqual(['ApplicationSubmitted', 'CaseDeemedAccepted'])
    const [, deemed] = await house.facts('cases-X-1')
    expect(deemed).toMatchObject({ data: { effectiveOn: '2026-04-27', becameTrueAt: close('2026-05-07') }, meta: { actor: { role: 'policy' } } })
    expect(judge.index.get('cases.X-1')).toMatchObject({ dueOn: '2026-05-27' })
    house.set(close('2026-05-28'))
    await judge.sweep()
    expect(standing(await house.cards()).filter((card) => card.includes('R-04'))).toStrictEqual([`cases.X-1 R-04/statutory/${close('2026-05-28')} RED - 2026-05-27`])
    judge.stop()
  })
  it('is told on the start by a house that was down, and its cards are those of one that was up', async () => {
    const up = await open({ promisedWorkingDays: 7 }), down = await open({ promisedWorkingDays: 7 })
    for (const house of [up, down]) await house.submit('X-1')
    const judge = await up.judge()
    for (const on of ['2026-05-06', '2026-05-07', '2026-05-08', '2026-05-09', '2026-05-11', '2026-05-12', '2026-05-13', '2026-05-14', '2026-05-15', '2026-05-28', '2026-05-29']) {
      up.set(close(on))
      await judge.sweep()
      await up.settled()
    }
    down.set(close('2026-05-29'))
    const late = await down.judge()
    await late.sweep()
    const [swept, atOnce] = [standing(await up.cards()), standing(await down.cards())]
    expect(atOnce).toStrictEqual(swept)
    // Received on 27 April: seven working days are over on 9 May, a Saturday that is worked.
    expect(swept).toEqual(expect.arrayContaining([`cases.X-1 R-02/promised/${close('2026-05-11')} YELLOW - 2026-05-09`]))
    judge.stop()
    late.stop()
  })
  it('is not told where an answer was given, nor by a house that only looks', async () => {
    const house = await open()
    for (const id of ['X-1', 'X-2', 'X-3']) await house.submit(id)
    await house.accept('X-1')
    await house.ask('X-2')
    house.set(at('2026-05-20'))
    const looking = await house.judge(false)
    await looking.sweep()
    looking.stop()
    expect(await types(house, 'X-3')).toStrictEqual(['ApplicationSubmitted'])
    const judge = await house.judge()
    await judge.sweep()
    expect([await types(house, 'X-1'), await types(house, 'X-2'), await types(house, 'X-3')]).toStrictEqual([
      ['ApplicationSubmitted', 'CaseAccepted'], ['ApplicationSubmitted', 'SupplementRequested'], ['ApplicationSubmitted', 'CaseDeemedAccepted']])
    judge.stop()
  })
})

describe('视为延续', () => {
  const renews = { renews: { licenceNo: 'L-1', expiresOn: '2026-05-10' } }
  it('is told by the house itself when the licence has run out, though the case stands still; then nothing stands still any more', async () => {
    const house = await open({ renewal: true })
    await house.submit('X-1', renews)
    await house.accept('X-1')
    await house.ask('X-1')
    const judge = await house.judge()
    house.set(at('2026-05-10', '23:59'))
    await judge.sweep()
    expect((await types(house, 'X-1')).at(-1)).toBe('SupplementRequested')
    house.set(at('2026-05-11', '00:00'))
    await judge.sweep()
    await judge.sweep()
    expect((await types(house, 'X-1')).slice(-2)).toStrictEqual(['SupplementRequested', 'RenewalDeemedGranted'])
    expect(judge.index.get('cases.X-1')).toMatchObject({ held: false })
    judge.stop()
  })
  it('is granted with the acceptance that nobody gave, where both are overdue', async () => {
    const house = await open({ renewal: true })
    await house.submit('X-1', renews)
    house.set(at('2026-05-12'))
    const judge = await house.judge()
    expect(await types(house, 'X-1')).toStrictEqual(['ApplicationSubmitted', 'CaseDeemedAccepted', 'RenewalDeemedGranted'])
    await house.settled()
    expect((await house.rooms.rows.get('case-timelines', 'cases.X-1') as Timeline).clocks.find(({ kind }) => kind === 'delivery')).toMatchObject({ startedOn: '2026-05-11' })
    judge.stop()
  })
  it('is not told of an item that is no renewal, whatever the application names', async () => {
    const house = await open()
    await house.submit('X-1', renews)
    await house.accept('X-1')
    const judge = await house.judge()
    house.set(at('2026-05-20'))
    await judge.sweep()
    expect(await types(house, 'X-1')).toStrictEqual(['ApplicationSubmitted', 'CaseAccepted'])
    judge.stop()
  })
})

describe('后来才获知的通知', () => {
  it('moves what is open from the day on which it becomes known, though nothing is told on that day (T13)', async () => {
    const house = await open({ promisedWorkingDays: 5 }, at('2020-01-20'))
    await house.submit('X-1')
    await house.accept('X-1')
    const judge = await house.judge()
    house.set(at('2020-01-26', '23:59'))
    await judge.sweep()
    expect(judge.index.get('cases.X-1')).toMatchObject({ dueOn: '2020-02-01' })
    house.set(at('2020-01-27', '00:00'))
    await judge.sweep()
    expect(judge.index.get('cases.X-1')).toMatchObject({ dueOn: '2020-02-04' })
    judge.stop()
  })
})
