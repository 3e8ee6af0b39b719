import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Work } from './children/book.ts'
import { callsIn, cuts, Disk, type Call, type Cut } from './disk.ts'
import { chanceFrom, checkers, child, ended, place, type Place } from './place.ts'
import { watchedBy, type FaultControl } from './shim/shim.ts'
import { emptyCourse, follow, marker, type Course } from './story.ts'
import type { Outcome } from './table.ts'

type Recording = { calls: Call[] }
const lanes = 16

/** Runs a writer under the recorder until it ends, or is killed after so many answers. */
export async function recorded(library: string, { root }: Place, work: Omit<Work, 'dir' | 'log'>, { log, killAfter, killAtRefusal, writer, control }: { log: string; killAfter?: number; killAtRefusal?: boolean; writer?: string | undefined; control?: FaultControl }) {
  const process = child(writer ?? 'book', [JSON.stringify({ ...work, dir: join(root, 'data'), log })], watchedBy({ library, root, log, ...(control && { control: control.path }) }))
  let said = ''
  process.stderr!.on('data', (chunk) => { said += String(chunk) })
  const gone = ended(process)
  if (killAfter !== undefined || killAtRefusal) {
    const answers = answersIn(log, killAtRefusal ? '{"refused"' : '{"told"')
    let over = false
    void once(process, 'exit').then(() => { over = true })
    while (!over && answers() < (killAfter ?? 1)) await pause(5)
    process.kill('SIGKILL')
  }
  return { ...await gone, said }
}
/** Counts marks of a kind in a log as it grows. */
function answersIn(log: string, begins: string): () => number {
  let at = 0, count = 0, tail = ''
  return () => {
    if (!existsSync(log)) return 0
    const file = openSync(log, 'r'), some = Buffer.alloc(1 << 20)
    for (let read; (read = readSync(file, some, 0, some.length, at)) > 0; at += read) {
      const text = tail + some.toString('latin1', 0, read)
      count += text.split(begins).length - 1
      tail = text.slice(1 - begins.length)
    }
    closeSync(file)
    return count
  }
}
export function courseOf(calls: readonly Call[]): Course {
  const course = emptyCourse()
  for (const call of calls) if (call.op === 'mark') follow(course, call.mark)
  return course
}
export const lanesAt = (course: Course | undefined, count = lanes): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, lane) => { const stream = `p-${lane}`; return [stream, course?.lanes[stream]?.told.length ?? 0] }))

/** A life in one log: written, killed, opened again, killed, and closed in order. What is cut short includes recovery and closing. */
async function lived(library: string, here: Place, each: number, writer: string | undefined): Promise<Recording> {
  const log = join(here.root, '..', `${here.root.split('/').pop()}.log`)
  const total = lanes * each
  for (const killAfter of [total * 0.35, total * 0.7, undefined]) {
    const course = killAfter === total * 0.35 ? undefined : courseOf(callsIn(readFileSync(log)))
    const { code, said } = await recorded(library, here, { lanes: lanesAt(course), each: Math.ceil(each / (killAfter === undefined ? 2 : 1)), restEvery: 9 },
      { log, writer, ...(killAfter !== undefined && { killAfter: Math.floor(killAfter) }) })
    if (killAfter === undefined && code !== 0) throw new Error(`the writer ended with ${code}: ${said}`)
    if (killAfter !== undefined) marker(log)({ note: 'killed' })
  }
  const calls = callsIn(readFileSync(log))
  rmSync(log)
  return { calls }
}

