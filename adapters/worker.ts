import { fileURLToPath } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/** Starts a worker that stands beside `base`. Threads run compiled code only: from the sources (tests), the one under `dist/` is taken,
    which `npm test` builds first. */
export function startWorker(name: string, base: string, options: WorkerOptions = {}): Worker {
  const here = new URL(`./${name}`, base)
  if (!base.endsWith('.ts')) return new Worker(new URL(here.href.replace(/\.ts$/, '.js')), options)
  const root = fileURLToPath(new URL('..', import.meta.url))
  const path = fileURLToPath(here).slice(root.length).replace(/\.ts$/, '.js')
  return new Worker(`${root}dist/${path}`, options)
}
