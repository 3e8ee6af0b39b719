import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { creditCode, organisationCode } from '../../simulations/applicants.ts'
import { being } from '../cli/mingjian.ts'
import { pdf, texts } from '../fixtures/hostile/files.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const sizes = { phone: { width: 375, height: 812 }, desk: { width: 1440, height: 900 }, wall: { width: 1920, height: 1080 } }
const code = 'MJ-WJ-0999', path = `/items/${code}`
const clerk = 'jiang-xiaolan'
let county: County, browser: Browser, context: BrowserContext, page: Page, cookie: string
const complaints: string[] = []
async function open(viewport: { width: number; height: number }, whose: string, look?: Look): Promise<[BrowserContext, Page]> {
  const [own, found] = await opened(browser, county.url, { viewport, cookie: whose, complaints, ...(look && { look }) })
  found.setDefaultTimeout(25_000)
  return [own, found]
}
const read = async <T>(at: string, whose = cookie) => await (await fetch(county.url + at, { headers: { cookie: whose } })).json() as T
const faults = () => page.locator('.say li')
const blank = pdf({ catalog: '/Lang (zh)' }), sample = pdf({ catalog: '/Lang (zh) /Form 2' })
type Versions = { versions: { version: number; promisedWorkingDays: number; flow: string[]; form: { id: string; kind: string }[]; materials: { name: string }[]; proposal?: number; by: string }[]; unpinned: number }

