import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openBook } from '../../adapters/book/open.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { sealedBy } from '../../api/sealing.ts'
import { cases } from '../../domain/cases/index.ts'
import { exchange } from '../../domain/exchange/index.ts'
import type { Told } from '../../domain/kernel/events.ts'
import { isSealed, type Sealed } from '../../domain/kernel/values.ts'
import { collect } from '../contract/event-log.ts'
import { application, submitted } from '../fixtures/case.ts'
import { openHouse } from '../kernel/house.ts'
import { importer, liMin } from '../kernel/spec.ts'

const folders: string[] = []
const folder = () => { const dir = mkdtempSync(join(tmpdir(), 'sealing-')); folders.push(dir); return dir }
afterAll(() => folders.forEach((dir) => rmSync(dir, { recursive: true, force: true })))
const bytesIn = (dir: string): Buffer[] => readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? bytesIn(join(dir, entry.name)) : [readFileSync(join(dir, entry.name))])

const submit = { context: cases, id: 'X-1', by: liMin, command: { type: 'SubmitApplication', data: application }, key: 'k-1' }
const accept = { ...submit, command: { type: 'AcceptCase', data: {} }, key: 'k-2' }
const row = (rowKey: string, raw: string) => ({ rowKey, line: 3, field: 'time', rule: 'not-a-time', zh: '不是时间', en: 'not a time', raw })
const start = { source: 'receipt', file: 'a.csv', profile: 'receipt', profileHash: 'ab'.repeat(32) }
const batch = { context: exchange, id: 'b-1', by: importer }

type Opened = Awaited<ReturnType<typeof openHouse>> & { end(): Promise<Buffer[]> }
describe.each(['memory', 'the book and the key file'])('密封 in %s', (where) => {
  const open = async (): Promise<Opened> => {
    if (where === 'memory') return { ...await openHouse(), end: async () => [] }
    const dir = folder(), book = await openBook(join(dir, 'book'), { write: true }), keys = fileKeys(join(dir, 'keys'))
    const house = await openHouse({ book, keys })
    return { ...house, end: async () => { await book.close(); await keys.close(); return bytesIn(dir) } }
  }
  it('a name is in no fact, opens with its key, and is gone with it; the case goes on', async () => {
    const { book, keys, say, end } = await open()
    await say(submit)
    expect(JSON.stringify(await collect(book.readAll(0)))).not.toContain('张三丰')
    const [fact] = await book.readStream('cases-X-1')
    const envelope = fact!.data['applicantName'] as Sealed
    expect(envelope).toMatchObject({ subject: 'a-1', matter: 'cases-X-1' })
    expect(await keys.open(envelope)).toBe('"张三丰"')
    await keys.forget('a-1')
    expect(await keys.open(envelope)).toBeUndefined()
    expect(await say(accept)).toMatchObject({ revision: 2, facts: ['CaseAccepted'] })
    for (const bytes of await end()) expect(bytes.includes('张三丰')).toBe(false)
  })
  it('rows of the quarantine are sealed one by one, each forgotten alone', async () => {
    const { book, keys, say, end } = await open()
    await say({ ...batch, command: { type: 'StartImport', data: start }, key: 's' })
    await say({ ...batch, command: { type: 'QuarantineRows', data: { rows: [row('r-1', '张三丰,1'), row('r-2', '张三丰,2')] } }, key: 'q' })
    const [, fact] = await book.readStream('exchange-b-1')
    const sealed = (fact!.data['rows'] as { raw: Sealed }[]).map(({ raw }) => raw)
    expect(sealed.map(({ subject, matter }) => [subject, matter])).toStrictEqual([['r-1', 'exchange-b-1'], ['r-2', 'exchange-b-1']])
    expect(await Promise.all(sealed.map((envelope) => keys.open(envelope)))).toStrictEqual(['"张三丰,1"', '"张三丰,2"'])
    await keys.forget('r-1', 'exchange-b-1')
    expect(await Promise.all(sealed.map((envelope) => keys.open(envelope)))).toStrictEqual([undefined, '"张三丰,2"'])
    for (const bytes of await end()) expect(bytes.includes('张三丰')).toBe(false)
  })
  it('one matter is forgotten and the person’s others are not', async () => {
    const { book, keys, say, end } = await open()
    await say(submit)
    await say({ ...submit, id: 'X-2' })
    const [one, other] = await Promise.all(['cases-X-1', 'cases-X-2'].map(async (stream) => (await book.readStream(stream))[0]!.data['applicantName'] as Sealed))
    await keys.forget('a-1', 'cases-X-1')
    expect([await keys.open(one!), await keys.open(other!)]).toStrictEqual([undefined, '"张三丰"'])
    await end()
  })
  it('证件号码 is sealed as the name is, under the same person and matter', async () => {
    const { book, keys, say, end } = await open()
    await say({ ...submit, command: { ...submit.command, data: { ...application, applicantNumber: '999999209901010018' } } })
    const { applicantNumber } = (await book.readStream('cases-X-1'))[0]!.data as { applicantNumber: Sealed }
    expect(applicantNumber).toMatchObject({ subject: 'a-1', matter: 'cases-X-1' })
    expect(await keys.open(applicantNumber)).toBe('"999999209901010018"')
    await keys.forget('a-1')
    expect(await keys.open(applicantNumber)).toBeUndefined()
    for (const bytes of await end()) expect(bytes.includes('999999209901010018')).toBe(false)
  })
  it('a name that is nobody’s is refused before it is anywhere', async () => {
    const { book, say, end } = await open()
    const { applicantId: _, ...nobodys } = application
    expect(await say({ ...submit, command: { ...submit.command, data: nobodys } })).toStrictEqual({ refused: 'name-without-applicant' })
    expect(await book.readStream('cases-X-1')).toStrictEqual([])
    for (const bytes of await end()) expect(bytes.includes('张三丰')).toBe(false)
  })
  it('an envelope does not open in another’s place', async () => {
    const { book, keys, say, end } = await open()
    await say(submit)
    await say({ ...submit, id: 'X-2', command: { ...submit.command, data: { ...application, applicantId: 'a-2' } } })
    const envelope = (await book.readStream('cases-X-1'))[0]!.data['applicantName'] as Sealed
    await expect(keys.open({ ...envelope, subject: 'a-2', matter: 'cases-X-2' })).rejects.toThrow()
    await end()
  })
})

