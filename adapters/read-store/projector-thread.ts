import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import type { Progress } from './build.ts'
import { loaded, type Modules } from './modules.ts'
import { buildInThreads, hashInThread } from './build-threads.ts'
import { Projector, type Changed, type Health, type Rebuilt } from './projector.ts'

export type ThreadData = Modules & {
  /** Speaks whenever the book has grown. */
  wake?: MessagePort
  hot?: number
  batch?: number
  threads?: number
}
export type Asked = { ask: 'wake' } | { ask: 'health' | 'rebuild' | 'close'; id: number }
export type Said =
  | { say: 'changed'; changed: Changed } | { say: 'switched' } | { say: 'progress'; progress: Progress } | { say: 'rebuilding'; progress: Progress }
  | { say: 'reached'; position: number }
  | { say: 'answer'; id: number; health?: readonly Health[]; rebuilt?: Rebuilt; error?: string }

async function main(port: MessagePort, data: ThreadData) {
  const { wake, hot, batch, threads } = data
  const modules: Modules = { dir: data.dir, projections: data.projections, facts: data.facts }
  const { projections, groups, source } = await loaded(modules)
  const say = (said: Said) => { port.postMessage(said) }
  const projector = new Projector({
    ...modules, projections, groups, source, ...(hot !== undefined && { hot }), ...(batch !== undefined && { batch }),
    builder: buildInThreads(modules, { ...(threads !== undefined && { threads }) }),
    hasher: () => hashInThread(modules.dir),
    onChanged: (changed) => { say({ say: 'changed', changed }) },
    onSwitched: () => { say({ say: 'switched' }) },
    onProgress: (progress) => { say({ say: 'progress', progress }) },
  })
  // A book that cannot be read, or a full disk, is no state to go on in: the thread ends, and whoever started it hears of it.
  const fatal = (failure: unknown) => { setImmediate(() => { throw failure }) }
  const go = () => { projector.wake().then(() => { if (ready) say({ say: 'reached', position: projector.position }) }, fatal) }
  let ready = false
  projector.caughtUp(0).then(() => { ready = true; go() }, fatal)
  wake?.on('message', go)
  port.on('message', (asked: Asked) => {
    if (asked.ask === 'wake') return go()
    const { id } = asked
    if (asked.ask === 'health') return say({ say: 'answer', id, health: projector.health() })
    if (asked.ask === 'rebuild') {
      return void projector.rebuild((progress) => { say({ say: 'rebuilding', progress }) })
        .then((rebuilt) => { say({ say: 'answer', id, rebuilt }) }, (failure: unknown) => { say({ say: 'answer', id, error: String(failure) }) })
    }
    void projector.close().then(() => {
      source.close?.()
      wake?.close()
      say({ say: 'answer', id })
      port.close()
    })
  })
  go()
}

await main(parentPort!, workerData as ThreadData)
