import { groupOf } from '../domain/supervision/rules/group.ts'
import type { EvidenceCase } from '../projections/card-page.ts'
import type { CardRow } from '../projections/cards.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { DueIndex } from '../projections/due-index.ts'
import { eyesFor, type Sight } from './access/sight.ts'
import type { Rooms } from './rooms.ts'


/** 组 of which a card over many was found, by its rule: the clock and the case say the rest. */
function groupsOf({ ruleId, clock, becameTrueAt, subject }: CardRow, row: CaseRow | undefined): string[] {
  const parts = clock.split(':'), year = becameTrueAt.slice(0, 4), item = row?.itemCode ?? ''
  switch (ruleId) {
    case 'I-01': return [groupOf(parts[1]!, parts.slice(2, -1).join(':'), parts.at(-1)!)]
    case 'I-02': return [groupOf(parts.slice(1, -1).join(':'), parts.at(-1)!)]
    case 'I-03': return [groupOf(item)]
    case 'I-04': return [groupOf(item, year)]
    case 'I-05': case 'R-19': return [row?.applicantId, row?.agentId].flatMap((one) => one === undefined ? [] : [groupOf(one, item)])
    case 'R-15': return [groupOf(parts[1]!, parts.at(-1)!)]
    case 'R-18': return [groupOf(subject.slice(subject.indexOf('.') + 1), (parts[1] ?? '').slice(0, 10))]
    default: return []
  }
}
/** 依据的办件 of a card that rests on several, of those in sight: each opens at the moment that counts. */
export async function evidenceCases(rooms: Rooms, index: DueIndex, card: CardRow, sight: Sight): Promise<EvidenceCase[]> {
  const row = card.subject.startsWith('cases.') ? await rooms.rows.get('cases', card.subject.slice('cases.'.length).replace(/#\d+$/, '')) as CaseRow | undefined : undefined
  const observed = groupsOf(card, row).flatMap((group) => index.patterns.of({ ruleId: card.ruleId, group }).observations)
  const proving = observed.filter(({ id, subject }) => id !== undefined && card.evidence?.includes(id) && subject.startsWith('cases.'))
  const found = await Promise.all([...new Map(proving.map((one) => [one.subject, one])).values()].map(async ({ subject, at }) => {
    const caseId = subject.slice('cases.'.length), of = await rooms.rows.get('cases', caseId) as CaseRow | undefined
    return of && eyesFor(sight, of) !== undefined ? [{ caseId, itemCode: of.itemCode, at }] : []
  }))
  return found.flat().sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : a.caseId < b.caseId ? -1 : 1)
}
