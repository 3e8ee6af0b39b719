import { isRefusal } from '../domain/kernel/decider.ts'
import { dayAfter, instantOf } from '../domain/kernel/zones.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import type { Coming } from './camera/director.ts'
import { arrivalsOn, usualCasesPerDay, type Arrival } from './arrivals.ts'
import { foreignOn, type Foreign } from './foreign.ts'
import { progressOf } from './progress.ts'
import { nextOf, resumed, stepSaying, submission, type FactsOf, type OpenCase, type Played } from './playing.ts'
import { applying } from './scene.ts'
import type { Stage } from './stage.ts'

export type Live = {
  seed: number
  open: () => Promise<readonly OpenCase[]>
  facts: FactsOf
  casesPerDay?: number
  /** Who was to come before is not caught up with: where more come than came until now, they would all come at once. */
  since?: Instant
  /** Real time between two looks at the clock. */
  everyMs?: number
  onError?(error: unknown): void
}
/** What one look may say at once, so that a clock that jumped does not flood the book. */
const atOnce = 40
/** After this many refusals of the same step a case is left to those who took it over, until it moves. */
const patience = 3
type Watched = { seen: string; played: Played | undefined; refused: number }
const seenAs = ({ stage, lastStep, holder }: OpenCase) => `${stage} ${lastStep} ${holder ?? ''}`

/** What is open, and what was until now: a concluded case leaves the list of open ones before its result is fetched, and its file put away. */
async function openOrLeaving(rows: readonly OpenCase[], watched: Map<string, Watched>, facts: FactsOf): Promise<readonly OpenCase[]> {
  const ids = new Set(rows.map(({ id }) => id)), leaving: OpenCase[] = []
  for (const [id, { played }] of watched) {
    if (ids.has(id)) continue
    const known = played?.progress.stage, waits = known === 'Concluded' || (known === 'Delivered' && played?.next !== undefined)
    const stage = waits ? known : played && progressOf(await facts(id)).stage
    if (stage === 'Decided' || stage === 'Concluded' || (waits && stage === 'Delivered')) leaving.push({ id, stage, lastStep: '', holder: undefined })
    else watched.delete(id)
  }
  return [...rows, ...leaving]
}

/** 实时 — goes on where the book stands, and acts as the clock runs; whatever somebody else did in between is read and gone on from. */
export function goLive(stage: Stage, live: Live): { stop(): Promise<void>; soon(withinMs: number): Coming[] } {
  const { seed, open, facts, casesPerDay = usualCasesPerDay, since = '' as Instant, everyMs = 1_000, onError = () => {} } = live
  const watched = new Map<string, Watched>()
  let arrivals: (Arrival | Foreign)[] = [], day: Day | undefined, stopped = false

  /** The day's new cases; those that are in already say themselves again, which tells nothing. */
  function newcomers(now: Instant): (Arrival | Foreign)[] {
    const calendar = stage.calendar(), today = calendar.dayOf(now)
    if (day !== today) {
      // What came between two looks over midnight is not lost; after a longer absence only today's is caught up with.
      arrivals = [...(day && dayAfter(day) === today ? arrivals : []), ...arrivalsOn(seed, today, calendar, casesPerDay), ...foreignOn(seed, today, calendar, casesPerDay)].filter(({ at }) => at >= since)
      day = today
    }
    const due = arrivals.filter(({ at }) => at <= now).slice(0, atOnce)
    arrivals = arrivals.filter((arrival) => !due.includes(arrival))
    return due
  }
  async function look(it: OpenCase, refused = 0) {
    const played = await resumed(seed, it.id, facts)
    const next = played && nextOf(played, stage.calendar(), instantOf(Date.parse(played.progress.recordedAt) + 1))
    watched.set(it.id, { seen: seenAs(it), refused, played: played && { ...played, next } })
  }
  async function act(it: OpenCase, { played, refused }: Watched, now: Instant) {
    const { next, tried } = played!
    if (next!.tried && !tried) {
      await stage.say(stepSaying(played!, next!.tried))
      const properly = { ...next!, at: instantOf(Date.parse(now) + 420_000) }
      watched.set(it.id, { seen: seenAs(it), refused, played: { ...played!, tried: true, next: properly } })
      return
    }
    const answer = await stage.say(stepSaying(played!, next!))
    await look(it, isRefusal(answer) || 'stale' in answer ? refused + 1 : 0)
  }

  async function tick() {
    const rows = await openOrLeaving(await open(), watched, facts)
    for (const row of rows) if (watched.get(row.id)?.seen !== seenAs(row)) await look(row)
    const now = stage.clock.now()
    const calendar = stage.calendar(), today = calendar.dayOf(now)
    const doorsOpen = calendar.isWorkingDay(today) && now >= calendar.opensOf(today) && now <= calendar.closeOf(today)
    const due = rows.flatMap((row) => {
      const it = watched.get(row.id)!, next = it.played?.next
      const anytime = next?.by.role === 'applicant' || next?.by.role === 'policy' || next?.anytime
      return next && next.at <= now && it.refused < patience && (doorsOpen || anytime) ? [{ row, it }] : []
    }).slice(0, atOnce)
    const said = [...newcomers(now).map((arrival) => stage.say('saying' in arrival ? arrival.saying : submission(arrival))), ...due.map(({ row, it }) => act(row, it, now))]
    for (const result of await Promise.allSettled(said)) if (result.status === 'rejected') onError(result.reason)
  }

  let waiting: NodeJS.Timeout | undefined, inFlight: Promise<void> = Promise.resolve()
  const go = () => {
    inFlight = tick().catch(onError).then(() => { if (!stopped) { waiting = setTimeout(go, everyMs); waiting.unref() } })
  }
  go()
  return {
    /** 将至 — what will be said at a machine before long, as far as it is known now: a counter sees its visitors before they are in the book. */
    soon(withinMs) {
      const nowMs = Date.parse(stage.clock.now())
      const comings = arrivals.flatMap((arrival) => 'saying' in arrival ? [] : [{ caseNo: arrival.caseNo, at: arrival.at, by: applying(arrival.fate) }])
      const steps = [...watched].flatMap(([caseNo, { played }]) => played?.next ? [{ caseNo, ...played.next }] : [])
      return [...comings, ...steps].map(({ caseNo, at, by: { terminal } }) => ({ caseNo, terminal, atMs: Date.parse(at) }))
        .filter((coming): coming is Coming => coming.terminal !== undefined && coming.atMs >= nowMs && coming.atMs <= nowMs + withinMs)
    },
    async stop() {
      stopped = true
      clearTimeout(waiting)
      await inFlight
    },
  }
}
