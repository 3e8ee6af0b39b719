import { isRefusal } from '../domain/kernel/decider.ts'
import { cardsFor } from '../domain/supervision/policy.ts'
import { judge, type RuleVersion } from '../domain/supervision/judge.ts'
import { supervision } from '../domain/supervision/index.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { DueEntry, DueIndex } from '../projections/due-index.ts'
import { calendarFor, dueOf, publishedRules } from './judging.ts'
import { policy, type Rooms, type RowsChanged } from './rooms.ts'

/** Subjects in one turn of a sweep, so that nobody waits long behind it. */
const subjectsPerTurn = 1_000
const sweepEveryMs = 1_000

export type Supervising = {
  index: DueIndex
  /** The index has been derived from the rows. */
  ready: Promise<void>
  /** Works off what is due now; answers how many cards were dealt. */
  sweep(): Promise<number>
  /** A calendar or a rule has changed: everything open is looked at again. */
  again(): Promise<void>
  close(): void
}

/** Keeps the index in step with timelines. Entries are put over those before, so that a count never sees half of them. */
function keeperOf(rooms: Rooms, index: DueIndex, isClosed: () => boolean) {
  let published: readonly RuleVersion[] = []
  async function keep(timelines: readonly Timeline[]) {
    const now = rooms.now(), entries: DueEntry[] = []
    for (const timeline of timelines) if (!timeline.endedAt) entries.push(await dueOf(rooms, timeline, published, now))
    index.put(entries)
    index.remove(timelines.filter(({ endedAt }) => endedAt).map(({ subject }) => subject))
  }
  return {
    keep,
    published: () => published,
    /** Everything open, from the rows: at the start, and when a calendar or a rule has changed. */
    async deriveAgain() {
      published = await publishedRules(rooms)
      for await (const batch of rooms.rows.scan('case-timelines')) {
        await keep(batch.map(({ row }) => row as Timeline))
        await new Promise(setImmediate)
        if (isClosed()) return
      }
    },
  }
}

/** 研判机 — keeps the due index after every change of a timeline, and deals the cards that have become due. Only what is due is read.
    `issue`: whether cards become facts here; for imported histories they never do of themselves. What goes wrong here is told and does not
    end the house: the index can be derived again. */
export function supervise(rooms: Rooms, index: DueIndex, { issue, onError }: { issue: boolean; onError(error: unknown): void }): Supervising {
  let closed = false
  let work: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const done = work.then(job)
    work = done.catch(() => undefined)
    return done
  }
  const { keep, deriveAgain, published } = keeperOf(rooms, index, () => closed)
  const changed = (said: RowsChanged) => {
    if ('many' in said) return said.collections.includes('case-timelines') ? inTurn(deriveAgain) : undefined
    const rows = said.changes.filter(({ collection }) => collection === 'case-timelines')
    const kept = rows.flatMap(({ row }) => row ? [row as Timeline] : [])
    return rows.length > 0 ? inTurn(() => keep(kept)) : undefined
  }

  /** Works off what has become due; answers how many cards were dealt. */
  async function turn(): Promise<number> {
    const now = rooms.now()
    let dealt = 0
    const entries = index.due(now, subjectsPerTurn)
    for (const { subject } of entries) {
      const timeline = await rooms.rows.get('case-timelines', subject) as Timeline | undefined
      if (!timeline || timeline.endedAt) { index.remove([subject]); continue }
      const calendar = await calendarFor(rooms, timeline, now)
      if (issue && !timeline.imported) for (const { id, key, command } of cardsFor(timeline, judge(timeline, published(), calendar, now), calendar)) {
        const answer = await rooms.tell({ context: supervision, id, command, by: policy, key })
        if (!isRefusal(answer) && 'facts' in answer) dealt += answer.facts.length
      }
      index.put([await dueOf(rooms, timeline, published(), now)])
    }
    return entries.length === subjectsPerTurn && !closed ? dealt + await turn() : dealt
  }
  const failed = (error: unknown) => { if (!closed) onError(error) }
  const stop = rooms.onChanged((said) => { changed(said)?.catch(failed) })
  const timer = setInterval(() => {
    const next = index.nextAt()
    if (next !== undefined && next <= rooms.now()) inTurn(turn).catch(failed)
  }, sweepEveryMs)
  timer.unref()
  return {
    index,
    ready: inTurn(async () => {
      await rooms.caughtUp((await rooms.book.head()).position)
      await deriveAgain()
    }),
    sweep: () => inTurn(turn),
    again: () => inTurn(deriveAgain),
    close() {
      closed = true
      clearInterval(timer)
      stop()
    },
  }
}
