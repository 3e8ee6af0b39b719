import { afterEach, describe, expect, it } from 'vitest'
import { issueCards, judgeAll } from '../../api/judging-all.ts'
import { cases } from '../../domain/cases/index.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { dayAfter } from '../../domain/kernel/zones.ts'
import { importer } from '../kernel/spec.ts'
import { at, close, day, openSupervisedHouse, standing, type SupervisedHouse } from './supervised-house.ts'

const houses: SupervisedHouse[] = []
async function open(start: Instant, item: object = {}): Promise<SupervisedHouse> {
  const house = await openSupervisedHouse({ start, item: { promisedWorkingDays: 3, statutoryWorkingDays: 8, stepLimits: [{ step: 'handling', workingDays: 2 }], ...item } })
  houses.push(house)
  return house
}
afterEach(async () => { for (const house of houses.splice(0)) await house.close() })

/** A fortnight of a small office, always the same: who is in time, who is a day late, who forgets a case altogether; each thing done at its minute. */
type Done = { at: Instant; do(house: SupervisedHouse): Promise<unknown> }
function fortnight(): Done[] {
  let state = 20260901
  const below = (n: number) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor(state / 2 ** 32 * n) }
  const done: Done[] = [], minute = () => `${String(9 + below(8)).padStart(2, '0')}:${String(below(60)).padStart(2, '0')}`
  for (let n = 0; n < 24; n++) {
    const id = `D-${n}`, days = ['2026-09-01', '2026-09-02', '2026-09-03', '2026-09-04', '2026-09-07'], began = days[below(days.length)]!
    let instant = at(began, minute())
    const later = (workingDays: number) => {
      let on = instant.slice(0, 10) as Day
      for (let left = workingDays; left > 0;) if (![0, 6].includes(new Date(on = dayAfter(on)).getUTCDay())) left--
      const next = workingDays === 0 ? new Date(Date.parse(instant) + 60_000).toISOString() as Instant : at(on, minute())
      return instant = next > instant ? next : new Date(Date.parse(instant) + 60_000).toISOString() as Instant
    }
    const add = (workingDays: number, job: (house: SupervisedHouse) => Promise<unknown>) => done.push({ at: later(workingDays), do: job })
    done.push({ at: instant, do: (house) => house.submit(id) })
    add(below(2), (house) => house.accept(id))
    if (n % 6 === 0) continue // forgotten
    if (n % 5 === 0) { add(1, (house) => house.ask(id)); add(1 + below(3), (house) => house.supply(id)) }
    add(below(3), (house) => house.handle(id))
    add(below(2), (house) => house.review(id))
    add(below(3), (house) => house.decide(id))
    add(0, (house) => house.conclude(id))
  }
  return done.filter(({ at: when }) => when < at('2026-09-19')).sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0)
}
const end = at('2026-09-22', '08:00')
/** Plays it, with the clock stopping at each deed and at the close of each day; `atClose` is what the house does then. */
async function played(house: SupervisedHouse, atClose: (day: Day) => Promise<unknown>) {
  const done = fortnight()
  for (let on = day('2026-09-01'); on < '2026-09-22'; on = dayAfter(on)) {
    for (const one of done.filter(({ at }) => at >= `${dayAfter(on, -1)}T16:00` && at < `${on}T16:00`)) {
      if (one.at >= close(on) && house.now() < close(on)) { house.set(close(on)); await atClose(on) }
      house.set(one.at)
      await one.do(house)
    }
    if (house.now() < close(on)) { house.set(close(on)); await atClose(on) }
  }
  house.set(end)
}
const dealings = async (house: SupervisedHouse) => (await house.facts('supervision-card.')).filter(({ type }) => ['HintRaised', 'WarningRaised', 'YellowCardIssued', 'RedCardIssued'].includes(type))
  .map(({ data, meta }) => `${meta.stream} ${data['cardId']}`).sort()
const findings = async (house: SupervisedHouse) => (await judgeAll(house.rooms, end)).findings.map(({ subject, ruleId, clock, becameTrueAt }) => `${subject} ${ruleId} ${clock} ${becameTrueAt}`).sort()

