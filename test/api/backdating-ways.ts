import type { Instant } from '../../domain/kernel/values.ts'

/** Instants that no fact may carry because somebody asked for it. */
export const wanted = { at: '2019-05-06T01:02:03.004Z', day: '2019-05-06', ahead: '2031-05-06T01:02:03.004Z', ms: 1_557_104_523_004 }
/** What gives a success away, in whatever words. */
export const traces = [wanted.day, wanted.ahead.slice(0, 10), String(wanted.ms), '1970-01-01', '0001-01-01']

export type Attempt = { how: string; payload?: unknown; raw?: string; headers?: Record<string, string>; query?: string; wrap?: 'array' | 'envelope' }
type Body = Record<string, unknown>
export type Way = { way: string; of(body: Body, knows: (field: string) => boolean): Attempt[] }

/** One field more than the command knows. */
const more = (way: string, fields: Body): Way => ({ way, of: (body, knows) => Object.entries(fields).filter(([name]) => !knows(name)).map(([name, value]) => ({ how: `${way} ${name}`, payload: { ...body, [name]: value } })) })
const headers = (way: string, given: Record<string, string>): Way => ({ way, of: (body) => Object.entries(given).map(([name, value]) => ({ how: `${name}: ${value}`, payload: body, headers: { [name]: value } })) })
const httpDate = 'Mon, 06 May 2019 01:02:03 GMT'
const text = (body: Body, before: string) => JSON.stringify(body).replace('{', Object.keys(body).length > 0 ? `{${before},` : `{${before}`)

