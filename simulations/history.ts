import { isRefusal } from '../domain/kernel/decider.ts'
import { dayAfter, instantIn, instantOf } from '../domain/kernel/zones.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { arrivalsOn, usualCasesPerDay, type Arrival } from './arrivals.ts'
import { foreignOn, type Foreign } from './foreign.ts'
import { county } from './places.ts'
import { begun, further, newFacts, nextOf, resumed, stepSaying, submission, type FactsOf, type OpenCase, type Played } from './playing.ts'
import type { Stage } from './stage.ts'

/** `open` and `facts`: what was open before `from`, to be gone on with; left out for a book without cases. */
export type History = {
  seed: number; from: Day; until: Instant; casesPerDay?: number
  open?: () => Promise<readonly OpenCase[]>; facts?: FactsOf
  onProgress?(p: { day: Day; days: number; of: number; cases: number; facts: number }): void
  signal?: AbortSignal
}
/** Within this the order of things is ours to choose, and the book is waited for once. */
const windowMs = 15 * 60_000
/** Promises that a saying waits for before it has read the clock and been put in line for the book; more is harmless. */
const promiseTurns = 80
const later = (at: Instant, ms: number) => instantOf(Date.parse(at) + ms)
const byTime = (a: { at: Instant }, b: { at: Instant }) => a.at === b.at ? 0 : a.at < b.at ? -1 : 1
type Due = { at: Instant; arrival: Arrival | Foreign } | { at: Instant; played: Played }
/** A person's own key is waited for; nothing that is told later may come before what waits. */
const waits = (it: Due) => !('arrival' in it) || 'saying' in it.arrival ? 0 : 'applicantName' in it.arrival.fate.applicant ? 2 : 1

/** What is being played, and how it goes on. */
function playerOf(stage: Stage, signal: AbortSignal | undefined) {
  const playing = new Map<string, Played>(), told = { cases: 0, facts: 0 }
  const plan = (played: Played) => {
    const next = nextOf(played, stage.calendar(), later(stage.clock.now(), 20_000))
    if (next) playing.set(played.caseNo, { ...played, next })
    else playing.delete(played.caseNo)
  }
  /** One thing at a time by the clock, though the book is still writing what was said before. */
  async function play(due: readonly Due[]) {
    const times = due.map(({ at }) => at)
    // First what is done, then what firms hand in, whose names are not sealed, then what persons do.
    const ordered = [...due].sort((a, b) => waits(a) - waits(b) || byTime(a, b))
    const answers: Promise<() => void>[] = []
    for (const [i, it] of ordered.entries()) {
      const at = times[i]!
      stage.clock.set(at)
      if ('arrival' in it) {
        const { arrival } = it, foreign = 'saying' in arrival
        answers.push(stage.say(foreign ? arrival.saying : submission(arrival)).then((answer) => () => {
          if (!newFacts(answer)) return
          told.cases++
          told.facts += newFacts(answer)
          if (!foreign) plan(begun({ ...arrival, at }))
        }))
      } else answers.push(answerTo(it.played, at))
      for (let n = 0; n < promiseTurns; n++) await undefined
    }
    for (const settle of await Promise.all(answers)) settle()
  }
  async function answerTo(played: Played, at: Instant): Promise<() => void> {
    const next = played.next!
    if (next.tried && !played.tried) {
      await stage.say(stepSaying(played, next.tried))
      return () => { playing.set(played.caseNo, { ...played, tried: true, next: { ...next, at: later(at, 420_000) } }) }
    }
    const answer = await stage.say(stepSaying(played, next))
    return () => {
      told.facts += newFacts(answer)
      const on = further(played, answer, at)
      if (on) plan(on)
      else if (isRefusal(answer)) playing.delete(played.caseNo)
    }
  }

  async function playUntil(end: Instant, arrivals: (Arrival | Foreign)[]) {
    for (;;) {
      const due: Due[] = arrivals.flatMap((arrival) => arrival.at < end ? [{ at: arrival.at, arrival }] : [])
      for (const played of playing.values()) if (played.next!.at < end) due.push({ at: played.next!.at, played })
      if (due.length === 0 || signal?.aborted) return
      due.sort(byTime)
      const now = stage.clock.now(), last = later(due[0]!.at > now ? due[0]!.at : now, windowMs)
      // What has its minute is said alone, so that nothing takes its place.
      const minute = due.findIndex((it) => 'played' in it && it.played.next!.exact), cut = minute < 0 ? due.length : Math.max(1, minute)
      const these = due.slice(0, cut).filter(({ at }) => at <= last).map((it) => it.at > now ? it : { ...it, at: now })
      arrivals.splice(0, these.filter((it) => 'arrival' in it).length)
      await play(these)
    }
  }
  return { plan, playUntil, told }
}

/** 补演历史 — days of a county told through the commands that everybody says, on the demonstration's clock. */
export async function playHistory(stage: Stage, history: History): Promise<{ cases: number; facts: number }> {
  const { seed, from, until, casesPerDay = usualCasesPerDay, open, facts: factsOf, onProgress, signal } = history
  const { plan, playUntil, told } = playerOf(stage, signal)
  if (open && factsOf) for (const { id } of await open()) {
    const played = await resumed(seed, id, factsOf)
    if (played) plan(played)
  }

  const days: Day[] = [], lastDay = stage.calendar().dayOf(until)
  for (let day = from; day <= lastDay; day = dayAfter(day)) days.push(day)
  for (const [i, day] of days.entries()) {
    const calendar = stage.calendar(), comes = [...arrivalsOn(seed, day, calendar, casesPerDay), ...foreignOn(seed, day, calendar, casesPerDay)]
    const arrivals = comes.filter(({ at }) => at > stage.clock.now()).sort(byTime)
    const opens = calendar.opensOf(day), closes = calendar.closeOf(day), swept = later(closes, 60_000)
    for (const end of [opens, closes, swept]) if (end <= until) await playUntil(end, arrivals)
    if (signal?.aborted) break
    if (swept <= until && swept >= stage.clock.now() && calendar.isWorkingDay(day)) {
      stage.clock.set(swept)
      await stage.closeOfDay()
    }
    const midnight = instantIn(county.zone, dayAfter(day))
    await playUntil(midnight < until ? midnight : until, arrivals)
    // The clock does not run ahead of the judge into the next day.
    await stage.judged()
    onProgress?.({ day, days: i + 1, of: days.length, ...told })
    if (signal?.aborted) break
  }
  if (!signal?.aborted && until > stage.clock.now()) stage.clock.set(until)
  return told
}
