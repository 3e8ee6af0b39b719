import { memoryBook } from '../../adapters/book/memory.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { referencesFrom } from '../../api/references.ts'
import { runner, type House, type Saying } from '../../api/tell.ts'
import { items } from '../../domain/items/index.ts'
import type { EventLog, Keys } from '../../domain/kernel/ports.ts'
import { platform } from '../../domain/platform/index.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { licence } from '../fixtures/licence.ts'
import { at, policy } from './spec.ts'

/** A whole house on one page, with a hall and one item in its catalogue: a root as `api/main.ts` writes it, on a morning that does not pass. */
export async function openHouse({ book = memoryBook(), keys = memoryKeys(), ...more }: { book?: EventLog; keys?: Keys } & Partial<House> = {}) {
  const house: House = { book, keys, region: '422822', now: () => at('2026-03-02'), calendar: () => calendarIn2026, references: referencesFrom(book), ...more }
  const say = runner(house)
  await say({ context: platform, id: 'H-1', command: { type: 'OpenHall', data: { name: '县政务服务中心', kind: 'hall', zone: 'Asia/Shanghai' } }, by: policy, key: 'hall' })
  await say({ context: items, id: 'SP-01', command: { type: 'PublishItem', data: licence }, by: policy, key: 'publish' })
  return { ...house, say: (saying: Saying) => say(saying) }
}
