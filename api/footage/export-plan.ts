import { evidence } from '../../domain/evidence/index.ts'
import { hourOf } from '../../domain/evidence/decide/footage.ts'
import type { EvidenceEvent, Written } from '../../domain/evidence/events.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { HourRow } from '../../projections/footage-hours.ts'
import { instantsOf } from '../../projections/footage-moments.ts'
import type { Linked, Plan } from '../../video/bundle/manifest.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { transparencyOf } from '../transparency.ts'
import { evidenceOf } from './evidence-room.ts'
import { cameraOf } from './references.ts'

type Range = { fromMs: number; toMs: number }
type Told = Recorded<EvidenceEvent>
const hoursPerPage = 24

const factsOf = async ({ book }: Rooms, stream: string) => await load(book, evidence, stream) as unknown as Told[]
const told = <T extends EvidenceEvent['type']>(facts: readonly Told[], type: T) => facts.filter((fact) => fact.type === type) as unknown as Recorded<Written<T>>[]
const sealedIn = (facts: readonly Told[]): Linked[] => told(facts, 'SegmentsSealed').flatMap(({ data, meta }) => data.segments.map((segment) => ({ ...segment, position: meta.position })))

/** What the book says of a camera around a range: its hours, and back to the newest segment that is over before the range begins. */
async function around(rooms: Rooms, camera: string, { fromMs, toMs }: Range): Promise<Told[]> {
  await rooms.caughtUp((await rooms.book.head()).position)
  const facts: Told[] = []
  for (let after: string | undefined, done = false; !done;) {
    const page = await rooms.rows.find('footage-hours', { where: { camera, hour: { to: hourOf(toMs) } }, order: '-hour', limit: hoursPerPage, ...(after !== undefined && { after }) })
    for (const { row } of page.rows) {
      const here = await factsOf(rooms, `evidence-camera.${camera}.${(row as HourRow).hour}`)
      facts.push(...here)
      if (sealedIn(here).some(({ endMs }) => endMs <= fromMs)) { done = true; break }
    }
    after = page.next
    done ||= after === undefined
  }
  return facts
}

/** 段, from the first to the last that shows something of the range, and the chain before them. */
function segmentsOf(facts: readonly Told[], camera: string, { fromMs, toMs }: Range, genesis: (camera: string) => string): Pick<Plan, 'segments' | 'before'> {
  const all = sealedIn(facts).sort((a, b) => a.seq - b.seq), shown = all.filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs), first = shown[0], last = shown.at(-1)
  if (!first || !last) throw new Unanswerable(409, 'nothing-recorded', '这一时段没有录像', 'Nothing was recorded in this range', { field: 'range' })
  const before = first.seq === 1 ? genesis(camera) : all.find(({ seq }) => seq === first.seq - 1)?.chain
  if (before === undefined) throw new Error(`${camera}: the book has segment ${first.seq} and not the one before it`)
  const gone = new Map(told(facts, 'SegmentsExpired').flatMap(({ data, meta }) => data.seqs.map((seq) => [seq, meta.position] as const)))
  const segments = all.filter(({ seq }) => first.seq <= seq && seq <= last.seq).map((segment) => ({ ...segment, ...(gone.has(segment.seq) && { expired: gone.get(segment.seq)! }) }))
  if (segments.every(({ expired }) => expired !== undefined)) {
    throw new Unanswerable(410, 'footage-expired', '这一时段的录像保存期满，已经删除；删除在事件簿中有记录', 'The footage of this range was deleted when its time was up; that is on record', { field: 'range' })
  }
  return { segments, before }
}
/** 断, each as its latest fact says it. */
function gapsOf(facts: readonly Told[], { fromMs, toMs }: Range): Plan['gaps'] {
  const gaps = new Map<number, Plan['gaps'][number]>()
  for (const { data, meta } of [...told(facts, 'GapDetected'), ...told(facts, 'GapClosed')]) gaps.set(data.fromMs, { ...data, position: meta.position })
  return [...gaps.values()].filter((gap) => gap.fromMs < toMs && (gap.toMs ?? toMs) > fromMs).sort((a, b) => a.fromMs - b.fromMs)
}
/** 办件事实 of the case that it was asked for, and of no other: nobody else's matter leaves with it. */
async function factsOfCase({ book }: Rooms, id: string | undefined, { fromMs, toMs }: Range): Promise<Plan['facts']> {
  const facts = id === undefined ? [] : await book.readStream(`cases-${id}`)
  return facts.filter(({ meta }) => instantsOf(meta).some((atMs) => atMs >= fromMs && atMs <= toMs))
    .map(({ type, meta: { position, stream, revision, id, recordedAt } }) => ({ position, stream, revision, id, type, recordedAt }))
}
/** 叶与证明 under a head that is signed now where the newest does not reach as far. */
async function proven(rooms: Rooms, positions: readonly number[]): Promise<Plan['book']> {
  const log = transparencyOf(rooms), newest = Math.max(...positions)
  if (log.size() < newest) await log.signNow()
  const size = log.size(), checkpoint = log.checkpoint()
  if (size < newest || checkpoint === undefined) throw new Unanswerable(503, 'no-signed-head', '还没有签过树头', 'No head has been signed yet')
  return { origin: log.origin, vkey: log.vkey, checkpoint, leaves: [...new Set(positions)].sort((a, b) => a - b).map((position) =>
    ({ position, leaf: Buffer.from(log.leaf(position)!).toString('base64'), hashes: log.inclusion(position - 1, size) })) }
}

