import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Amiss, Audit, CameraState, Configuration, Discrepancy, Expiry, FromVideo, Ready, Report, StorageState } from '../../video/channel.ts'
import { keptAlive, say } from './child-life.ts'

export type FootageOptions = {
  /** The compiled `video/main.js`. */
  main: string
  /** Asked whenever a process begins, and when the register has changed: what the book knows by then. */
  configuration(): Promise<Configuration>
  /** Resolves when it stands in the book, or never will: only then is it acknowledged. */
  onReport(report: Report): Promise<void>
  onState?(states: readonly CameraState[]): void
  onStorage?(storage: StorageState): void
  onDiscrepancy?(found: Discrepancy): void
  onReady?(ready: Ready): void
  onError(error: unknown): void
}
export type Footage = ReturnType<typeof openFootage>
const urgedMs = 1500

/** 视频子进程 — started, configured, listened to, and started again. What it says of cameras is kept for whoever asks; what it could not say is found on the disk by its successor. */
export function openFootage({ main, configuration, onReport, onState, onStorage, onDiscrepancy, onReady, onError }: FootageOptions) {
  let ready: Ready | undefined, rtmpHost: string | undefined, storage: StorageState | undefined, states = new Map<string, CameraState>()
  const expiries = asking<readonly number[]>(), audits = asking<readonly Amiss[]>(), urges = asking<true>(), record = recording(onReport, onError), waiting = new Set<() => void>()
  const life = keptAlive({
    main, onError, onSaid: hear,
    onBegun: (child) => { configuration().then((said) => { ({ rtmpHost } = said); say(child, { configure: said }) }).catch((error: unknown) => { onError(error); child.kill('SIGKILL') }) },
    onGone() { ready = undefined; states = new Map(); expiries.dropAll(); audits.dropAll(); urges.dropAll() },
  })

  function hear(from: ChildProcess, said: FromVideo) {
    if ('report' in said) return void record(said.report, () => say(from, { ack: said.report.id }))
    if ('state' in said) { states = new Map(said.state.map((state) => [state.camera, state])); onState?.(said.state) }
    else if ('storage' in said) {
      // A disk that fills, or has room again, changes which cameras are recorded.
      if (storage && storage.state !== said.storage.state) configure().catch(onError)
      ;({ storage } = said)
      onStorage?.(storage)
    } else if ('expired' in said) expiries.answer(said.expired.id, said.expired.seqs)
    else if ('audited' in said) audits.answer(said.audited.id, said.audited.amiss)
    else if ('urged' in said) urges.answer(said.urged, true)
    else if ('discrepancy' in said) onDiscrepancy?.(said.discrepancy)
    else {
      ;({ ready } = said)
      if (ready.refused !== undefined) onError(new Error(`推流端口打不开 / the port for cameras cannot be opened: ${ready.refused}`))
      onReady?.(ready)
      for (const go of waiting) go()
    }
  }
  const opened = () => ready ? Promise.resolve(ready) : new Promise<Ready>((resolve) => { const go = () => { waiting.delete(go); resolve(ready!) }; waiting.add(go) })
  async function configure() { say(life.current(), { configure: await configuration() }) }
  return {
    /** By camera, as of the last second; nothing of it while the process is away. */
    states: () => states as ReadonlyMap<string, CameraState>,
    storage: () => storage,
    ready: () => ready,
    pid: () => life.current()?.pid,
    /** When a process is up and its door is open, or was refused. */
    opened,
    /** 另起 — by another process, which asks anew what it is to do and what time it is. */
    async again() { await life.renew(); return opened() },
    door: () => ready && ready.rtmpPort > 0 ? { port: ready.rtmpPort, ...(rtmpHost !== undefined && { host: rtmpHost }) } : undefined,
    /** Where live pictures are served. */
    live: () => ready?.socket,
    /** The register has changed. */
    configure,
    /** Answers which segments are gone from the disk; nothing where the process ended meanwhile, and it is to be asked again. */
    expire: (camera: string, segments: Expiry['segments']) => life.current() ? expiries.ask((id) => say(life.current(), { expire: { id, camera, segments } })) : Promise.resolve(undefined),
    /** Answers which segments are not as the book says; nothing where that could not be seen. */
    audit: (camera: string, segments: Audit['segments'], closely: boolean) =>
      life.current() ? audits.ask((id) => say(life.current(), { audit: { id, camera, closely, segments } })) : Promise.resolve(undefined),
    /** What is sealed of a camera stands in the book, or it has taken too long to wait for. */
    async urge(camera: string): Promise<void> {
      if (!life.current()) return
      const patience = new AbortController()
      await Promise.race([urges.ask((id) => say(life.current(), { urge: { id, camera } })), pause(urgedMs, undefined, { signal: patience.signal, ref: false }).catch(() => undefined)])
      patience.abort()
    },
    /** All that is open is sealed, and told, before it ends; what takes too long is found by the next. */
    close: life.close,
  }
}

/** One report that is on its way is not begun again, however often it is said meanwhile. */
function recording(onReport: FootageOptions['onReport'], onError: FootageOptions['onError']) {
  const underWay = new Set<string>()
  return async (report: Report, acknowledge: () => void) => {
    if (underWay.has(report.id)) return
    underWay.add(report.id)
    try {
      await onReport(report)
      acknowledge()
    } catch (error) { onError(error) } finally { underWay.delete(report.id) }
  }
}
/** What was asked and is not answered yet. */
function asking<Answer>() {
  const asked = new Map<string, (answer: Answer | undefined) => void>()
  return {
    ask: (say: (id: string) => void) => new Promise<Answer | undefined>((resolve) => { const id = randomUUID(); asked.set(id, resolve); say(id) }),
    answer(id: string, answer: Answer | undefined) { asked.get(id)?.(answer); asked.delete(id) },
    dropAll() { for (const answer of asked.values()) answer(undefined); asked.clear() },
  }
}
