import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { benchDecider } from '../../domain/workbench/bench.ts'
import { awayReasons, type WorkbenchCommand, type WorkbenchEvent } from '../../domain/workbench/events.ts'
import { workbench } from '../../domain/workbench/index.ts'
import { isAwayOn } from '../../projections/absences.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, day, liMin, specOf, wangQiang } from '../kernel/spec.ts'

const given = specOf(workbench, benchDecider)
const mine = { id: 'p-001' }

describe('常用意见', () => {
  const keep = (text: string, step?: 'handling' | 'reviewing') => ({ type: 'KeepOpinion' as const, data: { ...(step && { step }), text } })
  const kept = (number: number, text: string, step?: 'handling' | 'reviewing') => ({ type: 'OpinionSaved' as const, data: { number, ...(step && { step }), text } })
  const drop = (number: number) => ({ type: 'DropOpinion' as const, data: { number } }), dropped = (number: number) => ({ type: 'OpinionDropped' as const, data: { number } })
  it('is kept under a number, for a step or for all', () => {
    given().when(keep('拟准予'), mine).then(kept(1, '拟准予'))
    given(kept(1, '拟准予')).when(keep('拟准予', 'handling'), mine).then(kept(2, '拟准予', 'handling'))
  })
  it('whose number is never used again', () => {
    given(kept(1, '甲'), kept(2, '乙')).when(drop(2), mine).then(dropped(2))
    given(kept(1, '甲'), kept(2, '乙'), dropped(2)).when(keep('丙'), mine).then(kept(3, '丙'))
  })
  it('is one’s own: the head of the section keeps and drops none of another’s', () => {
    given().when(keep('甲'), { ...mine, by: wangQiang }).thenRefused('opinions-are-ones-own')
    given(kept(1, '甲')).when(drop(1), { ...mine, by: wangQiang }).thenRefused('opinions-are-ones-own')
  })
  it('is kept once, though again when it was dropped', () => {
    given(kept(1, '甲', 'handling')).when(keep('甲', 'handling'), mine).thenRefused('opinion-kept-already')
    given(kept(1, '甲'), dropped(1)).when(keep('甲'), mine).then(kept(2, '甲'))
    given(kept(1, '甲')).when(drop(7), mine).thenRefused('no-such-opinion')
  })
  it('of which there are fifty at the most at a time', () => {
    const fifty = Array.from({ length: 50 }, (_, i) => kept(i + 1, `意见 ${i}`))
    given(...fifty).when(keep('多一条'), mine).thenRefused('too-many-opinions')
    given(...fifty, dropped(9)).when(keep('又有了位置'), mine).then(kept(51, '又有了位置'))
  })
  it('has words, and no more than 500', () => {
    const { KeepOpinion } = workbench.commands
    for (const text of ['', '   ', '长'.repeat(501)]) expect(KeepOpinion!.safeParse({ text }).success).toBe(false)
    expect(KeepOpinion!.safeParse({ text: '长'.repeat(500) }).success).toBe(true)
    expect(KeepOpinion!.safeParse({ text: '甲', step: 'delivering' }).success).toBe(false)
  })
})

