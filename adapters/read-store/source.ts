import type { Recorded } from '../../domain/kernel/events.ts'

/** 事实之源 — what a projector reads: facts of today's shape, by position. Synchronous, because a projector has its thread to itself. */
export type FactSource = {
  /** Everything after a position, up to and with another, in batches. */
  read(after: number, upTo?: number): Iterable<readonly Recorded[]>
  /** One stream as it was told. */
  stream(name: string): readonly Recorded[]
  /** Position of the newest fact. */
  head(): number
  close?(): void
}

/** What a module that a thread imports its facts from must export. */
export type FactsModule = { openFacts(data: unknown): FactSource | Promise<FactSource> }

/** Facts that lie in memory: for tests and small one-shot commands. What is pushed into `facts` later is seen. */
export const memoryFacts = (facts: readonly Recorded[], batch = 2_000): FactSource => ({
  *read(after, upTo = Infinity) {
    const wanted = facts.filter(({ meta }) => meta.position > after && meta.position <= upTo)
    for (let from = 0; from < wanted.length; from += batch) yield wanted.slice(from, from + batch)
  },
  stream: (name) => facts.filter(({ meta }) => meta.stream === name),
  head: () => facts.at(-1)?.meta.position ?? 0,
})
