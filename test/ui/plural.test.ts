import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ui = new URL('../../ui', import.meta.url).pathname
const files = (readdirSync(ui, { recursive: true }) as string[]).filter((file) => !file.includes('node_modules'))
const tables = async (language: 'zh' | 'en') => Promise.all(files.filter((file) => file.endsWith(`words.${language}.ts`)).map(async (file) => [file, (await import(join(ui, file)) as { words: object }).words] as const))
/** Every word of a table, those that take something with all of it given as `given`. */
function* all(value: unknown, given: string, at = ''): Generator<[at: string, text: string]> {
  if (typeof value === 'string') yield [at, value]
  else if (typeof value === 'function') {
    let answer: unknown
    // What takes more than a text is said elsewhere: facts and dates.
    try { answer = (value as (...given: string[]) => unknown)(...Array.from({ length: value.length }, () => given)) } catch { return }
    if (typeof answer === 'string') yield [at, answer]
  } else if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) for (const [name, inner] of Object.entries(value)) yield* all(inner, given, at ? `${at}.${name}` : name)
}
const nouns = `actions answers appeals cards cases clerks clocks copies days departments dictionaries documents entries facts findings halls hours items keys limits
  minutes months officers organisations pages people persons places points proposals results roles rules steps times visits ways witnesses`.split(/\s+/).join('|')
const wrongOfOne = new RegExp(`(?<![\\d,.])1 (?!of the )(?:(?:[a-z]+ ){0,2}(?:${nouns})\\b|(?:others|are|have|were|wait|fall|become|keep|hold|run|move|stand)\\b)`)

describe('英语的单复数', () => {
  it('knows what is wrong of one', () => {
    for (const wrong of ['1 cases', '1 working days left', '1 are overdue', 'of 1 open cases']) expect(wrong).toMatch(wrongOfOne)
    for (const right of ['1 case', '11 cases', '1 is overdue', '2.1 points', '1 of the ways']) expect(right).not.toMatch(wrongOfOne)
  })
  it('of one nothing is said as of many', async () => {
    const found = (await tables('en')).flatMap(([file, words]) => [...all(words, '1')].filter(([, text]) => wrongOfOne.test(text)).map(([at, text]) => `${file} ${at}: ${text}`))
    expect(found).toStrictEqual([])
  })
})

describe('标点与用字', () => {
  it('English has no punctuation of Chinese', async () => {
    const found = (await tables('en')).flatMap(([file, words]) => [...all(words, 'x')].filter(([, text]) => /[：，。；！？、「」（）]/.test(text)).map(([at, text]) => `${file} ${at}: ${text}`))
    expect(found).toStrictEqual([])
  })
  it('no component joins words with punctuation of one language', () => {
    const found = files.filter((file) => file.endsWith('.svelte')).filter((file) => /[：，。；！？、「」（）]/.test(readFileSync(join(ui, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|\/\[.*?\]\S*\//g, '').replace(/^\s*\/\/.*$/gm, '')))
    expect(found).toStrictEqual([])
  })
  it('Chinese gives no orders politely, speaks of no system, and does not shout', async () => {
    const found = (await tables('zh')).flatMap(([file, words]) => [...all(words, '')].filter(([, text]) => /请您|！|系统(?!管理员)/.test(text)).map(([at, text]) => `${file} ${at}: ${text}`))
    expect(found).toStrictEqual([])
  })
})
