import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { House, Serving } from '../../api/opening/main.ts'
import { contexts } from '../../domain/contexts.ts'
import { canonical } from '../../domain/kernel/canonical.ts'
import { licence } from '../fixtures/licence.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'
import { being, run } from './mingjian.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const root = mkdtempSync(join(tmpdir(), 'mingjian-evidence-cli-')), dir = join(root, 'data'), out = join(root, 'out')
const dist = (path: string) => import(pathToFileURL(new URL(`../../dist/${path}`, import.meta.url).pathname).href)
const { openRooms, serve } = await dist('api/opening/main.js') as typeof import('../../api/opening/main.ts')
const { obey } = await dist('api/main.js') as typeof import('../../api/main.ts')

let house: House, serving: Serving
const camera = 'h1-w1', begunMs = Date.parse('2026-03-02T01:00:00.000Z'), hour = '2026030201', caseId = 'E-0001'
const sha256 = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
let said = 0
async function say(context: string, id: string, type: string, data: object, person = 'policy', role = 'policy') {
  const answer = await house.rooms.tell({ context: contexts.find(({ name }) => name === context)!, id, command: { type, data: data as Record<string, unknown> }, by: { person, role, department: '监察局' }, key: `t-${said++}` })
  if (!('facts' in answer)) throw new Error(`${type}: ${JSON.stringify(answer)}`)
}
const range = { fromMs: begunMs + 5000, toMs: begunMs + 35_000 }
/** Four pieces of ten seconds as a recorder leaves them. */
const segments = () => {
  let chain = sha256(`mingjian footage ${camera}`)
  return [1, 2, 3, 4].map((seq) => {
    const startMs = begunMs + (seq - 1) * 10_000, bytes = Buffer.alloc(200_000, `picture ${seq}`), file = `${camera}/2026/03/02/01/${startMs}-${seq}.mp4`
    const link = { seq, run: 1, startMs, endMs: startMs + 10_000, frames: 250, bytes: bytes.length, sha256: sha256(bytes).toString('hex') }
    mkdirSync(dirname(join(dir, 'footage', file)), { recursive: true })
    writeFileSync(join(dir, 'footage', file), bytes)
    chain = sha256(chain, canonical({ camera, ...link }))
    return { ...link, chain: chain.toString('hex'), jitterMs: 2, clock: 'system', file }
  })
}
beforeAll(async () => {
  house = await openRooms(dir, { write: 'must', founding: { purpose: 'demonstration', name: '试', region: '422822', zone: 'Asia/Shanghai' } })
  await say('platform', 'h1', 'OpenHall', { name: '一号大厅', kind: 'hall', zone: 'Asia/Shanghai' })
  await say('items', 'A-1', 'PublishItem', { ...licence, department: '甲局', shortName: '甲', officers: ['p-handler'], materials: [] })
  for (const [person, role] of [['p-inspector', 'inspector'], ['p-other', 'inspector'], ['p-monitor', 'hall-monitor']] as const) {
    await say('identity', person, 'EnrolPerson', { name: person, department: '监察局', post: role, roles: [role], ...(role === 'hall-monitor' && { hall: 'h1' }) })
  }
  await say('cases', caseId, 'SubmitApplication', { itemCode: 'A-1', hall: 'h1', channel: 'window', applicantId: 'q-1', applicantName: '王小明' }, 'w-1', 'window-clerk')
  await say('evidence', camera, 'RegisterCamera', { hall: 'h1', window: 'h1-w1', kind: 'window', name: '一号窗口', source: { kind: 'rtmp' }, retentionDays: 30, priority: 1, segmentSeconds: 10, masks: [] })
  await say('evidence', `${camera}.${hour}`, 'RecordFootage', { facts: [{ type: 'SegmentsSealed', data: { segments: segments() } }] }, 'recorder', 'camera')
  for (const id of ['X-1', 'X-2']) await say('evidence', id, 'RequestExport', { camera, ...range, ...(id === 'X-1' && { case: caseId }), reason: '投诉核查' }, 'p-monitor', 'hall-monitor')
  serving = await serve(house, { host: '127.0.0.1', port: 0, issue: false, obey })
})
afterAll(async () => { await serving.close(); rmSync(root, { recursive: true, force: true }) })

const asked = ['--case', caseId, '--camera', camera, '--from', new Date(range.fromMs).toISOString(), '--to', new Date(range.toMs).toISOString(), '--data', dir, '--json']
const fetched = (path: string, cookie?: string) => fetch(`${serving.url}${path}`, { headers: { ...(cookie && { Cookie: cookie }) } })

