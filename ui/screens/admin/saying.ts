import type { Hall, Organisation, Person } from './asks.ts'
import type { Words } from './words.zh.ts'

type Option = { value: string; word: string }
type Value = (name: string) => string
export type SayField = { name: string; label: string; type?: 'text' | 'date' | 'time'; hint?: string | undefined; required?: boolean; longest?: number; initial?: string; empty?: string; options?: (value: Value) => readonly Option[]; when?: (value: Value) => boolean }
/** 要说的 — a command with what it still wants to know. Without an id it is asked for. */
export type Asked = { title: string; context: string; command: string; id?: string; fields: readonly SayField[]; more?: object; touching?: 'person' | 'organisation' }
type Places = { departments: readonly string[]; halls: readonly Hall[] }

/** 可由人授予的角色, each with the scopes that it may have. */
const scopes: Readonly<Record<string, readonly string[]>> = { 'window-clerk': ['hall'], handler: ['own'], 'section-head': ['department'], leader: ['department', 'region'], 'hall-manager': ['hall'], 'hall-monitor': ['hall'], inspector: ['region'],
  'disclosure-officer': ['region'], 'complaints-officer': ['region'], 'system-admin': ['region'], 'security-admin': ['region'], auditor: ['region'] }
const reason = (words: Words): SayField => ({ name: 'reason', label: words.field['reason'] ?? '', required: true })

/** 手续一览 — what each administrator can say, in the words of the screen. */
export function sayings(words: Words, roles: Record<string, string>, { departments, halls }: Places) {
  const label = (name: string) => words.field[name] ?? name
  const ofDepartments = () => departments.map((value) => ({ value, word: value })), ofHalls = () => halls.map(({ hall, name }) => ({ value: hall, word: name }))
  const office = (of?: Person): SayField[] => [{ name: 'department', label: label('department'), required: true, initial: of?.department ?? '', ...(departments.length > 0 && { options: ofDepartments }) }, { name: 'post', label: label('post'), required: true, longest: 100, initial: of?.post ?? '' },
    { name: 'hall', label: label('hall'), initial: of?.hall ?? '', empty: words.noHall, options: ofHalls }]
  const act = (command: string, fields: readonly SayField[], more: Partial<Asked> = {}): Asked => ({ title: words.acts[command] ?? command, context: 'identity', command, fields, ...more })
  const reaches = (value: Value) => scopes[value('role')] ?? [], scopeSaid = (value: Value) => value('scope') || (reaches(value)[0] ?? '')
  return {
    enrol: act('enrol-person', [{ name: 'id', label: label('id'), hint: words.hint['id'], required: true, longest: 64 }, { name: 'name', label: label('name'), required: true, longest: 100 }, ...office()]),
    move: (of: Person) => act('move-person', office(of), { id: of.person, touching: 'person' }),
    suspend: ({ person }: Person) => act('suspend-person', [reason(words)], { id: person, touching: 'person' }),
    reinstate: ({ person }: Person) => act('reinstate-person', [reason(words)], { id: person }),
    grant: ({ person }: Person) => act('grant-role', [
      { name: 'role', label: label('role'), required: true, options: () => Object.keys(scopes).map((value) => ({ value, word: roles[value] ?? value })) },
      { name: 'scope', label: label('scope'), required: true, when: (value) => value('role') !== '', options: (value) => reaches(value).map((scope) => ({ value: scope, word: words.scopes[scope] ?? scope })) },
      { name: 'of', label: label('of'), required: true, when: (value) => ['department', 'hall'].includes(value('scope')), options: (value) => scopeSaid(value) === 'hall' ? ofHalls() : ofDepartments() },
      { name: 'basis', label: label('basis'), required: true }, { name: 'until', label: label('until'), type: 'date', hint: words.hint['until'] }], { id: person }),
    withdraw: ({ person }: Person, { role, scope, of }: { role: string; scope: string; of?: string | undefined }) => act('withdraw-role', [reason(words)], { id: person, touching: 'person', more: { role, scope, ...(of !== undefined && { of }) } }),
    unlockSignIn: ({ person }: Person) => act('unlock-sign-in', [reason(words)], { id: person }),
    bindKey: (person?: string) => act('bind-key', [{ name: 'id', label: label('key'), required: true, longest: 64 }, { name: 'person', label: label('person'), required: true, initial: person ?? '', longest: 64 }, { name: 'terminal', label: label('terminal'), longest: 64 }, { name: 'publicKey', label: label('publicKey'), longest: 2000 }]),
    lockKey: (key: string) => act('lock-key', [reason(words)], { id: key }), unlockKey: (key: string) => act('unlock-key', [reason(words)], { id: key }),
    establish: (all: readonly Organisation[]) => act('establish-organisation', [{ name: 'id', label: label('id'), required: true, longest: 100 }, { name: 'name', label: label('title'), required: true, longest: 100 },
      { name: 'kind', label: label('kind'), required: true, options: () => ['region', 'department', 'office', 'hall', 'window'].map((value) => ({ value, word: words.kinds[value] ?? value })) },
      { name: 'parent', label: label('parent'), empty: words.noParent, options: () => all.filter(({ closed }) => !closed).map(({ organisation, name }) => ({ value: organisation, word: name })) },
      { name: 'division', label: label('division'), hint: words.hint['division'], longest: 12 }]),
    rename: ({ organisation, name }: Organisation) => act('rename-organisation', [{ name: 'name', label: label('title'), required: true, longest: 100, initial: name }], { id: organisation }),
    close: ({ organisation }: Organisation) => act('close-organisation', [reason(words)], { id: organisation, touching: 'organisation' }),
    openHall: (zone: string) => act('open-hall', [{ name: 'id', label: label('id'), required: true, longest: 64 }, { name: 'name', label: label('title'), required: true, longest: 100 },
      { name: 'kind', label: label('kind'), required: true, options: () => ['hall', 'branch', 'township'].map((value) => ({ value, word: words.kinds[value] ?? value })) }, { name: 'zone', label: label('zone'), required: true, initial: zone }], { context: 'platform' }),
  }
}
