import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { default as qrs } from 'jsqr'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CaseView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { picture, pdf } from '../fixtures/hostile/files.ts'
import { creditCode, organisationCode, residentId } from '../../simulations/applicants.ts'
import { readCode128 } from '../oracles/code128.ts'
import { localText } from '../../ui/late.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const widths = { 375: { width: 375, height: 812 }, 1440: { width: 1440, height: 900 }, 1920: { width: 1920, height: 1080 } }
const clerk = 'jiang-xiaolan', secondsPerKey = 0.2
let county: County, browser: Browser, cookie: string, context: BrowserContext, page: Page, keys = 0
const complaints: string[] = []
/** Answers that were wanted: a number that is none, and a line that was cut. */
const wanted = /status of 422|ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket/

const open = async (size: keyof typeof widths = 1440, look?: Look): Promise<[BrowserContext, Page]> => {
  const [own, sheet] = await opened(browser, county.url, { viewport: widths[size], cookie, complaints, ...(look && { look }) })
  await sheet.goto(`${county.url}/window`)
  await sheet.waitForSelector('#w-items [role=option]')
  return [own, sheet]
}
const type = async (text: string) => { keys += [...text].length; await page.keyboard.type(text) }
const press = async (key: string) => { keys += key.split('+').length; await page.keyboard.press(key) }
const focusedOn = (selector: string) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector)
const caseAt = (id: string) => county.read<CaseView>(`/api/cases/${encodeURIComponent(id)}`)
const factsOf = async (id: string) => (await caseAt(id)).facts.map(({ type }) => type)
const doneWith = async () => /\d{6}-\d{8}-\d{4}/.exec(await page.locator('#w-done').innerText())![0]
const firm = (n: number) => creditCode(`91990100${organisationCode(`MA9E${String(n).padStart(4, '0')}`)}`)
/** A new organisation and an item, by keyboard, up to the list of documents. */
async function begin(code: string, name: string, item: string) {
  await focusedOn('#w-who')
  await type(code)
  await press('Enter')
  await page.waitForSelector('#w-who-firm')
  await focusedOn('#w-who-firm')
  await type(name)
  await press('Enter')
  await focusedOn('#w-item')
  await type(item)
  await page.waitForSelector('#w-item-0[aria-selected=true]')
  await press('Enter')
  await focusedOn('#w-all')
}
/** As somebody in the county writes it, so much later. */
const localTime = (at: string, afterMs = 0) => localText(new Date(Date.parse(at) + afterMs).toISOString(), 'Asia/Shanghai')
const says = async (person: string, id: string, command: string, body: object) => {
  const answer = await fetch(`${county.url}/api/cases/${id}/${command}`, { method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', cookie: await being(county.url, person), 'idempotency-key': `${command} ${id} ${person}` } })
  expect(answer.status, `${command} by ${person}: ${await answer.clone().text()}`).toBe(200)
}

describe.skipIf(!chromium)('窗口', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    cookie = await being(county.url, clerk)
  }, 270_000)
  afterAll(async () => {
    await browser?.close()
    await county?.close()
  })
  afterEach(async () => { await context?.close() })

  it('a licence for a new organisation, two attachments and all, by keyboard alone within thirty seconds of typing', async () => {
    [context, page] = await open()
    keys = 0
    await begin(firm(1), '明镜县新禾宾馆', 'ggcs')
    await press('Enter')
    // Two files lie in the folder that the document camera fills.
    const inputs = page.locator('input[type=file]:not([capture])')
    await inputs.nth(0).setInputFiles({ name: '申请书.pdf', mimeType: 'application/pdf', buffer: pdf() })
    await inputs.nth(2).setInputFiles({ name: '平面图.png', mimeType: 'image/png', buffer: Buffer.from(await picture('png')) })
    await press('Control+Enter')
    await page.waitForSelector('#w-done')
    const typed = keys, id = await doneWith(), view = await caseAt(id), types = view.facts.map(({ type }) => type)
    console.log(`窗口：${typed} keystrokes × ${secondsPerKey} s = ${(typed * secondsPerKey).toFixed(1)} s of typing`)
    expect(typed * secondsPerKey).toBeLessThanOrEqual(30)
    expect([types.filter((one) => one === 'ApplicationSubmitted').length, types.filter((one) => one === 'DocumentAttached').length, types.filter((one) => one === 'CaseAccepted').length]).toStrictEqual([1, 2, 1])
    expect(view.applicant?.name).toBe('明镜县新禾宾馆')
    expect(view.facts.find(({ type }) => type === 'MaterialsReceived')!.data['list']).toHaveLength(5)
    expect(types.at(-1)).toBe('NoticeSent')

    // What it says on paper is what the clock says, by another road.
    await page.waitForSelector('.sheet')
    const paper = await page.locator('.sheet').innerText(), due = view.clocks.find(({ name }) => name === 'promised')!.dueOn!, [year, month, day] = due.split('-').map(Number)
    expect(paper).toContain(`${year}年${month}月${day}日`)
    expect(paper).toContain(view.clocks.find(({ name }) => name === 'promised')!.lines.zh.at(-1)!)
    expect(paper).toContain(id)
    expect(paper).toMatch(/账首 [0-9a-f]{8}/)
    await page.getByRole('button', { name: '发查询密码' }).click()
    await page.waitForSelector('.sheet .code')
    const code = (await page.locator('.sheet .code .mono').innerText()).trim()
    expect(code).toMatch(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/)
    // Nowhere in what the house keeps: only that there is one.
    expect(JSON.stringify(await caseAt(id))).not.toContain(code)
    const proof = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载受理凭据' }).click()
    expect((await proof).suggestedFilename()).toBe(`${id}.receipt.json`)

    await page.emulateMedia({ media: 'print' })
    for (const selector of ['.top', '.rail', 'h1', '.bar', '#w-today']) expect(await page.locator(selector).first().isVisible(), selector).toBe(false)
    expect(await page.locator('.sheet').isVisible()).toBe(true)
    await page.pdf({ path: join(shots, 'window-acceptance.pdf'), preferCSSPageSize: true, format: 'A4' })
    await page.screenshot({ path: join(shots, 'window-acceptance-print.png'), fullPage: true })
    await page.emulateMedia({ media: 'screen' })
    await page.keyboard.press('Escape')
    await page.locator('h2#w-done').focus()
    await press('n')
    await focusedOn('#w-who')
  }, 180_000)

  it('a person who has never been here: a wrong number is answered at its field; they are registered from their card, told once what is missing, bring it, and are accepted', async () => {
    [context, page] = await open()
    const number = residentId('99999920910203771'), wrong = `${number.slice(0, 17)}${number.endsWith('X') ? '1' : 'X'}`
    await page.fill('#w-who', wrong)
    await page.press('#w-who', 'Enter')
    await page.waitForSelector('#w-who[aria-invalid=true]')
    expect(await page.locator('#w-who-more').innerText()).toContain('校验码')
    await page.fill('#w-who', number)
    await page.press('#w-who', 'Enter')
    await page.waitForSelector('#w-who-name')
    expect(await page.inputValue('#w-who-number')).toBe(number)
    await page.keyboard.type('欧阳试宁')
    await page.fill('#w-who-phone', '19900001234')
    await page.keyboard.press('Enter')
    await focusedOn('#w-item')
    await page.keyboard.type('失业')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-material="1"]')
    await page.locator('[data-material="0"]').check()
    expect(await page.locator('#w-notice').innerText()).toContain('缺 1 份')
    await page.fill('#w-r0', '缺解除劳动关系证明原件，补交即可')
    await page.screenshot({ path: join(shots, 'window-notice-draft-1440.png'), fullPage: true })
    await page.getByRole('button', { name: /^发一次告知/ }).click()
    await page.waitForSelector('dialog[open]')
    expect(await barriers(page)).toStrictEqual([])
    await page.getByRole('button', { name: '发出并打印告知书' }).click()
    await page.waitForSelector('#w-done')
    const id = await doneWith()
    await page.waitForSelector('.sheet')
    expect(await page.locator('.sheet').innerText()).toMatch(/欧阳试宁：[\s\S]*解除劳动关系证明[\s\S]*缺解除劳动关系证明原件[\s\S]*社会保险法/)
    expect((await caseAt(id)).stage).toBe('SupplementPending')
    expect(JSON.stringify(await caseAt(id))).not.toContain('欧阳试宁') // the inspector's wire has the name under its mask
    await page.pdf({ path: join(shots, 'window-supplement.pdf'), preferCSSPageSize: true, format: 'A4' })

    // They come again: found by name, masked, with this case; the list says what was missing.
    await page.getByRole('button', { name: /^下一位/ }).click()
    await page.fill('#w-who', '欧阳试宁')
    const answer = page.waitForResponse((response) => response.url().endsWith('/api/window/find'))
    await page.waitForSelector('ul[aria-label=找到的人] li')
    expect(await (await answer).text()).not.toContain('欧阳试宁')
    expect(await page.locator('ul[aria-label=找到的人]').innerText()).toMatch(/欧＊＊＊[\s\S]*失业保险金申领/)
    await page.goto(`${county.url}/window?list=asked`)
    await page.getByRole('button', { name: `接着办 ${id}` }).click()
    await page.waitForSelector('[data-material="1"]')
    expect(await page.locator('[data-material="0"]').isChecked()).toBe(true)
    expect(await page.locator('form.act').innerText()).toContain('还缺 1 份')
    await page.locator('[data-material="1"]').check()
    await page.getByRole('button', { name: /^补正收到，受理/ }).click()
    await page.waitForSelector('#w-done')
    expect(await doneWith()).toBe(id)
    expect((await factsOf(id)).filter((type) => /Supplement|Accepted/.test(type))).toStrictEqual(['SupplementRequested', 'SupplementSubmitted', 'CaseAccepted'])
  }, 180_000)

  it('what is no matter of this hall is refused with its ground, basis and remedies, and the notice says so', async () => {
    [context, page] = await open()
    await begin(firm(2), '明镜县望城商行', 'qysl')
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: '不予受理' }).click()
    await page.waitForSelector('dialog[open]')
    await page.getByLabel('不属于本机关职权').check()
    await page.fill('#w-organ', '市市场监督管理局')
    await page.fill('#w-reason', '外商投资企业的登记由市局办理')
    expect(await page.inputValue('#w-basis')).toContain('《')
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'window-refusal-1440.png') })
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('#w-done')
    const id = await doneWith()
    await page.waitForSelector('.sheet')
    expect(await page.locator('.sheet').innerText()).toMatch(/不予受理通知书[\s\S]*外商投资企业[\s\S]*市市场监督管理局[\s\S]*六十日/)
    const { data } = (await caseAt(id)).facts.find(({ type }) => type === 'CaseNotAccepted')!
    expect(data).toMatchObject({ reasonCode: 'not-our-competence', rightOrgan: '市市场监督管理局' })
  }, 180_000)

  it('an immediate case is followed until it is concluded, and handed over from where the clerk sits', async () => {
    [context, page] = await open()
    await begin(firm(3), '明镜县青石百货店', 'gtgsh')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('#w-done')
    const id = await doneWith()
    await page.waitForSelector('.now >> text=即办件')
    // The two others of the pair say it at their own desks (一审一核).
    await says('yan-bei', id, 'complete-handling', { opinion: '材料齐全，建议准予登记。' })
    await says('hao-ran', id, 'decide-case', { result: 'grant' })
    await says('yan-bei', id, 'conclude-case', {})
    await page.getByRole('button', { name: '送达申请人' }).click()
    await page.waitForSelector('.now >> text=已送达')
    expect((await factsOf(id)).slice(-1)).toStrictEqual(['ResultDelivered'])
  }, 180_000)

  it('the line breaks in the middle: the page says where it stopped and goes on from there; one case, and nothing of it twice', async () => {
    [context, page] = await open()
    await begin(firm(4), '明镜县南渡食堂', 'spjyxk')
    await page.keyboard.press('Enter')
    await page.locator('input[type=file]:not([capture])').nth(0).setInputFiles({ name: '申请书.pdf', mimeType: 'application/pdf', buffer: pdf() })
    // It goes down right after the application, and once more with the answer to the acceptance on its way.
    let cut = 0
    await page.route('**/submit-application', async (route) => { await route.fetch(); cut++; await context.setOffline(cut === 1); await route.abort('internetdisconnected').catch(() => undefined); await page.unroute('**/submit-application') })
    let lost = 0
    await page.route('**/accept-case', async (route) => { if (lost++ > 0) { await route.continue(); return } await route.fetch(); await route.abort('failed') })
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('.stop')
    expect(await page.locator('.stop').innerText()).toContain('停在这一步')
    await page.screenshot({ path: join(shots, 'window-stopped-1440.png'), fullPage: true })
    await context.setOffline(false)
    await page.waitForSelector('#w-done', { timeout: 20_000 })
    const id = await doneWith(), types = await factsOf(id), at = (type: string) => types.filter((one) => one === type).length
    expect([cut, lost]).toStrictEqual([1, 2])
    expect(['ApplicationSubmitted', 'MaterialsReceived', 'DocumentAttached', 'CaseAccepted', 'NoticeSent'].map(at)).toStrictEqual([1, 1, 1, 1, 1])
    const mine = await (await fetch(`${county.url}/api/window`, { headers: { cookie } })).json() as { mine: { rows: { applicant?: string }[] } }
    expect(mine.mine.rows.filter(({ applicant }) => applicant === '明镜县南渡食堂')).toHaveLength(1)
  }, 180_000)

  it('a page that is closed in the middle goes on where it stopped when it is opened again', async () => {
    [context, page] = await open()
    await begin(firm(5), '明镜县清溪小吃店', 'spjyxk')
    await page.keyboard.press('Enter')
    await page.route('**/accept-case', (route) => route.abort('failed'))
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('.stop')
    await page.unroute('**/accept-case')
    await page.reload()
    await page.waitForSelector('.chosen >> text=明镜县清溪小吃店')
    await page.waitForSelector('[data-material="0"]:checked')
    await page.getByRole('button', { name: /^受理/ }).click()
    await page.waitForSelector('#w-done')
    const types = await factsOf(await doneWith())
    expect(['ApplicationSubmitted', 'MaterialsReceived', 'CaseAccepted'].map((type) => types.filter((one) => one === type).length)).toStrictEqual([1, 1, 1])
  }, 180_000)

  it('a renewal by an agent: nothing goes out before the licence and the agent are named, the letter of authorisation is on the list, and the case says all of it', async () => {
    [context, page] = await open()
    await page.fill('#w-who', firm(6))
    await page.press('#w-who', 'Enter')
    await page.waitForSelector('#w-who-firm')
    await page.keyboard.type('明镜县柳林茶楼')
    await page.keyboard.press('Enter')
    await page.fill('#w-item', 'MJ-SC-0212')
    await page.press('#w-item', 'Enter')
    await focusedOn('#w-lic')
    await page.getByRole('button', { name: '全部收到' }).click()
    expect(await page.locator('form.act').innerText()).toContain('写上原证照编号和到期日')
    await page.keyboard.press('Control+Enter')
    expect(await page.locator('#w-done').count()).toBe(0)
    await page.fill('#w-lic', 'JY19901120004567')
    await page.fill('#w-exp', '2027-03-31')
    await page.getByLabel('代理人来办').check()
    expect(await page.locator('form.act').innerText()).toContain('先选代理人')
    const number = residentId('99999920950607112')
    await page.fill('#w-agent', number)
    await page.press('#w-agent', 'Enter')
    await page.waitForSelector('#w-agent-name')
    await page.keyboard.type('司徒代')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.chosen >> text=司徒代')
    expect(await page.locator('section[aria-labelledby=w-notice]').innerText()).toContain('授权委托书')
    await page.getByRole('button', { name: '全部收到' }).click()
    await page.getByRole('button', { name: /^受理/ }).click()
    await page.waitForSelector('#w-done')
    const { data } = (await caseAt(await doneWith())).facts.find(({ type }) => type === 'ApplicationSubmitted')!
    expect(data['renews']).toStrictEqual({ licenceNo: 'JY19901120004567', expiresOn: '2027-03-31' })
    expect(data['agentName']).toBe('司＊＊')
    await page.waitForSelector('.sheet')
    expect(await page.locator('.sheet').innerText()).toMatch(/代理人\s*司徒代/)
  }, 180_000)

  it('a result is handed over in its row, and a scanned number opens its case', async () => {
    [context, page] = await open()
    await page.goto(`${county.url}/window?list=ready`)
    const row = page.locator('#w-today [data-row]').first()
    await row.waitFor()
    const id = (await row.getAttribute('data-id'))!
    await row.getByRole('button', { name: /^送达/ }).click()
    await vi.waitFor(async () => expect(await factsOf(id)).toContain('ResultDelivered'), { timeout: 10_000, interval: 200 })
    // 补录: one that was put into their hand before, within the bounds of the deciders.
    const later = page.locator(`#w-today [data-row]:not([data-id="${id}"])`).first(), other = (await later.getAttribute('data-id'))!
    const concluded = (await caseAt(other)).facts.at(-1)!.occurredAt
    await later.locator('[data-hand-late]').click()
    const dialog = page.locator('dialog[open]'), field = dialog.locator('input[type=datetime-local]'), confirm = dialog.getByRole('button', { name: '送达', exact: true })
    await focusedOn('dialog[open] input[type=datetime-local]')
    for (const [text, why] of [[localTime(concluded, -36e5), '早于上一条事实'], [localTime(concluded, 400 * 864e5), '晚于现在'], ['', '要填日期和时间']] as const) {
      await field.fill(text)
      await confirm.click()
      expect(await dialog.locator('.le .wrong').innerText()).toBe(why)
    }
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'window-hand-late-1440.png') })
    await field.fill(localTime(concluded, 5 * 6e4))
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog[open]', { state: 'detached' })
    const handed = await vi.waitFor(async () => { const fact = (await caseAt(other)).facts.at(-1)!; expect(fact.type).toBe('ResultDelivered'); return fact }, { timeout: 10_000, interval: 200 })
    expect([localTime(handed.occurredAt), handed.recordedAt > handed.occurredAt]).toStrictEqual([localTime(concluded, 5 * 6e4), true])
    await page.fill('#w-who', id)
    await page.press('#w-who', 'Enter')
    await page.waitForSelector('.case')
    expect(decodeURIComponent(new URL(page.url()).pathname)).toBe(`/cases/${id}`)
  }, 180_000)

  it('materials that came in before they are counted are entered with that moment, after the application and not after now; a case begun here has no such moment', async () => {
    [context, page] = await open()
    const { number } = await (await fetch(`${county.url}/api/window/numbers`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', cookie, 'idempotency-key': 'late materials' } })).json() as { number: string }
    const { items } = await (await fetch(`${county.url}/api/window/items`, { headers: { cookie } })).json() as { items: { code: string; shortName: string }[] }
    await says(clerk, number, 'submit-application', { itemCode: items.find(({ shortName }) => shortName === '公共场所卫生许可')!.code, hall: 'mingjing', channel: 'window' })
    const submitted = (await caseAt(number)).facts[0]!.occurredAt
    await page.goto(`${county.url}/window?list=waiting`)
    await page.getByRole('button', { name: `接着办 ${number}` }).click()
    await page.waitForSelector('[data-material="0"]')
    // Nothing is counted yet that could have come before.
    expect(await page.locator('[data-late]').count()).toBe(0)
    await page.getByRole('button', { name: '全部收到' }).click()
    await page.locator('[data-late]').click()
    await focusedOn('#w-happened')
    await page.fill('#w-happened', localTime(submitted, -36e5))
    await page.getByRole('button', { name: /^受理/ }).click()
    await page.waitForSelector('.le .wrong >> text=早于上一条事实')
    expect(await factsOf(number)).toStrictEqual(['ApplicationSubmitted'])
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'window-late-materials-1440.png'), fullPage: true })
    await page.fill('#w-happened', localTime(submitted))
    await page.getByRole('button', { name: /^受理/ }).click()
    await page.waitForSelector('#w-done')
    const { facts } = await caseAt(number), received = facts.find(({ type }) => type === 'MaterialsReceived')!
    expect([received.occurredAt, received.recordedAt > submitted, facts.some(({ type, late }) => type === 'CaseAccepted' && !late)]).toStrictEqual([submitted, true, true])
  }, 180_000)

  it('on paper both codes are read out of the picture: the number opens its case at the window, the address shows it to whoever has the access code and to nobody else', async () => {
    const { ready } = await (await fetch(`${county.url}/api/window`, { headers: { cookie } })).json() as { ready: { rows: { id: string; itemName: string }[] } }
    const { id, itemName } = ready.rows.at(-1)!, [desk, dense] = await opened(browser, county.url, { viewport: { width: 688, height: 1000 }, cookie, complaints, dense: 4 })
    context = desk
    page = dense
    await page.goto(`${county.url}/notices/${id}?kind=acceptance`)
    await page.getByRole('button', { name: '发查询密码' }).click()
    const code = (await page.locator('.sheet .code .mono').innerText()).trim()
    await page.emulateMedia({ media: 'print' })
    const qr = page.locator('[data-qr]'), { width } = (await qr.boundingBox())!
    expect(width * 25.4 / 96, 'millimetres').toBeGreaterThan(25 + 5)
    const { data, info } = await sharp(await page.screenshot({ path: join(shots, 'window-codes-print.png'), fullPage: true })).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const address = qrs.default(new Uint8ClampedArray(data), info.width, info.height)?.data
    expect(address).toBe(`${county.url}/follow/${id}`)
    expect(await page.locator('.sheet').innerText()).toContain(address)
    expect(await qr.getAttribute('aria-label')).toContain(address)
    const bars = (await page.locator('.sheet figure svg').boundingBox())!, row = Math.round((bars.y + bars.height / 2) * 4) * info.width, at = (x: number) => data[(row + x) * 4]! < 128
    const number = readCode128(Array.from({ length: Math.floor(bars.width * 4) }, (_, x) => at(Math.ceil(bars.x * 4) + x)))
    expect(number).toBe(id)
    await page.emulateMedia({ media: 'screen' })
    await page.goto(`${county.url}/window`)
    await page.waitForSelector('#w-items [role=option]')
    await page.locator('#w-who').pressSequentially(number)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.case')
    expect(decodeURIComponent(new URL(page.url()).pathname)).toBe(`/cases/${id}`)
    await context.close()
    const [home, telephone] = await opened(browser, county.url, { viewport: widths[375], cookie: '', complaints })
    context = home
    page = telephone
    await page.goto(address!)
    await page.waitForSelector('#f-code')
    expect(await page.inputValue('#f-no')).toBe(id)
    await page.fill('#f-code', 'AAAA-AAAA')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=alert] >> text=受理编号或查询密码不对')
    await focusedOn('#f-code')
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'follow-form-375.png'), fullPage: true })
    await page.fill('#f-code', code.toLowerCase())
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-followed]')
    await focusedOn('#f-item')
    const view = await caseAt(id), said = await page.locator('[data-followed]').innerText()
    expect(said).toContain(itemName)
    expect(said).toContain('已办结')
    expect(said).not.toContain(view.applicant!.name)
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'follow-found-375.png'), fullPage: true })
  }, 180_000)

  it.each(looks([[375, ['light', 'contrast']], [1440, ['light', 'wall']], [1920, ['light']]] as const))('at %d, in both languages and %j, nothing stands in anybody’s way', async (size, themes) => {
    const found: string[] = []
    for (const language of ['zh', 'en'] as const) {
      [context, page] = await open(size, { language, theme: 'light' })
      await page.fill('#w-who', firm(1))
      await page.press('#w-who', 'Enter')
      await page.waitForSelector('.chosen')
      await page.fill('#w-item', 'ggcs')
      await page.press('#w-item', 'Enter')
      await page.waitForSelector('[data-material="0"]')
      await page.locator('[data-material="0"]').check()
      const look = async (name: string) => {
        for (const theme of themes) {
          await page.evaluate((theme) => { document.documentElement.dataset['theme'] = theme }, theme)
          await page.screenshot({ path: join(shots, `window-${name}-${size}-${language}-${theme}.png`), fullPage: true })
          found.push(...(await barriers(page)).map((what) => `${name} ${language} ${theme}: ${what}`))
        }
      }
      await look('form')
      await page.locator('form.act').getByRole('button').last().click()
      const id = await page.locator('#w-today [data-row]').first().getAttribute('data-id')
      await page.goto(`${county.url}/notices/${id}`)
      await page.waitForSelector('.sheet')
      await look('sheet')
      await context.close()
    }
    expect(found).toStrictEqual([])
  }, 180_000)

  it('no page complained, and the content policy was never offended', () => expect(complaints.filter((line) => !wanted.test(line))).toStrictEqual([]))
})
