import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BoardView } from '../../projections/board.ts'
import type { CardList, CardPage } from '../../projections/card-page.ts'
import type { CaseList, PersonView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const sizes = { desk: { width: 1440, height: 900 }, wall: { width: 1920, height: 1080 }, phone: { width: 375, height: 812 } }
let county: County, browser: Browser, context: BrowserContext, page: Page
const complaints: string[] = []
const open = (size: keyof typeof sizes, look?: Look, cookie = county.cookie) => opened(browser, county.url, { viewport: sizes[size], cookie, complaints, ...(look && { look }) })
const board = () => county.read<BoardView>('/api/board')
const visit = async (where: Page, path: string, until = 'main h1:not(.vh), article') => { await where.goto(county.url + path); await where.waitForSelector(until) }
const cardPath = (key: string) => `/cards/${encodeURIComponent(key)}`
const reading = (cookie: string) => async <T>(path: string): Promise<T> => (await fetch(county.url + path, { headers: { cookie } })).json() as Promise<T>

beforeAll(async () => {
  if (!chromium) return
  mkdirSync(shots, { recursive: true })
  county = await openCounty()
  browser = await launched()
  ;[context, page] = await open('desk')
}, 360_000)
afterAll(async () => {
  await context?.close()
  await browser?.close()
  await county?.close()
})

describe.skipIf(!chromium)('监察室', () => {
  it('an inspector begins there; its blocks, its sentence and its departments add up to what the platform says', async () => {
    await visit(page, '/')
    await page.waitForSelector('[data-step=handling]')
    await vi.waitFor(async () => {
      const answer = page.waitForResponse((response) => response.url().includes('/api/board'))
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
      await page.reload()
      const seen = await (await answer).json() as BoardView
      await page.waitForSelector('[data-step=handling]')
      const numbers = await page.locator('.st b').allInnerTexts()
      expect(numbers.map((text) => Number(text.replace(/,/g, ''))).reduce((sum, n) => sum + n, 0)).toBe(seen.total.open)
      expect(await page.innerText('h1')).toContain(`${seen.total.late} 件已超期`)
      expect((await page.locator('[data-department] td:nth-child(2)').allInnerTexts()).reduce((sum, text) => sum + Number(text), 0)).toBe(seen.total.open)
    }, { timeout: 20_000, interval: 500 })
  })

  it('a block opens exactly its cases', async () => {
    const { steps } = await board(), step = steps.filter(({ open }) => open > 0).at(-1)!
    await visit(page, '/room', `[data-step=${step.step}]`)
    await page.click(`[data-step=${step.step}]`)
    await page.waitForFunction(() => location.pathname === '/cases' && location.search.includes('stage='))
    await vi.waitFor(async () => {
      const { count } = await county.read<CaseList & { count: number }>(`/api/search?stage=${step.stages.join(',')}&order=due&count=1&limit=1`)
      expect((await board()).steps.find((one) => one.step === step.step)!.open).toBe(count)
      await page.reload()
      await page.waitForSelector('[data-row]')
      expect(await page.innerText('details summary')).toContain(`共 ${count} 件`)
    }, { timeout: 20_000, interval: 500 })
  })

  it('the same as a table, by the keyboard alone', async () => {
    await visit(page, '/room', '[data-step=handling]')
    await page.keyboard.press('Alt+t')
    await page.waitForSelector('tr[data-step=handling]')
    const sums = await page.locator('tr.sum td').first().innerText(), parts = await page.locator('tr[data-step] td:nth-child(2)').allInnerTexts()
    expect(parts.reduce((sum, text) => sum + Number(text), 0)).toBe(Number(sums))
    await page.keyboard.press('Alt+t')
    await page.waitForSelector('a[data-step=handling]')
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.waitForFunction(() => location.pathname === '/cards')
    await page.waitForSelector('[data-card]')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForSelector('article[data-card-page]')
    expect(new URL(page.url()).pathname.startsWith('/cards/')).toBe(true)
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => location.pathname === '/cards')
  })

  it('a case that somebody else brings flies to its block, and no look is taken at it', async () => {
    await visit(page, '/room', '[data-step=received]')
    await page.evaluate(() => {
      const flown: string[] = [], sky = document.querySelector('.sky')!
      Object.assign(window, { flown })
      new MutationObserver((changes) => { for (const { addedNodes } of changes) for (const node of addedNodes) flown.push((node as HTMLElement).className) }).observe(sky, { childList: true })
    })
    const { people } = await county.read<{ people: PersonView[] }>('/api/people'), clerk = people.find(({ roles }) => roles.includes('window-clerk'))!
    const { rows } = await county.read<CaseList>('/api/cases?limit=50'), row = rows.find(({ source }) => !source)!, before = (await board()).position
    const said = await fetch(`${county.url}/api/cases/ROOM-1/submit-application`, { method: 'POST', headers: { 'content-type': 'application/json', cookie: await being(county.url, clerk.person), 'idempotency-key': 'room-1' },
      body: JSON.stringify({ itemCode: row.itemCode, hall: clerk.hall, channel: 'window', applicantId: 'room' }) })
    expect(said.ok, await said.clone().text()).toBe(true)
    await page.waitForFunction(() => (window as unknown as { flown: string[] }).flown.some((name) => name.startsWith('fly')))
    const since = await county.read<BoardView>(`/api/board?since=${before}`)
    expect(since.moves).toContainEqual({ from: 'new', to: 'received', light: 'ok' })
    expect(JSON.stringify(since)).not.toContain('ROOM-1')
    await page.waitForFunction(() => document.querySelectorAll('.sky .fly').length === 0)
  })

  /** Somebody else has said something of it meanwhile: theirs and mine side by side; what is written outlives the page, and goes as things stand now. */
  async function changed(theirs: Page, key: string, elsewhere: string) {
    const { subject, card: { cardId } } = await county.read<CardPage>(`/api/cards/${encodeURIComponent(key)}`)
    const said = await fetch(`${county.url}/api/supervision/${encodeURIComponent(subject)}/correct-card`, { method: 'POST', headers: { 'content-type': 'application/json', cookie: elsewhere, 'idempotency-key': 'room-correct' },
      body: JSON.stringify({ cardId, report: '已补发告知书' }) })
    expect(said.status, await said.clone().text()).toBe(200)
    await theirs.getByRole('button', { name: '提出申诉' }).click()
    const dialog = theirs.getByRole('dialog', { name: '别人刚改了这件' })
    await dialog.waitFor()
    expect(await dialog.innerText()).toMatch(/纠错[\s\S]*已补发告知书/)
    expect(await dialog.locator('.own').allInnerTexts()).toStrictEqual(['当日全县停电，有供电公司函'])
    expect(await barriers(theirs)).toStrictEqual([])
    for (const [name, size] of Object.entries(sizes)) {
      await theirs.setViewportSize(size)
      expect(await barriers(theirs), name).toStrictEqual([])
      await theirs.screenshot({ path: join(shots, `card-changed-${size.width}.png`) })
    }
    await theirs.setViewportSize(sizes.desk)
    await dialog.getByRole('button', { name: '先放着，接着改' }).click()
    await theirs.waitForFunction(() => document.querySelector('#say [role=status]')?.textContent?.includes('已存'))
    await theirs.reload()
    await theirs.click('[data-command=file-card-appeal]')
    await vi.waitFor(async () => expect(await theirs.inputValue('#say-grounds')).toBe('当日全县停电，有供电公司函'), { timeout: 5_000 })
    await theirs.getByRole('button', { name: '提出申诉' }).click()
  }

  it('a yellow card is appealed by its officer and revoked by the inspector; the register keeps both, and the room shows it as it comes', async () => {
    const { rows } = await county.read<CardList>('/api/cards?severity=YELLOW&state=standing&limit=200')
    let key = '', officer = ''
    for (const row of rows) {
      if (row.officer === undefined || row.kind !== 'cases') continue
      const cookie = await being(county.url, row.officer).catch(() => ''), one = await reading(cookie)<CardPage>(`/api/cards/${encodeURIComponent(row.key)}`)
      if (one.actions?.allowed.some(({ command }) => command === 'file-card-appeal')) { key = row.key; officer = cookie; break }
    }
    expect(key).not.toBe('')
    await visit(page, '/room', '[data-card]')
    await page.getByRole('button', { name: '牌', exact: true }).click()
    const waits = page.locator('.rail a[href="/cards"] .vh'), before = await waits.count() ? await waits.innerText() : ''
    const [own, theirs] = await open('desk', undefined, officer)
    await visit(theirs, cardPath(key))
    expect(await theirs.locator('[data-command=decide-card-appeal]').count()).toBe(0)
    await theirs.click('[data-command=file-card-appeal]')
    await theirs.getByRole('button', { name: '提出申诉' }).click()
    // What is missing is said at its field.
    expect(await theirs.locator('#say-grounds-w').innerText()).toBe('要填')
    expect(await barriers(theirs)).toStrictEqual([])
    await theirs.screenshot({ path: join(shots, 'card-appeal-1440.png') })
    await theirs.fill('#say-grounds', '当日全县停电，有供电公司函')
    await changed(theirs, key, officer)
    await theirs.waitForSelector('article[data-state=appealed]')
    await page.waitForSelector(`[data-card="${key}"][data-state=appealed]`)
    // The rail counts it as it comes, in words for whoever hears it.
    const appeals = (await county.read<{ appeals: number }>('/api/cards/appeals')).appeals
    await vi.waitFor(async () => expect(await waits.innerText()).toBe(`${appeals} 件申诉待决`), { timeout: 10_000 })
    expect(before).not.toBe(`${appeals} 件申诉待决`)
    expect(await page.locator('.rail a[href="/cards"] .bdg').innerText()).toBe(String(appeals))
    expect(await barriers(page)).toStrictEqual([])
    await page.getByRole('link', { name: '看经过并裁决' }).first().click()
    await page.waitForSelector('article[data-card-page]')
    await visit(page, cardPath(key))
    await page.click('[data-command=decide-card-appeal]')
    await page.getByLabel('申诉成立，撤牌').check()
    await page.fill('#say-reason', '停电属实')
    expect(await barriers(page)).toStrictEqual([])
    await page.getByRole('button', { name: '裁决', exact: true }).click()
    await page.waitForSelector('article[data-state=revoked]')
    const text = await page.innerText('article')
    for (const said of ['当日全县停电，有供电公司函', '停电属实', '原牌保留可查']) expect(text).toContain(said)
    await visit(page, '/cards?state=revoked', `[data-card="${key}"]`)
    expect((await county.read<CardList>('/api/cards?state=revoked')).rows.map((row) => row.key)).toContain(key)
    await visit(theirs, '/cards?state=revoked', `[data-card="${key}"]`)
    await own.close()
  }, 180_000)

  it('integrity risk is nowhere but on its own page, and on nobody else’s wire', async () => {
    const { rows, count } = await county.read<CardList>('/api/cards?confidential=1&limit=200')
    await visit(page, '/risk')
    expect(await page.innerText('h1')).toContain(String(count))
    const { people } = await county.read<{ people: PersonView[] }>('/api/people')
    for (const role of ['handler', 'section-head', 'leader', 'hall-manager']) {
      const read = reading(await being(county.url, people.find(({ roles }) => roles[0] === role)!.person))
      expect((await read<CardList>('/api/cards?confidential=1')).count, role).toBe(0)
      expect(JSON.stringify(await read('/api/cards?limit=200'))).not.toMatch(/"I-0\d/)
      for (const { key } of rows.slice(0, 2)) expect((await read<{ code: string }>(`/api/cards/${encodeURIComponent(key)}`)).code).toBe('no-such-card')
    }
    expect(JSON.stringify(await county.read('/api/cards?limit=200'))).not.toMatch(/"I-0\d/)
  })

  it.each(looks([['desk', 'zh', 'light'], ['wall', 'zh', 'wall'], ['phone', 'zh', 'light'], ['desk', 'en', 'contrast'], ['phone', 'en', 'wall']] as const))('on the %s in %s in %s nothing stands in the way', async (size, language, theme) => {
    const [own, look] = await open(size, { language, theme }), found: string[] = []
    const { rows: [card] } = await county.read<CardList>('/api/cards?severity=YELLOW&limit=1')
    for (const [name, path] of Object.entries({ room: '/room', cards: '/cards', card: cardPath(card!.key), risk: '/risk' })) {
      await visit(look, path)
      await look.waitForTimeout(400)
      await look.screenshot({ path: join(shots, `${name}-${sizes[size].width}-${language}-${theme}.png`), fullPage: size !== 'wall' })
      found.push(...(await barriers(look)).map((what) => `${name}: ${what}`))
      // On the wall all of the board is seen at once.
      if (name === 'room' && size === 'wall') expect(await look.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0)
    }
    await own.close()
    expect(found).toStrictEqual([])
  }, 180_000)

  it('no page complained', () => expect(complaints.filter((line) => !/status of 4(?:03|04|12)/.test(line))).toStrictEqual([]))
})
