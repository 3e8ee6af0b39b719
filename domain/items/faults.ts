import { refuse, type Refusal } from '../kernel/decider.ts'
import { steps } from '../kernel/vocabulary.ts'
import type { FormField, ItemCommand } from './events.ts'
import { safePattern } from './pattern.ts'

type Item = ItemCommand['data']
export type ItemFault =
  | 'promise-beyond-the-law' | 'immediate-means-today' | 'joint-without-others' | 'others-without-joint' | 'lead-among-others' | 'co-handler-twice'
  | 'co-handler-beyond-the-law' | 'superior-not-named' | 'superior-not-needed' | 'flow-out-of-order' | 'step-limit-outside-the-flow' | 'step-limited-twice'
  | 'step-limit-beyond-the-law' | 'fee-standard-twice' | 'material-named-twice' | 'officer-named-twice' | FormFault
type FormFault = 'form-field-twice' | 'form-field-without-options' | 'form-field-condition-unknown' | 'form-field-condition-impossible'
  | 'form-field-bounds-crossed' | 'form-field-pattern-unsafe'

const repeats = (names: readonly string[]) => new Set(names).size < names.length
/** The first that holds; the order is that in which a person would mend them. */
const first = <Code extends string>(faults: readonly (readonly [Code, boolean])[]): Refusal<Code> | undefined => {
  const found = faults.find(([, holds]) => holds)
  return found && refuse(found[0])
}

/** 期限 — shorter than the law's (优化营商环境条例 36), the same day for an 即办件 (行政许可法 34). How long a special law may give is not for us to bound. */
const limits = ({ caseType, promisedWorkingDays, statutoryWorkingDays }: Item) => [
  ['promise-beyond-the-law', promisedWorkingDays > statutoryWorkingDays],
  ['immediate-means-today', caseType === 'IMMEDIATE' && promisedWorkingDays > 0],
] as const

/** 联办 has others beside the lead, 上报 somebody above; nobody else has either. */
const others = ({ caseType, department, statutoryWorkingDays, coHandlers = [], superior }: Item) => [
  ['joint-without-others', caseType === 'JOINT' && coHandlers.length === 0],
  ['others-without-joint', caseType !== 'JOINT' && coHandlers.length > 0],
  ['lead-among-others', coHandlers.some((other) => other.department === department)],
  ['co-handler-twice', repeats(coHandlers.map((other) => other.department))],
  ['co-handler-beyond-the-law', coHandlers.some((other) => other.promisedWorkingDays > statutoryWorkingDays)],
  ['superior-not-named', caseType === 'REPORTED_UP' && !superior],
  ['superior-not-needed', caseType !== 'REPORTED_UP' && superior !== undefined],
] as const

/** 环节 — each once and in the order of the law's text, each limit within the statutory one. Limits of steps may overlap, so their sum is not bound. */
const path = ({ flow, stepLimits, statutoryWorkingDays }: Item) => [
  ['flow-out-of-order', flow.some((step, i) => i > 0 && steps.indexOf(step) <= steps.indexOf(flow[i - 1]!))],
  ['step-limit-outside-the-flow', stepLimits.some(({ step }) => !flow.includes(step))],
  ['step-limited-twice', repeats(stepLimits.map(({ step }) => step))],
  ['step-limit-beyond-the-law', stepLimits.some(({ workingDays }) => workingDays > statutoryWorkingDays)],
] as const

const lists = ({ fees, materials, officers, coHandlers = [] }: Item) => [
  ['fee-standard-twice', repeats(fees.map(({ standardId }) => standardId))],
  ['material-named-twice', repeats(materials.map(({ name }) => name))],
  ['officer-named-twice', repeats(officers) || coHandlers.some((other) => repeats(other.officers))],
] as const

/** A condition that no answer could meet would hide its field for ever. */
const canBe = ({ kind, options, dictionary }: FormField, is: string | boolean) => typeof is === 'boolean' ? kind === 'yes-no'
  : kind.startsWith('choice') ? dictionary !== undefined || options?.includes(is) === true : !['yes-no', 'number', 'money'].includes(kind)

const form = ({ form }: Item) => {
  const conditions = form.flatMap(({ when }, i) => when ? [{ is: when.is, on: form.slice(0, i).find(({ id }) => id === when.field) }] : [])
  return [
    ['form-field-twice', repeats(form.map(({ id }) => id))],
    ['form-field-without-options', form.some(({ kind, options = [], dictionary }) => kind.startsWith('choice') && options.length === 0 && dictionary === undefined)],
    ['form-field-condition-unknown', conditions.some(({ on }) => !on)],
    ['form-field-condition-impossible', conditions.some(({ on, is }) => on && !canBe(on, is))],
    ['form-field-bounds-crossed', form.some(({ min, max }) => min !== undefined && max !== undefined && min > max)],
    ['form-field-pattern-unsafe', form.some(({ pattern }) => pattern !== undefined && !safePattern(pattern))],
  ] as const
}

/** What keeps an item from being published as it was said. */
export const faultIn = (item: Item): Refusal<ItemFault> | undefined =>
  first<ItemFault>([...limits(item), ...others(item), ...path(item), ...lists(item)]) ?? first(form(item))
