import { onDestroy } from 'svelte'
import type { CaseView } from '../../../projections/views.ts'
import { client, isProblem, type Problem } from '../../client.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { seenFrom } from '../../telling.ts'

export const minuteMs = 60_000
const playedIn = { ticks: 240, everyMs: 80, stepEveryMs: 1400 }
type Known = 'then' | 'now'

/** 一件与它的时光机. Each moment is asked of the server; one question at a time is on its way, and the last one asked wins. */
export function casePage(id: string) {
  const start = router.query
  let now = $state.raw<CaseView>(), then = $state.raw<CaseView>(), problem = $state.raw<Problem>(), missing = $state.raw<Problem>()
  let at = $state(start['at'] === undefined ? undefined : Date.parse(start['at']) || undefined)
  let known = $state<Known>(), as = $state(start['as']), playing = $state(false)
  let asking = false, wanted = false, stop = () => {}, timer: ReturnType<typeof setInterval> | undefined, noted: ReturnType<typeof setTimeout> | undefined
  let soon: ReturnType<typeof setTimeout> | undefined, gone = false

  const knownBy = (): Known => known ?? (start['known'] === 'now' || now?.imported ? 'now' : 'then')
  const span = () => ({ from: Date.parse(now?.span.from ?? ''), to: Date.parse(now?.span.to ?? '') })
  const momentAt = (ms: number) => new Date(ms).toISOString()

  async function readNow() {
    const answer = await client.case(id, { as })
    if (gone) return
    if (isProblem(answer)) problem = answer
    else { now = answer; problem = undefined }
  }
  /** Asks for the moment that is wanted; moved meanwhile, it asks again for where the hand is then. */
  async function readThen() {
    wanted = true
    if (asking) return
    asking = true
    while (wanted && at !== undefined && !gone) {
      wanted = false
      const moment = momentAt(at)
      const answer = await client.case(id, { at: moment, known: knownBy() === 'then' ? moment : undefined, as })
      if (at === undefined) break
      if (!isProblem(answer)) { then = answer; missing = undefined }
      else if (answer.status !== 0) missing = answer
    }
    asking = false
  }
  function note() {
    clearTimeout(noted)
    noted = setTimeout(() => {
      if (!gone) router.note({ at: at === undefined ? undefined : momentAt(at), known: at === undefined || known === undefined ? undefined : knownBy(), as })
    }, 400)
  }
  /** To an instant, or to now. */
  function move(to: number | undefined) {
    const { from, to: end } = span()
    at = to === undefined || to >= end ? undefined : Math.max(to, from)
    if (at === undefined) then = missing = undefined
    else void readThen()
    note()
  }
  const moments = () => [...new Set((now?.facts ?? []).map((fact) => seenFrom(fact, knownBy())))].sort((a, b) => a - b)
  function jump(by: 1 | -1) {
    const here = at ?? span().to
    const next = by === 1 ? moments().find((ms) => ms > here) : moments().findLast((ms) => ms < here)
    move(next ?? (by === 1 ? undefined : span().from))
  }
  function halt() { clearInterval(timer); playing = false }
  function play() {
    if (playing) return halt()
    const { from, to } = span()
    if (at === undefined) move(from)
    playing = true
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    timer = setInterval(() => {
      if (still) jump(1)
      else move((at ?? to) + (to - from) / playedIn.ticks)
      if (at === undefined) halt()
    }, still ? playedIn.stepEveryMs : playedIn.everyMs)
  }
  async function open() {
    await readNow()
    if (at !== undefined) move(at)
    if (gone || !now) return
    const position = now.facts.reduce((most, fact) => Math.max(most, fact.position), 0)
    stop = subscribe('cases', { id }, position, () => {
      clearTimeout(soon)
      soon = setTimeout(() => { void readNow(); if (at !== undefined) void readThen() }, 250)
    })
  }
  void open()
  onDestroy(() => { gone = true; halt(); stop(); clearTimeout(soon); clearTimeout(noted) })

  return {
    get now() { return now },
    /** What the page shows: the case as it stood, or as it stands. */
    get shown() { return at === undefined ? now : then ?? now },
    get problem() { return problem },
    /** Why there is nothing at this moment, if there isn't. */
    get missing() { return at === undefined ? undefined : missing },
    get at() { return at },
    get live() { return at === undefined },
    get known() { return knownBy() },
    get as() { return as },
    get playing() { return playing },
    get span() { return span() },
    move, jump, play, halt,
    know(how: Known) { known = how; if (at !== undefined) void readThen(); note() },
    /** 以谁的眼看 — the server answers for that role; nothing is hidden here that it has said. */
    async look(role: string) {
      as = role
      note()
      await Promise.all([readNow(), at === undefined ? undefined : readThen()])
    },
    retry: () => void open(),
  }
}
export type CasePage = ReturnType<typeof casePage>
