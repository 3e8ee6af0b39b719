import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childExaminer } from '../../adapters/blobs/examiner.ts'
import { redrawn } from '../../adapters/blobs/examining/image.ts'
import { examinedPdf } from '../../adapters/blobs/examining/pdf.ts'
import { fileBlobs } from '../../adapters/blobs/file.ts'
import { memoryBlobs } from '../../adapters/blobs/memory.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { openGate } from '../../api/access/gate.ts'
import type { Standing } from '../../api/access/standing.ts'
import { attachmentsOf } from '../../api/attachments/kept.ts'
import { attachmentRoutes } from '../../api/attachments/routes.ts'
import { strictly } from '../../api/commands.ts'
import { referencesFrom } from '../../api/references.ts'
import type { Rooms } from '../../api/rooms.ts'
import { runner, type Answer } from '../../api/tell.ts'
import { cases } from '../../domain/cases/index.ts'
import type { Blobs, Examiner } from '../../domain/kernel/ports.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import { archives, geotagged, honestPdfs, hostilePdfs, oddPictures, pdf, picture, pngBomb, pngDeclaring, programmes, recordings, svg, texts, zip } from '../fixtures/hostile/files.ts'
import { at, openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

const who = (person: string, role: string, more: object = {}, department = '市场监管局'): Standing =>
  ({ person, name: person, department, post: '', grants: [{ role, scope: 'region', ...more }], session: '0'.repeat(16) }) as unknown as Standing
const people: Record<string, Standing> = {
  clerk: who('p-004', 'window-clerk', { scope: 'hall', of: 'H-1' }), elsewhere: who('p-044', 'window-clerk', { scope: 'hall', of: 'H-2' }), applicant: who('a-X-1', 'applicant', { scope: 'own' }, ''), stranger: who('a-9', 'applicant', { scope: 'own' }, ''),
  handler: who('p-001', 'handler', { scope: 'own' }), outsider: who('p-077', 'handler', { scope: 'own' }, '水利局'), leader: who('p-003', 'leader', { scope: 'department', of: '市场监管局' }), administrator: who('p-009', 'system-admin'),
  inspector: { ...who('p-005', 'inspector', {}, '监察室'), purpose: { text: '例行检查', until: '2099-01-01T00:00:00.000Z' } } as Standing, curious: who('p-006', 'inspector', {}, '监察室'),
}
const here: Examiner = { examine: async (kind, bytes) => kind === 'pdf' ? examinedPdf(Buffer.from(bytes)) : redrawn(bytes), close: async () => undefined }
const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

type Door = { app: FastifyInstance; url: string; port: number; blobs: Blobs; rooms: Rooms; say(id: string, type: string, data: object, by?: Standing): Promise<Answer> }
let house: SupervisedHouse, door: Door
const doors: FastifyInstance[] = []
/** The two routes behind the gate, on a port of their own. */
async function openDoor({ blobs = memoryBlobs(), examiner = here, limits = {}, nowMs = Date.now }: { blobs?: Blobs; examiner?: Examiner; limits?: Parameters<typeof attachmentRoutes>[2]; nowMs?: () => number } = {}): Promise<Door> {
  const { rooms: plain, book } = house, zone = 'Asia/Shanghai'
  const tell = runner({ book, keys: plain.keys, region: '422822', now: plain.now, references: { ...referencesFrom(book), attachments: attachmentsOf(book, blobs), reading: async () => undefined },
    calendar: () => plain.calendars.ofKnown('', zone, dayIn(zone, plain.now())) })
  const rooms = { ...plain, blobs, examiner, tell } as Rooms, app = Fastify({ bodyLimit: 1 << 20, requestTimeout: 10_000, routerOptions: { maxParamLength: 400 } })
  strictly(app)
  openGate(app, async ({ headers }) => people[String(headers['x-as'])])
  attachmentRoutes(app, rooms, limits, nowMs)
  doors.push(app)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  let said = 0
  return { app, url, port: Number(new URL(url).port), blobs, rooms, say: (id, type, data, by = people['clerk']!) =>
    tell({ context: cases, id, command: { type, data: data as Record<string, unknown> }, by: { person: by.person, role: by.grants[0]!.role, department: by.department }, key: `${id} ${type} ${said++} ${Math.random()}` }) }
}
const form = (bytes: Uint8Array, name = '营业执照.jpg', type = 'image/jpeg') => { const it = new FormData(); it.append('file', new Blob([Uint8Array.from(bytes)], { type }), name); return it }
type Put = { status: number; body: any; headers: Headers }
const put = async (bytes: Uint8Array, { as = 'clerk', id = 'X-1', name, type, at: where = door }: { as?: string; id?: string; name?: string; type?: string; at?: Door } = {}): Promise<Put> => {
  const answer = await fetch(`${where.url}/api/cases/${encodeURIComponent(id)}/attachments`, { method: 'POST', body: form(bytes, name, type), headers: { 'x-as': as } })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}
const get = (blob: string, { as = 'clerk', id = 'X-1', query = '', at: where = door } = {}) => fetch(`${where.url}/api/cases/${id}/attachments/${blob}${query}`, { headers: { 'x-as': as } })
const reached = async (where = door) => (await get(`sha256:${'0'.repeat(64)}`, { at: where })).status
/** What is said to people: in both languages, with nothing of the inside in it. */
const worded = ({ status, body, headers }: Put) => {
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(body).toMatchObject({ status, title: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/^[A-Z]/) })
  expect(JSON.stringify(body)).not.toMatch(/\bat \/|node:|sharp|vips|Error:/)
}

