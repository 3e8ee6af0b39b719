import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elapsedWorkingDays } from '../../domain/calendar/deadline.ts'
import type { CaseEvent } from '../../domain/cases/events.ts'
import type { Case } from '../../domain/cases/evolve.ts'
import { caseDecider, cases } from '../../domain/cases/index.ts'
import type { ItemReference } from '../../domain/cases/needs.ts'
import { canonical } from '../../domain/kernel/canonical.ts'
import type { Day } from '../../domain/kernel/values.ts'
import { calendarIn2026 } from '../fixtures/calendars.ts'
import { items, walk, type Decide, type Recorded, type Step, type Watch } from './cases-walk.ts'

const fail = (what: string, more: unknown): never => { throw new Error(`${what}: ${JSON.stringify(more)}`) }

/** B.1 as it is written there, told by facts alone; the decider's own fold is held against it. */
const inFlow = ['Handling', 'Reviewing', 'Approving', 'Deciding'], undecided = [...inFlow, 'Suspended', 'SupplementPending', 'ReportedUp']
const before = ['Submitted', 'SupplementPending'], ends = ['NotAccepted', 'Returned', 'Withdrawn', 'Terminated']
const decided = ['Decided', 'Concluded', 'Delivered', 'Archived'], anything = [...before, ...undecided, ...decided, ...ends]
const from: { [T in CaseEvent['type']]?: readonly string[] } = {
  ApplicationSubmitted: ['Draft'], MaterialsReceived: ['Submitted'], MaterialCorrected: ['Submitted'], ApplicationPreReviewed: ['Submitted'],
  SupplementRequested: ['Submitted', ...inFlow], SupplementSubmitted: ['SupplementPending'], CaseAccepted: ['Submitted'], CaseDeemedAccepted: ['Submitted'],
  CaseNotAccepted: ['Submitted'], CaseReturned: before, ApplicationWithdrawn: [...before, ...undecided], CaseTerminated: [...before, ...undecided],
  HandlingCompleted: ['Handling'], ReviewCompleted: ['Reviewing'], ApprovalGiven: ['Approving'], StepSentBack: ['Reviewing', 'Approving'],
  SpecialProcedureStarted: inFlow, SpecialProcedureEnded: ['Suspended'], LimitExtended: inFlow, ThirdPartyNotified: undecided, StepCompleted: undecided,
  SubCaseOpened: undecided, SubOpinionGiven: [...undecided, 'Decided'], CaseReportedUp: ['Deciding'], SuperiorDecided: ['ReportedUp'],
  LicenceGranted: ['Deciding'], LicenceRefused: ['Deciding'], RenewalDeemedGranted: undecided, CaseConcluded: ['Decided'], ResultDelivered: ['Concluded'],
  DecisionPublished: ['Concluded', 'Delivered', 'Archived'], CaseArchived: ['Delivered', ...ends], CaseUrged: [...before, ...undecided, 'Decided', 'Concluded'],
  NoticeSent: anything, DocumentAttached: anything, FeeAssessed: [...undecided, ...decided, ...ends], FeeCharged: [...undecided, ...decided, ...ends],
  FeeRefunded: [...undecided, ...decided, ...ends], RecordCorrectionProposed: anything, RecordCorrected: anything,
}
const named = { handling: 'Handling', reviewing: 'Reviewing', approving: 'Approving' }
const endOf: { [T in CaseEvent['type']]?: string } = { CaseNotAccepted: 'NotAccepted', CaseReturned: 'Returned', ApplicationWithdrawn: 'Withdrawn', CaseTerminated: 'Terminated',
  LicenceGranted: 'Decided', LicenceRefused: 'Decided', RenewalDeemedGranted: 'Decided', CaseConcluded: 'Concluded', ResultDelivered: 'Delivered', CaseArchived: 'Archived',
  SpecialProcedureStarted: 'Suspended', SupplementRequested: 'SupplementPending', CaseReportedUp: 'ReportedUp', SuperiorDecided: 'Deciding' }
const steppers = ['HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven', 'StepSentBack', 'StepCompleted', 'SpecialProcedureStarted', 'SpecialProcedureEnded', 'SupplementRequested',
  'SupplementSubmitted', 'LimitExtended', 'SubCaseOpened', 'CaseReportedUp', 'SuperiorDecided', 'CaseAccepted', 'CaseDeemedAccepted']

/** The same stage as the state says it. */
function stageOf({ stage, archived, delivered, asked, special, superior, done, pinned }: Case): string {
  if (archived) return 'Archived'
  if (stage === 'Submitted') return asked ? 'SupplementPending' : 'Submitted'
  if (stage === 'Concluded') return delivered ? 'Delivered' : 'Concluded'
  if (stage !== 'Accepted') return stage
  if (asked) return 'SupplementPending'
  if (special !== undefined) return 'Suspended'
  if (superior === 'asked') return 'ReportedUp'
  const step = pinned!.flow[done.length]
  return step ? named[step] : 'Deciding'
}

