import { mkdirSync, readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseList, CaseView } from '../../projections/views.ts'
import type { DepartmentView } from '../../projections/views-department.ts'
import { being } from '../cli/mingjian.ts'
import { cellsOf } from '../oracles/csv.ts'
import { barriers, chromium, launched, opened, shots } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const desk = { width: 1440, height: 900 }
let county: County, browser: Browser, context: BrowserContext, page: Page, cookie: string
const complaints: string[] = []
/** A file that a page hands out, as a spreadsheet reads it: heads, and lines by head. */
async function file(from: Page, within: string) {
  const [download] = await Promise.all([from.waitForEvent('download'), from.locator(`${within} [data-csv]`).first().click()])
  const bytes = readFileSync(await download.path())
  expect([...bytes.subarray(0, 3)]).toStrictEqual([0xef, 0xbb, 0xbf])
  const [heads = [], ...lines] = cellsOf(bytes.toString('utf8').slice(1))
  expect(lines.filter((line) => line.length !== heads.length)).toStrictEqual([])
  for (const cell of lines.flat()) expect(/^\s*[=+@＝＋＠]|^\s*-(?!\d)/.test(cell), cell).toBe(false)
  return { name: download.suggestedFilename(), heads, column: (head: string) => { const at = heads.indexOf(head); expect(at, `${head} in ${heads.join()}`).toBeGreaterThanOrEqual(0); return lines.map((line) => line[at]!) } }
}
const go = async (path: string, ready: string) => { await page.goto(county.url + path); await page.waitForSelector(ready) }

