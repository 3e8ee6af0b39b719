import { dueSoon } from './r-01-due-soon.ts'
import { overdue } from './r-02-overdue.ts'
import { uncorrected } from './r-03-uncorrected.ts'
import { beyondTheLaw } from './r-04-statutory.ts'
import { lateNotice } from './r-05-notice.ts'
import { specialProcedure } from './r-06-special-procedure.ts'
import { stepLate } from './r-07-step.ts'
import { badExtension } from './r-08-extension.ts'
import { wrongFee } from './r-09-fee.ts'
import { deliveryLate } from './r-16-delivery.ts'
import { unpublished } from './r-17-publication.ts'
import { coHandlerLate } from './r-20-co-handler.ts'
import type { Pattern, Rule, RuleCard, Waiting } from './rule.ts'

// Params are numbers by name; which names is between a rule and its file.
const first = [
  dueSoon, overdue, beyondTheLaw, lateNotice, specialProcedure, stepLate, badExtension, wrongFee, deliveryLate, unpublished, coHandlerLate,
] as unknown as readonly Rule[]
/** R-03 looks at every yellow that can still be put right, so it comes last. */
const last = uncorrected(new Set(first.filter(({ escalates }) => escalates).map(({ id }) => id))) as unknown as Rule
/** 个案规则 — in the order of judging: a rule may look at what those before it foresee. */
export const rules: readonly Rule[] = [...first, last]
/** 群案规则 */
export const patterns = [] as unknown as readonly Pattern[]
/** 待接入的规则 */
export const waiting = [] as unknown as readonly Waiting[]
/** 规则目录 — every rule that there is, by id. */
export const catalogue: readonly RuleCard[] = [...rules, ...patterns, ...waiting].sort((a, b) => a.id < b.id ? -1 : 1)
