import type { MapEdge, MapStep } from '../../../projections/process-map.ts'
import type { Formatter } from '../../format.ts'
import type { Words as Frame } from '../../words.zh.ts'
import type { MapAnswer } from './asks.ts'
import { labelled, layout, type Drawn } from './layout.ts'
import type { Words } from './words.zh.ts'

/** A step in the words of the hall: the house's own by the fact, a step of a flow by its name, a foreign one by its own word. */
export const stepWord = (step: string, frame: Frame): string => frame.facts[step]?.name ?? frame.steps[step] ?? step
const sumOf = ({ deviated }: MapEdge) => Object.values(deviated).reduce((sum, n) => sum + n, 0)
/** 当天, or so many working days. */
export const daysWord = (days: number | undefined, words: Words, f: Formatter): string => days === undefined ? '' : days === 0 ? words.sameDay : f.workingDays(days)

/** How wide a text of 15 px is, near enough: a wide sign is as wide as it is high. */
const widthOf = (text: string, size: number) => [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? size : size * 0.56), 0)
const most = 280
const cut = (text: string, width: number): string => {
  if (widthOf(text, 15) <= width) return text
  let kept = ''
  for (const sign of text) { if (widthOf(kept + sign, 15) > width - 12) return `${kept}…`; kept += sign }
  return kept
}

export type ShownStep = { one: MapStep; name: string; cut: string; line: string; x: number; y: number; width: number; height: number; label: string }
export type ShownWay = { one: MapEdge; d: string; width: number; again: boolean; deviated: number; name: string; label?: { x: number; y: number; width: number; text: string }; key: string }
/** Labels on so many of the strongest. */
const labels = 8

/** 图 — boxes and ways with their words, ready to be drawn. */
export function shown(map: MapAnswer, words: Words, frame: Frame, f: Formatter): { steps: ShownStep[]; ways: ShownWay[]; width: number; height: number } {
  const named = map.steps.map((one) => {
    const name = stepWord(one.step, frame), days = daysWord(one.median, words, f), line = one.median === undefined ? words.boxStart(f.cases(one.cases)) : words.box(f.cases(one.cases), words.median(days))
    return { one, name, line, days, width: Math.min(most, Math.max(132, Math.ceil(Math.max(widthOf(name, 15.5), widthOf(line, 14))) + 28)) }
  })
  const made = layout(named.map(({ one, width }) => ({ step: one.step, width })), map.edges), strongest = Math.max(1, ...map.edges.map(({ times }) => times))
  const byTimes = (a: Drawn<MapEdge>, b: Drawn<MapEdge>) => b.way.times - a.way.times || (a.way.from + a.way.to < b.way.from + b.way.to ? -1 : 1)
  const first = [...made.ways].sort(byTimes).slice(0, labels), texts = first.map(({ way }) => `${f.count(way.times)} · ${daysWord(way.median, words, f)}`)
  const spots = labelled(made.boxes, first.map(({ points }, i) => ({ points, width: Math.ceil(widthOf(texts[i]!, 14)) + 10 })))
  return {
    width: made.width, height: made.height,
    steps: made.boxes.flatMap((box) => {
      const found = named.find(({ one }) => one.step === box.step)
      if (!found) return []
      const short = cut(found.name, found.width - 28)
      return [{ ...box, one: found.one, name: found.name, cut: short, line: found.line, label: words.boxLabel(`${short} ${found.line}`, short === found.name ? '' : found.name) }]
    }),
    // The weak first, so that the strong lie over them.
    ways: [...made.ways].sort((a, b) => byTimes(b, a)).map((drawn) => {
      const { way, d } = drawn, deviated = sumOf(way), at = first.indexOf(drawn), spot = spots[at]
      const more = (way.again ? words.againOf(words.times(f.count(way.again))) : '') + (deviated ? words.deviatedOf(words.times(f.count(deviated))) : '')
      return { one: way, key: `${way.from}\n${way.to}`, d, deviated, again: way.again * 2 >= way.times, width: Math.round((1 + 7 * way.times / strongest) * 10) / 10,
        name: words.wayLabel(stepWord(way.from, frame), stepWord(way.to, frame), words.times(f.count(way.times)), daysWord(way.median, words, f), more), ...(spot && { label: { ...spot, text: texts[at]! } }) }
    }),
  }
}