async function swept() {
  const house = await open(at('2026-09-01', '08:00')), judge = await house.judge()
  await played(house, async () => { await judge.sweep() })
  await judge.sweep()
  judge.stop()
  return house
}

describe('the same facts, judged whenever and however often', () => {
  it('give the same findings and the same standing cards: swept daily, not for three days, not at all, twice, by two, and after a restart', { timeout: 120_000 }, async () => {
    const daily = await swept(), expected = standing(await daily.cards()), found = await findings(daily)
    expect(expected.length).toBeGreaterThan(15)
    for (const rule of ['R-01', 'R-02', 'R-03', 'R-04', 'R-07']) expect(found.filter((one) => one.includes(` ${rule} `)).length, rule).toBeGreaterThan(0)
    const ids = await dealings(daily)
    expect(new Set(ids).size).toBe(ids.length)

    const pausing = await open(at('2026-09-01', '08:00'))
    let judge: Awaited<ReturnType<SupervisedHouse['judge']>> | undefined = await pausing.judge()
    await played(pausing, async (on) => {
      if (on === '2026-09-09') { judge?.stop(); judge = undefined }
      if (on === '2026-09-12') judge = await pausing.judge()
      await judge?.sweep()
    })
    await judge!.sweep()
    expect(standing(await pausing.cards())).toStrictEqual(expected)
    expect(await findings(pausing)).toStrictEqual(found)
    expect(await dealings(pausing)).toStrictEqual(ids)

    const late = await open(at('2026-09-01', '08:00'))
    await played(late, async () => undefined)
    expect(await late.cards()).toStrictEqual([])
    const afterAll = await late.judge()
    expect(standing(await late.cards())).toStrictEqual(expected)
    expect(await dealings(late)).toStrictEqual(ids)
    const { position } = await late.book.head()
    await afterAll.sweep()
    await afterAll.again()
    afterAll.stop()
    await late.judge()
    expect((await late.book.head()).position, 'judged again, and after a restart, nothing is new').toBe(position)

    const racing = await open(at('2026-09-01', '08:00')), [one, two] = await Promise.all([racing.judge(), racing.judge()])
    await played(racing, async () => { await Promise.all([one.sweep(), two.sweep()]) })
    await Promise.all([one.sweep(), two.sweep()])
    expect(standing(await racing.cards())).toStrictEqual(expected)
    expect(await dealings(racing), 'two judges deal no card twice').toStrictEqual(ids)
  })

  it('a judge cut off while it looks at everything leaves nothing out when it starts again', { timeout: 60_000 }, async () => {
    const daily = await swept(), expected = standing(await daily.cards())
    const cut = await open(at('2026-09-01', '08:00'))
    await played(cut, async () => undefined)
    for (let tries = 0; tries < 4; tries++) {
      const judging = cut.judge()
      await new Promise((resolve) => setTimeout(resolve, 10 * tries))
      ;(await judging).stop()
    }
    await cut.judge()
    expect(standing(await cut.cards())).toStrictEqual(expected)
  })
})