beforeAll(async () => {
  house = await openSupervisedHouse({ start: at('2026-03-02') })
  for (const id of ['X-1', 'X-2', 'X-3', 'X-4', 'X-5', 'X-6', 'X-7']) await house.submit(id)
  await house.settled()
  door = await openDoor()
}, 180_000)
afterAll(async () => {
  await Promise.all(doors.map((app) => app.close()))
  await house.close()
})

describe('附件 come in', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('%s: looked at, drawn anew, kept, and named by what was kept', async (format) => {
    const { status, body } = await put(await geotagged(format), { name: `现场 ${format}.${format}` })
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toStrictEqual({ blob: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), bytes: expect.any(Number), mediaType: format === 'png' ? 'image/png' : 'image/jpeg', name: `现场 ${format}.${format === 'png' ? 'png' : 'jpg'}` })
    const answer = await get(body.blob), bytes = Buffer.from(await answer.arrayBuffer())
    expect([answer.status, sha256(bytes), bytes.length, answer.headers.get('content-type')]).toStrictEqual([200, body.blob, body.bytes, body.mediaType])
    expect((await sharp(bytes).metadata()).exif).toBeUndefined()
    expect(bytes.includes('PLANTED')).toBe(false)
  })
  it('PDF: byte for byte', async () => {
    const bytes = pdf(), { status, body } = await put(bytes, { name: '申请书.PDF', type: 'text/html' })
    expect([status, body]).toStrictEqual([201, { blob: sha256(bytes), bytes: bytes.length, mediaType: 'application/pdf', name: '申请书.pdf' }])
    expect(Buffer.from(await (await get(body.blob)).arrayBuffer()).equals(bytes)).toBe(true)
  })
  it('the same file again is the same attachment', async () => {
    const bytes = pdf({ after: '\n' }), [one, two] = [await put(bytes), await put(bytes, { name: '又一次.pdf' })]
    expect(one!.body.blob).toBe(two!.body.blob)
  })
  it('through the process of its own, too', async () => {
    const examiner = childExaminer(new URL('../../dist/adapters/blobs/examining/main.js', import.meta.url)), where = await openDoor({ examiner })
    expect((await put(await geotagged('jpeg'), { at: where })).status).toBe(201)
    expect((await put(pngDeclaring(50_000, 50_000), { at: where })).body.code).toBe('too-many-pixels')
    const began = performance.now(), bomb = await put(pngBomb(), { at: where })
    expect(bomb.status === 422 || bomb.status === 201, JSON.stringify(bomb.body)).toBe(true)
    expect(performance.now() - began).toBeLessThan(12_000)
    expect(await reached(where)).toBe(404)
  }, 120_000)
})

