import type { FastifyInstance } from 'fastify'
import { maySpeakFor } from '../domain/identity/reach.ts'
import type { Role } from '../domain/kernel/context.ts'
import type { Day } from '../domain/kernel/values.ts'
import { isAwayOn, type AbsenceRow } from '../projections/absences.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import { agesOn, departmentFigures, type DepartmentCase, type Load } from '../projections/department-figures.ts'
import type { CardRow } from '../projections/cards.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { DueIndex, OpenCounts } from '../projections/due-index.ts'
import type { DepartmentCard, DepartmentView } from '../projections/views-department.ts'
import { partsOf, seenIn } from './access/collections.ts'
import { standingOf, type Standing } from './access/standing.ts'
import { sightOf } from './access/sight.ts'
import { lastDays, lights } from './board.ts'
import { casesInMemory } from './board-memory.ts'
import { departmentsAnswered } from './department-reach.ts'
import { houseCalendar } from './judging.ts'
import { directory } from './naming.ts'
import { Unanswerable } from './problems.ts'
import { looked } from './privacy/looks.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'
import { weekEnd } from './search-open.ts'
import { searchCases } from './searching.ts'

/** 统计：V dept of heads and leaders, V all of inspectors and auditors (domain.md K). */
export const departmentReaders: readonly Role[] = ['section-head', 'leader', 'inspector', 'auditor']
/** So many lines of what falls due are told with the figures; the rest is in the list. */
const weekRows = 12, cardRows = 50

type Directory = Awaited<ReturnType<typeof directory>>
async function absencesOf(rooms: Rooms, who: Standing, department: string, names: Directory, today: Day): Promise<AbsenceRow[]> {
  const parts = await partsOf(rooms, who, 'absences'), here = new Set(names.people.filter((one) => one.department === department).map(({ person }) => person)), found: AbsenceRow[] = []
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await rooms.rows.find('absences', { where: { to: { from: today } }, order: 'from', limit: 1_000, ...(after !== undefined && { after }) })
    for (const { row, key } of page.rows) {
      const seen = here.has(String(row['person'])) ? await seenIn(parts, row, key) as AbsenceRow | undefined : undefined
      if (seen && (seen.backOn === undefined || seen.backOn > today)) found.push(seen)
    }
    after = page.next
  }
  return found
}

const ruleNamed = ({ modules = [] }: Rooms, id: string) => {
  const known = [...catalogue, ...modules.flatMap(({ rules, patterns }) => [...rules, ...patterns])].find((rule) => rule.id === id)
  return { zh: known?.zh ?? id, en: known?.en ?? id }
}
/** 在册有效的牌 of the department, its officers and its cases, as far as whoever asks may see them; of a sub-case, whose it is. */
async function cardsOf(rooms: Rooms, who: Standing, department: string, names: Directory): Promise<DepartmentCard[]> {
  const parts = await partsOf(rooms, who, 'cards'), found: DepartmentCard[] = []
  const own = new Set(names.people.filter((one) => one.department === department).map(({ person }) => person))
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await rooms.rows.find('cards', { where: { standing: true, severity: { in: ['YELLOW', 'RED'] } }, order: '-becameTrueAt', limit: 1_000, ...(after !== undefined && { after }) })
    for (const { row, key } of page.rows) {
      const card = row as unknown as CardRow, [, kind, id = ''] = /^(\w+)\.(.*)$/s.exec(card.subject) ?? []
      const [, lead = id, number] = /^(.*)#(\d+)$/s.exec(id) ?? [], of = kind === 'cases' ? await rooms.rows.get('cases', lead) as CaseRow | undefined : undefined
      const whose = of && number !== undefined ? of.subCases?.find(({ subCase }) => subCase === Number(number))?.department ?? of.department : of?.department
      const isOurs = kind === 'departments' ? id === department : kind === 'officers' ? own.has(id) : whose === department
      if (!isOurs || !await seenIn(parts, row, key)) continue
      found.push({ subject: card.subject, cardId: card.cardId, ruleId: card.ruleId, rule: ruleNamed(rooms, card.ruleId), severity: card.severity as 'YELLOW' | 'RED', becameTrueAt: card.becameTrueAt,
        ...(of && { case: lead, caseNo: of.caseNo, itemName: names.itemName.get(of.itemCode) ?? of.itemCode }), ...(kind === 'officers' && { officer: names.personName.get(id) ?? id }),
        ...(card.appeal && { appeal: { decideBy: card.appeal.decideBy, waits: card.appeal.decided === undefined } }), ...(card.correction && { corrected: card.correction.confirmed ? 'confirmed' as const : 'reported' as const }) })
    }
    after = page.next
  }
  return found
}
const bySize = <T extends OpenCounts>(a: T, b: T) => b.late - a.late || b.soon - a.soon || b.open - a.open