describe.skipIf(!chromium)('事项编辑', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    cookie = await being(county.url, 'he-zhen')
    browser = await launched()
    ;[context, page] = await open(sizes.desk, cookie)
  }, 270_000)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await county?.close()
  })

  it('from nothing: what is still wrong stands at its place until nothing is, then it is published, and a case is handled by it', async () => {
    await page.goto(`${county.url}/items`)
    await page.waitForSelector('[data-row]')
    const known = await page.locator('[data-row]').count()
    expect((await page.textContent('h1'))!.match(/\d+/)![0]).toBe(String(known))
    await page.keyboard.press('j')
    expect(await page.evaluate(() => document.activeElement?.closest('[data-row]') !== null)).toBe(true)
    await page.getByRole('button', { name: '新编事项' }).click()
    await page.fill('#n-code', 'MJ-WJ-0114')
    expect(await page.textContent('dialog')).toContain('这个编码已经有了')
    await page.fill('#n-code', code)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${path}`)
    await vi.waitFor(async () => expect(await faults().count()).toBeGreaterThan(2), { timeout: 5_000 })
    await page.screenshot({ path: join(shots, 'items-new-1440.png'), fullPage: true })
    // Each fault leads to its field.
    await page.locator('.say li a').first().click()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('at-legalName')
    await page.keyboard.type('游泳场所卫生许可（新办）')
    await page.fill('#at-shortName', '游泳场所卫生许可')
    await page.selectOption('#at-department', '卫生健康局')
    await page.fill('#at-statutoryWorkingDays', '20')
    await page.fill('#at-promisedWorkingDays', '25')
    await vi.waitFor(async () => expect(await page.textContent('#m-promisedWorkingDays')).toBe('承诺期限不得长于法定期限'), { timeout: 5_000 })
    await page.fill('#at-promisedWorkingDays', '8')
    await page.getByLabel('陆明远').check()
    await page.locator('#at-officers summary').click()
    await page.locator('#at-officers').getByLabel('江晓岚').check()
    await page.fill('#at-visits', '1')
    await page.fill('#at-validity', '四年')
    await page.getByRole('button', { name: '加一项材料' }).click()
    await page.fill('#at-materials\\.0\\.name', '许可申请书')
    await blankForms()
    await page.getByRole('button', { name: '加一项政策依据' }).click()
    await page.fill('#at-legalBasis\\.0\\.statute', '公共场所卫生管理条例')
    await page.fill('#at-legalBasis\\.0\\.clause', '第四条')
    await form()
    await flow()
    await vi.waitFor(async () => expect(await page.textContent('.say')).toContain('可以发布'), { timeout: 5_000 })
    await page.screenshot({ path: join(shots, 'items-ready-1440.png'), fullPage: true })
    await page.getByRole('button', { name: '发布第 1 版' }).click()
    await page.locator('dialog').getByRole('button', { name: '发布第 1 版', exact: true }).click()
    await page.waitForSelector('[data-version="1"]')
    const { versions: [published] } = await read<Versions>(`/api/items/${code}/versions`)
    const { materials: [guided] } = await read<{ materials: { blankForm: string; sampleForm: string }[] }>(`/api/public/items/${code}`, ''), anybody = await fetch(`${county.url}/api/public/items/${code}/forms/${guided!.blankForm}`)
    expect([anybody.status, Buffer.from(await anybody.arrayBuffer()).equals(blank), anybody.headers.get('cache-control')]).toStrictEqual([200, true, 'public, max-age=31536000, immutable'])
    expect(published).toMatchObject({ version: 1, promisedWorkingDays: 8, flow: ['handling', 'reviewing', 'approving'], materials: [{ name: '许可申请书' }], form: [{ kind: 'choice' }, { kind: 'number' }], by: 'he-zhen' })
    await used()
  }, 180_000)
  /** 样表: chosen, dropped and pasted, replaced and removed; what is not taken is said at its place, and what takes long shows how far it is. */
  async function blankForms() {
    const slot = (kind: string) => page.locator(`[data-slot=${kind}]`), file = (buffer: Buffer, name: string) => ({ name, mimeType: 'application/pdf', buffer }), href = () => slot('sampleForm').locator('.nm a').getAttribute('href')
    const carried = (buffer: Buffer, name: string) => page.evaluateHandle(([bytes, name]) => { const data = new DataTransfer(); data.items.add(new File([Uint8Array.from(bytes as number[])], name as string, { type: 'application/pdf' })); return data }, [[...buffer], name])
    await slot('blankForm').locator('input').setInputFiles(file(texts()['html']!, '样表.pdf'))
    await slot('blankForm').getByText('不收网页、SVG 和 XML').waitFor()
    await page.route('**/forms', async (route) => { await new Promise((done) => setTimeout(done, 1_600)); await route.continue() })
    await slot('blankForm').locator('input').setInputFiles(file(blank, '空白表.pdf'))
    await slot('blankForm').locator('progress').waitFor()
    await page.screenshot({ path: join(shots, 'items-form-going-1440.png') })
    expect(await barriers(page)).toStrictEqual([])
    // It goes to the material for which it was begun, wherever that stands by then.
    await page.getByRole('button', { name: '加一项材料' }).click()
    await page.focus('#at-materials\\.0\\.name')
    await page.keyboard.press('Alt+ArrowDown')
    await slot('blankForm').nth(1).locator('.nm a:has-text("PDF")').waitFor()
    expect([await page.inputValue('#at-materials\\.1\\.name'), await slot('blankForm').nth(0).locator('.nm a').count()]).toStrictEqual(['许可申请书', 0])
    await page.getByRole('button', { name: '去掉材料第 1 项' }).click()
    await page.unroute('**/forms')
    expect(await slot('blankForm').locator('[role=alert] p').count()).toBe(0)
    await slot('sampleForm').dispatchEvent('drop', { dataTransfer: await carried(blank, '拖来的.pdf') })
    await slot('sampleForm').locator('.nm a').waitFor()
    const dropped = await href()
    await slot('sampleForm').locator('input').evaluate((input, data) => { input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })) }, await carried(sample, '贴来的.pdf'))
    await vi.waitFor(async () => expect(await href()).not.toBe(dropped), { timeout: 5_000 })
    await slot('sampleForm').getByRole('button', { name: '去掉许可申请书的填写文例' }).click()
    expect([await slot('sampleForm').locator('.nm a').count(), await page.evaluate(() => document.activeElement?.id)]).toStrictEqual([0, 'at-materials.0.sampleForm'])
    await slot('sampleForm').locator('input').setInputFiles(file(sample, '文例.pdf'))
    await slot('sampleForm').locator('.nm a').waitFor()
    // Nobody has published it: the centre may look at it, the public may not.
    expect(await page.locator('[data-preview=citizen] a[data-form]').count()).toBe(2)
    const draft = (await slot('blankForm').locator('.nm a').getAttribute('href'))!.replace('?inline=1', ''), open = draft.replace('/api/', '/api/public/')
    expect([(await fetch(county.url + draft, { headers: { cookie } })).status, (await fetch(county.url + draft)).status, (await fetch(county.url + open)).status]).toStrictEqual([200, 401, 404])
    await slot('blankForm').scrollIntoViewIfNeeded()
    await page.screenshot({ path: join(shots, 'items-forms-1440.png') })
  }
  /** What is downloaded at a page is, byte for byte, what was handed in. */
  async function downloaded(at: Page, kind: string): Promise<Buffer> {
    const [file] = await Promise.all([at.waitForEvent('download'), at.locator(`a[data-download=${kind}]`).first().click()])
    expect(file.suggestedFilename()).toMatch(/^许可申请书（(?:空白样表|填写文例)）\.pdf$/)
    return readFileSync(await file.path())
  }
  /** Two fields, the second of which is shown only where the first is answered so; moved by the keyboard alone. */
  async function form() {
    const add = page.getByRole('button', { name: '加一项字段' })
    await add.click()
    await page.fill('#at-form\\.0\\.label', '泳池个数')
    await page.selectOption('#at-form\\.0\\.kind', 'number')
    await add.click()
    await page.fill('#at-form\\.1\\.label', '场所类别')
    await page.selectOption('#at-form\\.1\\.kind', 'choice')
    await page.fill('#at-form\\.1\\.options', '人工泳池\n天然泳场')
    await page.focus('#at-form\\.1\\.label')
    await page.keyboard.press('Alt+ArrowUp')
    await vi.waitFor(async () => expect(await page.inputValue('#at-form\\.0\\.label')).toBe('场所类别'))
    const second = page.locator('li', { has: page.locator('#at-form\\.1\\.label') })
    await second.locator('summary').click()
    await page.selectOption('#w-1', { label: '场所类别' })
    await page.selectOption('#v-1', '人工泳池')
    await second.getByLabel('必填').check()
    await page.getByRole('button', { name: '窗口看到的' }).click()
    const preview = page.locator('[data-preview=clerk]')
    expect(await preview.getByText('泳池个数').count()).toBe(0)
    await preview.getByLabel('人工泳池').check()
    await preview.getByText('泳池个数').waitFor()
    await page.getByRole('button', { name: '群众看到的' }).click()
    expect(await page.textContent('[data-preview=citizen] dl')).toMatch(/8 个工作日办结.*不收费.*跑 1 趟.*四年/s)
  }
  /** Drawn: put in a wrong order it says so at the box; the arrow keys put it right, and so does dragging. */
  async function flow() {
    await page.getByRole('button', { name: '加「批准」' }).click()
    await page.focus('[data-step=approving]')
    await page.keyboard.press('ArrowLeft')
    const wrong = page.locator('g.step.wrong')
    await vi.waitFor(async () => expect(await wrong.count()).toBe(1), { timeout: 5_000 })
    expect(await wrong.getAttribute('aria-label')).toContain('环节须按承办、审核、批准的次序')
    const from = (await page.locator('[data-step=approving]').boundingBox())!
    await page.mouse.move(from.x + 40, from.y + 30)
    await page.mouse.down()
    await page.mouse.move(from.x + 210, from.y + 30, { steps: 5 })
    await page.mouse.up()
    await vi.waitFor(async () => expect(await page.locator('g.step').evaluateAll((all) => all.map((one) => (one as unknown as HTMLElement).dataset['step']))).toStrictEqual(['handling', 'reviewing', 'approving']))
    await vi.waitFor(async () => expect(await wrong.count()).toBe(0), { timeout: 5_000 })
  }
  /** Used at the window: its form is drawn for the clerk, a wrong answer is said at its field, and the case is finished at the desks of those whom the item names. */
  async function used() {
    const [atWindow, sheet] = await open(sizes.desk, await being(county.url, clerk)), firm = creditCode(`91990100${organisationCode('MA9E9001')}`)
    await sheet.goto(`${county.url}/window`)
    await sheet.waitForSelector('#w-items [role=option]')
    await sheet.fill('#w-who', firm)
    await sheet.press('#w-who', 'Enter')
    await sheet.waitForSelector('#w-who-firm')
    await sheet.fill('#w-who-firm', '明镜县碧波游泳馆')
    await sheet.keyboard.press('Enter')
    await sheet.fill('#w-item', code)
    await sheet.press('#w-item', 'Enter')
    const form = sheet.locator('[data-form]')
    await form.getByLabel('人工泳池').waitFor()
    expect(await form.getByLabel('泳池个数').count()).toBe(0)
    await form.getByLabel('人工泳池').check()
    await form.getByLabel('泳池个数').fill('三个')
    expect([(await downloaded(sheet, 'blankForm')).equals(blank), (await downloaded(sheet, 'sampleForm')).equals(sample)]).toStrictEqual([true, true])
    await sheet.getByRole('button', { name: '全部收到' }).click()
    await sheet.getByRole('button', { name: /^受理/ }).click()
    await form.locator('[role=alert] a', { hasText: '泳池个数' }).waitFor()
    await sheet.screenshot({ path: join(shots, 'items-used-wrong-1440.png'), fullPage: true })
    expect(await barriers(sheet)).toStrictEqual([])
    await form.getByLabel('泳池个数').fill('3')
    for (const [name, size] of Object.entries(sizes)) {
      await sheet.setViewportSize(size)
      expect(await barriers(sheet), name).toStrictEqual([])
      await sheet.screenshot({ path: join(shots, `items-used-${size.width}.png`), fullPage: true })
    }
    await sheet.setViewportSize(sizes.desk)
    await sheet.getByRole('button', { name: /^受理/ }).click()
    await sheet.waitForSelector('#w-done')
    const id = /\d{6}-\d{8}-\d{4}/.exec(await sheet.locator('#w-done').innerText())![0]
    await vi.waitFor(async () => expect((await read<{ items: { code: string; open: number }[] }>('/api/items')).items.find((one) => one.code === code)!.open).toBe(1), { timeout: 5_000 })
    await finished(id)
    await atWindow.close()
  }
  /** At three desks, by the steps that were drawn. */
  async function finished(id: string) {
    const factsOf = async () => (await county.read<{ facts: { type: string }[] }>(`/api/cases/${id}`)).facts.map(({ type }) => type)
    const opines = async (person: string, type: string, opinion: string | undefined) => {
      const [own, desk] = await open(sizes.desk, await being(county.url, person))
      await desk.goto(`${county.url}/desk?case=${id}`)
      await desk.waitForSelector(`.work[data-case="${id}"] .do`)
      if (type === 'HandlingCompleted') {
        await desk.locator('.work a[data-form=blankForm]').waitFor()
        await desk.screenshot({ path: join(shots, 'items-desk-forms-1440.png') })
      }
      if (opinion !== undefined) await desk.locator('.work textarea').fill(opinion)
      await desk.keyboard.press('Control+Enter')
      await vi.waitFor(async () => expect(await factsOf()).toContain(type), { timeout: 10_000, interval: 150 })
      await own.close()
    }
    await answersShown(id)
    await opines('lu-mingyuan', 'HandlingCompleted', '三个人工泳池，水质检测合格，拟准予。')
    await opines('tang-shuyi', 'ReviewCompleted', '同意。')
    await opines('shen-wei', 'ApprovalGiven', '同意。')
    await opines('shen-wei', 'LicenceGranted', undefined)
    await opines('lu-mingyuan', 'CaseConcluded', undefined)
    expect((await factsOf()).filter((type) => type !== 'NoticeSent')).toStrictEqual(['ApplicationSubmitted', 'MaterialsReceived', 'CaseAccepted', 'HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven', 'LicenceGranted', 'CaseConcluded'])
  }
  /** 启看 — who handles it reads the answers beside their questions, for a purpose; nobody's page has them before. */
  async function answersShown(id: string) {
    const [own, look] = await open(sizes.desk, await being(county.url, 'lu-mingyuan'))
    await look.goto(`${county.url}/cases/${id}`)
    const materials = look.locator('section[aria-labelledby=materials]')
    await materials.locator('a[data-download=blankForm]').waitFor()
    expect((await downloaded(look, 'blankForm')).equals(blank)).toBe(true)
    await materials.screenshot({ path: join(shots, 'items-case-forms-1440.png') })
    await look.locator('.chip.seal').click()
    expect(await look.textContent('dialog')).not.toContain('泳池个数')
    await look.getByRole('dialog').getByLabel('事由').fill('审查申请表')
    await look.keyboard.press('Enter')
    await look.waitForSelector('dialog dt:has-text("泳池个数")')
    expect(await look.locator('dialog dl').innerText()).toMatch(/场所类别\s+人工泳池\s+泳池个数\s+3/)
    expect(await barriers(look)).toStrictEqual([])
    await look.screenshot({ path: join(shots, 'items-answers-1440.png') })
    await own.close()
  }

  it('other limits say beside themselves what they would touch, as the platform counts it; a draft outlives the page', async () => {
    const busy = (await read<{ items: { code: string; open: number; promisedWorkingDays: number; caseType: string }[] }>('/api/items')).items.filter(({ caseType }) => caseType === 'PROMISED').sort((a, b) => b.open - a.open)[0]!
    await page.goto(`${county.url}/items/${busy.code}`)
    await page.fill('#at-promisedWorkingDays', '2')
    await page.waitForSelector('[data-impact]')
    const shown = async () => Number(await page.getAttribute('[data-impact]', 'data-impact'))
    await vi.waitFor(async () => expect(await shown()).toBe((await read<{ open: number }>(`/api/items/${busy.code}/impact?promised=2`)).open), { timeout: 8_000 })
    await page.waitForSelector('[data-change=promisedWorkingDays]')
    await page.screenshot({ path: join(shots, 'items-impact-1440.png'), fullPage: true })
    await vi.waitFor(async () => expect(await page.textContent('main')).toMatch(/已存在这台电脑/), { timeout: 5_000 })
    await page.reload()
    await vi.waitFor(async () => expect(await page.inputValue('#at-promisedWorkingDays')).toBe('2'), { timeout: 8_000 })
    await page.getByRole('button', { name: '不要草稿，从现行版重来' }).click()
    await vi.waitFor(async () => expect(await page.inputValue('#at-promisedWorkingDays')).toBe(String(busy.promisedWorkingDays)))
  }, 120_000)

  it('a handler proposes, the centre takes it up and publishes; who only watches reads', async () => {
    const [own, look] = await open(sizes.desk, await being(county.url, 'lu-mingyuan'))
    await look.goto(county.url + path)
    await look.waitForSelector('#at-promisedWorkingDays')
    await look.fill('#at-promisedWorkingDays', '6')
    await look.getByRole('button', { name: '提议', exact: true }).click()
    await look.fill('#why', '检测可在窗口预约，八天可减为六天')
    await look.locator('dialog').getByRole('button', { name: '提议', exact: true }).click()
    await look.waitForSelector('text=检测可在窗口预约，八天可减为六天')
    await own.close()
    await page.goto(`${county.url}/items?proposed=1`)
    await page.waitForSelector(`[data-row] a[data-id="${code}"]`)
    await page.click(`a[data-id="${code}"]`)
    await page.getByRole('link', { name: '拿来改' }).click()
    await vi.waitFor(async () => expect(await page.inputValue('#at-promisedWorkingDays')).toBe('6'), { timeout: 5_000 })
    await page.getByRole('button', { name: '发布第 2 版' }).click()
    await page.locator('dialog').getByRole('button', { name: '发布第 2 版', exact: true }).click()
    await page.waitForSelector('[data-version="2"]')
    expect((await read<Versions>(`/api/items/${code}/versions`)).versions[0]).toMatchObject({ version: 2, promisedWorkingDays: 6, proposal: 1 })
    const [theirs, inspector] = await open(sizes.desk, await being(county.url, 'chen-jingzhi'))
    await inspector.goto(county.url + path)
    await inspector.waitForSelector('[data-version="2"]')
    expect(await inspector.locator('input:not([type=search])').count()).toBe(0)
    await theirs.close()
  }, 120_000)

  it.each(looks([['phone', 'zh', ['light', 'contrast']], ['desk', 'en', ['light', 'wall', 'contrast']], ['wall', 'zh', ['wall']]] as const))('on the %s in %s nothing stands in the way of anybody: %s', async (size, language, themes) => {
    const found: string[] = []
    for (const theme of themes) {
      const [own, look] = await open(sizes[size], cookie, { language, theme })
      for (const [name, at] of [['items', '/items'], ['item', path], ['version', `${path}?version=1`]] as const) {
        await look.goto(county.url + at)
        await look.waitForSelector(name === 'items' ? '[data-row]' : '[data-version]')
        if (name === 'item') await look.waitForSelector('.say p:not(.mut)')
        if (theme === themes[0]) await look.screenshot({ path: join(shots, `${name}-${sizes[size].width}-${language}.png`), fullPage: true })
        found.push(...(await barriers(look)).map((what) => `${name} ${size} ${language} ${theme}: ${what}`))
      }
      await own.close()
    }
    expect(found).toStrictEqual([])
  }, 180_000)

  it('no page complained', () => expect(complaints.filter((line) => !/status of (?:404|409|415|422)/.test(line))).toStrictEqual([]))
})
