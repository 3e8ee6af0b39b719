import { dueSoon } from './r-01-due-soon.ts'
import { overdue } from './r-02-overdue.ts'
import { uncorrected } from './r-03-uncorrected.ts'
import { beyondTheLaw } from './r-04-statutory.ts'
import type { Rule } from './rule.ts'

/** 规则目录 — in the order of judging: a rule may look at what those before it foresee. */
// Params are numbers by name; which names is between a rule and its file.
export const rules = [dueSoon, overdue, uncorrected, beyondTheLaw] as unknown as readonly Rule[]
