import type { Day, Instant } from '../domain/kernel/values.ts'
import type { CaseRow } from './cases.ts'
import type { Lamp, OpenCounts, OpenLight } from './due-index.ts'

/** 流程各步 — where an open case stands on the board, and the stages that stand there; the last three are beside the way. */
export const steps = {
  received: ['Recorded', 'Submitted', 'PreReviewed'], handling: ['Accepted'], reviewing: ['Handled'], approving: ['Reviewed'], closing: ['Approved', 'Decided', 'DeemedRenewed'],
  supplement: ['SupplementPending'], special: ['Suspended'], superior: ['ReportedUp'],
} as const satisfies Record<string, readonly CaseRow['stage'][]>
export type BoardStep = keyof typeof steps
const stepNames = Object.keys(steps) as BoardStep[]
const stepOfStage = new Map<string, BoardStep>(stepNames.flatMap((step) => steps[step].map((stage) => [stage, step] as const)))
/** What has none of these stages is over. */
export const stepOf = (stage: string): BoardStep | undefined => stepOfStage.get(stage)

/** 板上一件 — as much of a case as the board asks of it; all of one shape, for all of them are gone through. `dueAt`: of one that has ended, what it should have been done by.
    `runsSince`: what the law took for accepted from an earlier day on was late before anybody could know; it counts as late from here. */
export type BoardCase = {
  subject: string; department: string; hall: string; itemCode: string; stage: CaseRow['stage']; open: boolean; joint: boolean; openedAt: Instant; concluded: boolean; lamp: Lamp
} & { [F in 'endedAt' | 'dueAt' | 'runsSince' | 'deliveredAt']: Instant | undefined } & { holder: string | undefined; acceptedOn: Day | undefined }
/** 板上一牌 likewise. */
export type BoardCard = { department: string; severity: string; standing: boolean; issuedAt: Instant; saidAt: Instant; revokedAt?: Instant; appeal?: { decideBy: Day } }
export type Lit = OpenCounts
export type BoardMove = { from: BoardStep | 'new'; to: BoardStep | 'concluded' | 'delivered' | 'ended'; light: OpenLight | 'done' }
type Today = { received: number; concluded: number; delivered: number; yellow: number; red: number; revoked: number; findings: number }
export type BoardDepartment = Lit & { department: string; yellow: number; red: number; lateOn: number[]; onTime: { n: number; inTime: number } }
export type BoardHall = Lit & { hall: string; received: number }
/** 监察板 — all of it counted from the same cases at one instant, so that it adds up. `usual`: the mean of the working days before, up to the same time of day. */
export type Board = {
  total: Lit; today: Today; usual: { days: number; concluded: number; delivered: number }; appeals: { waiting: number; earliest?: Day }
  steps: (Lit & { step: BoardStep; stages: readonly string[] })[]; joint: Lit; departments: BoardDepartment[]; halls: BoardHall[]
}
/** 板之所示 — `halls` by name, with who sits there; `moves` since the position that was said, where that is not too long ago. */
export type BoardView = Omit<Board, 'halls'> & {
  position: number; now: Instant; on: Day; days: Day[]; halls: (BoardHall & { name: string; clerks: number })[]; moves?: BoardMove[]
}
/** `days`: the last working days in order, each with the instant up to which it counts — its close, or now — and the same time of that day as now is of today. */
export type BoardDay = { day: Day; from: Instant; at: Instant; until: Instant }
type Moment = { now: Instant; dayBegan: Instant; monthBegan: Instant; days: readonly BoardDay[] }

const nothing = (): Lit => ({ open: 0, late: 0, soon: 0, ok: 0, hold: 0 })
const of = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
const add = (counts: Lit, light: OpenLight) => { counts.open++; counts[light]++ }
/** The first of these days that ended after an instant. */
const firstAfter = (days: readonly BoardDay[], at: Instant) => { const i = days.findIndex((day) => day.at > at); return i < 0 ? days.length : i }

/** 超期之日 — by then it was late, by the due day that it is known to have now, and not over yet. */
function addLate(counts: { lateOn: number[] }, days: readonly BoardDay[], lateAt: Instant, endedAt: Instant | undefined) {
  for (let i = firstAfter(days, lateAt); i < days.length && (endedAt === undefined || endedAt > days[i]!.at); i++) counts.lateOn[i]!++
}

type Counting = { board: Board; departments: Map<string, BoardDepartment>; halls: Map<string, BoardHall>; byStep: Map<BoardStep, Board['steps'][number]> }
const departmentIn = ({ departments }: Counting, { days }: Moment, department: string) =>
  of(departments, department, () => ({ department, ...nothing(), yellow: 0, red: 0, lateOn: days.map(() => 0), onTime: { n: 0, inTime: 0 } }))
