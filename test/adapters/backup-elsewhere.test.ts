import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { askElsewhere } from '../../adapters/backup/elsewhere.ts'
import { againstManifest, type Manifest } from '../../adapters/backup/manifest.ts'
import { signingKey } from '../../adapters/transparency/note.ts'

const root = mkdtempSync(join(tmpdir(), 'elsewhere-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('别处所见', () => {
  it('a witness that has seen nothing yet is nobody: by it a book is not shown to be the newest', async () => {
    const server = createServer((_, answer) => answer.end('')), vkey = signingKey('w/new', 'witness').vkey
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const witnesses = [{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, vkey }]
    expect(await askElsewhere({ heads: [], witnesses }, 'm')).toStrictEqual({ heads: [], compared: 'nobody' })
    expect(await askElsewhere({ heads: [`5:${'a'.repeat(64)}`], witnesses }, 'm')).toMatchObject({ compared: 'heads' })
    server.close()
  })
})

describe('清单 names what such a backup is made of', () => {
  const laid = (of: Manifest['of'], names: string[]): [string, Manifest] => {
    const dir = mkdtempSync(join(root, 'b-')), text = 'planted', sha256 = createHash('sha256').update(text).digest('hex')
    for (const name of names) {
      mkdirSync(dirname(join(dir, name)), { recursive: true })
      writeFileSync(join(dir, name), text)
    }
    return [dir, { format: 1, of, takenAt: '', origin: '', size: 0, root: '', files: names.map((name) => ({ name, bytes: text.length, sha256 })), leftOut: [] }]
  }
  const of = (...[dir, manifest]: ReturnType<typeof laid>) => againstManifest(dir, manifest, () => undefined)
  it('the files of each kind pass', async () => {
    expect(await of(...laid('book', ['book.db', 'blobs/ab/cd/ef', 'transparency/checkpoint', 'witnesses.json', 'modules/one/module.js', 'oidc-clients.json']))).toBeUndefined()
    expect(await of(...laid('keys', ['keys.db', 'master.key', 'heads/key', 'credentials.db']))).toBeUndefined()
  })
  it.each([['book', 'keys/keys.db-wal'], ['book', 'keys/suite'], ['book', 'book.db-wal'], ['book', 'restored.json'], ['book', 'rows/current.json'], ['keys', 'keys.db-wal'], ['keys', 'credentials.db-journal']] as const)(
    'one of the %s with %s is refused, though its manifest has the right hash of it', async (kind, name) => {
      expect(await of(...laid(kind, ['book.db', name]))).toMatchObject({ refused: 'foreign-file', place: name })
    })
})
