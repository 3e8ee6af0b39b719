import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rulebook } from '../domain/supervision/judge.ts'
import type { Severity } from '../domain/supervision/rules/rule.ts'
import { addTo, nothing, resultOf, type OtherLimit, type WhatIfResult } from '../domain/supervision/what-if.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { rulebookOf } from './judging.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import type { JudgingTask, Said, Turn } from './threads/judging/main.ts'
import type { WhatIfAsked } from './what-if-asked.ts'
import { bins } from './what-if-patterns.ts'
import type { Listed } from './what-if-share.ts'

/** 假设推演 — what would have been dealt otherwise. `cards`: the differences one by one, by subject; `omitted`: how many more there are. */
export type WhatIf = { now: Instant; subjects: number; limited: number } & WhatIfResult & {
  rankedBy: 'points'; cards: Listed[]; omitted: number; seconds: number; threads: number; rssMb: number }
export type WhatIfOptions = { threads?: number; portion?: number; most?: number; signal?: AbortSignal; onProgress?: (subjects: number) => void }

/** Subjects in one portion, and differences that are listed one by one. */
const subjectsAtOnce = 1_000, listedAtMost = 20_000
/** More threads than this would wait for the file. */
const threadsAtMost = 8

/** A limit of an item that nobody has ever applied for says more likely that its code is misspelt. */
export async function itemsKnown({ rows }: Rooms, limits: readonly OtherLimit[]) {
  for (const { itemCode } of limits) {
    if (await rows.get('items', itemCode) || await rows.count('cases', { itemCode }) > 0) continue
    throw new Unanswerable(400, 'bad-what-if', `没有事项 ${itemCode}，也没有它的办件`, `There is no item ${itemCode}, and no case of it`, { field: 'item' })
  }
}

/** Points of one card, as its rule says; of a rule with several halves, the half that says any. */
const deductionsOf = ({ rules, patterns }: Rulebook) => (ruleId: string, severity: Severity) =>
  [...rules, ...patterns].filter(({ id }) => id === ruleId).map(({ deduction }) => deduction[severity] ?? 0).reduce((most, points) => Math.max(most, points), 0)

/** Judges everything on both sides in threads of its own, which write nothing; the house goes on answering meanwhile. */
export async function whatIf(rooms: Rooms, asked: WhatIfAsked, options: WhatIfOptions = {}): Promise<WhatIf> {
  const { threads = Math.min(threadsAtMost, availableParallelism()), portion = subjectsAtOnce, most = listedAtMost } = options
  const began = performance.now(), { dir, founding: { region, zone } } = rooms
  const book = await rulebookOf(rooms)
  const task = { dir, region, zone, published: book.published, asked, portion, most }
  const { shares, rssMb } = await shared(rooms, task, threads, options)
  const tally = nothing()
  for (const { tally: own } of shares) addTo(tally, own)
  const result = resultOf(tally, deductionsOf(book)), listed = shares.flatMap((share) => share.listed)
  const cards = listed.slice(0, most), sum = (of: 'subjects' | 'limited') => shares.reduce((total, share) => total + share[of], 0)
  return { now: asked.now, subjects: sum('subjects'), limited: sum('limited'), ...result, rankedBy: 'points', cards,
    omitted: result.added + result.removed + result.moved - cards.length, seconds: (performance.now() - began) / 1000, threads, rssMb }
}

type Share = Extract<Said, { done: unknown }>['done']
type Told = Turn extends infer T ? T extends Turn ? Omit<T, 'turn'> : never : never
/** Threads that take one turn each at a time; `tell` answers what came of a turn, and of a reading one `upTo` as soon as it is known. */
async function openThreads(rooms: Rooms, task: JudgingTask, threads: number, signals: readonly (AbortSignal | undefined)[]) {
  const workers = Array.from({ length: threads }, () => rooms.thread('judging', task))
  const waiting = new Map<number, { upTo?: (key: string | undefined) => void; done: (share: Share | undefined) => void }>()
  let turn = 0, rssMb = 0, closed = false
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<never>((_, reject) => { fail = reject })
  failed.catch(() => undefined)
  const stop = () => {
    const asked = signals.find((signal) => signal?.aborted)?.reason as unknown
    fail(asked instanceof Unanswerable ? asked : new Unanswerable(503, 'stopping', '推演中断了；什么也没有写', 'The comparison was stopped; nothing was written'))
  }
  for (const signal of signals) { if (signal?.aborted) stop(); signal?.addEventListener('abort', stop, { once: true }) }
  const hear = (said: Said) => {
    if ('ready' in said) return
    const own = waiting.get(said.turn)!
    if ('upTo' in said) {
      own.upTo?.(said.upTo)
      if (said.upTo === undefined) own.done(undefined)
    } else {
      rssMb = Math.max(rssMb, said.rssMb)
      own.done(said.done)
    }
  }
  for (const worker of workers) {
    worker.on('message', hear)
    worker.once('error', fail)
    worker.once('exit', (code: number) => { if (!closed) fail(new Error(`a judging thread ended before it was done (${code})`)) })
  }
  return {
    tell: (worker: number, told: Told, upTo?: (key: string | undefined) => void) => Promise.race([failed, new Promise<Share | undefined>((done) => {
      waiting.set(turn, { done, ...(upTo && { upTo }) })
      workers[worker]!.postMessage({ ...told, turn: turn++ } as Turn)
    })]),
    rssMb: () => rssMb,
    async close() {
      closed = true
      for (const signal of signals) signal?.removeEventListener('abort', stop)
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** Portion by portion to whoever is free, then bin by bin; put together in the order of the portions, so that it is the same however many took part. */
async function shared(rooms: Rooms, task: Omit<JudgingTask, 'aside'>, threads: number, { signal, onProgress }: WhatIfOptions) {
  const aside = await mkdtemp(join(tmpdir(), 'mingjian-what-if-'))
  const open = await openThreads(rooms, { ...task, aside }, threads, [signal, rooms.stopping])
  const all = <T>(each: (worker: number) => Promise<T>) => Promise.all(Array.from({ length: threads }, (_, worker) => each(worker)))
  const shares: Share[] = [], concluded: Share[] = []
  try {
    let from: Promise<string | undefined | null> = Promise.resolve(null), portion = 0, subjects = 0, bin = 0
    await all(async (worker) => {
      for (;;) {
        const own = portion++
        let pass: (key: string | undefined) => void = () => undefined
        const before = from
        from = new Promise((resolve) => { pass = resolve })
        const after = await before
        if (after === undefined) { pass(undefined); return }
        const done = await open.tell(worker, { after: after ?? undefined }, pass)
        if (!done) return
        shares[own] = done
        onProgress?.(subjects += done.subjects)
      }
    })
    await all((worker) => open.tell(worker, { aside: true }))
    const room = task.most - shares.reduce((sum, { listed }) => sum + listed.length, 0)
    await all(async (worker) => {
      for (let own = bin++; own < bins; own = bin++) concluded[own] = (await open.tell(worker, { bin: own, room }))!
    })
    return { shares: [...shares.filter(Boolean), ...concluded], rssMb: open.rssMb() }
  } finally {
    await open.close()
    await rm(aside, { recursive: true, force: true })
  }
}
