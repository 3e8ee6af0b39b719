import { describe, expect, it } from 'vitest'
import type { Instant } from '../../../domain/kernel/values.ts'
import { judge, rulebook } from '../../../domain/supervision/judge.ts'
import { concludeAll, observeAll } from '../../../domain/supervision/patterns.ts'
import type { ItemGround } from '../../../domain/supervision/rules/rule.ts'
import { calendarIn2026 as calendar } from '../../fixtures/calendars.ts'
import { chance, closes, honest, instant, localMs, officers, opens, timelineOf, workingDays, type Act, type Chance, type Draft } from './honest-cases.ts'

const book = rulebook(), end = '2099-12-31T00:00:00.000Z' as Instant
const item: ItemGround = { officers, flow: ['handling'], specialProcedures: [], feeFen: 0, twoPersonRule: true }
const minute = 60_000
type Label = { rule: string; kind: string; subject: string; clock: string; at: string }
type Planter = (draft: Draft, chance: Chance) => Omit<Label, 'kind' | 'subject'> | undefined

const moved = (act: Act, ms: number) => Object.assign(act, { ms, at: instant(ms) })
const last = (acts: readonly Act[], step: string) => acts.findLast((act) => act.step === step)!
const suffix = (round: number) => round === 1 ? '' : `:${round}`
/** In the last round every step from the one sent back to on is done once, then the decision. */
const lastRound = ({ acts }: Draft) => acts.slice(acts.findLastIndex(({ type, said }) => type === 'StepSentBack' || said?.['result'] === 'back') + 1)
  .filter(({ step }) => step !== undefined && ['handling', 'reviewing', 'approving', 'decision'].includes(step))
const nextWorkingDay = (day: string) => workingDays.find((other) => other > day)!
const dayOf = (ms: number) => new Date(ms + 8 * 60 * minute).toISOString().slice(0, 10)
const lastMinute = ({ ms }: Act) => localMs(nextWorkingDay(dayOf(ms)), closes)
const verified = ['reviewing', 'approving', 'decision']

/** What cheats do to an honest case, and what must be found of it: by hand, not by the rules. */
const planters: Record<string, Planter> = {
  'R-10 skipped'(draft, { of }) {
    const steps = lastRound(draft).slice(0, -1)
    if (steps.length === 0) return undefined
    const gone = of(steps), next = lastRound(draft)[lastRound(draft).indexOf(gone) + 1]!
    draft.acts.splice(draft.acts.indexOf(gone), 1)
    return { rule: 'R-10', clock: `order:${gone.step}${suffix(gone.round)}`, at: next.at }
  },
  'R-10 reversed'(draft, { below }) {
    const steps = lastRound(draft)
    if (steps.length < 2) return undefined
    const first = steps[below(steps.length - 1)]!, second = steps[steps.indexOf(first) + 1]!, [early, late] = [first.ms, second.ms]
    moved(first, late)
    moved(second, early)
    draft.acts.sort((a, b) => a.ms - b.ms)
    return { rule: 'R-10', clock: `order:${first.step}${suffix(first.round)}`, at: second.at }
  },
  'R-11 same person'(draft, { of }) {
    const verifying = of(lastRound(draft).filter(({ step }) => verified.includes(step!)))
    Object.assign(verifying, { by: last(draft.acts, 'handling').by, terminal: 'T-any', key: 'K-any' })
    return { rule: 'R-11', clock: `person:${verifying.step}`, at: verifying.at }
  },
  'R-11 shared'(draft, { of, one, below }) {
    const round = lastRound(draft), handling = round[0]!, verifying = round[1]
    if (handling.step !== 'handling' || verifying === undefined || handling.recordedAt) return undefined
    moved(verifying, handling.ms + of([0, 5, below(6)]) * minute)
    Object.assign(verifying, one(0.5) ? { terminal: handling.terminal } : { key: handling.key })
    return { rule: 'R-11', clock: `shared:${verifying.step}`, at: verifying.at }
  },
  'R-12 not authorised'(draft) {
    const handling = last(draft.acts, 'handling')
    handling.by = 'X-9'
    return { rule: 'R-12', clock: 'authority:handling', at: handling.at }
  },
  'R-13 fast'(draft, { one, below }) {
    const acts = draft.acts.filter(({ step }) => step === 'acceptance' || step === 'conclusion' || lastRound(draft).some((act) => act.step === step))
    if (draft.flow.length !== 1 || acts.length !== draft.acts.length) return undefined
    const from = acts[0]!.ms, terminal = one(0.5) ? 'T-one' : undefined
    const offsets = [0, 1, 7, 8 + below(20)]
    acts.forEach((act, i) => {
      moved(act, from + offsets[i]! * minute)
      delete act.terminal
      delete act.recordedAt
      if (terminal) act.terminal = terminal
    })
    draft.minimumMinutes = offsets[3]! + 1
    return { rule: 'R-13', clock: 'fast', at: acts.at(-1)!.at }
  },
  'R-13 after decision'(draft, { one }) {
    const accepted = draft.acts[0]!, decision = last(draft.acts, 'decision')
    const before = decision.ms + minute
    if (before <= lastMinute(accepted) && one(0.5)) {
      accepted.recordedAt = instant(before)
      return { rule: 'R-13', clock: 'after-decision', at: accepted.recordedAt }
    }
    const dayBefore = new Date(Date.parse(`${dayOf(accepted.ms)}T00:00Z`) - 864e5).toISOString().slice(0, 10)
    draft.acts.splice(draft.acts.indexOf(decision) + 1, 0, { ...decision, id: `${draft.subject} superior`, type: 'SuperiorDecided', step: undefined as never, by: 'S', said: { decidedOn: dayBefore } })
    return { rule: 'R-13', clock: 'after-decision', at: accepted.at }
  },
  'R-13 after hours'(draft, { of }) {
    const accepted = draft.acts[0]!
    draft.channel = of(['window', 'post', 'station', 'email'])
    const [day, minutes] = of([[draft.acceptedOn, opens - 1], [draft.acceptedOn, closes + 1], [draft.acceptedOn, 3 * 60], ['2026-02-17', 10 * 60], ['2026-03-01', 12 * 60]] as const)
    moved(accepted, Math.min(localMs(day, minutes), draft.acts[1]!.ms - minute))
    if (accepted.ms !== localMs(day, minutes)) moved(accepted, localMs('2026-03-01', 600)) // Sunday
    draft.minimumMinutes = 1
    return { rule: 'R-13', clock: 'after-hours', at: accepted.at }
  },
  'R-13 late entry'(draft, { of, below }) {
    const act = of(draft.acts.filter(({ step }) => step === 'handling' || step === 'conclusion'))
    act.recordedAt = instant(lastMinute(act) + of([1, 1000, below(3 * 24 * 60) * minute + minute]))
    const n = draft.acts.filter(({ step }) => step === act.step).indexOf(act) + 1
    return { rule: 'R-13', clock: `late-entry:${act.step}:${n}`, at: act.recordedAt }
  },
}

