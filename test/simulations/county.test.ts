import { beforeAll, describe, expect, test } from 'vitest'
import { blankPages, memoryBook } from '../../adapters/book/memory.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { caseEvents } from '../../domain/cases/events.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { specialProcedures } from '../../domain/kernel/vocabulary.ts'
import { isSealed, type Day, type Instant } from '../../domain/kernel/values.ts'
import { creditCode, organisationCode, residentId } from '../../simulations/applicants.ts'
import { catalogue } from '../../simulations/catalogue.ts'
import { departments, foundCounty, halls, people, playHistory } from '../../simulations/county.ts'
import { fateOf } from '../../simulations/fate.ts'
import { approversOf, handlersOf, reviewersOf } from '../../simulations/people.ts'
import { openHouse, type Said } from './house.ts'

const founding = '2026-07-05T01:00:00.000Z' as Instant
const planned: Record<string, string> = {
  CompleteHandling: 'not-authorised', ReviewCase: 'same-person-twice', StartSpecialProcedure: 'same-person-twice', DecideCase: 'not-the-next-step',
}
const ended = ['Delivered', 'Archived', 'NotAccepted', 'Returned', 'Withdrawn', 'Terminated']
const unplanned = (said: readonly Said[]) => said.filter(({ saying, answer }) => isRefusal(answer)
  ? saying.context.name !== 'cases' || planned[saying.command.type] !== answer.refused : 'stale' in answer)

async function countyOn(book = memoryBook(), seed = 7) {
  const house = await openHouse(book, memoryKeys(), founding)
  await foundCounty(house.stage, seed, founding)
  return house
}
async function played(until: string, from = '2026-07-06', seed = 7) {
  const house = await countyOn(memoryBook(), seed)
  const told = await playHistory(house.stage, { seed, from: from as Day, until: until as Instant })
  return { ...house, told }
}

