import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CaseCounts, CaseList, CaseListRow, CaseView, HouseView, PersonView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, openImported, type County } from './county.ts'

const sizes = { desk: { width: 1920, height: 1080 }, phone: { width: 375, height: 812 } }
let county: County, browser: Browser, context: BrowserContext, page: Page
const complaints: string[] = []

const open = (viewport: { width: number; height: number }, look?: Look, cookie = county.cookie) => opened(browser, county.url, { viewport, cookie, complaints, ...(look && { look }) })
const visit = async (own: Page, path: string) => {
  await own.goto(county.url + path)
  await own.waitForSelector(path.startsWith('/cases/') ? '.case' : path === '/help' ? '.k kbd' : '[data-row], .ls')
}
const caseAt = (id: string, query: Record<string, string> = {}) => county.read<CaseView>(`/api/cases/${encodeURIComponent(id)}?${new URLSearchParams(query)}`)
/** What is on screen once the answer for that moment has come. */
const told = (own: Page) => own.evaluate(() => {
  const revisions = (future: boolean) => [...document.querySelectorAll<HTMLElement>(`[data-revision][data-future="${future}"]`)].map(({ dataset }) => Number(dataset['revision']))
  return { at: document.querySelector<HTMLElement>('.case')!.dataset['at']!, told: revisions(false), future: revisions(true), light: document.querySelector('#then')!.parentElement!.querySelector('.lt')!.classList[1] }
})
const settled = (own: Page, at: string) => own.waitForFunction((at) => document.querySelector<HTMLElement>('.case')?.dataset['at'] === at, at)
const everyCase = async () => {
  const [open, done] = await Promise.all([county.read<CaseList>('/api/cases?limit=100'), county.read<CaseList>('/api/cases?light=done&limit=100')])
  return [...open.rows, ...done.rows]
}
/** A case that has ended, so that nothing moves under the test. */
async function storied(): Promise<CaseView> {
  let best: CaseView | undefined
  const weight = (view: CaseView) => view.facts.length + (view.clocks.length ? 50 : 0) + view.clocks.flatMap(({ pauses }) => pauses).length * 10 + (view.endedAt ? 200 : 0)
  for (const { id } of await everyCase()) {
    const view = await caseAt(id)
    if (!view.imported && (!best || weight(view) > weight(best))) best = view
  }
  if (!best) throw new Error('the county has no case of its own')
  return best
}

