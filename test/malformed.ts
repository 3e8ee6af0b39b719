import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** 畸形请求 — generated from the description of the interface, and judged by a validator that the house does not use. */
export type Malformed = { operation: string; method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: string | Uint8Array; roles?: readonly string[]; invalid: boolean; how: string }
type Schema = Record<string, any>
type Operation = { id: string; method: 'GET' | 'POST'; path: string; parameters: Schema[]; body?: Schema; roles?: string[] }

/** mulberry32: the same seed asks the same questions. */
export const chance = (seed: number) => () => {
  seed = seed + 0x6d2b79f5 | 0
  let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
  t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
  return ((t ^ t >>> 14) >>> 0) / 4294967296
}
const operationsOf = (api: Schema): Operation[] => Object.entries<Schema>(api['paths']).flatMap(([path, item]) => Object.entries<Schema>(item).map(([method, operation]) => ({
  id: String(operation['operationId']), method: method.toUpperCase() as 'GET' | 'POST', path, parameters: operation['parameters'] ?? [],
  ...(operation['requestBody']?.content?.['application/json']?.schema && { body: operation['requestBody'].content['application/json'].schema }),
  ...(operation['x-roles'] && { roles: operation['x-roles'] }),
})))

/** A value that the schema allows, as far as it says so in words that are known here. */
function lawful(schema: Schema, random: () => number, depth = 0): unknown {
  if (schema['const'] !== undefined) return schema['const']
  if (schema['enum']) return schema['enum'][Math.floor(random() * schema['enum'].length)]
  for (const of of ['anyOf', 'oneOf', 'allOf']) if (schema[of]) return lawful(schema[of][of === 'allOf' ? 0 : Math.floor(random() * schema[of].length)], random, depth)
  switch ([schema['type']].flat()[0]) {
    case 'object': {
      const wanted = new Set<string>(schema['required'] ?? [])
      return Object.fromEntries(Object.entries<Schema>(schema['properties'] ?? {}).filter(([name]) => wanted.has(name) || (depth < 3 && random() < 0.3)).map(([name, inner]) => [name, lawful(inner, random, depth + 1)]))
    }
    case 'array': return Array.from({ length: Math.max(schema['minItems'] ?? 0, 1) }, () => lawful(schema['items'] ?? {}, random, depth + 1))
    case 'integer': case 'number': return Math.max(schema['minimum'] ?? 0, schema['exclusiveMinimum'] !== undefined ? schema['exclusiveMinimum'] + 1 : 0)
    case 'boolean': return random() < 0.5
    case 'null': return null
    default: return schema['format'] === 'date-time' ? '2026-05-06T01:00:00.000Z' : schema['format'] === 'date' ? '2026-05-06'
      : schema['pattern'] === '^sha256:[0-9a-f]{64}$' ? `sha256:${'a'.repeat(64)}` : '事'.repeat(Math.max(schema['minLength'] ?? 1, 1))
  }
}
const strange: readonly unknown[] = [null, true, 0, -1, 1.5, 1e21, '', ' ', '\u0000', '\u202e反', 'x'.repeat(70_000), '=cmd|1', '<script>', '../../etc/passwd', '#{7*7}', '2026-02-30', '9999-99-99T99:99:99Z', [], {}, [[[]]], { __proto__x: 1 },
  { constructor: { prototype: { admin: true } } }, '\ud800', Number.MAX_SAFE_INTEGER + 2, 'ｆｕｌｌ', '👩‍👩‍👧‍👦', '-0', 'NaN', 'null', "' OR 1=1 --"]
