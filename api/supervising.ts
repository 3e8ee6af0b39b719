import type { Day, Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import type { CardRow } from '../projections/cards.ts'
import type { DueIndex } from '../projections/due-index.ts'
import { pageLimit } from '../projections/read-store.ts'
import { houseCalendar, markedCards } from './judging.ts'
import { lookerOf, type Looker } from './looking.ts'
import type { Rooms, RowsChanged } from './rooms.ts'

/** Subjects or groups that are read in one turn, and those that are judged before whoever asks something meanwhile is answered. */
const subjectsPerTurn = 1_000, subjectsAtOnce = 50
const sweepEveryMs = 1_000

export type Supervising = {
  index: DueIndex
  /** Everything has been looked at since the start. */
  ready: Promise<void>
  /** What has changed up to now has been looked at; what changed together with very many is not waited for. */
  settled(): Promise<unknown>
  /** 已判几件 of how many, since everything is being looked at. */
  progress(): Promise<{ judged: number; of: number }>
  /** Works off what is due now; answers how many facts about cards are new. */
  sweep(): Promise<number>
  /** A calendar or a rule has changed: everything is looked at again, a turn at a time. Done when all of it has been. */
  again(): Promise<void>
  close(): void
}

/** 巡查 of many subjects, by what the rows say of them now. */
function roundsOf(rooms: Rooms, index: DueIndex, looker: Looker, isClosed: () => boolean) {
  /** What was recorded up to now is in the rows before anything is judged by them: a case that was concluded in time is not late for a moment. */
  async function upToNow(): Promise<Instant> {
    const now = rooms.now()
    await rooms.caughtUp((await rooms.book.head()).position)
    return now
  }
  async function lookAt(subjects: readonly string[], now: Instant): Promise<number> {
    let dealt = 0
    for (let from = 0; from < subjects.length; from += subjectsAtOnce) {
      if (from > 0) await new Promise(setImmediate)
      dealt += await lookAtSome(subjects.slice(from, from + subjectsAtOnce), now)
    }
    return dealt
  }
  async function lookAtSome(subjects: readonly string[], now: Instant): Promise<number> {
    const timelines = await Promise.all(subjects.map(async (subject) => await rooms.rows.get('case-timelines', subject) as Timeline | undefined))
    const without = subjects.filter((_, i) => !timelines[i])
    index.remove(without)
    return await looker.look(timelines.filter((timeline) => timeline !== undefined), now) + await looker.lookAside(without, now)
  }
  /** The groups that have changed, and the subjects of which that says something new. */
  async function overMany(now: Instant): Promise<number> {
    if (!looker.complete) return 0
    let dealt = 0
    for (let groups; !isClosed() && (groups = index.patterns.touched(now, subjectsPerTurn)).length > 0;) {
      dealt += await lookAt([...await looker.conclude(groups, now)], now)
      await new Promise(setImmediate)
    }
    return dealt
  }
  /** Subjects with a card of a rule over many: it may have lost its ground while nobody was looking. */
  async function withPatternCards(): Promise<string[]> {
    const subjects = new Set<string>()
    for (let after: string | undefined; ;) {
      const page = await rooms.rows.find('cards', { where: { ruleId: { in: looker.patternIds() }, standing: true }, limit: pageLimit, ...(after !== undefined && { after }) })
      for (const { row } of page.rows) subjects.add((row as unknown as CardRow).subject)
      if (page.next === undefined) return [...subjects]
      after = page.next
    }
  }
  return { upToNow, lookAt, overMany, withPatternCards }
}

/** One job after the other, whatever becomes of each. */
function turns() {
  let work: Promise<unknown> = Promise.resolve()
  return <T>(job: () => Promise<T>): Promise<T> => {
    const done = work.then(job)
    work = done.catch(() => undefined)
    return done
  }
}

/** 重新研判 of everything, beside what goes on. */
function derivingOf(rooms: Rooms, looker: Looker, { upToNow, lookAt, overMany, withPatternCards }: ReturnType<typeof roundsOf>, inTurn: ReturnType<typeof turns>, isClosed: () => boolean) {
  let deriving = 0, judged = 0
  /** Subjects that have changed since everything is being looked at: what the scan read of them may be older. */
  let newer: Set<string> | undefined
  /** Everything, from the rows: at the start, and when a calendar or a rule has changed. A turn at a time, so that others get theirs between;
      begun anew where it is asked for meanwhile. Nothing of it is kept: a house that was killed looks at everything when it starts. */
  async function deriveAgain(): Promise<void> {
    const mine = ++deriving
    judged = 0
    await inTurn(async () => {
      looker.completed(false)
      await looker.reload()
    })
    const changedSince = newer = new Set<string>()
    for await (const batch of rooms.rows.scan('case-timelines')) {
      if (isClosed() || mine !== deriving) return
      await inTurn(async () => {
        const now = await upToNow()
        await looker.look(batch.map(({ row }) => row as Timeline).filter(({ subject }) => !changedSince.has(subject)), now)
      })
      judged += batch.length
      await new Promise(setImmediate)
    }
    if (isClosed() || mine !== deriving) return
    newer = undefined
    await inTurn(async () => {
      looker.completed(true)
      const now = await upToNow()
      await overMany(now)
      await lookAt(await withPatternCards(), now)
    })
  }
  return { deriveAgain, judged: () => judged, hasChanged(subjects: Iterable<string>) { for (const subject of subjects) newer?.add(subject) } }
}

/** 研判机 — looks at every subject that changes, at once, and at what becomes due; only what is due is read. `issue`: whether cards become facts here;
    for imported histories they never do of themselves. What goes wrong here is told and does not end the house: all of it can be derived again. */
export function supervise(rooms: Rooms, index: DueIndex, { issue, onError }: { issue: boolean; onError(error: unknown): void }): Supervising {
  let closed = false
  const inTurn = turns()
  const looker = lookerOf(rooms, index, { issue, onError })
  const rounds = roundsOf(rooms, index, looker, () => closed), { upToNow, lookAt, overMany } = rounds
  const { deriveAgain, judged, hasChanged } = derivingOf(rooms, looker, rounds, inTurn, () => closed)
  let known: number | undefined
  /** A notice may be on record before the day on which it becomes known: from that day on everything is looked at with it. */
  async function again(): Promise<void> {
    known = (await houseCalendar(rooms, rooms.now())).version
    return deriveAgain()
  }

  async function changed(said: RowsChanged): Promise<unknown> {
    if ('many' in said) {
      if (said.collections.includes('people')) looker.staffChanged()
      if (said.collections.includes('case-timelines')) return again()
      return said.collections.includes('cards') ? inTurn(async () => lookAt([...(await markedCards(rooms)).keys()], await upToNow())) : undefined
    }
    const subjects = new Set<string>()
    for (const { collection, key, row } of said.changes) {
      if (collection === 'people') looker.staffChanged()
      if (collection === 'case-timelines') subjects.add(key)
      // What people say of a card may keep it from turning red, or turn it later.
      if (collection === 'cards' && row && (row as unknown as CardRow).marked) subjects.add((row as unknown as CardRow).subject)
    }
    hasChanged(subjects)
    return subjects.size === 0 ? undefined : inTurn(async () => {
      const now = await upToNow()
      return await lookAt([...subjects], now) + await overMany(now)
    })
  }

  /** Works off what has become due. */
  async function turn(): Promise<number> {
    const now = await upToNow(), entries = index.due(now, subjectsPerTurn)
    const dealt = (entries.length > 0 ? await lookAt(entries.map(({ subject }) => subject), now) : 0) + await overMany(now)
    return entries.length === subjectsPerTurn && !closed ? dealt + await turn() : dealt
  }
  let sweptOn: Day | undefined
  async function sweep(): Promise<number> {
    sweptOn = dayIn(rooms.founding.zone, rooms.now())
    if (known !== undefined && known !== (await houseCalendar(rooms, rooms.now())).version) await again()
    return inTurn(turn)
  }
  const failed = (error: unknown) => { if (!closed) onError(error) }
  let last: Promise<unknown> = Promise.resolve()
  const stop = rooms.onChanged((said) => {
    const done = changed(said).catch(failed)
    if (!('many' in said)) last = done
  })
  const timer = setInterval(() => {
    const now = rooms.now(), due = [index.nextAt(), index.patterns.nextAt()]
    if (dayIn(rooms.founding.zone, now) !== sweptOn || due.some((next) => next !== undefined && next <= now)) sweep().catch(failed)
  }, sweepEveryMs)
  timer.unref()
  const ready = rooms.book.head().then(({ position }) => rooms.caughtUp(position)).then(again)
  ready.catch(failed)
  return {
    index, ready, settled: () => last, progress: async () => ({ judged: judged(), of: await rooms.rows.count('case-timelines') }),
    sweep, again,
    close() {
      closed = true
      clearInterval(timer)
      stop()
    },
  }
}
