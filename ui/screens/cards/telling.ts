import type { CardListRow } from '../../../projections/card-page.ts'
import type { Formatter } from '../../format.ts'
import type { LightKind } from '../../verdict.ts'
import type { Words as Frame } from '../../words.zh.ts'
import type { Words } from './words.zh.ts'

const over = ({ state }: Pick<CardListRow, 'state'>) => state === 'revoked' || state === 'superseded'
/** 灯 of a finding: a card is late, a warning soon; what was taken back is over. */
export const findingLight = (row: Pick<CardListRow, 'severity' | 'state'>): LightKind => over(row) ? 'done' : row.severity === 'YELLOW' || row.severity === 'RED' ? 'late' : row.severity === 'WARN' ? 'soon' : 'none'

/** 一两句 — what was due and until when it was not done, or when it happened and when it was found; then what has been said of it. */
export function findingSays(row: CardListRow, say: Words, all: Frame, f: Formatter, english: boolean): string {
  const { breach, dueOn, becameTrueAt, issuedAt, overdueWorkingDays: days, state, appeal, revoked } = row
  const found: string[] = []
  if (breach) found.push(say.breach(english ? breach.en : breach.zh))
  // A risk point is no matter of days.
  const clocked = !breach && !row.ruleId.startsWith('I-') && dueOn
  if (clocked) found.push((f.dayOf(becameTrueAt) < clocked ? say.nearing : say.due)(f.longDay(clocked), f.near(becameTrueAt)))
  else found.push(f.dayOf(becameTrueAt) === f.dayOf(issuedAt) ? say.at(f.near(becameTrueAt)) : say.happened(f.near(becameTrueAt), f.near(issuedAt)))
  if (clocked && days && !over({ state })) found.push(say.over(f.workingDays(days)))
  if (appeal) found.push(say.appealed(appeal.grounds))
  if (state === 'revoked' && revoked) found.push(say.revoked(say.revocations[revoked.reason as 'force-majeure'] ?? all.revocations[revoked.reason] ?? revoked.reason, revoked.evidence))
  return found.join(english ? ' ' : '')
}
