import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitOf } from '../../ui/screens/video/fitting.ts'
import { apart } from '../../ui/screens/video/halls.ts'

/** The grid by placing each picture in it: the large one first, then the others from left to right, as a browser does. */
function placed(others: number, { columns, span }: { columns: number; span: number }): number {
  const taken = new Set<string>()
  for (let y = 0; y < span; y++) for (let x = 0; x < span; x++) taken.add(`${x} ${y}`)
  let rows = span
  for (let n = 0, at = 0; n < others; at++) {
    const x = at % columns, y = Math.floor(at / columns)
    if (taken.has(`${x} ${y}`)) continue
    n++
    rows = Math.max(rows, y + 1)
  }
  return rows
}
describe('合屏', () => {
  it('whatever the room, the wall is no higher than it, no picture is stretched, and no row is too low to read', () => fc.assert(fc.property(
    fc.integer({ min: 0, max: 30 }), fc.integer({ min: 800, max: 3800 }), fc.integer({ min: 50, max: 2000 }), (others, widthPx, heightPx) => {
      const fit = fitOf({ others, widthPx, heightPx })
      if (!fit) return
      const rows = placed(others, fit), columnPx = (widthPx - 10 * (fit.columns - 1)) / fit.columns
      expect(rows * fit.rowPx + (rows - 1) * 10).toBeLessThanOrEqual(heightPx)
      expect(fit.rowPx).toBeLessThanOrEqual(columnPx * 9 / 16)
      expect(fit.rowPx).toBeGreaterThanOrEqual(104)
    })))
  it('nine cameras: beside a time line at 1440 × 900 in three rows of six, whole; with more room in rows of four; with hardly any the page scrolls', () => {
    expect(fitOf({ others: 8, widthPx: 1326, heightPx: 421 })).toStrictEqual({ columns: 6, span: 3, rowPx: 119 })
    expect(fitOf({ others: 8, widthPx: 1326, heightPx: 520 })).toStrictEqual({ columns: 4, span: 2, rowPx: 166 })
    expect(fitOf({ others: 8, widthPx: 1326, heightPx: 200 })).toBeUndefined()
  })
})
describe('分得清的名字', () => {
  it('what many share at their end is left out, and a name is never lost', () => {
    expect(apart(['县政务大厅', '不动产分厅', '车管分厅', '白杨镇便民服务中心', '青石镇便民服务中心', '石门镇便民服务中心', '高桥乡便民服务中心', '柳林乡便民服务中心'])).toStrictEqual(['县政务大厅', '不动产分厅', '车管分厅', '白杨镇', '青石镇', '石门镇', '高桥乡', '柳林乡'])
    expect(apart(['甲大厅', '乙大厅', '丙大厅'])).toStrictEqual(['甲大厅', '乙大厅', '丙大厅'])
    expect(apart([])).toStrictEqual([])
  })
  it('of any names, each is the beginning of its own and unlike the others\'', () => fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('东', '西', '镇', '服', '务', '站') }), { maxLength: 8 }), (names) => {
    const short = apart(names)
    expect(new Set(short).size).toBe(names.length)
    short.forEach((name, i) => { expect(names[i]!.startsWith(name)).toBe(true); expect(name.length).toBeGreaterThan(0) })
  })))
})
