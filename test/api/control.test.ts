import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present, receiptCsv } from '../oracles/files.ts'
import { receiptOf } from '../oracles/receipt.ts'
import { founded } from '../signed-in.ts'
import { ended, hashOf, pause, run, serving, startVerb, told, workplace, type Served } from '../cli/mingjian.ts'

const here = present(receiptCsv)
const place = workplace()
const dir = place.dir(), alone = place.dir(), socket = join(dir, 'mingjian.sock')
let served: Served, hash: string
const health = async () => (await fetch(`${served.url}/health`)).json() as Promise<{ status: string; position: number }>

beforeAll(async () => { served = await serving('serve', dir) })
afterAll(async () => {
  served?.child.kill('SIGKILL')
  place.clear()
})

describe('a server that holds the book', () => {
  it('takes orders by a socket that is its owner\'s alone', () => {
    const { mode } = statSync(socket)
    expect((mode & 0o170000) === 0o140000).toBe(true)
    expect(mode & 0o777).toBe(0o600)
    expect(statSync(dir).mode & 0o077).toBe(0)
  })

  it('refuses a second server on its directory, and says why', async () => {
    const said = await run('serve', '--data', dir, '--port', '0', '--json')
    expect(said.code).toBe(2)
    expect(said.json.error.title).toMatch(/另一个进程/)
    expect(said.json.error.en).toMatch(/another process/)
    expect(said.json.error.title).toContain(dir)
    expect((await health()).status).toBe('ok')
  })

  it.skipIf(!here)('imports for the command while it serves: the same figures and progress, and answers all the while', async () => {
    const { rows, cases } = receiptOf(receiptCsv)
    const before = (await health()).position
    let out = '', err = '', over = false, answered = 0
    const child = startVerb(['import', receiptCsv, '--profile', 'receipt', '--data', dir, '--json'])
    child.stdout!.on('data', (chunk) => { out += String(chunk) })
    child.stderr!.on('data', (chunk) => { err += String(chunk) })
    const exit = ended(child).then((it) => { over = true; return it })
    for (; !over; await pause(80)) if ((await fetch(`${served.url}/api/house`)).ok) answered++
    expect((await exit).code).toBe(0)
    const figures = JSON.parse(out)
    expect(figures).toMatchObject({ cases: cases.length, sourceEvents: rows.length, duplicates: 0, quarantined: 0 })
    const byItself = await told('import', receiptCsv, '--profile', 'receipt', '--data', alone)
    expect(Object.keys(figures).sort()).toEqual(Object.keys(byItself).sort())
    expect(figures.facts).toBe(byItself.facts)
    expect(err).toMatch(/已读 [\d,]+ 行/)
    expect(answered).toBeGreaterThan(3)
    expect((await health()).position).toBe(before + figures.facts)
    expect(await told('summary', '--data', dir)).toMatchObject({ open: cases.filter(({ endMs }) => endMs === undefined).length, closed: cases.filter(({ endMs }) => endMs !== undefined).length })
  })

  it.skipIf(!here)('rebuilds for the command, to the hash that the same history has without a server', async () => {
    hash = await hashOf(alone)
    expect(await hashOf(dir)).toBe(hash)
  })

  it.skipIf(!here)('lets reading verbs read beside it', async () => {
    const now = ['--now', '2012-01-23T14:42:54.644Z']
    for (const args of [['summary', ...now], ['judge', ...now], ['query', 'cases', '--count'], ['query', 'activities']]) {
      const [beside, byItself] = await Promise.all([told(...args, '--data', dir), told(...args, '--data', alone)])
      expect({ ...beside, position: 0 }, args[0]).toEqual({ ...byItself, position: 0 })
    }
    expect((await told('replay', 'case-10011', '--data', dir)).facts.length).toBe((await told('replay', 'case-10011', '--data', alone)).facts.length)
    expect(await told('verify', '--data', dir)).toMatchObject({ ok: true, size: (await health()).position })
  })

  it('words what is wrong with a file as it would be worded without a server: exit 2, both languages, the file, and nothing written', async () => {
    const before = (await health()).position
    const columns = place.file('columns.csv', 'a,b\n1,2\n')
    for (const args of [['import', join(place.root, 'nowhere.csv'), '--profile', 'receipt'], ['import', columns, '--profile', 'receipt'],
      ['import', columns, '--profile', join(place.root, 'none.json')], ['import', columns, '--profile', place.file('bad.json', '{"source":7}')]]) {
      const [through, byItself] = [await run(...args, '--data', dir, '--json'), await run(...args, '--data', alone, '--json')]
      expect(byItself.code).toBe(2)
      expect(through.code, through.stdout).toBe(2)
      expect(through.json).toEqual(byItself.json)
    }
    expect((await health()).position).toBe(before)
  })

  it('words in the same way what is found wrong far behind the beginning of a file', async () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => `F${i},look,2024-05-06 09:00,t${i}`)
    const file = place.file('far.csv', Buffer.concat([Buffer.from(['no,what,when,task', ...lines, ''].join('\n')), Buffer.from([0x46, 0x2c, 0xca, 0xdc, 0x0a])]))
    const profile = place.file('far.json', JSON.stringify({ source: 'far', hall: { id: 'far', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
      case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] } }))
    const [through, byItself] = [await run('import', file, '--profile', profile, '--data', dir, '--json'), await run('import', file, '--profile', profile, '--data', alone, '--json')]
    expect(byItself).toMatchObject({ code: 2, json: { error: { line: 3_002 } } })
    expect(through.code, through.stdout).toBe(2)
    expect(through.json).toEqual(byItself.json)
    expect((await health()).status).toBe('ok')
  })

  it('finds a file by the place where the command stands, not by its own', async () => {
    place.file('here.csv', 'no,what,when,task\nA1,look,2024-05-06 09:00,1\n')
    place.file('here.json', JSON.stringify({ source: 'here', hall: { id: 'here', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
      case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] } }))
    const { execFileSync } = await import('node:child_process')
    const out = execFileSync(process.execPath, [new URL('../../dist/api/main.js', import.meta.url).pathname, 'import', 'here.csv', '--profile', './here.json', '--data', dir, '--json'],
      { cwd: place.root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect(JSON.parse(out)).toMatchObject({ cases: 1, sourceEvents: 1 })
  })

  it('tells who watches that much has changed when a file comes in, so that they load again', async () => {
    const WebSocket = createRequire(import.meta.url)('ws') as new (url: string, options: object) => { on(event: string, listener: (data: unknown) => void): void; send(text: string): void; close(): void }
    const socket = new WebSocket(`${served.url.replace('http', 'ws')}/api/live`, { headers: { cookie: await (await founded(served)).cookieFor('inspector') } })
    const heard: { query?: string; refresh?: boolean; position?: number; changes?: { key: string }[] }[] = []
    socket.on('message', (data) => { heard.push(JSON.parse(String(data)) as typeof heard[number]) })
    await new Promise<void>((resolve) => socket.on('open', () => resolve()))
    socket.send(JSON.stringify({ query: 'all', collection: 'cases' }))
    while (heard.length === 0) await pause(20)
    const { position = 0 } = heard[0]!
    const profile = place.file('watched.json', JSON.stringify({ source: 'watched', hall: { id: 'watched', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
      case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] } }))
    await told('import', place.file('watched.csv', 'no,what,when,task\nW1,look,2024-05-06 09:00,1\n'), '--profile', profile, '--data', dir)
    for (let tries = 0; tries < 100 && heard.length < 2; tries++) await pause(50)
    const after = heard.slice(1)
    expect(after.some(({ query, refresh, changes }) => query === 'all' && (refresh === true || changes?.some(({ key }) => key === 'watched:W1'))), JSON.stringify(heard)).toBe(true)
    expect(Math.max(...after.map(({ position = 0 }) => position))).toBeGreaterThan(position)
    socket.close()
  })

  it.skipIf(!here)('stops in the middle of an import: the command is told to say it again in two languages, and that completes it', async () => {
    const torn = place.dir(), holder = await serving('serve', torn)
    let out = '', err = ''
    const child = startVerb(['import', receiptCsv, '--profile', 'receipt', '--data', torn, '--json'])
    child.stdout!.on('data', (chunk) => { out += String(chunk) })
    const begun = new Promise<void>((resolve) => child.stderr!.on('data', (chunk) => { err += String(chunk); if (/已读/.test(err)) resolve() }))
    await Promise.race([begun, ended(child)])
    expect(await holder.stop()).toEqual({ code: 0, signal: null })
    const { code } = await ended(child)
    expect(await told('verify', '--data', torn)).toMatchObject({ ok: true })
    expect(await told('import', receiptCsv, '--profile', 'receipt', '--data', torn)).toMatchObject({ cases: 1434, quarantined: 0 })
    expect(await hashOf(torn)).toBe(hash)
    if (code !== 0) {
      expect(err).not.toMatch(/\n\s+at .*:\d+:\d+/)
      expect((JSON.parse(out) as { error: { title: string; en: string } }).error).toMatchObject({ title: expect.stringMatching(/[一-鿿]/), en: expect.stringMatching(/again/) })
    }
  }, 270_000)

  it.skipIf(!here)('goes on with an import when the command that ordered it is killed, and does one of two at once only once', async () => {
    const shared = place.dir(), holder = await serving('serve', shared)
    const order = ['import', receiptCsv, '--profile', 'receipt', '--data', shared, '--json']
    const child = startVerb(order)
    child.stdout!.resume()
    await new Promise<void>((resolve) => child.stderr!.once('data', () => resolve()))
    child.kill('SIGKILL')
    const [one, two] = await Promise.all([told(...order.slice(0, -1)), told(...order.slice(0, -1))])
    for (const figures of [one, two]) expect(figures).toMatchObject({ cases: 1434, sourceEvents: 8577, quarantined: 0 })
    expect((await told('query', 'cases', '--count', '--data', shared)).count).toBe(1434)
    const { rows } = await told('query', 'activities', '--limit', '100', '--data', shared) as { rows: { times: number }[] }
    expect(rows.reduce((sum, { times }) => sum + times, 0)).toBe(8577)
    expect(await holder.stop()).toEqual({ code: 0, signal: null })
    expect(await told('verify', '--data', shared)).toMatchObject({ ok: true })
  })

  it('stops when asked: exit 0, its socket gone, its book sound', async () => {
    expect(await served.stop()).toEqual({ code: 0, signal: null })
    expect(existsSync(socket)).toBe(false)
    expect(await told('verify', '--data', dir)).toMatchObject({ ok: true })
  })

  it('killed without warning, leaves a directory that verbs use and that a server opens again', async () => {
    served = await serving('serve', dir)
    const before = (await health()).position
    served.child.kill('SIGKILL')
    await ended(served.child)
    expect(existsSync(socket), 'the socket that nobody answers').toBe(true)
    expect(await told('rebuild', '--data', dir)).toMatchObject({ facts: before })
    served = await serving('serve', dir)
    expect(await health()).toMatchObject({ status: 'ok', position: before })
    expect(await served.stop()).toEqual({ code: 0, signal: null })
  })
})
