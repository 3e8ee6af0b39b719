import type { Page } from 'playwright-core'
import { openRooms } from '../../../api/opening/main.ts'
import type { Instant } from '../../../domain/kernel/values.ts'
import type { CaseView } from '../../../projections/views.ts'
import { pageOf, readAs, withBrowser } from '../browser.ts'
import { ms, number, percent, percentiles } from '../figures.ts'
import { founding } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { officeOf } from '../screens-house.ts'
import { served } from '../serving.ts'

const facts = 1_000, everyMs = 10 * 60_000, frameMs = 1000 / 60
/** By how much of a frame a picture may come later: what the browser's own clock goes up and down by. */
const tolerance = 1.1
const began = Date.UTC(2026, 2, 2, 1)

type Frames = { at: number[]; moments: number; longTasksMs: number[] }
/** 手 — moves the slider once for every picture, there and back again, and lets go somewhere in the middle; at rest, only looks. It moves in the page itself: a hand in another process would be
    measured with it. Counts the pictures, and how many of them show another moment than the one before. */
const drag = (page: Page, forMs: number, moves: boolean) => page.evaluate(async ({ forMs, moves }): Promise<Frames> => {
  const found: Frames = { at: [], moments: 0, longTasksMs: [] }, slider = document.querySelector<HTMLInputElement>('input[type=range]')!, min = Number(slider.min), max = Number(slider.max), sweepMs = 2_500
  const observer = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) found.longTasksMs.push(Math.round(duration)) })
  observer.observe({ type: 'longtask' })
  const put = (share: number) => { slider.value = String(min + (max - min) * share); slider.dispatchEvent(new Event('input', { bubbles: true })) }
  let shown = ''
  for (let from: number | undefined, passed = 0; passed < forMs;) {
    const at = await new Promise<number>((resolve) => { requestAnimationFrame(resolve) })
    found.at.push(at)
    passed = at - (from ??= at)
    const moment = document.querySelector<HTMLElement>('.case')!.dataset['at']!
    if (moment !== shown) { found.moments++; shown = moment }
    if (moves) put(0.02 + 0.94 * Math.abs(1 - passed % (2 * sweepMs) / sweepMs))
  }
  if (moves) put(0.4)
  observer.disconnect()
  return found
}, { forMs, moves })
/** 主线程 — what the page's own thread has spent so far, by its own clock: others on this machine are not in it. */
async function spending(page: Page) {
  const line = await page.context().newCDPSession(page)
  await line.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await line.send('Performance.getMetrics'), of = (name: string) => (metrics.find((one) => one.name === name)?.value ?? NaN) * 1000
    return { all: of('TaskDuration'), script: of('ScriptDuration'), layout: of('LayoutDuration') + of('RecalcStyleDuration') }
  }
}
const gapsOf = ({ at }: Frames) => percentiles(at.slice(1).map((now, i) => now - at[i]!))

/** What the page says of the moment that it shows, against what the platform answers for it. */
async function isRight(page: Page, url: string, cookie: string, id: string) {
  await page.waitForTimeout(300)
  const shown = await page.evaluate(() => ({ at: document.querySelector<HTMLElement>('.case')!.dataset['at']!, live: document.querySelector<HTMLElement>('.case')!.dataset['live'],
    last: Math.max(...[...document.querySelectorAll<HTMLElement>('[data-revision][data-future="false"]')].map(({ dataset }) => Number(dataset['revision']))),
    steps: [...document.querySelectorAll('.path li')].map((step) => step.classList[0]), ledger: document.querySelector('section[aria-labelledby=ledger]')!.textContent ?? '' }))
  const then = await readAs<CaseView>(url, cookie, `/api/cases/${id}?at=${shown.at}&known=${shown.at}`)
  assertRight(shown.live === 'false' && then.facts.length > 10 && then.facts.length < facts, `the hand let go at ${shown.at}, of ${then.facts.length} facts`)
  assertRight(shown.last === then.facts.at(-1)!.revision, `at ${shown.at} the page tells fact ${shown.last}, the platform ${then.facts.at(-1)!.revision}`)
  assertRight(shown.steps.join() === then.steps.map(({ state }) => state).join(), `steps at ${shown.at}: ${shown.steps.join()}`)
  for (const { lines, dueOn } of then.clocks) if (dueOn && lines.zh.length) assertRight(shown.ledger.includes(lines.zh.at(-1)!), `the ledger at ${shown.at}`)
  return then.facts.length
}

