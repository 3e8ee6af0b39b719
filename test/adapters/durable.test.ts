import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, describe, expect, it } from 'vitest'
import { BookBroken, troubleOf } from '../../adapters/book/errors.ts'
import { isOfTheDisk, makeFolder, rewriteWal, syncFolder } from '../../adapters/durable.ts'
import { problemOf } from '../../api/explained.ts'

const dir = mkdtempSync(join(tmpdir(), 'durable-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const coded = (code: string) => Object.assign(new Error('x'), { code })

describe('磁盘之病 — said for what it is', () => {
  it.each([
    ['SQLITE_FULL', 'disk-full', /磁盘已满/], ['ENOSPC', 'disk-full', /磁盘已满/], ['EDQUOT', 'disk-full', /磁盘已满/], ['EROFS', 'disk-read-only', /磁盘只读/],
    ['SQLITE_READONLY_DBMOVED', 'disk-read-only', /磁盘只读/], ['SQLITE_IOERR_FSYNC', 'disk-failed', /磁盘写入失败/], ['EIO', 'disk-failed', /磁盘写入失败/],
  ])('%s is %s, 503 in both languages, from a driver as from the book', (code, trouble, zh) => {
    expect(troubleOf(coded(code))).toBe(trouble)
    expect(isOfTheDisk(coded(code))).toBe(true)
    for (const error of [coded(code), new BookBroken(troubleOf(coded(code)), 'x')]) {
      const said = problemOf(error)!
      expect(said).toMatchObject({ status: 503, code: trouble, title: expect.stringMatching(zh), en: expect.stringMatching(/disk/) })
      expect(said.title + said.en).not.toMatch(/SQLITE|ENOSPC|EIO|EROFS/)
    }
  })
  it('what is no fault of a disk is none', () => {
    for (const error of [new Error('a bug'), coded('SQLITE_CONSTRAINT'), coded('ENOENT'), undefined, null, 'EIO']) {
      expect(isOfTheDisk(error)).toBe(false)
      expect(problemOf(error)).toBeUndefined()
    }
    expect(troubleOf(new Error('the head differs'))).toBe('book-unsound')
  })
  it('an error of another thread, which has lost its code, is known by its words', () => {
    for (const words of ['disk I/O error', 'database or disk is full', 'attempt to write a readonly database']) expect(isOfTheDisk(new Error(words))).toBe(true)
  })
})

describe('落盘 — folders and logs', () => {
  it('makes what is missing for its owner alone, and is content with what is there', () => {
    const deep = join(dir, 'a/b/c')
    for (let time = 0; time < 2; time++) makeFolder(deep)
    expect(statSync(deep).mode & 0o777).toBe(0o700)
    syncFolder(deep)
    expect(() => makeFolder(join(dir, 'file', 'below'))).not.toThrow()
    writeFileSync(join(dir, 'plain'), '')
    expect(() => makeFolder(join(dir, 'plain', 'below'))).toThrow(/ENOTDIR|EEXIST/)
  })
  it('a WAL is byte for byte what it was, whoever reads it meanwhile, however long it is', () => {
    const path = join(dir, 'w.db'), db = new Database(path)
    db.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a BLOB)')
    for (let i = 0; i < 40; i++) db.prepare('INSERT INTO t VALUES (?)').run([Buffer.alloc(70_000, i)] as never)
    const before = readFileSync(`${path}-wal`)
    rewriteWal(`${path}-wal`)
    expect(before.length).toBeGreaterThan(2 ** 20)
    expect(readFileSync(`${path}-wal`).equals(before)).toBe(true)
    expect(db.prepare('SELECT count(*) FROM t').raw().all()).toStrictEqual([[40]])
    db.close()
    rewriteWal(join(dir, 'none-wal'))
    mkdirSync(join(dir, 'folder-wal'))
    expect(() => rewriteWal(join(dir, 'folder-wal'))).toThrow(/EISDIR/)
  })
  it.runIf(spawnSync('prlimit', ['--version']).status === 0)('what a disk takes only the beginning of leaves what was there before', () => {
    const path = join(dir, 'head'), files = new URL('../../dist/adapters/transparency/files.js', import.meta.url).href
    writeFileSync(path, 'as it was')
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', `
      import { spawnSync } from 'node:child_process'
      import { writeDurably } from ${JSON.stringify(files)}
      spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=4096'])
      try { writeDurably(${JSON.stringify(path)}, 'n'.repeat(9000)); console.log('written') } catch (error) { console.log(error.code) }`], { encoding: 'utf8', timeout: 20_000 })
    expect(stdout.trim()).toBe('EFBIG')
    expect(readFileSync(path, 'utf8')).toBe('as it was')
  })
})
