import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deletionClock } from '../../api/footage/deletion-clock.ts'
import { footageAudit } from '../../api/footage/audit.ts'
import { amissIn } from '../../api/footage/health.ts'
import { recordFootage } from '../../api/footage/record.ts'
import { sweepFootage } from '../../api/footage/retention.ts'
import { forgetDeleted } from '../../api/opening/evidence/main.ts'
import type { Rooms } from '../../api/rooms.ts'
import { cases } from '../../domain/cases/index.ts'
import { usualPolicy } from '../../domain/evidence/retention.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { read, type Actor, type Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { platform } from '../../domain/platform/index.ts'
import { supervision } from '../../domain/supervision/index.ts'
import { heInspector, liMin, policy } from '../kernel/spec.ts'
import { cameraSaid, evidence, paperRecorder, withListeners } from './footage-house.ts'
import { openSupervisedHouse, type SupervisedHouse } from './supervised-house.ts'

const dayMs = 86_400_000, minuteMs = 60_000, first = Date.parse('2026-01-05T00:00:00.000Z')
const instant = (ms: number) => new Date(ms).toISOString() as Instant
const clerk: Actor = { person: 'p-004', role: 'window-clerk', department: '市场监管局', terminal: 'H-1-w1' }, handler = { ...liMin, terminal: 'H-1-w1' }, other: Actor = { ...heInspector, person: 'p-006' }
async function openFilmed() {
  const house = await openSupervisedHouse({ start: instant(first) }), rooms = withListeners(house.rooms), recorder = paperRecorder(rooms)
  Object.assign(rooms, { footage: recorder.port })
  const say = async (context: Parameters<SupervisedHouse['say']>[0], id: string, type: string, data: object, by: Actor = policy) => {
    const answer = await rooms.tell({ context, id, command: { type, data: data as never }, by, key: `f-${keyed++}` })
    if (isRefusal(answer)) throw new Error(`${type} of ${id}: ${answer.refused}`)
  }
  let keyed = 0
  await say(evidence, 'w1', 'RegisterCamera', cameraSaid())
  await say(evidence, 'w2', 'RegisterCamera', cameraSaid({ window: 'H-1-w2', retentionDays: 40, priority: 2 }))
  const { window: _, ...over } = cameraSaid({ kind: 'overview', priority: 3 })
  await say(evidence, 'o1', 'RegisterCamera', over)
  const apply = (id: string) => say(cases, id, 'SubmitApplication', { itemCode: 'SP-01', hall: 'H-1', channel: 'window', applicantId: `a-${id}`, organisation: '县食品厂' }, clerk)
  const at = (ms: number) => house.set(instant(Math.max(ms, Date.parse(house.now()))))
  return { house, rooms, recorder, say, apply, at, sweep: () => sweepFootage(rooms, Date.parse(house.now())) }
}
type Filmed = Awaited<ReturnType<typeof openFilmed>>
const hasFile = ({ recorder }: Filmed, camera: string, seq: number) => recorder.files.has(`${camera} ${seq}`)

