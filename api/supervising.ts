import type { Instant } from '../domain/kernel/values.ts'
import { judge, rulebook as rulebookWith, type Rulebook } from '../domain/supervision/judge.ts'
import { dueEntry } from '../domain/supervision/light.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { CardRow } from '../projections/cards.ts'
import type { DueEntry, DueIndex } from '../projections/due-index.ts'
import type { PersonRow } from '../projections/people.ts'
import { cardsOf, groundFor, rulebookOf } from './judging.ts'
import { review } from './reviewing.ts'
import type { Rooms, RowsChanged } from './rooms.ts'

/** Subjects in one turn, so that nobody waits long behind it; and those whose cards are told at once, for the book commits what arrives together. */
const subjectsPerTurn = 1_000, subjectsAtOnce = 50
const sweepEveryMs = 1_000

export type Supervising = {
  index: DueIndex
  /** The index has been derived from the rows. */
  ready: Promise<void>
  /** Works off what is due now; answers how many facts about cards are new. */
  sweep(): Promise<number>
  /** A calendar or a rule has changed: everything is looked at again, a turn at a time. Done when all of it has been. */
  again(): Promise<void>
  close(): void
}

/** Neither a sub-case nor what has ended is in a list of open cases. */
const isAside = ({ subject, of, endedAt }: Timeline) => of !== undefined || endedAt !== undefined || !subject.startsWith('cases.')

/** Judges subjects as they are now, deals what has become true of them, and keeps them in the index for as long as a clock of theirs runs. */
function lookerOf(rooms: Rooms, index: DueIndex, issue: boolean) {
  let rulebook: Rulebook = rulebookWith(), people: readonly PersonRow[] | undefined
  const staff = async () => {
    if (people) return people
    const found: PersonRow[] = []
    for await (const batch of rooms.rows.scan('people')) found.push(...batch.map(({ row }) => row as PersonRow))
    return people = found
  }
  async function look(timeline: Timeline, now: Instant): Promise<{ dealt: number; entry: DueEntry | undefined }> {
    const { subject, department, itemCode } = timeline, ours = issue && !timeline.imported
    const cards = ours ? await cardsOf(rooms, subject) : []
    const ground = await groundFor(rooms, timeline, cards, now)
    const dealt = ours ? await review(rooms, rulebook, { subject, timeline, ground, findings: judge(timeline, rulebook, ground, now), cards, tell: await staff() }, now) : 0
    const { ended, ...due } = dueEntry(timeline, rulebook, ground, now)
    return { dealt, entry: ended && due.nextAt === undefined ? undefined : { subject, department, itemCode, ...due, ...(isAside(timeline) && { aside: true }) } }
  }
  return {
    async reload() { rulebook = await rulebookOf(rooms) },
    staffChanged() { people = undefined },
    /** Entries are put over those before, so that a count never sees half of them. */
    async look(timelines: readonly Timeline[], now: Instant): Promise<number> {
      const entries: DueEntry[] = [], gone: string[] = []
      let dealt = 0
      for (let from = 0; from < timelines.length; from += subjectsAtOnce) {
        const together = timelines.slice(from, from + subjectsAtOnce)
        for (const [i, looked] of (await Promise.all(together.map((timeline) => look(timeline, now)))).entries()) {
          dealt += looked.dealt
          if (looked.entry) entries.push(looked.entry)
          else gone.push(together[i]!.subject)
        }
      }
      index.put(entries)
      index.remove(gone)
      return dealt
    },
  }
}

/** 研判机 — looks at every subject that changes, at once, and at what becomes due; only what is due is read. `issue`: whether cards become facts here;
    for imported histories they never do of themselves. What goes wrong here is told and does not end the house: all of it can be derived again. */
export function supervise(rooms: Rooms, index: DueIndex, { issue, onError }: { issue: boolean; onError(error: unknown): void }): Supervising {
  let closed = false, deriving = 0
  let work: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const done = work.then(job)
    work = done.catch(() => undefined)
    return done
  }
  const looker = lookerOf(rooms, index, issue)
  /** Subjects that have changed since everything is being looked at: what the scan read of them may be older. */
  let newer: Set<string> | undefined
  /** What was recorded up to now is in the rows before anything is judged by them: a case that was concluded in time is not late for a moment. */
  async function upToNow(): Promise<Instant> {
    const now = rooms.now()
    await rooms.caughtUp((await rooms.book.head()).position)
    return now
  }
  async function lookAt(subjects: readonly string[]): Promise<number> {
    const now = await upToNow()
    const timelines = await Promise.all(subjects.map(async (subject) => await rooms.rows.get('case-timelines', subject) as Timeline | undefined))
    index.remove(subjects.filter((_, i) => !timelines[i]))
    return looker.look(timelines.filter((timeline) => timeline !== undefined), now)
  }

  async function changed(said: RowsChanged): Promise<unknown> {
    if ('many' in said) {
      if (said.collections.includes('people')) looker.staffChanged()
      return said.collections.includes('case-timelines') || said.collections.includes('cards') ? deriveAgain() : undefined
    }
    const subjects = new Set<string>()
    for (const { collection, key, row } of said.changes) {
      if (collection === 'people') looker.staffChanged()
      if (collection === 'case-timelines') subjects.add(key)
      // What people say of a card may keep it from turning red, or turn it later.
      if (collection === 'cards' && row && (row as unknown as CardRow).marked) subjects.add((row as unknown as CardRow).subject)
    }
    for (const subject of subjects) newer?.add(subject)
    return subjects.size > 0 ? inTurn(() => lookAt([...subjects])) : undefined
  }

  /** Everything, from the rows: at the start, and when a calendar or a rule has changed. A turn at a time, so that others get theirs between;
      begun anew where it is asked for meanwhile. */
  async function deriveAgain(): Promise<void> {
    const mine = ++deriving
    await inTurn(async () => { await looker.reload() })
    const changedSince = newer = new Set<string>()
    for await (const batch of rooms.rows.scan('case-timelines')) {
      if (closed || mine !== deriving) return
      await inTurn(async () => {
        const now = await upToNow()
        await looker.look(batch.map(({ row }) => row as Timeline).filter(({ subject }) => !changedSince.has(subject)), now)
      })
      await new Promise(setImmediate)
    }
    if (newer === changedSince) newer = undefined
  }

  /** Works off what has become due. */
  async function turn(): Promise<number> {
    const entries = index.due(rooms.now(), subjectsPerTurn)
    const dealt = entries.length > 0 ? await lookAt(entries.map(({ subject }) => subject)) : 0
    return entries.length === subjectsPerTurn && !closed ? dealt + await turn() : dealt
  }
  const failed = (error: unknown) => { if (!closed) onError(error) }
  const stop = rooms.onChanged((said) => { changed(said).catch(failed) })
  const timer = setInterval(() => {
    const next = index.nextAt()
    if (next !== undefined && next <= rooms.now()) inTurn(turn).catch(failed)
  }, sweepEveryMs)
  timer.unref()
  const start = async () => {
    await rooms.caughtUp((await rooms.book.head()).position)
    await deriveAgain()
  }
  return {
    index,
    ready: start(),
    sweep: () => inTurn(turn),
    again: deriveAgain,
    close() {
      closed = true
      clearInterval(timer)
      stop()
    },
  }
}
