import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CaseView, HouseView, PersonView } from '../../projections/views.ts'
import { formatter, instantAt, localOf } from '../../ui/format.ts'
import { words as zh } from '../../ui/words.zh.ts'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots } from './browsing.ts'
import { openCounty, type County } from './county.ts'

type Actions = { lateFrom?: string; primary?: { command: string; late?: true }; beside: { command: string; late?: true }[] }
const sizes = [{ width: 1440, height: 900 }, { width: 375, height: 812 }, { width: 1920, height: 1080 }] as const, dayMs = 864e5
let county: County, browser: Browser, context: BrowserContext, page: Page, id = '', handler: PersonView, lateFrom = ''
const complaints: string[] = []
const reading = (cookie: string) => async <T>(path: string): Promise<T> => (await fetch(county.url + path, { headers: { cookie } })).json() as Promise<T>

/** A case in whose hands nothing has happened since the day before yesterday, and somebody who may enter a step of it. */
async function found(): Promise<void> {
  const { people } = await county.read<{ people: PersonView[] }>('/api/people'), { now } = await county.read<HouseView>('/api/house')
  for (const one of people.filter(({ roles }) => roles.includes('handler'))) {
    const ask = reading(await being(county.url, one.person)), { rows = [] } = await ask<{ rows?: { id: string }[] }>('/api/desk?whose=mine&limit=40')
    for (const row of rows) {
      const actions = await ask<Actions>(`/api/cases/${encodeURIComponent(row.id)}/actions`)
      if (actions.beside?.some(({ command, late }) => command === 'complete-step' && late) && actions.lateFrom && Date.parse(now) - Date.parse(actions.lateFrom) > 2 * dayMs) {
        id = row.id
        handler = one
        lateFrom = actions.lateFrom
        return
      }
    }
  }
}

describe.skipIf(!chromium)('补录', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    await found()
    ;[context, page] = await opened(browser, county.url, { viewport: sizes[0], cookie: await being(county.url, handler.person), complaints })
  }, 360_000)
  afterAll(async () => { await context?.close(); await browser?.close(); await county?.close() })

  it('a step of yesterday is entered with the time at which it happened, within its bounds, and stands in the history with both times', async () => {
    const { zone, now } = await county.read<HouseView>('/api/house'), f = formatter(zh, zone, now)
    const text = (at: string) => { const { day, time } = localOf(at, zone); return `${day}T${time}` }
    await page.goto(`${county.url}/cases/${encodeURIComponent(id)}`)
    const more = page.locator('.work details summary'), step = page.locator('.work [data-command="complete-step"]')
    await page.waitForSelector('.work .do')
    if (!await step.isVisible()) await more.click()
    await step.click()
    await page.locator('.work .say input').first().fill('现场核查')
    // Nothing stands there before somebody says that it is a late entry; the keyboard opens it, and goes into it.
    expect(await page.locator('.work input[type=datetime-local]').count()).toBe(0)
    await page.locator('.work [data-late]').focus()
    await page.keyboard.press('Enter')
    const field = page.locator('.work input[type=datetime-local]')
    await field.waitFor()
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await page.locator('.work .le').innerText()).toContain('这一条会标为补录')
    expect(await page.locator('.work .le').innerText()).toContain(f.moment(lateFrom))
    const wrong = page.locator('.work .le .wrong'), hand = () => page.locator('.work .say button:not([type=button])').click()
    for (const [said, why] of [['', '要填日期和时间'], [text(new Date(Date.parse(lateFrom) - 36e5).toISOString()), '早于上一条事实'], [text(new Date(Date.parse(now) + 3 * dayMs).toISOString()), '晚于现在']] as const) {
      await field.fill(said)
      await hand()
      expect(await wrong.innerText()).toBe(why)
      expect(await field.getAttribute('aria-invalid')).toBe('true')
    }
    expect(await barriers(page)).toStrictEqual([])
    for (const size of looks(sizes)) {
      await page.setViewportSize(size)
      expect(await barriers(page), String(size.width)).toStrictEqual([])
      await page.screenshot({ path: join(shots, `late-entry-${size.width}.png`) })
    }
    await page.setViewportSize(sizes[0])
    const yesterday = text(new Date(Date.parse(now) - dayMs).toISOString())
    await field.fill(yesterday)
    await hand()
    const entered = await vi.waitFor(async () => {
      const { facts } = await county.read<CaseView>(`/api/cases/${encodeURIComponent(id)}`), fact = facts.find(({ type, late, data }) => type === 'StepCompleted' && late && data['step'] === '现场核查')
      expect(fact).toBeDefined()
      return fact!
    }, { timeout: 10_000 })
    expect(entered.occurredAt).toBe(instantAt(yesterday, zone))
    expect(Date.parse(entered.recordedAt) - Date.parse(entered.occurredAt)).toBeGreaterThan(dayMs / 2)
    const line = page.locator(`li[data-revision="${entered.revision}"]`)
    await line.waitFor()
    expect(await line.locator('.rec').innerText()).toMatch(new RegExp(`^发生 ${f.stamp(entered.occurredAt)}\\s+记入 ${f.stamp(entered.recordedAt)}$`))
    await line.scrollIntoViewIfNeeded()
    await page.screenshot({ path: join(shots, 'late-entry-history-1440.png') })
    expect(complaints).toStrictEqual([])
  }, 180_000)

  it('whoever thinks better of it says it as it happens; the palette asks for the time as well', async () => {
    const words = page.locator('dialog[open]')
    await page.goto(`${county.url}/cases/${encodeURIComponent(id)}`)
    await page.waitForSelector('.work .do')
    await page.keyboard.press('Control+k')
    await words.waitFor()
    await page.keyboard.type('完成环节')
    await page.waitForFunction(() => document.querySelector('dialog[open] [role=option]'))
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog[open] form')
    await words.locator('[data-late]').click()
    await words.locator('input[type=datetime-local]').fill('2001-01-01T10:00')
    await words.locator('input:not([type=datetime-local])').first().fill('复核')
    await words.locator('button.pri').click()
    expect(await words.locator('.le .wrong').innerText()).toBe('早于上一条事实')
    expect(await barriers(page)).toStrictEqual([])
    await words.getByRole('button', { name: '不是补录' }).click()
    expect(await words.locator('input[type=datetime-local]').count()).toBe(0)
    expect(await words.locator('[data-late]').evaluate((button) => button === document.activeElement)).toBe(true)
    expect(complaints).toStrictEqual([])
  }, 180_000)
})