describe('明镜县 the county', () => {
  test('has a hall, two branches and ten townships, fourteen departments and some seventy people, each with a name of their own', () => {
    expect(['hall', 'branch', 'township'].map((kind) => halls.filter((hall) => hall.kind === kind).length)).toEqual([1, 2, 10])
    expect(departments).toHaveLength(14)
    expect(people.length).toBeGreaterThan(55)
    expect(new Set(people.map(({ person }) => person)).size).toBe(people.length)
    expect(new Set(people.map(({ name }) => name)).size).toBe(people.length)
    expect(people.filter(({ roles }) => roles.includes('inspector'))).toHaveLength(2)
  })
  test('can staff every item with as many persons as its flow has steps', () => {
    expect(new Set(catalogue.map(({ code }) => code)).size).toBe(catalogue.length)
    for (const { legalName, department, flow, promisedWorkingDays, statutoryWorkingDays } of catalogue) {
      const handlers = handlersOf(department), reviewers = reviewersOf(department), approvers = flow.includes('approving') ? approversOf(department) : []
      expect(handlers.length, legalName).toBeGreaterThan(0)
      expect(reviewers.length, legalName).toBeGreaterThan(0)
      if (flow.includes('approving')) expect(approvers.length, legalName).toBeGreaterThan(0)
      const persons = [handlers, reviewers, approvers].flat().map(({ person }) => person)
      expect(new Set(persons).size, legalName).toBe(persons.length)
      expect(promisedWorkingDays, legalName).toBeLessThanOrEqual(statutoryWorkingDays)
    }
  })
  test('gives its applicants numbers with true check digits, of regions and years that do not exist', () => {
    expect(residentId('99999920990101001')).toBe('999999209901010018')
    expect(residentId('99999920990101019')).toBe('99999920990101019X')
    expect(creditCode('91350100M000100Y4')).toBe('91350100M000100Y43')
    expect(creditCode('12990000A1B2C3D48')).toBe('12990000A1B2C3D48G')
    expect(organisationCode('A1B2C3D4')).toBe('A1B2C3D48')
    for (let n = 10; n < 99; n++) {
      const { applicant } = fateOf(1, `WJ-2026-200${n}`), { applicantId } = applicant
      if ('organisation' in applicant) {
        expect(applicantId).toMatch(/^9[12]990100M[0-9A-Z]{9}$/)
        expect(applicant.organisation).toMatch(/^\p{Script=Han}{4,}$/u)
        continue
      }
      expect(applicantId).toMatch(/^P-\d{5}$/)
      expect(applicant.applicantNumber).toMatch(/^999999(209|210)\d{8}[\dX]$/)
      expect(residentId(applicant.applicantNumber.slice(0, 17))).toBe(applicant.applicantNumber)
    }
  })
  test('everybody has the roles that they are meant to have, granted by another on a basis; of the three administrators alone the house says them', async () => {
    const house = await countyOn(), facts = await house.facts(), of = (type: string) => facts.filter((fact) => fact.type === type)
    const enrolled = new Map(of('PersonEnrolled').map((fact) => [fact.data['person'], fact])), granted = of('RoleGranted')
    expect([...enrolled.keys()].sort()).toEqual(people.map(({ person }) => person).sort())
    for (const { person, roles, hall, department } of people) {
      const { data, meta } = enrolled.get(person)!, theirs = granted.filter((fact) => fact.data['person'] === person)
      const said = (data['roles'] as string[] | undefined) ?? []
      expect([...said, ...theirs.map((fact) => fact.data['role'])], person).toEqual([...roles])
      expect(meta.actor.role, person).toBe(said.length > 0 ? 'policy' : 'system-admin')
      for (const grant of theirs) {
        expect(grant.meta.actor.role).toBe('security-admin')
        expect(grant.data['basis']).toMatch(/虚构/)
        if (grant.data['scope'] === 'hall') expect(grant.data['of']).toBe(hall)
        if (grant.data['scope'] === 'department') expect(grant.data['of']).toBe(department)
      }
    }
    expect([...enrolled.values()].flatMap(({ data }) => data['roles'] ?? []).sort()).toEqual(['auditor', 'security-admin', 'system-admin'])
    // What it was not allowed to say, the county would not have been founded with; so nothing was refused.
    expect(house.said.filter(({ answer }) => isRefusal(answer))).toEqual([])
    for (const { data, meta } of [...of('OrganisationEstablished'), ...of('KeyBound')]) expect([meta.actor.role, data['key'] === undefined]).toEqual(data['key'] === undefined ? ['system-admin', true] : ['security-admin', false])
    // But for the one who binds them: nobody binds a key to themselves.
    const bound = of('KeyBound')
    expect(new Set(bound.map(({ data }) => data['person']))).toStrictEqual(new Set(people.map(({ person }) => person).filter((person) => bound.every(({ meta }) => meta.actor.person !== person))))
    expect(bound.length).toBe(people.length - 1)
  })
  test('some of those who will apply are registered, by ids that their cases have, and named nowhere', async () => {
    const { facts } = await countyOn(), registered = (await facts()).filter(({ type }) => type === 'ApplicantRegistered')
    expect(registered.length).toBe(6)
    for (const { data, meta } of registered) {
      expect(meta.actor.role).toBe('policy')
      expect([isSealed(data['name']), isSealed(data['number'])]).toEqual([true, true])
    }
    expect(JSON.stringify(registered)).not.toMatch(/999999(209|210)\d{8}/)
  })
  test('founded twice, it is the same county', async () => {
    const house = await countyOn(), before = (await house.facts()).length
    await foundCounty(house.stage, 7, founding)
    expect((await house.facts()).length).toBe(before)
  })
})

