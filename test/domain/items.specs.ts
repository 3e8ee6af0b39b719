import { describe, expect, it } from 'vitest'
import type { DictionaryEvent, FormField } from '../../domain/items/events.ts'
import type { ItemFault } from '../../domain/items/faults.ts'
import { dictionaryDecider, itemDecider, items } from '../../domain/items/index.ts'
import { licence } from '../fixtures/licence.ts'
import { specOf } from '../kernel/spec.ts'

const given = specOf(items, itemDecider)
type Item = typeof licence
const publish = (data: Item) => ({ type: 'PublishItem' as const, data })
const published = { type: 'ItemPublished' as const, data: licence }
const second = { ...licence, version: 2, promisedWorkingDays: 3 }
const stands = (changed: Partial<Item>) => given().when(publish({ ...licence, ...changed })).then({ type: 'ItemPublished', data: { ...licence, ...changed } })
const refused = (code: ItemFault, changed: Partial<Item>) => given().when(publish({ ...licence, ...changed })).thenRefused(code)

describe('事项', () => {
  it('is published version by version', () => {
    given().when(publish(licence)).then(published)
    given(published).when(publish(second)).then({ type: 'ItemPublished', data: second })
  })
  it('published in the same words is nothing new', () => given(published).when(publish(licence)).then())
  it('published in the same words, fields in another order, is nothing new', () => {
    const turned = Object.fromEntries(Object.entries(licence).reverse()) as Item
    given(published).when(publish(turned)).then()
  })
  it('keeps a version as it was', () => given(published).when(publish({ ...licence, promisedWorkingDays: 9 })).thenRefused('not-the-next-version'))
  it('leaves no version out', () => given(published).when(publish({ ...licence, version: 3 })).thenRefused('not-the-next-version'))
  it('begins at version 1', () => given().when(publish(second)).thenRefused('not-the-next-version'))
  it('does not go back to an older version', () =>
    given(published, { type: 'ItemPublished', data: second }).when(publish(licence)).thenRefused('not-the-next-version'))
  it.each([{ flow: [] }, { officers: [] }, { promisedWorkingDays: 1.5 }, { specialProcedures: ['holiday'] }, { twoPersonRule: undefined }, { materials: ['申请书'] },
    { fees: [{ standardId: 'F-1', name: '工本费', amountFen: 0.5, basis: '依据' }] }, { fees: [{ standardId: 'F-1', name: '工本费', amountFen: -1, basis: '依据' }] },
    { fees: [{ standardId: 'F-1', name: '工本费', amountFen: 1, basis: '' }] }, { stepLimits: [{ step: 'handling', workingDays: 0 }] },
    { materials: [{ name: '申请书', required: true, blankForm: 'http://elsewhere' }] }, { form: [{ id: '名', label: '名', kind: 'text', required: true }] }])('is not %j', (wrong) =>
    expect(items.commands['PublishItem']!.safeParse({ ...licence, ...wrong }).success).toBe(false))
})

describe('样表', () => {
  const blankForm = `sha256:${'a'.repeat(64)}`, sampleForm = `sha256:${'b'.repeat(64)}`, withForms = { ...licence, materials: [{ name: '申请书', required: true, blankForm, sampleForm }] }
  const both = [{ blob: blankForm }, { blob: sampleForm }]
  it('that are kept whole may be named', () => given().when(publish(withForms), { forms: both }).then({ type: 'ItemPublished', data: withForms }))
  it('that are not kept keep a version from being published or proposed, at the material', () => {
    given().when(publish(withForms), { forms: [{ blob: blankForm }] }).thenRefused('no-such-form', undefined, 'materials.0.sampleForm')
    given().when({ type: 'ProposeItem', data: { ...withForms, reason: '增加样表' } }, { by: { person: 'p-2', role: 'handler', department: licence.department }, forms: [] }).thenRefused('no-such-form', undefined, 'materials.0.blankForm')
  })
  it('that are damaged do, too', () => given().when(publish(withForms), { forms: [{ blob: blankForm, damaged: true }, { blob: sampleForm }] }).thenRefused('form-damaged', undefined, 'materials.0.blankForm'))
  it('what is wrong in the words comes first', () => given().when(publish({ ...withForms, promisedWorkingDays: 21 }), { forms: [] }).thenRefused('promise-beyond-the-law'))
  it('published in the same words is nothing new, whatever has become of the files', () => given({ type: 'ItemPublished', data: withForms }).when(publish(withForms), { forms: [] }).then())
})

