import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordFootage } from '../../api/footage/record.ts'
import { cases } from '../../domain/cases/index.ts'
import { evidence } from '../../domain/evidence/index.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'
import { caseAt, openAccessHouse, who, type AccessHouse } from './access-house.ts'
import { cameraSaid, hourText } from './footage-house.ts'

const started = Date.parse('2026-03-02T01:00:00.000Z'), minute = 60_000, camera = 'matrix-1'
const clerk: Actor = { person: 'w-hall-1', role: 'window-clerk', department: '政务服务中心', terminal: 'hall-1-w1' }
let house: AccessHouse, monitor: string, inspector: string, files: { seq: number; bytes: Buffer }[]
const cookies = new Map<string, string>()
const as = async (person: string) => cookies.get(person) ?? cookies.set(person, await house.session(person)).get(person)!
const post = async (path: string, body: object, cookie: string) => house.ask(path, { method: 'POST', body }, cookie)
const openView = async (cookie: string, more: object = {}) => (await post('/api/video/views', { camera, fromMs: started, toMs: started + 30 * minute, reason: '核对争执', ...more }, cookie)).body as { view: string; expiresAt: string }

/** What two answers have in common but for the moment at which they were given. */
const plain = ({ status, headers, text }: Awaited<ReturnType<AccessHouse['ask']>>) => JSON.stringify([status, Object.entries(headers).filter(([name]) => name !== 'date').sort(), text])

/** Two segments of one run, a minute that is missing, and one segment of another run: real pictures where there is ffmpeg. */
function madeSegments(dir: string): Buffer[] {
  if (!withFfmpeg) return [1, 2, 3].map((n) => Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypiso50000'), Buffer.from([0, 0, 0, 8]), Buffer.from('moov'), Buffer.alloc(1000, n)]))
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=160x120:r=10', '-t', '6', '-c:v', 'libx264', '-g', '20', '-bf', '0', '-f', 'hls', '-hls_time', '2', '-hls_segment_type', 'fmp4',
    '-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', join(dir, 'part-%d.m4s'), join(dir, 'made.m3u8')])
  return [0, 1, 2].map((n) => Buffer.concat([readFileSync(join(dir, 'init.mp4')), readFileSync(join(dir, `part-${n}.m4s`))]))
}
beforeAll(async () => {
  house = await openAccessHouse()
  const store = join(house.dir, 'footage'), places = [started + minute, started + minute + 2000, started + 3 * minute]
  mkdirSync(store)
  files = madeSegments(house.dir).map((bytes, i) => ({ seq: i + 1, bytes }))
  const segments = files.map(({ seq, bytes }, i) => {
    const startMs = places[i]!, file = `${camera}/2026/03/02/01/${startMs}-${seq}.mp4`
    mkdirSync(dirname(join(store, file)), { recursive: true })
    writeFileSync(join(store, file), bytes)
    return { seq, run: seq < 3 ? 1 : 2, startMs, endMs: startMs + 2000, frames: 20, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), chain: '0'.repeat(64), jitterMs: 1, clock: 'system' as const, file }
  })
  const states = new Map([[camera, { camera, state: 'silent' as const, sinceMs: started, cause: 'network', bitsPerSecond: 0, framesPerSecond: 0, codec: 'avc1', width: 160, height: 120 }]])
  Object.assign(house.rooms, { footage: { states: () => states, storage: () => ({ freeBytes: 1, bytesPerHour: 1, hoursLeft: 20, state: 'low' }), expire: async () => undefined, configure: async () => undefined, urge: async () => undefined, door: () => ({ port: 1935, host: '0.0.0.0' }) } })
  await house.say(evidence, 'h2-cam', 'RegisterCamera', cameraSaid({ hall: 'hall-2', window: 'hall-2-w1', name: '二厅一号', source: { kind: 'rtsp', url: 'rtsp://10.0.0.7/1' } }))
  await house.say(evidence, 'h1-over', 'RegisterCamera', cameraSaid({ hall: 'hall-1', window: undefined, kind: 'overview', name: '全景', priority: 3, masks: [[[0, 0], [1, 0], [1, 1]]] }))
  house.set(new Date(started + minute + 1000).toISOString() as Instant)
  await house.say(cases, 'film-1', 'SubmitApplication', { itemCode: 'A-1', hall: 'hall-1', channel: 'window', applicantId: 'q-one', organisation: '县食品厂' }, clerk)
  house.set(new Date(started + 2 * minute).toISOString() as Instant)
  await house.say(cases, 'film-2', 'SubmitApplication', { itemCode: 'A-1', hall: 'hall-1', channel: 'window', applicantId: 'q-two', organisation: '县食品厂' }, clerk)
  house.set(new Date(started + 5 * minute).toISOString() as Instant)
  await recordFootage(house.rooms, { id: 'r-1', camera, hour: hourText(started), facts: [{ type: 'SegmentsSealed', data: { segments } }, { type: 'GapDetected', data: { fromMs: started + minute + 4000, cause: 'network' } },
    { type: 'GapClosed', data: { fromMs: started + minute + 4000, toMs: started + 3 * minute, cause: 'network' } }] })
  await house.settled()
  ;[monitor, inspector] = [await as(who['hall-monitor']), await as(who.inspector)]
}, 180_000)
afterAll(async () => { await house?.close() })

