import type { Day, Instant } from '../../../domain/kernel/values.ts'
import type { Deed, Timeline } from '../../../domain/supervision/timeline.ts'

/** March 2026 has no holidays: Monday to Friday are worked, and nothing else is. */
export const workingDays = [...Array(31).keys()].map((n) => `2026-03-${String(n + 1).padStart(2, '0')}`).filter((day) => ![0, 6].includes(new Date(`${day}T00:00Z`).getUTCDay())) as Day[]
export const localMs = (day: string, minutes: number) => Date.parse(`${day}T00:00:00+08:00`) + minutes * 60_000
export const instant = (ms: number) => new Date(ms).toISOString() as Instant
export const opens = 8 * 60 + 30, closes = 17 * 60 + 30

/** Chance that can be had again. */
export function chance(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return { below, between: (from: number, to: number) => from + below(to - from + 1), of: <T>(some: readonly T[]): T => some[below(some.length)]!, one: (share: number) => next() < share }
}
export type Chance = ReturnType<typeof chance>

export const officers = [...Array(400).keys()].map((n) => `H-${n}`)
const flows = [['handling'], ['handling', 'reviewing'], ['handling', 'approving'], ['handling', 'reviewing', 'approving']]
const types: Record<string, string> = { acceptance: 'CaseAccepted', handling: 'HandlingCompleted', reviewing: 'ReviewCompleted', approving: 'ApprovalGiven', decision: 'LicenceGranted', conclusion: 'CaseConcluded' }
export type Act = Deed & { ms: number; round: number }
export type Draft = { subject: string; flow: string[]; channel: string; minimumMinutes: number; imported: boolean; acts: Act[]; limit: number; acceptedOn: Day }

/** A case as honest, slow and sloppy people play it: near misses everywhere, and nothing that any rule of conduct forbids. */
export function honest(subject: string, { below, between, of, one }: Chance): Draft {
  const flow = of(flows), channel = of(['window', 'window', 'online', 'post']), day = below(10), acceptedOn = workingDays[day]!
  const minutes = channel === 'online' && one(0.3) ? 22 * 60 : of([opens, closes, between(opens, closes)])
  const acts: Act[] = []
  let ms = localMs(acceptedOn, minutes), round = 1
  const act = (step: string, by: string, more: Partial<Deed> = {}) => acts.push({ id: `${subject} ${acts.length}`, type: types[step]!, step, by, role: 'official', terminal: `T-${by}`, key: `K-${by}`,
    at: instant(ms), ms, round, ...more, said: { result: 'pass', ...more.said } })
  const later = () => { ms += one(0.2) ? 6 * 60_000 : between(7, 1500) * 60_000 }
  const handler = of(officers), others = [handler]
  act('acceptance', handler)
  for (let i = 0; i < flow.length; i++) {
    later()
    const step = flow[i]!
    if (step === 'handling') {
      // Who handles after a sending back may be another; who did before may verify then.
      if (round > 1 && one(0.5)) others.unshift(of(officers.filter((one) => !others.includes(one))))
      act(step, others[0]!, { said: { opinion: below(2 ** 32) } })
      continue
    }
    const former = others.length > 1 && step === 'reviewing' && one(0.3) ? others[1]! : undefined
    const by = former ?? `${step === 'reviewing' ? 'R' : 'A'}-${below(50)}`
    // Six minutes later at the handler's own machine is a lent chair, not a lent name.
    const sixLater = !former && ms - acts.at(-1)!.ms === 6 * 60_000 && acts.at(-1)!.step === 'handling'
    if (round < 4 && one(0.15)) {
      const to = one(0.5) ? 'handling' : of(flow.slice(0, i))
      if (to === 'handling' && one(0.5)) act(step, by, { said: { result: 'back', opinion: below(2 ** 32) } })
      else acts.push({ ...acts.at(-1)!, id: `${subject} ${acts.length}`, type: 'StepSentBack', step: undefined as never, by, ms, at: instant(ms), round, said: { from: step, to } })
      round += 1
      i = flow.indexOf(to) - 1
    } else act(step, by, { said: { opinion: below(2 ** 32) }, ...(sixLater && { terminal: `T-${acts.at(-1)!.by}` }) })
  }
  later()
  act('decision', `L-${below(50)}`)
  ms = Math.max(ms + 60_000, acts[0]!.ms + between(30, 4000) * 60_000)
  act('conclusion', handler)
  for (const deed of acts) if (deed.step === undefined) delete (deed as { step?: unknown }).step
  return { subject, flow, channel, minimumMinutes: of([30, Math.floor((acts.at(-1)!.ms - acts[0]!.ms) / 60_000)]), imported: false, acts, limit: of([0, 1, 5, 10, 20]), acceptedOn }
}

export const timelineOf = ({ subject, flow, channel, minimumMinutes, imported, acts, limit, acceptedOn }: Draft): Timeline => ({
  subject, department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported, channel, flow, minimumMinutes, openedOn: acceptedOn,
  clocks: [{ name: 'promised', kind: 'promised', clause: '', basis: '', startedOn: acceptedOn, limitWorkingDays: limit, pauses: [] }],
  acceptedAt: acts.find(({ type }) => type === 'CaseAccepted')!.at, endedAt: acts.at(-1)!.at,
  deeds: acts.map(({ ms: _, round: __, ...deed }) => deed),
})
