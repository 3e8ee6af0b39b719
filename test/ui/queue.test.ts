import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Meant } from '../../ui/queue.svelte.ts'

/** What the browser keeps, the platform as it answers, and who is signed in. */
const kept = new Map<string, Meant>(), said: { path: string; key: string; seen: string | undefined }[] = []
let answers: object[] = [], who = 'H1'
vi.mock('../../ui/kept.ts', () => ({ kept: (_: string, person: string) => ({
  get: async (name: string) => kept.get(`${person} ${name}`), put: async (name: string, value: Meant) => { kept.set(`${person} ${name}`, value) }, drop: async (name: string) => { kept.delete(`${person} ${name}`) },
  all: async () => [...kept].filter(([name]) => name.startsWith(`${person} `)).map(([name, value]) => [name.slice(person.length + 1), value]), end: async () => kept.clear(),
}) }))
vi.mock('../../ui/alone.ts', () => ({ alone: (act: () => unknown) => act() }))
vi.mock('../../ui/network.svelte.ts', () => ({ network: { onBack: () => undefined } }))
vi.mock('../../ui/client.ts', () => ({
  isProblem: (answer: object) => 'status' in answer,
  read: async (path: string, _: object, __: object, ___: string, headers: Record<string, string> = {}) => {
    if (path === '/house') return { person: { person: who } }
    said.push({ path, key: headers['idempotency-key']!, seen: headers['if-match'] })
    return answers.shift() ?? { status: 0, code: 'offline' }
  },
}))
const { queue } = await import('../../ui/queue.svelte.ts')

const meant = (key: string, revision?: number, id = 'C1'): Meant => ({ at: '2026-10-26T02:00:00.000Z', context: 'cases', id, command: 'urge-case', body: {}, key, ...(revision !== undefined && { revision }) })
const written = (revision: number) => ({ revision, facts: ['CaseUrged'] }), stale = { status: 412, code: 'stale' }
const settle = () => vi.advanceTimersByTimeAsync(0)
const sendWith = async (...given: object[]) => { answers = given; said.length = 0; await queue.send(); await settle() }

describe('队列 — said once, in order, by whoever meant it', () => {
  beforeEach(async () => {
    vi.useFakeTimers()
    kept.clear()
    answers = []
    who = 'H1'
    queue.of(undefined)
    queue.of('H1')
    await settle()
  })
  afterEach(() => vi.useRealTimers())

  it('pins what was meant in one breath to what came of the one before, also when the line breaks between the two', async () => {
    for (const key of ['a', 'b', 'c']) await queue.add(meant(key, 5))
    await sendWith(written(7), { status: 503, code: 'busy' })
    expect(said.map(({ key, seen }) => [key, seen])).toStrictEqual([['a', '"5"'], ['b', '"7"']])
    await sendWith(written(8), written(9))
    expect(said.map(({ key, seen }) => [key, seen])).toStrictEqual([['b', '"7"'], ['c', '"8"']])
    expect(queue.waiting).toBe(0)
  })
  it('pins nothing that was meant at another moment, or of another matter, or without having seen anything', async () => {
    await queue.add(meant('a', 5))
    await queue.add(meant('b', 6))
    await queue.add(meant('c', 5, 'C2'))
    await queue.add(meant('d'))
    await sendWith(written(9), written(10), written(11), written(12))
    expect(said.map(({ seen }) => seen)).toStrictEqual(['"5"', '"6"', '"5"', undefined])
  })
  it('comes back when the platform has said, to the second, and not before', async () => {
    await queue.add(meant('a'))
    await sendWith({ status: 429, code: 'too-many-requests', retryAfterMs: 7_000 })
    answers = [written(6)]
    await vi.advanceTimersByTimeAsync(6_900)
    expect([said.length, queue.waiting]).toStrictEqual([1, 1])
    await vi.advanceTimersByTimeAsync(200)
    expect([said.map(({ key }) => key), queue.waiting]).toStrictEqual([['a', 'a'], 0])
  })
  it.each([0, 401, 428, 429, 502, 503, 504])('an answer of %i is none: it stays, and goes out under the same key', async (status) => {
    await queue.add(meant('a', 5))
    await sendWith({ status, code: 'later' })
    expect([queue.waiting, queue.refused.length]).toStrictEqual([1, 0])
    await sendWith(written(6))
    expect([said[0]?.key, queue.waiting]).toStrictEqual(['a', 0])
  })
  it('a refusal stays until it is seen, and holds back what was meant on top of it, and nothing else', async () => {
    await queue.add(meant('a', 5))
    await queue.add(meant('b', 5))
    await queue.add(meant('c', 5, 'C2'))
    await sendWith(stale, written(6))
    expect(said.map(({ key }) => key)).toStrictEqual(['a', 'c'])
    expect(queue.refused.map(([, { key, refused }]) => [key, refused?.code])).toStrictEqual([['a', 'stale'], ['b', 'after-refused']])
  })
  it('the same intent, pressed twice before the first is kept, is kept once', async () => {
    await Promise.all([queue.add(meant('a', 5)), queue.add(meant('a', 5))])
    expect(queue.waiting).toBe(1)
  })
  it('nothing goes out once somebody else is signed in', async () => {
    await queue.add(meant('a', 5))
    who = 'H2'
    await sendWith(written(6))
    expect(said).toStrictEqual([])
    expect(queue.waiting).toBe(1)
  })
})
