import { describe, expect, it } from 'vitest'
import type { Recorded, Told } from '../../domain/kernel/events.ts'
import { streamLimit, type EventLog } from '../../domain/kernel/ports.ts'
import type { Instant } from '../../domain/kernel/values.ts'

/** A log on a ground of its own, and the way to close it and open what it left behind. */
export type Ground = { log: EventLog; reopen(): Promise<EventLog> }
/** What an adapter may or may not promise; a clause that needs more is skipped with the reason. */
export type Capabilities = { gapFree: boolean }

export const factId = (n: number) => n.toString(16).padStart(32, '0')
export const fact = (n: number, more: Partial<Told['meta']> = {}): Told => ({
  type: 'NoteTold', data: { n, 名: '建始' },
  meta: {
    id: factId(n), version: 1, recordedAt: '2026-03-02T02:00:00.000Z' as Instant, region: '422822', cause: `c-${n}`,
    actor: { person: 'li-min', role: 'window-clerk', department: 'hall' }, ...more,
  },
})
const facts = (from: number, count: number) => Array.from({ length: count }, (_, i) => fact(from + i))
export const collect = async (batches: AsyncIterable<readonly Recorded[]>) => {
  const all: Recorded[] = []
  for await (const batch of batches) all.push(...batch)
  return all
}
const dataOf = (recorded: readonly Recorded[]) => recorded.map(({ data }) => data.n)
const told = async (answer: ReturnType<EventLog['append']>) => {
  const place = await answer
  if (place === 'revision-conflict') throw new Error('a conflict where there is none')
  return place
}
/** Takes from a subscription until it has so many facts, and then ends it. */
async function take(log: EventLog, after: number, count: number, live?: () => Promise<unknown>): Promise<number[]> {
  const ends = new AbortController()
  const late = setTimeout(() => ends.abort(), 5_000)
  const seen: number[] = []
  const listening = (async () => {
    for await (const batch of log.subscribe(after, ends.signal)) {
      seen.push(...dataOf(batch) as number[])
      if (seen.length >= count) ends.abort()
    }
  })()
  await live?.()
  await listening
  clearTimeout(late)
  return seen
}

