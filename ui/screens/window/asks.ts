import type { DictionaryRow, ItemRow } from '../../../projections/catalogue.ts'
import type { NoticeKind, NoticeView } from '../../../projections/notices.ts'
import type { CaseListRow } from '../../../projections/views.ts'
import { isProblem, read } from '../../client.ts'
import type { Answers, Choices, Fault } from '../../forms.ts'

/** 找到的申请人 as the platform shows them. */
export type Found = {
  applicant: string; kind: 'person' | 'organisation'; masked: string; number?: string; phone?: string; registered: boolean; name?: string
  cases: { id: string; caseNo: string; itemName: string; stage: string; openedAt: string; open: boolean }[]; all: number
}
export type Finding = { kind: 'resident-number' | 'organisation-code' | 'phone' | 'name'; number?: string; applicants: Found[]; more: boolean }
export type Offered = Pick<ItemRow, 'code' | 'shortName' | 'legalName' | 'department' | 'caseType' | 'promisedWorkingDays'> & { own: number; authorised: boolean }
export type Item = Omit<ItemRow, 'officers'>
export const lists = ['mine', 'supplied', 'waiting', 'asked', 'ready'] as const
export type ListName = typeof lists[number]
type Column = { rows: CaseListRow[]; all: number }
export type Today = { halls: string[]; now: string; position: number } & Record<ListName, Column>
export type Kept = { blob: string; bytes: number; mediaType: string; name: string }
type Said = { zh: string; en?: string }
/** How the house words a notice, its blanks filled in. */
export type Template = { version: number; head?: Said; lead: Said; law?: Said; closing?: Said }
export type Notice = NoticeView & { now: string; region: string; house: string; follow: string; head?: { size: number; hash: string }; template?: Template }
export type { NoticeKind }
/** A problem may say which field it is of. */
export const fieldOf = (problem: object) => 'field' in problem ? String(problem.field) : ''

const of = (id: string) => `/cases/${encodeURIComponent(id)}`
const keyed = (key: string) => ({ 'idempotency-key': key })
export const asks = {
  today: () => read<Today>('/window'),
  items: () => read<{ items: Offered[] }>('/window/items'),
  item: (code: string) => read<Item>(`/window/items/${encodeURIComponent(code)}`),
  find: (text: string, open?: string) => read<Finding>('/window/find', {}, { text, ...(open !== undefined && { open }) }),
  register: (body: { name: string; number: string; phone?: string; document: string }, key: string) => read<{ applicant: string }>('/window/applicants', {}, body, 'POST', keyed(key)),
  number: (key: string) => read<{ number: string }>('/window/numbers', {}, {}, 'POST', keyed(key)),
  /** One command of an intake, with the key of its intent: said again it is the same fact. */
  say: (id: string, command: string, body: object, key: string) => read<{ revision: number; facts: string[] }>(`${of(id)}/${command}`, {}, body, 'POST', keyed(key)),
  upload(id: string, file: File) {
    const form = new FormData()
    form.append('file', file)
    return read<Kept>(`${of(id)}/attachments`, {}, form)
  },
  /** 补录的界 — before which nothing more can have happened to the case; nothing where no step of it is entered afterwards. */
  lateFrom: (id: string) => read<{ lateFrom?: string }>(`${of(id)}/actions`),
  notice: (id: string, kind: NoticeKind) => read<Notice>(`${of(id)}/notice`, { kind }),
  accessCode: (id: string) => read<{ code: string }>(`${of(id)}/access-code`, {}, { document: true }),
  receipt: (id: string) => read<object>(`${of(id)}/receipt`),
  answers: (code: string, body: Answers) => read<{ asked: string[]; faults: Fault[] }>(`/items/${encodeURIComponent(code)}/answers`, {}, body),
  async choices(): Promise<Choices> {
    const found = await read<{ rows: DictionaryRow[] }>('/collections/dictionaries', { limit: 1_000 })
    return isProblem(found) ? {} : Object.fromEntries(found.rows.map(({ dictionary, entries }) => [dictionary, entries.filter(({ retired }) => !retired).map(({ code, zh }) => ({ code, word: zh }))]))
  },
}
