import { createHash, randomBytes } from 'node:crypto'
import { startWorker } from '../../adapters/worker.ts'
import type { Rooms } from '../../api/rooms.ts'
import { evidence } from '../../domain/evidence/index.ts'
import type { EvidenceCommand } from '../../domain/evidence/events.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Fact } from '../../domain/kernel/events.ts'
import { instantIn } from '../../domain/kernel/zones.ts'
import { acting, administrator } from '../people.ts'
import { county } from '../places.ts'
import type { Stage } from '../stage.ts'
import { director, type Coming } from './director.ts'
import { windowsOf, type Placed } from './placing.ts'
import type { Direction, Shooting } from './worker.ts'

/** What lies on the counter is covered for those who may not see the original. */
const papers: [number, number][] = [[0.36, 0.66], [0.51, 0.66], [0.51, 0.77], [0.36, 0.77]]
const directEveryMs = 500
/** As far ahead as it is asked who will come. */
const aheadMs = 20 * 60_000

/** 装机 — each camera is registered, and given a key that nobody but it and this process has, by the commands that anybody would say. */
export async function installed(stage: Stage, cameras: readonly Placed[]): Promise<(Placed & { key: string })[]> {
  const say = async (id: string, command: EvidenceCommand, key: string) => {
    const answer = await stage.say({ context: evidence, id, command: command as Fact, by: acting(administrator), key })
    if (isRefusal(answer) && !answer.refused.startsWith('already')) throw new Error(`a camera could not be installed: ${command.type} ${id}: ${answer.refused}`)
  }
  return Promise.all(cameras.map(async ({ camera, hall, terminal, kind, name, priority, window }) => {
    const key = randomBytes(16).toString('hex')
    await say(camera, { type: 'RegisterCamera', data: { hall, kind, name, priority, source: { kind: 'rtmp' }, retentionDays: 30, segmentSeconds: 10,
      masks: kind === 'window' ? [papers] : [], ...(terminal !== undefined && { window: terminal }) } }, `county:${camera}:registered`)
    await say(camera, { type: 'IssueStreamKey', data: { keyHash: createHash('sha256').update(key).digest('hex') } }, `county:${camera}:${key.slice(0, 8)}`)
    return { camera, hall, kind, name, priority, key, ...(terminal !== undefined && { terminal }), ...(window !== undefined && { window }) }
  }))
}

/** 开拍 — the county's cameras at the door that real ones use. What they see is what is told at the windows, heard as anybody hears it, and who is known to be coming. */
export function filming(rooms: Rooms, { stage, seed, url, cameras, soon, onError }: {
  stage: Stage; seed: number; url: string; cameras: readonly (Placed & { key: string })[]; soon(withinMs: number): readonly Coming[]; onError(error: unknown): void
}): { close(): Promise<void> } {
  const halls = [...new Set(cameras.map(({ hall }) => hall))].map((hall) => ({ hall, direct: director(seed, windowsOf(hall)) }))
  const workerData: Shooting = { url, cameras: cameras.map(({ camera, kind, hall, key, window }) => ({ camera, kind, hall, key, ...(window !== undefined && { window }) })) }
  const worker = startWorker('worker.ts', import.meta.url, { workerData, resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64 } })
  worker.on('error', onError)
  const say = (said: Direction) => worker.postMessage(said)

  function go() {
    const now = stage.clock.now(), nowMs = Date.parse(now), calendar = stage.calendar(), today = calendar.dayOf(now)
    const staffed = calendar.isWorkingDay(today) && now >= calendar.opensOf(today) && now <= calendar.closeOf(today)
    const zoneOffsetMs = Date.parse(`${today}T00:00:00.000Z`) - Date.parse(instantIn(county.zone, today)), coming = soon(aheadMs)
    for (const { direct } of halls) direct.expect(coming, nowMs)
    say({ aheadMs: nowMs - Date.now(), halls: halls.map(({ hall, direct }) => ({ hall, seed, zoneOffsetMs, windows: direct.scenes(nowMs, staffed) })) })
  }
  const stopHearing = rooms.onTold(({ context, id, by: { terminal } }) => {
    if (context.name !== 'cases' || terminal === undefined) return
    for (const { direct } of halls) direct.told(id, terminal, Date.parse(stage.clock.now()))
    go()
  })
  const timer = setInterval(() => { try { go() } catch (error) { onError(error) } }, directEveryMs)
  go()
  return {
    async close() {
      clearInterval(timer)
      stopHearing()
      const gone = new Promise((resolve) => worker.once('exit', resolve))
      say({ stop: true })
      const late = setTimeout(() => void worker.terminate(), 2_000)
      await gone
      clearTimeout(late)
    },
  }
}