type Tally = {
  stage: string; resumes: string; flow: readonly string[]; acceptedOn?: Day; pauses: { from: Day; to?: Day }[]; elapsed: number; handled: Set<string>; verified: Set<string>
  opened: Set<number>; given: Set<number>; opinionsWanted: number; joint: boolean; charged: number; refunded: number; extended: number; lastAt: string; notified: boolean; receivedOn?: Day
  ended: boolean; keys: Set<string>; renewal?: boolean | undefined; expiresOn?: Day | undefined
}
const fresh = (item?: ItemReference): Tally => ({ stage: 'Draft', resumes: '', flow: [], pauses: [], elapsed: 0, handled: new Set(), verified: new Set(), opened: new Set(), given: new Set(),
  opinionsWanted: item?.coHandlers.length ?? 0, joint: item?.caseType === 'JOINT', charged: 0, refunded: 0, extended: 0, lastAt: '', notified: false, ended: false, keys: new Set() })

/** 已用工作日, walked day by day: what the calendar's own sums are held against. */
function walked({ acceptedOn, pauses }: Tally, today: Day): number {
  let used = 0
  for (let ms = Date.parse(acceptedOn!) + 864e5; ms <= Date.parse(today); ms += 864e5) {
    const day = new Date(ms).toISOString().slice(0, 10) as Day
    if (calendarIn2026.isWorkingDay(day) && !pauses.some(({ from, to }) => from < day && day <= (to ?? today))) used++
  }
  return used
}

/** What must hold after every step; each breach has a name. */
class Watcher implements Watch {
  steps = 0
  emitted = new Map<string, number>()
  refused = new Map<string, number>()
  delivered = new Map<string, number>()
  private tally = fresh()
  private item: ItemReference = items[0]!

  began(item: ItemReference) { this.item = item; this.tally = fresh(item) }
  over() { return ['Archived', ...ends].includes(this.tally.stage) }

  stepped(step: Step) {
    this.steps++
    const { tally } = this, { facts, refusal, after, given, again, command } = step
    if (refusal) {
      this.refused.set(refusal.refused, (this.refused.get(refusal.refused) ?? 0) + 1)
      if (refusal.record) read(refusal.record as CaseEvent)
    }
    if (after.facts !== step.before.facts + facts.length) fail('facts are counted', after.facts)
    for (const fact of facts) { read(fact); this.told(fact, given.now) }
    const stage = ends.includes(tally.stage) ? 'Ended' : tally.stage
    if (stageOf(after) !== stage) fail('stage', { state: stageOf(after), stage })
    this.lawful(step)
    this.clock(step, given.calendar.dayOf(given.now))
    if (again.length > 0) fail('said twice', { command, again })
  }

  private told(fact: Recorded, now: string) {
    const { tally } = this, { type, data, claim } = fact
    this.emitted.set(type, (this.emitted.get(type) ?? 0) + 1)
    // Every third file that is named is not kept, see the walk.
    if (['DocumentAttached', 'HandlingCompleted'].includes(type) && /sha256:2/.test(JSON.stringify(fact.data))) fail('rests on a file that is not there', fact)
    if (tally.ended && (steppers.includes(type) || /^Licence/.test(type))) fail('a step after the end', fact)
    if (!from[type]?.includes(tally.stage)) fail('not from there', { type, stage: tally.stage })
    if (fact.at < tally.lastAt || fact.at > now) fail('out of order', { fact, lastAt: tally.lastAt })
    tally.lastAt = fact.at
    if (claim && tally.keys.has(claim.key)) fail('one key for two', claim)
    if (claim) tally.keys.add(claim.key)
    const after = (step: string) => tally.flow[tally.flow.indexOf(step) + 1] ?? 'Deciding'
    if (['SpecialProcedureStarted', 'SupplementRequested'].includes(type)) tally.resumes = tally.stage
    const was = tally.stage
    tally.stage = endOf[type] ?? tally.stage
    if (type === 'ApplicationSubmitted') Object.assign(tally, { stage: 'Submitted', receivedOn: data.receivedOn, expiresOn: data.renews?.expiresOn })
    if (type === 'SpecialProcedureEnded' || type === 'SupplementSubmitted') tally.stage = tally.resumes
    if (type === 'CaseAccepted' || type === 'CaseDeemedAccepted') {
      const pinned = data.pinned ?? fail('nothing pinned', data)
      tally.acceptedOn = type === 'CaseAccepted' ? data.acceptedOn : data.effectiveOn
      tally.flow = pinned.flow.map((step) => named[step])
      tally.renewal = pinned.renewal
      tally.stage = tally.flow[0]!
      if (pinned.promisedWorkingDays > pinned.statutoryWorkingDays) fail('promised beyond statutory', pinned)
      if (type === 'CaseAccepted' && data.promisedDueOn! > data.statutoryDueOn!) fail('promised beyond statutory', data)
    }
    if (type === 'HandlingCompleted') tally.stage = after('Handling')
    if (type === 'ReviewCompleted' || type === 'ApprovalGiven') tally.stage = data.result === 'back' ? tally.flow[0]! : after(was)
    if (type === 'StepSentBack') {
      if (tally.flow.indexOf(named[data.to]) >= tally.flow.indexOf(was)) fail('sent forward', data)
      tally.stage = named[data.to]
    }
    this.people(fact)
    this.days(fact)
    if ([...ends, 'Concluded'].includes(tally.stage)) tally.ended = true
    if (type === 'ResultDelivered') this.delivered.set(this.item.caseType, (this.delivered.get(this.item.caseType) ?? 0) + 1)
  }