type Change = readonly [how: string, change: (body: any, random: () => number) => unknown]
const anyKey = (body: object, random: () => number) => { const names = Object.keys(body); return names[Math.floor(random() * names.length)] }
const isObject = (body: unknown): body is Record<string, unknown> => typeof body === 'object' && body !== null && !Array.isArray(body)
const changes: readonly Change[] = [
  ['a field is missing', (body, random) => { const name = anyKey(body, random); if (name !== undefined) delete body[name]; return body }],
  ['a field too many', (body, random) => ({ ...body, [['recordedAt', 'meta', 'actor', '额外', 'by', 'role', 'position', 'isAdmin'][Math.floor(random() * 8)]!]: 1 })],
  ['a field of another kind', (body, random) => { const name = anyKey(body, random); return name === undefined ? strange[3] : { ...body, [name]: strange[Math.floor(random() * strange.length)] } }],
  ['deeper: a field of another kind', (body, random) => {
    const name = anyKey(body, random), inner = name === undefined ? undefined : body[name]
    if (Array.isArray(inner)) inner.push(strange[Math.floor(random() * strange.length)])
    else if (isObject(inner)) inner[anyKey(inner, random) ?? 'x'] = strange[Math.floor(random() * strange.length)]
    return body
  }],
  ['another kind of whole', (_, random) => strange[Math.floor(random() * strange.length)]],
  ['nested without end', (_, random) => JSON.parse(`${'['.repeat(30 + Math.floor(random() * 200))}${']'.repeat(0)}`.replace(/\[+/, (open) => open + ']'.repeat(open.length)))],
]
const raw: readonly (readonly [how: string, body: string | Uint8Array, headers: Record<string, string>])[] = [
  ['cut off', '{"opinion":"', {}], ['empty', '', {}], ['two documents', '{}{}', {}], ['a comment', '/* */{}', {}], ['not JSON', 'opinion=1', {}], ['a prototype', '{"__proto__":{"a":1}}', {}], ['a constructor', '{"constructor":{"prototype":{"a":1}}}', {}],
  ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), {}], ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), {}], ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }], ['XML', '<a/>', { 'content-type': 'text/xml' }],
  ['no type', '{}', { 'content-type': '' }], ['compressed that is not', '{}', { 'content-encoding': 'gzip' }], ['deep', '['.repeat(50_000), {}], ['a number without end', `{"a":${'9'.repeat(20_000)}}`, {}], ['BOM', '\ufeff{"x":1}', {}],
]
/** Documents all the same: a mark of the byte order may be passed over, and a number may have any length (RFC 8259 §6, §8.1). What they say is judged as it is. */
const readable: Readonly<Record<string, object>> = { BOM: { x: 1 }, 'a number without end': { a: 1e308 } }
const ids = ['%00', 'a%0Ab', '%2e%2e%2f', 'x'.repeat(380), '%E0%A4%A', 'officer.x', '%F0%9F%98%80', 'SP-01%23%31', "'%20OR%201=1", '%E2%80%AEabc', 'nowhere', '-', '0', 'cases.X', '__proto__', 'constructor']
const queries = ['a', '%00', '1e9', '-1', '{}', '{"a":{"in":[1]}}', 'x'.repeat(3000), '%ff', '2026-02-30', '9999-12-31T23:59:59.999Z', '[', '__proto__', '%E2%80%AE', '0x10', '１']

/** Requests without end, by seed. `invalid`: by the validator's word, or because what was sent is no request of this kind at all. */
export function* malformedRequests(api: Schema, seed: number, known: readonly string[]): Generator<Malformed> {
  const random = chance(seed), operations = operationsOf(api), ajv = new Ajv2020({ strict: false, validateFormats: false }), validators = new Map<string, ValidateFunction>()
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  for (const { id, body } of operations) if (body) validators.set(id, ajv.compile({ ...body, components: api['components'] }))
  for (let n = 0; ; n++) {
    const { id, method, path, parameters, body, roles } = operations[n % operations.length]!
    const usual = path.replace(/\{\w+\}/g, () => encodeURIComponent(pick(known)))
    const base = { operation: `${method} ${path}`, method, ...(roles && { roles }) }
    const headers: Record<string, string> = method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': `m-${seed}-${n}` } : {}
    const kind = random()
    if (method === 'POST' && kind < 0.55 && body) {
      const [how, change] = pick(changes)
      const said = change(structuredClone(lawful(body, random)), random), text = JSON.stringify(said)
      if (text === undefined) continue
      yield { ...base, path: usual, headers, body: text, invalid: !validators.get(id)!(JSON.parse(text)), how }
    } else if (method === 'POST' && kind < 0.75) {
      const [how, said, more] = pick(raw)
      yield { ...base, path: usual, headers: { ...headers, ...more }, body: said, invalid: body !== undefined && !(Object.hasOwn(readable, how) && validators.get(id)!(readable[how])), how }
    } else if (method === 'POST' && kind < 0.85) {
      const [how, more] = pick([['no key', { 'idempotency-key': '' }], ['a long key', { 'idempotency-key': 'x'.repeat(300) }], ['If-Match unquoted', { 'if-match': '1' }], ['If-Match *', { 'if-match': '*' }]] as [string, Record<string, string>][])
      yield { ...base, path: usual, headers: { ...headers, ...more }, body: '{}', invalid: parameters.some(({ name, required }) => name === 'Idempotency-Key' && required), how }
    } else {
      const query = parameters.filter((it) => it['in'] === 'query'), name = query.length > 0 && random() < 0.7 ? pick(query)['name'] as string : pick(['nonsense', '__proto__', 'as', 'at'])
      const target = random() < 0.4 && path.includes('{') ? path.replace(/\{\w+\}/g, () => pick(ids)) : usual
      yield { ...base, path: `${target}?${name}=${pick(queries)}${random() < 0.2 ? `&${name}=${pick(queries)}` : ''}`, headers, ...(method === 'POST' && { body: '{}' }), invalid: false, how: `query ${name}` }
    }
  }
}
