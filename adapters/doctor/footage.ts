import { accessSync, constants, existsSync, lstatSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { Found, ReadStore } from '../../projections/read-store.ts'

type Hour = { segments: { startMs: number; endMs: number; bytes: number }[]; gaps: { fromMs: number; toMs?: number; cause: string }[] }
/** 所见录像 — the folder, its disk, and of each camera in use how much it writes and whether it has a picture; nothing of it is judged here. */
export type FootageSeen = {
  store: 'there' | 'missing' | 'another' | 'not-writable'; freeBytes: number; usedBytes: number
  /** `silent`: nothing has come since then, and why; without an instant, never. */
  cameras: readonly { camera: string; name: string; retentionDays: number; bytesPerDay: number; silent?: { sinceMs?: number; cause?: string } }[]
  /** What was ever set of the days. */
  retention: readonly Recorded[]
}
const dayMs = 86_400_000, hoursLooked = 24

function storeOf(dir: string): FootageSeen['store'] {
  const store = join(dir, 'footage')
  const idIn = (path: string) => { try { return (JSON.parse(readFileSync(path, 'utf8')) as { storeId?: unknown } | null)?.storeId } catch { return undefined } }
  const agreed = idIn(join(dir, 'footage-store.json')), found = idIn(join(store, 'store.json'))
  if (!existsSync(store) || found === undefined) return 'missing'
  if (agreed !== undefined && found !== agreed) return 'another'
  try { accessSync(store, constants.W_OK) } catch { return 'not-writable' }
  return 'there'
}
/** By the hours that were written last: how much a day is, and the gap that nobody has ended. */
async function heardOf(rows: ReadStore, camera: string): Promise<{ bytesPerDay: number; silent?: { sinceMs?: number; cause?: string } }> {
  const found = (await rows.find('footage-hours', { where: { camera }, order: '-hour', limit: hoursLooked })).rows.map(({ row }) => row as unknown as Hour)
  const segments = found.flatMap((hour) => hour.segments)
  const ms = segments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0), bytes = segments.reduce((sum, one) => sum + one.bytes, 0)
  const bytesPerDay = ms === 0 ? 0 : bytes / ms * dayMs, told = found.find((hour) => hour.segments.length > 0 || hour.gaps.length > 0)
  if (!told) return { bytesPerDay, silent: {} }
  const lastMs = Math.max(0, ...segments.map(({ endMs }) => endMs)), open = told.gaps.find(({ fromMs, toMs }) => toMs === undefined && fromMs >= lastMs)
  return { bytesPerDay, ...(open && { silent: { ...(lastMs > 0 && { sinceMs: open.fromMs }), cause: open.cause } }) }
}
/** Nothing in a house without cameras. `bytes`: of what lies below a path within the directory. */
export async function footageOf(dir: string, rows: ReadStore, retention: readonly Recorded[], bytes: (below: string) => number): Promise<FootageSeen | undefined> {
  const all: Found[] = []
  if (rows.collections().includes('cameras')) for await (const batch of rows.scan('cameras')) all.push(...batch.filter(({ row }) => row['retired'] !== true))
  if (all.length === 0) return undefined
  const store = storeOf(dir), path = join(dir, 'footage'), disk = existsSync(path) ? statfsSync(path) : undefined
  // A store that is linked from elsewhere has its disk to itself.
  const usedBytes = disk === undefined ? 0 : lstatSync(path).isSymbolicLink() ? (disk.blocks - disk.bfree) * disk.bsize : bytes('footage/')
  const cameras = await Promise.all(all.map(async ({ key, row }) => ({ camera: key, name: String(row['name']), retentionDays: Number(row['retentionDays']), ...await heardOf(rows, key) })))
  return { store, freeBytes: disk ? disk.bavail * disk.bsize : 0, usedBytes, cameras: cameras.sort((a, b) => a.camera.localeCompare(b.camera, 'en', { numeric: true })), retention }
}
