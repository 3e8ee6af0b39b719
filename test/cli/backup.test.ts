import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fileBlobs } from '../../adapters/blobs/file.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { restoreBackup } from '../../adapters/backup/restore.ts'
import { verifyBook } from '../../adapters/book/verify.ts'
import { takeBackup } from '../../adapters/backup/take.ts'
import { signingKey } from '../../adapters/transparency/note.ts'
import { licence } from '../fixtures/licence.ts'
import { ended, filesBelow, filesWith, pause, run, serving, startVerb, told, workplace, type Served } from './mingjian.ts'

// Each verb is a process of its own, and some of these say a dozen of them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const place = workplace(), ends: (() => unknown)[] = []
afterAll(async () => { for (const end of ends.reverse()) await end(); place.clear() })
const dist = (path: string) => new URL(`../../dist/${path}`, import.meta.url).pathname
const planted = '欧阳植入', plantedNumber = '422822199003078888'

const profile = () => place.file('p.json', JSON.stringify({ source: 'three', hall: { id: 'three', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
  case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] },
  caseFacts: [{ fact: 'ApplicationSubmitted', at: 'when' }, { fact: 'CaseAccepted', at: 'when' }] }))
const rows = (from: number, count: number) => place.file(`rows-${from}.csv`, `no,what,when,task\n${Array.from({ length: count }, (_, i) => `A${from + i},look,2024-05-0${1 + i % 9} 09:00,${from + i}\n`).join('')}`)
const importing = (dir: string, from: number, count: number) => told('import', rows(from, count), '--profile', profile(), '--data', dir)
const verified = (dir: string) => { const found = verifyBook(dir); if (!found.ok) throw new Error(found.en); return found }
const sizeOf = (dir: string) => verified(dir).size
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
/** The public half of the key that signs the heads of a directory. */
const vkeyOf = (dir: string) => { const [name = '', seed = ''] = readFileSync(join(dir, 'keys', 'heads', 'key'), 'utf8').split('\n'); return signingKey(name, 'log', Buffer.from(seed, 'hex')).vkey }
/** As whoever alters a backup would: the manifest is made to fit again. */
const refit = (dir: string) => {
  const path = join(dir, 'manifest.json'), manifest = JSON.parse(readFileSync(path, 'utf8')) as { files: { name: string; sha256: string; bytes: number }[] }
  for (const file of manifest.files) Object.assign(file, { sha256: sha256(join(dir, file.name)), bytes: statSync(join(dir, file.name)).size })
  writeFileSync(path, JSON.stringify(manifest))
}
const copied = (dir: string) => { const to = place.dir(); cpSync(dir, to, { recursive: true }); return to }
const refusedWith = async (...args: string[]) => (await run(...args, '--json')).json?.error as { code: string; place?: string; title: string } | undefined
type Restoring = Parameters<typeof restoreBackup>[0]
/** The same without a process of its own, for the many ways in which a backup can be wrong. */
const restoring = (from: string, keys: string, more: Partial<Restoring> = {}) => restoreBackup({ from, keys, data: place.dir(), heads: [], witnesses: [], report: () => undefined, ...more })
const taking = (data: string, to: string, keys?: string) => takeBackup({ data, to, keys, report: () => undefined })
async function started(...args: string[]) {
  const child = startVerb([...args, '--json'])
  let out = ''
  ends.push(() => child.kill('SIGKILL'))
  return new Promise<{ vkey: string; port: number }>((resolve, reject) => {
    child.stdout!.on('data', (chunk) => { out += String(chunk); if (out.includes('\n')) resolve(JSON.parse(out) as { vkey: string; port: number }) })
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)))
  })
}
const until = async (what: () => Promise<boolean> | boolean, ms = 40_000) => { for (const end = Date.now() + ms; !await what();) { if (Date.now() > end) throw new Error('it did not come to that'); await pause(50) } }

