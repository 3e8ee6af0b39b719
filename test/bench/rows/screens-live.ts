import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { BoardView } from '../../../projections/board.ts'
import type { CaseView } from '../../../projections/views.ts'
import { pageOf, readAs, withBrowser } from '../browser.ts'
import { ms, number, percentiles } from '../figures.ts'
import { openHouse } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { handler, officeOf } from '../screens-house.ts'
import { served } from '../serving.ts'

/** 画面所待 — what stands on the page once it is shown; `text`: of the first that the selector finds. */
type Wanted = { selector: string; text?: string }
type Shown = { mutatedAt: number; paintedAt: number }
/** Looks whenever the page has changed whether it is there, and when the next picture begins. */
const watch = (page: Page, wanted: Wanted) => page.evaluate(({ selector, text }: Wanted) => {
  const there = () => { const found = document.querySelector(selector); return found !== null && (text === undefined || found.textContent?.trim() === text) }
  const here = window as unknown as { shown: Promise<Shown> }
  if (there()) throw new Error(`${selector} ${text ?? ''} was there before anything was said`)
  here.shown = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!there()) return
      observer.disconnect()
      const mutatedAt = Date.now()
      requestAnimationFrame(() => resolve({ mutatedAt, paintedAt: Date.now() }))
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  })
}, wanted)
const shown = (page: Page, what: string) => Promise.race([page.evaluate(() => (window as unknown as { shown: Promise<Shown> }).shown),
  pause(20_000).then(() => { throw new Error(`${what} was never shown`) })])

type Screen = { row: string; zh: string; path: string; cookie: string; ready: string; say(n: number): Promise<unknown>; wanted(n: number): Wanted; isRight(page: Page): Promise<string> }

/** 从说到画面 — a fact told in the house, until it stands on the page of whoever looks; said by the clock of this machine, which is the browser's too. */
async function measure(page: Page, { row, zh, path, ready, say, wanted, isRight }: Screen, url: string, times: number): Promise<Line> {
  await page.goto(url + path)
  await page.waitForSelector(ready)
  await pause(1_000)
  const seen: number[] = [], painted: number[] = [], told: number[] = []
  for (let n = -3; n < times; n++) {
    // At no rhythm that a page could fall in with.
    await pause(250 + (n + 3) * 137 % 400)
    await watch(page, wanted(n + 3))
    const saidAt = Date.now()
    await say(n + 3)
    const answeredAt = Date.now(), { mutatedAt, paintedAt } = await shown(page, `${row} ${n}`)
    if (n < 0) continue // warm
    seen.push(mutatedAt - saidAt)
    painted.push(paintedAt - saidAt)
    told.push(answeredAt - saidAt)
  }
  const p = percentiles(seen), q = percentiles(painted), commit = percentiles(told)
  return {
    row, zh, measured: `从说到画面改变 p50 ${ms(p(0.5))}，p95 ${ms(p(0.95))}，最长 ${ms(p(1))}；到下一帧 p95 ${ms(q(0.95))}（${number(times)} 次）`,
    limit: `从说到答（已落盘）p50 ${ms(commit(0.5))}，p95 ${ms(commit(0.95))}；人觉得是立刻 200 ms`, times: p(0.95) / 200,
    goal: [{ zh: 'p95 ÷ 200 ms', value: p(0.95) / 200, most: 1 }], checked: await isRight(page),
    figures: { p50Ms: p(0.5), p95Ms: p(0.95), longestMs: p(1), paintedP95Ms: q(0.95), answeredP50Ms: commit(0.5), answeredP95Ms: commit(0.95), times },
  }
}

/** 实时 — desk, board and case page, each looked at by whose it is. */
export async function screensLive(place: Place): Promise<Line[]> {
  const house = await openHouse(place.room('live')), office = await officeOf(house), times = place.quick ? 15 : 60, idOf = (name: string, n: number) => `${name}-${String(n).padStart(3, '0')}`
  for (let n = 0; n < times + 3; n++) await office.submit(idOf('D', n))
  await office.submit('L-1')
  await office.accept('L-1')
  const serving = await served(house), { url, people, cookie: inspector } = serving
  try {
    const { cookie } = await people.enrol(handler, ['handler'], { department: office.department }), open = times + 4
    const screens: Screen[] = [
      { row: 'live-desk', zh: '工作台：受理后到桌上 / a case comes to the desk', path: '/desk', cookie, ready: '.desk', say: (n) => office.accept(idOf('D', n)), wanted: (n) => ({ selector: `[data-row="${idOf('D', n)}"]` }),
        async isRight(page) {
          const on = (await page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['row']!))).sort(), { rows } = await readAs<{ rows: { id: string }[] }>(url, cookie, '/api/desk')
          assertRight(on.length > times && on.join() === rows.map(({ id }) => id).sort().join(), `${on.length} rows on the page, ${rows.length} told`)
          return `页上 ${on.length} 行与接口所答相同`
        } },
      { row: 'live-board', zh: '监察板：收件后在办数 / the board counts a new case', path: '/room', cookie: inspector, ready: 'h1.say b', say: (n) => office.submit(idOf('B', n)), wanted: (n) => ({ selector: 'h1.say b', text: String(open + n + 1) }),
        async isRight() {
          const { total } = await readAs<BoardView>(url, inspector, '/api/board')
          assertRight(total.open === open + times + 3, `${total.open} open, ${open + times + 3} said`)
          return `在办 ${total.open} 件，与说过的件数一致`
        } },
      { row: 'live-case', zh: '办件页：办完一步 / a step on the page of its case', path: '/cases/L-1', cookie: inspector, ready: '.case', say: (n) => office.step('L-1', n), wanted: (n) => ({ selector: `[data-revision="${n + 3}"]` }),
        async isRight(page) {
          const { facts } = await readAs<CaseView>(url, inspector, '/api/cases/L-1'), on = await page.locator('[data-revision]').count()
          assertRight(on === facts.length && on === times + 5, `${on} facts on the page, ${facts.length} told`)
          return `页上 ${on} 条事实与接口所答相同`
        } },
    ]
    return await withBrowser(async (browser) => {
      const lines: Line[] = []
      for (const screen of screens) {
        const page = await pageOf(browser, url, screen.cookie), line = await measure(page, screen, url, times)
        lines.push(line)
        place.say(`  ${line.zh} ${line.measured}`)
        await page.context().close()
      }
      return lines
    })
  } finally { await serving.close(); place.empty('live') }
}
