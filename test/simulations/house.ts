import { runner, type Answer, type Saying } from '../../api/tell.ts'
import { openCalendars } from '../../api/calendars.ts'
import { referencesFrom } from '../../api/references.ts'
import { calendar as calendarContext } from '../../domain/calendar/index.ts'
import { nationalCommands } from '../../domain/calendar/national.ts'
import { caseEvents, type CaseEvent } from '../../domain/cases/events.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { businessOrder, read, type Recorded } from '../../domain/kernel/events.ts'
import type { EventLog, Keys } from '../../domain/kernel/ports.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { platform } from '../../domain/platform/index.ts'
import { dueEntry, lightAt } from '../../domain/supervision/light.ts'
import { judge, rulebook } from '../../domain/supervision/judge.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { itemGround } from '../../api/judging.ts'
import { foldInto, type Projection } from '../../projections/kernel.ts'
import { caseTimelines } from '../../projections/case-timelines.ts'
import { casesProjection } from '../../projections/cases.ts'
import { county, type FactsOf, type OpenCase, type Stage } from '../../simulations/county.ts'

export type Said = { saying: Saying; answer: Answer; at: Instant }
const house = { person: 'policy', role: 'policy', department: '' } as const

/** A house as a root would open it, on any book; the clock is ours. Rows are folded when they are asked for. */
export async function openHouse(book: EventLog, keys: Keys, start: Instant) {
  let now = start
  const said: Said[] = [], sweeps: Instant[] = []
  const calendars = await openCalendars(book, () => county.region, () => county.zone)
  const calendar = () => calendars.ofKnown('', county.zone, '2026-12-31' as Day)
  const run = runner({ book, keys, region: county.region, now: () => now, calendar, references: referencesFrom(book) })
  const stage: Stage = {
    async say(saying) {
      const answer = await run(saying)
      said.push({ saying, answer, at: now })
      if (saying.context.name === 'calendar') await calendars.reload()
      return answer
    },
    clock: { now: () => now, set(at) {
      if (at < now) throw new Error(`the clock goes back: ${at} after ${now}`)
      now = at
    } },
    calendar,
    async closeOfDay() { sweeps.push(now) },
    judged: async () => undefined,
  }
  const founded = await stage.say({ context: platform, id: 'platform', by: house, key: 'founding',
    command: { type: 'FoundPlatform', data: { purpose: 'demonstration', ...county } } })
  if (!isRefusal(founded)) for (const command of nationalCommands)
    await stage.say({ context: calendarContext, id: 'national', by: house, key: JSON.stringify(command), command: command as never })

  async function facts(): Promise<Recorded[]> {
    const all: Recorded[] = []
    for await (const batch of book.readAll(0)) all.push(...batch)
    return all
  }
  const isCase = ({ meta: { stream } }: Recorded) => stream.startsWith('cases-') && !stream.startsWith('cases-officer.')
  const caseFacts = async () => (await facts()).filter(isCase) as Recorded<CaseEvent>[]
  async function fold<Row>(projection: Projection<Row, CaseEvent>): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>(), streams = new Map<string, Recorded<CaseEvent>[]>()
    for (const fact of await facts()) if (fact.meta.stream.startsWith('cases-'))
      streams.set(fact.meta.stream, [...streams.get(fact.meta.stream) ?? [], fact as Recorded<CaseEvent>])
    for (const stream of streams.values()) for (const fact of businessOrder(stream)) foldInto(projection, rows, fact)
    return rows
  }
  const rows = () => fold(casesProjection), timelines = () => fold(caseTimelines)
  const open = async (): Promise<OpenCase[]> => [...(await rows()).values()].filter(({ open, stage }) => open || stage === 'Concluded')
  const factsOf: FactsOf = async (caseNo) =>
    (await book.readStream(`cases-${caseNo}`)).map((fact) => read(caseEvents, fact as Recorded<CaseEvent>, fact.meta.version))
  const rules = rulebook(), groundOf = async (timeline: Timeline) => ({ calendar: calendar(), item: await itemGround({ book }, timeline) })
  /** Lights of what is open, and every finding since a day, as of the clock; `late`: those of the clocks of a case, by department. */
  async function supervised(since: Instant) {
    const lights: Record<string, number> = {}, findings: Record<string, number> = {}, late: Record<string, number> = {}
    for (const timeline of (await timelines()).values()) {
      const ground = await groundOf(timeline), light = lightAt(dueEntry(timeline, rules, ground, now), now)
      if (timeline.clocks.some(({ kind }) => kind === 'promised')) lights[light] = (lights[light] ?? 0) + 1
      for (const { ruleId, severity, becameTrueAt } of judge(timeline, rules, ground, now)) if (becameTrueAt >= since) {
        findings[`${ruleId} ${severity}`] = (findings[`${ruleId} ${severity}`] ?? 0) + 1
        if (['R-02', 'R-04'].includes(ruleId)) late[timeline.department] = (late[timeline.department] ?? 0) + 1
      }
    }
    return { lights, findings, late }
  }
  return { book, stage, said, sweeps, facts, caseFacts, rows, timelines, groundOf, open, factsOf, supervised, clock: () => now }
}