/** 拖动时光机 — a hand that drags through a case of a thousand facts, in a browser on this machine that draws without a graphics processor. */
export async function scrub(place: Place): Promise<Line[]> {
  let now = began
  const id = 'S-1', house = await openRooms(place.room('scrub'), { write: 'must', founding, clock: { now: () => new Date(now).toISOString() as Instant, kind: 'simulated' } })
  const office = await officeOf(house)
  await office.submit(id)
  await office.accept(id)
  for (let n = 2; n < facts; n++) { now += everyMs; await office.step(id, n) }
  const serving = await served(house), forMs = place.quick ? 3_000 : 10_000
  try {
    return await withBrowser(async (browser) => {
      const page = await pageOf(browser, serving.url, serving.cookie)
      await page.goto(`${serving.url}/cases/${id}`)
      await page.waitForSelector('.case')
      await drag(page, 1_000, true) // warm
      const spent = await spending(page), rest = await drag(page, 2_000, false), before = await spent(), moving = await drag(page, forMs, true), after = await spent(), told = await isRight(page, serving.url, serving.cookie, id)
      const each = (of: 'all' | 'script' | 'layout') => (after[of] - before[of]) / moving.at.length, gaps = gapsOf(moving), still = gapsOf(rest), shown = moving.moments / moving.at.length, dropped = moving.at.slice(1).filter((at, i) => at - moving.at[i]! > frameMs * 1.5).length
      // Pictures that come in time because nothing is drawn prove nothing.
      assertRight(shown > 0.8, `only ${percent(shown)} of the pictures showed another moment`)
      return [{
        row: 'scrub', zh: `拖动时光机，${number(facts)} 条事实 / scrubbing through ${number(facts)} facts`,
        measured: `帧距 p50 ${ms(gaps(0.5))}，p95 ${ms(gaps(0.95))}，最长 ${ms(gaps(1))}；${number(moving.at.length)} 帧中 ${number(moving.moments)} 帧换了时刻，迟到 ${dropped} 帧；每帧主线程 ${ms(each('all'))}（脚本 ${ms(each('script'))}，样式与布局 ${ms(each('layout'))}）；超过 50 ms 的任务 ${moving.longTasksMs.length} 个${moving.longTasksMs.length ? `，最长 ${ms(Math.max(...moving.longTasksMs))}` : ''}（Chromium ${browser.version()}，无图形处理器，服务同机）`,
        limit: `一帧 ${ms(frameMs)}；同一页静止时帧距 p95 ${ms(still(0.95))}`, times: gaps(0.95) / frameMs,
        goal: [{ zh: '帧距 p95 ÷ 一帧', value: gaps(0.95) / frameMs, most: tolerance }], noise: Math.max(0, still(0.95) / frameMs - 1),
        checked: `放手处 ${number(told)} 条事实、各步、期限账与接口所答相同`,
        figures: { p50Ms: gaps(0.5), p95Ms: gaps(0.95), longestMs: gaps(1), restP95Ms: still(0.95), threadMs: each('all'), scriptMs: each('script'), layoutMs: each('layout'), frames: moving.at.length, moments: moving.moments, dropped, longTasks: moving.longTasksMs.length, longestTaskMs: Math.max(0, ...moving.longTasksMs) },
      }]
    })
  } finally { await serving.close(); place.empty('scrub') }
}
