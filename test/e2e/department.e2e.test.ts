import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DepartmentView } from '../../projections/views-department.ts'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const widths = { 375: { width: 375, height: 812 }, 1440: { width: 1440, height: 900 }, 1920: { width: 1920, height: 1080 } }
/** 分管领导 of a department with work in hand, a head who only reviews, somebody who handles. */
const head = 'jia-yuan', handler = 'xu-wang', elsewhere = 'tang-shuyi'
let county: County, browser: Browser, cookie: string, context: BrowserContext, page: Page
const complaints: string[] = []
const wanted = /status of (409|422|403)|WebSocket/

const open = async (size: keyof typeof widths = 1440, look?: Look, path = '/department'): Promise<[BrowserContext, Page]> => {
  const [own, sheet] = await opened(browser, county.url, { viewport: widths[size], cookie, complaints, ...(look && { look }) })
  await sheet.goto(county.url + path)
  await sheet.waitForSelector('#load')
  return [own, sheet]
}
const ask = async (person: string, path = '/api/department') => {
  const response = await fetch(county.url + path, { headers: { cookie: await being(county.url, person) } })
  return { status: response.status, text: await response.text() }
}
const home = async () => { await page.goto(`${county.url}/department`); await page.waitForSelector('#load') }
const view = async () => JSON.parse((await ask(head)).text) as DepartmentView
const rowsListed = async () => {
  await page.waitForFunction(() => document.querySelector('.ls, .pad a') && location.pathname === '/cases')
  await page.waitForFunction(() => !document.querySelector('[role=status]')?.textContent?.includes('…'))
  return page.locator('[data-row]').count()
}