describe('什么不收', () => {
  const hostile = hostilePdfs()
  const groups: Record<string, [code: RegExp, files: () => Promise<Record<string, Buffer>>]> = {
    archives: [/^archive-refused$/, async () => archives()], texts: [/^(markup|playlist|programme|text|office-file|picture-kind|unknown-kind)-refused$/, async () => texts()], programmes: [/^(programme|office-file)-refused$/, async () => programmes()],
    recordings: [/^recording-refused$/, async () => recordings()], 'odd pictures': [/^picture-kind-refused$/, oddPictures], documents: [/^pdf-/, async () => hostile],
    'what is not whole': [/^(file-empty|image-unreadable|pdf-damaged|unknown-kind-refused|too-many-pixels)$/, async () => ({ nothing: Buffer.alloc(0), 'one byte': Buffer.from([0xff]), 'two bytes': Buffer.from([0xff, 0xd8]), 'three bytes': Buffer.from([0xff, 0xd8, 0xff]), 'zeros': Buffer.alloc(4096),
      'a signature alone': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'an empty WebP': Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1'), 'an empty TIFF': Buffer.from('II*\0\x08\0\0\0', 'latin1'), 'TIFF that points nowhere': Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1'),
      'cut off': (await picture('jpeg', { width: 400, height: 400 })).subarray(0, 900), '50 000 squared': pngDeclaring(50_000, 50_000) })],
  }
  it.each(Object.keys(groups))('%s: each with its reason, none of them kept', async (name) => {
    const [code, files] = groups[name]!, before = await door.blobs.taken('a-X-2', 'cases-X-2')
    for (const [what, bytes] of Object.entries(await files())) for (const disguise of name === 'documents' ? [['a.pdf', 'application/pdf']] : [['a.jpg', 'image/jpeg'], ['a.pdf', 'application/pdf']]) {
      const answer = await put(bytes, { id: 'X-2', name: disguise[0]!, type: disguise[1]! })
      expect(answer.body.code, `${what}: ${JSON.stringify(answer.body)}`).toMatch(code)
      expect([415, 422], what).toContain(answer.status)
      worded(answer)
    }
    expect(await door.blobs.taken('a-X-2', 'cases-X-2')).toStrictEqual(before)
    expect(await reached()).toBe(404)
  }, 180_000)
  it('a playlist, a page and an archive are called what they are', async () => {
    const said = async (bytes: Buffer) => (await put(bytes, { id: 'X-2' })).body.code
    const of = texts()
    for (const name of ['m3u8', 'm3u8 to elsewhere', 'pls', 'ffconcat', 'a list for concat', 'a bare list', 'asx', 'smil', 'xspf', 'mpd', 'concat address']) expect(await said(of[name]!), name).toBe('playlist-refused')
    for (const name of ['svg', 'html', 'html behind a mark and spaces', 'xml with entities', 'html in wide letters', 'html in wide letters the other way']) expect(await said(of[name]!), name).toBe('markup-refused')
    expect(await said(svg)).toBe('markup-refused')
    for (const name of ['shell', 'asp', 'batch', 'javascript', 'registry']) expect(await said(of[name]!), name).toBe('programme-refused')
    expect(await said(zip('a', Buffer.from('b')))).toBe('archive-refused')
  }, 90_000)
  it('a picture with a page or an archive in it comes out as a picture and nothing else', async () => {
    const page = Buffer.from('<html><script>PLANTED</script>'), jpeg = await picture('jpeg'), png = await picture('png')
    for (const bytes of [Buffer.concat([jpeg, page]), Buffer.concat([jpeg, zip('PLANTED', page, false)]), Buffer.concat([png, page])]) {
      const { status, body } = await put(bytes, { name: 'a.html', type: 'text/html' }), answer = await get(body.blob), kept = Buffer.from(await answer.arrayBuffer())
      expect([status, kept.includes('PLANTED'), kept.includes('PK\x03\x04'), answer.headers.get('content-type')?.startsWith('image/')]).toStrictEqual([201, false, false, true])
      expect(body.name).toMatch(/^a\.html\.(jpg|png)$/)
    }
    expect((await put(Buffer.concat([Buffer.from('GIF89a/*'), zip('a.class', page)]))).body.code).toBe('picture-kind-refused')
    for (const bytes of Object.values(await honestPdfs())) expect((await put(bytes, { id: 'X-5' })).status).toBe(201)
  }, 90_000)
  it.each<[string, string, string]>([
    ['../../etc/passwd.jpg', 'passwd.jpg', ''], ['..\\..\\windows\\a.jpg', 'a.jpg', ''], ['/abs/é.jpg', 'é.jpg', ''], ['a\u202egpj.exe', 'agpj.exe.jpg', ''], ['\u200b\u2066a\u2069.jpeg', 'a.jpg', ''], ['=cmd|\'/C calc\'!A0', 'C calc\'!A0.jpg', ''], ['=1+1.jpg', '1+1.jpg', ''],
    ['＝＋－＠x.jpg', 'x.jpg', ''], ['-rf.jpg', 'rf.jpg', ''], ['...', '附件.jpg', ''], ['', '', 'no file at all'], ['.htaccess', 'htaccess.jpg', ''], ['a b  c.jpg', 'a b c.jpg', ''], ['a<b>:"|?*.jpg', 'a_b___22___.jpg', ''], ['长'.repeat(500), `${'长'.repeat(196)}.jpg`, ''],
    ['𠮷'.repeat(300), `${'𠮷'.repeat(196)}.jpg`, ''], ['CON', 'CON.jpg', ''], ['a.pdf.jpg', 'a.pdf.jpg', ''], ['a.jpg.pdf', 'a.jpg.jpg', ''], ['a.jpg;evil.js', 'a.jpg;evil.js.jpg', ''],
  ])('the name %j is kept as %j', async (said, name) => {
    const jpeg = await picture('jpeg'), answer = await put(jpeg, { name: said })
    if (name === '') return expect(answer.status).toBeLessThan(500)
    expect([answer.status, answer.body.name]).toStrictEqual([201, name])
  })
})

