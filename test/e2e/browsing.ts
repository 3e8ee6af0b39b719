import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium as browsers, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { root } from './county.ts'

export const chromium = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))
/** Where the pictures go that people look at. */
export const shots = join(root, 'test/e2e/shots')
if (!chromium && process.env['CI']) throw new Error('no chromium on this machine, and the pages must be looked at: apt-get install chromium, or say CHROMIUM=/path')
if (!chromium) process.stderr.write('SKIPPED: the pages were not looked at, there is no chromium here (apt-get install chromium, or say CHROMIUM=/path)\n')

/** Playwright's own list, which a second one replaces: what the driver relies upon being off. */
const offForTheDriver = ['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect', 'TcpPortRandomizationWin', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch']
/** An address bar draws its suggestions in pages of its own, two for each window: more work than most pages of ours, and nobody types there. */
const addressBar = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup']
/** How every browser of the tests is started. */
export const starting = { executablePath: chromium!, args: ['--no-sandbox', '--disable-dev-shm-usage', `--disable-features=${[...offForTheDriver, ...addressBar].join()}`] }
export const launched = () => browsers.launch(starting)

/** 各种看法 — sizes, languages and colours in which a page is looked at: all of them where somebody says LOOKS (CI does, beside the tests of ten minutes), else the first. */
export const looks = <T>(all: readonly T[]): readonly T[] => process.env['LOOKS'] ? all : all.slice(0, 1)

export type Look = { language: 'zh' | 'en'; theme: 'light' | 'wall' | 'contrast'; size?: string }
/** `complaints`: what the pages complain of is kept there. `dense`: so many points of the picture for one of the page, as a printer has them. */
type Opening = { viewport: { width: number; height: number }; cookie: string; complaints: string[]; look?: Look; dense?: number }
/** A browser that reads in one way, as the person whose session it is. */
export async function opened(browser: Browser, url: string, { viewport, cookie, complaints, look = { language: 'zh', theme: 'light' }, dense = 1 }: Opening): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ viewport, deviceScaleFactor: dense, bypassCSP: false, locale: 'zh-CN', timezoneId: 'America/New_York', reducedMotion: 'no-preference' })
  await context.addInitScript((settings) => { if (!localStorage.getItem('mingjian.settings')) localStorage.setItem('mingjian.settings', settings) }, JSON.stringify(look))
  const [name = '', value = ''] = cookie.split('=')
  if (name) await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
  const page = await context.newPage()
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`) })
  page.on('pageerror', (error) => complaints.push(error.stack || error.message))
  return [context, page]
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
type Violations = { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }
/** 障碍 — what stands in somebody's way on a page as it is now: what axe finds, and what runs out of the page. */
export async function barriers(page: Page): Promise<string[]> {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe)
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<Violations> } }).axe.run())
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  return [...violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`).join(' | ')}`), ...wide > 0 ? [`${wide} px too wide`] : []]
}
