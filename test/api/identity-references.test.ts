import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { memoryBook } from '../../adapters/book/memory.ts'
import { identityReferences } from '../../api/access/references.ts'
import { referencesFrom } from '../../api/references.ts'
import type { Saying } from '../../api/tell.ts'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import type { Actor, Recorded } from '../../domain/kernel/events.ts'
import type { EventLog } from '../../domain/kernel/ports.ts'
import { foldInto, type Projection } from '../../projections/kernel.ts'
import { organisations } from '../../projections/organisations.ts'
import { people } from '../../projections/people.ts'
import type { ReadStore } from '../../projections/read-store.ts'
import { openHouse } from '../kernel/house.ts'
import { day, policy } from '../kernel/spec.ts'

const nie: Actor = { person: 'nie', role: 'system-admin', department: '中心' }, min: Actor = { person: 'min', role: 'security-admin', department: '中心' }
let keyed = 0
const saying = (id: string, type: string, data: Record<string, unknown>, by: Actor): Saying => ({ context: identity, id, command: { type, data }, by, key: `k-${keyed++}` })
const enrol = (person: string, ...roles: string[]) => saying(person, 'EnrolPerson', { name: person, department: '中心', post: '岗', ...(roles.length > 0 && { roles }) }, policy)
const role = (word: 'GrantRole' | 'WithdrawRole', person: string, name: string, by = min, more: object = {}) =>
  saying(person, word, { role: name, scope: 'region', ...(word === 'GrantRole' ? { basis: '任命' } : { reason: '离任' }), ...more }, by)
async function all(book: EventLog): Promise<Recorded<IdentityEvent>[]> {
  const found: Recorded[] = []
  for await (const batch of book.readAll(0)) found.push(...batch)
  return found as Recorded<IdentityEvent>[]
}

/** A disk takes its time: whatever is decided meanwhile has not seen what is being written. */
function slowBook(): EventLog {
  const book = memoryBook()
  return { ...book, async append(...told) { await setTimeout(1); return book.append(...told) }, readStream: (stream) => book.readStream(stream), readAll: (after) => book.readAll(after), head: () => book.head() }
}

describe('互相收回', () => {
  it('two last security administrators withdraw each other in the same breath: one of them stays', async () => {
    for (let round = 0; round < 6; round++) {
      const { say, book } = await openHouse({ book: slowBook() })
      for (const one of [enrol('min', 'security-admin'), enrol('yan', 'security-admin'), enrol('nie', 'system-admin'), enrol('ge', 'auditor')]) await say(one)
      const yan: Actor = { ...min, person: 'yan' }
      const answers = await Promise.all([say(role('WithdrawRole', 'min', 'security-admin', yan)), say(role('WithdrawRole', 'yan', 'security-admin', min)),
        say(saying('min', 'SuspendPerson', { reason: '停职' }, nie)), say(saying('yan', 'MovePerson', { department: '别处', post: '岗' }, nie))])
      const { administrators } = identityReferences(book, undefined)
      expect((await administrators({ id: 'security-admin' })).persons, JSON.stringify(answers)).toHaveLength(1)
    }
  })
  it('a parent is closed and given a child in the same breath: never is an open one below a closed one', async () => {
    const outcomes = new Set<string>()
    for (let round = 0; round < 6; round++) {
      const { say } = await openHouse({ book: slowBook() })
      const establish = (id: string, kind: string, parent?: string) => saying(id, 'EstablishOrganisation', { name: id, kind, ...(parent && { parent }) }, nie)
      await say(establish('R', 'region'))
      await say(establish('D', 'department', 'R'))
      const words = [() => say(establish('O', 'office', 'D')), () => say(saying('D', 'CloseOrganisation', { reason: '改革' }, nie))]
      const answers = await Promise.all((round % 2 ? words : words.reverse()).map((word) => word()))
      outcomes.add(answers.map((answer) => 'refused' in answer ? answer.refused : 'done').sort().join())
    }
    expect([...outcomes].sort()).toStrictEqual(['children-open,done', 'done,organisation-closed'])
  })
})

