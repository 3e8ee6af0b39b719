import type { FastifyInstance } from 'fastify'
import type { CalendarEvent } from '../domain/calendar/events.ts'
import { occurredAt } from '../domain/kernel/order.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { dayIn, instantIn } from '../domain/kernel/zones.ts'
import { caseReplay, type CalendarKnown } from '../projections/case-replay.ts'
import type { CaseSources } from '../projections/case-view.ts'
import type { CaseRow } from '../projections/cases.ts'
import type { Replay } from '../projections/replayed.ts'
import { caseFor } from './access/case-for.ts'
import { caseReaders, standingOf } from './access/standing.ts'
import { endingsIn, endOf, sourcesOf, type Asked } from './case-reading.ts'
import { inTurns } from './in-turns.ts'
import { eyesOn, looked } from './privacy/looks.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

/** Days as they stand in what was told, so that no notice is left out by which one of them is counted. */
const anyDay = /"(\d{4})-\d\d-\d\d/g
const yearsIn = (facts: CaseSources['facts']) => facts.flatMap((fact) => [...JSON.stringify(fact).matchAll(anyDay)].map(([, year]) => Number(year))).filter((year) => year >= 1900)
const reachesTo = (year: number) => ({ type, data }: CalendarEvent) => type === 'OfficeHoursSet' || data.year >= year

/** 日历知情 — every calendar that the case was ever judged by, and from when: notices became known, this platform was told of them, the case turned out to be over. */
async function calendarsOf({ calendars, founding, now }: Rooms, facts: CaseSources['facts'], hall: string, zone: string) {
  const { region, written: all } = await calendars.told(hall), own = zone || founding.zone, from = Math.min(...yearsIn(facts), new Date(now()).getUTCFullYear()) - 1
  const written = all.filter(({ fact }) => reachesTo(from)(fact))
  const noticed = all.flatMap(({ fact: { data } }) => 'knownOn' in data ? [instantIn(own, data.knownOn)] : [])
  const turns = [...all.map(({ recordedAt }) => recordedAt), ...facts.map(({ meta }) => meta.recordedAt), ...noticed]
  const known: CalendarKnown[] = [], endings = endingsIn(facts), first = facts.map(occurredAt).concat(facts.map(({ meta }) => meta.recordedAt)).sort()[0]!
  let before
  // Before its first fact nothing is told of a case, by whatever calendar.
  for (const since of [...new Set([first, ...turns])].filter((turn) => turn >= first).sort()) {
    const ended = endOf(endings, since), knownAsOf = dayIn(own, ended && ended < since ? ended : since), calendar = await calendars.of(hall, zone, knownAsOf, since)
    if (calendar !== before) known.push({ since: known.length === 0 ? '' : since, calendar, knownAsOf, among: written.filter(({ recordedAt }) => recordedAt <= since).length })
    before = calendar
  }
  return { calendars: known, notices: written.map(({ fact }) => fact), place: { zone: own, region, hall } }
}

/** 回放材料 of a case for one role. */
export async function replayOf(rooms: Rooms, said: string, asked: Pick<Asked, 'as' | 'eyes'>): Promise<Replay> {
  const { id, sources, standpoint: { role, now, epoch } } = await sourcesOf(rooms, said, asked)
  const told = sources.facts.find(({ type }) => type === 'ApplicationSubmitted'), row = await rooms.rows.get('cases', id) as CaseRow | undefined
  const { hall = '', zone = '' } = told?.type === 'ApplicationSubmitted' ? told.data : row ?? {}
  return inTurns(caseReplay(id, { ...sources, ...await calendarsOf(rooms, sources.facts, hall, zone) }, { role, now: now as Instant, epoch }))
}

/** GET /api/cases/:id/replay — a case at every moment, once: whoever is sent it moves through it without asking again. */
export const replayRoute = (app: FastifyInstance, rooms: Rooms) =>
  app.get<{ Params: { id: string }; Querystring: Record<string, string | undefined> }>('/api/cases/:id/replay', { config: { access: caseReaders, looks: true } }, async (request) => {
    const who = standingOf(request), said = only(request.query, 'as'), { id, as } = await caseFor(rooms, who, request.params.id, said['as'])
    const replay = await replayOf(rooms, id, { as, eyes: await eyesOn(rooms, who, id, as) })
    await looked(rooms, who, 'case', [id])
    return replay
  })