const form = Buffer.from(`%PDF-1.7 ${'空白样表'.repeat(30_000)}`), formHash = `sha256:${createHash('sha256').update(form).digest('hex')}`
const dir = place.dir(), first = place.dir(), firstKeys = place.dir()
beforeAll(async () => {
  await importing(dir, 1, 3)
  const { openRooms } = await import(dist('api/opening/main.js')) as { openRooms(dir: string, options: object): Promise<{ rooms: any; close(): Promise<void> }> }
  const { contexts } = await import(dist('domain/contexts.js')) as { contexts: readonly { name: string }[] }
  const house = await openRooms(dir, { write: 'must' })
  const say = async (context: string, id: string, type: string, data: object) => {
    const answer = await house.rooms.tell({ context: contexts.find(({ name }) => name === context), id, command: { type, data }, by: { person: 'policy', role: 'policy', department: '' }, key: `${type} ${id}` })
    if ('refused' in answer) throw new Error(`${type}: ${answer.refused}`)
  }
  await say('platform', 'H-1', 'OpenHall', { name: '县政务服务中心', kind: 'hall', zone: 'Asia/Shanghai' })
  await say('items', 'SP-01', 'PublishItem', licence)
  await house.rooms.blobs.put('items-SP-02', 'items-SP-02', form)
  await say('items', 'SP-02', 'PublishItem', { ...licence, materials: [{ name: '申请书', required: true, blankForm: formHash }] })
  await say('cases', 'X-1', 'SubmitApplication', { itemCode: 'SP-01', hall: 'H-1', channel: 'window', applicantId: 'a-1', applicantName: planted, applicantNumber: plantedNumber })
  await house.close()
  await told('receipt', 'A1', '--data', dir)
  await taking(dir, first, firstKeys)
})

