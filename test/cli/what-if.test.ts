import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { founded } from '../signed-in.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present, receiptCsv } from '../oracles/files.ts'
import { instantAt, wallOf, workingDayAfter } from '../oracles/office-days.ts'
import { receiptOf } from '../oracles/receipt.ts'
import { filesWith, headOf, importedInto, run, serving, told, workplace } from './mingjian.ts'

const place = workplace()
afterAll(place.clear)

type Card = { change: string; rule: string; subject: string; before?: string; after?: string; ledger: { days: number; from?: string; to?: string }[]; dueOn?: string }
const bySubject = (cards: Card[]) => cards.map(({ change, rule, subject, before, after }) => [subject.replace(/^cases\.\w+:/, ''), rule, change, before, after])

/** Three cases by hand, accepted on Monday 2024-03-04 and due on Monday 03-18 at half past five; no holiday lies near. */
describe('what-if over a small history', () => {
  const dir = place.dir(), now = '2024-06-28T12:00:00+08:00'
  const profile = place.file('small.json', JSON.stringify({ source: 'small', hall: { id: 'H-1', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
    case: { number: 'no', itemCode: { column: 'item' }, department: { column: 'who' }, channel: { fixed: 'window' } },
    event: { activity: 'what', at: 'when', key: ['id'] },
    caseFacts: [{ fact: 'CaseAccepted', at: 'accepted', promisedDueAt: 'due' }],
    facts: [{ activity: 'in', gives: [{ fact: 'ApplicationSubmitted' }] }, { activity: 'out', gives: [{ fact: 'CaseConcluded', resultCode: 'what' }] }] }))
  const of = (no: string, who: string, out: string, item = 'permit.a') => [['in', '2024-03-04 09:00'], ...out ? [['out', out]] : []]
    .map(([what, when], i) => `${no}${i},${no},${item},${who},${what},${when},2024-03-04 09:00,2024-03-18 17:30`)
  const csv = ['id,no,item,who,what,when,accepted,due', ...of('A', 'east', '2024-03-18 10:00'), ...of('B', 'east', '2024-03-20 10:00'), ...of('C', 'west', '2024-04-02 10:00'),
    ...of('D', 'south', '2024-03-18 11:00', 'permit.b')].join('\n')
  const ask = (...more: string[]) => told('what-if', '--data', dir, '--now', now, ...more)
  beforeAll(async () => { await told('import', place.file('small.csv', `${csv}\n`), '--profile', profile, '--data', dir) })

  it('with nothing supposed nothing differs', async () => {
    const found = await ask()
    expect(found).toMatchObject({ subjects: 4, added: 0, removed: 0, moved: 0, cards: [], omitted: 0 })
    expect(found.after).toBe(found.before)
  })
  it('a day more of grace: one card goes, one moves and takes its red along; who had a card more than the other is now first alone', async () => {
    const found = await ask('--set', 'R-02.graceWorkingDays=2')
    expect(found).toMatchObject({ added: 0, removed: 1, moved: 2 })
    // B: yellow at the close of Tuesday 03-19, gone on Wednesday morning. C: yellow 03-19 → 03-20, red three working days after, 03-22 → 03-25.
    expect(bySubject(found.cards)).toStrictEqual([['B', 'R-02', 'removed', '2024-03-19T09:30:00.000Z', undefined],
      ['C', 'R-02', 'moved', '2024-03-19T09:30:00.000Z', '2024-03-20T09:30:00.000Z'], ['C', 'R-03', 'moved', '2024-03-22T09:30:00.000Z', '2024-03-25T09:30:00.000Z']])
    expect(found.byDepartment).toMatchObject({ east: { removed: 1, pointsBefore: 5, pointsAfter: 0, rankBefore: 2, rankAfter: 2 },
      west: { moved: 2, pointsBefore: 15, pointsAfter: 15, rankBefore: 1, rankAfter: 1 }, south: { pointsBefore: 0, rankBefore: 3, rankAfter: 2 } })
  })
  it('every listed card has the account that adds up from its start to its due day', async () => {
    const { cards } = await ask('--set', 'R-02.graceWorkingDays=2')
    for (const { ledger, dueOn } of cards as Card[]) expect(ledger.reduce((sum, { days }) => sum + days, 0)).toBe((Date.parse(dueOn!) - Date.parse('2024-03-04')) / 864e5)
  })
  it('another limit for one item leaves the other alone', async () => {
    // Twelve working days from 03-04 end on 03-20: the warning of C comes later, its yellow on 03-21, its red on 03-26; B is in time.
    const found = await ask('--item', 'permit.a.promised=12')
    const moves = bySubject(found.cards).filter(([, rule]) => rule !== 'R-01')
    expect(moves).toStrictEqual([['B', 'R-02', 'removed', '2024-03-19T09:30:00.000Z', undefined], ['C', 'R-02', 'moved', '2024-03-19T09:30:00.000Z', '2024-03-21T09:30:00.000Z'],
      ['C', 'R-03', 'moved', '2024-03-22T09:30:00.000Z', '2024-03-26T09:30:00.000Z']])
    expect(found.limited).toBe(3)
    expect(found.byDepartment.south.moved).toBe(0)
  })
  it('a holiday laid over the calendar moves what falls into it', async () => {
    const holiday = { layer: 'national', place: '', year: 2024, off: [{ on: '2024-03-19', name: '某日' }], working: [], ordinary: [], notice: '假设', knownOn: '2024-03-01' }
    const file = place.file('calendar.json', JSON.stringify([{ type: 'CalendarAmended', data: holiday }])), bare = place.file('bare.json', JSON.stringify([holiday]))
    const found = await ask('--calendar', file)
    // The due day is the source's own; the first working day after it is now Wednesday 03-20.
    expect(bySubject(found.cards)).toStrictEqual([['B', 'R-02', 'removed', '2024-03-19T09:30:00.000Z', undefined],
      ['C', 'R-02', 'moved', '2024-03-19T09:30:00.000Z', '2024-03-20T09:30:00.000Z'], ['C', 'R-03', 'moved', '2024-03-22T09:30:00.000Z', '2024-03-25T09:30:00.000Z']])
    expect((await ask('--calendar', bare)).cards, 'a notice without its type').toStrictEqual(found.cards)
    const tooLate = place.file('late.json', JSON.stringify([{ ...holiday, knownOn: '2024-06-20' }]))
    expect(await ask('--calendar', tooLate), 'nobody could have known it when they ended').toMatchObject({ added: 0, removed: 0, moved: 0 })
  })
  it('writes nothing: neither book nor rows nor anything else in the directory', async () => {
    const stamps = () => readdirSync(join(dir, 'rows')).filter((name) => name.endsWith('.db')).map((name) => [name, createHash('sha256').update(readFileSync(join(dir, 'rows', name))).digest('hex')])
    await ask()
    const head = await headOf(dir), before = stamps()
    await ask('--set', 'R-02.graceWorkingDays=2', '--item', 'permit.a.promised=12')
    expect(await headOf(dir)).toBe(head)
    expect(stamps()).toStrictEqual(before)
    expect((await told('query', 'cards', '--count', '--data', dir)).count).toBe(0)
    expect(filesWith(dir, 'what-if')).toEqual([])
    expect(existsSync(join(dir, 'due.db')), 'nothing was put into the index of what is due').toBe(false)
  })

  it.each([
    ['--set', 'R-99.days=2', 'set', /R-99/, 'R-99'], ['--set', 'R-02.days=2', 'set', /graceWorkingDays/, 'R-02'], ['--set', 'R-02.graceWorkingDays=-1', 'set', /0…250|from 0 to 250/, 'R-02'],
    ['--set', 'R-02.graceWorkingDays=1.5', 'set', /整数|whole/, 'R-02'], ['--set', 'R-02.graceWorkingDays=', 'set', /R-02/, 'R-02'], ['--set', 'constructor.name=1', 'set', /constructor/, 'constructor'],
    ['--set', 'R-02.toString=1', 'set', /toString/, 'R-02'], ['--set', 'nonsense', 'set', /nonsense/, undefined],
    ['--item', 'permit.a.promised=', 'item', /permit\.a/, undefined], ['--item', 'permit.a.step.dancing=2', 'item', /dancing/, undefined], ['--item', 'nobody.promised=3', 'item', /nobody/, undefined],
    ['--now', 'yesterday', 'now', /now|时刻/, undefined],
  ])('%s %s cannot be, and says why in both languages', async (option, value, field, words, rule) => {
    const { code, json, stderr } = await run('what-if', `${option}=${value}`, '--data', dir, '--json')
    expect(code).toBe(2)
    expect(json.error).toMatchObject({ field, ...(rule !== undefined && { rule }) })
    expect(`${json.error.title} ${json.error.en}`).toMatch(words)
    expect(json.error.title).toMatch(/\p{Script=Han}/u)
    expect(stderr).not.toMatch(/ at .*\.js/)
  })
  const day = { layer: 'national', place: '', year: 2024, off: [{ on: '2024-03-19', name: '某日' }], working: [], ordinary: [], notice: '假设', knownOn: '2024-03-01' }
  it.each([
    ['[\n{"type": oops}\n]', { line: 2 }], ['{}', { field: 'calendar' }], ['[{"type":"Holiday","data":{}}]', { field: '[0]' }],
    [JSON.stringify([{ type: 'CalendarAmended', data: day }, { type: 'CalendarAmended', data: { ...day, off: [{ on: '2024-02-30', name: 'x' }] } }]), { field: '[1].data.off[0].on' }],
    [JSON.stringify([{ ...day, working: [{ on: '2024-03-19', name: 'x' }] }]), { rule: 'day-both-off-and-working' }],
  ])('a calendar that is none (%#) names its place', async (content, where) => {
    const file = place.file('bad.json', content), { code, json } = await run('what-if', '--calendar', file, '--data', dir, '--json')
    expect(code).toBe(2)
    expect(json.error).toMatchObject({ ...where, file })
  })
  it('a calendar that is not there is said so', async () => {
    expect(await run('what-if', '--calendar', join(dir, 'none.json'), '--data', dir, '--json')).toMatchObject({ code: 2, json: { error: { field: 'calendar' } } })
  })

  it('says the same over HTTP while the house serves, and refuses what it does not know', async () => {
    const expected = await ask('--set', 'R-02.graceWorkingDays=2')
    const served = await serving('serve', dir)
    try {
      const cookie = await (await founded(served)).cookieFor('inspector')
      const get = (query: string) => fetch(`${served.url}/api/what-if?now=${encodeURIComponent(now)}&${query}`, { headers: { cookie } })
      const found = await (await get('set=R-02.graceWorkingDays=2')).json() as typeof expected
      for (const name of ['added', 'removed', 'moved', 'byDepartment', 'cards']) expect(found[name], name).toStrictEqual(expected[name])
      const posted = await fetch(`${served.url}/api/what-if`, { method: 'POST', headers: { 'Content-Type': 'application/json', cookie }, body: JSON.stringify({ now, set: ['R-02.graceWorkingDays=2'], calendar: [] }) })
      expect((await posted.json() as typeof expected).cards).toStrictEqual(expected.cards)
      expect((await get('set=R-99.x=1')).status).toBe(400)
      expect((await get('colour=red')).status).toBe(400)
      expect((await told('what-if', '--data', dir, '--now', now, '--set', 'R-02.graceWorkingDays=2')).cards, 'beside the server').toStrictEqual(expected.cards)
    } finally { await served.stop() }
  })
})

const zone = 'Europe/Amsterdam', logEnd = '2012-01-23T15:42:54.644+01:00'
describe.skipIf(!present(receiptCsv))('what-if over the permit log', () => {
  const dir = place.dir()
  beforeAll(async () => { await importedInto(dir, receiptCsv, 'receipt') })

  it.each([2, 0, 5])('with %i days of grace the differences are those that the raw file gives', async (days) => {
    const { cases } = receiptOf(receiptCsv), endOf = Date.parse(logEnd)
    const close = (day: string) => instantAt(day, '17:30:00', zone), iso = (ms: number) => new Date(ms).toISOString()
    /** The yellow after so many working days past the due day, and its red three after that, as far as they came true. One that had ended before it began is left to its own test. */
    const cardsAt = (grace: number) => cases.filter(({ startMs, endMs }) => endMs === undefined || endMs >= startMs).flatMap(({ caseNo, dueMs, endMs }) => {
      const stands = (at: number) => at <= endOf && (endMs === undefined || at < endMs), due = wallOf(dueMs, zone).day
      const yellow = grace === 0 ? due : workingDayAfter(due, grace), red = workingDayAfter(yellow, 3)
      return [['R-02', close(yellow)] as const, ['R-03', close(red)] as const].filter(([, at]) => stands(at)).map(([rule, at]) => [`${caseNo} ${rule}`, iso(at)] as const)
    })
    const was = new Map(cardsAt(1)), is = new Map(cardsAt(days)), expected = [...new Set([...was.keys(), ...is.keys()])]
      .filter((name) => was.get(name) !== is.get(name)).map((name) => [name, was.get(name), is.get(name)].join(' ')).sort()
    const odd = new Set(cases.filter(({ startMs, endMs }) => endMs !== undefined && endMs < startMs).map(({ caseNo }) => caseNo))
    const found = await told('what-if', '--data', dir, '--now', logEnd, '--set', `R-02.graceWorkingDays=${days}`)
    const listed = (found.cards as Card[]).map(({ subject, rule, before, after }) => ({ caseNo: subject.replace('cases.receipt:', ''), text: [`${subject.replace('cases.receipt:', '')} ${rule}`, before, after].join(' ') }))
    expect(listed.filter(({ caseNo }) => !odd.has(caseNo)).map(({ text }) => text).sort()).toStrictEqual(expected)
    expect(expected.length).toBeGreaterThan(100)
    expect(found.added + found.removed + found.moved).toBe(listed.length)
  })

  it('is the same however many threads take part, and whatever portions they take', async () => {
    const compiled = (path: string) => import(new URL(`../../dist/api/${path}`, import.meta.url).href) as Promise<Record<string, (...args: any[]) => any>>
    const { openRooms } = await compiled('opening/main.js'), { whatIf } = await compiled('what-if.js')
    const house = await openRooms!(dir, { write: 'may' })
    try {
      const asked = { params: { 'R-02': { graceWorkingDays: 3 }, 'R-01': { remainingWorkingDays: 2 } }, limits: [], calendar: [], now: new Date(logEnd).toISOString(), confidential: true }
      const said = async (threads: number, portion: number, most?: number) => {
        const { seconds: _, threads: __, rssMb: ___, ...found } = await whatIf!(house.rooms, asked, { threads, portion, ...(most !== undefined && { most }) })
        return found
      }
      const one = await said(1, 10_000)
      expect(one.moved).toBeGreaterThan(0)
      for (const [threads, portion] of [[2, 1], [2, 97], [3, 500]] as const) expect(await said(threads, portion)).toStrictEqual(one)
      // With room for fewer, the first of them by subject, and the figures stay.
      for (const [threads, portion] of [[1, 10_000], [3, 11]] as const) {
        expect(await said(threads, portion, 10)).toStrictEqual({ ...one, cards: one.cards.slice(0, 10), omitted: one.cards.length - 10 })
      }
    } finally { await house.close() }
  })
})
