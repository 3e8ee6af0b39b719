import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { build, type Progress } from './build.ts'
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
export type Asked = { ask: 'wake' } | { ask: 'bulk'; on: boolean } | { ask: 'health' | 'rebuild' | 'close'; id: number }
export type Said =
  | { say: 'changed'; changed: Changed } | { say: 'switched' } | { say: 'progress'; progress: Progress } | { say: 'rebuilding'; progress: Progress }
  | { say: 'reached'; position: number }
  | { say: 'answer'; id: number; health?: readonly Health[]; rebuilt?: Rebuilt; error?: string }

/** Facts that rows may be behind before a bulk import makes them stand still; and those that are sooner folded than everything built anew. */
const standingFacts = 1_000
const foldedFacts = 50_000
/** A book of so few is built where the projector is: threads would take longer to start than it takes. */
const fewFacts = 2_000

async function main(port: MessagePort, data: ThreadData) {
  const { wake, hot, batch, threads } = data
  const modules: Modules = { dir: data.dir, projections: data.projections, facts: data.facts }
  const { projections, groups, source } = await loaded(modules)
  const say = (said: Said) => { port.postMessage(said) }
  const inThreads = buildInThreads(modules, { ...(threads !== undefined && { threads }) })
  const projector = new Projector({
    ...modules, projections, groups, source, ...(hot !== undefined && { hot }), ...(batch !== undefined && { batch }),
    builder: async (targets, upTo, onProgress) => upTo > fewFacts ? inThreads(targets, upTo, onProgress)
      : build(targets, { dir: data.dir, source, upTo, onProgress, ...(hot !== undefined && { hot }) }),
    hasher: () => hashInThread(modules.dir),
    onChanged: (changed) => { say({ say: 'changed', changed }) },
    onSwitched: () => { say({ say: 'switched' }) },
    onProgress: (progress) => { say({ say: 'progress', progress }) },
  })
  // A book that cannot be read, or a full disk, is no state to go on in: the thread ends, and whoever started it hears of it.
  const fatal = (failure: unknown) => { process.nextTick(() => { throw failure }) }
  // While a bulk import runs, rows stand still beyond this many facts: keeping up with it costs more than building anew when it is over.
  let bulk = false
  const go = () => {
    if (bulk && source.head() - projector.position > standingFacts) return
    projector.wake().then(() => { if (ready) say({ say: 'reached', position: projector.position }) }, fatal)
  }
  let ready = false
  projector.caughtUp(0).then(() => { ready = true; go() }, fatal)
  wake?.on('message', go)
  port.on('message', (asked: Asked) => {
    if (asked.ask === 'wake') return go()
    if (asked.ask === 'bulk') {
      bulk = asked.on
      if (bulk) return
      const behind = source.head() - projector.position
      if (behind <= foldedFacts || behind < projector.position / 2) return go()
      return void projector.renewAll((progress) => { say({ say: 'progress', progress }) }).then(go, fatal)
    }
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
