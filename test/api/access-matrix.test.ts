import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseAt, noCase, openAccessHouse, who, type AccessHouse } from './access-house.ts'
import { positions, roles, table, viewing, within, type Position, type Reach, type Role, type Row } from './access-matrix.table.ts'

type Asker = Role | 'anonymous'
const askers: readonly Asker[] = [...roles, 'anonymous'], places = Object.keys(positions) as Position[]
/** allowed: done, or refused by whoever decides, which is the right to be heard; forbidden: 401, 403; unseen: as though it were not there. */
type Class = 'allowed' | 'forbidden' | 'unseen'
type Operation = { id: string; tag: string; method: string; path: string; body?: unknown }

let house: AccessHouse, operations: Operation[]
const cookies = new Map<Asker, string>()

/** The least that a schema takes. */
function sample(schema: any, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf ?? schema.oneOf) return sample((schema.anyOf ?? schema.oneOf)[0], name)
  switch (schema.type) {
    case 'object': return Object.fromEntries((schema.required ?? []).map((field: string) => [field, sample(schema.properties[field], field)]))
    case 'array': return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items, name))
    case 'integer': case 'number': return Math.max(schema.minimum ?? 1, schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + 1)
    case 'boolean': return false
    case 'string': {
      const kinds = ['sha256:'.padEnd(71, '0'), '2026-03-02', '2026-03-02T01:00:00.000Z', '08:00', '0123456789abcdef', 'a-1', '422822', '0'.repeat(64)], pattern = schema.pattern && new RegExp(schema.pattern)
      return (pattern ? kinds.find((kind) => pattern.test(kind)) : schema.format === 'date' ? kinds[1] : schema.format === 'date-time' ? kinds[2] : undefined) ?? '甲'.repeat(Math.max(1, schema.minLength ?? 1))
    }
    default: return {}
  }
}
const operationsIn = (paths: Record<string, Record<string, any>>): Operation[] => Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId, requestBody, tags }]) => {
  const schema = requestBody?.content?.['application/json']?.schema
  return { id: operationId, tag: tags[0], method: method.toUpperCase(), path, ...(schema && { body: sample(schema) }) }
}))

/** By K alone: what a role is told at a position. */
function right(row: Row, asker: Asker, position: Position): Class {
  if (row.on === 'everybody') return 'allowed'
  if (asker === 'anonymous' || row.on === 'nobody') return 'forbidden'
  if (row.on === 'signed-in') return 'allowed'
  if (row.on === 'house' || row.on === 'oneself') return (row.cells as readonly Role[]).includes(asker) ? 'allowed' : 'forbidden'
  const reach = (row as { cells: Partial<Record<Role, Reach>> }).cells[asker]
  if (!reach) return 'forbidden'
  if (within(reach).includes(position)) return 'allowed'
  return viewing[asker] && within(viewing[asker]).includes(position) ? 'forbidden' : 'unseen'
}
/** At the door, other words of 401 and 403 are its answer to what was said there. */
const classOf = ({ status, body }: { status: number; body: any }, { tag }: Operation): Class =>
  (status === 401 || status === 403) && (tag !== 'sign-in' || ['not-signed-in', 'not-granted'].includes(body?.code)) ? 'forbidden' : status === 404 && body?.code === 'no-such-case' ? 'unseen' : 'allowed'

