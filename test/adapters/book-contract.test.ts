import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { blankPages, memoryBook } from '../../adapters/book/memory.ts'
import { openBook } from '../../adapters/book/open.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { EventLog } from '../../domain/kernel/ports.ts'
import { collect, eventLogClauses, eventLogContract, factId, type Ground } from '../contract/event-log.ts'

const ends: (() => Promise<void>)[] = []
const tidy = async () => { for (const end of ends.splice(0).reverse()) await end() }
afterEach(tidy)
afterAll(tidy)

async function onDisk(): Promise<Ground> {
  const dir = await mkdtemp(join(tmpdir(), 'book-'))
  ends.push(() => rm(dir, { recursive: true }))
  const open = async () => {
    const log = await openBook(dir, { write: true })
    ends.push(() => log.close())
    return log
  }
  const log = await open()
  return { log, async reopen() { await log.close(); return open() } }
}
async function inMemory(): Promise<Ground> {
  const pages = blankPages()
  const log = memoryBook(pages)
  return { log, async reopen() { await log.close(); return memoryBook(pages) } }
}

eventLogContract('memory', inMemory)
eventLogContract('embedded', onDisk)

/** A log that hides its newest fact, as one that answered before it was durable. */
const withoutNewest = (log: EventLog): EventLog => {
  const shown = async (facts: readonly Recorded[]) => { const { position } = await log.head(); return facts.filter(({ meta }) => meta.position < position) }
  return {
    ...log,
    readStream: async (stream) => shown(await log.readStream(stream)),
    async *readAll(after) { for await (const batch of log.readAll(after)) yield await shown(batch) },
  }
}
/** Books with one fault each, to try the contract before it is trusted. */
const faults: Record<string, (log: EventLog) => Partial<EventLog>> = {
  'believes every writer': (log) => ({ append: async (stream, _, facts) => log.append(stream, (await log.readStream(stream)).length, facts) }),
  'believes whoever speaks of a new stream': (log) => ({ append: async (stream, expected, facts) =>
    log.append(stream, (await log.readStream(stream)).length === 0 ? 0 : expected, facts) }),
  'forgets what it was told': (log) => {
    let n = 0
    return { append: (stream, expected, facts) =>
      log.append(stream, expected, facts.map((it) => ({ ...it, meta: { ...it.meta, id: factId(2 ** 40 + n++) } }))) }
  },
  'answers a repetition with where the stream is by now': (log) => ({ append: async (stream, expected, facts) => {
    const answer = await log.append(stream, expected, facts)
    const past = await log.readStream(stream)
    return answer === 'revision-conflict' ? answer : { revision: past.length, position: past.at(-1)!.meta.position } } }),
  'hands out its own pages': (log) => {
    const pages = new Map<number, Recorded>()
    return { readStream: async (stream) => (await log.readStream(stream)).map((it) =>
      pages.get(it.meta.position) ?? (pages.set(it.meta.position, it), it)) }
  },
  'keeps what it was handed': (log) => ({ append: async (stream, expected, facts) => {
    await new Promise((passed) => setTimeout(passed, 1))
    return log.append(stream, expected, facts) } }),
  'numbers each stream for itself': (log) => ({ async *readAll(after) {
    for await (const batch of log.readAll(0))
      yield batch.filter(({ meta }) => meta.revision > after).map((it) => ({ ...it, meta: { ...it.meta, position: it.meta.revision } })) } }),
  'counts from 0': (log) => ({ readStream: async (stream) =>
    (await log.readStream(stream)).map((it) => ({ ...it, meta: { ...it.meta, revision: it.meta.revision - 1 } })) }),
  'keeps half of what it refuses': (log) => ({ append: async (stream, expected, facts) => {
    const answer = await log.append(stream, expected, facts)
    if (answer === 'revision-conflict') await log.append(stream, (await log.readStream(stream)).length, facts.slice(0, 1))
    return answer } }),
  'loses the claim': (log) => ({ append: (stream, expected, facts) => log.append(stream, expected, facts.map(({ meta, ...it }) => {
    const { occurredAt: _, ...rest } = meta
    return { ...it, meta: rest } })) }),
  'leaves gaps': (log) => ({
    head: async () => { const { position, size } = await log.head(); return { position: position * 2, size } },
    async *readAll(after) { for await (const batch of log.readAll(after / 2)) yield batch.map((it) => ({ ...it, meta: { ...it.meta, position: it.meta.position * 2 } })) },
  }),
  'begins a page with the fact that ended the one before': (log) => ({ readAll: (after) => log.readAll(Math.max(0, after - 1)) }),
  'reads only its first page': (log) => ({ async *readAll(after) { for await (const batch of log.readAll(after)) { yield batch; return } } }),
  'reads in one breath': (log) => ({ async *readAll(after) { yield await collect(log.readAll(after)) } }),
  'reads past the head that was asked for': (log) => ({ async *readAll(after) { yield* log.readAll(after) } }),
  'knows no limit': (log) => ({ append: async (stream, expected, facts) => {
    try { return await log.append(stream, expected, facts) } catch { return { revision: expected + facts.length, position: 1 } } } }),
  'cuts names short': (log) => ({
    append: (stream, expected, facts) => log.append(stream.slice(0, 3), expected, facts), readStream: (stream) => log.readStream(stream.slice(0, 3)) }),
  'composes what was written decomposed': (log) => ({
    append: (stream, expected, facts) => log.append(stream.normalize(), expected, facts), readStream: (stream) => log.readStream(stream.normalize()) }),
  'listens only after it has read': (log) => ({ async *subscribe(after, signal) {
    yield* log.readAll(after)
    await new Promise((passed) => setTimeout(passed, 5))
    yield* log.subscribe((await log.head()).position, signal) } }),
  'reads, and never listens': (log) => ({ subscribe: (after) => log.readAll(after) }),
  'begins every subscription from the beginning': (log) => ({ subscribe: (_, signal) => log.subscribe(0, signal) }),
  'does not hear when it is told to stop': (log) => ({ subscribe: (after) => log.subscribe(after, new AbortController().signal) }),
}
const onceOpenedAgain: Record<string, (log: EventLog) => EventLog> = {
  'drops the newest when it is opened again': withoutNewest,
  'forgets on closing which facts it was told': (log) => {
    let n = 0
    return { ...log, append: (stream, expected, facts) =>
      log.append(stream, expected || 1, facts.map((it) => ({ ...it, meta: { ...it.meta, id: factId(2 ** 41 + n++) } }))) }
  },
}
const caughtBy = async (ground: () => Promise<Ground>) => {
  const caught: string[] = []
  for (const [title, clause] of Object.entries(eventLogClauses)) {
    const patience = new Promise<never>((_, late) => { setTimeout(late, 1_500, new Error('no end')).unref() })
    await Promise.race([clause(await ground()), patience]).catch(() => caught.push(title))
    if (caught.length > 0) break
  }
  return caught
}
describe('the contract catches a book that', () => {
  it.each(Object.entries(faults))('%s', async (_, fault) => {
    expect(await caughtBy(async () => {
      const { log, reopen } = await inMemory()
      return { log: { ...log, ...fault(log) }, reopen }
    })).toHaveLength(1)
  }, 60_000)
  it.each(Object.entries(onceOpenedAgain))('%s', async (_, fault) => {
    expect(await caughtBy(async () => {
      const { log, reopen } = await inMemory()
      return { log, reopen: async () => fault(await reopen()) }
    })).toHaveLength(1)
  }, 60_000)
  it('and none in a book without a fault, wrapped alike', async () => expect(await caughtBy(inMemory)).toStrictEqual([]), 20_000)
})
