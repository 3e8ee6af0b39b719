import type { FastifyInstance } from 'fastify'
import { numberOf } from '../domain/calendar/days.ts'
import type { Role } from '../domain/kernel/context.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import { caseTypes } from '../domain/kernel/vocabulary.ts'
import { lightAt } from '../domain/supervision/light.ts'
import { openLight, type DueIndex } from '../projections/due-index.ts'
import { deviations, type Deviation } from '../projections/path-deviations.ts'
import { goesThrough, mapOf, ranked, type Part, type ProcessMap } from '../projections/process-map.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { CaseList } from '../projections/views.ts'
import { everything, eyesFor, sightOf, type Sight } from './access/sight.ts'
import { caseReaders, standingOf, type Standing } from './access/standing.ts'
import { listed } from './case-listing.ts'
import { pageLooked } from './privacy/looks.ts'
import type { Due } from './due.ts'
import { betweenFor, pathsOf, type KnownPath, type PathKind } from './process-map-paths.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

/** 统计 (domain.md K): V own, V dept, V dept, V hall, V all; the two officers of disclosure and complaints V, of figures and no case. */
const figures: readonly Role[] = ['handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'disclosure-officer', 'complaints-officer', 'auditor']
const wholly: readonly Role[] = ['disclosure-officer', 'complaints-officer']
const lights = ['late', 'soon', 'ok', 'hold', 'done'] as const
type Strings = Record<string, string | undefined>
type Filter = { item?: string | undefined; department?: string | undefined; hall?: string | undefined; caseType?: string | undefined; source?: string | undefined
  from?: number | undefined; to?: number | undefined; light?: typeof lights[number] | undefined; share: number }
export type MapAnswer = ProcessMap & { now: Instant; position: number; omitted: number }

const filterWords = ['item', 'department', 'hall', 'caseType', 'source', 'from', 'to', 'light', 'share'], partWords = ['step', 'edgeFrom', 'edgeTo', 'variant', 'deviation']
/** Variants that are told one by one; of more, how many. */
const told = 200
const bad = (field: string, rule: string, zh: string, en: string) => new Unanswerable(400, 'bad-parameter', zh, en, { field, rule })

function oneOf<T extends string>(said: Strings, field: string, choices: readonly T[]): T | undefined {
  const value = said[field]
  if (value !== undefined && !choices.includes(value as T)) throw bad(field, 'one-of', `${field} 只能是：${choices.join('、')}`, `${field} is one of ${choices.join(', ')}`)
  return value as T | undefined
}
function dayOf(said: Strings, field: string): number | undefined {
  const value = said[field]
  if (value === undefined) return undefined
  const is = /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value)
  if (!is) throw bad(field, 'yyyy-mm-dd', `${field}：「${value}」不是日期，例如 2026-03-02`, `${field}: "${value}" is no day; say 2026-03-02`)
  return numberOf(value as Day)
}
function filterSaid(said: Strings): Filter {
  const { share = '80', item, department, hall, source } = said, from = dayOf(said, 'from'), to = dayOf(said, 'to')
  if (!/^\d{1,3}$/.test(share) || Number(share) < 1 || Number(share) > 100) throw bad('share', '1-100', 'share 须为 1…100 的整数', 'share is a whole number from 1 to 100')
  if (from !== undefined && to !== undefined && from > to) throw bad('to', 'not-before-from', '止日不能早于起日', 'The last day is not to be before the first')
  return { item, department, hall, source, from, to, caseType: oneOf(said, 'caseType', caseTypes), light: oneOf(said, 'light', lights), share: Number(share) }
}
function partSaid(said: Strings): Part {
  const { step, edgeFrom: from, edgeTo: to, variant } = said
  if ((from === undefined) !== (to === undefined)) throw bad(from === undefined ? 'edgeFrom' : 'edgeTo', 'both', 'edgeFrom 和 edgeTo 要一起说', 'Say edgeFrom and edgeTo together')
  return { step, from, to, variant, deviation: oneOf<Deviation>(said, 'deviation', deviations) }
}

