import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eyesFor, sightOf } from '../../api/access/sight.ts'
import { ownedByRow } from '../../api/access/owned.ts'
import { viewingAs, type Standing } from '../../api/access/standing.ts'
import type { Rooms } from '../../api/rooms.ts'
import type { Grant } from '../../domain/identity/reach.ts'
import { itemEvents } from '../../domain/items/events.ts'
import { roles } from '../../domain/kernel/context.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { CaseRow } from '../../projections/cases.ts'
import { licence } from '../fixtures/licence.ts'

const departments = ['甲局', '乙局', '丙局', '监察局'], halls = ['h-1', 'h-2'], persons = ['p-1', 'p-2', 'p-3'], codes = ['A', 'B', 'C']
const some = <T>(of: readonly T[]) => fc.subarray([...of], { minLength: 1, maxLength: 2 })
const item = fc.record({ department: fc.constantFrom(...departments), officers: some(persons), coHandlers: fc.array(fc.record({ department: fc.constantFrom(...departments), matter: fc.constant('会签'), promisedWorkingDays: fc.constant(3), officers: some(persons) }), { maxLength: 2 }) })
const row = fc.record({ department: fc.constantFrom(...departments), hall: fc.constantFrom(...halls), itemCode: fc.constantFrom(...codes), applicantId: fc.option(fc.constantFrom(...persons), { nil: undefined }),
  agentId: fc.option(fc.constantFrom(...persons), { nil: undefined }) })
const grant: fc.Arbitrary<Grant> = fc.record({ role: fc.constantFrom(...roles), scope: fc.constantFrom('own', 'department', 'hall', 'region'), of: fc.option(fc.constantFrom(...departments, ...halls), { nil: undefined }) })
const standing = fc.record({ person: fc.constantFrom(...persons), department: fc.constantFrom(...departments), grants: fc.array(grant, { maxLength: 3 }) })

/** Rooms with these items and cases, as far as sights look into them. */
function roomsWith(items: Record<string, any>, rows: readonly any[]): Rooms {
  const collections: Record<string, { key: string; row: object }[]> = { items: Object.entries(items).map(([code, it]) => ({ key: code, row: { ...licence, code, ...it } })), people: [], halls: [],
    'department-load': [...new Set(rows.map(({ department }) => department as string))].map((key) => ({ key, row: { open: 1, closed: 0 } })) }
  return { onChanged: () => () => undefined, rows: { checkpoint: async () => 1, async* scan(name: string) { yield collections[name]! } },
    book: { readStream: async (stream: string) => { const it = items[stream.slice('items-'.length)]; return it ? [{ type: 'ItemPublished', data: { ...licence, ...it }, meta: { version: itemEvents.ItemPublished.version } } as unknown as Recorded] : [] } } } as unknown as Rooms
}

it('a list shows what the rule object by object shows, in the same eyes, and nothing beside', async () => {
  let shown = 0
  await fc.assert(fc.asyncProperty(fc.record({ A: item, B: item, C: item }), fc.array(row, { minLength: 1, maxLength: 8 }), standing, async (items, rows, asks) => {
    const rooms = roomsWith(items, rows), who = { name: '', post: '', session: '', ...asks } as Standing, sight = await sightOf(rooms, who)
    for (const one of rows) {
      const owned = await ownedByRow(rooms, one as unknown as CaseRow), as = viewingAs(who, owned)?.role
      expect(eyesFor(sight, one), JSON.stringify([asks, one, items])).toBe(as)
      if (as) shown++
    }
  }), { numRuns: 400 })
  expect(shown).toBeGreaterThan(100)
})
