import { describe, it } from 'vitest'
import { foundingDecider, hallDecider, platform } from '../../domain/platform/index.ts'
import { policy, specOf } from '../kernel/spec.ts'

describe('建立平台', () => {
  const given = specOf(platform, foundingDecider)
  const data = { purpose: 'demonstration' as const, name: '建始县电子监察平台', region: '422822', zone: 'Asia/Shanghai' }
  const found = { type: 'FoundPlatform', data } as const
  it('is the first fact of a book', () => given().when(found, { id: 'house', by: policy }).then({ type: 'PlatformFounded', data }))
  it('happens once: a demonstration never becomes official', () =>
    given({ type: 'PlatformFounded', data }).when({ ...found, data: { ...data, purpose: 'official' } }, { id: 'house', by: policy }).thenRefused('already-founded'))
  it.each(['Asia/Enshi', 'UTC+8', ' '])('stands in a zone that there is (%j)', (zone) =>
    given().when({ ...found, data: { ...data, zone } }, { id: 'house', by: policy }).thenRefused('no-such-zone'))
})

describe('开设大厅', () => {
  const given = specOf(platform, hallDecider)
  const data = { name: '县政务服务中心', kind: 'hall' as const, zone: 'Asia/Shanghai' }
  const open = { type: 'OpenHall', data } as const
  it('of a name, a kind and a zone', () => given().when(open, { id: 'H-1', by: policy }).then({ type: 'HallOpened', data: { hall: 'H-1', ...data } }))
  it('happens once', () => given({ type: 'HallOpened', data: { hall: 'H-1', ...data } }).when(open, { id: 'H-1', by: policy }).thenRefused('hall-already-open'))
  it('stands in a zone that there is', () => given().when({ ...open, data: { ...data, zone: '北京' } }, { id: 'H-1', by: policy }).thenRefused('no-such-zone'))
})