/** Every fifth case is a cheat's, every tenth is told by a foreign source that declares its flow. */
function county(seed: number, cases: number) {
  const random = chance(seed), labels: Label[] = [], kinds = Object.keys(planters)
  const drafts = [...Array(cases).keys()].map((n) => {
    const draft = honest(`cases.${n}`, random), kind = kinds[Math.floor(n / 5) % kinds.length]!
    // Keyed in at the last lawful moment; not where another used the same machine meanwhile.
    const late = random.of(draft.acts.filter(({ step }) => step === 'handling'))
    if (random.one(0.2) && draft.acts.every((act) => act === late || act.terminal !== late.terminal || act.step === 'conclusion' || act.step === 'acceptance')) late.recordedAt = instant(lastMinute(late))
    const found = n % 5 === 0 ? planters[kind]!(draft, random) : undefined
    if (found) labels.push({ kind, subject: draft.subject, ...found })
    if (n % 10 === 1 || (found && kind.startsWith('R-10') && random.one(0.3))) {
      draft.imported = true
      moved(draft.acts[0]!, localMs('2026-03-01', 5 * 60)) // Sunday, before dawn: of a foreign history nobody asks that
      draft.acts.at(-1)!.recordedAt = end
    }
    return draft
  })
  return { drafts, labels }
}
const text = ({ rule, subject, clock, at }: Omit<Label, 'kind'>) => `${rule} ${subject} ${clock} ${at}`
const conduct = ['R-10', 'R-11', 'R-12', 'R-13']

