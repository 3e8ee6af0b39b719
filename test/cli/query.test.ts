import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present, receiptCsv } from '../oracles/files.ts'
import { receiptOf } from '../oracles/receipt.ts'
import { importedInto, run, runAlone, told, workplace } from './mingjian.ts'

const here = present(receiptCsv)
const place = workplace()
afterAll(place.clear)

describe.skipIf(!here)('asking a collection', () => {
  const dir = place.dir()
  const oracle = here ? receiptOf(receiptCsv) : undefined!
  beforeAll(async () => { await importedInto(dir, receiptCsv, 'receipt') })
  const asked = (...args: string[]) => told('query', ...args, '--data', dir)
  const refused = async (...args: string[]) => {
    const said = await run('query', ...args, '--data', dir, '--json')
    expect(said.code, said.stdout + said.stderr).toBe(2)
    expect(said.json?.error?.title).toMatch(/[一-鿿]/)
    expect(said.json.error.en).toMatch(/[a-z]{3}/)
    return { ...said.json.error as { field: string; title: string; en: string }, stderr: said.stderr }
  }

  it('gives the rows that meet the conditions, in the order asked for, no more than asked for', async () => {
    const open = oracle.cases.filter(({ endMs }) => endMs === undefined)
    const { rows } = await asked('cases', '--where', '{"open":true}', '--order=-openedAt', '--limit', '7')
    const newest = open.map(({ startMs }) => new Date(startMs).toISOString()).sort().reverse().slice(0, 7)
    expect(rows.map(({ openedAt }: { openedAt: string }) => openedAt)).toEqual(newest)
    const range = { openedAt: { from: '2011-05-01T00:00:00.000Z', to: '2011-05-31T23:59:59.999Z' } }
    expect((await asked('cases', '--where', JSON.stringify(range), '--count')).count)
      .toBe(oracle.cases.filter(({ startMs }) => new Date(startMs).toISOString().startsWith('2011-05')).length)
  })

  it('sorts downwards when the field is said with its dash as a word of its own, as its help says', async () => {
    const { rows } = await asked('cases', '--order', '-openedAt', '--limit', '3')
    expect(rows).toEqual((await asked('cases', '--order=-openedAt', '--limit', '3')).rows)
  })

  it('turns pages without losing or repeating a row', async () => {
    const seen: string[] = []
    for (let after: string | undefined, pages = 0; pages < 20; pages++) {
      const page = await asked('cases', '--order', 'promisedDueOn', '--limit', '500', ...(after ? ['--after', after] : []))
      seen.push(...page.rows.map(({ caseNo }: { caseNo: string }) => caseNo))
      if (page.next === undefined) break
      after = page.next
    }
    expect(seen).toHaveLength(oracle.cases.length)
    expect(new Set(seen)).toEqual(new Set(oracle.cases.map(({ caseNo }) => caseNo)))
  })

  it('names a collection that is not there, and those that are', async () => {
    const error = await refused('permits')
    expect(error.field).toBe('permits')
    for (const words of [error.title, error.en]) expect(words).toMatch(/permits.*cases/)
  })

  it.each([
    ['a condition on an undeclared field', ['cases', '--where', '{"lastStep":"x"}'], 'lastStep'],
    ['an order by an undeclared field', ['cases', '--order', 'lastStep'], 'lastStep'],
    ['a condition that is none', ['cases', '--where', '{"department":{"like":"x"}}'], 'department'],
    ['conditions that are not JSON', ['cases', '--where', '{open:true}'], 'where'],
    ['conditions that are not an object', ['cases', '--where', '[1]'], 'where'],
    ['a limit of nothing', ['cases', '--limit', '0'], 'limit'],
    ['a limit beyond a page', ['cases', '--limit', '1001'], 'limit'],
    ['a limit that is not a number', ['cases', '--limit', 'ten'], 'limit'],
    ['a place that is none', ['cases', '--after', 'nowhere'], 'after'],
  ])('refuses %s and names the field in both languages', async (_, args, field) => {
    const error = await refused(...args)
    expect(error.field).toBe(field)
    expect(error.stderr).toContain(field)
  })

  it('puts one JSON document and nothing else on stdout, for answers and for errors; progress goes to stderr', async () => {
    for (const args of [['query', 'cases', '--limit', '3'], ['summary'], ['judge'], ['replay', oracle.cases[0]!.caseNo], ['verify'], ['rebuild'],
      ['query', 'nowhere'], ['replay', 'nobody'], ['no-such-verb'], ['summary', '--now', 'yesterday']]) {
      const { stdout, json, stderr, code } = await runAlone(...args, '--data', dir, '--json')
      expect(json, `${args.join(' ')}: ${stdout}`).toBeTypeOf('object')
      expect(stdout.trimEnd().split('\n')).toHaveLength(1)
      expect('error' in json).toBe(code !== 0)
      if (code !== 0) expect(stderr).toMatch(/[一-鿿]/)
    }
    const { stdout, stderr } = await runAlone('import', receiptCsv, '--profile', 'receipt', '--data', dir, '--json')
    expect(Object.keys(JSON.parse(stdout))).toEqual(expect.arrayContaining(['cases', 'sourceEvents', 'facts', 'duplicates', 'quarantined', 'seconds', 'eventsPerSecond']))
    expect(stderr).toMatch(/已读/)
  }, 270_000)

  it('answers people with rows as lines, or a number', async () => {
    const lines = (await run('query', 'cases', '--limit', '3', '--data', dir)).stdout.trim().split('\n').map((line) => JSON.parse(line))
    expect(lines).toEqual((await asked('cases', '--limit', '3')).rows)
    expect((await run('query', 'cases', '--count', '--data', dir)).stdout.trim().replace(',', '')).toBe(String(oracle.cases.length))
  })

  it('helps with every verb in both languages without a book', async () => {
    for (const verb of ['import', 'summary', 'query', 'replay', 'judge', 'rebuild', 'verify', 'serve', 'demo']) {
      const { code, stdout } = await runAlone(verb, '--help')
      expect(code, verb).toBe(0)
      expect(stdout).toContain(`mingjian ${verb}`)
      expect(stdout).toMatch(/--json/)
      expect(stdout).toMatch(/[一-鿿].* \/ /)
    }
  })
})
