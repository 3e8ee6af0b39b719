import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { simulatedClock, type SimulatedClock } from '../adapters/clock.ts'
import { openBook } from '../adapters/book/open.ts'
import { foundingOf } from '../api/founding.ts'
import { obey } from '../api/main.ts'
import { openRooms, serve } from '../api/opening/main.ts'
import { addressOf, untilStopped } from '../api/cli/process.ts'
import { Unanswerable } from '../api/problems.ts'
import { heard, helpOf, text, usageError, type Verb } from '../api/cli/verb.ts'
import type { Rooms } from '../api/rooms.ts'
import { calendarOf, type OfficeCalendar } from '../domain/calendar/calendar.ts'
import { nationalFacts } from '../domain/calendar/national.ts'
import { caseEvents, type CaseEvent } from '../domain/cases/events.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { dayAfter, dayIn, instantIn } from '../domain/kernel/zones.ts'
import { pageLimit } from '../projections/read-store.ts'
import { stages, type CaseRow } from '../projections/cases.ts'
import { filmedUntil } from './camera/filmed-until.ts'
import { filming } from './camera/filming.ts'
import { mostCameras, placed } from './camera/placing.ts'
import { county, foundCounty, goLive, playHistory, type OpenCase, type Stage } from './county.ts'

const defaultSeed = 20_261_026
/** A quarter of a year and some: enough for cases of every length to have ended. */
const historyWorkingDays = 75
/** A minute of ours is this many of the county's, so that a hall is seen at work; nights and days of rest are passed over. What is filmed takes its time. */
const unfilmedFactor = 20
const lookEveryMs = 500
/** The windows of the county hall, the hall, a screen, the windows of two branches: see `camera/README.md` for what they cost. */
const usualCameras = 12
/** More come where they are seen, for a hall in which nothing happens in an hour is no demonstration. */
const filmedCasesPerDay = 120

export const demoVerb: Verb = {
  name: 'demo', usage: 'demo [--port N] [--data DIR] [--seed N] [--days N] [--cameras N]',
  zh: '演示县：虚构数据，演示时钟，只在本机', en: 'The demonstration county: fictional, on a simulated clock, on this machine only',
  positional: [], writes: true,
  options: {
    port: { type: 'string', zh: '端口（默认 8080）', en: 'port (default 8080)' }, host: { type: 'string', zh: '地址（只限本机）', en: 'address (loopback only)' },
    seed: { type: 'string', zh: '种子', en: 'seed' }, days: { type: 'string', zh: `历史工作日数（默认 ${historyWorkingDays}）`, en: `working days of history (default ${historyWorkingDays})` },
    cameras: { type: 'string', zh: `摄像机数（默认 ${usualCameras}；0 为不拍，县里二十倍速）`, en: `cameras (default ${usualCameras}; 0: none, and the county lives twenty times as fast)` },
  },
  run: () => { throw new Error('played by the root') },
}

const national = (day: Day): OfficeCalendar => calendarOf(nationalFacts, { knownAsOf: day, zone: county.zone, region: county.region })
/** The latest moment of office work that is not in the future: where history ends and the county goes live. */
function lastOfficeMoment(now: Instant): Instant {
  const today = dayIn(county.zone, now), calendar = national(today)
  let day = calendar.isWorkingDay(today) && now > instantIn(county.zone, today, '09:30') ? today : dayAfter(today, -1)
  while (!calendar.isWorkingDay(day)) day = dayAfter(day, -1)
  const evening = instantIn(county.zone, day, '15:10')
  return now < evening ? now : evening
}
function workingDaysBefore(day: Day, count: number): Day {
  const calendar = national(day)
  let at = day
  for (let left = count; left > 0;) if (calendar.isWorkingDay(at = dayAfter(at, -1))) left--
  return at
}

const number = (name: string, said: string | undefined, otherwise: number, most: number) => {
  if (said === undefined) return otherwise
  if (!/^\d+$/.test(said) || Number(said) > most) throw usageError(name, `${name} 须为 0…${most} 的整数`, `${name} is a whole number from 0 to ${most}`)
  return Number(said)
}

/** What the book says of itself before it is opened: only a demonstration may run on this clock. */
async function lastOf(dir: string): Promise<Instant | undefined> {
  if (!existsSync(join(dir, 'book.db'))) return undefined
  const book = await openBook(dir, { write: false })
  try {
    const { position } = await book.head()
    if (position === 0) return undefined
    if ((await foundingOf(book))?.purpose !== 'demonstration') {
      throw new Unanswerable(409, 'not-a-demonstration', `${dir} 不是演示县的数据目录，演示不会写进去`, `${dir} is not the data directory of a demonstration; nothing is played into it`, { field: 'data' })
    }
    for await (const batch of book.readAll(position - 1)) return batch.at(-1)?.meta.recordedAt
    return undefined
  } finally { await book.close() }
}

/** Nights, lunch hours and days of rest are passed over while the county is live: whether they were just now. */
function skipRest(clock: SimulatedClock, calendar: OfficeCalendar): boolean {
  const now = clock.now(), today = calendar.dayOf(now), opens = calendar.opensOf(today)
  if (calendar.isWorkingDay(today) && now <= instantIn(county.zone, today, '18:00')) {
    if (now >= opens) return false
    clock.set(opens)
  } else clock.set(calendar.opensOf(calendar.addWorkingDays(today, 1)))
  return true
}

