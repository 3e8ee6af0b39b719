import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Examiner } from '../../domain/kernel/ports.ts'

type Limits = { wallMs: number; residentBytes: number; atOnce: number; waiting: number; answerBytes: number }
const usual: Limits = { wallMs: 10_000, residentBytes: 768 << 20, atOnce: 2, waiting: 16, answerBytes: 21 << 20 }
const lookMs = 40, heapMiB = 160, pageBytes = 4096, addressBytes = 4 * 2 ** 30
const prlimit = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path))

/** What the process has in memory now; where the system does not say, only the limits that it was started with hold. */
const resident = (pid: number) => {
  try { return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * pageBytes } catch { return 0 }
}
/** Where memory runs out it is this process that goes, and not the house. */
const expendable = (pid: number) => { try { writeFileSync(`/proc/${pid}/oom_score_adj`, '1000') } catch { /* elsewhere than on Linux */ } }
/** It writes no file and leaves no core, and has so much processor and address space; of that this runtime reserves far more than it uses, so what is
    really in memory is watched beside. */
function commandOf(program: string, kind: string, { wallMs }: Limits): [string, string[]] {
  const own = [`--max-old-space-size=${heapMiB}`, '--disable-proto=throw', program, kind]
  return prlimit === undefined ? [process.execPath, own]
    : [prlimit, [`--cpu=${Math.ceil(wallMs / 1000) + 1}`, `--as=${addressBytes}`, '--core=0', '--fsize=0', '--nofile=64', process.execPath, ...own]]
}

/** What it may give back of each kind: a process that a file has taken over may say anything. */
const mediaTypes: Record<string, readonly string[]> = { image: ['image/jpeg', 'image/png'], pdf: ['application/pdf'] }
function answerIn(kind: string, answer: Buffer): { bytes: Uint8Array; mediaType: string } | { refused: string } | undefined {
  if (answer.length < 4) return undefined
  const length = answer.readUInt32BE()
  let said: { refused?: unknown; mediaType?: unknown } | null
  try { said = JSON.parse(answer.subarray(4, 4 + length).toString()) as typeof said } catch { return undefined }
  if (typeof said?.refused === 'string') return /^[a-z-]{1,40}$/.test(said.refused) ? { refused: said.refused } : undefined
  return typeof said?.mediaType === 'string' && mediaTypes[kind]!.includes(said.mediaType) ? { mediaType: said.mediaType, bytes: answer.subarray(4 + length) } : undefined
}

/** 验件 — each file in a process of its own that is killed when it takes too long or too much; `program`: the compiled `examining/main`. */
export function childExaminer(program: URL, more: Partial<Limits> = {}): Examiner {
  const limits = { ...usual, ...more }
  const queue: (() => void)[] = [], running = new Set<() => void>()
  let busy = 0
  const enter = () => new Promise<void>((resolve) => { if (busy < limits.atOnce) { busy++; resolve() } else queue.push(() => { busy++; resolve() }) })
  const leave = () => { busy--; queue.shift()?.() }

  const once = (kind: string, bytes: Uint8Array) => new Promise<Buffer | undefined>((resolve) => {
    const [command, args] = commandOf(fileURLToPath(program), kind, limits)
    const child = spawn(command, args, { cwd: tmpdir(), env: {}, stdio: ['pipe', 'pipe', 'ignore'] })
    const answer: Buffer[] = []
    let length = 0
    if (child.pid !== undefined) expendable(child.pid)
    const kill = () => { child.kill('SIGKILL') }
    running.add(kill)
    const late = setTimeout(kill, limits.wallMs), watch = setInterval(() => { if (child.pid !== undefined && resident(child.pid) > limits.residentBytes) kill() }, lookMs)
    const end = (whole: boolean) => { clearTimeout(late); clearInterval(watch); running.delete(kill); resolve(whole ? Buffer.concat(answer) : undefined) }
    child.stdout.on('data', (chunk: Buffer) => { answer.push(chunk); if ((length += chunk.length) > limits.answerBytes) kill() })
    child.once('error', () => end(false))
    child.once('close', (code) => end(code === 0))
    child.stdin.on('error', () => undefined) // it may have been killed while it was still being told
    child.stdin.end(bytes)
  })
  return {
    async examine(kind, bytes) {
      if (queue.length >= limits.waiting) return { refused: 'examiner-busy' }
      await enter()
      try {
        const answer = await once(kind, bytes)
        return (answer && answerIn(kind, answer)) ?? { refused: 'beyond-examination' }
      } finally { leave() }
    },
    async close() { for (const kill of running) kill() },
  }
}
