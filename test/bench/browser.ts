import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

const browserAt = () => [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))
/** 浏览器 on this machine, for as long as the work takes. */
export async function withBrowser<T>(work: (browser: Browser) => Promise<T>): Promise<T> {
  const executablePath = browserAt()
  if (executablePath === undefined) throw new Error('没有 Chromium，画面没有量 / no Chromium on this machine: the screens were not measured')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  try { return await work(browser) } finally { await browser.close() }
}
/** A page of one who is signed in, with everything kept apart from the others'. */
export async function pageOf(browser: Browser, url: string, cookie: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' }), [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
  return context.newPage()
}
/** What one who is signed in is answered. */
export async function readAs<T>(url: string, cookie: string, path: string): Promise<T> {
  const answer = await fetch(url + path, { headers: { cookie } })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json() as T
}
