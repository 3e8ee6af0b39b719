import { sameGrant, type Grant } from '../domain/identity/reach.ts'
import type { Day } from '../domain/kernel/values.ts'
import type { ItemRow } from './catalogue.ts'
import type { PersonRow } from './people.ts'

type Standing = Grant & { until?: string | undefined }
type TouchedItem = Pick<ItemRow, 'code' | 'version' | 'shortName' | 'department'> & { /** 唯一授权人员: nobody else in office could handle it. */ only: boolean }
/** 牵动 of one person's leaving their post: what they are authorised for, and which of their roles nobody else has there. */
export type PersonTouches = { items: TouchedItem[]; onlyOfficerOf: number; roles: (Standing & { last: boolean })[]; lastOf: number }

const inOffice = (people: readonly PersonRow[], day: Day) => people.filter(({ suspended }) => !suspended)
  .map((row) => ({ ...row, grants: row.grants.filter(({ until }) => until === undefined || day <= until) }))
/** Nobody else in office is named, or those who are hold no handler's role. */
const isOnly = (officers: readonly string[], person: string, able: ReadonlySet<string>) => able.has(person) && !officers.some((one) => one !== person && able.has(one))

/** 人员牵动 — by rows alone; a department beside the lead of a joint item counts like a lead. */
export function personTouches(person: string, people: readonly PersonRow[], items: readonly ItemRow[], day: Day): PersonTouches {
  const working = inOffice(people, day), able = new Set(working.filter(({ grants }) => grants.some(({ role }) => role === 'handler')).map((one) => one.person))
  const touched = items.flatMap(({ code, version, shortName, department, officers, coHandlers = [] }): TouchedItem[] => {
    const groups = [officers, ...coHandlers.map((one) => one.officers)].filter((group) => group.includes(person))
    return groups.length === 0 ? [] : [{ code, version, shortName, department, only: groups.some((group) => isOnly(group, person, able)) }]
  })
  const own = working.find((one) => one.person === person)
  const roles = (own?.grants ?? []).map((grant) => ({ ...grant, last: !working.some((one) => one.person !== person && one.grants.some((other) =>
    // A handler's own reach is their items': how many of them are left is said of the items.
    sameGrant(other, grant) && (grant.role !== 'handler' || one.department === own?.department))) }))
  return { items: touched.sort((a, b) => Number(b.only) - Number(a.only) || (a.code < b.code ? -1 : 1)), onlyOfficerOf: touched.filter(({ only }) => only).length,
    roles, lastOf: roles.filter(({ last }) => last).length }
}
