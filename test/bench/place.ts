import { fork, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** 场地 — the folder in which a run measures and its limits are measured, how long it may take, and who must be ended with it. */
export type Place = {
  dir: string
  quick: boolean
  /** How many simulated cases, where that is said; and a house of such cases that was filled before. */
  cases?: number | undefined; house?: string | undefined
  /** How many cameras, and for how many seconds, where that is said. */
  cameras?: readonly number[] | undefined; seconds?: number | undefined
  /** 留下 — where a county is filled once and asked again later; and whether it is filled now and not asked. */
  keep?: string | undefined; fill?: boolean | undefined
  /** A folder of its own for one row. */
  room(name: string): string
  empty(name: string): void
  say(line: string): void
  /** One of `children/`, told `data` once it is up; answers what it sends first. */
  ask<T>(child: string, data: object, flags?: readonly string[]): Promise<T>
}

const flagsAsServed = ['--max-semi-space-size=24', '--max-old-space-size=512']

export function openPlace({ dir: wanted, ...said }: { dir?: string | undefined } & Pick<Place, 'quick' | 'cases' | 'house' | 'keep' | 'fill' | 'cameras' | 'seconds'>): Place & { close(): void } {
  if (wanted !== undefined) mkdirSync(wanted, { recursive: true })
  const dir = mkdtempSync(join(wanted ?? tmpdir(), 'mingjian-bench-'))
  const pids = new Set<number>()
  const close = () => {
    for (const pid of pids) try { process.kill(pid) } catch { /* gone already */ }
    rmSync(dir, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { close(); process.exit(130) })
  return {
    ...said, dir, close,
    room: (name) => { const room = join(dir, name); mkdirSync(room, { recursive: true, mode: 0o700 }); return room },
    empty: (name) => { rmSync(join(dir, name), { recursive: true, force: true }) },
    say: (line) => { process.stderr.write(`${line}\n`) },
    ask: <T>(name: string, data: object, flags: readonly string[] = flagsAsServed) => new Promise<T>((resolve, reject) => {
      const child = fork(fileURLToPath(new URL(`./children/${name}.js`, import.meta.url)), { execArgv: [...flags], serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] })
      if (child.pid !== undefined) pids.add(child.pid)
      child.once('message', (said) => { resolve(said as T); child.kill() })
      child.once('error', reject)
      child.once('exit', (code) => { pids.delete(child.pid!); reject(new Error(`${name} ended before it answered (${code})`)) })
      child.send(data)
    }),
  }
}

/** A process started to see how soon it speaks; ended by whoever asked. What it complains of is told only where it ends without a word. */
export function started(args: readonly string[]) {
  const began = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => { complaints = (complaints + data.toString()).slice(-2_000) })
  const firstWord = new Promise<{ text: string; ms: number }>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve({ text: data.toString(), ms: performance.now() - began }))
    child.once('exit', (code) => reject(new Error(`ended without a word (${code}): ${complaints}`)))
  })
  const gone = new Promise<void>((resolve) => { child.once('exit', () => resolve()) })
  return { pid: child.pid!, began, firstWord, async stop() { child.kill('SIGTERM'); await gone } }
}
