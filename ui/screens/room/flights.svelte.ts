import type { BoardMove } from '../../../projections/board.ts'

/** 飞一程, and how many of them in a second. */
const flightMs = 900, mostPerSecond = 12
const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches

const middle = (of: Element, within: DOMRect) => { const { left, top, width, height } = of.getBoundingClientRect(); return { x: left - within.left + width / 2, y: top - within.top + Math.min(height, 200) / 2 } }
/** 飞点 — a case that goes on flies from its block to the next. Whoever wants no motion sees the numbers change. */
export function flights() {
  let sampled = $state(false), began = 0, flown = 0, sky: HTMLElement | undefined
  const place = (step: string) => sky?.parentElement?.querySelector(`[data-step="${step}"]`) ?? undefined
  function fly({ from, to, light }: BoardMove, afterMs: number) {
    const start = place(from === 'new' ? 'received' : from), end = place(to)
    if (!sky || !end) return
    const within = sky.getBoundingClientRect(), b = middle(end, within), a = start && start !== end ? middle(start, within) : { x: Math.max(b.x - 80, 0), y: b.y }
    const dot = document.createElement('i')
    dot.className = `fly ${light}`
    sky.append(dot)
    const at = (x: number, y: number) => `translate(${x}px, ${y}px)`
    const flight = dot.animate([{ transform: at(a.x, a.y) }, { transform: at((a.x + b.x) / 2, Math.min(a.y, b.y) - 28), offset: 0.5 }, { transform: at(b.x, b.y) }], { duration: flightMs, delay: afterMs, easing: 'cubic-bezier(.2,.7,.2,1)', fill: 'both' })
    flight.onfinish = flight.oncancel = () => dot.remove()
  }
  return {
    get sampled() { return sampled },
    /** Where they fly. */
    sky: (element: HTMLElement) => { sky = element; return () => { sky = undefined } },
    begin(moves: readonly BoardMove[]) {
      if (still() || document.hidden) return
      const now = performance.now()
      if (now - began > 1_000) { began = now; flown = 0; sampled = false }
      const room = Math.max(0, mostPerSecond - flown), some = moves.length <= room ? moves : moves.filter((_, i) => i * room % moves.length < room)
      sampled ||= moves.length > room
      flown += some.length
      some.forEach((move, i) => fly(move, i * 60))
    },
  }
}
