import type { CaseCounts, CaseList, CaseView, HouseView, PersonView } from '../projections/views.ts'
import { alone } from './alone.ts'
import { gate } from './gate.svelte.ts'
import { network } from './network.svelte.ts'

/** What went wrong, as the server words it (problem+json), or as the line does. */
export type Problem = { status: number; code: string; title?: string; en?: string; detail?: string
  /** Before then it is not asked again: the platform has said so. */
  retryAfterMs?: number
  /** How far it is with what has to be done first. */
  judged?: number; of?: number }
export const isProblem = (answer: object): answer is Problem => 'status' in answer && 'code' in answer

type Query = Record<string, string | number | undefined>
const queryOf = (query: Query) => {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '')
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : ''
}

/** Reads one thing from the platform. A problem is an answer, not an exception. */
export async function read<T extends object>(path: string, query: Query = {}, body?: object, method = body ? 'POST' : 'GET', more: Record<string, string> = {},
  patienceMs?: number): Promise<T | Problem> {
  // A caller may still be drawing; what the line is doing is said after that.
  await Promise.resolve()
  network.began()
  try {
    const response = await fetch(`/api${path}${queryOf(query)}`, { method, headers: { accept: 'application/json', ...(body && !(body instanceof FormData) && { 'content-type': 'application/json' }), ...more },
      ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }), ...(patienceMs !== undefined && { signal: AbortSignal.timeout(patienceMs) }) })
    const text = await response.text()
    // A gateway in between answers in its own words when there is nobody behind it.
    const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) as object : undefined
    if (!json && response.status >= 500) return network.lost('server')
    network.answered()
    if (response.status === 204) return {} as T
    if (response.ok && json) return json as T
    const after = Number(response.headers.get('retry-after')), problem: Problem = { status: response.status, code: 'unknown', ...json, ...(after > 0 && { retryAfterMs: after * 1000 }) }
    gate.heard(problem.status, problem.code)
    return problem
  } catch {
    return network.lost(navigator.onLine ? 'server' : 'offline')
  } finally { network.ended() }
}

/** Has a file made and fetched. A problem is an answer, not an exception. */
export async function fetchFile(path: string, body: object): Promise<{ file: Blob; name: string | undefined } | Problem> {
  network.began()
  try {
    const response = await fetch(`/api${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    network.answered()
    if (response.ok) return { file: await response.blob(), name: /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] }
    const said = await response.json().catch(() => ({})) as object, problem: Problem = { status: response.status, code: 'unknown', ...said }
    gate.heard(problem.status, problem.code)
    return problem
  } catch { return network.lost(navigator.onLine ? 'server' : 'offline') } finally { network.ended() }
}

/** `second`: what is still wanted before the session is whole. */
export type SignedIn = { second?: 'wanted' | 'to-be-set' }
/** 查看 of one's own records by an official. */
export type Look = { at: string; kind: string; case?: string; name: string; department: string; role: string; purpose?: string; fields?: string[]; delayedUntil?: string }
type ListQuery = { light?: string | undefined; department?: string | undefined; q?: string | undefined; order?: string | undefined; after?: string | undefined; limit?: number }
export type Moment = { at?: string | undefined; known?: string | undefined; as?: string | undefined }

export const client = {
  house: () => read<HouseView>('/house'),
  people: () => read<{ people: PersonView[] }>('/people'),
  cases: (query: ListQuery) => read<CaseList>('/cases', query),
  /** 综合查询 — any fields together, and none of them in an address. */
  search: (asked: Record<string, string | undefined>) => read<CaseList & { count?: number; looked?: number }>('/search', {}, asked),
  collection: (name: string, limit: number) => read<{ rows: Record<string, unknown>[]; position: number }>(`/collections/${name}`, { limit }),
  counts: () => read<CaseCounts>('/cases/counts'),
  case: (id: string, moment: Moment = {}) => read<CaseView>(`/cases/${encodeURIComponent(id)}`, moment),
  /** 换身份 — only a demonstration lets one. */
  be: (person: string) => alone(() => read('/me', {}, { person })),
  signIn: (body: { person: string; password: string; totp?: string }) => alone(() => read<SignedIn>('/sign-in', {}, body)),
  signOut: () => alone(() => read('/sign-out', {}, {})),
  activate: (body: { person: string; code: string; password: string }) => read('/activate', {}, body),
  setUpWanted: () => read<{ wanted: boolean }>('/setup'),
  setUp: (body: object) => read('/setup', {}, body),
  /** 第二因子 — the secret comes once; a code made with it confirms that it has been kept. */
  secondFactor: (body: { code?: string }) => read<{ uri?: string; secret?: string }>('/me/totp', {}, body),
  purpose: (body: { text: string; caseNo?: string }) => read('/me/purpose', {}, body),
  looks: () => read<{ looks: Look[]; next?: string }>('/me/looks'),
}
