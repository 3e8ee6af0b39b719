import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, connect, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium as browsers, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseView } from '../../projections/views.ts'
import { being } from '../cli/mingjian.ts'
import { barriers, chromium, launched, opened, shots, starting } from './browsing.ts'
import { openCounty, type County } from './county.ts'

const desk = { width: 1440, height: 900 }
const people = { clerk: 'jiang-xiaolan', handler: 'lu-mingyuan', other: 'zhu-qing', head: 'tang-shuyi', leader: 'shen-wei' }
let county: County, browser: Browser, line: Line
const complaints: string[] = []

/** 线路 — between the browser and the platform: it can be cut, and it can lose the answer to what has been said. */
type Line = { url: string; cut(): void; mend(): void; loseAnswerTo(what: string): void; heard: string[]; close(): Promise<void> }
async function openLine(to: number): Promise<Line> {
  let isCut = false, lost: string | undefined
  const heard: string[] = [], ends = new Set<Socket>()
  const server: Server = createServer((near) => {
    if (isCut) { near.destroy(); return }
    const far = connect(to, '127.0.0.1')
    for (const end of [near, far]) { ends.add(end); end.on('close', () => { ends.delete(end); near.destroy(); far.destroy() }); end.on('error', () => undefined) }
    let dumb = false
    near.on('data', (data) => {
      const said = /^POST (\S+)/.exec(data.toString('latin1'))?.[1]
      if (said) heard.push(said)
      if (lost !== undefined && said?.includes(lost)) { dumb = true; lost = undefined }
      far.write(data)
    })
    far.on('data', (data) => { if (dumb) near.destroy(); else near.write(data) })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  const drop = () => { for (const end of ends) end.destroy() }
  return { url: `http://127.0.0.1:${port}`, heard, cut() { isCut = true; drop() }, mend() { isCut = false }, loseAnswerTo(what) { lost = what },
    close: () => { drop(); return new Promise((done) => { server.close(() => done()) }) } }
}

const cookies = new Map<string, string>()
async function as(person: string): Promise<string> {
  let cookie = cookies.get(person)
  if (!cookie) cookies.set(person, cookie = await being(county.url, person))
  return cookie
}
async function say(person: string, id: string, command: string, body: object) {
  const response = await fetch(`${county.url}/api/cases/${id}/${command}`, { method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', cookie: await as(person), 'idempotency-key': crypto.randomUUID() } })
  expect(`${response.status} ${await response.clone().text()}`).toMatch(/^200/)
}
let cases = 0
/** A case of this file's own, accepted: nobody else in the county touches it. */
async function accepted(): Promise<string> {
  const id = `FRAME-${++cases}`
  await say(people.clerk, id, 'submit-application', { itemCode: 'MJ-WJ-0114', hall: 'mingjing', channel: 'window', applicantId: `frame-${cases}` })
  const { rows } = await county.read<{ rows: { code: string; materials: { name: string }[] }[] }>('/api/collections/items?limit=500')
  await say(people.clerk, id, 'register-receipt', { list: rows.find(({ code }) => code === 'MJ-WJ-0114')!.materials.map(({ name }) => ({ name, pages: 1 })) })
  await say(people.clerk, id, 'accept-case', {})
  return id
}
const factsOf = async (id: string) => (await county.read<CaseView>(`/api/cases/${id}`)).facts
const counted = async (id: string, type: string) => (await factsOf(id)).filter((fact) => fact.type === type).length
const until = async (what: () => Promise<boolean>, ms = 20_000) => {
  for (const end = Date.now() + ms; !await what();) { if (Date.now() > end) throw new Error('it did not come to that'); await new Promise((done) => setTimeout(done, 100)) }
}
const open = async (person: string, url = county.url, viewport = desk) => {
  const [context, page] = await opened(browser, url, { viewport, cookie: await as(person), complaints })
  return { context, page }
}
/** By keyboard alone: the palette, what is typed, Enter. */
async function choose(page: Page, typed: string) {
  await page.keyboard.press('Control+k')
  await page.waitForSelector('[role=combobox]')
  await page.keyboard.type(typed)
  await page.waitForFunction((typed) => document.querySelector('[role=option][aria-selected=true]')?.textContent?.includes(typed), typed)
  await page.keyboard.press('Enter')
}

describe.skipIf(!chromium)('框架', () => {
  beforeAll(async () => {
    county = await openCounty()
    browser = await launched()
    line = await openLine(Number(new URL(county.url).port))
  }, 270_000)
  afterAll(async () => {
    await browser?.close()
    await line?.close()
    await county?.close()
  })

  it('the palette finds a case, and says a command on it, by keyboard alone', async () => {
    const id = await accepted()
    const { context, page } = await open(people.handler)
    await page.goto(`${county.url}/cases`)
    await page.waitForSelector('[data-row]')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('[role=combobox]')
    await page.keyboard.type('gg')
    await page.waitForFunction(() => document.querySelector('[role=listbox]')!.textContent!.includes('公共场所卫生许可'))
    await page.screenshot({ path: join(shots, 'palette-1440.png') })
    expect(await barriers(page)).toStrictEqual([])
    await page.keyboard.press('Control+a')
    await page.keyboard.type(id)
    await page.waitForSelector(`[role=option][aria-selected=true][data-key="c ${id}"]`)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.case')
    // What one may not do is there with its reason, and cannot be chosen.
    await page.keyboard.press('Control+k')
    await page.waitForSelector('[role=option]')
    await page.keyboard.type('审核')
    await page.waitForSelector('[role=option][aria-disabled=true] em')
    expect(await page.locator('[role=option][aria-disabled=true]').first().innerText()).toContain('科长')
    expect(await page.locator('[aria-selected=true][aria-disabled=true]').count()).toBe(0)
    await page.keyboard.press('Control+a')
    await page.keyboard.type('办理完成')
    await page.waitForFunction(() => document.querySelector('[role=option][aria-selected=true]')?.textContent?.includes('办理完成'))
    await page.keyboard.press('Enter')
    await page.waitForSelector('form[data-primary] textarea')
    await page.keyboard.press('Control+Enter')
    // Nothing was written: the field is named, on top and at itself.
    await page.waitForSelector('form[data-primary] [role=alert] a')
    expect(await page.locator('[aria-invalid=true]').count()).toBe(1)
    expect(await barriers(page)).toStrictEqual([])
    await page.screenshot({ path: join(shots, 'command-form-1440.png') })
    await page.locator('form[data-primary] textarea').focus()
    await page.keyboard.type('材料齐全，同意。')
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('dialog', { state: 'detached' })
    expect(await counted(id, 'HandlingCompleted')).toBe(1)
    await context.close()
  })

  it('what is said while the line is down waits, is sent once and in order, and says so', async () => {
    const id = await accepted()
    const { context, page } = await open(people.leader, line.url)
    await page.goto(`${line.url}/cases/${id}`)
    await page.waitForSelector('.case')
    // Two tabs of one person have one queue.
    const beside = await context.newPage()
    await beside.goto(`${line.url}/me`)
    await beside.waitForSelector('#rights')
    await page.bringToFront()
    const urge = async (reason: string) => {
      await choose(page, '催办')
      await page.waitForSelector('form[data-primary] textarea')
      await page.locator('form[data-primary] textarea').fill(reason)
      await page.keyboard.press('Control+Enter')
      await page.waitForSelector('dialog', { state: 'detached' })
    }
    // The answer to the first is lost, though it was done; the line then goes.
    line.loseAnswerTo('urge-case')
    await urge('第一次催')
    await until(async () => await counted(id, 'CaseUrged') === 1)
    line.cut()
    await urge('第二次催')
    await page.waitForFunction(() => /能看到 \d\d:\d\d 的内容；[12] 个操作等着发出/.test(document.querySelector('.strip.lost')?.textContent ?? ''))
    await page.screenshot({ path: join(shots, 'offline-1440.png') })
    expect(await barriers(page)).toStrictEqual([])
    // It waits on this computer also when the page is gone, and nothing of it can be read there.
    const kept = await page.evaluate(async () => {
      const request = indexedDB.open('mingjian')
      const database = await new Promise<IDBDatabase>((done) => { request.onsuccess = () => done(request.result) })
      const all = <T>(store: string) => new Promise<T[]>((done) => { const found = database.transaction(store).objectStore(store).getAll(); found.onsuccess = () => done(found.result as T[]) })
      const sealed = await all<{ text: ArrayBuffer }>('sealed'), keys = await all<CryptoKey>('keys')
      return { texts: sealed.map(({ text }) => new TextDecoder().decode(text)).join('\n'), extractable: keys.some((key) => key.extractable), sealed: sealed.length }
    })
    expect(kept.sealed).toBeGreaterThan(0)
    expect(kept.texts).not.toContain('催')
    expect(kept.extractable).toBe(false)
    line.mend()
    await beside.waitForFunction(() => document.querySelector('.strip.sent')?.textContent?.includes('没有重复'))
    await page.waitForFunction(() => document.querySelector('.strip.sent')?.textContent?.includes('没有重复'))
    const urged = (await factsOf(id)).filter(({ type }) => type === 'CaseUrged')
    expect(urged.map(({ data }) => data['reason'])).toStrictEqual(['第一次催', '第二次催'])
    expect(line.heard.filter((path) => path.includes(`${id}/urge-case`)).length).toBeGreaterThanOrEqual(3)
    await context.close()
  })

  it('whoever signs in next on the same computer sends nothing of what waits for another', async () => {
    const id = await accepted()
    const { context, page } = await open(people.leader, line.url)
    await page.goto(`${line.url}/cases/${id}`)
    await page.waitForSelector('.case')
    await choose(page, '催办')
    await page.waitForSelector('form[data-primary]')
    await context.setOffline(true)
    await page.keyboard.press('Control+Enter')
    await page.waitForFunction(() => document.querySelector('.strip.lost')?.textContent?.includes('1 个操作等着发出'))
    // Another tab becomes somebody else as soon as the line is back, before the first has looked.
    const [name = '', value = ''] = (await as(people.handler)).split('=')
    await context.addCookies([{ name, value, url: line.url, httpOnly: true, sameSite: 'Strict' }])
    await context.setOffline(false)
    await page.waitForFunction(() => document.querySelector('.who')?.textContent?.includes('陆明远'))
    await page.waitForTimeout(4_000)
    expect(await counted(id, 'CaseUrged')).toBe(0)
    expect(await page.locator('.strip.lost').count()).toBe(0)
    // The first comes back, and theirs goes out under their own name.
    const [, own = ''] = (await as(people.leader)).split('=')
    await context.addCookies([{ name, value: own, url: line.url, httpOnly: true, sameSite: 'Strict' }])
    await page.reload()
    await page.waitForFunction(() => document.querySelector('.strip.sent')?.textContent?.includes('没有重复'))
    const [fact] = (await factsOf(id)).filter(({ type }) => type === 'CaseUrged')
    expect(fact!.by).toBe(people.leader)
    await context.close()
  })

  it('a refusal of what waited is shown with what was meant, and opens the case', async () => {
    const id = await accepted()
    const { context, page } = await open(people.handler, line.url)
    await page.goto(`${line.url}/cases/${id}`)
    await page.waitForSelector('.case')
    await choose(page, '办理完成')
    await page.locator('form[data-primary] textarea').fill('材料齐全。')
    await context.setOffline(true)
    await page.keyboard.press('Control+Enter')
    await page.waitForFunction(() => document.querySelector('.strip.lost')?.textContent?.includes('1 个操作等着发出'))
    await say(people.clerk, id, 'withdraw-application', { reason: '申请人撤回' }).catch(() => undefined)
    await context.setOffline(false)
    await page.waitForSelector('section.strip.lost a')
    expect(await page.locator('section.strip.lost').innerText()).toContain('办理完成')
    await page.screenshot({ path: join(shots, 'refused-later-1440.png') })
    expect(await counted(id, 'HandlingCompleted')).toBe(0)
    await page.locator('section.strip.lost button').click()
    await page.waitForSelector('section.strip.lost', { state: 'detached' })
    await context.close()
  })

  it('two people on one case: who comes second sees what the first said, and loses nothing', async () => {
    const id = await accepted()
    const one = await open(people.handler), two = await open(people.clerk)
    await one.page.goto(`${county.url}/cases/${id}`)
    await one.page.waitForSelector('.case')
    await choose(one.page, '办理完成')
    await one.page.locator('form[data-primary] textarea').fill('我写了很久的意见。')
    await two.page.goto(`${county.url}/cases/${id}`)
    await two.page.waitForSelector('.case')
    await choose(two.page, '送出通知')
    await two.page.locator('form[data-primary] select').first().selectOption('acceptance')
    await two.page.getByLabel('窗口').check()
    await two.page.keyboard.press('Control+Enter')
    await two.page.waitForSelector('dialog', { state: 'detached' })
    expect(await counted(id, 'NoticeSent')).toBe(1)
    await one.page.keyboard.press('Control+Enter')
    await one.page.waitForSelector('dialog .own')
    const told = await one.page.locator('dialog:has(.own)').innerText()
    expect(told).toContain('发出通知')
    expect(told).toContain('我写了很久的意见。')
    expect(await counted(id, 'HandlingCompleted')).toBe(0)
    expect(await barriers(one.page)).toStrictEqual([])
    await one.page.screenshot({ path: join(shots, 'changed-1440.png') })
    await one.page.getByRole('button', { name: '按现在的情形再提交' }).click()
    await until(async () => await counted(id, 'HandlingCompleted') === 1)
    expect((await factsOf(id)).find(({ type }) => type === 'HandlingCompleted')!.data['opinion']).toBe('我写了很久的意见。')
    await one.context.close()
    await two.context.close()
  }, 180_000)

  it('what is typed survives the browser being killed, and is gone when it has been sent', async () => {
    const id = await accepted(), profile = mkdtempSync(join(tmpdir(), 'mingjian-profile-'))
    const start = async () => {
      const context = await browsers.launchPersistentContext(profile, { ...starting, viewport: desk, locale: 'zh-CN' })
      const [name = '', value = ''] = (await as(people.handler)).split('=')
      await context.addCookies([{ name, value, url: county.url, httpOnly: true, sameSite: 'Strict' }])
      const page = context.pages()[0] ?? await context.newPage()
      await page.goto(`${county.url}/cases/${id}`)
      await page.waitForSelector('.case')
      await choose(page, '办理完成')
      await page.waitForSelector('form[data-primary] textarea')
      return { context, page }
    }
    const first = await start()
    await first.page.locator('form[data-primary] textarea').pressSequentially('写到一半的意见')
    await first.page.waitForTimeout(350)
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try { if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(profile)) process.kill(Number(pid), 'SIGKILL') } catch { /* gone with the others */ }
    }
    await first.context.close().catch(() => undefined)
    const second = await start()
    await second.page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('form[data-primary] textarea')?.value === '写到一半的意见')
    expect(await second.page.locator('form[data-primary]').innerText()).toMatch(/\d\d:\d\d 已存/)
    await second.page.keyboard.press('Control+Enter')
    await second.page.waitForSelector('dialog', { state: 'detached' })
    expect((await factsOf(id)).find(({ type }) => type === 'HandlingCompleted')!.data['opinion']).toBe('写到一半的意见')
    await second.context.close()
    rmSync(profile, { recursive: true, force: true })
  }, 180_000)

  it('a change is on the screen soon after it was written down', async () => {
    const { context, page } = await open(people.handler)
    await page.goto(`${county.url}/cases?order=opened`)
    await page.waitForSelector('[data-row]')
    await page.waitForTimeout(1_000)
    const took: number[] = []
    for (let i = 0; i < 5; i++) {
      const id = `FRAME-LIVE-${i}`
      await page.evaluate((id) => {
        const watch = window as unknown as { seen?: number }
        delete watch.seen
        const observer = new MutationObserver(() => { if (document.querySelector(`a[data-id="${id}"]`)) { watch.seen = Date.now(); observer.disconnect() } })
        observer.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true })
      }, id)
      await say(people.clerk, id, 'submit-application', { itemCode: 'MJ-WJ-0114', hall: 'mingjing', channel: 'window', applicantId: `frame-live-${i}` })
      const answered = Date.now()
      await page.waitForFunction(() => (window as unknown as { seen?: number }).seen !== undefined)
      took.push(await page.evaluate(() => (window as unknown as { seen: number }).seen) - answered)
      await page.waitForTimeout(700)
    }
    process.stderr.write(`live: on the screen ${took.join(', ')} ms after the answer\n`)
    expect(Math.min(...took)).toBeLessThan(2_000)
    await context.close()
  })

  it('what is left of a page whose build is gone opens anew by itself, and drafts stay', async () => {
    const { context, page } = await open(people.handler)
    let gone = true, loads = 0
    await page.route('**/assets/Me-*.js', (route) => gone ? route.fulfill({ status: 404, body: '' }) : route.continue())
    await page.goto(`${county.url}/cases`)
    await page.waitForSelector('[data-row]')
    page.on('load', () => { loads++; gone = false })
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.waitForSelector('#rights')
    expect(loads).toBe(1)
    await context.close()
  })

  it('all keys are listed, and nothing else works behind the list', async () => {
    const { context, page } = await open(people.handler)
    await page.goto(`${county.url}/cases`)
    await page.waitForSelector('[data-row]')
    await page.keyboard.press('?')
    await page.waitForSelector('dialog[open] kbd')
    const before = page.url()
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    expect(page.url()).toBe(before)
    expect(await barriers(page)).toStrictEqual([])
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog[open]', { state: 'detached' })
    await context.close()
  })

  it('another question in the address leaves the screen where it is: the keyboard, what is typed, and what stands there', async () => {
    /** Somebody begins on a screen; `act` asks it something else, and what was marked before still stands. */
    const stays = async (page: Page, path: string, ready: string, act: () => Promise<unknown>, seen: RegExp) => {
      await page.goto(`${county.url}${path}`)
      await page.waitForSelector(ready)
      const marked = await page.waitForSelector('main section.card, main figure.card')
      await act()
      await page.waitForURL(seen)
      await page.waitForTimeout(150)
      expect([path, await marked.evaluate((one) => one.isConnected)]).toStrictEqual([path, true])
    }
    const at = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? '')
    const choose = (page: Page, which: string) => async () => {
      const select = page.locator(which).first()
      await select.focus()
      await select.selectOption({ index: 1 })
    }
    const { context, page } = await open('ge-wen')
    await stays(page, '/items', '[data-row]', async () => {
      await page.focus('#i-find')
      await page.keyboard.type('许可', { delay: 30 })
    }, /q=/)
    expect([await at(page), await page.inputValue('#i-find')]).toStrictEqual(['i-find', '许可'])
    const found = await page.locator('[data-row]').count(), { items } = await county.read<{ items: { shortName: string; legalName: string; code: string; department: string }[] }>('/api/items')
    expect(found).toBe(items.filter((one) => `${one.code} ${one.legalName} ${one.shortName} ${one.department}`.includes('许可')).length)
    // The list that is narrowed letter by letter is one step back.
    await page.goto(`${county.url}/help`)
    await page.goto(`${county.url}/items`)
    await page.waitForSelector('#i-find')
    await page.focus('#i-find')
    await page.keyboard.type('MJ', { delay: 30 })
    await page.waitForURL(/q=MJ/)
    await page.goBack()
    await page.waitForURL(/\/help$/)
    await stays(page, '/cases', '[data-row]', choose(page, 'select[aria-label=排序]'), /order=/)
    expect(await at(page)).toBe('排序')
    await stays(page, '/cards', '[data-card]', async () => {
      await page.selectOption('select[name=severity]', 'YELLOW')
      await page.locator('form:has(select[name=severity]) button').first().click()
    }, /severity=YELLOW/)
    await stays(page, '/map', '[data-shown]', choose(page, 'form.fs select'), /department=/)
    await stays(page, '/rules', '[data-rule]', () => page.keyboard.press('j'), /rule=/)
    const first = new URL(page.url()).searchParams.get('rule')
    // The keyboard went along: the next press goes on from there.
    await page.keyboard.press('j')
    await page.waitForFunction((first) => { const now = new URLSearchParams(location.search).get('rule'); return now !== first && document.activeElement?.getAttribute('data-rule') === now }, first)
    await context.close()
    // A figure of the first line leads to its rows, on foot: at the desk of somebody who has some that fall due this week, or that are held.
    const { rows: all } = await county.read<{ rows: { person: string; roles: string[] }[] }>('/api/collections/people?limit=500')
    let busy: { person: string; group: 'week' | 'hold' } | undefined
    for (const { person } of all.filter(({ roles }) => roles.includes('handler'))) {
      const { rows } = await (await fetch(`${county.url}/api/desk`, { headers: { cookie: await as(person) } })).json() as { rows: { group: string }[] }
      const group = (['week', 'hold'] as const).find((one) => rows.some((row) => row.group === one))
      if (group) { busy = { person, group }; break }
    }
    const desk = await open(busy!.person)
    await desk.page.goto(`${county.url}/desk`)
    await desk.page.waitForSelector(`[data-group=${busy!.group}] a`)
    await desk.page.locator('.hi p button').nth(busy!.group === 'week' ? 0 : 1).press('Enter')
    await desk.page.waitForFunction((group) => document.activeElement?.closest('[data-group]')?.getAttribute('data-group') === group, busy!.group)
    await desk.context.close()
    const clerk = await open(people.clerk)
    await stays(clerk.page, '/window', '#w-today nav a', async () => {
      await clerk.page.fill('#w-who', '没打完')
      await clerk.page.locator('#w-today nav a').nth(2).press('Enter')
    }, /list=/)
    expect(await clerk.page.inputValue('#w-who')).toBe('没打完')
    await clerk.context.close()
  }, 180_000)

  it('no page complained but of the line that was cut, and of what was refused on purpose', () =>
    expect(complaints.filter((line) => !/ERR_(?:CONNECTION|INTERNET|EMPTY|NETWORK|SOCKET)|WebSocket|status of (?:404|409|412|422|502|503)/.test(line))).toStrictEqual([]))
})
