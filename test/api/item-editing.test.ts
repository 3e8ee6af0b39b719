import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkItem } from '../../api/admin-items.ts'
import { refusals } from '../../api/problems.ts'
import { licence } from '../fixtures/licence.ts'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'

let house: AccessHouse, centre: string, head: string, admin: string
beforeAll(async () => {
  house = await openAccessHouse()
  ;[centre, head, admin] = await Promise.all([house.session(who['hall-manager']), house.session(who['section-head']), house.session(who['system-admin'])]) as [string, string, string]
}, 180_000)
afterAll(async () => { await house?.close() })
const post = (path: string, body: object, cookie: string) => house.ask(path, { method: 'POST', body }, cookie)
const next = { ...licence, version: 2, department: '甲局', shortName: 'A-1', officers: ['p-handler'], materials: [] }

/** Ways in which an item goes wrong, some of which are no item at all. */
const slips: readonly object[] = [{ promisedWorkingDays: 21 }, { caseType: 'IMMEDIATE' }, { flow: ['reviewing', 'handling'] }, { stepLimits: [{ step: 'approving', workingDays: 2 }] }, { officers: ['p-handler', 'p-handler'] },
  { fees: [{ standardId: 'F', name: '费', amountFen: 100, basis: '法' }, { standardId: 'F', name: '费', amountFen: 100, basis: '法' }] }, { form: [{ id: 'a', label: '甲', kind: 'choice', required: true }] }, { caseType: 'JOINT' },
  { legalName: '' }, { statutoryWorkingDays: 1.5 }, { flow: [] }, { materials: [{ name: '', required: true }] }, { form: [{ id: '名', label: '甲', kind: 'text', required: true }] }, { unheard: true }, { version: 7 }]

describe('试核', () => {
  it('says what publishing would say, and publishes nothing: over any slips together', async () => {
    const facts = async () => (await house.rooms.book.readStream('items-A-9')).length
    await fc.assert(fc.asyncProperty(fc.subarray([...slips], { minLength: 1, maxLength: 4 }), async (chosen) => {
      const item = Object.assign({ ...next, version: 1 }, ...chosen) as object
      const { body } = await post('/api/items/A-9/check', item, centre), faults = (body as { faults: { field: string; code: string; zh: string; en: string }[] }).faults
      const isDomain = ({ code }: { code: string }) => code in refusals, shaped = faults.filter((fault) => !isDomain(fault))
      for (const { zh, en } of faults) { expect(zh).toMatch(/\p{Script=Han}/u); expect(en).toMatch(/^[\x20-\x7e]+$/) }
      expect(await facts()).toBe(0)
      if (faults.length === 0 && !chosen.includes(slips.at(-1)!)) return
      const answer = await post('/api/items/A-9/publish-item', item, centre)
      if (shaped.length > 0) expect(answer).toMatchObject({ status: 400, body: { code: 'malformed' } })
      else if (chosen.includes(slips.at(-1)!)) expect(answer.body.code).toBe('not-the-next-version')
      else expect(answer.body.code).toBe(faults.find(isDomain)!.code)
    }), { numRuns: 60 })
  })
  it('of a sound item it says nothing, and which version comes next', async () => expect((await post('/api/items/A-1/check', next, head)).body).toMatchObject({ next: 2, faults: [] }))
  it('an item of which nothing is said has every part missing; what is no object is no item, and is refused', () => {
    expect(checkItem({}).map(({ field }) => field)).toEqual(expect.arrayContaining(['legalName', 'flow', 'officers', 'promisedWorkingDays']))
    for (const strange of [null, 'x', 7, [], undefined]) expect(() => checkItem(strange)).toThrow(expect.objectContaining({ problem: expect.objectContaining({ status: 400, code: 'malformed', field: 'body' }) }))
  })
})

describe('提议与版本', () => {
  it('a head of section proposes, the centre publishes in its name; each version says who keeps it', async () => {
    expect((await post('/api/items/A-1/propose-item', { ...next, promisedWorkingDays: 3, reason: '材料可共享' }, head)).body.facts).toStrictEqual(['ItemProposed'])
    await house.settled()
    const list = (await house.ask('/api/items', {}, centre)).body as { items: { code: string; proposals: { proposal: number; reason: string }[]; open: number }[] }
    expect(list.items.find(({ code }) => code === 'A-1')).toMatchObject({ open: 1, proposals: [{ proposal: 1, reason: '材料可共享' }] })
    // Whoever reads the item meanwhile reads the version in force: a proposal changes nothing.
    expect((await house.ask('/api/collections/items', {}, head)).body.rows.find(({ code }: { code: string }) => code === 'A-1')).toMatchObject({ version: 1, promisedWorkingDays: 5 })
    expect((await post('/api/cases/P-1/submit-application', { itemCode: 'A-1', hall: 'hall-1', channel: 'window' }, await house.session(who['window-clerk']))).status).toBe(200)
    expect((await post('/api/items/A-1/publish-item', { ...next, promisedWorkingDays: 4, proposal: 1 }, centre)).body.facts).toStrictEqual(['ItemPublished'])
    await house.settled()
    const { body } = await house.ask('/api/items/A-1/versions', {}, admin)
    expect(body.versions.map(({ version, proposal, by, promisedWorkingDays }: Record<string, unknown>) => [version, proposal, by, promisedWorkingDays])).toStrictEqual([[2, 1, who['hall-manager'], 4], [1, undefined, 'policy', 5]])
    expect(body.proposals).toMatchObject([{ proposal: 1, open: false, by: who['section-head'] }])
    const open = body.versions.reduce((sum: number, one: { open: number }) => sum + one.open, body.unpinned)
    expect(open).toBe((await house.rooms.rows.find('cases', { where: { itemCode: 'A-1', open: true }, limit: 100 })).rows.length)
    expect(JSON.stringify(body)).not.toContain('case-0001')
  })
  it('a department proposes nothing of another', async () => expect((await post('/api/items/B-1/propose-item', { ...next, department: '乙局', reason: '改' }, head)).body.code).toBe('proposal-of-another-department'))
  it('of what nobody published there are no versions', async () => expect(await house.ask('/api/items/none/versions', {}, centre)).toMatchObject({ status: 404, body: { code: 'no-such-item' } }))
})

describe('日历', () => {
  const year = async (query: string) => house.ask(`/api/calendar?${query}`, {}, head)
  it('tells 2026 as the notice has it: 248 working days, six of them made up for', async () => {
    const { body } = await year('year=2026'), days = [...body.days as string]
    // domain.md C.2 counts them over two independent data sets.
    expect([days.length, days.filter((day) => 'wW'.includes(day)).length]).toStrictEqual([365, 248])
    expect(body.layers.find(({ layer }: { layer: string }) => layer === 'national')).toMatchObject({ id: 'national', published: true })
    expect(body.provisional).toBe(false)
  })
  it('tells 2020 as it was known before and after the change of January 27', async () => {
    const at = async (known: string) => { const { body } = await year(`year=2020&known=${known}`); return [body.days[30], body.days[32], body.notices.filter((one: { known: boolean }) => one.known).length] }
    // 31 January worked and 2 February off as first said (T13).
    expect((await at('2020-01-26'))[0]).toBe('w')
    expect((await at('2020-01-27'))[0]).toBe('R')
  })
  it('a year that no notice reaches is provisional', async () => expect((await year('year=2029')).body).toMatchObject({ provisional: true, notices: [] }))
  it.each(['year=20', 'year=26x', 'known=2026-13-01', 'yaer=2026'])('%s is refused with its place', async (query) => expect((await year(query)).status).toBe(400))
})
