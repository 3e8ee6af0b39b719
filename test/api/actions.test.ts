import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Standing } from '../../api/access/standing.ts'
import { actionsFor } from '../../api/actions.ts'
import { sayable, scalesOf } from '../../api/case-work.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import type { Grant } from '../../domain/identity/reach.ts'
import { items } from '../../domain/items/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { licence } from '../fixtures/licence.ts'
import { at } from '../kernel/spec.ts'
import { openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

const mine = '市场监管局', water = '水利局', county = '明镜县人民政府'
const post = (person: string, department: string, ...roles: Grant['role'][]): Standing => ({ person, name: person, department, post: roles.join(), session: '0',
  grants: roles.map((role) => role === 'handler' ? { role, scope: 'own' } : role === 'window-clerk' ? { role, scope: 'hall', of: 'H-1' } : { role, scope: 'department', of: department }) })
const staff = [post('o1', mine, 'handler'), post('o2', mine, 'handler', 'section-head'), post('v1', mine, 'section-head'), post('l1', mine, 'leader'), post('l2', mine, 'leader', 'section-head'),
  post('k1', water, 'handler'), post('c1', '政务服务中心', 'window-clerk'), post('m1', county, 'leader')]
const [o1, o2, v1, l1, , k1, c1] = staff as [Standing, Standing, Standing, Standing, Standing, Standing, Standing]
const common = { ...licence, officers: ['o1', 'o2', 'c1'], materials: [], fees: [{ standardId: 'F-1', name: '工本费', amountFen: 1000, basis: '价目' }] }
const kinds: Record<string, object> = {
  SHORT: { caseType: 'IMMEDIATE', promisedWorkingDays: 0, flow: ['handling'] }, TWO: { flow: ['handling', 'reviewing'] }, THREE: { flow: ['handling', 'reviewing', 'approving'], materials: licence.materials },
  JOINT: { caseType: 'JOINT', flow: ['handling', 'reviewing'], promisedWorkingDays: 15, coHandlers: [{ department: water, matter: '取水', promisedWorkingDays: 5, officers: ['k1'] }] },
  ABOVE: { caseType: 'REPORTED_UP', flow: ['handling', 'approving'], superior: { name: '州局', workingDays: 10 } },
}
let house: SupervisedHouse, numbered = 0
const opened = async (kind: string, online = false) => {
  const id = `W-${numbered++}`
  await house.say(cases, id, 'SubmitApplication', { itemCode: kind, hall: 'H-1', channel: online ? 'online' : 'window', applicantId: 'a-1', organisation: '县食品厂' }, { person: 'c1', role: 'window-clerk', department: '政务服务中心' })
  await house.settled()
  return id
}
const on = async (id: string, who: Standing, type: string, data: object, role = who.grants[0]!.role) => { await house.say(cases, id, type, data, { person: who.person, role, department: who.department }) }

beforeAll(async () => {
  house = await openSupervisedHouse({ start: at('2026-03-02', '09:00') })
  for (const [code, more] of Object.entries(kinds)) await house.say(items, code, 'PublishItem', { ...common, shortName: code, ...more })
  for (const { person, department, grants, post } of staff) await house.say(identity, person, 'EnrolPerson', { name: person, department, post, roles: grants.map(({ role }) => role) })
  await house.settled()
}, 180_000)
afterAll(() => house?.close())

/** What was found of a word, and what became of it when it was really said. */
async function saidReally(id: string, who: Standing, { command, as, body }: { command: string; as: string; body: object }) {
  const before = (await house.book.readStream(`cases-${id}`)).length
  const answer = await house.tell({ context: cases, id, command: { type: command, data: body as Record<string, unknown> }, by: { person: who.person, role: as as Grant['role'], department: who.department }, key: `t-${numbered++}` })
  const after = (await house.book.readStream(`cases-${id}`)).length
  return { refused: isRefusal(answer) ? answer.refused : undefined, wrote: after - before }
}

describe('此刻能说什么', () => {
  it('what is allowed is written when it is said, what is not is refused in the same words, and asking writes nothing', async () => {
    let triples = 0, allowedTold = 0, refusedTold = 0
    const commands = new Set<string>()
    await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.keys(kinds)), fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(30)), { minLength: 14, maxLength: 26 }), async (kind, steps) => {
      const id = await opened(kind)
      for (const [somebody, allowedRoll, refusedRoll, hours] of steps) {
        house.set(new Date(Date.parse(house.now()) + hours * 3_600_000).toISOString() as Instant)
        const who = staff[somebody % staff.length]!, { position } = await house.book.head(), found = await (await scalesOf(house.rooms, who, id)).all()
        expect((await house.book.head()).position).toBe(position)
        const allowed = found.filter((one) => one.refused === undefined && !one.idle && one.command !== 'AttachDocument'), no = found.filter((one) => one.refused !== undefined || one.idle)
        // What ends a case at once is said seldom, or no case would grow old.
        const lasting = allowed.filter(({ command }) => !['TerminateCase', 'WithdrawApplication', 'ReturnCase', 'RefuseAcceptance'].includes(command)), among = refusedRoll % 12 === 0 || !lasting.length ? allowed : lasting
        if (no.length) {
          const one = no[refusedRoll % no.length]!, told = await saidReally(id, who, one)
          expect({ ...told, command: one.command }).toStrictEqual({ refused: one.refused, wrote: 0, command: one.command })
          triples++; refusedTold++; commands.add(one.command)
        }
        if (among.length) {
          const one = among[allowedRoll % among.length]!, told = await saidReally(id, who, one)
          expect(told.refused, `${who.person} ${one.command}`).toBeUndefined()
          expect(told.wrote, one.command).toBeGreaterThan(0)
          triples++; allowedTold++; commands.add(one.command)
        }
      }
    }), { numRuns: 16 })
    expect(triples).toBeGreaterThanOrEqual(200)
    expect(allowedTold).toBeGreaterThan(60)
    expect(refusedTold).toBeGreaterThan(60)
    expect(commands.size).toBeGreaterThan(22)
  }, 360_000)

  it('each word of a choice comes to what is said of it', async () => {
    const id = await opened('JOINT')
    await on(id, o1, 'AcceptCase', {})
    const { primary, beside } = await actionsFor(house.rooms, o1, id), extend = beside.find(({ command }) => command === 'extend-limit')!
    expect(primary!.command).toBe('complete-handling')
    // Joint: the head of the government approves, up to fifteen days (行政许可法 42).
    expect(extend.choices!['approver']!.filter(({ refused }) => !refused).map(({ value }) => value)).toStrictEqual(['m1'])
    expect(extend.choices!['approver']!.find(({ value }) => value === 'l1')!.refused!.code).toBe('not-head-of-government')
    expect(Math.max(...extend.choices!['workingDays']!.filter(({ refused }) => !refused).map(({ value }) => Number(value)))).toBe(15)
    expect(beside.find(({ command }) => command === 'open-sub-case')!.choices!['department']).toStrictEqual([{ value: water }])
  })
  it('one examines and another verifies: it is told who could, and why oneself could not', async () => {
    const id = await opened('TWO')
    await on(id, o2, 'AcceptCase', {}, 'handler')
    const before = await actionsFor(house.rooms, o2, id)
    expect(before.primary).toMatchObject({ command: 'complete-handling', as: 'handler', next: { step: 'reviewing' } })
    expect(before.primary!.next!.people.map(({ person }) => person).sort()).toStrictEqual(['l2', 'p-002', 'v1'])
    await on(id, o2, 'CompleteHandling', { opinion: '合格' }, 'handler')
    const after = await actionsFor(house.rooms, o2, id)
    expect(after.refused).toContainEqual(expect.objectContaining({ command: 'review-case', code: 'same-person-twice', zh: expect.stringMatching(/两人/), en: expect.any(String) }))
    expect((await actionsFor(house.rooms, v1, id)).primary!.command).toBe('review-case')
    // Whoever only handles is not told of what is no handler's to say.
    expect([...(await actionsFor(house.rooms, o1, id)).refused].map(({ command }) => command)).not.toContain('review-case')
  })
  it('after the due day no extension, a second supplement only before acceptance; both with their reason', async () => {
    const id = await opened('TWO')
    await on(id, o1, 'RequestSupplement', { asked: [{ material: '图', reason: '缺', basis: '法' }] })
    await on(id, c1, 'SubmitSupplement', { materials: ['图'] })
    expect((await actionsFor(house.rooms, o1, id)).refused).toContainEqual(expect.objectContaining({ command: 'request-supplement', code: 'asked-once-already' }))
    await on(id, o1, 'AcceptCase', {})
    house.set(new Date(Date.parse(house.now()) + 40 * 86_400_000).toISOString() as Instant)
    expect((await actionsFor(house.rooms, o1, id)).refused).toContainEqual(expect.objectContaining({ command: 'extend-limit', code: 'past-the-due-day' }))
  })
  it('a co-handler is heard of its own opinion, with its department beside the number', async () => {
    const id = await opened('JOINT')
    await on(id, o1, 'AcceptCase', {})
    await on(id, o1, 'OpenSubCase', { department: water })
    await house.settled()
    expect((await actionsFor(house.rooms, k1, id)).primary).toMatchObject({ command: 'give-sub-opinion', choices: { subCase: [{ value: 1, name: water }] } })
    await on(id, o1, 'CompleteHandling', { opinion: '合格' })
    await on(id, v1, 'ReviewCase', { opinion: '同意', result: 'pass' })
    expect((await actionsFor(house.rooms, v1, id)).refused).toContainEqual(expect.objectContaining({ command: 'decide-case', code: 'opinions-missing' }))
  })
  it('an applicant is told what they may say, and nobody of the house by name', async () => {
    const id = await opened('TWO'), applicant: Standing = { person: 'a-1', name: '甲', department: '', post: '', session: '0', grants: [{ role: 'applicant', scope: 'own' }] }
    await on(id, o1, 'AcceptCase', {})
    await on(id, o1, 'CompleteHandling', { opinion: '合格' })
    await on(id, o1, 'RequestSupplement', { asked: [{ material: '图', reason: '缺', basis: '法' }] })
    const found = await actionsFor(house.rooms, applicant, id)
    expect(found.primary).toStrictEqual({ command: 'submit-supplement', as: 'applicant' })
    expect([found.primary!.command, ...found.beside.map(({ command }) => command)].sort()).toStrictEqual(['submit-supplement', 'urge-case', 'withdraw-application'])
    for (const { person } of staff) expect(JSON.stringify(found)).not.toContain(`"${person}"`)
  })
  it('what may be entered afterwards says so, and from when: the instant before is refused, that instant and now are taken', async () => {
    const id = await opened('TWO')
    await on(id, o1, 'AcceptCase', {})
    const accepted = house.now(), later = (minutes: number) => new Date(Date.parse(accepted) + minutes * 60_000).toISOString() as Instant
    house.set(later(24 * 60))
    const { primary, beside, lateFrom } = await actionsFor(house.rooms, o1, id)
    expect(lateFrom).toBe(accepted)
    expect([primary!, ...beside].filter(({ late }) => late).map(({ command }) => command).sort()).toStrictEqual(['complete-handling', 'complete-step'])
    const said = (number: string, happenedAt: string) => house.tell({ context: cases, id, command: { type: 'CompleteStep', data: { number, step: '现场核查', happenedAt } }, by: { person: 'o1', role: 'handler', department: mine }, key: `late-${id}-${number}` })
    expect(await said('1', new Date(Date.parse(lateFrom!) - 1).toISOString())).toStrictEqual({ refused: 'claim-out-of-bounds' })
    expect(await said('1', new Date(Date.parse(house.now()) + 1).toISOString())).toStrictEqual({ refused: 'claim-out-of-bounds' })
    expect(await said('1', lateFrom!)).toMatchObject({ facts: ['StepCompleted'] })
    expect(await said('2', later(60))).toMatchObject({ facts: ['StepCompleted'] })
    // What was entered afterwards is the newest fact from where it happened.
    expect((await actionsFor(house.rooms, o1, id)).lateFrom).toBe(later(60))
    expect(await actionsFor(house.rooms, c1, id).then(({ lateFrom, beside }) => [lateFrom === undefined, beside.some(({ late }) => late)])).toSatisfy(([none, some]: boolean[]) => none !== some)
  })
  it('every command that people say of a case is tried, and no other', () => {
    const people = Object.entries(cases.grants).filter(([, roles]) => !roles.every((role) => role === 'policy' || role === 'importer')).map(([type]) => type)
    expect([...sayable].sort()).toStrictEqual(people.filter((type) => type !== 'SubmitApplication').sort())
  })
  it('of what is approved by nobody else nothing is offered', async () => {
    const id = await opened('THREE')
    expect((await actionsFor(house.rooms, l1, id)).primary).toBeUndefined()
    await on(id, c1, 'RegisterReceipt', { list: [{ name: '申请书', pages: 1 }] })
    expect((await actionsFor(house.rooms, o1, id)).refused).toContainEqual(expect.objectContaining({ command: 'accept-case', code: 'materials-incomplete' }))
  })
})
