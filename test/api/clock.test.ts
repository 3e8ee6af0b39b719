import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { Readings } from '../../adapters/clock.ts'
import { openBook } from '../../adapters/book/open.ts'
import { verifyBook } from '../../adapters/book/verify.ts'
import type * as Opening from '../../api/opening/main.ts'
import { cases } from '../../domain/cases/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Actor, Meta, Recorded, Told } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { platform } from '../../domain/platform/index.ts'
import { licence } from '../fixtures/licence.ts'
import { at, liMin, policy, wangQiang, zhouClerk } from '../kernel/spec.ts'

// Rooms have threads of their own, which are compiled.
const { openRooms, serve } = await import(fileURLToPath(new URL('../../dist/api/opening/main.js', import.meta.url))) as typeof Opening
const root = mkdtempSync(join(tmpdir(), 'clock-'))
const closing: (() => Promise<void>)[] = []
afterAll(async () => { for (const close of closing) await close(); rmSync(root, { recursive: true, force: true }) })

const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour, years = 2 * 365 * day
const founding = { purpose: 'demonstration', name: '某县', region: '422822', zone: 'Asia/Shanghai' } as const
const staff: [string, string, string][] = [['p-001', '李敏', 'handler'], ['p-002', '王强', 'section-head'], ['p-004', '周窗口', 'window-clerk'], ['p-005', '何监察', 'inspector'],
  ['a-1', '系统员', 'system-admin'], ['a-2', '安全员', 'security-admin'], ['a-3', '审计员', 'auditor']]

