import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { receiveMessageOnPort, Worker } from 'node:worker_threads'
import fc from 'fast-check'
import Database from 'libsql'
import { afterEach, describe, expect, it } from 'vitest'
import { canonicalFast } from '../../adapters/book/canonical.ts'
import { factOf, leafOf } from '../../adapters/book/leaf.ts'
import { openLedger } from '../../adapters/book/ledger.ts'
import { emptyTree, grow, leafHash, nodeHash, rootOf, spans } from '../../adapters/book/merkle.ts'
import { memoryBook } from '../../adapters/book/memory.ts'
import { BookInUse, BookReadOnly, BookTooNew, FactUnsound, NoBook, openBook, type Book } from '../../adapters/book/open.ts'
import { verifyBook } from '../../adapters/book/verify.ts'
import { canonical } from '../../domain/kernel/canonical.ts'
import type { Told } from '../../domain/kernel/events.ts'
import { collect, fact, factId } from '../contract/event-log.ts'

const ends: (() => unknown)[] = []
afterEach(async () => { for (const end of ends.splice(0).reverse()) await end() })
const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'book-'))
  ends.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
const open = async (dir: string, write = true): Promise<Book> => {
  const book = await openBook(dir, { write })
  ends.push(() => book.close())
  return book
}
const program = fileURLToPath(new URL('./fixtures/book-writer.mjs', import.meta.url))
const child = (dir: string, who: string, flight = 8, perAppend = 1): ChildProcess => {
  const process = spawn(globalThis.process.execPath, [program, dir, who, String(flight), String(perAppend)], { stdio: ['ignore', 'pipe', 'inherit'] })
  ends.push(() => process.kill('SIGKILL'))
  return process
}
const firstLine = async (process: ChildProcess) => (await once(createInterface(process.stdout!), 'line'))[0] as string

describe('一支笔 — one process writes a book', () => {
  it('a second writer is refused at once, in both languages, and a reader is let in', async () => {
    const dir = folder()
    expect(await firstLine(child(dir, 'first'))).toBe('open')
    await expect(openBook(dir, { write: true })).rejects.toThrow(BookInUse)
    await expect(openBook(dir, { write: true })).rejects.toThrow(/以只读方式打开.*for reading/)
    expect((await (await open(dir, false)).head()).size).toBeGreaterThanOrEqual(0)
  })
  it('a second writer is refused in the same process, and the first keeps its pen', async () => {
    const dir = folder()
    const book = await open(dir)
    await expect(openBook(dir, { write: true })).rejects.toThrow(BookInUse)
    expect(await firstLine(child(dir, 'other'))).toMatch(/^BookInUse/)
    expect(await book.append('a', 0, [fact(1)])).toStrictEqual({ revision: 1, position: 1 })
  })
  it('the pen is free again when its holder closed, or was killed', async () => {
    const dir = folder()
    await (await openBook(dir, { write: true })).close()
    const holder = child(dir, 'first')
    await firstLine(holder)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await open(dir)
  })
  it('a reader is told plainly that it cannot write, and that there is no book where there is none', async () => {
    const dir = folder()
    await expect(openBook(dir, { write: false })).rejects.toThrow(NoBook)
    await open(dir)
    await expect((await open(dir, false)).append('a', 0, [fact(1)])).rejects.toThrow(BookReadOnly)
  })
  it('a book of a later format is left alone, by writer and reader', async () => {
    const dir = folder()
    await (await openBook(dir, { write: true })).close()
    tamper(dir, "UPDATE meta SET value = 2 WHERE key = 'format'")
    for (const write of [true, false]) await expect(openBook(dir, { write })).rejects.toThrow(BookTooNew)
  })
  it('nobody but its owner may look into the folder', async () => {
    const dir = join(folder(), 'inner')
    await open(dir)
    expect([dir, 'book.db', 'book.lock.db', 'book.db-wal'].map((name) => statSync(name === dir ? dir : join(dir, name)).mode & 0o777))
      .toStrictEqual([0o700, 0o600, 0o600, 0o600])
  })
})

