import type { CaseView, FactView } from '../../../projections/views.ts'

type Opinion = { revision: number; type: string; at: string; by: string; text: string; result: string; round: number }
const textOf = (data: FactView['data'], field: string) => typeof data[field] === 'string' ? data[field] : ''
/** 意见 — what each step said, round by round: a case that is sent back begins another. Newest first. */
export function opinionsOf({ facts }: CaseView): { opinions: Opinion[]; rounds: number } {
  const opinions: Opinion[] = []
  let round = 1
  for (const { type, data, revision, occurredAt, byName, by } of facts) {
    const text = textOf(data, 'opinion') || (type === 'StepSentBack' ? textOf(data, 'reason') : ''), result = textOf(data, 'result')
    if (text) opinions.push({ revision, type, at: occurredAt, by: byName ?? by ?? '', text, result, round })
    if (type === 'StepSentBack' || ((type === 'ReviewCompleted' || type === 'ApprovalGiven') && result === 'back')) round++
  }
  return { opinions: opinions.reverse(), rounds: round }
}