describe('外出', () => {
  const here = { department: '市场监管局', here: true }
  const away = (from: string, to: string, standIn?: string) => ({ from: day(from), to: day(to), reason: 'leave' as const, ...(standIn && { standIn }) })
  const announce = (from: string, to: string, standIn?: string) => ({ type: 'AnnounceAway' as const, data: away(from, to, standIn) })
  const announced = (number: number, from: string, to: string, more: { standIn?: string; by?: string } = {}) =>
    ({ type: 'AbsenceAnnounced' as const, data: { number, ...away(from, to, more.standIn), by: more.by ?? 'p-001' } })
  const end = (number: number) => ({ type: 'EndAway' as const, data: { number } })
  const ended = (number: number, backOn: string, by = 'p-001') => ({ type: 'AbsenceEnded' as const, data: { number, backOn: day(backOn), by } })
  const on = { ...mine, person: here, standIn: undefined }
  // The spec's clock stands at 2 March 2026, ten o'clock.
  it('is announced by oneself or by whoever heads the department, and says who did', () => {
    given().when(announce('2026-03-05', '2026-03-06'), on).then(announced(1, '2026-03-05', '2026-03-06'))
    given().when(announce('2026-03-02', '2026-03-02'), { ...on, by: wangQiang }).then(announced(1, '2026-03-02', '2026-03-02', { by: 'p-002' }))
  })
  it('may have begun before it was said, and not be over', () => {
    given().when(announce('2026-02-27', '2026-03-02'), on).then(announced(1, '2026-02-27', '2026-03-02'))
    given().when(announce('2026-02-27', '2026-03-01'), on).thenRefused('away-in-the-past')
  })
  it('has its days in order, and fewer than a year of them', () => {
    given().when(announce('2026-03-06', '2026-03-05'), on).thenRefused('back-before-gone')
    given().when(announce('2026-03-05', '2027-03-05'), on).then(announced(1, '2026-03-05', '2027-03-05'))
    given().when(announce('2026-03-05', '2027-03-06'), on).thenRefused('away-too-long')
  })
  it('names a stand-in who is in office in the same department, and another', () => {
    given().when(announce('2026-03-05', '2026-03-06', 'p-009'), { ...on, standIn: here }).then(announced(1, '2026-03-05', '2026-03-06', { standIn: 'p-009' }))
    given().when(announce('2026-03-05', '2026-03-06', 'p-001'), { ...on, standIn: here }).thenRefused('stand-in-for-oneself')
    for (const standIn of [undefined, { department: '民政局', here: true }, { department: '市场监管局', here: false }])
      given().when(announce('2026-03-05', '2026-03-06', 'p-009'), { ...on, standIn }).thenRefused('stand-in-of-another-department')
  })
  it('is of somebody who is in office', () => {
    for (const person of [undefined, { department: '市场监管局', here: false }]) given().when(announce('2026-03-05', '2026-03-06'), { ...on, person }).thenRefused('away-without-a-post')
  })
  it('is announced once for the same days, unless they were back', () => {
    const first = announced(1, '2026-03-05', '2026-03-10')
    for (const [from, to] of [['2026-03-10', '2026-03-12'], ['2026-03-02', '2026-03-05'], ['2026-03-06', '2026-03-06'], ['2026-03-02', '2026-03-20']] as const)
      given(first).when(announce(from, to), on).thenRefused('away-already')
    given(first).when(announce('2026-03-11', '2026-03-12'), on).then(announced(2, '2026-03-11', '2026-03-12'))
    given(first, ended(1, '2026-03-07')).when(announce('2026-03-07', '2026-03-09'), { ...on, now: at('2026-03-07') }).then(announced(2, '2026-03-07', '2026-03-09'))
    given(first, ended(1, '2026-03-05')).when(announce('2026-03-02', '2026-03-20'), on).then(announced(2, '2026-03-02', '2026-03-20'))
  })
  it('ends with the day on which they are back, and never was where it had not begun', () => {
    given(announced(1, '2026-02-26', '2026-03-10')).when(end(1), mine).then(ended(1, '2026-03-02'))
    given(announced(1, '2026-03-05', '2026-03-10')).when(end(1), { ...mine, by: wangQiang }).then(ended(1, '2026-03-05', 'p-002'))
  })
  it('ends once, and not after its last day', () => {
    given(announced(1, '2026-02-26', '2026-03-10'), ended(1, '2026-02-27')).when(end(1), mine).thenRefused('absence-over-already')
    given(announced(1, '2026-02-26', '2026-03-01')).when(end(1), mine).thenRefused('absence-over-already')
    given().when(end(1), mine).thenRefused('no-such-absence')
  })
  it('says why in one of four words and in no others', () => {
    for (const reason of awayReasons) expect(workbench.commands['AnnounceAway']!.safeParse({ ...away('2026-03-05', '2026-03-06'), reason }).success).toBe(true)
    for (const more of [{ reason: 'sick' }, { why: '手术' }]) expect(workbench.commands['AnnounceAway']!.safeParse({ ...away('2026-03-05', '2026-03-06'), ...more }).success).toBe(false)
  })
  it('whatever is announced and ended, whenever: nobody is away twice on one day', () => {
    const start = Date.parse('2026-03-02'), dayOf = (n: number) => day(new Date(start + n * 864e5).toISOString().slice(0, 10))
    const saying = fc.record({ today: fc.nat(30), from: fc.nat(40), days: fc.nat(9), ends: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }) })
    fc.assert(fc.property(fc.array(saying, { maxLength: 14 }), (sayings) => {
      const facts: WorkbenchEvent[] = []
      for (const { today, from, days, ends } of [...sayings].sort((a, b) => a.today - b.today)) {
        const command: WorkbenchCommand = ends === undefined ? announce(dayOf(from), dayOf(from + days)) : end(ends)
        const answer = benchDecider.decide(facts.reduce(benchDecider.evolve, benchDecider.initial), command,
          { id: 'p-001', by: liMin, now: at(dayOf(today)), calendar: calendarIn2026, person: here, standIn: undefined } as never)
        if (!isRefusal(answer)) facts.push(...answer as WorkbenchEvent[])
      }
      for (let n = 0; n < 60; n++) {
        const away = facts.flatMap((fact) => fact.type === 'AbsenceAnnounced' ? [{ ...fact.data, backOn: facts.flatMap((it) => it.type === 'AbsenceEnded' && it.data.number === fact.data.number ? [it.data.backOn] : [])[0] }] : [])
          .filter((one) => isAwayOn(one, dayOf(n)))
        expect(away.length).toBeLessThanOrEqual(1)
      }
    }), { numRuns: 300 })
  })
})