/** A machine whose wall clock can be set, and its house, which may be closed and opened again. */
async function county(name: string, start = at('2026-04-27')) {
  let trueMs = Date.parse(start), wrongMs = 0, awakeMs = 0, keyed = 0
  const dir = join(root, name), readings: Readings = { wallMs: () => trueMs + wrongMs, monotonicMs: () => awakeMs, bootMs: () => awakeMs }
  const open = async () => {
    const house = await openRooms(dir, { write: 'must', founding, readings })
    return { ...house, serving: await serve(house, { host: '127.0.0.1', port: 0, issue: true, obey: async () => { throw new Error('nobody orders') } }) }
  }
  let house = await open(), isOpen = true
  closing.push(async () => { if (isOpen) await house.serving.close() })
  const tell = (context: typeof cases, id: string, type: string, data: object, by: Actor = policy, key = `k-${keyed++}`) =>
    house.rooms.tell({ context, id, command: { type, data: data as Record<string, unknown> }, by, key })
  const say = async (...said: Parameters<typeof tell>) => {
    const answer = await tell(...said)
    if (isRefusal(answer)) throw new Error(`${said[2]} of ${said[1]} was refused: ${answer.refused}`)
    return answer
  }
  const facts = async (prefix = '') => {
    const found: Recorded[] = []
    for await (const batch of house.rooms.book.readAll(0)) found.push(...batch.filter(({ meta }) => meta.stream.startsWith(prefix)))
    return found
  }
  /** Until nothing more is told by the house of itself. */
  const settled = async () => {
    for (let quiet = 0, size = -1; quiet < 2;) {
      await house.serving.sweep()
      await new Promise((resolve) => setTimeout(resolve, 25))
      const head = (await house.rooms.book.head()).size
      quiet = head === size ? quiet + 1 : 0
      size = head
    }
  }
  if ((await facts('items-')).length === 0) {
    await say(platform, 'H-1', 'OpenHall', { name: '县政务服务中心', kind: 'hall', zone: 'Asia/Shanghai' })
    await say(items, 'SP-01', 'PublishItem', { ...licence, officers: ['p-001', 'p-004'], materials: [] })
    for (const [person, who, role] of staff) await say(identity, person, 'EnrolPerson', { name: who, department: '市场监管局', post: who, roles: [role] })
  }
  const cookies = new Map<string, string>()
  const cookieOf = async (person: string) => {
    const known = cookies.get(person)
    if (known !== undefined) return known
    const answer = await fetch(`${house.serving.url}/api/me`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ person }) })
    cookies.set(person, answer.headers.get('set-cookie')!.split(';')[0]!)
    return cookies.get(person)!
  }
  return {
    dir, say, tell, facts, settled,
    true: () => new Date(trueMs).toISOString() as Instant,
    pass(ms: number) { trueMs += ms; awakeMs += ms },
    async set(ms: number) { wrongMs += ms; house.rooms.now(); await new Promise((resolve) => setTimeout(resolve, 30)); await settled() },
    rooms: () => house.rooms,
    async restart(offMs: number, byMs = 0) {
      isOpen = false
      await house.serving.close()
      cookies.clear()
      trueMs += offMs
      wrongMs += byMs
      awakeMs = 5
      house = await open()
      isOpen = true
      await settled()
    },
    submit: (id: string) => say(cases, id, 'SubmitApplication', { itemCode: 'SP-01', hall: 'H-1', channel: 'window', applicantId: `a-${id}`, organisation: '县食品厂' }, zhouClerk),
    accept: (id: string) => say(cases, id, 'AcceptCase', {}, liMin),
    get: async (path: string, person?: string) => (await fetch(`${house.serving.url}${path}`, person ? { headers: { Cookie: await cookieOf(person) } } : {})).json() as Promise<any>,
    async confirm(trust: 'wall' | 'believed', person = 'a-1') {
      const answer = await fetch(`${house.serving.url}/api/platform/main/confirm-clock`, { method: 'POST', body: JSON.stringify({ trust, reason: '与授时中心核对' }),
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `c-${keyed++}`, Cookie: await cookieOf(person) } })
      await settled()
      return answer.status
    },
    cards: async () => (await facts('supervision-card.')).filter(({ type }) => /CardIssued$/.test(type)),
    /** Those that stand, by what they say and not by when it was said. */
    async standing() {
      const standing = new Map<string, string>()
      for (const { type, data } of await facts('supervision-card.')) {
        const { cardId, ruleId, clock, becameTrueAt } = data as Record<string, string>
        if (/CardIssued$/.test(type)) standing.set(cardId!, `${ruleId} ${clock} ${becameTrueAt}`)
        if (type === 'CardRevoked' || type === 'CardSuperseded') standing.delete(cardId!)
      }
      return [...standing.values()].sort()
    },
  }
}
type County = Awaited<ReturnType<typeof county>>
/** 凡一纪元之内不倒退, and every fact says the server's time of its epoch. */
const risesWithin = (facts: readonly Recorded[]) => facts.forEach(({ meta }, i) => {
  const before = facts[i - 1]
  if (before && (before.meta.epoch ?? 0) === (meta.epoch ?? 0)) expect(meta.recordedAt >= before.meta.recordedAt).toBe(true)
})
const stepsOf = async (house: County) => (await house.facts('platform-clock.main')).filter(({ type }) => type === 'ClockStepped')
/** The same days in a house whose clock was never touched. */
const untouched = (async () => {
  const house = await county('untouched')
  for (const id of ['X-1', 'X-2']) { await house.submit(id); await house.accept(id) }
  house.pass(hour)
  await house.say(cases, 'X-1', 'CompleteHandling', { opinion: '现场合格' }, liMin)
  house.pass(30 * day)
  await house.settled()
  return { cards: await house.standing() }
})()

