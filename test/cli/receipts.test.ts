import { execFile } from 'node:child_process'
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { founded } from '../signed-in.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkpointIn, noteIn, signedCheckpoint, verifierFrom } from '../../adapters/transparency/note.ts'
import { isConsistent, isIncluded, rootOver } from '../../adapters/transparency/proof.ts'
import { ended, filesBelow, pause, run, serving, startVerb, told, workplace, type Served } from './mingjian.ts'

// Each verb is a process of its own, and some of these say a dozen of them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const place = workplace(), dir = place.dir()
const ends: (() => unknown)[] = []
afterAll(async () => { for (const end of ends.reverse()) await end(); place.clear() })
const apart = fileURLToPath(new URL('../../adapters/transparency/verify-receipt.mjs', import.meta.url))
/** The single file, far from the house: in a folder of its own, without anything around it. */
async function verifiedApart(...args: string[]): Promise<{ code: number; said: string }> {
  const alone = join(place.root, 'alone', 'verify-receipt.mjs')
  cpSync(apart, alone)
  return promisify(execFile)(process.execPath, [alone, ...args]).then(({ stdout }) => ({ code: 0, said: stdout }), (error: { code: number; stdout: string }) => ({ code: error.code, said: error.stdout }))
}
const profile = () => place.file('p.json', JSON.stringify({ source: 'three', hall: { id: 'three', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
  case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] },
  caseFacts: [{ fact: 'ApplicationSubmitted', at: 'when' }, { fact: 'CaseAccepted', at: 'when' }] }))
