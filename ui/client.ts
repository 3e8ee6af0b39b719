import type { CaseCounts, CaseList, CaseView, HouseView, PersonView } from '../projections/views.ts'
import { network } from './network.svelte.ts'

/** What went wrong, as the server words it (problem+json), or as the line does. */
export type Problem = { status: number; code: string; title?: string; en?: string; detail?: string }
export const isProblem = (answer: object): answer is Problem => 'status' in answer && 'code' in answer

type Query = Record<string, string | number | undefined>
const queryOf = (query: Query) => {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '')
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : ''
}

/** Reads one thing from the platform. A problem is an answer, not an exception. */
async function read<T extends object>(path: string, query: Query = {}, body?: object): Promise<T | Problem> {
  // A caller may still be drawing; what the line is doing is said after that.
  await Promise.resolve()
  network.began()
  try {
    const response = await fetch(`/api${path}${queryOf(query)}`, { headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }) })
    const text = await response.text()
    // A gateway in between answers in its own words when there is nobody behind it.
    const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) as object : undefined
    if (!json && response.status >= 500) return network.lost('server')
    network.answered()
    if (response.ok && json) return json as T
    return { status: response.status, code: 'unknown', ...json }
  } catch {
    return network.lost(navigator.onLine ? 'server' : 'offline')
  } finally { network.ended() }
}

type ListQuery = { light?: string | undefined; department?: string | undefined; q?: string | undefined; order?: string | undefined; after?: string | undefined; limit?: number }
export type Moment = { at?: string | undefined; known?: string | undefined; as?: string | undefined }

export const client = {
  house: () => read<HouseView>('/house'),
  people: () => read<{ people: PersonView[] }>('/people'),
  cases: (query: ListQuery) => read<CaseList>('/cases', query),
  /** 综合查询 — any fields together, and none of them in an address. */
  search: (asked: Record<string, string | undefined>) => read<CaseList & { count?: number; looked?: number }>('/search', {}, asked),
  collection: (name: string, limit: number) => read<{ rows: Record<string, unknown>[] }>(`/collections/${name}`, { limit }),
  counts: () => read<CaseCounts>('/cases/counts'),
  case: (id: string, moment: Moment = {}) => read<CaseView>(`/cases/${encodeURIComponent(id)}`, moment),
  /** 换身份 — only a demonstration lets one. */
  async be(person: string): Promise<boolean> {
    try {
      const response = await fetch('/api/me', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ person }) })
      return response.ok
    } catch { return false }
  },
}