describe('读写并行 — a reader beside the writer', () => {
  it('follows another process live, with no gap', async () => {
    const dir = folder()
    await firstLine(child(dir, 'first'))
    const book = await open(dir, false)
    const stop = new AbortController()
    const seen: number[] = []
    for await (const batch of book.subscribe(0, stop.signal)) {
      seen.push(...batch.map(({ meta }) => meta.position))
      if (seen.length > 500) stop.abort()
    }
    expect(seen).toStrictEqual(seen.map((_, i) => i + 1))
  })
  it('a thread that holds the wake port hears the head after each commit', async () => {
    const book = await open(folder())
    const wake = book.wake()
    const thread = new Worker(`const { parentPort, workerData: { wake } } = require('node:worker_threads')
      wake.on('message', (position) => parentPort.postMessage(position))`, { eval: true, workerData: { wake }, transferList: [wake] })
    ends.push(() => thread.terminate())
    const heard: number[] = []
    thread.on('message', (position: number) => heard.push(position))
    await new Promise((passed) => setTimeout(passed, 50))
    for (let n = 0; n < 5; n++) await book.append('a', n, [fact(n)])
    await expect.poll(() => heard.at(-1)).toBe(5)
    expect(heard).toStrictEqual([...heard].sort((a, b) => a - b))
    const here = book.wake()
    ends.push(() => here.close())
    await expect.poll(() => receiveMessageOnPort(here)?.message).toBe(5)
  })
  it('tells its listeners the head that it has answered with', async () => {
    const book = await open(folder())
    const heard: number[] = []
    const stop = book.onAppended((position) => heard.push(position))
    await book.append('a', 0, [fact(1), fact(2)])
    stop()
    await book.append('a', 2, [fact(3)])
    expect(heard).toStrictEqual([2])
  })
})

