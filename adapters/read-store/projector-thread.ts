import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { isOfTheDisk } from '../durable.ts'
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
/** From so many on, threads of their own are worth their memory. */
const manyFacts = 1_000_000
/** Waits between two tries where the disk takes nothing. */
const retryMs = { least: 50, most: 1_000 }
/** A book of so few is built where the projector is: threads would take longer to start than it takes. */
const fewFacts = 2_000

/** 续 — a projector that a disk may keep from its work: nothing in memory is trusted then, and everything is opened anew by the clock. A book that cannot
    be read is no state to go on in: the thread ends, and whoever started it hears of it. */
function keeping(start: () => Projector, begun: () => void) {
  let projector = start(), closed = false, health = projector.health()
  let trouble: string | undefined, waitMs = retryMs.least, retrying: NodeJS.Timeout | undefined
  const failed = (failure: unknown) => {
    if (!isOfTheDisk(failure)) { process.nextTick(() => { throw failure }); return }
    trouble = failure instanceof Error ? failure.message : String(failure)
    if (closed) return
    retrying ??= setTimeout(again, waitMs)
    waitMs = Math.min(waitMs * 2, retryMs.most)
  }
  const again = () => {
    void projector.close().catch(() => undefined).then(() => {
      retrying = undefined
      if (closed) return
      try { projector = start() } catch (failure) { failed(failure); return }
      begun()
    })
  }
  return {
    failed,
    get now() { return projector },
    resting: () => retrying !== undefined,
    well() { trouble = undefined; waitMs = retryMs.least },
    health(): readonly Health[] {
      if (!retrying) health = projector.health()
      return trouble === undefined ? health : health.map((one) => ({ ...one, trouble: trouble! }))
    },
    async close() {
      closed = true
      clearTimeout(retrying)
      await projector.close().catch(() => undefined)
    },
  }
}

async function main(port: MessagePort, data: ThreadData) {
  const { wake, hot, batch, threads } = data
  const modules: Modules = { dir: data.dir, projections: data.projections, facts: data.facts }
  const { projections, groups, source } = await loaded(modules)
  const say = (said: Said) => { port.postMessage(said) }
  const inThreads = buildInThreads(modules, { ...(threads !== undefined && { threads }) })
  const kept = keeping(() => new Projector({
    ...modules, projections, groups, source, ...(hot !== undefined && { hot }), ...(batch !== undefined && { batch }),
    builder: async (targets, upTo, onProgress) => upTo > fewFacts ? inThreads(targets, upTo, onProgress)
      : build(targets, { dir: data.dir, source, upTo, onProgress, ...(hot !== undefined && { hot }) }),
    hasher: () => hashInThread(modules.dir),
    onChanged: (changed) => { say({ say: 'changed', changed }) },
    onSwitched: () => { say({ say: 'switched' }) },
    onProgress: (progress) => { say({ say: 'progress', progress }) },
  }), () => begin())
  // While a bulk import runs, rows stand still beyond this many facts: keeping up with it costs more than building anew when it is over.
  let bulk = false, ready = false, renewing = false
  const go = () => {
    // What is built anew comes to the head by itself: rows that it replaces are not kept up meanwhile.
    if (renewing || kept.resting() || (bulk && source.head() - kept.now.position > standingFacts)) return
    kept.now.wake().then(() => {
      kept.well()
      if (ready) say({ say: 'reached', position: kept.now.position })
    }, kept.failed)
  }
  /** To the head by the shorter way: what came in since is folded in, or everything is built anew. */
  const forward = () => {
    if (renewing) return // it is on its way already, and goes on to the head by itself
    const { now: projector } = kept, behind = source.head() - projector.position
    if (kept.resting() || behind <= foldedFacts || behind < projector.position / 2) return go()
    renewing = true
    projector.renewAll((progress) => { say({ say: 'progress', progress }) }, behind < manyFacts).finally(() => { renewing = false }).then(go, kept.failed)
  }
  const begin = () => {
    kept.now.caughtUp(0).then(() => { ready = true; go() }, kept.failed)
    forward()
  }
  wake?.on('message', go)
  port.on('message', (asked: Asked) => {
    if (asked.ask === 'wake') return go()
    if (asked.ask === 'bulk') {
      bulk = asked.on
      return bulk ? undefined : forward()
    }
    const { id } = asked
    if (asked.ask === 'health') return say({ say: 'answer', id, health: kept.health() })
    if (asked.ask === 'rebuild') {
      return void kept.now.rebuild((progress) => { say({ say: 'rebuilding', progress }) })
        .then((rebuilt) => { say({ say: 'answer', id, rebuilt }) }, (failure: unknown) => { say({ say: 'answer', id, error: String(failure) }) })
    }
    void kept.close().then(() => {
      source.close?.()
      wake?.close()
      say({ say: 'answer', id })
      port.close()
    })
  })
  begin()
}

await main(parentPort!, workerData as ThreadData)