describe('大厅', () => {
  it('a monitor sees the cameras of their own hall, with state and cause; an inspector all; of another hall nothing is on the wire', async () => {
    const own = await house.ask('/api/video/halls', {}, monitor), all = await house.ask('/api/video/halls', {}, inspector)
    expect(own.body.halls).toStrictEqual([{ id: 'hall-1', name: '一号大厅', light: expect.any(String), cameras: [
      { camera, name: '一号窗口', kind: 'window', window: 'hall-1-w1', state: 'silent', sinceMs: started, cause: 'network', priority: 1, keptDays: 30 },
      { camera: 'h1-over', name: '全景', kind: 'overview', state: 'off', priority: 3, keptDays: 30, masks: [[[0, 0], [1, 0], [1, 1]]] }] }])
    expect(own.body.kept).toStrictEqual({ stepDays: 90, supplementDays: 180, complaintDays: 365, cardDays: 30 })
    expect(own.text).not.toMatch(/hall-2|h2-cam/)
    // 大厅主任 is told that it is masked, and is shown nothing of it.
    const manager = await as(who['hall-manager']), masked = (await house.ask('/api/video/halls', {}, manager)).body.halls[0].cameras
    expect(masked.map(({ camera, withheld }: Record<string, unknown>) => [camera, withheld])).toStrictEqual([[camera, undefined], ['h1-over', true]])
    expect(own.body.storage).toStrictEqual({ state: 'low', hoursLeft: 20 })
    expect(all.body.halls.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['hall-1', 'hall-2']))
  })
  it('at a window stands the case of the latest fact told there; ten minutes later it is empty since then', async () => {
    const now = async () => (await house.ask('/api/video/now?hall=hall-1', {}, monitor)).body.windows
    expect(await now()).toStrictEqual([expect.objectContaining({ window: 'hall-1-w1', caseId: 'film-2', itemName: 'A-1', light: 'ok' })])
    expect((await house.facts('privacy-viewer.p-monitor')).some(({ data }) => JSON.stringify(data).includes('film-2'))).toBe(true)
    house.set(new Date(started + 13 * minute).toISOString() as Instant)
    expect(await now()).toStrictEqual([{ window: 'hall-1-w1', emptySinceMs: started + 2 * minute }])
    const other = await house.ask('/api/video/now?hall=hall-2', {}, monitor), none = await house.ask('/api/video/now?hall=hall-9', {}, monitor)
    expect([other.status, plain(other)]).toStrictEqual([404, plain(none)])
  })
})

