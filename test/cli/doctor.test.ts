import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openBook } from '../../adapters/book/open.ts'
import { lookAt } from '../../adapters/doctor/look.ts'
import { processOf, servingOf } from '../../adapters/doctor/process.ts'
import { diagnose, type Looked } from '../../api/doctor.ts'
import { filesBelow, run, serving, told, workplace } from './mingjian.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })
process.umask(0o077) // as the command line has it: this process stands in for it
const place = workplace(), dir = place.dir(), ends: (() => unknown)[] = []
afterAll(() => { for (const end of ends) end(); place.clear() })
const profile = () => place.file('p.json', JSON.stringify({ source: 'three', hall: { id: 'three', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
  case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] } }))
const importing = (into: string, from: number, count: number) => told('import', place.file(`r${from}.csv`, `no,what,when,task\n${Array.from({ length: count }, (_, i) => `A${from + i},look,2024-05-06 09:00,${from + i}\n`).join('')}`), '--profile', profile(), '--data', into)
const copied = (of = dir) => { const to = place.dir(); cpSync(of, to, { recursive: true }); return to }
const hour = 3_600_000, vkey = 'w+00000000+AAAA'

let sound: Looked
beforeAll(async () => {
  await importing(dir, 1, 40)
  await told('verify', '--data', dir)
  sound = await lookAt(dir)
})
/** What one check says of something that was seen; the others must not change their minds over it. */
function lineOf(check: string, seen: Looked, nowMs = Date.now()) {
  const found = diagnose(seen, nowMs).filter((line) => line.check === check), worst = found.find(({ state }) => state === 'bad') ?? found.find(({ state }) => state === 'warn') ?? found[0]
  for (const line of found) { expect(line.zh).toMatch(/\p{Script=Han}|^Node /u); expect(line.en).toMatch(/^[\x20-\x7e]|\/\S/) }
  return worst
}
const badIn = (seen: Looked, nowMs = Date.now()) => diagnose(seen, nowMs).filter(({ state }) => state === 'bad').map(({ check }) => check)

