import type { Item } from './asks.ts'

/** Kept although empty: a clause that a statute does not have. */
const mayBeEmpty = new Set(['clause'])
/** 所编 as it is said: what was left blank is not said at all, so that the check words it as missing. */
export function said(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(said).filter((one) => one !== undefined)
  if (typeof value !== 'object' || value === null) return value === '' || value === null ? undefined : value
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const kept = inner === '' && mayBeEmpty.has(name) ? '' : said(inner)
    return kept === undefined ? [] : [[name, kept]]
  }))
}
const parts = ['version', 'legalName', 'shortName', 'itemType', 'categories', 'caseType', 'department', 'statutoryWorkingDays', 'promisedWorkingDays', 'stepLimits', 'flow', 'twoPersonRule', 'officers', 'specialProcedures', 'materials', 'legalBasis', 'fees',
  'form', 'coHandlers', 'superior', 'minimumMinutes', 'renewal', 'limitedQuantity', 'visits', 'validity'] as const
/** 只留事项本身, without who published it and when. */
export const itemIn = (version: object): Item => Object.fromEntries(parts.flatMap((part) => part in version ? [[part, structuredClone((version as Record<string, unknown>)[part])]] : [])) as Item
export const blank = (department: string): Item => ({ version: 1, legalName: '', shortName: '', itemType: 'licence', categories: [], caseType: 'PROMISED', department, statutoryWorkingDays: 20, promisedWorkingDays: 10, stepLimits: [],
  flow: ['handling', 'reviewing'], twoPersonRule: true, officers: [], specialProcedures: [], materials: [], legalBasis: [], fees: [], form: [] })

export type Change = { part: string; before?: unknown; after?: unknown }
const same = (a: unknown, b: unknown) => JSON.stringify(said(a)) === JSON.stringify(said(b))
/** What names one of a list, so that a change of it is not told as one gone and one new. */
const nameOf = (one: unknown): string => typeof one === 'object' && one !== null
  ? String((one as Record<string, unknown>)['id'] ?? (one as Record<string, unknown>)['standardId'] ?? (one as Record<string, unknown>)['name'] ?? (one as Record<string, unknown>)['department'] ?? (one as Record<string, unknown>)['step'] ?? JSON.stringify(one)) : String(one)
/** 不同之处, part by part; of a list one by one, and its order where only that differs. */
export function changesOf(before: Item, after: Item): Change[] {
  return parts.filter((part) => part !== 'version').flatMap((part): Change[] => {
    const a = before[part], b = after[part]
    if (same(a ?? [], b ?? []) || same(a, b)) return []
    if (!Array.isArray(a ?? []) || !Array.isArray(b ?? []) || part === 'flow') return [{ part, before: a, after: b }]
    const old = (a ?? []) as unknown[], now = (b ?? []) as unknown[], find = (list: unknown[], one: unknown) => list.find((other) => nameOf(other) === nameOf(one))
    const changed: Change[] = [...old.filter((one) => find(now, one) === undefined).map((before) => ({ part, before })),
      ...now.flatMap((one): Change[] => { const was = find(old, one); return was === undefined ? [{ part, after: one }] : same(was, one) ? [] : [{ part, before: was, after: one }] })]
    return changed.length ? changed : [{ part, before: old, after: now }]
  })
}