describe('密封', () => {
  const told = (data: object) => [{ type: 'ApplicationSubmitted', data, meta: {} }] as unknown as Told[]
  const plain = { ...submitted.data }
  it('says the same twice under different bytes', async () => {
    const keys = memoryKeys()
    const [a, b] = await Promise.all([1, 2].map(async () => (await sealedBy(keys, cases, 'cases-X-1', told(plain)))[0]!.data['applicantName'] as Sealed))
    expect(a!.sealed).not.toBe(b!.sealed)
    expect(await keys.open(a!)).toBe(await keys.open(b!))
  })
  it('leaves what is nobody’s, and what is not said, as it is', async () => {
    const { applicantName: _, ...unnamed } = plain as typeof plain & { applicantName: string }
    const [fact] = await sealedBy(memoryKeys(), cases, 'cases-X-1', told(unnamed))
    expect(fact!.data).toStrictEqual(unnamed)
  })
  it('does not write a name that is nobody’s', async () => {
    const { applicantId: _, ...nobodys } = plain as typeof plain & { applicantId: string }
    await expect(sealedBy(memoryKeys(), cases, 'cases-X-1', told(nobodys))).rejects.toThrow('applicantId does not say whose')
  })
  it('changes nothing of what it was given', async () => {
    const before = structuredClone(plain)
    const [fact] = await sealedBy(memoryKeys(), cases, 'cases-X-1', told(plain))
    expect(plain).toStrictEqual(before)
    expect(isSealed(fact!.data['applicantName'])).toBe(true)
  })
  it('the key file is the owner’s alone', async () => {
    const dir = folder(), keys = fileKeys(dir)
    await keys.seal('a-1', 'm', '"x"')
    await keys.close()
    for (const name of ['master.key', 'keys.db']) expect(statSync(join(dir, name)).mode & 0o077).toBe(0)
    expect(statSync(join(dir, 'master.key')).size).toBeGreaterThan(0)
  })
  it('what was sealed opens when the house is opened again, and what was forgotten does not', async () => {
    const dir = folder()
    const first = fileKeys(dir)
    const [a, b] = [await first.seal('a-1', 'm', '"甲"'), await first.seal('a-2', 'm', '"乙"')]
    await first.forget('a-2')
    await first.close()
    const again = fileKeys(dir)
    expect([await again.open(a!), await again.open(b!)]).toStrictEqual(['"甲"', undefined])
    await again.close()
  })
})
