import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fileKeys } from '../../adapters/keys/file.ts'
import { erasing } from '../../api/privacy/erasing.ts'
import type { Rooms } from '../../api/rooms.ts'
import type { Saying } from '../../api/tell.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import type { Sealed } from '../../domain/kernel/values.ts'
import { privacy } from '../../domain/privacy/index.ts'
import type { ErasureRow } from '../../projections/erasures.ts'
import { liMin, policy } from '../kernel/spec.ts'
import { at, openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

const clerk: Actor = { person: 'p-004', role: 'window-clerk', department: '市场监管局' }, keeper: Actor = { person: 'p-008', role: 'security-admin', department: '信息中心' }
const applicant: Actor = { person: 'a-1', role: 'applicant', department: '' }
let house: SupervisedHouse, rooms: Rooms, told: Set<(said: Saying, facts: readonly string[]) => void>, errors: unknown[]
const running: ReturnType<typeof erasing>[] = []
/** The house that keeps what was decided, as a root starts it. */
const start = async (more: Partial<Rooms> = {}) => {
  const one = erasing({ ...rooms, ...more }, (error) => errors.push(error))
  running.push(one)
  await one.started
  await one.settled()
  return one
}
const named = (id: string, name: string) => house.submit(id, { applicantId: 'a-1', applicantName: name, organisation: undefined })
const envelopeOf = async (id: string) => (await house.book.readStream(`cases-${id}`))[0]!.data['applicantName'] as Sealed
const nameOf = async (id: string) => rooms.keys.open(await envelopeOf(id))
const row = async () => { await house.settled(); return await rooms.rows.get('erasures', 'a-1') as ErasureRow }
const decide = async (retentionDays: number) => {
  await house.say(privacy, 'a-1', 'RequestErasure', {}, applicant)
  await rooms.tell({ context: privacy, id: 'a-1', command: { type: 'DecideErasure', data: { decision: 'grant', reason: '本人申请', retentionDays } }, by: keeper, key: 'decide' })
}

beforeEach(async () => {
  errors = []
  told = new Set()
  house = await openSupervisedHouse({ start: at('2026-03-02') })
  const { tell } = house.rooms
  rooms = { ...house.rooms, onTold: (listener) => { told.add(listener); return () => told.delete(listener) }, async tell(saying) {
    const answer = await tell(saying)
    if ('facts' in answer && answer.facts.length > 0) for (const listener of told) listener(saying, answer.facts)
    return answer
  } }
  await house.say(identity, 'a-1', 'RegisterApplicant', { applicant: 'a-1', name: '张三丰' })
  await named('X-1', '张三丰')
  await named('X-2', '张三丰')
  await house.say(cases, 'X-1', 'WithdrawApplication', {}, clerk)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.close()
  await house.close()
  expect(errors.filter((error) => !/planted/.test(String(error)))).toStrictEqual([])
})

it('who is not registered any more has nothing to sign in with, also where an older copy was put back', async () => {
  const forgotten: string[] = [], credentials = { forget: (person: string) => { forgotten.push(person) } } as Rooms['credentials'] & object
  const one = await start({ credentials })
  expect(forgotten).toStrictEqual([])
  await decide(0)
  await one.settled()
  expect(new Set(forgotten)).toStrictEqual(new Set(['a-1', 'case X-1']))
  await row() // the rows know of it by now
  const before = forgotten.length
  await start({ credentials })
  expect(forgotten.length).toBeGreaterThan(before)
})
it('each matter by its own: no case of ours at once, what is over when its days are, what is open when it is over and its days are', async () => {
  const forgetting = await start()
  await decide(10)
  await forgetting.settled()
  expect(await row()).toMatchObject({ state: 'erased', erased: ['identity-applicant.a-1'], restricted: [{ matter: 'cases-X-1', until: '2026-03-12' }, { matter: 'cases-X-2' }], waiting: true })
  for (const id of ['X-1', 'X-2']) expect(await nameOf(id)).toBeUndefined()
  house.set(at('2026-03-11', '23:00'))
  await forgetting.settled()
  expect(await rooms.keys.standing('a-1', 'cases-X-1')).toBe('restricted')
  house.set(at('2026-03-12', '00:01'))
  await forgetting.settled()
  expect(await rooms.keys.standing('a-1', 'cases-X-1')).toBe('gone')
  await house.say(cases, 'X-2', 'WithdrawApplication', {}, clerk)
  await forgetting.settled()
  expect((await row()).restricted).toStrictEqual([{ matter: 'cases-X-2', until: '2026-03-22' }])
  const facts = (await house.facts('privacy-a-1')).length
  for (let i = 0; i < 3; i++) await forgetting.settled()
  expect((await house.facts('privacy-a-1')).length, 'nothing is said twice').toBe(facts)
  house.set(at('2026-03-22'))
  await forgetting.settled()
  expect(await row()).toMatchObject({ erased: ['identity-applicant.a-1', 'cases-X-1', 'cases-X-2'], restricted: [], waiting: false })
  expect(await rooms.keys.matters('a-1')).toStrictEqual([])
})
it('what is applied for afterwards was not asked to be forgotten', async () => {
  const forgetting = await start()
  await decide(0)
  await forgetting.settled()
  await named('X-3', '张三丰')
  house.set(at('2026-04-01'))
  await forgetting.settled()
  expect(await nameOf('X-3')).toBe('"张三丰"')
  expect(await nameOf('X-1')).toBeUndefined()
})
it('a person’s own refusal changes nothing; half a year is kept where nothing is said', async () => {
  const forgetting = await start()
  await house.say(privacy, 'a-1', 'RequestErasure', {}, applicant)
  await house.say(privacy, 'a-1', 'DecideErasure', { decision: 'refuse', reason: '案件在诉' }, keeper)
  await forgetting.settled()
  expect(await nameOf('X-1')).toBe('"张三丰"')
  await house.say(privacy, 'a-1', 'RequestErasure', {}, applicant)
  await house.say(privacy, 'a-1', 'DecideErasure', { decision: 'grant', reason: '本人申请' }, keeper)
  await forgetting.settled()
  // 2 March and 183 days: 29 of March, 30, 31, 30, 31, 31, and 1 September.
  expect((await row()).restricted[0]).toStrictEqual({ matter: 'cases-X-1', until: '2026-09-01' })
})
it('who is stopped in the middle has shown nothing since the first step, and goes on at the next start', async () => {
  let planted = true
  const forgetting = await start({ async tell(saying) {
    if (planted && saying.command.type === 'EraseMatters') throw new Error('planted: the disk is full')
    return rooms.tell(saying)
  } })
  await decide(0)
  await forgetting.settled()
  expect(errors.length).toBeGreaterThan(0)
  expect([await nameOf('X-1'), await nameOf('X-2')]).toStrictEqual([undefined, undefined])
  expect((await row()).state).toBe('granted')
  planted = false
  await forgetting.settled()
  expect(await rooms.keys.standing('a-1', 'cases-X-1')).toBe('gone')
})
it('who is stopped between the word and the deed finds it done at the next start', async () => {
  const { forget } = rooms.keys
  const forgetting = await start({ keys: { ...rooms.keys, async forget() { throw new Error('planted: killed') } } })
  await decide(0)
  await forgetting.settled()
  expect(await row()).toMatchObject({ erased: ['cases-X-1', 'identity-applicant.a-1'] })
  expect(await rooms.keys.standing('a-1', 'cases-X-1')).toBe('restricted')
  expect(await nameOf('X-1')).toBeUndefined()
  await forgetting.close()
  await start({ keys: { ...rooms.keys, forget } })
  for (const matter of ['cases-X-1', 'identity-applicant.a-1']) expect(await rooms.keys.standing('a-1', matter)).toBe('gone')
})
it('keys put back from an older copy forget again before anybody asks', async () => {
  await (async () => { const forgetting = await start(); await decide(0); await forgetting.settled(); await forgetting.close() })()
  const root = mkdtempSync(join(tmpdir(), 'older-keys-')), dir = join(root, 'keys'), first = fileKeys(dir)
  const sealed = await Promise.all(['cases-X-1', 'cases-X-2', 'cases-X-9'].map((matter) => first.seal('a-1', matter, '"张三丰"')))
  await first.close()
  cpSync(dir, join(root, 'copy'), { recursive: true })
  const restored = fileKeys(join(root, 'copy'))
  expect(await Promise.all(sealed.map((envelope) => restored.open(envelope)))).toStrictEqual(['"张三丰"', '"张三丰"', '"张三丰"'])
  await start({ keys: restored })
  expect(await Promise.all(sealed.map((envelope) => restored.open(envelope)))).toStrictEqual([undefined, undefined, '"张三丰"'])
  expect(await Promise.all(sealed.map(({ matter }) => restored.standing('a-1', matter)))).toStrictEqual(['gone', 'restricted', 'open'])
  await restored.close()
  rmSync(root, { recursive: true, force: true })
})
it('is nobody’s to say but the house’s', () => {
  for (const { role } of [liMin, clerk, keeper, applicant]) expect(privacy.grants['EraseMatters']).not.toContain(role)
  expect(privacy.grants['EraseMatters']).toContain(policy.role)
})
