import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FootageEvent } from '../../domain/evidence/footage.ts'
import { evidence } from '../../domain/evidence/index.ts'
import type { CameraRow } from '../../projections/cameras.ts'
import type { HourRow } from '../../projections/footage-hours.ts'
import type { LastSeq } from '../../video/channel.ts'
import { everything } from '../case-reading.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { recordingOf } from './pressure.ts'
import { lastHourOf } from './reading.ts'

type Source = { kind: 'rtmp'; keyHash: string } | { kind: 'rtsp'; url: string; trusted?: string } | { kind: 'file'; path: string; loop: boolean }
export type FootageConfig = {
  store: string; storeId: string; cameras: { camera: string; source: Source; segmentSeconds: number; record: boolean }[]
  lastSeq: Record<string, LastSeq>
}
/** Where footage lies. It may be another disk, mounted or linked there: by its mark it is known whether it is the one. */
export const storeIn = ({ dir }: Pick<Rooms, 'dir'>) => join(dir, 'footage')
const noted = ({ dir }: Pick<Rooms, 'dir'>) => join(dir, 'footage-store.json')

/** 录像库号 — made with the store at the first asking and noted beside the book; a store of another number, or none, is written to by nobody. */
async function storeIdOf(rooms: Rooms): Promise<string> {
  try {
    return (JSON.parse(await readFile(noted(rooms), 'utf8')) as { storeId: string }).storeId
  } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error }
  const storeId = randomBytes(16).toString('hex'), store = storeIn(rooms), mark = JSON.stringify({ storeId })
  await mkdir(store, { recursive: true, mode: 0o700 })
  // A store that holds something is not ours to mark.
  if ((await readdir(store)).length === 0) await writeFile(join(store, 'store.json'), `${mark}\n`, { flag: 'wx', mode: 0o600, flush: true })
  await writeFile(noted(rooms), `${mark}\n`, { flag: 'wx', mode: 0o600, flush: true })
  return storeId
}
/** 取流口令 — of cameras that are fetched, by camera: `{ "w03": { "user": "…", "password": "…" } }`, readable by this user alone and in no fact. */
async function passwordsOf({ dir }: Rooms): Promise<Record<string, { user: string; password: string }>> {
  try { return JSON.parse(await readFile(join(dir, 'camera-passwords.json'), 'utf8')) as never } catch { return {} }
}
/** 摄像机的证书 — of cameras that sign their own, each after the other (PEM); anybody may read what a camera shows to anybody. */
async function certificatesOf({ dir }: Rooms): Promise<{ trusted?: string }> {
  try { return { trusted: await readFile(join(dir, 'camera-certificates.pem'), 'utf8') } } catch { return {} }
}
async function sourceOf(rooms: Rooms, { camera, source, keyHash }: CameraRow): Promise<Source | undefined> {
  if (source.kind === 'rtmp') return keyHash === undefined ? undefined : { kind: 'rtmp', keyHash }
  // What lies in a file was filmed some other time: a demonstration alone shows it as its own.
  if (source.kind === 'file') return rooms.founding.purpose === 'demonstration' ? source : undefined
  // An address that is none is refused by the recorder, as that camera's own; the others are told of all the same.
  if (!URL.canParse(source.url)) return { kind: 'rtsp', url: source.url }
  const word = (await passwordsOf(rooms))[camera], url = new URL(source.url), trust = url.protocol === 'rtsps:' ? await certificatesOf(rooms) : {}
  if (word) { url.username = encodeURIComponent(word.user); url.password = encodeURIComponent(word.password) }
  return { kind: 'rtsp', url: url.href, ...trust }
}
/** Up to when the book says anything of a camera, and the gap that it is in. */
async function toldOf(rooms: Rooms, camera: string): Promise<Pick<LastSeq, 'untilMs' | 'gap'>> {
  const newest = await lastHourOf(rooms, camera)
  if (!newest) return {}
  const ends = [...newest.segments.map(({ endMs }) => endMs), ...newest.purged.map(({ toMs }) => toMs), ...newest.gaps.flatMap(({ toMs }) => toMs ?? [])]
  const untilMs = ends.length > 0 ? Math.max(...ends) : undefined
  const open = newest.gaps.filter(({ fromMs, toMs }) => toMs === undefined && fromMs >= (untilMs ?? 0)).sort((a, b) => b.fromMs - a.fromMs)[0]
  return { ...(untilMs !== undefined && { untilMs }), ...(open && { gap: { fromMs: open.fromMs, cause: open.cause } }) }
}
/** The last segment that the book knows of a camera, and what it says behind it; the recorder goes on from there. */
async function lastOf(rooms: Rooms, camera: string): Promise<LastSeq | undefined> {
  const { rows: [newest] } = await rooms.rows.find('footage-hours', { where: { camera }, order: '-lastSeq', limit: 1 }), told = await toldOf(rooms, camera)
  if (!newest || (newest.row as HourRow).lastSeq === 0) return told.gap && { seq: 0, chain: '', ...told }
  const facts = await load(rooms.book, evidence, `evidence-camera.${newest.key}`) as unknown as FootageEvent[]
  const segments = facts.flatMap((fact) => fact.type === 'SegmentsSealed' ? fact.data.segments : []), last = segments.reduce((a, b) => b.seq > a.seq ? b : a)
  return { seq: last.seq, chain: last.chain, ...told }
}
/** 录像配置 — every camera that is in use, and what the book knows last of each: what the recorder is told. */
export async function footageConfig(rooms: Rooms): Promise<FootageConfig> {
  await rooms.caughtUp((await rooms.book.head()).position)
  const all = (await everything<CameraRow>(rooms, 'cameras')).filter(({ retired }) => !retired), storage = rooms.footage?.storage(), record = recordingOf(all, storage)
  const cameras = await Promise.all(all.map(async (row) => {
    const source = await sourceOf(rooms, row)
    return source ? [{ camera: row.camera, source, segmentSeconds: row.segmentSeconds, record: record(row) }] : []
  }))
  const last = await Promise.all(all.map(async ({ camera }) => [camera, await lastOf(rooms, camera)] as const))
  return { store: storeIn(rooms), storeId: await storeIdOf(rooms), cameras: cameras.flat(), lastSeq: Object.fromEntries(last.flatMap(([camera, known]) => known ? [[camera, known]] : [])) }
}
