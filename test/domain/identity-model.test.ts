import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import { roles, scopes, type Role } from '../../domain/kernel/context.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Actor, Recorded } from '../../domain/kernel/events.ts'
import type { EventLog } from '../../domain/kernel/ports.ts'
import { dayAfter, dayIn, instantIn } from '../../domain/kernel/zones.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { openHouse } from '../kernel/house.ts'
import { day, policy } from '../kernel/spec.ts'

const zone = 'Asia/Shanghai', firstDay = day('2026-03-02')
/** Who holds what, told by the facts alone and by no code of the house. */
type Holding = { role: string; where: string; until: string }
type Told = { holdings: Map<string, Holding[]>; suspended: Set<string>; keys: Map<string, { person: string; locked: boolean }> }
const forGood = '9999-12-31'
async function tally(book: EventLog): Promise<Told> {
  const told: Told = { holdings: new Map(), suspended: new Set(), keys: new Map() }, of = (person: string) => told.holdings.get(person) ?? []
  for await (const batch of book.readAll(0)) for (const { type, data, meta } of batch as unknown as Recorded<IdentityEvent>[]) {
    if (!meta.stream.startsWith('identity-')) continue
    if (type === 'PersonEnrolled') told.holdings.set(data.person, (data.roles ?? []).map((role) => ({ role, where: '', until: forGood })))
    if (type === 'RoleGranted') {
      const where = `${data.scope} ${data.of ?? ''}`
      told.holdings.set(data.person, [...of(data.person).filter((it) => it.role !== data.role || (it.where !== '' && it.where !== where)), { role: data.role, where, until: data.until ?? forGood }])
    }
    if (type === 'RoleWithdrawn') told.holdings.set(data.person, of(data.person).filter((it) => it.role !== data.role || (it.where !== '' && it.where !== `${data.scope} ${data.of ?? ''}`)))
    if (type === 'PersonSuspended') told.suspended.add(data.person)
    if (type === 'PersonReinstated') told.suspended.delete(data.person)
    if (type === 'KeyBound') told.keys.set(data.key, { person: data.person, locked: false })
    if (type === 'KeyLocked' || type === 'KeyUnlocked') told.keys.get(data.key)!.locked = type === 'KeyLocked'
  }
  return told
}
const holds = (told: Told, person: string, today: Day) => told.suspended.has(person) ? [] : (told.holdings.get(person) ?? []).filter(({ until }) => until >= today).map(({ role }) => role)

const administrators = ['system-admin', 'security-admin', 'auditor'], handles = ['window-clerk', 'handler', 'section-head', 'leader', 'hall-manager']
/** What is forbidden, as trust.md and domain.md K have it. */
function wrongIn(told: Told, today: Day): string | undefined {
  for (const [person, held] of told.holdings) {
    // Whether or not they are suspended: they may come back.
    const each = new Set(held.filter(({ until }) => until >= today).map(({ role }) => role))
    if (administrators.some((role) => each.has(role)) && each.size > 1) return `${person} is an administrator and something else: ${[...each]}`
    if (each.has('inspector') && handles.some((role) => each.has(role))) return `${person} inspects and handles: ${[...each]}`
  }
  for (const role of administrators) {
    const lasting = [...told.holdings].filter(([person, held]) => !told.suspended.has(person) && held.some((it) => it.role === role && it.until === forGood))
    if (lasting.length === 0) return `there is no ${role} any more`
  }
  return undefined
}

const places = ['A', 'B']
const persons = ['nie', 'min', 'ge', 'p1', 'p2', 'p3']
type Wish = { type: string; actor: number; target: number; role: Role; scope: number; place: number; days: number | undefined; alone: boolean; pass: number; key: number }
const scopeOf = (role: Role, other: number) => {
  if (other < scopes.length) return scopes[other]!
  return handles.slice(0, 1).includes(role) || role.startsWith('hall') ? 'hall' : role === 'section-head' || role === 'leader' ? 'department' : role === 'handler' ? 'own' : 'region'
}
const wish: fc.Arbitrary<Wish> = fc.record({
  type: fc.constantFrom('GrantRole', 'GrantRole', 'GrantRole', 'WithdrawRole', 'WithdrawRole', 'SuspendPerson', 'ReinstatePerson', 'MovePerson', 'EnrolPerson', 'BindKey', 'LockKey'),
  actor: fc.nat(5), target: fc.nat(5), role: fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...administrators as Role[]) }, { weight: 1, arbitrary: fc.constantFrom(...roles) }),
  scope: fc.nat(9), place: fc.nat(1), days: fc.option(fc.integer({ min: -1, max: 3 }), { nil: undefined, freq: 3 }), alone: fc.boolean(), pass: fc.nat(2), key: fc.nat(2),
})
const bodyOf = ({ type, role, scope, place, days, target }: Wish, today: Day): Record<string, unknown> => {
  const said = scopeOf(role, scope), reach = { role, scope: said, ...((said === 'department' || said === 'hall') && { of: places[place] }) }
  switch (type) {
    case 'GrantRole': return { ...reach, basis: '任职通知', ...(days !== undefined && { until: dayAfter(today, days) }) }
    case 'WithdrawRole': return { ...reach, reason: '离岗' }
    case 'MovePerson': return { department: places[place], post: `岗 ${days ?? 0}` }
    case 'EnrolPerson': return { name: '某人', department: 'A', post: '岗', ...(place === 1 && { roles: [role] }) }
    case 'BindKey': return { person: persons[target] }
    default: return { reason: '事由' }
  }
}

