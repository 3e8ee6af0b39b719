import { parentPort, workerData } from 'node:worker_threads'
import { build } from './build.ts'
import { hashOfServing } from './hash.ts'
import { loaded, type Modules } from './modules.ts'

/** Builds these files, or hashes the rows that serve; says once what came of it, and ends. */
export type BuildTask = { task: 'hash'; dir: string } | (Modules & { task: 'build'; files: Readonly<Record<string, string>>; upTo: number; hot?: number })

async function run(task: BuildTask) {
  if (task.task === 'hash') return { hash: await hashOfServing(task.dir) }
  const { dir, files, upTo, hot } = task
  const { projections, groups, source } = await loaded(task)
  const targets = projections.filter(({ name }) => Object.hasOwn(files, name))
    .map((projection) => ({ projection, groups: groups.filter(({ of }) => of === projection.name), file: files[projection.name]! }))
  const result = await build(targets, { dir, source, upTo, ...(hot !== undefined && { hot }), onProgress: (progress) => parentPort!.postMessage({ progress }) })
  source.close?.()
  return { result }
}

parentPort!.postMessage(await run(workerData as BuildTask))