  private people({ type, by: { person } }: Recorded) {
    const { tally } = this
    if (type === 'HandlingCompleted') tally.handled.add(person)
    if (['ReviewCompleted', 'ApprovalGiven', 'StepSentBack'].includes(type)) tally.verified.add(person)
    const deciding = ['LicenceGranted', 'LicenceRefused', 'CaseReportedUp'].includes(type)
    for (const one of tally.handled) if (tally.verified.has(one) || (deciding && person === one)) fail('handles and verifies', one)
  }

  private days(fact: Recorded) {
    const { tally } = this, { type, data } = fact
    const told = calendarIn2026.dayOf(fact.at)
    if (type === 'SupplementRequested') tally.notified = true
    if (type === 'SpecialProcedureStarted' || type === 'CaseReportedUp' || (type === 'SupplementRequested' && tally.acceptedOn)) tally.pauses.push({ from: told })
    if (type === 'SpecialProcedureEnded' || type === 'SuperiorDecided' || (type === 'SupplementSubmitted' && tally.acceptedOn)) tally.pauses.at(-1)!.to = told
    for (const [field, day] of Object.entries(data)) {
      if (['endedOn', 'concludedOn', 'deliveredOn', 'givenOn', 'decidedOn', 'startedOn', 'requestedOn', 'submittedOn', 'archivedOn', 'acceptedOn', 'extendedOn'].includes(field) && day !== told) fail('another day', { field, day, told })
    }
    if (type === 'LimitExtended') {
      if (++tally.extended > 1) fail('extended twice', data)
      if (data.workingDays > (tally.joint ? 15 : 10)) fail('extended too far', data)
      if (told > data.dueOnBefore!) fail('extended too late', data)
    }
    if (type === 'SubCaseOpened') tally.opened.add(data.subCase)
    if (type === 'SubOpinionGiven') tally.given.add(data.subCase)
    const waits = tally.joint && (tally.opened.size < tally.opinionsWanted || tally.given.size < tally.opened.size)
    if (waits && ['LicenceGranted', 'LicenceRefused'].includes(type)) fail('decided before all opinions', data)
    if (waits && type === 'CaseConcluded' && data.resultCode !== 'deemed-renewed') fail('concluded before all opinions', data)
    if (type === 'FeeCharged') tally.charged += data.amountFen
    if (type === 'FeeRefunded' && (tally.refunded += data.amountFen) > tally.charged) fail('refunded more than charged', data)
  }

  /** What time alone makes true is true as soon as anything is told. */
  private lawful({ facts, given: { now } }: Step) {
    const { stage, notified, receivedOn, renewal, expiresOn, acceptedOn } = this.tally
    if (facts.length === 0) return
    if (stage === 'Submitted' && !notified && now >= calendarIn2026.closeOf(calendarIn2026.addWorkingDays(receivedOn!, 5))) fail('nobody was told, and it is not accepted', { receivedOn, now })
    if (undecided.includes(stage) && acceptedOn && renewal && expiresOn && acceptedOn <= expiresOn && now >= `${expiresOn}T16:00:00.000Z`) fail('it has run out, and is not renewed', { expiresOn, now })
  }

  private clock({ after, facts }: Step, today: Day) {
    const { tally } = this
    if (!tally.acceptedOn || tally.ended || !undecided.includes(tally.stage)) return
    const used = walked(tally, today)
    const summed = elapsedWorkingDays({ clause: '', startedOn: after.acceptedOn, pauses: after.pauses, limitWorkingDays: 0 }, today, calendarIn2026)
    if (used !== summed) fail('elapsed', { used, summed, pauses: tally.pauses })
    const restarted = facts.some(({ type }) => type === 'CaseAccepted' || type === 'CaseDeemedAccepted')
    if (used < tally.elapsed && !restarted) fail('elapsed went down', { used, was: tally.elapsed, today })
    tally.elapsed = used
  }
}
function read({ type, data }: CaseEvent) {
  const { success } = cases.events[type]!.schema.safeParse(data)
  if (!success || canonical(cases.events[type]!.schema.parse(data)) !== canonical(data)) fail('not as it is written', { type, data })
}