describe('证据导出', () => {
  it('needs an export that was granted, and says which there are', async () => {
    const { code, json } = await run('evidence', 'export', ...asked, '--out', out)
    expect([code, json.error.code, json.error.exports]).toStrictEqual([2, 'no-approved-export', [{ export: 'X-1', state: 'requested', ...range }]])
    expect(existsSync(out)).toBe(false)
    const cookie = await being(serving.url, 'p-inspector'), answer = await fetched('/api/video/exports/X-1/bundle.tar', cookie)
    expect([answer.status, (await answer.json() as { code: string }).code]).toStrictEqual([409, 'export-not-approved'])
  })
  it('gives the same bundle by the command and to the inspector, proven by the published key, with what names persons sealed', async () => {
    await say('evidence', 'X-1', 'ApproveExport', {}, 'p-inspector', 'inspector')
    const { code, json, stderr } = await run('evidence', 'export', ...asked, '--out', out)
    expect(code, stderr).toBe(0)
    const tar = readFileSync(json.file as string), key = await (await fetched('/api/public/evidence-key')).json() as { fingerprint: string; pem: string; position: number }
    expect(json).toMatchObject({ export: 'X-1', approvedBy: 'p-inspector', segments: 4, fingerprint: key.fingerprint, sha256: sha256(tar).toString('hex'), bytes: tar.length })
    const verified = await run('evidence', 'verify', json.file as string, '--fingerprint', key.fingerprint, '--json')
    expect([verified.code, verified.json.code]).toStrictEqual([0, 'proven'])
    const unproven = await run('evidence', 'verify', json.file as string)
    expect([unproven.code, unproven.stdout]).toStrictEqual([2, expect.stringMatching(/anybody could have signed/)])
    expect((await run('evidence', 'verify', json.file as string, '--vkey', house.rooms.transparency!.vkey, '--head', house.rooms.transparency!.checkpoint()!)).code).toBe(0)

    const cookie = await being(serving.url, 'p-inspector'), answer = await fetched('/api/video/exports/X-1/bundle.tar', cookie)
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('repr-digest')]).toStrictEqual([200, 'application/x-tar', `sha-256=:${sha256(tar).toString('base64')}:`])
    expect(Buffer.from(await answer.arrayBuffer()).equals(tar)).toBe(true)

    const folder = join(root, 'unpacked')
    mkdirSync(folder)
    execFileSync('tar', ['-xf', json.file as string, '-C', folder])
    const manifest = readFileSync(join(folder, readdirSync(folder)[0]!, 'manifest.json'), 'utf8'), leaves = (JSON.parse(manifest) as { book: { leaves: { leaf: string }[] } }).book.leaves.map(({ leaf }) => Buffer.from(leaf, 'base64').toString())
    expect(manifest.includes('王小明') || leaves.some((leaf) => leaf.includes('王小明'))).toBe(false)
    expect(JSON.parse(manifest)).toMatchObject({ covered: [range], gaps: [], asked: { by: 'p-monitor', approvedBy: 'p-inspector', reason: '投诉核查' }, case: { id: caseId } })
    // Who took it is on record, each once; the second fetch of the same person is none.
    await (await fetched('/api/video/exports/X-1/bundle.tar', cookie)).arrayBuffer()
    const exported = (await house.rooms.book.readStream('evidence-export.X-1')).filter(({ type }) => type === 'EvidenceExported').map(({ data }) => [data['by'], data['sha256']])
    expect(exported).toStrictEqual([['console', json.sha256], ['p-inspector', json.sha256]])
  })
  it('is for inspectors with a purpose alone; what is not there is told to nobody otherwise', async () => {
    const monitor = await being(serving.url, 'p-monitor'), inspector = await being(serving.url, 'p-other')
    expect((await fetched('/api/video/exports/X-1/bundle.tar', monitor)).status).toBe(403)
    expect((await fetched('/api/video/exports/X-1/bundle.tar')).status).toBe(401)
    expect((await fetched('/api/video/exports/X-9/bundle.tar', inspector)).status).toBe(404)
    expect((await fetched('/api/video/exports/X-1/bundle.tar?view=1', inspector)).status).toBe(400)
  })
  it('nobody signs for a file that the disk has otherwise than the book, and nothing is kept of it', async () => {
    await say('evidence', 'X-2', 'ApproveExport', {}, 'p-inspector', 'inspector')
    const second = join(dir, 'footage', camera, '2026/03/02/01', `${begunMs + 10_000}-2.mp4`), bytes = readFileSync(second), cookie = await being(serving.url, 'p-inspector')
    const damaged = Buffer.from(bytes)
    damaged[77]! ^= 4
    writeFileSync(second, damaged)
    const answer = await fetched('/api/video/exports/X-2/bundle.tar', cookie)
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'segment-altered', seq: 2 }])
    // What was sealed before does not go out altered: the stream breaks off.
    await expect(fetched('/api/video/exports/X-1/bundle.tar', cookie).then((answer) => answer.arrayBuffer())).rejects.toThrow()
    writeFileSync(second, bytes)
    const mended = await fetched('/api/video/exports/X-2/bundle.tar', cookie)
    expect([mended.status, (await mended.arrayBuffer()).byteLength > 800_000]).toStrictEqual([200, true])
  })
  it('refuses a question that is none, by its exit code', async () => {
    expect((await run('evidence', 'verify', join(root, 'nothing.tar'))).code).toBe(2)
    expect((await run('evidence', 'verify')).code).toBe(2)
    expect((await run('evidence', 'forget')).code).toBe(2)
    expect((await run('evidence', 'export', '--data', dir)).code).toBe(2)
  })
})

