import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDueIndex } from '../../adapters/due-index/embedded.ts'
import { dueOnceJudged } from '../../api/due.ts'
import { Unanswerable } from '../../api/problems.ts'
import { supervise } from '../../api/supervising.ts'
import { at, openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

describe('研判所知', () => {
  let house: SupervisedHouse
  beforeAll(async () => { house = await openSupervisedHouse({ start: at('2026-03-02', '09:00') }) }, 60_000)
  afterAll(() => house?.close())

  it('who asks before everything has been judged is told how far it is, and is answered afterwards', async () => {
    for (let n = 0; n < 30; n++) { await house.submit(`D-${n}`); await house.accept(`D-${n}`) }
    await house.settled()
    const index = openDueIndex(join(house.dir, 'due-first.db')), supervising = supervise(house.rooms, index, { issue: true, onError: (error) => { throw error } })
    const due = dueOnceJudged(supervising, { firstMs: 0, toldMs: 5_000 }), refused = await due.ready().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Unanswerable)
    expect((refused as Unanswerable).problem).toMatchObject({ status: 503, code: 'still-judging', of: 30 })
    expect((refused as Unanswerable).problem).toHaveProperty('judged', expect.any(Number))
    await supervising.ready
    expect(await supervising.progress()).toStrictEqual({ judged: 30, of: 30 })
    await due.ready()
    expect(index.list({ limit: 100 }, house.now()).entries).toHaveLength(30)

    // What has just been told is judged before anybody is answered.
    for (let n = 30; n < 40; n++) {
      await house.submit(`D-${n}`)
      await house.accept(`D-${n}`)
      await house.settled()
      await due.ready()
      expect(index.standing(`cases.D-${n}`), `D-${n}`).toHaveProperty('dueAt')
    }
    supervising.close()
    index.close()
  }, 180_000)
})
