import { join } from 'node:path'
import { openDueIndex } from '../../../adapters/due-index/embedded.ts'
import { calendarOf } from '../../../domain/calendar/calendar.ts'
import { nationalFacts } from '../../../domain/calendar/national.ts'
import type { Calendar, Day, Instant } from '../../../domain/kernel/values.ts'
import { dayAfter } from '../../../domain/kernel/zones.ts'
import { judge, rulebook } from '../../../domain/supervision/judge.ts'
import { dueEntry } from '../../../domain/supervision/light.ts'
import { cardsFor } from '../../../domain/supervision/policy.ts'
import { findingId, type Finding } from '../../../domain/supervision/rules/rule.ts'
import type { Timeline } from '../../../domain/supervision/timeline.ts'
import type { DueEntry, DueIndex } from '../../../projections/due-index.ts'
import { median, number, timed } from '../figures.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { benchZone, caseName, departments } from '../told.ts'

const due = 500, perTurn = 1_000, putAtOnce = 10_000
/** The sweep before, and this one: a working day apart. */
const before = '2026-06-10T00:00:00.000Z' as Instant, now = '2026-06-11T00:00:00.000Z' as Instant

const book = rulebook()
const timelineOf = (n: number, startedOn: Day): Timeline => ({
  subject: `cases.${caseName(n)}`, department: departments[n % departments.length]!, itemCode: `MJ-${n % 60}`, hall: 'H-1', zone: benchZone, imported: false, openedOn: startedOn, deeds: [],
  clocks: [{ name: 'promised', kind: 'promised', clause: '承诺期限', basis: '优化营商环境条例第三十六条', startedOn, limitWorkingDays: 10, pauses: [] },
    { name: 'statutory', kind: 'statutory', clause: '法定期限', basis: '行政许可法第四十二条', startedOn, limitWorkingDays: 20, pauses: [] }],
})
const entryOf = (timeline: Timeline, calendar: Calendar, at: Instant): DueEntry => {
  const { ended: _, ...rest } = dueEntry(timeline, book, { calendar }, at)
  return { subject: timeline.subject, department: timeline.department, itemCode: timeline.itemCode, hall: timeline.hall, ...rest }
}

/** Days on which cases began that something happens to between the two sweeps, and those to which it happens later. */
function beginnings(calendar: Calendar): { soon: Day[]; later: Day[] } {
  const soon: Day[] = [], later: Day[] = []
  for (let day = '2026-05-06' as Day; day <= '2026-06-09'; day = dayAfter(day)) {
    const { nextAt } = dueEntry(timelineOf(0, day), book, { calendar }, before)
    if (nextAt) (nextAt <= now ? soon : later).push(day)
  }
  return { soon, later }
}

/** So many open cases, of which every (open ÷ due)th has something happen to it. */
function* openCases(open: number, calendar: Calendar): Generator<{ timeline: Timeline; isDue: boolean }> {
  const { soon, later } = beginnings(calendar), every = open / due
  for (let n = 0; n < open; n++) {
    const isDue = n % every === 0, k = n / every
    yield { timeline: timelineOf(n, isDue ? soon[k % soon.length]! : later[n % later.length]!), isDue }
  }
}

/** Fills the index through its port; keeps what a case's row is, as text, of those that will be looked at. */
function filled(index: DueIndex, open: number, calendar: Calendar, keep: (isDue: boolean) => boolean): Map<string, string> {
  const rows = new Map<string, string>(), dueOfDay = new Map<Day, DueEntry>()
  let entries: DueEntry[] = []
  for (const { timeline, isDue } of openCases(open, calendar)) {
    const known = dueOfDay.get(timeline.openedOn!) ?? entryOf(timeline, calendar, before)
    dueOfDay.set(timeline.openedOn!, known)
    entries.push({ ...known, subject: timeline.subject, department: timeline.department, itemCode: timeline.itemCode, hall: timeline.hall })
    if (keep(isDue)) rows.set(timeline.subject, JSON.stringify(timeline))
    if (entries.length === putAtOnce) { index.put(entries); entries = [] }
  }
  index.put(entries)
  return rows
}

type Answers = Set<string>
const newSince = (timeline: Timeline, findings: readonly Finding[]) => findings.filter(({ becameTrueAt }) => becameTrueAt > before).map((finding) => `${timeline.subject} ${findingId(finding)}`)

