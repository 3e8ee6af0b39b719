import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present, receiptCsv } from '../oracles/files.ts'
import { wallOf, workingDaysBetween } from '../oracles/office-days.ts'
import { msOf, receiptOf } from '../oracles/receipt.ts'
import { asWays, waysOf, type Trace } from '../oracles/ways.ts'
import { founded } from '../signed-in.ts'
import { importedInto, serving, workplace, type Served } from './mingjian.ts'

const here = present(receiptCsv), place = workplace(), zone = 'Europe/Amsterdam'
describe.skipIf(!here)('流程图 of the permit log receipt', () => {
  let served: Served, cookie = ''
  const log = here ? receiptOf(receiptCsv) : undefined!
  const ask = async <T = any>(path: string): Promise<T> => {
    const answer = await fetch(`${served.url}/api/process-map${path}`, { headers: { cookie } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json() as T
  }
  /** By the file alone: in the order of time, and of its lines within an instant. */
  const traces: (Trace & { opened: string; department: string })[] = here ? log.cases.map(({ caseNo, rows, startMs }) => {
    const inOrder = rows.map((row, i) => ({ name: row['concept:name']!, ms: msOf(row['time:timestamp']!), i, department: row['case:department']! })).sort((a, b) => a.ms - b.ms || a.i - b.i)
    const first = Math.min(startMs, inOrder[0]!.ms)
    return { id: caseNo, steps: inOrder.map(({ name }) => name), days: inOrder.map(({ ms }) => wallOf(ms, zone).day), opened: wallOf(first, zone).day, department: inOrder[0]!.department }
  }) : []
  beforeAll(async () => {
    const dir = place.dir()
    await importedInto(dir, receiptCsv, 'receipt')
    served = await serving('serve', dir)
    cookie = await (await founded(served)).cookieFor('inspector')
  }, 360_000)
  afterAll(() => { served?.child.kill('SIGKILL'); place.clear() })

  it.each([100, 80, 37, 1])('share %i: every step, every way, every median as the file has them, counted another way', async (share) => {
    const answer = await ask(`?share=${share}`), oracle = waysOf(traces, share, workingDaysBetween)
    expect(oracle.cases).toBe(1434)
    expect({ ...asWays(answer), ranked: undefined }).toStrictEqual({ ...oracle, ranked: undefined })
    expect(asWays(answer).ranked).toStrictEqual(oracle.ranked.slice(0, 200))
    expect(answer.omitted).toBe(Math.max(0, oracle.ranked.length - 200))
  })
  it('a filter is a filter: of a department and a period, as of those lines alone', async () => {
    const own = traces.filter(({ department, opened }) => department === 'General' && opened >= '2011-03-01' && opened <= '2011-06-30')
    expect(own.length).toBeGreaterThan(50)
    expect({ ...asWays(await ask('?share=90&department=General&from=2011-03-01&to=2011-06-30')), ranked: undefined }).toStrictEqual({ ...waysOf(own, 90, workingDaysBetween), ranked: undefined })
    expect((await ask('?item=nothing')).cases).toBe(0)
  })
  it('a figure opens its cases: those and no others, page by page', async () => {
    const { edges, variants } = await ask('?share=60'), drawn = new Set(waysOf(traces, 60, workingDaysBetween).ranked.slice(0, variants.filter(({ shown }: { shown: boolean }) => shown).length).map(({ name }) => name))
    const all = async (query: string) => {
      const ids: string[] = []
      let count: number | undefined, after: string | undefined
      do {
        const page: { count: number; next?: string; rows: { caseNo: string }[] } = await ask(`/cases?share=60&limit=200&${query}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`)
        count ??= page.count
        ids.push(...page.rows.map(({ caseNo }) => caseNo))
        after = page.next
      } while (after !== undefined)
      expect(ids.length).toBe(count)
      return ids.sort()
    }
    for (const { from, to, cases } of [edges[0], edges.at(-1)]) {
      const right = traces.filter(({ steps }) => drawn.has(steps.join('\n')) && steps.some((step, i) => step === to && steps[i - 1] === from)).map(({ id }) => id).sort()
      expect(right.length).toBe(cases)
      expect(await all(`edgeFrom=${encodeURIComponent(from)}&edgeTo=${encodeURIComponent(to)}`)).toStrictEqual(right)
    }
    expect(await all(`variant=${variants[1].id}`)).toStrictEqual(traces.filter(({ steps }) => steps.join('\n') === variants[1].steps.join('\n')).map(({ id }) => id).sort())
  })
  it('what cannot be asked is answered field by field', async () => {
    const wrong = async (path: string) => { const answer = await fetch(`${served.url}/api/process-map${path}`, { headers: { cookie } }); return [answer.status, ((await answer.json()) as { field?: string }).field] }
    for (const [path, field] of [['?share=0', 'share'], ['?share=x', 'share'], ['?from=2011-02-30', 'from'], ['?from=2011-03-02&to=2011-03-01', 'to'], ['?light=red', 'light'], ['?caseType=X', 'caseType'], ['?colour=1', 'colour'],
      ['/cases?edgeFrom=a', 'edgeTo'], ['/cases?limit=999', 'limit'], ['/cases?after=nowhere', 'after'], ['/cases?deviation=x', 'deviation']]) expect(await wrong(path!), path).toStrictEqual([400, field])
  })
})