const numbers = fc.array(fc.integer(), { minLength: 300, maxLength: 500, size: 'max' })
const walks = (decider: Decide, watcher: Watcher, numRuns: number) =>
  fc.check(fc.property(numbers, (seeds) => walk(seeds, decider, watcher)), { numRuns, endOnFailure: true })

describe('随机游走', () => {
  it('a hundred thousand steps, lawful and not, by anybody, and everything holds after each', () => {
    const watcher = new Watcher()
    const { failed, errorInstance, seed } = walks(caseDecider, watcher, 400)
    expect(failed, `seed ${seed}: ${String((errorInstance as Error | undefined)?.message)}`).toBe(false)
    expect(watcher.steps).toBeGreaterThanOrEqual(100_000)
    // A walk that goes nowhere would find nothing: it has told every fact, met nearly every refusal, and brought every type of case to its end.
    for (const type of Object.keys(from)) expect(watcher.emitted.get(type), type).toBeGreaterThanOrEqual(5)
    expect(watcher.refused.size).toBeGreaterThanOrEqual(40)
    for (const type of ['IMMEDIATE', 'PROMISED', 'JOINT', 'REPORTED_UP']) expect(watcher.delivered.get(type), type).toBeGreaterThanOrEqual(50)
  }, 360_000)

  type Wrong = [what: string, found: RegExp, wrong: Decide]
  const { decide, evolve } = caseDecider
  const seeing = (view: (state: Case) => Case, ...commands: string[]): Decide =>
    ({ evolve, decide: (state, command, given) => decide(commands.length === 0 || commands.includes(command.type) ? view(state) : state, command, given) })
  const deaf = (...types: string[]): Decide =>
    ({ decide, evolve: (state, fact) => types.includes(fact.type) ? { ...state, facts: state.facts + 1 } : evolve(state, fact) })
  it.each<Wrong>([
    ['anybody verifies his own work', /^handles and verifies/, seeing((state) => ({ ...state, handlers: [], done: state.done.map((one) => ({ ...one, by: '' })) }))],
    ['only the round at hand is looked at', /^handles and verifies/, seeing((state) => ({ ...state, handlers: [], verifiers: [] }))],
    ['the lead does not wait for opinions', /^decided before all opinions/, seeing((state) => ({ ...state, pinned: state.pinned && { ...state.pinned, caseType: 'PROMISED' },
      subCases: [] }), 'DecideCase')],
    ['a numbered word is not known again', /^said twice/, seeing((state) => ({ ...state, said: {} }))],
    ['a late entry may be told before the newest fact', /^out of order/, { evolve, decide: (state, command, { lastAt: _, ...given }) => decide(state, command, given) }],
    ['a withdrawn case is still in hand', /^(stage|a step after the end|not from there)/, deaf('ApplicationWithdrawn')],
    ['a special procedure never ends', /^(stage|not from there)/, deaf('SpecialProcedureEnded')],
    ['a pause is counted from the day of acceptance', /^elapsed/, { decide, evolve: (state, fact) => {
      const next = evolve(state, fact)
      return fact.type === 'SpecialProcedureStarted' ? { ...next, pauses: next.pauses.map((pause) => ({ ...pause, from: next.acceptedOn })) } : next
    } }],
    ['the law never accepts', /^nobody was told/, seeing((state) => ({ ...state, notified: true }))],
    ['a licence runs out and nothing happens', /^it has run out/, seeing((state) => ({ ...state, expiresOn: undefined }))],
    ['more is refunded than was charged', /^refunded more/, seeing((state) => ({ ...state, chargedFen: state.chargedFen > 0 ? 1_000_000 : 0 }))],
    ['whatever is named is taken for kept', /^rests on a file/, { evolve, decide: (state, command, given) => {
      const named = command.type === 'AttachDocument' ? [command.data] : command.type === 'CompleteHandling' ? (command.data.evidence ?? []).map((blob) => ({ blob, mediaType: 'image/png', bytes: 1 })) : undefined
      return decide(state, command, named ? { ...given, attachments: named } : given)
    } }],
    ['a limit is extended again', /^(said|extended) twice/, seeing((state) => ({ ...state, extended: false }))],
  ])('would find that %s', (_, found, wrong) => {
    const { failed, errorInstance } = walks(wrong, new Watcher(), 100)
    expect(failed).toBe(true)
    expect((errorInstance as Error).message).toMatch(found)
  })
})
