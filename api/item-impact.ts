import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { answersTo, type Codes } from '../domain/items/form.ts'
import type { Calendar } from '../domain/kernel/values.ts'
import { steps, type Step } from '../domain/kernel/vocabulary.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { DictionaryRow, ItemRow } from '../projections/catalogue.ts'
import { touched, type LimitDraft, type LimitImpact } from '../projections/limit-impact.ts'
import { everything, eyesFor, sightOf, type Sight } from './access/sight.ts'
import { standingOf } from './access/standing.ts'
import { calendarFor } from './judging.ts'
import { rowsLooked } from './privacy/looks.ts'
import { refusals, Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

/** Cases that an answer lists, of those that may be seen. */
const listed = 1000
type Said = Record<string, string | undefined>
type Impact = Omit<LimitImpact, 'cases'> & {
  item: Pick<ItemRow, 'code' | 'version' | 'legalName' | 'promisedWorkingDays' | 'statutoryWorkingDays' | 'stepLimits'>; draft: LimitDraft; now: string
  cases: LimitImpact['cases']; unlisted: number
}

async function itemOf({ rows }: Rooms, code: string): Promise<ItemRow> {
  const item = await rows.get('items', code) as ItemRow | undefined
  if (!item) throw new Unanswerable(404, 'no-such-item', `没有编码为 ${code} 的事项`, `There is no item ${code}`, { field: 'code' })
  return item
}

function days(field: string, said: string | undefined): number | undefined {
  if (said === undefined) return undefined
  if (!/^\d{1,4}$/.test(said) || Number(said) > 1000) throw new Unanswerable(400, 'bad-parameter', `${field} 须为 0…1000 的整数（工作日），不能是「${said}」`,
    `${field} is a whole number of working days from 0 to 1000, not "${said}"`, { field })
  return Number(said)
}
/** `handling:3,reviewing:1` */
function stepsSaid(said: string | undefined): LimitDraft['stepLimits'] {
  return said?.split(',').map((one) => {
    const [step = '', limit, ...more] = one.split(':')
    if (!steps.includes(step as Step) || limit === undefined || more.length > 0) throw new Unanswerable(400, 'bad-parameter', `steps：「${one}」读不懂，应写成 环节:工作日，环节有：${steps.join('、')}`,
      `steps: "${one}" is not STEP:DAYS, where a step is ${steps.join(', ')}`, { field: 'steps' })
    return { step, workingDays: days('steps', limit)! }
  })
}
/** What could not be published cannot be tried either; it is refused in the same words. */
function draftSaid({ promised, statutory, steps }: Said, item: ItemRow): LimitDraft {
  const promisedWorkingDays = days('promised', promised), statutoryWorkingDays = days('statutory', statutory), stepLimits = stepsSaid(steps)
  if (promisedWorkingDays === undefined && statutoryWorkingDays === undefined && !stepLimits) throw new Unanswerable(400, 'bad-parameter', '请说明要改哪个期限：promised、statutory 或 steps',
    'Say which limit is to change: promised, statutory or steps', { field: 'promised' })
  const no = (code: 'promise-beyond-the-law' | 'immediate-means-today' | 'step-limit-beyond-the-law', field: string) =>
    new Unanswerable(refusals[code].status, code, refusals[code].zh, refusals[code].en, { field })
  const law = statutoryWorkingDays ?? item.statutoryWorkingDays
  if ((promisedWorkingDays ?? item.promisedWorkingDays) > law) throw no('promise-beyond-the-law', promised === undefined ? 'statutory' : 'promised')
  if (item.caseType === 'IMMEDIATE' && promisedWorkingDays) throw no('immediate-means-today', 'promised')
  if ((stepLimits ?? item.stepLimits).some(({ workingDays }) => workingDays > law)) throw no('step-limit-beyond-the-law', stepLimits ? 'steps' : 'statutory')
  return { ...(promisedWorkingDays !== undefined && { promisedWorkingDays }), ...(statutoryWorkingDays !== undefined && { statutoryWorkingDays }), ...(stepLimits && { stepLimits }) }
}

/** The timelines of the item's open cases, the calendar of each, and which of them may be looked at. */
async function openCases(rooms: Rooms, itemCode: string, sight: Sight) {
  const timelines: Timeline[] = [], seen = new Set<string>(), calendars = new Map<string, Calendar>(), placeOf = ({ hall, zone }: Timeline) => `${zone} ${hall}`
  for (let after: string | undefined, more = true; more;) {
    const page = await rooms.rows.find('cases', { where: { itemCode, open: true }, limit: 1000, ...(after !== undefined && { after }) })
    for (const { key, row } of page.rows) {
      const timeline = await rooms.rows.get('case-timelines', `cases.${key}`) as Timeline | undefined
      if (!timeline) continue
      timelines.push(timeline)
      if (eyesFor(sight, row)) seen.add(timeline.subject)
      if (!calendars.has(placeOf(timeline))) calendars.set(placeOf(timeline), await calendarFor(rooms, timeline, rooms.now()))
    }
    after = page.next
    more = after !== undefined
  }
  return { timelines, seen, calendarOf: (timeline: Timeline) => calendars.get(placeOf(timeline))! }
}

/** 期限影响 — what other limits would touch, before they are published: figures over all, and one by one what may be looked at. */
export async function limitImpact(rooms: Rooms, code: string, said: Said, sight: Sight = everything): Promise<Impact> {
  const item = await itemOf(rooms, code), draft = draftSaid(said, item), now = rooms.now()
  const { timelines, seen, calendarOf } = await openCases(rooms, code, sight), { cases: all, ...figures } = touched(timelines, item, draft, calendarOf, now)
  const cases = all.filter(({ subject }) => seen.has(subject)).slice(0, listed)
  const { version, legalName, promisedWorkingDays, statutoryWorkingDays, stepLimits } = item
  return {
    item: { code, version, legalName, promisedWorkingDays, statutoryWorkingDays, stepLimits }, draft, now, ...figures,
    cases, unlisted: all.length - cases.length,
  }
}

const Said = z.record(z.string().max(40), z.union([z.string().max(4000), z.number(), z.boolean(), z.array(z.string().max(200)).max(200)]))
/** 填表核对 — the same look at the answers that a clerk would take, before they are handed in; nothing of them is kept. */
async function checkAnswers(rooms: Rooms, code: string, body: unknown) {
  const { form } = await itemOf(rooms, code), said = Said.safeParse(body)
  if (!said.success) throw new Unanswerable(400, 'bad-answers', '所填内容须为 字段名 → 文字、数、是否或选项列表', 'Answers are texts, numbers, yes or no, or lists of options, by the names of their fields')
  const named = [...new Set(form.flatMap(({ dictionary }) => dictionary ?? []))]
  const entries = await Promise.all(named.map(async (name) => {
    const found = await rooms.rows.get('dictionaries', name) as DictionaryRow | undefined
    return [name, (found?.entries ?? []).filter(({ retired }) => !retired).map(({ code }) => code)] as const
  }))
  return answersTo(form, said.data, Object.fromEntries(entries) satisfies Codes)
}

export function itemRoutes(app: FastifyInstance, rooms: Rooms) {
  const readers = ['handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor'] as const
  app.get<{ Params: { code: string }; Querystring: Said }>('/api/items/:code/impact', { config: { access: readers, looks: true } }, async (request) => {
    const who = standingOf(request), { params, query } = request
    const found = await limitImpact(rooms, params.code, only(query, 'promised', 'statutory', 'steps'), await sightOf(rooms, who))
    return rowsLooked(rooms, who, 'cards', { rows: found.cases }).then(() => found)
  })
  app.post<{ Params: { code: string } }>('/api/items/:code/answers', { config: { access: 'public' } }, ({ params, body }) => checkAnswers(rooms, params.code, body))
}