describe.skipIf(!chromium)('表格文件', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    county = await openCounty()
    browser = await launched()
    ;({ cookie } = county)
    ;[context, page] = await opened(browser, county.url, { viewport: desk, cookie, complaints })
  }, 270_000)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await county?.close()
  })

  it('a history goes into a file fact by fact, with both times, and of another moment only what was told by then', async () => {
    const { rows } = await county.read<CaseList>('/api/cases?light=late&limit=1'), { id } = rows[0]!
    // What somebody writes may look like a formula; a spreadsheet is not to take it for one.
    const urged = await fetch(`${county.url}/api/cases/${encodeURIComponent(id)}/urge-case`, { method: 'POST', body: JSON.stringify({ number: 'csv-1', reason: '=HYPERLINK("http://x","看"), 请\n速办' }),
      headers: { cookie, 'content-type': 'application/json', 'idempotency-key': 'csv-1' } })
    expect(urged.status).toBe(200)
    const view = await county.read<CaseView>(`/api/cases/${encodeURIComponent(id)}`)
    await go(`/cases/${encodeURIComponent(id)}`, '#history')
    const whole = await file(page, 'section:has(#history)')
    expect(whole.name).toBe(`经过-${view.caseNo}.csv`)
    expect(whole.column('账本位').map(Number)).toStrictEqual(view.facts.map(({ position }) => position))
    const local = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
    expect(whole.column('发生')).toStrictEqual(view.facts.map(({ occurredAt }) => local(occurredAt)))
    expect(whole.column('记入')).toStrictEqual(view.facts.map(({ recordedAt }) => local(recordedAt)))
    const said = whole.column('内容').filter((line) => line.includes('HYPERLINK'))
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('看"), 请\n速办')
    const screen = (await page.locator('section:has(#history) li').allInnerTexts()).join('\n')
    for (const [i, who] of whole.column('谁').entries()) expect(screen, whole.column('事实')[i]).toContain(who)
    expect(await barriers(page)).toStrictEqual([])
    const middle = view.facts[2]!.recordedAt
    await go(`/cases/${encodeURIComponent(id)}?at=${encodeURIComponent(middle)}`, '#history')
    const then = await file(page, 'section:has(#history)')
    expect(then.column('账本位').map(Number)).toStrictEqual(view.facts.filter(({ recordedAt }) => recordedAt <= middle).map(({ position }) => position))
    expect(then.name).not.toBe(whole.name)
  }, 180_000)

  it('in the applicant\'s eyes the file has what they may see, and nothing else', async () => {
    const { rows } = await county.read<CaseList>('/api/cases?light=done&limit=1'), { id } = rows[0]!, own = await county.read<CaseView>(`/api/cases/${encodeURIComponent(id)}`)
    const theirs = await county.read<CaseView>(`/api/cases/${encodeURIComponent(id)}?as=applicant`)
    const opinions = own.facts.flatMap(({ data }) => typeof data['opinion'] === 'string' ? [data['opinion']] : []), names = new Set(theirs.facts.flatMap(({ byName }) => byName ?? []))
    expect(opinions.length).toBeGreaterThan(0)
    await go(`/cases/${encodeURIComponent(id)}?as=applicant`, '#history')
    const { column } = await file(page, 'section:has(#history)')
    expect(column('账本位').map(Number)).toStrictEqual(theirs.facts.map(({ position }) => position))
    const text = [...column('内容'), ...column('谁')].join('\n')
    for (const opinion of opinions) expect(text).not.toContain(opinion)
    for (const name of new Set(own.facts.flatMap(({ byName }) => byName ?? []))) if (!names.has(name)) expect(text).not.toContain(name)
  }, 180_000)

  it('the lists, the register and the board hand out what they show', async () => {
    await go('/cases?light=late', '[data-row]')
    const shown = await page.locator('[data-row] .nm .mono').allInnerTexts(), cases = await file(page, '.ending')
    expect(cases.column('受理编号')).toStrictEqual(shown)
    expect(cases.column('申请人')).toStrictEqual((await page.locator('[data-row] .nm > .mut').allInnerTexts()).map((text, i) => text.replace(shown[i]!, '').trim()))
    await go('/cards', '[data-card]')
    const cards = await file(page, '.end'), rules = await page.locator('[data-card] .fh .lt').allInnerTexts()
    expect(cards.column('规则')).toStrictEqual(rules.map((text) => text.trim()))
    expect(cards.column('办件号').filter(Boolean)).toStrictEqual((await page.locator('[data-card] .fs .mono').allInnerTexts()).map((text) => text.replace(/#\d+$/, '')))
    await go('/room', '#flow-t')
    await page.keyboard.press('Alt+t')
    const flow = await file(page, 'section:has(#flow-t)'), open = flow.column('在办').map(Number), by = ['超期', '临期', '正常', '停表'].map((light) => flow.column(light).map(Number))
    for (const numbers of [open, ...by]) expect(numbers.slice(0, -1).reduce((sum, n) => sum + n, 0)).toBe(numbers.at(-1))
    open.forEach((n, i) => expect(by.reduce((sum, of) => sum + of[i]!, 0)).toBe(n))
    const units = await file(page, 'section:has(#dep-t)')
    expect(units.column('单位')).toStrictEqual(await page.locator('[data-department] th').allInnerTexts())
  }, 180_000)

  it('a head takes home who has how much, and it adds up', async () => {
    const theirs = await being(county.url, 'jia-yuan'), [own, sheet] = await opened(browser, county.url, { viewport: desk, cookie: theirs, complaints })
    await sheet.goto(`${county.url}/department`)
    await sheet.waitForSelector('#load')
    const load = await file(sheet, 'section:has(#load)'), view = await (await fetch(`${county.url}/api/department`, { headers: { cookie: theirs } })).json() as DepartmentView
    expect(load.column('人').slice(0, view.people.length)).toStrictEqual(view.people.map(({ name }) => name))
    for (const head of load.heads.slice(1)) { const numbers = load.column(head).map(Number); expect(numbers.slice(0, -1).reduce((sum, n) => sum + n, 0), head).toBe(numbers.at(-1)) }
    expect(await barriers(sheet)).toStrictEqual([])
    await own.close()
  }, 180_000)

  it('nothing was complained of', () => expect(complaints.filter((text) => !/WebSocket/.test(text))).toStrictEqual([]))
})
