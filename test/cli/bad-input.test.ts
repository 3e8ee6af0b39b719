import { existsSync, mkdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headOf, run, told, workplace } from './mingjian.ts'

const place = workplace()
afterAll(place.clear)

const profile = { source: 'counter', hall: { id: 'hall', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
  case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } },
  event: { activity: 'what', at: 'when', key: ['task'] } }
const header = 'no,what,when,task'
const good = [`${header}`, 'A1,look,2024-05-06 09:00,1', 'A1,sign,2024-05-06 10:00,2', 'A2,look,2024-05-07 09:00,3', '']
const words = (text: string) => ({ zh: /[一-鿿]{2}/.test(text), en: /[a-z]{3,} [a-z]{2,}/i.test(text) })
/** Bytes that GB18030 gives to 受理 and 规划, which are no UTF-8. */
const gbk = Buffer.concat([Buffer.from(`${header}\nA1,`), Buffer.from([0xca, 0xdc, 0xc0, 0xed]), Buffer.from(',2024-05-06 09:00,1\n')])

describe('what cannot be read', () => {
  const book = place.dir()
  let profileFile = '', goodFile = '', head = ''
  beforeAll(async () => {
    profileFile = place.file('counter.json', JSON.stringify(profile))
    goodFile = place.file('good.csv', good.join('\n'))
    await told('import', goodFile, '--profile', profileFile, '--data', book)
    head = await headOf(book)
    mkdirSync(join(place.root, 'folder.csv'))
  })
  const other = (name: string, change: object) => place.file(name, JSON.stringify({ ...profile, ...change }))

  type Case = [what: string, args: () => string[], says: { code?: string; field?: string | RegExp; line?: number; rule?: string; text?: string | RegExp }]
  const files: Case[] = [
    ['a file that is not there', () => ['import', join(place.root, 'nowhere.csv'), '--profile', profileFile], { code: 'no-such-file', text: 'nowhere.csv' }],
    ['a folder', () => ['import', join(place.root, 'folder.csv'), '--profile', profileFile], { text: 'folder.csv' }],
    ['an empty file', () => ['import', place.file('empty.csv', ''), '--profile', profileFile], { text: 'empty.csv' }],
    ['a file in GBK', () => ['import', place.file('gbk.csv', gbk), '--profile', profileFile], { text: /gbk\.csv/, line: 2 }],
    ['a gz that breaks off', () => ['import', place.file('half.csv.gz', gzipSync(Buffer.from(good.join('\n').repeat(300))).subarray(0, 120)), '--profile', profileFile], { text: 'half.csv.gz' }],
    ['a gz that is none', () => ['import', place.file('plain.csv.gz', good.join('\n')), '--profile', profileFile], { text: 'plain.csv.gz' }],
    ['a file whose quotes never close', () => ['import', place.file('quotes.csv', `${header}\nA1,"look,2024-05-06 09:00,1\n`), '--profile', profileFile], { text: 'quotes.csv', line: 2 }],
    ['a file without a column that the profile names', () => ['import', place.file('columns.csv', 'no,what,task\nA1,look,1\n'), '--profile', profileFile], { code: 'missing-column', field: 'when', line: 1, rule: 'column-exists' }],
    ['an XES that breaks off', () => ['import', place.file('half.xes', '<?xml version="1.0"?><log><trace><string key="concept:name" value="A1"/>'), '--profile', 'receipt'], { text: 'half.xes' }],
    ['a file of a kind that nobody reads', () => ['import', place.file('sheet.xlsx', 'PK'), '--profile', profileFile], { text: 'sheet.xlsx' }],
  ]
  const profiles: Case[] = [
    ['a profile that is not there', () => ['import', goodFile, '--profile', join(place.root, 'none.json')], { code: 'no-such-profile', text: 'none.json' }],
    ['a profile by a name that does not ship', () => ['import', goodFile, '--profile', 'parking'], { code: 'no-such-profile' }],
    ['a profile that is not JSON', () => ['import', goodFile, '--profile', place.file('broken.json', '{"source": ')], { code: 'profile-not-json', text: 'broken.json' }],
    ['a profile with a key of its own', () => ['import', goodFile, '--profile', other('surplus.json', { colour: 'red' })], { code: 'profile-wrong', text: 'colour' }],
    ['a profile with a number where a text belongs', () => ['import', goodFile, '--profile', other('typed.json', { source: 7 })], { code: 'profile-wrong', field: 'source' }],
    ['a profile with a zone that is none', () => ['import', goodFile, '--profile', other('zone.json', { hall: { id: 'hall', zone: 'Mars/Olympus' } })], { code: 'profile-wrong', field: 'hall.zone' }],
    ['a profile with a fact that is none', () => ['import', goodFile, '--profile', other('fact.json', { facts: [{ gives: [{ fact: 'CaseLost' }] }] })], { code: 'profile-wrong', field: /facts/ }],
  ]
  const sayings: Case[] = [
    ['an import of nothing', () => ['import', '--profile', profileFile], { field: 'FILE' }],
    ['an import without a profile', () => ['import', goodFile], { field: 'profile' }],
    ['a case that is not there', () => ['replay', 'Z99'], { code: 'no-such-case', field: 'caseNo', text: 'Z99' }],
    ['an instant that is none', () => ['replay', 'A1', '--at', 'tomorrow'], { code: 'not-an-instant', field: 'at', text: 'tomorrow' }],
    ['30 February as an instant', () => ['summary', '--now', '2024-02-30T00:00:00Z'], { code: 'not-an-instant', field: 'now' }],
    ['an hour without a zone', () => ['judge', '--now', '2024-02-20T10:00:00'], { code: 'not-an-instant', field: 'now' }],
    ['a role that nobody has', () => ['replay', 'A1', '--as', 'emperor'], { code: 'no-such-role', field: 'as', text: /emperor.*inspector/s }],
    ['a verb that is none', () => ['divine'], { field: 'verb', text: 'divine' }],
    ['an option that is none', () => ['summary', '--shiny'], { field: 'option', text: 'shiny' }],
    ['one word too many', () => ['summary', 'today'], { field: 'today' }],
    ['a query of nothing', () => ['query'], { field: 'COLLECTION' }],
    ['a port that is none', () => ['serve', '--port', '99999999'], { field: 'port' }],
    ['another machine\'s address', () => ['serve', '--host', '0.0.0.0', '--port', '0'], { field: 'host', text: '0.0.0.0' }],
  ]

  it.each([...files, ...profiles, ...sayings])('%s: exit 2, said in both languages with its place, and the book is as it was', async (_, args, { code, field, line, rule, text }) => {
    const said = await run(...args(), '--data', book, '--json')
    expect(said.code, said.stdout + said.stderr).toBe(2)
    const { error } = said.json
    expect(words(error.title).zh, error.title).toBe(true)
    expect(words(error.en).en, error.en).toBe(true)
    if (code !== undefined) expect(error.code).toBe(code)
    if (field !== undefined) expect(error.field).toMatch(typeof field === 'string' ? new RegExp(`^${field}$`) : field)
    if (line !== undefined) expect(error.line).toBe(line)
    if (rule !== undefined) expect(error.rule).toBe(rule)
    if (text !== undefined) expect(said.stderr).toMatch(text)
    expect(said.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/)
    expect((await run('verify', '--data', book, '--json')).json).toMatchObject({ ok: true, size: Number(head.split(' ')[1]), root: head.split(' ')[2] })
  })

  it('founds no book for a file or a profile that cannot be read', async () => {
    for (const args of [['import', join(place.root, 'nowhere.csv'), '--profile', profileFile], ['import', goodFile, '--profile', join(place.root, 'none.json')]]) {
      const dir = place.dir()
      expect((await run(...args, '--data', dir)).code).toBe(2)
      expect((await run('summary', '--data', dir)).code === 2 || (await told('query', 'cases', '--count', '--data', dir)).count === 0).toBe(true)
    }
  })

  it('says of a folder without a book that there is none, and makes none', async () => {
    for (const verb of ['summary', 'judge', 'rebuild', 'verify']) {
      const dir = place.dir()
      const said = await run(verb, '--data', dir, '--json')
      expect(said.code, verb).toBe(2)
      expect(said.json.error).toMatchObject({ code: 'no-such-book', field: 'data' })
      expect(said.json.error.title).toContain(dir)
      expect(existsSync(join(dir, 'book.db'))).toBe(false)
    }
  })

  it('keeps 30 February, and whatever else one row has wrong, to that row', async () => {
    const dir = place.dir()
    const rows = [header, 'B1,look,2024-02-30 09:00,1', 'B1,look,2024-02-29 25:00,2', 'B1,look,2024-02-29,3', ',look,2024-02-29 09:00,4', 'B1,look,2024-02-29 09:00', 'B1,look,2024-02-29 09:00,6', '']
    expect(await told('import', place.file('february.csv', rows.join('\n')), '--profile', profileFile, '--data', dir)).toMatchObject({ sourceEvents: 6, quarantined: 5, cases: 1 })
    const { rows: held } = await told('query', 'quarantine', '--data', dir)
    expect(held.map(({ position, field, rule }: any) => `${position.file}:${position.line} ${field} ${rule}`).sort()).toEqual([
      'february.csv:2 when not-a-day', 'february.csv:3 when not-a-clock-time', 'february.csv:4 when not-a-time', 'february.csv:5 no empty', expect.stringMatching(/^february\.csv:6 .* too-few-cells$/)])
    for (const row of held) expect([words(row.zh).zh, words(row.en).en], row.rule).toEqual([true, true])
  })
})