describe('期限', () => {
  it('promises no more time than the law allows, and may promise all of it', () => {
    refused('promise-beyond-the-law', { promisedWorkingDays: 21 })
    stands({ promisedWorkingDays: 20 })
  })
  it('即办件 is promised for the same day', () => {
    refused('immediate-means-today', { caseType: 'IMMEDIATE' })
    stands({ caseType: 'IMMEDIATE', promisedWorkingDays: 0 })
  })
  it('may be longer by a special law than the licensing law gives', () => stands({ statutoryWorkingDays: 60 }))
  it('of a step lies within the statutory one, once for each step of the flow', () => {
    stands({ stepLimits: [{ step: 'handling', workingDays: 20 }, { step: 'reviewing', workingDays: 20 }] })
    refused('step-limit-beyond-the-law', { stepLimits: [{ step: 'handling', workingDays: 21 }] })
    refused('step-limited-twice', { stepLimits: [{ step: 'handling', workingDays: 2 }, { step: 'handling', workingDays: 3 }] })
    refused('step-limit-outside-the-flow', { stepLimits: [{ step: 'approving', workingDays: 1 }] })
  })
})

describe('环节', () => {
  it.each([[['handling']], [['handling', 'approving']], [['reviewing', 'approving']], [['handling', 'reviewing', 'approving']]] as Item['flow'][][])('%j is a flow', (flow) => stands({ flow }))
  it.each([[['reviewing', 'handling']], [['handling', 'handling']], [['handling', 'approving', 'reviewing']], [['approving', 'handling', 'reviewing']]] as Item['flow'][][])('%j is none', (flow) =>
    refused('flow-out-of-order', { flow }))
})

describe('联办与上报', () => {
  const tax = { department: '税务局', matter: '完税', promisedWorkingDays: 3, officers: ['p-101'] }, fire = { ...tax, department: '消防救援局', matter: '消防检查' }
  const joint = { caseType: 'JOINT' as const, statutoryWorkingDays: 45, promisedWorkingDays: 15 }
  it('联办 has a lead and others, each with its own days', () => stands({ ...joint, coHandlers: [tax, { ...fire, promisedWorkingDays: 45 }] }))
  it('联办 has others', () => {
    refused('joint-without-others', joint)
    refused('joint-without-others', { ...joint, coHandlers: [] })
  })
  it('nothing but 联办 has others', () => refused('others-without-joint', { coHandlers: [tax] }))
  it('the lead is not among the others', () => refused('lead-among-others', { ...joint, coHandlers: [tax, { ...fire, department: licence.department }] }))
  it('no department is named twice', () => refused('co-handler-twice', { ...joint, coHandlers: [tax, { ...fire, department: '税务局' }] }))
  it('nobody beside the lead promises more than the law allows', () => refused('co-handler-beyond-the-law', { ...joint, coHandlers: [tax, { ...fire, promisedWorkingDays: 46 }] }))
  it('上报 names who decides above, and nothing else does', () => {
    const superior = { name: '恩施州卫生健康委员会', workingDays: 10 }
    stands({ caseType: 'REPORTED_UP', superior })
    refused('superior-not-named', { caseType: 'REPORTED_UP' })
    refused('superior-not-needed', { superior })
  })
  it('an officer of another department is named once too', () => refused('officer-named-twice', { ...joint, coHandlers: [{ ...tax, officers: ['p-101', 'p-101'] }] }))
})