const hallIn = ({ halls }: Counting, hall: string) => of(halls, hall, () => ({ hall, ...nothing(), received: 0 }))

function countOpen(counting: Counting, moment: Moment, one: BoardCase, light: OpenLight, lateAt: Instant | undefined) {
  const { board, byStep } = counting, step = stepOf(one.stage) ?? 'received', department = departmentIn(counting, moment, one.department)
  for (const counts of [board.total, byStep.get(step)!, department, hallIn(counting, one.hall)]) add(counts, light)
  if (one.joint) add(board.joint, light)
  if (light === 'late' && lateAt) addLate(department, moment.days, later(lateAt, one.runsSince), undefined)
}
function countEnded(counting: Counting, moment: Moment, { department, endedAt, dueAt, runsSince, concluded, deliveredAt }: BoardCase) {
  const { today, usual } = counting.board, { dayBegan, monthBegan, days } = moment
  if (concluded && endedAt! >= dayBegan) today.concluded++
  if (deliveredAt && deliveredAt >= dayBegan) today.delivered++
  for (const { from, until } of days) {
    if (from >= dayBegan) continue
    if (concluded && endedAt! >= from && endedAt! <= until) usual.concluded++
    if (deliveredAt && deliveredAt >= from && deliveredAt <= until) usual.delivered++
  }
  if (dueAt === undefined) return
  const own = departmentIn(counting, moment, department)
  if (endedAt! > dueAt) addLate(own, days, later(dueAt, runsSince), endedAt)
  if (!concluded || endedAt! < monthBegan) return
  own.onTime.n++
  if (endedAt! <= dueAt) own.onTime.inTime++
}
function countCard(counting: Counting, moment: Moment, { department, severity, standing, issuedAt, saidAt, revokedAt, appeal }: BoardCard) {
  const { today, appeals } = counting.board, { dayBegan } = moment, colour = severity === 'YELLOW' ? 'yellow' : severity === 'RED' ? 'red' : undefined
  if (saidAt >= dayBegan) today.findings++
  if (appeal) {
    appeals.waiting++
    if (appeals.earliest === undefined || appeal.decideBy < appeals.earliest) appeals.earliest = appeal.decideBy
  }
  if (!colour) return
  if (issuedAt >= dayBegan) today[colour]++
  if (revokedAt && revokedAt >= dayBegan) today.revoked++
  if (standing) departmentIn(counting, moment, department)[colour]++
}

const later = (at: Instant, other: Instant | undefined): Instant => other !== undefined && other > at ? other : at
const bytewise = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0
/** 超期多的在前, then those with more that is due soon, then with more in hand. */
const byTrouble = (a: BoardDepartment, b: BoardDepartment) =>
  b.late - a.late || b.red - a.red || b.soon - a.soon || b.yellow - a.yellow || b.open - a.open || bytewise(a.department, b.department)

/** 一板之数 — each case is looked at once. */
export function boardOf(cases: Iterable<BoardCase>, cards: Iterable<BoardCard>, lightOf: (one: BoardCase) => { light: OpenLight; lateAt?: Instant | undefined }, moment: Moment): Board {
  const board: Board = {
    total: nothing(), today: { received: 0, concluded: 0, delivered: 0, yellow: 0, red: 0, revoked: 0, findings: 0 }, usual: { days: 0, concluded: 0, delivered: 0 },
    appeals: { waiting: 0 }, steps: stepNames.map((step) => ({ step, stages: steps[step], ...nothing() })), joint: nothing(), departments: [], halls: [],
  }
  const counting: Counting = { board, departments: new Map(), halls: new Map(), byStep: new Map(board.steps.map((one) => [one.step, one])) }
  for (const one of cases) {
    if (one.openedAt >= moment.dayBegan) { board.today.received++; hallIn(counting, one.hall).received++ }
    if (!one.open) { countEnded(counting, moment, one); continue }
    const { light, lateAt } = lightOf(one)
    countOpen(counting, moment, one, light, lateAt)
  }
  for (const card of cards) countCard(counting, moment, card)
  const before = moment.days.filter(({ from }) => from < moment.dayBegan).length
  return { ...board, usual: { days: before, concluded: before && board.usual.concluded / before, delivered: before && board.usual.delivered / before },
    departments: [...counting.departments.values()].sort(byTrouble), halls: [...counting.halls.values()].sort((a, b) => bytewise(a.hall, b.hall)) }
}