describe('看录像', () => {
  it('asks for a case or a reason, is a fact, and with a case a look at that case', async () => {
    const { reason: _, ...none } = { camera, fromMs: started, toMs: started + minute, reason: '' }
    expect(await post('/api/video/views', none, monitor)).toMatchObject({ status: 422, body: { code: 'view-without-reason' } })
    const answer = await post('/api/video/views', { ...none, caseId: 'film-1' }, monitor)
    expect(answer).toMatchObject({ status: 201, body: { view: expect.stringMatching(/^[0-9a-f]{32}$/), expiresAt: new Date(started + 43 * minute).toISOString() } })
    expect((await house.facts('evidence-view.p-monitor.')).at(-1)).toMatchObject({ type: 'FootageViewed', data: { looker: 'p-monitor', role: 'hall-monitor', camera, case: 'film-1' } })
    expect((await house.facts('privacy-viewer.p-monitor')).flatMap(({ data }) => (data as { looks: { kind: string; case: string; about: string[] }[] }).looks).filter(({ kind }) => kind === 'footage'))
      .toStrictEqual([expect.objectContaining({ case: 'film-1', about: ['q-one'] })])
  })
  it('a camera of another hall is answered, to the byte, as one that is not there; so is a case', async () => {
    const said = { fromMs: started, toMs: started + minute, reason: '核查' }
    const other = await post('/api/video/views', { camera: 'h2-cam', ...said }, monitor), none = await post('/api/video/views', { camera: 'no-such', ...said }, monitor)
    expect([other.status, plain(other)]).toStrictEqual([404, plain(none)])
    expect((await post('/api/video/views', { camera, ...said, caseId: caseAt['other item'] }, monitor)).status).toBe(404)
  })
  it('every recorded byte asks for a view that opens it to whoever asks: otherwise the same answer, whatever is wrong', async () => {
    const { view } = await openView(monitor), narrow = (await openView(monitor, { toMs: started + minute + 1000 })).view, path = `/api/video/cameras/${camera}`
    const without = plain(await house.ask(`${path}/segments/1.mp4`, {}, monitor))
    expect(JSON.parse(without)[0]).toBe(404)
    for (const [url, cookie] of [[`${path}/segments/1.mp4?view=${'0'.repeat(32)}`, monitor], [`${path}/segments/1.mp4?view=x`, monitor], [`${path}/segments/1.mp4?view=${view}`, inspector],
      [`/api/video/cameras/h1-over/segments/1.mp4?view=${view}`, monitor], [`${path}/segments/99.mp4?view=${view}`, monitor], [`${path}/segments/3.mp4?view=${narrow}`, monitor],
      [`${path}/playlist.m3u8`, monitor], [`${path}/footage?view=${view}`, inspector]] as const) expect(plain(await house.ask(url, {}, cookie)), url).toBe(without)
    expect((await house.ask(`${path}/segments/1.mp4?view=${view}`, {}, await as(who['hall-manager']))).status).toBe(403)
    expect((await house.ask(`${path}/segments/1.mp4?view=${view}`)).status).toBe(401)
  })
  it('segments come as they were sealed, whole and in ranges', async () => {
    const { view } = await openView(monitor), url = `/api/video/cameras/${camera}/segments/2.mp4?view=${view}`, { bytes } = files[1]!
    const raw = (headers: Record<string, string> = {}) => house.app.inject({ url, headers: { host: 'localhost', cookie: monitor, ...headers } })
    const whole = await raw()
    expect([whole.statusCode, whole.headers['content-type'], whole.rawPayload.equals(bytes)]).toStrictEqual([200, 'video/mp4', true])
    for (const [range, from, to] of [['bytes=0-99', 0, 100], ['bytes=100-', 100, bytes.length], ['bytes=-10', bytes.length - 10, bytes.length], [`bytes=5-${bytes.length * 2}`, 5, bytes.length]] as const) {
      const part = await raw({ range })
      expect([part.statusCode, part.headers['content-range'], part.rawPayload.equals(bytes.subarray(from, to))], range).toStrictEqual([206, `bytes ${from}-${to - 1}/${bytes.length}`, true])
    }
    expect((await raw({ range: `bytes=${bytes.length}-` })).statusCode).toBe(416)
  })
  it('what is there, what is missing and why, and what happened meanwhile', async () => {
    const { view } = await openView(monitor), { body } = await house.ask(`/api/video/cameras/${camera}/footage?view=${view}&fromMs=${started}&toMs=${started + 10 * minute}`, {}, monitor)
    expect(body.gaps).toStrictEqual([{ fromMs: started + minute + 4000, toMs: started + 3 * minute, cause: 'network' }])
    expect(body.spans.map(({ seq, run, fromMs }: { seq: number; run: number; fromMs: number }) => [seq, run, fromMs])).toStrictEqual([[1, 1, started + minute], [2, 1, started + minute + 2000], [3, 2, started + 3 * minute]])
    expect(body.facts.map(({ caseId, type, atMs, window }: Record<string, unknown>) => [caseId, type, atMs, window])).toStrictEqual([
      ['film-1', 'ApplicationSubmitted', started + minute + 1000, 'hall-1-w1'], ['film-2', 'ApplicationSubmitted', started + 2 * minute, 'hall-1-w1']])
    for (const { kept } of body.spans) expect(kept.map(({ reason }: { reason: string }) => reason)).toStrictEqual(['base', 'step'])
  })
  it.runIf(withFfmpeg)('the list plays, frame for frame, past the gap and into the other run', async () => {
    const { view } = await openView(monitor), address = await house.app.listen({ host: '127.0.0.1', port: 0 }), path = `/api/video/cameras/${camera}/playlist.m3u8?view=${view}`
    const text = (await house.ask(path, {}, monitor)).text
    expect(text.split('\n').filter((line) => line === '#EXT-X-DISCONTINUITY').length).toBe(1)
    expect(text).toContain(`#EXT-X-PROGRAM-DATE-TIME:${new Date(started + minute).toISOString()}`)
    const args = ['-v', 'error', '-headers', `Cookie: ${monitor}\r\n`, '-allowed_extensions', 'ALL', '-i', `${address}${path}`, '-map', '0:v', '-f', 'framemd5', '-']
    const played = await new Promise<string>((resolve, reject) => execFile('ffmpeg', args, { timeout: 20_000 }, (error, out) => error ? reject(error) : resolve(out)))
    const hashes = (out: string) => out.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(',').at(-1)!.trim())
    const store = join(house.dir, 'footage'), names = readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.mp4')).sort()
    const sealed = names.flatMap((name) => hashes(execFileSync('ffmpeg', ['-v', 'error', '-i', join(store, name), '-f', 'framemd5', '-'], { encoding: 'utf8' })))
    expect(sealed.length).toBe(60)
    expect(hashes(played)).toStrictEqual(sealed)
  }, 90_000)
  it('a case says which of its facts were filmed, and what became of the rest', async () => {
    const { body } = await house.ask('/api/cases/film-1/footage', {}, monitor), second = await house.ask('/api/cases/film-2/footage', {}, inspector)
    expect(body.facts).toStrictEqual([{ factId: expect.any(String), type: 'ApplicationSubmitted', atMs: started + minute + 1000, cameras: [
      { camera, name: '一号窗口', kind: 'window', covered: true }, { camera: 'h1-over', name: '全景', kind: 'overview', covered: false }] }])
    expect(second.body.facts[0].cameras[0]).toStrictEqual({ camera, name: '一号窗口', kind: 'window', covered: false, gap: 'network' })
  })
  it('a gap that began hours ago is known though the camera was refused every hour since', async () => {
    const hour = 60 * minute, began = started - 6 * hour, over = started - 30 * minute
    await recordFootage(house.rooms, { id: 'g-1', camera: 'h1-over', hour: hourText(began), facts: [{ type: 'GapDetected', data: { fromMs: began, cause: 'camera' } }] })
    for (let n = 1; n < 6; n++) {
      await recordFootage(house.rooms, { id: `g-r${n}`, camera: 'h1-over', hour: hourText(began + n * hour), facts: [{ type: 'StreamRefused', data: { atMs: began + n * hour + 1, reason: 'codec-hevc', from: '10.0.0.9' } }] })
    }
    await house.settled()
    const { view } = await openView(monitor, { camera: 'h1-over', fromMs: over, toMs: started }), { body } = await house.ask(`/api/video/cameras/h1-over/footage?view=${view}`, {}, monitor)
    expect(body.gaps).toStrictEqual([{ fromMs: began, cause: 'camera' }])
  })
  it('a camera that has come from another hall opens nothing of what it saw there; whoever watches that hall still sees it', async () => {
    const there = cameraSaid({ hall: 'hall-2', window: 'hall-2-w3', name: '移机' })
    await house.say(evidence, 'moved', 'RegisterCamera', there)
    const movedMs = Date.parse(house.now()) + 10 * minute, old = { camera: 'moved', fromMs: started, toMs: started + minute, reason: '核查' }
    expect((await post('/api/video/views', old, monitor)).status).toBe(404)
    house.set(new Date(movedMs).toISOString() as Instant)
    await house.say(evidence, 'moved', 'ChangeCamera', { ...there, hall: 'hall-1', window: 'hall-1-w9' })
    await house.settled()
    house.set(new Date(movedMs + 2 * minute).toISOString() as Instant)
    expect((await post('/api/video/views', old, monitor)).status).toBe(404)
    expect((await post('/api/video/views', { ...old, toMs: movedMs + minute }, monitor)).status).toBe(404)
    expect((await post('/api/video/views', { ...old, fromMs: movedMs, toMs: movedMs + minute }, monitor)).status).toBe(201)
    expect((await post('/api/video/views', old, inspector)).status).toBe(201)
    await house.say(evidence, 'moved', 'RetireCamera', { reason: '拆除' })
    await house.settled()
  })
  it('after half an hour a view opens nothing, and says so to whoever opened it', async () => {
    const { view, expiresAt } = await openView(monitor)
    house.set(new Date(Date.parse(expiresAt)).toISOString() as Instant)
    expect(await house.ask(`/api/video/cameras/${camera}/segments/1.mp4?view=${view}`, {}, monitor)).toMatchObject({ status: 410, body: { code: 'view-over' } })
  })
})

