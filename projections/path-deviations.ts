import type { Calendar } from '../domain/kernel/values.ts'
import { orderOfSteps } from '../domain/supervision/rules/r-10-order-of-steps.ts'
import { samePerson } from '../domain/supervision/rules/r-11-same-person.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { CasePathRow, PathStep } from './case-paths.ts'

/** 偏离 — `skipped` 跳过环节, `same-person` 承办与核准同一人, `impossible` 先后不可能. */
export const deviations = ['skipped', 'same-person', 'impossible'] as const
export type Deviation = typeof deviations[number]
/** At which step of the path. */
export type Deviating = { at: number; kind: Deviation }

/** What must have come before what, in any case: an application, its acceptance, the decision, the end, and what follows it. */
const rank: Readonly<Record<string, number>> = {
  ApplicationSubmitted: 0, CaseAccepted: 1, CaseDeemedAccepted: 1, LicenceGranted: 2, LicenceRefused: 2, RenewalDeemedGranted: 2, CaseConcluded: 3, ResultDelivered: 4, CaseArchived: 5,
}
const dayless = (a: PathStep, b: PathStep, { dayOf }: Calendar) => (a.precision ?? b.precision) !== undefined && dayOf(a.at) === dayOf(b.at)

/** Reported before what it cannot have come before: something of a lower rank happens for the first time only later. */
function impossible(steps: readonly PathStep[], calendar: Calendar): Deviating[] {
  return steps.flatMap((step, at): Deviating[] => {
    const own = rank[step.type]
    if (own === undefined) return []
    const late = steps.slice(at + 1).some((other) => {
      const theirs = rank[other.type]
      return theirs !== undefined && theirs < own && !dayless(step, other, calendar) && !steps.slice(0, at).some(({ type }) => rank[type] === theirs)
    })
    return late ? [{ at, kind: 'impossible' }] : []
  })
}

/** 路径上的偏离, as the rules of supervision know them (R-10 程序倒置, R-11 一审一核): what they find, at the step at which it is found. */
export function deviationsOf({ flow, steps, ...row }: CasePathRow, calendar: Calendar): Deviating[] {
  const { department, itemCode, hall, zone } = row
  const timeline: Timeline = { subject: row.id, department, itemCode, hall, zone, imported: row.source !== undefined, clocks: [], ...(flow && { flow }),
    deeds: steps.map(({ type, at, by, step, back, precision }, i) => ({ id: String(i), type, at, ...(by !== undefined && { by }), ...(precision && { precision }),
      ...((step ?? decides[type]) !== undefined && { step: step ?? decides[type]! }), ...(back !== undefined && { said: back === '' ? { result: 'back' } : { to: back } }) })) }
  const kinds = [['skipped', orderOfSteps.foresee(timeline, { calendar }, {}, [])], ['same-person', samePerson.foresee(timeline, { calendar }, { sharedTerminalMinutes: 0 }, [])]] as const
  const found = kinds.flatMap(([kind, all]) => all.map(({ evidence = [] }): Deviating => ({ at: Number(evidence.at(-1)), kind })))
  const unique = new Map([...found, ...impossible(steps, calendar)].map((one) => [`${one.at} ${one.kind}`, one]))
  return [...unique.values()].sort((a, b) => a.at - b.at)
}
const decides: Readonly<Record<string, string>> = { LicenceGranted: 'decision', LicenceRefused: 'decision', RenewalDeemedGranted: 'decision', CaseConcluded: 'conclusion' }
