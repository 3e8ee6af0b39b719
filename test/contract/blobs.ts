import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Arrival, Blobs } from '../../domain/kernel/ports.ts'

/** A store on a ground of its own, and the way to close it and open what it left behind. */
export type Ground = { blobs: Blobs; reopen(): Promise<Blobs> }
type Clause = (ground: Ground) => Promise<void>

const text = (said: string) => new TextEncoder().encode(said)
const plain = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('latin1')
/** Written out here once more, so that the store is not asked for its own opinion. */
const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
/** Bytes that are nowhere alike, so that a part moved or doubled is seen. */
const many = (length: number, seed = 7) => {
  const bytes = new Uint8Array(length)
  for (let i = 0, x = seed; i < length; i++) { x = (Math.imul(x, 1664525) + 1013904223) >>> 0; bytes[i] = x >>> 24 }
  return bytes
}
export const arrival = (more: Partial<Arrival> = {}): Arrival => ({ subject: 'a-1', matter: 'cases-X-1', blob: sha256(text('甲')), bytes: 3, mediaType: 'image/png', name: '营业执照.png', by: 'p-004',
  at: '2026-03-02T02:00:00.000Z', ...more })

export const blobClauses: Record<string, Clause> = {
  async 'names what it keeps by the hash of its bytes, and gives the same bytes back'({ blobs }) {
    for (const bytes of [text('营业执照'), new Uint8Array(0), many(1), many(65_535), many(65_536), many(65_537), many(3 * 65_536), many(300_001)]) {
      expect(await blobs.put('a-1', 'cases-X-1', bytes)).toStrictEqual({ blob: sha256(bytes), bytes: bytes.length })
      expect(plain(await blobs.open('a-1', 'cases-X-1', sha256(bytes)))).toBe(plain(bytes))
    }
  },
  async 'gives them back after it was opened anew'({ blobs, reopen }) {
    const { blob } = await blobs.put('a-1', 'm', many(200_000))
    expect(plain(await (await reopen()).open('a-1', 'm', blob))).toBe(plain(many(200_000)))
  },
  async 'says how long a thing is and how it begins'({ blobs }) {
    for (const length of [0, 5, 65_536, 200_000]) {
      const { blob } = await blobs.put('a-1', 'm', many(length)), looked = await blobs.look('a-1', 'm', blob)
      expect(looked?.bytes).toBe(length)
      expect(looked!.head.length).toBeGreaterThanOrEqual(Math.min(length, 4096))
      expect(plain(looked!.head)).toBe(plain(many(length).subarray(0, looked!.head.length)))
    }
    expect(await blobs.look('a-1', 'm', sha256(text('none')))).toBeUndefined()
  },
  async 'opens nothing of another person, of another matter, or under another name'({ blobs }) {
    const { blob } = await blobs.put('a-1', 'cases-X-1', text('甲'))
    for (const [subject, matter, name] of [['a-2', 'cases-X-1', blob], ['a-1', 'cases-X-2', blob], ['a-1', 'cases-X-1', sha256(text('乙'))], ['cases-X-1', 'a-1', blob], ['a-1', '', blob], ['', 'cases-X-1', blob]] as const) {
      expect(await blobs.open(subject, matter, name)).toBeUndefined()
      expect(await blobs.look(subject, matter, name)).toBeUndefined()
    }
  },
  async 'keeps persons and matters apart whose names run together'({ blobs }) {
    const { blob } = await blobs.put('a', 'bc', text('甲'))
    expect(await blobs.open('ab', 'c', blob)).toBeUndefined()
    await blobs.put('["a"', '"bc"]', text('乙'))
    await blobs.forget('["a"')
    expect(plain(await blobs.open('a', 'bc', blob))).toBe(plain(text('甲')))
  },
  async 'keeps the same bytes of the same matter once, and of another matter again'({ blobs }) {
    for (let n = 0; n < 3; n++) await blobs.put('a-1', 'm', many(1000))
    await Promise.all(Array.from({ length: 8 }, () => blobs.put('a-1', 'm', many(1000))))
    expect((await blobs.taken('a-1', 'm')).count).toBe(1)
    expect((await blobs.taken('a-1', 'n')).count).toBe(0)
    await blobs.put('a-1', 'n', many(1000))
    expect((await blobs.taken('a-1', 'n')).count).toBe(1)
  },
  async 'says what a matter has taken up'({ blobs }) {
    expect(await blobs.taken('a-1', 'm')).toStrictEqual({ count: 0, bytes: 0 })
    await blobs.put('a-1', 'm', many(100_000))
    await blobs.put('a-1', 'm', many(50_000, 8))
    const { count, bytes } = await blobs.taken('a-1', 'm')
    expect(count).toBe(2)
    expect(bytes).toBeGreaterThanOrEqual(150_000)
    expect(bytes).toBeLessThan(160_000)
  },
  async 'keeps 40 things apart that are put at once'({ blobs }) {
    const put = await Promise.all(Array.from({ length: 40 }, (_, n) => blobs.put(`a-${n % 3}`, 'm', many(2000 + n, n))))
    for (const [n, { blob }] of put.entries()) expect(plain(await blobs.open(`a-${n % 3}`, 'm', blob))).toBe(plain(many(2000 + n, n)))
  },
  async 'keeps what it was handed as it was then, and hands out nothing of its own'({ blobs }) {
    const bytes = many(1000), { blob } = await blobs.put('a-1', 'm', bytes)
    bytes.fill(0)
    const first = (await blobs.open('a-1', 'm', blob))!
    expect(plain(first)).toBe(plain(many(1000)))
    first.fill(0)
    expect(plain(await blobs.open('a-1', 'm', blob))).toBe(plain(many(1000)))
  },
  async 'removes one and leaves the others; what is not there is no error'({ blobs }) {
    const one = await blobs.put('a-1', 'm', text('甲')), other = await blobs.put('a-1', 'm', text('乙'))
    await blobs.remove('a-1', 'm', one.blob)
    await blobs.remove('a-1', 'm', one.blob)
    await blobs.remove('nobody', 'nothing', one.blob)
    expect(await blobs.open('a-1', 'm', one.blob)).toBeUndefined()
    expect(plain(await blobs.open('a-1', 'm', other.blob))).toBe(plain(text('乙')))
  },
  async 'forgets a matter of a person, and what was noted of it, and nothing else'({ blobs, reopen }) {
    const { blob } = await blobs.put('a-1', 'm', text('甲'))
    for (const [subject, matter] of [['a-1', 'n'], ['a-2', 'm']] as const) await blobs.put(subject, matter, text('甲'))
    for (const [subject, matter] of [['a-1', 'm'], ['a-1', 'n'], ['a-2', 'm']] as const) await blobs.note(arrival({ subject, matter, blob }))
    await blobs.forget('a-1', 'm')
    for (const it of [blobs, await reopen()]) {
      expect(await it.open('a-1', 'm', blob)).toBeUndefined()
      expect(await it.taken('a-1', 'm')).toStrictEqual({ count: 0, bytes: 0 })
      expect(plain(await it.open('a-1', 'n', blob))).toBe(plain(text('甲')))
      expect(plain(await it.open('a-2', 'm', blob))).toBe(plain(text('甲')))
      expect((await it.arrivals()).map(({ subject, matter }) => `${subject} ${matter}`).sort()).toStrictEqual(['a-1 n', 'a-2 m'])
    }
  },
  async 'forgets all of a person'({ blobs }) {
    const { blob } = await blobs.put('a-1', 'm', text('甲'))
    await blobs.put('a-1', 'n', text('甲'))
    await blobs.put('a-11', 'm', text('甲'))
    await blobs.note(arrival({ blob }))
    await blobs.forget('a-1')
    for (const matter of ['m', 'n']) expect(await blobs.open('a-1', matter, blob)).toBeUndefined()
    expect(await blobs.arrivals()).toStrictEqual([])
    expect(plain(await blobs.open('a-11', 'm', blob))).toBe(plain(text('甲')))
    await blobs.forget('nobody')
    expect((await blobs.put('a-1', 'm', text('甲'))).blob).toBe(blob)
    expect(plain(await blobs.open('a-1', 'm', blob))).toBe(plain(text('甲')))
  },
  async 'keeps its notes until they are settled, each once, the oldest first'({ blobs, reopen }) {
    const late = arrival({ at: '2026-03-02T05:00:00.000Z', name: '晚.png', blob: sha256(text('乙')) }), early = arrival()
    for (const one of [late, early, early]) await blobs.note(one)
    expect(await blobs.arrivals()).toStrictEqual([early, late])
    const again = await reopen()
    expect(await again.arrivals()).toStrictEqual([early, late])
    await again.settle(early)
    await again.settle(early)
    expect(await again.arrivals()).toStrictEqual([late])
  },
  async 'a note that is made again is as it was made last, and still one'({ blobs, reopen }) {
    await blobs.note(arrival())
    await blobs.note(arrival({ namedAt: '2026-03-03T02:00:00.000Z' }))
    for (const it of [blobs, await reopen()]) expect(await it.arrivals()).toStrictEqual([arrival({ namedAt: '2026-03-03T02:00:00.000Z' })])
  },
  async 'knows how much room is left'({ blobs }) { expect(await blobs.free()).toBeGreaterThan(1 << 20) },
}

/** 附件库 — what every adapter of it does. */
export const blobContract = (name: string, ground: () => Promise<Ground>) =>
  describe(`附件库：${name}`, () => { it.each(Object.entries(blobClauses))('%s', async (_, clause) => clause(await ground()), 20_000) })
