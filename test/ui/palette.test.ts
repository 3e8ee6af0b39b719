import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contexts } from '../../domain/contexts.ts'
import { words as en } from '../../ui/commands/words.en.ts'
import { words as zh } from '../../ui/commands/words.zh.ts'
import { initials, matches } from '../../ui/palette/pinyin.ts'
import { bodyOf, drawn, numberWanted, wrongIn, type Drawn, type Schema } from '../../ui/palette/schema.ts'

const machines = ['policy', 'importer', 'exchange-peer', 'camera']
const said = contexts.flatMap(({ commands, grants }) => Object.entries(commands).filter(([type]) => grants[type]!.some((role) => !machines.includes(role))).map(([type, body]) => ({ type, body })))
const schemaOf = (body: z.ZodType) => z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) as Schema

describe('拼音首字母', () => {
  it.each([['公共场所卫生许可', 'ggcswsxk'], ['食品经营许可证核发', 'spjyxkzhf'], ['医师执业注册', 'yszyzc'], ['护士执业注册（变更）', 'hszyzcbg'], ['户口迁移审批', 'hkqysp'], ['林木采伐许可证', 'lmcfxkz'], ['取水许可', 'qsxk'],
    ['不动产登记', 'bdcdj'], ['道路运输', 'dlys'], ['二手车', 'esc'], ['欧阳', 'oy'], ['爬坡', 'pp'], ['热', 'r'], ['网络', 'wl'], ['额度', 'ed'], ['A4 纸', 'a4z']])('%s is typed %s', (text, letters) => expect(initials(text)).toBe(letters))
  it('from the first syllable of every letter to its last', () => {
    expect(initials('阿吧擦大俄发嘎哈几卡拉妈那哦怕七然撒他哇西压杂')).toBe('abcdefghjklmnopqrstwxyz')
    expect(initials('奥不错多二富过或军阔落目糯欧谱群弱所拓物迅运作')).toBe('abcdefghjklmnopqrstwxyz')
    expect(initials('澳簿撮朵饵妇裹霍骏括骆牧诺鸥曝裙箬锁唾雾驯蕴座')).toBe('abcdefghjklmnopqrstwxyz')
  })
  it('a beginning is better than a part, a part than initials, and nothing is found by nothing', () => {
    expect(['公共', '场所', 'ggcs', 'csws', 'gc', '', 'xyz'].map((typed) => matches(typed, '公共场所卫生许可'))).toStrictEqual([3, 2, 1, 1, 1, 0, 0])
    expect(matches('gg', '公共厕所')).toBe(1)
    fc.assert(fc.property(fc.string(), fc.string({ minLength: 1 }), (before, typed) => { fc.pre(typed.trim() !== ''); expect(matches(typed, before + typed.trim())).toBeGreaterThanOrEqual(2) }))
  })
})

describe('操作的表单', () => {
  it('everything that a person may say has a word in both languages', () =>
    expect(said.filter(({ type }) => !zh.commands[type] || !en.commands[type]).map(({ type }) => type)).toStrictEqual([]))
  it('no word is left of what nobody can say', () => expect(Object.keys(zh.commands).filter((type) => !said.some((one) => one.type === type))).toStrictEqual([]))

  const forms = said.flatMap(({ type, body }) => { const schema = schemaOf(body), asked = drawn(schema, (name) => name); return asked ? [{ type, body, asked, number: numberWanted(schema) }] : [] })
  it('the commands of a case can nearly all be asked for', () => expect(forms.length).toBeGreaterThan(40))
  /** Answers as somebody would give them who answers everything that is asked, and well. */
  const answerTo = ({ field: { kind }, codes, lines, many, one }: Drawn): fc.Arbitrary<unknown> => {
    if (many) return fc.array(fc.record(Object.fromEntries(many.map((inner) => [inner.field.id, answerTo(inner)]))), { minLength: 1, maxLength: 3 })
    if (one) return fc.record(Object.fromEntries(one.map((inner) => [inner.field.id, answerTo(inner)])))
    if (codes) return kind === 'choices' ? fc.uniqueArray(fc.constantFrom(...codes), { minLength: 1 }) : fc.constantFrom(...codes)
    if (lines) return fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 3 }).map((all) => all.join('\n'))
    return { 'yes-no': fc.boolean(), number: fc.integer({ min: 1, max: 20 }), money: fc.integer({ min: 1, max: 99999 }), date: fc.constantFrom('2026-03-02', '2027-11-30') }[kind as string] ?? fc.stringMatching(/^[\u4e00-\u4e20]{1,20}$/)
  }
  it('what they gather has the form that the platform wants: no field that it does not know, none missing', () => {
    for (const { type, body, asked, number } of forms) fc.assert(fc.property(fc.record(Object.fromEntries(asked.map((one) => [one.field.id, answerTo(one)]))), (answers) => {
      expect(wrongIn(asked, answers)).toStrictEqual([])
      const { error } = body.safeParse({ ...bodyOf(asked, answers), ...(number && { number: 'n1' }) })
      // Of contents the platform judges alone: an id or a code with a form of its own.
      const structural = error?.issues.filter(({ code }) => ['unrecognized_keys', 'invalid_type', 'invalid_union'].includes(code)) ?? []
      expect(structural.map((issue) => `${type} ${issue.path.join('.')}: ${issue.message}`)).toStrictEqual([])
    }), { numRuns: 10 })
  })
  it('what has to be answered and is not is named, each where it stands', () => {
    const supplement = forms.find(({ type }) => type === 'RequestSupplement')!
    expect(wrongIn(supplement.asked, {})).toStrictEqual([{ field: 'asked', rule: 'missing' }])
    expect(wrongIn(supplement.asked, { asked: [{ material: '甲' }, { material: ' ', reason: '乙', basis: '丙' }] }))
      .toStrictEqual([{ field: 'asked.0.reason', rule: 'missing' }, { field: 'asked.0.basis', rule: 'missing' }, { field: 'asked.1.material', rule: 'missing' }])
    expect(bodyOf(supplement.asked, { asked: [{ material: ' 甲 ', reason: '乙', basis: '' }] })).toStrictEqual({ asked: [{ material: '甲', reason: '乙' }] })
  })
})