describe('参照 from rows that lag', () => {
  /** Rows as they were at some position; nobody folds them further. */
  const rowsUpTo = (facts: readonly Recorded<IdentityEvent>[], position: number) => {
    const folded = (projection: Projection<any, IdentityEvent>) => {
      const rows = new Map<string, Record<string, unknown>>()
      for (const fact of facts.filter(({ meta }) => meta.position <= position)) foldInto(projection, rows, fact)
      return rows
    }
    const collections: Record<string, Map<string, Record<string, unknown>>> = { people: folded(people), organisations: folded(organisations) }
    return { checkpoint: async () => position, async *scan(name: string) { yield [...collections[name]!].map(([key, row]) => ({ key, row })) } } as unknown as ReadStore
  }
  it('however far they are, they say what the whole book says', async () => {
    const { say, book } = await openHouse()
    const words = [enrol('nie', 'system-admin'), enrol('min', 'security-admin'), enrol('ge', 'auditor'), enrol('a'), enrol('b'), enrol('c'),
      role('GrantRole', 'a', 'auditor'), role('GrantRole', 'b', 'auditor', min, { until: '2026-12-31' }), role('WithdrawRole', 'a', 'auditor'), role('GrantRole', 'c', 'security-admin'),
      saying('ge', 'SuspendPerson', { reason: '停职' }, nie), role('GrantRole', 'a', 'auditor'), saying('ge', 'SuspendPerson', { reason: '停职' }, nie), saying('ge', 'ReinstatePerson', { reason: '复职' }, nie),
      saying('c', 'MovePerson', { department: '别处', post: '岗' }, nie), role('GrantRole', 'c', 'auditor'),
      ...['R', 'D', 'O1', 'O2'].map((id, i) => saying(id, 'EstablishOrganisation', { name: id, kind: ['region', 'department', 'office', 'office'][i], ...(i > 0 && { parent: ['', 'R', 'D', 'D'][i] }) }, nie)),
      saying('O1', 'CloseOrganisation', { reason: '改革' }, nie)]
    for (const word of words) await say(word)
    const facts = await all(book), head = facts.at(-1)!.meta.position, whole = identityReferences(book, undefined)
    const asked = async ({ administrators, children }: typeof whole) => [
      ...await Promise.all(['system-admin', 'security-admin', 'auditor'].map(async (id) => (await administrators({ id })).persons.toSorted())),
      ...await Promise.all(['R', 'D', 'O1', 'X'].map(async (id) => (await children({ id })).open))]
    const expected = [['nie'], ['min'], ['a', 'c', 'ge'], 1, 1, 0, 0]
    expect(await asked(whole)).toStrictEqual(expected)
    for (let position = 0; position <= head; position++) expect(await asked(identityReferences(book, rowsUpTo(facts, position))), `rows at ${position}`).toStrictEqual(expected)
  })
  it('an approver is a leader for as long as the grant lasts', async () => {
    const { say, book } = await openHouse(), on = async (date: string) => (await referencesFrom(book, [], { today: () => day(date) }).approver({ id: 'chen' }))?.roles
    for (const word of [enrol('chen'), role('GrantRole', 'chen', 'leader', min, { until: '2026-03-03' })]) await say(word)
    expect([await on('2026-03-03'), await on('2026-03-04')]).toStrictEqual([['leader'], []])
    await say(saying('chen', 'SuspendPerson', { reason: '停职' }, nie))
    expect(await on('2026-03-03')).toStrictEqual([])
  })
  it('a holder is one who was enrolled, with the moves of theirs', async () => {
    const { say, book } = await openHouse({ book: memoryBook() })
    const { holder, parent } = identityReferences(book, undefined)
    expect(await holder({ id: 'a' })).toBeUndefined()
    expect(await parent({ id: 'R' })).toBeUndefined()
    for (const word of [enrol('a'), saying('a', 'MovePerson', { department: '别处', post: '岗' }, nie), saying('a', 'SuspendPerson', { reason: '停职' }, nie)]) await say(word)
    expect(await holder({ id: 'a' })).toStrictEqual({ suspended: true, moves: 1 })
  })
})
