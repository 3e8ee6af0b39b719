import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HourRow } from '../../projections/footage-hours.ts'
import type { Rooms } from '../rooms.ts'

/** 删除之时 — the instant as of which footage is old enough. It goes no more than twice as fast as time passes on the monotonic clock, so that a clock which jumps a year ahead,
    confirmed or not, lets go in a day what two days would have; a house that was closed for a week is up to date after another. */
export type DeletionClock = { asOf(): Promise<number> }
const fastest = 2

/** `noted`: how far it had come by the last sweep of any process; it is kept beside the book, for what time it was then is what nobody can set. A rehearsal's clock is believed. */
export function deletionClock(rooms: Pick<Rooms, 'dir' | 'now' | 'clock' | 'keeping' | 'rows'>, monotonicMs: () => number): DeletionClock {
  const file = join(rooms.dir, 'footage-sweeps.json')
  let reached = notedIn(file), mono = monotonicMs()
  return {
    async asOf() {
      if (reached === undefined && rooms.clock !== 'simulated') reached = await lastSweepIn(rooms)
      const now = Date.parse(rooms.now()), passed = monotonicMs() - mono
      mono += passed
      if (rooms.clock === 'simulated') return now
      // Nobody is sure what time it is: what was old enough is, and nothing else.
      const most = reached === undefined ? now : rooms.keeping?.state() === 'stepped' ? reached : reached + Math.max(0, passed) * fastest, asOf = Math.min(now, most)
      reached = Math.max(reached ?? asOf, asOf)
      await writeFile(`${file}.new`, `${JSON.stringify({ asOfMs: reached })}\n`, { mode: 0o600, flush: true })
      await rename(`${file}.new`, file)
      return asOf
    },
  }
}
function notedIn(file: string): number | undefined {
  try { return (JSON.parse(readFileSync(file, 'utf8')) as { asOfMs: number }).asOfMs } catch { return undefined }
}

/** 末次清理 by the book, where the note is lost: the newest day that any deletion gave as a reason which had lapsed, for so late it was by then at the least; where nothing was
    ever deleted, the oldest footage. Nothing in a house that has none. */
async function lastSweepIn({ rows }: Pick<Rooms, 'rows'>): Promise<number | undefined> {
  let lapsedMs: number | undefined, oldestMs: number | undefined
  for await (const batch of rows.scan('footage-hours')) for (const { row } of batch) {
    const { segments, purged, lapsed } = row as HourRow
    const days = [...purged, ...lapsed].flatMap(({ because }) => because.flatMap((reason) => / (\d{4}-\d{2}-\d{2})$/.exec(reason)?.[1] ?? [])).map((day) => Date.parse(day))
    lapsedMs = days.reduce<number | undefined>((latest, ms) => Math.max(latest ?? ms, ms), lapsedMs)
    oldestMs = segments.reduce<number | undefined>((oldest, { startMs }) => Math.min(oldest ?? startMs, startMs), oldestMs)
  }
  return lapsedMs ?? oldestMs
}