describe('登记、保全与公示', () => {
  it('whoever looks after cameras sees how they are, and neither pictures nor keys; why footage makes no scores is said there', async () => {
    const admin = await as(who['system-admin']), { body, text } = await house.ask('/api/video/cameras', {}, admin)
    expect(body.cameras.map(({ camera, keptDays, state, keyIssued }: Record<string, unknown>) => [camera, keptDays, state, keyIssued])).toContainEqual([camera, 30, 'silent', false])
    expect(body.use.zh).toContain('个人信息保护法第二十六条')
    expect(text).not.toMatch(/keyHash/)
    for (const path of ['/api/video/halls', `/api/video/cameras/${camera}/footage`]) expect((await house.ask(path, {}, admin)).status).toBe(403)
  })
  it('a stream key is shown once, and nowhere but there', async () => {
    const admin = await as(who['system-admin']), headers = { 'idempotency-key': 'key-1' }, url = `/api/video/cameras/${camera}/stream-key`
    const { status, body } = await house.ask(url, { method: 'POST', headers }, admin)
    expect([status, /^[0-9a-f]{32}$/.test(body.key), body.push]).toStrictEqual([201, true, { port: 1935, host: '0.0.0.0' }])
    const facts = JSON.stringify(await house.facts('evidence-register.'))
    expect(facts).toContain(execFileSync('sha256sum', { input: body.key, encoding: 'utf8' }).split(' ')[0])
    expect(facts).not.toContain(body.key)
    expect(await house.ask(url, { method: 'POST', headers }, admin)).toMatchObject({ status: 409, body: { code: 'key-shown-already' } })
    expect((await house.ask('/api/video/cameras/h2-cam/stream-key', { method: 'POST', headers: { 'idempotency-key': 'key-2' } }, admin)).body.code).toBe('camera-is-not-pushed')
  })
  it('a hold is let go by two; of another hall it is answered as though it were not there', async () => {
    const hold = { camera, fromMs: started, toMs: started + minute, reason: '投诉' }
    expect((await post('/api/evidence/hold-1/place-hold', hold, monitor)).status).toBe(200)
    const other = await post('/api/evidence/hold-2/place-hold', { ...hold, camera: 'h2-cam' }, monitor), none = await post('/api/evidence/hold-2/place-hold', { ...hold, camera: 'no-such' }, monitor)
    expect([other.status, plain(other)]).toStrictEqual([404, plain(none)])
    expect((await post('/api/evidence/hold-1/request-hold-release', { reason: '了结' }, inspector)).status).toBe(200)
    expect(await post('/api/evidence/hold-1/approve-hold-release', {}, inspector)).toMatchObject({ status: 409, body: { code: 'released-by-two-persons' } })
    expect((await post('/api/evidence/hold-1/approve-hold-release', {}, monitor)).status).toBe(403)
    expect((await post('/api/evidence/hold-1/request-hold-release', { reason: '了结' }, monitor)).status).toBe(200)
    expect((await post('/api/evidence/hold-1/approve-hold-release', {}, inspector)).status).toBe(200)
  })
  it('an export for a case asks for the reach of the case too: of another hall it is answered as though there were none', async () => {
    const asked = { camera, fromMs: started, toMs: started + minute, reason: '投诉' }, ask = (id: string, about: object, cookie: string) => post(`/api/evidence/${id}/request-export`, { ...asked, ...about }, cookie)
    const other = await ask('ex-9', { case: caseAt['other item'] }, monitor), none = await ask('ex-9', { case: 'no-such-case' }, monitor)
    expect([other.status, plain(other)]).toStrictEqual([404, plain(none)])
    expect((await ask('ex-8', { case: 'film-1' }, monitor)).status).toBe(200)
    expect((await ask('ex-7', { case: caseAt['other item'] }, inspector)).status).toBe(200)
  })
  it('anybody may read which halls are filmed, for how long it is kept and whom to ask; signs that nobody has declared do not stand', async () => {
    const before = (await house.ask('/api/public/video')).body.halls.find(({ hall }: { hall: string }) => hall === 'hall-1')
    expect(before).toMatchObject({ name: '一号大厅', cameras: 2, masked: 1, retentionDays: { least: 30, most: 30 }, signs: false })
    const manager = await as(who['hall-manager'])
    expect((await post('/api/evidence/hall-1/declare-filming', { purpose: '公共安全', contact: '0718-0000000', signs: true }, manager)).status).toBe(200)
    expect((await post('/api/evidence/hall-2/declare-filming', { purpose: '公共安全', contact: '0718-0000000', signs: true }, manager)).status).toBe(404)
    const { body, text } = await house.ask('/api/public/video')
    expect(body.halls.find(({ hall }: { hall: string }) => hall === 'hall-1')).toMatchObject({ purpose: '公共安全', contact: '0718-0000000', signs: true })
    expect(text).not.toMatch(/rtsp|p-manager|keyHash/)
  })
  it('an address that is none is that camera\'s trouble: the recorder is told of all of them', async () => {
    const { footageConfig } = await import('../../api/footage/config.ts')
    await house.say(evidence, 'h2-typo', 'RegisterCamera', cameraSaid({ hall: 'hall-2', window: 'hall-2-w2', source: { kind: 'rtsp', url: 'rtsp://10.0.0.8:5544554/1' } }))
    await house.settled()
    const { cameras } = await footageConfig(house.rooms)
    expect(cameras.map((one) => one.camera)).toEqual(expect.arrayContaining(['h2-cam', 'h2-typo']))
  })
  it('the file of passwords beside the book, and no fact, opens a fetched camera', async () => {
    const { footageConfig } = await import('../../api/footage/config.ts')
    writeFileSync(join(house.dir, 'camera-passwords.json'), JSON.stringify({ 'h2-cam': { user: 'admin', password: 'p@ss' } }), { mode: 0o600 })
    const config = await footageConfig(house.rooms)
    expect(config.cameras.find((one) => one.camera === 'h2-cam')?.source).toStrictEqual({ kind: 'rtsp', url: 'rtsp://admin:p%40ss@10.0.0.7/1' })
    expect(config.lastSeq[camera]).toStrictEqual({ seq: 3, chain: '0'.repeat(64), untilMs: started + 3 * minute + 2000 })
    expect([config.storeId, (await footageConfig(house.rooms)).storeId]).toStrictEqual([expect.stringMatching(/^[0-9a-f]{32}$/), config.storeId])
    expect(statSync(join(house.dir, 'footage-store.json')).mode & 0o077).toBe(0)
  })
})
