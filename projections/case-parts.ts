import type { CaseEvent } from '../domain/cases/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import type { Calendar, Instant } from '../domain/kernel/values.ts'
import { delayShares } from '../domain/supervision/delay.ts'
import { lightAt, type Due } from '../domain/supervision/lights.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { clockView } from './case-clocks.ts'
import { seesFindings } from './case-facts.ts'
import type { CaseView, SubCaseView } from './views.ts'

type Fact = Recorded<CaseEvent>
type Of<T extends CaseEvent['type']> = Recorded<Extract<CaseEvent, { type: T }>>
const all = <T extends CaseEvent['type']>(facts: readonly Fact[], type: T) => facts.filter((fact): fact is Of<T> => fact.type === type)
type Names = (person: string) => string | undefined
/** Only what is there: an absent field says that nothing was said. */
type Said<T> = { [K in keyof T]: Exclude<T[K], undefined> }
const said = <T extends object>(fields: T) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>

/** As of an instant, by a calendar, in whose eyes; `dueOf` says how each of them stands. */
export type Seen = { at: Instant; calendar: Calendar; role: string; names: Names; dueOf(timeline: Timeline): Due }

/** 子件 of a joint case, each with its own clock and light; an opinion of the office is not the applicant's to read. */
function subCasesOf(facts: readonly Fact[], subs: readonly Timeline[], { at, calendar, role, dueOf }: Seen): SubCaseView[] {
  const opinions = new Map(all(facts, 'SubOpinionGiven').map(({ data }) => [data.subCase, data]))
  return all(facts, 'SubCaseOpened').flatMap(({ data: { subCase: number, department, matter, openedOn }, meta }) => {
    const timeline = subs.find(({ subject }) => subject === `${meta.stream.replace('-', '.')}#${number}`)
    if (!timeline) return []
    const opinion = opinions.get(number)
    const light = lightAt(dueOf(timeline), timeline.endedAt && timeline.endedAt < at ? timeline.endedAt : at)
    return [{ number, department, matter, openedOn, light, clock: clockView(timeline.clocks[0]!, calendar, at),
      ...(opinion && role !== 'applicant' && { opinion: said({ result: opinion.result, givenOn: opinion.givenOn, text: opinion.opinion }) }) }]
  })
}

function superiorOf(facts: readonly Fact[], lead: Timeline, { calendar, at }: Seen): Pick<CaseView, 'superior'> {
  const reported = all(facts, 'CaseReportedUp').at(-1), decided = all(facts, 'SuperiorDecided').at(-1)
  if (!reported) return {}
  const { superior, reportedOn, workingDays } = reported.data
  const clock = lead.clocks.findLast(({ kind }) => kind === 'superior'), dueOn = clock && clockView(clock, calendar, at).dueOn
  const answer = decided && facts.indexOf(decided) > facts.indexOf(reported) ? decided.data : undefined
  return { superior: said({ superior, reportedOn, workingDays, dueOn, decidedOn: answer?.decidedOn, result: answer?.result, documentNo: answer?.documentNo }) }
}

/** What stands beside the trunk of a case: who else had a hand in it, how it was prolonged and sent back, and whose the delay is. */
export function partsOf(facts: readonly Fact[], lead: Timeline, subs: readonly Timeline[], seen: Seen):
Pick<CaseView, 'subCases' | 'superior' | 'extensions' | 'sentBack' | 'delays'> {
  const { at, calendar, role, names } = seen, inner = role !== 'applicant'
  return {
    subCases: subCasesOf(facts, subs, seen), ...superiorOf(facts, lead, seen),
    extensions: all(facts, 'LimitExtended').map(({ data: { workingDays, extendedOn, dueOnBefore, reason, basis, approver } }) =>
      said({ workingDays, extendedOn, dueOnBefore, reason, basis, approver: inner && approver !== undefined ? names(approver) ?? approver : undefined })),
    sentBack: inner ? all(facts, 'StepSentBack').map((fact) => {
      const { from, to, reason, by } = fact.data
      return said({ at: occurredAt(fact), from, to, reason, byName: by === undefined ? undefined : names(by) ?? by })
    }) : [],
    delays: seesFindings(role) ? delayShares(lead, subs, calendar, at) : [],
  }
}
