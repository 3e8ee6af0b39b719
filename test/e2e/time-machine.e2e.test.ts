import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseList, CaseView, PersonView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, looks, opened, shots, type Look } from './browsing.ts'
import { openCounty, root, type County } from './county.ts'

const widths = { 375: { width: 375, height: 812 }, 1440: { width: 1440, height: 900 }, 1920: { width: 1920, height: 1080 } }
const eyes = ['applicant', 'window-clerk', 'handler', 'inspector'] as const
let county: County, browser: Browser, context: BrowserContext, page: Page, story: CaseView, dir: string
const complaints: string[] = []
const open = (viewport: { width: number; height: number }, look?: Look, cookie = county.cookie) => opened(browser, county.url, { viewport, cookie, complaints, ...(look && { look }) })
const at = (id: string) => `/cases/${encodeURIComponent(id)}`
const caseAt = (id: string, query: Record<string, string> = {}) => county.read<CaseView>(`/api${at(id)}?${new URLSearchParams(query)}`)
const visit = async (own: Page, path: string) => { await own.goto(county.url + path); await own.waitForSelector('.case') }
/** What the page says of the moment that it shows. */
const said = (own: Page) => own.evaluate(() => {
  const text = (selector: string) => document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? ''
  return {
    at: document.querySelector<HTMLElement>('.case')!.dataset['at']!, told: [...document.querySelectorAll<HTMLElement>('[data-revision][data-future="false"]')].map(({ dataset }) => Number(dataset['revision'])),
    light: document.querySelector('#then')?.parentElement!.querySelector('.lt')!.classList[1], steps: [...document.querySelectorAll('.path li')].map((step) => step.classList[0]),
    found: document.querySelectorAll('section[aria-labelledby=findings] .op:not(.mut)').length, opinions: document.querySelectorAll('section[aria-labelledby=opinions] .op:not(.mut)').length,
    ledger: text('section[aria-labelledby=ledger]'), missing: document.querySelector('#then') === null,
  }
})
const episodes = ({ findings, cards }: CaseView) => new Set([...findings, ...cards].map(({ ruleId, clock, becameTrueAt, subCase }) => `${subCase ?? ''} ${ruleId} ${clock} ${becameTrueAt}`)).size
const opinionsIn = ({ facts }: CaseView) => facts.filter(({ type, data }) => data['opinion'] !== undefined || (type === 'StepSentBack' && data['reason'])).length
/** A case that has ended, so that nothing moves under the test, with as much to it as there is. */
async function storied(): Promise<CaseView> {
  let best: CaseView | undefined
  const weight = (view: CaseView) => view.facts.length + view.cards.length * 3 + view.sentBack.length * 5 + view.facts.filter(({ late }) => late).length * 5 + view.clocks.flatMap(({ pauses }) => pauses).length * 3
  const { rows } = await county.read<CaseList>('/api/cases?light=done&limit=100')
  for (const { id, source } of rows) { if (source) continue; const view = await caseAt(id); if (!best || weight(view) > weight(best)) best = view }
  return best!
}

