import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardReasons, keptUntil, lapsedOf, reasonOf, usualPolicy, type Reason } from '../../domain/evidence/retention.ts'

const day = 86_400_000, second = 1000
/** The oracle keeps every second by itself, and a segment as long as one of its seconds: no overlap of intervals is reckoned. */
function bySeconds(startS: number, endS: number, reasons: readonly Reason[], baseDays: number): number | undefined {
  let until = endS * second + baseDays * day
  for (let s = startS; s <= endS; s++) for (const { fromMs, toMs, untilMs } of reasons) if (s * second >= fromMs && s * second <= toMs) {
    if (untilMs === undefined) return undefined
    if (untilMs > until) until = untilMs
  }
  return until
}
const seconds = fc.integer({ min: 0, max: 300 })
const reason = fc.record({ from: seconds, length: fc.integer({ min: 0, max: 100 }), untilMs: fc.option(fc.integer({ min: 0, max: 400 }).map((n) => n * day), { nil: undefined }) })
  .map(({ from, length, untilMs }): Reason => ({ kind: 'step', fromMs: from * second, toMs: (from + length) * second, ...(untilMs !== undefined && { untilMs }) }))

describe('保存至', () => {
  it('is the latest of all reasons that keep one second of it, and has no end while one of them has none', () => {
    fc.assert(fc.property(seconds, fc.integer({ min: 0, max: 60 }), fc.array(reason, { maxLength: 6 }), fc.integer({ min: 30, max: 365 }), (start, length, reasons, baseDays) => {
      expect(keptUntil({ startMs: start * second, endMs: (start + length) * second }, reasons, baseDays)).toBe(bySeconds(start, start + length, reasons, baseDays))
    }), { numRuns: 2_000 })
  })
  it('never ends earlier for one more reason, and not in the order in which they are said', () => {
    fc.assert(fc.property(fc.array(reason, { maxLength: 5 }), reason, (reasons, more) => {
      const segment = { startMs: 50_000, endMs: 60_000 }, before = keptUntil(segment, reasons, 30) ?? Infinity
      expect(keptUntil(segment, [...reasons, more], 30) ?? Infinity).toBeGreaterThanOrEqual(before)
      expect(keptUntil(segment, [...reasons].reverse(), 30) ?? Infinity).toBe(before)
    }))
  })
  it('a step keeps ninety days, a supplement request a hundred and eighty, two minutes on either side', () => {
    const at = Date.parse('2026-03-02T01:00:00Z'), segment = (offsetS: number) => ({ startMs: at + offsetS * second, endMs: at + offsetS * second })
    const step = [reasonOf({ type: 'CaseAccepted', case: 'X-1', atMs: at }, usualPolicy)], supplement = [reasonOf({ type: 'SupplementRequested', case: 'X-1', atMs: at }, usualPolicy)]
    for (const offset of [-120, 0, 120]) {
      expect(keptUntil(segment(offset), step, 30)).toBe(Date.parse('2026-05-31T01:00:00Z'))
      expect(keptUntil(segment(offset), supplement, 30)).toBe(Date.parse('2026-08-29T01:00:00Z'))
    }
    for (const offset of [-121, 121]) expect(keptUntil(segment(offset), step, 30)).toBe(Date.parse('2026-04-01T01:00:00Z') + offset * second)
  })
  it('a card keeps around every fact of its case until a month after the last word on it, and while an appeal waits for ever', () => {
    const moments = [{ type: 'CaseAccepted', case: 'X-1', atMs: 10 * day }, { type: 'CaseConcluded', case: 'X-1', atMs: 90 * day }]
    const until = (appealOpen: boolean) => moments.map(({ atMs }) => keptUntil({ startMs: atMs, endMs: atMs }, cardReasons(moments, [{ cardId: 'R-02', latestMs: 200 * day, appealOpen }], usualPolicy), 30))
    expect(until(false)).toStrictEqual([230 * day, 230 * day])
    expect(until(true)).toStrictEqual([undefined, undefined])
  })
  it('what had kept it is said, each once, and nothing that does not touch it', () => {
    const at = Date.parse('2026-03-02T01:00:00Z'), near = reasonOf({ type: 'CaseAccepted', case: 'X-1', atMs: at }, usualPolicy), far = reasonOf({ type: 'CaseAccepted', case: 'X-2', atMs: at + day }, usualPolicy)
    expect(lapsedOf({ startMs: at, endMs: at }, [near, near, far], 30)).toStrictEqual(['base 2026-04-01', 'step X-1 2026-05-31'])
  })
})
