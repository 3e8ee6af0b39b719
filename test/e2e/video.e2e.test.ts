import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { being } from '../cli/mingjian.ts'
import { readClock } from '../oracles/camera-clock.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const sizes = { desk: { width: 1440, height: 900 }, wall: { width: 1920, height: 1080 }, phone: { width: 375, height: 812 } }
type Halls = { halls: { id: string; cameras: { camera: string; kind: string; state: string; window?: string }[] }[] }
type Filmed = { facts: { factId: string; type: string; atMs: number; cameras: { camera: string; covered: boolean }[] }[] }
let county: County, browser: Browser, context: BrowserContext, page: Page
const complaints: string[] = []
/** A case is taken in and its recording told within minutes, at the pace of ours. */
const long = process.env['LONG'] !== undefined
const open = (size: keyof typeof sizes, look?: Look, cookie = county.cookie) => opened(browser, county.url, { viewport: sizes[size], cookie, complaints, ...(look && { look }) })
const main = async () => (await county.read<Halls>('/api/video/halls')).halls.find(({ id }) => id === 'mingjing')!
/** The instant that is burnt into what a <video> shows; out of its pixels, and of nothing else. */
async function clockOf(where: Page, video: string): Promise<number | undefined> {
  const seen = await where.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector)
    if (!video || video.readyState < 2) return undefined
    const canvas = document.createElement('canvas'), { videoWidth: width, videoHeight: height } = video
    canvas.width = width
    canvas.height = height
    const paper = canvas.getContext('2d')!
    paper.drawImage(video, 0, 0)
    const row = Math.min(height - 1, Math.floor(height * 106 / 108))
    return { width, height, row, pixels: [...paper.getImageData(0, row, width, 1).data] }
  }, video)
  if (!seen) return undefined
  const pixels = new Uint8ClampedArray(seen.width * seen.height * 4)
  pixels.set(seen.pixels, seen.row * seen.width * 4)
  return readClock(pixels, seen.width, seen.height)
}

beforeAll(async () => {
  if (!chromium) return
  mkdirSync(shots, { recursive: true })
  county = await openCounty({ cameras: 12, days: 2 })
  browser = await launched()
  ;[context, page] = await open('desk')
}, 120_000)
afterAll(async () => {
  await context?.close()
  await browser?.close()
  await county?.close()
})

describe.skipIf(!chromium)('视频墙', () => {
  it('every camera of the hall shows what it films, with a clock that goes on', async () => {
    await page.goto(`${county.url}/video?hall=mingjing`)
    await page.waitForSelector('[data-camera]')
    await vi.waitFor(async () => expect(await clockOf(page, '[data-camera="mingjing-w03"] video')).toBeDefined(), { timeout: 30_000, interval: 250 })
    const before = (await clockOf(page, '[data-camera="mingjing-w03"] video'))!
    await vi.waitFor(async () => expect(await clockOf(page, '[data-camera="mingjing-w03"] video')).toBeGreaterThan(before + 1_000), { timeout: 10_000, interval: 250 })
    expect(await page.locator('article[data-camera]').count()).toBe((await main()).cameras.length)
  }, 60_000)

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
  }, 30_000)

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
  }, 30_000)

  it.runIf(long)('a fact of a case leads to the frame of that second, by the clock in the picture', async () => {
    const filmed = await vi.waitFor(async () => {
      const { windows } = await county.read<{ windows: { caseId?: string }[] }>('/api/video/now?hall=mingjing')
      for (const { caseId } of windows) {
        if (caseId === undefined) continue
        const { facts } = await county.read<Filmed>(`/api/cases/${caseId}/footage`), fact = facts.find(({ cameras }) => cameras.some(({ camera, covered }) => covered && /-w\d+$/.test(camera)))
        if (fact) return { caseId, ...fact }
      }
      throw new Error('nothing has been filmed yet')
    }, { timeout: 200_000, interval: 1_000 })
    await page.goto(`${county.url}/cases/${filmed.caseId}`)
    const link = page.locator(`[data-footage]:not([data-footage=none])`).first()
    await link.waitFor({ timeout: 15_000 })
    const href = new URL((await link.getAttribute('href'))!, county.url), atMs = Date.parse(href.searchParams.get('at')!)
    await link.click()
    await page.waitForFunction(() => location.pathname === '/video')
    await vi.waitFor(async () => {
      const shown = await clockOf(page, '[data-big] video[data-recorded]')
      expect(shown).toBeDefined()
      expect(Math.abs(shown! - atMs)).toBeLessThanOrEqual(500)
    }, { timeout: 20_000, interval: 250 })
    expect(await page.innerText('.why')).toContain('办件')
    expect(await page.locator('[data-then]').count()).toBe(1)
  }, 260_000)

  it.runIf(long)('one frame on is one frame on, one back the frame before; a second that is typed is that second', async () => {
    const at = (await clockOf(page, '[data-big] video[data-recorded]'))!
    await page.locator('main').focus()
    await page.keyboard.press('.')
    await vi.waitFor(async () => expect(await clockOf(page, '[data-big] video[data-recorded]')).toBeGreaterThan(at), { timeout: 5_000 })
    const on = (await clockOf(page, '[data-big] video[data-recorded]'))!
    expect(on - at).toBeLessThanOrEqual(200)
    await page.fill('[data-time]', new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at - 3_000))
    await page.press('[data-time]', 'Enter')
    await vi.waitFor(async () => expect(Math.abs((await clockOf(page, '[data-big] video[data-recorded]'))! - Math.floor((at - 3_000) / 1000) * 1000)).toBeLessThanOrEqual(500), { timeout: 10_000, interval: 200 })
  }, 40_000)

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
  }, 30_000)

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
    await where.screenshot({ path: join(shots, `video-${size}-${look.language}-${look.theme}.png`), fullPage: true })
    await own.close()
  }, 40_000)
  it('the pages complain of nothing', () => expect(complaints.filter((text) => !/video\/views|404/.test(text))).toStrictEqual([]))
})
