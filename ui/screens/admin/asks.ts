import { read } from '../../client.ts'

export type Grant = { role: string; scope: string; of?: string; until?: string }
export type Person = { person: string; name: string; department: string; post: string; hall?: string; roles: string[]; grants: Grant[]; suspended?: true; moves?: number }
export type Organisation = { organisation: string; name: string; kind: string; parent?: string; division?: string; closed?: true }
export type Hall = { hall: string; name: string; kind: string; zone: string }
export type Key = { key: string; person: string; terminal?: string; locked: boolean; moves?: number }
export type Entry = { code: string; zh: string; en?: string; retired?: boolean }
export type Dictionary = { dictionary: string; version: number; name: string; entries: Entry[] }
type Said = { zh: string; en?: string }
export type Template = { version: number; head?: Said; lead: Said; law?: Said; closing?: Said; reason: string; by: string; publishedAt: string }
export type Templates = { kind: string; versions: Template[] }
export type Logged = { at: string; kind: string; person?: string; key?: string; by: string; role: string; said: Record<string, unknown> }
export type PersonTouches = { name: string; items: { code: string; shortName: string; only: boolean }[]; onlyOfficerOf: number; roles: (Grant & { last: boolean })[]; lastOf: number; casesHeld: number; keys: number; sessions: number }
export type OrganisationTouches = { name: string; children: { organisation: string; name: string }[]; people: { person: string; name: string; post: string }[]; items: { code: string; shortName: string }[]; openCases: number }
export type EntryChange = { code: string; zh: string; how: 'new' | 'renamed' | 'retired' | 'reinstated'; was?: string }
export type DictionaryTouches = { entries: EntryChange[]; items: { code: string; shortName: string; department: string; questions: string[]; unasked: string[]; open: number }[]; openCases: number; offered: number }
export type Layer = { layer: string; id: string; place: string; published: boolean }
export type Notice = { layer: string; place: string; year: number; off: { on: string; name: string }[]; working: { on: string; name: string }[]; ordinary?: string[]; notice: string; knownOn: string; unsure?: string; amends: boolean; known: boolean; recordedAt: string }
export type Hours = { hall: string; opensAt: string; closesAt: string; effectiveFrom: string; season?: { from: string; to: string }; basis: string; recordedAt: string }
export type CalendarYear = { year: number; region: string; today: string; knownAsOf: string; provisional: boolean; days: string; names: Record<string, string>; layers: Layer[]; notices: Notice[]; hours: Hours[] }
export type DueMove = { subject: string; clock: string; kind: string; from: string; to: string; workingDays: number }
export type CalendarTouches = { open: number; clocks: number; movedCases: number; movedClocks: number; later: number; earlier: number; newlyLate: number; noLongerLate: number; by: { workingDays: number; clocks: number }[]; moves: DueMove[]; unlisted: number; knownAsOf: string; facts: number }
export type Health = { state: 'ok' | 'warn' | 'bad'; lines: { check: string; state: 'ok' | 'warn' | 'bad'; zh: string; en: string }[]; at: string; version: string; node: string }
export type Code = { code: string; until: string; second?: string }

const part = encodeURIComponent
export const asks = {
  rows: <T extends object>(collection: string, query: Record<string, string | number | undefined> = {}) => read<{ rows: T[]; next?: string; position: number }>(`/collections/${collection}`, { limit: 1000, ...query }),
  person: (person: string) => read<PersonTouches>(`/touches/people/${part(person)}`),
  organisation: (id: string) => read<OrganisationTouches>(`/touches/organisations/${part(id)}`),
  dictionary: (id: string, body: object) => read<DictionaryTouches>(`/touches/dictionaries/${part(id)}`, {}, body),
  year: (query: { year?: string | undefined; known?: string | undefined; hall?: string | undefined }) => read<CalendarYear>('/calendar', query),
  days: (id: string, command: string, body: object) => read<CalendarTouches>(`/touches/calendar/${part(id)}/${command}`, {}, body),
  health: () => read<Health>('/admin/health'),
  activation: (person: string, second: boolean) => read<Code>(`/people/${part(person)}/activation${second ? '/second' : ''}`, {}, {}),
  removeFactor: (person: string) => read(`/people/${part(person)}/totp`, {}, undefined, 'DELETE'),
}
