import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** 世代 — the file that serves each projection. `current.json` names them and is only ever replaced whole. */
export type Serving = Readonly<Record<string, string>>

export const currentPath = (dir: string) => join(dir, 'current.json')

/** Rows can always be made again: what cannot be read serves nothing, and is built anew. */
export function readServing(dir: string): Serving {
  try {
    const { serving } = JSON.parse(readFileSync(currentPath(dir), 'utf8')) as { serving: Serving }
    return Object.fromEntries(Object.entries(serving).filter(([, file]) => existsSync(join(dir, file))))
  } catch {
    return {}
  }
}

/** The switch: after this returns, a power cut leaves the new files serving; before it, the old ones. */
export function writeServing(dir: string, serving: Serving) {
  const beside = join(dir, 'current.json.new')
  const file = openSync(beside, 'w')
  writeSync(file, `${JSON.stringify({ serving }, null, 2)}\n`)
  fsyncSync(file)
  closeSync(file)
  renameSync(beside, currentPath(dir))
  makeDurable(dir)
}

/** What was written to a file, or which names a folder holds, survives a power cut from here on. */
export function makeDurable(path: string) {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}

/** A name that no generation has had: it counts on from those that lie there. */
export function nextFile(dir: string, name: string, version: number): string {
  const prefix = `${name}.v${version}.`
  const taken = filesIn(dir).filter((file) => file.startsWith(prefix)).map((file) => Number(/\.g(\d+)\.db$/.exec(file)?.[1] ?? 0))
  return taken.length === 0 ? `${prefix}db` : `${prefix}g${Math.max(...taken) + 1}.db`
}

const filesIn = (dir: string) => {
  mkdirSync(dir, { recursive: true })
  return readdirSync(dir).filter((file) => file.endsWith('.db'))
}

export function removeFile(dir: string, file: string) {
  for (const tail of ['', '-wal', '-shm', '-journal']) rmSync(join(dir, file + tail), { force: true })
}

/** A build that was killed leaves a file that nobody names. */
export function removeLeftovers(dir: string, serving: Serving) {
  const named = new Set(Object.values(serving))
  for (const file of filesIn(dir)) if (!named.has(file)) removeFile(dir, file)
}
