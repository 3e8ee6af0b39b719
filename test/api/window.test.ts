import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { numberSaid } from '../../api/applicants-finding.ts'
import { cases } from '../../domain/cases/index.ts'
import { items } from '../../domain/items/index.ts'
import { platform } from '../../domain/platform/index.ts'
import { creditCode, organisationCode, residentId } from '../../simulations/applicants.ts'
import { licence } from '../fixtures/licence.ts'
import { caseAt, openAccessHouse, who, type AccessHouse } from './access-house.ts'

let house: AccessHouse, clerk: string
const post = (path: string, body: unknown, { key = randomUUID() as string, cookie = clerk } = {}) => house.ask(path, { method: 'POST', body, headers: { 'idempotency-key': key } }, cookie)
const find = (text: string, open?: string) => post('/api/window/find', { text, ...(open !== undefined && { open }) })
const register = (body: object, key?: string) => post('/api/window/applicants', body, key === undefined ? {} : { key })
const window = { person: who['window-clerk'], role: 'window-clerk', department: '政务服务中心' } as const
const number = residentId('99999920910203771'), other = residentId('99999920920304882'), firm = creditCode(`91422800${organisationCode('MA9E7777')}`)
const card = { name: '欧阳试宁', number, phone: '199 0000 1234', document: 'resident-card' } as const
const filesIn = (dir: string): string[] => readdirSync(dir, { withFileTypes: true }).flatMap((one) => one.isDirectory() ? filesIn(join(dir, one.name)) : one.isFile() ? [join(dir, one.name)] : [])

beforeAll(async () => {
  house = await openAccessHouse()
  await house.say(items, 'W-1', 'PublishItem', { ...licence, department: '甲局', shortName: '窗口试办', officers: [who['window-clerk'], 'p-handler'],
    materials: [{ name: '申请书', required: true }, { name: '平面图', required: true }] })
  await house.settled()
  clerk = await house.session(who['window-clerk'])
}, 180_000)
afterAll(async () => { await house?.close() })

describe('号码核对', () => {
  it('a resident number with one digit changed, or two neighbours exchanged, is told to be none (by all the ways of getting one wrong)', () => fc.assert(fc.property(
    fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true }), fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }),
    (born, order, at, by) => {
      const good = residentId(`420000${born.toISOString().slice(0, 10).replaceAll('-', '')}${String(order).padStart(3, '0')}`)
      expect(numberSaid(good)).toStrictEqual({ kind: 'resident-number', said: good })
      expect(numberSaid(good.toLowerCase()).said).toBe(good)
      const wrong = good.slice(0, at) + String((Number(good[at]) + by) % 10) + good.slice(at + 1)
      // GB 11643 finds both; what has a day of birth in it is not even taken for a firm's, for which one in 341 of the others could pass.
      const swapped = at < 16 && good[at] !== good[at + 1] ? good.slice(0, at) + good[at + 1]! + good[at]! + good.slice(at + 2) : wrong
      for (const slip of [wrong, swapped]) {
        const day = `${slip.slice(6, 10)}-${slip.slice(10, 12)}-${slip.slice(12, 14)}`, isDay = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
        if (isDay) expect(() => numberSaid(slip)).toThrow()
        else { let kind = 'none'; try { ({ kind } = numberSaid(slip)) } catch { /* as it should be */ } expect(kind).not.toBe('resident-number') }
      }
    }), { numRuns: 300 }))
  it('tells an organisation code, a telephone and a name apart, and a number of another length from all of them', () => {
    expect([firm, '19900001234', '0718-3222222', '欧阳试宁', '甲 乙'].map((text) => numberSaid(text).kind)).toStrictEqual(['organisation-code', 'phone', 'phone', 'name', 'name'])
    for (const wrong of [`${firm.slice(0, 17)}${firm.endsWith('A') ? 'B' : 'A'}`, '4201061990010112345', '420106199001011']) expect(() => numberSaid(wrong), wrong).toThrow()
  })
})

