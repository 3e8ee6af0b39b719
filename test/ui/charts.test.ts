import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvOf } from '../../ui/charts/csv.ts'
import { cellsOf } from '../oracles/csv.ts'
import { lightsInOrder, marksOf } from '../../ui/charts/marks.ts'

/** As a spreadsheet reads it: the mark of its encoding first. */
function readBack(text: string): string[][] {
  expect(text.charCodeAt(0)).toBe(0xfeff)
  return cellsOf(text.slice(1))
}
describe('表格文件', () => {
  const columns = [{ key: 'a', label: '名称' }, { key: 'b', label: '数', numeric: true }]
  it('comes back as it was written, cell by cell, and no text of it is a formula', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('=1+1', '+86', '-3', '@SUM(A1)', '\t=1', '\r=1', 'a,b', '说"是"', '行\r\n行', "'=1", ' =1', '＝1+1', '＠SUM', '\n+1', '\u00a0-1', '－2'))
    fc.assert(fc.property(fc.array(fc.record({ a: text, b: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })) })), (rows) => {
      const [head, ...lines] = readBack(csvOf(columns, rows))
      expect(head).toStrictEqual(['名称', '数'])
      expect(lines).toHaveLength(rows.length)
      lines.forEach(([a = '', b], i) => {
        expect('=+-@\t\r\n＝＋－＠'.includes(a.trimStart().charAt(0) || '!') || '\t\r\n'.includes(a.charAt(0) || '!')).toBe(false)
        expect([rows[i]!.a, `'${rows[i]!.a}`]).toContain(a)
        expect(Number(b)).toBe(rows[i]!.b + 0)
      })
    }))
  })
  it('a number below nothing stays a number', () => expect(readBack(csvOf(columns, [{ a: '差', b: -3 }]))[1]).toStrictEqual(['差', '-3']))
})

describe('一点一件', () => {
  const lit = fc.record({ late: fc.nat(300), soon: fc.nat(300), ok: fc.nat(900), hold: fc.nat(300) })
  it('is one mark a case, however many, in four pieces of a picture, and none lies outside it', () => {
    fc.assert(fc.property(lit, fc.integer({ min: 1, max: 40 }), fc.boolean(), (counts, n, down) => {
      const { paths, width, height } = marksOf(counts, down ? { down: n } : { across: n })
      for (const light of lightsInOrder) expect(paths[light].split('z').length - 1).toBe(counts[light] * (light === 'hold' ? 2 : 1))
      const all = Object.values(counts).reduce((sum, one) => sum + one, 0)
      for (const [, x, y] of Object.values(paths).join('').matchAll(/M([\d.]+) ([\d.]+)/g)) { expect(Number(x)).toBeLessThan(width); expect(Number(y)).toBeLessThan(height) }
      expect((width + 2) / 16 * ((height + 2) / 16)).toBeGreaterThanOrEqual(all)
    }), { numRuns: 40 })
  })
})
