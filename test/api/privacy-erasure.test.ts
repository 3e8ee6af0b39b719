import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, headOf, pause, run, serving, told, workplace, type Served } from '../cli/mingjian.ts'
import { licence } from '../fixtures/licence.ts'
import { founded, send, type FoundedHouse } from '../signed-in.ts'

const place = workplace(), dir = place.dir()
let served: Served, house: FoundedHouse
afterAll(() => { served?.child.kill('SIGKILL'); place.clear() })

/** What somebody says of themselves, of several kinds. */
const planted = { name: '司空见惯生', number: '422822198807150037', phone: '13907189966', form: '云上茶园一号院' }
const agent = '诸葛代办人'
/** As a text may lie in a file: as it is, as JSON escapes it, in UTF-16, in base64 at each of three offsets, in an address, in hexadecimal. */
function writings(text: string): Buffer[] {
  const bytes = Buffer.from(text), escaped = [...text].map((c) => c.charCodeAt(0) > 127 ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c).join('')
  const base64 = [0, 1, 2].map((offset) => Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').slice(offset === 0 ? 0 : 4, -4))
  return [bytes, Buffer.from(escaped), Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16(), ...base64.map((said) => Buffer.from(said)), Buffer.from(encodeURIComponent(text)), Buffer.from(bytes.toString('hex')), Buffer.from(text).reverse()]
}
/** Files below the directory in which any of these stand in any writing; the socket and what vanishes meanwhile are none. */
const filesNaming = (texts: readonly string[]) => filesBelow(dir).filter((file) => {
  let bytes: Buffer
  try { bytes = readFileSync(file) } catch { return false }
  return texts.some((text) => writings(text).some((writing) => bytes.includes(writing)))
})
const everything = [...Object.values(planted), agent]

let clerk = '', receipt = ''
const cookieOf = async (role: string) => role === 'window-clerk' ? clerk : house.cookieFor(role)
const say = async (role: string, path: string, body: object) => {
  const answer = await send(served.url, path, body, await cookieOf(role)), json = await answer.json() as any
  return { status: answer.status, json }
}
const get = async (role: string, path: string) => {
  const answer = await fetch(served.url + path, { headers: { Cookie: await cookieOf(role) } }), text = await answer.text()
  return { status: answer.status, text, json: JSON.parse(text) as any }
}
const done = async (role: string, path: string, body: object) => {
  const { status, json } = await say(role, path, body)
  expect(status, `${path}: ${JSON.stringify(json)}`).toBe(200)
}
const submit = (id: string, more: object = {}) => done('window-clerk', `/api/cases/${id}/submit-application`, { itemCode: 'SP-01', hall: 'H-1', channel: 'window', applicantId: 'z-1', applicantName: planted.name,
  applicantNumber: planted.number, agentId: 'z-2', agentName: agent, form: { phone: planted.phone, place: planted.form }, ...more })
const nameIn = async (role: string, id: string) => {
  const { json } = await get(role, `/api/cases/${id}`)
  return json.facts.find(({ type }: { type: string }) => type === 'ApplicationSubmitted').data.applicantName as string
}
const erasureOf = async () => (await get('auditor', '/api/collections/erasures')).json.rows.find(({ subject }: { subject: string }) => subject === 'z-1')
/** Until the house has done what it was told to do. */
async function until(holds: () => Promise<boolean>) {
  for (let tries = 0; tries < 200; tries++) { if (await holds()) return; await pause(50) }
  expect(await holds()).toBe(true)
}
const found = async (text: string) => ((await say('inspector', '/api/search', { applicant: text })).json.rows as { id: string }[]).map(({ id }) => id).sort()

beforeAll(async () => {
  served = await serving('serve', dir, '--suite', 'SM')
  house = await founded(served)
  await done('system-admin', '/api/platform/H-1/open-hall', { name: '县政务服务中心', kind: 'hall', zone: 'Asia/Shanghai' })
  clerk = (await house.enrol('clerk-1', ['window-clerk'])).cookie
  await done('hall-manager', '/api/items/SP-01/publish-item', { ...licence, officers: ['clerk-1'], materials: [] })
  await submit('E-1')
  await submit('E-2')
  await done('window-clerk', '/api/cases/E-1/accept-case', {})
  receipt = place.file('e-1.receipt.json', (await get('window-clerk', '/api/cases/E-1/receipt')).text)
  await done('section-head', '/api/cases/E-1/terminate-case', { reason: '申请事项已无必要', basis: '行政许可法' })
}, 270_000)

describe('删除', () => {
  it('what is planted is sealed from the start, and in no file, but found by name and read by those who may', async () => {
    await until(async () => (await found(planted.name)).length === 2)
    expect(await found(planted.number)).toStrictEqual(['E-1', 'E-2'])
    expect(await nameIn('window-clerk', 'E-1')).toBe(planted.name)
    expect(filesNaming(everything)).toStrictEqual([])
    // The grep can find: what is not sealed is where it belongs.
    expect(filesNaming(['申请事项已无必要']).length).toBeGreaterThan(0)
  })
  let wrapped: string[] = []
  const consoles: string[] = []
  it('by request and decision: what is over is erased, what is open is restricted; neither opens again, nor is found', async () => {
    wrapped = await keysOf('z-1', 'cases-E-1')
    expect(wrapped).toHaveLength(1)
    expect((await say('window-clerk', '/api/privacy/z-1/request-erasure', {})).json).toMatchObject({ code: 'erasure-without-reason' })
    await done('window-clerk', '/api/privacy/z-1/request-erasure', { reason: '本人到窗口书面申请' })
    expect((await say('window-clerk', '/api/privacy/z-1/decide-erasure', { decision: 'grant', reason: '可' })).status).toBe(403)
    await done('security-admin', '/api/privacy/z-1/decide-erasure', { decision: 'grant', reason: '本人申请，无保存义务', retentionDays: 0 })
    await until(async () => (await erasureOf())?.state === 'erased')
    expect(await erasureOf()).toMatchObject({ erased: ['cases-E-1'], restricted: [{ matter: 'cases-E-2' }], waiting: true, retentionDays: 0 })
    await until(async () => await nameIn('window-clerk', 'E-1') === '（已删除）')
    expect(await nameIn('window-clerk', 'E-2')).toBe('（限制处理）')
    const revealed = async (id: string) => (await say('window-clerk', `/api/cases/${id}/reveal`, { fields: ['applicantName', 'form'], purpose: '核对' })).json.fields
    expect(await revealed('E-1')).toStrictEqual({ applicantName: { state: 'gone' }, form: { state: 'gone' } })
    expect(await revealed('E-2')).toStrictEqual({ applicantName: { state: 'restricted' }, form: { state: 'restricted' } })
    for (const text of [planted.name, planted.number]) expect(await found(text)).toStrictEqual([])
    for (const path of ['/api/cases', '/api/cases/E-1', '/api/cases/E-2', '/api/collections/cases', '/api/cases/E-1/looks']) for (const role of ['inspector', 'auditor']) {
      const { text } = await get(role, path).catch(() => ({ text: '' }))
      for (const said of Object.values(planted)) expect(text.includes(said), path).toBe(false)
    }
  })
  it('the agent, who asked for nothing, is still who they were', async () => {
    expect((await say('window-clerk', '/api/cases/E-1/reveal', { fields: ['agentName'], purpose: '核对' })).json.fields).toStrictEqual({ agentName: { value: agent } })
  })
  it('is in no file while the server runs, and the wrapped key is in none either', () => {
    expect(filesNaming(everything)).toStrictEqual([])
    expect(filesBelow(dir).filter((file) => { try { return wrapped.some((text) => readFileSync(file).includes(text)) } catch { return false } })).toStrictEqual([])
  })
  it('the receipt that was given before verifies as before, by the head of now, and so does one given now; their reading is on record', async () => {
    const now = place.file('e-1.again.json', JSON.stringify(await told('receipt', 'E-1', '--data', dir))), head = place.file('head', await (await fetch(`${served.url}/checkpoint`)).text())
    expect(await run('verify-receipt', now, '--head', head)).toMatchObject({ code: 0 })
    expect(await run('verify-receipt', receipt, '--head', head, '--proof', now)).toMatchObject({ code: 0 })
    const looks = (await get('auditor', '/api/collections/looks?limit=1000')).json.rows as { kind: string; case: string }[]
    expect(looks.filter(({ kind }) => kind === 'receipt').map((look) => look.case)).toContain('E-1')
    expect(looks.filter(({ kind }) => kind === 'opened').length).toBeGreaterThanOrEqual(3)
  })
  it('the book still adds up, and after a restart nothing has come back', async () => {
    consoles.push(served.stderr())
    await served.stop()
    const head = await headOf(dir)
    expect(head).toMatch(/^true /)
    served = await serving('serve', dir)
    expect(filesNaming(everything)).toStrictEqual([])
    for (const text of everything) expect(consoles.join('').includes(text)).toBe(false)
    const { facts: [{ data }] } = await told('replay', 'E-1', '--data', dir)
    expect(data.applicantName).toBe('（已删除）')
    const { facts: [{ data: kept }] } = await told('replay', 'E-2', '--data', dir)
    expect(kept.applicantName).toBe('（限制处理）')
  })
  it('a store of keys of another suite is not opened by mistake', async () => {
    await served.stop()
    const said = await run('serve', '--data', dir, '--suite', 'intl', '--port', '0')
    expect(said.code).toBe(2)
    expect(said.stderr).toMatch(/SM/)
    expect(said.stderr).not.toMatch(/\n\s+at /)
  })
})

/** The wrapped key of a matter, as it lies in the store. */
async function keysOf(subject: string, matter: string): Promise<string[]> {
  const { default: Database } = await import('libsql')
  const db = new Database(`${dir}/keys/keys.db`, { readonly: true })
  const rows = (db.prepare('SELECT wrapped FROM keys WHERE subject=? AND matter=?').raw() as unknown as { all(...of: string[]): [string][] }).all(subject, matter)
  db.close()
  return rows.map(([text]) => text)
}