describe.skipIf(!chromium)('部门', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    cookie = await being(county.url, head)
    ;[context, page] = await open()
  }, 270_000)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await county?.close()
  })

  it('begins with a sentence that says what the platform counts', async () => {
    await vi.waitFor(async () => {
      const { total, department } = await view(), said = await page.locator('h1').innerText()
      expect(said.replaceAll(/\s/g, '')).toContain(`${department}在办${total.open}件`)
      await page.reload()
      await page.waitForSelector('#load')
    }, { timeout: 15_000, interval: 500 })
  })

  it('a figure opens exactly its cases: by hands, by age, by light, what falls due, what nobody has taken up', async () => {
    let opened = 0
    for (const column of [3, 7, 9, 10]) {
      await home()
      const link = page.locator(`table tbody tr:not(.sum) td:nth-child(${column}) a`).first()
      if (await link.count() === 0) continue
      // The county works on while it is looked at: both are compared with what is counted now.
      await vi.waitFor(async () => {
        await home()
        const figure = Number((await link.innerText()).match(/\d+/)![0])
        await link.click()
        expect(await rowsListed()).toBe(figure)
      }, { timeout: 20_000, interval: 200 })
      opened++
    }
    expect(opened).toBeGreaterThanOrEqual(2)
    await home()
  })

  it('is worked by keyboard alone: there by g b, into a list by Enter, pictures into tables by Alt t', async () => {
    await page.goto(`${county.url}/me`)
    await page.waitForSelector('main h1, main h2')
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await page.waitForSelector('#load')
    expect(await page.locator('figure table').count()).toBe(0)
    await page.keyboard.press('Alt+t')
    expect(await page.locator('figure table').count()).toBe(2)
    const { items, days } = await view()
    expect(await page.locator('#days table tbody tr').count()).toBe(days.length)
    expect(await page.locator('#items table tbody tr').count()).toBe(items.length)
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#items button', { hasText: 'CSV' }).press('Enter')])
    const text = readFileSync((await file.path())!, 'utf8')
    expect(text.startsWith('\ufeff')).toBe(true)
    expect(text.trim().split('\r\n')).toHaveLength(items.length + 1)
    await page.locator('#items button', { hasText: '看表格' }).focus()
    await page.keyboard.press('Alt+t')
    // The one that has the focus turns, and it alone.
    expect([await page.locator('#items table').count(), await page.locator('#days table').count()]).toStrictEqual([0, 1])
    await page.keyboard.press('Alt+t')
    await page.locator('h1 a').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/cases\?/)
    await home()
  })

  it('the line of days speaks for itself: the arrow keys walk it day by day', async () => {
    await home()
    await page.waitForSelector('#days canvas')
    const range = page.locator('#days input[type=range]'), spoken = () => range.getAttribute('aria-valuetext')
    await range.focus()
    const last = await spoken()
    await page.keyboard.press('Home')
    const first = await spoken()
    await page.keyboard.press('ArrowRight')
    expect(new Set([last, first, await spoken()]).size).toBe(3)
    const { days } = await view()
    expect(first).toContain(String(days[0]!.open))
  })

  it('announces an absence, sees who waits, and ends it; what is wrong is said at its field', async () => {
    await home()
    const { people } = await view(), one = people.find(({ open, person }) => open > 0 && person !== head)!, other = people.find(({ person }) => person !== one.person && person !== head)!
    await page.locator('section:has(#away) button', { hasText: '登记外出' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog[open] #a-who')
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'department-away-1440.png') })
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog[open]').count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog[open] #a-who')
    await page.locator('dialog button', { hasText: '登记' }).first().click()
    expect(await page.locator('#a-who').getAttribute('aria-invalid')).toBe('true')
    await page.locator('#a-who').selectOption(one.person)
    const day = (await page.locator('#a-from').inputValue())
    await page.locator('#a-to').fill('2020-01-02')
    await page.locator('dialog button', { hasText: '登记' }).first().click()
    await page.waitForSelector('#a-to[aria-invalid=true]')
    expect(await page.locator('#a-to-more').innerText()).toBe('外出的末日早于首日')
    await page.locator('#a-to').fill(day)
    await page.locator('#a-stand').selectOption(other.person)
    await page.locator('#a-why').selectOption('training')
    await page.locator('dialog button', { hasText: '登记' }).first().click()
    const line = page.locator(`[data-away="${one.person}"]`)
    await line.waitFor()
    const said = await line.innerText()
    for (const part of [one.name, '外出中', '培训', `${other.name}代办`]) expect(said).toContain(part)
    const { people: now, away } = await view(), waiting = now.find(({ person }) => person === one.person)!.open
    expect(away.map(({ person, standIn, by }) => ({ person, standIn, by }))).toStrictEqual([{ person: one.person, standIn: other.person, by: head }])
    expect(said).toContain(waiting ? `手里 ${waiting} 件在等` : '手里没有件')
    await page.screenshot({ path: join(shots, 'department-1440.png'), fullPage: true })
    expect((await page.locator('tbody tr', { hasText: one.name }).first().innerText())).toContain('外出至')
    await line.locator('button').press('Enter')
    await line.waitFor({ state: 'detached' })
    expect((await view()).away).toStrictEqual([])
  })

  it('somebody says themselves when they are away and who stands in; their department sees it, and they take it back', async () => {
    const [own, sheet] = await opened(browser, county.url, { viewport: widths[1440], cookie: await being(county.url, handler), complaints })
    await sheet.goto(`${county.url}/me`)
    const card = sheet.locator('section[aria-labelledby=my-away]')
    await card.getByRole('button', { name: '我要外出' }).click()
    await sheet.waitForSelector('dialog[open] #a-from')
    expect(await sheet.locator('#a-who').count()).toBe(0)
    expect(await sheet.locator('#a-stand option').allInnerTexts()).not.toContain('许望')
    const stand = (await sheet.locator('#a-stand option').nth(1).innerText()).trim()
    await sheet.locator('#a-to').fill('2020-01-02')
    await sheet.locator('dialog button', { hasText: '登记' }).first().click()
    await sheet.waitForSelector('#a-to[aria-invalid=true]')
    await sheet.locator('#a-to').fill(await sheet.locator('#a-from').inputValue())
    await sheet.locator('#a-stand').selectOption({ index: 1 })
    expect(await barriers(sheet)).toStrictEqual([])
    await sheet.locator('dialog button', { hasText: '登记' }).first().click()
    await card.locator('[data-away]').waitFor()
    expect(await card.innerText()).toContain(`${stand}代办`)
    for (const size of Object.values(widths)) {
      await sheet.setViewportSize(size)
      expect(await barriers(sheet)).toStrictEqual([])
      await sheet.screenshot({ path: join(shots, `me-away-${size.width}.png`) })
    }
    await home()
    const line = page.locator(`[data-away="${handler}"]`)
    await line.waitFor()
    expect(await line.innerText()).toContain(`${stand}代办`)
    await card.locator('[data-away] button').click()
    await card.locator('[data-away]').waitFor({ state: 'detached' })
    await vi.waitFor(async () => expect((await view()).away).toStrictEqual([]), { timeout: 5_000 })
    await own.close()
  })

  it('nothing of it is on the wire for whom it is not', async () => {
    expect((await ask(handler)).status).toBe(403)
    expect((await ask('jiang-xiaolan')).status).toBe(403)
    const { department } = await view()
    expect((await ask(elsewhere, `/api/department?department=${encodeURIComponent(department)}`)).status).toBe(403)
    expect((await ask(elsewhere, '/api/department?of=all')).status).toBe(400)
    const { text } = await ask(head)
    expect(text).not.toMatch(/"sealed"|applicantId|\d{17}[\dX]/)
    const rail = async (person: string) => {
      const [own, sheet] = await opened(browser, county.url, { viewport: widths[1440], cookie: await being(county.url, person), complaints })
      await sheet.goto(`${county.url}/me`)
      await sheet.waitForSelector('.rail a')
      const links = await sheet.locator('.rail a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
      await own.close()
      return links
    }
    expect(await rail(head)).toContain('/department')
    expect(await rail(handler)).not.toContain('/department')
  })

  it('an inspector goes from one department to the next, the most troubled first', async () => {
    const [own, sheet] = await opened(browser, county.url, { viewport: widths[1440], cookie: county.cookie, complaints })
    await sheet.goto(`${county.url}/department`)
    await sheet.waitForSelector('nav.card a[aria-current=page]')
    const names = await sheet.locator('nav.card a b').allInnerTexts(), { departments } = await county.read<DepartmentView>('/api/department')
    expect([...names].sort()).toStrictEqual(departments.map(({ department }) => department).sort())
    expect(departments.map(({ late }) => late)).toStrictEqual(departments.map(({ late }) => late).sort((a, b) => b - a))
    await sheet.locator('nav.card a').nth(2).click()
    await sheet.waitForFunction((name) => document.querySelector('h1')?.textContent?.startsWith(name), names[2]!)
    expect(await sheet.locator('section:has(#away) button').count()).toBe(0)
    expect(await barriers(sheet)).toStrictEqual([])
    await sheet.screenshot({ path: join(shots, 'department-inspector-1440.png') })
    await own.close()
  })

  it.each(looks([[375, 'zh', 'light'], [375, 'en', 'contrast'], [1440, 'en', 'light'], [1440, 'zh', 'contrast'], [1920, 'zh', 'light'], [1920, 'en', 'wall']] as const))(
    'nothing stands in the way at %i px in %s, %s', async (size, language, theme) => {
      const [own, sheet] = await open(size, { language, theme })
      await sheet.waitForSelector('#days canvas')
      expect(await barriers(sheet)).toStrictEqual([])
      await sheet.screenshot({ path: join(shots, `department-${size}-${language}-${theme}.png`), fullPage: true })
      await sheet.keyboard.press('Alt+t')
      expect(await barriers(sheet)).toStrictEqual([])
      await own.close()
    })

  it('the pages complained of nothing', () => expect(complaints.filter((one) => !wanted.test(one))).toStrictEqual([]))
})