describe.skipIf(!chromium)('时光机', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    dir = mkdtempSync(join(tmpdir(), 'mingjian-proof-'))
    county = await openCounty()
    browser = await launched()
    ;[context, page] = await open(widths[1440])
    story = await storied()
  }, 360_000)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await county?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  it('shows at every fact, by either knowledge and in everybody’s eyes, what the server answers for that moment', async () => {
    let points = 0
    for (const role of eyes) for (const known of ['then', 'now'] as const) {
      await visit(page, `${at(story.id)}?as=${role}&known=${known}&at=${story.span.from}`)
      for (let step = 0; step < 6; step++) {
        if (step > 0) await page.keyboard.press(']')
        await page.waitForTimeout(40)
        const shown = await said(page)
        if (await page.locator('.case[data-live=true]').count()) break
        const then = await caseAt(story.id, { at: shown.at, ...(known === 'then' && { known: shown.at }), as: role })
        expect([role, known, shown.at, shown.told]).toStrictEqual([role, known, then.at, then.facts.map(({ revision }) => revision)])
        const clock = then.clocks.find(({ kind }) => kind === 'promised') ?? then.clocks.find(({ kind }) => kind === 'statutory')
        expect(shown.light).toBe(then.light === 'done' || then.light === 'hold' || clock?.dueOn || clock?.dueAt ? then.light : 'done')
        expect([shown.steps, shown.found, shown.opinions]).toStrictEqual([then.steps.map(({ state }) => state), episodes(then), opinionsIn(then)])
        for (const { lines, dueOn } of then.clocks) if (dueOn && lines.zh.length) expect(shown.ledger).toContain(lines.zh.at(-1))
        points++
      }
    }
    process.stdout.write(`时光机：${points} 个（时刻，所知，角色）与接口相同 / moments compared\n`)
    expect(points).toBeGreaterThanOrEqual(30)
  }, 180_000)

  it('an applicant’s eyes are sent no inner word, and no moment is asked of the server', async () => {
    const inner = story.facts.flatMap(({ data, by, byName }) => [data['opinion'], by, byName]).filter((text): text is string => typeof text === 'string' && text.length > 1)
    expect(inner.length).toBeGreaterThan(3)
    const heard: string[] = [], asked: string[] = []
    page.on('request', (request) => { if (request.url().includes(`/api${at(story.id)}`)) asked.push(new URL(request.url()).pathname) })
    page.on('response', (response) => { if (response.url().includes('as=applicant')) void response.text().then((text) => heard.push(text), () => undefined) })
    await visit(page, `${at(story.id)}?as=applicant`)
    for (let n = 0; n < 8; n++) await page.keyboard.press('[')
    await page.waitForSelector('.case[data-live=false]')
    expect(heard.length).toBeGreaterThan(0)
    for (const word of [...inner, 'R-01', '"findings":[{']) expect(heard.join('\n').includes(word), word).toBe(false)
    expect([...new Set(asked)]).toStrictEqual([`/api${at(story.id)}/replay`])
  })

  it('compares two moments: what was told in between, what differs', async () => {
    await visit(page, at(story.id))
    await page.keyboard.press('Home')
    await page.waitForSelector('.case[data-live=false]')
    await page.keyboard.press('p')
    const a = await said(page)
    for (let n = 0; n < 4; n++) await page.keyboard.press(']')
    await page.waitForFunction((before) => document.querySelector<HTMLElement>('.case')!.dataset['at'] !== before, a.at)
    await page.waitForTimeout(60)
    const b = await said(page), [then, later] = await Promise.all([caseAt(story.id, { at: a.at, known: a.at }), caseAt(story.id, { at: b.at, known: b.at })])
    const before = new Set(then.facts.map(({ revision }) => revision)), between = later.facts.filter(({ revision }) => !before.has(revision))
    expect(between.length).toBeGreaterThan(0)
    expect(await page.getAttribute('[data-between]', 'data-between')).toBe(String(between.length))
    expect(await page.textContent('[data-row=facts]')).toContain(`${then.facts.length} 条`)
    await page.screenshot({ path: join(shots, 'time-machine-compared.png'), fullPage: true })
    await page.keyboard.press('p')
    expect(await page.locator('[data-between]').count()).toBe(0)
  })

  it('proves a fact: checked here, and offline from what was downloaded', async () => {
    await visit(page, at(story.id))
    await page.locator('[data-revision="1"] button').first().focus()
    await page.keyboard.press('v')
    await page.waitForSelector('dialog [data-holds=true]')
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'time-machine-proof.png') })
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载证明' }).click()]), receipt = join(dir, 'one.receipt.json'), head = join(dir, 'checkpoint.txt')
    await download.saveAs(receipt)
    const { proof } = JSON.parse(readFileSync(receipt, 'utf8')) as { proof: { checkpoint: string } }
    writeFileSync(head, proof.checkpoint)
    const verify = (file: string) => spawnSync(process.execPath, [join(root, 'dist/api/main.js'), 'verify-receipt', file, '--head', head, '--json'], { encoding: 'utf8' })
    expect(verify(receipt)).toMatchObject({ status: 0, stdout: expect.stringContaining('"proven"') as string })
    const other = join(dir, 'other.receipt.json')
    writeFileSync(other, readFileSync(receipt, 'utf8').replace('"fact":1', '"fact":2'))
    expect(verify(other)).toMatchObject({ status: 1, stdout: expect.stringContaining('kind-of-another') as string })
    expect(JSON.parse(await (await page.request.get(`${county.url}/api${at(story.id)}/receipt?fact=1`)).text())).toMatchObject({ kind: 'fact', fact: 1, case: story.id })
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => !document.querySelector('dialog[open]'))
    expect(await page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-revision]')?.dataset['revision'])).toBe('1')
  })

  it('who looked is told, and what is sealed opens for a purpose and closes again', async () => {
    await visit(page, at(story.id))
    await page.getByRole('button', { name: '谁看过' }).click()
    await page.waitForSelector('dialog li b')
    expect(await page.textContent('dialog')).toContain('陈敬之')
    await page.keyboard.press('Escape')
    const seal = page.locator('.chip.seal')
    if (!await seal.count()) return
    await seal.click()
    await page.getByRole('button', { name: '记下事由，打开' }).click()
    await page.waitForSelector('dialog [role=alert]')
    await page.getByLabel('事由', { exact: true }).fill('核对申请人')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog dd')
    const shown = (await page.textContent('dialog dl'))!
    expect(shown).not.toContain('＊')
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => !document.querySelector('dialog[open]'))
    expect(await page.textContent('main')).not.toContain(shown.replace('申请人', ''))
  })

  it('a hand is followed through a long history, of which only what lies around it is on the page', async () => {
    const { people } = await county.read<{ people: PersonView[] }>('/api/people'), { rows } = await county.read<CaseList>('/api/cases?limit=100')
    const row = rows.find(({ source, stage, hall }) => !source && stage === 'Accepted' && hall)!, clerk = people.find(({ roles, hall }) => roles.includes('window-clerk') && hall === row.hall)!
    const cookie = await being(county.url, clerk.person), many = Number(process.env['MINGJIAN_FACTS'] ?? 200)
    for (let n = 0; n < many; n += 10) await Promise.all(Array.from({ length: 10 }, (_, i) => fetch(`${county.url}/api${at(row.id)}/complete-step`, { method: 'POST',
      headers: { 'content-type': 'application/json', cookie, 'idempotency-key': `long-${n + i}` }, body: JSON.stringify({ number: `long-${n + i}`, step: `第 ${n + i} 步` }) })))
    await visit(page, at(row.id))
    const facts = (await caseAt(row.id)).facts.length
    expect(facts).toBeGreaterThanOrEqual(many)
    await page.waitForTimeout(500)
    const frames = await page.evaluate(async () => {
      const input = document.querySelector<HTMLInputElement>('input[type=range]')!, min = Number(input.min), max = Number(input.max), gaps: number[] = []
      let last = performance.now()
      for (let i = 0; i < 120; i++) {
        await new Promise((done) => requestAnimationFrame(done))
        const now = performance.now()
        if (i > 2) gaps.push(now - last)
        last = now
        input.value = String(max - (max - min) * 0.98 * (i < 60 ? i / 60 : 2 - i / 60))
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }
      gaps.sort((a, b) => a - b)
      return { p50: gaps[Math.floor(gaps.length / 2)]!, p95: gaps[Math.floor(gaps.length * 0.95)]!, rows: document.querySelectorAll('[data-revision]').length }
    })
    process.stdout.write(`拖动 ${facts} 条事实 / dragging over ${facts} facts: p50 ${frames.p50.toFixed(1)} ms, p95 ${frames.p95.toFixed(1)} ms a frame\n`)
    expect(frames.rows).toBeLessThan(40)
    expect(frames.p50).toBeLessThan(200)
    await page.locator('button.more').first().click()
    expect(await page.locator('[data-revision]').count()).toBeGreaterThan(5)
  }, 270_000)

  it.each(looks([[375, 'zh', 'light'], [1440, 'zh', 'light'], [1920, 'zh', 'wall'], [1440, 'en', 'contrast'], [375, 'en', 'contrast']] as const))('at %i px in %s, %s, nothing stands in the way of anybody', async (width, language, theme) => {
    const middle = story.facts[Math.floor(story.facts.length / 2)]!.recordedAt, found: string[] = [], [own, seen] = await open(widths[width], { language, theme })
    for (const [name, path] of Object.entries({ past: `?at=${middle}`, now: '', applicant: `?at=${middle}&as=applicant`, compared: `?at=${middle}&pin=${story.span.from}` })) {
      await visit(seen, at(story.id) + path)
      await seen.waitForTimeout(150)
      await seen.screenshot({ path: join(shots, `time-machine-${name}-${width}-${language}-${theme}.png`), fullPage: true })
      found.push(...(await barriers(seen)).map((what) => `${name}: ${what}`))
    }
    await own.close()
    expect(found).toStrictEqual([])
  }, 180_000)

  it('no page complained', () => expect(complaints).toStrictEqual([]))
})
