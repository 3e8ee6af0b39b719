import type { Replay } from '../../../projections/replayed.ts'
import { read, type Look, type Problem } from '../../client.ts'

const at = (id: string) => `/cases/${encodeURIComponent(id)}`
/** 回执 of one fact: its bytes, and what proves that they stand under a signed head, or the promise that they will. */
export type Receipt = { leaf: string; leafHash: string; log: { origin: string }; proof?: { index: number; size: number; hashes: string[]; checkpoint: string }; promise?: string }
type Witness = { vkey: string; at?: string; size?: number; trouble?: string }
export type Head = { origin: string; size: number; state: 'not-witnessed' | 'witnessed' | 'overdue' | 'refusing'; witnessedAt?: string; witnesses: Witness[] }
/** `questions`: those of the form, where it was opened. */
export type Opened = { fields: Record<string, { value: unknown } | { state: 'restricted' | 'gone' }>; questions?: { id: string; label: string; kind: string }[] }

export const asks = {
  /** 回放 — the case at every moment, in one role's eyes. */
  replay: (id: string, as: string | undefined): Promise<Replay | Problem> => read<Replay>(`${at(id)}/replay`, { as }),
  receipt: (id: string, fact: number) => read<Receipt>(`${at(id)}/receipt`, { fact }),
  head: () => read<Head>('/transparency'),
  looks: (id: string) => read<{ looks: Look[]; next?: string }>(`${at(id)}/looks`, { limit: 50 }),
  open: (id: string, fields: readonly string[], purpose: string) => read<Opened>(`${at(id)}/reveal`, {}, { fields, purpose }),
}
/** Where the receipt of a fact is to be had as a file. */
export const receiptHref = (id: string, fact: number) => `/api${at(id)}/receipt?fact=${fact}`
export const attachmentHref = (id: string, blob: string) => `/api${at(id)}/attachments/${encodeURIComponent(blob)}?inline=1`
