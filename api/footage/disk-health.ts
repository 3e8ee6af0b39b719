import { read, type Recorded } from '../../domain/kernel/events.ts'
import { evolvePolicy } from '../../domain/evidence/decide/policy.ts'
import { evidenceEvents } from '../../domain/evidence/events.ts'
import { usualPolicy } from '../../domain/evidence/retention.ts'
import type { Line, Looked } from '../doctor.ts'
import { baseDaysOf } from './reading.ts'

const check = 'footage', named = 5
const say = (state: Line['state'], zh: string, en: string): Line => ({ check, state, zh, en })
const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
const few = (names: readonly string[]) => names.slice(0, named).join('、') + (names.length > named ? `… (${names.length})` : '')
const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`

type Seen = NonNullable<Looked['footage']>
function folderLine({ store }: Seen): Line {
  if (store === 'missing') {
    return say('bad', '录像目录不在，或没有标记（footage/store.json）：可能是盘没挂上，没有录像',
      'the folder of footage is not there, or has no mark (footage/store.json): its disk may not be mounted; nothing is recorded')
  }
  if (store === 'another') {
    return say('bad', '录像目录是另一块盘：不往里写，没有录像。请挂上原来的盘', 'the folder of footage is another disk: nothing is written to it. Mount the one that belongs here')
  }
  if (store === 'not-writable') return say('bad', '录像目录写不进去：没有录像', 'the folder of footage cannot be written to: nothing is recorded')
  return say('ok', '录像目录在，能写', 'the folder of footage is there and can be written to')
}
/** 放得下几天 — room for footage, taken and free, against the days that are promised. */
function roomLine({ cameras, freeBytes, usedBytes, retention }: Seen): Line[] {
  const told = retention.map((fact) => read(evidenceEvents, fact as Recorded<Parameters<typeof evolvePolicy>[1]>, fact.meta.version))
  const { policy } = told.reduce(evolvePolicy, { policy: usualPolicy, shortening: false })
  const perDay = cameras.reduce((sum, one) => sum + one.bytesPerDay, 0), wanted = cameras.reduce((sum, one) => sum + one.bytesPerDay * baseDaysOf(one, policy), 0)
  if (perDay === 0) return [say('ok', `还没有录像可算，盘上剩 ${gigabytes(freeBytes)}`, `nothing is recorded yet to reckon with; ${gigabytes(freeBytes)} left`)]
  const days = Math.floor((usedBytes + freeBytes) / perDay), least = Math.ceil(wanted / perDay - 0.01), free = gigabytes(freeBytes)
  if (freeBytes < perDay / 24) {
    return [say('bad', `录像盘只剩 ${free}，不到一小时：马上要停录`, `${free} left on the disk of footage, less than an hour: recording is about to stop`)]
  }
  return days < least
    ? [say('warn', `录像盘照现在的写法放得下 ${days} 天，规定存 ${least} 天（剩 ${free}）：满了会停录不重要的，不会提前删。请扩容`,
      `the disk of footage holds ${days} days at this rate and ${least} are to be kept (${free} left): full, the least important cameras stop; nothing goes early. Make room`)]
    : [say('ok', `录像盘照现在的写法放得下 ${days} 天，规定存 ${least} 天（剩 ${free}）`,
      `the disk of footage holds ${days} days at this rate; ${least} are to be kept (${free} left)`)]
}
function silentLines({ cameras }: Seen): Line[] {
  const since = cameras.flatMap(({ camera, silent }) => silent?.sinceMs === undefined ? [] : [`${camera} ${at(silent.sinceMs)}`])
  const never = cameras.filter(({ silent }) => silent && silent.sinceMs === undefined).map(({ camera }) => camera)
  return [
    ...since.length > 0 ? [say('warn', `没有画面：${few(since)}。请查摄像机与网线`, `without a picture since: ${few(since)}. Look at the cameras and their lines`)] : [],
    ...never.length > 0 ? [say('warn', `登记了，从没有来过画面：${few(never)}`, `registered, and no picture has ever come: ${few(never)}`)] : [],
    ...since.length + never.length === 0 ? [say('ok', `${cameras.length} 台摄像机都有画面`, `all ${cameras.length} cameras have a picture`)] : [],
  ]
}
/** 录像体检 by what stands on the disk and in the rows, whether anybody serves them or not; nothing in a house without cameras. */
export const footageOnDisk = ({ footage }: Looked): Line[] => footage ? [folderLine(footage), ...roomLine(footage), ...silentLines(footage)] : []