it('whatever anybody says and however they hurry: no two exclusive roles meet, nobody gains by their own word, and each kind of administrator stays', async () => {
  let said = 0, answered = 0, together = 0
  const refused = new Map<string, number>()
  await fc.assert(fc.asyncProperty(fc.array(wish, { minLength: 10, maxLength: 45 }), async (wishes) => {
    let today = firstDay, keyed = 0
    const { book, say } = await openHouse({ now: (): Instant => instantIn(zone, today, '10:00') })
    const tell = (id: string, type: string, data: Record<string, unknown>, by: Actor) => say({ context: identity, id, command: { type, data }, by, key: `k-${keyed++}` })
    for (const [i, person] of persons.entries()) await tell(person, 'EnrolPerson', { name: person, department: 'A', post: '岗', ...(i < 3 && { roles: [administrators[i]] }) }, policy)
    for (let i = 0; i < wishes.length;) {
      const before = await tally(book), batch = wishes[i]!.alone ? [wishes[i++]!] : wishes.slice(i, i += 3)
      const words = batch.flatMap((one) => {
        // Only who has the role comes through the gate; whoever of them it is.
        const may = persons.filter((person) => holds(before, person, today).some((role) => identity.grants[one.type]!.includes(role as Role)))
        if (may.length === 0) return []
        const person = may[one.actor % may.length]!, role = holds(before, person, today).find((held) => identity.grants[one.type]!.includes(held as Role))!
        return [{ ...one, person, by: { person, role, department: 'A' } }]
      })
      if (words.length > 1) together++
      const answers = await Promise.all(words.map((one) => tell(one.type.endsWith('Key') ? `uk-${one.key}` : one.type === 'EnrolPerson' ? `q${one.key}` : persons[one.target]!, one.type, bodyOf(one, today), one.by)))
      said += words.length
      for (const answer of answers) {
        if (isRefusal(answer)) refused.set(answer.refused, (refused.get(answer.refused) ?? 0) + 1)
        else answered++
      }
      const after = await tally(book), wrong = wrongIn(after, today)
      if (wrong) throw new Error(wrong)
      for (const [n, one] of words.entries()) if (words.length === 1 && !isRefusal(answers[n]!)) {
        // Neither more, nor longer, nor less: of oneself one says nothing.
        expect(after.holdings.get(one.person), `${one.type} by ${one.person}`).toStrictEqual(before.holdings.get(one.person))
        expect(after.suspended.has(one.person)).toBe(before.suspended.has(one.person))
        if (one.type === 'MovePerson' && 'facts' in answers[n]! && answers[n].facts.length > 0) expect(holds(after, persons[one.target]!, today)).toStrictEqual([])
        const key = before.keys.get(`uk-${one.key}`)
        if (one.type === 'BindKey' && key && !key.locked) expect(after.keys.get(`uk-${one.key}`)!.person).toBe(key.person)
      }
      // Time passes, and what ends by itself ends.
      for (let left = batch[0]!.pass === 2 ? 1 : 0; left > 0; left--) today = dayIn(zone, instantIn(zone, dayAfter(today), '10:00'))
      const later = wrongIn(after, today)
      if (later) throw new Error(`by time alone: ${later}`)
    }
  }), { numRuns: 150 })
  // It was heard, it was refused for each of the reasons that matter, and it was said at once.
  expect([said > 1_000, answered > 300, together > 300]).toStrictEqual([true, true, true])
  for (const code of ['no-self-grant', 'not-over-oneself', 'administrators-apart', 'last-administrator', 'administrator-for-good', 'roles-are-granted', 'role-not-by-hand', 'person-suspended', 'key-of-another'])
    expect([code, (refused.get(code) ?? 0) > 0]).toStrictEqual([code, true])
}, 180_000)