/** One sweep, as the judge's runner makes it: what is due is read, judged, and put back with its next instant. */
function sweepOnce(index: DueIndex, rows: ReadonlyMap<string, string>, calendar: Calendar): { answers: Answers; looked: DueEntry[] } {
  const answers: Answers = new Set(), looked: DueEntry[] = []
  for (;;) {
    const entries = index.due(now, perTurn)
    for (const entry of entries) {
      const timeline = JSON.parse(rows.get(entry.subject)!) as Timeline, findings = judge(timeline, book, { calendar }, now)
      cardsFor(timeline, findings, calendar)
      for (const answer of newSince(timeline, findings)) answers.add(answer)
      index.put([entryOf(timeline, calendar, now)])
      looked.push(entry)
    }
    if (entries.length < perTurn) return { answers, looked }
  }
}

function naiveScan(rows: ReadonlyMap<string, string>, calendar: Calendar): Answers {
  const answers: Answers = new Set()
  for (const text of rows.values()) {
    const timeline = JSON.parse(text) as Timeline, findings = judge(timeline, book, { calendar }, now)
    cardsFor(timeline, findings, calendar)
    for (const answer of newSince(timeline, findings)) answers.add(answer)
  }
  return answers
}
const same = (a: Answers, b: Answers) => a.size === b.size && [...a].every((one) => b.has(one))

async function measure(place: Place, open: number, calendar: Calendar, rounds: number) {
  const index = openDueIndex(join(place.dir, 'due.db')), scanned = open === 10_000
  try {
    const { ms: fillMs, value: rows } = await timed(() => filled(index, open, calendar, (isDue) => isDue || scanned))
    const scan = scanned ? await timed(() => naiveScan(rows, calendar)) : undefined
    // Of the larger ones those that are due are looked at; that the others have nothing new follows from their beginnings, as in the smallest.
    const right = scan?.value ?? naiveScan(rows, calendar)
    const spentMs: number[] = []
    for (let round = -2; round < rounds; round++) {
      const { ms, value: { answers, looked } } = await timed(() => sweepOnce(index, rows, calendar))
      assertRight(looked.length === due && answers.size > 0 && same(answers, right), `the sweep of ${open}: ${looked.length} looked at, ${answers.size} found, ${right.size} by looking at everything`)
      assertRight(index.due(now, 1).length === 0, 'something is left that is due')
      if (round >= 0) spentMs.push(ms)
      index.put(looked)
    }
    return { usPerSubject: median(spentMs) * 1000 / due, fillMs, scanMs: scan?.ms ?? 0, found: right.size }
  } finally { index.close() }
}

/** 期限巡查 — the same number is due, whatever number is open. */
export async function sweep(place: Place): Promise<Line[]> {
  const calendar = calendarOf(nationalFacts, { knownAsOf: '2026-06-10' as Day, zone: benchZone, region: '422822' })
  const sizes = place.quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000]
  const found = new Map<number, Awaited<ReturnType<typeof measure>>>()
  for (const open of sizes) { place.say(`  在办 ${open} / open cases`); found.set(open, await measure(place, open, calendar, place.quick ? 10 : 30)) }
  const small = found.get(10_000)!, scanUs = small.scanMs * 1000 / 10_000
  return sizes.map((open): Line => {
    const { usPerSubject } = found.get(open)!, scanMs = scanUs * open / 1000, last = open === sizes.at(-1)
    return {
      row: `sweep-${open}`, zh: `期限巡查，在办 ${number(open)} 件、到期 ${due} 件 / deadline sweep`,
      measured: `每件到期的 ${number(usPerSubject)} µs，一次 ${number(usPerSubject * due / 1000)} ms`,
      limit: `逐件读取并研判全部在办 ${number(scanMs)} ms${open === 10_000 ? '（实测）' : '（由 10 000 件实测按件数线性外推）'}`, times: usPerSubject * due / 1000 / scanMs,
      ...(last && { goal: [{ zh: `在办 ${number(open)} ÷ 10 000 的每件成本${open < 1_000_000 ? '（--quick 只到 100 000）' : ''}`, value: usPerSubject / small.usPerSubject, most: 1.5 }] }),
      checked: `每轮看了 ${due} 件，新成立的 ${found.get(open)!.found} 项与${open === 10_000 ? '逐件研判全部' : '逐件研判到期者'}一致，没有剩下`,
      figures: { usPerSubject, scanMs, fillMs: found.get(open)!.fillMs, findings: found.get(open)!.found },
    }
  })
}
