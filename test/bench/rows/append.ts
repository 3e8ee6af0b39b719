import { leafOf } from '../../../adapters/book/leaf.ts'
import { openBook, type Book } from '../../../adapters/book/open.ts'
import type { Instant } from '../../../domain/kernel/values.ts'
import { mean, ms, percentiles, perSecond, percent, spread } from '../figures.ts'
import { assertRight, type Line, type Goal } from '../line.ts'
import { syncedWrites } from '../limits/synced-writes.ts'
import type { Place } from '../place.ts'
import { lifeOf, told } from '../told.ts'

/** Facts of one case, then the client's next case: streams as long as those of a hall. */
const factsPerStream = 8
const rounds = 4

/** One client: appends a fact, waits for it to be durable, appends the next. */
function client(book: Book, name: number) {
  let n = 0
  const recordedAt = '2026-03-02T01:00:00.000Z' as Instant
  return {
    told: () => n,
    async tellUntil(end: number, waited: number[]) {
      while (performance.now() < end) {
        const revision = n % factsPerStream, life = Math.floor(n / factsPerStream)
        const stream = `cases-${name}.${life}`, fact = told(stream, revision, lifeOf(life * 10 + 1)[revision]!, recordedAt)
        const began = performance.now()
        const answer = await book.append(stream, revision, [fact])
        waited.push(performance.now() - began)
        assertRight(answer !== 'revision-conflict' && answer.revision === revision + 1, `the answer to fact ${n} of client ${name}`)
        n++
      }
    },
  }
}

/** Everything acknowledged is there, in the order in which each client told it, and nothing else. */
async function readBack(dir: string, acknowledged: readonly number[]): Promise<number> {
  const book = await openBook(dir, { write: false }), seen = acknowledged.map(() => 0)
  let bytes = 0, facts = 0, last = 0
  try {
    for await (const batch of book.readAll(0)) for (const fact of batch) {
      const { stream, revision, position, id } = fact.meta
      const [name, life] = stream.slice('cases-'.length).split('.').map(Number)
      assertRight(Number(life) * factsPerStream + revision - 1 === seen[name!]!, `the order of client ${name}`)
      assertRight(position === last + 1 && id === told(stream, revision - 1, { type: '', data: {} }, '' as Instant).meta.id, `the fact at ${position}`)
      if (facts++ < 1_000) bytes += Buffer.byteLength(leafOf(stream, revision, fact))
      seen[name!]!++
      last = position
    }
  } finally { await book.close() }
  assertRight(seen.every((n, i) => n === acknowledged[i]), `${facts} facts, ${acknowledged.reduce((a, b) => a + b, 0)} acknowledged`)
  return Math.round(bytes / Math.min(facts, 1_000))
}

async function measure(place: Place, clients: number): Promise<{ line: Line; ratio: number; p99: number }> {
  const roundMs = place.quick ? 350 : 1_500, limitMs = place.quick ? 150 : 700
  const name = `append-${clients}`, dir = place.room(name)
  const disk = syncedWrites(place.dir)
  const book = await openBook(dir, { write: true })
  const each = Array.from({ length: clients }, (_, i) => client(book, i))
  const waited: number[] = [], limits: number[] = []
  const tellFor = (forMs: number, samples: number[]) => Promise.all(each.map((one) => one.tellUntil(performance.now() + forMs, samples)))
  await tellFor(roundMs / 2, [])
  disk.rate(limitMs / 2)
  let spentMs = 0
  for (let round = 0; round < rounds; round++) {
    limits.push(disk.rate(limitMs))
    const began = performance.now()
    await tellFor(roundMs, waited)
    spentMs += performance.now() - began
  }
  limits.push(disk.rate(limitMs))
  disk.close()
  await book.close()
  const leafBytes = await readBack(dir, each.map((one) => one.told()))
  place.empty(name)
  const rate = waited.length * 1000 / spentMs, limit = mean(limits), p = percentiles(waited), ratio = rate / limit
  return { ratio, p99: p(0.99), line: {
    row: name, zh: `追加，${clients} 个客户端 / append, ${clients} clients`,
    measured: `${perSecond(rate, 'facts')}，p50 ${ms(p(0.5))}，p99 ${ms(p(0.99))}（每条约 ${leafBytes} B）`,
    limit: `预分配 4 KiB + fdatasync ${perSecond(limit, 'records')}（前后各轮 ±${percent(spread(limits))}）`, times: ratio, noise: spread(limits),
    checked: `${each.reduce((sum, one) => sum + one.told(), 0)} 条已确认的事实逐条读回，次序、编号、修订号都对`,
    figures: { factsPerSecond: Math.round(rate), p50Ms: p(0.5), p99Ms: p(0.99), limitPerSecond: Math.round(limit), limitSpread: spread(limits), leafBytes },
  } }
}

/** 追加 — durable, one fact each, to streams of their own, the revision expected. */
export async function append(place: Place): Promise<Line[]> {
  const goals: Record<number, (found: { ratio: number; p99: number }) => Goal | undefined> = {
    1: ({ ratio }) => [{ zh: '÷ fdatasync', value: ratio, least: 0.6 }],
    64: () => undefined,
    256: ({ ratio, p99 }) => [{ zh: '÷ fdatasync', value: ratio, least: 6 }, { zh: 'p99 ms', value: p99, most: 10 }],
  }
  const lines: Line[] = []
  for (const clients of [1, 64, 256]) {
    const found = await measure(place, clients), goal = goals[clients]!(found)
    lines.push({ ...found.line, ...(goal && { goal }) })
  }
  return lines
}