describe('材料、收费、人员', () => {
  const fee = { standardId: 'F-1', name: '工本费', amountFen: 1000, basis: '居民身份证法' }
  it('each stands once', () => {
    stands({ fees: [fee, { ...fee, standardId: 'F-2' }], officers: ['p-001', 'p-002'] })
    refused('fee-standard-twice', { fees: [fee, { ...fee, amountFen: 2000 }] })
    refused('material-named-twice', { materials: [{ name: '申请书', required: true }, { name: '申请书', required: false }] })
    refused('officer-named-twice', { officers: ['p-001', 'p-002', 'p-001'] })
  })
})

describe('表单', () => {
  const kind: FormField = { id: 'kind', label: '经营方式', kind: 'choice', required: true, options: ['堂食', '外卖'] }
  const seats: FormField = { id: 'seats', label: '座位数', kind: 'number', required: true, min: 1, max: 500, when: { field: 'kind', is: '堂食' } }
  const chain: FormField = { id: 'chain', label: '连锁', kind: 'yes-no', required: false }
  const form = (...fields: FormField[]) => ({ form: fields })
  it('has fields with conditions on those before', () => stands(form(kind, seats, chain, { ...seats, id: 'brand', kind: 'text', when: { field: 'chain', is: true } })))
  it('no two fields have one name', () => refused('form-field-twice', form(kind, { ...seats, id: 'kind' })))
  it('who is to choose needs something to choose from', () => {
    const { options: _, ...bare } = kind
    refused('form-field-without-options', form(bare))
    refused('form-field-without-options', form({ ...kind, options: [] }))
    refused('form-field-without-options', form({ ...bare, kind: 'choices' }))
    stands(form({ ...bare, dictionary: 'trades' }))
  })
  it('a condition looks back, at a field that is there', () => {
    refused('form-field-condition-unknown', form(seats, kind))
    refused('form-field-condition-unknown', form({ ...seats, when: { field: 'seats', is: '1' } }))
    refused('form-field-condition-unknown', form(kind, { ...seats, when: { field: 'nothing', is: '堂食' } }))
  })
  it.each([['choice', '自助'], ['choice', true], ['yes-no', '是'], ['number', '3'], ['money', '3'], ['text', true]] as const)('of a %s never answered so, the condition %j is refused', (of, is) =>
    refused('form-field-condition-impossible', form({ ...kind, kind: of }, { ...seats, when: { field: 'kind', is } })))
  it('a condition on a dictionary may ask for any of its codes', () => {
    const { options: _, ...bare } = kind
    stands(form({ ...bare, dictionary: 'trades' }, { ...seats, when: { field: 'kind', is: 'G56' } }))
  })
  it('bounds leave something between them', () => {
    refused('form-field-bounds-crossed', form({ ...seats, when: undefined, min: 2, max: 1 } as FormField))
    stands(form(kind, { ...seats, min: 2, max: 2 }))
  })
  const text = (pattern: string): FormField => ({ id: 'number', label: '证号', kind: 'text', required: true, pattern })
  it.each(['[A-Z]{2}\\d{6,8}', '鄂\\d{4}(?:-\\d{2})?', '(?:JY|SC)\\d{14}', '[一-龥·]{2,30}', '.*'])('%s is a pattern', (pattern) => stands(form(text(pattern))))
  it.each(['[A-Z', '(', 'a)', '+', 'a{2,1}', '(a+)+', '(?:a|a)*', '(a?){50}', '(?=a)a', '(?<!a)b', '(a)\\1', `${'a?'.repeat(40)}${'a'.repeat(40)}`, '.*.*.*.*', '(a|a)(a|a)'.repeat(15), '\\p{L}+', 'a**', '[z-a]'])(
    '%s is none, or could keep the house busy', (pattern) => refused('form-field-pattern-unsafe', form(text(pattern))))
})