/** A masked camera, whose one segment is a real one. */
const filmed = { camera: 'h1-w2', startMs: begunMs, corner: [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]] }
async function film() {
  const file = `${filmed.camera}/2026/03/02/01/${filmed.startMs}-1.mp4`, path = join(dir, 'footage', file)
  mkdirSync(dirname(path), { recursive: true })
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'testsrc2=320x192:r=25', '-frames:v', '100', '-c:v', 'libx264', '-g', '50', '-pix_fmt', 'yuv420p', '-video_track_timescale', '90000', '-movflags', 'frag_keyframe+empty_moov+default_base_moof', path])
  const bytes = readFileSync(path), link = { seq: 1, run: 1, startMs: filmed.startMs, endMs: filmed.startMs + 4000, frames: 100, bytes: bytes.length, sha256: sha256(bytes).toString('hex') }
  await say('evidence', filmed.camera, 'RegisterCamera', { hall: 'h1', window: 'h1-w2', kind: 'window', name: '二号窗口', source: { kind: 'rtmp' }, retentionDays: 30, priority: 1, segmentSeconds: 10, masks: [filmed.corner] })
  await say('evidence', `${filmed.camera}.${hour}`, 'RecordFootage', { facts: [{ type: 'SegmentsSealed', data: { segments: [{ ...link, jitterMs: 0, clock: 'system', file,
    chain: sha256(sha256(`mingjian footage ${filmed.camera}`), canonical({ camera: filmed.camera, ...link })).toString('hex') }] } }] }, 'recorder', 'camera')
  await house.rooms.caughtUp((await house.rooms.book.head()).position)
  return bytes
}
const pixelsOf = (file: string) => execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', file, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], { maxBuffer: 1 << 24 })

