import { createHash } from 'node:crypto'
import { mkdirSync, existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storeIn } from '../../../api/footage/config.ts'
import { recordFootage } from '../../../api/footage/record.ts'
import { sweepFootage } from '../../../api/footage/retention.ts'
import { footageHere } from '../../../api/opening/footage.ts'
import { evidence } from '../../../domain/evidence/index.ts'
import type { Segment } from '../../../domain/evidence/footage.ts'
import type { Actor } from '../../../domain/kernel/events.ts'
import { instantOf } from '../../../domain/kernel/zones.ts'
import { platform } from '../../../domain/platform/index.ts'
import { segmentFile } from '../../../video/segments.ts'
import { openHouse, said, type House } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { benchZone, lifeOf, told } from '../told.ts'
import { cameraName } from '../video/recorder.ts'

const dayMs = 86_400_000, minuteMs = 60_000, aroundMs = 120_000, baseDays = 30, stepDays = 90
const administrator: Actor = { person: 'adm-1', role: 'system-admin', department: '' }, inspector: Actor = { person: 'p-005', role: 'inspector', department: '监察室' }, other: Actor = { ...inspector, person: 'p-006' }
type Kept = Segment & { camera: number }
/** What keeps footage in this story, in the words of the design and none of the product's. */
type Moment = { window: number; atMs: number; case: string }
type Hold = { camera?: number; fromMs?: number; toMs?: number; case?: string }

