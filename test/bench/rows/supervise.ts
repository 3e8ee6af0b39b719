import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openReader } from '../../../adapters/book/reader.ts'
import { openTexts } from '../../../adapters/read-store/texts.ts'
import { openGrounds } from '../../../api/grounds.ts'
import { whatIf, type WhatIf } from '../../../api/what-if.ts'
import { dueOnOf } from '../../../domain/calendar/deadline.ts'
import type { Instant } from '../../../domain/kernel/values.ts'
import { dayIn } from '../../../domain/kernel/zones.ts'
import { asClock } from '../../../domain/supervision/due.ts'
import { judge, rulebook } from '../../../domain/supervision/judge.ts'
import type { Timeline } from '../../../domain/supervision/timeline.ts'
import { bulkCase, bulkEnd, importBulk } from '../bulk.ts'
import { mean, median, number, perSecond, percent, spread, timed } from '../figures.ts'
import { founding, openHouse, type House } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'

const now = bulkEnd as Instant
type Held = { house: House; cases: number; dir: string }
const filled = new WeakMap<Place, Promise<{ dir: string; cases: number }>>()

/** 模拟办件的事件簿 — imported by the house itself, once a run; `--house` names one that was imported before, and is made where it is not there. */
function bulkHouse(place: Place): Promise<{ dir: string; cases: number }> {
  const known = filled.get(place)
  if (known) return known
  const cases = place.cases ?? (place.quick ? 20_000 : 200_000), dir = place.house ?? place.room('bulk')
  const made = (async () => {
    const house = await openHouse(dir)
    try {
      await house.rooms.caughtUp((await house.rooms.book.head()).position)
      if (await house.rooms.rows.count('cases') < cases) {
        place.say(`  导入模拟办件 ${cases} 件 / importing`)
        const figures = await importBulk(house, cases, place.say)
        assertRight(figures.quarantined === 0, `${figures.quarantined} cases could not be told`)
      }
      return { dir, cases: await house.rooms.rows.count('cases') }
    } finally { await house.close() }
  })()
  filled.set(place, made)
  return made
}
async function withHouse<T>(place: Place, work: (held: Held) => Promise<T>): Promise<T> {
  const held = await bulkHouse(place), house = await openHouse(held.dir)
  try {
    await house.rooms.caughtUp((await house.rooms.book.head()).position)
    return await work({ ...held, house })
  } finally { await house.close() }
}

const factsOf = (timelines: readonly Timeline[]) => timelines.reduce((sum, { deeds }) => sum + deeds.length, 0)

/** 研判 — facts judged a second by one thread, beside parsing the same rows alone, and counting the same due days alone. */
export const judging = (place: Place): Promise<Line[]> => withHouse(place, async ({ dir, house }) => {
  const { rows } = { rows: openTexts(join(dir, 'rows'), 'case-timelines')! }
  const texts = rows.after(undefined, place.quick ? 10_000 : 20_000).map(({ text }) => text)
  rows.close()
  const reader = openReader(dir), book = rulebook()
  const grounds = await openGrounds({ readStream: async (stream) => reader.readStream(stream) }, founding)
  const timelines = texts.map((text) => JSON.parse(text) as Timeline), facts = factsOf(timelines)
  const ground = await Promise.all(timelines.map((timeline) => grounds.groundFor(timeline, now)))
  reader.close()
  const parse: number[] = [], due: number[] = [], judged: number[] = []
  const rounds = place.quick ? 3 : 7
  let found = 0, dueDays = 0
  for (let round = -1; round < rounds; round++) {
    const parsed = await timed(() => texts.reduce((sum, text) => sum + (JSON.parse(text) as Timeline).clocks.length, 0))
    const counted = await timed(() => timelines.reduce((sum, { clocks }, i) => clocks.reduce((own, clock) => own + Number(dueOnOf(asClock(clock), ground[i]!.calendar).dueOn !== undefined), sum), 0))
    const all = await timed(() => texts.reduce((sum, text, i) => sum + judge(JSON.parse(text) as Timeline, book, ground[i]!, now).length, 0))
    assertRight(round === -1 || (found === all.value && dueDays === counted.value), `round ${round}: ${all.value} findings, ${found} before`)
    found = all.value
    dueDays = counted.value
    if (round >= 0) { parse.push(parsed.ms); due.push(counted.ms); judged.push(all.ms) }
  }
  const one = await judgedBy(house, texts.length)
  assertRight(found > 0 && one === found, `${found} findings here, ${one} by what-if over the same subjects`)
  const rate = facts * 1000 / median(judged), limit = facts * 1000 / mean(parse), dueRate = facts * 1000 / mean(due), us = median(judged) * 1000 / texts.length
  return [{
    row: 'judging', zh: `研判 ${number(texts.length)} 件、${number(facts)} 条事实，单线程 / judging`,
    measured: `${perSecond(rate, 'facts')}，每件 ${number(us)} µs（读取文本之后：解析 + 全部规则）`,
    limit: `只解析同样的行 ${perSecond(limit, 'facts')}（±${percent(spread(parse))}）；只算同样的应办结日 ${perSecond(dueRate, 'facts')}`,
    times: rate / limit, noise: spread(parse),
    checked: `各轮发现 ${number(found)} 项相同，与推演（线程里、按件另读）所得一致`,
    figures: { facts, subjects: texts.length, factsPerSecond: Math.round(rate), parsePerSecond: Math.round(limit), duePerSecond: Math.round(dueRate), usPerSubject: us, findings: found },
  }]
})
/** The findings of in-case rules by the house's own comparison; only where it looks at the same subjects. */
async function judgedBy({ rooms }: House, subjects: number): Promise<number> {
  const whole = await whatIf(rooms, { params: {}, limits: [], calendar: [], now, confidential: true }, { most: 0 })
  if (whole.subjects !== subjects) return judgedFirst({ rooms } as House, subjects)
  const patterns = new Set(rulebook().patterns.map(({ id }) => id))
  return Object.entries(whole.byRule).filter(([rule]) => !patterns.has(rule)).reduce((sum, [, { before }]) => sum + before, 0)
}
async function judgedFirst({ rooms }: House, subjects: number): Promise<number> {
  const book = rulebook()
  let left = subjects, found = 0
  for await (const batch of rooms.rows.scan('case-timelines')) {
    for (const { row } of batch.slice(0, left)) {
      const timeline = row as Timeline, { calendars, founding: { zone } } = rooms
      const day = dayIn(timeline.zone || zone, timeline.endedAt && timeline.endedAt < now ? timeline.endedAt : now)
      found += judge(timeline, book, { calendar: await calendars.of(timeline.hall, timeline.zone || zone, day) }, now).length
    }
    left -= batch.length
    if (left <= 0) break
  }
  return found
}