describe('备份 — of a book that is written meanwhile', () => {
  it('holds all that was acknowledged before it began, is a beginning of the book that went on, and nothing of the house stops', async () => {
    const busy = place.dir(), to = place.dir()
    await importing(busy, 1, 40)
    const acknowledged = sizeOf(busy), served = await serving('serve', busy)
    const more = startVerb(['import', rows(1000, 12_000), '--profile', profile(), '--data', busy, '--json'])
    let heard = ''
    more.stderr!.on('data', (chunk) => { heard += String(chunk) })
    await until(() => /已读 [\d,]{4,}/.test(heard))
    const taken = await told('backup', '--data', busy, '--to', to) as { size: number; root: string }
    expect(more.exitCode, 'the writer is still writing when the copy is done').toBeNull()
    await ended(more)
    expect((await fetch(`${served.url}/health`)).status).toBe(200)
    await served.stop()
    const head = verifyBook(busy, undefined, { heads: [{ size: taken.size, root: Buffer.from(taken.root, 'hex') }] }) as { size: number }
    expect(taken.size).toBeGreaterThanOrEqual(acknowledged)
    expect(head.size, 'it went on after the copy').toBeGreaterThan(taken.size)
    const copy = new Database(join(to, 'book.db')), live = new Database(join(busy, 'book.db'))
    const leaves = (db: Database.Database) => (db.prepare('SELECT pos, leaf, hex(hash) h FROM events WHERE pos <= ? ORDER BY pos').all(taken.size) as { leaf: string; h: string }[]).map(({ leaf, h }) => `${h}${leaf}`)
    expect(leaves(copy)).toStrictEqual(leaves(live))
    copy.close(); live.close()
  })
  it('keys go apart: neither the name nor any key stands in the backup, nobody else reads it, and the warning is said', async () => {
    expect(filesWith(first, planted)).toStrictEqual([])
    expect(filesWith(first, plantedNumber)).toStrictEqual([])
    const secrets = filesBelow(firstKeys).filter((file) => /\.key$|heads\/key$/.test(file)).map((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).at(-1)!)
    expect(secrets.length).toBeGreaterThanOrEqual(3)
    for (const secret of secrets) {
      expect(secret).toMatch(/^[0-9a-f]{64}$/)
      expect(filesWith(first, secret)).toStrictEqual([])
      expect(filesWith(first, Buffer.from(secret, 'hex').toString('latin1'))).toStrictEqual([])
    }
    for (const root of [first, firstKeys]) {
      expect(statSync(root).mode & 0o777).toBe(0o700)
      for (const file of filesBelow(root)) expect(statSync(file).mode & 0o777, file).toBe(0o600)
    }
    const manifest = JSON.parse(readFileSync(join(first, 'manifest.json'), 'utf8')) as { files: { name: string; sha256: string }[]; leftOut: { name: string }[] }
    expect(manifest.files.map(({ name, sha256 }) => `${name} ${sha256}`)).toStrictEqual(filesBelow(first).filter((file) => !file.endsWith('manifest.json')).map((file) => `${file.slice(first.length + 1)} ${sha256(file)}`).sort())
    expect(manifest.leftOut.map(({ name }) => name)).toEqual(expect.arrayContaining(['keys', 'rows']))
    const { warnings } = await told('backup', '--data', dir, '--to', place.dir(), '--keys', place.dir()) as { warnings: { en: string }[] }
    expect(warnings.map(({ en }) => en).join(' ')).toMatch(/same device.*keys and backup are on one device/s)
    expect(await taking(dir, join(place.root, 'b'), join(place.root, 'b', 'keys'))).toMatchObject({ refused: 'keys-with-backup' })
    expect(await taking(dir, join(dir, 'b'))).toMatchObject({ refused: 'place-within' })
    expect(await refusedWith('backup', '--data', dir, '--to', first)).toMatchObject({ code: 'place-not-empty' })
  })
  it('one that is killed is never taken for a backup', async () => {
    const big = place.dir()
    await importing(big, 1, 4_000)
    for (const ms of [200, 450]) {
      const to = place.dir(), child = startVerb(['backup', '--data', big, '--to', to])
      await pause(ms)
      child.kill('SIGKILL')
      await ended(child)
      const beside = readdirSync(place.root).filter((name) => name.startsWith(`${to.slice(place.root.length + 1)}.partial-`)).map((name) => join(place.root, name))
      // One that has its name is whole; what has not is none.
      if (existsSync(to)) expect(await restoring(to, firstKeys)).toMatchObject({ refused: 'keys-of-another' })
      for (const partial of beside) expect(await restoring(partial, firstKeys), `killed after ${ms} ms`).toMatchObject({ refused: 'not-a-backup' })
    }
  })
  it('of a book that is unsound there is none, and the position is named', async () => {
    const bent = copied(dir), db = new Database(join(bent, 'book.db')), to = place.dir()
    db.prepare("UPDATE events SET leaf = replace(leaf, '规划科', '国土科') WHERE pos = (SELECT max(pos) FROM events WHERE leaf LIKE '%规划科%')").run()
    const { pos } = db.prepare("SELECT max(pos) pos FROM events WHERE leaf LIKE '%国土科%'").get() as { pos: number }
    db.close()
    expect(await refusedWith('backup', '--data', bent, '--to', to)).toMatchObject({ code: 'book-unsound', place: String(pos) })
    expect(existsSync(to)).toBe(false)
  })
})

