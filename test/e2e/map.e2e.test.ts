import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { people } from '../../simulations/people.ts'
import type { CaseList, CaseView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { workingDaysBetween, wallOf } from '../oracles/office-days.ts'
import { asWays, waysOf, type Trace } from '../oracles/ways.ts'
import { barriers, chromium, launched, opened, shots, type Look } from './browsing.ts'
import { openCounty, type County } from './county.ts'

type MapAnswer = Parameters<typeof asWays>[0] & { deviated: Record<string, number> }
let county: County, browser: Browser, page: Page
const complaints: string[] = [], desk = { width: 1440, height: 900 }, closing: (() => Promise<void>)[] = []
async function as(person: string, viewport = desk, look?: Look): Promise<Page> {
  const [context, own] = await opened(browser, county.url, { viewport, cookie: await being(county.url, person), complaints, ...(look && { look }) })
  closing.push(() => context.close())
  return own
}
const mapOf = (query: string) => county.read<MapAnswer>(`/api/process-map${query}`)
/** The figures on the page, and those of the platform asked at the same time; the county works on meanwhile. */
const agrees = (own: Page, query: string) => vi.waitFor(async () => {
  const { cases, shown, steps, edges } = await mapOf(query), drawn = own.locator('[data-shown]')
  expect([await drawn.getAttribute('data-shown'), await drawn.getAttribute('data-all')]).toStrictEqual([String(shown), String(cases)])
  expect(await own.locator('[data-step]').evaluateAll((boxes) => Object.fromEntries(boxes.map((box) => [box.getAttribute('data-step'), Number(box.getAttribute('data-cases'))])))).toStrictEqual(Object.fromEntries(steps.map((one) => [one.step, one.cases])))
  expect(await own.locator('[data-times]').evaluateAll((ways) => Object.fromEntries(ways.map((way) => [`${way.getAttribute('data-from')} ${way.getAttribute('data-to')}`, Number(way.getAttribute('data-times'))]))))
    .toStrictEqual(Object.fromEntries(edges.map(({ from, to, times }) => [`${from} ${to}`, times])))
}, { timeout: 20_000, interval: 400 })
const beside = ['DocumentAttached', 'NoticeSent', 'CaseUrged', 'FeeAssessed', 'FeeCharged', 'FeeRefunded', 'RecordCorrectionProposed', 'RecordCorrected', 'DecisionPublished']

describe.skipIf(!chromium)('流程图', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    page = await as('chen-jingzhi')
  }, 270_000)
  afterAll(async () => {
    for (const close of closing) await close()
    await browser?.close()
    await county?.close()
  })

  it('of cases that have ended, every figure follows from their facts, read case by case and counted another way', async () => {
    const { rows } = await county.read<CaseList>('/api/cases?light=done&limit=200'), [item] = [...new Set(rows.map(({ itemCode }) => itemCode))].map((code) => ({ code, n: rows.filter(({ itemCode }) => itemCode === code).length })).sort((a, b) => b.n - a.n)
    const ids: string[] = []
    for (let after = ''; ;) {
      const list = await county.read<CaseList>(`/api/cases?light=done&item=${item!.code}&limit=200${after && `&after=${encodeURIComponent(after)}`}`)
      ids.push(...list.rows.map(({ id }) => id))
      if (list.next === undefined) break
      after = list.next
    }
    const traces: Trace[] = []
    for (const id of ids) {
      const { facts, zone } = await county.read<CaseView & { zone: string }>(`/api/cases/${encodeURIComponent(id)}`), steps = facts.filter(({ type }) => !beside.includes(type))
      traces.push({ id, steps: steps.map(({ type, data }) => type === 'StepCompleted' ? String(data['step']) : type), days: steps.map(({ occurredAt, data }) => wallOf(Date.parse(String(data['becameTrueAt'] ?? occurredAt)), zone ?? 'Asia/Shanghai').day) })
    }
    expect(traces.length).toBeGreaterThan(5)
    const own = new Set(ids), answer = await mapOf(`?share=100&light=done&item=${item!.code}`)
    // Those that have ended meanwhile are looked up too.
    expect(answer.cases - own.size).toBeLessThan(4)
    if (answer.cases === own.size) expect(asWays(answer)).toStrictEqual(waysOf(traces, 100, workingDaysBetween))
  }, 180_000)

  it('boxes and ways carry the figures of the platform; the slider and the filters change them', async () => {
    await page.goto(`${county.url}/map`)
    await page.waitForSelector('[data-map]')
    await agrees(page, '?share=80')
    await page.screenshot({ path: join(shots, 'map-1440.png'), fullPage: true })
    const slider = page.locator('input[type=range]'), before = await page.locator('[data-step]').count()
    await slider.focus()
    await slider.press('Home')
    await page.waitForFunction(() => location.search.includes('share=1'))
    await agrees(page, '?share=1')
    expect(await page.locator('[data-step]').count()).toBeLessThan(before)
    await slider.press('End')
    await page.waitForFunction(() => location.search.includes('share=100'))
    await agrees(page, '?share=100')
    await page.selectOption('select >> nth=0', { index: 1 })
    await page.waitForFunction(() => location.search.includes('department='))
    await agrees(page, new URL(page.url()).search)
    await page.goBack()
    await agrees(page, '?share=100')
  })

  it('a box opens its cases with that count, by keyboard; so does a way', async () => {
    await page.goto(`${county.url}/map?light=done`)
    await page.waitForSelector('[data-step=CaseConcluded]')
    const opens = async (selector: string) => {
      await page.focus(selector)
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-cases] [data-count]')
      await vi.waitFor(async () => {
        const box = page.locator(selector), figure = await box.getAttribute('data-cases')
        const count = Number(await page.locator('[data-count]').getAttribute('data-count'))
        if (figure !== null) expect(count).toBe(Number(figure))
        const query = new URL(page.url()).search, { rows, count: all } = await county.read<CaseList & { count: number }>(`/api/process-map/cases${query}`)
        expect(count).toBe(all)
        expect(await page.locator('section[data-cases] li a').evaluateAll((links) => links.map((link) => decodeURIComponent(link.getAttribute('href')!.split('/').at(-1)!)))).toStrictEqual(rows.map(({ id }) => id))
      }, { timeout: 20_000, interval: 300 })
    }
    await opens('a[data-step=CaseConcluded]')
    await opens('a[data-from=CaseAccepted][data-to=HandlingCompleted]')
    expect(await barriers(page)).toStrictEqual([])
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => !location.search.includes('edgeFrom'))
  })

  it('the same as a table, with Alt t', async () => {
    await page.keyboard.press('Alt+t')
    await page.waitForSelector('figure table')
    const { edges, steps } = await mapOf('?light=done')
    await vi.waitFor(async () => expect(await page.locator('figure tbody tr').count()).toBeGreaterThanOrEqual(edges.length))
    expect(steps.length).toBeGreaterThan(5)
    expect(await barriers(page)).toStrictEqual([])
    await page.keyboard.press('Alt+t')
  })

  it('a section head sees the map of the department; who sees no cases sees figures that open nothing', async () => {
    const head = people.find(({ roles }) => roles.includes('section-head'))!
    const own = await as(head.person)
    await own.goto(`${county.url}/map?share=100`)
    await own.waitForSelector('[data-map]')
    const answer = await fetch(`${county.url}/api/process-map?share=100`, { headers: { cookie: await being(county.url, head.person) } }), { cases } = await answer.json() as MapAnswer
    expect(cases).toBeGreaterThan(0)
    expect(cases).toBeLessThan((await mapOf('?share=100')).cases)
    const clerk = people.find(({ roles }) => roles.includes('window-clerk'))!
    expect((await fetch(`${county.url}/api/process-map`, { headers: { cookie: await being(county.url, clerk.person) } })).status).toBe(403)
  })

  it.each<[string, { width: number; height: number }, Look]>([['375', { width: 375, height: 812 }, { language: 'zh', theme: 'light' }], ['1920-wall', { width: 1920, height: 1080 }, { language: 'zh', theme: 'wall' }],
    ['en-contrast', desk, { language: 'en', theme: 'contrast' }]])('nothing stands in the way: %s', async (name, viewport, look) => {
    const own = await as('fu-heng', viewport, look)
    await own.goto(`${county.url}/map?step=SupplementRequested&share=90`)
    await own.waitForSelector('[data-map]')
    await own.waitForSelector('[data-count]')
    await own.screenshot({ path: join(shots, `map-${name}.png`) })
    expect(await barriers(own)).toStrictEqual([])
  })

  it('nothing was complained of', () => expect(complaints).toStrictEqual([]))
})
