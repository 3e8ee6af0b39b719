import { statSync } from 'node:fs'
import { join } from 'node:path'
import { startWorker } from '../worker.ts'
import type { Built, Progress, Target } from './build.ts'
import type { BuildTask } from './build-thread.ts'
import type { Modules } from './modules.ts'
import { readServing } from './generations.ts'
import type { Builder } from './projector.ts'

/** Facts and folded rows die young by the million: room for them costs less than moving them. */
const youngMb = 64, oldMb = 144

type Said = { progress?: Progress; result?: { facts: number; built: Built[] }; hash?: string }

/** Builds in threads, so that rows go on being served and kept up; the work is split by projection. */
export const buildInThreads = (modules: Modules, options: { threads?: number; hot?: number } = {}): Builder => async (targets, upTo, onProgress) => {
  const behind: Progress[] = []
  const shares = split(modules.dir, targets, options.threads ?? 2)
  const done = await Promise.all(shares.map(async (share, i) => {
    const files = Object.fromEntries(share.map(({ projection, file }) => [projection.name, file]))
    const task: BuildTask = { ...modules, task: 'build', files, upTo, ...(options.hot !== undefined && { hot: options.hot }) }
    const { result } = await say(task, (progress) => {
      behind[i] = progress
      const slowest = behind.length === shares.length && behind.reduce((a, b) => a.facts < b.facts ? a : b)
      if (slowest === progress) onProgress(progress)
    })
    return result!
  }))
  return { facts: Math.max(0, ...done.map(({ facts }) => facts)), built: done.flatMap(({ built }) => built) }
}

export const hashInThread = async (dir: string): Promise<string> => (await say({ task: 'hash', dir })).hash!

function say(task: BuildTask, onProgress?: (progress: Progress) => void): Promise<Said> {
  const thread = startWorker('build-thread.ts', import.meta.url, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: youngMb, maxOldGenerationSizeMb: oldMb } })
  return new Promise((resolve, reject) => {
    thread.on('message', (said: Said) => {
      if (said.progress) onProgress?.(said.progress)
      else resolve(said)
    })
    thread.once('error', reject)
    thread.once('exit', (code) => { reject(new Error(`a build thread ended before it was done (${code})`)) })
  })
}

/** By what each file weighs today, or by how much is to be written for each row of it. */
function split(dir: string, targets: readonly Target[], threads: number): readonly (readonly Target[])[] {
  const serving = readServing(dir)
  const sizes = targets.map(({ projection: { name } }) => serving[name] === undefined ? 0 : statSync(join(dir, serving[name]), { throwIfNoEntry: false })?.size ?? 0)
  const known = sizes.every((size) => size > 0)
  const weighed = targets.map((target, i) => ({ target, weight: known ? sizes[i]! : 2 + target.projection.indexes.length + 2 * target.groups.length }))
    .sort((a, b) => b.weight - a.weight)
  const shares = Array.from({ length: Math.min(threads, targets.length) }, () => ({ weight: 0, targets: [] as Target[] }))
  for (const { target, weight } of weighed) {
    const lightest = shares.reduce((a, b) => a.weight <= b.weight ? a : b)
    lightest.targets.push(target)
    lightest.weight += weight
  }
  return shares.map(({ targets }) => targets)
}
