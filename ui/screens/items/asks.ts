import type { ItemSaid } from '../../../domain/items/events.ts'
import { read } from '../../client.ts'

/** 事项 as it is typed. */
export type Item = ItemSaid
export type FormKept = { blob: string; mediaType: string; bytes: number; name?: string }
export type Fault = { field: string; code: string; zh: string; en: string }
export type Proposal = { proposal: number; version: number; department: string; shortName: string; by: string; at: string; reason: string }
export type Listed = Pick<Item, 'version' | 'legalName' | 'shortName' | 'itemType' | 'caseType' | 'department' | 'promisedWorkingDays' | 'statutoryWorkingDays'>
  & { code: string; open: number; openBy: { version: number; open: number }[]; proposals: Proposal[] }
type Said = { by: string; byName: string; at: string }
export type Version = Item & Said & { code: string; open: number; proposal?: number }
export type Proposed = Item & Said & { proposal: number; reason: string; open: boolean }
export type Versions = { code: string; revision: number; versions: Version[]; proposals: Proposed[]; unpinned: number; now: string }
export type Officer = { person: string; name: string; department: string; post: string; atWindow?: true }
type Run = { dueOn?: string; late: boolean }
export type Impact = { open: number; keeps: number; deemed: number; takes: number; newlyLate: number; noLongerLate: number; unlisted: number
  cases: { subject: string; clocks: { name: string; kind: string; now: Run; draft: Run }[] }[] }
export type Dictionary = { dictionary: string; name: string; version: number; entries: { code: string; zh: string; en?: string; retired?: boolean }[] }

const at = (code: string) => `/items/${encodeURIComponent(code)}`
/** Typing goes on meanwhile: a look that takes longer than this is taken again. */
const checkedMs = 8_000
export const asks = {
  list: () => read<{ items: Listed[]; fresh: ({ code: string } & Proposal)[]; now: string }>('/items'),
  versions: (code: string) => read<Versions>(`${at(code)}/versions`),
  check: (code: string, item: object) => read<{ next: number; faults: Fault[]; forms: FormKept[] }>(`${at(code)}/check`, {}, item, 'POST', {}, checkedMs),
  impact: (code: string, limits: Record<string, string>) => read<Impact>(`${at(code)}/impact`, limits),
  officers: () => read<{ officers: Officer[]; departments: string[] }>('/officers'),
  dictionaries: () => read<{ rows: Dictionary[] }>('/collections/dictionaries', { limit: 1000 }),
}