/** 未了结 — a result that was not handed over yet is still to be done. */
const over: readonly string[] = ['Delivered', 'Archived', 'Terminated', 'NotAccepted', 'Returned', 'Withdrawn']
const undelivered = stages.filter((stage) => !over.includes(stage))
async function openCases({ rows }: Rooms): Promise<OpenCase[]> {
  const open: OpenCase[] = []
  for (let after: string | undefined; ;) {
    const page = await rows.find('cases', { where: { stage: { in: undelivered } }, limit: pageLimit, ...(after !== undefined && { after }) })
    open.push(...page.rows.map(({ row }) => row as unknown as CaseRow))
    if (page.next === undefined) return open
    after = page.next
  }
}

/** 演示 — founded and played through the same commands that people use, then live. */
export async function runDemo(args: string[]): Promise<number | undefined> {
  const said = heard(demoVerb, args)
  if (said.options['help']) { process.stdout.write(`${helpOf(demoVerb)}\n`); return 0 }
  const dir = resolve(text(said, 'data') ?? 'demo-data')
  const address = addressOf(text(said, 'host'), text(said, 'port'), 8080)
  const seed = number('seed', text(said, 'seed'), defaultSeed, 2 ** 31), days = number('days', text(said, 'days'), historyWorkingDays, 250)
  const filmed = placed(number('cameras', text(said, 'cameras'), usualCameras, mostCameras))
  const until = lastOfficeMoment(new Date().toISOString() as Instant)
  const last = await lastOf(dir)
  const firstDay = workingDaysBefore(dayIn(county.zone, until), days)
  const pictures = last === undefined ? undefined : filmedUntil(dir), left = last !== undefined && pictures !== undefined && pictures > last ? pictures : last
  const clock = simulatedClock(left ?? instantIn(county.zone, firstDay, '06:00'))
  const house = await openRooms(dir, { write: 'must', founding: { purpose: 'demonstration', ...county }, clock: { now: clock.now, kind: 'simulated' } })
  const { rooms } = house
  const calendar = () => rooms.calendars.ofKnown('', county.zone, dayIn(county.zone, clock.now()))
  let sweep = async () => 0
  const judged = async () => {
    await rooms.caughtUp((await rooms.book.head()).position)
    await sweep()
  }
  const stage: Stage = {
    say: rooms.tell, clock, calendar,
    closeOfDay: judged, judged,
  }
  if (last === undefined) await foundCounty(stage, seed, clock.now())
  const aheadMs = () => Date.parse(clock.now()) - Date.now()
  const serving = await serve(house, { ...address, issue: true, obey, ...(filmed.length > 0 && { footage: { rtmpPort: 0, aheadMs } }) })
  sweep = serving.sweep
  const stopped = new AbortController()
  let stopLive = async () => {}
  untilStopped(async () => {
    stopped.abort()
    await stopLive()
    await serving.close()
  })
  process.stdout.write(said.options['json'] ? `${JSON.stringify({ url: serving.url, data: dir })}\n`
    : `演示县（虚构数据，演示时钟，只在本机）/ demonstration county, this machine only：${serving.url}\n数据目录 / data：${dir}\n`)

  const facts = async (caseNo: string): Promise<readonly Recorded<CaseEvent>[]> =>
    (await rooms.book.readStream(`cases-${caseNo}`)).map((fact) => read(caseEvents, fact as Recorded<CaseEvent>, fact.meta.version))
  const open = () => openCases(rooms)
  if (clock.now() < until) {
    const began = performance.now()
    const from = last === undefined ? firstDay : dayIn(county.zone, last)
    const played = await playHistory(stage, { seed, from, until, signal: stopped.signal, open, facts, onProgress: ({ day, days, of, cases, facts }) => {
      process.stderr.write(`铺历史 / playing history：${day}（${days}/${of}），办件 ${cases}，事实 ${facts}\n`)
    } })
    process.stderr.write(`历史铺好 / history played：办件 ${played.cases}，事实 ${played.facts}，${((performance.now() - began) / 1000).toFixed(1)} 秒\n`)
  }
  if (stopped.signal.aborted) return undefined
  const onError = (error: unknown) => { process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`) }
  skipRest(clock, calendar())
  clock.run(filmed.length > 0 ? 1 : unfilmedFactor)
  const live = goLive(stage, { seed, open, facts, onError, ...(filmed.length > 0 && { casesPerDay: filmedCasesPerDay, since: clock.now() }) })
  const { footage } = serving, film = footage && filming(rooms, { stage, seed, cameras: filmed, footage, soon: live.soon, onError })
  // What was filmed before a night lies before it, and what is filmed after it after: the recorder begins anew.
  const resting = setInterval(() => { if (skipRest(clock, calendar())) film?.clockMoved() }, lookEveryMs)
  stopLive = async () => { clearInterval(resting); await live.stop(); await film?.close() }
  return undefined
}