/** Said byte by byte, as no browser would; the answer's first line, or that there was none. */
const raw = (head: string, body: Buffer | string, { end = false, where = door } = {}) => new Promise<string>((resolve) => {
  let heard = ''
  const socket = createConnection(where.port, '127.0.0.1', () => { socket.write(`${head}\r\n\r\n`); socket.write(body); if (end) socket.end() })
  const done = () => { clearTimeout(timer); socket.destroy(); resolve(heard.split('\r\n')[0] ?? '') }
  const timer = setTimeout(done, 4_000)
  socket.on('data', (chunk) => { heard += chunk.toString('latin1'); if (heard.includes('\r\n\r\n')) done() })
  socket.on('error', done)
  socket.on('close', done)
})
const posting = (length: number | 'chunked', type = 'multipart/form-data; boundary=XX', id = 'X-3') =>
  `POST /api/cases/${id}/attachments HTTP/1.1\r\nHost: 127.0.0.1\r\nx-as: clerk\r\nContent-Type: ${type}\r\n${length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`}`
const part = (bytes: Buffer | string, head = 'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg') => Buffer.concat([Buffer.from(`--XX\r\n${head}\r\n\r\n`, 'latin1'), Buffer.from(bytes as Buffer), Buffer.from('\r\n')])
const closing = Buffer.from('--XX--\r\n')
describe('怎么交', () => {
  const sent = (body: Buffer, type?: string) => raw(posting(body.length, type), body)
  it('one file, and nothing beside it', async () => {
    const jpeg = await picture('jpeg'), one = part(jpeg)
    expect(await sent(Buffer.concat([one, closing]))).toMatch(/ 201 /)
    expect(await sent(Buffer.concat([one, one, closing]))).toMatch(/ 422 /)
    expect(await sent(Buffer.concat([part('x', 'Content-Disposition: form-data; name="caseNo"'), one, closing]))).toMatch(/ 422 /)
    expect(await sent(Buffer.concat([one, part('x', 'Content-Disposition: form-data; name="caseNo"'), closing]))).toMatch(/ 422 /)
    expect(await sent(closing)).toMatch(/ 4\d\d /)
    const nested = part(Buffer.concat([Buffer.from('--YY\r\nContent-Disposition: file; filename="b.html"\r\n\r\n<script>\r\n--YY--')]), 'Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=YY')
    expect(await sent(Buffer.concat([nested, closing]))).toMatch(/ 4\d\d /)
  })
  it('what is no form, or a broken one, is refused, and the house is there afterwards', async () => {
    const jpeg = await picture('jpeg'), whole = Buffer.concat([part(jpeg), closing])
    for (const [name, type] of [['json', 'application/json'], ['octets', 'application/octet-stream'], ['text', 'text/plain'], ['no boundary', 'multipart/form-data'], ['an empty boundary', 'multipart/form-data; boundary='], ['mixed', 'multipart/mixed; boundary=XX'],
      ['a boundary that is not there', 'multipart/form-data; boundary=ZZ'], ['a very long boundary', `multipart/form-data; boundary=${'Z'.repeat(5000)}`], ['nothing', '']] as const) expect(await sent(whole, type), name).toMatch(/ 4\d\d /)
    for (const [name, body] of [['nothing in it', Buffer.alloc(0)], ['no end', part(jpeg)], ['no head', Buffer.from('--XX\r\n\r\nabc\r\n--XX--\r\n')], ['a head without end', Buffer.from(`--XX\r\nContent-Disposition: form-data; name="file"; filename="${'a'.repeat(200_000)}`)],
      ['many heads', Buffer.concat([part(jpeg, `Content-Disposition: form-data; name="file"; filename="a.jpg"\r\n${'X-A: b\r\n'.repeat(3000)}X-C: d`), closing])], ['only dashes', Buffer.alloc(50_000, '-')], ['nul in the name', Buffer.concat([part(jpeg, 'Content-Disposition: form-data; name="file"; filename="a\0.php"'), closing])],
      ['__proto__', Buffer.concat([part(jpeg, 'Content-Disposition: form-data; name="__proto__"; filename="a.jpg"'), closing])], ['a line in the name', Buffer.concat([part(jpeg, 'Content-Disposition: form-data; name="file"; filename="a\r\nSet-Cookie: x=1"'), closing])]] as const) {
      expect(await sent(body), name).toMatch(/ (?:201|4\d\d) /)
    }
    expect(await reached()).toBe(404)
  }, 180_000)
  it('a length that is not true leaves nothing behind', async () => {
    const before = await door.blobs.taken('a-X-3', 'cases-X-3'), whole = Buffer.concat([part(await picture('jpeg', { width: 99 })), closing])
    for (const length of [whole.length + 500, whole.length - 20, 0]) expect(await raw(posting(length), whole, { end: length > whole.length }), String(length)).not.toMatch(/ (201|5\d\d) /)
    expect(await door.blobs.taken('a-X-3', 'cases-X-3')).toStrictEqual(before)
    expect(await raw(posting(-1), whole)).toMatch(/ 400 /)
    expect(await reached()).toBe(404)
  }, 90_000)
  it('more than 20 MB is let go by, however it is announced, and hardly kept in memory', async () => {
    const big = Buffer.concat([part(Buffer.concat([await picture('jpeg'), Buffer.alloc(21 << 20)])), closing]), grown = process.memoryUsage().rss
    expect(await sent(big)).toMatch(/ 413 /)
    const answer = await put(Buffer.alloc(22 << 20, 'a'))
    expect([answer.status, answer.body.code]).toStrictEqual([413, 'file-too-large'])
    const chunked = Buffer.concat([Buffer.from(`${big.length.toString(16)}\r\n`), big, Buffer.from('\r\n0\r\n\r\n')])
    expect(await raw(posting('chunked'), chunked)).toMatch(/ 413 /)
    const preamble = Buffer.concat([Buffer.alloc(21 << 20, 'p'), Buffer.from('\r\n'), part(await picture('jpeg')), closing])
    expect(await raw(posting('chunked'), Buffer.concat([Buffer.from(`${preamble.length.toString(16)}\r\n`), preamble, Buffer.from('\r\n0\r\n\r\n')]))).toMatch(/ (413|400) /)
    expect(process.memoryUsage().rss - grown).toBeLessThan(300 << 20)
    expect(await reached()).toBe(404)
  }, 90_000)
})