/** Footage of one hour of every camera, a segment each half minute: files on the disk, and their facts in the book. */
async function film(house: House, store: string, cameras: number, fromMs: number): Promise<Kept[]> {
  const all: Kept[] = []
  for (let camera = 0; camera < cameras; camera++) {
    const own = Array.from({ length: 120 }, (_, i): Segment => {
      const startMs = fromMs + i * 30_000, file = segmentFile(cameraName(camera), startMs, i + 1), content = Buffer.from(`${camera} ${i}`)
      mkdirSync(dirname(join(store, file)), { recursive: true })
      writeFileSync(join(store, file), content)
      return { seq: i + 1, run: 1, startMs, endMs: startMs + 30_000, frames: 750, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex'), chain: '0'.repeat(64), jitterMs: 1, clock: 'synchronised', file }
    })
    for (const hour of new Set(own.map(({ startMs }) => instantOf(startMs).slice(0, 13)))) {
      const segments = own.filter(({ startMs }) => instantOf(startMs).startsWith(hour))
      await recordFootage(house.rooms, { id: `${camera} ${hour}`, camera: cameraName(camera), hour: hour.replace(/\D/g, ''), facts: [{ type: 'SegmentsSealed', data: { segments } }] })
    }
    all.push(...own.map((one) => ({ ...one, camera })))
  }
  return all
}
const near = ({ startMs, endMs }: Kept, { atMs }: Moment) => startMs - aroundMs <= atMs && atMs <= endMs + aroundMs
const isHeld = (one: Kept, holds: readonly Hold[], moments: readonly Moment[]) => holds.some((hold) => hold.case === undefined
  ? hold.camera === one.camera && hold.fromMs! <= one.endMs && hold.toMs! >= one.startMs : moments.some((moment) => moment.case === hold.case && moment.window === one.camera && near(one, moment)))
const untilMs = (one: Kept, moments: readonly Moment[]) => Math.max(one.endMs + baseDays * dayMs, ...moments.filter((moment) => moment.window === one.camera && near(one, moment)).map(({ atMs }) => atMs + stepDays * dayMs))

/** 绑定的录像 — the house's own sweep and the real process that unlinks, as of days to come; what is on the disk after each is compared with what the facts allow. */
export async function retention(place: Place): Promise<Line[]> {
  const dir = place.room('retention'), house = await openHouse(dir), { rooms } = house, cameras = 4, errors: unknown[] = []
  const footage = footageHere(rooms, fileURLToPath(new URL('../../../video/main.js', import.meta.url)), { rtmpPort: 0 }, (error) => errors.push(error))
  let keyed = 0
  const say = (id: string, type: string, data: object, by: Actor) => said(house, { context: evidence, id, key: `r-${keyed++}`, by, command: { type, data: data as never } })
  try {
    await said(house, { context: platform, id: 'H-1', key: 'hall', by: administrator, command: { type: 'OpenHall', data: { name: '政务服务大厅', kind: 'hall', zone: benchZone } } })
    for (let i = 0; i < cameras; i++) await say(cameraName(i), 'RegisterCamera', { hall: 'H-1', window: `H-1-w${i}`, kind: 'window', name: `${i} 号`, source: { kind: 'rtmp' }, retentionDays: baseDays, priority: 1, segmentSeconds: 10, masks: [] }, administrator)
    await (await footage.opened()).opened()
    const nowMs = Date.parse(rooms.now()), segments = await film(house, storeIn(rooms), cameras, nowMs - 65 * minuteMs), moments: Moment[] = []
    for (let n = 0; n < 6; n++) {
      const window = n % 3, atMs = nowMs - (50 - n * 8) * minuteMs, id = `R-${n}`
      const meta = (fact: ReturnType<typeof told>) => ({ ...fact, meta: { ...fact.meta, actor: { ...fact.meta.actor, terminal: `H-1-w${window}` } } })
      const answer = await rooms.book.append(`cases-${id}`, 0, lifeOf(n * 10).map((fact, i) => meta(told(`cases-${id}`, i, fact, instantOf(atMs)))))
      assertRight(answer !== 'revision-conflict', 'a conflict in a new stream')
      moments.push({ window, atMs, case: id })
    }
    const holds: Record<string, Hold> = { 'hold-range': { camera: 3, fromMs: nowMs - 40 * minuteMs, toMs: nowMs - 35 * minuteMs }, 'hold-case': { case: 'R-0' }, 'hold-short': { camera: 1, fromMs: nowMs - 20 * minuteMs, toMs: nowMs - 18 * minuteMs } }
    for (const [id, { camera, ...hold }] of Object.entries(holds)) await say(id, 'PlaceHold', { ...hold, ...(camera !== undefined && { camera: cameraName(camera) }), reason: '投诉' }, inspector)

    let wronglyGone = 0, wronglyThere = 0, deleted = 0
    const onDisk = (one: Kept) => existsSync(join(storeIn(rooms), one.file))
    for (const days of [20, 29, 31, 60, 89, 91, 120, 400]) {
      if (days === 120) {
        await say('hold-short', 'RequestHoldRelease', { reason: '已了结' }, inspector)
        await say('hold-short', 'ApproveHoldRelease', {}, other)
        delete holds['hold-short']
      }
      const asOfMs = nowMs + days * dayMs
      deleted += (await sweepFootage(rooms, asOfMs)).expired
      for (const one of segments) {
        const mayGo = !isHeld(one, Object.values(holds), moments) && untilMs(one, moments) <= asOfMs
        if (!mayGo && !onDisk(one)) wronglyGone++
        if (mayGo && asOfMs - untilMs(one, moments) > dayMs && onDisk(one)) wronglyThere++
      }
    }
    const kept = segments.filter((one) => isHeld(one, Object.values(holds), moments)), linked = segments.filter((one) => moments.some((moment) => moment.window === one.camera && near(one, moment)))
    assertRight(errors.length === 0 && kept.length > 10 && linked.length > kept.length && deleted === segments.length - kept.length, `${errors.join('; ')} ${deleted} of ${segments.length} deleted, ${kept.length} held, ${linked.length} linked`)
    return [{ row: 'held-or-linked', zh: '保全或绑定的录像被删 / held or linked deleted', measured: `${wronglyGone} 段；删去 ${deleted} 段，还在 ${kept.length} 段（保全），曾绑定 ${linked.length} 段，到期一天以上仍在 ${wronglyThere} 段`, limit: '0',
      goal: [{ zh: '不该删而删', value: wronglyGone, most: 0 }, { zh: '该删未删', value: wronglyThere, most: 0 }], checked: `${segments.length} 个文件，由真的视频进程删除，推到第 400 天共扫 8 遍，每遍逐个看过；两人放行的一个保全随后删去`, figures: { wronglyGone, wronglyThere, deleted, kept: kept.length, linked: linked.length } }]
  } finally { await footage.close(); await house.close(); place.empty('retention') }
}
