import { canonical } from '../domain/kernel/canonical.ts'
import type { Timeline, TimelineClock } from '../domain/supervision/timeline.ts'
import { caseOf, type Alike } from '../projections/calendar-impact.ts'
import type { CaseRow } from '../projections/cases.ts'
import { pageLimit } from '../projections/read-store.ts'
import { following } from './board-following.ts'
import type { Rooms } from './rooms.ts'

type Kept = Alike & { name: string; members: Map<string, Pick<Timeline, 'department' | 'itemCode'>>; subs: Set<string> }
/** 在走的钟 — open cases with what others handle beside them, by how their clocks run. */
export type ClocksInMemory = { all(): Iterable<Alike>; of(subject: string): Alike | undefined; settled(): Promise<number> }

/** All that a due day follows from, and nothing by which two that are due together would differ. */
const running = ({ clocks }: Timeline): TimelineClock[] => clocks.filter(({ stoppedAt }) => stoppedAt === undefined)
  .map(({ name, kind, clause, basis, startedOn, pauses, extensions, limitWorkingDays, statedDueOn, statedDueAt }) => ({ name, kind, clause, basis, startedOn, pauses,
    ...(extensions && { extensions }), ...(limitWorkingDays !== undefined && { limitWorkingDays }), ...(statedDueOn && { statedDueOn }), ...(statedDueAt && { statedDueAt }) }))

/** Of a million timelines those are read whose case is open. */
async function* ofOpenCases({ rows }: Rooms) {
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await rows.find('cases', { where: { open: true }, limit: pageLimit, ...(after !== undefined && { after }) })
    const subjects = page.rows.flatMap(({ key, row }) => [`cases.${key}`, ...((row as CaseRow).subCases ?? []).map(({ subCase }) => `cases.${key}#${subCase}`)])
    yield (await Promise.all(subjects.map(async (key) => ({ key, row: await rows.get('case-timelines', key) })))).flatMap(({ key, row }) => row ? [{ key, row }] : [])
    after = page.next
  }
}

const opened = new WeakMap<Rooms, ClocksInMemory>()
/** 在走的钟 of this house. */
export function clocksInMemory(rooms: Rooms): ClocksInMemory {
  const known = opened.get(rooms)
  if (known) return known
  const alike = new Map<string, Kept>(), at = new Map<string, Kept>(), beside = new Map<string, Set<string>>()
  function leave(subject: string) {
    const one = at.get(subject)
    if (!one) return
    at.delete(subject)
    one.subs.delete(subject)
    if (one.members.delete(subject) && one.members.size === 0) alike.delete(one.name)
  }
  const { settled } = following(rooms, 'case-timelines', {
    clear() { alike.clear(); at.clear(); beside.clear() },
    take(subject, row) {
      leave(subject)
      const timeline = row as Timeline | undefined
      const lead = caseOf(subject), subs = beside.get(lead) ?? new Set<string>()
      if (!timeline || timeline.endedAt !== undefined || !subject.startsWith('cases.')) {
        // With a case ends what others handle beside it.
        if (lead === subject) { for (const sub of subs) leave(sub); beside.delete(lead) }
        return
      }
      if (lead !== subject) {
        if (!at.has(lead)) return
        beside.set(lead, subs.add(subject))
      }
      const { hall, zone, department, itemCode } = timeline, clocks = running(timeline), name = canonical([hall, zone, clocks])
      const one = alike.get(name) ?? { name, hall, zone, clocks, members: new Map(), subs: new Set() }
      alike.set(name, one)
      at.set(subject, one)
      one.members.set(subject, { department, itemCode })
      if (lead !== subject) one.subs.add(subject)
    },
    read: () => ofOpenCases(rooms),
  })
  const memory: ClocksInMemory = { settled, all: () => alike.values(), of: (subject) => at.get(subject) }
  opened.set(rooms, memory)
  return memory
}