describe('谁能交，谁能看', () => {
  let blob: string
  beforeAll(async () => { blob = (await put(pdf({ catalog: '/Lang (zh)' }))).body.blob })
  const anybody = async (as: string, id: string) => { const { status, body } = await put(pdf(), { as, id }); return `${status} ${body.code ?? ''}`.trim() }
  it('who takes part in the case hands in; to others it is not there, and to no role without the right it is granted', async () => {
    expect(await Promise.all(['clerk', 'applicant', 'handler'].map((as) => anybody(as, 'X-1')))).toStrictEqual(['201', '201', '201'])
    expect(await Promise.all(['stranger', 'elsewhere', 'outsider'].map((as) => anybody(as, 'X-1')))).toStrictEqual(['404 no-such-case', '404 no-such-case', '404 no-such-case'])
    expect(await anybody('applicant', 'X-2')).toBe('404 no-such-case')
    expect(await Promise.all(['leader', 'inspector', 'administrator'].map((as) => anybody(as, 'X-1')))).toStrictEqual(['403 not-granted', '403 not-granted', '403 not-granted'])
    expect(await anybody('nobody', 'X-1')).toBe('401 not-signed-in')
  })
  it('of a case that is not there the words are those of one that is not theirs', async () => {
    const said = async (as: string, id: string) => JSON.stringify((await put(pdf(), { as, id })).body).replaceAll(id, '#')
    expect(await said('stranger', 'X-1')).toBe(await said('stranger', 'N-404'))
    const read = async (as: string, id: string) => { const answer = await get(blob, { as, id }); return `${answer.status} ${(await answer.text()).replaceAll(id, '#')}` }
    expect(await read('stranger', 'X-1')).toBe(await read('stranger', 'N-404'))
    expect(await read('stranger', 'X-1')).toMatch(/^404 /)
  })
  it('who may see the case sees its attachments; whoever looks into others’ matters says why', async () => {
    const status = async (as: string) => (await get(blob, { as })).status
    expect(await Promise.all(['clerk', 'applicant', 'handler', 'leader', 'inspector'].map(status))).toStrictEqual([200, 200, 200, 200, 200])
    expect(await Promise.all(['stranger', 'elsewhere', 'outsider', 'administrator', 'nobody', 'curious'].map(status))).toStrictEqual([404, 404, 404, 403, 401, 428])
  })
  it('one case’s attachment is not another’s', async () => {
    expect((await get(blob, { id: 'X-2' })).status).toBe(404)
    for (const strange of [`sha256:${'0'.repeat(64)}`, 'sha256:', '..%2f..%2fbook', blob.toUpperCase(), `${blob}0`, blob.slice(7), '%00', 'a'.repeat(300)]) expect((await get(strange)).status, strange).toBe(404)
    for (const query of ['?inline=2', '?inline=1&inline=1', '?raw=1', '?inline=']) expect((await get(blob, { query })).status, query).toBe(400)
  })
  it('every look is on record before the bytes go out, but one’s own', async () => {
    const looks = async () => (await house.facts('privacy-viewer.')).flatMap(({ type, data }) => type === 'RecordsViewed' ? (data['looks'] as { kind: string; case: string; about: string[]; purpose?: string }[]).map((look) => ({ ...look, looker: data['looker'] })) : [])
    const before = (await looks()).length
    await get(blob, { as: 'inspector' })
    await get(blob, { as: 'applicant' })
    const after = (await looks()).slice(before)
    expect(after).toStrictEqual([{ at: expect.any(String), kind: 'attachment', case: 'X-1', about: ['a-X-1'], purpose: '例行检查', looker: 'p-005' }])
    await get(`sha256:${'0'.repeat(64)}`, { as: 'inspector' })
    expect((await looks()).length).toBe(before + 1)
  })
  it('comes as a file, and is shown in a page only where it can do nothing there', async () => {
    const file = (await get(blob)).headers, inline = (await get(blob, { query: '?inline=1' })).headers
    expect(file.get('content-disposition')).toMatch(/^attachment; filename="attachment\.pdf"; filename\*=UTF-8''/)
    expect(inline.get('content-disposition')).toMatch(/^inline; /)
    for (const headers of [file, inline]) {
      expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
      expect(headers.get('content-security-policy')).not.toMatch(/allow-|unsafe|\*/)
      expect([headers.get('x-content-type-options'), headers.get('cache-control'), headers.get('cross-origin-resource-policy')]).toStrictEqual(['nosniff', 'no-store', 'same-origin'])
    }
  })
  it('whatever it is called, the name breaks out of no header', async () => {
    const { body } = await put(pdf({ catalog: '/Lang (en)' })), data = { number: 'n-1', blob: body.blob, mediaType: body.mediaType, bytes: body.bytes }
    expect(await door.say('X-1', 'AttachDocument', { ...data, name: 'a"; filename="b.html\u202e\';\\ 执照' })).toMatchObject({ facts: ['DocumentAttached'] })
    const said = (await get(body.blob)).headers.get('content-disposition')!
    expect(said).toMatch(/^attachment; filename="attachment\.pdf"; filename\*=UTF-8''[\w%.~-]+$/)
    expect(decodeURIComponent(said.split("''")[1]!)).not.toMatch(/["\u202e\\]/)
    expect(decodeURIComponent(said.split("''")[1]!)).toMatch(/执照\.pdf$/)
  })
})

describe('附件 in facts', () => {
  it('attached as it was kept, and not otherwise', async () => {
    const { body } = await put(pdf({ catalog: '/X 1' }), { id: 'X-4' }), { blob, mediaType, bytes } = body
    const attach = (more: object, number = 'd-1', id = 'X-4') => door.say(id, 'AttachDocument', { number, name: '执照', blob, mediaType, bytes, ...more })
    expect(await attach({ bytes: bytes + 1 })).toStrictEqual({ refused: 'attachment-differs' })
    expect(await attach({ mediaType: 'text/html' })).toStrictEqual({ refused: 'attachment-differs' })
    expect(await attach({ blob: `sha256:${'1'.repeat(64)}` })).toStrictEqual({ refused: 'no-such-attachment' })
    expect(await attach({}, 'd-1', 'X-3')).toStrictEqual({ refused: 'no-such-attachment' })
    expect(await attach({})).toMatchObject({ facts: ['DocumentAttached'] })
    expect(await door.say('X-4', 'RegisterReceipt', { list: [{ name: '执照', pages: 1, blob: `sha256:${'2'.repeat(64)}` }] })).toStrictEqual({ refused: 'no-such-attachment' })
    expect(await door.say('X-4', 'RegisterReceipt', { list: [{ name: '执照', pages: 1, blob }, { name: '照片', pages: 2 }] })).toMatchObject({ facts: ['MaterialsReceived'] })
    await house.accept('X-4')
    const handle = (evidence: string[]) => door.say('X-4', 'CompleteHandling', { opinion: '属实', evidence }, people['handler'])
    expect(await handle([blob, `sha256:${'3'.repeat(64)}`])).toStrictEqual({ refused: 'no-such-attachment' })
    expect(await handle([blob])).toMatchObject({ facts: ['HandlingCompleted'] })
  })
  it('erased it is gone, and said to be; what was never there is not', async () => {
    const where = await openDoor(), { body } = await put(pdf(), { id: 'X-6', at: where }), { blob, mediaType, bytes } = body
    await where.say('X-6', 'AttachDocument', { number: 'd-1', name: '执照', blob, mediaType, bytes })
    await where.blobs.forget('a-X-6')
    const gone = await get(blob, { id: 'X-6', at: where })
    expect([gone.status, ((await gone.json()) as { title: string }).title]).toStrictEqual([410, '已删除'])
    expect((await get(sha256(pdf({ catalog: '/Y 2' })), { id: 'X-6', at: where })).status).toBe(404)
  })
  it('what was forgotten takes nothing in any more, and keeps nothing of what is brought', async () => {
    const root = mkdtempSync(join(tmpdir(), 'attachments-')), keys = fileKeys(join(root, 'keys')), blobs = fileBlobs(join(root, 'blobs'), keys)
    try {
      const where = await openDoor({ blobs }), count = async () => (await blobs.taken('a-X-6', 'cases-X-6')).count
      expect((await put(pdf(), { id: 'X-6', at: where })).status).toBe(201)
      expect(await count()).toBe(1)
      await blobs.forget('a-X-6', 'cases-X-6')
      await keys.forget('a-X-6', 'cases-X-6')
      const answer = await put(pdf(), { id: 'X-6', at: where })
      expect([answer.status, answer.body.title, await count(), await blobs.arrivals()]).toStrictEqual([410, '已删除', 0, []])
    } finally { await keys.close(); rmSync(root, { recursive: true }) }
  })
})

describe('限额', () => {
  const hour = 3_600_000
  let now = Date.parse('2026-03-02T02:00:00.000Z')
  const unlike = (n: number) => pdf({ catalog: `/Q ${n}` })
  const codes = async (where: Door, count: number, as = 'applicant', from = 0) => {
    const said: string[] = []
    for (let n = 0; n < count; n++) { const { status, body } = await put(unlike(from + n), { as, at: where }); said.push(`${status} ${body.code ?? ''}`.trim()) }
    return said
  }
  it('so many a person and day, refused ones too; an official may more; a day later again', async () => {
    const where = await openDoor({ limits: { personTries: 3, officialTries: 5 }, nowMs: () => now })
    expect((await put(Buffer.from('x'), { as: 'applicant', at: where })).status).toBe(415)
    expect(await codes(where, 3)).toStrictEqual(['201', '201', '429 person-quota'])
    expect(await codes(where, 6, 'clerk')).toStrictEqual(['201', '201', '201', '201', '201', '429 person-quota'])
    now += 25 * hour
    expect(await codes(where, 1)).toStrictEqual(['201'])
  })
  it('so many bytes; and a house that was opened anew has not forgotten', async () => {
    const blobs = memoryBlobs(), limits = { personBytes: 2 * unlike(0).length, orphanMs: 100 * hour }
    expect(await codes(await openDoor({ blobs, limits, nowMs: () => now }), 3)).toStrictEqual(['201', '201', '429 person-quota'])
    const again = await openDoor({ blobs, limits, nowMs: () => now })
    expect(await codes(again, 1)).toStrictEqual(['429 person-quota'])
    expect(await codes(again, 1, 'clerk')).toStrictEqual(['201'])
  })
  it('so many of a case, so much room of the house', async () => {
    const blobs = memoryBlobs(), full = await openDoor({ blobs, limits: { caseFiles: 2 } })
    expect(await codes(full, 3)).toStrictEqual(['201', '201', '413 case-quota'])
    expect(await codes(await openDoor({ blobs, limits: { caseBytes: 10 } }), 1)).toStrictEqual(['413 case-quota'])
    const tight = await openDoor({ blobs: { ...memoryBlobs(), free: async () => (1 << 30) - 1 } })
    expect(await codes(tight, 1)).toStrictEqual(['507 house-full'])
    worded(await put(unlike(1), { at: tight }))
  })
  it('a disk that takes nothing is said to be that, nothing is answered for, and it goes on when it takes again', async () => {
    const blobs = memoryBlobs()
    let broken: 'put' | 'note' | undefined = 'put'
    const fails = <K extends 'put' | 'note'>(name: K) => async (...of: Parameters<Blobs[K]>) => {
      if (broken === name) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      return (blobs[name] as (...of: unknown[]) => Promise<unknown>)(...of)
    }
    const where = await openDoor({ blobs: { ...blobs, put: fails('put') as Blobs['put'], note: fails('note') as Blobs['note'] } })
    for (const place of ['put', 'note'] as const) {
      broken = place
      const answer = await put(unlike(5), { at: where })
      expect(answer.status, place).toBe(503)
      worded(answer)
    }
    broken = undefined
    expect(await codes(where, 1)).toStrictEqual(['201'])
  })
  it('so many at once, of one and of all, and places are given back', async () => {
    let open = () => {}
    const held = new Promise<void>((resolve) => { open = resolve }), examiner: Examiner = { ...here, async examine(kind, bytes) { await held; return here.examine(kind, bytes) } }
    const where = await openDoor({ examiner, limits: { atOnceOfPerson: 2, atOnce: 3 } })
    const sent = ['applicant', 'applicant', 'applicant', 'clerk', 'clerk'].map((as, n) => new Promise<Put>((resolve) => { setTimeout(() => resolve(put(unlike(n), { as, at: where })), 60 * n) }))
    setTimeout(open, 600)
    const answers = await Promise.all(sent)
    expect(answers.map(({ status }) => status)).toStrictEqual([201, 201, 429, 201, 429])
    expect(answers[2]!.headers.get('retry-after')).toBe('2')
    expect(await codes(where, 2, 'applicant', 9)).toStrictEqual(['201', '201'])
  })
  it('what nothing refers to within a day is removed; what is attached stays', async () => {
    const blobs = memoryBlobs(), where = await openDoor({ blobs, limits: { sweepMs: 40 }, nowMs: () => now })
    const kept = (await put(unlike(1), { id: 'X-7', at: where })).body, orphan = (await put(unlike(2), { id: 'X-7', at: where })).body
    await where.say('X-7', 'AttachDocument', { number: 'd-1', name: '照片', blob: kept.blob, mediaType: kept.mediaType, bytes: kept.bytes })
    now += 23 * hour
    const late = (await put(unlike(3), { id: 'X-7', at: where })).body
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect((await blobs.arrivals()).length).toBe(3)
    now += 2 * hour
    for (let n = 0; n < 100 && (await blobs.arrivals()).length > 1; n++) await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await blobs.arrivals()).map(({ blob }) => blob)).toStrictEqual([late.blob])
    const status = async (blob: string) => (await get(blob, { id: 'X-7', at: where })).status
    expect([await status(kept.blob), await status(orphan.blob), await status(late.blob)]).toStrictEqual([200, 404, 200])
  })
})