describe('体检 — of what stands on the disk', () => {
  it('a fresh directory is not bad, and is as it was after the look', async () => {
    const state = () => filesBelow(dir).filter((file) => !/-shm$|-wal$/.test(file)).map((file) => `${file} ${statSync(file).mtimeMs} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
    const before = state()
    expect(badIn(await lookAt(dir))).toStrictEqual([])
    expect(state()).toStrictEqual(before)
  })
  it('what others could read is named, file or folder', async () => {
    const bent = copied()
    chmodSync(join(bent, 'keys', 'master.key'), 0o644)
    chmodSync(join(bent, 'rows'), 0o755)
    expect(badIn(await lookAt(bent))).toStrictEqual(['permissions'])
    expect(lineOf('permissions', await lookAt(bent))!.en).toMatch(/(?=.*keys\/master\.key 0644)(?=.*rows 0755)/)
    expect((await run('doctor', '--data', bent)).code).toBe(1)
    chmodSync(join(bent, 'keys', 'master.key'), 0o600)
    chmodSync(join(bent, 'rows'), 0o700)
    expect(badIn(await lookAt(bent))).toStrictEqual([])
  })
  it('a file of another account', () => expect(lineOf('owner', { ...sound, files: [...sound.files, { name: 'rows/x', mode: 0o600, uid: sound.owner + 1, bytes: 1 }] })).toMatchObject({ state: 'bad', en: expect.stringContaining('rows/x') }))
  it('another account that looks', () => expect(lineOf('owner', { ...sound, uid: sound.owner + 1 })).toMatchObject({ state: 'warn' }))
  it.each(['master.key', 'blind.key', 'keys.db'])('a lost %s', async (name) => {
    const bent = copied()
    rmSync(join(bent, 'keys', name))
    expect(lineOf('keys', await lookAt(bent))).toMatchObject({ state: 'bad', en: expect.stringContaining(name) })
  })
  it('a data directory within a backup', async () => {
    const within = join(place.root, 'of-a-backup', 'data')
    cpSync(dir, within, { recursive: true })
    expect(badIn(await lookAt(within))).toStrictEqual([])
    writeFileSync(join(place.root, 'of-a-backup', 'manifest.json'), '{}')
    expect(badIn(await lookAt(within))).toStrictEqual(['keys'])
  })
  it('an altered fact; one altered with its hash; an older book put back', async () => {
    const flipped = copied(), rewritten = copied(), older = copied(), later = copied()
    const change = (at: string, sql: string) => { const db = new Database(join(at, 'book.db')); db.exec(sql); db.close() }
    const size = sound.book!.size
    change(flipped, `UPDATE events SET leaf = replace(leaf, '"version":1', '"version":9') WHERE pos = ${size}`)
    expect(lineOf('book', await lookAt(flipped))).toMatchObject({ state: 'bad', en: expect.stringContaining(`position ${size}`) })
    const db = new Database(join(rewritten, 'book.db')), { leaf } = db.prepare(`SELECT leaf FROM events WHERE pos = ${size - 5}`).get() as { leaf: string }
    const forged = leaf.replace('2024', '2023')
    expect(forged).not.toBe(leaf)
    db.prepare(`UPDATE events SET leaf = ?, hash = ? WHERE pos = ${size - 5}`).run(forged, createHash('sha256').update(`\0${forged}`).digest() as never)
    db.close()
    expect(lineOf('book', await lookAt(rewritten))).toMatchObject({ state: 'bad', en: expect.stringContaining('rewritten') })
    await importing(later, 200, 3)
    await told('verify', '--data', later)
    cpSync(join(later, 'verified.json'), join(older, 'verified.json'))
    expect(lineOf('book', await lookAt(older))).toMatchObject({ state: 'bad', en: expect.stringContaining('older copy') })
    expect(badIn(await lookAt(later))).toStrictEqual([])
  })
  it('rows that lag', async () => {
    const behind = { ...sound, rows: sound.rows.map((row) => row.name === 'cases' ? { ...row, position: sound.book!.size - 1_001 } : row) }
    expect(lineOf('rows', behind)).toMatchObject({ state: 'warn', en: expect.stringContaining('cases') })
    expect(lineOf('rows', sound)).toMatchObject({ state: 'ok' })
    const none = copied()
    rmSync(join(none, 'rows'), { recursive: true })
    expect(lineOf('rows', await lookAt(none))).toMatchObject({ state: 'warn' })
  })
  it('no book', async () => {
    const none = place.dir()
    mkdirSync(none, { mode: 0o700 })
    expect(badIn(await lookAt(none))).toEqual(expect.arrayContaining(['book', 'keys']))
    expect((await run('doctor', '--data', none)).code).toBe(2)
  })
})

describe('体检 — of times and heads', () => {
  it('a clock before the newest fact, or behind a witness; a step that waits', async () => {
    expect(lineOf('clock', sound, Date.parse(sound.book!.at) - 2 * hour)).toMatchObject({ state: 'bad' })
    expect(lineOf('clock', { ...sound, witness: { configured: 1, threshold: 1, seconds: [Date.now() / 1000 + 600] } })).toMatchObject({ state: 'bad' })
    expect(lineOf('clock', sound)).toMatchObject({ state: 'ok' })
    const stepped = copied(), book = await openBook(stepped, { write: true }), at = sound.book!.at
    const fact = (type: string, data: Record<string, unknown>, id: string) => ({ type, data, meta: { id: id.repeat(32), version: 1, recordedAt: at, actor: { person: 'policy', role: 'policy', department: '' }, region: '422822', cause: id } }) as never
    await book.append('platform-clock.main', 0, [fact('ClockStepped', { wallAt: '2026-01-02T00:00:00.000Z', believedAt: '2026-01-01T00:00:00.000Z', stepMs: 86_400_000 }, 'a')])
    await book.close()
    expect(lineOf('clock', await lookAt(stepped))).toMatchObject({ state: 'bad', en: expect.stringContaining('waits') })
  })
  it('never verified, or long ago', () => {
    const { verified, ...never } = sound
    expect(lineOf('verified', never)).toMatchObject({ state: 'warn' })
    expect(lineOf('verified', sound, Date.parse(verified!.at) + 8 * 24 * hour)).toMatchObject({ state: 'warn', en: expect.stringContaining('8 days') })
    expect(lineOf('verified', sound)).toMatchObject({ state: 'ok' })
  })
  it('witnesses: none, silent for hours, for more than a day, never; and one that saw another history', async () => {
    const now = Date.now(), seen = (hours: number[], threshold = 1) => ({ ...sound, witness: { configured: 2, threshold, seconds: hours.map((ago) => (now - ago * hour) / 1000) } })
    expect(lineOf('witnesses', sound)).toMatchObject({ state: 'warn' })
    expect([seen([1]), seen([5]), seen([25]), seen([]), seen([1, 25], 2), seen([1], 2)].map((one) => lineOf('witnesses', one, now)!.state)).toStrictEqual(['ok', 'warn', 'bad', 'bad', 'bad', 'bad'])
    const watched = copied(), { size } = sound.book!, root = sound.book!.compared.find(({ from }) => from === 'book')!.said
    const write = (root: string) => {
      mkdirSync(join(watched, 'transparency'), { recursive: true, mode: 0o700 })
      writeFileSync(join(watched, 'transparency', 'witnessed.json'), JSON.stringify({ of: vkey, seen: { [vkey]: { size, root, seconds: Math.floor(now / 1000) - 5, line: '' } } }), { mode: 0o600 })
    }
    write(root)
    expect(badIn(await lookAt(watched))).toStrictEqual([])
    expect(lineOf('witnesses', await lookAt(watched))).toMatchObject({ state: 'ok' })
    write(root.replace(/^./, (digit) => digit === '0' ? '1' : '0'))
    expect(lineOf('book', await lookAt(watched))).toMatchObject({ state: 'bad', en: expect.stringContaining('witnessed head') })
  })
  it('a signer that is not there', async () => {
    const signed = copied()
    mkdirSync(join(signed, 'transparency'), { recursive: true, mode: 0o700 })
    writeFileSync(join(signed, 'transparency', 'signer'), `${place.root}/nobody.sock\n`, { mode: 0o600 })
    expect(lineOf('signer', sound)).toMatchObject({ state: 'warn' })
    expect(lineOf('signer', await lookAt(signed))).toMatchObject({ state: 'bad', en: expect.stringContaining('nobody.sock') })
    expect(lineOf('signer', { ...sound, signer: { socket: 's', there: true } })).toMatchObject({ state: 'ok' })
  })
  it('room: by what is left, by how fast it fills, by inodes', () => {
    const disk = (freeBytes: number, usedBytes: number, freeInodes = 1e6) => ({ ...sound, disk: { freeBytes, usedBytes, freeInodes, inodes: 2e6 } }), day = Date.parse(sound.book!.firstAt) + 10 * 24 * hour
    const state = (seen: Looked) => lineOf('disk', seen, day)!.state
    expect([disk(100e9, 1e9), disk(100e9, 20e9), disk(100e9, 200e9), disk(4e9, 1e6), disk(4e8, 1e6), disk(100e9, 1e9, 1e4)].map(state)).toStrictEqual(['ok', 'warn', 'bad', 'warn', 'bad', 'bad'])
  })
})

describe('体检 — of who may do what, and of the process', () => {
  const people = (...roles: string[][]) => ({ ...sound, people: roles.map((held, i) => ({ person: `p-${i}`, roles: held })) })
  it('the three administrators: none yet, one wanting, one with two hats', () => {
    expect(lineOf('set-up', people())).toMatchObject({ state: 'warn' })
    expect(lineOf('set-up', people(['system-admin'], ['security-admin'], ['auditor'], ['leader', 'handler']))).toMatchObject({ state: 'ok' })
    expect(lineOf('set-up', people(['system-admin'], ['security-admin']))).toMatchObject({ state: 'bad', en: expect.stringContaining('auditor') })
    expect(lineOf('set-up', people(['system-admin', 'auditor'], ['security-admin']))).toMatchObject({ state: 'bad', en: expect.stringContaining('p-0') })
    expect(lineOf('set-up', people(['system-admin'], ['security-admin'], ['auditor', 'leader']))).toMatchObject({ state: 'bad', en: expect.stringContaining('p-2') })
  })
  it.each([['v20.19.0', 'ok'], ['v20.18.3', 'bad'], ['v18.20.1', 'bad'], ['v23.1.0', 'warn'], ['v24.2.0', 'ok']])('Node %s is %s', (node, state) => expect(lineOf('node', { ...sound, node })).toMatchObject({ state }))
  it('secrets, debugger and unchecked certificates in the environment; dumps and umask', () => {
    const self = (environment: string[], more: object = {}) => ({ ...sound, self: { pid: 1, coreBytes: '0', umask: 0o077, environment, ...more } })
    expect(lineOf('environment', self(['PATH=/bin', 'GITHUB_TOKEN=']))).toMatchObject({ state: 'ok' })
    expect(lineOf('environment', self(['DB_PASSWORD=x', 'MY_API_KEY=y']))).toMatchObject({ state: 'warn', en: expect.stringMatching(/DB_PASSWORD、MY_API_KEY(?!=)/) })
    expect(lineOf('environment', self(['NODE_OPTIONS=--inspect=0.0.0.0']))).toMatchObject({ state: 'bad' })
    expect(lineOf('environment', self(['NODE_TLS_REJECT_UNAUTHORIZED=0']))).toMatchObject({ state: 'bad' })
    expect(lineOf('dumps', self([]))).toMatchObject({ state: 'ok' })
    expect(lineOf('dumps', self([], { coreBytes: 'unlimited' }))).toMatchObject({ state: 'warn' })
    expect(lineOf('dumps', self([], { umask: 0o022 }))).toMatchObject({ state: 'bad' })
  })
  const linux = processOf(process.pid).umask !== undefined
  it.runIf(linux)('while the house serves: its process, its address, and nothing of it is disturbed', async () => {
    const of = copied(), served = await serving('serve', of)
    ends.push(() => served.child.kill('SIGKILL'))
    expect(servingOf(of)).toMatchObject({ pid: served.child.pid, listening: [`127.0.0.1:${served.port}`], umask: 0o077 })
    const { lines } = await told('doctor', '--data', of) as { lines: { check: string; state: string; en: string }[] }
    expect(lines.filter(({ state }) => state === 'bad')).toStrictEqual([])
    expect(lines.find(({ check }) => check === 'address')!.en).toContain(`127.0.0.1:${served.port}`)
    expect((await fetch(`${served.url}/health`)).status).toBe(200)
    await served.stop()
  })
  it.runIf(linux)('a process that serves the network, with a loose umask and a secret in its environment', async () => {
    const open = copied(), code = `require('fs').openSync(${JSON.stringify(join(open, 'book.lock.db'))},'r+');process.umask(0o022);const s=require('net').createServer().listen(0,'0.0.0.0',()=>console.log(s.address().port))`
    const child = spawn(process.execPath, ['-e', code], { env: { PATH: process.env['PATH'], SMS_SECRET: 'x' }, stdio: ['ignore', 'pipe', 'ignore'] })
    ends.push(() => child.kill('SIGKILL'))
    const [port] = await once(child.stdout, 'data') as [Buffer], seen = await lookAt(open)
    expect(lineOf('address', seen)).toMatchObject({ state: 'bad', en: expect.stringContaining(`0.0.0.0:${String(port).trim()}`) })
    expect(lineOf('dumps', seen)).toMatchObject({ state: 'bad', en: expect.stringContaining('0022') })
    expect(lineOf('environment', seen)).toMatchObject({ state: 'warn', en: expect.stringContaining('SMS_SECRET') })
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(lineOf('address', await lookAt(open))).toMatchObject({ state: 'ok' })
  })
})