describe('窗口登记', () => {
  it('somebody who shows a card has an id that says nothing; the same key is the same applicant, however often and at once', async () => {
    const key = randomUUID(), answers = await Promise.all(Array.from({ length: 8 }, () => register(card, key)))
    const ids = new Set(answers.map(({ status, body }) => { expect(status).toBe(201); return body.applicant as string }))
    expect(ids.size).toBe(1)
    const [applicant] = [...ids]
    expect(applicant).toMatch(/^p-[a-z2-7]{26}$/)
    const facts = (await house.facts(`identity-applicant.${applicant}`))
    expect(facts.map(({ type, meta }) => [type, meta.actor.person, meta.actor.role])).toStrictEqual([['ApplicantRegistered', who['window-clerk'], 'window-clerk']])
    expect(facts[0]!.data['document']).toBe('resident-card')
    expect(JSON.stringify(facts)).not.toMatch(new RegExp(`欧阳试宁|${number}|1234"`))
  })
  it('is found by number, name and telephone, exactly, masked, with their own cases at this hall and nobody else’s; and is told of each look', async () => {
    const applicant = (await find(number)).body.applicants[0].applicant as string
    await house.say(cases, 'case-0200', 'SubmitApplication', { itemCode: 'W-1', hall: 'hall-1', channel: 'window', applicantId: applicant, applicantName: card.name }, window)
    await house.say(cases, 'case-0201', 'SubmitApplication', { itemCode: 'W-1', hall: 'hall-2', channel: 'window', applicantId: applicant, applicantName: card.name }, { ...window, person: 'w-hall-2' })
    await house.settled()
    for (const text of [number, number.toLowerCase(), card.name, '19900001234', '+86 199-0000-1234', ` ${card.name} `]) {
      const { status, body, text: wire, headers } = await find(text)
      expect([text, status, body.applicants.map((one: { applicant: string }) => one.applicant)]).toStrictEqual([text, 200, [applicant]])
      expect(body.applicants[0]).toMatchObject({ masked: '欧＊＊＊', number: `＊＊＊＊＊＊＊＊＊＊＊＊＊＊${number.slice(-4)}`, registered: true, all: 1 })
      expect(body.applicants[0].cases.map(({ id }: { id: string }) => id)).toStrictEqual(['case-0200'])
      expect(wire).not.toContain(card.name)
      if (text !== number && text !== number.toLowerCase()) expect(wire).not.toContain(number)
      expect(headers['cache-control']).toBe('no-store')
    }
    for (const none of [card.name.slice(0, 2), number.slice(0, 12), '19900001235']) expect((await find(none)).body.applicants).toStrictEqual([])
    const looks = (await house.facts('privacy-viewer.')).flatMap(({ data }) => (data as { looks: { about: string[]; case: string; kind: string }[] }).looks).filter(({ about }) => about.includes(applicant))
    expect(new Set(looks.map(({ kind, case: of }) => `${kind} ${of}`))).toStrictEqual(new Set([`search identity-applicant.${applicant}`, 'search case-0200']))
  })
  it('the name is given in full of whom the clerk has chosen, on record with what for, and of nobody whom these words do not find', async () => {
    const applicant = (await find(number)).body.applicants[0].applicant as string
    const { body } = await find('19900001234', applicant)
    expect(body.applicants).toMatchObject([{ applicant, name: card.name }])
    const opened = (await house.facts('privacy-viewer.')).flatMap(({ data }) => (data as { looks: { about: string[]; kind: string; purpose?: string; fields?: string[] }[] }).looks).filter(({ kind, about }) => kind === 'opened' && about.includes(applicant))
    expect(opened).toMatchObject([{ purpose: '窗口收件核对身份', fields: ['applicantName'] }])
    expect((await find('李某', applicant)).body.applicants).toStrictEqual([])
  })
  it('a number is one person’s: registering it again names who has it', async () => {
    const known = (await find(number)).body.applicants[0].applicant as string, again = await register({ ...card, name: '别人' })
    expect([again.status, again.body.code, again.body.applicant, again.body.field]).toStrictEqual([409, 'number-registered-already', known, 'number'])
  })
  it('bad input is answered field by field, and nothing is registered', async () => {
    const before = (await house.facts('identity-applicant.')).length
    for (const [body, status, code] of [[{ ...card, number: `${other.slice(0, 17)}${other.endsWith('0') ? '1' : '0'}` }, 422, 'not-a-resident-number'], [{ ...card, number: '123' }, 422, 'not-a-resident-number'], [{ ...card, document: 'none' }, 400, 'malformed'],
      [{ name: '某' , number: other, document: 'resident-card' }, 400, 'malformed'], [{ ...card, number: other, roles: ['leader'] }, 400, 'malformed']] as const) {
      const answer = await register(body)
      expect([answer.status, answer.body.code]).toStrictEqual([status, code])
    }
    expect((await register({ ...card, number: other }, 'guessable')).body.code).toBe('no-idempotency-key')
    expect((await house.facts('identity-applicant.')).length).toBe(before)
  })
  it('a passport is taken as it is written', async () => expect((await register({ name: 'Ann Example', number: 'E12345678', document: 'passport' })).status).toBe(201))
})