/** Ways that may be tried on every write operation, whatever it is. */
export const ways: readonly Way[] = [
  more('the recorded time in the body', { recordedAt: wanted.at }),
  more('the time of happening in the body', { occurredAt: wanted.at }),
  more('another word for it', { at: wanted.at, date: wanted.day, day: wanted.day, time: wanted.at, timestamp: wanted.ms, createdAt: wanted.at, when: wanted.at, 时间: wanted.at, recorded_at: wanted.at, RecordedAt: wanted.at }),
  more('the meta smuggled', { meta: { recordedAt: wanted.at, occurredAt: wanted.at } }),
  more('a claim smuggled', { claim: { key: 'late:1', occurredAt: wanted.at }, claims: [{ occurredAt: wanted.at }] }),
  more('a source smuggled', { source: { name: 'old', batch: 'b', order: 0 }, precision: 'day', origin: 'old' }),
  more('what the decider is given', { now: wanted.at, lastAt: wanted.at, calendar: { version: 0 }, given: { now: wanted.at } }),
  more('a day that only the house writes', { receivedOn: wanted.day, acceptedOn: wanted.day, requestedOn: wanted.day, submittedOn: wanted.day, decidedOn: wanted.day, startedOn: wanted.day, endedOn: wanted.day,
    extendedOn: wanted.day, concludedOn: wanted.day, deliveredOn: wanted.day, withdrawnOn: wanted.day, notifiedOn: wanted.day, reportedOn: wanted.day, archivedOn: wanted.day }),
  more('a due day or what became true', { dueOn: wanted.ahead.slice(0, 10), promisedDueOn: wanted.ahead.slice(0, 10), promisedDueAt: wanted.ahead, statutoryDueOn: wanted.ahead.slice(0, 10), becameTrueAt: wanted.at, effectiveOn: wanted.day, effectiveFrom: wanted.day }),
  more('the place in the book', { position: 1, revision: 1, epoch: 7, version: 99, id: '0'.repeat(32), cause: 'old', stream: 'cases-old' }),
  more('somebody else', { actor: { person: 'importer', role: 'importer', department: '' }, by: 'importer', role: 'importer', importer: true, issue: { at: wanted.at } }),
  { way: 'a late entry where none is allowed', of: (body, knows) => knows('happenedAt') ? [] : [wanted.at, wanted.day, wanted.ahead, null, wanted.ms].map((value) => ({ how: `happenedAt ${value}`, payload: { ...body, happenedAt: value } })) },
  { way: 'a prototype', of: (body) => [{ how: '__proto__', raw: text(body, `"__proto__":{"recordedAt":"${wanted.at}","happenedAt":"${wanted.at}"}`) }, { how: 'escaped', raw: text(body, `"\\u005f_proto__":{"happenedAt":"${wanted.at}"}`) }] },
  { way: 'a constructor', of: (body) => [{ how: 'constructor', raw: text(body, `"constructor":{"prototype":{"recordedAt":"${wanted.at}","happenedAt":"${wanted.at}"}}`) }] },
  { way: 'a field twice', of: (body) => [{ how: 'recordedAt twice', raw: text(body, `"recordedAt":"${wanted.at}","recordedAt":"${wanted.at}"`) }] },
  { way: 'a wrapping', of: (body) => [{ how: 'an array', payload: [body] }, { how: 'an envelope', payload: { type: 'x', data: body, meta: { recordedAt: wanted.at } } }, { how: 'a telling', payload: { facts: [{ data: body, meta: { recordedAt: wanted.at } }] } }] },
  headers('the Date of the request', { date: httpDate, 'last-modified': httpDate, expires: httpDate, age: '200000000' }),
  headers('a clock in a header of one’s own', { 'x-date': httpDate, 'x-recorded-at': wanted.at, 'x-occurred-at': wanted.at, 'x-timestamp': String(wanted.ms), 'x-amz-date': '20190506T010203Z', 'x-request-start': `t=${wanted.ms}`, 'x-mock-time': wanted.at, 'x-fake-time': wanted.at }),
  headers('a condition', { 'if-modified-since': httpDate, 'if-unmodified-since': httpDate, 'if-none-match': '"0"', 'if-range': httpDate }),
  headers('a proxy that says when', { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-date': wanted.at, 'x-forwarded-time': wanted.at, forwarded: `for=10.0.0.1;date="${wanted.at}"`, via: `1.1 ${wanted.at}`, 'x-real-ip': '10.0.0.1', 'x-original-url': `/?at=${wanted.at}` }),
  headers('a cookie, a referrer, an agent that says when', { cookie: `now=${wanted.at}; recordedAt=${wanted.at}`, referer: `/?at=${wanted.at}`, 'user-agent': wanted.at, traceparent: `00-${'0'.repeat(15)}${wanted.ms}0000-0000000000000001-01`, prefer: `at=${wanted.at}` }),
  headers('a type with a parameter', { 'content-type': `application/json; date="${wanted.at}"` }),
  headers('another method', { 'x-http-method-override': 'PUT', 'x-method-override': 'PATCH' }),
  { way: 'an idempotency key that says when', of: (body) => [wanted.at, `late:${wanted.at}`, String(wanted.ms), `${wanted.day} 1`].map((key) => ({ how: key, payload: body, headers: { 'idempotency-key': key } })) },
  { way: 'a query', of: (body) => [`at=${wanted.at}`, `recordedAt=${wanted.at}&occurredAt=${wanted.at}`, `known=${wanted.day}`, `meta[recordedAt]=${wanted.at}`].map((query) => ({ how: query, payload: body, query })) },
  { way: 'a form or text in place of JSON', of: (body) => ['application/x-www-form-urlencoded', 'text/plain', 'application/merge-patch+json', 'multipart/form-data; boundary=x'].map((type) => ({ how: type, raw: JSON.stringify({ ...body, recordedAt: wanted.at }), headers: { 'content-type': type } })) },
]

/** What a late entry may be asked to be, where there is one: between `last` and `now`, each of them included, or not at all. */
export const claims = (last: Instant, now: Instant): readonly { way: string; value: unknown; allowed: boolean }[] => {
  const ms = (at: Instant, by: number) => new Date(Date.parse(at) + by).toISOString(), within = ms(last, 60_000)
  return [
    { way: 'a claim before the last fact', value: ms(last, -1), allowed: false }, { way: 'a claim before the last fact', value: ms(last, -864e5), allowed: false }, { way: 'a claim before the last fact', value: wanted.at, allowed: false },
    { way: 'a claim in the future', value: ms(now, 1), allowed: false }, { way: 'a claim in the future', value: ms(now, 864e5), allowed: false }, { way: 'a claim in the future', value: wanted.ahead, allowed: false },
    { way: 'a claim at the very edge', value: last, allowed: true }, { way: 'a claim at the very edge', value: now, allowed: true }, { way: 'a claim at the very edge', value: within, allowed: true },
    { way: 'a claim of another precision', value: within.replace('.000Z', 'Z').replace(/\.\d{3}Z$/, 'Z'), allowed: false }, { way: 'a claim of another precision', value: within.replace('Z', '999Z'), allowed: false }, { way: 'a claim of another precision', value: within.replace(/:\d\d\.\d{3}Z$/, 'Z'), allowed: false },
    { way: 'a claim of a day', value: within.slice(0, 10), allowed: false }, { way: 'a claim of a day', value: wanted.day, allowed: false }, { way: 'a claim of a day', value: '20190506', allowed: false },
    { way: 'a claim in another zone', value: within.replace('Z', '+08:00'), allowed: false }, { way: 'a claim in another zone', value: within.replace('Z', '-23:59'), allowed: false }, { way: 'a claim in another zone', value: within.slice(0, -1), allowed: false },
    { way: 'a claim as a number', value: Date.parse(last), allowed: false }, { way: 'a claim as a number', value: String(wanted.ms), allowed: false }, { way: 'a claim as a number', value: 0, allowed: false },
    { way: 'a claim from before all time', value: '0001-01-01T00:00:00.000Z', allowed: false }, { way: 'a claim from before all time', value: '1970-01-01T00:00:00.000Z', allowed: false }, { way: 'a claim from before all time', value: '-000001-01-01T00:00:00.000Z', allowed: false },
    { way: 'a claim of a leap second', value: '2016-12-31T23:59:60.000Z', allowed: false }, { way: 'a claim of a leap second', value: within.replace(/:\d\d\.\d{3}Z$/, ':60.000Z'), allowed: false }, { way: 'a claim of a leap second', value: within.replace(/T\d\d:/, 'T24:'), allowed: false },
    { way: 'a claim that sorts as text', value: `${within} `, allowed: false }, { way: 'a claim that sorts as text', value: ` ${within}`, allowed: false }, { way: 'a claim that sorts as text', value: within.toLowerCase(), allowed: false },
    { way: 'a claim that sorts as text', value: within.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))), allowed: false }, { way: 'a claim that sorts as text', value: `+02${within}`, allowed: false },
    { way: 'a claim that is no text', value: null, allowed: false }, { way: 'a claim that is no text', value: [within], allowed: false }, { way: 'a claim that is no text', value: { $date: wanted.at }, allowed: false }, { way: 'a claim that is no text', value: true, allowed: false },
  ]
}