describe('时钟跳变, in a house that serves', () => {
  it.each([['forward by two years', years], ['back by two years', -years], ['forward by 61 seconds', 61 * second]])('%s: time goes on, nothing is dealt, and who may not confirm does not', async (_, by) => {
    const house = await county(`jump ${by}`)
    for (const id of ['X-1', 'X-2']) { await house.submit(id); await house.accept(id) }
    expect(await house.get('/api/house')).toMatchObject({ clockState: 'trusted' })
    await house.set(by)
    expect((await stepsOf(house)).map(({ data }) => data)).toStrictEqual([{ believedAt: house.true(), wallAt: new Date(Date.parse(house.true()) + by).toISOString(), stepMs: by }])
    house.pass(hour)
    for (const path of ['/api/house', '/health']) expect(await house.get(path)).toMatchObject({ clockState: 'stepped',
      clockReading: { believedAt: house.true(), wallAt: new Date(Date.parse(house.true()) + by).toISOString() } })
    await house.say(cases, 'X-1', 'CompleteHandling', { opinion: '现场合格' }, liMin)
    expect((await house.facts('cases-X-1')).at(-1)!.meta).toMatchObject({ recordedAt: house.true() })
    // Long enough for a card, if cards were dealt; and a case that would have been deemed accepted.
    await house.submit('X-3')
    house.pass(30 * day)
    await house.settled()
    expect(await house.cards()).toStrictEqual([])
    expect((await house.facts('cases-X-3')).map(({ type }) => type)).toStrictEqual(['ApplicationSubmitted'])
    for (const person of ['p-001', 'p-002', 'p-004', 'p-005', 'a-2', 'a-3']) expect(await house.confirm('wall', person), person).toBe(403)
    expect(await house.rooms().keeping!.state()).toBe('stepped')
    await house.set(-by)
    expect(await stepsOf(house)).toHaveLength(2)
    expect(await house.cards()).toStrictEqual([])
    expect(await house.confirm('wall')).toBe(200)
    expect(await house.confirm('wall')).toBe(409)
    // What was due is dealt now; cases as if nothing had been.
    expect((await house.standing()).filter((card) => !/R-01|X-3/.test(card)).length).toBeGreaterThan(0)
    const mine = new Set((await house.facts('supervision-card.cases.X-1')).concat(await house.facts('supervision-card.cases.X-2')).flatMap(({ data }) => `${data['ruleId']} ${data['clock']} ${data['becameTrueAt']}`))
    for (const card of (await untouched).cards.filter((card) => card.includes('promised'))) expect(mine).toContain(card)
    expect((await house.facts('cases-X-3')).map(({ type }) => type)).toStrictEqual(['ApplicationSubmitted', 'CaseDeemedAccepted'])
    const all = await house.facts()
    risesWithin(all)
    expect(all.every(({ meta }) => meta.recordedAt <= house.true() && meta.epoch === undefined)).toBe(true)
    expect(verifyBook(house.dir)).toMatchObject({ ok: true })
  })

  it('opened two years ahead and put right: an epoch, cards that were wrong are taken back, new facts carry true time', async () => {
    const house = await county('ahead')
    for (const id of ['X-1', 'X-2']) { await house.submit(id); await house.accept(id) }
    await house.restart(minute, years)
    expect(await stepsOf(house)).toHaveLength(0) // nobody could know
    const wrong = (await house.standing()).length
    expect(wrong).toBeGreaterThan(0)
    for (const id of ['F-1', 'F-2']) { await house.submit(id); await house.accept(id) }
    await house.set(-years)
    const dealt = (await house.cards()).length
    house.pass(minute)
    await house.settled()
    expect((await house.cards()).length).toBe(dealt)
    expect(await house.confirm('wall')).toBe(200)
    expect((await house.facts('platform-clock.main')).map(({ type, meta: { epoch } }) => [type, epoch])).toStrictEqual([['ClockStepped', undefined], ['ClockConfirmed', undefined], ['ClockEpochStarted', undefined]])
    expect(await house.standing()).toStrictEqual([])
    house.pass(hour)
    await house.say(cases, 'X-1', 'CompleteHandling', { opinion: '现场合格' }, liMin)
    expect((await house.facts('cases-X-1')).at(-1)!.meta).toMatchObject({ recordedAt: house.true(), epoch: 1 })
    // Nothing is lost of what was told under the false clock, and it goes on from where it stood.
    await house.say(cases, 'F-1', 'CompleteHandling', { opinion: '现场合格' }, liMin)
    house.pass(hour)
    const late = new Date(Date.parse(house.true()) - 10 * minute).toISOString(), before = new Date(Date.parse(house.true()) - 3 * hour).toISOString()
    expect(await house.tell(cases, 'F-1', 'CompleteStep', { number: '1', step: '勘验', happenedAt: before }, liMin)).toStrictEqual({ refused: 'claim-out-of-bounds' })
    await house.say(cases, 'F-1', 'CompleteStep', { number: '1', step: '勘验', happenedAt: late }, liMin)
    // Of a case whose newest fact says a later instant than now, the late entry reaches back to the beginning of the epoch.
    expect(await house.tell(cases, 'F-2', 'CompleteHandling', { opinion: '现场合格', happenedAt: before }, liMin)).toStrictEqual({ refused: 'claim-out-of-bounds' })
    await house.say(cases, 'F-2', 'CompleteHandling', { opinion: '现场合格', happenedAt: late }, liMin)
    await house.say(cases, 'F-1', 'ReviewCase', { opinion: '材料属实', result: 'pass' }, wangQiang)
    await house.settled()
    const view = await house.get('/api/cases/F-1', 'p-001')
    expect(view.facts.map(({ type }: { type: string }) => type)).toStrictEqual(['ApplicationSubmitted', 'CaseAccepted', 'HandlingCompleted', 'StepCompleted', 'ReviewCompleted'])
    expect(await house.rooms().rows.get('cases', 'F-1')).toMatchObject({ open: true })
    for (const path of ['/api/cases/F-1/ledger', '/api/cases', '/api/cases/X-1']) expect((await house.get(path, 'p-001')).status ?? 200, path).toBe(200)
    house.pass(30 * day)
    await house.settled()
    expect((await house.standing()).filter((card) => card.includes('promised'))).toStrictEqual((await untouched).cards.filter((card) => card.includes('promised')))
    const rebuilt = await house.rooms().rebuild()
    expect(rebuilt.broken).toStrictEqual([])
    const all = await house.facts()
    risesWithin(all)
    expect(new Set(all.map(({ meta }) => meta.epoch))).toStrictEqual(new Set([undefined, 1]))
    expect(verifyBook(house.dir)).toMatchObject({ ok: true })
    await house.restart(minute)
    await house.submit('X-9')
    expect((await house.facts('cases-X-9'))[0]!.meta).toMatchObject({ recordedAt: house.true(), epoch: 1 })
  })

  it('a step that nobody confirmed still waits after a restart, and its wall is not believed', async () => {
    const house = await county('restarted')
    await house.submit('X-1')
    await house.accept('X-1')
    await house.set(years)
    await house.restart(hour)
    expect(house.rooms().keeping!.state()).toBe('stepped')
    house.pass(minute)
    await house.submit('X-2')
    expect((await house.facts('cases-X-2'))[0]!.meta.recordedAt).toBe(house.true())
    expect(await stepsOf(house)).toHaveLength(1)
    expect(await house.cards()).toStrictEqual([])
    expect(await house.confirm('believed')).toBe(200)
    house.pass(40 * day)
    await house.settled()
    const cards = (await house.cards()).length
    expect(cards).toBeGreaterThan(0)
    await house.set(-years)
    expect((await stepsOf(house)).map(({ data }) => data['returned'])).toStrictEqual([undefined, true])
    expect(house.rooms().keeping!.state()).toBe('trusted')
    expect(house.rooms().now()).toBe(house.true())
  })

  it('decided in one epoch and told in the next is decided again: nothing of the false clock gets in', async () => {
    const house = await county('at once')
    await house.restart(minute, years)
    await house.submit('X-1')
    await house.set(-years)
    const answers = await Promise.all([...Array.from({ length: 20 }, (_, i) => house.submit(`A-${i}`)), house.tell(platform, 'main', 'ConfirmClock', { trust: 'wall', reason: '核对' }, { person: 'a-1', role: 'system-admin', department: '' }),
      ...Array.from({ length: 20 }, (_, i) => house.submit(`B-${i}`))])
    expect(answers.filter((answer) => 'position' in answer)).toHaveLength(41)
    const all = await house.facts(), begins = all.findIndex(({ type }) => type === 'ClockEpochStarted')
    risesWithin(all)
    for (const [i, { meta, data }] of all.entries()) {
      expect(meta.epoch).toBe(i > begins ? 1 : undefined)
      if (i > begins && 'receivedOn' in data) expect(data['receivedOn']).toBe(house.true().slice(0, 10))
      if (i > begins) expect(meta.recordedAt).toBe(house.true())
    }
    expect(verifyBook(house.dir)).toMatchObject({ ok: true })
  })
})

