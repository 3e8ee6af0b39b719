import type { Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { CardEvent } from '../domain/supervision/events.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import { breachOf, type Finding, type RuleCard, type Severity } from '../domain/supervision/rules/rule.ts'
import { cardsAt, type CardPiece } from './card-fold.ts'
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
type Known = readonly Pick<RuleCard, 'id' | 'confidential'>[]
export const maySee = (role: string, rules: Known = catalogue) => ({ ruleId, shadow }: { ruleId: string; shadow?: true }) =>
  inspecting(role) || (!shadow && rules.find(({ id }) => id === ruleId)?.confidential !== true)
/** Facts as they are numbered in the book; what is proved by another stream's fact has no number here. */
const placed = (evidence: readonly string[] | undefined, positions: Positions) => {
  const found = (evidence ?? []).flatMap((id) => positions.get(id) ?? []).sort((a, b) => a - b)
  return found.length > 0 && { evidence: found }
}

/** 发现 as a role may see it. */
export const findingViews = (findings: readonly Finding[], role: string, positions: Positions, subCase?: number, rules?: Known): FindingView[] =>
  findings.filter(maySee(role, rules)).map(({ ruleId, ruleVersion, severity, clause, clock, dueOn, becameTrueAt, department, evidence, correctedAt, shadow }) => {
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

type Ended = Pick<CardPiece, 'over' | 'revoked'>
function endOf({ type, data, meta }: Recorded<CardEvent>): Ended {
  if (type === 'CardRevoked') return { over: 'revoked', revoked: { reason: data.reason, at: meta.recordedAt } }
  return type === 'CardSuperseded' ? { over: 'superseded' } : {}
}
function issuedBy({ type, data, meta }: Recorded<Issued>, positions: Positions): NonNullable<CardPiece['issued']> {
  const { cardId, ruleId, clause, clock, becameTrueAt, dueOn, department, evidence } = data, subCase = /#(\d+)$/.exec(meta.stream)?.[1]
  return {
    cardId, ruleId, ...named(ruleId, clock), severity: severityOf[type]!, clause, clock, becameTrueAt, issuedAt: meta.recordedAt, ...(dueOn && { dueOn }),
    ...(type === 'RedCardIssued' && data.because !== undefined && { because: data.because }), ...(type === 'RedCardIssued' && data.lateNotice && { lateNotice: true as const }),
    ...(department !== undefined && { department }), ...placed(evidence, positions), ...(subCase !== undefined && { subCase: Number(subCase) }),
  }
}
/** Cards of a case and of its sub-cases, fact by fact, as a role may read them; of cards that it may not see, nothing. */
export function cardPieces(facts: readonly Recorded<CardEvent>[], role: string, names: Names, positions: Positions, rules?: Known): CardPiece[] {
  const numbers = new Map<string, string>(), keyOf = ({ meta, data }: Recorded<CardEvent>) => `${meta.stream} ${data.cardId}`
  const seen = new Set(facts.filter((fact) => isIssued(fact) && maySee(role, rules)(fact.data)).map(keyOf))
  return facts.filter((fact) => seen.has(keyOf(fact))).map((fact) => {
    const { recordedAt, epoch, source } = fact.meta, key = keyOf(fact), card = numbers.get(key) ?? String(numbers.size + 1), remark = remarkOf(fact, names)
    numbers.set(key, card)
    return { card, meta: { recordedAt, ...(epoch !== undefined && { epoch }), ...(source && { source }) }, ...(isIssued(fact) && { issued: issuedBy(fact, positions) }),
      ...endOf(fact), ...(remark && { remark }) }
  })
}
/** 牌 that had become true by then, with all that was said of them. `facts`: as far as is known. */
export const cardViews = (facts: readonly Recorded<CardEvent>[], at: Instant, role: string, names: Names, positions: Positions): CardView[] =>
  cardsAt(cardPieces(facts, role, names, positions), at, () => true)