describe('恢复 — nothing but what was copied', () => {
  const restore = (from: string) => restoring(from, firstKeys)
  it('every altered file is refused and named; of the book, the very fact', async () => {
    const flipped = copied(first), db = new Database(join(flipped, 'book.db'))
    const { pos } = db.prepare("SELECT pos FROM events WHERE leaf LIKE '%\"stream\":\"cases-X-1\"%'").get() as { pos: number }
    db.prepare("UPDATE events SET leaf = replace(leaf, 'window', 'online') WHERE pos = ?").run(pos)
    db.close()
    expect(await refusedWith('restore', '--from', flipped, '--keys', firstKeys, '--data', place.dir())).toMatchObject({ code: 'file-altered', place: `book.db#${pos}` })
    refit(flipped)
    expect(await restore(flipped), 'also where the manifest was made to fit').toMatchObject({ refused: 'backup-unsound', place: `book.db#${pos}` })
    for (const { name } of (JSON.parse(readFileSync(join(first, 'manifest.json'), 'utf8')) as { files: { name: string }[] }).files.filter(({ name }) => name !== 'book.db')) {
      const bent = copied(first), bytes = readFileSync(join(bent, name))
      bytes[bytes.length >> 1]! ^= 1
      writeFileSync(join(bent, name), bytes)
      expect(await restore(bent)).toMatchObject({ refused: 'file-altered', place: name })
    }
    const more = copied(first)
    writeFileSync(join(more, 'modules.js'), 'export {}')
    expect(await restore(more)).toMatchObject({ refused: 'foreign-file', place: 'modules.js' })
    const path = join(copied(firstKeys), 'keys.db'), keys = join(path, '..'), bytes = readFileSync(path)
    bytes[bytes.length - 100]! ^= 1
    writeFileSync(path, bytes)
    expect(await restoring(first, keys)).toMatchObject({ refused: 'file-altered', place: 'keys.db' })
  })
  it('a book rewritten with all its hashes, and its manifest, is refused against one head held elsewhere', async () => {
    const anew = place.dir(), forged = place.dir(), forgedKeys = place.dir()
    await importing(anew, 1, 3)
    await taking(anew, forged, forgedKeys)
    const size = (JSON.parse(readFileSync(join(forged, 'manifest.json'), 'utf8')) as { size: number }).size
    const { root } = verified(dir)
    expect(await restoring(forged, forgedKeys), 'by itself it is sound').toMatchObject({ size })
    expect(await restoring(forged, forgedKeys, { heads: [`${size}:${root}`] })).toMatchObject({ refused: 'backup-unsound' })
  })
  it('into a new directory only, and of no two books', async () => {
    expect(await refusedWith('restore', '--from', first, '--keys', firstKeys, '--data', dir)).toMatchObject({ code: 'place-not-empty' })
    expect(await restoring(firstKeys, first)).toMatchObject({ refused: 'another-kind' })
    expect(await restoring(join(place.root, 'nothing'), firstKeys)).toMatchObject({ refused: 'not-a-backup' })
    const later = place.dir(), gone = copied(dir)
    await importing(gone, 50, 1)
    await taking(gone, later, place.dir())
    expect(await restoring(later, firstKeys)).toMatchObject({ refused: 'keys-older' })
  })
  it('with its keys the sealed name is found again; compared with nobody, that is said, and another key signs', async () => {
    const to = place.dir(), done = await told('restore', '--from', first, '--keys', firstKeys, '--data', to) as { compared: string; newKey: boolean; warnings: { en: string }[] }
    expect(done).toMatchObject({ compared: 'nobody', newKey: true })
    expect(done.warnings.map(({ en }) => en).join(' ')).toMatch(/whether it is the newest is not known/)
    expect(await told('verify', '--data', to)).toStrictEqual(verified(dir))
    expect(await told('search', '--applicant', planted, '--data', to)).toMatchObject({ rows: [{ id: 'X-1' }] })
    const keys = fileKeys(join(to, 'keys')), blobs = fileBlobs(join(to, 'blobs'), keys, { readOnly: true })
    expect(Buffer.from((await blobs.open('items-SP-02', 'items-SP-02', formHash))!).equals(form), 'a blank form came along').toBe(true)
    await keys.close()
    expect(vkeyOf(to)).not.toBe(vkeyOf(dir))
    expect(filesWith(to, planted)).toStrictEqual([])
    expect(existsSync(join(to, 'restored.json')), 'told to the book, and gone').toBe(false)
  })
})

