import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { places } from '../../ui/places.ts'
import { words as en } from '../../ui/screens/help/words.en.ts'
import { words as zh } from '../../ui/screens/help/words.zh.ts'

const pictures = new URL('../../ui/public/help', import.meta.url).pathname
const workplaces = places.filter(({ name, rail }) => (rail && name !== 'help') || name === 'case').map(({ name }) => name)

describe('帮助', () => {
  it.each(workplaces)('%s has its page, and a picture in each language', (name) => {
    for (const words of [zh, en]) expect(words.pages[name]?.does.length).toBeGreaterThan(0)
    for (const language of ['zh', 'en']) {
      const file = join(pictures, `${name}.${language}.webp`)
      expect(existsSync(file), `${file}: HELP_PICTURES=${name} npx vitest run test/e2e/help-pictures.e2e.test.ts`).toBe(true)
      expect(statSync(file).size).toBeLessThanOrEqual(60_000)
    }
  })
  it('no picture and no page is left of what is not there', () => {
    expect(readdirSync(pictures).filter((file) => !workplaces.includes(file.split('.')[0]!))).toStrictEqual([])
    expect(Object.keys(zh.pages).filter((name) => !workplaces.includes(name))).toStrictEqual([])
  })
})
