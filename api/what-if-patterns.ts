import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { concludeGroup, observeAll, type Observed } from '../domain/supervision/patterns.ts'
import type { Ground } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { compared, count, nothing, type Card } from '../domain/supervision/what-if.ts'
import { listedOf, type ShareDone, type Side, type Sides } from './what-if-share.ts'

/** 分箱 — the observations of a group all lie in one bin, whichever thread has made them; a bin at a time is held. */
export const bins = 64
const binBytes = 1 << 16

/** FNV-1a of rule and group. */
function binOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % bins
}

type Whose = 'before' | 'after' | 'both'
type Line = [whose: Whose, ruleId: string, group: string, observation: Omit<Observed, 'ruleId' | 'group'>]

const isSame = (a: Observed, b: Observed): boolean => a.ruleId === b.ruleId && a.group === b.group && a.subject === b.subject && a.at === b.at && a.id === b.id && isSaid(a.said, b.said)
function isSaid(a: Observed['said'], b: Observed['said']): boolean {
  for (const name in a) if (a[name] !== b[name]) return false
  for (const name in b) if (!(name in a)) return false
  return true
}

/** What one thread has observed, put aside in files until all have: a million subjects contribute more than is kept in memory. */
export function asideIn(dir: string, thread: string) {
  // Outside the heap: what lives until all have observed would be moved from one generation to the next.
  const kept = Array.from({ length: bins }, () => ({ bytes: Buffer.allocUnsafeSlow(binBytes), used: 0 }))
  const write = (bin: number) => {
    const { bytes, used } = kept[bin]!
    if (used > 0) appendFileSync(join(dir, `${bin}.${thread}`), bytes.subarray(0, used), { mode: 0o600 })
    kept[bin]!.used = 0
  }
  const put = (whose: Whose, { ruleId, group, ...observation }: Observed) => {
    const bin = binOf(`${ruleId} ${group}`), line = `${JSON.stringify([whose, ruleId, group, observation] satisfies Line)}\n`, most = line.length * 3
    if (kept[bin]!.used + most > binBytes) write(bin)
    if (most > binBytes) appendFileSync(join(dir, `${bin}.${thread}`), line, { mode: 0o600 })
    else kept[bin]!.used += kept[bin]!.bytes.write(line, kept[bin]!.used)
  }
  return {
    observe({ before, after }: { before: Side; after: Side }, timeline: Timeline, other: Timeline, ground: Ground, otherGround: Ground) {
      const was = observeAll(timeline, before.book, ground), is = observeAll(other, after.book, otherGround)
      const agree = was.length === is.length && was.every((one, i) => isSame(one, is[i]!))
      for (const one of was) put(agree ? 'both' : 'before', one)
      if (!agree) for (const one of is) put('after', one)
    },
    flush() { for (let bin = 0; bin < bins; bin++) write(bin) },
  }
}

/** 群案两边研判 of one bin, in the order of rules and groups. */
export async function concludeBoth(dir: string, bin: number, { before, after, now }: Sides, room: number): Promise<ShareDone> {
  const done: ShareDone = { tally: nothing(), listed: [], subjects: 0, limited: 0 }
  const groups = new Map<string, { ruleId: string; group: string; was: Observed[]; is: Observed[] }>()
  const files = existsSync(dir) ? readdirSync(dir).filter((name) => name.startsWith(`${bin}.`)).sort() : []
  for (const file of files) for (const line of readFileSync(join(dir, file), 'utf8').split('\n')) {
    if (line === '') continue
    const [whose, ruleId, group, observation] = JSON.parse(line) as Line, observed = { ruleId, group, ...observation }, name = `${ruleId} ${group}`
    const own = groups.get(name) ?? { ruleId, group, was: [], is: [] }
    groups.set(name, own)
    if (whose !== 'after') own.was.push(observed)
    if (whose !== 'before') own.is.push(observed)
  }
  const house = { hall: '', zone: '' }, calendar = await before.grounds.calendarFor(house, now), otherCalendar = await after.grounds.calendarFor(house, now)
  for (const [, { ruleId, group, was, is }] of [...groups].sort(([a], [b]) => a < b ? -1 : 1)) {
    const cards = (side: Side, observed: readonly Observed[], by: typeof calendar): Card[] =>
      concludeGroup(side.book, ruleId, group, observed, by).filter(({ becameTrueAt, shadow }) => becameTrueAt <= now && !shadow)
    const left = cards(before, was, calendar), right = cards(after, is, otherCalendar), differences = compared(left, right)
    count(done.tally, left, right, differences)
    done.listed.push(...differences.slice(0, Math.max(0, room - done.listed.length)).map((difference) => listedOf(difference, [])))
  }
  return done
}
