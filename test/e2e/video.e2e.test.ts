import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'
import { send } from '../signed-in.ts'
import { clockOf, counter, coveredOn, takenIn, type Filmed, type Halls } from './filmed.ts'

const sizes = { desk: { width: 1440, height: 900 }, wall: { width: 1920, height: 1080 }, phone: { width: 375, height: 812 } }
let county: County, browser: Browser, context: BrowserContext, page: Page
const complaints: string[] = []
/** Whoever comes to the counter while these tests look at it. */
const first = 'FILM-1', second = 'FILM-2', recorded = '[data-big] video[data-recorded]'
const open = (size: keyof typeof sizes, look?: Look, cookie = county.cookie) => opened(browser, county.url, { viewport: sizes[size], cookie, complaints, ...(look && { look }) })
const main = async () => (await county.read<Halls>('/api/video/halls')).halls.find(({ id }) => id === 'mingjing')!
const typedAt = (ms: number) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms)

beforeAll(async () => {
  if (!chromium) return
  mkdirSync(shots, { recursive: true })
  county = await openCounty({ cameras: 12, days: 2 })
  // The ninth of the hall is hung and not plugged in.
  await send(county.url, '/api/evidence/mingjing-w21/register-camera', { hall: 'mingjing', window: 'mingjing-w21', kind: 'window', name: '21 号窗口', source: { kind: 'rtmp' }, retentionDays: 30, priority: 2, segmentSeconds: 10, masks: [] }, await being(county.url, 'nie-chuan'))
  browser = await launched()
  ;[context, page] = await open('desk')
  // Whatever hangs is named.
  page.setDefaultTimeout(12_000)
}, 360_000)
afterAll(async () => {
  await context?.close()
  await browser?.close()
  await county?.close()
})

