import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Footage } from '../../api/footage/child.ts'
import type { House, Serving } from '../../api/opening/main.ts'
import { contexts } from '../../domain/contexts.ts'
import type { Segment } from '../../domain/evidence/footage.ts'
import { being, run } from '../cli/mingjian.ts'
import { licence } from '../fixtures/licence.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'
import { soon } from './collecting.ts'
import { flvReader } from './flv-reader.ts'
import { clipOf, publisher } from './peers.ts'
import { runningCamera } from './rtmp-client.ts'
import { socketLine, type SocketLine } from './socket-line.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })
const root = mkdtempSync(join(tmpdir(), 'mingjian-served-')), dir = join(root, 'data'), caseId = 'E-0001'
const dist = (path: string) => import(pathToFileURL(new URL(`../../dist/${path}`, import.meta.url).pathname).href)
const { openRooms, serve } = await dist('api/opening/main.js') as typeof import('../../api/opening/main.ts')
const { obey } = await dist('api/main.js') as typeof import('../../api/main.ts')

let house: House, serving: Serving, footage: Footage, port = 0, said = 0
const keys = new Map<string, string>(), cookies = new Map<string, string>()
async function say(context: string, id: string, type: string, data: object, person = 'policy', role = 'policy') {
  const answer = await house.rooms.tell({ context: contexts.find(({ name }) => name === context)!, id, command: { type, data: data as Record<string, unknown> }, by: { person, role, department: '监察局' }, key: `t-${said++}` })
  if (!('facts' in answer)) throw new Error(`${type}: ${JSON.stringify(answer)}`)
}
const post = (path: string, body: object, cookie: string) => fetch(`${serving.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `k-${said++}`, Cookie: cookie } })
const fetched = (path: string, cookie: string) => fetch(`${serving.url}${path}`, { headers: { Cookie: cookie } })
async function factsOf<T>(type: string): Promise<T[]> {
  const found: T[] = []
  for await (const batch of house.rooms.book.readAll(0)) for (const fact of batch) if (fact.type === type) found.push(fact.data as T)
  return found
}
const segmentsOf = async (camera: string) => {
  await footage.urge(camera)
  const all = await factsOf<{ segments: Segment[] }>('SegmentsSealed')
  return all.flatMap(({ segments }) => segments).filter(({ file }) => file.startsWith(`${camera}/`)).sort((a, b) => a.seq - b.seq)
}
/** The whole house: its server here, its cameras in a process of their own. */
beforeAll(async () => {
  house = await openRooms(dir, { write: 'must', founding: { purpose: 'demonstration', name: '试', region: '422822', zone: 'Asia/Shanghai' } })
  await say('platform', 'h1', 'OpenHall', { name: '一号大厅', kind: 'hall', zone: 'Asia/Shanghai' })
  await say('items', 'A-1', 'PublishItem', { ...licence, department: '甲局', shortName: '甲', officers: ['p-handler'], materials: [] })
  for (const [person, role] of [['p-inspector', 'inspector'], ['p-other', 'inspector'], ['p-monitor', 'hall-monitor'], ['p-system', 'system-admin']] as const) {
    await say('identity', person, 'EnrolPerson', { name: person, department: '监察局', post: role, roles: [role], ...(role === 'hall-monitor' && { hall: 'h1' }) })
  }
  await say('cases', caseId, 'SubmitApplication', { itemCode: 'A-1', hall: 'h1', channel: 'window', applicantId: 'q-1', applicantName: '王小明' }, 'w-1', 'window-clerk')
  serving = await serve(house, { host: '127.0.0.1', port: 0, issue: false, obey, footage: { rtmpPort: 0 } })
  for (const person of ['p-inspector', 'p-other', 'p-monitor', 'p-system']) cookies.set(person, await being(serving.url, person))
  for (const [camera, masks] of [['h1-w1', []], ['h1-w2', [[[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]]]] as const) {
    await say('evidence', camera, 'RegisterCamera', { hall: 'h1', window: camera, kind: 'window', name: camera, source: { kind: 'rtmp' }, retentionDays: 30, priority: 1, segmentSeconds: 5, masks })
    const answer = await post(`/api/video/cameras/${camera}/stream-key`, {}, cookies.get('p-system')!)
    keys.set(camera, (await answer.json() as { key: string }).key)
  }
  footage = await serving.footage!.opened()
  expect(await soon(() => footage.states().size === 2, 15_000)).toBe(true)
  port = footage.ready()!.rtmpPort
})
afterAll(async () => { await serving?.close(); rmSync(root, { recursive: true, force: true }) })

describe('查看，录像在另一个进程里', () => {
  it.skipIf(!withFfmpeg)('every look is on record before the first byte of it: live, recorded, a snapshot, a masked copy, a bundle; and no byte goes out without one', async () => {
    const clip = clipOf({ seconds: 3 }), pushing = publisher(clip.file, `rtmp://127.0.0.1:${port}/live/${keys.get('h1-w2')}`), camera = 'h1-w2', at = `/api/video/cameras/${camera}`
    const monitor = cookies.get('p-monitor')!, inspector = cookies.get('p-inspector')!, fromMs = Date.now()
    try {
      expect(footage.pid()).not.toBe(process.pid)
      expect(await soon(() => footage.states().get(camera)?.state === 'live', 15_000)).toBe(true)
      // 体检 — while one camera shows its picture and the other never has.
      const health = async () => (await run('doctor', '--data', dir, '--json')).json.lines.filter(({ check }: { check: string }) => check === 'footage').map(({ state, en }: { state: string; en: string }) => `${state}: ${en}`)
      expect(await health()).toStrictEqual(['ok: the folder of footage is there and can be written to', expect.stringMatching(/^ok: nothing is recorded yet to reckon with; [\d.]+ GiB left$/), expect.stringMatching(/^warn: registered, and no picture has ever come: h1-w1/)])
      // 实时 — at the instant of the first byte the look stands in the book already.
      let onRecord: Promise<unknown[]> | undefined
      const line = socketLine(serving.url, `${at}/live`, monitor, () => { onRecord ??= factsOf('LiveWatched') })
      expect(await soon(() => onRecord !== undefined, 5000)).toBe(true)
      expect(await onRecord).toMatchObject([{ looker: 'p-monitor', camera, role: 'hall-monitor' }])
      line.hangUp()
      await pause(5500)
      // 录像 — nothing without a view, nor with somebody else's.
      const none = '0'.repeat(32)
      for (const path of ['footage', 'playlist.m3u8', 'segments/1.mp4', 'masked/1.mp4']) expect((await fetched(`${at}/${path}?view=${none}`, monitor)).status, path).toBe(404)
      expect(await factsOf('FootageViewed')).toStrictEqual([])
      const opened = await post('/api/video/views', { camera, fromMs, toMs: Date.now(), caseId, reason: '投诉核查' }, monitor), { view } = await opened.json() as { view: string }
      expect(opened.status).toBe(201)
      expect(await factsOf('FootageViewed')).toMatchObject([{ view, looker: 'p-monitor', camera, case: caseId, reason: '投诉核查' }])
      const looks = (await factsOf<{ looker: string; looks: { kind: string; case: string }[] }>('RecordsViewed')).flatMap(({ looker, looks }) => looks.map(({ kind, case: of }) => `${looker} ${kind} ${of}`))
      expect(looks).toStrictEqual([`p-monitor footage ${caseId}`])
      const [first] = await segmentsOf(camera), whole = readFileSync(join(dir, 'footage', first!.file))
      expect(createHash('sha256').update(whole).digest('hex')).toBe(first!.sha256)
      const segment = await fetched(`${at}/segments/${first!.seq}.mp4?view=${view}`, monitor)
      expect([segment.status, Buffer.from(await segment.arrayBuffer()).equals(whole)]).toStrictEqual([200, true])
      for (const path of ['footage', 'playlist.m3u8', `segments/${first!.seq}.mp4`]) expect((await fetched(`${at}/${path}?view=${view}`, inspector)).status, path).toBe(404)
      // 定格、遮挡副本
      const picture = await post(`${at}/snapshot`, { atMs: first!.startMs + 300, view }, monitor), png = Buffer.from(await picture.arrayBuffer())
      expect([picture.status, png.subarray(1, 4).toString()]).toStrictEqual([200, 'PNG'])
      expect(await factsOf('SnapshotSaved')).toStrictEqual([{ view, looker: 'p-monitor', camera, atMs: first!.startMs + 300, sha256: createHash('sha256').update(png).digest('hex') }])
      expect((await fetched(`${at}/masked/${first!.seq}.mp4?view=${view}`, monitor)).status).toBe(200)
      expect((await post(`${at}/snapshot`, { atMs: first!.startMs + 300, view }, inspector)).status).toBe(404)
      expect(await factsOf('SnapshotSaved')).toHaveLength(1)
      // 调取 — granted by another, and who takes it is on record each once.
      await say('evidence', 'X-1', 'RequestExport', { camera, fromMs: first!.startMs, toMs: first!.endMs, case: caseId, reason: '投诉核查' }, 'p-monitor', 'hall-monitor')
      expect((await fetched('/api/video/exports/X-1/bundle.tar', inspector)).status).toBe(409)
      await say('evidence', 'X-1', 'ApproveExport', {}, 'p-inspector', 'inspector')
      for (const person of ['p-inspector', 'p-other', 'p-inspector']) await (await fetched('/api/video/exports/X-1/bundle.tar', cookies.get(person)!)).arrayBuffer()
      expect((await factsOf<{ by: string }>('EvidenceExported')).map(({ by }) => by)).toStrictEqual(['p-inspector', 'p-other'])
      // 体检 again: it says how many days the disk holds, and since when there is no picture.
      pushing.kill('SIGKILL')
      expect(await soon(() => footage.states().get(camera)?.state === 'silent', 8000)).toBe(true)
      await footage.urge(camera)
      await house.rooms.caughtUp((await house.rooms.book.head()).position)
      const lines = await health()
      expect(lines[1]).toMatch(/^(ok|warn): the disk of footage holds \d+ days at this rate.* 30 are to be kept/)
      expect(lines.slice(2)).toStrictEqual([expect.stringMatching(/^warn: without a picture since: h1-w2 \d{4}-/), expect.stringMatching(/never|ever/)])
    } finally { pushing.kill('SIGKILL'); clip.remove() }
  })
  it('a process of cameras that is killed takes no look with it, and gives none away: who watched is cut off, and comes again on record', async () => {
    const camera = 'h1-w1', pushing = await runningCamera(port, keys.get(camera)!), cookie = cookies.get('p-inspector')!, before = (await factsOf('LiveWatched')).length
    let bytes = 0
    const line = socketLine(serving.url, `/api/video/cameras/${camera}/live`, cookie, (more) => { bytes += more.length })
    expect(await soon(() => bytes > 2000, 10_000)).toBe(true)
    expect((await factsOf('LiveWatched')).length).toBe(before + 1)
    const pid = footage.pid()!
    process.kill(pid, 'SIGKILL')
    await line.closed
    expect(line.code()).toBe(1013)
    pushing.close()
    const opened = await post('/api/video/views', { camera, fromMs: Date.now() - 60_000, toMs: Date.now(), reason: '核对' }, cookie)
    expect(opened.status).toBe(201)
    expect((await factsOf<{ camera: string }>('FootageViewed')).filter((one) => one.camera === camera)).toHaveLength(1)
    expect(await soon(() => footage.pid() !== undefined && footage.pid() !== pid && footage.ready() !== undefined, 10_000)).toBe(true)
    const again = await runningCamera(port, keys.get(camera)!)
    let more = 0
    const second = socketLine(serving.url, `/api/video/cameras/${camera}/live`, cookies.get('p-other')!, (some) => { more += some.length })
    expect(await soon(() => more > 2000, 10_000)).toBe(true)
    expect((await factsOf<{ looker: string; camera: string }>('LiveWatched')).slice(before)).toMatchObject([{ looker: 'p-inspector', camera }, { looker: 'p-other', camera }])
    second.hangUp()
    again.close()
  })
})

