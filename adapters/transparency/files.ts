import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder, syncFolder } from '../durable.ts'
import { signingKey, type SigningKey } from './note.ts'

/** Whole or not at all, and there after a power cut: written beside, synced, renamed, and the folder synced. */
export function writeDurably(path: string, content: string | Buffer): void {
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeFileSync(file, content) // all of it: a disk that is nearly full takes the beginning, and says nothing
    fsyncSync(file)
  } finally { closeSync(file) }
  renameSync(`${path}.new`, path)
  syncFolder(dirname(path))
}
export const readIfThere = (path: string): string | undefined => existsSync(path) ? readFileSync(path, 'utf8') : undefined

const lost = (path: string) => new Error(`${path}: 已签过的树头不见了，不能再签；须换新钥匙重新开始 / the head that was signed last is gone: nothing more can be signed `
  + 'with this key; begin anew with another')

/** 钥与末头 — a key that signs heads, and the newest head that it signed: never one without the other. The head's file is made first, so that a key
    beside which there is none has lost it, and would sign anything. */
export function keyWithHead(dir: string, kind: SigningKey['kind'], name: () => string): { key: SigningKey; read(): string; keep(note: string): void } {
  makeFolder(dir)
  syncFolder(dir)
  const keyPath = join(dir, 'key'), headPath = join(dir, 'head')
  if (!existsSync(keyPath)) {
    if (!existsSync(headPath)) writeDurably(headPath, '')
    const called = name()
    writeDurably(keyPath, `${called}\n${signingKey(called, kind).seed.toString('hex')}\n`)
  }
  if (!existsSync(headPath)) throw lost(headPath)
  const [called = '', seed = ''] = readFileSync(keyPath, 'utf8').split('\n')
  if (!/^[0-9a-f]{64}$/.test(seed)) throw new Error(`${keyPath}: 钥匙文件损坏 / the key file is damaged; restore it from the backup of the keys`)
  return { key: signingKey(called, kind, Buffer.from(seed, 'hex')), read: () => readFileSync(headPath, 'utf8'), keep: (note) => writeDurably(headPath, note) }
}