export type Approved = { asked: Recorded<Written<'ExportRequested'>>; approved: Recorded<Written<'ExportApproved'>> }
/** 调取 as it was asked for and granted. */
export async function exportAsked(rooms: Rooms, id: string): Promise<Partial<Approved>> {
  const facts = await factsOf(rooms, `evidence-export.${id}`), asked = told(facts, 'ExportRequested')[0], approved = told(facts, 'ExportApproved')[0]
  return { ...(asked && { asked }), ...(approved && { approved }) }
}
/** 导出计划 — all that the book says for it. */
export async function planOf(rooms: Rooms, { asked: { data, meta }, approved }: Approved): Promise<Plan> {
  const { camera: id, fromMs, toMs, reason, by, case: about } = data, range = { fromMs, toMs }, room = evidenceOf(rooms)
  const facts = await around(rooms, id, range), camera = await cameraOf(rooms.book, id), signerAt = await room.published()
  if (!camera) throw new Error(`an export of a camera that there is not: ${id}`)
  const shown = segmentsOf(facts, id, range, room.genesis), gaps = gapsOf(facts, range), ofCase = await factsOfCase(rooms, about, range)
  const steps = told(facts, 'CameraClockStepped').filter(({ data: { atMs } }) => atMs >= fromMs && atMs <= toMs).map(({ data, meta }) => ({ ...data, position: meta.position }))
  const spoken = [...shown.segments.flatMap(({ position, expired = position }) => [position, expired]), ...[...gaps, ...steps, ...ofCase].map(({ position }) => position)]
  const caseNo = about === undefined ? undefined : (await rooms.rows.get('cases', about))?.['caseNo']
  return {
    export: { id: data.export, requested: meta.position, approved: approved.meta.position },
    ...(about !== undefined && { case: { id: about, ...(typeof caseNo === 'string' && { no: caseNo }) } }),
    camera: { id, name: camera.name, hall: camera.hall, ...(camera.window !== undefined && { window: camera.window }) },
    asked: { ...range, by, at: meta.recordedAt, reason, approvedBy: approved.data.by, approvedAt: approved.meta.recordedAt },
    made: { at: rooms.now(), version: room.version, suite: room.suite },
    ...shown, gaps, steps, facts: ofCase, signerAt,
    book: await proven(rooms, [...spoken, signerAt, meta.position, approved.meta.position]),
  }
}