type Point = { at: number; kind: 'sync' | 'answer' | 'any' }
/** Places in the log: right behind each sync and each answer, and any others; thinned evenly to as many as are wanted. */
function pointsIn(calls: readonly Call[], wanted: number, chance: () => number, from: number): Point[] {
  const syncs: Point[] = [], answers: Point[] = [], any: Point[] = []
  calls.forEach(({ op, ...call }, at) => {
    if (at < from) return
    if (op === 'sync') { syncs.push({ at: at + 1, kind: 'sync' }); syncs.push({ at, kind: 'sync' }) }
    if (op === 'mark' && 'mark' in call && 'told' in call.mark) answers.push({ at: at + 1, kind: 'answer' })
  })
  for (let i = 0; i < wanted / 3; i++) any.push({ at: from + Math.floor(chance() * (calls.length - from)), kind: 'any' })
  const thinned = (all: Point[], count: number) => all.length <= count ? all : Array.from({ length: count }, (_, i) => all[Math.floor((i + chance()) * all.length / count)]!)
  return [...thinned(syncs, wanted / 3), ...thinned(answers, wanted / 3), ...any].sort((a, b) => a.at - b.at)
}

export type PowerOptions = { library: string; points: number; seed: number; each: number; modes?: readonly Cut[]; writer?: string }
/** 断电 — a writer's life, cut at many points in three ways; each directory that could be left is opened, judged and told again. */
export async function powerCuts({ library, points, seed, each, modes = cuts, writer }: PowerOptions): Promise<Outcome> {
  const here = place()
  try {
    const { calls } = await lived(library, here, each, writer)
    return await cutAt({ here, calls, points, seed, modes })
  } finally { here.clear() }
}

type CutOptions = { here: Place; calls: readonly Call[]; points: number; seed: number; modes?: readonly Cut[]; script?: string; from?: number }
/** Each place of a recording that is chosen is left behind in each way, opened by a process of its own, and judged. */
export async function cutAt({ here, calls, points, seed, modes = cuts, script = 'check', from = 0 }: CutOptions): Promise<Outcome> {
  const { root } = here, judge = checkers(2, script), chance = chanceFrom(seed), asked: Promise<void>[] = []
  const wrong: string[] = [], tally = { lost: 0, acknowledged: 0, stood: 0, unsynced: 0 }
  try {
    const mapped = [...new Set(calls.filter(({ op, ...call }) => op === 'mapped' && !(call as { path: string }).path.endsWith('-shm')).map((call) => (call as { path: string }).path))]
    if (mapped.length > 0) wrong.push(`written through memory, unseen by the recorder: ${mapped.join(' ')}`)
    const chosen = pointsIn(calls, points, chance, from), disk = new Disk(root), course = emptyCourse()
    let next = 0, running = 0, count = 0
    for (let at = 0; at <= calls.length && next < chosen.length; at++) {
      while (chosen[next]?.at === at) {
        const { kind } = chosen[next++]!
        tally.unsynced += disk.pending
        const path = join(here.dir('courses'), `${next}.json`)
        writeFileSync(path, JSON.stringify(course))
        for (const mode of modes) {
          while (running >= 4) await pause(2)
          const left = join(here.root, `cut-${next}-${mode}`)
          disk.leave(left, mode, chance)
          running++
          asked.push(judge.ask({ dir: join(left, 'data'), course: path }).then((found) => {
            running--
            count++
            tally.acknowledged += found.acknowledged
            tally.stood += found.stoodUnsaid
            if (found.wrong.length > 0) { tally.lost++; wrong.push(`${mode} at call ${at} (${kind}), seed ${seed}: ${found.wrong.join('; ')}`) }
            rmSync(left, { recursive: true, force: true })
          }))
        }
      }
      const call = calls[at]
      if (!call) break
      if (call.op === 'mark') follow(course, call.mark)
      else disk.take(call)
    }
    await Promise.all(asked)
    const acks = calls.filter((call) => call.op === 'mark' && 'told' in call.mark).length
    return { did: `${chosen.length} 处 × ${modes.length} 种 = ${count} 次断电，录得 ${calls.length.toLocaleString('en')} 次调用、${acks.toLocaleString('en')} 次应答`,
      found: `查过 ${tally.acknowledged.toLocaleString('en')} 条已应答；坏 ${tally.lost}；未应答而已成 ${tally.stood}；断时平均 ${(tally.unsynced / Math.max(chosen.length, 1)).toFixed(1)} 个未落盘写`, wrong, cases: count, bad: tally.lost }
  } finally { judge.close() }
}
