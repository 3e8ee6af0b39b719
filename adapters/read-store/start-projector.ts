import type { MessagePort } from 'node:worker_threads'
import { startWorker } from '../worker.ts'
import type { Progress } from './build.ts'
import type { Modules } from './modules.ts'
import type { Changed, Health, Rebuilt } from './projector.ts'
import type { Asked, Said, ThreadData } from './projector-thread.ts'

export type StartedProjector = {
  /** Says that the book has grown, where no port says so. */
  wake(): void
  /** A bulk import begins or ends; see the thread. */
  bulk(on: boolean): void
  caughtUp(position: number): Promise<void>
  health(): Promise<readonly Health[]>
  rebuild(options?: { onProgress?: (progress: Progress) => void }): Promise<Rebuilt>
  onChanges(listener: (changed: Changed) => void): () => void
  onProgress(listener: (progress: Progress) => void): () => void
  /** Other files serve now: a reader in this process may look at once. */
  onSwitched(listener: () => void): () => void
  close(): Promise<void>
}
export type StartOptions = Modules & { wake?: MessagePort; hot?: number; batch?: number; threads?: number }

/** 投影线程 — a projector in a thread of its own. `onFailure` hears of what ends it: a book that cannot be read, a full disk, a bug. */
export function startProjector(options: StartOptions, onFailure: (failure: Error) => void): StartedProjector {
  const { wake } = options
  const thread = startWorker('projector-thread.ts', import.meta.url, {
    workerData: options satisfies ThreadData, resourceLimits: { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 192 }, transferList: wake ? [wake] : [] })
  const changed = listeners<Changed>(), progressed = listeners<Progress>(), switched = listeners<undefined>(), rebuilding = listeners<Progress>()
  const answers = new Map<number, { resolve: (said: Extract<Said, { say: 'answer' }>) => void; reject: (failure: Error) => void }>()
  let waiting: { position: number; resolve: () => void; reject: (failure: Error) => void }[] = []
  let position = -1
  let ended: Error | undefined
  let closing = false
  let next = 0

  const reached = (at: number) => {
    position = Math.max(position, at)
    const done = waiting.filter((one) => one.position <= position)
    waiting = waiting.filter((one) => one.position > position)
    for (const { resolve } of done) resolve()
  }
  const end = (failure: Error) => {
    if (ended) return
    ended = failure
    for (const { reject } of [...answers.values(), ...waiting]) reject(failure)
    answers.clear()
    waiting = []
    if (!closing) onFailure(failure)
  }
  thread.on('message', (said: Said) => {
    switch (said.say) {
      case 'changed': return changed.tell(said.changed)
      case 'progress': return progressed.tell(said.progress)
      case 'rebuilding': return rebuilding.tell(said.progress)
      case 'switched': return switched.tell(undefined)
      case 'reached': return reached(said.position)
      case 'answer': {
        const answer = answers.get(said.id)
        answers.delete(said.id)
        return said.error === undefined ? answer?.resolve(said) : answer?.reject(new Error(said.error))
      }
    }
  })
  thread.on('error', (failure: Error) => { end(failure) })
  thread.on('exit', () => { end(new Error('the projector has ended')) })
  const ask = (what: 'health' | 'rebuild' | 'close') => new Promise<Extract<Said, { say: 'answer' }>>((resolve, reject) => {
    if (ended) return reject(ended)
    answers.set(++next, { resolve, reject })
    thread.postMessage({ ask: what, id: next } satisfies Asked)
  })
  return {
    wake: () => { thread.postMessage({ ask: 'wake' } satisfies Asked) },
    bulk: (on) => { thread.postMessage({ ask: 'bulk', on } satisfies Asked) },
    caughtUp: (wanted) => new Promise((resolve, reject) => {
      if (wanted <= position) resolve()
      else if (ended) reject(ended)
      else waiting.push({ position: wanted, resolve, reject })
    }),
    health: async () => (await ask('health')).health!,
    async rebuild({ onProgress } = {}) {
      const stop = onProgress ? rebuilding.add(onProgress) : () => {}
      try { return (await ask('rebuild')).rebuilt! } finally { stop() }
    },
    onChanges: changed.add,
    onProgress: progressed.add,
    onSwitched: switched.add,
    async close() {
      closing = true
      if (!ended) await ask('close').catch(() => {})
      await thread.terminate()
    },
  }
}

function listeners<T>() {
  const all = new Set<(told: T) => void>()
  return {
    add: (listener: (told: T) => void) => { all.add(listener); return () => { all.delete(listener) } },
    tell: (told: T) => { for (const listener of all) listener(told) },
  }
}
