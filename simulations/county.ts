import { policy } from '../api/rooms.ts'
import { calendar } from '../domain/calendar/index.ts'
import { identity } from '../domain/identity/index.ts'
import { items } from '../domain/items/index.ts'
import type { ItemCommand } from '../domain/items/events.ts'
import type { Context } from '../domain/kernel/context.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { Actor, Fact } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { platform } from '../domain/platform/index.ts'
import { catalogue, type Matter } from './catalogue.ts'
import { acting, administrator, clerksAt, hallManager, handlersOf, people } from './people.ts'
import { county, halls } from './places.ts'
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

/** 建县 — halls, hours, people and items. The book already says that it is a demonstration; told again, nothing is added. */
export async function foundCounty(stage: Stage, seed: number, at: Instant): Promise<void> {
  stage.clock.set(at)
  const say = async (context: Context, id: string, command: Fact, by: Actor) => {
    const answer = await stage.say({ context, id, command, by, key: `county:${seed}:${context.name}:${id}:${JSON.stringify(command.data)}` })
    if (isRefusal(answer) && !answer.refused.startsWith('already') && answer.refused !== 'hall-already-open')
      throw new Error(`the county could not be founded: ${command.type} ${id}: ${answer.refused}`)
  }
  const admin = acting(administrator), manager = acting(hallManager)
  await Promise.all(halls.map(({ hall, name, kind }) => say(platform, hall, { type: 'OpenHall', data: { name, kind, zone: county.zone } }, admin)))
  await say(calendar, 'house', { type: 'SetOfficeHours', data: {
    hall: '', opensAt: '09:00', closesAt: '17:30', effectiveFrom: '2000-01-01', basis: '明镜县政务服务中心公告（虚构）' } }, policy)
  await Promise.all(people.map(({ person, name, department, post, roles, hall }) =>
    say(identity, person, { type: 'EnrolPerson', data: { name, department, post, roles: [...roles], ...(hall && { hall }) } }, admin)))
  await Promise.all(catalogue.map(async (matter) => {
    for (const version of versionsOf(matter)) await say(items, matter.code, version, manager)
  }))
}
