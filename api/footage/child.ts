import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { CameraState, Configuration, Discrepancy, Expiry, FromVideo, Ready, Report, StorageState, ToVideo } from '../../video/channel.ts'

/** A process that ends is followed by another: at once the first time, later when it keeps ending. One that says nothing for `mutedMs` is ended. */
const firstMs = 100, mostMs = 1500, steadyMs = 30_000, mutedMs = 15_000, stopMs = 10_000

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

/** 视频子进程 — started, configured, listened to, and started again. What it says of cameras is kept for whoever asks; what it could not say is found on the disk by its successor. */
export function openFootage({ main, configuration, onReport, onState, onStorage, onDiscrepancy, onReady, onError }: FootageOptions) {
  let child: ChildProcess | undefined, closing = false, renewing = false, delayMs = firstMs, heardAtMs = 0, ready: Ready | undefined, storage: StorageState | undefined
  let states = new Map<string, CameraState>(), again: NodeJS.Timeout | undefined, ended = Promise.resolve()
  const expiries = new Map<string, (seqs: readonly number[] | undefined) => void>(), record = recording(onReport, onError), waiting = new Set<() => void>()

  function begin() {
    const process = child = fork(main, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: ['--max-semi-space-size=4', '--enable-source-maps'] }), begunMs = performance.now()
    heardAtMs = begunMs
    configuration().then((said) => say(process, { configure: said })).catch((error: unknown) => { onError(error); process.kill('SIGKILL') })
    process.on('message', (said) => { heardAtMs = performance.now(); hear(process, said as FromVideo) })
    process.on('error', onError)
    ended = new Promise((resolve) => process.once('exit', () => resolve()))
    process.once('exit', (code, signal) => {
      if (child !== process) return
      child = ready = undefined
      states = new Map()
      for (const answer of expiries.values()) answer(undefined)
      expiries.clear()
      if (closing) return
      if (renewing) { renewing = false; return begin() }
      onError(new Error(`视频进程停了，重新启动 / the video process has ended (${signal ?? code}) and is started again`))
      delayMs = performance.now() - begunMs > steadyMs ? firstMs : Math.min(delayMs * 2, mostMs)
      again = setTimeout(begin, delayMs)
    })
  }
  function hear(from: ChildProcess, said: FromVideo) {
    if ('report' in said) return void record(said.report, () => say(from, { ack: said.report.id }))
    if ('state' in said) { states = new Map(said.state.map((state) => [state.camera, state])); onState?.(said.state) }
    else if ('storage' in said) onStorage?.(storage = said.storage)
    else if ('expired' in said) { expiries.get(said.expired.id)?.(said.expired.seqs); expiries.delete(said.expired.id) }
    else if ('discrepancy' in said) onDiscrepancy?.(said.discrepancy)
    else {
      ;({ ready } = said)
      if (ready.refused !== undefined) onError(new Error(`推流端口打不开 / the port for cameras cannot be opened: ${ready.refused}`))
      onReady?.(ready)
      for (const go of waiting) go()
    }
  }
  const listening = setInterval(() => { if (child && performance.now() - heardAtMs > mutedMs) child.kill('SIGKILL') }, 1000)
  listening.unref()
  begin()
  /** When a process is up and its door is open, or was refused. */
  const opened = () => ready ? Promise.resolve(ready) : new Promise<Ready>((resolve) => { const go = () => { waiting.delete(go); resolve(ready!) }; waiting.add(go) })
  return {
    /** By camera, as of the last second; nothing of it while the process is away. */
    states: () => states as ReadonlyMap<string, CameraState>,
    storage: () => storage,
    ready: () => ready,
    pid: () => child?.pid,
    opened,
    /** 另起 — by another process, which asks anew what it is to do and what time it is; what is open is sealed first. */
    async again() { renewing = child !== undefined; await stopped(child, ended); return opened() },
    /** The register has changed. */
    async configure() { say(child, { configure: await configuration() }) },
    /** Answers which segments are gone from the disk; nothing where the process ended meanwhile, and it is to be asked again. */
    expire(camera: string, segments: Expiry['segments']): Promise<readonly number[] | undefined> {
      if (!child) return Promise.resolve(undefined)
      const id = randomUUID()
      return new Promise((resolve) => { expiries.set(id, resolve); say(child, { expire: { id, camera, segments } }) })
    },
    /** All that is open is sealed, and told, before it ends; what takes too long is found by the next. */
    async close() {
      closing = true
      clearInterval(listening)
      clearTimeout(again)
      await stopped(child, ended)
    },
  }
}
const say = (to: ChildProcess | undefined, said: ToVideo) => { if (to?.connected) to.send(said, () => undefined) }
async function stopped(child: ChildProcess | undefined, ended: Promise<void>) {
  say(child, { stop: true })
  const patience = setTimeout(() => child?.kill('SIGKILL'), stopMs)
  if (child) await ended
  clearTimeout(patience)
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
