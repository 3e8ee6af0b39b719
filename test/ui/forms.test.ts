import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FormField } from '../../domain/items/events.ts'
import { answersTo } from '../../domain/items/form.ts'
import { answersOf, askedOf, fenOf, yuanOf, type Answers } from '../../ui/forms.ts'

/** Forms whose conditions hang on fields before them, on options and on yes and no. */
const forms = fc.array(fc.record({ kind: fc.constantFrom<FormField['kind']>('choice', 'choices', 'yes-no', 'text'), required: fc.boolean(), on: fc.nat(9), is: fc.constantFrom<string | boolean>('a', 'b', true, false), bound: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .map((rows) => rows.map(({ kind, required, on, is, bound }, i): FormField => ({ id: `f${i}`, label: `F${i}`, kind, required, ...(kind.startsWith('choice') && { options: ['a', 'b'] }), ...(bound && i > 0 && { when: { field: `f${on % i}`, is } }) })))
const answersFor = (form: readonly FormField[]) => fc.record(Object.fromEntries(form.map(({ id, kind }) => [id, fc.option<string | boolean | string[], undefined>(
  kind === 'yes-no' ? fc.boolean() : kind === 'choices' ? fc.subarray(['a', 'b']) : kind === 'choice' ? fc.constantFrom('a', 'b') : fc.constantFrom('x', ' '), { nil: undefined })]))) as fc.Arbitrary<Answers>

describe('表单', () => {
  it('shows what the platform asks for, after any answers', () => {
    fc.assert(fc.property(forms.chain((form) => fc.tuple(fc.constant(form), answersFor(form))), ([form, answers]) => {
      const said = Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer !== undefined)) as Parameters<typeof answersTo>[1]
      expect(askedOf(form, answers).map(({ id }) => id)).toStrictEqual(answersTo(form, said).asked)
    }), { numRuns: 500 })
  })
  it('hands in nothing that is not asked for, and everything that is answered', () => {
    fc.assert(fc.property(forms.chain((form) => fc.tuple(fc.constant(form), answersFor(form))), ([form, answers]) => {
      const { faults } = answersTo(form, answersOf(form, answers))
      expect(faults.filter(({ rule }) => rule !== 'missing')).toStrictEqual([])
    }), { numRuns: 500 })
  })
  it('yuan become fen exactly, and fen yuan', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e11 }), (fen) => { expect(fenOf(yuanOf(fen))).toBe(fen) }))
    expect(['0', '120', '99.5', '0.07', '1,200.30', '１２', '-1', '1.234', '1e3', '', '.5'].map(fenOf)).toStrictEqual([0, 12000, 9950, 7, 120030, undefined, undefined, undefined, undefined, undefined, undefined])
  })
})
