import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CaseList } from '../../projections/views.ts'
import { places } from '../../ui/places.ts'
import { words } from '../../ui/screens/help/words.zh.ts'
import { being } from '../cli/mingjian.ts'
import { chromium, launched, opened } from './browsing.ts'
import { openCounty, root, type County } from './county.ts'
import { clockOf, counter } from './filmed.ts'

const most = 60_000
const to = join(root, 'ui/public/help')
/** Who shows a workplace; the inspector shows the others. */
const shownBy: Record<string, string> = { window: 'jiang-xiaolan', desk: 'lu-mingyuan', department: 'tang-shuyi', items: 'he-zhen', admin: 'nie-chuan', me: 'lu-mingyuan' }

/** 帮助的画面 — taken from the running product when somebody asks for it: HELP_PICTURES=1, or the names of places. */
const asked = process.env['HELP_PICTURES']
describe.skipIf(!chromium || !asked)('帮助的画面', () => {
  let county: County, browser: Browser
  beforeAll(async () => {
    mkdirSync(to, { recursive: true })
    county = await openCounty({ cameras: 12 })
    browser = await launched()
  }, 270_000)
  afterAll(async () => {
    await browser?.close()
    await county?.close()
  })
  const wanted = places.filter(({ name }) => words.pages[name] && (asked === '1' || asked?.split(',').includes(name)))
  it.each(wanted.flatMap(({ name, path }) => (['zh', 'en'] as const).map((language) => ({ name, path, language }))))('$name in $language', async ({ name, path, language }) => {
    const { rows } = await county.read<CaseList>('/api/cases?light=late&limit=1')
    const [context, page] = await opened(browser, county.url, { viewport: { width: 1440, height: 900 }, cookie: await being(county.url, shownBy[name] ?? 'chen-jingzhi'), complaints: [], look: { language, theme: 'light' } })
    await page.goto(county.url + path.replace(':id', encodeURIComponent(rows[0]?.id ?? '')))
    await page.waitForSelector('main h1')
    await page.waitForLoadState('networkidle')
    await page.waitForFunction(() => document.querySelector<HTMLElement>('main')!.innerText.length > 150 && ![...document.querySelectorAll('main [role=status]')].some((one) => /…$/.test(one.textContent.trim())))
    // A wall is what its cameras show.
    if (name === 'video') for (const camera of ['mingjing-w03', counter.camera]) await vi.waitFor(async () => expect(await clockOf(page, `[data-camera="${camera}"] :is(video, canvas)`)).toBeDefined(), { timeout: 30_000, interval: 250 })
    await page.waitForTimeout(name === 'video' ? 5_000 : 1_000)
    const picture = await page.screenshot()
    let quality = 80, small: Buffer
    do { small = await sharp(picture).resize(1120, 700).webp({ quality, effort: 6, smartSubsample: true }).toBuffer(); quality -= 8 } while (small.length > most && quality > 8)
    expect(small.length).toBeLessThanOrEqual(most)
    writeFileSync(join(to, `${name}.${language}.webp`), small)
    await context.close()
  })
})
