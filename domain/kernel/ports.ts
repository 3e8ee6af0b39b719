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
  forget(subject: string, matter?: string): Promise<void>
  /** 盲索引词 — a keyed word for a text, by which an equal text of the same field is found again and nothing is read out of it. Its key is its own. */
  blind(field: string, text: string): Promise<string>
  close(): Promise<void>
}