const rows = (from: number, count: number) => place.file(`rows-${from}.csv`, `no,what,when,task\n${Array.from({ length: count }, (_, i) => `A${from + i},look,2024-05-0${1 + i % 9} 09:00,${from + i}\n`).join('')}`)
const importing = (from: number, count: number, into = dir) => told('import', rows(from, count), '--profile', profile(), '--data', into)
/** `witness` or `sign`, once it says its key. */
async function started(...args: string[]) {
  const child = startVerb([...args, '--json'])
  let out = '', err = ''
  child.stderr!.on('data', (chunk) => { err += String(chunk) })
  const said = await new Promise<{ vkey: string; port: number }>((resolve, reject) => {
    child.stdout!.on('data', (chunk) => { out += String(chunk); if (out.includes('\n')) resolve(JSON.parse(out) as { vkey: string; port: number }) })
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${err}`)))
  })
  ends.push(() => child.kill('SIGKILL'))
  return { ...said, child, stderr: () => err, async kill() { child.kill('SIGKILL'); await ended(child) } }
}
const until = async (what: () => Promise<boolean> | boolean, ms = 60_000) => { for (const end = Date.now() + ms; !await what();) { if (Date.now() > end) throw new Error('it did not come to that'); await pause(50) } }

describe('回执 — where nobody serves', () => {
  beforeAll(async () => { await importing(1, 3) })
  it('the book has made a key and shows it to nobody', async () => {
    const keys = filesBelow(join(dir, 'keys')).filter((file) => file.includes('heads'))
    expect(keys.length).toBeGreaterThan(0)
    for (const file of keys) expect(statSync(file).mode & 0o777, file).toBe(0o600)
    const [, seed] = readFileSync(join(dir, 'keys', 'heads', 'key'), 'utf8').split('\n')
    const { stdout, stderr } = await run('receipt', 'A1', '--data', dir)
    for (const text of [stdout, stderr, readFileSync(join(dir, 'transparency', 'checkpoint'), 'utf8')]) expect(text).not.toContain(seed)
  })
  it('a receipt of an acceptance is proven by both verifiers, offline, under the head of the day', async () => {
    const file = join(place.root, 'a1.receipt.json'), head = join(place.root, 'head'), vkey = (await told('receipt', 'A1', '--data', dir, '--out', file)).log.vkey as string
    cpSync(join(dir, 'transparency', 'checkpoint'), head)
    expect((await run('verify-receipt', file, '--head', head, '--key', vkey))).toMatchObject({ code: 0, stdout: expect.stringMatching(/已证明.*proven/) })
    expect(await verifiedApart(file, '--head', head, '--key', vkey)).toMatchObject({ code: 0, said: expect.stringMatching(/^proven/) })
    const receipt = JSON.parse(readFileSync(file, 'utf8')) as { leaf: string }
    expect(JSON.parse(Buffer.from(receipt.leaf, 'base64').toString())).toMatchObject({ type: 'CaseAccepted', stream: 'cases-three:A1' })
    const bent = place.file('bent.receipt.json', readFileSync(file, 'utf8').replace(receipt.leaf, Buffer.from(Buffer.from(receipt.leaf, 'base64').toString().replace('规划科', '国土科').replace('2024', '2023')).toString('base64')))
    expect((await run('verify-receipt', bent, '--head', head, '--json')).json).toMatchObject({ ok: false, code: 'leaf-altered' })
    expect(await verifiedApart(bent, '--head', head)).toMatchObject({ code: 1, said: expect.stringMatching(/^leaf-altered/) })
    expect((await verifiedApart(file)).code).toBe(2)
    expect((await run('verify-receipt', file)).code).toBe(2)
    expect((await run('verify-receipt', join(place.root, 'nothing'), '--head', head)).code).toBe(2)
  })
  it('of what was never accepted, or of no card, there is none, and the words say so', async () => {
    expect((await run('receipt', 'A9', '--data', dir, '--json')).json.error).toMatchObject({ code: 'no-such-case' })
    expect((await run('receipt', 'A1', '--card', 'x', '--data', dir, '--json')).json.error).toMatchObject({ code: 'no-such-card' })
  })
  it('verify with the head of the day: an older copy put back and a book told anew are found', async () => {
    const head = join(place.root, 'head-now'), older = place.dir(), anew = place.dir()
    cpSync(dir, older, { recursive: true })
    await importing(4, 2)
    await told('receipt', 'A5', '--data', dir)
    cpSync(join(dir, 'transparency', 'checkpoint'), head)
    const { size } = await told('verify', '--data', dir, '--head', head) as { size: number }
    expect((await run('verify', '--data', older, '--json')).code, 'by itself the older copy is sound').toBe(0)
    const rolled = await run('verify', '--data', older, '--head', head, '--json')
    expect(rolled).toMatchObject({ code: 1, json: { ok: false, position: (await told('verify', '--data', older)).size + 1 } })
    await importing(1, 5, anew)
    expect((await run('verify', '--data', anew, '--head', head, '--json'))).toMatchObject({ code: 1, json: { ok: false } })
    expect((await run('verify', '--data', dir, '--head', head, '--key', (await told('receipt', 'A1', '--data', anew)).log.vkey, '--json')).code, 'with another key').toBe(2)
    expect((await run('verify', '--data', dir, '--head', join(place.root, 'p.json'), '--json')).code).toBe(2)
    expect(size).toBe((await told('verify', '--data', dir)).size)
  })
})

describe('见证 — beside a house that serves', () => {
  let served: Served, cookie = '', watching: Awaited<ReturnType<typeof started>>, fetching: Awaited<ReturnType<typeof started>>
  const watch = place.dir(), polling = place.dir()
  const get = async (path: string) => { const answer = await fetch(`${served.url}${path}`, { headers: { cookie } }); return { status: answer.status, type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) } }
  const json = async (path: string) => JSON.parse((await get(path)).bytes.toString()) as any
  beforeAll(async () => {
    const vkey = (await told('receipt', 'A1', '--data', dir)).log.vkey as string
    // The first is asked by the house; the second fetches by itself and hands its line in. Both are known by their keys.
    watching = await started('witness', '--url', 'http://127.0.0.1:9', '--dir', watch, '--key', vkey, '--port', '0', '--interval', '0', '--name', 'w/asked')
    const made = await started('witness', '--url', 'http://127.0.0.1:9', '--dir', polling, '--key', vkey, '--port', '0', '--interval', '0', '--name', 'w/fetching')
    await made.kill()
    served = await serving('serve', dir, '--witness', `http://127.0.0.1:${watching.port}`, '--witness-key', watching.vkey, '--witness-key', made.vkey)
    ends.push(() => served.stop())
    cookie = await (await founded(served)).cookieFor('inspector')
    fetching = await started('witness', '--url', served.url, '--dir', polling, '--interval', '1')
  })
  it('the head is served with the lines of both, and the house says so', async () => {
    await until(async () => (await json('/api/house')).witness.state === 'witnessed')
    const { status, type, bytes } = await get('/checkpoint')
    expect({ status, type }).toStrictEqual({ status: 200, type: 'text/plain; charset=utf-8' })
    const { vkey, ...said } = await json('/api/transparency')
    expect(said).toMatchObject({ signer: 'same-process', configured: 2, threshold: 2, state: 'witnessed' })
    const keys = [vkey as string, watching.vkey, fetching.vkey].map((vkey) => verifierFrom(vkey)!)
    expect(signedCheckpoint(bytes.toString(), keys)).toMatchObject({ origin: said.origin, by: { length: 3 } })
    expect((await json('/api/house')).witness).toMatchObject({ state: 'witnessed', signer: 'same-process' })
  })
  it('tiles come to the root, proofs hold, and what the leaves say is not to be had', async () => {
    const { size, root } = checkpointIn(noteIn((await get('/checkpoint')).bytes.toString())!.body)!
    const { status, type, bytes } = await get(`/tile/0/000.p/${size}`)
    expect({ status, type }).toStrictEqual({ status: 200, type: 'application/octet-stream' })
    const hashes = Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, i * 32 + 32))
    expect(hashes).toHaveLength(size)
    expect(rootOver(hashes)).toStrictEqual(root)
    for (const leaf of [0, 1, size - 1]) {
      const { hashes: path } = await json(`/api/transparency/inclusion?leaf=${leaf}&size=${size}`)
      expect(isIncluded(leaf, size, hashes[leaf]!, path.map((hash: string) => Buffer.from(hash, 'base64')), root)).toBe(true)
    }
    const { hashes: grown } = await json(`/api/transparency/consistency?from=3&to=${size}`)
    expect(isConsistent(3, size, rootOver(hashes.slice(0, 3)), root, grown.map((hash: string) => Buffer.from(hash, 'base64')))).toBe(true)
    expect((await get('/tile/entries/000')).status).toBe(403)
    for (const path of ['/tile/0/000', '/tile/1/000', `/tile/0/000.p/${size + 1}`, '/tile/0/000.p/0', '/tile/0/0', '/tile/64/000', '/tile/00/000', '/tile/0/x000/000', '/tile/0/000.p/256', '/tile/0/..%2f000', '/tile/0/999']) expect((await get(path)).status, path).toBe(404)
    for (const path of ['inclusion?leaf=-1', `inclusion?leaf=${size}`, 'inclusion', 'inclusion?leaf=0&size=0', 'inclusion?leaf=0&size=x', `inclusion?leaf=0&size=${size + 1}`, 'inclusion?leaf=0&leaf=1', 'inclusion?leaf=0&more=1', 'consistency?from=5&to=4', `consistency?from=0&to=${size + 1}`, 'consistency?from=1e0']) {
      expect((await get(`/api/transparency/${path}`)).status, path).toBe(400)
    }
    for (const body of ['', 'nonsense', '— w AAAA\n']) expect((await fetch(`${served.url}/api/transparency/cosignatures`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body })).status).toBe(422)
  })
  it('a receipt over HTTP, asked for through the server, verified under the head that the witness holds', async () => {
    const file = place.file('a2.receipt.json', (await get('/api/cases/A2/receipt')).bytes), head = join(watch, 'head')
    expect((await run('verify-receipt', file, '--head', head, '--witness-key', watching.vkey)).code).toBe(0)
    expect(await verifiedApart(file, '--head', head)).toMatchObject({ code: 0 })
    const out = join(place.root, 'a3.receipt.json')
    expect((await run('receipt', 'A3', '--data', dir, '--out', out)).code).toBe(0)
    expect(existsSync(out)).toBe(true)
    expect((await get('/api/cases/A2/receipt?card=x')).status).toBe(404)
    expect((await get('/api/cases/A2/receipt?other=x')).status).toBe(400)
  })
  it('a fact of this moment is promised, and the same link proves it afterwards', async () => {
    await importing(20, 1)
    const promised = (await get('/api/cases/A20/receipt')).bytes, file = place.file('a20.receipt.json', promised), head = join(watch, 'head')
    const { promise, proof } = JSON.parse(promised.toString()) as { promise?: string; proof?: object }
    expect([promise === undefined, proof === undefined], 'one of the two').toContain(false)
    expect(promise, 'told less than a minute ago').toBeDefined()
    expect((await run('verify-receipt', file, '--head', head, '--json')).json).toMatchObject({ ok: false, code: 'promised' })
    await told('receipt', 'A20', '--data', dir) // has the head signed at once
    const { proof: later } = await json('/api/cases/A20/receipt')
    expect(later).toBeDefined()
    const proofFile = place.file('a20.proof.json', JSON.stringify(await json('/api/cases/A20/receipt'))), now = place.file('head-after', (await get('/checkpoint')).bytes)
    for (const [code, said] of [[0, /proven/]] as const) {
      expect(await run('verify-receipt', file, '--head', now, '--proof', proofFile)).toMatchObject({ code, stdout: expect.stringMatching(said) })
      expect(await verifiedApart(file, '--head', now, '--proof', proofFile)).toMatchObject({ code, said: expect.stringMatching(said) })
    }
  })
  it('killed and started again, the one that fetches goes on where it was, and verify finds by its hashes what was altered', async () => {
    const before = checkpointIn(noteIn(readFileSync(join(polling, 'head'), 'utf8'))!.body)!.size
    await fetching.kill()
    await importing(30, 2)
    await told('receipt', 'A31', '--data', dir)
    fetching = await started('witness', '--url', served.url, '--dir', polling, '--interval', '1')
    await until(() => checkpointIn(noteIn(readFileSync(join(polling, 'head'), 'utf8'))!.body)!.size > before)
    await until(() => readFileSync(join(polling, 'hashes')).length / 32 > before)
    const second = await run('witness', '--url', served.url, '--dir', polling)
    expect(second.code, 'one at a time').not.toBe(0)
    await fetching.kill()
    const held = ['--head', join(polling, 'head'), '--head', join(polling, 'history'), '--hashes', join(polling, 'hashes')]
    expect(await told('verify', '--data', dir, ...held)).toMatchObject({ ok: true })
    // The same cases told again elsewhere: every hash is sound in itself, and the very first fact is another.
    const forged = place.dir()
    await importing(1, 40, forged)
    expect((await run('verify', '--data', forged, '--json')).code).toBe(0)
    // Whoever hands in what a witness holds need not know of what it consists.
    for (const by of [held, ['--head', polling], ['--head', join(polling, 'head')]]) expect(await run('verify', '--data', forged, ...by, '--json'), by.join(' ')).toMatchObject({ code: 1, json: { ok: false, position: 1 } })
    expect(await told('verify', '--data', dir, '--head', polling)).toMatchObject({ ok: true })
    rmSync(join(polling, 'hashes'))
    expect((await run('verify', '--data', forged, '--head', polling, '--json')).json, 'without them: somewhere under the head').toMatchObject({ ok: false })
    expect(readdirSync(polling)).not.toContain('evidence')
  })
  it('a house put back to an older copy gets no signature, and its witness keeps the evidence', async () => {
    const older = place.dir()
    await served.stop()
    cpSync(dir, older, { recursive: true })
    rmSync(join(older, 'mingjian.sock'), { force: true })
    await importing(50, 1)
    served = await serving('serve', dir, '--witness', `http://127.0.0.1:${watching.port}`, '--witness-key', watching.vkey)
    const seen = () => checkpointIn(noteIn(readFileSync(join(watch, 'head'), 'utf8'))!.body)!.size
    const newest = (await told('verify', '--data', dir)).size as number
    await until(() => seen() === newest)
    await served.stop()
    // All of it is put back, key and newest head too; then other facts are told.
    await importing(60, 3, older)
    served = await serving('serve', older, '--witness', `http://127.0.0.1:${watching.port}`, '--witness-key', watching.vkey)
    await until(() => existsSync(join(watch, 'evidence')))
    expect(seen()).toBe(newest)
    await until(async () => ((await json('/api/transparency')).witnesses as { trouble?: string }[]).some(({ trouble }) => trouble !== undefined))
    const [name] = readdirSync(join(watch, 'evidence')), kept = JSON.parse(readFileSync(join(watch, 'evidence', name!), 'utf8')) as { ours: string; theirs: string }
    const key = verifierFrom((await json('/api/transparency')).vkey as string)!
    expect([kept.ours, kept.theirs].map((text) => signedCheckpoint(text, [key]) !== undefined)).toStrictEqual([true, true])
    expect(watching.stderr()).toMatch(/证据已存/)
    expect((await run('verify', '--data', older, '--head', join(watch, 'head'), '--json')).code).toBe(1)
  })
})

