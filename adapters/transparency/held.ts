import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Witnessed } from '../book/verify.ts'
import { checkpointIn, noteIn, signedCheckpoint, verifierFrom } from './note.ts'
import { rootOver } from './proof.ts'

const hashBytes = 32
const bad = (what: string, zh: string, en: string) => new Error(`${what}: ${zh} / ${en}`)

/** Heads in a text: a signed note, or lines of size:root with anything after a blank (a witness's history). */
function headsIn(what: string, text: string, key: string | undefined): { size: number; root: Buffer }[] {
  if (/^(0|[1-9]\d{0,15}):[0-9a-f]{64}(\s|$)/.test(text)) return text.trimEnd().split('\n').map((line) => {
    const [, size, root] = /^(0|[1-9]\d{0,15}):([0-9a-f]{64})(?: \S+)?$/.exec(line) ?? []
    if (size === undefined || !Number.isSafeInteger(Number(size))) throw bad(what, '不是树头', 'this is no head')
    return { size: Number(size), root: Buffer.from(root!, 'hex') }
  })
  const verifier = key === undefined ? undefined : verifierFrom(key)
  if (key !== undefined && !verifier) throw bad('--key', '公钥不对', 'this is not a key')
  const head = verifier ? signedCheckpoint(text, [verifier]) : checkpointIn(noteIn(text)?.body ?? '')
  if (!head) throw bad(what, verifier ? '没有此公钥的有效签名' : '不是树头', verifier ? 'no sound signature of this key' : 'this is no head')
  return [head]
}

/** 所持 — what somebody holds of a book, to be compared with it. Hashes are believed only as far as a head does. */
export function witnessedBy({ heads: named, hashes: said, key }: { heads: readonly string[]; hashes?: string; key?: string }): Witnessed {
  const all = named.flatMap((one) => isFolder(one) ? ['head', 'history'].map((name) => join(one, name)).filter((path) => existsSync(path)) : [one])
  const heads = all.flatMap((one) => headsIn(one, existsSync(one) ? readFileSync(one, 'utf8') : one, key))
  const beside = all.map((one) => join(dirname(one), 'hashes')).find((path, i) => basename(all[i]!) === 'head' && existsSync(path))
  if (said !== undefined) return under(heads, said)
  // What merely lies beside a head was not asked to be believed: it helps where it fits, and is no fault where it does not.
  try { return beside === undefined ? { heads } : under(heads, beside) } catch { return { heads } }
}
const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory()
function under(heads: Witnessed['heads'], hashes: string): Witnessed {
  const leaves = readFileSync(hashes), kept = Math.floor(leaves.length / hashBytes)
  const all = Array.from({ length: kept }, (_, i) => leaves.subarray(i * hashBytes, (i + 1) * hashBytes))
  const fitting = heads.filter(({ size, root }) => size <= kept && size > 0 && rootOver(all.slice(0, size)).equals(root)).map(({ size }) => size)
  if (fitting.length === 0) throw bad(hashes, '与所给树头都不符', 'they come to none of the heads that were given')
  return { heads, leaves: leaves.subarray(0, Math.max(...fitting) * hashBytes) }
}