describe.skipIf(!chromium)('视频墙', () => {
  it('every camera of the hall shows what it films, with a clock that goes on', async () => {
    await page.goto(`${county.url}/video?hall=mingjing`)
    for (const camera of ['mingjing-w03', counter.camera]) await vi.waitFor(async () => expect(await clockOf(page, `[data-camera="${camera}"] video`)).toBeDefined(), { timeout: 30_000, interval: 250 })
    await takenIn(county, first)
    const before = (await clockOf(page, '[data-camera="mingjing-w03"] video'))!
    await vi.waitFor(async () => expect(await clockOf(page, '[data-camera="mingjing-w03"] video')).toBeGreaterThan(before + 1_000), { timeout: 10_000, interval: 250 })
    expect(await page.locator('article[data-camera]').count()).toBe((await main()).cameras.length)
  }, 180_000)

  it('no recorded picture without a purpose; with one, the look is on record', async () => {
    expect((await fetch(`${county.url}/api/video/views`, { method: 'POST', headers: { cookie: county.cookie, 'content-type': 'application/json' }, body: JSON.stringify({ camera: 'mingjing-w03', fromMs: 1, toMs: 2 }) })).status).toBe(422)
    await page.click('[data-camera="mingjing-w03"] a.pick')
    await page.waitForSelector('[data-why]')
    await page.fill('#v-why', '')
    await page.fill('#v-case', '')
    await page.click('[data-why] button')
    expect(await page.innerText('[data-why]')).toContain('填办件编号或事由')
    expect(await page.locator('video[data-recorded]').count()).toBe(0)
    await page.fill('#v-why', '核对今天的受理')
    await page.click('[data-why] button')
    await page.waitForSelector('[data-time]')
    expect(await page.innerText('.why')).toContain('核对今天的受理')
    await takenIn(county, second)
  }, 90_000)

  it('a hold is placed by one; its release takes another than the one who asked', async () => {
    await page.getByRole('button', { name: '申请留存' }).click()
    await page.fill('#v-reason', '当事人对受理时间有异议')
    await page.getByRole('button', { name: '提出留存' }).click()
    await page.getByRole('button', { name: '留存与调取' }).click()
    await page.waitForSelector('[data-hold]')
    await page.fill('[data-hold] input', '异议已查明')
    await page.click('[data-hold] form button')
    const agree = page.getByRole('button', { name: '同意解除' })
    await agree.waitFor()
    await agree.click()
    await page.waitForSelector('dialog .wrong')
    expect(await page.innerText('dialog .wrong')).toMatch(/两|另/)
    complaints.splice(0)
    await page.keyboard.press('Escape')
  }, 90_000)

  it('a fact of a case leads to the frame of that second, by the clock in the picture', async () => {
    const { atMs } = await coveredOn(county, first, counter.camera)
    await page.goto(`${county.url}/cases/${first}`)
    const link = page.locator(`[data-footage="${counter.camera}"]`).first()
    await link.click({ timeout: 15_000 })
    await page.waitForFunction(() => location.pathname === '/video')
    await vi.waitFor(async () => expect(Math.abs((await clockOf(page, recorded))! - atMs)).toBeLessThanOrEqual(500), { timeout: 20_000, interval: 100 })
    expect(await page.innerText('.why')).toContain(first)
    expect(await page.getAttribute('[data-then]', 'data-then')).toBe(first)
  }, 210_000)

  it('one frame on is one frame on, one back the frame before; a second that is typed is that second', async () => {
    const at = (await clockOf(page, recorded))!, passed = [at]
    await page.locator('main').focus()
    for (let n = 0; n < 5; n++) {
      await page.keyboard.press('.')
      await vi.waitFor(async () => expect(await clockOf(page, recorded)).toBeGreaterThan(passed.at(-1)!), { timeout: 5_000, interval: 50 })
      passed.push((await clockOf(page, recorded))!)
    }
    // A camera that had no time left a picture out; it cannot have left out every other one, and the way back is the way there.
    expect(Math.min(...passed.slice(1).map((ms, n) => ms - passed[n]!))).toBeLessThanOrEqual(120)
    for (const before of passed.slice(0, -1).reverse()) {
      await page.keyboard.press(',')
      await vi.waitFor(async () => expect(Math.abs((await clockOf(page, recorded))! - before)).toBeLessThanOrEqual(1), { timeout: 5_000, interval: 50 })
    }
    const wanted = Math.floor((at + 2_000) / 1000) * 1000
    await page.fill('[data-time]', typedAt(wanted))
    await page.press('[data-time]', 'Enter')
    await vi.waitFor(async () => expect(Math.abs((await clockOf(page, recorded))! - wanted)).toBeLessThanOrEqual(500), { timeout: 10_000, interval: 50 })
  }, 90_000)

  it('the recording is dragged, and the facts pass: under each frame stands what had been told by its clock', async () => {
    const later = await coveredOn(county, second, counter.camera), told = [...(await county.read<Filmed>(`/api/cases/${first}/footage`)).facts.map(({ atMs }) => ({ atMs, of: first })), { atMs: later.atMs, of: second }]
    await page.goto(`${county.url}/video?${new URLSearchParams({ camera: counter.camera, at: new Date(later.atMs).toISOString(), case: second, no: second })}`)
    await page.getByRole('button', { name: '1 分', exact: true }).click()
    const slider = page.getByRole('slider')
    await slider.scrollIntoViewIfNeeded()
    const { x, y, width, height } = (await slider.boundingBox())!
    // Half a thumb is outside at either end.
    const [fromMs, toMs] = [Number(await slider.getAttribute('min')), Number(await slider.getAttribute('max'))], xOf = (ms: number) => x + 8 + (ms - fromMs) / (toMs - fromMs) * (width - 16)
    await page.mouse.move(xOf(later.atMs), y + height / 2)
    await page.mouse.down()
    const seen: string[] = []
    for (const ms of [later.atMs + 1_500, later.atMs - 600, told[0]!.atMs + 600, later.atMs + 1_000]) {
      await page.mouse.move(xOf(ms), y + height / 2, { steps: 8 })
      const clock = await vi.waitFor(async () => {
        const clock = await clockOf(page, recorded)
        expect(Math.abs(clock! - ms)).toBeLessThanOrEqual(400)
        return clock!
      }, { timeout: 10_000, interval: 50 })
      const at = told.findLast(({ atMs }) => atMs <= clock)!.of
      await vi.waitFor(async () => expect(await page.getAttribute('[data-then]', 'data-then')).toBe(at), { timeout: 3_000, interval: 50 })
      await vi.waitFor(async () => expect(await page.innerText('[data-then]')).toContain(at), { timeout: 3_000, interval: 50 })
      expect(await page.locator('.fx.on').count()).toBe(1)
      seen.push(at)
    }
    await page.mouse.up()
    expect(seen).toStrictEqual([second, first, first, second])
  }, 180_000)

  it('a hall monitor of another hall is sent nothing of this one', async () => {
    const elsewhere = (await county.read<Halls>('/api/video/halls')).halls.find(({ id }) => id === 'realty')!
    expect(elsewhere.cameras.length).toBeGreaterThan(0)
    const people = await county.read<{ people: { person: string; hall?: string; roles: string[] }[] }>('/api/people')
    const monitor = people.people.find(({ hall, roles }) => hall === 'realty' && roles.includes('hall-monitor'))!
    const cookie = await being(county.url, monitor.person), [other, theirs] = await open('desk', undefined, cookie), heard: string[] = []
    theirs.on('response', (response) => { if (response.url().includes('/api/video')) void response.text().then((text) => heard.push(text)).catch(() => undefined) })
    theirs.on('websocket', (socket) => { if (socket.url().includes('/api/video')) heard.push(socket.url()) })
    await theirs.goto(`${county.url}/video?hall=mingjing&camera=mingjing-w03`)
    await theirs.waitForSelector('[data-camera]')
    await theirs.waitForTimeout(2_000)
    expect(heard.length).toBeGreaterThan(1)
    expect(heard.filter((text) => text.includes('mingjing-w'))).toStrictEqual([])
    await other.close()
  }, 90_000)

  it('who sees no original is told so, and is not alarmed over it', async () => {
    const [own, hers] = await open('desk', undefined, await being(county.url, 'he-zhen'))
    await hers.goto(`${county.url}/video?hall=mingjing`)
    await hers.locator('[data-withheld]').first().waitFor()
    await hers.waitForTimeout(4_000)
    expect(await hers.innerText('[data-withheld] >> nth=0')).toContain('遮挡后的副本')
    expect(await hers.getAttribute('[data-alarm]', 'data-alarm')).toBe('0')
    expect(await barriers(hers)).toStrictEqual([])
    await hers.screenshot({ path: join(shots, 'video-withheld.png') })
    await own.close()
  }, 120_000)

  it.each([['desk', 'zh'], ['phone', 'en']] as const)('what is filmed is read by anybody, signed in or not: %s %s', async (size, language) => {
    const [own, anybody] = await open(size, { language, theme: 'light' }, '')
    await anybody.goto(county.url)
    await anybody.locator('a[href="/filming"]').first().click()
    await anybody.locator('[data-hall="mingjing"]').waitFor()
    expect(await anybody.innerText('[data-hall="mingjing"]')).toMatch(/30/)
    expect(await barriers(anybody)).toStrictEqual([])
    await anybody.screenshot({ path: join(shots, `filming-${size}-${language}.png`), fullPage: true })
    await own.close()
  }, 90_000)

  const all: { size: keyof typeof sizes; look: Look }[] = [{ size: 'desk', look: { language: 'zh', theme: 'light' } }, { size: 'wall', look: { language: 'zh', theme: 'wall' } }, { size: 'phone', look: { language: 'zh', theme: 'light' } }, { size: 'desk', look: { language: 'en', theme: 'contrast' } }, { size: 'phone', look: { language: 'en', theme: 'light' } }]
  it.each(looks(all))('nothing stands in the way: $size $look.language $look.theme', async ({ size, look }) => {
    const [own, where] = await open(size, look)
    await where.goto(`${county.url}/video?hall=mingjing&camera=mingjing-w03`)
    await where.waitForSelector('[data-why]')
    await where.waitForTimeout(1_500)
    expect(await barriers(where)).toStrictEqual([])
    await where.fill('#v-why', 'R-11')
    await where.click('[data-why] button')
    await where.waitForSelector('[data-time]')
    await where.waitForTimeout(2_000)
    expect(await barriers(where)).toStrictEqual([])
    // Nobody has said when: it shows the newest that is recorded.
    expect(await where.locator('[data-big] .nop').count()).toBe(0)
    // With nine cameras the time line is seen without scrolling, wherever there is more than a phone's room.
    await where.evaluate(() => { scrollTo(0, 0) })
    expect(await where.locator('[data-camera]').count()).toBe(9)
    if (size !== 'phone') {
      const { y, height } = (await where.locator('.tml').boundingBox())!
      expect(y + height).toBeLessThanOrEqual(sizes[size].height)
    }
    await where.waitForTimeout(4_000)
    await where.screenshot({ path: join(shots, `video-${size}-${look.language}-${look.theme}.png`) })
    await own.close()
  }, 120_000)
  it('the pages complain of nothing', () => expect(complaints.filter((text) => !/video\/views|404/.test(text))).toStrictEqual([]))
})
