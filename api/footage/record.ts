import { doorId, hourOf } from '../../domain/evidence/decide/footage.ts'
import type { Said } from '../../domain/evidence/events.ts'
import type { FootageEvent } from '../../domain/evidence/footage.ts'
import { evidence } from '../../domain/evidence/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Rooms } from '../rooms.ts'

type Telling = Pick<Rooms, 'tell'>
const recorder = { person: 'recorder', role: 'camera', department: '' } as const

/** One by one, each segment too: what contradicts the book takes nothing with it that does not. */
const apart = (facts: readonly FootageEvent[]): FootageEvent[] =>
  facts.flatMap((fact): FootageEvent[] => fact.type === 'SegmentsSealed' ? fact.data.segments.map((one) => ({ type: fact.type, data: { segments: [one] } })) : [fact])

/** 存疑 is told of the hour in which it was to stand. What even that is refused for is of no camera that there is. */
async function dispute(rooms: Telling, stream: string, data: Said<'DisputeFootage'>['data'], key: string): Promise<void> {
  const answer = await rooms.tell({ context: evidence, id: stream, by: recorder, key, command: { type: 'DisputeFootage', data } })
  if (isRefusal(answer)) process.stderr.write(`录像事实未能记录 / footage was not recorded: ${stream}: ${data.what}, ${answer.refused}\n`)
}
/** 记录录像 — what the recorder reports becomes facts, and what the book cannot take becomes one that says so; resolves when they stand there. What came to no camera's door is
    told of the door. */
export async function recordFootage(rooms: Telling, { id, camera, hour, facts }: { id: string; camera: string; hour: string; facts: readonly FootageEvent[] }): Promise<void> {
  const told = camera === doorId ? facts.filter(({ type }) => type === 'StreamRefused') : facts, stream = `${camera}.${hour}`
  if (told.length === 0) return
  const record = (some: readonly FootageEvent[], key: string) => rooms.tell({ context: evidence, id: stream, by: recorder, key, command: { type: 'RecordFootage', data: { facts: some } } })
  if (!isRefusal(await record(told, `footage ${id}`))) return
  for (const [i, fact] of apart(told).entries()) {
    const answer = await record([fact], `footage ${id} ${i}`)
    if (isRefusal(answer)) await dispute(rooms, stream, { what: answer.refused, told: fact }, `disputed ${id} ${i}`)
  }
}
/** 文件存疑 — a file that lies in the store and is no segment of the book. */
export const disputeFile = (rooms: Telling, { camera, file, what }: { camera: string; file: string; what: string }, nowMs: number): Promise<void> => {
  const [, startMs] = /(\d{1,15})-\d+\.mp4(?:\.part)?$/.exec(file) ?? []
  return dispute(rooms, `${camera}.${hourOf(startMs === undefined ? nowMs : Number(startMs))}`, { what, file: file.slice(-200) }, `disputed ${camera} ${what} ${file}`)
}
