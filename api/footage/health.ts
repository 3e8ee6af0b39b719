import type { HourRow } from '../../projections/footage-hours.ts'
import { everything } from '../case-reading.ts'
import type { Line } from '../doctor.ts'
import type { Rooms } from '../rooms.ts'
import { pageLimit } from '../../projections/read-store.ts'
import { warnHours } from './pressure.ts'

/** 不符 of a camera: files that are gone or altered, and what the book could not take. */
export type AmissOf = { missing: number; altered: number; disputed: number }
/** 各机不符 — by camera, where there is any. */
export async function amissIn(rooms: Rooms): Promise<ReadonlyMap<string, AmissOf>> {
  const found = new Map<string, AmissOf>(), rows = new Map<string, HourRow>()
  for (const field of ['amiss', 'disputed']) for (let after: Awaited<ReturnType<Rooms['rows']['find']>>['end']; ;) {
    const page = await rooms.rows.find('footage-hours', { where: { [field]: { from: 1 } }, limit: pageLimit, ...(after && { after }) })
    for (const { key, row } of page.rows) rows.set(key, row as HourRow)
    after = page.end
    if (!after) break
  }
  for (const { camera, segments, disputed } of rows.values()) {
    const sum = found.get(camera) ?? { missing: 0, altered: 0, disputed: 0 }
    for (const { amiss } of segments) if (amiss) sum[amiss]++
    sum.disputed += disputed
    found.set(camera, sum)
  }
  return found
}

/** 录像体检 — nothing in a house without cameras. */
export async function footageLines(rooms: Rooms): Promise<Line[]> {
  if ((await everything(rooms, 'cameras')).length === 0) return []
  const amiss = [...await amissIn(rooms)].sort(([a], [b]) => a.localeCompare(b)), storage = rooms.footage?.storage(), check = 'footage'
  const lines = amiss.map(([camera, { missing, altered, disputed }]): Line => ({ check, state: missing + altered > 0 ? 'bad' : 'warn',
    zh: `${camera}：${missing} 段文件不在了，${altered} 段被改过，${disputed} 件存疑；与事件簿不符，请查存储盘与谁动过它`,
    en: `${camera}: ${missing} files are gone, ${altered} altered, ${disputed} in dispute: the disk is not what the book says; look into the disk and who has had it` }))
  if (storage?.state === 'lost') lines.push({ check, state: 'bad', zh: '录像盘不在，或不是这块盘：没有录像', en: 'the disk of footage is not there, or is another: nothing is recorded' })
  else if (storage?.state === 'full') lines.push({ check, state: 'bad', zh: '录像盘已满：没有录像', en: 'the disk of footage is full: nothing is recorded' })
  else if (storage && (storage.state === 'low' || storage.hoursLeft < warnHours)) {
    lines.push({ check, state: 'warn', zh: `录像盘还够 ${Math.floor(storage.hoursLeft)} 小时`, en: `the disk of footage lasts for ${Math.floor(storage.hoursLeft)} hours` })
  }
  return lines.length > 0 ? lines : [{ check, state: 'ok', zh: '查过的录像文件与事件簿相符', en: 'the files of footage that were looked at are what the book says' }]
}
