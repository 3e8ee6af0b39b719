import { onDestroy } from 'svelte'
import type { CaseView } from '../../../projections/views.ts'
import { replayed, type Replay } from '../../../projections/replayed.ts'
import { isProblem, type Problem } from '../../client.ts'
import { keepingUp } from '../../keeping-up.ts'
import { subscribe } from '../../live.ts'
import { router } from '../../router.svelte.ts'
import { seenFrom } from '../../telling.ts'
import { asks } from './asks.ts'

export const minuteMs = 60_000
const playedIn = { ticks: 240, everyMs: 80, stepEveryMs: 1400 }
export const speeds = ['1', '4', '16'] as const
type Speed = typeof speeds[number]
type Known = 'then' | 'now'
type Look = ReturnType<typeof replayed>
type Instant = CaseView['at']

/** 手 — where on the time line the reader stands, by whose knowledge, in whose eyes; and the moment that it is compared with. */
type Hand = { at: number | undefined; known: Known | undefined; as: string | undefined; pin: number | undefined }
const momentAt = (ms: number) => new Date(ms).toISOString() as Instant

/** 读 — the case at every moment, sent once and folded here; read anew when something has been told of it. */
function reading(id: string, hand: Hand) {
  let look = $state.raw<Look>(), replay = $state.raw<Replay>(), problem = $state.raw<Problem>(), gone = false, turn = 0
  return {
    get look() { return look },
    get replay() { return replay },
    get problem() { return problem },
    get gone() { return gone },
    async read() {
      const own = ++turn, answer = await asks.replay(id, hand.as)
      if (gone || own !== turn) return
      if (isProblem(answer)) { problem = answer; return }
      look = replayed(answer)
      replay = answer
      problem = undefined
    },
    close() { gone = true },
  }
}

type Moves = { at(): number | undefined; span(): { from: number; to: number }; move(to: number | undefined): void; jump(by: 1 | -1): void }
/** 播放 — the hand moves by itself until it is at now; for who asked for less motion, from fact to fact. */
function player({ at, span, move, jump }: Moves) {
  let playing = $state(false), speed = $state<Speed>('1'), timer: ReturnType<typeof setInterval> | undefined
  function halt() { clearInterval(timer); playing = false }
  function play() {
    if (playing) return halt()
    const { from, to } = span()
    if (at() === undefined) move(from)
    playing = true
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    timer = setInterval(() => {
      if (still) jump(1)
      else move((at() ?? to) + (to - from) * Number(speed) / playedIn.ticks)
      if (at() === undefined) halt()
    }, still ? playedIn.stepEveryMs : playedIn.everyMs)
  }
  return { get playing() { return playing }, get speed() { return speed }, hurry(to: Speed) { speed = to }, play, halt }
}

/** Where the hand is goes on the page once a frame, however often it moves. */
function onceAFrame(put: (to: number | undefined) => void) {
  let wanted: { to: number | undefined } | undefined, frame = 0
  return {
    get wanted() { return wanted },
    to(to: number | undefined) {
      wanted = { to }
      frame ||= requestAnimationFrame(() => {
        frame = 0
        const next = wanted!
        wanted = undefined
        put(next.to)
      })
    },
    close() { cancelAnimationFrame(frame) },
  }
}

/** 所见 — what the page shows at the moment that the hand points to, and at the one that it is compared with. */
function seeing(source: ReturnType<typeof reading>, hand: Hand) {
  const now = $derived.by(() => { const found = source.look && source.replay ? source.look({ at: source.replay.now }) : undefined; return found && !('notYet' in found) ? found : undefined })
  const known = $derived<Known>(hand.known ?? (now?.imported ? 'now' : 'then'))
  const seenAt = (ms: number) => source.look?.({ at: momentAt(ms), known: known === 'then' ? momentAt(ms) : undefined })
  const then = $derived(hand.at === undefined ? undefined : seenAt(hand.at))
  const missing = $derived(then && 'notYet' in then ? then : undefined)
  const shown = $derived(then && !('notYet' in then) ? then : now)
  const pinned = $derived.by(() => { const found = hand.pin === undefined ? undefined : seenAt(hand.pin); return found && !('notYet' in found) ? found : undefined })
  return {
    get now() { return now },
    get known() { return known },
    get missing() { return missing },
    get shown() { return shown },
    get pinned() { return pinned },
  }
}

