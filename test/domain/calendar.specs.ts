import { describe, it } from 'vitest'
import type { HoursEvent, NoticeCommand, NoticeEvent } from '../../domain/calendar/events.ts'
import { calendar, calendarDecider, hoursDecider } from '../../domain/calendar/index.ts'
import { nationalCommands, nationalFacts } from '../../domain/calendar/national.ts'
import { at, day, policy, specOf } from '../kernel/spec.ts'

const said = (year: number) => nationalCommands.filter(({ data }) => data.year === year) as [NoticeCommand, NoticeCommand?]
const stands = (year: number) => nationalFacts.filter(({ data }) => data.year === year) as [NoticeEvent, NoticeEvent?]
const national = { id: 'national' }

const enshi = {
  layer: 'prefecture' as const, place: '4228', year: 2025, off: [{ on: day('2025-08-18'), name: '州庆' }, { on: day('2025-08-19'), name: '州庆' }],
  working: [], notice: '2025年州庆放假通知', knownOn: day('2025-08-01'),
}
const inEnshi = { id: 'prefecture.4228' }
const publish = (data: typeof enshi) => ({ type: 'PublishCalendar', data }) as const

describe('日历', () => {
  const given = specOf(calendar, calendarDecider)
  const [publish2020, amend2020] = said(2020), [published2020, amended2020] = stands(2020)

  it('is published once a year', () => given().when(publish2020, national).then(published2020))
  it('of a year is published beside those of other years', () => given(published2020).when(said(2021)[0], national).then(stands(2021)[0]))
  it('of a prefecture stands in a stream of its own', () => given().when(publish(enshi), inEnshi).then({ type: 'CalendarPublished', data: enshi }))
  it('published in the same words is nothing new', () => given(published2020).when(publish2020, national).then())
  it('is not published over in other words', () =>
    given(published2020).when({ type: 'PublishCalendar', data: { ...published2020.data, notice: '又一个通知' } }, national).thenRefused('calendar-already-published'))

  it('is amended in mid-year', () => given(published2020).when(amend2020!, national).then(amended2020!))
  it('amended in the same words is nothing new', () => given(published2020, amended2020!).when(amend2020!, national).then())
  it('gives a day back to what it ordinarily is', () => {
    const { unsure: _, ...data } = { unsure: '', ...published2020.data, off: [], working: [], ordinary: [day('2020-02-01')], notice: '二月一日不再上班' }
    given(published2020).when({ type: 'AmendCalendar', data }, national).then({ type: 'CalendarAmended', data })
  })
  it('cannot be amended before it is there', () => given().when(amend2020!, national).thenRefused('calendar-not-published'))

  it('of one place is not written into the stream of another', () => given().when(publish(enshi), { id: 'prefecture.4206' }).thenRefused('wrong-calendar-stream'))
  it('of one layer is not written into the stream of another', () => given().when(publish(enshi), national).thenRefused('wrong-calendar-stream'))
  it('of a layer below the nation names its place', () =>
    given().when(publish({ ...enshi, place: '' }), { id: 'prefecture.' }).thenRefused('wrong-calendar-stream'))
  it('of the nation has no place', () =>
    given().when({ type: 'PublishCalendar', data: { ...published2020.data, place: '42' } }, national).thenRefused('wrong-calendar-stream'))
  it('does not say of one day that it is both off and worked', () =>
    given().when({ type: 'PublishCalendar', data: { ...enshi, working: [{ on: day('2025-08-19'), name: '州庆' }] } }, inEnshi).thenRefused('day-both-off-and-working'))
  it('does not name a day twice', () => given().when(publish({ ...enshi, off: [...enshi.off, ...enshi.off] }), inEnshi).thenRefused('day-named-twice'))
  it('does not call a day off and ordinary at once', () => {
    const data = { ...enshi, ordinary: [day('2025-08-18')] }
    given({ type: 'CalendarPublished', data: enshi }).when({ type: 'AmendCalendar', data }, inEnshi).thenRefused('day-named-twice')
  })
  it.each(['2024-12-01', '2026-01-31'])('may reach over New Year (%s)', (on) => {
    const data = { ...enshi, off: [{ on: day(on), name: '州庆' }] }
    given().when(publish(data), inEnshi).then({ type: 'CalendarPublished', data })
  })
  it.each(['2024-11-30', '2026-02-01'])('reaches no further into another year (%s)', (on) =>
    given().when(publish({ ...enshi, off: [{ on: day(on), name: '州庆' }] }), inEnshi).thenRefused('day-outside-the-year'))
})

describe('办公时间', () => {
  const given = specOf(calendar, hoursDecider)
  const house = { hall: '', opensAt: '09:00', closesAt: '17:00', effectiveFrom: day('2026-03-02'), basis: '大厅管理办法' }
  const summer = { ...house, hall: 'H-1', opensAt: '08:00', closesAt: '18:00', season: { from: '05-01', to: '09-30' } }
  const set = (data: typeof house) => ({ type: 'SetOfficeHours', data }) as const
  const isSet = (data: typeof house): HoursEvent => ({ type: 'OfficeHoursSet', data })

  it('of the house are the default of every hall', () => given().when(set(house), { id: 'house' }).then(isSet(house)))
  it('of a hall may differ by season', () => given().when(set(summer), { id: 'H-1' }).then(isSet(summer)))
  it('said in the same words are nothing new', () => given(isSet(house)).when(set(house), { id: 'house' }).then())
  it('may be put back to what they were', () => {
    const mistaken = { ...house, closesAt: '16:00' }
    given(isSet(house), isSet(mistaken)).when(set(house), { id: 'house' }).then(isSet(house))
  })
  const backdated = { ...house, effectiveFrom: day('2026-03-01') }
  it('reach back for nobody who works here', () => {
    given().when(set(backdated), { id: 'house' }).thenRefused('hours-reaching-back')
    given().when(set(backdated), { id: 'house', by: { person: 'p-009', role: 'inspector', department: '' } }).thenRefused('hours-reaching-back')
  })
  it('reach back to no day that is over where the hall stands, though it is not in Greenwich', () => {
    const tonight = at('2026-03-02', '00:30') // still 1 March there
    given().when(set(backdated), { id: 'house', now: tonight }).thenRefused('hours-reaching-back')
    given().when(set(house), { id: 'house', now: tonight }).then(isSet(house))
  })
  it('of a day that is over are put right by nobody, but saying again what stands is nothing new', () => {
    given(isSet(backdated)).when(set({ ...backdated, closesAt: '16:00' }), { id: 'house' }).thenRefused('hours-reaching-back')
    given(isSet(backdated)).when(set(backdated), { id: 'house' }).then()
  })
  it('may be said of days that are over by the house itself, at its founding', () =>
    given().when(set(backdated), { id: 'house', by: policy }).then(isSet(backdated)))
  it('of one hall are not written into the stream of another', () => given().when(set(summer), { id: 'house' }).thenRefused('wrong-calendar-stream'))
  it.each(['09:00', '08:59'])('do not end before they begin (%s)', (closesAt) =>
    given().when(set({ ...house, closesAt }), { id: 'house' }).thenRefused('hours-out-of-order'))
})
