import { refuse, type Refusal } from '../kernel/decider.ts'
import { steps } from '../kernel/vocabulary.ts'
import type { FormField, ItemSaid } from './events.ts'
import { safePattern } from './pattern.ts'

export type ItemFault =
  | 'promise-beyond-the-law' | 'immediate-means-today' | 'joint-without-others' | 'others-without-joint' | 'lead-among-others' | 'co-handler-twice'
  | 'co-handler-beyond-the-law' | 'superior-not-named' | 'superior-not-needed' | 'flow-out-of-order' | 'step-limit-outside-the-flow' | 'step-limited-twice'
  | 'step-limit-beyond-the-law' | 'fee-standard-twice' | 'material-named-twice' | 'officer-named-twice' | FormFault
type FormFault = 'form-field-twice' | 'form-field-without-options' | 'form-field-condition-unknown' | 'form-field-condition-impossible'
  | 'form-field-bounds-crossed' | 'form-field-pattern-unsafe'
/** 不合之处 — what is wrong, and everywhere it is: `flow.1`, `form.3.options`. */
type Found<Code extends string> = readonly [Code, readonly string[]]

const where = (holds: boolean, at: string) => holds ? [at] : []
const each = <T>(list: readonly T[], wrong: (one: T, i: number) => boolean, at: (i: number) => string) => list.flatMap((one, i) => where(wrong(one, i), at(i)))
/** Those that were named before; the first of a name is nobody's fault. */
const again = (names: readonly string[], at: (i: number) => string) => each(names, (name, i) => names.indexOf(name) < i, at)

/** 期限 — shorter than the law's (优化营商环境条例 36), the same day for an 即办件 (行政许可法 34). How long a special law may give is not for us to bound. */
const limits = ({ caseType, promisedWorkingDays, statutoryWorkingDays }: ItemSaid) => [
  ['promise-beyond-the-law', where(promisedWorkingDays > statutoryWorkingDays, 'promisedWorkingDays')],
  ['immediate-means-today', where(caseType === 'IMMEDIATE' && promisedWorkingDays > 0, 'promisedWorkingDays')],
] as const

/** 联办 has others beside the lead, 上报 somebody above; nobody else has either. */
const others = ({ caseType, department, statutoryWorkingDays, coHandlers = [], superior }: ItemSaid) => [
  ['joint-without-others', where(caseType === 'JOINT' && coHandlers.length === 0, 'coHandlers')],
  ['others-without-joint', where(caseType !== 'JOINT' && coHandlers.length > 0, 'coHandlers')],
  ['lead-among-others', each(coHandlers, (other) => other.department === department, (i) => `coHandlers.${i}.department`)],
  ['co-handler-twice', again(coHandlers.map((other) => other.department), (i) => `coHandlers.${i}.department`)],
  ['co-handler-beyond-the-law', each(coHandlers, (other) => other.promisedWorkingDays > statutoryWorkingDays, (i) => `coHandlers.${i}.promisedWorkingDays`)],
  ['superior-not-named', where(caseType === 'REPORTED_UP' && !superior, 'superior')],
  ['superior-not-needed', where(caseType !== 'REPORTED_UP' && superior !== undefined, 'superior')],
] as const

/** 环节 — each once and in the order of the law's text, each limit within the statutory one. Limits of steps may overlap, so their sum is not bound. */
const path = ({ flow, stepLimits, statutoryWorkingDays }: ItemSaid) => [
  ['flow-out-of-order', each(flow, (step, i) => i > 0 && steps.indexOf(step) <= steps.indexOf(flow[i - 1]!), (i) => `flow.${i}`)],
  ['step-limit-outside-the-flow', each(stepLimits, ({ step }) => !flow.includes(step), (i) => `stepLimits.${i}`)],
  ['step-limited-twice', again(stepLimits.map(({ step }) => step), (i) => `stepLimits.${i}`)],
  ['step-limit-beyond-the-law', each(stepLimits, ({ workingDays }) => workingDays > statutoryWorkingDays, (i) => `stepLimits.${i}.workingDays`)],
] as const

const lists = ({ fees, materials, officers, coHandlers = [] }: ItemSaid) => [
  ['fee-standard-twice', again(fees.map(({ standardId }) => standardId), (i) => `fees.${i}.standardId`)],
  ['material-named-twice', again(materials.map(({ name }) => name), (i) => `materials.${i}.name`)],
  ['officer-named-twice', [...again(officers, (i) => `officers.${i}`), ...coHandlers.flatMap((other, n) => again(other.officers, (i) => `coHandlers.${n}.officers.${i}`))]],
] as const

/** A condition that no answer could meet would hide its field for ever. */
const canBe = ({ kind, options, dictionary }: FormField, is: string | boolean) => typeof is === 'boolean' ? kind === 'yes-no'
  : kind.startsWith('choice') ? dictionary !== undefined || options?.includes(is) === true : !['yes-no', 'number', 'money'].includes(kind)

const isWithoutOptions = ({ kind, options = [], dictionary }: FormField) => kind.startsWith('choice') && options.length === 0 && dictionary === undefined
const form = ({ form }: ItemSaid) => {
  const asked = form.map(({ when }, i) => when && { is: when.is, on: form.slice(0, i).find(({ id }) => id === when.field) })
  return [
    ['form-field-twice', again(form.map(({ id }) => id), (i) => `form.${i}.id`)],
    ['form-field-without-options', each(form, isWithoutOptions, (i) => `form.${i}.options`)],
    ['form-field-condition-unknown', each(asked, (condition) => condition !== undefined && !condition.on, (i) => `form.${i}.when`)],
    ['form-field-condition-impossible', each(asked, (condition) => condition?.on !== undefined && !canBe(condition.on, condition.is), (i) => `form.${i}.when`)],
    ['form-field-bounds-crossed', each(form, ({ min, max }) => min !== undefined && max !== undefined && min > max, (i) => `form.${i}.min`)],
    ['form-field-pattern-unsafe', each(form, ({ pattern }) => pattern !== undefined && !safePattern(pattern), (i) => `form.${i}.pattern`)],
  ] as const
}

const found = (item: ItemSaid): readonly Found<ItemFault>[] => [...limits(item), ...others(item), ...path(item), ...lists(item), ...form(item)]
/** 全部不合之处 — every fault at every place that has it, in the order in which a person would mend them. */
export const faultsIn = (item: ItemSaid): { code: ItemFault; at: string }[] => found(item).flatMap(([code, places]) => places.map((at) => ({ code, at })))
/** What keeps an item from being published as it was said. */
export const faultIn = (item: ItemSaid): Refusal<ItemFault> | undefined => {
  const first = found(item).find(([, places]) => places.length > 0)
  return first && refuse(first[0])
}
