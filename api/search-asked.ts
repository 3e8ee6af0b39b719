import { createHash } from 'node:crypto'
import { canonical } from '../domain/kernel/canonical.ts'
import { caseTypes } from '../domain/kernel/vocabulary.ts'
import { stages } from '../projections/cases.ts'
import type { OpenLight } from '../projections/due-index.ts'
import type { Place } from '../projections/read-store.ts'
import { Unanswerable } from './problems.ts'

/** 查询条件 in their order on the form: 监察地点、受理编号、办件类型、办理状态、灯、业务部门、申请人（及其编号）、受理人、项目名称、受理日期起止、过期；
    在谁手里、还没有本部门的人接手、到期、还没有受理、今天的. */
export const searchFields = ['hall', 'caseNo', 'caseType', 'stage', 'light', 'department', 'applicant', 'applicantId', 'acceptedBy', 'item', 'acceptedFrom', 'acceptedTo', 'overdue',
  'holder', 'untaken', 'due', 'unaccepted', 'today'] as const
/** What only an open case can be. */
export const openWords = ['holder', 'untaken', 'due', 'unaccepted'] as const
/** 到期 — not late yet, not held, and due before the day or the week is over. */
export const dueWords = ['today', 'week'] as const
/** 今天 — received, concluded or delivered since the day began, as the board counts them. */
export const todayWords = ['received', 'concluded', 'delivered'] as const
export const searchWords = [...searchFields, 'order', 'after', 'limit', 'count'] as const
const lights = ['ok', 'soon', 'late', 'hold', 'done'] as const
/** 新受理在前、早受理在前；最紧的在前 (of what is open). Not accepted yet: last. */
export const searchOrders = ['newest', 'oldest', 'due'] as const

type Word = Exclude<typeof searchFields[number], 'light' | 'overdue' | 'due' | 'today'>
export type SearchAsked = Partial<Record<Word, string>> & {
  /** `done` is what is not open; overdue is what is open and late. */
  light?: OpenLight | 'done'; due?: typeof dueWords[number]; today?: typeof todayWords[number]
  order: typeof searchOrders[number]; after?: Ended; limit: number; count: boolean
  /** A name for the question, without its page. */
  question: string
}
/** Where a page ended, and by which road it went: a page goes on as the one before. */
export type Ended = Place & { by: 'rows' | 'keys' | 'due' }

type Strings = Readonly<Record<string, string | undefined>>
const wrong = (code: string, field: string, rule: string, zh: string, en: string) => new Unanswerable(400, code, zh, en, { field, rule })
const bad = (field: string, rule: string, zh: string, en: string) => wrong('bad-parameter', field, rule, zh, en)
const oneOf = (query: Strings, field: string, choices: readonly string[]) => {
  const said = query[field]
  if (said !== undefined && !choices.includes(said)) throw bad(field, 'one-of', `${field} 只能是：${choices.join('、')}`, `${field} is one of ${choices.join(', ')}`)
}
const longest = 200

function checked(query: Strings) {
  for (const name of Object.keys(query)) if (!(searchWords as readonly string[]).includes(name))
    throw wrong('unknown-parameter', name, 'known-field', `没有查询条件「${name}」；有：${searchWords.join('、')}`, `There is no field ${name}; there are ${searchWords.join(', ')}`)
  for (const name of searchFields) {
    const said = query[name]
    if (said === undefined) continue
    if (said.trim() === '') throw bad(name, 'not-empty', `${name} 是空的；不查就不要写`, `${name} is empty; leave it out`)
    if ([...said].length > longest) throw bad(name, `at-most-${longest}`, `${name} 太长：至多 ${longest} 字`, `${name} is too long: at most ${longest} characters`)
  }
  // 板上一步 may hold several stages: then they stand side by side.
  for (const stage of query['stage']?.split(',') ?? []) oneOf({ stage }, 'stage', stages)
  oneOf(query, 'caseType', caseTypes)
  oneOf(query, 'light', lights)
  oneOf(query, 'order', searchOrders)
  for (const box of ['overdue', 'untaken', 'unaccepted']) oneOf(query, box, ['1'])
  oneOf(query, 'due', dueWords)
  oneOf(query, 'today', todayWords)
  oneOf(query, 'count', ['1'])
  const { limit = '50' } = query
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 200) throw bad('limit', '1-200', 'limit 须为 1…200 的整数', 'limit is a whole number from 1 to 200')
  for (const name of ['acceptedFrom', 'acceptedTo']) {
    const said = query[name]
    if (said !== undefined && !isDay(said)) throw bad(name, 'yyyy-mm-dd', `${name}：「${said}」不是日期，例如 2026-03-02`, `${name}: "${said}" is no day; say 2026-03-02`)
  }
}
const isDay = (said: string) => /^\d{4}-\d\d-\d\d$/.test(said) && !Number.isNaN(Date.parse(said)) && new Date(said).toISOString().startsWith(said)

