import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { fileBlobs } from '../../adapters/blobs/file.ts'
import { memoryBlobs } from '../../adapters/blobs/memory.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import type { Blobs } from '../../domain/kernel/ports.ts'
import { filesBelow } from '../cli/mingjian.ts'
import { arrival, blobClauses, blobContract, type Ground } from '../contract/blobs.ts'

const ends: (() => Promise<void>)[] = []
const tidy = async () => { for (const end of ends.splice(0).reverse()) await end() }
afterEach(tidy)
afterAll(tidy)

async function onDisk() {
  const root = mkdtempSync(join(tmpdir(), 'blobs-')), dir = join(root, 'blobs'), keys = fileKeys(join(root, 'keys'))
  ends.push(async () => { await keys.close(); rmSync(root, { recursive: true }) })
  const open = () => fileBlobs(dir, keys)
  return { root, dir, keys, blobs: open(), reopen: async () => open() }
}
async function inMemory(): Promise<Ground> {
  const blobs = memoryBlobs()
  return { blobs, reopen: async () => blobs }
}
blobContract('memory', inMemory)
blobContract('files', onDisk)

/** Stores with one fault each, to try the contract before it is trusted. */
const faults: Record<string, (blobs: Blobs) => Partial<Blobs>> = {
  'names things by chance': (it) => ({ put: async (...of) => ({ ...await it.put(...of), blob: `sha256:${'0'.repeat(64)}` }) }),
  'opens to anybody': (it) => {
    const all = new Map<string, Uint8Array>()
    return { put: async (subject, matter, bytes) => { const put = await it.put(subject, matter, bytes); all.set(put.blob, bytes.slice()); return put }, open: async (_, __, blob) => all.get(blob)?.slice() }
  },
  'cuts off what does not fill a frame': (it) => ({ open: async (...of) => { const found = await it.open(...of); return found && found.subarray(0, found.length > 65_536 ? found.length - found.length % 65_536 : found.length) } }),
  'runs names together': (it) => ({ put: (s, m, b) => it.put('', s + m, b), open: (s, m, b) => it.open('', s + m, b), look: (s, m, b) => it.look('', s + m, b), taken: (s, m) => it.taken('', s + m) }),
  'keeps everything twice': (it) => ({ taken: async (...of) => { const { count, bytes } = await it.taken(...of); return { count: count * 2, bytes } } }),
  'counts nothing': () => ({ taken: async () => ({ count: 0, bytes: 0 }) }),
  'forgets too little': (it) => ({ forget: async (subject, matter) => { if (matter !== undefined) await it.forget(subject, matter) } }),
  'forgets too much': (it) => ({ forget: (subject) => it.forget(subject) }),
  'forgets the bytes, and keeps the notes': (it) => ({ forget: async (subject, matter) => {
    const noted = await it.arrivals()
    await it.forget(subject, matter)
    for (const one of noted) await it.note(one)
  } }),
  'removes nothing': () => ({ remove: async () => undefined }),
  'removes a matter for one thing of it': (it) => ({ remove: (subject, matter) => it.forget(subject, matter) }),
  'hands out its own pages': (it) => {
    const pages = new Map<string, Uint8Array | undefined>()
    return { open: async (...of) => { const name = of.join(' '), page = pages.get(name) ?? await it.open(...of); pages.set(name, page); return page } }
  },
  'settles nothing': () => ({ settle: async () => undefined }),
  'keeps a note as it was made first': (it) => ({ note: async (one) => { if (!(await it.arrivals()).some(({ blob, matter, subject }) => blob === one.blob && matter === one.matter && subject === one.subject)) await it.note(one) } }),
  'loses its notes': (it) => ({ arrivals: async () => (await it.arrivals()).slice(1) }),
  'lists its notes as they came': (it) => ({ arrivals: async () => [...await it.arrivals()].reverse() }),
  'says the length of what it looked at': (it) => ({ look: async (...of) => { const found = await it.look(...of); return found && { ...found, bytes: found.head.length } } }),
}
async function caughtBy(fault: (blobs: Blobs) => Partial<Blobs>): Promise<string[]> {
  const caught: string[] = []
  for (const [title, clause] of Object.entries(blobClauses)) {
    const blobs = memoryBlobs(), faulty = { ...blobs, ...fault(blobs) }
    await clause({ blobs: faulty, reopen: async () => faulty }).catch(() => caught.push(title))
  }
  return caught
}
describe('the contract catches a store that', () => {
  it.each(Object.entries(faults))('%s', async (_, fault) => expect(await caughtBy(fault)).not.toStrictEqual([]))
  it('and none without a fault', async () => expect(await caughtBy(() => ({}))).toStrictEqual([]))
})