describe('埋设的违规', () => {
  it.each([1, 20260301, 987654321])('of 2,000 random cases every planted deviation of conduct is found at its instant, and nothing beside them (seed %i)', (seed) => {
    const { drafts, labels } = county(seed, 2000)
    const found = drafts.flatMap((draft) => judge(timelineOf(draft), book, { calendar, item: draft.imported ? undefined : item }, end)
      .filter(({ ruleId }) => conduct.includes(ruleId)).map(({ ruleId, clock, becameTrueAt }) => text({ rule: ruleId, subject: draft.subject, clock, at: becameTrueAt })))
    expect(found.sort()).toStrictEqual(labels.map(text).sort())
    for (const kind of Object.keys(planters)) expect(labels.filter((label) => label.kind === kind).length, kind).toBeGreaterThanOrEqual(4)
  })

  it('severities, evidence and the version are of the rule', () => {
    const { drafts } = county(7, 500)
    const found = drafts.flatMap((draft) => judge(timelineOf(draft), book, { calendar, item }, end).filter(({ ruleId }) => conduct.includes(ruleId)).map((finding) => ({ draft, finding })))
    for (const { draft, finding } of found) {
      expect(finding.severity).toBe({ 'R-10': 'YELLOW', 'R-11': 'RED', 'R-12': 'RED', 'R-13': 'YELLOW' }[finding.ruleId])
      expect(draft.acts.map(({ id }) => id)).toEqual(expect.arrayContaining([...finding.evidence!]))
    }
  })
})

describe('埋设的批量办结', () => {
  type Batch = { size: number; overSeconds: number; limit: number; dueInDays: number; opinion?: number; found: boolean }
  /** Limits of ten working days from Monday 2026-03-02 end on Monday the 16th. */
  const kinds: Record<string, Batch> = {
    'five on the last day': { size: 5, overSeconds: 600, limit: 10, dueInDays: 0, found: true },
    'eight on the day before': { size: 8, overSeconds: 300, limit: 10, dueInDays: 1, found: true },
    'five alike, long before': { size: 5, overSeconds: 600, limit: 10, dueInDays: 5, opinion: 4711, found: true },
    'four on the last day': { size: 4, overSeconds: 60, limit: 10, dueInDays: 0, found: false },
    'five in ten minutes and a second': { size: 5, overSeconds: 601, limit: 10, dueInDays: 0, found: false },
    'five with two days left': { size: 5, overSeconds: 60, limit: 10, dueInDays: 2, found: false },
    'five that were late already': { size: 5, overSeconds: 60, limit: 10, dueInDays: -1, found: false },
    'nine that are done on the spot': { size: 9, overSeconds: 300, limit: 0, dueInDays: 0, found: false },
    'nine of a day': { size: 9, overSeconds: 300, limit: 1, dueInDays: 0, found: false },
  }
  const due = workingDays.indexOf('2026-03-16' as never)

  it.each([3, 33, 333])('among 2,000 cases each batch is found on its officer, at the fifth, once, and no near miss (seed %i)', (seed) => {
    const random = chance(seed), expected: string[] = []
    const plain = [...Array(1500).keys()].map((n) => timelineOf(honest(`cases.${n}`, random)))
    const batches = Object.entries(kinds).flatMap(([kind, { size, overSeconds, limit, dueInDays, opinion, found }]) => [...Array(9).keys()].flatMap((k) => {
      const officer = `${kind} ${k}`, closedOn = limit === 10 ? workingDays[due - dueInDays]! : workingDays[10]!
      const startedOn = limit === 10 ? workingDays[0]! : limit === 1 ? workingDays[9]! : workingDays[10]!
      const from = localMs(closedOn, random.between(600, 1000)), within = overSeconds * 1000
      const instants = [0, within, ...[...Array(size - 2)].map(() => random.below(within))].sort((a, b) => a - b).map((ms) => from + ms)
      if (found) expected.push(`officers.${officer} batch:${closedOn} ${instant(instants[4]!)} ${size}`)
      return instants.map((ms, i) => {
        const draft = honest(`cases.${officer} ${i}`, random)
        Object.assign(draft, { limit, acceptedOn: startedOn, acts: [draft.acts[0]!, { ...draft.acts[0]!, id: `${officer} h${i}`, type: 'HandlingCompleted', step: 'handling', by: officer, said: { opinion: opinion ?? random.below(2 ** 32) } },
          { ...draft.acts[0]!, id: `${officer} c${i}`, type: 'CaseConcluded', step: 'conclusion', by: officer, at: instant(ms) }] })
        return timelineOf(draft)
      })
    }))
    const observed = [...plain, ...batches].flatMap((timeline) => observeAll(timeline, book, { calendar }))
    const found = concludeAll(book, observed, calendar, end).filter(({ ruleId }) => ruleId === 'R-18')
    expect(found.map(({ subject, clock, becameTrueAt, evidence }) => `${subject} ${clock} ${becameTrueAt} ${evidence!.length}`).sort()).toStrictEqual(expected.sort())
    expect(expected).toHaveLength(27)
  })
})
