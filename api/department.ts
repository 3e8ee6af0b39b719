import type { FastifyInstance } from 'fastify'
import { maySpeakFor } from '../domain/identity/reach.ts'
import type { Role } from '../domain/kernel/context.ts'
import { agesOn, departmentFigures, type DepartmentCase, type DepartmentFigures, type Load } from '../projections/department-figures.ts'
import type { DueIndex, OpenCounts } from '../projections/due-index.ts'
import type { BoardCase } from '../projections/board.ts'
import type { DepartmentView } from '../projections/views-department.ts'
import { sightOf } from './access/sight.ts'
import { standingOf, type Standing } from './access/standing.ts'
import { lastDays } from './board.ts'
import { casesInMemory, type CasesInMemory } from './board-memory.ts'
import { listCards } from './cards-register.ts'
import { awayFrom } from './department-away.ts'
import { departmentsAnswered } from './department-reach.ts'
import type { Due } from './due.ts'
import { houseCalendar } from './judging.ts'
import type { LightOf } from './lights.ts'
import { directory } from './naming.ts'
import { looked, rowsLooked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { weekEnd } from './search-open.ts'
import { searchCases } from './searching.ts'

/** 统计：V dept of heads and leaders, V all of inspectors and auditors (domain.md K). */
const departmentReaders: readonly Role[] = ['section-head', 'leader', 'inspector', 'auditor']
/** So many lines of what falls due, and of cards, are told with the figures; the rest is in the lists. */
const weekRows = 12, cardRows = 6

type Directory = Awaited<ReturnType<typeof directory>>
const bySize = <T extends OpenCounts>(a: T, b: T) => b.late - a.late || b.soon - a.soon || b.open - a.open
function* litCases(cases: Iterable<BoardCase>, lightOf: LightOf): Iterable<DepartmentCase> {
  for (const one of cases) {
    const { subject, itemCode, holder, acceptedOn, openedAt, endedAt, open, runsSince } = one, lighted = open ? lightOf(one) : undefined
    const dueAt = open ? one.lamp.standing?.dueAt : one.dueAt
    yield { subject, itemCode, holder, acceptedOn, openedAt, endedAt, open, runsSince, dueAt, light: lighted?.light ?? 'ok', lateAt: lighted?.lateAt }
  }
}

/** 本部门的人 who may have cases, and whoever else of it has some; without any, too. */
function handsOf({ people, personName }: Directory, department: string, { hands, total }: DepartmentFigures): DepartmentView['people'] {
  const working = people.filter((one) => one.department === department && one.roles.some((role) => ['handler', 'section-head', 'leader'].includes(role)))
  const none: Load = { open: 0, late: 0, soon: 0, ok: 0, hold: 0, ages: total.ages.map(() => 0), week: 0 }
  return [...new Set([...working.map(({ person }) => person), ...hands.keys()])]
    .map((person) => ({ ...none, ...hands.get(person), person, name: personName.get(person) ?? person, post: people.find((one) => one.person === person)?.post ?? '' }))
    .sort((a, b) => bySize(a, b) || a.name.localeCompare(b.name, 'zh'))
}
/** 有效的牌 as the register has them for whoever asks: the newest, and how many there are. */
async function cardsOf(rooms: Rooms, who: Standing, department: string): Promise<DepartmentView['cards']> {
  const asked = (more: object, limit = 1) => listCards(rooms, who, { department, severity: ['YELLOW', 'RED'], standing: true, confidential: false, limit, ...more })
  const [newest, yellow, red, appealed] = await Promise.all([asked({}, cardRows), asked({ severity: ['YELLOW'] }), asked({ severity: ['RED'] }), asked({ state: ['appealed'] })])
  return { yellow: yellow.count, red: red.count, appeals: appealed.count, rows: newest.rows }
}
function chosenOf(who: Standing, { items }: Directory, memory: CasesInMemory, lightOf: LightOf, asked: string | undefined) {
  const { departments, own } = departmentsAnswered(who, items, memory, lightOf), chosen = asked ?? own
  if (chosen === undefined || !departments.some(({ department }) => department === chosen))
    throw new Unanswerable(403, 'beyond-your-reach', '这个部门不在您的查看范围内', 'This department is beyond what your role reaches', { field: 'department' })
  return { departments, chosen }
}

/** 一个部门 — counted at one moment from the cases that the board is counted from, so that both add up; and every figure is a list that has as many. */
export async function departmentView(rooms: Rooms, index: DueIndex, who: Standing, asked: string | undefined): Promise<DepartmentView> {
  const memory = casesInMemory(rooms, index), names = await directory(rooms), sight = await sightOf(rooms, who), calendar = await houseCalendar(rooms, rooms.now())
  const position = await memory.settled(), works = new Map(names.people.map(({ person, department }) => [person, department]))
  const { departments, chosen, now, today, ages, figures } = await memory.counted((lightOf, now) => {
    const { departments, chosen } = chosenOf(who, names, memory, lightOf, asked), today = calendar.dayOf(now), ages = agesOn(calendar, today)
    return { departments, chosen, now, today, ages, figures: departmentFigures(litCases(memory.of(chosen), lightOf),
      { ages, days: lastDays(calendar, now), weekEnds: weekEnd(rooms.founding.zone, today), own: (person) => works.get(person) === chosen }) }
  })
  const [week, cards, away] = await Promise.all([searchCases(rooms, { department: chosen, due: 'week', order: 'due', limit: weekRows, count: false, question: '' }, sight),
    cardsOf(rooms, who, chosen), awayFrom(rooms, who, chosen, today)])
  await looked(rooms, who, 'list', week.rows.map(({ id }) => id))
  await rowsLooked(rooms, who, 'cards', cards)
  return {
    department: chosen, departments, now, on: today, position, ages, total: figures.total, untaken: figures.untaken, people: handsOf(names, chosen, figures),
    items: [...figures.items].map(([itemCode, counts]) => ({ itemCode, itemName: names.itemName.get(itemCode) ?? itemCode, ...counts })).sort(bySize),
    week: week.rows, days: figures.days, cards, away, heads: who.grants.some((grant) => maySpeakFor(grant, { ...who, person: '' }, { person: chosen, department: chosen })),
  }
}

/** GET /api/department — 一个部门今天的样子. */
export const departmentRoute = (app: FastifyInstance, rooms: Rooms, { index, ready }: Due) =>
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/department', { config: { access: departmentReaders, looks: true } }, async (request) => {
    const { department } = only(request.query, 'department')
    await ready()
    return departmentView(rooms, index, standingOf(request), department)
  })
