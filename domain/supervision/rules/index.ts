import { steering } from './i-01-steering.ts'
import { intermediary } from './i-02-intermediary.ts'
import { queueJump } from './i-03-queue-jump.ts'
import { unusuallyFast } from './i-04-too-fast.ts'
import { refuseThenGrant } from './i-05-refuse-then-grant.ts'
import { withdrawnFor } from './i-06-withdrawn-for.ts'
import { ownCase } from './i-07-own-case.ts'
import { dueSoon } from './r-01-due-soon.ts'
import { overdue } from './r-02-overdue.ts'
import { uncorrected } from './r-03-uncorrected.ts'
import { beyondTheLaw } from './r-04-statutory.ts'
import { lateNotice } from './r-05-notice.ts'
import { specialProcedure } from './r-06-special-procedure.ts'
import { stepLate } from './r-07-step.ts'
import { badExtension } from './r-08-extension.ts'
import { wrongFee } from './r-09-fee.ts'
import { orderOfSteps } from './r-10-order-of-steps.ts'
import { samePerson } from './r-11-same-person.ts'
import { notAuthorised } from './r-12-not-authorised.ts'
import { offSystem } from './r-13-off-system.ts'
import { unreasonedRefusal } from './r-14-unreasoned-refusal.ts'
import { refusalRate } from './r-15-refusal-rate.ts'
import { deliveryLate } from './r-16-delivery.ts'
import { unpublished } from './r-17-publication.ts'
import { batchClosing } from './r-18-batch-closing.ts'
import { returnedOften, sentBackOften } from './r-19-returned-often.ts'
import { coHandlerLate } from './r-20-co-handler.ts'
import type { Pattern, Rule, RuleCard, Waiting } from './rule.ts'
import { awaited } from './waiting/index.ts'

// Params are numbers by name; which names is between a rule and its file.
const first = [
  dueSoon, overdue, beyondTheLaw, lateNotice, specialProcedure, stepLate, badExtension, wrongFee, deliveryLate, unpublished, coHandlerLate,
  orderOfSteps, samePerson, notAuthorised, offSystem, unreasonedRefusal, sentBackOften, withdrawnFor, ownCase,
] as unknown as readonly Rule[]
/** R-03 looks at every yellow that can still be put right, so it comes last. */
const last = uncorrected(new Set(first.filter(({ escalates }) => escalates).map(({ id }) => id))) as unknown as Rule
/** 个案规则 — in the order of judging: a rule may look at what those before it foresee. */
export const rules: readonly Rule[] = [...first, last]
/** 群案规则 */
export const patterns = [refusalRate, batchClosing, returnedOften, steering, intermediary, queueJump, unusuallyFast, refuseThenGrant] as unknown as readonly Pattern[]
/** 待接入的规则 */
export const waiting: readonly Waiting[] = awaited
/** A rule that looks at one case and at many is still one rule. */
const shown = ({ examples, ...card }: Rule): RuleCard => ({ ...card, examples: [...examples, ...patterns.flatMap(({ id, examples }) => id === card.id ? examples : [])] })
/** 规则目录 — every rule that there is, once, by id. */
export const catalogue: readonly RuleCard[] = [...rules.map(shown), ...patterns.filter(({ id }) => !rules.some((rule) => rule.id === id)), ...waiting].sort((a, b) => a.id < b.id ? -1 : 1)
