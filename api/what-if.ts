import { availableParallelism } from 'node:os'
import type { Rulebook } from '../domain/supervision/judge.ts'
import type { Severity } from '../domain/supervision/rules/rule.ts'
import { addTo, nothing, resultOf, type OtherLimit, type WhatIfResult } from '../domain/supervision/what-if.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { rulebookOf } from './judging.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import type { JudgingTask, Said, Turn } from './threads/judging/main.ts'
import type { WhatIfAsked } from './what-if-asked.ts'
import type { Listed } from './what-if-share.ts'

/** 假设推演 — what would have been dealt otherwise. `cards`: the differences one by one, by subject; `omitted`: how many more there are. */
export type WhatIf = { now: Instant; subjects: number; limited: number } & WhatIfResult & { rankedBy: 'points'; cards: Listed[]; omitted: number; seconds: number; threads: number; rssMb: number }
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
  const task: JudgingTask = { dir, region, zone, published: book.published, asked, portion, most }
  const { shares, rssMb } = await shared(rooms, task, threads, options)
  const tally = nothing()
  for (const { tally: own } of shares) addTo(tally, own)
  const result = resultOf(tally, deductionsOf(book)), listed = shares.flatMap((share) => share.listed)
  const cards = listed.slice(0, most), sum = (of: 'subjects' | 'limited') => shares.reduce((total, share) => total + share[of], 0)
  return { now: asked.now, subjects: sum('subjects'), limited: sum('limited'), ...result, rankedBy: 'points', cards,
    omitted: result.added + result.removed + result.moved - cards.length, seconds: (performance.now() - began) / 1000, threads, rssMb }
}

type Share = Extract<Said, { done: unknown }>['done']
/** Portion by portion to whoever is free; put together in the order of the subjects, so that it is the same however many took part. */
async function shared(rooms: Rooms, task: JudgingTask, threads: number, { signal, onProgress }: WhatIfOptions): Promise<{ shares: Share[]; rssMb: number }> {
  const shares: Share[] = [], free: number[] = []
  let turn = 0, after: string | undefined, reading = false, ended = false, subjects = 0, rssMb = 0
  const workers = Array.from({ length: threads }, () => rooms.thread('judging', task))
  const next = () => {
    if (reading || ended || free.length === 0) return
    reading = true
    workers[free.shift()!]!.postMessage({ after, turn: turn++ } satisfies Turn)
  }
  const hear = (worker: number, said: Said): boolean => {
    if ('ready' in said) free.push(worker)
    else if ('done' in said) {
      shares[said.turn] = said.done
      rssMb = Math.max(rssMb, said.rssMb)
      onProgress?.(subjects += said.done.subjects)
      free.push(worker)
    } else {
      reading = false
      if (said.upTo === undefined) { ended = true; free.push(worker) } else after = said.upTo
    }
    next()
    return ended && free.length === threads
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = () => reject(new Unanswerable(503, 'stopping', '推演中断了；什么也没有写', 'The comparison was stopped; nothing was written'))
      for (const one of [signal, rooms.stopping]) { if (one?.aborted) stop(); one?.addEventListener('abort', stop, { once: true }) }
      workers.forEach((worker, i) => {
        worker.on('message', (said: Said) => { if (hear(i, said)) resolve() })
        worker.once('error', reject)
        worker.once('exit', (code: number) => { if (!ended) reject(new Error(`a judging thread ended before it was done (${code})`)) })
      })
    })
    return { shares, rssMb }
  } finally { await Promise.all(workers.map((worker) => worker.terminate())) }
}
