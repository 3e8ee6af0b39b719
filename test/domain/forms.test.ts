import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FormField } from '../../domain/items/events.ts'
import { answersTo, type Answers, type Codes, type Rule } from '../../domain/items/form.ts'
import { patternTextLength, safePattern } from '../../domain/items/pattern.ts'

const field = (kind: FormField['kind'], more: Partial<FormField> = {}): FormField => ({ id: 'it', label: '此项', kind, required: true, ...more })
const faults = (form: readonly FormField[], answers: Answers, codes?: Codes) => answersTo(form, answers, codes).faults.map(({ field, rule }) => [field, rule])
const options = ['堂食', '外卖', '自制饮品']

describe('填表', () => {
  const right: [FormField, Answers[string]][] = [
    [field('text'), '明鉴'], [field('text', { maxLength: 2 }), '𠮷野'], [field('text', { pattern: '[A-Z]{2}\\d{4}' }), 'JY0042'], [field('long-text'), '字'.repeat(4000)],
    [field('number', { min: -3, max: 3 }), -3], [field('number'), 0.5], [field('date'), '2024-02-29'], [field('choice', { options }), '外卖'],
    [field('choices', { options, min: 1, max: 2 }), ['外卖', '堂食']], [field('yes-no'), false], [field('phone'), '13800000000'], [field('phone'), '0718-3222222'],
    [field('phone'), '+8613800000000'], [field('phone'), '010-12345678'.replace('1234', '6234')], [field('resident-number'), '99999920990101019x'],
    [field('organisation-code'), '91350100M000100Y43'], [field('address'), '云栖镇1号'], [field('money', { max: 100_00 }), 100_00], [field('choice', { dictionary: 'trades' }), 'G56'],
  ]
  it.each(right)('$kind may be answered so: %j', (asked, said) => expect(answersTo([asked], { it: said }, { trades: ['G56'] })).toStrictEqual({ asked: ['it'], faults: [] }))

  const wrong: [Rule, FormField, Answers[string]][] = [
    ['missing', field('text'), ''], ['missing', field('text'), ' 　\n'], ['missing', field('choices', { options }), []], ['wrong-kind', field('text'), 5], ['wrong-kind', field('text'), ['a']],
    ['too-long', field('text', { maxLength: 2 }), '𠮷野家'], ['too-long', field('long-text'), '字'.repeat(4001)], ['other-pattern', field('text', { pattern: '[A-Z]{2}\\d{4}' }), 'JY00421'],
    ['other-pattern', field('text', { pattern: 'a|b' }), 'ac'], ['other-pattern', field('text', { pattern: 'a' }), 'a\n'], ['too-long', field('text', { pattern: '.*' }), 'x'.repeat(patternTextLength + 1)],
    ['other-pattern', field('text', { pattern: '(a+)+' }), 'a'], ['too-small', field('number', { min: 1 }), 0], ['too-large', field('number', { max: 1 }), 1.5], ['wrong-kind', field('number'), '1'],
    ['wrong-kind', field('number'), Number.NaN], ['no-such-day', field('date'), '2023-02-29'], ['no-such-day', field('date'), '2024-2-9'], ['not-an-option', field('choice', { options }), '自助'],
    ['wrong-kind', field('choice', { options }), true], ['not-an-option', field('choices', { options }), ['堂食', '自助']], ['chosen-twice', field('choices', { options }), ['堂食', '堂食']],
    ['too-large', field('choices', { options, max: 1 }), ['堂食', '外卖']], ['wrong-kind', field('choices', { options }), '堂食'], ['wrong-kind', field('yes-no'), '是'],
    ['no-phone-number', field('phone'), '12800000000'], ['no-phone-number', field('phone'), '138000000000'], ['no-resident-number', field('resident-number'), '999999209901010017'],
    ['no-organisation-code', field('organisation-code'), '91350100M000100Y44'], ['wrong-kind', field('money'), 0.5], ['wrong-kind', field('money'), -1], ['wrong-kind', field('money'), '80.00'],
    ['not-an-option', field('choice', { dictionary: 'trades' }), 'G57'], ['not-an-option', field('choice', { dictionary: 'other' }), 'G56'],
    ['not-an-option', field('choice', { dictionary: 'trades', options: ['G57'] }), 'G57'], ['not-an-option', field('choice', { dictionary: 'constructor' }), 'name'],
  ]
  it.each(wrong)('%s: %j does not take %j', (rule, asked, said) => {
    const found = answersTo([asked], { it: said }, { trades: ['G56'] }).faults
    expect(found.map(({ field, rule }) => [field, rule])).toStrictEqual([['it', rule]])
    expect(found[0]!.zh).toMatch(/^此项：\p{Script=Han}/u)
    expect(found[0]!.en).toMatch(/^此项 [a-z][\x20-\x7e]+[^.]$/)
  })
  it('what need not be answered may be left empty, and what is answered has to be right', () => {
    const asked = field('resident-number', { required: false })
    expect(faults([asked], {})).toStrictEqual([])
    expect(faults([asked], { it: '' })).toStrictEqual([])
    expect(faults([asked], { it: '1' })).toStrictEqual([['it', 'no-resident-number']])
  })
  it('names what it does not know, whatever it is called', () => {
    expect(faults([field('text')], { it: '明鉴', other: 1 })).toStrictEqual([['other', 'no-such-field']])
    expect(faults([field('text')], { it: '明鉴', ['__proto__x']: 1, toString: 'a' })).toStrictEqual([['__proto__x', 'no-such-field'], ['toString', 'no-such-field']])
    expect(faults([field('text', { id: 'constructor' })], {})).toStrictEqual([['constructor', 'missing']])
  })
  it('names every fault at once (一次性告知), in the order of the form', () =>
    expect(faults([field('text', { id: 'a' }), field('number', { id: 'b', max: 1 }), field('date', { id: 'c' })], { c: '昨天', b: 2 }))
      .toStrictEqual([['a', 'missing'], ['b', 'too-large'], ['c', 'no-such-day']]))
})