const said = (text: string | undefined) => text === undefined ? undefined : Date.parse(text) || undefined
/** 一件与它的时光机. Each moment is folded from what was sent of the case. */
export function casePage(id: string) {
  const start = router.query
  const hand = $state<Hand>({ at: said(start['at']), known: start['known'] === 'now' ? 'now' : undefined, as: start['as'], pin: said(start['pin']) })
  const source = reading(id, hand)
  let stop = () => {}, noted: ReturnType<typeof setTimeout> | undefined, from = 0
  const seen = seeing(source, hand), fresh = keepingUp(source.read)
  const span = () => ({ from: Date.parse(seen.now?.span.from ?? ''), to: Date.parse(seen.now?.span.to ?? '') })

  function note() {
    clearTimeout(noted)
    noted = setTimeout(() => {
      const { at, as, pin } = hand
      if (!source.gone) router.note({ at: at === undefined ? undefined : momentAt(at), known: at === undefined || hand.known === undefined ? undefined : seen.known, as, pin: pin === undefined ? undefined : momentAt(pin) })
    }, 400)
  }
  const frames = onceAFrame((to) => { hand.at = to; note() })
  const here = () => frames.wanted ? frames.wanted.to : hand.at
  /** To an instant, or to now. */
  function move(to: number | undefined) {
    const { from, to: end } = span()
    frames.to(to === undefined || to >= end ? undefined : Math.max(to, from))
  }
  const moments = () => [...new Set((seen.now?.facts ?? []).map((fact) => seenFrom(fact, seen.known)))].sort((a, b) => a - b)
  function jump(by: 1 | -1) {
    const at = here() ?? span().to
    const next = by === 1 ? moments().find((ms) => ms > at) : moments().findLast((ms) => ms < at)
    move(next ?? (by === 1 ? undefined : span().from))
  }
  const playback = player({ at: here, span, move, jump })
  async function open() {
    await source.read()
    if (hand.at !== undefined) move(hand.at)
    if (source.gone || !seen.now) return
    from = seen.now.facts.reduce((most, fact) => Math.max(most, fact.position), 0)
    stop()
    stop = subscribe('cases', { id }, from, fresh.again)
  }
  void open()
  onDestroy(() => { source.close(); playback.halt(); frames.close(); stop(); fresh.stop(); clearTimeout(noted) })

  return {
    id,
    get now() { return seen.now },
    /** What the page shows: the case as it stood, or as it stands. */
    get shown() { return seen.shown },
    get problem() { return source.problem },
    /** Why there is nothing at this moment, if there isn't. */
    get missing() { return seen.missing },
    get at() { return hand.at },
    get live() { return hand.at === undefined },
    get known() { return seen.known },
    get as() { return hand.as },
    get pinned() { return seen.pinned },
    get playing() { return playback.playing },
    get speed() { return playback.speed },
    get span() { return span() },
    move, jump, play: playback.play, halt: playback.halt, hurry: playback.hurry,
    /** 定为甲 — this moment is what others are compared with. */
    pin() { hand.pin = hand.pin === undefined ? here() ?? span().to : undefined; note() },
    know(how: Known) { hand.known = how; note() },
    /** 以谁的眼看 — sent anew for that role; nothing is hidden here that has been sent. */
    async look(role: string) { hand.as = role; note(); await source.read() },
    read: source.read,
    retry: () => void open(),
  }
}
export type CasePage = ReturnType<typeof casePage>
