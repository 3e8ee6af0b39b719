import type { Recorded, Told } from './events.ts'
import type { Sealed } from './values.ts'

/** A stream is one subject's life and is read whole; beyond this it is refused, and should have been cut by period. */
export const streamLimit = 10_000

/** 事件簿 — the one book of record. Positions only grow, revisions count from 1 in each stream, nothing is ever altered. */
export type EventLog = {
  /** All or nothing, durable (fsync) before it answers. `expected`: the revision that the stream is thought to be at, 0 if new; always checked.
      Facts that are all there already, by id, are not told twice: the answer is then the revision that the last of them has.
      Throws `StreamFull` beyond `streamLimit`. */
  append(stream: string, expected: number, facts: readonly Told[]): Promise<{ revision: number; position: number } | 'revision-conflict'>
  /** The whole stream as it was written (not upcast), by revision; empty where there is none. */
  readStream(stream: string): Promise<readonly Recorded[]>
  /** Everything after a position, in batches, up to the head at the time of asking. */
  readAll(after: number): AsyncIterable<readonly Recorded[]>
  /** As `readAll`, and then each new batch as it becomes durable, until the signal is raised. */
  subscribe(after: number, signal: AbortSignal): AsyncIterable<readonly Recorded[]>
  /** Position of the newest fact, 0 in an empty book; and how many facts there are. */
  head(): Promise<{ position: number; size: number }>
  close(): Promise<void>
}

/** 钥匙 — one per person and matter. A key destroyed forgets the person, and the book still adds up. */
export type Keys = {
  seal(subject: string, matter: string, plain: string): Promise<Sealed>
  /** Nothing where the key is gone. */
  open(envelope: Sealed): Promise<string | undefined>
  /** Nothing of it opens again, and what is sealed of a forgotten matter later is sealed for nobody. */
  forget(subject: string, matter?: string): Promise<void>
  /** 限制处理 — the key is kept, and nobody opens with it; the only way on is to be forgotten. */
  restrict(subject: string, matter: string): Promise<void>
  standing(subject: string, matter: string): Promise<'open' | 'restricted' | 'gone'>
  /** Every matter in which something of theirs is sealed and not forgotten. */
  matters(subject: string): Promise<readonly string[]>
  /** 盲索引词 — a keyed word for a text, by which an equal text of the same field is found again and nothing is read out of it. Its key is its own. */
  blind(field: string, text: string): Promise<string>
  close(): Promise<void>
}

/** 附件库 — what people hand in, sealed under the key of the person and matter that it belongs to, found again by the hash of what was kept. */
export type Blobs = {
  /** Keeps the bytes durably and answers their name, `sha256:…` of the bytes as they are opened again. The same bytes of the same matter are kept once. */
  put(subject: string, matter: string, bytes: Uint8Array): Promise<{ blob: string; bytes: number }>
  /** Nothing where there are none, or where the key is gone. Throws where what lies there is not what was put. */
  open(subject: string, matter: string, blob: string): Promise<Uint8Array | undefined>
  /** How many bytes it has, and the first of them. */
  look(subject: string, matter: string, blob: string): Promise<{ bytes: number; head: Uint8Array } | undefined>
  /** What a matter has taken up so far. */
  taken(subject: string, matter: string): Promise<{ count: number; bytes: number }>
  /** One that turned out to be nobody's. */
  remove(subject: string, matter: string, blob: string): Promise<void>
  /** Removes what belongs to a person, or to a matter of theirs, and what was noted of it. */
  forget(subject: string, matter?: string): Promise<void>
  /** Bytes that the disk has left. */
  free(): Promise<number>
  /** 到件 — noted durably when it is kept, until it is known whether anything refers to it; noted again it is as it was said last. */
  note(arrival: Arrival): Promise<void>
  arrivals(): Promise<readonly Arrival[]>
  settle(arrival: Arrival): Promise<void>
  close(): Promise<void>
}
/** 到件 — what came in, of whose matter, by whom and when. `namedAt`: when a draft last named it, which no fact tells. */
export type Arrival = { subject: string; matter: string; blob: string; bytes: number; mediaType: string; name: string; by: string; at: string; namedAt?: string }
/** 验件 — looks at bytes from outside where they can do no harm, and gives back what may be kept of them, or a code of why not. */
export type Examiner = {
  examine(kind: 'image' | 'pdf', bytes: Uint8Array): Promise<{ bytes: Uint8Array; mediaType: string } | { refused: string }>
  close(): Promise<void>
}
/** 凭证库 — secrets by which people sign in, apart from the book and of no use without the house's own key. Public keys are in facts, where who bound them stands. */
export type Credentials = {
  /** Whether the word is theirs; takes the same time where there is nobody. */
  verify(person: string, password: string): Promise<boolean>
  /** An activation code that was waiting is used up with it. */
  setPassword(person: string, password: string): Promise<void>
  totp(person: string): string | undefined
  setTotp(person: string, secret: string | undefined): void
  /** Marks the step of time whose code was said; false where that or a later one has been used. */
  useStep(person: string, step: number): boolean
  /** 激活码 — one at a time, until an instant. */
  setActivation(person: string, code: string, untilMs: number): void
  /** Whether this is their code; said wrong five times it is nobody's. */
  mayActivate(person: string, code: string, nowMs: number): boolean
  /** Whether this is their code; nothing is counted, for whoever asks is held back otherwise. */
  knows(person: string, code: string, nowMs: number): boolean
  /** Whether they have a password. */
  has(person: string): boolean
  /** Nothing of them is left, in the file or in its log. */
  forget(person: string): void
  close(): void
}
