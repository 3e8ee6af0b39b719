import type { Role } from '../../domain/kernel/context.ts'
import type { Grant } from '../../domain/identity/reach.ts'
import type { Among } from '../../projections/due-index.ts'
import type { Condition } from '../../projections/read-store.ts'
import { directory } from '../naming.ts'
import type { Rooms } from '../rooms.ts'
import { byEyes, type Standing } from './standing.ts'

/** Fields by which it follows from a row alone whose a case is; each has one of these values. */
const fields = ['department', 'hall', 'itemCode', 'applicantId', 'agentId'] as const
type Within = { readonly [F in typeof fields[number]]?: readonly string[] }
/** 视野 — of lists: a case is shown where one of these holds, and as that role sees it. Nothing here: nothing is shown. */
export type Sight = readonly { as: Role; within: Within }[]
/** Of whoever has the book itself before them. */
export const everything: Sight = [{ as: 'inspector', within: {} }]
export type Where = Readonly<Record<string, Condition>>

const holding = new WeakMap<Rooms, { departments: ReadonlySet<string>; position: number }>()
/** Departments that have cases or people. */
async function departmentsOf(rooms: Rooms): Promise<ReadonlySet<string>> {
  const position = await rooms.rows.checkpoint('department-load'), known = holding.get(rooms)
  if (known?.position === position) return known.departments
  const departments = new Set((await directory(rooms)).people.map(({ department }) => department))
  for await (const batch of rooms.rows.scan('department-load')) for (const { key } of batch) departments.add(key)
  holding.set(rooms, { departments, position })
  return departments
}
/** All but one's own; where that one has nothing to be seen, simply all. */
export async function othersThan(rooms: Rooms, own: string): Promise<Within> {
  const departments = await departmentsOf(rooms)
  return departments.has(own) ? { department: [...departments].filter((one) => one !== own) } : {}
}

async function coHandledBy(rooms: Rooms, department: string): Promise<Within[]> {
  const codes = (await directory(rooms)).items.filter(({ coHandlers }) => coHandlers?.some((one) => one.department === department)).map(({ code }) => code)
  return codes.length > 0 ? [{ itemCode: codes }] : []
}
async function handledBy(rooms: Rooms, person: string): Promise<Within[]> {
  const { items } = await directory(rooms)
  const codes = items.filter(({ officers, coHandlers = [] }) => [officers, ...coHandlers.map((one) => one.officers)].some((all) => all.includes(person))).map(({ code }) => code)
  return codes.length > 0 ? [{ itemCode: codes }] : []
}

/** What one grant shows (domain.md K, 查看办件); the object-level rule of domain/identity/reach.ts over rows. */
async function shownBy(rooms: Rooms, { person, department }: Standing, { role, scope, of }: Grant): Promise<Within[]> {
  const region = scope === 'region' ? [{}] : undefined
  switch (role) {
    case 'applicant': return [{ applicantId: [person] }, { agentId: [person] }]
    case 'window-clerk': case 'hall-manager': case 'hall-monitor': return region ?? (scope === 'hall' && of !== undefined ? [{ hall: [of] }] : [])
    case 'handler': return handledBy(rooms, person)
    case 'section-head': case 'leader': return region ?? (scope === 'department' && of !== undefined ? [{ department: [of] }, ...await coHandledBy(rooms, of)] : [])
    case 'inspector': return region ? [await othersThan(rooms, department)] : []
    case 'auditor': return region ?? []
    default: return []
  }
}
/** 视野 of somebody: all that any of their grants shows, in the eyes that see the most first. */
export async function sightOf(rooms: Rooms, who: Standing): Promise<Sight> {
  const found = await Promise.all([...who.grants].sort(byEyes).map(async (grant) => (await shownBy(rooms, who, grant)).map((within) => ({ as: grant.role, within }))))
  return found.flat()
}

const valueOf = (row: Readonly<Record<string, unknown>>, field: string) => row[field] as string | undefined
const isWithin = (row: Readonly<Record<string, unknown>>) => ({ within }: Sight[number]) =>
  fields.every((field) => { const value = valueOf(row, field); return within[field] === undefined || (value !== undefined && within[field].includes(value)) })
/** In whose eyes a row of a case is seen; nothing where it is not. */
export const eyesFor = (sight: Sight, row: Readonly<Record<string, unknown>>): Role | undefined => sight.find(isWithin(row))?.as

/** Does a value meet what was asked of its field? */
export function meets(condition: Condition, value: string): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === value
  if ('in' in condition) return condition.in.includes(value)
  return (condition.from === undefined || value >= String(condition.from)) && (condition.to === undefined || value <= String(condition.to))
}
/** What is asked, within what may be seen: one of these holds. A part that cannot be is left out, and one that another has within it. */
export function asked(where: Where, sight: Sight): Where[] {
  const parts = sight.flatMap(({ within }): Where[] => {
    const conditions: Record<string, Condition> = { ...where }
    for (const field of fields) if (within[field]) {
      const values = [...new Set(within[field])].filter((value) => where[field] === undefined || meets(where[field], value))
      if (values.length === 0) return []
      conditions[field] = values.length === 1 ? values[0]! : { in: values }
    }
    return [conditions]
  })
  if (sight.some(({ within }) => fields.every((field) => within[field] === undefined))) return [where]
  return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()]
}
/** The same where the due index can answer it alone. */
export function askedOfIndex({ open, ...where }: Where, sight: Sight): Among[] | undefined {
  const isKnown = (part: Where): boolean => Object.entries(part).every(([field, said]) => ['department', 'itemCode', 'hall'].includes(field)
    && (typeof said === 'string' || (typeof said === 'object' && said !== null && 'in' in said)))
  if (open !== true) return undefined
  const parts = asked(where, sight)
  const values = (said: Condition) => typeof said === 'string' ? [said] : (said as { in: string[] }).in
  return parts.every(isKnown) ? parts.map((part) => Object.fromEntries(Object.entries(part).map(([field, said]) => [field, values(said)]))) : undefined
}
