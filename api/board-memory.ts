import type { Calendar, Day, Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { dueOf } from '../domain/supervision/due.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { stepOf, type BoardCase, type BoardMove } from '../projections/board.ts'
import type { CaseRow } from '../projections/cases.ts'
import { openLight, type DueIndex, type Lamp } from '../projections/due-index.ts'
import { following } from './board-following.ts'
import { calendarFor } from './judging.ts'
import { lights, type LightOf } from './lights.ts'
import type { Rooms } from './rooms.ts'
import { oneCopy } from './same.ts'

/** How long what has ended is kept: longer than the working days and the month that a board looks back on. */
const keptMs = 62 * 86_400_000
/** Moves that can be told of to somebody who comes back; whoever was away longer sees where everything stands. */
const movesKept = 2_000

type Moved = BoardMove & { position: number; department: string; hall: string; itemCode: string }
/** 板上各件 — open cases and those that ended lately, by subject, with the moves of late. */
export type CasesInMemory = {
  /** All of them, or those of one department. */
  of(department?: string): Iterable<BoardCase>
  departments(): Iterable<readonly [department: string, cases: Iterable<BoardCase>]>
  moves: readonly Moved[]
  settled(): Promise<number>
  /** 点数一遍 — what `count` makes of the cases as their lights are now. Of the few that it meets late it is looked up since when their clock has run, and counted once more. */
  counted<T>(count: (lightOf: LightOf, now: Instant) => T): Promise<T>
}

type Due = Partial<Pick<BoardCase, 'dueAt' | 'runsSince'>>
const clockIn = async (rooms: Rooms, subject: string) => {
  const timeline = await rooms.rows.get('case-timelines', subject) as Timeline | undefined, clock = timeline?.clocks.find(({ kind }) => kind === 'promised')
  const runsSince = [clock?.runsSince, timeline?.acceptedAt].filter((at) => at !== undefined).sort().at(-1)
  return { timeline, clock, since: runsSince ? { runsSince } : {} }
}
/** What it should have been done by, as its clock stood when it ended. */
async function dueWhenEnded(rooms: Rooms, subject: string, endedAt: Instant): Promise<Due> {
  const { timeline, clock, since } = await clockIn(rooms, subject)
  if (!timeline || !clock) return {}
  if (clock.statedDueAt) return { dueAt: clock.statedDueAt }
  const calendar: Calendar = await calendarFor(rooms, timeline, endedAt), dueOn: Day | undefined = dueOf(clock, calendar).dueOn
  return dueOn ? { dueAt: calendar.closeOf(dueOn), ...since } : {}
}
async function boardCase(rooms: Rooms, row: CaseRow, lamp: Lamp, copy: ReturnType<typeof oneCopy>): Promise<BoardCase> {
  const { department, hall, itemCode, stage, open, caseType, openedAt, endedAt, resultCode, deliveredAt, holder, acceptedOn } = row, { subject } = lamp
  const { dueAt, runsSince } = endedAt ? await dueWhenEnded(rooms, subject, endedAt) : {}
  return { subject, department: copy(department), hall: copy(hall), itemCode: copy(itemCode), stage: copy(stage), open, joint: caseType === 'JOINT', openedAt,
    holder: copy(holder), acceptedOn: copy(acceptedOn), endedAt, concluded: resultCode !== undefined, dueAt, runsSince, deliveredAt, lamp }
}
/** From where to where it went; nothing where it stands where it stood. */
function moveOf(before: BoardCase | undefined, after: BoardCase): Pick<BoardMove, 'from' | 'to'> | undefined {
  const from = before?.open ? stepOf(before.stage) : before ? undefined : 'new'
  if (after.deliveredAt && !before?.deliveredAt) return { from: from === undefined || from === 'new' ? 'closing' : from, to: 'delivered' }
  const to = after.open ? stepOf(after.stage) : after.concluded ? 'concluded' : 'ended'
  return from === undefined || to === undefined || from === to ? undefined : { from, to }
}

const opened = new WeakMap<Rooms, CasesInMemory>()
/** 各件 in memory, of this house. */
export function casesInMemory(rooms: Rooms, index: DueIndex): CasesInMemory {
  const known = opened.get(rooms)
  if (known) return known
  const cases = new Map<string, BoardCase>(), byDepartment = new Map<string, Map<string, BoardCase>>(), moves: Moved[] = [], copy = oneCopy()
  let reading = true, prunedOn: Day | undefined
  const since = () => new Date(Date.parse(rooms.now()) - keptMs).toISOString()
  type Ending = { open: boolean; endedAt?: string | undefined; deliveredAt?: string | undefined }
  const isKept = ({ open, endedAt = '', deliveredAt = '' }: Ending, from: string) => open || endedAt >= from || deliveredAt >= from
  function drop(subject: string) {
    const known = cases.get(subject), own = known && byDepartment.get(known.department)
    cases.delete(subject)
    own?.delete(subject)
    if (own?.size === 0) byDepartment.delete(known!.department)
  }
  function put(one: BoardCase) {
    if (cases.get(one.subject)?.department !== one.department) drop(one.subject)
    cases.set(one.subject, one)
    const own = byDepartment.get(one.department) ?? new Map<string, BoardCase>()
    byDepartment.set(one.department, own.set(one.subject, one))
  }
  const follow = following(rooms, 'cases', {
    clear() { cases.clear(); byDepartment.clear(); moves.length = 0; reading = true },
    async take(key, row, position) {
      const subject = `cases.${key}`
      if (!row || !isKept(row as CaseRow, since())) { drop(subject); return }
      const before = cases.get(subject), one = await boardCase(rooms, row as CaseRow, index.lamp(subject), copy), move = reading ? undefined : moveOf(before, one)
      put(one)
      if (!move) return
      const { department, hall, itemCode, lamp: { standing } } = one
      moves.push({ ...move, position, department, hall, itemCode, light: !one.open ? 'done' : standing ? openLight(standing, rooms.now()) : 'ok' })
      if (moves.length > movesKept) moves.splice(0, moves.length - movesKept)
    },
  })
  /** Once for each: a clock begins once. */
  const begin = (late: readonly BoardCase[]) => Promise.all(late.map(async (one) => {
    const { since } = await clockIn(rooms, one.subject)
    if (cases.get(one.subject) === one) put({ ...one, runsSince: one.openedAt, ...since })
  }))
  const memory: CasesInMemory = {
    moves, departments: () => [...byDepartment].map(([department, own]) => [department, own.values()] as const),
    of: (department) => (department === undefined ? cases : byDepartment.get(department))?.values() ?? [],
    async settled() {
      const position = await follow.settled(), today = dayIn(rooms.founding.zone, rooms.now())
      reading = false
      if (prunedOn !== today) for (const [subject, one] of cases) if (!isKept(one, since())) drop(subject)
      prunedOn = today
      return position
    },
    async counted(count) {
      for (;;) {
        const now = rooms.now(), lit = lights(now), late: BoardCase[] = []
        const found = count((one) => {
          const lighted = lit(one.lamp)
          if (lighted.light === 'late' && one.runsSince === undefined) late.push(one)
          return lighted
        }, now)
        if (late.length === 0) return found
        await begin(late)
      }
    },
  }
  opened.set(rooms, memory)
  return memory
}