describe.skipIf(!chromium)('画面', () => {
  let story: CaseView
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    ;[context, page] = await open(sizes.desk)
    story = await storied()
  }, 270_000)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await county?.close()
  })

  it('the first line counts the cases, and its figures open their lists', async () => {
    await visit(page, '/cases')
    await page.waitForSelector('h1 a')
    // The county works on while it is looked at.
    await vi.waitFor(async () => {
      const { open, late, soon } = await county.read<CaseCounts>('/api/cases/counts')
      expect((await page.textContent('h1'))!.match(/[\d,]+/g)).toStrictEqual([open, late, soon].map((n) => n.toLocaleString('en-US')))
    }, { timeout: 15_000, interval: 200 })
    await page.click('[data-light=late]')
    await page.waitForFunction(() => location.search.includes('light=late') && [...document.querySelectorAll('[data-row] .lt')].every((light) => light.classList.contains('late')))
    await vi.waitFor(async () => {
      const { rows } = await county.read<CaseList>('/api/cases?light=late&limit=50')
      expect(await page.locator('[data-row] a[data-id]').evaluateAll((links) => links.map((link) => (link as HTMLElement).dataset['id']))).toStrictEqual(rows.map(({ id }) => id))
    }, { timeout: 15_000, interval: 200 })
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => location.search === '')
  })

  it('rows are walked with j and k and opened with Enter; search finds a number', async () => {
    await visit(page, '/cases')
    await page.waitForSelector('[data-row]')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const chosen = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['id'])
    expect(chosen).toBeTruthy()
    await page.keyboard.press('Enter')
    await page.waitForSelector('.case')
    expect(decodeURIComponent(new URL(page.url()).pathname)).toBe(`/cases/${chosen}`)
    await page.keyboard.press('Escape')
    await page.waitForSelector('[data-row]')
    await page.keyboard.press('/')
    await page.keyboard.type(story.caseNo)
    await page.keyboard.press('Enter')
    await page.waitForFunction((id) => [...document.querySelectorAll<HTMLElement>('[data-row] a')].map(({ dataset }) => dataset['id']).join() === id, story.id)
  })

  it('the time machine shows what the server would answer at every moment, and asks it for none', async () => {
    await visit(page, `/cases/${encodeURIComponent(story.id)}`)
    const asked: string[] = []
    page.on('request', (request) => { if (/\/api\/cases\/[^/]+\?.*at=/.test(request.url())) asked.push(request.url()) })
    const box = (await page.locator('input[type=range]').boundingBox())!
    await page.mouse.move(box.x + box.width - 8, box.y + 37)
    await page.mouse.down()
    for (let step = 1; step <= 40; step++) await page.mouse.move(box.x + box.width * (1 - step * 0.0142), box.y + 37)
    await page.mouse.up()
    await page.waitForFunction(() => new URL(location.href).searchParams.get('at') === document.querySelector<HTMLElement>('.case')!.dataset['at'])
    const seen = await told(page)
    expect(asked).toStrictEqual([])

    const [then, now] = await Promise.all([caseAt(story.id, { at: seen.at, known: seen.at }), caseAt(story.id)])
    expect(seen.told).toStrictEqual(then.facts.map(({ revision }) => revision))
    expect(seen.told).toStrictEqual(now.facts.filter(({ occurredAt, recordedAt }) => occurredAt <= seen.at && recordedAt <= seen.at).map(({ revision }) => revision))
    expect([...seen.told, ...seen.future].sort((a, b) => a - b)).toStrictEqual(now.facts.map(({ revision }) => revision).sort((a, b) => a - b))
    expect(seen.light).toBe(then.clocks.some(({ kind, dueOn }) => kind === 'promised' && dueOn) || then.light === 'hold' || then.light === 'done' ? then.light : 'done')
    const sums = await page.locator('.ledger .sum').count()
    expect(sums).toBe(then.clocks.length)
    for (const { lines, dueOn } of then.clocks) if (dueOn) expect(await page.textContent('section[aria-labelledby=ledger]')).toContain(lines.zh.at(-1))
  })

  it('at every fact of the case the page says what was told by then, and hatches the rest', async () => {
    for (const fact of story.facts.slice(0, 12)) {
      const at = fact.recordedAt > fact.occurredAt ? fact.recordedAt : fact.occurredAt
      await visit(page, `/cases/${encodeURIComponent(story.id)}?at=${at}`)
      if (at >= story.span.to) continue
      await settled(page, at)
      const then = await caseAt(story.id, { at, known: at })
      const seen = await told(page)
      expect(seen.told).toStrictEqual(then.facts.map(({ revision }) => revision))
      expect(seen.future.length).toBe(story.facts.length - seen.told.length)
    }
  })

  it('the slider is worked by keys and speaks the moment and the fact', async () => {
    await visit(page, `/cases/${encodeURIComponent(story.id)}`)
    const slider = page.locator('input[type=range]')
    const spoken = () => slider.getAttribute('aria-valuetext')
    await slider.focus()
    expect(await spoken()).toMatch(/^现在，/)
    await page.keyboard.press('Home')
    await settled(page, story.span.from)
    const first = await spoken()
    expect(first).toMatch(/\d+月\d+日 周. \d\d:\d\d，\S+/)
    await page.keyboard.press('ArrowRight')
    await settled(page, new Date(Date.parse(story.span.from) + 600_000).toISOString())
    await page.keyboard.press('PageDown')
    expect(await spoken()).not.toBe(first)
    await page.keyboard.press('End')
    await page.waitForSelector('.case[data-live=true]')
    expect(await spoken()).toMatch(/^现在，/)
  })

  it('以申请人的眼看: inner opinions and findings are not on the wire, and so not on the page', async () => {
    await visit(page, `/cases/${encodeURIComponent(story.id)}`)
    const answer = page.waitForResponse((response) => response.url().includes('as=applicant'))
    await page.getByRole('button', { name: '申请人' }).click()
    const view = await (await answer).json() as CaseView
    expect(view.role).toBe('applicant')
    expect(JSON.stringify(view)).not.toContain('"opinion"')
    expect([view.findings, view.cards]).toStrictEqual([[], []])
    await page.waitForFunction(() => document.querySelector('[aria-pressed=true]')?.ownerDocument.querySelector('section[aria-labelledby=findings] .op')?.classList.contains('mut'))
    await page.screenshot({ path: join(shots, 'as-applicant.png'), fullPage: true })
  })

  it('English is one click away, and is remembered', async () => {
    await visit(page, '/cases')
    await page.getByRole('button', { name: 'English' }).click()
    await page.waitForFunction(() => document.documentElement.lang === 'en')
    expect(await page.textContent('h1')).toMatch(/open in the county today/)
    await page.reload()
    await page.waitForFunction(() => document.documentElement.lang === 'en')
    await page.getByRole('button', { name: '中文' }).click()
    await page.waitForFunction(() => document.documentElement.lang === 'zh-CN')
  })

  it('a demonstration says so on every page', async () => {
    const { purpose } = await county.read<HouseView>('/api/house')
    expect(purpose).toBe('demonstration')
    for (const path of ['/cases', `/cases/${encodeURIComponent(story.id)}`, '/help']) {
      await visit(page, path)
      await page.waitForSelector('.strip.demo')
      expect(await page.textContent('.strip.demo')).toContain('虚构数据')
    }
  })

  it('a case that does not exist is said so, in plain words', async () => {
    const own = await context.newPage()
    await own.goto(`${county.url}/cases/NO-SUCH-CASE`)
    await own.waitForSelector('[role=alert]')
    expect(await own.textContent('[role=alert]')).toContain('no-such-case')
    await own.close()
  })

  it('a new case comes into the list without a reload', async () => {
    const { people } = await county.read<{ people: PersonView[] }>('/api/people')
    const row = (await everyCase()).find(({ source, hall }) => !source && hall)! satisfies CaseListRow
    const clerk = people.find(({ roles, hall }) => roles.includes('window-clerk') && hall === row.hall)!
    const applicant = await caseAt(row.id)
    const cookie = await being(county.url, clerk.person)
    await visit(page, '/cases?order=opened')
    await page.evaluate(() => { (window as unknown as { kept: boolean }).kept = true })
    const said = await fetch(`${county.url}/api/cases/E2E-1/submit-application`, { method: 'POST',
      headers: { 'content-type': 'application/json', cookie, 'idempotency-key': 'e2e-1' }, body: JSON.stringify({ itemCode: row.itemCode, hall: row.hall, channel: 'window', applicantId: applicant.applicant?.id ?? 'e2e' }) })
    expect(await said.text()).not.toContain('problems/')
    await page.waitForSelector('[data-row] a[data-id="E2E-1"]')
    expect(await page.evaluate(() => (window as unknown as { kept: boolean }).kept)).toBe(true)
  })

  it.each(looks([['desk', 'zh'], ['desk', 'en'], ['phone', 'zh'], ['phone', 'en']] as const))('on the %s in %s nothing stands in the way of anybody, in any colours', async (size, language) => {
    const middle = new Date((Date.parse(story.span.from) + Date.parse(story.span.to)) / 2).toISOString()
    const pages = { list: '/cases', now: `/cases/${encodeURIComponent(story.id)}`, then: `/cases/${encodeURIComponent(story.id)}?at=${middle}`, help: '/help' }
    const found: string[] = []
    for (const theme of looks(['light', 'wall', 'contrast'] as const)) {
      const [own, look] = await open(sizes[size], { language, theme })
      for (const [name, path] of Object.entries(pages)) {
        await visit(look, path)
        if (name === 'then') await settled(look, middle)
        await look.screenshot({ path: join(shots, `${name}-${size}-${language}-${theme}.png`), fullPage: true })
        found.push(...(await barriers(look)).map((what) => `${name} ${size} ${language} ${theme}: ${what}`))
      }
      await own.close()
    }
    expect(found).toStrictEqual([])
  }, 360_000)

  it('at 130 % on a phone nothing runs out of the page', async () => {
    const [own, look] = await open(sizes.phone, { language: 'en', theme: 'light', size: '130' })
    for (const path of ['/cases', `/cases/${encodeURIComponent(story.id)}`]) {
      await visit(look, path)
      expect(await look.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }
    await own.close()
  })

  it('the door: whom to be, their own work and no more, why an inspector looks, and out again', async () => {
    const [own, look] = await open(sizes.phone, { language: 'zh', theme: 'light' }, '')
    const heard: number[] = []
    look.on('response', (response) => { if (response.url().includes('/api/')) heard.push(response.status()) })
    await look.goto(county.url)
    await look.waitForSelector('[data-person]')
    await look.screenshot({ path: join(shots, 'door-phone.png'), fullPage: true })
    expect(await look.locator('[data-row]').count()).toBe(0)
    await look.fill('#who', '陈敬之')
    await look.click('[data-person=chen-jingzhi]')
    // Nothing of anybody is shown before it is said what for.
    await look.waitForSelector('dialog[open]')
    expect((await look.request.get(`${county.url}/api/cases`)).status()).toBe(428)
    expect(await look.locator('[data-row]').count()).toBe(0)
    await look.screenshot({ path: join(shots, 'purpose-phone.png') })
    await look.getByLabel('专项检查').check()
    await look.fill('#p-more', '临期办件抽查')
    await look.getByRole('button', { name: '记下事由，继续' }).click()
    await look.waitForSelector('main h1 a')
    await look.goto(`${county.url}/me`)
    await look.waitForSelector('#rights')
    expect(await look.textContent('main')).toContain('专项检查：临期办件抽查')
    expect(await barriers(look)).toStrictEqual([])
    await look.getByRole('button', { name: '退出登录' }).click()
    await look.waitForSelector('[data-person]')
    expect(await (await look.request.get(`${county.url}/api/cases`)).status()).toBe(401)
    await own.close()
    // What was refused on purpose is no complaint of the page.
    complaints.splice(0, complaints.length, ...complaints.filter((line) => !/status of (?:401|428)/.test(line)))
  })

  it('no page complained, and the content policy was never offended', () => expect(complaints).toStrictEqual([]))

  it('without the platform the page keeps what it has and says since when', async () => {
    await visit(page, '/cases')
    const rows = await page.locator('[data-row]').count()
    await county.stop()
    await page.waitForSelector('.strip.lost')
    expect(await page.textContent('.strip.lost')).toMatch(/能看到 \d\d:\d\d 的内容/)
    expect(await page.locator('[data-row]').count()).toBe(rows)
  })
})