/** The oracle: it walks the facts of the book and reckons in its own way, second for second, with the days of the design written out. */
/** `sweptMs`: when somebody swept, and the recorder was there to obey: what is due goes then, and not a day later. */
function walk(facts: readonly Recorded[], sweptMs: readonly number[]) {
  const wrong: string[] = [], segments = new Map<string, { startMs: number; endMs: number; lapsedAt?: string; goneMs?: number }>(), holds = new Map<string, { case?: string; camera?: string; fromMs?: number; toMs?: number }>()
  const moments: { window: string; case: string; atMs: number; days: number }[] = []
  const days: Record<string, number> = { w1: 30, w2: 40, o1: 30 }, windows: Record<string, string> = { w1: 'H-1-w1', w2: 'H-1-w2' }
  // Over the hall both windows are seen; a fact there keeps nothing of it, a hold for its case does.
  const sees = (camera: string, window: string) => camera === 'o1' ? Object.values(windows).includes(window) : windows[camera] === window
  const near = (one: { startMs: number; endMs: number }, atMs: number) => one.startMs - 120_000 <= atMs && atMs <= one.endMs + 120_000
  const held = (camera: string, one: { startMs: number; endMs: number }) => [...holds.values()].some((hold) => hold.case !== undefined
    ? moments.some((moment) => moment.case === hold.case && sees(camera, moment.window) && near(one, moment.atMs)) : hold.camera === camera && hold.fromMs! <= one.endMs && hold.toMs! >= one.startMs)
  const dueMs = (camera: string, one: { startMs: number; endMs: number }) => Math.max(one.endMs + days[camera]! * dayMs,
    ...moments.filter((moment) => moment.window === windows[camera] && near(one, moment.atMs)).map((moment) => moment.atMs + moment.days * dayMs))
  for (const { type, data, meta } of facts as readonly Recorded<{ type: string; data: any }>[]) {
    const camera = /^evidence-camera\.(\w+)\./.exec(meta.stream)?.[1] ?? '', nowMs = Date.parse(meta.recordedAt)
    if (meta.stream.startsWith('cases-') && meta.actor.terminal !== undefined) moments.push({ window: meta.actor.terminal, case: meta.stream.slice(6), atMs: nowMs, days: type === 'SupplementRequested' ? 180 : 90 })
    if (type === 'HoldPlaced') holds.set(data.hold, data)
    if (type === 'HoldReleased') { holds.delete(data.hold); if (data.by === data.requestedBy) wrong.push(`${data.hold} was let go by one`) }
    if (type === 'SegmentsSealed') for (const one of data.segments) segments.set(`${camera} ${one.seq}`, { startMs: one.startMs, endMs: one.endMs })
    if (type === 'SegmentsLapsed') for (const { seq, lapsed } of data.segments) {
      const one = segments.get(`${camera} ${seq}`)!
      if (lapsed.length === 0) wrong.push(`${camera} ${seq} lapsed for nothing`)
      if (held(camera, one)) wrong.push(`${camera} ${seq} lapsed while it was held`)
      if (dueMs(camera, one) > nowMs) wrong.push(`${camera} ${seq} lapsed ${(dueMs(camera, one) - nowMs) / dayMs} days early`)
      one.lapsedAt = meta.recordedAt
    }
    if (type === 'SegmentsExpired') for (const seq of data.seqs) {
      const one = segments.get(`${camera} ${seq}`)!
      if (one.lapsedAt === undefined) wrong.push(`${camera} ${seq} went without a word`)
      if (held(camera, one)) wrong.push(`${camera} ${seq} went while it was held`)
      one.goneMs = nowMs
      const next = sweptMs.find((ms) => ms >= dueMs(camera, one))
      if (nowMs !== next && !everHeld.has(`${camera} ${seq}`)) wrong.push(`${camera} ${seq} went ${(nowMs - next!) / dayMs} days late`)
    }
    for (const [key, one] of segments) if (type.startsWith('Hold') && held(key.split(' ')[0]!, one)) everHeld.add(key)
  }
  return { wrong, segments, dueMs, held }
}
const everHeld = new Set<string>()

