import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots } from './browsing.ts'
import { openCounty, type County } from './county.ts'

let county: County, browser: Browser, cookie = ''
const complaints: string[] = [], id = 'FRAME-LOOKS-1'
async function say(person: string, command: string, body: object) {
  const response = await fetch(`${county.url}/api/cases/${id}/${command}`, { method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', cookie: await being(county.url, person), 'idempotency-key': crypto.randomUUID() } })
  expect(`${response.status} ${await response.clone().text()}`).toMatch(/^200/)
}

describe.skipIf(!chromium)('框架的样子', () => {
  beforeAll(async () => {
    county = await openCounty()
    browser = await launched()
    await say('jiang-xiaolan', 'submit-application', { itemCode: 'MJ-WJ-0114', hall: 'mingjing', channel: 'window', applicantId: 'frame-looks' })
    cookie = await being(county.url, 'lu-mingyuan')
  }, 270_000)
  afterAll(async () => {
    await browser?.close()
    await county?.close()
  })

  it.each(looks([['zh', 375], ['zh', 1440], ['en', 375], ['en', 1440], ['zh', 1920], ['en', 1920]] as const))('dialogs in %s at %i: in any colours nothing stands in the way of anybody', async (language, width) => {
    const found: string[] = []
    for (const theme of width === 1920 ? ['light'] as const : ['light', 'wall', 'contrast'] as const) {
      const [context, page] = await opened(browser, county.url, { viewport: { width, height: width === 375 ? 812 : 900 }, cookie, complaints, look: { language, theme } })
      const look = async (name: string) => {
        await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))))
        await page.screenshot({ path: join(shots, `frame-${name}-${width}-${language}-${theme}.png`) })
        found.push(...(await barriers(page)).map((what) => `${name} ${width} ${language} ${theme}: ${what}`))
      }
      await page.goto(`${county.url}/cases/${id}`)
      await page.waitForSelector('.case')
      await page.keyboard.press('Control+k')
      await page.waitForSelector('[role=option]')
      await look('palette')
      await page.keyboard.type(language === 'zh' ? '一次性告知' : 'Ask for a supplement')
      await page.waitForFunction(() => document.querySelectorAll('[role=option]').length < 6)
      await page.keyboard.press('Enter')
      await page.waitForSelector('form[data-primary] fieldset')
      await page.keyboard.press('Control+Enter')
      await page.waitForSelector('form[data-primary] [role=alert] a')
      await look('form')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await page.waitForSelector('dialog', { state: 'detached' })
      await page.keyboard.press('?')
      await page.waitForSelector('dialog[open] kbd')
      await look('keys')
      await page.keyboard.press('Escape')
      if (width === 375) {
        await page.locator('nav.tabs button').click()
        await page.waitForSelector('.more:popover-open a')
        await look('more')
      }
      await page.goto(`${county.url}/help?of=desk`)
      await page.waitForSelector('#own-keys')
      await look('help')
      await context.close()
    }
    expect(found).toStrictEqual([])
  }, 180_000)

  it('no page complained', () => expect(complaints).toStrictEqual([]))
})