describe('铺历史 ten working days', () => {
  let ten: Awaited<ReturnType<typeof played>>
  beforeAll(async () => { ten = await played('2026-07-17T10:00:00.000Z') })

  test('every fact came through a command, and nothing was refused but the violations that were meant', async () => {
    const told = ten.said.reduce((sum, { answer }) => sum + ('facts' in answer ? answer.facts.length : 0), 0)
    const records = ten.said.filter(({ answer }) => isRefusal(answer) && answer.record).length
    expect(unplanned(ten.said)).toEqual([])
    expect((await ten.facts()).length).toBe(told + records)
    expect(ten.told.cases).toBeGreaterThan(250)
    expect((await ten.caseFacts()).length).toBe(ten.told.facts)
  })
  test('every registered applicant whose first case came in these days has it under the id by which they sign in', async () => {
    const facts = await ten.facts(), applying = new Set(facts.filter(({ type }) => type === 'ApplicationSubmitted').map(({ data }) => data['applicantId']))
    expect(facts.filter(({ type, data }) => type === 'ApplicantRegistered' && applying.has(data['applicant'])).length).toBeGreaterThan(1)
  })
  test('no name of a person and no number of theirs is in the book; firms are named', async () => {
    const submitted = (await ten.facts()).filter(({ type, meta }) => type === 'ApplicationSubmitted' && !meta.source).map(({ data }) => data)
    const persons = submitted.filter((data) => 'applicantName' in data), firms = submitted.filter((data) => 'organisation' in data)
    expect([persons.length > 50, firms.length > 50, persons.length + firms.length]).toEqual([true, true, submitted.length])
    for (const { applicantName, applicantNumber } of persons) expect([isSealed(applicantName), isSealed(applicantNumber)]).toEqual([true, true])
    expect(JSON.stringify(submitted)).not.toMatch(/999999(209|210)\d{8}/)
  })
  test('the clock of the book never goes back', async () => {
    const at = (await ten.facts()).map(({ meta }) => meta.recordedAt)
    expect(at).toEqual([...at].sort())
  })
  test('counters act while the doors are open, but for those who should not; the net, the importer and the law at any hour', async () => {
    const calendar = ten.stage.calendar()
    const outside = (await ten.caseFacts()).filter(({ meta: { recordedAt } }) => {
      const day = calendar.dayOf(recordedAt)
      return !calendar.isWorkingDay(day) || recordedAt < calendar.opensOf(day) || recordedAt > calendar.closeOf(day)
    })
    expect(outside.length).toBeGreaterThan(0)
    for (const { type, meta } of outside.filter(({ meta }) => !['applicant', 'policy', 'importer'].includes(meta.actor.role))) {
      expect(type).toBe('CaseAccepted')
      expect(fateOf(7, meta.stream.slice('cases-'.length)).act).toBe('after hours')
    }
    expect(ten.sweeps).toHaveLength(10)
    for (const at of ten.sweeps) expect(at).toBe(new Date(Date.parse(calendar.closeOf(calendar.dayOf(at))) + 60_000).toISOString())
  })
  test('said with the same seed on the same days, it is the same book', async () => {
    const bare = async (house: typeof ten) => (await house.facts()).map(({ type, data, meta }) =>
      ({ type, meta, data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, isSealed(value) ? 'sealed' : value])) }))
    const again = await played('2026-07-17T10:00:00.000Z'), other = await played('2026-07-17T10:00:00.000Z', '2026-07-06', 8)
    expect(await bare(again)).toEqual(await bare(ten))
    expect(await bare(other)).not.toEqual(await bare(ten))
  })
  test('an aborted play stops between two things and says how far it came', async () => {
    const house = await countyOn(), stop = new AbortController()
    const told = await playHistory(house.stage, { seed: 7, from: '2026-07-06' as Day, until: '2026-07-17T10:00:00.000Z' as Instant, signal: stop.signal,
      onProgress: ({ day }) => { if (day === '2026-07-08') stop.abort() } })
    expect(told.cases).toBeGreaterThan(60)
    expect(told.cases).toBeLessThan(ten.told.cases / 2)
    expect(house.clock() < '2026-07-09').toBe(true)
  })
})