describe('broken rows', () => {
  const planted = '赵无忌秘密姓名'
  const dir = place.dir()
  const rows = (when: string) => [header, `C1,${planted},2024-13-45 09:00,1`.replace('2024-13-45', when), 'C1,sign,2024-05-06 10:00,2', `C2,"${planted}",${when} 08:00,3`, ''].join('\n')
  let profileFile = '', broken = ''
  beforeAll(async () => {
    profileFile = place.file('c.json', JSON.stringify({ ...profile, source: 'desk' }))
    broken = place.file('desk.csv', rows('2024-13-45'))
    expect(await told('import', broken, '--profile', profileFile, '--data', dir)).toMatchObject({ sourceEvents: 3, quarantined: 2, cases: 1 })
  })
  const { filesWith } = { filesWith: async (needle: string) => (await import('./mingjian.ts')).filesWith(dir, needle) }
  const rawOf = async () => (await told('query', 'quarantine', '--data', dir)).rows.map(({ raw, settled }: any) => ({ raw, settled }))

  it('are held with file, line and reason', async () => {
    const { rows } = await told('query', 'quarantine', '--order', 'rowKey', '--data', dir)
    expect(rows.map(({ position }: any) => position.line).sort()).toEqual([2, 4])
    for (const row of rows) expect(row).toMatchObject({ source: 'desk', position: { file: 'desk.csv' }, field: 'when', rule: 'not-a-day', settled: false })
  })

  it('are nowhere to be read in the data directory: sealed under a key of their batch', async () => {
    expect(await filesWith(planted)).toEqual([])
    expect(await filesWith('2024-13-45 09:00')).toEqual([])
    for (const { raw } of await rawOf()) expect(raw).toMatchObject({ sealed: expect.anything() })
  })

  it('add nothing when they come again', async () => {
    const head = await headOf(dir)
    expect(await told('import', broken, '--profile', profileFile, '--data', dir)).toMatchObject({ facts: 0, quarantined: 2 })
    expect(await headOf(dir)).toBe(head)
  })

  it('are settled by the corrected file, and what they said is then beyond anybody\'s reading', async () => {
    const sealedBefore = await rawOf()
    const keysBefore = await keyCount(dir)
    expect(await told('import', place.file('desk.csv', rows('2024-05-06')), '--profile', profileFile, '--data', dir)).toMatchObject({ quarantined: 0, cases: 2, duplicates: 1 })
    const after = await rawOf()
    expect(sealedBefore.every(({ raw }: any) => raw !== undefined)).toBe(true)
    expect(after.map(({ settled }: any) => settled)).toEqual([true, true])
    expect(after.every(({ raw }: any) => raw === undefined)).toBe(true)
    expect(await keyCount(dir)).toBeLessThan(keysBefore)
    const head = await headOf(dir)
    expect(await told('import', place.file('desk.csv', rows('2024-05-06')), '--profile', profileFile, '--data', dir)).toMatchObject({ facts: 0 })
    expect(await told('import', broken, '--profile', profileFile, '--data', dir), 'the broken file that comes late again').toMatchObject({ facts: 0 })
    expect(await headOf(dir)).toBe(head)
  })
})

/** Keys that are still kept for raw rows. */
async function keyCount(dir: string): Promise<number> {
  const { default: Database } = await import('libsql')
  const db = new Database(join(dir, 'keys', 'keys.db'), { readonly: true } as object)
  try { return ((db.prepare('SELECT count(*) AS n FROM keys WHERE matter LIKE ?') as any).get('exchange-%') as { n: number }).n } finally { db.close() }
}
