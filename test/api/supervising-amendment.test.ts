import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nationalCommands } from '../../domain/calendar/national.ts'
import type { CardRow } from '../../projections/cards.ts'
import { at, close, openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

/** Days of the winter of 2019/20 by the two notices, walked one at a time: what is off beside weekends, and what is worked on them. */
const off = { before: ['2020-01-01', '2020-01-24', '2020-01-25', '2020-01-26', '2020-01-27', '2020-01-28', '2020-01-29', '2020-01-30'] }
const notices = {
  before: { off: off.before, worked: ['2020-01-19', '2020-02-01'] },
  after: { off: [...off.before, '2020-01-31', '2020-02-01', '2020-02-02'], worked: ['2020-01-19'] },
}
type Notice = keyof typeof notices
const next = (day: string) => new Date(Date.parse(day) + 864e5).toISOString().slice(0, 10)
const works = (day: string, notice: Notice) => notices[notice].worked.includes(day) || (!notices[notice].off.includes(day) && ![0, 6].includes(new Date(day).getUTCDay()))
function walk(from: string, count: number, notice: Notice): string {
  let day = from
  for (let left = count; left > 0;) if (works(day = next(day), notice)) left--
  return day
}
const closeOf = (day: string) => `${day}T09:30:00.000Z`
type Expected = { id: string; at: string }
/** What becomes true of a case of 20 working days that is still open, or concluded at an instant: warning at four fifths, yellow a day late, red three days after. */
function expected(acceptedOn: string, notice: Notice, now: string, concludedAt?: string): Expected[] {
  const yellow = walk(walk(acceptedOn, 20, notice), 1, notice)
  return [['R-01', walk(acceptedOn, 16, notice)], ['R-02', yellow], ['R-03', walk(yellow, 3, notice)]].map(([rule, day]) => ({ id: `${rule}/promised/${closeOf(day!)}`, at: closeOf(day!) }))
    .filter(({ at }) => at <= now && (concludedAt === undefined || at < concludedAt))
}

const isAmendment = ({ type, data }: typeof nationalCommands[number]) => type === 'AmendCalendar' && data.year === 2020
const acceptedDays: string[] = []
for (let day = '2019-12-16'; day <= '2020-01-22'; day = next(day)) if (works(day, 'before')) acceptedDays.push(day)
const idOf = (day: string) => `Y-${day}`
/** Due on 23 January by both notices, and concluded before the office closed on the first day worked after it by the later one. */
const saved = acceptedDays.find((day) => walk(day, 20, 'before') === '2020-01-23')!, savedAt = at('2020-02-03', '10:00')
const entered = at('2020-02-05', '09:00')
const concludedAt = (id: string) => id === 'Y-saved' ? savedAt : undefined

describe('春节 2020：the notice of 27 January, entered on 5 February', () => {
  let house: SupervisedHouse, judge: Awaited<ReturnType<SupervisedHouse['judge']>>
  let dealtBefore: CardRow[], dueBefore: Map<string, string | undefined>, after: CardRow[], dueAfter: Map<string, string | undefined>
  const all = [...acceptedDays.map((day) => [idOf(day), day] as const), ['Y-saved', saved] as const]
  const dues = () => new Map(all.map(([id]) => [id, judge.index.get(`cases.${id}`)?.dueOn as string | undefined]))

  beforeAll(async () => {
    house = await openSupervisedHouse({ start: at('2019-12-15', '08:00'), notices: (command) => !isAmendment(command), item: { promisedWorkingDays: 20, statutoryWorkingDays: 60 } })
    judge = await house.judge()
    for (let day = '2019-12-16'; day <= '2020-02-04'; day = next(day)) {
      house.set(at(day, '10:00'))
      for (const [id] of all.filter(([, acceptedOn]) => acceptedOn === day)) { await house.submit(id); await house.accept(id) }
      if (day === '2020-02-03') {
        await house.handle('Y-saved')
        await house.review('Y-saved')
        await house.decide('Y-saved')
        await house.conclude('Y-saved')
      }
      house.set(at(day, '17:31'))
      await judge.sweep()
    }
    dealtBefore = await house.cards()
    house.set(entered)
    dueBefore = dues()
    await house.say(house.calendarContext, 'national', 'AmendCalendar', nationalCommands.find(isAmendment)!.data)
    after = await house.cards()
    dueAfter = dues()
  }, 360_000)
  afterAll(() => house?.close())
  const of = (cards: readonly CardRow[], id: string) => cards.filter(({ subject, ruleId }) => subject === `cases.${id}` && ['R-01', 'R-02', 'R-03'].includes(ruleId))

  it('before it was entered, cards had been dealt by the notice of November', () => {
    for (const [id, day] of all) expect(of(dealtBefore, id).filter((card) => card.standing).map(({ cardId }) => cardId).sort(), id)
      .toStrictEqual(expected(day, 'before', closeOf('2020-02-04'), concludedAt(id)).map(({ id }) => id).sort())
  })
  it('every open case due on 31 January or later moves, and no other', () => {
    let moved = 0
    for (const [id, day] of all.filter(([id]) => id !== 'Y-saved')) {
      expect(dueBefore.get(id), id).toBe(walk(day, 20, 'before'))
      expect(dueAfter.get(id), id).toBe(walk(day, 20, 'after'))
      expect(dueBefore.get(id) !== dueAfter.get(id), `${id} due ${dueBefore.get(id)}`).toBe(dueBefore.get(id)! >= '2020-01-31')
      if (dueBefore.get(id) !== dueAfter.get(id)) moved++
    }
    expect(moved).toBeGreaterThan(10)
    expect(dueBefore.get('Y-2019-12-26')).toBe('2020-01-23')
    expect(dueAfter.get('Y-2019-12-26')).toBe('2020-01-23')
    expect(dueBefore.get('Y-2019-12-27')).toBe('2020-01-31')
  })
  it('what stands now is what the notice in force gives, at its instants', () => {
    for (const [id, day] of all) expect(of(after, id).filter((card) => card.standing).map(({ cardId }) => cardId).sort(), id)
      .toStrictEqual(expected(day, 'after', entered, concludedAt(id)).map(({ id }) => id).sort())
  })
  it('what the November notice gave and this one does not is still there: given way to the card that now stands, or revoked, and why', () => {
    const seen = { active: 0, superseded: 0, revoked: 0 }
    for (const [id, day] of all) {
      const now = expected(day, 'after', entered, concludedAt(id)).map(({ id }) => id)
      for (const { id: cardId } of expected(day, 'before', closeOf('2020-02-04'), concludedAt(id))) {
        const card = of(after, id).find((card) => card.cardId === cardId)!
        const sameEpisode = now.find((other) => other.split('/').slice(0, 2).join() === cardId.split('/').slice(0, 2).join())
        const state = now.includes(cardId) ? 'active' : sameEpisode ? 'superseded' : 'revoked'
        expect(card.state, `${id} ${cardId}`).toBe(state)
        seen[state]++
        if (state === 'superseded') expect(card.superseded).toMatchObject({ by: sameEpisode, reason: 'calendar-amended' })
        if (state !== 'revoked') continue
        expect(card.revoked!.reason).toBe('calendar-amended')
        if (card.because === undefined) for (const due of [walk(day, 20, 'before'), walk(day, 20, 'after')]) expect(card.revoked!.evidence).toContain(due)
      }
    }
    for (const [state, n] of Object.entries(seen)) expect(n, state).toBeGreaterThan(1)
  })
  it('a case due on 23 January and concluded on 3 February at ten loses its yellow', () => {
    const yellow = of(after, 'Y-saved').find(({ ruleId }) => ruleId === 'R-02')!
    expect(yellow).toMatchObject({ cardId: `R-02/promised/${closeOf('2020-01-31')}`, state: 'revoked', revoked: { reason: 'calendar-amended' } })
  })
  it('said again, or looked at again, nothing more is said', async () => {
    const { position } = await house.book.head()
    await judge.again()
    await judge.sweep()
    expect((await house.book.head()).position).toBe(position)
    judge.stop()
    await house.judge()
    expect((await house.book.head()).position).toBe(position)
  })
  it('a house that knew of it on the day deals none of those cards', async () => {
    expect(close('2020-01-31')).toBe(closeOf('2020-01-31'))
    const dealtThen = of(dealtBefore, 'Y-2019-12-27').map(({ cardId }) => cardId)
    const other = await openSupervisedHouse({ start: at('2019-12-15', '08:00'), item: { promisedWorkingDays: 20, statutoryWorkingDays: 60 } })
    try {
      other.set(at('2019-12-27', '10:00'))
      await other.submit('Y-2019-12-27')
      await other.accept('Y-2019-12-27')
      other.set(entered)
      await other.judge()
      const cards = of(await other.cards(), 'Y-2019-12-27').map(({ cardId }) => cardId)
      expect(cards.sort()).toStrictEqual(expected('2019-12-27', 'after', entered).map(({ id }) => id).sort())
      expect(cards).not.toEqual(dealtThen.sort())
    } finally { await other.close() }
  })
})