describe('验簿: recorded times', () => {
  const fact = (id: number, recordedAt: string, more: Partial<Meta> = {}, type = 'Told', data = {}): Told => ({ type, data, meta: { id: String(id).padStart(32, '0'), version: 1,
    recordedAt: recordedAt as Instant, actor: { person: 'p', role: 'policy', department: '' }, region: '', cause: String(id), ...more } })
  const began = (epoch: number, to: string, id = 50) => fact(id, '2026-03-05T00:00:00.000Z', epoch > 1 ? { epoch: epoch - 1 } : {}, 'ClockEpochStarted', { epoch, from: '2026-03-05T00:00:00.000Z', to })
  const day5 = '2026-03-05T00:00:00.000Z', day4 = '2026-03-04T00:00:00.000Z', day3 = '2026-03-03T00:00:00.000Z'
  it.each<[string, [string, Told][], number | undefined]>([
    ['that grow, or stand', [['a', fact(1, day3)], ['b', fact(2, day3)], ['a', fact(3, day4)]], undefined],
    ['that fall by a millisecond', [['a', fact(1, day3)], ['b', fact(2, '2026-03-02T23:59:59.999Z')], ['a', fact(3, day4)]], 2],
    ['that fall late in a book', [...Array.from({ length: 300 }, (_, i) => ['a', fact(i + 1, day3)] as [string, Told]), ['a', fact(400, day5)], ['b', fact(401, day4)]], 302],
    ['that fall with an epoch', [['a', fact(1, day5)], ['platform-clock.main', began(1, day3)], ['a', fact(2, day3, { epoch: 1 })]], undefined],
    ['that fall below what the epoch says', [['a', fact(1, day5)], ['platform-clock.main', began(1, day4)], ['a', fact(2, day3, { epoch: 1 })]], 3],
    ['that fall again within it', [['a', fact(1, day5)], ['platform-clock.main', began(1, day3)], ['a', fact(2, day4, { epoch: 1 })], ['a', fact(3, day3, { epoch: 1 })]], 4],
    ['with an epoch that is not said', [['a', fact(1, day5)], ['platform-clock.main', began(1, day3)], ['a', fact(2, day5)]], 3],
    ['of an epoch that nobody began', [['a', fact(1, day3)], ['a', fact(2, day3, { epoch: 1 })]], 2],
    ['with an epoch of naught', [['a', fact(1, day3, { epoch: 0 })]], 1],
    ['with an epoch left out', [['a', fact(1, day5)], ['platform-clock.main', began(2, day3)]], 2],
    ['with an epoch begun elsewhere', [['a', fact(1, day5)], ['a', began(1, day3)], ['a', fact(2, day3, { epoch: 1 })]], 3],
  ])('%s', async (name, told, position) => {
    const dir = join(root, `verify ${name}`), book = await openBook(dir, { write: true }), revisions = new Map<string, number>()
    for (const [stream, one] of told) {
      const expected = revisions.get(stream) ?? 0
      expect(await book.append(stream, expected, [one])).not.toBe('revision-conflict')
      revisions.set(stream, expected + 1)
    }
    await book.close()
    expect(verifyBook(dir)).toMatchObject(position === undefined ? { ok: true, size: told.length } : { ok: false, position })
  })
})
