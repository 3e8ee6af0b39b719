import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CaseView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { picture } from '../fixtures/hostile/files.ts'
import { barriers, chromium, launched, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const widths = { 375: { width: 375, height: 812 }, 1440: { width: 1440, height: 900 }, 1920: { width: 1920, height: 1080 } }
const handler = 'lu-mingyuan', colleague = 'zhu-qing', head = 'tang-shuyi', leader = 'shen-wei', clerk = 'jiang-xiaolan'
let county: County, browser: Browser, numbered = 0
const complaints: string[] = [], contexts: BrowserContext[] = [], cookies = new Map<string, string>(), sheets = new Map<string, Page>()
/** Answers that were wanted: somebody was there first, or a word that is not taken. */
const wanted = /status of (409|412|422)/

const cookieOf = async (person: string) => { if (!cookies.has(person)) cookies.set(person, await being(county.url, person)); return cookies.get(person)! }
const open = async (person: string, size: keyof typeof widths = 1440, look?: Look): Promise<Page> => {
  const [context, page] = await opened(browser, county.url, { viewport: widths[size], cookie: await cookieOf(person), complaints, ...(look && { look }) })
  contexts.push(context)
  return page
}
const caseAt = (id: string) => county.read<CaseView>(`/api/cases/${encodeURIComponent(id)}`)
const factsOf = async (id: string) => (await caseAt(id)).facts.map(({ type }) => type)
const says = async (person: string, id: string, command: string, body: object) => {
  const answer = await fetch(`${county.url}/api/cases/${id}/${command}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', cookie: await cookieOf(person), 'idempotency-key': `${command} ${id} ${person}` } })
  expect(answer.status, `${command} by ${person}: ${await answer.clone().text()}`).toBe(200)
}
/** As the window hands it on. */
async function handedIn(itemCode: string): Promise<string> {
  const id = `990100-DESK-${String(++numbered).padStart(4, '0')}`
  await says(clerk, id, 'submit-application', { itemCode, hall: 'mingjing', channel: 'window', applicantId: `a-desk-${numbered}`, organisation: `明镜县试办${numbered}号店` })
  return id
}
/** 桌前 — somebody before a case, at their own desk, in a session of their own. */
async function at(person: string, id: string): Promise<Page> {
  const page = sheets.get(person) ?? await open(person)
  sheets.set(person, page)
  await page.goto(`${county.url}/desk?case=${id}`)
  await page.waitForSelector(`.work[data-case="${id}"] .do`)
  return page
}
const fact = (id: string, type: string, times = 1) => vi.waitFor(async () => expect((await factsOf(id)).filter((one) => one === type)).toHaveLength(times), { timeout: 10_000, interval: 150 })
const primary = (page: Page) => page.locator('.work .say button.pri, .work .say button:not([type=button])').first()
const choose = async (page: Page, command: string) => {
  const button = page.locator(`.work [data-command="${command}"]`)
  if (!await button.isVisible()) await page.locator('.work details summary').click()
  await button.click()
}
/** By the keyboard: a usual opinion by its digit, and off it goes. */
async function opines(page: Page, digit: string) {
  await page.locator('.work .us button').first().focus()
  await page.keyboard.press(digit)
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA' && (document.activeElement as HTMLTextAreaElement).value !== '')
  await page.keyboard.press('Control+Enter')
}
const picked = (page: Page, label: string) => page.locator('.work .say label.pick', { hasText: label }).click()

describe.skipIf(!chromium)('工作台', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
  }, 270_000)
  afterAll(async () => {
    for (const context of contexts) await context.close()
    await browser?.close()
    await county?.close()
  })
  afterEach(() => {
    const unwanted = complaints.splice(0).filter((one) => !wanted.test(one))
    expect(unwanted).toStrictEqual([])
  })

  it('a promised case goes from acceptance to delivery, sent back once on its way, each step said by whose it is', async () => {
    const id = await handedIn('MJ-WJ-0114')
    const desk = await at(handler, id)
    expect(await primary(desk).innerText()).toContain('受理')
    await desk.keyboard.press('Control+Enter')
    await fact(id, 'CaseAccepted')
    // What is said leaves the next one before one; this case is still theirs.
    await at(handler, id)
    expect(await primary(desk).innerText()).toContain('送唐书仪审核')
    await opines(desk, '2')
    await fact(id, 'HandlingCompleted')
    await desk.waitForFunction((id) => document.querySelector<HTMLElement>('.work')?.dataset['case'] !== id, id)
    const reviewing = await at(head, id)
    expect(await reviewing.locator('.list [data-row]').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['row']))).toContain(id)
    await picked(reviewing, '退回')
    expect(await primary(reviewing).innerText()).toContain('审核：退回')
    await reviewing.locator('.work textarea').fill('检测报告缺页，请补。')
    await reviewing.keyboard.press('Control+Enter')
    await fact(id, 'ReviewCompleted')
    await at(handler, id)
    await desk.waitForSelector(`[data-row="${id}"] .tag`)
    expect(await desk.locator(`[data-row="${id}"] .tag`).innerText()).toContain('退回 1 次')
    await opines(desk, '1')
    await fact(id, 'HandlingCompleted', 2)
    await at(head, id)
    await opines(reviewing, '1')
    await fact(id, 'ReviewCompleted', 2)
    const approving = await at(leader, id)
    await opines(approving, '1')
    await fact(id, 'ApprovalGiven')
    await at(leader, id)
    expect(await primary(approving).innerText()).toContain('决定：准予')
    await approving.keyboard.press('Control+Enter')
    await fact(id, 'LicenceGranted')
    await at(handler, id)
    await desk.keyboard.press('Control+Enter')
    await fact(id, 'CaseConcluded')
    const window = await at(clerk, id)
    expect(await primary(window).innerText()).toContain('送达')
    await window.keyboard.press('Control+Enter')
    await fact(id, 'ResultDelivered')
    expect((await factsOf(id)).filter((type) => type !== 'NoticeSent')).toStrictEqual(['ApplicationSubmitted', 'CaseAccepted', 'HandlingCompleted', 'ReviewCompleted', 'HandlingCompleted', 'ReviewCompleted',
      'ApprovalGiven', 'LicenceGranted', 'CaseConcluded', 'ResultDelivered'])
  }, 360_000)

  it('a special procedure is started and ended; what may not be done meanwhile is not offered, or says why', async () => {
    const id = await handedIn('MJ-WJ-0114')
    await says(clerk, id, 'accept-case', {})
    const desk = await at(handler, id)
    await choose(desk, 'start-special-procedure')
    await primary(desk).click()
    // Field by field, and nothing was sent.
    expect(await desk.locator('.work .say .wrong').allInnerTexts()).toStrictEqual(['要填'])
    await desk.getByLabel('计划几个工作日').fill('三')
    expect(await desk.locator('.work .say .wrong').count()).toBe(1)
    await desk.getByLabel('计划几个工作日').fill('5')
    await primary(desk).click()
    await fact(id, 'SpecialProcedureStarted')
    await at(handler, id)
    expect(await desk.locator('.work .lt.pill').first().innerText()).toContain('停表')
    expect(await desk.locator('.work [data-command="complete-handling"]').count()).toBe(0)
    expect(await desk.locator('[data-refused="special-procedure-running"]').first().innerText()).toContain('特别程序')
    await desk.getByLabel('结果').fill('检测合格')
    await desk.keyboard.press('Control+Enter')
    await fact(id, 'SpecialProcedureEnded')
    // Started by pressing once, however often it was pressed.
    expect((await factsOf(id)).filter((type) => type.startsWith('Special'))).toStrictEqual(['SpecialProcedureStarted', 'SpecialProcedureEnded'])
  }, 360_000)

  it('a refusal has its reason, its basis and its remedies, or is not said', async () => {
    const id = await handedIn('MJ-WJ-0114')
    await says(clerk, id, 'accept-case', {})
    await says(handler, id, 'complete-handling', { opinion: '不符合' })
    await says(head, id, 'review-case', { opinion: '属实', result: 'pass' })
    await says(leader, id, 'approve-case', { opinion: '不予', result: 'refuse' })
    const desk = await at(leader, id)
    // Approved as a refusal, it cannot be granted: only what would be heard is there to choose.
    expect(await desk.locator('.work .say label.pick').allInnerTexts()).toStrictEqual(['不予'])
    await desk.keyboard.press('Control+Enter')
    expect(await desk.locator('.work .say .wrong').allInnerTexts()).toStrictEqual(['要填', '要填'])
    await desk.getByLabel('理由').fill('场所条件不符合规定标准')
    await desk.getByLabel('依据').fill('公共场所卫生管理条例第四条')
    expect(await desk.getByLabel('救济途径').inputValue()).toContain('行政复议')
    await desk.keyboard.press('Control+Enter')
    await fact(id, 'LicenceRefused')
  }, 360_000)

  it('a joint case waits for the opinion of every department, asked and given at their own desks', async () => {
    const id = await handedIn('MJ-SC-0291')
    const item = await county.read<{ rows: { department: string; coHandlers: { department: string; officers: string[] }[]; officers: string[] }[] }>(`/api/collections/items?where=${encodeURIComponent(JSON.stringify({ shortName: (await caseAt(id)).itemName }))}`)
    const { officers, coHandlers } = item.rows[0]!, lead = officers.find((person) => person === 'yan-bei') ?? officers[0]!
    await says(lead, id, 'accept-case', {})
    const desk = await at(lead, id)
    for (let n = 1; n <= coHandlers.length; n++) {
      await at(lead, id)
      await choose(desk, 'open-sub-case')
      const select = desk.locator('.work .say select')
      if (await select.count()) await select.selectOption({ index: 1 })
      else await desk.locator('.work .say label.pick').first().click()
      await primary(desk).click()
      await fact(id, 'SubCaseOpened', n)
    }
    await at(lead, id)
    expect(await desk.locator('.work .sub').count()).toBe(coHandlers.length)
    for (const [n, { officers }] of coHandlers.entries()) {
      const beside = await at(officers.find((person) => person !== lead) ?? officers[0]!, id)
      expect(await primary(beside).innerText()).toContain('出具协办意见')
      await beside.locator('.work textarea').fill('同意，符合本部门条件。')
      await beside.keyboard.press('Control+Enter')
      await fact(id, 'SubOpinionGiven', n + 1)
    }
  }, 360_000)

  it('somebody changed this: theirs and mine side by side, nothing written is lost, and it goes as things stand now', async () => {
    const id = await handedIn('MJ-WJ-0114')
    await says(clerk, id, 'accept-case', {})
    const desk = await at(handler, id)
    await desk.locator('.work textarea').fill('经核查，符合条件，拟准予。')
    await desk.waitForFunction(() => document.querySelector('.work .op .hd')!.textContent!.includes('已存'))
    await says(leader, id, 'urge-case', { number: 'e2e-1', reason: '申请人下午再来' })
    await desk.keyboard.press('Control+Enter')
    const dialog = desk.getByRole('dialog')
    // It opens at once, and says what theirs is as soon as that has been read again.
    await vi.waitFor(async () => expect(await dialog.innerText()).toMatch(/催办[\s\S]*申请人下午再来[\s\S]*经核查，符合条件，拟准予。/), { timeout: 15_000 })
    expect(await barriers(desk)).toStrictEqual([])
    await dialog.getByRole('button', { name: '按现在的情形再提交' }).click()
    await fact(id, 'HandlingCompleted')
    expect((await caseAt(id)).facts.at(-1)!.data['opinion']).toBe('经核查，符合条件，拟准予。')
  }, 360_000)

  it('what is written is there again after the page was left, and only for whoever wrote it', async () => {
    const id = await handedIn('MJ-WJ-0114')
    await says(clerk, id, 'accept-case', {})
    const desk = await at(handler, id)
    await desk.locator('.work textarea').fill('写到一半')
    await desk.waitForFunction(() => document.querySelector('.work .op .hd')!.textContent!.includes('已存'))
    await at(handler, id)
    await vi.waitFor(async () => expect(await desk.locator('.work textarea').inputValue()).toBe('写到一半'), { timeout: 5_000 })
    const other = await at(colleague, id)
    expect(await other.locator('.work textarea').inputValue()).toBe('')
  }, 360_000)

  it('a file is handed in and looked at beside the opinion, and what one writes often is kept for the next time', async () => {
    const id = await handedIn('MJ-WJ-0114')
    await says(clerk, id, 'accept-case', {})
    const desk = await at(handler, id)
    await desk.locator('.work input[type=file]').setInputFiles({ name: '现场照片.png', mimeType: 'image/png', buffer: await picture('png') })
    await fact(id, 'DocumentAttached')
    await desk.locator('.work .mt button', { hasText: '现场照片' }).click()
    const drawer = desk.getByRole('dialog')
    await drawer.locator('img').evaluate((image: HTMLImageElement) => image.decode())
    await drawer.getByRole('button', { name: '放大' }).click()
    await drawer.getByRole('button', { name: '转 90°' }).click()
    expect(await drawer.locator('img').getAttribute('class')).toContain('t1')
    expect(await barriers(desk)).toStrictEqual([])
    await desk.keyboard.press('Escape')
    await desk.locator('.work textarea').fill('设备完好，检测合格，拟准予，有效期四年。')
    await desk.getByRole('button', { name: '存为常用' }).click()
    await desk.locator('.work .us button', { hasText: '有效期四年' }).waitFor()
    await desk.locator('.work textarea').fill('')
    await opines(desk, '1')
    await fact(id, 'HandlingCompleted')
    expect((await caseAt(id)).facts.at(-1)!.data['opinion']).toBe('设备完好，检测合格，拟准予，有效期四年。')
  }, 360_000)

  it('rows are walked and opened by keys, the figures open their lists, and the list says what is left', async () => {
    const desk = await open(handler)
    await desk.goto(`${county.url}/desk`)
    await desk.waitForSelector('.work .do')
    const chosen = () => desk.locator('tr.sel').getAttribute('data-row')
    const first = await chosen()
    await desk.keyboard.press('j')
    await desk.waitForFunction((first) => document.querySelector<HTMLElement>('tr.sel')?.dataset['row'] !== first, first)
    await desk.keyboard.press('k')
    await desk.waitForFunction((first) => document.querySelector<HTMLElement>('tr.sel')?.dataset['row'] === first, first)
    await desk.waitForSelector(`.work[data-case="${first}"] .do`)
    await desk.keyboard.press('l')
    await desk.getByRole('dialog').waitFor()
    expect(await barriers(desk)).toStrictEqual([])
    await desk.keyboard.press('Escape')
    await vi.waitFor(async () => {
      const { counts } = await (await fetch(`${county.url}/api/desk`, { headers: { cookie: await cookieOf(handler) } })).json() as { counts: Record<string, number> }
      const heads = await desk.locator('.gh th').evaluateAll((all) => all.map((one) => Number(one.textContent!.replace(/\D/g, ''))))
      expect(heads.reduce((sum, n) => sum + n, 0)).toBe(counts['mine'])
    }, { timeout: 10_000, interval: 300 })
    const month = desk.getByRole('button', { name: /办结，打开列表/ }), all = Number(/\d+/.exec(await month.innerText())![0])
    await month.click()
    expect(await desk.getByRole('dialog').locator('li').count()).toBe(all)
    await desk.keyboard.press('Escape')
    await desk.keyboard.press('Escape')
    await desk.locator('tr.sel a').focus()
    await desk.keyboard.press('Enter')
    await desk.waitForURL(/\/cases\//)
  }, 360_000)

  it('is read at every width, in both languages and all colours, by whoever needs it', async () => {
    const id = await handedIn('MJ-WJ-0114')
    await says(clerk, id, 'accept-case', {})
    const look = async (name: string, person: string, size: keyof typeof widths, path: string, look: Look) => {
      const page = await open(person, size, look)
      await page.goto(county.url + path)
      await page.waitForSelector(path.includes('case=') || size !== 375 ? '.work .do, .pane .mut' : '.list [data-row]')
      await page.waitForTimeout(300)
      expect(await barriers(page), name).toStrictEqual([])
      await page.screenshot({ path: join(shots, `desk-${name}.png`), fullPage: true })
      await contexts.pop()!.close()
    }
    const zh: Look = { language: 'zh', theme: 'light' }
    await look('1440', handler, 1440, `/desk?case=${id}`, zh)
    await look('1920-en-wall', handler, 1920, `/desk?case=${id}`, { language: 'en', theme: 'wall' })
    await look('375', handler, 375, '/desk', zh)
    await look('375-case-en-contrast', handler, 375, `/desk?case=${id}`, { language: 'en', theme: 'contrast' })
    await look('1440-head-en', head, 1440, '/desk', { language: 'en', theme: 'light' })
    await look('1920-leader', leader, 1920, '/desk', zh)
  }, 360_000)
})
