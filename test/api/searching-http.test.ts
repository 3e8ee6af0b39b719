import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { searchFields } from '../../api/search-asked.ts'
import { being, run, serving, told, workplace, type Served } from '../cli/mingjian.ts'

type Row = { id: string; caseNo: string; source?: string; light: string; applicant?: string }
type Answer = { status: number; body: any }
const place = workplace(), dir = place.dir()
const secret = { name: '欧阳不可见', number: '99990019990101001X' }
let served: Served, cases: any[], halls: any[], items: any[], people: any[], own: string, cookie: string
const answer = async (response: Response): Promise<Answer> => ({ status: response.status, body: await response.json() })
const get = async (query: Record<string, string>) => answer(await fetch(`${served.url}/api/search?${new URLSearchParams(query)}`, { headers: { cookie } }))
const post = async (body: unknown) => answer(await fetch(`${served.url}/api/search`, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) }))
async function everything(collection: string): Promise<any[]> {
  const rows: any[] = []
  for (let after: string | undefined; ;) {
    const page: any = await (await fetch(`${served.url}/api/collections/${collection}?limit=1000${after === undefined ? '' : `&after=${after}`}`, { headers: { cookie } })).json()
    rows.push(...page.rows)
    if (page.next === undefined) return rows
    after = page.next
  }
}
/** Every page, by POST; how many there are is said with the first. */
async function allOf(asked: Record<string, string>): Promise<{ ids: string[]; rows: Row[]; count: number }> {
  const rows: Row[] = []
  let count = -1
  for (let after: string | undefined; ;) {
    const { status, body } = await post({ ...asked, limit: '100', ...(after === undefined ? { count: '1' } : { after }) })
    expect(status, JSON.stringify([asked, body])).toBe(200)
    rows.push(...body.rows)
    if (after === undefined) count = body.count
    if (body.next === undefined) return { ids: rows.map(({ id }) => id).sort(), rows, count }
    after = body.next
  }
}
/** The county lives on: what is found is what is found by hand, once nothing has moved between the two. */
const agrees = (asked: Record<string, string>, holds: (row: any) => boolean) => vi.waitFor(async () => {
  cases = await everything('cases')
  const { ids, count } = await allOf(asked), right = cases.filter(holds).map(({ id }) => id as string).sort()
  expect(ids, JSON.stringify(asked)).toStrictEqual(right)
  expect(count).toBe(right.length)
  return right.length
}, { timeout: 20_000, interval: 100 })

beforeAll(async () => {
  served = await serving('demo', dir, '--days', '6')
  await vi.waitFor(() => { expect(served.stderr()).toMatch(/历史铺好/) }, { timeout: 60_000 })
  cookie = await being(served.url)
  ;[halls, items, people] = await Promise.all(['halls', 'items', 'people'].map(everything)) as [any[], any[], any[]]
  const clerk = people.find(({ roles, hall }) => roles.includes('window-clerk') && hall !== undefined), item = items.find(({ officers }) => officers.includes(clerk.person))
  const chosen = await fetch(`${served.url}/api/me`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ person: clerk.person }) })
  own = 'SEARCHED-1'
  const submitted = await fetch(`${served.url}/api/cases/${own}/submit-application`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 's-1', cookie: chosen.headers.get('set-cookie')!.split(';')[0]! },
    body: JSON.stringify({ itemCode: item.code, hall: clerk.hall, channel: 'window', applicantId: 'a-searched', applicantName: secret.name, applicantNumber: secret.number }) })
  expect(submitted.status, await submitted.text()).toBe(200)
  await vi.waitFor(async () => { expect((await fetch(`${served.url}/api/cases/${own}`, { headers: { cookie } })).status).toBe(200) }, { timeout: 10_000 })
}, 360_000)
afterAll(() => {
  served?.child.kill('SIGKILL')
  place.clear()
})