describe('流水号', () => {
  it('is one for each intent, however many ask at once, and none that a case has already', async () => {
    const keys = Array.from({ length: 20 }, () => randomUUID()), ask = (key: string) => post('/api/window/numbers', {}, { key })
    const first = (await ask(keys[0]!)).body.number as string, next = first.replace(/\d{4}$/, (digits) => String(Number(digits) + 1).padStart(4, '0'))
    await house.say(cases, next, 'SubmitApplication', { itemCode: 'W-1', hall: 'hall-1', channel: 'window' }, window)
    const given = await Promise.all([...keys, ...keys].map(async (key) => [key, (await ask(key)).body.number as string] as const))
    expect(new Set(given.map(([, number]) => number)).size).toBe(keys.length)
    expect(new Map(given).size).toBe(keys.length)
    for (const [key, number] of given) expect(new Map(given).get(key)).toBe(number)
    expect(given.map(([, number]) => number)).not.toContain(next)
  })
})

describe('今天的窗口', () => {
  it('has what is at one’s own hall and nothing of another, each case in the list that its facts put it in', async () => {
    const say = (id: string, type: string, data: object) => house.say(cases, id, type, data as Record<string, unknown>, window)
    for (const id of ['case-0301', 'case-0302', 'case-0303']) await say(id, 'SubmitApplication', { itemCode: 'W-1', hall: 'hall-1', channel: 'window' })
    for (const id of ['case-0302', 'case-0303']) await say(id, 'RequestSupplement', { asked: [{ material: '平面图', reason: '未提交', basis: '条例' }] })
    await say('case-0303', 'SubmitSupplement', { materials: ['平面图'] })
    await house.settled()
    const { status, body } = await house.ask('/api/window', {}, clerk), ids = (name: string) => body[name].rows.map(({ id }: { id: string }) => id) as string[]
    expect(status).toBe(200)
    expect(ids('waiting')).toEqual(expect.arrayContaining(['case-0301', caseAt.own]))
    expect(ids('asked')).toStrictEqual(['case-0302'])
    expect(ids('supplied')).toStrictEqual(['case-0303'])
    expect(ids('mine')).toEqual(expect.arrayContaining(['case-0301', 'case-0302', 'case-0303', 'case-0200']))
    expect(ids('mine')).not.toContain(caseAt.own) // taken in by another at the same hall
    for (const name of ['mine', 'waiting', 'asked', 'supplied', 'ready']) {
      expect(body[name].all).toBe(ids(name).length)
      for (const { hall } of body[name].rows) expect(hall).toBe('hall-1')
    }
    expect(JSON.stringify(body)).not.toContain('case-0201')
  })
})