describe('a fact that comes in after a card', () => {
  it('takes the card back, with itself as the reason', { timeout: 60_000 }, async () => {
    const house = await open(at('2026-09-01', '08:00'), { stepLimits: [] }), judge = await house.judge()
    house.set(at('2026-09-01'))
    await house.submit('L-1')
    await house.accept('L-1')
    house.set(at('2026-09-02'))
    await house.handle('L-1')
    await house.review('L-1')
    await house.decide('L-1')
    house.set(close('2026-09-07')) // due on Friday the 4th
    await judge.sweep()
    const yellow = `R-02/promised/${close('2026-09-07')}`
    expect((await house.cards()).find(({ cardId }) => cardId === yellow)).toMatchObject({ standing: true, notified: expect.arrayContaining([
      { duty: 'handler', person: 'p-001', at: close('2026-09-07') }, { duty: 'section-head', person: 'p-002', at: close('2026-09-07') },
      { duty: 'leader', person: 'p-003', at: close('2026-09-07') }, { duty: 'system-admin', person: 'p-009', at: close('2026-09-07') }]) })
    house.set(at('2026-09-08'))
    await house.conclude('L-1', { happenedAt: at('2026-09-07', '16:00') })
    await house.settled()
    await judge.sweep()
    const card = (await house.cards()).find(({ cardId }) => cardId === yellow)!
    expect(card).toMatchObject({ standing: false, state: 'revoked', revoked: { reason: 'late-fact', evidence: expect.stringContaining('CaseConcluded') } })
    expect(card.revoked!.evidence).toContain(at('2026-09-07', '16:00'))
    // The warning of the day before the due day was true whatever came later.
    expect((await house.cards()).filter(({ ruleId }) => ruleId === 'R-01').map((one) => one.standing)).toStrictEqual([true])
  })

  it('a card taken back for a calendar comes again when the calendar is put right: the same card, dealt twice', { timeout: 60_000 }, async () => {
    const house = await open(at('2026-09-01', '08:00'), { stepLimits: [] }), judge = await house.judge()
    house.set(at('2026-09-01'))
    await house.submit('C-1')
    await house.accept('C-1')
    house.set(at('2026-09-08'))
    await judge.sweep()
    const cardId = `R-02/promised/${close('2026-09-07')}`, card = async () => (await house.cards()).find((one) => one.cardId === cardId)!
    const amend = (off: object[], ordinary: string[]) => house.say(house.calendarContext, 'national', 'AmendCalendar', { layer: 'national', place: '', year: 2026, off, working: [], ordinary, notice: '更正', knownOn: '2026-09-08' })
    expect(await card()).toMatchObject({ state: 'active', dealt: 1 })
    house.set(at('2026-09-08', '10:01'))
    await amend([{ on: '2026-09-07', name: '临时放假' }], [])
    expect(await card()).toMatchObject({ state: 'revoked', revoked: { reason: 'calendar-amended' } })
    house.set(at('2026-09-08', '10:02'))
    await amend([], ['2026-09-07'])
    expect(await card()).toMatchObject({ state: 'active', standing: true, dealt: 2, earlier: [{ reason: 'calendar-amended' }] })
    expect((await house.facts('supervision-card.cases.C-1')).filter(({ data }) => data['cardId'] === cardId).map(({ type }) => type))
      .toStrictEqual(['YellowCardIssued', 'CardNotified', 'CardRevoked', 'YellowCardIssued'])
  })

  it('what an officer tries and may not is a card of his own as it happens, without any sweep', async () => {
    const house = await open(at('2026-09-01', '09:00'))
    await house.judge()
    await house.submit('W-1')
    await house.accept('W-1')
    await expect(house.review('W-1')).rejects.toThrow()
    await house.settled()
    for (let tries = 0; tries < 100 && (await house.cards()).length === 0; tries++) await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await house.cards()).map(({ subject, standing }) => [subject, standing])).toStrictEqual([['officers.p-002', true]])
  })

  it('an appeal that is upheld holds through every judging again; one that is dismissed leaves the red to come', { timeout: 60_000 }, async () => {
    const house = await open(at('2026-09-01', '08:00'), { stepLimits: [] }), judge = await house.judge()
    house.set(at('2026-09-01'))
    for (const id of ['A-1', 'A-2', 'A-3']) { await house.submit(id); await house.accept(id) }
    house.set(close('2026-09-07'))
    await judge.sweep()
    house.set(at('2026-09-08'))
    const cardId = `R-02/promised/${close('2026-09-07')}`, handler = { person: 'p-001', role: 'handler', department: '市场监管局' }
    for (const id of ['A-1', 'A-2']) await house.ofCard(`cases.${id}`, 'FileCardAppeal', { cardId, grounds: '平台停机' }, handler)
    await house.ofCard('cases.A-3', 'CorrectCard', { cardId, report: '已说明' }, handler)
    await house.ofCard('cases.A-1', 'DecideCardAppeal', { cardId, result: 'upheld', reason: '属实' })
    await house.ofCard('cases.A-2', 'StayCard', { cardId, until: day('2026-09-11'), reason: '核对' })
    await house.ofCard('cases.A-2', 'DecideCardAppeal', { cardId, result: 'dismissed', reason: '不属实' })
    // Without the stay red would fall on the 10th; the period runs on from the day to which it was stayed.
    house.set(close('2026-09-15'))
    await judge.sweep()
    const reds = async () => (await house.cards()).filter(({ ruleId }) => ruleId === 'R-03').map(({ subject }) => subject)
    expect(await reds()).toStrictEqual([])
    house.set(close('2026-09-16'))
    await judge.sweep()
    await judge.again()
    expect(await reds()).toStrictEqual(['cases.A-2'])
    expect((await house.cards()).filter((card) => card.cardId === cardId).map(({ subject, state }) => `${subject} ${state}`).sort()).toStrictEqual(['cases.A-1 revoked', 'cases.A-2 active', 'cases.A-3 active'])
  })
})