/** Every day of a year where there is time; every third day of a third of one otherwise. */
const played = process.env['LONG'] ? { days: 365, step: 1 } : { days: 108, step: 3 }
describe('保存期限', () => {
  it(`${played.days} days of two windows and what hangs over them: nothing held or linked is ever missing, everything else goes on its day, and every deletion is on record`, { timeout: 900_000 }, async () => {
    const filmed = await openFilmed(), { house, recorder, say, apply, at, sweep } = filmed, sweptMs: number[] = []
    try {
      let seed = 20260105
      const chance = (n: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % n
      for (let n = 0; n * played.step < played.days; n++) {
        const morning = first + n * played.step * dayMs
        at(morning + minuteMs)
        for (const camera of ['w1', 'w2', 'o1']) await recorder.record(camera, morning + minuteMs, 3)
        if (n % 2 === 0) { at(morning + (3 + chance(25)) * minuteMs); await apply(`X-${n}`) }
        if (n % 6 === 0) { at(morning + 29 * minuteMs); await say(cases, `X-${n}`, 'RequestSupplement', { asked: [{ material: '平面图', reason: '没有标明面积', basis: '办法第十二条' }] }, handler) }
        at(morning + 40 * minuteMs)
        if (n % 5 === 2) await say(evidence, `h-${n}`, 'PlaceHold', n % 2 ? { camera: 'w2', fromMs: morning, toMs: morning + 15 * minuteMs, reason: '投诉' } : { case: `X-${n}`, reason: '投诉' }, heInspector)
        if (n % 10 === 4 && n >= 22) {
          await say(evidence, `h-${n - 22}`, 'RequestHoldRelease', { reason: '已了结' }, heInspector)
          await say(evidence, `h-${n - 22}`, 'ApproveHoldRelease', {}, other)
        }
        at(morning + 12 * 60 * minuteMs)
        // The recorder is down now and then, and so is the house.
        recorder.down = n % 17 === 5
        if (n % 13 === 7) continue
        await sweep()
        if (n % 17 !== 5) sweptMs.push(Date.parse(house.now()))
      }
      const { wrong, segments, dueMs, held } = walk(await house.facts(), sweptMs), nowMs = Date.parse(house.now())
      expect(wrong).toStrictEqual([])
      const still = [...segments].filter(([, { goneMs }]) => goneMs === undefined)
      expect(still.filter(([key]) => !recorder.files.has(key))).toStrictEqual([])
      expect([...segments].filter(([key, { goneMs }]) => goneMs !== undefined && recorder.files.has(key))).toStrictEqual([])
      // What is there though its day was more than one ago is held.
      expect(still.filter(([key, one]) => dueMs(key.split(' ')[0]!, one) < nowMs - 2 * played.step * dayMs && !held(key.split(' ')[0]!, one)).map(([key]) => key)).toStrictEqual([])
      expect(segments.size - still.length).toBeGreaterThan(played.days / played.step)
      for (const camera of ['w1', 'w2', 'o1']) expect(still.filter(([key, one]) => key.startsWith(camera) && held(camera, one)).length, camera).toBeGreaterThan(0)
    } finally { await house.close() }
  })
})

describe('保存期限 when things happen at once', () => {
  let filmed: Filmed
  beforeAll(async () => { filmed = await openFilmed() }, 60_000)
  afterAll(async () => { await filmed?.house.close() })
  const segmentAt = async (ms: number) => { filmed.at(ms); return (await filmed.recorder.record('w1', ms, 1))[0]! }
  const old = () => filmed.at(Date.parse(filmed.house.now()) + 31 * dayMs)
  const factsOf = async (seq: number) => (await filmed.house.facts('evidence-camera.w1.')).filter(({ type, data }) => type !== 'SegmentsSealed' && JSON.stringify(data).match(new RegExp(`\\b${seq}\\b`))).map(({ type }) => type)

  it('a process that ends between the word and the deed: the next sweep finishes it', async () => {
    const { seq } = await segmentAt(first)
    old()
    filmed.recorder.down = true
    expect(await filmed.sweep()).toMatchObject({ lapsed: 1, expired: 0 })
    filmed.recorder.down = false
    expect(hasFile(filmed, 'w1', seq)).toBe(true)
    expect(await filmed.sweep()).toMatchObject({ lapsed: 0, expired: 1 })
    expect(hasFile(filmed, 'w1', seq)).toBe(false)
    expect(await factsOf(seq)).toStrictEqual(['SegmentsLapsed', 'SegmentsExpired'])
  })
  it('a hold that is placed after it had lapsed and before it is gone spares it', async () => {
    const { seq, startMs, endMs } = await segmentAt(Date.parse(filmed.house.now()) + dayMs)
    old()
    filmed.recorder.down = true
    await filmed.sweep()
    filmed.recorder.down = false
    await filmed.say(evidence, 'late-1', 'PlaceHold', { camera: 'w1', fromMs: startMs, toMs: endMs + 1, reason: '刚刚投诉' }, heInspector)
    expect(await filmed.sweep()).toMatchObject({ spared: 1, expired: 0 })
    expect(hasFile(filmed, 'w1', seq)).toBe(true)
    expect(await factsOf(seq)).toStrictEqual(['SegmentsLapsed', 'SegmentsSpared'])
  })
  it('a hold that is answered while a sweep runs is kept by that sweep: orders of later lots leave it alone', async () => {
    const from = Date.parse(filmed.house.now()) + dayMs
    filmed.at(from)
    const [one, two] = [(await filmed.recorder.record('w1', from, 1))[0]!, (await filmed.recorder.record('w2', from, 1))[0]!]
    filmed.at(from + 45 * dayMs)
    filmed.recorder.before = async () => {
      filmed.recorder.before = undefined
      await filmed.say(evidence, 'during-1', 'PlaceHold', { camera: 'w2', fromMs: two.startMs, toMs: two.endMs + 1, reason: '投诉' }, heInspector)
    }
    await filmed.sweep()
    expect([hasFile(filmed, 'w1', one.seq), hasFile(filmed, 'w2', two.seq)]).toStrictEqual([false, true])
  })
  it('a case fact that is keyed in late keeps what it happened before, as long as that is there', async () => {
    const { seq, startMs } = await segmentAt(Date.parse(filmed.house.now()) + dayMs)
    filmed.at(startMs + 5 * minuteMs)
    await filmed.apply('L-1')
    filmed.at(startMs + 31 * dayMs)
    await filmed.sweep()
    expect(hasFile(filmed, 'w1', seq)).toBe(true)
    filmed.at(startMs + 91 * dayMs)
    await filmed.sweep()
    expect(hasFile(filmed, 'w1', seq)).toBe(false)
  })
  it('a card that is dealt after it had lapsed and before it is gone spares it', async () => {
    const { seq, startMs } = await segmentAt(Date.parse(filmed.house.now()) + dayMs)
    filmed.at(startMs + 5 * minuteMs)
    await filmed.apply('K-1')
    filmed.at(startMs + 91 * dayMs)
    const { rooms } = filmed, { tell } = rooms, card = { ruleId: 'R-02', ruleVersion: 1, params: {}, clause: '无', calendarVersion: 1, clock: 'promised', becameTrueAt: filmed.house.now(), ledger: [], severity: 'YELLOW' }
    Object.assign(rooms, { async tell(saying: Parameters<typeof tell>[0]) {
      const answer = await tell(saying)
      if (saying.command.type === 'LapseSegments') { Object.assign(rooms, { tell }); await filmed.say(supervision, 'cases.K-1', 'IssueCard', card) }
      return answer
    } })
    expect(await filmed.sweep()).toMatchObject({ lapsed: 1, spared: 1, expired: 0 })
    expect(hasFile(filmed, 'w1', seq)).toBe(true)
  })
  it('a camera that moves to another window keeps what happened at the one it looked at then', async () => {
    const { seq, startMs } = await segmentAt(Date.parse(filmed.house.now()) + dayMs)
    filmed.at(startMs + 5 * minuteMs)
    await filmed.apply('M-1')
    filmed.at(startMs + 20 * minuteMs)
    await filmed.say(evidence, 'w1', 'ChangeCamera', cameraSaid({ window: 'H-1-w9' }), { ...heInspector, role: 'system-admin' })
    const after = (await filmed.recorder.record('w1', startMs + 60 * minuteMs, 1))[0]!
    filmed.at(startMs + 65 * minuteMs)
    await filmed.apply('M-2')
    filmed.at(startMs + 35 * dayMs)
    await filmed.sweep()
    expect([hasFile(filmed, 'w1', seq), hasFile(filmed, 'w1', after.seq)]).toStrictEqual([true, false])
    await filmed.say(evidence, 'w1', 'ChangeCamera', cameraSaid(), { ...heInspector, role: 'system-admin' })
  })
  it('a full disk shortens what exceeds the law where that was allowed, the oldest first and no more than is wanted; never what is held or linked', async () => {
    const from = Date.parse(filmed.house.now()) + dayMs
    filmed.at(from)
    const footage = await filmed.recorder.record('w2', from, 4)
    await filmed.say(evidence, 'full-1', 'PlaceHold', { camera: 'w2', fromMs: footage[0]!.startMs, toMs: footage[0]!.endMs, reason: '投诉' }, heInspector)
    filmed.at(from + 35 * dayMs)
    filmed.recorder.storage = { freeBytes: 0, bytesPerHour: 2000 / 48, hoursLeft: 0, state: 'low' }
    await filmed.sweep()
    expect(footage.map(({ seq }) => hasFile(filmed, 'w2', seq))).toStrictEqual([true, true, true, true])
    await filmed.say(evidence, 'retention', 'AllowShortening', { allowed: true, reason: '硬盘不足' }, { ...heInspector, role: 'system-admin' })
    await filmed.sweep()
    expect(hasFile(filmed, 'w2', footage[0]!.seq)).toBe(true)
    expect(footage.slice(1).some(({ seq }) => hasFile(filmed, 'w2', seq))).toBe(false)
    const told = (await filmed.house.facts('evidence-camera.w2.')).filter(({ type }) => type === 'SegmentsLapsed').at(-1)!
    expect(JSON.stringify(told.data)).toContain('shortened from 40 days')
    filmed.recorder.storage = undefined
  })
})

describe('保全与全景', () => {
  const setting = (holdsOverview: boolean) => ({ baseDays: 30, aroundSeconds: 120, stepDays: 90, supplementDays: 180, complaintDays: 365, cardDays: 30, holdsOverview, reason: '档案办法' })
  it('a case that is held keeps what hung over its hall then, until the rule says otherwise; what the hall saw at other times goes on its day', async () => {
    const filmed = await openFilmed(), { say, at, recorder, sweep, house } = filmed
    try {
      await say(platform, 'H-2', 'OpenHall', { name: '二号大厅', kind: 'hall', zone: 'Asia/Shanghai' })
      await say(evidence, 'w7', 'RegisterCamera', cameraSaid({ hall: 'H-2', window: 'H-2-w1' }))
      const { window: _, ...over } = cameraSaid({ hall: 'H-2', kind: 'overview' })
      await say(evidence, 'o2', 'RegisterCamera', over)
      at(first + minuteMs)
      const [seen, elsewhere, own] = [(await recorder.record('o1', first + minuteMs, 1))[0]!, (await recorder.record('o2', first + minuteMs, 1))[0]!, (await recorder.record('w1', first + minuteMs, 1))[0]!]
      at(first + 5 * minuteMs)
      await filmed.apply('O-1')
      const later = (await recorder.record('o1', first + 60 * minuteMs, 1))[0]!
      await say(evidence, 'over-1', 'PlaceHold', { case: 'O-1', reason: '投诉' }, heInspector)
      at(first + 31 * dayMs)
      // Whoever orders it: the book itself knows what is held, however far the rows are.
      const hour = `o1.${new Date(first).toISOString().slice(0, 13).replace(/\D/g, '')}`, order = { segments: [{ seq: seen.seq, lapsed: ['base 2026-02-04'] }] }
      expect(await filmed.rooms.tell({ context: evidence, id: hour, command: { type: 'LapseSegments', data: order }, by: policy, key: 'forced' })).toMatchObject({ refused: 'segment-held' })
      await sweep()
      const there = () => [hasFile(filmed, 'o1', seen.seq), hasFile(filmed, 'o1', later.seq), hasFile(filmed, 'o2', elsewhere.seq), hasFile(filmed, 'w1', own.seq)]
      expect(there()).toStrictEqual([true, false, false, true])
      await say(evidence, 'retention', 'SetRetention', setting(false), heInspector)
      await sweep()
      expect(there()).toStrictEqual([false, false, false, true])
      expect((await house.facts('evidence-policy.')).map(({ data }) => data)).toMatchObject([{ holdsOverview: false }])
    } finally { await house.close() }
  })
  it('a rule that was set before overviews were spoken of leaves them out, as it did', () => {
    const older = JSON.parse(readFileSync(new URL('../fixtures/events/RetentionSet.v1.json', import.meta.url), 'utf8')) as Record<string, unknown>
    expect(read(evidence.events, { type: 'RetentionSet', data: older }, 1).data).toStrictEqual({ ...older, holdsOverview: false })
    expect(usualPolicy.holdsOverview).toBe(true)
  })
})

describe('副本', () => {
  it('of what was deleted while nobody listened are swept when the house opens; of what is there, or unknown to the book, they stay', async () => {
    const filmed = await openFilmed()
    try {
      const [old] = await filmed.recorder.record('w1', first, 1), lateMs = first + 31 * dayMs
      filmed.at(lateMs)
      const [late] = await filmed.recorder.record('w1', lateMs, 1)
      await filmed.sweep()
      const forgotten: string[] = []
      await forgetDeleted(filmed.rooms, [{ camera: 'w1', seq: old!.seq }, { camera: 'w1', seq: late!.seq }, { camera: 'w1', seq: 99 }, { camera: 'w2', seq: 1 }], (camera, seqs) => forgotten.push(`${camera} ${seqs.join()}`))
      expect([hasFile(filmed, 'w1', old!.seq), forgotten]).toStrictEqual([false, [`w1 ${old!.seq}`]])
    } finally { await filmed.house.close() }
  })
})
describe('盘点', () => {
  let filmed: Filmed
  beforeAll(async () => { filmed = await openFilmed() }, 60_000)
  afterAll(async () => { await filmed?.house.close() })
  const settled = async () => filmed.rooms.caughtUp((await filmed.rooms.book.head()).position)
  const told = async (type: string) => (await filmed.house.facts('evidence-camera.')).filter((fact) => fact.type === type).map(({ data }) => data)
  const amiss = async () => { await settled(); return Object.fromEntries(await amissIn(filmed.rooms)) }

  it('a file that goes behind our back is a fact after one sweep, in any hour; there again it is none, and nothing is said of a store that cannot be seen', async () => {
    const { recorder, rooms } = filmed, all = [...await recorder.record('w1', first, 30), ...await recorder.record('w2', first + 3_600_000, 8)], audit = footageAudit(rooms)
    await settled()
    expect(await audit.turn()).toStrictEqual({ hours: 7, amiss: 0, restored: 0 })
    const gone = [all[0]!, all[17]!], keys = gone.map(({ seq }) => `w1 ${seq}`), files = keys.map((key) => recorder.files.get(key)!)
    for (const key of keys) recorder.files.delete(key)
    recorder.down = true
    expect(await audit.turn()).toStrictEqual({ hours: 0, amiss: 0, restored: 0 })
    recorder.down = false
    expect(await audit.turn()).toMatchObject({ amiss: 2 })
    expect(await amiss()).toStrictEqual({ w1: { missing: 2, altered: 0, disputed: 0 } })
    expect(await audit.turn()).toMatchObject({ amiss: 0 })
    expect(await told('SegmentsMismatched')).toHaveLength(2)
    keys.forEach((key, i) => recorder.files.set(key, files[i]!))
    expect(await audit.turn()).toMatchObject({ amiss: 0, restored: 2 })
    expect(await amiss()).toStrictEqual({})
  })
  it('in a store that is too large for one sweep, round after round, each hour once in a round', async () => {
    const { recorder, rooms } = filmed, audit = footageAudit(rooms, { hoursEach: 3 }), found: number[] = []
    await settled()
    recorder.files.delete([...recorder.files].find(([key]) => key.startsWith('w1'))![0])
    for (let i = 0; i < 3; i++) { const { hours, amiss } = await audit.turn(); found.push(hours, amiss) }
    expect(found.filter((_, i) => i % 2 === 0)).toStrictEqual([3, 3, 1])
    expect(found.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b)).toBe(1)
    expect((await audit.turn()).hours).toBe(3)
  })
  it('a report that contradicts the book takes nothing with it that does not, and is itself a fact', async () => {
    const { recorder, rooms } = filmed, fromMs = first + 20 * 3_600_000, [one] = await recorder.record('w2', fromMs, 1), other = { ...one!, sha256: 'f'.repeat(64) }, next = { ...one!, seq: one!.seq + 1, startMs: one!.endMs + 1, endMs: one!.endMs + 2 }
    await recordFootage(rooms, { id: 'odd', camera: 'w2', hour: one!.file && new Date(fromMs).toISOString().slice(0, 13).replace(/\D/g, ''), facts: [{ type: 'SegmentsSealed', data: { segments: [other, next] } }] })
    expect((await told('SegmentsSealed')).at(-1)).toStrictEqual({ segments: [next] })
    expect(await told('FootageDisputed')).toStrictEqual([{ what: 'segment-told-otherwise', told: { type: 'SegmentsSealed', data: { segments: [other] } } }])
    expect((await amiss())['w2']).toMatchObject({ disputed: 1 })
  })
})

