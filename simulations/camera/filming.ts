import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../adapters/worker.ts'
import type { FootageHere } from '../../api/opening/footage.ts'
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
/** A thread that draws and dies is followed by another. */
const againMs = 2_000
/** As far ahead as it is asked who will come. */
const aheadMs = 20 * 60_000

/** What somebody has since made of a camera: it is theirs, and the others film on. */
const notOurs: readonly string[] = ['camera-retired', 'camera-is-not-pushed']

/** 装机 — each camera is registered, and given a key that nobody but it and this process has, by the commands that anybody would say. */
async function installed(stage: Stage, cameras: readonly Placed[]) {
  const say = async (id: string, command: EvidenceCommand, key: string) => {
    const answer = await stage.say({ context: evidence, id, command: command as Fact, by: acting(administrator), key })
    if (isRefusal(answer) && answer.refused !== 'camera-registered-already' && !notOurs.includes(answer.refused)) throw new Error(`a camera could not be installed: ${command.type} ${id}: ${answer.refused}`)
    return !isRefusal(answer)
  }
  const keyed = await Promise.all(cameras.map(async (placed) => {
    const { camera, hall, terminal, kind, name, priority } = placed, key = randomBytes(16).toString('hex')
    await say(camera, { type: 'RegisterCamera', data: { hall, kind, name, priority, source: { kind: 'rtmp' }, retentionDays: 30, segmentSeconds: 10,
      masks: kind === 'window' ? [papers] : [], ...(terminal !== undefined && { window: terminal }) } }, `county:${camera}:registered`)
    const opens = await say(camera, { type: 'IssueStreamKey', data: { keyHash: createHash('sha256').update(key).digest('hex') } }, `county:${camera}:key ${randomUUID()}`)
    return opens ? [{ ...placed, key }] : []
  }))
  return keyed.flat()
}

export type Film = {
  /** The county's clock has passed over a night. */
  clockMoved(): void
  close(): Promise<void>
}
/** 开拍 — the county's cameras at the door that real ones use. What they see is what is told at the windows, heard as anybody hears it, and who is known to be coming. */
export function filming(rooms: Rooms, { stage, seed, cameras, footage, soon, onError }: {
  stage: Stage; seed: number; cameras: readonly Placed[]; footage: FootageHere; soon(withinMs: number): readonly Coming[]; onError(error: unknown): void
}): Film {
  const halls = [...new Set(cameras.map(({ hall }) => hall))].map((hall) => ({ hall, direct: director(seed, windowsOf(hall)) }))
  let worker: Worker | undefined, gone: Promise<unknown> | undefined, next: NodeJS.Timeout | undefined, closing = false
  const say = (said: Direction) => worker?.postMessage(said)

  async function begin() {
    const keyed = await installed(stage, cameras), recorder = await footage.opened()
    // What it was told of the time was before the county caught up with it, and before there were these keys.
    const { rtmpPort } = await recorder.again()
    if (closing) return
    const shooting: Shooting = { url: `rtmp://127.0.0.1:${rtmpPort}/live`, cameras: keyed.map(({ camera, kind, hall, key, window }) => ({ camera, kind, hall, key, ...(window !== undefined && { window }) })) }
    shoot(shooting)
  }
  function shoot(shooting: Shooting) {
    if (closing) return
    const own = worker = startWorker('worker.ts', import.meta.url, { workerData: shooting, resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64 } })
    own.on('error', onError)
    // Also one that has ended by itself is not waited for; another comes after it, with the same keys.
    gone = new Promise((resolve) => own.once('exit', () => {
      resolve(undefined)
      if (!closing) next = setTimeout(() => shoot(shooting), againMs)
    }))
    go()
  }
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
  begin().catch(onError)
  return {
    clockMoved() { footage.opened().then((recorder) => recorder.again()).catch(onError) },
    async close() {
      closing = true
      clearInterval(timer)
      clearTimeout(next)
      stopHearing()
      if (!worker) return
      const late = setTimeout(() => void worker!.terminate(), 2_000)
      say({ stop: true })
      await gone
      clearTimeout(late)
    },
  }
}
