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

type Mark = { x: number; severity: Severity; revoked: boolean }
type Tick = { x: number; label: string; anchor: 'start' | 'end' }
export type Ground = { rests: { x: number; width: number; name: string }[]; ticks: Tick[]; marks: Mark[]; facts: string; late: string; tails: string; told: string }
export type Reckoned = { pauses: { x: number; width: number; label: string }[]; due: { x: number; label: string; anchor: 'start' | 'end'; beyond: boolean } | undefined }

/** Midnight of a day in the hall, near enough for a picture: by the distance from an instant whose day is known. */
export const midnights = (view: CaseView, f: Formatter) => {
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
  const ticks: Tick[] = []
  for (let n = 0, start = midnight(first); start + n * dayMs <= end; n += every) {
    const ms = Math.max(start + n * dayMs, from), x = xOf(ms)
    if (x < width - (isNow ? 128 : 200)) ticks.push({ x, label: f.day(f.dayOf(new Date(start + n * dayMs + dayMs / 2).toISOString())), anchor: 'start' })
  }
  // The case began late on its first day: the next day's label has the room.
  if (ticks[1] && ticks[1].x - ticks[0]!.x < room - 24) ticks.shift()
  ticks.push({ x: width, label: isNow ? say.case.present : f.day(f.dayOf(new Date(end).toISOString())), anchor: 'end' })
  return ticks
}

export const dueMs = (view: CaseView, midnight: (day: string) => number) => {
  const clock = clockOf(view, 'promised') ?? clockOf(view, 'statutory')
  const ms = clock?.dueAt ? Date.parse(clock.dueAt) : clock?.dueOn ? midnight(clock.dueOn) + dayMs : undefined
  return ms === undefined ? undefined : { ms, day: clock?.dueOn }
}

type Scale = { width: number; from: number; to: number; end: number; xOf(ms: number): number; midnight(day: string): number }
/** 尺 — how wide the line is and how far it reaches: to the due day, where that is not far off. */
export function scaleOf(now: CaseView, due: number | undefined, f: Formatter, size: number): Scale {
  const width = Math.max(size, track.minWidth), from = Date.parse(now.span.from), to = Math.max(Date.parse(now.span.to), from + 60_000)
  const end = due !== undefined && due <= to + (to - from) * reach && due >= from ? Math.max(to, due) : to
  return { width, from, to, end, xOf: (ms) => track.inset + (ms - from) / (end - from) * (width - 2 * track.inset), midnight: midnights(now, f) }
}
const bands = ({ from, end, xOf }: Scale) => {
  const clip = (ms: number) => Math.min(Math.max(ms, from), end)
  return { clip, band: (a: number, b: number) => ({ x: xOf(clip(a)), width: Math.max(0, xOf(clip(b)) - xOf(clip(a))) }) }
}
const ring = (x: number, y: number, r: number) => `M${(x - r).toFixed(1)} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`

/** 时间轴 — what there is to see on the line, whatever moment is looked at: one path for all that lie on it, however many they are. */
export function groundOf(now: CaseView, say: Words, f: Formatter, scale: Scale): Ground {
  const { width, from, end, to, xOf, midnight } = scale, { clip, band } = bands(scale)
  const isNow = !now.endedAt && end === to, named = (name: string) => say.festivals[name] ?? name
  const late = (fact: FactView) => fact.late && !fact.source, x = ({ occurredAt }: FactView) => xOf(Date.parse(occurredAt))
  const entered = now.facts.filter(late).map((fact) => ({ x: x(fact), told: xOf(clip(Date.parse(fact.recordedAt))) }))
  return {
    rests: now.restDays.map((rest) => ({ ...band(midnight(rest.from), midnight(rest.to) + dayMs), name: named(rest.name) }))
      .filter((rest) => rest.width >= 1.5).map((rest) => ({ ...rest, name: rest.width > rest.name.length * textPx * 1.8 + 8 ? rest.name : '' })),
    ticks: ticksOf(from, end, width, xOf, midnight, f, say, isNow), marks: marksOf(now, xOf).filter(({ x }) => x <= width),
    facts: now.facts.filter((fact) => !late(fact)).map((fact) => ring(x(fact), track.axisY, 5.5)).join(''), late: entered.map((fact) => ring(fact.x, track.axisY, 5.5)).join(''),
    tails: entered.map((fact) => `M${fact.x.toFixed(1)} ${track.axisY}L${fact.told.toFixed(1)} 55`).join(''), told: entered.map((fact) => ring(fact.told, 56, 4)).join(''),
  }
}
/** What is reckoned differently from moment to moment: where the clock stood still, and the due day. */
export function reckonedOf(now: CaseView, then: CaseView, say: Words, f: Formatter, scale: Scale): Reckoned {
  const { band, clip } = bands(scale), due = dueMs(then, scale.midnight), pauses = (clockOf(then, 'promised') ?? clockOf(now, 'promised'))?.pauses ?? []
  const within = due && due.ms <= scale.end && due.ms >= scale.from, dueX = due && scale.xOf(clip(due.ms)), { midnight, width } = scale
  return {
    pauses: pauses.map(({ clause, from: a, to: b }) => ({ ...band(midnight(a) + dayMs / 2, b ? midnight(b) + dayMs / 2 : Date.parse(then.at)), label: say.case.pausedFor(clauseName(clause, say)) })),
    due: due && dueX !== undefined ? { x: within ? dueX : width, beyond: !within, anchor: dueX > width / 2 || !within ? 'end' : 'start',
      label: say.case.due(f.day(due.day ?? f.dayOf(new Date(due.ms).toISOString()))) + (within ? '' : ' →') } : undefined,
  }
}
