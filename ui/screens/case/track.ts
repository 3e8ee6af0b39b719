import type { CaseView, FactView } from '../../../projections/views.ts'
import type { Severity } from '../../../domain/supervision/rules/rule.ts'
import type { Formatter } from '../../format.ts'
import type { Words } from '../../words.zh.ts'
import { clauseName, episodeKey } from '../../telling.ts'
import { clockOf } from '../../verdict.ts'

const dayMs = 864e5
/** Heights of the picture; it keeps its natural scale and scrolls where the screen is narrower. */
export const track = { height: 98, axisY: 37, floorY: 74, minWidth: 860, inset: 8 }
/** A due day further off than this much of the span is named at the edge instead of stretching the line. */
const reach = 0.6
const textPx = 8.2

export type Mark = { x: number; severity: Severity; revoked: boolean }
export type Track = {
  width: number; end: number; xOf(ms: number): number; msAt(x: number): number
  rests: { x: number; width: number; name: string }[]
  pauses: { x: number; width: number; label: string }[]
  ticks: { x: number; label: string; anchor: 'start' | 'end' }[]
  facts: { x: number; revision: number; position: number; tail: number | undefined }[]
  marks: Mark[]
  due: { x: number; label: string; anchor: 'start' | 'end'; beyond: boolean } | undefined
}

/** Midnight of a day in the hall, near enough for a picture: by the distance from an instant whose day is known. */
const midnights = (view: CaseView, f: Formatter) => {
  const at = Date.parse(view.span.from), local = f.dayOf(view.span.from)
  const [hours = 0, minutes = 0] = f.time(view.span.from).split(':').map(Number)
  const zero = at - (hours * 60 + minutes) * 60_000 - at % 60_000
  return (day: string) => zero + (Date.parse(day) - Date.parse(local))
}
const severe = { HINT: 0, WARN: 1, YELLOW: 2, RED: 3 }

function marksOf({ findings, cards }: CaseView, xOf: (ms: number) => number): Mark[] {
  const dealt = new Set(cards.map(episodeKey))
  return [
    ...findings.filter((finding) => !dealt.has(episodeKey(finding))).map((it) => ({ ...it, revoked: false })),
    ...cards.map((it) => ({ ...it, revoked: it.state !== 'standing' })),
  ].sort((a, b) => severe[a.severity] - severe[b.severity]).map(({ becameTrueAt, severity, revoked }) => ({ x: xOf(Date.parse(becameTrueAt)), severity, revoked }))
}

function ticksOf(from: number, end: number, width: number, xOf: (ms: number) => number, midnight: (day: string) => number, f: Formatter, say: Words, isNow: boolean) {
  const first = f.dayOf(new Date(from).toISOString()), room = 116
  const every = Math.max(1, Math.ceil((end - from) / dayMs / (width / room)))
  const ticks: Track['ticks'] = []
  for (let n = 0, start = midnight(first); start + n * dayMs <= end; n += every) {
    const ms = Math.max(start + n * dayMs, from), x = xOf(ms)
    if (x < width - (isNow ? 128 : 200)) ticks.push({ x, label: f.day(f.dayOf(new Date(start + n * dayMs + dayMs / 2).toISOString())), anchor: 'start' })
  }
  // The case began late on its first day: the next day's label has the room.
  if (ticks[1] && ticks[1].x - ticks[0]!.x < room - 24) ticks.shift()
  ticks.push({ x: width, label: isNow ? say.case.present : f.day(f.dayOf(new Date(end).toISOString())), anchor: 'end' })
  return ticks
}

const dueMs = (view: CaseView, midnight: (day: string) => number) => {
  const clock = clockOf(view, 'promised') ?? clockOf(view, 'statutory')
  const ms = clock?.dueAt ? Date.parse(clock.dueAt) : clock?.dueOn ? midnight(clock.dueOn) + dayMs : undefined
  return ms === undefined ? undefined : { ms, day: clock?.dueOn }
}

/** 时间轴 — where everything stands on the line. `now` gives what there is to see, `then` the due day as it was reckoned at the moment shown. */
export function trackOf(now: CaseView, then: CaseView, say: Words, f: Formatter, size: number): Track {
  const width = Math.max(size, track.minWidth)
  const from = Date.parse(now.span.from), to = Math.max(Date.parse(now.span.to), from + 60_000), midnight = midnights(now, f)
  const due = dueMs(then, midnight)
  const within = due && due.ms <= to + (to - from) * reach && due.ms >= from
  const end = within ? Math.max(to, due.ms) : to
  const xOf = (ms: number) => track.inset + (ms - from) / (end - from) * (width - 2 * track.inset)
  const clip = (ms: number) => Math.min(Math.max(ms, from), end)
  const band = (a: number, b: number) => ({ x: xOf(clip(a)), width: Math.max(0, xOf(clip(b)) - xOf(clip(a))) })
  const tail = (fact: FactView) => fact.late && !fact.source ? xOf(clip(Date.parse(fact.recordedAt))) : undefined
  const isNow = !now.endedAt && end === to
  const dueX = due && xOf(clip(due.ms))
  const pauses = (clockOf(then, 'promised') ?? clockOf(now, 'promised'))?.pauses ?? []
  const named = (name: string) => say.festivals[name] ?? name
  return {
    width, end, xOf, msAt: (x) => from + (x - track.inset) / (width - 2 * track.inset) * (end - from),
    rests: now.restDays.map((rest) => ({ ...band(midnight(rest.from), midnight(rest.to) + dayMs), name: named(rest.name) }))
      .filter((rest) => rest.width >= 1.5).map((rest) => ({ ...rest, name: rest.width > rest.name.length * textPx * 1.8 + 8 ? rest.name : '' })),
    pauses: pauses.map(({ clause, from: a, to: b }) => ({ ...band(midnight(a) + dayMs / 2, b ? midnight(b) + dayMs / 2 : Date.parse(then.at)), label: say.case.pausedFor(clauseName(clause, say)) })),
    ticks: ticksOf(from, end, width, xOf, midnight, f, say, isNow),
    facts: now.facts.map((fact) => ({ x: xOf(Date.parse(fact.occurredAt)), revision: fact.revision, position: fact.position, tail: tail(fact) })),
    marks: marksOf(now, xOf).filter(({ x }) => x <= width),
    due: due && dueX !== undefined ? { x: within ? dueX : width, beyond: !within, anchor: dueX > width / 2 || !within ? 'end' : 'start',
      label: say.case.due(f.day(due.day ?? f.dayOf(new Date(due.ms).toISOString()))) + (within ? '' : ' →') } : undefined,
  }
}
