import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../ui/tokens.css', import.meta.url), 'utf8')
type Tokens = Record<string, string>
const block = (selector: string): Tokens => {
  const from = css.indexOf(`${selector}{`)
  if (from < 0) throw new Error(`no ${selector} in tokens.css`)
  return Object.fromEntries([...css.slice(from, css.indexOf('}', from)).matchAll(/--([\w-]+):\s*([^;]+);?/g)].map(([, name, value]) => [name!, value!.trim()]))
}
const light = block(':root')
const themes: Record<string, Tokens> = { light, wall: { ...light, ...block('[data-theme=wall]') }, contrast: { ...light, ...block('[data-theme=contrast]') } }

/** WCAG 2 relative luminance and ratio. */
function luminance(hex: string): number {
  const long = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join('') : hex.slice(1)
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(long.slice(at, at + 2), 16) / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const ratio = (a: string, b: string) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return Math.round((high + 0.05) / (low + 0.05) * 10) / 10
}

/** The table of the design: light, wall, contrast. */
const table: [string, string, number, number, number][] = [
  ['ink', 'surface', 16.5, 15.5, 21], ['ink', 'paper', 15.1, 16.9, 21], ['ink-2', 'surface', 9.4, 10.6, 21],
  ['ink-3', 'surface', 6.4, 7.1, 16.8], ['ink-3', 'paper', 5.8, 7.8, 16.8], ['ink-3', 'sunken', 5.4, 7.5, 15.9],
  ['link', 'surface', 7.4, 9.6, 13.4], ['link', 'paper', 6.8, 10.5, 13.4], ['on-brand', 'brand', 10.4, 7.7, 11.9], ['on-brand-2', 'brand', 7.3, 4.7, 11.9],
  ['ok-ink', 'surface', 7.7, 9.8, 16], ['ok-ink', 'ok-bg', 6.6, 8.7, 16], ['soon-ink', 'surface', 8.2, 11.6, 14.8], ['soon-ink', 'soon-bg', 7.3, 9.7, 14.8],
  ['late-ink', 'surface', 8.1, 8, 9.5], ['late-ink', 'late-bg', 6.9, 7.3, 9.5], ['hold-ink', 'surface', 8.4, 9.6, 13.1], ['hold-ink', 'hold-bg', 7.2, 8.4, 13.1],
  ['past-ink', 'past-bg', 8.2, 8.2, 13.6], ['on-past', 'past', 7.4, 7.2, 13.6],
  ['ok', 'surface', 5.3, 7.4, 16], ['late', 'surface', 6.3, 6.2, 9.5], ['hold', 'surface', 5.5, 7.3, 13.1], ['soon', 'surface', 2.4, 10.4, 14.8],
  ['line-2', 'surface', 3.5, 3.9, 21], ['focus', 'surface', 5.3, 12.1, 19.6],
]

describe('配色', () => {
  it.each(table)('%s on %s is as contrasted as the table says', (a, b, ...wanted) =>
    expect(Object.values(themes).map((tokens) => ratio(tokens[a]!, tokens[b]!))).toStrictEqual(wanted))
  it('every colour is in every theme, or the same in all', () => {
    const known = Object.keys(light).filter((name) => /^#/.test(light[name]!))
    expect(known.length).toBeGreaterThan(30)
    for (const name of [...Object.keys(block('[data-theme=wall]')), ...Object.keys(block('[data-theme=contrast]'))]) expect(light).toHaveProperty([name])
  })
  it('type is in rem, so that the reader sets its size', () => expect(Object.entries(light).filter(([name, value]) => /^f\d/.test(name) && !value.endsWith('rem'))).toStrictEqual([]))
  it('text on glass and on faces is legible', () => {
    expect(ratio(light['on-face']!, light['face']!)).toBeGreaterThan(4.5)
    expect(ratio(light['on-glass']!, light['brand']!)).toBeGreaterThan(4.5)
  })
})