describe('综合查询 over HTTP', () => {
  it('by each field, over every page, finds what one finds by hand', { timeout: 120_000 }, async () => {
    const [one] = await everything('cases').then((rows) => rows.filter(({ acceptedOn, acceptedBy, stage }) => acceptedOn !== undefined && stage === 'Accepted' && people.some(({ person }) => person === acceptedBy)))
    const hall = halls.find(({ hall }) => hall === one.hall), person = people.find(({ person }) => person === one.acceptedBy), item = items.find(({ code }) => code === one.itemCode)
    const [inHand] = await everything('cases').then((rows) => rows.filter(({ open, holder }) => open && holder !== undefined)), worksIn = (id: string) => people.find(({ person }) => person === id)?.department
    const sameName = <T>(all: any[], it: any, id: string, name: string): T[] => all.filter((other) => other[name] === it[name]).map((other) => other[id] as T)
    const asked: [Record<string, string>, (row: any) => boolean][] = [
      [{ hall: hall.hall }, (row) => row.hall === one.hall], [{ hall: hall.name }, (row) => sameName(halls, hall, 'hall', 'name').includes(row.hall)],
      [{ caseNo: one.caseNo }, (row) => row.caseNo === one.caseNo], [{ caseType: one.caseType }, (row) => row.caseType === one.caseType],
      [{ stage: 'Accepted' }, (row) => row.stage === 'Accepted'], [{ light: 'done' }, (row) => !row.open], [{ department: one.department }, (row) => row.department === one.department],
      [{ applicantId: 'a-searched' }, ({ id }) => id === own], [{ applicant: 'a-searched' }, ({ id }) => id === own], [{ applicant: secret.name }, ({ id }) => id === own],
      [{ applicant: ` ${secret.number.toLowerCase()}` }, ({ id }) => id === own], [{ applicant: secret.name.slice(0, 2) }, () => false],
      [{ acceptedBy: person.person }, (row) => row.acceptedBy === person.person], [{ acceptedBy: person.name }, (row) => sameName(people, person, 'person', 'name').includes(row.acceptedBy)],
      [{ item: item.code }, (row) => row.itemCode === item.code], [{ item: item.legalName }, (row) => sameName(items, item, 'code', 'legalName').includes(row.itemCode)],
      [{ acceptedFrom: one.acceptedOn }, (row) => row.acceptedOn >= one.acceptedOn], [{ acceptedTo: one.acceptedOn }, (row) => row.acceptedOn <= one.acceptedOn],
      [{ holder: inHand.holder }, (row) => row.open && row.holder === inHand.holder], [{ unaccepted: '1' }, (row) => row.open && row.acceptedOn === undefined],
      [{ untaken: '1' }, (row) => row.open && (row.holder === undefined || worksIn(row.holder) !== row.department)],
      [{ department: one.department, stage: 'Accepted', acceptedFrom: one.acceptedOn, order: 'oldest' }, (row) => row.department === one.department && row.stage === 'Accepted' && row.acceptedOn >= one.acceptedOn],
    ]
    expect(searchFields.filter((name) => !asked.some(([said]) => name in said))).toStrictEqual(['overdue', 'due', 'today']) // below, with the other lights
    const found: number[] = []
    for (const [said, holds] of asked) found.push(await agrees(said, holds))
    expect(found.filter((n) => n === 0)).toHaveLength(1)
  })
  it('the lights divide what is open, overdue is late, and each order has the same ones', { timeout: 60_000 }, async () => {
    await vi.waitFor(async () => {
      const byLight = await Promise.all(['ok', 'soon', 'late', 'hold'].map(async (light) => [light, await allOf({ light })] as const))
      for (const [light, { rows, count }] of byLight) { expect(rows.every((row) => row.light === light)).toBe(true); expect(count).toBe(rows.length) }
      const open = (await everything('cases')).filter(({ open }) => open).map(({ id }) => id as string).sort()
      expect(byLight.flatMap(([, { ids }]) => ids).sort()).toStrictEqual(open)
      expect((await allOf({ overdue: '1' })).ids).toStrictEqual(byLight[2]![1].ids)
      for (const order of ['newest', 'oldest', 'due']) expect((await allOf({ light: 'ok', order })).ids).toStrictEqual(byLight[0]![1].ids)
      expect((await allOf({ order: 'due' })).ids).toStrictEqual(open)
    }, { timeout: 30_000, interval: 200 })
  })
  it('what falls due today, or before Sunday is over, is neither late nor held', { timeout: 60_000 }, async () => {
    const local = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10) // the county has one zone, and no summer time
    await vi.waitFor(async () => {
      const { now } = await (await fetch(`${served.url}/api/house`, { headers: { cookie } })).json() as { now: string }, today = local(now)
      const sunday = new Date(Date.parse(today) + (7 - (new Date(today).getUTCDay() || 7)) * 864e5).toISOString().slice(0, 10)
      const ahead = (await Promise.all(['ok', 'soon'].map((light) => allOf({ light })))).flatMap(({ rows }) => rows as (Row & { dueAt?: string })[]).filter(({ dueAt }) => dueAt !== undefined)
      for (const [due, last] of [['today', today], ['week', sunday]] as const) {
        expect((await allOf({ due })).ids, due).toStrictEqual(ahead.filter(({ dueAt }) => local(dueAt!) <= last).map(({ id }) => id).sort())
      }
      expect(ahead.length).toBeGreaterThan(5)
    }, { timeout: 30_000, interval: 200 })
  })
  it('what came in, was concluded and was delivered today is what the board counts, one by one', { timeout: 60_000 }, async () => {
    const local = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10)
    await vi.waitFor(async () => {
      const { on, today } = await (await fetch(`${served.url}/api/board`, { headers: { cookie } })).json() as { on: string; today: Record<'received' | 'concluded' | 'delivered', number> }
      const rows = await everything('cases'), is = (at: string | undefined) => at !== undefined && local(at) === on
      const right = { received: rows.filter(({ openedAt }) => is(openedAt)), concluded: rows.filter(({ resultCode, endedAt }) => resultCode !== undefined && is(endedAt)), delivered: rows.filter(({ deliveredAt }) => is(deliveredAt)) }
      for (const [word, these] of Object.entries(right) as [keyof typeof right, any[]][]) {
        const { ids, count } = await allOf({ today: word })
        expect(ids, word).toStrictEqual(these.map(({ id }) => id as string).sort())
        expect([count, today[word]], word).toStrictEqual([these.length, these.length])
      }
      expect(right.received.length + right.concluded.length).toBeGreaterThan(0)
    }, { timeout: 30_000, interval: 200 })
    for (const [body, field] of [[{ today: 'tomorrow' }, 'today'], [{ today: 'concluded', unaccepted: '1' }, 'today'], [{ today: 'delivered', order: 'due' }, 'order']] as const)
      expect(await (await fetch(`${served.url}/api/search`, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) })).json()).toMatchObject({ status: 400, field })
  })
  it('an address takes every field but the applicant, whose name it does not repeat', async () => {
    const refused = await get({ applicant: secret.name })
    expect(refused).toMatchObject({ status: 400, body: { code: 'not-in-an-address', field: 'applicant', rule: 'post-instead' } })
    expect(JSON.stringify(refused.body)).not.toContain(secret.name)
    expect((await get({ applicantId: 'a-searched', count: '1' })).body).toMatchObject({ count: 1, rows: [{ id: own, applicant: expect.stringMatching(/^欧?＊|^.＊/u) }] })
    const { body: { rows } } = await get({ stage: 'Accepted', limit: '3' })
    expect(rows.map(({ id }: Row) => id)).toStrictEqual((await post({ stage: 'Accepted', limit: '3' })).body.rows.map(({ id }: Row) => id))
  })
  it('neither answer nor log has the name in the clear', async () => {
    const { body } = await post({ applicant: secret.name, count: '1' })
    expect(body.count).toBe(1)
    expect(JSON.stringify(body)).not.toContain(secret.name)
    for (const bad of [{ applicant: secret.name, light: 'red' }, { applicant: secret.name, after: 'x' }, { applicant: [secret.name] }, { applicant: secret.name, applicantId: 'a' }]) {
      const { status, body } = await post(bad)
      expect(status).toBe(400)
      expect(JSON.stringify(body)).not.toContain(secret.name)
    }
    expect(served.stderr()).not.toContain(secret.name)
  })
  it.each<[unknown, string, string]>([
    [{ stage: 'Nowhere' }, 'stage', 'one-of'], [{ acceptedFrom: '2026-02-30' }, 'acceptedFrom', 'yyyy-mm-dd'], [{ limit: 5 }, 'limit', 'one-text'], [{ item: ['a', 'b'] }, 'item', 'one-text'], [{ nothing: 'x' }, 'nothing', 'known-field'],
    [{ hall: '' }, 'hall', 'not-empty'], [{ applicant: 'x'.repeat(201) }, 'applicant', 'at-most-200'], [{ overdue: '1', light: 'ok' }, 'light', 'overdue-is-late'], [{ applicant: 'x', applicantId: 'y' }, 'applicant', 'applicant-once'],
    [['stage'], 'body', 'json-object'], ['text', 'body', 'json-object'], [null, 'body', 'json-object'],
  ])('POST %j is refused, naming field and rule', async (body, field, rule) =>
    expect(await post(body)).toMatchObject({ status: 400, body: { field, rule, title: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/[a-z]/) } }))
  it('GET refuses a field said twice', async () => expect(await answer(await fetch(`${served.url}/api/search?stage=Accepted&stage=Handled`, { headers: { cookie } }))).toMatchObject({ status: 400, body: { field: 'stage', rule: 'one-text' } }))
})

