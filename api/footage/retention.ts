import { evidence } from '../../domain/evidence/index.ts'
import { keptUntil, lapsedOf, legalDays, dayMs, type CardLife, type Reason } from '../../domain/evidence/retention.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { CameraRow } from '../../projections/cameras.ts'
import type { HourRow, KeptSegment } from '../../projections/footage-hours.ts'
import { hourText } from '../../projections/footage-moments.ts'
import { pageLimit, type Place } from '../../projections/read-store.ts'
import { policy, type Rooms } from '../rooms.ts'
import { footageAudit } from './audit.ts'
import { deletionClock } from './deletion-clock.ts'
import { recordingOf, warnHours } from './pressure.ts'
import { baseDaysOf, reasonsOf } from './reading.ts'
import { policyOf } from './references.ts'
import { camerasOf } from './scope.ts'

const factSegments = 200, everyMs = 600_000
export type Swept = { lapsed: number; spared: number; expired: number; bytes: number }
type Hour = { key: string; row: HourRow; camera: CameraRow }
type Rule = { baseDays: number; asOfMs: number; note?: string }

const chunks = <T>(all: readonly T[]) => Array.from({ length: Math.ceil(all.length / factSegments) }, (_, i) => all.slice(i * factSegments, (i + 1) * factSegments))

/** One hour of a camera: what has lapsed is told with its reasons, looked at once more, unlinked, and told to be gone. Whatever is left undone the next sweep finds. */
function hoursKept(rooms: Rooms, swept: Swept, lives: Map<string, Promise<CardLife[]>>, holdsTold: () => number) {
  const say = async (key: string, type: string, data: Record<string, unknown>, asOfMs: number, of: number) => {
    const answer = await rooms.tell({ context: evidence, id: key, by: policy, key: `${type} ${key} ${asOfMs} ${of}`, command: { type, data } })
    return !('stale' in answer) && !isRefusal(answer)
  }
  const upToNow = async () => rooms.caughtUp((await rooms.book.head()).position)
  const reasonsIn = ({ row, camera }: Hour, known?: typeof lives): Promise<Reason[]> =>
    reasonsOf(rooms, camera, { fromMs: Math.min(...row.segments.map(({ startMs }) => startMs)), toMs: Math.max(...row.segments.map(({ endMs }) => endMs)) }, known)
  const isOver = (segment: KeptSegment, reasons: readonly Reason[], { baseDays, asOfMs }: Rule) => (keptUntil(segment, reasons, baseDays) ?? Infinity) <= asOfMs

  async function lapse({ key }: Hour, segments: readonly KeptSegment[], reasons: readonly Reason[], { baseDays, asOfMs, note }: Rule) {
    const because = (one: KeptSegment) => [...lapsedOf(one, reasons, baseDays).slice(0, 99), ...note === undefined ? [] : [note]]
    // Held after all, by the book's own word: nothing of this lot, until the next sweep has looked at each.
    for (const lot of chunks(segments)) {
      const lapsed = lot.map((one) => ({ seq: one.seq, lapsed: because(one) }))
      if (await say(key, 'LapseSegments', { segments: lapsed }, asOfMs, lot[0]!.seq)) swept.lapsed += lot.length
    }
  }
  /** Those that had lapsed: a reason that has come up since spares them, whatever was decided. */
  async function remove(hour: Hour, rule: Rule): Promise<void> {
    const known = holdsTold()
    await upToNow()
    const row = await rooms.rows.get('footage-hours', hour.key) as HourRow | undefined, due = row?.segments.filter(({ lapsed }) => lapsed) ?? []
    if (!row || due.length === 0) return
    // Cards are read anew: an appeal may have been filed since the sweep began.
    const reasons = await reasonsIn({ ...hour, row }), spared = due.filter((one) => !isOver(one, reasons, rule)), gone = due.filter((one) => isOver(one, reasons, rule))
    for (const lot of chunks(spared)) {
      const data = { seqs: lot.map(({ seq }) => seq), reason: 'kept by what was told since' }
      if (await say(hour.key, 'SpareSegments', data, rule.asOfMs, lot[0]!.seq)) swept.spared += lot.length
    }
    for (const lot of chunks(gone)) {
      // A hold that was answered while this was weighed is weighed too: from here to the order nobody else speaks.
      if (holdsTold() !== known) return remove(hour, rule)
      const removed = await rooms.footage?.expire(hour.camera.camera, lot.map(({ seq, file }) => ({ seq, file }))), seqs = lot.map(({ seq }) => seq).filter((seq) => removed?.includes(seq))
      if (seqs.length === 0 || !await say(hour.key, 'ExpireSegments', { seqs }, rule.asOfMs, seqs[0]!)) continue
      swept.expired += seqs.length
      swept.bytes += lot.reduce((sum, { seq, bytes }) => sum + (seqs.includes(seq) ? bytes : 0), 0)
    }
  }
  return async (hour: Hour, rule: Rule) => {
    const reasons = await reasonsIn(hour, lives), over = hour.row.segments.filter((one) => !one.lapsed && isOver(one, reasons, rule))
    if (over.length > 0) await lapse(hour, over, reasons, rule)
    if (over.length === 0 && !hour.row.segments.some(({ lapsed }) => lapsed)) return
    await remove(hour, rule)
  }
}
/** Hours of a camera that are old enough for the law to let something go, the oldest first. */
async function* agedHours(rooms: Rooms, { camera }: CameraRow, asOfMs: number): AsyncIterable<{ key: string; row: HourRow }> {
  for (let after: Place | undefined; ;) {
    const where = { camera, files: { from: 1 }, hour: { to: hourText(asOfMs - legalDays * dayMs) } }
    const page = await rooms.rows.find('footage-hours', { where, order: 'hour', limit: Math.min(200, pageLimit), ...(after && { after }) })
    for (const { key, row } of page.rows) yield { key, row: row as HourRow }
    if (!page.end) return
    after = page.end
  }
}

