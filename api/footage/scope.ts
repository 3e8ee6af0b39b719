import type { Role } from '../../domain/kernel/context.ts'
import type { CameraRow } from '../../projections/cameras.ts'
import type { Standing } from '../access/standing.ts'
import { everything } from '../case-reading.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'

/** 看实时 (domain.md K): 大厅管理 and 大厅监控 their own hall, 监察 every hall. 看录像: the latter two, for a case or a reason. */
export const liveViewers: readonly Role[] = ['hall-manager', 'hall-monitor', 'inspector'], recordedViewers: readonly Role[] = ['hall-monitor', 'inspector']
/** 看原图 — to whom a masked camera is shown as it is, with the masks drawn over it in the page; to nobody else is it shown at all, but for copies that are masked. */
const seesOriginals: readonly Role[] = ['hall-monitor', 'inspector']
export const isWithheld = ({ masks }: Pick<CameraRow, 'masks'>, as: Role) => masks.length > 0 && !seesOriginals.includes(as)
export type Way = 'live' | 'recorded'

const reaches = ({ grants }: Standing, roles: readonly Role[], hall: string): Role | undefined =>
  grants.find(({ role, scope, of }) => roles.includes(role) && (scope === 'region' || (scope === 'hall' && of === hall)))?.role
export const viewersOf = (way: Way) => way === 'live' ? liveViewers : recordedViewers
export const seesHall = (who: Standing, hall: string, way: Way = 'live'): Role | undefined => reaches(who, viewersOf(way), hall)

/** The same words for what is not there, what is not theirs, and a view that opens nothing: nobody learns what others have. */
export const noSuchFootage = () => new Unanswerable(404, 'no-such-footage', '没有这台摄像机，或这次查看不能打开它', 'There is no such camera, or this view does not open it')
const maskedForYou = () => new Unanswerable(403, 'masked-for-you', '这台摄像机有遮挡，不挡的画面只给大厅督查和监察员看；要看，请他们把遮挡后的副本交给您',
  'This camera has masks. What it shows without them is for hall monitors and inspectors; ask one of them for the masked copy')

const kept = new WeakMap<Rooms, Promise<CameraRow[]>>()
const listening = new WeakSet<Rooms>()
/** 摄像机一览 — read once, and again when the register has changed. */
export function camerasOf(rooms: Rooms): Promise<CameraRow[]> {
  if (!listening.has(rooms)) {
    listening.add(rooms)
    rooms.onChanged((said) => { if ('many' in said ? said.collections.includes('cameras') : said.changes.some(({ collection }) => collection === 'cameras')) kept.delete(rooms) })
  }
  const known = kept.get(rooms) ?? everything<CameraRow>(rooms, 'cameras')
  kept.set(rooms, known)
  known.catch(() => kept.delete(rooms))
  return known
}
/** Where it hung in a stretch of time. */
const hallsIn = ({ places }: CameraRow, { fromMs, toMs }: Stretch): string[] =>
  places.flatMap(({ sinceMs, hall }, i) => (i === 0 || sinceMs <= toMs) && (places[i + 1]?.sinceMs ?? Infinity) > fromMs ? [hall] : [])
type Stretch = { fromMs: number; toMs: number }
/** 所指摄像机 — one that somebody may see in this way, and as what; `stretch`: what it recorded then is of the halls where it hung then. */
export async function cameraFor(rooms: Rooms, who: Standing, camera: string, way: Way, stretch?: Stretch): Promise<{ camera: CameraRow; as: Role }> {
  const found = (await camerasOf(rooms)).find((one) => one.camera === camera), roles = found && (stretch ? hallsIn(found, stretch) : [found.hall]).map((hall) => seesHall(who, hall, way))
  const as = roles?.every((role) => role !== undefined) ? roles[0] : undefined
  if (!found || !as) throw noSuchFootage()
  if (isWithheld(found, as)) throw maskedForYou()
  return { camera: found, as }
}
