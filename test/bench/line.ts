/** 一行 — one figure beside its limit, both of this run. `times` = measured ÷ limit, by the way of reckoning that `goal` names. */
export type Line = {
  row: string
  zh: string
  measured: string
  limit: string
  /** Absent where nothing is promised of this row: it is there for orientation. */
  goal?: Goal
  times?: number
  /** How far the limit itself went up and down around its mean, as a share of it. */
  noise?: number
  /** What was read back, and found to be right. */
  checked: string
  /** Absolute figures, unit in the name. */
  figures: Record<string, number | string>
}
/** `least`/`most`: bounds of a value; `value` is measured in the unit said. All must hold. */
export type Goal = readonly Bound[]
export type Bound = { zh: string; value: number; least?: number; most?: number }

export const isMet = ({ value, least = -Infinity, most = Infinity }: Bound) => value >= least && value <= most
/** Beyond this a ratio to the limit says more about the machine than about the house. */
const steady = 0.25
export const isSteady = ({ noise = 0 }: Line) => noise <= steady
/** By what factor a bound is missed, 1 where it is met. */
export const missedBy = (bound: Bound): number => {
  if (isMet(bound)) return 1
  const { value, least, most } = bound
  return least !== undefined && value < least ? least / value : value / most!
}

/** A benchmark that answers wrongly has no speed. */
export function assertRight(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`读回不符 / read back and found wrong: ${what}`)
}
