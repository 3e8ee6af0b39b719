import { describe, expect, it } from 'vitest'
import type { Instant } from '../../../domain/kernel/values.ts'
import { judge, rulebook } from '../../../domain/supervision/judge.ts'
import { rules } from '../../../domain/supervision/rules/index.ts'
import type { Example } from '../../../domain/supervision/rules/rule.ts'
import { Timeline } from '../../../domain/supervision/timeline.ts'
import { calendarIn2026 } from '../../fixtures/calendars.ts'
import { day } from '../../kernel/spec.ts'

const empty: Timeline = { subject: 'cases.X-1', department: '市场监管局', itemCode: 'SP-01', hall: 'H-1', zone: 'Asia/Shanghai', imported: false, openedOn: day('2026-01-05'), clocks: [], deeds: [] }
const afterAll = '2099-12-31T00:00:00.000Z' as Instant

/** What the rule finds among all others: the whole book is open, so that a rule which looks at earlier ones has them. */
const foundBy = (ruleId: string, { timeline, item, marks, params }: Example) => {
  const laid = Timeline.parse({ ...empty, ...timeline })
  const published = params ? [{ ruleId, version: 2, params: { ...params }, effectiveFrom: day('2026-01-01'), mode: 'live' as const }] : []
  return judge(laid, rulebook(published), { calendar: calendarIn2026, item, marks }, afterAll).filter((finding) => finding.ruleId === ruleId)
}
const sorted = <F extends { clock: string }>(found: readonly F[]) => [...found].sort((a, b) => a.clock < b.clock ? -1 : 1)
const examples = rules.flatMap((rule) => rule.examples.map((example) => ({ rule, ruleId: rule.id, name: example.zh, example })))

describe('规则之例', () => {
  it.each(examples)('$ruleId $name', ({ rule, ruleId, example }) => {
    const found = foundBy(ruleId, example).map(({ clock, becameTrueAt, severity }) => ({ clock, becameTrueAt, severity }))
    expect(sorted(found)).toStrictEqual(sorted(example.finds.map((it) => ({ severity: rule.severity, ...it }))))
  })
  it.each(rules)('$id has an example that finds and one that does not, each named in both languages', ({ examples }) => {
    expect(examples.some(({ finds }) => finds.length > 0)).toBe(true)
    expect(examples.some(({ finds }) => finds.length === 0)).toBe(true)
    for (const { zh, en } of examples) expect([zh, en]).toStrictEqual([expect.stringMatching(/\p{Script=Han}/u), expect.stringMatching(/^[\x20-\x7e’]+$/)])
    expect(new Set(examples.map(({ zh }) => zh)).size).toBe(examples.length)
  })
  it.each(rules)('$id words every breach that its examples show, in both languages', ({ examples, breaches = {} }) => {
    for (const { clock } of examples.flatMap(({ finds }) => [...finds])) if (clock.includes('~')) expect(Object.keys(breaches)).toContain(clock.slice(clock.indexOf('~') + 1))
    for (const { zh, en } of Object.values(breaches)) expect([zh, en]).toStrictEqual([expect.stringMatching(/\p{Script=Han}/u), expect.stringMatching(/^[\x20-\x7e’]+$/)])
  })
  it('every parameter is named in the formula in both languages, with bounds that hold it', () => {
    for (const { id, params, bounds, formula } of rules) {
      expect(Object.keys(bounds).sort(), id).toStrictEqual(Object.keys(params).sort())
      for (const name of Object.keys(params)) expect([formula.zh, formula.en], `${id} ${name}`).toStrictEqual([expect.stringContaining(name), expect.stringContaining(name)])
      for (const [name, { from, to, whole }] of Object.entries(bounds)) {
        expect([params[name]! >= from, params[name]! <= to, !whole || Number.isInteger(params[name])], `${id} ${name}`).toStrictEqual([true, true, true])
      }
    }
  })
  it('every fact that a rule names as its input exists', async () => {
    const { contexts } = await import('../../../domain/contexts.ts')
    const facts = contexts.flatMap(({ events }) => Object.keys(events))
    for (const { id, inputs } of rules) expect(inputs.filter((fact) => !facts.includes(fact)), id).toStrictEqual([])
  })
  it('a finding carries the id of its rule, its parameters, its clause, and never a severity that the ladder does not know', () => {
    for (const { rule, example } of examples) {
      for (const finding of foundBy(rule.id, example)) {
        expect(finding).toMatchObject({ ruleId: rule.id, clause: rule.clause, params: { ...rule.params, ...example.params }, calendarVersion: calendarIn2026.version })
        expect(['HINT', 'WARN', 'YELLOW', 'RED']).toContain(finding.severity)
        expect(rule.deduction, `${rule.id} ${finding.severity}`).toSatisfy((deduction: object) => finding.severity in deduction || finding.severity === 'HINT' || finding.severity === 'WARN')
      }
    }
  })
})