describe('签名人 — as another process', () => {
  it('holds the key, signs for the house, and refuses it after a rollback', async () => {
    const data = place.dir(), older = place.dir(), signer = place.dir(), socket = join(place.root, 'signer.sock')
    await importing(1, 2, data)
    cpSync(data, older, { recursive: true })
    await importing(3, 2, data)
    const signing = await started('sign', '--dir', signer, '--socket', socket, '--origin', 'mingjian/elsewhere')
    expect((await run('sign', '--dir', signer, '--socket', `${socket}2`)).code, 'one at a time').not.toBe(0)
    const first = await serving('serve', data, '--signer', socket)
    ends.push(() => first.child.kill('SIGKILL'))
    await until(async () => (await fetch(`${first.url}/checkpoint`)).status === 200)
    const said = await (await fetch(`${first.url}/api/transparency`)).json() as { vkey: string; signer: string; size: number }
    expect(said).toMatchObject({ vkey: signing.vkey, signer: 'other-process', origin: 'mingjian/elsewhere' })
    const file = place.file('other.receipt.json', await (await fetch(`${first.url}/api/cases/A1/receipt`, { headers: { cookie: await (await founded(first)).cookieFor('inspector') } })).text()), head = place.file('other.head', await (await fetch(`${first.url}/checkpoint`)).text())
    expect(await verifiedApart(file, '--head', head, '--key', signing.vkey)).toMatchObject({ code: 0 })
    const seed = readFileSync(join(signer, 'key'), 'utf8').split('\n')[1]!
    for (const path of filesBelow(data)) expect(readFileSync(path).includes(seed), path).toBe(false)
    await first.stop()
    expect((await told('receipt', 'A2', '--data', data)).log.vkey, 'where nobody serves, the same one signs').toBe(signing.vkey)
    const rolled = await serving('serve', older, '--signer', socket)
    ends.push(() => rolled.child.kill('SIGKILL'))
    await until(async () => ((await (await fetch(`${rolled.url}/api/transparency`)).json()) as { refused?: string }).refused === 'rollback')
    expect((await fetch(`${rolled.url}/checkpoint`)).status).toBe(503)
    expect(rolled.stderr()).toMatch(/拒签/)
    await signing.kill()
    expect((await run('receipt', 'A2', '--data', data, '--json')), 'and no key of the house takes its place').toMatchObject({ code: 1, json: { error: { code: 'no-signed-heads' } } })
    expect((await run('serve', '--data', place.dir(), '--signer', join(place.root, 'nobody.sock'), '--json')).json.error).toMatchObject({ code: 'heads-not-opened' })
    expect(said.size).toBeGreaterThan(0)
  })
})