describe('成组提交 — group commit', () => {
  it('many appends share a commit, and every one is answered', async () => {
    const book = await open(folder())
    const before = book.figures()
    await Promise.all(Array.from({ length: 256 }, async (_, lane) => {
      for (let n = 0; n < 4; n++) expect(await book.append(`s-${lane}`, n, [fact(n)])).toMatchObject({ revision: n + 1 })
    }))
    const { appends, commits } = book.figures()
    expect(appends - before.appends).toBe(1024)
    expect(commits - before.commits).toBeLessThan(256)
  })
  it('a conflict or a full stream in a drain harms none of its neighbours', async () => {
    const book = await open(folder())
    const answers = await Promise.allSettled([
      book.append('a', 0, [fact(1)]), book.append('a', 0, [fact(2)]), book.append('a', 1, [fact(3), fact(1)]), book.append('b', 0, [fact(4)]),
      book.append('c', 9_999, [fact(5)]), book.append('a', 1, [fact(6)]),
    ])
    expect(answers.map((answer) => answer.status === 'fulfilled' && answer.value)).toStrictEqual([
      { revision: 1, position: 1 }, 'revision-conflict', 'revision-conflict',
      { revision: 1, position: 2 }, 'revision-conflict', { revision: 2, position: 3 },
    ])
    expect(verifyBook(book.dir)).toMatchObject({ ok: true, size: 3 })
  })
  it('closing waits for what was told before', async () => {
    const dir = folder()
    const book = await openBook(dir, { write: true })
    const answers = Array.from({ length: 100 }, (_, n) => book.append(`s-${n}`, 0, [fact(n)]))
    await book.close()
    expect((await Promise.all(answers)).filter((answer) => answer !== 'revision-conflict')).toHaveLength(100)
    await expect(book.append('a', 0, [fact(1)])).rejects.toThrow('closed')
    expect(verifyBook(dir)).toMatchObject({ ok: true, size: 100 })
  })

  it('a process that waits for nothing but the closing stays until it is closed', () => {
    for (let i = 0; i < 5; i++) {
      const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(new URL('./fixtures/book-closed.mjs', import.meta.url)), folder()], { encoding: 'utf8', timeout: 30_000 })
      expect({ status, stdout }).toStrictEqual({ status: 0, stdout: 'closed after 50\n' })
    }
  })

  const strace = ['strace', '-f', '-qq', '-o']
  const traced = spawnSync('strace', ['-qq', '-o', '/dev/null', '-e', 'trace=none', 'true']).status === 0
  /** Runs the writing process under strace until it has said so many lines. */
  const under = async (options: string[], dir: string, flight: number, lines: number) => {
    const log = join(dir, 'strace.log')
    const process = spawn(strace[0]!, [...strace.slice(1), log, ...options, globalThis.process.execPath, program, dir, 'w', String(flight), '1'],
      { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    const end = () => { try { globalThis.process.kill(-process.pid!, 'SIGKILL') } catch { /* It has ended. */ } }
    ends.push(end)
    const said: string[] = []
    for await (const line of createInterface(process.stdout)) if (said.push(line) >= lines) break
    end()
    await once(process, 'exit')
    const take = async () => (await openBook(dir, { write: true })).close()
    await expect.poll(() => take().then(() => 'free', String)).toBe('free')
    return { said, calls: readFileSync(log, 'utf8').split('\n') }
  }
  it.skipIf(!traced)('the WAL is on disk before an append is answered (as the kernel saw it)', async () => {
    const { calls } = await under(['-y', '-e', 'trace=fdatasync,fsync,write', '-e', 'signal=none'], folder(), 1, 40)
    let synced = 0, answered = 0
    const unsynced: string[] = []
    for (const call of calls) {
      if (/sync\(\d+<[^>]*book\.db-wal>\)\s+= 0|sync resumed>.*= 0/.test(call)) synced++
      if (!/write\(1<.*"w-0 /.test(call)) continue
      answered++
      if (synced === 0) unsynced.push(call)
      synced = 0
    }
    expect(answered).toBeGreaterThan(20)
    expect(unsynced).toStrictEqual([])
  }, 90_000)
  it.skipIf(!traced)('a failed sync refuses that drain, loses nothing acknowledged, and the book goes on by itself', async () => {
    const dir = folder()
    const { said } = await under(['-e', 'trace=fsync,fdatasync', '-e', 'signal=none', '-e', 'inject=fsync,fdatasync:error=EIO:when=12+9'], dir, 4, 200)
    const acknowledged = said.filter((line) => line.startsWith('w-')).map((line) => line.split(' '))
    expect(said).toContain('refused BookBroken')
    expect(said.indexOf('refused BookBroken')).toBeLessThan(said.length - 10)
    const book = await open(dir)
    const all = await collect(book.readAll(0))
    for (const [stream, revision, position] of acknowledged)
      expect(all[Number(position) - 1]!.meta).toMatchObject({ stream, revision: Number(revision), position: Number(position) })
    expect(verifyBook(dir)).toMatchObject({ ok: true, size: all.length })
  }, 90_000)
  it.skipIf(!traced)('a disk that is full for a while refuses in plain words, and takes facts again when there is room', async () => {
    const dir = folder()
    const { said } = await under(['-P', join(dir, 'book.db-wal'), '-e', 'trace=pwrite64', '-e', 'signal=none',
      '-e', 'inject=pwrite64:error=ENOSPC:when=60..63'], dir, 4, 800)
    expect(said).toContain('refused BookBroken')
    expect(said.at(-1)).toMatch(/^w-/)
    expect(verifyBook(dir)).toMatchObject({ ok: true })
  }, 90_000)
})

describe('拔电 — kill -9 at any moment', () => {
  it('loses no acknowledged fact, doubles none, leaves no gap: 24 kills', async () => {
    const dir = folder()
    let acknowledged = 0
    // On a slow disk more of them, until enough was answered for.
    for (let kill = 0; kill < 24 || (kill < 96 && acknowledged <= 1_000); kill++) {
      const writer = child(dir, `k${kill}`, 16, 1 + kill % 3)
      const closed = once(writer, 'close')
      const said: string[] = []
      const lines = createInterface(writer.stdout!).on('line', (line) => said.push(line))
      await once(lines, 'line')
      await new Promise((passed) => setTimeout(passed, (kill * 37) % 90))
      writer.kill('SIGKILL')
      await closed
      expect(verifyBook(dir)).toMatchObject({ ok: true })
      const book = await openBook(dir, { write: false })
      for (const line of said.slice(1)) {
        const [stream, revision, position] = line.split(' ') as [string, string, string]
        if (!position) throw new Error(line)
        acknowledged++
        expect(book.reader.batch(Number(position) - 1, Number(position))[0]!.meta).toMatchObject({ stream, revision: Number(revision) })
      }
      await book.close()
    }
    expect(acknowledged).toBeGreaterThan(1_000)
  }, 180_000)
})

/** What somebody with the disk does: on a connection of their own. */
function tamper(dir: string, ...sql: (string | [string, ...unknown[]])[]): void {
  const db = new Database(join(dir, 'book.db'))
  for (const step of sql) {
    if (typeof step === 'string') db.exec(step)
    else db.prepare(step[0]).run(step.slice(1) as never)
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}
const told = 700
/** 700 facts in 100 streams, told in turn; position p is revision ceil(p/100) of stream s-((p-1)%100). */
async function written(): Promise<string> {
  const dir = folder()
  const book = await openBook(dir, { write: true })
  for (let revision = 0; revision < told / 100; revision++)
    await Promise.all(Array.from({ length: 100 }, (_, lane) => book.append(`s-${lane}`, revision, [fact(revision)])))
  await book.close()
  return dir
}
describe('验簿 — verify names the first bad position', async () => {
  const sound = await written()
  ends.length = 0
  const leafAt = (position: number, more: (told: Told) => Told = (it) => it) =>
    leafOf(`s-${(position - 1) % 100}`, Math.ceil(position / 100), more(fact(Math.ceil(position / 100) - 1)))
  const edited = (position: number) => leafAt(position, (it) => ({ ...it, data: { ...it.data, n: 99 } }))
  const set = (position: number, column: string, value: unknown): [string, ...unknown[]] =>
    [`UPDATE events SET ${column} = ? WHERE pos = ?`, value, position]
  const rehashed = (position: number, leaf: string) => [set(position, 'leaf', leaf), set(position, 'hash', leafHash(leaf))]
  const swapped = [[301, -1], [401, 301], [-1, 401]].map(([from, to]) => `UPDATE events SET pos = ${to} WHERE pos = ${from}`)
  const addition = (position: number, revision: number, stream: number): [string, ...unknown[]] => {
    const leaf = leafOf(`s-${stream - 1}`, revision, fact(777))
    return ['INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)', position, stream, revision, Buffer.from(factId(777), 'hex'), leaf, leafHash(leaf)]
  }
  const loose = 'PRAGMA writable_schema = 1'
  const cases: [string, number, (string | [string, ...unknown[]])[]][] = [
    ['a leaf edited', 300, [set(300, 'leaf', edited(300))]],
    ['one letter of a leaf changed, not canonical any more', 123, [set(123, 'leaf', `${leafAt(123)} `)]],
    ['a leaf that is no JSON', 5, rehashed(5, '{')],
    ['a hash edited', 700, [set(700, 'hash', Buffer.alloc(32))]],
    ['a leaf edited and rehashed in a full tile: its 256 facts', 257, rehashed(300, edited(300))],
    ['a leaf edited and rehashed among the newest: its subtree', 641, rehashed(650, edited(650))],
    ['the very newest leaf edited and rehashed', 697, rehashed(699, edited(699))],
    ['the newest deleted', 700, ['DELETE FROM events WHERE pos = 700']],
    ['the newest hundred deleted', 601, ['DELETE FROM events WHERE pos > 600']],
    ['one in the middle deleted', 350, ['DELETE FROM events WHERE pos = 350']],
    ['one deleted and the rest moved up: where its stream goes on without it', 449,
      ['DELETE FROM events WHERE pos = 350', 'UPDATE events SET pos = pos - 1 WHERE pos > 350']],
    ['one deleted that was its stream’s last, and the rest moved up: the newest seem missing', 641,
      ['DELETE FROM events WHERE pos = 650', 'UPDATE events SET pos = pos - 1 WHERE pos > 650', 'UPDATE head SET size = 699']],
    ['the first deleted', 1, ['DELETE FROM events WHERE pos = 1']],
    ['two swapped', 301, swapped],
    ['a revision changed', 650, [set(650, 'rev', 99)]],
    ['a stream’s number changed', 650, [set(650, 'stream', 101)]],
    ['a stream renamed', 42, ["UPDATE streams SET name = 'other' WHERE id = 42"]],
    ['a stream’s name taken away', 42, ['DELETE FROM streams WHERE id = 42']],
    ['an id changed', 222, [set(222, 'id', Buffer.alloc(16, 7))]],
    ['a fact inserted after the newest', 701, [addition(701, 8, 1)]],
    ['a fact inserted after the newest, and the head’s size moved', 701, [addition(701, 8, 1), 'UPDATE head SET size = 701']],
    ['a fact inserted before the first', 1, [addition(0, 8, 1)]],
    ['the root replaced', 0, ['UPDATE head SET root = zeroblob(32)']],
    ['the frontier replaced', 1, ['UPDATE head SET frontier = zeroblob(length(frontier))']],
    ['the head taken away', 1, ['DELETE FROM head']],
    ['the head set back', 700, ['UPDATE head SET size = 699']],
    ['a tile replaced', 257, ['UPDATE tiles SET hash = zeroblob(32) WHERE tile = 2']],
    ['a tile too many', 0, ['INSERT INTO tiles VALUES (3, zeroblob(32))']],
    ['a stream without facts', 0, ["INSERT INTO streams VALUES (101, 'ghost')"]],
    ['a trigger hidden in the file', 0, ['CREATE TRIGGER quiet AFTER INSERT ON events BEGIN DELETE FROM events WHERE pos = new.pos; END']],
    ['an index whose entries were taken away', 0, [loose, `UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name =
      'sqlite_autoindex_events_2') WHERE name = 'sqlite_autoindex_events_1'`]],
  ]
  it('finds nothing in a sound book, and its root is that of the leaves', async () => {
    const tree = emptyTree(), book = await openBook(sound, { write: false })
    for (const { meta: { position } } of await collect(book.readAll(0))) grow(tree, leafHash(leafAt(position)))
    expect(verifyBook(sound)).toStrictEqual({ ok: true, size: told, root: rootOf(tree).toString('hex') })
    expect(book.treeHead()).toStrictEqual({ size: told, root: rootOf(tree), at: '2026-03-02T02:00:00.000Z' })
    await book.close()
  })
  it.each(cases)('%s', (_, position, sql) => {
    const dir = folder()
    cpSync(sound, dir, { recursive: true })
    tamper(dir, ...sql)
    expect(verifyBook(dir)).toMatchObject({ ok: false, position })
  })
  it('an id that occurs twice in its stream, with the index that forbids it gone', () => {
    const dir = folder()
    cpSync(sound, dir, { recursive: true })
    const leaf = leafOf('s-0', 2, fact(0))
    tamper(dir, loose, "UPDATE sqlite_schema SET sql = replace(sql, ', UNIQUE(stream, id)', '') WHERE name = 'events'",
      "DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_events_2'")
    tamper(dir, set(101, 'id', Buffer.from(factId(0), 'hex')), ...rehashed(101, leaf))
    expect(verifyBook(dir)).toMatchObject({ ok: false, position: 1, upTo: 256 })
  })
  it('bytes flipped anywhere in the file: never called sound', () => {
    const dir = folder()
    const path = join(dir, 'book.db')
    cpSync(sound, dir, { recursive: true })
    const whole = readFileSync(path)
    fc.assert(fc.property(fc.integer({ min: 0, max: 699 }), fc.integer({ min: 0, max: 7 }), (n, bit) => {
      const flipped = Buffer.from(whole), leaf = leafAt(n + 1)
      // Pages that were split still hold old copies.
      for (let at = whole.indexOf(leaf); at >= 0; at = whole.indexOf(leaf, at + 1)) flipped[at + 30]! ^= 1 << bit
      cpSync(sound, dir, { recursive: true })
      rmSync(`${path}-wal`, { force: true })
      rmSync(`${path}-shm`, { force: true })
      writeFileSync(path, flipped)
      expect(verifyBook(dir)).toMatchObject({ ok: false, position: n + 1 })
    }), { numRuns: 40 })
  })
  it('whichever bit of the file flips: it is found, or it changed nothing', () => {
    const dir = folder()
    const path = join(dir, 'book.db')
    cpSync(sound, dir, { recursive: true })
    rmSync(`${path}-wal`, { force: true })
    rmSync(`${path}-shm`, { force: true })
    const whole = readFileSync(path), found = verifyBook(sound)
    fc.assert(fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 1 << bit
      writeFileSync(path, flipped)
      let verified
      try { verified = verifyBook(dir) } catch (error) { expect([BookTooNew, NoBook].some((known) => error instanceof known)).toBe(true) }
      if (verified?.ok) expect(verified).toStrictEqual(found)
    }), { numRuns: 300 })
  })
  it('an altered fact is never served: reading names its position', async () => {
    const dir = folder()
    cpSync(sound, dir, { recursive: true })
    tamper(dir, set(300, 'leaf', edited(300)))
    const book = await open(dir, false)
    await expect(collect(book.readAll(0))).rejects.toThrow(FactUnsound)
    await expect(book.readStream('s-99')).rejects.toMatchObject({ position: 300 })
    expect(await book.readStream('s-98')).toHaveLength(7)
  })
  it('a book whose newest fact or head was altered is not written on', async () => {
    const dir = folder()
    cpSync(sound, dir, { recursive: true })
    tamper(dir, 'DELETE FROM events WHERE pos = 700')
    await expect(openBook(dir, { write: true })).rejects.toThrow(/verify/)
  })
})

describe('重开 — what a life that failed leaves to the next', () => {
  it('a ledger closed in the middle of a transaction keeps nobody from writing', () => {
    const dir = folder(), failed = openLedger(dir)
    failed.begin()
    failed.decide({ stream: 's-1', expected: 0, recordedAt: '', ids: [factId(1)], leaves: ['{}'] })
    failed.close()
    const next = openLedger(dir)
    ends.push(() => next.close())
    next.begin()
    expect(next.decide({ stream: 's-2', expected: 0, recordedAt: '', ids: [factId(2)], leaves: ['{}'] })).toStrictEqual({ revision: 1, position: 1 })
    next.commit()
  })
  it('after a checkpoint that failed, each page of the WAL is in it once more, behind all that was moved', () => {
    const dir = folder(), ledger = openLedger(dir), reader = new Database(join(dir, 'book.db'))
    ends.push(() => ledger.close(), () => reader.close())
    const tell = (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        ledger.begin()
        ledger.decide({ stream: 's', expected: n, recordedAt: '', ids: [factId(n + 1)], leaves: [JSON.stringify({ n, long: '.'.repeat(3_000) })] })
        ledger.commit()
      }
    }
    const pages = () => {
      const wal = readFileSync(join(dir, 'book.db-wal')), found: number[] = []
      for (let at = 32; at < wal.length; at += 24 + 8192) found.push(wal.readUInt32BE(at))
      return found
    }
    tell(0, 12)
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM events').get()
    tell(12, 24)
    expect(ledger.checkpoint()).toBe(false)
    reader.exec('COMMIT')
    const before = pages()
    ledger.retell()
    expect(new Set(pages().slice(before.length))).toStrictEqual(new Set(before))
    expect(ledger.checkpoint()).toBe(true)
    expect(reader.prepare('SELECT count(*), sum(length(leaf) > 3000) FROM events').raw().all()).toStrictEqual([[24, 24]])
  })
  it.runIf(spawnSync('prlimit', ['--version']).status === 0)('refused and opened anew, time and again, it holds no more files than before', () => {
    const { stdout } = spawnSync(process.execPath, [fileURLToPath(new URL('./fixtures/book-refused.mjs', import.meta.url)), folder(), '8'], { encoding: 'utf8', timeout: 30_000 })
    const { refused, before, after } = JSON.parse(stdout) as Record<string, number>
    expect(refused).toBe(8)
    expect(after).toBeLessThanOrEqual(before! + 4)
  })
})

