import { caseEvents, type CaseEvent } from '../domain/cases/events.ts'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { EventLog, Keys } from '../domain/kernel/ports.ts'
import { isSealed } from '../domain/kernel/values.ts'
import type { BlindIndex, BlindWord } from '../projections/read-store.ts'

/** 申请人 as the book keeps him sealed: fields by which a case may be found; of whoever has registered, the telephone too. */
const fields = ['applicantName', 'applicantNumber'] as const
const registered = { applicantName: 'name', applicantNumber: 'number', phone: 'phone' } as const
type Field = keyof typeof registered
/** Under which a registration is found, and no case. */
const registration = 'identity-applicant.'
/** What counts as equal: written in another width, or with room around it, a name is the same name. */
const plainly: Record<Field, (text: string) => string> = {
  applicantName: (text) => text.normalize('NFKC').trim(),
  applicantNumber: (text) => text.normalize('NFKC').trim().toUpperCase(),
  phone: (text) => text.normalize('NFKC').replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, ''),
}
const keepEveryMs = 2_000
/** Facts that are looked at in one turn: whoever asks something of the house meanwhile is answered in between. */
const inOneTurn = 16

export type Blinding = {
  /** Ids of the cases of this person, by exact name or number, as of the newest fact at the time of asking. */
  casesOf(text: string): Promise<readonly string[]>
  /** Ids of registered applicants of exactly this name, number or telephone, and of cases of people of this name or number. */
  applicantsOf(text: string): Promise<{ registered: readonly string[]; cases: readonly string[] }>
  /** What was told up to here can be found. */
  position(): number
  /** Keeps up of itself from now on, but for bulk imports. */
  keep(onError: (error: unknown) => void): void
  bulk(on: boolean): void
  /** These keys, with which forgetting somebody takes him out of the index too. */
  keys: Keys
  close(): Promise<void>
}

/** 盲词 of what is sealed in a fact, made by these keys. */
function wordsBy(keys: Keys) {
  const wordOf = (field: Field, text: string) => keys.blind(field, plainly[field](text))
  async function wordsOfRegistration(fact: Recorded): Promise<BlindWord[]> {
    const { data } = read(identityEvents, fact as Recorded<Extract<IdentityEvent, { type: 'ApplicantRegistered' }>>, fact.meta.version)
    return wordsIn(Object.entries(registered).map(([field, said]) => [field as Field, data[said]]), fact.meta.stream)
  }
  async function wordsIn(said: readonly (readonly [Field, unknown])[], key: string): Promise<BlindWord[]> {
    const words: BlindWord[] = []
    for (const [field, sealed] of said) {
      const plain = isSealed(sealed) ? await keys.open(sealed) : undefined
      if (isSealed(sealed) && plain !== undefined) words.push({ word: await wordOf(field, JSON.parse(plain) as string), subject: sealed.subject, matter: sealed.matter, key })
    }
    return words
  }
  async function wordsOf(fact: Recorded): Promise<BlindWord[]> {
    if (fact.type === 'ApplicantRegistered' && fact.meta.stream.startsWith(registration)) return wordsOfRegistration(fact)
    if (fact.type !== 'ApplicationSubmitted' || !fact.meta.stream.startsWith('cases-') || !Object.values(fact.data).some(isSealed)) return []
    const { data } = read(caseEvents, fact as Recorded<CaseEvent>, fact.meta.version) as { data: Partial<Record<Field, unknown>> }
    return wordsIn(fields.map((field) => [field, data[field]]), fact.meta.stream.slice('cases-'.length))
  }
  return { wordOf, wordsOf }
}

/** 盲索引守护 — reads the book behind everybody's back, opens the names that it may, and keeps a keyed word of each. Projectors hold no keys,
    so it stands here. */
export function blindingOf(book: EventLog, keys: Keys, index: BlindIndex): Blinding {
  let work: Promise<unknown> = Promise.resolve(), closed = false, importing = false, timer: NodeJS.Timeout | undefined
  const inTurn = <T>(job: () => Promise<T> | T): Promise<T> => {
    const done = work.then(job)
    work = done.catch(() => undefined)
    return done
  }
  const { wordOf, wordsOf } = wordsBy(keys)

  async function catchUp() {
    const { position: head } = await book.head()
    if (index.position() > head) index.clear() // of another book, or of this one before it was put back
    if (index.position() === head) return
    for await (const batch of book.readAll(index.position())) for (let from = 0; from < batch.length; from += inOneTurn) {
      const words: BlindWord[] = [], facts = batch.slice(from, from + inOneTurn)
      for (const fact of facts) words.push(...await wordsOf(fact))
      if (closed) return
      index.put(words, facts.at(-1)!.meta.position)
      await new Promise(setImmediate)
    }
  }
  return {
    async casesOf(text) {
      await inTurn(catchUp)
      return index.find(await Promise.all(fields.map((field) => wordOf(field, text)))).filter((key) => !key.startsWith(registration))
    },
    async applicantsOf(text) {
      await inTurn(catchUp)
      const keys = index.find(await Promise.all((Object.keys(registered) as Field[]).map((field) => wordOf(field, text))))
      return { registered: keys.filter((key) => key.startsWith(registration)).map((key) => key.slice(registration.length)), cases: keys.filter((key) => !key.startsWith(registration)) }
    },
    position: () => index.position(),
    keep(onError) {
      timer = setInterval(() => { if (!importing && !closed) inTurn(catchUp).catch(onError) }, keepEveryMs)
      timer.unref()
    },
    bulk(on) { importing = on },
    keys: {
      ...keys,
      // First out of the index, so that a crash in between leaves nothing; then once more, for what was being read meanwhile.
      async forget(subject, matter) {
        await inTurn(() => index.forget(subject, matter))
        await keys.forget(subject, matter)
        await inTurn(() => index.forget(subject, matter))
      },
      // Nobody is found by what nobody may read.
      async restrict(subject, matter) {
        await keys.restrict(subject, matter)
        await inTurn(() => index.forget(subject, matter))
      },
    },
    async close() {
      closed = true
      clearInterval(timer)
      await work
      index.close()
    },
  }
}
