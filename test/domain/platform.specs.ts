import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../domain/kernel/events.ts'
import { clockDecider } from '../../domain/platform/clock.ts'
import { foundingDecider, hallDecider, platform } from '../../domain/platform/index.ts'
import { blanks, filled, hasStrayBlank, printedNotices, type Blank } from '../../domain/platform/notice-blanks.ts'
import { noticeTemplateDecider } from '../../domain/platform/notice-templates.ts'
import { restoringDecider } from '../../domain/platform/restoring.ts'
import { at, policy, specOf } from '../kernel/spec.ts'

describe('建立平台', () => {
  const given = specOf(platform, foundingDecider)
  const data = { purpose: 'demonstration' as const, name: '建始县电子监察平台', region: '422822', zone: 'Asia/Shanghai' }
  const found = { type: 'FoundPlatform', data } as const
  it('is the first fact of a book', () => given().when(found, { id: 'house', by: policy }).then({ type: 'PlatformFounded', data }))
  it('happens once: a demonstration never becomes official', () =>
    given({ type: 'PlatformFounded', data }).when({ ...found, data: { ...data, purpose: 'official' } }, { id: 'house', by: policy }).thenRefused('already-founded'))
  it.each(['Asia/Enshi', 'UTC+8', ' '])('stands in a zone that there is (%j)', (zone) =>
    given().when({ ...found, data: { ...data, zone } }, { id: 'house', by: policy }).thenRefused('no-such-zone'))
  const name = { type: 'NamePlatform', data: { name: '某县政务服务监察平台', region: '422801' } } as const
  it('is called what the set-up calls it, once it stands', () => {
    given({ type: 'PlatformFounded', data }).when(name, { id: 'house', by: policy }).then({ type: 'PlatformNamed', data: name.data })
    given().when(name, { id: 'house', by: policy }).thenRefused('not-founded')
  })
  it('is not called anew what it is called', () => {
    given({ type: 'PlatformFounded', data }, { type: 'PlatformNamed', data: name.data }).when(name, { id: 'house', by: policy }).then()
    given({ type: 'PlatformFounded', data }).when({ ...name, data: { name: data.name, region: data.region } }, { id: 'house', by: policy }).then()
  })
})

describe('开设大厅', () => {
  const given = specOf(platform, hallDecider)
  const data = { name: '县政务服务中心', kind: 'hall' as const, zone: 'Asia/Shanghai' }
  const open = { type: 'OpenHall', data } as const
  it('of a name, a kind and a zone', () => given().when(open, { id: 'H-1', by: policy }).then({ type: 'HallOpened', data: { hall: 'H-1', ...data } }))
  it('happens once', () => given({ type: 'HallOpened', data: { hall: 'H-1', ...data } }).when(open, { id: 'H-1', by: policy }).thenRefused('hall-already-open'))
  it('stands in a zone that there is', () => given().when({ ...open, data: { ...data, zone: '北京' } }, { id: 'H-1', by: policy }).thenRefused('no-such-zone'))
})

describe('文书模板', () => {
  const given = specOf(platform, noticeTemplateDecider)
  const manager: Actor = { person: 'm-1', role: 'hall-manager', department: '政务服务中心' }, by = { id: 'acceptance', by: manager }
  const first = { version: 1, lead: { zh: '您的“{事项}”现予受理。', en: 'Your {item} is accepted.' }, reason: '统一用词' }, second = { ...first, version: 2, closing: { zh: '{大厅}二楼领取' } }
  const publish = (data: object) => ({ type: 'PublishNoticeTemplate', data }) as Parameters<ReturnType<typeof given>['when']>[0]
  const published = (data: typeof first) => ({ type: 'NoticeTemplatePublished', data }) as const
  it('is published version by version, and once said twice is said once', () => {
    given().when(publish(first), by).then(published(first))
    given(published(first)).when(publish(second), by).then(published(second))
    given(published(first)).when(publish(first), by).then()
    for (const wrong of [second, { ...first, version: 3 }]) given().when(publish(wrong), by).thenRefused('not-the-next-version')
    given(published(first)).when(publish({ ...first, reason: '别的' }), by).thenRefused('not-the-next-version')
  })
  it.each(printedNotices)('there is one for %s', (id) => given().when(publish(first), { ...by, id }).then(published(first)))
  it.each(['verdict', '', 'Acceptance'])('there is none for %j', (id) => given().when(publish(first), { ...by, id }).thenRefused('no-such-notice'))
  it.each(['{身份证号}', '{}', '{ 事项 }', '{{事项}}', '事项}', '{事项'])('leaves nothing open that no case fills in: %j', (zh) => {
    given().when(publish({ ...first, lead: { zh } }), by).thenRefused('no-such-blank')
    given().when(publish({ ...first, closing: { zh: '好', en: zh } }), by).thenRefused('no-such-blank')
  })
  it('what is filled in is not read again, whatever it contains, and nothing else changes', () => fc.assert(fc.property(
    fc.array(fc.oneof(fc.constantFrom(...Object.keys(blanks), ...Object.values(blanks)).map((name) => ({ name })), fc.stringMatching(/^[^{}]{0,8}$/)), { maxLength: 8 }), fc.record({ item: fc.string(), number: fc.string(), department: fc.string(), hall: fc.string(), applicant: fc.constantFrom('{事项}', '$&', '张某某') }), (parts, values) => {
      const text = parts.map((part) => typeof part === 'string' ? part : `{${part.name}}`).join('')
      const blankOf = (name: string) => (Object.entries(blanks).find((one) => one.includes(name))![0]) as Blank
      expect(filled(text, values)).toBe(parts.map((part) => typeof part === 'string' ? part : values[blankOf(part.name)]).join(''))
      expect(hasStrayBlank(text)).toBe(false)
    })))
})

