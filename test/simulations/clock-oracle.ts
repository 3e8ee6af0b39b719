import type { CaseEvent, Pinned } from '../../domain/cases/events.ts'
import { occurredAt, type Recorded } from '../../domain/kernel/events.ts'
import { chineseDays, oracleOf } from '../calendar-oracle.ts'

/** A second opinion on every clock of a case: the raw facts, and one day after the other. It knows neither timelines nor rules. */

type Fact = Recorded<CaseEvent>
type Pause = { from: string; to?: string | undefined }
export type Expected = { ruleId: string; subject: string; clock: string; severity: string; becameTrueAt: string }
const days = oracleOf(chineseDays('package'))
const dayOf = (at: string) => new Date(Date.parse(at) + 8 * 36e5).toISOString().slice(0, 10)
/** Half past five in the afternoon, eight hours east. */
const closeOf = (day: string) => `${day}T09:30:00.000Z`
const happened = (fact: Fact): string => 'becameTrueAt' in fact.data ? fact.data.becameTrueAt : occurredAt(fact)
const ends: readonly string[] = ['CaseConcluded', 'CaseTerminated', 'ApplicationWithdrawn', 'CaseReturned', 'CaseNotAccepted']
const lost = ends.slice(1), decisions: readonly string[] = ['LicenceGranted', 'LicenceRefused', 'RenewalDeemedGranted']

type Say = (ruleId: string, clock: string, severity: string, at: string, stoppedAt: string | undefined, subject?: string) => void
type Told = { facts: readonly Fact[]; first(...types: string[]): Fact | undefined; stop(...types: string[]): string | undefined; pauses(kinds: readonly string[]): Pause[]; say: Say }

/** Days on which it stood still, each from what stopped it to what set it going. */
const standing: Record<string, readonly [from: string, to: string]> = {
  supplement: ['SupplementRequested', 'SupplementSubmitted'], special: ['SpecialProcedureStarted', 'SpecialProcedureEnded'], superior: ['CaseReportedUp', 'SuperiorDecided'],
}
const dayIn = ({ data }: Fact): string => String(Object.entries(data).find(([name]) => /^(requested|submitted|started|ended|reported|decided|opened|given)On$/.test(name))![1])
function pausesOf(facts: readonly Fact[], kinds: readonly string[]): Pause[] {
  return kinds.flatMap((kind) => {
    const [from, to] = standing[kind]!, found: Pause[] = []
    for (const fact of facts) {
      if (fact.type === from) found.push({ from: dayIn(fact) })
      if (fact.type === to && found.length > 0) found[found.length - 1]!.to = dayIn(fact)
    }
    return found
  })
}
const late = (due: string | undefined, by: number) => due === undefined ? undefined : closeOf(days.after(due, by))

function promises({ facts, first, stop, pauses, say }: Told) {
  const accepted = first('CaseAccepted', 'CaseDeemedAccepted')
  if (accepted?.type !== 'CaseAccepted' && accepted?.type !== 'CaseDeemedAccepted') return
  const { promisedWorkingDays, statutoryWorkingDays } = accepted.data.pinned!, startedOn = accepted.type === 'CaseAccepted' ? accepted.data.acceptedOn : accepted.data.effectiveOn
  const more = facts.reduce((sum, fact) => fact.type === 'LimitExtended' ? sum + fact.data.workingDays : sum, 0), over = stop(...ends)
  const promised = days.due(startedOn, promisedWorkingDays + more, pauses(['supplement', 'special', 'superior']))
  const statutory = days.due(startedOn, statutoryWorkingDays + more, pauses(['special', 'superior']))
  const yellow = late(promised, 1), red = late(statutory, 1)
  if (yellow && promised !== statutory) say('R-02', 'promised', 'YELLOW', yellow, over)
  if (red) say('R-04', 'statutory', 'RED', red, over)
}

function notice({ facts, stop, say }: Told) {
  const [submitted] = facts
  if (submitted?.type !== 'ApplicationSubmitted') return
  const { receivedOn } = submitted.data, answered = stop('SupplementRequested', 'CaseAccepted', ...ends)
  say('R-05', 'notice~soon', 'WARN', closeOf(days.after(receivedOn, 4)), answered)
  say('R-05', 'notice', 'YELLOW', closeOf(days.after(receivedOn, 5)), answered)
  const acceptedAt = stop('CaseAccepted', 'CaseDeemedAccepted')
  facts.filter(({ type }) => type === 'SupplementRequested').forEach((fact, i) => {
    const at = happened(fact), breach = acceptedAt !== undefined && acceptedAt < at ? 'accepted' : i > 0 ? 'again' : undefined
    if (breach) say('R-05', `supplement:${i + 1}~${breach}`, 'YELLOW', at, undefined)
  })
}

function procedures({ facts, stop, say }: Told) {
  const started = facts.filter((fact) => fact.type === 'SpecialProcedureStarted')
  started.forEach((fact, i) => {
    const { startedOn, plannedWorkingDays = 0 } = fact.data, rest = facts.slice(facts.indexOf(fact))
    const ended = rest.find(({ type }) => type === 'SpecialProcedureEnded' || ends.includes(type)), told = rest.find((it) => it.type === 'NoticeSent' && it.data.kind === 'special-procedure')
    const over = ended && happened(ended), until = closeOf(days.after(startedOn, 1))
    say('R-06', `special:${i + 1}`, 'YELLOW', late(days.after(startedOn, plannedWorkingDays), 1)!, over)
    // What is over by then needs no word any more.
    if (!told || happened(told) > until) say('R-06', `special:${i + 1}~untold`, 'YELLOW', until, over)
  })
  const reported = facts.find((fact) => fact.type === 'CaseReportedUp')
  if (reported) say('R-02', 'superior', 'YELLOW', late(days.after(reported.data.reportedOn, reported.data.workingDays), 1)!, stop('SuperiorDecided', ...ends))
}