const filmedDir = () => mkdtempSync(join(tmpdir(), 'deletion-'))
describe('删除之时', () => {
  const house = (state: 'trusted' | 'stepped' = 'trusted', hours: object[] = []) => {
    let nowMs = first, mono = 0
    const rooms = { dir: filmedDir(), clock: 'system', rows: { async *scan() { yield hours.map((row, i) => ({ key: `${i}`, row })) } }, now: () => instant(nowMs), keeping: { state: () => state } } as unknown as Rooms
    return { rooms, mono: () => mono, pass(ms: number) { nowMs += ms; mono += ms }, jump(ms: number) { nowMs += ms } }
  }
  it('a clock that jumps a year ahead lets go in a day what two days would have', async () => {
    const one = house(), clock = deletionClock(one.rooms, one.mono)
    expect(await clock.asOf()).toBe(first)
    one.jump(365 * dayMs)
    one.pass(dayMs)
    expect(await clock.asOf() - first).toBe(2 * dayMs)
    // A process that begins anew begins where the last one was, however late its clock says that it is.
    const again = deletionClock(one.rooms, one.mono)
    expect(await again.asOf() - first).toBe(2 * dayMs)
  })
  it('keeps up with a clock that goes as it should, and never runs ahead of it', async () => {
    const one = house(), clock = deletionClock(one.rooms, one.mono)
    await clock.asOf()
    for (let i = 1; i <= 5; i++) { one.pass(dayMs); expect(await clock.asOf()).toBe(first + i * dayMs) }
    one.jump(-3 * dayMs)
    expect(await clock.asOf()).toBe(first + 2 * dayMs)
  })
  it('the note of the last sweep lost, a clock that is a year ahead is believed no more than before: by the book it was no later than the last deletion, or than its oldest footage', async () => {
    const segments = [{ startMs: first - 40 * dayMs, endMs: first - 40 * dayMs + 1 }], gone = { segments, lapsed: [], purged: [{ because: ['base 2026-01-03', 'step X-1 2025-12-01'] }, { because: ['base 2026-01-02', 'shortened from 40 days, 3 h left'] }] }
    for (const [hours, expected] of [[[gone, { segments, lapsed: [], purged: [] }], Date.parse('2026-01-03')], [[{ segments, lapsed: [], purged: [] }], first - 40 * dayMs], [[], first + 365 * dayMs]] as const) {
      const one = house('trusted', [...hours])
      one.jump(365 * dayMs)
      const clock = deletionClock(one.rooms, one.mono)
      expect(await clock.asOf()).toBe(expected)
      one.pass(dayMs)
      expect(await clock.asOf() - expected).toBeLessThanOrEqual(2 * dayMs)
    }
  })
  it('stands still while a step waits to be confirmed', async () => {
    const one = house('stepped'), clock = deletionClock(one.rooms, one.mono)
    const began = await clock.asOf()
    one.pass(10 * dayMs)
    expect(await clock.asOf()).toBe(began)
  })
})
