import type { PersonView } from '../../projections/views.ts'
import { commandWord } from '../commands/words.ts'
import { places } from '../places.ts'
import { listHref } from '../router.svelte.ts'
import { applicant } from '../screens/cases/applicant.svelte.ts'
import { say, settings } from '../settings.svelte.ts'
import { questionsOf, type Allowed, type CaseActions, type Command } from './commands.ts'
import { matches } from './pinyin.ts'
import { sayPalette } from './words.ts'

/** `why`: it is there, and cannot be chosen. */
export type Found = { key: string; word: string; more?: string; href?: string; why?: string; command?: Command; id?: string; allowed?: Allowed; do?: () => void }
export type Named = { code: string; shortName: string; legalName: string }
export type Someone = { person: string; name: string; more: string }
const most = 6, mostActions = 12, nameMost = 4

const best = <T>(typed: string, of: readonly T[], texts: (one: T) => readonly string[], mapped: (one: T) => Found, limit = most): Found[] =>
  of.map((one) => ({ one, score: Math.max(0, ...texts(one).map((text) => matches(typed, text))) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, limit).map(({ one }) => mapped(one))

/** 去处 that one has; all of them where nothing is typed. */
export function reachable(typed: string, me: PersonView): Found[] {
  const mine = places.filter(({ rail }) => rail?.has(me)).map(({ name, path, rail }) => ({ name, word: say().places[name] ?? name, path, letter: rail?.key }))
  const row = ({ name, word, path, letter }: typeof mine[number]): Found => ({ key: `p ${name}`, word, href: path, ...(letter && { more: `g ${letter}` }) })
  return typed === '' ? mine.map(row) : best(typed, mine, ({ word, name }) => [word, name], row)
}

type Can = { all: readonly Command[]; actions: CaseActions | undefined; here: string | undefined; roles: readonly string[] }
const rolesSaid = (roles: readonly string[]) => roles.filter((role) => role !== 'policy').map((role) => say().roles[role] ?? role).join(sayPalette().or)
/** 操作: of the open case what the platform says may be done with it now, and why the rest may not; of everything else what one's roles give. */
export function doable(typed: string, { all, actions, here, roles }: Can): Found[] {
  const allowed = new Map([...actions?.primary ? [actions.primary] : [], ...actions?.beside ?? []].map((one) => [one.command, one]))
  const refused = new Map((actions?.refused ?? []).map((one) => [one.command, one]))
  const rows = all.flatMap((command): Found[] => {
    const word = commandWord(command.command), key = `a ${command.type}`, onCase = command.context === 'cases'
    if (onCase && here === undefined) return []
    const more = onCase && here !== undefined ? { more: sayPalette().onCase(here), id: here } : {}
    const no = refused.get(command.command)
    if (onCase && no) return [{ key, word, ...more, why: settings.language === 'en' ? no.en : no.zh }]
    if (!command.roles.some((role) => roles.includes(role))) return typed === '' ? [] : [{ key, word, ...more, why: sayPalette().needs(rolesSaid(command.roles)) }]
    if ((onCase && actions && !allowed.has(command.command)) || !questionsOf(command)) return []
    const one = allowed.get(command.command)
    return [{ key, word, ...more, command, ...(one && { allowed: one }) }]
  })
  const order = (one: Found) => one.why !== undefined ? 2 : one.command?.command === actions?.primary?.command ? 0 : 1
  if (typed === '') return rows.filter(({ id }) => id !== undefined).sort((a, b) => order(a) - order(b)).slice(0, mostActions)
  return best(typed, rows, ({ word, key }) => [word, key.slice(2)], (one) => one, mostActions).sort((a, b) => Number(a.why !== undefined) - Number(b.why !== undefined))
}

/** 办件: those found by number, the list by what is typed, and by an applicant only when somebody says so. */
export function inCases(typed: string, cases: readonly Found[]): Found[] {
  if (typed === '') return []
  const words = sayPalette(), isName = /^\p{Script=Han}{2,}$/u.test(typed)
  const list: Found = { key: 'c list', word: words.listOf(typed), href: listHref({ q: typed }) }
  const applied: Found[] = isName ? [{ key: 'c applicant', word: words.byApplicant(typed), href: listHref({}), do: () => applicant.say(typed) }] : []
  // What may well be somebody's name does not get into an address by the first Enter.
  return typed.length <= nameMost ? [...cases, ...applied, list] : [...cases, list, ...applied]
}
export const itemsIn = (typed: string, items: readonly Named[]) => best(typed, items, ({ code, shortName, legalName }) => [shortName, legalName, code],
  ({ code, shortName }) => ({ key: `i ${code}`, word: shortName, more: `${code} · ${sayPalette().itemCases}`, href: listHref({ item: shortName }) }))
export const peopleIn = (typed: string, people: readonly Someone[]) => best(typed, people, ({ name, person }) => [name, person],
  ({ person, name, more }) => ({ key: `h ${person}`, word: name, more: `${more} · ${sayPalette().heldBy(name)}`, href: listHref({ acceptedBy: name }) }))