/** Whose turn it is, after each fact; a turn ends with whatever gives it to another. */
function turns(facts: readonly Fact[], { flow }: Pinned): { step: string; from: string; until: string | undefined }[] {
  const found: { step: string; from: string; until: string | undefined }[] = []
  const give = (step: string | undefined, fact: Fact, from = dayOf(happened(fact))) => {
    const last = found.at(-1)
    if (last && last.until === undefined) last.until = happened(fact)
    if (step) found.push({ step, from, until: undefined })
  }
  for (const fact of facts) {
    const { type, data } = fact, next = (step: string) => flow[flow.indexOf(step as 'handling') + 1]
    if (type === 'CaseAccepted') give(flow[0], fact, data.acceptedOn)
    else if (type === 'CaseDeemedAccepted') give(flow[0], fact)
    else if (type === 'HandlingCompleted') give(next('handling'), fact)
    else if (type === 'ReviewCompleted') give(data.result === 'back' ? flow[0] : next('reviewing'), fact)
    else if (type === 'ApprovalGiven') give(data.result === 'back' ? flow[0] : next('approving'), fact)
    else if (type === 'StepSentBack') give(data.to, fact)
    else if (decisions.includes(type) || ends.includes(type)) give(undefined, fact)
  }
  return found
}
function stepLimits({ facts, first, pauses, say }: Told) {
  const accepted = first('CaseAccepted', 'CaseDeemedAccepted')
  if (accepted?.type !== 'CaseAccepted' && accepted?.type !== 'CaseDeemedAccepted') return
  const visits = new Map<string, number>(), { pinned } = accepted.data
  for (const { step, from, until } of turns(facts, pinned!)) {
    const limit = pinned!.stepLimits?.find((it) => it.step === step)?.workingDays
    if (limit === undefined) continue
    const n = (visits.get(step) ?? 0) + 1
    visits.set(step, n)
    // What began after the turn was over did not hold it up; what began before it holds it up from its first day.
    const held = pauses(['supplement', 'special', 'superior']).filter((pause) => (until === undefined || pause.from <= dayOf(until)) && (pause.to === undefined || pause.to > from))
    const due = days.due(from, limit, held.map((pause) => ({ ...pause, from: pause.from > from ? pause.from : from })))
    if (due === undefined) continue
    const hint = limit <= 1 ? new Date(Date.parse(closeOf(due)) - 2 * 36e5).toISOString() : closeOf(due)
    say('R-07', `step:${step}:${n}`, 'HINT', hint, until)
    say('R-07', `step:${step}:${n}~late`, 'WARN', late(due, 1)!, until)
  }
}

function afterwards({ first, stop, say }: Told) {
  const decision = first(...decisions)
  if (!decision) return
  const on = dayOf(happened(decision))
  say('R-16', 'delivery', 'YELLOW', late(days.after(on, 10), 1)!, stop('ResultDelivered', ...lost))
  if (decision.type !== 'LicenceRefused') say('R-17', 'publication', 'WARN', closeOf(days.after(on, 7)), stop('DecisionPublished', ...lost))
}

function coHandlers({ facts, stop, say }: Told, subject: string) {
  for (const opened of facts) if (opened.type === 'SubCaseOpened') {
    const { subCase, promisedWorkingDays, openedOn } = opened.data, since = facts.slice(facts.indexOf(opened) + 1)
    const given = since.find((fact) => fact.type === 'SubOpinionGiven' && fact.data.subCase === subCase), over = stop(...ends)
    const stopped = given && (!over || happened(given) < over) ? happened(given) : over
    const held = pausesOf(since.filter((fact) => !stopped || happened(fact) <= stopped || fact.type === 'SupplementSubmitted'), ['supplement', 'special', 'superior'])
    const yellow = late(days.due(openedOn, promisedWorkingDays, held), 1)
    if (yellow) say('R-20', 'promised', 'YELLOW', yellow, stopped, `${subject}#${subCase}`)
  }
}

/** All that the clocks of one of the house's own cases must give by now. */
export function clocksOf(caseNo: string, told: readonly Fact[], now: string): Expected[] {
  const facts = told.map((fact, i) => ({ fact, i })).sort((a, b) => happened(a.fact) < happened(b.fact) ? -1 : happened(a.fact) > happened(b.fact) ? 1 : a.i - b.i).map(({ fact }) => fact)
  const subject = `cases.${caseNo}`, found: Expected[] = []
  const first = (...types: string[]) => facts.find(({ type }) => types.includes(type)), stop = (...types: string[]) => { const fact = first(...types); return fact && happened(fact) }
  const say: Say = (ruleId, clock, severity, at, stoppedAt, of = subject) => {
    if (at <= now && (stoppedAt === undefined || stoppedAt > at)) found.push({ ruleId, subject: of, clock, severity, becameTrueAt: at })
  }
  const accepted = facts.findIndex(({ type }) => type === 'CaseAccepted' || type === 'CaseDeemedAccepted')
  const it: Told = { facts, first, stop, pauses: (kinds) => pausesOf(accepted < 0 ? [] : facts.slice(accepted), kinds), say }
  promises(it)
  notice(it)
  procedures(it)
  stepLimits(it)
  afterwards(it)
  coHandlers(it, subject)
  return found
}