/** What cannot both be: nothing would ever be found, so it is said instead of answered. */
function agree(query: Strings) {
  const { acceptedFrom, acceptedTo, overdue, light, order, applicant, applicantId } = query
  const impossible = (field: string, rule: string, zh: string, en: string) => wrong('impossible-combination', field, rule, zh, en)
  if (acceptedFrom !== undefined && acceptedTo !== undefined && acceptedFrom > acceptedTo)
    throw impossible('acceptedTo', 'from-before-to', `受理日期止（${acceptedTo}）早于起（${acceptedFrom}）`, `acceptedTo (${acceptedTo}) lies before acceptedFrom (${acceptedFrom})`)
  if (overdue !== undefined && light !== undefined && light !== 'late')
    throw impossible('light', 'overdue-is-late', '过期的件亮的是超期灯，不会是别的', 'What is overdue shows the light late and no other')
  if (applicant !== undefined && applicantId !== undefined)
    throw impossible('applicant', 'applicant-once', '申请人和申请人编号只说一个', 'Say applicant or applicantId, not both')
  const open = openWords.find((word) => query[word] !== undefined)
  if (open !== undefined && light === 'done') throw impossible('light', 'open-is-not-done', '在谁手里、到期和还没有受理，说的都是在办的件', `What is done has no ${open}`)
  if (open !== undefined && (query['today'] === 'concluded' || query['today'] === 'delivered'))
    throw impossible('today', 'open-is-not-done', '今天办结、送达的件不在办', 'What was concluded or delivered today is open no more')
  if (query['due'] !== undefined && (overdue !== undefined || (light !== undefined && light !== 'ok' && light !== 'soon')))
    throw impossible('due', 'due-is-ahead', '快要到期的件还没有超期，也没有停表', 'What falls due is neither late nor held')
  if (query['untaken'] !== undefined && query['holder'] !== undefined) throw impossible('untaken', 'in-no-hands', '没有人接手的件不在谁手里', 'What nobody has taken up is in nobody’s hands')
  if (order === 'due' && (light === 'done' || query['today'] === 'concluded' || query['today'] === 'delivered'))
    throw impossible('order', 'due-is-open', '已办结的件不再有先后到期', 'What is done is in no order of due days')
}

/** Reads what was asked, or says which field is wrong and by which rule. */
export function searchAsked(query: Strings): SearchAsked {
  checked(query)
  agree(query)
  const { order = 'newest', after, limit = '50', count, overdue, light, ...words } = query
  const question = createHash('sha256').update(canonical({ ...words, order, overdue, light: overdue ? 'late' : light })).digest('base64url').slice(0, 12)
  const lit = overdue === '1' ? 'late' : light
  return { ...Object.fromEntries(Object.entries(words).map(([name, said]) => [name, said!.trim()])), ...(lit !== undefined && { light: lit as OpenLight }),
    order: order as SearchAsked['order'], limit: Number(limit), count: count === '1', question, ...(after !== undefined && { after: endedIn(question, after) }) }
}
/** As an address asks it. Names and numbers of people do not belong there: it stays in histories, and in the logs of whoever passes it on. */
export function searchInAddress(query: Readonly<Record<string, unknown>>): SearchAsked {
  if (query['applicant'] !== undefined) throw wrong('not-in-an-address', 'applicant', 'post-instead', '申请人不写进网址：请用 POST /api/search 查询，或用 applicantId（编号）',
    'An applicant is not written into an address: ask by POST /api/search, or by applicantId')
  return searchAsked(onceEach(query))
}
/** As a body asks it: the same words, each a text. */
export function searchInBody(body: unknown): SearchAsked {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw bad('body', 'json-object', '须为 JSON 对象，例如 {"item":"施工许可"}', 'It is a JSON object such as {"item":"MJ-0001"}')
  return searchAsked(onceEach(body as Record<string, unknown>))
}
function onceEach(said: Readonly<Record<string, unknown>>): Strings {
  for (const [name, value] of Object.entries(said)) if (typeof value !== 'string') throw bad(name, 'one-text', `${name} 须为一段文字，只说一次`, `${name} is one text, said once`)
  return said as Strings
}
export const cursorOf = (question: string, { by, value, key }: Ended) => Buffer.from(JSON.stringify([question, by, value, key])).toString('base64url')
function endedIn(question: string, cursor: string): Ended {
  try {
    const [of, by, value, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, Ended['by'], string | null, string]
    if (of === question && ['rows', 'keys', 'due'].includes(by) && (value === null || typeof value === 'string') && typeof key === 'string') return { by, value, key }
  } catch { /* told below */ }
  throw wrong('bad-cursor', 'after', 'of-this-question', '翻页标无效或不属于这个查询', 'the cursor is not valid, or belongs to another query')
}
