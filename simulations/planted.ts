import type { ActName } from './acts.ts'
import { fateOf, isOurs } from './fate.ts'
import { foreignKindOf, source, type ForeignKind } from './foreign.ts'

/** 标签 — what is planted in a case and must be found: by which rule, of whom, and of which episode. `clock` ends in `*` where a day follows that the number does not tell. */
export type Label = { caseNo: string; what: string; ruleId: string; subject: string; clock: string; batch?: string }

const acted: Partial<Record<ActName, readonly [ruleId: string, clock: string]>> = {
  'one terminal': ['R-11', 'shared:reviewing'], 'one key': ['R-11', 'shared:reviewing'], 'fast': ['R-13', 'fast'], 'after hours': ['R-13', 'after-hours'],
  'late entry': ['R-13', 'late-entry:handling:1'], 'late conclusion': ['R-13', 'late-entry:conclusion:1'],
  'over': ['R-09', 'fee~over'], 'over and back': ['R-09', 'fee~over'], 'under': ['R-09', 'fee~under'],
  'untold': ['R-06', 'special:1~untold'], 'unpublished': ['R-17', 'publication'], 'late delivery': ['R-16', 'delivery'], 'withdrawn for': ['I-06', 'withdrawal'],
  'lying': ['R-07', 'step:reviewing:1~late'], 'forgotten': ['R-04', 'statutory'],
}
const told: Partial<Record<ForeignKind, readonly [ruleId: string, clock: string]>> = {
  skipped: ['R-10', 'order:reviewing'], reordered: ['R-10', 'order:handling'], 'same person': ['R-11', 'person:reviewing'], unreasoned: ['R-14', 'refusal'],
}
const refusedBy = { 'same-person-twice': 'R-11', 'not-authorised': 'R-12', 'not-the-next-step': 'R-10' } as const

/** 所埋 in a case, from the seed and its number alone. It is written nowhere, and no rule reads it. */
export function plantedIn(seed: number, caseNo: string): Label[] {
  if (caseNo.startsWith(`${source}:`)) {
    const kind = foreignKindOf(seed, caseNo.slice(source.length + 1)), found = told[kind]
    return found ? [{ caseNo, what: kind, ruleId: found[0], subject: `cases.${caseNo}`, clock: found[1] }] : []
  }
  if (!isOurs(caseNo)) return []
  const { act, attempt, batch, handler } = fateOf(seed, caseNo), labels: Label[] = [], found = act && acted[act]
  if (act && found) labels.push({ caseNo, what: act, ruleId: found[0], subject: `cases.${caseNo}`, clock: found[1] })
  if (act === 'own case') labels.push({ caseNo, what: act, ruleId: 'I-07', subject: `cases.${caseNo}`, clock: `own:${handler.person}` })
  if (act && attempt) labels.push({ caseNo, what: act, ruleId: refusedBy[attempt.code], subject: `officers.${attempt.by.person}`, clock: `attempt:${attempt.code}:${caseNo}` })
  if (batch && batch.kind !== 'four') labels.push({ caseNo, what: batch.kind, ruleId: 'R-18', subject: `officers.${handler.person}`, clock: 'batch:*', batch: batch.name })
  return labels
}
/** 险些 — what comes close and must not be found, by what it is called. */
export function nearMissIn(seed: number, caseNo: string): string | undefined {
  if (!isOurs(caseNo)) return undefined
  const { act, batch } = fateOf(seed, caseNo)
  return batch?.kind === 'four' ? 'four' : act !== undefined && nearMisses.includes(act) ? act : undefined
}
const nearMisses: readonly ActName[] = ['six minutes', 'swift', 'next day', 'at the bell', 'fifth day', 'tells in time', 'instalments', 'before the bell']
