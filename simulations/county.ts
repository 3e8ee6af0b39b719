import { policy } from '../api/rooms.ts'
import type { OfficeCalendar } from '../domain/calendar/calendar.ts'
import { calendar } from '../domain/calendar/index.ts'
import type { IdentityCommand } from '../domain/identity/events.ts'
import { identity } from '../domain/identity/index.ts'
import { usualGrant } from '../domain/identity/person.ts'
import { items } from '../domain/items/index.ts'
import type { ItemCommand } from '../domain/items/events.ts'
import type { Context, Role } from '../domain/kernel/context.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { Actor, Fact } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { platform } from '../domain/platform/index.ts'
import type { Applicant } from './applicants.ts'
import { arrivalsOn } from './arrivals.ts'
import { catalogue, type Matter } from './catalogue.ts'
import { acting, administrator, clerksAt, hallManager, handlersOf, isFounding, people, seatOf, securityAdministrator, type Person } from './people.ts'
import { centre, county, departments, halls, inspectorate } from './places.ts'
import type { Stage } from './stage.ts'

export { goLive, type Live } from './live.ts'
export { playHistory, type History } from './history.ts'
export { people, type Person } from './people.ts'
export { county, departments, halls } from './places.ts'
export type { FactsOf, OpenCase } from './playing.ts'
export type { Stage } from './stage.ts'

/** 授权人员 of an item: those of its department who handle it, and the clerks who may take it in. */
function officersOf({ department, where }: Matter): string[] {
  const takenIn = halls.filter(({ hall, kind }) => where === 'anywhere' ? kind !== 'branch' : hall === (where === 'county' ? 'mingjing' : where))
  return [...handlersOf(department), ...takenIn.flatMap(({ hall }) => clerksAt(hall))].map(({ person }) => person)
}
/** 环节时限 that add up to the promise: the verifier and the leader have a day or two, the rest is the case officer's. None where there is not a day for each. */
function stepLimitsOf({ flow }: Matter, promised: number): ItemCommand['data']['stepLimits'] {
  if (promised < flow.length) return []
  const later = flow.slice(1).map((step) => ({ step, workingDays: step === 'reviewing' && promised > 5 ? 2 : 1 }))
  return [{ step: flow[0]!, workingDays: later.reduce((left, { workingDays }) => left - workingDays, promised) }, ...later]
}
/** 最短合理时间 of whatever is promised in days. */
const leastMinutes = 60
/** Each version of an item, the older promise first. */
function versionsOf(matter: Matter): ItemCommand[] {
  const { legalName, shortName, itemType, caseType, department, statutoryWorkingDays, formerlyWorkingDays, promisedWorkingDays, statute, clause } = matter
  const promises = [...(formerlyWorkingDays === undefined ? [] : [formerlyWorkingDays]), promisedWorkingDays]
  return promises.map((promised, i) => ({ type: 'PublishItem', data: {
    version: i + 1, legalName, shortName, itemType, categories: [...matter.categories], caseType, department, statutoryWorkingDays, promisedWorkingDays: promised,
    stepLimits: stepLimitsOf(matter, promised), flow: [...matter.flow], twoPersonRule: true, officers: officersOf(matter),
    ...(matter.coHandlers.length > 0 && { coHandlers: matter.coHandlers.map((co) => ({ ...co, officers: handlersOf(co.department).map(({ person }) => person) })) }),
    ...(matter.superior && { superior: matter.superior }), ...(matter.renewal && { renewal: true }), ...(promised >= 5 && { minimumMinutes: leastMinutes }),
    specialProcedures: [...matter.specialProcedures], materials: matter.materials.map((name) => ({ name, required: true })),
    legalBasis: [{ statute, clause }], fees: matter.fees.map((fee) => ({ ...fee })), form: [],
  } }))
}