describe('恢复', () => {
  const given = specOf(platform, restoringDecider)
  const data = { size: 41, root: 'a1'.repeat(32), takenAt: at('2026-03-01'), compared: 'witness' as const, newKey: false }
  const old = { ...data, missing: 7, newKey: true }
  const restoring = (data: object) => ({ type: 'RecordRestoring', data }) as Parameters<ReturnType<typeof given>['when']>[0]
  it('is a fact of the book that goes on', () => given().when(restoring(data), { id: 'main', by: policy }).then({ type: 'BookRestored', data }))
  it('of an old copy only with a reason', () => given().when(restoring(old), { id: 'main', by: policy }).thenRefused('restored-old-without-reason'))
  it('and then it says both', () => given().when(restoring({ ...old, reason: '原盘损坏' }), { id: 'main', by: policy }).then({ type: 'BookRestored', data: { ...old, reason: '原盘损坏' } }))
  it('a second copy later is a second fact', () => given({ type: 'BookRestored', data }).when(restoring({ ...data, size: 60, root: 'b2'.repeat(32) }), { id: 'main', by: policy })
    .then({ type: 'BookRestored', data: { ...data, size: 60, root: 'b2'.repeat(32) } }))
})

describe('时钟跳变', () => {
  const given = specOf(platform, clockDecider)
  const admin: Actor = { person: 'a-1', role: 'system-admin', department: '信息中心' }
  const wallAt = at('2028-03-02'), believedAt = at('2026-03-02'), stepMs = 731 * 864e5
  const stepped = { type: 'ClockStepped', data: { wallAt, believedAt, stepMs } } as const
  const confirmed = (trust: 'wall' | 'believed', more: object = { wallAt, believedAt }) => ({ type: 'ClockConfirmed', data: { trust, reason: '对时', ...more } as never }) as const
  const confirm = (trust: 'wall' | 'believed') => ({ type: 'ConfirmClock', data: { trust, reason: '对时' } }) as const
  const by = { id: 'main', by: admin }
  it('is told by the house, once', () => {
    given().when({ type: 'NoticeClockStep', data: stepped.data }, { id: 'main', by: policy }).then(stepped)
    given(stepped).when({ type: 'NoticeClockStep', data: stepped.data }, { id: 'main', by: policy }).then()
  })
  it('another one is another fact', () => given(stepped).when({ type: 'NoticeClockStep', data: { ...stepped.data, wallAt: at('2028-03-03') } }, { id: 'main', by: policy })
    .then({ type: 'ClockStepped', data: { ...stepped.data, wallAt: at('2028-03-03') } }))
  it('forwards, the wall’s time is gone by from there on; the believed time goes on as it was', () => {
    given(stepped).when(confirm('wall'), { ...by, reading: { wallAt, believedAt } }).then(confirmed('wall'))
    given(stepped).when(confirm('believed'), { ...by, reading: { wallAt, believedAt } }).then(confirmed('believed'))
  })
  it('backwards, the wall’s time begins an epoch, and the next time another', () => {
    const back = { wallAt: at('2025-03-02'), believedAt }, first = { type: 'ClockEpochStarted', data: { epoch: 1, from: believedAt, to: back.wallAt } } as const
    given(stepped).when(confirm('wall'), { ...by, reading: back }).then(confirmed('wall', back), first)
    given(stepped, confirmed('wall', back), first, stepped).when(confirm('wall'), { ...by, reading: back }).then(confirmed('wall', back), { type: 'ClockEpochStarted', data: { ...first.data, epoch: 2 } })
  })
  it('the believed time, or a wall within the minute, begins no epoch', () => {
    const back = { wallAt: at('2025-03-02'), believedAt }, near = { wallAt: at('2026-03-02', '09:59'), believedAt }
    given(stepped).when(confirm('believed'), { ...by, reading: back }).then(confirmed('believed', back))
    given(stepped).when(confirm('wall'), { ...by, reading: near }).then(confirmed('wall', near))
  })
  it('nothing is confirmed that nobody asked, nor twice, nor what had come back to what was confirmed', () => {
    const returned = { type: 'ClockStepped', data: { ...stepped.data, returned: true } } as const
    for (const facts of [[], [stepped, confirmed('believed')], [stepped, confirmed('believed'), returned]])
      given(...facts).when(confirm('wall'), { ...by, reading: { wallAt, believedAt } }).thenRefused('clock-not-stepped')
    given(stepped).when(confirm('wall'), { ...by, reading: undefined }).thenRefused('clock-not-stepped')
  })
  it('that came back while nobody had confirmed it still waits', () =>
    given(stepped, { type: 'ClockStepped', data: { ...stepped.data, wallAt: believedAt, stepMs: -stepMs } }).when(confirm('wall'), { ...by, reading: { wallAt: believedAt, believedAt } })
      .then(confirmed('wall', { wallAt: believedAt, believedAt })))
})