/** 一个部门 — all of it counted at one moment from the cases that the board is counted from, so that both add up; and every figure is a list that has as many. */
export async function departmentView(rooms: Rooms, index: DueIndex, who: Standing, asked: string | undefined): Promise<DepartmentView> {
  const memory = casesInMemory(rooms, index), names = await directory(rooms), sight = await sightOf(rooms, who)
  const position = await memory.settled()
  const reach = await departmentsAnswered(rooms, who, memory.cases.values(), index), chosen = asked ?? reach.own
  if (chosen === undefined || !reach.departments.some(({ department }) => department === chosen))
    throw new Unanswerable(403, 'beyond-your-reach', '这个部门不在您的查看范围内', 'This department is beyond what your role reaches', { field: 'department' })
  const calendar = await houseCalendar(rooms, rooms.now()), absences = await absencesOf(rooms, who, chosen, names, calendar.dayOf(rooms.now())), cards = await cardsOf(rooms, who, chosen, names)
  const now = rooms.now(), today = calendar.dayOf(now), ages = agesOn(calendar, today), lit = lights(index, now), people = new Map(names.people.map((one) => [one.person, one]))
  const cases = function* (): Iterable<DepartmentCase> {
    for (const one of memory.cases.values()) if (one.department === chosen) yield { ...one, ...(one.open ? { ...lit(one.subject), ...dueOf(index, one.subject) } : { light: 'ok' as const }) }
  }
  const figures = departmentFigures(cases(), { ages, days: lastDays(calendar, now), weekEnds: weekEnd(rooms.founding.zone, today), own: (person) => people.get(person)?.department === chosen })
  const here = names.people.filter(({ department, roles }) => department === chosen && roles.some((role) => ['handler', 'section-head', 'leader'].includes(role)))
  const none: Load = { open: 0, late: 0, soon: 0, ok: 0, hold: 0, ages: ages.map(() => 0), week: 0 }
  const hands = [...new Set([...here.map(({ person }) => person), ...figures.hands.keys()])].map((person) => ({ ...none, ...figures.hands.get(person), person, name: names.personName.get(person) ?? person, post: people.get(person)?.post ?? '' }))
  const week = await searchCases(rooms, { department: chosen, due: 'week', order: 'due', limit: weekRows, count: false, question: '' }, sight)
  const shown = { week: week.rows, cards: cards.slice(0, cardRows) }
  await looked(rooms, who, 'list', [...shown.week.map(({ id }) => id), ...shown.cards.flatMap((card) => card.case ?? [])])
  return {
    department: chosen, departments: reach.departments, now, on: today, position, ages,
    total: figures.total, untaken: figures.untaken, people: hands.sort((a, b) => bySize(a, b) || a.name.localeCompare(b.name, 'zh')),
    items: [...figures.items].map(([itemCode, counts]) => ({ itemCode, itemName: names.itemName.get(itemCode) ?? itemCode, ...counts })).sort(bySize),
    week: shown.week, days: figures.days, heads: who.grants.some((grant) => maySpeakFor(grant, { ...who, person: '' }, { person: chosen, department: chosen })),
    cards: { yellow: cards.filter(({ severity }) => severity === 'YELLOW').length, red: cards.filter(({ severity }) => severity === 'RED').length,
      appeals: cards.filter(({ appeal }) => appeal?.waits).length, rows: shown.cards },
    away: absences.map((one) => ({ ...one, name: names.personName.get(one.person) ?? one.person, now: isAwayOn(one, today), ...(one.standIn !== undefined && { standInName: names.personName.get(one.standIn) ?? one.standIn }) })),
  }
}
function dueOf(index: DueIndex, subject: string): Pick<DepartmentCase, 'dueAt'> {
  const dueAt = index.standing(subject)?.dueAt
  return dueAt === undefined ? {} : { dueAt }
}

/** GET /api/department — 一个部门今天的样子. */
export const departmentRoute = (app: FastifyInstance, rooms: Rooms, { index, ready }: { index: DueIndex; ready: Promise<void> }) =>
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/department', { config: { access: departmentReaders, looks: true } }, async (request) => {
    const { department } = only(request.query, 'department')
    await ready
    return departmentView(rooms, index, standingOf(request), department)
  })
