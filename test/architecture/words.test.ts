import { describe, expect, it } from 'vitest'
import { bare, isCode, sourcesIn } from './source.ts'

const everything = sourcesIn('.').filter(({ file }) => !/\.(png|jpg|woff2?|db|ico|lock)$|package-lock\.json$/.test(file))
const code = everything.filter(isCode)
const svelte = everything.filter(({ file }) => file.endsWith('.svelte'))
/** Assembled, so that this file does not say them itself. */
const unfinished = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME'].join('|')})\\b`)
const elsewhere = new RegExp([`/work${'/'}`, `/home${'/'}`, `/root${'/'}`, `/Users${'/'}`, `/tmp${'/'}`, `registry\\.${'npm'}`, `npm${'mirror'}`, `artifact${'ory'}`, `local${'host'}:\\d`].join('|'))
const vague = new RegExp(`(?:class|function|const|type|interface)\\s+(?!hallManager)\\w*(?:${['Mana' + 'ger', 'Hel' + 'per', 'Ut' + 'il', 'Serv' + 'ice', 'D' + 'to'].join('|')})(?![a-z])`)

describe('用语', () => {
  it('somebody has written something here', () => expect(code.length).toBeGreaterThan(100))
  it.each(svelte)('$file takes its words from the table', ({ text }) => expect(text.replace(/<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')).not.toMatch(/\p{Script=Han}/u))
  it.each(everything)('$file is finished', ({ text }) => expect(text.split('\n').filter((line) => unfinished.test(line))).toStrictEqual([]))
  it.each(everything)('$file knows of no machine that it was written on', ({ text }) => expect(text.split('\n').filter((line) => elsewhere.test(line))).toStrictEqual([]))
  it.each(code)('$file calls things by names from the field', ({ text }) => expect(bare(text)).not.toMatch(vague))
  it.each(code)('$file is written without semicolons at the end of lines', ({ file, text }) => {
    if (file.endsWith('.ts')) expect(bare(text).split('\n').filter((line) => /;\s*$/.test(line))).toStrictEqual([])
  })
  it.each(code.filter(({ file }) => /^(domain|projections|api|adapters)\//.test(file)))('$file is named in kebab-case', ({ file }) =>
    expect(file).toMatch(/^[a-z0-9-]+(\/[a-z0-9-]+)*(\.[a-z0-9-]+)*\.(ts|mjs)$/))
})