describe('不读的观看者', () => {
  it('sixty lines that never read a byte are let go; whoever reads misses no picture, the recorder keeps them all, and the house answers', async () => {
    const camera = 'h1-w1', idle = 60, begunMs = Date.now(), pushing = await runningCamera(port, keys.get(camera)!, { bytes: 32_000 }), path = `/api/video/cameras/${camera}/live`
    expect(await soon(() => footage.states().get(camera)?.state === 'live', 10_000)).toBe(true)
    const numbers: number[] = [], read = flvReader(({ timestampMs }) => numbers.push(timestampMs)), reader = socketLine(serving.url, path, cookies.get('p-other')!, read)
    expect(await soon(() => numbers.length > 0, 5000)).toBe(true)
    const crowd: SocketLine[] = Array.from({ length: idle }, (_, i) => socketLine(serving.url, path, cookies.get(i % 2 === 0 ? 'p-monitor' : 'p-inspector')!))
    const waits: number[] = [], fromMs = performance.now()
    let rssMost = 0, stillMs = 0, lookedAt = performance.now()
    const still = setInterval(() => { const now = performance.now(); stillMs = Math.max(stillMs, now - lookedAt - 20); lookedAt = now }, 20)
    // Each is given up by this side or the other: what its own machine takes of it is no more than its buffers hold.
    const gone = Promise.all(crowd.map(async ({ socket }) => { while (!socket.destroyed) { await pause(250); if (performance.now() - fromMs > 45_000) return } }))
    const looking = (async () => {
      while (performance.now() - fromMs < 14_000) {
        const from = performance.now()
        expect((await fetch(`${serving.url}/health`)).ok).toBe(true)
        waits.push(performance.now() - from)
        rssMost = Math.max(rssMost, Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${footage.pid()}/status`, 'utf8'))![1]) / 1024)
        await pause(200)
      }
    })()
    await looking
    for (const { socket } of crowd) socket.resume()
    await gone
    expect(crowd.filter(({ socket }) => !socket.destroyed)).toHaveLength(0)
    const seen = numbers.length
    clearInterval(still)
    pushing.close()
    await pause(3500)
    reader.hangUp()
    const kept = (await segmentsOf(camera)).filter(({ startMs }) => startMs >= begunMs).reduce((sum, { frames }) => sum + frames, 0)
    // The house, the camera and everybody who looks share this process: where it stood still itself, nobody read, and whoever reads is not judged.
    const stood = stillMs > 800
    if (stood) console.warn(`SKIPPED: this process stood still for ${Math.round(stillMs)} ms; whether whoever reads misses nothing is not proved in this run`)
    else {
      for (let i = 1; i < numbers.length; i++) expect(numbers[i]! - numbers[i - 1]!).toBe(40)
      expect(seen).toBeGreaterThan(200)
    }
    expect(kept).toBe(pushing.sent())
    console.warn(`${idle} lines that never read, 0.8 MB a second each: ${seen} pictures read of ${pushing.sent()}, ${kept} kept; /health after ${Math.round(Math.max(...waits))} ms at most; the process of cameras held ${Math.round(rssMost)} MiB at most`)
  })
})
