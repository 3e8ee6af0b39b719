import type { Worker } from 'node:worker_threads'
import type { Blobs, Credentials, EventLog, Examiner, Keys } from '../domain/kernel/ports.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { PlatformEvent } from '../domain/platform/events.ts'
import type { DueIndex } from '../projections/due-index.ts'
import type { Change, ReadStore } from '../projections/read-store.ts'
import type { Blinding } from './blinding.ts'
import type { Calendars } from './calendars.ts'
import type { Looked } from './doctor.ts'
import type { Module } from './modules.ts'
import type { Answer, Saying } from './tell.ts'
import type { Timekeeping } from './timekeeping.ts'
import type { FootagePort } from './footage/port.ts'
import type { EvidenceRoom } from './footage/evidence-room.ts'
import type { OpenId, OpenIdAsked } from './oidc/port.ts'
import type { Transparency } from './transparency.ts'

export type Founding = Extract<PlatformEvent, { type: 'PlatformFounded' }>['data']
export type RowsChanged = { position: number; changes: readonly Change[] } | { position: number; many: true; collections: readonly string[] }
export type RowsHealth = { name: string; version: number; position: number; building: boolean; broken?: { position: number; error: string }; trouble?: string }
export type Rebuilt = { facts: number; seconds: number; factsPerSecond: number; hash: string; hashSeconds: number; broken: readonly string[] }
export type Progress = { position: number; head: number; facts: number }

/** 各室 — what a root has opened, as ports: everything behind `api` is reached through this. */
export type Rooms = {
  dir: string
  founding: Founding
  clock: 'system' | 'simulated'
  now(): Instant
  /** 守时 — of a house that is no rehearsal. */
  keeping?: Timekeeping
  book: EventLog
  /** Why the book cannot be written for now; nothing where all is well, and where another process writes it. */
  trouble?(): { code: string; zh: string; en: string } | undefined
  keys: Keys
  /** 附件库, and who looks at what comes in before it is kept. */
  blobs: Blobs
  examiner: Examiner
  /** 凭证 — in the process that holds the book. */
  credentials?: Credentials
  rows: ReadStore
  calendars: Calendars
  /** 到期索引 — kept while the house serves; derived at the first asking otherwise. */
  due(): Promise<DueIndex>
  /** 申请人 by name. */
  blind: Blinding
  /** 透明 — in the process that holds the book. */
  transparency?: Transparency
  /** 开放登录 for the systems that the directory names; nothing where it names none. */
  openId?(asked: OpenIdAsked): Promise<OpenId>
  /** 录像间 — in the process that holds the book and records. */
  footage?: FootagePort
  /** 证据室 — in the process that holds the book. */
  evidence?(): EvidenceRoom
  /** Rules that this house brings beside those that ship. */
  modules?: readonly Module[]
  tell(saying: Saying): Promise<Answer>
  /** Told of every saying that added facts, and of which kinds, before it is answered; ends when called. */
  onTold(listener: (said: Saying, facts: readonly string[]) => void): () => void
  /** A bulk import begins or ends: meanwhile the rows may stand still. */
  bulk(on: boolean): void
  /** Resolves when the rows include everything up to a position. */
  caughtUp(position: number): Promise<void>
  rebuild(onProgress?: (progress: Progress) => void): Promise<Rebuilt>
  rowsHealth(): Promise<readonly RowsHealth[]>
  /** A thread of the house for long work that only reads: a module of `api/threads`, and what it is given. */
  thread(name: 'judging', data: object): Worker
  /** 体检所见 of the directory; nothing where this process does not hold it. */
  look?(): Promise<Looked>
  /** Raised when the house is being closed: long work ends at its next step. */
  stopping: AbortSignal
  /** Told of every batch of changed rows; ends when called. */
  onChanged(listener: (changed: RowsChanged) => void): () => void
}
/** 人 or machine in whose name the house itself speaks. */
export const policy = { person: 'policy', role: 'policy', department: '' } as const
export const importer = { person: 'importer', role: 'importer', department: '' } as const
