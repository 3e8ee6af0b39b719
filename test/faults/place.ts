import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Asked, Found } from './children/check.ts'

export type Place = { root: string; dir(name: string): string; clear(): void }
/** A folder of this run's own; in memory where there is one, since the disk is simulated. `real`: on the machine's own disk. */
export function place(real = false): Place {
  const root = mkdtempSync(join(!real && existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mingjian-faults-'))
  return {
    root,
    dir(name) { const made = join(root, name); mkdirSync(made, { recursive: true }); return made },
    clear: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Of this build, or by its path where another one's is meant. */
export const childPath = (name: string) => name.includes('/') ? name : fileURLToPath(new URL(`./children/${name}.js`, import.meta.url))
export function child(name: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return spawn(process.execPath, [childPath(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
}
export const ended = (process: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> => process.exitCode !== null || process.signalCode !== null
  ? Promise.resolve({ code: process.exitCode, signal: process.signalCode })
  : new Promise((resolve) => process.once('exit', (code, signal) => resolve({ code, signal })))

/** Numbers below one that follow from a seed (mulberry32): a run that finds something can be run again. */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
export const quantile = (values: readonly number[], share: number) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN

/** 查者们 — processes that judge directories, one question at a time each. One that dies is an answer too. */
export function checkers(count: number, script = 'check') {
  const idle: ((asked: object) => Promise<Found>)[] = [], waiting: ((one: (asked: object) => Promise<Found>) => void)[] = []
  const started = new Set<ChildProcess>()
  const start = () => {
    const process = spawn(globalThis.process.execPath, [childPath(script)], { stdio: ['pipe', 'pipe', 'pipe'] })
    started.add(process)
    let said = '', answer: ((found: Found) => void) | undefined
    process.stderr!.on('data', (chunk) => { said = (said + String(chunk)).slice(-2000) })
    createInterface(process.stdout!).on('line', (line) => { const found = JSON.parse(line) as Found; answer?.(found); answer = undefined })
    process.on('exit', (code, signal) => {
      started.delete(process)
      answer?.({ wrong: [`the process that opened it died (${code ?? signal}): ${said}`], facts: 0, acknowledged: 0, stoodUnsaid: 0 })
      answer = undefined
    })
    return (asked: object) => new Promise<Found>((resolve) => {
      answer = resolve
      process.stdin!.write(`${JSON.stringify(asked)}\n`)
    })
  }
  for (let i = 0; i < count; i++) idle.push(start())
  return {
    async ask(asked: Asked): Promise<Found> {
      const one = idle.pop() ?? await new Promise<(asked: object) => Promise<Found>>((resolve) => waiting.push(resolve))
      const found = await one(asked)
      const again = found.wrong.some((what) => what.startsWith('the process')) ? start() : one
      const next = waiting.shift()
      if (next) next(again)
      else idle.push(again)
      return found
    },
    close() { for (const process of started) process.kill('SIGKILL') },
  }
}