/** Words that take the house as long as a password does; of these, that they would be heard is enough. */
const slow = ['signIn', 'changePassword', 'activate', 'setSecondFactor', 'signInByKey']
/** What is asked of an operation at a position. */
function asked({ id, method, path, body }: Operation, caseId: string, row: Row, asker: Asker): { url: string; said: { method: string; body?: unknown } } {
  // A hall's manager drafts for the hall that is theirs.
  const subject = id === 'touchesOfCalendar' ? 'office.hall-1' : row.on === 'card' ? `cases.${caseId}` : row.on === 'case' ? caseId : row.on === 'oneself' && asker !== 'anonymous' ? who[asker] : 'matrix-1'
  const url = path.replace('{id}', encodeURIComponent(subject)).replace('{camera}', 'matrix-1').replace('{seq}', '1').replace('{code}', 'A-1').replace('{person}', 'p-third').replace('{session}', '0123456789abcdef').replace('{blob}', 'sha256:'.padEnd(71, '0'))
  const scope = { camera: 'matrix-1', fromMs: 0, toMs: 60_000 }, scoped: Record<string, object> = { PlaceHold: scope, RequestExport: scope, openFootageView: { ...scope, reason: '核查' }, footageSnapshot: { atMs: 0, view: '0'.repeat(32) } }
  const more: Record<string, string> = { limitImpact: '?promised=4', whatIf: '?now=never', atWindowsNow: '?hall=hall-1' }
  return { url: `${url}${more[id] ?? ''}`, said: { method, ...(body !== undefined && { body: id === 'whatIfByBody' ? { now: 'never' } : id.startsWith('searchCases') || slow.includes(id) ? {} : { ...body as object, ...scoped[id] } }) } }
}
/** Its answer without what differs from one moment to the next. */
const plain = ({ status, headers, text }: Awaited<ReturnType<AccessHouse['ask']>>, id: string) => JSON.stringify([status, Object.entries(headers).filter(([name]) => name !== 'date').sort(), text.replaceAll(id, 'ID')])

beforeAll(async () => {
  house = await openAccessHouse()
  operations = operationsIn((await house.ask('/api/openapi.json')).body.paths)
  for (const role of roles) cookies.set(role, await house.session(who[role]))
}, 180_000)
afterAll(async () => { await house?.close() })

describe('权限矩阵', () => {
  it('has a row for every operation that there is, and for no other: derive the missing ones from domain.md K and write them into access-matrix.table.ts', () => {
    const documented = operations.map(({ id }) => id)
    expect({ 'not in the table': documented.filter((id) => !(id in table)), 'not in the document': Object.keys(table).filter((id) => !documented.includes(id)) })
      .toStrictEqual({ 'not in the table': [], 'not in the document': [] })
  })

  it('every operation × every role × every position: nothing over, nothing under, and what is not theirs is answered as what is not there', { timeout: 120_000 }, async () => {
    const over: string[] = [], under: string[] = [], told: string[] = [], malformed: string[] = []
    let cells = 0
    // What takes a purpose back or ends a session comes last.
    const ends = ({ id }: Operation) => ['clearPurpose', 'endSession', 'endOtherSessions', 'signOut'].indexOf(id), inOrder = operations.filter(({ id }) => id in table && id !== 'SubmitApplication').sort((a, b) => ends(a) - ends(b))
    for (const operation of inOrder) {
      const row = table[operation.id]!, byObject = row.on === 'case' || row.on === 'card'
      for (const asker of askers) {
        const absent = byObject ? asked(operation, noCase, row, asker) : undefined, none = absent && await house.ask(absent.url, absent.said, cookies.get(asker))
        for (const position of byObject ? places : places.slice(0, 1)) {
          const { url, said } = asked(operation, caseAt[position], row, asker), answer = await house.ask(url, said, cookies.get(asker)), got = classOf(answer, operation), want = right(row, asker, position)
          cells++
          const cell = `${operation.id} by ${asker} at ${position}: ${want} by K (${row.k}), answered ${answer.status} ${answer.body?.code ?? ''}`
          if ((answer.status >= 500 && !['no-signed-heads', 'no-footage-here'].includes(answer.body?.code)) || (answer.body?.code === 'malformed' && !slow.includes(operation.id))) malformed.push(cell)
          if (got === 'allowed' && want !== 'allowed') over.push(cell)
          else if (got !== 'allowed' && want === 'allowed') under.push(cell)
          else if (got !== want) told.push(cell)
          if (got === 'unseen' && none && plain(answer, caseAt[position]) !== plain(none, noCase)) told.push(`${cell}, otherwise than of a case that is not there`)
        }
      }
    }
    console.log(`权限矩阵：${cells} cells of ${operations.length} operations × ${askers.length} askers; over ${over.length}, under ${under.length}, told too much ${told.length}`)
    expect({ over, under, told, malformed }).toStrictEqual({ over: [], under: [], told: [], malformed: [] })
  })
})