describe('提议', () => {
  const wish = { ...second, reason: '材料已可共享，五天可减为三天' }
  const propose = (data: typeof wish) => ({ type: 'ProposeItem' as const, data })
  const proposed = (data: typeof wish, proposal = 1) => ({ type: 'ItemProposed' as const, data: { ...data, proposal } })
  const named = { ...second, proposal: 1 }
  it('is made by the department that handles it, of the next version', () => {
    given(published).when(propose(wish)).then(proposed(wish))
    given().when(propose({ ...wish, version: 1 })).then(proposed({ ...wish, version: 1 }))
  })
  it('counts within the item, and the same words are nothing new', () => {
    const other = { ...wish, promisedWorkingDays: 4 }
    given(published, proposed(wish)).when(propose(other)).then(proposed(other, 2))
    given(published, proposed(wish)).when(propose(wish)).then()
  })
  it('is not made for another department', () => given(published).when(propose({ ...wish, department: '卫健局' })).thenRefused('proposal-of-another-department'))
  it('does not take an item over from another department by naming one’s own', () => {
    const theirs = { ...published, data: { ...published.data, department: '卫健局' } }
    given(theirs).when(propose(wish)).thenRefused('proposal-of-another-department')
    given(published, { ...theirs, data: { ...theirs.data, version: 2 } }).when(propose({ ...wish, version: 3 })).thenRefused('proposal-of-another-department')
  })
  it('is of the next version only', () => given(published).when(propose({ ...wish, version: 1 })).thenRefused('not-the-next-version'))
  it('is held to what may be published', () => given(published).when(propose({ ...wish, promisedWorkingDays: 21 })).thenRefused('promise-beyond-the-law'))
  it('is named by the version that comes of it, whatever the centre has made of its words', () => {
    given(published, proposed(wish)).when(publish(named)).then({ type: 'ItemPublished', data: named })
    const changed = { ...named, promisedWorkingDays: 4 }
    given(published, proposed(wish)).when(publish(changed)).then({ type: 'ItemPublished', data: changed })
  })
  it('that nobody made is not named', () => {
    given(published).when(publish(named)).thenRefused('no-such-proposal')
    given(published, proposed(wish)).when(publish({ ...second, proposal: 2 })).thenRefused('no-such-proposal')
  })
  it('is overtaken by any version, and its number is not given again', () => {
    const third = { ...second, version: 3 }, again = { ...wish, version: 3 }, overtaken = [published, proposed(wish), { type: 'ItemPublished' as const, data: second }]
    given(...overtaken).when(publish({ ...third, proposal: 1 })).thenRefused('no-such-proposal')
    given(...overtaken).when(propose(again)).then(proposed(again, 2))
  })
})

describe('字典', () => {
  const given = specOf(items, dictionaryDecider)
  const trades: DictionaryEvent['data'] = { version: 1, name: '行业', entries: [{ code: 'G56', zh: '餐饮', en: 'catering' }, { code: 'G57', zh: '零售' }] }
  const publish = (data: typeof trades) => ({ type: 'PublishDictionary' as const, data })
  const published = (data: typeof trades): DictionaryEvent => ({ type: 'DictionaryPublished', data })
  const retired = { ...trades, version: 2, entries: [trades.entries[0]!, { ...trades.entries[1]!, retired: true }] }
  it('is published version by version', () => {
    given().when(publish(trades)).then(published(trades))
    given(published(trades)).when(publish(retired)).then(published(retired))
  })
  it('published in the same words is nothing new', () => given(published(trades)).when(publish(trades)).then())
  it('keeps a version as it was, and leaves none out', () => {
    given(published(trades)).when(publish({ ...trades, name: '行业类别' })).thenRefused('not-the-next-version')
    given(published(trades)).when(publish({ ...retired, version: 3 })).thenRefused('not-the-next-version')
  })
  it('names a code once', () => given().when(publish({ ...trades, entries: [...trades.entries, { code: 'G56', zh: '饮食' }] })).thenRefused('code-named-twice'))
  it('retires a code and never leaves it out, not even a retired one', () => {
    given(published(trades)).when(publish({ ...trades, version: 2, entries: trades.entries.slice(0, 1) })).thenRefused('entry-left-out')
    given(published(trades), published(retired)).when(publish({ ...retired, version: 3, entries: retired.entries.slice(0, 1) })).thenRefused('entry-left-out')
  })
  it('may take a retired code up again', () => {
    const again = { ...trades, version: 3 }
    given(published(trades), published(retired)).when(publish(again)).then(published(again))
  })
})
