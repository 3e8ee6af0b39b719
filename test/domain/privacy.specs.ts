import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delayDecider } from '../../domain/privacy/delay.ts'
import { erasureDecider, type ErasureEvent } from '../../domain/privacy/erasure.ts'
import { lookKinds } from '../../domain/privacy/events.ts'
import { privacy } from '../../domain/privacy/index.ts'
import { looksDecider } from '../../domain/privacy/looks.ts'
import { openingDecider } from '../../domain/privacy/opening.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { at, day, heInspector, liMin, policy, specOf, zhouClerk } from '../kernel/spec.ts'

const other: Actor = { person: 'p-006', role: 'inspector', department: '监察室' }
const ofTheBureau: Actor = { person: 'p-007', role: 'inspector', department: '市场监管局' }
const keeper: Actor = { person: 'p-008', role: 'security-admin', department: '信息中心' }
const zhang: Actor = { person: 'a-1', role: 'applicant', department: '' }
const complaints: Actor = { person: 'p-010', role: 'complaints-officer', department: '信访局' }

describe('查阅记录', () => {
  const given = specOf(privacy, looksDecider)
  const look = { at: at('2026-03-02'), kind: 'case' as const, case: 'X-1', about: ['a-1'] }
  const data = { number: 'n-1', looker: 'p-001', role: 'handler' as const, department: '市场监管局', looks: [look, { ...look, kind: 'opened' as const, purpose: '核对', fields: ['applicantName'] }] }
  it('is told batch by batch, each once', () => {
    given().when({ type: 'RecordViews', data }, { id: 'p-001.20260302', by: policy }).then({ type: 'RecordsViewed', data })
    given({ type: 'RecordsViewed', data }).when({ type: 'RecordViews', data: { ...data, number: 'n-2' } }, { id: 'p-001.20260302', by: policy }).then({ type: 'RecordsViewed', data: { ...data, number: 'n-2' } })
  })
  it('is said by the house alone, of a kind that there is, and never of nothing', () => {
    expect(privacy.grants['RecordViews']).toStrictEqual(['policy'])
    const { RecordViews } = privacy.commands
    for (const looks of [[], [{ ...look, kind: 'glance' }], [{ ...look, case: '' }], [{ ...look, fields: [] }], [{ ...look, name: '张三丰' }]]) expect(RecordViews!.safeParse({ ...data, looks }).success).toBe(false)
    for (const kind of lookKinds) expect(RecordViews!.safeParse({ ...data, looks: [{ ...look, kind }] }).success).toBe(true)
  })
})

describe('启封', () => {
  const given = specOf(privacy, openingDecider)
  const data = { stream: 'cases-X-1', revision: 1, field: 'applicantName', purpose: '核实举报' }
  const request = { type: 'RequestOpening', data } as const, approve = { type: 'ApproveOpening', data: {} } as const
  const sealed = { subject: 'a-1', department: '市场监管局' }, on = { id: 'o-1', by: heInspector, sealed }
  const requested = { type: 'OpeningRequested' as const, data: { opening: 'o-1', ...data, ...sealed, by: 'p-005' } }
  const approved = { type: 'OpeningApproved' as const, data: { opening: 'o-1', until: at('2026-03-02', '10:30'), by: 'p-006' } }
  it('is asked for by one, with whose it is and in whose hands looked up', () => given().when(request, on).then(requested))
  it('and opened by another, for half an hour', () => given(requested).when(approve, { id: 'o-1', by: other }).then(approved))
  it('never by the same', () => given(requested).when(approve, { id: 'o-1', by: heInspector }).thenRefused('opened-by-two-persons'))
  it('never of their own department, whichever of the two', () => {
    given().when(request, { ...on, by: ofTheBureau }).thenRefused('opening-of-own-department')
    given(requested).when(approve, { id: 'o-1', by: ofTheBureau }).thenRefused('opening-of-own-department')
  })
  it('of a field that is sealed there', () => given().when(request, { ...on, sealed: undefined }).thenRefused('no-such-sealed-field'))
  it('once, and after it was asked for', () => {
    given(requested).when(request, on).thenRefused('opening-requested-already')
    given().when(approve, { id: 'o-1', by: other }).thenRefused('no-opening-requested')
    given(requested, approved).when(approve, { id: 'o-1', by: other }).thenRefused('opening-approved-already')
  })
  it('is an inspector’s: neither the auditor nor those who handle it', () => {
    for (const type of ['RequestOpening', 'ApproveOpening'] as const) expect(privacy.grants[type]).toStrictEqual(['inspector'])
  })
})