describe.skipIf(!chromium)('导入的办件', () => {
  const log = new URL('../../../shared/data/permits/receipt.csv', import.meta.url).pathname
  beforeAll(async () => {
    county = await openImported(log, 'receipt', 400)
    browser = await launched()
    ;[context, page] = await open(sizes.desk)
  }, 270_000)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await county?.close()
  })

  it('what happened before this platform was is shown as known today, and as known then there was nothing', async () => {
    const { rows } = await county.read<CaseList>('/api/cases?light=done&limit=20')
    const now = await caseAt(rows[0]!.id), middle = now.facts[Math.floor(now.facts.length / 2)]!
    const at = middle.occurredAt
    await visit(page, `/cases/${encodeURIComponent(now.id)}?at=${at}`)
    await settled(page, at)
    const then = await caseAt(now.id, { at })
    expect((await told(page)).told).toStrictEqual(then.facts.map(({ revision }) => revision))
    expect(await page.textContent('main')).toContain(middle.activity!)
    await page.screenshot({ path: join(shots, 'imported-then.png'), fullPage: true })
    await page.getByRole('button', { name: '当时所知' }).click()
    await page.waitForFunction((all) => document.querySelectorAll('[data-future=true].hatched').length === all, now.facts.length)
    expect(await page.textContent('main')).toContain('账上还没有这件的记录')
    // What was shown a moment ago is not what was true at this one.
    expect(await page.locator('#then, #ledger, #compare').count()).toBe(0)
    await page.screenshot({ path: join(shots, 'imported-known-then.png'), fullPage: true })
  })

  it('dates are those of the hall, wherever the browser is', async () => {
    const { rows } = await county.read<CaseList>('/api/cases?light=done&limit=1')
    const { facts, zone, id } = await caseAt(rows[0]!.id)
    await visit(page, `/cases/${encodeURIComponent(id)}`)
    const shown = await page.locator('[data-revision="1"] time').innerText()
    const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'numeric', hour: '2-digit', minute: '2-digit' }).formatToParts(Date.parse(facts[0]!.occurredAt))
    const part = (type: string) => parts.find((it) => it.type === type)!.value
    expect(shown).toContain(`${Number(part('month'))}月${Number(part('day'))}日`)
    expect(shown).toContain(`${part('hour')}:${part('minute')}`)
  })

  it('a real book is not called a demonstration', async () => {
    await visit(page, '/cases?light=done')
    expect(await page.locator('.strip.demo').count()).toBe(0)
    expect(await page.textContent('.who')).not.toContain('陈敬之')
    expect(await page.locator('[data-person]').count()).toBe(0)
  })
})
