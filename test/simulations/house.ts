import { runner, type Answer, type Saying } from '../../api/tell.ts'
import { openCalendars } from '../../api/calendars.ts'
import { referencesFrom } from '../../api/references.ts'
import { calendar as calendarContext } from '../../domain/calendar/index.ts'
import { nationalCommands } from '../../domain/calendar/national.ts'
import { caseEvents, type CaseEvent } from '../../domain/cases/events.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { read, type Recorded } from '../../domain/kernel/events.ts'
import type { EventLog, Keys } from '../../domain/kernel/ports.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { platform } from '../../domain/platform/index.ts'
import { dueEntry, lightAt } from '../../domain/supervision/light.ts'
import { judge } from '../../domain/supervision/judge.ts'
import type { Timeline } from '../../domain/supervision/timeline.ts'
import { caseTimelines } from '../../projections/case-timelines.ts'
import { casesProjection, type CaseRow } from '../../projections/cases.ts'
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
  async function fold<Row>(projection: { on: object }): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>(), on = projection.on as Record<string, (row: Row | undefined, fact: Recorded<CaseEvent>) => Row | undefined>
    for (const fact of await caseFacts()) {
      const row = on[fact.type]?.(rows.get(fact.meta.stream), fact) ?? rows.get(fact.meta.stream)
      if (row) rows.set(fact.meta.stream, row)
    }
    return rows
  }
  const rows = () => fold<CaseRow>(casesProjection)
  const open = async (): Promise<OpenCase[]> => [...(await rows()).values()].filter((row) => row.open || row.stage === 'Concluded')
  const factsOf: FactsOf = async (caseNo) =>
    (await book.readStream(`cases-${caseNo}`)).map((fact) => read(caseEvents, fact as Recorded<CaseEvent>, fact.meta.version))
  /** Lights of what is open, and every finding since a day, as of the clock. */
  async function supervised(since: Instant) {
    const lights: Record<string, number> = {}, findings: Record<string, number> = {}, late: Record<string, number> = {}
    for (const timeline of (await fold<Timeline>(caseTimelines)).values()) {
      const light = lightAt(dueEntry(timeline, [], calendar(), now), now)
      lights[light] = (lights[light] ?? 0) + 1
      if (timeline.clocks.length === 0) continue
      for (const { severity, becameTrueAt } of judge(timeline, [], calendar(), now)) if (becameTrueAt >= since) {
        findings[severity] = (findings[severity] ?? 0) + 1
        if (severity !== 'WARN') late[timeline.department] = (late[timeline.department] ?? 0) + 1
      }
    }
    return { lights, findings, late }
  }
  return { stage, said, sweeps, facts, caseFacts, rows, open, factsOf, supervised, clock: () => now }
}
