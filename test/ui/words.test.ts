import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { caseEvents } from '../../domain/cases/events.ts'
import { roles } from '../../domain/kernel/context.ts'
import { specialProcedures } from '../../domain/kernel/vocabulary.ts'
import { supervisionEvents } from '../../domain/supervision/events.ts'
import { stages } from '../../projections/cases.ts'
import { door, places } from '../../ui/places.ts'
import { words as en } from '../../ui/words.en.ts'
import { words as zh } from '../../ui/words.zh.ts'

const ui = new URL('../../ui', import.meta.url).pathname
const files = (readdirSync(ui, { recursive: true }) as string[]).filter((file) => /\.(svelte|ts|css|html)$/.test(file))
const text = (file: string) => readFileSync(join(ui, file), 'utf8')
/** What is not seen by anybody: comments may be in any language. */
const seen = (source: string) => source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/<!--[\s\S]*?-->/g, '').replace(/^\s*\/\/.*$/gm, '').replace(/\s\/\/ .*$/gm, '')
const han = /\p{Script=Han}/u

/** Tables of codes may be longer in one language than in the other; everything else has a twin. */
const open = new Set(['feeKinds', 'rules', 'clauses', 'festivals', 'attributes'])
const paths = (value: unknown, at = ''): string[] => typeof value !== 'object' || value === null || value instanceof RegExp ? [`${at}:${value instanceof RegExp ? 'pattern' : typeof value}`]
  : open.has(at) ? [at] : Object.entries(value).flatMap(([name, inner]) => paths(inner, at ? `${at}.${name}` : name))

/** 用语 of the frame, and of each screen that has its own. */
const tables: { at: string; zh: object; en: object }[] = [{ at: 'ui', zh, en }]
for (const file of files.filter((file) => file.endsWith('/words.zh.ts'))) {
  const [chinese, english] = await Promise.all(['zh', 'en'].map(async (language) => (await import(join(ui, file.replace('words.zh', `words.${language}`))) as { words: object }).words))
  tables.push({ at: file.replace('/words.zh.ts', ''), zh: chinese!, en: english! })
}

describe.each(tables)('用语 of $at', ({ zh, en }) => {
  it('English says everything that Chinese says, and nothing else', () => expect(paths(en)).toStrictEqual(paths(zh)))
  it('no word is empty in Chinese', () => {
    const empty = (value: unknown, at: string): string[] => value === '' ? [at] : typeof value === 'object' && value !== null && !(value instanceof RegExp)
      ? Object.entries(value).flatMap(([name, inner]) => empty(inner, `${at}.${name}`)) : []
    expect(empty(zh, '')).toStrictEqual([])
  })
  it('English words hold no Chinese', () => {
    const found: string[] = []
    const walk = (value: unknown, at: string) => {
      if (typeof value === 'string' && han.test(value) && at !== '.other.word') found.push(at)
      if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) for (const [name, inner] of Object.entries(value)) walk(inner, `${at}.${name}`)
    }
    walk(en, '')
    expect(found).toStrictEqual([])
  })
})

describe('用语 — codes', () => {
  it('every place has a word', () => expect([...places, door].filter(({ name }) => !zh.places[name] || !en.places[name]).map(({ name }) => name)).toStrictEqual([]))
  it('every fact that a case or a card may hold is worded', () => {
    const facts = [...Object.keys(caseEvents), ...Object.keys(supervisionEvents)].filter((type) => type !== 'StepRefused' && !type.startsWith('Rule'))
    expect(facts.filter((type) => !zh.facts[type] || !en.facts[type])).toStrictEqual([])
  })
  it('every stage and special procedure has a word', () =>
    expect([...stages.filter((stage) => !zh.stages[stage]), ...specialProcedures.filter((kind) => !zh.specialProcedures[kind])]).toStrictEqual([]))
  it('every role that looks at a case has a word', () =>
    expect(roles.filter((role) => ['applicant', 'window-clerk', 'handler', 'section-head', 'leader', 'inspector', 'policy', 'importer'].includes(role) && !zh.roles[role])).toStrictEqual([]))
})

describe('画面', () => {
  it('there are screens to look at', () => expect(files.filter((file) => file.endsWith('.svelte')).length).toBeGreaterThan(15))
  it('no Chinese stands outside the word tables', () => {
    const allowed = /(^|\/)words\.(zh|en)\.ts$|^index\.html$/
    expect(files.filter((file) => !allowed.test(file) && han.test(seen(text(file))))).toStrictEqual([])
  })
  it('no component names a colour: tokens only', () => {
    const colour = /#[0-9a-f]{3,8}\b(?![^{]*\{\/)|\b(?:rgba?|hsla?|oklch)\(/i
    const found = files.filter((file) => /\.(svelte|css)$/.test(file) && file !== 'tokens.css')
      .flatMap((file) => seen(text(file)).split('\n').filter((line) => colour.test(line.replace(/\{#[a-z]+/g, '').replace(/href="#\w+"/g, '').replace(/url\(#\w+\)/g, ''))).map((line) => `${file}: ${line.trim()}`))
    expect(found).toStrictEqual([])
  })
  it('no style attribute is written into markup: the content policy would refuse it', () =>
    expect(files.filter((file) => file.endsWith('.svelte') && /\sstyle(=|:)/.test(text(file).replace(/<style>[\s\S]*<\/style>/, '')))).toStrictEqual([]))
  it('no component fetches or loads in an effect', () =>
    expect(files.filter((file) => file.endsWith('.svelte') && /\bfetch\(|\$effect|XMLHttpRequest/.test(text(file)))).toStrictEqual([]))
  it('a component has at most 150 lines', () => expect(files.filter((file) => file.endsWith('.svelte') && text(file).split('\n').length > 150)).toStrictEqual([]))
  /** What folds a case at any moment is pure, and the same on both sides of the line (test/architecture/layers.test.ts says what may come with it). */
  const folds = /\/projections\/replayed\.ts$/
  const leaves = (file: string, from: string) => from.startsWith('node:') || (from.startsWith('.') && join(dirname(file), from).startsWith('..'))
  it('nothing is imported but types of the house, and of values none but what folds a case', () => {
    const strange = files.flatMap((file) => [...text(file).matchAll(/import\s+(type\s+)?[^'"]*?from '([^']+)'/g)]
      .filter(([, type, from = '']) => leaves(file, from) && !(type && /\/(domain|projections)\//.test(from)) && !folds.test(from)).map(([line]) => `${file}: ${line}`))
    expect(strange).toStrictEqual([])
  })
})
