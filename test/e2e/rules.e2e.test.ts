import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

type Entry = { id: string; state: string; inForce?: { version: number; params: Record<string, number> }; onTrial?: { version: number }; history?: { kind: string; by: string; version: number }[] }
let county: County, browser: Browser, first: Page, second: Page
const complaints: string[] = [], desk = { width: 1440, height: 900 }
const closing: (() => Promise<void>)[] = []
async function as(person: string, viewport = desk, look?: Look): Promise<Page> {
  const [context, page] = await opened(browser, county.url, { viewport, cookie: await being(county.url, person), complaints, ...(look && { look }) })
  closing.push(() => context.close())
  return page
}
const rules = async () => (await county.read<{ rules: Entry[] }>('/api/rules')).rules
const rule = async (id: string) => (await rules()).find((one) => one.id === id)!

describe.skipIf(!chromium)('规则与推演', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    ;[first, second] = [await as('chen-jingzhi'), await as('fu-heng')]
  }, 270_000)
  afterAll(async () => {
    for (const close of closing) await close()
    await browser?.close()
    await county?.close()
  })

  it('the first line counts the rules as they stand, and a rule opens with its parameters and the cards that stand', async () => {
    await first.goto(`${county.url}/rules`)
    await first.waitForSelector('[data-rule]')
    const all = await rules(), count = (state: string) => all.filter((one) => one.state === state).length
    expect((await first.textContent('h1'))!.match(/\d+/g)!.map(Number)).toStrictEqual([count('live'), count('waiting')])
    expect(await first.locator('[data-rule]').evaluateAll((links) => links.map((link) => (link as HTMLElement).dataset['rule']).sort())).toStrictEqual(all.map(({ id }) => id).sort())
    await first.click('[data-rule=R-02]')
    await first.waitForSelector('[data-detail=R-02]')
    expect(await first.textContent('[data-detail] [data-param=graceWorkingDays]')).toBe('1 个工作日')
  })

  it('a draft is judged over all of history: what stands on the page is what the comparison says, and a mark opens its case at that moment', async () => {
    await first.click('[data-detail] a.btn.pri')
    await first.fill('#p-graceWorkingDays', '999')
    await first.click('[data-go]')
    await first.waitForSelector('#p-graceWorkingDays[aria-invalid=true]')
    await first.fill('#p-graceWorkingDays', '3')
    const asked = first.waitForResponse((response) => response.url().endsWith('/api/what-if') && response.request().method() === 'POST', { timeout: 50_000 })
    await first.click('[data-go]')
    const found = await (await asked).json() as Record<'before' | 'after' | 'added' | 'removed' | 'moved', number> & { cards: { change: string; subject: string; before?: string }[] }
    await first.waitForSelector('[data-side=after]')
    expect(found.removed + found.moved).toBeGreaterThan(0)
    const shown = async (side: string) => Promise.all([first.locator(`[data-side=${side}] [data-total]`).getAttribute('data-total'), ...['removed', 'added', 'moved'].map(async (group) => {
      const one = first.locator(`[data-side=${side}] [data-group=${group}]`)
      return await one.count() ? one.getAttribute('data-n') : null
    })])
    expect(await shown('before')).toStrictEqual([String(found.before), String(found.removed), null, String(found.moved)])
    expect(await shown('after')).toStrictEqual([String(found.after), null, String(found.added), String(found.moved)])
    const gone = found.cards.find(({ change, subject }) => ['removed', 'moved'].includes(change) && subject.startsWith('cases.'))!
    const id = gone.subject.slice('cases.'.length).replace(/#\d+$/, ''), href = `/cases/${encodeURIComponent(id)}?${new URLSearchParams({ at: gone.before! })}`
    expect(await first.locator('[data-side=before] .marks a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toContain(href)
    expect(await barriers(first)).toStrictEqual([])
    await first.screenshot({ path: join(shots, 'what-if-1440.png') })
    await first.setViewportSize({ width: 375, height: 812 })
    await first.screenshot({ path: join(shots, 'what-if-375.png'), fullPage: true })
    expect(await barriers(first)).toStrictEqual([])
    await first.setViewportSize({ width: 1920, height: 1080 })
    await first.screenshot({ path: join(shots, 'what-if-1920.png') })
    await first.setViewportSize(desk)
  }, 180_000)

  it('the other draft supposes a limit of a step, days off and, while they make no sense, other hours; and it stands beside the first, card by card', async () => {
    await first.locator('[role=group] button, [role=radiogroup] button, .seg button').filter({ hasText: '草案二' }).first().click()
    await first.locator('select[aria-label=事项]').selectOption({ index: 1 })
    const kinds = await first.locator('select[aria-label=哪个期限] option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))
    expect(kinds.filter((kind) => kind.startsWith('step.')).length).toBeGreaterThan(0)
    await first.selectOption('select[aria-label=哪个期限]', kinds.find((kind) => kind.startsWith('step.'))!)
    await first.fill('#wd', '0')
    await first.selectOption('select[aria-label=这几天]', 'off')
    await first.fill('#wo', '2026-10-12')
    await first.fill('#wu', '2026-10-11')
    await first.fill('#ho', '09:00')
    await first.fill('#hc', '08:00')
    await first.click('[data-go]')
    await first.waitForSelector('#wd[aria-invalid=true]')
    for (const field of ['#wo', '#hs']) expect(await first.getAttribute(field, 'aria-invalid'), field).toBe('true')
    await first.fill('#wd', '1')
    await first.fill('#wu', '2026-10-13')
    for (const field of ['#ho', '#hc']) await first.fill(field, '')
    const sent = first.waitForRequest((request) => request.url().endsWith('/api/what-if') && request.method() === 'POST'), heard = first.waitForResponse((response) => response.url().endsWith('/api/what-if') && response.request().method() === 'POST', { timeout: 50_000 })
    await first.click('[data-go]')
    expect((await sent).postDataJSON()).toMatchObject({ set: [], item: [expect.stringMatching(/\.step\.[a-z]+=1$/)], calendar: [{ type: 'CalendarAmended', data: { off: ['2026-10-12', '2026-10-13'].map((on) => ({ on })) } }] })
    const answer = await heard
    expect(answer.status(), await answer.text()).toBe(200)
    const found = await answer.json() as { after: number; before: number; cards: unknown[] }
    expect(found.cards.length).toBeGreaterThan(0)
    await first.waitForSelector('[data-beside] tbody tr')
    const totals = (await first.locator('[data-both] tbody tr').first().locator('td').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')))
    expect([totals[0], totals[2]]).toStrictEqual([found.before, found.after])
    const [one] = await Promise.all([first.waitForEvent('download'), first.locator('section:has(#both) [data-csv]').click()])
    expect(one.suggestedFilename()).toMatch(/逐张对照\.csv$/)
    // No card that stands in a line is the same on all three sides.
    for (const line of await first.locator('[data-beside] tbody tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)))) expect(new Set(line).size).toBeGreaterThan(1)
    expect(await barriers(first)).toStrictEqual([])
    await first.screenshot({ path: join(shots, 'what-if-both-1440.png'), fullPage: true })
    await first.setViewportSize({ width: 375, height: 812 })
    await first.screenshot({ path: join(shots, 'what-if-both-375.png'), fullPage: true })
    expect(await first.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    await first.setViewportSize(desk)
  }, 180_000)

  it('one that runs is stopped, and the platform then runs none', async () => {
    await first.waitForSelector('[data-go]:not([disabled])')
    for (let tries = 0; tries < 5 && await first.locator('[data-halted]').count() === 0; tries++) {
      await first.click('[data-go]')
      await first.locator('[data-halt]').click({ timeout: 5_000 }).catch(() => undefined)
      await first.waitForSelector('[data-go]:not([disabled])', { timeout: 30_000 })
    }
    expect(await first.textContent('[data-halted]')).toContain('什么也没有写')
    expect(await county.read('/api/what-if/progress')).toStrictEqual({ running: false })
    await first.locator('[role=group] button, [role=radiogroup] button, .seg button').filter({ hasText: '草案一' }).first().click()
  }, 180_000)

  it('what was tried is proposed; who proposed it is told why they cannot publish it', async () => {
    await first.click('[data-propose] button')
    await first.waitForSelector('#pb[aria-invalid=true]')
    await first.fill('#pb', '县监察局会议纪要〔2026〕3号')
    await first.check('input[name=mode][value=live]')
    await first.click('[data-propose] button')
    await first.waitForSelector('[data-detail=R-02] [data-kind=proposed][data-version="2"]')
    expect(await first.locator('[data-detail] [data-publish]').count()).toBe(0)
    expect(await first.textContent('[data-detail] .mine')).toContain('两名监察员')
    expect((await rule('R-02')).inForce).toStrictEqual({ version: 1, params: { graceWorkingDays: 1 } })
  })

  it('another inspector publishes it by keyboard, and the catalogue shows the new version', async () => {
    await second.goto(`${county.url}/rules?rule=R-02`)
    await second.waitForSelector('[data-publish="2"]')
    await second.focus('[data-publish="2"]')
    await second.keyboard.press('Enter')
    await second.waitForSelector('dialog[open]')
    expect(await second.textContent('dialog[open] table')).toContain('3 个工作日')
    expect(await barriers(second)).toStrictEqual([])
    await second.focus('dialog[open] [data-confirm]')
    await second.keyboard.press('Enter')
    await second.waitForSelector('[data-detail] [data-kind=published][data-version="2"]')
    await vi.waitFor(async () => expect(await second.textContent('[data-detail] [data-param=graceWorkingDays]')).toBe('3 个工作日'))
    expect(await second.locator('li.sel .chip.live').textContent()).toContain('第 2 版')
    const now = await rule('R-02')
    expect(now.inForce).toStrictEqual({ version: 2, params: { graceWorkingDays: 3 } })
    expect(now.history!.map(({ kind, by, version }) => [kind, by, version])).toStrictEqual([['proposed', 'chen-jingzhi', 2], ['published', 'fu-heng', 2]])
  })

  it('a rule is retired by two: one proposes it, and cannot do it alone; another does it, by keyboard', async () => {
    await first.goto(`${county.url}/rules?rule=R-19`)
    await first.click('[data-propose-retirement]')
    await first.fill('#rr', '并入新规则')
    expect(await barriers(first)).toStrictEqual([])
    await first.click('dialog[open] [data-confirm]')
    await first.waitForSelector('[data-detail=R-19] [data-kind=retirement-proposed][data-open]')
    expect(await first.locator('[data-detail] [data-retire], [data-detail] [data-propose-retirement]').count()).toBe(0)
    expect(await first.textContent('[data-detail] .mine')).toContain('两名监察员')
    expect((await rule('R-19')).state).toBe('live')
    await second.goto(`${county.url}/rules?rule=R-19`)
    await second.waitForSelector('[data-retire]')
    await second.focus('[data-retire]')
    await second.keyboard.press('Enter')
    await second.waitForSelector('dialog[open]')
    expect(await second.textContent('dialog[open]')).toContain('并入新规则')
    await second.screenshot({ path: join(shots, 'rule-retire-1440.png') })
    await second.focus('dialog[open] [data-confirm]')
    await second.keyboard.press('Enter')
    await second.waitForSelector('[data-detail=R-19] [data-kind=retired]')
    expect(await second.locator('[data-detail] [data-retire]').count()).toBe(0)
    const now = await rule('R-19')
    expect(now.state).toBe('retired')
    expect(now.history!.map(({ kind, by }) => [kind, by])).toStrictEqual([['retirement-proposed', 'chen-jingzhi'], ['retired', 'fu-heng']])
  })

  it('the auditor reads and changes nothing; the administrator hears of no integrity risk', async () => {
    const auditor = await as('ge-wen')
    await auditor.goto(`${county.url}/rules?rule=R-02`)
    await auditor.waitForSelector('[data-detail] [data-kind=published]')
    expect(await auditor.locator('[data-detail] button').count()).toBe(0)
    const admin = await as('nie-chuan'), bodies: string[] = []
    admin.on('response', (response) => { if (response.url().includes('/api/')) void response.text().then((text) => bodies.push(text), () => undefined) })
    await admin.goto(`${county.url}/rules`)
    await admin.waitForSelector('[data-rule=R-29]')
    expect(await admin.locator('[data-rule^=I-]').count()).toBe(0)
    expect(bodies.filter((text) => text.includes('"I-0') || text.includes('leastOfficers'))).toStrictEqual([])
  })

  it.each<[string, { width: number; height: number }, Look]>([['375', { width: 375, height: 812 }, { language: 'zh', theme: 'light' }], ['1440', desk, { language: 'zh', theme: 'light' }],
    ['1920-wall', { width: 1920, height: 1080 }, { language: 'zh', theme: 'wall' }], ['en-contrast', desk, { language: 'en', theme: 'contrast' }]])('nothing stands in the way: %s', async (name, viewport, look) => {
    const page = await as('fu-heng', viewport, look)
    await page.goto(`${county.url}/rules?rule=I-01`)
    await page.waitForSelector('[data-detail=I-01]')
    await page.screenshot({ path: join(shots, `rules-${name}.png`) })
    expect(await barriers(page)).toStrictEqual([])
    await page.goto(`${county.url}/rules/what-if`)
    await page.waitForSelector('[data-draft]')
    expect(await barriers(page)).toStrictEqual([])
  })

  it('nothing was complained of', () => expect(complaints.filter((text) => !/the server responded with a status of (400|409)/.test(text))).toStrictEqual([]))
})