const kept = (dir: string) => filesBelow(dir).filter((file) => !/\/(new|arrived)\//.test(file))
describe('附件文件', () => {
  const secret = Buffer.from('建始县 zhang-san 422822199001011234 '.repeat(9000))
  it('tells nothing: not whose it is, not of what case, not what is in it, nor the hash of it', async () => {
    const { dir, blobs } = await onDisk()
    const { blob } = await blobs.put('a-zhang', 'cases-X-1', secret)
    await blobs.note(arrival({ subject: 'a-zhang', matter: 'cases-X-1', blob, name: '张三身份证.jpg', by: 'p-clerk' }))
    const files = filesBelow(dir)
    expect(files).toHaveLength(2)
    for (const file of files) {
      expect(file.slice(dir.length)).toMatch(/^\/(arrived\/[0-9a-f]{40}|[0-9a-f]{2}(\/[0-9a-f]{40}){3})$/)
      const bytes = readFileSync(file)
      for (const planted of ['zhang-san', '422822', '张三', '身份证', 'p-clerk', blob.slice(7), blob.slice(7, 40)]) expect(bytes.includes(planted), planted).toBe(false)
      expect(statSync(file).mode & 0o777).toBe(0o600)
      for (let folder = dirname(file); folder.startsWith(dir); folder = dirname(folder)) expect(statSync(folder).mode & 0o777).toBe(0o700)
    }
    expect(readFileSync(kept(dir)[0]!).includes('a-zhang')).toBe(false)
  })
  it('is found again by this house alone: the same bytes lie under other names elsewhere', async () => {
    const here = await onDisk(), there = await onDisk()
    for (const { blobs } of [here, there]) await blobs.put('a-1', 'm', secret)
    const names = [here, there].map(({ dir }) => kept(dir)[0]!.slice(dir.length).split('/').slice(1))
    for (const part of [1, 2, 3]) expect(names[0]![part]).not.toBe(names[1]![part])
  })
  it('every bit counts: whichever is turned, cut off or added, it does not open', async () => {
    const { dir, blobs } = await onDisk()
    const { blob } = await blobs.put('a-1', 'm', secret), file = kept(dir)[0]!, whole = readFileSync(file)
    const places = [0, 3, 5, 9, 40, 100, ...Array.from({ length: 40 }, (_, n) => Math.floor((n + 0.5) * whole.length / 40)), whole.length - 1]
    for (const at of places) {
      const altered = Buffer.from(whole)
      altered[at]! ^= 1 << (at % 8)
      writeFileSync(file, altered)
      await expect(blobs.open('a-1', 'm', blob), `byte ${at}`).rejects.toThrow()
    }
    for (const length of [0, 1, 8, 300, whole.length - 65_552, whole.length - 1]) {
      writeFileSync(file, whole)
      truncateSync(file, length)
      await expect(blobs.open('a-1', 'm', blob), `cut at ${length}`).rejects.toThrow()
    }
    writeFileSync(file, Buffer.concat([whole, Buffer.alloc(16)]))
    await expect(blobs.open('a-1', 'm', blob)).rejects.toThrow()
    writeFileSync(file, whole)
    expect(Buffer.from((await blobs.open('a-1', 'm', blob))!).equals(secret)).toBe(true)
  })
  it('frames do not change places, and another file of the same matter does not stand in its place', async () => {
    const { dir, blobs } = await onDisk(), frame = 65_552
    const { blob } = await blobs.put('a-1', 'm', Buffer.alloc(4 * 65_536, 'ab')), file = kept(dir)[0]!, whole = readFileSync(file), from = whole.length - 4 * frame
    writeFileSync(file, Buffer.concat([whole.subarray(0, from), whole.subarray(from + frame, from + 2 * frame), whole.subarray(from, from + frame), whole.subarray(from + 2 * frame)]))
    await expect(blobs.open('a-1', 'm', blob)).rejects.toThrow()
    await blobs.put('a-1', 'm', Buffer.alloc(4 * 65_536, 'cd'))
    const other = kept(dir).find((name) => name !== file)!
    writeFileSync(file, readFileSync(other))
    await expect(blobs.open('a-1', 'm', blob)).rejects.toThrow(/hash|damaged/)
  })
  it('what lies there damaged is written anew by whoever hands it in again', async () => {
    const { dir, blobs } = await onDisk()
    const { blob } = await blobs.put('a-1', 'm', secret)
    truncateSync(kept(dir)[0]!, 70_000)
    await blobs.put('a-1', 'm', secret)
    expect(Buffer.from((await blobs.open('a-1', 'm', blob))!).equals(secret)).toBe(true)
  })
  it('does not open any more when its key is gone, wherever a copy of it lies', async () => {
    const { dir, blobs, keys } = await onDisk()
    const { blob } = await blobs.put('a-1', 'm', secret), file = kept(dir)[0]!, copy = readFileSync(file)
    await keys.forget('a-1', 'm')
    expect(await blobs.open('a-1', 'm', blob)).toBeUndefined()
    expect(await blobs.look('a-1', 'm', blob)).toBeUndefined()
    await blobs.put('a-1', 'm', Buffer.from('anew'))
    writeFileSync(file, copy)
    expect(await blobs.open('a-1', 'm', blob)).toBeUndefined()
  })
  it('forgetting leaves no file and no folder of the matter', async () => {
    const { dir, blobs } = await onDisk()
    for (const matter of ['m', 'n']) for (const said of ['甲', '乙']) await blobs.put('a-1', matter, Buffer.from(said))
    await blobs.forget('a-1', 'm')
    expect(kept(dir)).toHaveLength(2)
    await blobs.forget('a-1')
    expect(kept(dir)).toStrictEqual([])
    expect(readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.name.length === 40)).toStrictEqual([])
  })
  it('what was only half written is gone at the next start, and never had a name', async () => {
    const { dir, blobs, reopen } = await onDisk()
    await blobs.put('a-1', 'm', secret)
    writeFileSync(join(dir, 'new', 'half'), 'half of something')
    const again = await reopen()
    expect(readdirSync(join(dir, 'new'))).toStrictEqual([])
    expect((await again.taken('a-1', 'm')).count).toBe(1)
  })
  it('nothing half-written stays behind where the disk refuses, and the store goes on', async () => {
    const { dir, blobs, keys } = await onDisk()
    rmSync(join(dir, 'new'), { recursive: true })
    await expect(blobs.put('a-1', 'm', secret)).rejects.toThrow()
    expect(kept(dir)).toStrictEqual([])
    const again = fileBlobs(dir, keys)
    expect((await again.put('a-1', 'm', secret)).bytes).toBe(secret.length)
  })
})

