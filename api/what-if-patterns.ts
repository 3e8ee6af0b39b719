import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { concludeGroup } from '../domain/supervision/patterns.ts'
import type { Ground, Observation } from '../domain/supervision/rules/rule.ts'
import type { Timeline } from '../domain/supervision/timeline.ts'
import { compared, count, nothing, type Card } from '../domain/supervision/what-if.ts'
import { listedOf, type ShareDone, type Side, type Sides } from './what-if-share.ts'

/** 分箱 — the observations of a group all lie in one bin, whichever thread has made them; a bin at a time is held. */
export const bins = 64
const binBytes = 1 << 18

/** FNV-1a of rule and group. */
function binOf(ruleId: string, group: string): number {
  let hash = 0x811c9dc5
  for (const name of [ruleId, ' ', group]) for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % bins
}

/** Of which side an observation is. */
const left = 1, right = 2, both = 3
/** One observation, laid flat beside the next: a list of plain values is read faster than as many objects with names. */
type Flat = [whose: number, ruleId: string, group: string, subject: string, at: Observation['at'], id: string | null, said: Observation['said']]
const flatLength = 7

const isSame = (a: Observation, b: Observation): boolean => a.group === b.group && a.subject === b.subject && a.at === b.at && a.id === b.id && isSaid(a.said, b.said)
function isSaid(a: Observation['said'], b: Observation['said']): boolean {
  for (const name in a) if (a[name] !== b[name]) return false
  for (const name in b) if (!(name in a)) return false
  return true
}

type TwoBooks = { before: Pick<Side, 'book'>; after: Pick<Side, 'book'> }
/** 两边同规 — whether both sides would conclude the same from the same: what is supposed leaves the very same patterns and versions in the other book. */
function isOneRule({ before, after }: TwoBooks, ruleId: string): boolean {
  const same = <T>(mine: readonly T[], others: readonly T[], idOf: (one: T) => string) => mine.every((one, i) => idOf(one) !== ruleId || one === others[i])
  return same(before.book.patterns, after.book.patterns, ({ id }) => id) && same(before.book.published, after.book.published, (version) => version.ruleId)
}

/** What one thread has observed, put aside in files until all have: a million subjects contribute more than is kept in memory. */
export function asideIn(dir: string, thread: string, { before, after }: TwoBooks) {
  // Outside the heap: what lives until all have observed would be moved from one generation to the next.
  const kept = Array.from({ length: bins }, () => ({ bytes: Buffer.allocUnsafeSlow(binBytes), used: 0, fresh: [] as Flat[number][] }))
  const file = (bin: number) => join(dir, `${bin}.${thread}`)
  const write = (bin: number) => {
    const { bytes, used } = kept[bin]!
    if (used > 0) appendFileSync(file(bin), bytes.subarray(0, used), { mode: 0o600 })
    kept[bin]!.used = 0
  }
  const put = (whose: number, ruleId: string, { group, subject, at, id, said }: Observation) => {
    kept[binOf(ruleId, group)]!.fresh.push(whose, ruleId, group, subject, at, id ?? null, said)
  }
  return {
    /** Where the subject, its ground and the pattern are the very same on both sides, it is observed once. */
    observe(timeline: Timeline, other: Timeline, ground: Ground, otherGround: Ground) {
      before.book.patterns.forEach((pattern, i) => {
        const twin = after.book.patterns[i]!, was = pattern.observe(timeline, ground, pattern.params)
        const is = twin === pattern && other === timeline && otherGround === ground ? was : twin.observe(other, otherGround, twin.params)
        const agree = was === is || (was.length === is.length && was.every((one, n) => isSame(one, is[n]!)))
        for (const one of was) put(agree ? both : left, pattern.id, one)
        if (!agree) for (const one of is) put(right, pattern.id, one)
      })
    },
    /** A portion is done: its observations leave the heap. */
    settle() {
      kept.forEach((own, bin) => {
        if (own.fresh.length === 0) return
        const line = `${JSON.stringify(own.fresh)}\n`, most = line.length * 3
        own.fresh = []
        if (own.used + most > binBytes) write(bin)
        if (most > binBytes) appendFileSync(file(bin), line, { mode: 0o600 })
        else own.used += own.bytes.write(line, own.used)
      })
    },
    flush() { for (let bin = 0; bin < bins; bin++) write(bin) },
  }
}

type Group = { was: Observation[]; is: Observation[]; alike: boolean }
/** The groups of one bin by rule, with what each side has observed of them. */
function groupsIn(dir: string, bin: number): Map<string, Map<string, Group>> {
  const rules = new Map<string, Map<string, Group>>()
  const files = existsSync(dir) ? readdirSync(dir).filter((name) => name.startsWith(`${bin}.`)).sort() : []
  for (const file of files) for (const line of readFileSync(join(dir, file), 'utf8').split('\n')) {
    const values = (line === '' ? [] : JSON.parse(line)) as Flat[number][]
    for (let i = 0; i < values.length; i += flatLength) {
      const [whose, ruleId, group, subject, at, id, said] = values.slice(i, i + flatLength) as Flat
      let groups = rules.get(ruleId)
      if (!groups) rules.set(ruleId, groups = new Map<string, Group>())
      let own = groups.get(group)
      if (!own) groups.set(group, own = { was: [], is: [], alike: true })
      const observed: Observation = id === null ? { group, subject, at, said } : { group, subject, at, id, said }
      if (whose !== right) own.was.push(observed)
      if (whose !== left) own.is.push(observed)
      if (whose !== both) own.alike = false
    }
  }
  return rules
}
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => a < b ? -1 : 1

/** 群案两边研判 of one bin, in the order of rules and groups; once, where both sides have observed the same and would conclude the same. */
export async function concludeBoth(dir: string, bin: number, { before, after, now }: Sides, room: number): Promise<ShareDone> {
  const done: ShareDone = { tally: nothing(), listed: [], subjects: 0, limited: 0 }
  const house = { hall: '', zone: '' }, calendar = await before.grounds.calendarFor(house, now), otherCalendar = await after.grounds.calendarFor(house, now)
  for (const [ruleId, groups] of [...groupsIn(dir, bin)].sort(byName)) {
    const oneRule = calendar === otherCalendar && isOneRule({ before, after }, ruleId)
    for (const [group, { was, is, alike }] of [...groups].sort(byName)) {
      const cards = (side: Side, observed: readonly Observation[], by: typeof calendar): Card[] =>
        concludeGroup(side.book, ruleId, group, observed, by).filter(({ becameTrueAt, shadow }) => becameTrueAt <= now && !shadow)
      const mine = cards(before, was, calendar), others = oneRule && alike ? mine : cards(after, is, otherCalendar), differences = mine === others ? [] : compared(mine, others)
      count(done.tally, mine, others, differences, undefined, calendar.dayOf)
      done.listed.push(...differences.slice(0, Math.max(0, room - done.listed.length)).map((difference) => listedOf(difference, [])))
    }
  }
  return done
}
