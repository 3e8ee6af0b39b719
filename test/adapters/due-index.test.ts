import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openDueIndex } from '../../adapters/due-index/embedded.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import type { Among, DueEntry, DueIndex, Lamp, OpenLight } from '../../projections/due-index.ts'

const dir = mkdtempSync(join(tmpdir(), 'due-index-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let made = 0

const at = (n: number) => new Date(Date.UTC(2026, 4, 6) + n * 3_600_000).toISOString() as Instant
const entry: fc.Arbitrary<DueEntry> = fc.record({ n: fc.nat(40), department: fc.constantFrom('甲', '乙', '𠮷'), itemCode: fc.constantFrom('A', 'B'), hall: fc.constantFrom('H-1', 'H-2'), held: fc.boolean(), due: fc.option(fc.nat(20), { nil: undefined }),
  before: fc.option(fc.nat(6), { nil: undefined }), aside: fc.nat(9) }).map(({ n, department, itemCode, hall, held, due, before, aside }) => ({ subject: `cases.${n}`, department, itemCode, hall, held,
  ...(due !== undefined && { dueAt: at(due), lateAt: at(due), ...(before !== undefined && { soonAt: at(due - before) }) }), ...(aside === 0 && { aside: true as const }) }))
const change = fc.oneof({ weight: 5, arbitrary: fc.array(entry, { maxLength: 12 }).map((entries) => ({ put: entries })) }, { weight: 2, arbitrary: fc.array(fc.nat(40), { maxLength: 5 }).map((ns) => ({ remove: ns.map((n) => `cases.${n}`) })) },
  { weight: 1, arbitrary: fc.constant({ clear: true as const }) })
const lights = ['ok', 'soon', 'late', 'hold'] as const
/** Where one looks: anywhere, at one place, at several, or nowhere. More values than are asked one by one are gone through all the same. */
const places: (readonly Among[] | undefined)[] = [undefined, [{}], [], [{ department: ['甲'] }], [{ itemCode: ['B'] }], [{ hall: ['H-2'] }], [{ department: ['𠮷'], itemCode: ['A'] }], [{ department: [] }],
  [{ hall: ['H-1'] }, { itemCode: ['A'] }], [{ department: ['甲', '乙', '甲'] }, { hall: ['H-2'], itemCode: ['A', 'B'] }], [{ department: ['乙', '𠮷', ...Array.from({ length: 70 }, (_, n) => `无 ${n}`)] }]]
const isThere = (one: DueEntry, places: readonly Among[] | undefined) => places === undefined
  || places.some((among) => (['department', 'itemCode', 'hall'] as const).every((field) => !among[field] || among[field].includes(one[field])))

/** By the words of the law of lights: stopped; later than the close of the due day; from the instant of the warning on. */
const lightOf = ({ held, lateAt, soonAt }: DueEntry, now: Instant): OpenLight => held ? 'hold' : lateAt !== undefined && Date.parse(now) > Date.parse(lateAt) ? 'late'
  : soonAt !== undefined && Date.parse(now) >= Date.parse(soonAt) ? 'soon' : 'ok'

/** Everything that the index can be asked, beside looking at every entry. */
function agrees(index: DueIndex, entries: ReadonlyMap<string, DueEntry>, now: Instant) {
  const open = [...entries.values()].filter(({ aside }) => !aside)
  const sorted = open.sort((a, b) => (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9', 'en') || Buffer.compare(Buffer.from(a.subject), Buffer.from(b.subject)))
  const subjects = (all: readonly { subject: string }[]) => all.map(({ subject }) => subject)
  for (const { subject, aside, held, dueAt } of entries.values()) expect(index.standing(subject)).toEqual(aside ? undefined : expect.objectContaining({ held, ...(dueAt && { dueAt }) }))
  for (const subject of entries.keys()) expect(index.lamp(subject)).toMatchObject({ subject, standing: index.standing(subject) })
  for (const light of lights) for (const among of places) {
    const where = among && { among }, right = sorted.filter((one) => lightOf(one, now) === light && isThere(one, among))
    expect(index.lit({ light, ...where }, now)).toBe(right.length)
    expect([...index.litSubjects({ light, ...where }, now, right.length) ?? ['too many']].sort()).toStrictEqual(subjects(right).sort())
    if (right.length > 0) expect(index.litSubjects({ light, ...where }, now, right.length - 1)).toBeUndefined()
    const listed: string[] = []
    for (let after: string | undefined; ;) {
      const { entries: page, next } = index.list({ light, ...where, limit: 3, ...(after !== undefined && { after }) }, now)
      listed.push(...subjects(page))
      if (next === undefined) break
      after = next
    }
    expect(listed).toStrictEqual(subjects(right))
  }
  const counts = (all: readonly DueEntry[]) => ({ open: all.length, ...Object.fromEntries(lights.map((light) => [light, all.filter((one) => lightOf(one, now) === light).length])) })
  const departments = [...new Set(open.map(({ department }) => department))].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(index.counts(now)).toStrictEqual({ total: counts(open), departments: departments.map((department) => ({ department, ...counts(open.filter((one) => one.department === department)) })) })
  for (const among of places) expect(index.counts(now, among).total).toStrictEqual(counts(open.filter((one) => isThere(one, among))))
}

describe('到期索引', () => {
  it('answers what looking at every entry answers, whatever was put, put over and removed, and whenever it was first asked', { timeout: 60_000 }, () => {
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(8), fc.array(fc.integer({ min: -3, max: 24 }), { minLength: 1, maxLength: 2 }), (changes, firstAsked, hours) => {
      const index = openDueIndex(join(dir, `${made++}.db`)), entries = new Map<string, DueEntry>()
      // Whoever keeps the lamp of what is open sees its standing as it is now, however often that was put.
      const lamps = new Map<string, Lamp>(), kept = () => { for (const { subject, aside } of entries.values()) if (!aside) lamps.set(subject, lamps.get(subject) ?? index.lamp(subject)) }
      for (const [i, change] of changes.entries()) {
        if ('put' in change) { index.put(change.put); change.put.forEach((one) => entries.set(one.subject, one)) }
        else if ('remove' in change) { index.remove(change.remove); change.remove.forEach((subject) => entries.delete(subject)) }
        else { index.clear(); entries.clear() }
        for (const subject of lamps.keys()) if (entries.get(subject)?.aside ?? true) lamps.delete(subject)
        if (i >= firstAsked) { kept(); for (const [subject, lamp] of lamps) expect(lamp.standing).toBe(index.standing(subject)) }
        if (i >= firstAsked) for (const hour of hours) agrees(index, entries, at(hour))
      }
      for (const hour of hours) agrees(index, entries, at(hour))
      index.close()
    }), { numRuns: 60 })
  })
})
