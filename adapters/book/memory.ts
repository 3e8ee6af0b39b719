import { setImmediate as turn } from 'node:timers/promises'
import type { Recorded } from '../../domain/kernel/events.ts'
import { streamLimit, type EventLog } from '../../domain/kernel/ports.ts'
import { BookClosed, StreamFull } from './errors.ts'
import { assertTellable, factOf, leafOf } from './leaf.ts'
import { batchFacts } from './reader.ts'

/** The pages of a memory book: whoever keeps them can open it again. */
export type Pages = { leaves: string[]; streams: Map<string, { id: string; position: number }[]> }
export const blankPages = (): Pages => ({ leaves: [], streams: new Map() })

/** 内存簿 — for tests and simulations: the same leaves as on disk, and gone with the process. */
export function memoryBook({ leaves, streams }: Pages = blankPages()): EventLog {
  const closed = new AbortController()
  const listeners = new Set<() => void>()
  const open = () => { if (closed.signal.aborted) throw new BookClosed() }
  const batch = (after: number, upTo: number): readonly Recorded[] =>
    leaves.slice(after, Math.min(upTo, after + batchFacts)).map((leaf, i) => factOf(leaf, after + i + 1))
  async function* between(after: number, upTo: number) {
    for (let at = after; at < upTo; at += batchFacts) {
      yield batch(at, upTo)
      await turn()
    }
  }
  const beyond = (position: number, signal: AbortSignal) => new Promise<void>((resolve) => {
    const done = () => { listeners.delete(done); signal.removeEventListener('abort', done); resolve() }
    listeners.add(done)
    signal.addEventListener('abort', done)
    if (signal.aborted || leaves.length > position) done()
  })
  return {
    async append(stream, expected, facts) {
      open()
      assertTellable(stream, expected, facts)
      const past = streams.get(stream) ?? []
      const known = facts.map(({ meta }) => past.findIndex(({ id }) => id === meta.id))
      const last = known[known.length - 1]!
      if (known.every((at) => at >= 0)) return { revision: last + 1, position: past[last]!.position }
      if (expected !== past.length || known.some((at) => at >= 0)) return 'revision-conflict'
      if (expected + facts.length > streamLimit) throw new StreamFull(stream, streamLimit)
      const told = facts.map((fact, i) => leafOf(stream, expected + i + 1, fact))
      streams.set(stream, past)
      told.forEach((leaf, i) => past.push({ id: facts[i]!.meta.id, position: leaves.push(leaf) }))
      for (const listener of [...listeners]) listener()
      return { revision: past.length, position: leaves.length }
    },
    async readStream(stream) {
      open()
      return (streams.get(stream) ?? []).map(({ position }) => factOf(leaves[position - 1]!, position))
    },
    readAll(after) { open(); return between(after, leaves.length) },
    async *subscribe(after, signal) {
      open()
      const ends = AbortSignal.any([signal, closed.signal])
      for (let position = after; !ends.aborted;) {
        const facts = batch(position, leaves.length)
        if (facts.length === 0) { await beyond(position, ends); continue }
        yield facts
        position = facts[facts.length - 1]!.meta.position
        await turn()
      }
    },
    async head() { open(); return { position: leaves.length, size: leaves.length } },
    async close() { closed.abort() },
  }
}
