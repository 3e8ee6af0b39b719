import { numberOf, weekdayOf } from './days.ts'
import type { Day } from '../kernel/values.ts'

const earliest = numberOf('0000-01-01' as Day), latest = numberOf('9999-12-31' as Day)
const usual = { from: numberOf('1990-01-01' as Day), to: numberOf('2060-12-31' as Day) }
/** How far beyond a day that was asked for the index grows at once. */
const reach = 4000

/** 工作日序 — running count of working days, so that a span is one subtraction and the n-th day one look-up.
    Built when first asked, for the usual years, and grown where somebody asks beyond them. `exceptions` are the days
    whose nature is not that of their weekday, by number. */
export function workingDayIndex(exceptions: ReadonlyMap<number, boolean>) {
  let first = 0, last = -1
  /** `counts[i]`: working days from `first` to `first + i`, both included. `nth[k]`: the one after k others. */
  let counts = new Int32Array(0), nth = new Int32Array(0)

  function build(from: number, to: number) {
    if (from < earliest - 1 || to > latest) throw new RangeError(`no calendar reaches beyond the years 0000 to 9999: day ${from} to ${to}`)
    first = Math.max(earliest - 1, Math.min(from - reach, usual.from))
    last = Math.min(latest, Math.max(to + reach, usual.to))
    counts = new Int32Array(last - first + 1)
    nth = new Int32Array(last - first + 1)
    let count = 0
    for (let day = first; day <= last; day++) {
      const weekday = weekdayOf(day)
      if (exceptions.get(day) ?? (weekday !== 0 && weekday !== 6)) nth[count++] = day
      counts[day - first] = count
    }
    nth = nth.subarray(0, count)
  }
  const cover = (day: number) => { if (day < first || day > last) build(last < first ? day : Math.min(day, first), Math.max(day, last)) }

  /** Working days up to a day, from an origin that moves when the index grows: only differences mean anything. */
  const upTo = (day: number) => counts[day - first]!
  return {
    isWorking(day: number) {
      cover(day - 1)
      cover(day)
      return upTo(day) > upTo(day - 1)
    },
    /** Working days d with after < d ≤ until. */
    between(after: number, until: number) {
      cover(after)
      cover(until)
      return upTo(until) - upTo(after)
    },
    /** The count-th working day after a day, count ≥ 1. */
    after(day: number, count: number) {
      cover(day)
      while (upTo(day) + count > nth.length) build(first, last + 2 * count)
      return nth[upTo(day) + count - 1]!
    },
  }
}