/** Of the cases by their numbers: late by more than `days` working days, as far as a plain working week says so; only whether the difference has both ends is asked of it. */
const lateCases = (cases: number) => {
  let late = 0
  for (let n = 0; n < cases; n++) { const { dueMs, endMs } = bulkCase(n); if ((endMs ?? Date.parse(bulkEnd)) > dueMs) late++ }
  return late
}

/** 假设推演 — one rule over all cases, both sides judged anew, in the threads of the house. */
export const whatIfRow = (place: Place): Promise<Line[]> => withHouse(place, async ({ house, cases, dir }) => {
  const { rooms } = house, headBefore = (await rooms.book.head()).position
  let peakRss = 0
  const look = setInterval(() => { peakRss = Math.max(peakRss, process.memoryUsage.rss()) }, 50)
  const asked = { limits: [], calendar: [], now, confidential: true }
  const found: WhatIf[] = [], cpuSeconds: number[] = []
  try {
    for (let round = 0; round < (cases < 500_000 ? 3 : 1); round++) {
      const spent = process.cpuUsage()
      found.push(await whatIf(rooms, { ...asked, params: { 'R-02': { graceWorkingDays: 2 } } }, { most: 1_000 }))
      const { user, system } = process.cpuUsage(spent)
      cpuSeconds.push((user + system) / 1e6)
    }
    const identity = await whatIf(rooms, { ...asked, params: {} }, { most: 1_000 })
    assertRight(identity.added + identity.removed + identity.moved === 0 && identity.before === found[0]!.before, 'without a supposition something differs')
  } finally { clearInterval(look) }
  const headAfter = (await rooms.book.head()).position
  assertRight(headBefore === headAfter, `the book was written: ${headBefore} → ${headAfter}`)
  const [first] = found as [WhatIf], r02 = first.byRule['R-02']!, late = lateCases(cases)
  assertRight(first.subjects >= cases && r02.before <= late && r02.removed > 0 && r02.moved > 0 && r02.after === r02.before - r02.removed, `R-02 ${JSON.stringify(r02)}, ${late} late`)
  const seconds = median(found.map((one) => one.seconds)), rate = cases / seconds, peakRssMb = peakRss / 2 ** 20
  const rows = openTexts(join(dir, 'rows'), 'case-timelines')!, sample = Math.min(cases, 50_000)
  const bare = await timed(() => { let chars = 0; for (let key: string | undefined, seen = 0; seen < sample;) {
    const batch = rows.after(key, 1_000)
    if (batch.length === 0) break
    for (const { text } of batch) chars += (JSON.parse(text) as Timeline).subject.length
    seen += batch.length
    key = batch.at(-1)!.key
  } return chars })
  rows.close()
  const bareRate = sample * 1000 / bare.ms
  for (const name of place.house === undefined ? readdirSync(dir).filter((name) => name.startsWith('import-seen-')) : []) rmSync(join(dir, name))
  return [{
    row: 'what-if', zh: `假设推演一条规则，${number(cases)} 件两边研判 / what-if of one rule`,
    measured: `${seconds.toFixed(1)} s，${perSecond(rate, 'cases')}（${first.threads} 个线程，CPU ${median(cpuSeconds).toFixed(0)} s），RSS 峰值 ${number(peakRssMb)} MB（全部线程）`,
    limit: `单线程读取并解析同样的行 ${perSecond(bareRate, 'cases')}（${number(sample)} 件）`, times: rate / bareRate,
    // Of a few cases it is the threads' own start that would be multiplied.
    goal: [...cases < 100_000 ? [] : [{ zh: `秒${cases === 1_000_000 ? '' : `（由 ${number(cases)} 件按件数折算到 1 000 000 件）`}`, value: seconds * 1_000_000 / cases, most: 60 }], { zh: 'RSS 峰值 MB', value: peakRssMb, most: 2048 }],
    checked: `不作假设则毫无差别；R-02 现行 ${number(r02.before)}、消失 ${number(r02.removed)}、移动 ${number(r02.moved)}；簿首 ${headBefore} 前后相同`,
    figures: { cases, seconds, cpuSeconds: median(cpuSeconds), casesPerSecond: Math.round(rate), peakRssMb, threads: first.threads, before: first.before, after: first.after, removed: first.removed, moved: first.moved, headBefore, headAfter },
  }]
})
