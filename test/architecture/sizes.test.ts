import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { isCode, sourcesIn } from './source.ts'

/** A file is one idea and fits on a page (architecture.md §9.4). Tables are exempt by name. */
const limits: Record<string, number> = { domain: 150, projections: 150, adapters: 300, api: 300, ui: 300, video: 300 }
const svelteLines = 150, functionLines = 70, width = 160
const isTable = (file: string) => /\/(events|words\.\w+|national)\.ts$/.test(file)
const lines = (text: string) => text.replace(/\n$/, '').split('\n').length

const sources = sourcesIn('domain', 'projections', 'adapters', 'api', 'ui', 'video').filter(isCode).filter(({ file }) => !isTable(file))

/** Functions of a file that are longer than a page, by name and line. */
export function longFunctions(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const from = source.getLineAndCharacterOfPosition(node.getStart()).line, to = source.getLineAndCharacterOfPosition(node.getEnd()).line
      if (to - from + 1 > functionLines) found.push(`${file}:${from + 1} is ${to - from + 1} lines long`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

describe('篇幅', () => {
  it.each(sources)('$file fits on its page', ({ file, text }) =>
    expect(lines(text)).toBeLessThanOrEqual(file.endsWith('.svelte') ? svelteLines : limits[file.split('/')[0]!]!))
  it.each(sources.filter(({ file }) => file.endsWith('.ts')))('$file has no function of more than 70 lines', ({ file, text }) =>
    expect(longFunctions(file, text)).toStrictEqual([]))
  it.each(sources.filter(({ file }) => /^(domain|projections|api|adapters)\//.test(file)))('$file keeps its lines short enough to read', ({ text }) =>
    expect(text.split('\n').filter((line) => [...line].length > width + 30)).toStrictEqual([]))
  it('finds a long function, however it is written', () => {
    const body = '\n'.repeat(functionLines)
    for (const text of [`function f() {${body}}`, `const f = () => {${body}}`, `const o = { f() {${body}} }`, `class C { m() {${body}} }`]) {
      expect(longFunctions('x.ts', text)).toHaveLength(1)
    }
    expect(longFunctions('x.ts', `const f = () => {${'\n'.repeat(functionLines - 1)}}`)).toStrictEqual([])
  })
})