describe('显示条件', () => {
  const form = [
    field('choice', { id: 'way', options }), field('number', { id: 'seats', when: { field: 'way', is: '堂食' } }),
    field('yes-no', { id: 'chain', required: false }), field('text', { id: 'brand', when: { field: 'chain', is: true } }),
    field('choices', { id: 'extras', options: ['酒水', '音响'], required: false, when: { field: 'seats', is: 'never' } }), field('text', { id: 'wine', when: { field: 'extras', is: '酒水' } }),
  ]
  it('asks for no more than what follows from the answers', () => {
    expect(answersTo(form, { way: '外卖' })).toStrictEqual({ asked: ['way', 'chain'], faults: [] })
    expect(answersTo(form, { way: '堂食', chain: true })).toMatchObject({ asked: ['way', 'seats', 'chain', 'brand'], faults: [{ field: 'seats', rule: 'missing' }, { field: 'brand', rule: 'missing' }] })
    expect(answersTo(form, { way: '外卖', chain: false }).asked).toStrictEqual(['way', 'chain'])
  })
  it('takes no answer that was not asked for: it would stay in the file unseen', () => expect(faults(form, { way: '外卖', seats: 3 })).toStrictEqual([['seats', 'not-asked-for']]))
  it('what hangs on a hidden field is hidden with it', () =>
    expect(faults(form, { way: '外卖', extras: ['酒水'], wine: '白酒' })).toStrictEqual([['extras', 'not-asked-for'], ['wine', 'not-asked-for']]))
  it('one of several that were chosen is enough', () => {
    const two = [field('choices', { id: 'extras', options: ['酒水', '音响'] }), field('text', { id: 'wine', when: { field: 'extras', is: '酒水' } })]
    expect(answersTo(two, { extras: ['音响', '酒水'] }).asked).toStrictEqual(['extras', 'wine'])
    expect(answersTo(two, { extras: ['音响'] }).asked).toStrictEqual(['extras'])
  })
})

describe('格式', () => {
  const atom = fc.constantFrom('a', 'b', '[ab]', '\\d', '.', '\\.', '(?:a|ab)', '(a)', '(?:ab?)'), often = fc.constantFrom('', '', '?', '*', '+', '{2}', '{0,9}', '{1,}')
  const patterns = fc.array(fc.tuple(atom, often), { minLength: 1, maxLength: 12 }).map((parts) => parts.map(([one, many]) => one + many).join(''))
  it('that is taken is answered at once, though the text is made to be hard', () => {
    let taken = 0
    fc.assert(fc.property(patterns, fc.constantFrom('a', 'ab', 'b1', 'a.'), (pattern, unit) => {
      const safe = safePattern(`${pattern}!`)
      if (!safe) return
      taken++
      const began = performance.now()
      safe.test(unit.repeat(patternTextLength / unit.length))
      expect(performance.now() - began).toBeLessThan(1000)
    }), { numRuns: 1000 })
    expect(taken).toBeGreaterThan(100)
  })
})
