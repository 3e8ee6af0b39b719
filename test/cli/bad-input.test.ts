import { existsSync, mkdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Database from 'libsql'
import { filesBelow, filesWith, hashOf, headOf, run, told, workplace } from './mingjian.ts'

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

  it.each([...files, ...profiles, ...sayings])('%s: exit 2, said in both languages with its place, and nothing is written', async (_, args, { code, field, line, rule, text }) => {
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
    if (args()[0] === 'import') expect(await headOf(book)).toBe(head)
  })

  it('and after all of that the book is still as it was', async () => { expect(await headOf(book)).toBe(head) })

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
  /** Row 2 says no activity, row 4 no day; both carry a name in a column that no fact is made of. */
  const rows = (activity: string, day: string) => [`${header},note`, `C1,${activity},2024-05-06 09:00,1,${planted}`, 'C1,sign,2024-05-06 10:00,2,', `C2,look,${day} 08:00,3,"${planted}"`, ''].join('\n')
  let profileFile = '', broken = ''
  beforeAll(async () => {
    profileFile = place.file('c.json', JSON.stringify({ ...profile, source: 'desk' }))
    broken = place.file('desk.csv', rows('', '2024-13-45'))
    expect(await told('import', broken, '--profile', profileFile, '--data', dir)).toMatchObject({ sourceEvents: 3, quarantined: 2, cases: 1 })
  })
  const importFile = (file: string, ...more: string[]) => told('import', file, '--profile', profileFile, '--data', dir, ...more)
  const held = async (): Promise<any[]> => (await told('query', 'quarantine', '--data', dir)).rows
  const waiting = async (...more: string[]): Promise<any[]> => (await told('quarantine', ...more, '--data', dir)).rows

  it('are held with file, line and reason', async () => {
    expect((await held()).map(({ source, position: { file, line }, field, rule, settled }) => [source, file, line, field, rule, settled]).sort((a, b) => a[2] - b[2]))
      .toEqual([['desk', 'desk.csv', 2, 'what', 'empty', false], ['desk', 'desk.csv', 4, 'when', 'not-a-day', false]])
    expect((await waiting()).map(({ line }) => line).sort()).toEqual([2, 4])
  })

  it('are nowhere to be read in the data directory, and shown to who asks for them by name alone', async () => {
    expect(filesWith(dir, planted)).toEqual([])
    for (const answer of [await held(), await waiting()]) expect(JSON.stringify(answer)).not.toContain(planted)
    for (const { raw } of await waiting('--raw')) expect(raw).toContain(planted)
    expect(filesWith(dir, planted)).toEqual([])
  })

  it('are not told by their reason either: a name that stands in the very field that is wrong', async () => {
    const into = place.dir()
    await told('import', place.file('shifted.csv', `${header}\nD1,look,${planted},1\n`), '--profile', profileFile, '--data', into)
    expect(filesWith(into, planted)).toEqual([])
  })

  it('add nothing when they come again', async () => {
    const head = await headOf(dir)
    expect(await importFile(broken)).toMatchObject({ facts: 0, quarantined: 2 })
    expect(await headOf(dir)).toBe(head)
  })

  it('are settled by the corrected row of the same key, and by saying which batch a file corrects; what they said is then beyond anybody\'s reading', async () => {
    const [{ batch }] = await waiting()
    expect(await keyCount(dir)).toBe(2)
    expect(await importFile(place.file('half.csv', rows('look', '2024-13-45')))).toMatchObject({ quarantined: 1, cases: 1, duplicates: 1 })
    expect((await held()).filter(({ settled }) => settled).map(({ position }) => position.line)).toEqual([2])
    expect(await keyCount(dir)).toBe(1)
    expect(await importFile(place.file('whole.csv', rows('look', '2024-05-06')), '--settles', batch)).toMatchObject({ quarantined: 0, cases: 2 })
    expect(await waiting()).toEqual([])
    for (const row of await held()) expect([row.settled, row.raw]).toEqual([true, undefined])
    expect(await keyCount(dir)).toBe(0)
    expect(await told('replay', 'C2', '--data', dir)).toMatchObject({ facts: [{ activity: 'look' }] })
  })

  it('once settled, are not held again by the same broken file, nor told again by the same good one', async () => {
    const head = await headOf(dir)
    for (const file of [broken, place.file('whole.csv', rows('look', '2024-05-06'))]) expect(await importFile(file)).toMatchObject({ facts: 0 })
    expect(await headOf(dir)).toBe(head)
    expect(await told('verify', '--data', dir)).toMatchObject({ ok: true })
  })
})

describe('a file that breaks off far behind its beginning', () => {
  it('is refused with its line; what was read before is whole facts, and the mended file makes it the book that it would have been', async () => {
    const lines = Array.from({ length: 4_000 }, (_, i) => `L${i},look,2024-05-06 09:00,t${i}`)
    const profileFile = place.file('long.json', JSON.stringify({ ...profile, source: 'long' }))
    const good = place.file('long-good.csv', [header, ...lines, ''].join('\n'))
    const bad = place.file('long-bad.csv', Buffer.concat([Buffer.from([header, ...lines.slice(0, 3_500), ''].join('\n')), Buffer.from([0x4c, 0x78, 0x2c, 0xca, 0xdc, 0xc0, 0xed, 0x0a])]))
    const [whole, torn] = [place.dir(), place.dir()]
    const said = await run('import', bad, '--profile', profileFile, '--data', torn, '--json')
    expect(said.code).toBe(2)
    expect(said.json.error).toMatchObject({ line: 3_502, title: expect.stringMatching(/[一-鿿]/), en: expect.any(String) })
    expect(said.json.error.file).toContain('long-bad.csv')
    expect(await told('verify', '--data', torn)).toMatchObject({ ok: true })
    for (const dir of [whole, torn]) expect(await told('import', good, '--profile', profileFile, '--data', dir)).toMatchObject({ cases: 4_000, quarantined: 0 })
    expect(await hashOf(torn)).toBe(await hashOf(whole))
    expect(filesBelow(torn).filter((file) => file.includes('import-seen-'))).toEqual([])
  })
})

/** Keys that are still kept for raw rows. */
async function keyCount(dir: string): Promise<number> {
  const db = new Database(join(dir, 'keys', 'keys.db'))
  try { return ((db.prepare('SELECT count(*) AS n FROM keys WHERE matter LIKE ?') as unknown as { get(like: string): { n: number } }).get('exchange-%')).n } finally { db.close() }
}
