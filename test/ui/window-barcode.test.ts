import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barsOf, code128 } from '../../ui/screens/window/code128.ts'

/** 符号 as ISO/IEC 15417 defines them and nobody typed them over: three bars and three spaces of one to four modules, eleven in all, the bars an even number. */
const lawful = new Set(Array.from({ length: 4 ** 6 }, (_, n) => Array.from({ length: 6 }, (_, i) => Math.floor(n / 4 ** i) % 4 + 1))
  .filter((widths) => widths.reduce((a, b) => a + b) === 11 && (widths[0]! + widths[2]! + widths[4]!) % 2 === 0).map((widths) => widths.join('')))
/** From published examples: the start of set B and C, the change to either, and what the stop is. */
const known = { startB: '211214', startC: '211232', toC: '113141', toB: '114131', stop: '2331112' }
/** The order of the values, by characters that everybody's tables begin and end with. */
const anchors: Record<number, string> = { 0: '212222', 1: '222122', 16: '123122', 17: '123221', 33: '111323', 54: '311123', 65: '121124', 89: '212141', 94: '131141' }
/** Those that no character of set B has: pairs of set C, and changes that a check may come to. */
const beyond = { 95: '114113', 96: '114311', 97: '411113', 98: '411311', 101: '311141', 102: '411131' }

/** A scanner: symbols by their widths, the check by its own sum, text by the sets. `values` is learnt from single characters, each of which stands alone in set B. */
const symbolsOf = (modules: readonly number[]) => Array.from({ length: (modules.length - 7) / 6 }, (_, i) => modules.slice(i * 6, i * 6 + 6).join(''))
const values = new Map<string, number>([[known.startB, 104], [known.startC, 105], [known.toC, 99], [known.toB, 100], ...Object.entries(beyond).map(([value, symbol]) => [symbol, Number(value)] as [string, number])])
for (let value = 0; value < 95; value++) values.set(symbolsOf(code128(String.fromCharCode(value + 32))!)[1]!, value)
function scanned(modules: readonly number[]): string {
  expect(modules.slice(-7).join('')).toBe(known.stop)
  const symbols = symbolsOf(modules), read = symbols.map((symbol) => values.get(symbol)), check = read.at(-1), data = read.slice(0, -1)
  const sum = data.reduce((sum: number, value, i) => sum + value! * Math.max(i, 1), 0) % 103
  expect(check).toBe(sum)
  let set = '', text = ''
  for (const value of data) {
    if (value === 104 || value === 100) set = 'B'
    else if (value === 105 || (value === 99 && set !== 'C')) set = 'C'
    else text += set === 'B' ? String.fromCharCode(value! + 32) : String(value).padStart(2, '0')
  }
  return text
}

describe('条码', () => {
  it('every symbol is one that the standard allows, and no two are the same', () => {
    expect(lawful.size).toBe(108) // 106 values and two that the stop is made of
    const found = symbolsOf(code128(Array.from({ length: 95 }, (_, i) => String.fromCharCode(i + 32)).join(''))!)
    expect(found.filter((symbol) => !lawful.has(symbol))).toStrictEqual([])
    expect(new Set(values.keys()).size).toBe(105)
    for (const [value, widths] of Object.entries(anchors)) expect(symbolsOf(code128(String.fromCharCode(Number(value) + 32))!)[1], value).toBe(widths)
  })
  it('the published example PJJ123C, in set B', () => expect(symbolsOf(code128('PJJ123C')!).map((symbol) => values.get(symbol))).toStrictEqual([104, 48, 42, 42, 17, 18, 19, 35, (104 + 48 + 84 + 126 + 68 + 90 + 114 + 245) % 103]))
  it('whatever is printed is read back', () => fc.assert(fc.property(fc.oneof(fc.string({ minLength: 1, maxLength: 40, unit: fc.integer({ min: 32, max: 126 }).map((n) => String.fromCharCode(n)) }),
    fc.stringMatching(/^\d{1,24}$/), fc.stringMatching(/^[A-Z]{0,3}\d{4,9}-?\d{1,8}-\d{3,6}$/)), (text) => { expect(scanned(code128(text)!)).toBe(text) }), { numRuns: 2_000 }))
  it('digits in pairs are shorter, and Chinese is none', () => {
    expect(code128('123456789012')!.length).toBeLessThan(code128('abcdefghijkl')!.length)
    expect([code128('办件1'), code128('')]).toStrictEqual([undefined, undefined])
  })
  it('is drawn with its quiet zone, bar by bar', () => {
    const modules = code128('990100-20261026-0031')!, { path, width } = barsOf(modules)
    expect(width).toBe(modules.reduce((a, b) => a + b) + 20)
    const bars = [...path.matchAll(/M(\d+) 0h(\d+)v1h-(\d+)z/g)].map(([, at, wide]) => [Number(at), Number(wide)])
    expect(bars[0]![0]).toBe(10)
    expect(bars.at(-1)![0]! + bars.at(-1)![1]!).toBe(width - 10)
    expect(bars.length).toBe(Math.ceil(modules.length / 2))
  })
})