type Clause = (ground: Ground) => Promise<void>
/** 记 — what an append must do. */
const appending: Record<string, Clause> = {
  async 'keeps a stream in the order it was told, numbered from 1'({ log }) {
    await log.append('a', 0, [fact(1), fact(2)])
    await log.append('a', 2, [fact(3)])
    expect((await log.readStream('a')).map(({ type, data, meta }) => [meta.stream, meta.revision, meta.id, type, data]))
      .toStrictEqual([1, 2, 3].map((n) => ['a', n, factId(n), 'NoteTold', fact(n).data]))
  },
  async 'answers with the revision and the position of the last fact told'({ log }) {
    await log.append('b', 0, [fact(9)])
    const place = await told(log.append('a', 0, [fact(1), fact(2)]))
    expect(place.revision).toBe(2)
    expect((await log.readStream('a')).at(-1)!.meta.position).toBe(place.position)
    expect((await log.head()).position).toBe(place.position)
  },
  async 'keeps all that is said of a fact: claim, source, precision, actor and cause'({ log }) {
    const claimed = fact(1, {
      version: 3, occurredAt: '2019-02-28T16:00:00.000Z' as Instant, precision: 'day', source: { name: '旧系统', batch: 'b-1', order: 7, activity: '受理' },
    })
    const place = await told(log.append('a', 0, [claimed]))
    expect(await log.readStream('a')).toStrictEqual([{ ...claimed, meta: { ...claimed.meta, stream: 'a', revision: 1, position: place.position } }])
  },
  async 'refuses a stale writer, and keeps none of its facts'({ log }) {
    await log.append('a', 0, [fact(1)])
    expect(await log.append('a', 0, [fact(2), fact(3)])).toBe('revision-conflict')
    expect(dataOf(await log.readStream('a'))).toStrictEqual([1])
  },
  async 'refuses a writer who expects more than there is, in a stream that is there and in one that is new'({ log }) {
    await log.append('a', 0, [fact(1)])
    expect(await log.append('a', 2, [fact(2)])).toBe('revision-conflict')
    expect(await log.append('new', 1, [fact(2)])).toBe('revision-conflict')
    expect([await log.readStream('new'), (await log.head()).size]).toStrictEqual([[], 1])
  },
  async 'lets exactly one of 20 simultaneous writers through'({ log }) {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => log.append('a', 0, [fact(n)])))
    expect(answers.filter((answer) => answer !== 'revision-conflict')).toHaveLength(1)
    expect(await log.readStream('a')).toHaveLength(1)
  },
  async 'keeps 200 streams apart that are told at once'({ log }) {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => log.append(`s-${n}`, 0, [fact(2 * n), fact(2 * n + 1)])))
    expect(answers.every((answer) => answer !== 'revision-conflict' && answer.revision === 2)).toBe(true)
    for (let n = 0; n < 200; n += 37) expect(dataOf(await log.readStream(`s-${n}`))).toStrictEqual([2 * n, 2 * n + 1])
    expect(await collect(log.readAll(0))).toHaveLength(400)
  },
  async 'refuses a stream that grows beyond its limit, and keeps nothing of what was too much'({ log }) {
    await told(log.append('a', 0, facts(1, streamLimit - 1)))
    await expect(log.append('a', streamLimit - 1, facts(streamLimit, 2))).rejects.toThrow('a')
    expect((await told(log.append('a', streamLimit - 1, [fact(streamLimit)]))).revision).toBe(streamLimit)
    await expect(log.append('a', streamLimit, [fact(streamLimit + 1)])).rejects.toThrow('a')
    expect((await told(log.append('a', streamLimit - 1, [fact(streamLimit)]))).revision).toBe(streamLimit)
    expect(await log.readStream('a')).toHaveLength(streamLimit)
  },
  async 'takes any name and any text that JSON can say'({ log }) {
    const names = ['cases-建始县-𠮷', 'a b/c%d', "o'clock\"; DROP TABLE events", 'é', 'e\u0301', 'tab\tand\nline']
    const data = { '': '', 空: null, 数: [0, -0.5, 1e21, 2 ** 53 - 1], 深: { 深: [{}, []] }, 文: '\0\u0001\\"\ud800\u2028😀', '10': 1, '9': 2 }
    for (const [n, name] of names.entries()) await told(log.append(name, 0, [{ ...fact(n), data }]))
    for (const name of names) expect((await log.readStream(name)).map((it) => it.data)).toStrictEqual([data])
  },
  async 'calls it a bug to tell nothing, or a fact without a proper id'({ log }) {
    await expect(log.append('a', 0, [])).rejects.toThrow('a')
    await expect(log.append('a', 0, [fact(1, { id: 'id-1' })])).rejects.toThrow('id-1')
    await expect(log.append('a', 0, [fact(1), fact(1)])).rejects.toThrow('a')
    expect(await log.head()).toStrictEqual({ position: 0, size: 0 })
  },
}
/** 再 — said twice, told once. */
const again: Record<string, Clause> = {
  async 'told the same facts again, answers as if it were the first time, whatever came after and whatever is expected'({ log }) {
    const first = await told(log.append('a', 0, [fact(1), fact(2)]))
    await log.append('a', 2, [fact(3)])
    for (const expected of [0, 2, 3, 7]) expect(await log.append('a', expected, [fact(1), fact(2)])).toStrictEqual(first)
    expect(await collect(log.readAll(0))).toHaveLength(3)
  },
  async 'told the same facts again after it was opened anew, answers as the first time'({ log, reopen }) {
    const first = await told(log.append('a', 0, [fact(1)]))
    const second = await reopen()
    expect(await second.append('a', 0, [fact(1)])).toStrictEqual(first)
    expect((await second.head()).size).toBe(1)
  },
  async 'told the same facts twice at once, tells them once and answers both alike'({ log }) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => log.append('a', 0, [fact(1), fact(2)])))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(dataOf(await log.readStream('a'))).toStrictEqual([1, 2])
  },
  async 'keeps ids apart by stream'({ log }) {
    await log.append('a', 0, [fact(1)])
    expect((await told(log.append('b', 0, [fact(1)]))).revision).toBe(1)
    expect(await collect(log.readAll(0))).toHaveLength(2)
  },
  async 'told facts of which only some are there, keeps nothing, whatever is expected'({ log }) {
    await log.append('a', 0, [fact(1)])
    for (const expected of [0, 1]) expect(await log.append('a', expected, [fact(2), fact(1), fact(3)])).toBe('revision-conflict')
    expect(dataOf(await log.readStream('a'))).toStrictEqual([1])
    expect((await told(log.append('a', 1, [fact(2)]))).revision).toBe(2)
  },
}
/** 读 — what reading must do. */
const reading: Record<string, Clause> = {
  async 'finds nothing in a stream that nobody told, and in an empty book'({ log }) {
    expect([await log.readStream('a'), await collect(log.readAll(0)), await log.head()]).toStrictEqual([[], [], { position: 0, size: 0 }])
  },
  async 'cannot be altered through what it was handed, or handed out'({ log }) {
    const mine = fact(1)
    const answer = log.append('a', 0, [mine])
    mine.data.n = 99
    mine.meta.actor.person = 'nobody'
    await answer
    for (const read of [() => log.readStream('a'), () => collect(log.readAll(0))]) {
      for (const { data, meta } of await read()) { data.n = 98; meta.actor.person = 'somebody' }
      expect((await read()).map(({ data, meta }) => [data, meta.actor])).toStrictEqual([[fact(1).data, fact(1).meta.actor]])
    }
  },
  async 'numbers the whole book upwards across streams, and reads on from any position'({ log }) {
    for (const [stream, expected, n] of [['a', 0, 1], ['b', 0, 2], ['a', 1, 3]] as const) await log.append(stream, expected, [fact(n)])
    const all = await collect(log.readAll(0))
    expect(dataOf(all)).toStrictEqual([1, 2, 3])
    expect(all.every(({ meta }, i) => i === 0 || meta.position > all[i - 1]!.meta.position)).toBe(true)
    for (const [i, { meta }] of all.entries()) expect(dataOf(await collect(log.readAll(meta.position)))).toStrictEqual([1, 2, 3].slice(i + 1))
  },
  async 'reads the whole book in batches, each fact once and in order'({ log }) {
    for (let n = 0; n < 5_000; n += 500) await log.append(`s-${n}`, 0, facts(n, 500))
    let batches = 0
    const seen: unknown[] = []
    for await (const batch of log.readAll(0)) { batches++; seen.push(...dataOf(batch)) }
    expect(seen).toStrictEqual(Array.from({ length: 5_000 }, (_, n) => n))
    expect(batches).toBeGreaterThan(1)
    expect(await log.head()).toStrictEqual({ position: (await log.readStream('s-4500')).at(-1)!.meta.position, size: 5_000 })
  },
  async 'reads up to the head as it was when it was asked'({ log }) {
    await log.append('a', 0, facts(1, 3))
    const asked = log.readAll(0)
    await log.append('a', 3, facts(4, 3))
    expect(dataOf(await collect(asked))).toStrictEqual([1, 2, 3])
  },
  async 'shows every fact as soon as it has answered'({ log }) {
    for (let n = 1; n <= 50; n++) {
      const { position } = await told(log.append('a', n - 1, [fact(n)]))
      expect([(await log.readStream('a')).length, (await log.head()).position]).toStrictEqual([n, position])
    }
  },
  async 'opened anew, holds what it held'({ log, reopen }) {
    await Promise.all(Array.from({ length: 20 }, (_, n) => log.append(`s-${n % 4}-${n}`, 0, facts(10 * n, 3))))
    const before = await collect(log.readAll(0))
    const second = await reopen()
    expect(await collect(second.readAll(0))).toStrictEqual(before)
    expect((await told(second.append('s-0-0', 3, [fact(1_000)]))).position).toBeGreaterThan(before.at(-1)!.meta.position)
  },
}
/** 听 — what a subscription must do. */
const listening: Record<string, Clause> = {
  async 'a subscription resumes after a position, and stays live'({ log }) {
    const { position } = await told(log.append('a', 0, facts(1, 3)))
    await log.append('a', 3, facts(4, 2))
    expect(await take(log, position, 4, async () => {
      await log.append('b', 0, [fact(6)])
      await new Promise((passed) => setTimeout(passed, 20))
      await log.append('a', 5, [fact(7)])
    })).toStrictEqual([4, 5, 6, 7])
  },
  async 'a subscription loses nothing that is told while it changes from reading to listening'({ log }) {
    await log.append('a', 0, [fact(0)])
    expect(await take(log, 0, 301, async () => {
      for (let n = 1; n <= 300; n++) {
        await log.append('a', n, [fact(n)])
        if (n % 7 === 0) await new Promise((passed) => setTimeout(passed, n % 3))
      }
    })).toStrictEqual(Array.from({ length: 301 }, (_, n) => n))
  },
  async 'a subscription sees what was told before the reader asks for more'({ log }) {
    const ends = new AbortController()
    const late = setTimeout(() => ends.abort(), 2_000)
    await log.append('a', 0, [fact(1)])
    const batches = log.subscribe(0, ends.signal)[Symbol.asyncIterator]()
    expect(dataOf((await batches.next()).value)).toStrictEqual([1])
    await log.append('a', 1, [fact(2)])
    await new Promise((passed) => setTimeout(passed, 20))
    expect(dataOf((await batches.next()).value ?? [])).toStrictEqual([2])
    ends.abort()
    expect((await batches.next()).done).toBe(true)
    clearTimeout(late)
  },
  async 'a subscription ends when its signal is raised, waiting or not'({ log }) {
    const raised = AbortSignal.abort()
    expect(await collect(log.subscribe(0, raised))).toStrictEqual([])
    const ends = new AbortController()
    const waiting = collect(log.subscribe(0, ends.signal))
    setTimeout(() => ends.abort(), 10)
    const outcome = await Promise.race([waiting, new Promise((passed) => setTimeout(passed, 2_000, 'still waiting'))])
    expect(outcome).toStrictEqual([])
  },
}
const gapFree = 'positions are 1, 2, 3 … with no gap'
export const eventLogClauses: Record<string, Clause> = {
  ...appending, ...again, ...reading, ...listening,
  async [gapFree]({ log }) {
    await Promise.all(Array.from({ length: 30 }, (_, n) => log.append(`s-${n % 20}`, 0, facts(10 * n, 2))))
    const all = await collect(log.readAll(0))
    expect(all.map(({ meta }) => meta.position)).toStrictEqual(all.map((_, i) => i + 1))
    expect(await log.head()).toStrictEqual({ position: all.length, size: all.length })
  },
}

/** 事件簿之约 — runs every clause over an adapter; one is left out only by name and reason. */
export const eventLogContract = (
  name: string, open: () => Promise<Ground>, leavesOut: Record<string, string> = {}, capabilities: Capabilities = { gapFree: true },
) => describe(`event log: ${name}`, () => {
  const left: Record<string, string> = { ...leavesOut, ...(!capabilities.gapFree && { [gapFree]: 'its positions grow, and are not dense' }) }
  for (const [title, clause] of Object.entries(eventLogClauses))
    it(title, async ({ skip }) => title in left ? skip(left[title]) : clause(await open()))
  it('leaves out no clause that is not there', () => expect(Object.keys(leavesOut).filter((title) => !(title in eventLogClauses))).toStrictEqual([]))
})
