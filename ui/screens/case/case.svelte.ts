import { onDestroy } from 'svelte'
import type { CaseView } from '../../../projections/views.ts'
import { client, isProblem, type Problem } from '../../client.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { seenFrom } from '../../telling.ts'

export const minuteMs = 60_000
const playedIn = { ticks: 240, everyMs: 80, stepEveryMs: 1400 }
type Known = 'then' | 'now'

/** 手 — where on the time line the reader stands, by whose knowledge, in whose eyes. */
type Hand = { at: number | undefined; known: Known | undefined; as: string | undefined }
const momentAt = (ms: number) => new Date(ms).toISOString()

/** 读 — the case as it stands, and as it stood where the hand is. One question at a time is on its way, and the last one asked wins. */
function readings(id: string, hand: Hand, knownAtFirst: Known | undefined) {
  let now = $state.raw<CaseView>(), then = $state.raw<CaseView>(), problem = $state.raw<Problem>(), missing = $state.raw<Problem>()
  let asking = false, wanted = false, gone = false
  const knownBy = (): Known => hand.known ?? knownAtFirst ?? (now?.imported ? 'now' : 'then')

  async function readNow() {
    const answer = await client.case(id, { as: hand.as })
    if (gone) return
    if (isProblem(answer)) problem = answer
    else { now = answer; problem = undefined }
  }
  /** Asks for the moment that is wanted; moved meanwhile, it asks again for where the hand is then. */
  async function readThen() {
    wanted = true
    if (asking) return
    asking = true
    while (wanted && hand.at !== undefined && !gone) {
      wanted = false
      const moment = momentAt(hand.at)
      const answer = await client.case(id, { at: moment, known: knownBy() === 'then' ? moment : undefined, as: hand.as })
      if (hand.at === undefined) break
      if (!isProblem(answer)) { then = answer; missing = undefined }
      else if (answer.status !== 0) missing = answer
    }
    asking = false
  }
  return {
    get now() { return now },
    get then() { return then },
    get problem() { return problem },
    get missing() { return missing },
    knownBy, readNow, readThen,
    forgetThen() { then = missing = undefined },
    close() { gone = true },
  }
}

type Moves = { at(): number | undefined; span(): { from: number; to: number }; move(to: number | undefined): void; jump(by: 1 | -1): void }
/** 播放 — the hand moves by itself until it is at now; for who asked for less motion, from fact to fact. */
function player({ at, span, move, jump }: Moves) {
  let playing = $state(false), timer: ReturnType<typeof setInterval> | undefined
  function halt() { clearInterval(timer); playing = false }
  function play() {
    if (playing) return halt()
    const { from, to } = span()
    if (at() === undefined) move(from)
    playing = true
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    timer = setInterval(() => {
      if (still) jump(1)
      else move((at() ?? to) + (to - from) / playedIn.ticks)
      if (at() === undefined) halt()
    }, still ? playedIn.stepEveryMs : playedIn.everyMs)
  }
  return { get playing() { return playing }, play, halt }
}

/** 一件与它的时光机. Each moment is asked of the server. */
export function casePage(id: string) {
  const start = router.query
  const hand = $state<Hand>({ at: start['at'] === undefined ? undefined : Date.parse(start['at']) || undefined, known: undefined, as: start['as'] })
  const read = readings(id, hand, start['known'] === 'now' ? 'now' : undefined), { knownBy, readNow, readThen } = read
  let stop = () => {}, noted: ReturnType<typeof setTimeout> | undefined, soon: ReturnType<typeof setTimeout> | undefined, gone = false
  const span = () => ({ from: Date.parse(read.now?.span.from ?? ''), to: Date.parse(read.now?.span.to ?? '') })

  function note() {
    clearTimeout(noted)
    noted = setTimeout(() => {
      const { at, known, as } = hand
      if (!gone) router.note({ at: at === undefined ? undefined : momentAt(at), known: at === undefined || known === undefined ? undefined : knownBy(), as })
    }, 400)
  }
  /** To an instant, or to now. */
  function move(to: number | undefined) {
    const { from, to: end } = span()
    hand.at = to === undefined || to >= end ? undefined : Math.max(to, from)
    if (hand.at === undefined) read.forgetThen()
    else void readThen()
    note()
  }
  const moments = () => [...new Set((read.now?.facts ?? []).map((fact) => seenFrom(fact, knownBy())))].sort((a, b) => a - b)
  function jump(by: 1 | -1) {
    const here = hand.at ?? span().to
    const next = by === 1 ? moments().find((ms) => ms > here) : moments().findLast((ms) => ms < here)
    move(next ?? (by === 1 ? undefined : span().from))
  }
  const playback = player({ at: () => hand.at, span, move, jump })
  async function open() {
    await readNow()
    if (hand.at !== undefined) move(hand.at)
    if (gone || !read.now) return
    const position = read.now.facts.reduce((most, fact) => Math.max(most, fact.position), 0)
    stop = subscribe('cases', { id }, position, () => {
      clearTimeout(soon)
      soon = setTimeout(() => { void readNow(); if (hand.at !== undefined) void readThen() }, 250)
    })
  }
  void open()
  onDestroy(() => { gone = true; read.close(); playback.halt(); stop(); clearTimeout(soon); clearTimeout(noted) })

  return {
    get now() { return read.now },
    /** What the page shows: the case as it stood, or as it stands. */
    get shown() { return hand.at === undefined ? read.now : read.then ?? read.now },
    get problem() { return read.problem },
    /** Why there is nothing at this moment, if there isn't. */
    get missing() { return hand.at === undefined ? undefined : read.missing },
    get at() { return hand.at },
    get live() { return hand.at === undefined },
    get known() { return knownBy() },
    get as() { return hand.as },
    get playing() { return playback.playing },
    get span() { return span() },
    move, jump, play: playback.play, halt: playback.halt,
    know(how: Known) { hand.known = how; if (hand.at !== undefined) void readThen(); note() },
    /** 以谁的眼看 — the server answers for that role; nothing is hidden here that it has said. */
    async look(role: string) {
      hand.as = role
      note()
      await Promise.all([readNow(), hand.at === undefined ? undefined : readThen()])
    },
    retry: () => void open(),
  }
}
export type CasePage = ReturnType<typeof casePage>