describe('a foreign history in whatever portions', () => {
  type Line = { id: string; key: string; type: string; data: object; occurredAt: Instant; order: number }
  function lines(): Line[] {
    const all: Line[] = []
    for (let n = 0; n < 12; n++) {
      const id = `foreign:${n}`, on = (offset: number, clock = '10:00') => at(dayAfter(day('2026-09-01'), offset + (n % 3)), clock)
      const add = (type: string, data: object, occurredAt: Instant) => all.push({ id, key: `${n} ${type}`, type, data, occurredAt, order: all.length })
      add('ApplicationSubmitted', { itemCode: 'F-1', department: '规划科', channel: 'window', hall: 'F-H' }, on(0))
      add('CaseAccepted', { promisedDueAt: on(7, '17:00') }, on(0, '11:00'))
      add('HandlingCompleted', { by: 'f-1' }, on(2))
      if (n % 4 !== 0) add('CaseConcluded', { resultCode: 'done', by: 'f-1' }, on(6 + n % 6, '15:00'))
    }
    return all
  }
  const tellAll = async (house: SupervisedHouse, some: readonly Line[]) => {
    for (const { id, ...entry } of some) {
      const answer = await house.tell({ context: cases, id, by: importer, key: `${id} ${entry.key}`, command: { type: 'RecordHistory', data: {
        source: 'foreign', caseNo: id.slice('foreign:'.length), batch: 'b-1', hall: 'F-H', zone: 'Asia/Shanghai', entries: [entry] } } })
      if ('refused' in answer) throw new Error(`${id} ${entry.type}: ${answer.refused}`)
    }
    await house.settled()
  }
  const issue = async (house: SupervisedHouse) => issueCards(house.rooms, await judgeAll(house.rooms, house.now()), () => undefined)
  const shuffled = <T>(all: readonly T[], seed: number): T[] => all.map((one, i) => [Math.imul(i + 1, 2654435761 + seed * 97) >>> 0, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one)

  it('ends with the same standing cards, and what a later portion disproves stands revoked for it', { timeout: 120_000 }, async () => {
    const whole = await open(end)
    await tellAll(whole, lines())
    await issue(whole)
    const expected = standing(await whole.cards())
    expect(expected.length).toBeGreaterThan(8)
    expect((await whole.cards()).every((card) => card.standing)).toBe(true)
    expect(await issue(whole)).toBe(0)

    let late = 0
    for (const seed of [1, 2, 3]) {
      const portions = await open(end), told = shuffled(lines(), seed)
      await portions.judge() // beside a house that runs, which leaves foreign cards alone
      for (let from = 0; from < told.length; from += 9) {
        await tellAll(portions, told.slice(from, from + 9))
        await issue(portions)
      }
      expect(standing(await portions.cards()), `seed ${seed}`).toStrictEqual(expected)
      expect(await issue(portions)).toBe(0)
      for (const card of await portions.cards()) if (!card.standing) { late++; expect([card.revoked?.reason, card.superseded?.reason]).toContain('late-fact') }
    }
    expect(late).toBeGreaterThan(0)
  })
})