describe('告知文书', () => {
  it('there is none of what has not happened, and what has is said as the facts have it', async () => {
    const ask = (kind: string, id = 'case-0302') => house.ask(`/api/cases/${id}/notice?kind=${kind}`, {}, clerk)
    for (const kind of ['acceptance', 'non-acceptance']) expect((await ask(kind)).body.code).toBe('nothing-to-tell-yet')
    expect((await ask('verdict')).body).toMatchObject({ status: 400, field: 'kind' })
    expect((await ask('supplement')).body).toMatchObject({ kind: 'supplement', caseNo: 'case-0302', asked: [{ material: '平面图', reason: '未提交', basis: '条例' }] })
    expect((await ask('receipt', caseAt['other department'])).body.code).toBe('no-such-case')
    await house.say(cases, 'case-0303', 'AcceptCase', {}, window)
    await house.settled()
    const { body } = await ask('acceptance', 'case-0303'), accepted = (await house.facts('cases-case-0303')).find(({ type }) => type === 'CaseAccepted')!.data
    expect([body.promised.on, body.statutory.on, body.on]).toStrictEqual([accepted['promisedDueOn'], accepted['statutoryDueOn'], accepted['acceptedOn']])
    expect(body.materials).toStrictEqual([{ name: '平面图' }])
  })
  it('the house words it: what is told from then on is in its words, with the case filled in; what was told before is printed again in those of its day', async () => {
    const manager = { person: who['hall-manager'], role: 'hall-manager', department: '政务服务中心' } as const
    const later = () => { house.set(new Date(Date.parse(house.now()) + 60_000).toISOString() as ReturnType<typeof house.now>) }
    const publish = async (version: number, zh: string, more: object = {}) => {
      await house.say(platform, 'acceptance', 'PublishNoticeTemplate', { version, lead: { zh }, ...more, reason: '用词' }, manager)
      await house.settled()
      later()
    }
    const wordsOf = async (id: string) => (await house.ask(`/api/cases/${id}/notice?kind=acceptance`, {}, clerk)).body.template
    later()
    await publish(1, '您的“{事项}”（{受理编号}）由{department}承办。', { head: { zh: '某县{大厅}', en: 'The {hall}' }, closing: { zh: '咨询电话 0718-1234567' } })
    expect(await wordsOf('case-0303')).toBeUndefined()
    await house.say(cases, 'case-0301', 'AcceptCase', {}, window)
    await house.settled()
    const { body } = await house.ask('/api/cases/case-0301/notice?kind=acceptance', {}, clerk)
    const first = { version: 1, lead: { zh: `您的“${body.itemName}”（${body.caseNo}）由${body.department}承办。` }, head: { zh: `某县${body.hall}`, en: `The ${body.hall}` }, closing: { zh: '咨询电话 0718-1234567' } }
    expect(body.template).toStrictEqual(first)
    later()
    await publish(2, '另一种说法。')
    expect(await wordsOf('case-0301')).toStrictEqual(first)
    for (const kind of ['receipt', 'supplement']) expect((await house.ask(`/api/cases/case-0302/notice?kind=${kind}`, {}, clerk)).body.template).toBeUndefined()
    await expect(publish(3, '{身份证号}')).rejects.toThrow()
    await expect(publish(2, '又一种说法。')).rejects.toThrow()
  })
})