describe('铺历史 a quarter of a year', () => {
  let quarter: Awaited<ReturnType<typeof played>>
  beforeAll(async () => { quarter = await played('2026-10-26T02:24:00.000Z') }, 60_000)

  test('every fact that a case can have natively occurs, and every special procedure that an item here foresees', async () => {
    const facts = await quarter.facts(), types = new Set(facts.filter(({ meta }) => meta.stream.startsWith('cases-')).map(({ type }) => type))
    // Attachments want bytes, and a demonstration has none.
    expect(Object.keys(caseEvents).filter((type) => !types.has(type))).toEqual(['DocumentAttached'])
    const kinds = new Set(facts.filter(({ type }) => type === 'SpecialProcedureStarted').map(({ data }) => data['kind']))
    expect([...kinds].sort()).toEqual(specialProcedures.filter((kind) => catalogue.some((it) => it.specialProcedures.includes(kind))).sort())
    expect(unplanned(quarter.said)).toEqual([])
  })
  test('outcomes, supplements, send-backs and violations are where a county has them', async () => {
    const facts = await quarter.facts(), count = (type: string, also: (data: Record<string, unknown>) => boolean = () => true) =>
      facts.filter((fact) => fact.type === type && also(fact.data)).length
    const granted = count('LicenceGranted'), refused = count('LicenceRefused')
    expect(granted / (granted + refused)).toBeGreaterThan(0.9)
    expect(granted / (granted + refused)).toBeLessThan(0.96)
    expect(count('SupplementRequested') / quarter.told.cases).toBeGreaterThan(0.08)
    expect(count('SupplementRequested') / quarter.told.cases).toBeLessThan(0.2)
    expect(count('SupplementRequested', ({ afterAcceptance }) => afterAcceptance === true)).toBeGreaterThan(10)
    expect(count('ReviewCompleted', ({ result }) => result === 'back')).toBeGreaterThan(20)
    expect(count('ApprovalGiven', ({ result }) => result === 'back')).toBeGreaterThan(2)
    expect(new Set(facts.filter(({ type }) => type === 'StepRefused').map(({ data }) => data['code']))).toEqual(new Set(['same-person-twice', 'not-authorised', 'not-the-next-step']))
    expect(count('StepRefused')).toBeLessThan(60)
  })
  test('an inspector finds something: lights, warnings and cards, most of them where the slow department is', async () => {
    const { lights: { ok = 0, soon = 0, late = 0, hold = 0 }, findings, late: by } =
      await quarter.supervised('2026-09-21T00:00:00.000Z' as Instant)
    const open = ok + soon + late + hold
    expect(open).toBeGreaterThan(120)
    expect(late / open).toBeGreaterThan(0)
    expect(late / open).toBeLessThan(0.06)
    expect(soon / open).toBeGreaterThan(0.01)
    expect(soon / open).toBeLessThan(0.12)
    expect(hold).toBeGreaterThan(3)
    const found = (...names: string[]) => names.reduce((sum, name) => sum + (findings[name] ?? 0), 0)
    expect(found('R-01 WARN')).toBeGreaterThan(30)
    expect(found('R-02 YELLOW')).toBeGreaterThan(3)
    expect(found('R-02 YELLOW')).toBeLessThan(25)
    expect(found('R-09 RED', 'R-11 RED', 'R-12 RED', 'I-07 RED')).toBeLessThan(25)
    const worst = Object.entries(by).sort(([, a], [, b]) => b - a)[0]?.[0]
    expect(worst).toBe('自然资源和规划局')
    for (const excellent of ['公安局', '教育局', '林业局']) expect(by[excellent] ?? 0).toBe(0)
  })
  test('no case is stuck: what came in the first month is over, but where the applicant never came back', async () => {
    const left = [...(await quarter.rows()).values()].filter(({ openedAt, stage, imported }) => !imported && openedAt < '2026-08-01' && !ended.includes(stage))
    expect(left.length).toBeGreaterThan(0)
    for (const { id, stage } of left) {
      expect(stage, id).toBe('SupplementPending')
      expect(fateOf(7, id).supplies, id).toBe(false)
    }
  })
})

describe('续 from the book alone', () => {
  test('played for a week, forgotten and read again, it goes on without a refusal, and what was open is finished', async () => {
    const pages = blankPages(), first = await countyOn(memoryBook(pages)), until = '2026-07-10T09:00:00.000Z' as Instant
    await playHistory(first.stage, { seed: 7, from: '2026-07-06' as Day, until })
    const open = (await first.open()).map(({ id }) => id).filter((id) => !id.includes(':'))
    expect(open.length).toBeGreaterThan(40)

    const second = await openHouse(memoryBook(pages), memoryKeys(), until)
    const told = await playHistory(second.stage, { seed: 7, from: '2026-07-10' as Day, until: '2026-09-04T09:00:00.000Z' as Instant, open: second.open,
      facts: second.factsOf })
    expect(told.cases).toBeGreaterThan(1000)
    expect(unplanned(second.said)).toEqual([])
    const rows = await second.rows()
    for (const id of open) {
      const { stage } = rows.get(id)!
      if (stage === 'SupplementPending' && !fateOf(7, id).supplies) continue
      expect(ended, id).toContain(stage)
    }
  })
})