/** 清理一遍 — everything that is old enough, camera by camera, an hour at a turn. With the disk nearly full and leave to do so, what exceeds the law goes too, the oldest first,
    until two days fit again; never what is held or linked. */
export async function sweepFootage(rooms: Rooms, asOfMs: number, isClosed: () => boolean = () => false): Promise<Swept> {
  const swept: Swept = { lapsed: 0, spared: 0, expired: 0, bytes: 0 }
  if (!rooms.footage) return swept
  await rooms.caughtUp((await rooms.book.head()).position)
  let holds = 0
  const stop = rooms.onTold(({ command }) => { if (command.type === 'PlaceHold') holds++ })
  try { await sweepAll(rooms, asOfMs, swept, hoursKept(rooms, swept, new Map(), () => holds), isClosed) } finally { stop() }
  return swept
}
async function sweepAll(rooms: Rooms, asOfMs: number, swept: Swept, keep: ReturnType<typeof hoursKept>, isClosed: () => boolean): Promise<void> {
  const { policy: days, shortening } = await policyOf(rooms.book), cameras = await camerasOf(rooms)
  for (const camera of cameras) for await (const hour of agedHours(rooms, camera, asOfMs)) {
    if (isClosed()) return
    await keep({ ...hour, camera }, { baseDays: baseDaysOf(camera, days), asOfMs })
    await new Promise(setImmediate)
  }
  const storage = rooms.footage?.storage(), wanted = storage ? Math.max(0, warnHours * storage.bytesPerHour - storage.freeBytes) : 0
  if (!shortening || !storage || storage.state === 'lost' || swept.bytes >= wanted) return
  const aged: Hour[] = []
  for (const camera of cameras) if (baseDaysOf(camera, days) > legalDays) for await (const hour of agedHours(rooms, camera, asOfMs)) aged.push({ ...hour, camera })
  for (const hour of aged.sort((a, b) => a.row.hour < b.row.hour ? -1 : 1)) {
    if (isClosed() || swept.bytes >= wanted) return
    await keep(hour, { baseDays: legalDays, asOfMs, note: `shortened from ${baseDaysOf(hour.camera, days)} days, ${Math.floor(storage.hoursLeft)} h left` })
    await new Promise(setImmediate)
  }
}

/** 保存期限的执行 — sweeps now and then while the house serves, and stops the cameras that matter least when nothing more may go. */
export function keepFootage(rooms: Rooms, onError: (error: unknown) => void, { monotonicMs = () => performance.now(), intervalMs = everyMs } = {}) {
  const clock = deletionClock(rooms, monotonicMs), audit = footageAudit(rooms)
  let closed = false, work: Promise<unknown> = Promise.resolve(), plan = ''
  async function turn(): Promise<Swept> {
    const swept = await sweepFootage(rooms, await clock.asOf(), () => closed)
    const cameras = await camerasOf(rooms), record = recordingOf(cameras, rooms.footage?.storage()), now = cameras.map((one) => `${one.camera} ${record(one)}`).join()
    if (rooms.footage && plan !== '' && plan !== now) await rooms.footage.configure()
    plan = now
    await audit.turn(() => closed)
    return swept
  }
  const sweep = () => {
    const done = work.then(turn)
    work = done.catch(() => undefined)
    return done
  }
  const timer = setInterval(() => { if (rooms.footage) sweep().catch(onError) }, intervalMs).unref()
  return { sweep, async close() { closed = true; clearInterval(timer); await work } }
}
