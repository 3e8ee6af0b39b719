import type { Arrival, Blobs, EventLog } from '../../domain/kernel/ports.ts'
import { referringTo } from './kept.ts'
import type { AttachmentLimits } from './limits.ts'
import { isOrphan, removeUnasked } from './orphan.ts'

type Use = { by: string; atMs: number; bytes: number }
const dayMs = 24 * 3_600_000
/** What is looked over with every word that is typed is noted no more often than this. */
const renewMs = 3_600_000
const isUnnoted = ({ namedAt }: Arrival, nowMs: number) => namedAt === undefined || nowMs - Date.parse(namedAt) >= renewMs

/** Nothing as long as it is not known; what is nobody's is gone with the answer. */
async function whatBecameOf(arrival: Arrival, book: EventLog, blobs: Blobs, limits: AttachmentLimits, nowMs: number): Promise<'referred' | 'nobodys' | undefined> {
  if (nowMs - Date.parse(arrival.at) < limits.orphanMs) return undefined
  const { subject, matter, blob } = arrival, referred = (await referringTo(book, matter, blob)).length > 0
  if (!referred && (!isOrphan(arrival, referred, nowMs, limits) || !await removeUnasked(blobs, subject, matter, blob))) return undefined
  await blobs.settle(arrival)
  return referred ? 'referred' : 'nobodys'
}

/** 收件 — counts what comes in, keeps it, and removes what nothing came to refer to. By the machine's own time, which no demonstration moves. */
export async function keepingOf(book: EventLog, blobs: Blobs, limits: AttachmentLimits, nowMs: () => number) {
  const nameOf = (subject: string, matter: string, blob: string) => JSON.stringify([subject, matter, blob])
  const arrived = new Map((await blobs.arrivals()).map((one) => [nameOf(one.subject, one.matter, one.blob), one]))
  let uses: Use[] = [...arrived.values()].map(({ by, at, bytes }) => ({ by, atMs: Date.parse(at), bytes }))
  const under = new Map<string, number>()
  let turn: Promise<unknown> = Promise.resolve()
  /** One after another, so that nothing is removed that is just being kept. */
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const done = turn.then(job)
    turn = done.catch(() => undefined)
    return done
  }
  const usedBy = (person: string) => uses.filter(({ by }) => by === person)
  const sum = (of: readonly Use[]) => of.reduce((all, { bytes }) => all + bytes, 0)
  const atOnce = () => [...under.values()].reduce((all, n) => all + n, 0)

  return {
    /** Why nothing is taken of them for now; else a place, which is given back when it is over. Whatever is tried counts, or a flood would be free. */
    async enter(person: string, official: boolean, subject: string, matter: string): Promise<string | { use: Use; leave(): void }> {
      uses = uses.filter(({ atMs }) => nowMs() - atMs < dayMs)
      const [tries, bytes] = official ? [limits.officialTries, limits.officialBytes] : [limits.personTries, limits.personBytes], before = usedBy(person)
      if ((under.get(person) ?? 0) >= limits.atOnceOfPerson || atOnce() >= limits.atOnce) return 'uploads-at-once'
      if (before.length >= tries || sum(before) >= bytes) return 'person-quota'
      const use = { by: person, atMs: nowMs(), bytes: 0 }
      uses.push(use)
      under.set(person, (under.get(person) ?? 0) + 1)
      const leave = () => { const left = under.get(person)! - 1; if (left > 0) under.set(person, left); else under.delete(person) }
      try {
        const [free, taken] = await Promise.all([blobs.free(), blobs.taken(subject, matter)])
        const full = free < limits.freeBytes + limits.fileBytes ? 'house-full' : taken.count >= limits.caseFiles || taken.bytes >= limits.caseBytes ? 'case-quota' : undefined
        if (full === undefined) return { use, leave }
        leave()
        return full
      } catch (error) { leave(); throw error }
    },
    /** Kept, and noted: both are durable before it is answered. */
    keep: (use: Use, bytes: Uint8Array, { subject, matter, by, name, mediaType }: Omit<Arrival, 'blob' | 'bytes' | 'at' | 'namedAt'>) => inTurn(async () => {
      const put = await blobs.put(subject, matter, bytes), namedAt = arrived.get(nameOf(subject, matter, put.blob))?.namedAt
      const arrival = { subject, matter, by, name, mediaType, ...put, at: new Date(nowMs()).toISOString(), ...(namedAt !== undefined && { namedAt }) }
      await blobs.note(arrival)
      arrived.set(nameOf(subject, matter, put.blob), arrival)
      use.bytes = put.bytes
      return put
    }),
    /** As what it came in, where nothing has referred to it yet. */
    nameOf: (subject: string, matter: string, blob: string) => arrived.get(nameOf(subject, matter, blob))?.name,
    /** 草稿所列 — what a draft names stays while somebody works on it. Where there is nothing to note, nobody waits for what others hand in. */
    async named(subject: string, matter: string, them: readonly string[]) {
      const unnoted = () => them.flatMap((blob) => arrived.get(nameOf(subject, matter, blob)) ?? []).filter((one) => isUnnoted(one, nowMs()))
      if (unnoted().length > 0) await inTurn(async () => {
        for (const arrival of unnoted()) {
          const renewed = { ...arrival, namedAt: new Date(nowMs()).toISOString() }
          await blobs.note(renewed)
          arrived.set(nameOf(subject, matter, arrival.blob), renewed)
        }
      })
    },
    /** 清理 — what came in long enough ago is attached by now, or nobody's. Answers how many were removed. */
    async sweep(): Promise<number> {
      let removed = 0
      for (const name of arrived.keys()) await inTurn(async () => {
        const arrival = arrived.get(name), became = arrival && await whatBecameOf(arrival, book, blobs, limits, nowMs())
        if (!became) return
        if (became === 'nobodys') removed++
        arrived.delete(name)
      })
      return removed
    },
  }
}
export type Keeping = Awaited<ReturnType<typeof keepingOf>>
