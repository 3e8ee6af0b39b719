import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../../../test/faults/shim/recorder.c', import.meta.url))

/** The recorder as a library, compiled into a folder. */
export function compiled(dir: string): string {
  mkdirSync(dir, { recursive: true })
  const library = join(dir, 'recorder.so')
  const { status, stderr, error } = spawnSync('gcc', ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror', '-o', library, source, '-pthread'], { encoding: 'utf8' })
  if (error) throw new Error(`gcc 不在：请装 gcc 与 libc6-dev / gcc is not there: install gcc and libc6-dev (${error.message})`)
  if (status !== 0) throw new Error(stderr)
  return library
}

export type Watching = { library: string; root: string; log?: string; control?: string }
/** What a process is given to be watched. */
export const watchedBy = ({ library, root, log, control }: Watching): NodeJS.ProcessEnv => ({
  ...process.env, LD_PRELOAD: library, FAULTS_DIR: root, ...(log !== undefined && { FAULTS_LOG: log }), ...(control !== undefined && { FAULTS_CONTROL: control }),
})

const kinds = { write: 1, sync: 2, name: 4, truncate: 8 }
export type Kind = keyof typeof kinds
/** Counted calls from … up to (not including) … fail. */
export type Plan = { kinds: readonly Kind[]; error: 'ENOSPC' | 'EIO' | 'EROFS'; from: number; to: number; torn?: boolean; only?: string }
const endless = 0x7fff0000

/** 开关 — the page of memory by which a test lets calls of a running process fail, and stop failing. */
export function faultControl(path: string) {
  const page = Buffer.alloc(4096)
  const file = openSync(path, 'w+', 0o600)
  writeSync(file, page, 0, page.length, 0)
  const read = (index: number) => { const word = Buffer.alloc(4); readSync(file, word, 0, 4, index * 4); return word.readInt32LE() }
  const write = (words: Record<number, number>) => {
    for (const [index, value] of Object.entries(words)) {
      const word = Buffer.alloc(4)
      word.writeInt32LE(value)
      writeSync(file, word, 0, 4, Number(index) * 4)
    }
  }
  const set = ({ kinds: said, error, from, to, torn = false, only = '' }: Plan) => {
    write({ 0: 0 })
    const ending = Buffer.alloc(64)
    ending.write(only)
    writeSync(file, ending, 0, 64, 64)
    write({ 1: constants.errno[error], 2: from, 3: to, 4: 0, 5: 0, 6: Number(torn) })
    write({ 0: said.reduce((sum, kind) => sum | kinds[kind], 0) })
  }
  return {
    path, set,
    /** Everything of these kinds fails from now on. */
    from: (plan: Omit<Plan, 'from' | 'to'>) => set({ ...plan, from: 0, to: endless }),
    clear: () => write({ 0: 0 }),
    counted: () => read(4), failed: () => read(5),
    slow: (ms: number) => write({ 7: ms }),
    close: () => closeSync(file),
  }
}
export type FaultControl = ReturnType<typeof faultControl>
