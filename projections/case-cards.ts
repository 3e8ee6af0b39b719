import type { Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { CardEvent } from '../domain/supervision/events.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import { breachOf, type Finding, type RuleCard, type Severity } from '../domain/supervision/rules/rule.ts'
import type { CardRemark, CardView, FindingView } from './views.ts'

type Names = (person: string) => string | undefined
type Positions = ReadonlyMap<string, number>
/** Names of rules; of one that is gone, its number. */
const ruleNamed = (ruleId: string): Pick<RuleCard, 'zh' | 'en' | 'breaches'> => catalogue.find(({ id }) => id === ruleId) ?? { zh: ruleId, en: ruleId }
/** The rule's name, and which of its breaches this is. */
function named(ruleId: string, clock: string) {
  const rule = ruleNamed(ruleId), breach = breachOf(rule, clock)
  return { zh: rule.zh, en: rule.en, ...(breach && { breach }) }
}
/** Integrity risks, and rules on trial, are the inspectors' alone (domain.md D.3). */
const inspecting = (role: string) => role === 'inspector' || role === 'auditor'
export const maySee = (role: string) => ({ ruleId, shadow }: { ruleId: string; shadow?: true }) =>
  inspecting(role) || (!shadow && catalogue.find(({ id }) => id === ruleId)?.confidential !== true)
/** Facts as they are numbered in the book; what is proved by another stream's fact has no number here. */
const placed = (evidence: readonly string[] | undefined, positions: Positions) => {
  const found = (evidence ?? []).flatMap((id) => positions.get(id) ?? []).sort((a, b) => a - b)
  return found.length > 0 && { evidence: found }
}

/** 发现 as a role may see it. */
export const findingViews = (findings: readonly Finding[], role: string, positions: Positions, subCase?: number): FindingView[] =>
  findings.filter(maySee(role)).map(({ ruleId, ruleVersion, severity, clause, clock, dueOn, becameTrueAt, department, evidence, correctedAt, shadow }) => {
    return { ruleId, ruleVersion, ...named(ruleId, clock), severity, clause, clock, ...(dueOn && { dueOn }), becameTrueAt, ...(department !== undefined && { department }),
      ...placed(evidence, positions), ...(correctedAt && { correctedAt }), ...(shadow && { shadow }), ...(subCase !== undefined && { subCase }) }
  })

const severityOf: { [T in CardEvent['type']]?: Severity } = { HintRaised: 'HINT', WarningRaised: 'WARN', YellowCardIssued: 'YELLOW', RedCardIssued: 'RED' }
type Issued = Extract<CardEvent, { type: 'HintRaised' | 'WarningRaised' | 'YellowCardIssued' | 'RedCardIssued' }>
const isIssued = (fact: Recorded<CardEvent>): fact is Recorded<Issued> => severityOf[fact.type] !== undefined

/** What one fact says of a card that has been dealt. */
function remarkOf({ type, data, meta }: Recorded<CardEvent>, names: Names): CardRemark | undefined {
  const name = names(meta.actor.person)
  const said = { at: meta.recordedAt, by: meta.actor.person, ...(name !== undefined && { byName: name }) }
  switch (type) {
    case 'CardNotified': return { ...said, kind: 'notified', told: data.notified.map(({ duty, person }) => ({ duty, person, ...(names(person) !== undefined && { name: names(person)! }) })) }
    case 'CardAppealFiled': return { ...said, kind: 'appealed', text: data.grounds }
    case 'CardAppealUpheld': return { ...said, kind: 'upheld', text: data.reason }
    case 'CardAppealDismissed': return { ...said, kind: 'dismissed', text: data.reason }
    case 'CardStayed': return { ...said, kind: 'stayed', until: data.until, text: data.reason }
    case 'CardCorrected': return { ...said, kind: 'corrected', text: data.report }
    case 'CardCorrectionConfirmed': return { ...said, kind: 'correction-confirmed', ...(data.remark !== undefined && { text: data.remark }) }
    case 'CardConfirmed': return { ...said, kind: 'confirmed', text: data.reason }
    case 'CardRevoked': return { ...said, kind: 'revoked', text: data.evidence }
    case 'CardSuperseded': return { ...said, kind: 'superseded', card: data.by }
    case 'SanctionRecorded': return { ...said, kind: 'sanctioned', text: data.measure, documentNo: data.documentNo, points: data.points }
    default: return undefined
  }
}

function cardView(said: readonly Recorded<CardEvent>[], names: Names, positions: Positions): CardView | undefined {
  // Dealt again after the platform itself had taken it back: what counts is the last word.
  const issued = said.findLast(isIssued), ended = said.findLast(({ type }) => type === 'CardRevoked' || type === 'CardSuperseded')
  if (!issued) return undefined
  const { ruleId, clause, clock, becameTrueAt, dueOn, department, evidence } = issued.data
  const over = ended && said.indexOf(ended) > said.indexOf(issued) ? ended : undefined
  const subCase = /#(\d+)$/.exec(issued.meta.stream)?.[1]
  return {
    cardId: issued.data.cardId, ruleId, ...named(ruleId, clock), severity: severityOf[issued.type]!, clause, clock, becameTrueAt, issuedAt: issued.meta.recordedAt, ...(dueOn && { dueOn }),
    ...(issued.type === 'RedCardIssued' && issued.data.because !== undefined && { because: issued.data.because }),
    ...(issued.type === 'RedCardIssued' && issued.data.lateNotice && { lateNotice: true as const }), ...(department !== undefined && { department }),
    ...placed(evidence, positions), ...(subCase !== undefined && { subCase: Number(subCase) }),
    state: over?.type === 'CardRevoked' ? 'revoked' : over ? 'superseded' : 'standing', remarks: said.flatMap((fact) => remarkOf(fact, names) ?? []),
    ...(over?.type === 'CardRevoked' && { revoked: { reason: over.data.reason, at: over.meta.recordedAt } }),
  }
}

/** 牌 that had become true by then, with all that was said of them. `facts`: as far as is known. */
export function cardViews(facts: readonly Recorded<CardEvent>[], at: Instant, role: string, names: Names, positions: Positions): CardView[] {
  const said = new Map<string, Recorded<CardEvent>[]>()
  for (const fact of facts) {
    const key = `${fact.meta.stream} ${fact.data.cardId}`
    said.set(key, [...said.get(key) ?? [], fact])
  }
  return [...said.values()].flatMap((of) => cardView(of, names, positions) ?? []).filter((card) => card.becameTrueAt <= at && maySee(role)(card))
}