describe('缓告', () => {
  const given = specOf(privacy, delayDecider)
  const delay = (until: string) => ({ type: 'DelayDisclosure', data: { reason: '正在核查', until: day(until) } }) as const
  const delayed = (until: string) => ({ type: 'DisclosureDelayed' as const, data: { case: 'X-1', reason: '正在核查', until: day(until), by: 'p-005' } })
  const on = { id: 'X-1', by: heInspector }
  // 29 August is the 180th day after 2 March: 29 left of March, 30, 31, 30, 31, and 29 of August.
  it.each(['2026-03-03', '2026-08-29'])('until %s', (until) => given().when(delay(until), on).then(delayed(until)))
  it.each(['2026-03-02', '2026-03-01', '2026-08-30', '2027-03-02'])('not until %s', (until) => given().when(delay(until), on).thenRefused('delay-out-of-bounds'))
  it('once per case, so that a while has an end', () => given(delayed('2026-03-05')).when(delay('2026-08-01'), { ...on, now: at('2026-03-20') }).thenRefused('disclosure-delayed-already'))
})

describe('删除', () => {
  const given = specOf(privacy, erasureDecider)
  const request = { type: 'RequestErasure', data: {} } as const, decide = { type: 'DecideErasure', data: { decision: 'grant', reason: '本人申请' } } as const
  const requested = { type: 'ErasureRequested' as const, data: { subject: 'a-1', by: 'a-1' } }
  const decided = (retentionDays = 183, decision: 'grant' | 'refuse' = 'grant') => ({ type: 'ErasureDecided' as const, data: { subject: 'a-1', decision, reason: '本人申请', retentionDays, by: 'p-008' } })
  const on = { id: 'a-1' }
  it('is asked for by the person', () => given().when(request, { ...on, by: zhang }).then(requested))
  it.each([zhouClerk, complaints])('or by $role for them, who says why', (by) => {
    given().when(request, { ...on, by }).thenRefused('erasure-without-reason')
    given().when({ ...request, data: { reason: '本人到窗口申请' } }, { ...on, by }).then({ type: 'ErasureRequested', data: { subject: 'a-1', reason: '本人到窗口申请', by: by.person } })
  })
  it('by no applicant for another', () => given().when({ ...request, data: { reason: '他是我邻居' } }, { id: 'a-2', by: zhang }).thenRefused('erasure-of-another'))
  it('one request at a time; after a refusal there may be another', () => {
    given(requested).when(request, { ...on, by: zhang }).thenRefused('erasure-requested-already')
    given(requested, decided(183, 'refuse')).when(request, { ...on, by: zhang }).then(requested)
  })
  it('is decided with the retention that holds, half a year where nothing is said', () => {
    given(requested).when(decide, { ...on, by: keeper }).then(decided())
    given(requested).when({ ...decide, data: { ...decide.data, retentionDays: 3650 } }, { ...on, by: keeper }).then(decided(3650))
  })
  it('not without a request, nor by who asked, nor about oneself', () => {
    given().when(decide, { ...on, by: keeper }).thenRefused('no-erasure-requested')
    given({ type: 'ErasureRequested', data: { subject: 'a-1', reason: '代办', by: 'p-008' } }).when(decide, { ...on, by: keeper }).thenRefused('erasure-decided-by-its-asker')
    given({ type: 'ErasureRequested', data: { subject: 'p-008', by: 'p-004', reason: '代办' } }).when(decide, { id: 'p-008', by: keeper }).thenRefused('erasure-decided-by-its-asker')
  })
  const erase = { type: 'EraseMatters' as const, data: { erased: ['cases-X-1'], restricted: [{ matter: 'cases-X-2', until: day('2026-09-01') }, { matter: 'cases-X-3' }] } }
  const erased = { type: 'PersonErased' as const, data: { subject: 'a-1', matters: ['cases-X-1'], restricted: [{ matter: 'cases-X-2', until: day('2026-09-01') }, { matter: 'cases-X-3' }] } }
  it('is carried out by the house when it is granted', () => {
    given(requested, decided()).when(erase, { ...on, by: policy }).then(erased)
    given(requested).when(erase, { ...on, by: policy }).thenRefused('erasure-not-granted')
    given(requested, decided(183, 'refuse')).when(erase, { ...on, by: policy }).thenRefused('erasure-not-granted')
  })
  it('what is restricted gets its day when the case has ended, and is erased when that has come', () => {
    const until = { type: 'EraseMatters' as const, data: { erased: [], restricted: [{ matter: 'cases-X-3', until: day('2026-12-01') }] } }
    const lasts = { type: 'PersonErased' as const, data: { subject: 'a-1', matters: [], restricted: [{ matter: 'cases-X-3', until: day('2026-12-01') }] } }
    given(requested, decided(), erased).when(until, { ...on, by: policy }).then(lasts)
    given(requested, decided(), erased, lasts).when({ type: 'EraseMatters', data: { erased: ['cases-X-3'], restricted: [] } }, { ...on, by: policy })
      .then({ type: 'PersonErased', data: { subject: 'a-1', matters: ['cases-X-3'], restricted: [] } })
  })
  it('whatever the house says, in whatever order: what was erased is never said to be kept, and what is kept only ever goes', () => {
    const matters = ['m-1', 'm-2', 'm-3', 'm-4'], matter = fc.constantFrom(...matters)
    const saying = fc.record({ erased: fc.array(matter, { maxLength: 4 }), restricted: fc.array(fc.record({ matter, until: fc.constantFrom(undefined, day('2026-04-01'), day('2026-05-01')) }), { maxLength: 4 }) })
    fc.assert(fc.property(fc.array(saying, { maxLength: 12 }), (sayings) => {
      const facts: ErasureEvent[] = [requested, decided()], gone = new Set<string>(), locked = new Set<string>()
      for (const { erased, restricted } of sayings) {
        const said = { erased, restricted: restricted.map(({ matter, until }) => ({ matter, ...(until !== undefined && { until }) })) }
        const answer = erasureDecider.decide(facts.reduce(erasureDecider.evolve, erasureDecider.initial), { type: 'EraseMatters', data: said }, { id: 'a-1', now: at('2026-03-02'), by: policy, calendar: calendarIn2026 })
        if (isRefusal(answer)) throw new Error(answer.refused)
        for (const fact of answer as readonly ErasureEvent[]) if (fact.type === 'PersonErased') {
          for (const one of fact.data.matters) { expect(gone.has(one)).toBe(false); gone.add(one) }
          for (const { matter: one } of fact.data.restricted) { expect(gone.has(one)).toBe(false); locked.add(one) }
        }
        facts.push(...answer as readonly ErasureEvent[])
        for (const one of erased) expect(gone.has(one)).toBe(true)
        for (const { matter: one } of restricted) expect(gone.has(one) || locked.has(one)).toBe(true)
      }
    }), { numRuns: 200 })
  })
  it('is decided by nobody else', () => {
    expect(privacy.grants['DecideErasure']).toStrictEqual(['security-admin'])
    expect(privacy.grants['EraseMatters']).toStrictEqual(['policy'])
    expect(privacy.grants['RequestErasure']).not.toContain(liMin.role)
  })
})
