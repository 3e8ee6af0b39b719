import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from '../../domain/kernel/canonical.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
/** RFC 8785 said once more, from its text: escapes of 3.2.2.2 one by one, names ordered by their UTF-16 units, numbers as ECMAScript writes them. */
const short: Record<number, string> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\' }
const units = (text: string) => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
const quoted = (text: string) => `"${units(text).map((unit) => short[unit] ?? (unit < 32 ? `\\u${unit.toString(16).padStart(4, '0')}` : String.fromCharCode(unit))).join('')}"`
const byUnits = (a: string, b: string) => {
  const left = units(a), right = units(b)
  const at = left.findIndex((unit, i) => unit !== right[i])
  return at === -1 ? left.length - right.length : right[at] === undefined ? 1 : left[at]! - right[at]!
}
function stated(value: Json): string {
  if (value === null || typeof value === 'boolean') return `${value}`
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : `${value}`
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${(value as Json[]).map(stated).join(',')}]`
  const object = value as Record<string, Json>
  return `{${Object.keys(object).sort(byUnits).map((name) => `${quoted(name)}:${stated(object[name]!)}`).join(',')}}`
}
const wellFormed = fc.string({ unit: 'binary' })
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constant(null), fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), wellFormed,
    fc.array(tie('value'), { maxLength: 5 }), fc.dictionary(wellFormed, tie('value'), { maxKeys: 6 })),
})).value
const turned = (value: Json): Json => Array.isArray(value) ? (value as Json[]).map(turned)
  : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([name, inner]) => [name, turned(inner)])) : value

describe('规范文本', () => {
  it('says what RFC 8785 says', () => fc.assert(fc.property(json, (value) => { expect(canonical(value)).toBe(stated(value)) }), { numRuns: 1000 }))
  it('read and written again is the same', () => fc.assert(fc.property(json, (value) => { expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value)) })))
  it('loses nothing that JSON can say', () => fc.assert(fc.property(json, (value) => { expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value))) })))
  it('the same value has the same bytes, however its fields were put together', () =>
    fc.assert(fc.property(json, (value) => { expect(canonical(turned(value))).toBe(canonical(value)) })))
  it('another value has other bytes', () => fc.assert(fc.property(json, json, (a, b) => {
    fc.pre(JSON.stringify(turned(a)) !== JSON.stringify(turned(b)) && stated(a) !== stated(b))
    expect(canonical(a)).not.toBe(canonical(b))
  })))
  it('orders names by UTF-16 units, and not by code points (RFC 8785, 3.2.3)', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
    expect(canonical(Object.fromEntries(names.map((name) => [name, 0]))))
      .toBe('{"\\r":0,"1":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\ud83d\ude00":0,"\ufb33":0}')
  })
  it.each([[1e21, '1e+21'], [1e-7, '1e-7'], [0.1 + 0.2, '0.30000000000000004'], [-0, '0'], [333333333.33333329, '333333333.3333333'], [Number.MAX_SAFE_INTEGER, '9007199254740991']])(
    'writes %d as ECMAScript does', (value, text) => expect(canonical(value)).toBe(text))
  it('leaves out what is not said, and keeps what is said to be nothing', () => expect(canonical({ b: undefined, a: null, c: [undefined] })).toBe('{"a":null,"c":[null]}'))
  it.each([NaN, Infinity, -Infinity, 1n, Symbol('s'), () => 1, undefined])('cannot say %s', (value) => {
    expect(() => canonical(value)).toThrow(/not a JSON/)
    expect(() => canonical({ deep: value === undefined ? () => 1 : value })).toThrow(/not a JSON/)
  })
})