describe.skipIf(!withFfmpeg)('定格与遮挡副本', () => {
  const post = (path: string, body: object, cookie: string) => fetch(`${serving.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `s-${said++}`, Cookie: cookie } })
  it('show nothing under a mask, are on record with their digest, and open with a view alone', async () => {
    await film()
    const cookie = await being(serving.url, 'p-monitor'), at = `/api/video/cameras/${filmed.camera}`, asked = { camera: filmed.camera, fromMs: filmed.startMs, toMs: filmed.startMs + 4000 }
    const opened = await post('/api/video/views', { ...asked, reason: '核对' }, cookie), { view } = await opened.json() as { view: string }
    expect(opened.status).toBe(201)
    const answer = await post(`${at}/snapshot`, { atMs: filmed.startMs + 1000, view }, cookie), png = Buffer.from(await answer.arrayBuffer()), file = join(root, 'snapshot.png')
    expect([answer.status, answer.headers.get('content-type')]).toStrictEqual([200, 'image/png'])
    writeFileSync(file, png)
    const dark = (pixels: Buffer) => Math.max(...Array.from({ length: 92 * 156 }, (_, i) => pixels[Math.floor(i / 156) * 320 + i % 156]!)), bright = (pixels: Buffer) => Math.max(...pixels)
    expect([dark(pixelsOf(file)), bright(pixelsOf(file)) > 100]).toStrictEqual([0, true])
    const words = (await sharp(png).metadata()).comments!.map(({ text }) => text).join('|')
    expect(words).toMatch(/h1-w2 二号窗口.*2026-03-02T01:00:01.*segment 1 sha256 [0-9a-f]{64}.*p-monitor/)
    const saved: { type: string; data: Record<string, unknown> }[] = []
    for await (const batch of house.rooms.book.readAll(0)) saved.push(...batch.filter(({ type }) => type === 'SnapshotSaved'))
    expect(saved.map(({ data }) => data)).toStrictEqual([{ view, looker: 'p-monitor', camera: filmed.camera, atMs: filmed.startMs + 1000, sha256: sha256(png).toString('hex') }])

    const copied = await fetched(`${at}/masked/1.mp4?view=${view}`, cookie), copy = join(root, 'masked.mp4')
    writeFileSync(copy, Buffer.from(await copied.arrayBuffer()))
    expect([copied.status, copied.headers.get('x-mingjian-derived'), dark(pixelsOf(copy)) < 24, bright(pixelsOf(copy)) > 100]).toStrictEqual([200, 'masked', true, true])
    for (const path of [`${at}/masked/2.mp4?view=${view}`, `${at}/masked/1.mp4?view=${'0'.repeat(32)}`, `${at}/masked/1.mp4`]) expect((await fetched(path, cookie)).status, path).toBe(404)
    const other = await being(serving.url, 'p-other')
    expect((await post(`${at}/snapshot`, { atMs: filmed.startMs + 1000, view }, other)).status).toBe(404)
    expect((await post(`${at}/snapshot`, { atMs: filmed.startMs + 60_000, view }, cookie)).status).toBe(404)
  })
  it('a clip goes with the bundle where one was asked for, marked as derived; ffprobe reads it', async () => {
    const asked = { camera: filmed.camera, fromMs: filmed.startMs + 500, toMs: filmed.startMs + 3500 }, cookie = await being(serving.url, 'p-inspector')
    await say('evidence', 'X-3', 'RequestExport', { ...asked, reason: '投诉核查' }, 'p-monitor', 'hall-monitor')
    await say('evidence', 'X-3', 'ApproveExport', {}, 'p-inspector', 'inspector')
    const answer = await fetched('/api/video/exports/X-3/bundle.tar?clip=1', cookie), file = join(root, 'with-clip.tar'), folder = join(root, 'with-clip')
    expect(answer.status).toBe(200)
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()))
    mkdirSync(folder)
    execFileSync('tar', ['-xf', file, '-C', folder])
    const top = join(folder, readdirSync(folder)[0]!)
    expect(JSON.parse(readFileSync(join(top, 'manifest.json'), 'utf8'))).toMatchObject({ clip: { name: 'clip.mp4', derived: true } })
    expect(execFileSync('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', join(top, 'clip.mp4')]).toString().trim()).toBe('100')
    expect((await run('evidence', 'verify', file, '--vkey', house.rooms.transparency!.vkey)).code).toBe(0)
  })
})

describe('没有 ffmpeg 的机器', () => {
  it('exports and verifies all the same, and says in words that it takes no snapshots', async () => {
    const room = house.rooms.evidence!(), { still, masked } = room
    delete room.still
    delete room.masked
    const cookie = await being(serving.url, 'p-inspector'), answer = await fetched('/api/video/exports/X-2/bundle.tar', cookie), file = join(root, 'without.tar')
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()))
    expect((await run('evidence', 'verify', file, '--vkey', house.rooms.transparency!.vkey)).code).toBe(0)
    const post = (path: string, body: object) => fetch(`${serving.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `n-${said++}`, Cookie: cookie } })
    const { view } = await (await post('/api/video/views', { camera, ...range, reason: '核对' })).json() as { view: string }
    const refused = await post(`/api/video/cameras/${camera}/snapshot`, { atMs: range.fromMs, view })
    expect([refused.status, await refused.json()]).toMatchObject([501, { code: 'no-ffmpeg', title: expect.stringMatching(/ffmpeg/), en: expect.stringMatching(/export and verification go on/) }])
    expect((await fetched(`/api/video/cameras/${camera}/masked/1.mp4?view=${view}`, cookie)).status).toBe(501)
    Object.assign(room, { ...(still && { still }), ...(masked && { masked }) })
  })
})