/** What somebody's figures are of: all of it, or what they may see case by case. */
async function sightOn(rooms: Rooms, who: Standing): Promise<Sight> {
  if (who.grants.some(({ role }) => wholly.includes(role))) return everything
  return sightOf(rooms, { ...who, grants: who.grants.filter(({ role }) => figures.includes(role)) })
}
async function filtered(rooms: Rooms, index: DueIndex, { item, department, hall, caseType, source, from, to, light }: Filter, sight: Sight) {
  const paths = await pathsOf(rooms), now = rooms.now(), known = new Map<PathKind, boolean>()
  const lit = (path: KnownPath) => {
    if (light === 'done' || !path.open) return light === 'done' && !path.open
    const standing = index.standing(`cases.${path.id}`)
    return (standing ? openLight(standing, now) : lightAt({ held: false, ended: false }, now)) === light
  }
  const isOf = (kind: PathKind) => (item === undefined || kind.itemCode === item) && (department === undefined || kind.department === department)
    && (hall === undefined || kind.hall === hall) && (caseType === undefined || kind.caseType === caseType) && (source === undefined || (kind.source ?? '') === source)
    && eyesFor(sight, kind) !== undefined
  const meant = (kind: PathKind) => {
    let is = known.get(kind)
    if (is === undefined) known.set(kind, is = isOf(kind))
    return is
  }
  const found: KnownPath[] = []
  for (const path of paths.all.values())
    if ((from === undefined || path.opened >= from) && (to === undefined || path.opened <= to) && meant(path.kind) && (light === undefined || lit(path))) found.push(path)
  return found
}

/** 流程图 of what is somebody's to see. */
async function processMap(rooms: Rooms, index: DueIndex, said: Strings, sight: Sight): Promise<MapAnswer> {
  const filter = filterSaid(said), position = await rooms.rows.checkpoint('case-paths')
  const found = await filtered(rooms, index, filter, sight), map = mapOf(found, filter.share, await betweenFor(await pathsOf(rooms), found))
  return { ...map, variants: map.variants.slice(0, told), omitted: Math.max(0, map.variants.length - told), now: rooms.now(), position }
}

/** 所指的件 — the cases behind a figure of the map, the newest first; `count` is that figure. */
async function casesOf(rooms: Rooms, index: DueIndex, said: Strings, sight: Sight): Promise<CaseList & { count: number }> {
  const filter = filterSaid(said), part = partSaid(said), { limit = '50', after } = said
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 200) throw bad('limit', '1-200', 'limit 须为 1…200 的整数', 'limit is a whole number from 1 to 200')
  const found = await filtered(rooms, index, filter, sight), shown = new Set(ranked(found, filter.share).filter((one) => one.shown).map(({ variant }) => variant.id))
  // A variant and a deviation are figures of all; steps and ways between them of what is drawn.
  const drawn = part.step !== undefined || part.from !== undefined
  const all = found.filter((path) => (!drawn || shown.has(path.variant.id)) && goesThrough(path, part))
    .sort((a, b) => b.opened - a.opened || (a.id < b.id ? -1 : 1))
  const place = (path: KnownPath) => `${path.opened} ${path.id}`, begin = after === undefined ? 0 : all.findIndex((path) => place(path) === after) + 1
  if (after !== undefined && begin === 0) throw new Unanswerable(400, 'bad-cursor', '翻页标无效或不属于这个查询', 'the cursor is not valid, or belongs to another query', { field: 'after' })
  const page = all.slice(begin, begin + Number(limit)), rows = await Promise.all(page.map(({ id }) => rooms.rows.get('cases', id) as Promise<CaseRow | undefined>))
  return { rows: await listed(rooms, rows.filter((row) => row !== undefined), index, rooms.now(), sight), count: all.length,
    ...(begin + page.length < all.length && { next: place(page.at(-1)!) }), position: await rooms.rows.checkpoint('case-paths'), now: rooms.now() }
}

export function processMapRoutes(app: FastifyInstance, rooms: Rooms, { index, ready }: Due) {
  app.get<{ Querystring: Strings }>('/api/process-map', { config: { access: figures } }, async (request) => {
    const said = only(request.query, ...filterWords)
    await ready()
    return processMap(rooms, index, said, await sightOn(rooms, standingOf(request)))
  })
  const readers = figures.filter((role) => caseReaders.includes(role))
  app.get<{ Querystring: Strings }>('/api/process-map/cases', { config: { access: readers, looks: true } }, async (request) => {
    const said = only(request.query, ...filterWords, ...partWords, 'after', 'limit'), who = standingOf(request)
    await ready()
    const sight = await sightOf(rooms, { ...who, grants: who.grants.filter(({ role }) => readers.includes(role)) })
    return pageLooked(rooms, who, 'list', casesOf(rooms, index, said, sight))
  })
}
