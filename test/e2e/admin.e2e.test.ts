import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CaseView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const sizes = { phone: { width: 375, height: 812 }, desk: { width: 1440, height: 900 }, wall: { width: 1920, height: 1080 } }
let county: County, browser: Browser, context: BrowserContext, page: Page
const complaints: string[] = [], heard: string[] = []
async function open(viewport: { width: number; height: number }, person: string, look?: Look): Promise<[BrowserContext, Page]> {
  const [own, found] = await opened(browser, county.url, { viewport, cookie: await being(county.url, person), complaints, ...(look && { look }) })
  found.setDefaultTimeout(25_000)
  return [own, found]
}
const say = (own: Page, name: string) => own.locator('dialog').getByRole('button', { name, exact: true }).click()
type Move = { subject: string; clock: string; from: string; to: string }
type Touched = { movedClocks: number; movedCases: number; moves: Move[]; unlisted: number }

describe.skipIf(!chromium)('管理', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    ;[context, page] = await open(sizes.desk, 'nie-chuan')
    page.on('response', (response) => { if (response.url().includes('/api/')) void response.text().then((text) => heard.push(`${response.url()} ${text}`), () => undefined) })
  }, 270_000)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await county?.close()
  })

  it('somebody is enrolled by one administrator and granted by the other, and is who they are from then on', async () => {
    await page.goto(`${county.url}/`)
    // The administrator's day begins here.
    await page.getByRole('button', { name: '登记人员' }).click()
    await page.fill('#say-id', 'e2e-handler')
    await page.fill('#say-name', '邵新')
    await page.selectOption('#say-department', '卫生健康局')
    await page.fill('#say-post', '卫生监督科')
    await say(page, '登记人员')
    await page.waitForSelector('[data-panel=e2e-handler]')
    const [own, security] = await open(sizes.desk, 'min-yue')
    await security.goto(`${county.url}/admin?part=people&person=e2e-handler`)
    await security.getByRole('button', { name: '授予角色' }).click()
    await security.selectOption('#say-role', 'handler')
    await security.selectOption('#say-scope', 'own')
    await security.fill('#say-basis', '县卫健局人〔2026〕8号')
    await say(security, '授予角色')
    await security.waitForSelector('.grants b:has-text("承办人")')
    // What the one can do the other cannot even see.
    expect(await security.getByRole('button', { name: '停用' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: '授予角色' }).count()).toBe(0)
    await security.screenshot({ path: join(shots, 'admin-grant-1440.png'), fullPage: true })
    // A code has two halves, and each hand gives one.
    await page.reload()
    await page.getByRole('button', { name: '发启用码（前一段）' }).click()
    const first = await page.textContent('[data-code]')
    await page.keyboard.press('Escape')
    await security.getByRole('button', { name: '交启用码（后一段）' }).click()
    const second = await security.textContent('[data-code]')
    await security.keyboard.press('Escape')
    const activated = await fetch(`${county.url}/api/activate`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ person: 'e2e-handler', code: `${first} ${second}`, password: 'a long enough secret 1' }) })
    expect(activated.status).toBe(204)
    const theirs = await being(county.url, 'e2e-handler')
    expect(await (await fetch(`${county.url}/api/me`, { headers: { cookie: theirs } })).json()).toMatchObject({ name: '邵新', department: '卫生健康局', grants: [{ role: 'handler', scope: 'own' }] })
    await own.close()
  }, 180_000)

  it('before somebody is suspended it is said what that touches; then it is so', async () => {
    await page.goto(`${county.url}/admin?part=people&person=lu-mingyuan`)
    const said = await (await fetch(`${county.url}/api/touches/people/lu-mingyuan`, { headers: { cookie: await being(county.url, 'nie-chuan') } })).json() as { casesHeld: number; items: unknown[] }
    await page.getByRole('button', { name: '停用', exact: true }).click()
    const told = (await page.locator('dialog [data-touches]').textContent())!
    expect(told).toContain(`授权办理 ${said.items.length} 个事项`)
    expect(told).toMatch(/手上在办 \d+ 件/)
    await page.screenshot({ path: join(shots, 'admin-suspend-1440.png') })
    expect(await barriers(page)).toStrictEqual([])
    const before = await being(county.url, 'lu-mingyuan')
    await page.fill('#say-reason', '借调')
    await say(page, '停用')
    await page.waitForSelector('[data-panel=lu-mingyuan] header .chip')
    expect((await fetch(`${county.url}/api/cases`, { headers: { cookie: before } })).status).toBe(401)
    await page.getByRole('button', { name: '恢复', exact: true }).click()
    await page.fill('#say-reason', '借调结束')
    await say(page, '恢复')
    await vi.waitFor(async () => expect(await page.locator('[data-panel=lu-mingyuan] header .chip').count()).toBe(0), { timeout: 8_000 })
  }, 120_000)

  it('a calendar is amended by pressing its days: what it moves is shown before, and true after', async () => {
    const [own, look] = await open(sizes.desk, 'chen-jingzhi')
    await look.goto(`${county.url}/admin?part=calendar`)
    await look.getByRole('button', { name: '改日历' }).click()
    const { today } = await county.read<{ today: string }>('/api/calendar'), year = today.slice(0, 4)
    // The next working day but one of this week or the next, by the pressed state that the page shows.
    const days = (await county.read<{ days: string }>(`/api/calendar?year=${year}`)).days, first = Math.round((Date.parse(today) - Date.parse(`${year}-01-01`)) / 864e5)
    const ahead = [...days].map((letter, i) => ({ letter, day: new Date(Date.parse(`${year}-01-01`) + i * 864e5).toISOString().slice(0, 10) })).slice(first + 1).filter(({ letter }) => letter === 'w')[1]!
    await look.click(`[data-day="${ahead.day}"]`)
    await look.fill('#c-notice', '关于县庆放假的通知')
    await look.fill('#c-name', '县庆')
    await look.waitForSelector('[data-moved]')
    const asked = { layer: 'county', place: '', year: Number(year), off: [{ on: ahead.day, name: '县庆' }], working: [], notice: '关于县庆放假的通知', knownOn: today }
    const { layers } = await county.read<{ layers: { layer: string; id: string; place: string }[] }>('/api/calendar'), own2 = layers.find(({ layer }) => layer === 'county')!
    const touches = async () => await (await fetch(`${county.url}/api/touches/calendar/${own2.id}/publish-calendar`, { method: 'POST', headers: { 'content-type': 'application/json', cookie: county.cookie }, body: JSON.stringify({ ...asked, place: own2.place }) })).json() as Touched
    await vi.waitFor(async () => expect(Number(await look.getAttribute('[data-moved]', 'data-moved'))).toBeGreaterThan(10), { timeout: 10_000 })
    await look.screenshot({ path: join(shots, 'admin-calendar-1440.png'), fullPage: true })
    expect(await barriers(look)).toStrictEqual([])
    const said = await touches(), some = said.moves.filter(({ subject }) => !subject.includes('#')).slice(0, 12)
    await look.getByRole('button', { name: '公布', exact: true }).click()
    await vi.waitFor(async () => expect(await look.textContent('[aria-labelledby=notices]')).toContain('关于县庆放假的通知'), { timeout: 10_000 })
    // As the case's own page counts it now; those whose clock has stopped meanwhile count no more.
    let compared = 0
    for (const { subject, clock, to } of some) {
      const view = await county.read<CaseView>(`/api/cases/${encodeURIComponent(subject.slice('cases.'.length))}`), now = view.clocks.find(({ name }) => name === clock)
      if (!now || now.stoppedAt || now.pauses.some(({ to }) => to === undefined)) continue
      expect(now.dueOn, `${subject} ${clock}`).toBe(to)
      compared++
    }
    expect(compared).toBeGreaterThan(3)
    await own.close()
  }, 180_000)

  it('whoever manages a hall drafts for it alone: the page goes to their hall, offers its layer and no other, and counts what that moves', async () => {
    const [own, look] = await open(sizes.desk, 'he-zhen')
    await look.goto(`${county.url}/admin?part=calendar`)
    await look.getByRole('button', { name: '改日历' }).click()
    await look.waitForFunction(() => new URLSearchParams(location.search).get('hall') === 'mingjing')
    await look.waitForFunction(() => document.querySelector<HTMLSelectElement>('#c-layer')?.options.length === 1)
    expect(await look.inputValue('#c-layer')).toBe('office')
    const { today } = await county.read<{ today: string }>('/api/calendar')
    await look.locator('[data-day]').evaluateAll((all, today) => (all as HTMLElement[]).find((one) => one.dataset['day']! > today)!.click(), today)
    await look.waitForSelector('[data-moved]')
    expect(await look.locator('[role=alert] .wrong').count()).toBe(0)
    expect(await barriers(look)).toStrictEqual([])
    await look.screenshot({ path: join(shots, 'admin-calendar-own-hall-1440.png') })
    // Elsewhere they look, and draft nothing.
    await look.selectOption('#y-hall', '')
    await look.waitForSelector('#c-layer', { state: 'detached' })
    await own.close()
  }, 120_000)

  it('a dictionary is published, its codes are only ever retired; health and the record of sign-ins are there for who runs the house', async () => {
    await page.goto(`${county.url}/admin?part=dictionaries&dictionary=e2e-trades`)
    await page.fill('#d-name', '行业')
    // Longer than a draft rests before it is asked about: of one without entries nothing is.
    await page.waitForTimeout(600)
    await page.getByRole('button', { name: '加一条' }).click()
    await page.getByLabel('代码 1').fill('G56')
    await page.getByLabel('中文 1').fill('餐饮')
    await page.getByRole('button', { name: '发布第 1 版' }).click()
    await vi.waitFor(async () => expect(await page.getByLabel('代码 1').getAttribute('readonly')).not.toBeNull(), { timeout: 8_000 })
    // Before the next version is said it is told what it touches.
    expect(await page.locator('[data-touches]').count()).toBe(0)
    await page.getByLabel('中文 1').fill('餐饮业')
    await page.getByRole('button', { name: '加一条' }).click()
    await page.getByLabel('代码 2').fill('G57')
    await page.getByLabel('中文 2').fill('住宿业')
    await page.waitForSelector('[data-touches="2"]')
    const touches = await page.locator('[data-touches]').innerText()
    for (const said of ['改名 1 条：', '餐饮 → 餐饮业', '新增 1 条：', '住宿业', '用这部字典填表的事项 0 个']) expect(touches).toContain(said)
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'admin-dictionary-1440.png'), fullPage: true })
    await page.goto(`${county.url}/admin?part=health`)
    await page.waitForSelector('[data-check=disk]')
    expect(await page.locator('[data-check]').count()).toBeGreaterThan(10)
    expect(await page.textContent('[data-check=address]')).toContain('127.0.0.1')
    await page.screenshot({ path: join(shots, 'admin-health-1440.png'), fullPage: true })
    await page.goto(`${county.url}/admin?part=log&kind=SessionStarted`)
    await page.waitForSelector('tbody tr')
  }, 120_000)

  it('a notice is worded by the house: seen as it will be printed while it is typed, published, and printed so at the counter', async () => {
    await page.goto(`${county.url}/admin?part=templates&kind=receipt`)
    await page.waitForSelector('.sheet')
    await page.fill('#t-head-zh', '建始县政务服务中心')
    await page.fill('#t-lead-zh', '您交来的材料已经收下：')
    await page.getByRole('button', { name: '在正文里插入事项' }).click()
    await page.fill('#t-closing-zh', '咨询电话 0718-3220000')
    expect(await page.textContent('.sheet .lead')).toBe('您交来的材料已经收下：食品经营许可')
    await page.fill('#t-reason', '统一用词')
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'admin-template-1440.png'), fullPage: true })
    await page.getByRole('button', { name: '发布第 1 版' }).click()
    await page.waitForSelector('text=统一用词')
    await vi.waitFor(async () => expect(await page.locator('ol li').count()).toBe(1), { timeout: 8_000 })
    await page.fill('#t-lead-zh', '材料：{身份证号}')
    await page.fill('#t-reason', '写错了')
    await page.getByRole('button', { name: '发布第 2 版' }).click()
    await page.waitForSelector('[role=alert]:has-text("空白")')
  }, 180_000)

  it('nothing of any case came over the line to the administrator', async () => {
    const { rows } = await county.read<{ rows: { id: string; applicant?: string }[] }>('/api/cases?limit=100'), all = heard.join('\n')
    expect(heard.length).toBeGreaterThan(10)
    expect(rows.filter(({ id, applicant }) => all.includes(id) || (applicant !== undefined && applicant.length > 3 && all.includes(applicant)))).toStrictEqual([])
  })

  it.each(looks([['phone', 'zh', ['light']], ['desk', 'en', ['light', 'contrast']], ['wall', 'zh', ['wall']]] as const))('on the %s in %s nothing stands in the way of anybody: %s', async (size, language, themes) => {
    const found: string[] = []
    for (const theme of themes) {
      for (const [person, parts] of [['nie-chuan', ['people&person=lu-mingyuan&q=lu-ming', 'organisations', 'halls', 'health', 'log']], ['ge-wen', ['keys']], ['chen-jingzhi', ['calendar']]] as const) {
        const [own, look] = await open(sizes[size], person, { language, theme })
        for (const part of parts) {
          await look.goto(`${county.url}/admin?part=${part}`)
          await look.waitForSelector('main h1')
          if (part.startsWith('people')) await look.waitForSelector('[data-touches]')
          if (theme === themes[0]) await look.screenshot({ path: join(shots, `admin-${part.split('&')[0]}-${sizes[size].width}-${language}.png`), fullPage: true })
          found.push(...(await barriers(look)).map((what) => `${part} ${size} ${language} ${theme}: ${what}`))
        }
        await own.close()
      }
    }
    expect(found).toStrictEqual([])
  }, 270_000)

  it('no page complained', () => expect(complaints.filter((line) => !/status of (?:401|404|409|422)/.test(line))).toStrictEqual([]))
})