describe('查询密码', () => {
  const later = () => { house.set(new Date(Date.parse(house.now()) + 60_000).toISOString() as ReturnType<typeof house.now>) }
  it('is said once, stands nowhere as it is, and is a fact without itself; a new one ends the one before', async () => {
    const ask = () => post('/api/cases/case-0200/access-code', { document: true }), one = await ask()
    later()
    const two = await ask(), applicant = (await find(number)).body.applicants[0].applicant as string
    expect([one.status, two.status]).toStrictEqual([201, 201])
    expect(one.body.code).toMatch(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/)
    const plain = (code: string) => code.replace('-', ''), now = Date.parse(house.now()), may = (code: string) => house.rooms.credentials!.mayActivate('case case-0200', plain(code), now)
    expect([may(one.body.code), may(two.body.code)]).toStrictEqual([false, true])
    const facts = (await house.facts(`identity-account.${applicant}`)).map(({ type, data, meta }) => [type, data['credential'], data['case'], meta.actor.person])
    expect(facts).toStrictEqual(Array.from({ length: 2 }, () => ['CredentialSet', 'access-code', 'case-0200', who['window-clerk']]))
    for (const file of filesIn(house.dir)) for (const code of [one.body.code, plain(two.body.code)]) expect(readFileSync(file).includes(code as string), file).toBe(false)
  })
  it('nobody signs in with it, not even under the name of the case', async () => {
    const { body } = await post('/api/cases/case-0200/access-code', { document: true })
    for (const person of ['case case-0200', 'case-0200', who['window-clerk']]) expect((await post('/api/activate', { person, code: body.code, password: 'correct horse battery' })).status).not.toBe(204)
  })
  it('with the number it shows where the case is, and nobody’s name; a code that was replaced, of another case or made up shows nothing, in the same words, and is held back', async () => {
    const follow = (caseNo: string, code: string) => house.ask('/api/public/follow', { method: 'POST', body: { caseNo, code } })
    const issue = async () => { later(); return (await post('/api/cases/case-0200/access-code', { document: true })).body.code as string }
    const old = await issue(), code = await issue()
    const { status, body, text, headers } = await follow(' case-0200 ', code.toLowerCase())
    expect([status, headers['cache-control']]).toStrictEqual([200, 'no-store'])
    expect(body).toMatchObject({ caseNo: 'case-0200', itemName: '窗口试办', department: '甲局', stage: 'Submitted', receivedOn: expect.stringMatching(/^2026-/) })
    expect(text).not.toMatch(new RegExp(`欧|${who['window-clerk']}|p-[a-z2-7]{26}`))
    const wrongs = [await follow('case-0200', old), await follow('case-0201', code), await follow('case-0999', code), await follow('case-0999', 'AAAA-AAAA')]
    expect(wrongs.map((one) => [one.status, one.text])).toStrictEqual(wrongs.map(() => [422, wrongs[0]!.text]))
    expect(wrongs[0]!.body).toMatchObject({ code: 'not-the-access-code', field: 'code' })
    for (const bad of [{ caseNo: 'case-0200' }, { caseNo: '', code }, { caseNo: 'x'.repeat(65), code }, { caseNo: 'case-0200', code, more: 1 }]) expect((await house.ask('/api/public/follow', { method: 'POST', body: bad })).status).toBe(400)
    // Once right, what was wrong before is forgotten; five times wrong in a row, and not even the right one is heard for a while.
    expect((await follow('case-0200', code)).status).toBe(200)
    for (let nth = 0; nth < 5; nth++) expect((await follow('case-0200', 'AAAA-AAAA')).status).toBe(422)
    const held = await follow('case-0200', code)
    expect([held.status, held.body.code, Number(held.headers['retry-after']) > 0]).toStrictEqual([429, 'sign-in-locked', true])
  })
  it('is of a case at one’s own hall that is somebody’s, against their document', async () => {
    expect((await post('/api/cases/case-0201/access-code', { document: true })).body.code).toBe('no-such-case')
    expect((await post('/api/cases/case-0301/access-code', { document: true })).body.code).toBe('case-without-applicant')
    expect((await post('/api/cases/case-0200/access-code', {})).body.code).toBe('malformed')
  })
})
