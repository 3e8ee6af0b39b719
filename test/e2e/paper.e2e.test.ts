import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CardList } from '../../projections/card-page.ts'
import type { CaseList, HouseView } from '../../projections/views.ts'
import { chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

let county: County, browser: Browser
const complaints: string[] = []
/** As wide as A4 is between its margins. */
const sheet = { width: 688, height: 1000 }
const light: Look = { language: 'zh', theme: 'light' }
const all: readonly Look[] = [light, { language: 'en', theme: 'light' }, { language: 'zh', theme: 'wall' }, { language: 'zh', theme: 'contrast', size: '130' }]

/** What a hand could work on the paper: there is to be nothing. */
const worked = (page: Page) => page.evaluate(() =>
  [...document.querySelectorAll<HTMLElement>('button, input, select, textarea, summary, dialog, nav, form, video, [role=button], [role=slider], [role=switch], [popover], .btn')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true })).map((one) => one.outerHTML.slice(0, 120)))
const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0
/** Colours of what is drawn on the paper that are neither black, white nor grey. */
const coloured = (page: Page) => page.evaluate(() => [...document.querySelectorAll<Element>('main *')].filter((one) => one.checkVisibility()).flatMap((one) => {
  const { color, fill, backgroundColor, borderTopColor } = getComputedStyle(one)
  return [color, fill, backgroundColor, borderTopColor].filter((said) => {
    const [r, g, b, alpha = '1'] = said.match(/[\d.]+/g) ?? []
    return r !== undefined && said.startsWith('rgb') && alpha !== '0' && (r !== g || g !== b)
  }).map((said) => `${one.tagName} ${one.className.toString()} ${said}`)
}).slice(0, 5))

const printed = async (path: string, ready: string, name: string, look: Look, then?: (page: Page) => Promise<void>): Promise<number> => {
  const [own, page]: [BrowserContext, Page] = await opened(browser, county.url, { viewport: sheet, cookie: county.cookie, complaints, look })
  await page.goto(county.url + path)
  await page.waitForSelector(ready)
  await page.emulateMedia({ media: 'print' })
  const { person, name: house } = await county.read<HouseView>('/api/house')
  const head = page.locator('[data-paper]')
  expect(await head.isVisible()).toBe(true)
  for (const said of [house, person!.name, person!.post]) expect(await head.innerText()).toContain(said)
  expect(await head.innerText()).toMatch(/2026/)
  expect(await worked(page)).toStrictEqual([])
  expect(await coloured(page)).toStrictEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  expect(await page.evaluate(() => [...document.querySelectorAll('main table thead')].filter((one) => one.checkVisibility()).map((one) => getComputedStyle(one).display))).not.toContainEqual(expect.not.stringMatching('table-header-group'))
  await then?.(page)
  await page.screenshot({ path: join(shots, `paper-${name}-${look.language}-${look.theme}.png`), fullPage: true })
  const pages = pagesOf(await page.pdf({ preferCSSPageSize: true, path: join(shots, `paper-${name}-${look.language}-${look.theme}.pdf`) }))
  await page.emulateMedia({ media: 'screen' })
  // Back on the screen everything is worked by hand again.
  expect((await worked(page)).length).toBeGreaterThan(3)
  await own.close()
  return pages
}

describe.skipIf(!chromium)('打印', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
  }, 270_000)
  afterAll(async () => { await browser?.close(); await county?.close() })

  it.each(looks(all))('a department on paper: who has how much, with the head of the table, in $language and $theme', async (look) => {
    await printed('/department', '#load', 'department', look, async (page) => {
      expect(await page.locator('#load').isVisible()).toBe(true)
      expect(await page.locator('table thead').first().isVisible()).toBe(true)
    })
  }, 180_000)
  it.each(looks(all))('the list on paper: heads of columns, what was asked for, and that there is more; $language, $theme', async (look) => {
    const pages = await printed('/cases?light=late', '[data-row]', 'cases', look, async (page) => {
      const head = page.locator('.ls thead')
      expect((await head.boundingBox())!.height).toBeGreaterThan(10)
      expect(await page.locator('main').innerText()).toContain(look.language === 'zh' ? '条件：超期' : 'Conditions: Overdue')
      const { next } = await county.read<CaseList>('/api/cases?light=late&limit=50')
      expect(await page.locator('.ending .onpaper').count()).toBe(next === undefined ? 0 : 1)
      // Each light has its shape and its word.
      const first = page.locator('[data-row] .lt').first()
      expect([await first.locator('svg').isVisible(), (await first.innerText()).trim().length > 1]).toStrictEqual([true, true])
    })
    expect(pages).toBeGreaterThan(0)
  }, 180_000)
  it.each(looks(all))('a case on paper has its whole history and every clock open, and of another moment it says which; $language, $theme', async (look) => {
    const { rows } = await county.read<CaseList>('/api/cases?light=done&limit=20')
    const id = rows[0]!.id, view = await county.read<{ facts: { occurredAt: string }[]; clocks: unknown[] }>(`/api/cases/${encodeURIComponent(id)}`)
    await printed(`/cases/${encodeURIComponent(id)}`, '#history', 'case', look, async (page) => {
      expect(await page.locator('[data-revision]').count()).toBe(view.facts.length)
      expect(await page.locator('.ledger').count()).toBe(view.clocks.length)
    })
    await printed(`/cases/${encodeURIComponent(id)}?at=${view.facts[1]!.occurredAt}`, '[data-live=false]', 'case-then', look, async (page) =>
      expect(await page.locator('.tm .onpaper').innerText()).toMatch(look.language === 'zh' ? /正在看 .+ 的情形/ : /\d\d:\d\d/))
  }, 270_000)
  it.each(looks(all))('the register and a card of it on paper; $language, $theme', async (look) => {
    const { rows } = await county.read<CardList>('/api/cards?severity=YELLOW')
    await printed('/cards?severity=YELLOW', '[data-card]', 'cards', look)
    await printed(`/cards/${encodeURIComponent(rows[0]!.key)}`, '[data-card-page]', 'card', look)
  }, 270_000)
  it('nothing was complained of', () => expect(complaints).toStrictEqual([]))
})
