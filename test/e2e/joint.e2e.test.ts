import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import { openAccessHouse, who, type AccessHouse } from '../api/access-house.ts'
import { licence } from '../fixtures/licence.ts'
import { at } from '../kernel/spec.ts'
import { barriers, chromium, launched, opened, shots } from './browsing.ts'
import { root } from './county.ts'

const sizes = { phone: { width: 375, height: 812 }, desk: { width: 1440, height: 900 }, wall: { width: 1920, height: 1080 } }
const id = '422822-20260302-0001', water = 'p-water', fire = 'p-fire', lead = who.handler
let house: AccessHouse, browser: Browser, url: string
const complaints: string[] = [], contexts: BrowserContext[] = []
const open = async (person: string): Promise<Page> => {
  const [context, page] = await opened(browser, url, { viewport: sizes.desk, cookie: await house.session(person), complaints })
  contexts.push(context)
  return page
}
const typesOf = async () => (await house.facts(`cases-${id}`)).map(({ type }) => type)
const fact = (type: string, times = 1) => vi.waitFor(async () => expect((await typesOf()).filter((one) => one === type)).toHaveLength(times), { timeout: 10_000, interval: 100 })
async function before(page: Page) {
  await house.settled()
  await page.goto(`${url}/desk?case=${id}`)
  await page.waitForSelector(`.work[data-case="${id}"] .do`)
}
async function answers(person: string) {
  const page = await open(person)
  await before(page)
  await page.locator('.work textarea').fill('同意，符合本部门条件。')
  await page.keyboard.press('Control+Enter')
}
const looked = async (page: Page, name: string) => {
  for (const size of Object.values(sizes)) {
    await page.setViewportSize(size)
    await page.waitForTimeout(100)
    await page.screenshot({ path: join(shots, `joint-${name}-${size.width}.png`), fullPage: true })
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${name} at ${size.width}`).toBeLessThanOrEqual(0)
  }
  await page.setViewportSize(sizes.desk)
  expect(await barriers(page), name).toStrictEqual([])
}

describe.skipIf(!chromium)('联办件里一家迟了', () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    house = await openAccessHouse({ uiDir: join(root, 'dist/ui'), issue: true })
    for (const [person, department] of [[water, '水利局'], [fire, '消防救援大队']] as const) await house.say(identity, person, 'EnrolPerson', { name: department.slice(0, 2), department, post: '科员', roles: ['handler'] })
    await house.say(items, 'C-2', 'PublishItem', { ...licence, department: '甲局', shortName: '开办加油站', caseType: 'JOINT', promisedWorkingDays: 15, officers: [lead, who['window-clerk']], materials: [],
      coHandlers: [{ department: '水利局', matter: '取水意见', promisedWorkingDays: 3, officers: [water] }, { department: '消防救援大队', matter: '消防意见', promisedWorkingDays: 3, officers: [fire] }] })
    const clerk = await house.session(who['window-clerk'])
    for (const [command, body] of [['submit-application', { itemCode: 'C-2', hall: 'hall-1', channel: 'window', applicantId: 'q-one', applicantName: '李某' }], ['accept-case', {}]] as const)
      expect((await house.ask(`/api/cases/${id}/${command}`, { method: 'POST', body }, clerk)).status, command).toBe(200)
    url = await house.app.listen({ host: '127.0.0.1', port: 0 })
    browser = await launched()
  }, 180_000)
  afterAll(async () => {
    for (const context of contexts) await context.close()
    await browser?.close()
    await house?.close()
  })

  it('both are asked by the lead at one desk; one answers, and the other is late by its own clock', async () => {
    const page = await open(lead)
    for (const n of [1, 2]) {
      await before(page)
      const button = page.locator('.work [data-command="open-sub-case"]')
      if (!await button.isVisible()) await page.locator('.work details summary').click()
      await button.click()
      const choice = page.locator('.work .say select')
      if (await choice.count()) await choice.selectOption({ index: 1 })
      else if (await page.locator('.work .say label.pick').count()) await page.locator('.work .say label.pick').first().click()
      await page.locator('.work .say button.pri, .work .say button:not([type=button])').first().click()
      await fact('SubCaseOpened', n)
    }
    await answers(fire)
    await fact('SubOpinionGiven')
    // Promised for Thursday the 5th; on Friday's close it is a working day late, and far from the lead's own day.
    house.set(at('2026-03-06', '17:45'))
    await house.settled()
    await house.sweep()
    await house.settled()
    const dealt = (await house.cards()).filter(({ subject }) => subject.startsWith(`cases.${id}`))
    expect(dealt.filter(({ severity }) => severity === 'YELLOW').map(({ ruleId, department }) => [ruleId, department])).toStrictEqual([['R-20', '水利局']])
    // Told to whoever may answer, and not to whoever asked.
    expect(dealt.flatMap(({ notified = [] }) => notified.filter(({ duty }) => duty === 'handler').map(({ person }) => person))).toStrictEqual(dealt.map(() => water))
  }, 180_000)

  it('the case shows whose clock has run out and whose card it is, and its own clock stands as it was', async () => {
    const page = await open(who.inspector)
    await page.goto(`${url}/cases/${id}`)
    const parts = page.locator('section[aria-labelledby=parts]')
    await parts.waitFor()
    expect(await parts.locator('li', { hasText: '水利局' }).innerText()).toMatch(/超 1 个工作日[\s\S]*还没有意见[\s\S]*3月5日/)
    expect(await parts.locator('li', { hasText: '消防救援大队' }).innerText()).toMatch(/已完成|已办|按时|同意/)
    expect(await page.locator('.case').innerText()).toContain('还剩 11 个工作日')
    const findings = page.locator('section', { has: page.getByRole('heading', { name: '发现与牌' }) })
    expect(await findings.innerText()).toMatch(/黄牌[\s\S]*水利局/)
    expect(await findings.innerText()).not.toMatch(/黄牌[^\n]*\n[^\n]*(?:甲局|消防)/)
    await looked(page, 'case')
    await page.goto(`${url}/cards?rule=R-20`)
    await page.waitForSelector('article[data-card-page]')
    expect(await page.locator('[data-card]').count()).toBe(1)
    // The account of that department's own promise, which adds up.
    const account = page.locator('article .lg li')
    await account.last().waitFor()
    expect(await account.allInnerTexts()).toStrictEqual([expect.stringContaining('3月2日'), expect.stringMatching(/辅办承诺期限 3 个工作日/), expect.stringMatching(/应办结 3月5日/), expect.stringMatching(/3月2日 \+ 3 = 3月5日/)])
    await looked(page, 'card')
  }, 180_000)

  it('it is among what is late on that department\u2019s desk, and not on the lead\u2019s; answered late, it is answered, and the card stays', async () => {
    const theirs = await open(water), own = await open(lead)
    await before(theirs)
    expect(await theirs.locator('tr.sel').innerText()).toMatch(/超 1 个工作日/)
    await looked(theirs, 'desk')
    await before(own)
    expect(await own.locator('tr.sel').innerText()).toMatch(/剩 11 个工作日/)
    expect(await own.locator('.work .sub', { hasText: '水利局' }).innerText()).toMatch(/还没有意见|意见未出|未出/)
    await before(theirs)
    await theirs.locator('.work textarea').fill('取水许可条件具备。')
    await theirs.keyboard.press('Control+Enter')
    await fact('SubOpinionGiven', 2)
    await house.settled()
    const page = await open(who.inspector)
    await page.goto(`${url}/cases/${id}`)
    const line = page.locator('section[aria-labelledby=parts] li', { hasText: '水利局' })
    await line.waitFor()
    expect(await line.innerText()).toMatch(/取水许可条件具备/)
    expect((await house.cards()).filter(({ subject, severity, standing }) => subject.startsWith(`cases.${id}`) && severity === 'YELLOW' && standing)).toHaveLength(1)
  }, 180_000)

  it('no page complained', () => expect(complaints.filter((line) => !line.endsWith('/api/transparency'))).toStrictEqual([]))
})
