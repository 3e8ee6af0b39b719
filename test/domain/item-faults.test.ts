import { describe, expect, it } from 'vitest'
import type { FormField } from '../../domain/items/events.ts'
import { faultIn, faultsIn } from '../../domain/items/faults.ts'
import { licence } from '../fixtures/licence.ts'

type Item = typeof licence
const wrong = (changed: Partial<Item>) => faultsIn({ ...licence, ...changed }).map(({ code, at }) => `${at} ${code}`)
const field = (id: string, more: Partial<FormField> = {}): FormField => ({ id, label: id, kind: 'text', required: false, ...more })
const co = (department: string, promisedWorkingDays = 3, officers = ['p-9']) => ({ department, matter: '会签', promisedWorkingDays, officers })

describe('全部不合之处', () => {
  it('of a sound item there are none', () => expect(wrong({})).toStrictEqual([]))
  // Each by hand: what an official would point at with a finger.
  it.each<[string, Partial<Item>, string[]]>([
    ['a promise', { promisedWorkingDays: 21 }, ['promisedWorkingDays promise-beyond-the-law']],
    ['an immediate item', { caseType: 'IMMEDIATE' }, ['promisedWorkingDays immediate-means-today']],
    ['a flow turned round twice', { flow: ['approving', 'reviewing', 'handling'] }, ['flow.1 flow-out-of-order', 'flow.2 flow-out-of-order']],
    ['a step that comes twice', { flow: ['handling', 'handling', 'reviewing'] }, ['flow.1 flow-out-of-order']],
    ['limits of steps', { stepLimits: [{ step: 'handling', workingDays: 21 }, { step: 'approving', workingDays: 1 }, { step: 'handling', workingDays: 2 }] },
      ['stepLimits.1 step-limit-outside-the-flow', 'stepLimits.2 step-limited-twice', 'stepLimits.0.workingDays step-limit-beyond-the-law']],
    ['lists', { officers: ['a', 'b', 'a', 'a'], materials: [{ name: '甲', required: true }, { name: '甲', required: false }] },
      ['materials.1.name material-named-twice', 'officers.2 officer-named-twice', 'officers.3 officer-named-twice']],
    ['a joint item', { caseType: 'JOINT', coHandlers: [co(licence.department), co('税务局', 21), co('税务局', 3, ['x', 'x'])] },
      ['coHandlers.0.department lead-among-others', 'coHandlers.2.department co-handler-twice', 'coHandlers.1.promisedWorkingDays co-handler-beyond-the-law', 'coHandlers.2.officers.1 officer-named-twice']],
    ['what only others have', { coHandlers: [co('税务局')], superior: { name: '州局', workingDays: 3 } }, ['coHandlers others-without-joint', 'superior superior-not-needed']],
    ['a form', { form: [field('a'), field('a', { min: 2, max: 1 }), field('b', { kind: 'choice' }), field('c', { pattern: '(' }), field('d', { when: { field: 'e', is: 'x' } }),
      field('e', { kind: 'yes-no' }), field('f', { when: { field: 'e', is: 'x' } })] },
    ['form.1.id form-field-twice', 'form.2.options form-field-without-options', 'form.4.when form-field-condition-unknown', 'form.6.when form-field-condition-impossible',
      'form.1.min form-field-bounds-crossed', 'form.3.pattern form-field-pattern-unsafe']],
  ])('%s', (_, changed, expected) => expect(wrong(changed)).toStrictEqual(expected))
  it('publishing is refused for the one that is mended first', () =>
    expect(faultIn({ ...licence, promisedWorkingDays: 21, form: [field('a'), field('a')] })).toStrictEqual({ refused: 'promise-beyond-the-law' }))
})
