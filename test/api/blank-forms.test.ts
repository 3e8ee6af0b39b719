import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redrawn } from '../../adapters/blobs/examining/image.ts'
import { examinedPdf } from '../../adapters/blobs/examining/pdf.ts'
import { memoryBlobs } from '../../adapters/blobs/memory.ts'
import { lookingOver } from '../../api/attachments/forms.ts'
import { formsOf } from '../../api/attachments/kept.ts'
import { keepingOf } from '../../api/attachments/keeping.ts'
import { usualAttachmentLimits } from '../../api/attachments/limits.ts'
import { removeUnasked } from '../../api/attachments/orphan.ts'
import { shelfOf } from '../../api/attachments/shelf.ts'
import type { Blobs } from '../../domain/kernel/ports.ts'
import { geotagged, hostilePdfs, pdf, texts } from '../fixtures/hostile/files.ts'
import { licence } from '../fixtures/licence.ts'
import { openAccessHouse, who, type AccessHouse, type Inject } from './access-house.ts'

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`, none = `sha256:${'0'.repeat(64)}`
let house: AccessHouse, centre: string, handler: string, head: string, clerk: string, blobs: Blobs
const broken = new Set<string>()
beforeAll(async () => {
  // What lies there damaged is an error of the store, never bytes.
  const kept = memoryBlobs(), sound = (blob: string) => broken.has(blob) ? Promise.reject(Object.assign(new Error('damaged'), { name: 'DamagedBlob' })) : undefined
  blobs = { ...kept, open: (subject, matter, blob) => sound(blob) ?? kept.open(subject, matter, blob), look: (subject, matter, blob) => sound(blob) ?? kept.look(subject, matter, blob) }
  house = await openAccessHouse({ blobs, examiner: { examine: async (kind, bytes) => kind === 'pdf' ? examinedPdf(Buffer.from(bytes)) : redrawn(bytes), close: async () => undefined } })
  ;[centre, handler, head, clerk] = await Promise.all(['hall-manager', 'handler', 'section-head', 'window-clerk'].map((role) => house.session(who[role as keyof typeof who]))) as [string, string, string, string]
}, 180_000)
afterAll(async () => { await house?.close() })

async function put(bytes: Uint8Array, { as = centre, code = 'A-1', name = '申请书.pdf' } = {}) {
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from(bytes)]), name)
  const body = new Response(form), answer = await house.app.inject({ method: 'POST', url: `/api/items/${encodeURIComponent(code)}/forms`, headers: { host: 'localhost', cookie: as, 'content-type': body.headers.get('content-type')! }, payload: Buffer.from(await body.arrayBuffer()) })
  return { status: answer.statusCode, body: answer.json<{ blob: string; bytes: number; mediaType: string; name: string; code?: string; title: string; en: string }>() }
}
async function get(path: string, { cookie, headers = {} }: { cookie?: string; headers?: Record<string, string> } = {}) {
  const { statusCode: status, headers: said, rawPayload: bytes } = await house.app.inject({ method: 'GET', url: path, headers: { host: 'localhost', ...(cookie && { cookie }), ...headers } })
  return { status, headers: said, bytes, code: status >= 400 ? (JSON.parse(bytes.toString()) as { code: string }).code : undefined }
}
const draftOf = (blob: string, code = 'A-1') => `/api/items/${code}/forms/${blob}`, publicOf = (blob: string, code = 'A-1') => `/api/public/items/${code}/forms/${blob}`
const version = (number: number, materials: object[]) => ({ ...licence, version: number, department: '甲局', shortName: 'A-1', officers: ['p-handler'], materials })
const post = (path: string, body: object, cookie = centre, more: Inject = {}) => house.ask(path, { method: 'POST', body, ...more }, cookie)
const unlike = (n: number) => pdf({ catalog: `/Form ${n}` })

describe('样表 come in', () => {
  it('of the centre for any item, of a department for its own or for one that nobody has published', async () => {
    const bytes = unlike(1), { status, body } = await put(bytes)
    expect([status, body]).toStrictEqual([201, { blob: sha256(bytes), bytes: bytes.length, mediaType: 'application/pdf', name: '申请书.pdf' }])
    expect(await Promise.all([handler, head].map(async (as) => (await put(unlike(2), { as })).status))).toStrictEqual([201, 201])
    expect((await put(unlike(2), { as: handler, code: 'NEW-1' })).status).toBe(201)
    expect((await put(unlike(2), { as: handler, code: 'B-1' })).body).toMatchObject({ status: 409, code: 'proposal-of-another-department', field: 'code' })
    expect((await put(unlike(2), { as: clerk })).status).toBe(403)
    expect((await put(unlike(2), { as: '' })).status).toBe(401)
    for (const code of ['dictionary.x', 'officer.x', ' A', 'A\u200b', 'x'.repeat(301)]) expect((await put(unlike(2), { code })).body, code).toMatchObject({ status: 422, code: 'not-an-id', field: 'code', rule: 'not-an-id' })
  })
  it('a picture is drawn anew, and what acts, is no form or is nothing is refused in two languages', async () => {
    const picture = await put(await geotagged('jpeg'), { name: '../../样张.html' })
    expect(picture).toMatchObject({ status: 201, body: { mediaType: 'image/jpeg', name: '样张.html.jpg' } })
    const [hostile] = Object.values(hostilePdfs())
    for (const [bytes, code] of [[hostile!, /^pdf-/], [texts()['html']!, /^markup-refused$/], [Buffer.alloc(0), /^file-empty$/]] as const) {
      const { body } = await put(bytes)
      expect(body.code).toMatch(code)
      expect([body.title, body.en]).toStrictEqual([expect.stringMatching(/\p{Script=Han}/u), expect.stringMatching(/^[A-Z]/)])
    }
  })
})

describe('样表 in versions', () => {
  const blank = unlike(10), sample = unlike(11)
  const materials = [{ name: '许可申请书', required: true, blankForm: sha256(blank), sampleForm: sha256(sample) }, { name: '照片', required: true }]
  it('a version names only what is kept; the check says which material and why, publishing is refused at that field', async () => {
    await put(blank)
    const checked = async () => ((await post('/api/items/A-1/check', version(2, materials))).body as { faults: object[]; forms: object[] })
    expect(await checked()).toMatchObject({ forms: [{ blob: sha256(blank), mediaType: 'application/pdf', bytes: blank.length, name: '申请书.pdf' }],
      faults: [{ field: 'materials.0.sampleForm', code: 'no-such-form', zh: '「许可申请书」：没有收到这份样表，请重新上传', en: expect.stringMatching(/^This form/) }] })
    expect(await post('/api/items/A-1/publish-item', version(2, materials))).toMatchObject({ status: 422, body: { code: 'no-such-form', field: 'materials.0.sampleForm', rule: 'no-such-form' } })
    expect(await post('/api/items/A-1/propose-item', { ...version(2, materials), reason: '增加样表' }, head)).toMatchObject({ status: 422, body: { code: 'no-such-form', field: 'materials.0.sampleForm' } })
    // Kept for another item it is not kept for this one.
    await put(sample, { code: 'A-2' })
    expect((await checked()).faults).toMatchObject([{ code: 'no-such-form' }])
    await put(sample)
    expect(await checked()).toMatchObject({ faults: [], forms: [{ blob: sha256(blank) }, { blob: sha256(sample) }] })
    broken.add(sha256(sample))
    expect(await checked(), 'it begins as it did no more').toMatchObject({ faults: [{ field: 'materials.0.sampleForm', code: 'form-damaged' }] })
    expect(await post('/api/items/A-1/publish-item', version(2, materials))).toMatchObject({ status: 422, body: { code: 'form-damaged', field: 'materials.0.sampleForm' } })
    broken.clear()
  })
  it('of a draft they are for those who propose, decide and oversee; for everybody else they are not there', async () => {
    expect((await get(draftOf(sha256(blank)), { cookie: handler })).bytes.equals(blank)).toBe(true)
    expect(await Promise.all([clerk, '', await house.session(who['inspector'])].map(async (cookie) => (await get(draftOf(sha256(blank)), { cookie })).status))).toStrictEqual([403, 401, 200])
    const told = async (path: string, cookie = '') => { const { status, headers, bytes } = await get(path, { cookie }); return JSON.stringify([status, headers['cache-control'], headers['etag'], bytes.toString()]) }
    for (const cookie of ['', centre, clerk]) expect(await told(publicOf(sha256(blank)), cookie)).toBe(await told(publicOf(none), cookie))
    expect(await told(publicOf(sha256(blank)))).toBe(await told(publicOf(sha256(blank), 'nowhere')))
    expect((JSON.parse(await told(publicOf(none))) as unknown[]).slice(0, 2)).toStrictEqual([404, 'no-store'])
    // What is proposed is not published.
    expect((await post('/api/items/A-1/propose-item', { ...version(2, materials), reason: '增加样表' }, head)).body.facts).toStrictEqual(['ItemProposed'])
    expect((await get(publicOf(sha256(blank)))).code).toBe('no-such-form')
  })
  it('of a published version they are everybody’s, byte for byte, called by their material, and for as long as the version is', async () => {
    expect((await post('/api/items/A-1/publish-item', { ...version(2, materials), proposal: 1 })).body.facts).toStrictEqual(['ItemPublished'])
    const { status, headers, bytes } = await get(publicOf(sha256(blank)))
    expect([status, bytes.equals(blank), headers['content-type'], headers['cache-control'], headers['etag'], headers['x-content-type-options'], headers['cross-origin-resource-policy']])
      .toStrictEqual([200, true, 'application/pdf', 'public, max-age=31536000, immutable', `"${sha256(blank)}"`, 'nosniff', 'same-origin'])
    const name = (said: unknown) => decodeURIComponent(/^(?:attachment|inline); filename="attachment\.pdf"; filename\*=UTF-8''([\w%.~-]+)$/.exec(String(said))![1]!)
    expect([name(headers['content-disposition']), name((await get(publicOf(sha256(sample)))).headers['content-disposition'])]).toStrictEqual(['许可申请书（空白样表）.pdf', '许可申请书（填写文例）.pdf'])
    expect((await get(`${publicOf(sha256(blank))}?inline=1`)).headers['content-disposition']).toMatch(/^inline; /)
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/)
    const again = await get(publicOf(sha256(blank)), { headers: { 'if-none-match': `"${sha256(blank)}"` } })
    expect([again.status, again.bytes.length]).toStrictEqual([304, 0])
    for (const path of [publicOf(none), draftOf(none)]) expect((await get(path, { cookie: centre, headers: { 'if-none-match': `"${none}"` } })).status).toBe(404)
    expect((await get(draftOf(sha256(blank)), { cookie: centre })).headers['cache-control']).toBe('private, no-cache')
    // A later version names it no more: a case accepted under the earlier one still hands it out.
    expect((await post('/api/items/A-1/publish-item', version(3, [{ name: '许可申请书', required: true }]))).status).toBe(200)
    expect((await get(publicOf(sha256(blank)))).bytes.equals(blank)).toBe(true)
    expect((await get(publicOf(sha256(blank), 'A-2'))).code).toBe('no-such-form')
  })
  it('what lies there damaged, or is gone, is said to be, and is never handed out', async () => {
    const hurt = unlike(12), lost = unlike(13)
    await put(hurt)
    await put(lost)
    expect((await post('/api/items/A-1/publish-item', version(4, [{ name: '许可申请书', required: true, blankForm: sha256(hurt), sampleForm: sha256(lost) }]))).status).toBe(200)
    broken.add(sha256(hurt))
    expect(await Promise.all([publicOf(sha256(hurt)), draftOf(sha256(hurt))].map(async (path) => (await get(path, { cookie: centre })).code))).toStrictEqual(['form-damaged', 'form-damaged'])
    broken.clear()
    await blobs.remove('items-A-1', 'items-A-1', sha256(lost))
    const { status, code, headers } = await get(publicOf(sha256(lost)))
    expect([status, code, headers['cache-control']]).toStrictEqual([503, 'form-damaged', 'no-store'])
    await put(lost)
    expect((await get(publicOf(sha256(lost)))).bytes.equals(lost)).toBe(true)
  })
  it('is read from the disk once for many who ask, so many at once, and stays in memory only as far as there is room', async () => {
    let reads = 0, open = () => {}
    const waiting = new Promise<void>((resolve) => { open = resolve }), slow = { ...memoryBlobs(), open: async (_: string, __: string, blob: string) => { reads++; await waiting; return Buffer.alloc(10, blob.at(-1)) } }
    const shelf = shelfOf(slow, { mostBytes: 25, atOnce: 2 }), asked = ['1', '1', '2', '3'].map((blob) => shelf('A', blob))
    open()
    expect((await Promise.all(asked)).map((one) => one === 'busy' ? one : String(one))).toStrictEqual(['1111111111', '1111111111', '2222222222', 'busy'])
    expect(reads).toBe(2)
    await shelf('A', '1')
    await shelf('A', '3') // of three there is no room: the one that nobody asked for since goes
    await shelf('A', '1')
    expect(reads).toBe(3)
    await shelf('A', '2')
    expect(reads).toBe(4)
    await expect(shelfOf({ ...slow, open: () => Promise.reject(new Error('disk')) })('A', '1')).rejects.toThrow('disk')
  })
  it('the guide of a published version is everybody’s, and says nothing of who works on it', async () => {
    const { body, status } = await house.ask('/api/public/items/A-1?version=2')
    expect([status, body.version, body.materials]).toStrictEqual([200, 2, materials])
    for (const inside of ['officers', 'flow', 'stepLimits', 'proposal', 'minimumMinutes']) expect(body).not.toHaveProperty(inside)
    expect((await house.ask('/api/public/items/A-1')).body).toMatchObject({ version: 4, materials: [{ name: '许可申请书' }] })
    for (const path of ['/api/public/items/NEW-1', '/api/public/items/nowhere', '/api/public/items/A-1?version=5', '/api/public/items/A-1?version=', '/api/public/items/A-1?version=02', '/api/public/items/dictionary.x'])
      expect(await house.ask(path), path).toMatchObject({ status: 404, body: { code: 'no-such-item' } })
  })
  it.each([none.toUpperCase(), `${none}0`, none.slice(7), 'sha256:', '..%2f..%2fbook.db', '%2e%2e%2f%2e%2e%2fkeys%2fmaster.key', '%00', 'x'.repeat(300), `${none}%00`, '%F0%9F%98%80'])('%s is no form of anything', async (strange) => {
    for (const path of [draftOf(strange), publicOf(strange), publicOf(none, strange), draftOf(none, strange)]) expect((await get(path, { cookie: centre })).code, path).toBe('no-such-form')
  })
  it.each(['?inline=2', '?inline=', '?inline=1&inline=1', '?raw=1'])('%s is refused with its place', async (query) => {
    for (const path of [draftOf(sha256(blank)), publicOf(sha256(blank))]) expect((await get(path + query, { cookie: centre })).status, path).toBe(400)
  })
})

describe('无主的样表', () => {
  const hour = 3_600_000
  it('what is just being removed is not there for whoever decides meanwhile; what somebody decides on is not removed', async () => {
    let open = () => {}
    const waiting = new Promise<void>((resolve) => { open = resolve }), kept = memoryBlobs(), slow = { ...kept, async remove(...of: Parameters<Blobs['remove']>) { await waiting; await kept.remove(...of) } }, at = 'items-Z'
    const { blob: going } = await kept.put(at, at, unlike(30)), { blob: wanted } = await kept.put(at, at, unlike(31))
    const removing = removeUnasked(slow, at, at, going)
    expect(await formsOf(slow)({ id: 'Z', among: [going, wanted] })).toStrictEqual([{ blob: wanted }])
    open()
    expect([await removing, await removeUnasked(slow, at, at, wanted)]).toStrictEqual([true, false])
    expect((await kept.look(at, at, wanted))?.bytes).toBe(unlike(31).length)
  })
  it('is swept a day after it came; not while a draft names it, not while a command is deciding on it, never once a version or a proposal has named it', async () => {
    let now = Date.parse('2026-03-02T02:00:00.000Z')
    const kept = memoryBlobs(), rooms = { ...house.rooms, blobs: kept }, keeping = keepingOf(house.rooms.book, kept, usualAttachmentLimits, () => now), at = 'items-A-1', { sweep, keep } = await keeping
    const come = async (bytes: Buffer, name: string) => (await keep({ by: 'p', atMs: now, bytes: 0 }, bytes, { subject: at, matter: at, by: 'p', name, mediaType: 'application/pdf' })).blob
    const there = async () => Promise.all([published, drafted, deciding, orphan].map(async (blob) => (await kept.look(at, at, blob)) !== undefined))
    const published = await come(unlike(10), '已发布'), drafted = await come(unlike(20), '草稿'), deciding = await come(unlike(21), '在说'), orphan = await come(unlike(22), '无主')
    now += 23 * hour
    expect((await lookingOver(rooms, keeping)('A-1', [{ name: '甲', required: true, blankForm: drafted }])).missing).toStrictEqual([])
    expect([await sweep(), await there()]).toStrictEqual([0, [true, true, true, true]])
    now += hour
    expect(await formsOf(kept)({ id: 'A-1', among: [deciding, none] })).toStrictEqual([{ blob: deciding }])
    expect([await sweep(), await there()]).toStrictEqual([1, [true, true, true, false]])
    // Opened anew it still knows what the draft named.
    const again = await keepingOf(house.rooms.book, { ...kept }, usualAttachmentLimits, () => now)
    now += 80 * 24 * hour
    await again.sweep()
    expect((await there()).slice(0, 2)).toStrictEqual([true, true])
    now += 10 * 24 * hour
    await again.sweep()
    expect((await there()).slice(0, 2)).toStrictEqual([true, false])
  })
})