describe('附件 on the disk', () => {
  const traced = spawnSync('strace', ['-qq', '-o', '/dev/null', '-e', 'trace=none', 'true']).status === 0
  const program = `
    import { fileBlobs } from ${JSON.stringify(new URL('../../dist/adapters/blobs/file.js', import.meta.url).href)}
    import { fileKeys } from ${JSON.stringify(new URL('../../dist/adapters/keys/file.js', import.meta.url).href)}
    const [root] = process.argv.slice(1), keys = fileKeys(root + '/keys'), blobs = fileBlobs(root + '/blobs', keys)
    await blobs.put('a-1', 'cases-X-1', Buffer.alloc(200_000, 'x'))
    process.stdout.write('ANSWERED')
    await keys.close()`
  it.skipIf(!traced)('is there with its folders, as the kernel saw it, before it is answered for', () => {
    const root = mkdtempSync(join(tmpdir(), 'blobs-traced-')), log = join(root, 'strace.log')
    try {
      expect(spawnSync('strace', ['-f', '-qq', '-y', '-s', '64', '-o', log, '-e', 'trace=write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat', process.execPath, '--input-type=module', '-e', program, root]).status).toBe(0)
      const calls = readFileSync(log, 'utf8').split('\n'), after = (from: number, pattern: RegExp) => calls.findIndex((line, n) => n > from && pattern.test(line))
      const written = calls.findLastIndex((line) => /write.*\/blobs\/new\//.test(line)), synced = after(written, /fsync.*\/blobs\/new\//), moved = after(synced, /rename.*\/blobs\/new\/.*\/blobs\/[0-9a-f]{2}\//)
      const folder = after(moved, /f(data)?sync\(\d+<.*\/blobs\/[0-9a-f]{2}\/[0-9a-f]{40}\/[0-9a-f]{40}>/), answered = after(folder, /write\(1<.*ANSWERED/)
      expect([written, synced, moved, folder, answered].every((at, n, all) => at >= 0 && (n === 0 || at > all[n - 1]!)), calls.filter((line) => line.includes('/blobs')).join('\n')).toBe(true)
      // Each folder that was made is on disk in the one that holds it.
      for (const holder of [/\/blobs>/, /\/blobs\/[0-9a-f]{2}>/, /\/blobs\/[0-9a-f]{2}\/[0-9a-f]{40}>/]) expect(calls.slice(0, answered).some((line) => /sync/.test(line) && holder.test(line)), String(holder)).toBe(true)
    } finally { rmSync(root, { recursive: true }) }
  }, 60_000)
})