describe('mingjian search', () => {
  const program = new URL('../../dist/api/main.js', import.meta.url).pathname
  const typed = (text: string, ...args: string[]) => new Promise<{ code: number; stdout: string }>((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (error, stdout) => resolve({ code: error ? Number(error.code) : 0, stdout }))
    child.stdin!.end(text)
  })
  it('finds what the server finds; a name may come from stdin', { timeout: 60_000 }, async () => {
    const known = await told('search', '--applicant', secret.name, '--count', '--data', dir)
    expect(known).toMatchObject({ count: 1, rows: [{ id: own }] })
    for (const option of [['--applicant', '-'], ['--applicant=-']]) {
      const { code, stdout } = await typed(`${secret.name}\n`, 'search', ...option, '--count', '--json', '--data', dir)
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ count: 1, rows: [{ id: own }] })
    }
    expect(await typed('', 'search', '--applicant', '-', '--json', '--data', dir)).toMatchObject({ code: 2, stdout: expect.stringContaining('not-empty') })
  })
  it('says which field is wrong', { timeout: 60_000 }, async () => {
    const { code, json } = await run('search', '--stage', 'Nowhere', '--data', dir, '--json')
    expect(code).toBe(2)
    expect(json.error).toMatchObject({ field: 'stage', rule: 'one-of' })
  })
})