describe('规范文本与树 — leaves and tree', () => {
  it('the fast canonical text is the kernel’s, for any value', () => {
    const anything = fc.anything({ withBigInt: false, withDate: true, withNullPrototype: true, withSparseArray: false, withUnicodeString: true } as never)
    const outcome = (make: () => string) => { try { return make() } catch (error) { return String(error) } }
    fc.assert(fc.property(fc.oneof(anything, fc.jsonValue()), (value) => {
      expect(outcome(() => canonicalFast(value))).toBe(outcome(() => canonical(value)))
    }), { numRuns: 2_000 })
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(canonicalFast({ [text]: text })).toBe(canonical({ [text]: text }))
    }))
  })
  it('a leaf is the canonical text of the fact with all its meta but the position, and tells the fact again', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), fc.boolean(), (data, n, claimed) => {
      const claim = { occurredAt: '2020-01-01T00:00:00.000Z' as never, precision: 'day' as const, source: { name: 's', batch: 'b', order: n } }
      const it = { ...fact(n, claimed ? claim : {}), data }
      const leaf = leafOf('a', 3, it)
      expect(leaf).toBe(canonical({ ...it.meta, type: it.type, data, stream: 'a', revision: 3 }))
      const meta = { ...it.meta, stream: 'a', revision: 3, position: 8 }
      expect(factOf(leaf, 8)).toStrictEqual({ type: it.type, data: JSON.parse(canonical(data)), meta })
    }))
  })
  it('the tree is that of RFC 6962, for every size', () => {
    const leaves = Array.from({ length: 300 }, (_, n) => leafHash(String(n)))
    const byDefinition = (from: number, to: number): Buffer => {
      if (to - from === 1) return leaves[from]!
      const half = 2 ** (Math.ceil(Math.log2(to - from)) - 1)
      return nodeHash(byDefinition(from, from + half), byDefinition(from + half, to))
    }
    const tree = emptyTree()
    expect(rootOf(tree).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    for (let size = 1; size <= 300; size++) {
      const tile = grow(tree, leaves[size - 1]!)
      expect(rootOf(tree).equals(byDefinition(0, size))).toBe(true)
      expect(Buffer.concat(spans(size).map(({ from, to }) => byDefinition(from - 1, to))).equals(Buffer.concat(tree.nodes))).toBe(true)
      expect(tile?.equals(byDefinition(0, 256)) ?? false).toBe(size === 256)
    }
  })
})

describe('模型 — any order of appends', () => {
  it('leaves the same book as the model, answer by answer, at once or one after another', async () => {
    const step = fc.record({
      stream: fc.constantFrom('a', 'b', 'c'), expected: fc.integer({ min: 0, max: 4 }),
      ids: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }),
    })
    await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }), async (groups) => {
      const dir = mkdtempSync(join(tmpdir(), 'book-'))
      let book = await openBook(dir, { write: true })
      try {
        const model = memoryBook()
        for (const group of groups) {
          const say = ({ stream, expected, ids }: (typeof group)[number]) => [stream, expected, ids.map((n) => fact(n))] as const
          const answers = Promise.all(group.map((it) => book.append(...say(it))))
          const expected = []
          for (const it of group) expected.push(await model.append(...say(it)))
          expect(await answers).toStrictEqual(expected)
          if (group.length === 5) { await book.close(); book = await openBook(dir, { write: true }) }
        }
        expect(await collect(book.readAll(0))).toStrictEqual(await collect(model.readAll(0)))
        expect(verifyBook(dir)).toMatchObject({ ok: true, size: (await model.head()).size })
      } finally {
        await book.close()
        rmSync(dir, { recursive: true })
      }
    }), { numRuns: 25 })
  }, 180_000)
})