describe('旧备份 — what others have seen beyond it', () => {
  let served: Served, witness: { vkey: string; port: number }
  const live = place.dir(), watch = place.dir(), fresh = place.dir(), freshKeys = place.dir()
  const house = async () => await (await fetch(`${served.url}/api/house`)).json() as { witness: { state: string }; restored?: object[] }
  const transparency = async () => await (await fetch(`${served.url}/api/transparency`)).json() as { vkey: string; size: number; witnesses: { size?: number; trouble?: string }[] }
  const args = () => ['--witness', `http://127.0.0.1:${witness.port}`, '--witness-key', witness.vkey]
  beforeAll(async () => {
    cpSync(dir, live, { recursive: true })
    await importing(live, 70, 5)
    witness = await started('witness', '--url', 'http://127.0.0.1:9', '--dir', watch, '--key', vkeyOf(live), '--port', '0', '--interval', '0')
    served = await serving('serve', live, ...args())
    ends.push(() => served.stop())
    await until(async () => (await house()).witness.state === 'witnessed')
    await taking(live, fresh, freshKeys)
    await served.stop()
  })
  it('is recognised by the witness with how much is missing, and needs a reason', async () => {
    const missing = sizeOf(live) - sizeOf(dir)
    const refused = await refusedWith('restore', '--from', first, '--keys', firstKeys, '--data', place.dir(), ...args())
    expect(refused).toMatchObject({ code: 'old-backup', title: expect.stringContaining(`少 ${missing} 条`) })
    expect(await restoring(first, firstKeys, { heads: [join(watch, 'history')] })).toMatchObject({ refused: 'old-backup' })
    expect(await restoring(first, freshKeys), 'even newer keys alone show it').toMatchObject({ refused: 'old-backup' })
  })
  it('accepted with a reason it says so itself, to everybody; it signs with another key, and nothing that the witness saw', async () => {
    const to = place.dir(), missing = sizeOf(live) - sizeOf(dir)
    const done = await told('restore', '--from', first, '--keys', firstKeys, '--data', to, ...args(), '--accept-old', '原盘损坏，别无更新的备份')
    expect(done).toMatchObject({ missing, newKey: true, compared: 'witness' })
    served = await serving('serve', to, ...args())
    expect((await house()).restored).toMatchObject([{ missing, reason: '原盘损坏，别无更新的备份', size: sizeOf(dir), compared: 'witness', newKey: true }])
    await until(async () => (await transparency()).witnesses[0]!.trouble !== undefined)
    expect((await transparency()).vkey).not.toBe(vkeyOf(live))
    await served.stop()
    expect(sizeOf(to)).toBe(sizeOf(dir) + 1)
  })
  it('the newest goes on with the same key, verifies against all that the witness saw, and the witness agrees to what is said next', async () => {
    const to = place.dir(), done = await told('restore', '--from', fresh, '--keys', freshKeys, '--data', to, ...args(), '--head', join(watch, 'history'))
    expect(done).toMatchObject({ newKey: false, compared: 'witness' })
    expect(done).not.toHaveProperty('missing')
    await told('verify', '--data', to, '--head', join(watch, 'history')) // the verb that anybody would use
    served = await serving('serve', to, ...args())
    const size = sizeOf(to)
    expect(size, 'it has said that it was restored').toBe(sizeOf(live) + 1)
    await until(async () => (await transparency()).witnesses[0]!.size === size)
    expect((await transparency()).vkey).toBe(vkeyOf(live))
    expect((await house()).restored).toMatchObject([{ size: size - 1, newKey: false }])
    await served.stop()
  })
  it('a witness that is silent, or another one, proves nothing and nothing is restored', async () => {
    const data = place.dir(), url = `http://127.0.0.1:${witness.port}`, other = signingKey('w/other', 'witness').vkey
    expect(await restoring(fresh, freshKeys, { data, witnesses: [{ url: 'http://127.0.0.1:9', vkey: witness.vkey }] })).toMatchObject({ refused: 'witness-silent' })
    expect(await restoring(fresh, freshKeys, { data, witnesses: [{ url, vkey: other }] })).toMatchObject({ refused: 'witness-unsound' })
    expect(await restoring(fresh, freshKeys, { data, witnesses: [{ url, vkey: witness.vkey }, { url, vkey: other }] }), 'nor half of them').toMatchObject({ refused: 'witness-unsound' })
    expect(existsSync(data)).toBe(false)
  })
})