/** A key lies open in the book, so what is sealed is not in it. */
const saidOf = ({ type, data }: Fact) => type === 'RegisterApplicant' ? type : JSON.stringify(data)
type Say = (context: Context, id: string, command: Fact, by: Actor) => Promise<void>
/** 三员 by the house; everybody else by the system administrator, without a right; rights, keys and terminals by the security administrator. */
async function enrol(say: Say, admin: Actor) {
  const security = acting(securityAdministrator)
  const enrolment = (who: Person, roles?: readonly Role[]): Fact =>
    ({ type: 'EnrolPerson', data: { name: who.name, department: who.department, post: who.post, ...(roles && { roles: [...roles] }), ...(who.hall && { hall: who.hall }) } })
  await Promise.all(people.filter(isFounding).map((who) => say(identity, who.person, enrolment(who, who.roles), policy)))
  await Promise.all(people.map(async (who) => {
    if (!isFounding(who)) {
      await say(identity, who.person, enrolment(who), admin)
      for (const role of who.roles) await say(identity, who.person, { type: 'GrantRole', data: { ...usualGrant(role, who), basis: `明镜县任职通知（虚构）：${who.post}` } }, security)
    }
    // Nobody binds a key to themselves: the one who binds them all has none until there is a second.
    if (who.person === security.person) return
    const { key, terminal } = seatOf(who)
    await say(identity, key, { type: 'BindKey', data: { person: who.person, terminal } }, security)
  }))
}
/** 组织 — a department is known by the name that items and people call it by. */
async function establish(say: Say, admin: Actor) {
  const found = (id: string, data: Extract<IdentityCommand, { type: 'EstablishOrganisation' }>['data']) => say(identity, id, { type: 'EstablishOrganisation', data }, admin)
  await found(county.region, { name: '明镜县', kind: 'region', division: county.region })
  await Promise.all([...departments.map(({ name }) => name), centre, inspectorate].map((name) => found(name, { name, kind: 'department', parent: county.region })))
  await Promise.all(halls.map(({ hall, name }) => found(hall, { name, kind: 'hall', parent: county.region })))
  await Promise.all(halls.flatMap(({ hall }) => clerksAt(hall).map((clerk) => found(seatOf(clerk).terminal, { name: clerk.post, kind: 'window', parent: hall }))))
}
/** 登记申请人 — a few of those who will apply most often, so that somebody at the screen can be one of them. */
async function register(say: Say, seed: number, at: Instant, calendar: OfficeCalendar) {
  const times = new Map<string, number>(), persons = new Map<string, Applicant>()
  let day = calendar.dayOf(at)
  for (let days = 0; days < registeredFrom; days++) {
    for (const { fate: { applicant } } of arrivalsOn(seed, day, calendar)) {
      if (!('applicantName' in applicant)) continue
      times.set(applicant.applicantId, (times.get(applicant.applicantId) ?? 0) + 1)
      persons.set(applicant.applicantId, applicant)
    }
    day = calendar.addWorkingDays(day, 1)
  }
  const often = [...times].sort(([, a], [, b]) => b - a).slice(0, registered).map(([id]) => persons.get(id)!)
  await Promise.all(often.map((applicant) => 'applicantName' in applicant && say(identity, applicant.applicantId, { type: 'RegisterApplicant',
    data: { applicant: applicant.applicantId, name: applicant.applicantName, number: applicant.applicantNumber } }, policy)))
}
const registered = 6, registeredFrom = 30

/** 建县 — people and their rights, halls, hours, organisations, a few applicants, and items. The book already says that it is a demonstration; told again, nothing is added. */
export async function foundCounty(stage: Stage, seed: number, at: Instant): Promise<void> {
  stage.clock.set(at)
  const say: Say = async (context, id, command, by) => {
    const answer = await stage.say({ context, id, command, by, key: `county:${seed}:${context.name}:${id}:${saidOf(command)}` })
    if (isRefusal(answer) && !answer.refused.startsWith('already') && answer.refused !== 'hall-already-open')
      throw new Error(`the county could not be founded: ${command.type} ${id}: ${answer.refused}`)
  }
  const admin = acting(administrator), manager = acting(hallManager)
  await enrol(say, admin)
  await Promise.all(halls.map(({ hall, name, kind }) => say(platform, hall, { type: 'OpenHall', data: { name, kind, zone: county.zone } }, admin)))
  await say(calendar, 'house', { type: 'SetOfficeHours', data: {
    hall: '', opensAt: '09:00', closesAt: '17:30', effectiveFrom: '2000-01-01', basis: '明镜县政务服务中心公告（虚构）' } }, policy)
  await Promise.all([establish(say, admin), register(say, seed, at, stage.calendar())])
  await Promise.all(catalogue.map(async (matter) => {
    for (const version of versionsOf(matter)) await say(items, matter.code, version, manager)
  }))
}
