import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openAccessHouse, who, type AccessHouse } from '../api/access-house.ts'
import type { Role } from '../api/access-matrix.table.ts'
import { barriers, chromium, launched, looks, opened, shots } from './browsing.ts'
import { root } from './county.ts'

const sizes = [{ width: 375, height: 812 }, { width: 1440, height: 900 }, { width: 1920, height: 1080 }] as const
/** Whose page it is, where, and what stands there once everything has been judged. */
const pages = [['handler', '/desk', '.g .list'], ['inspector', '/room', '.g'], ['section-head', '/department', '#load'], ['window-clerk', '/window', '#w-today nav b:not(:empty)'],
  ['inspector', '/cases', '[data-row]']] as const satisfies readonly (readonly [Role, string, string])[]
let house: AccessHouse, browser: Browser, url = ''
const complaints: string[] = [], contexts: BrowserContext[] = []
/** How many rows the judge may read; the rest waits. */
let allowed = 0, waiting: (() => void)[] = []
const reading = () => allowed-- > 0 ? Promise.resolve() : new Promise<void>((go) => { waiting.push(go) })
function allow(rows: number) {
  allowed = rows
  const before = waiting
  waiting = []
  for (const go of before) if (allowed-- > 0) go(); else waiting.push(go)
}
const open = async (role: Role, path: string, language: 'zh' | 'en' = 'zh'): Promise<Page> => {
  const [context, page] = await opened(browser, url, { viewport: sizes[1], cookie: await house.session(who[role]), complaints, look: { language, theme: 'light' } })
  contexts.push(context)
  await page.goto(url + path)
  await page.waitForSelector('.problem progress')
  return page
}
const far = (page: Page) => page.locator('.problem progress').evaluate((bar: HTMLProgressElement) => [bar.value, bar.max])

describe.skipIf(!chromium)('还在研判', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    house = await openAccessHouse({ uiDir: join(root, 'dist/ui'), reading })
    const accepted = await house.ask('/api/cases/case-0001/accept-case', { method: 'POST', body: {} }, await house.session(who.handler))
    expect(accepted.status, accepted.text).toBe(200)
    url = await house.app.listen({ host: '127.0.0.1', port: 0 })
    browser = await launched()
  }, 180_000)
  afterEach(async () => { for (const context of contexts.splice(0)) await context.close() })
  afterAll(async () => { allow(1e9); await browser?.close(); await house?.close() })

  it.each(pages)('%s at %s is told how far it is, in both languages and at every size, and nothing stands in their way', async (role, path) => {
    const { status, headers, body } = await house.ask('/api/cases/counts', {}, await house.session(who.inspector))
    expect([status, body.code, headers['retry-after']]).toStrictEqual([503, 'still-judging', '1'])
    for (const language of ['zh', 'en'] as const) {
      const page = await open(role, path, language)
      expect(await far(page)).toStrictEqual([body.judged, body.of])
      expect(body.of).toBeGreaterThanOrEqual(5)
      expect(await page.locator('.problem').getAttribute('role')).toBe('status')
      expect(await page.locator('.problem').innerText()).toContain(language === 'zh' ? '正在逐件研判' : 'judges every case first')
      for (const size of looks(sizes)) {
        await page.setViewportSize(size)
        expect(await barriers(page), `${language} ${size.width}`).toStrictEqual([])
        await page.screenshot({ path: join(shots, `still-judging-${path.slice(1)}-${size.width}-${language}.png`) })
      }
    }
  }, 180_000)

  it('it renews itself while the judge goes on, whoever is at its button stays there, and once all is judged the rows stand there and the keyboard goes on from them', async () => {
    const held: [Page, string][] = []
    for (const [role, path, ready] of pages) {
      const page = await open(role, path)
      await page.locator('.problem button').focus()
      await page.evaluate(() => { (document.activeElement as HTMLElement).dataset['held'] = '' })
      held.push([page, ready])
    }
    const [judged = 0, of = 0] = await far(held[0]![0])
    allow(2)
    for (const [page] of held) {
      await page.waitForFunction((before) => document.querySelector<HTMLProgressElement>('.problem progress')!.value === before + 2, judged)
      expect(await far(page)).toStrictEqual([judged + 2, of])
      expect(await page.evaluate(() => document.activeElement?.matches('[data-held]'))).toBe(true)
    }
    allow(1e9)
    for (const [page, ready] of held) {
      await page.waitForSelector(ready)
      expect(await page.locator('.problem').count()).toBe(0)
      await page.waitForFunction(() => document.activeElement !== document.body)
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.closest('main') !== null), page.url()).toBe(true)
    }
    expect(complaints.filter((line) => !/status of 503/.test(line))).toStrictEqual([])
  }, 180_000)
})
