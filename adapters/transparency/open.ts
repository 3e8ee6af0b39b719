import { join } from 'node:path'
import { makeFolder } from '../durable.ts'
import { readIfThere, writeDurably } from './files.ts'
import { openLog, type LogBook } from './log.ts'
import type { Configured } from './rounds.ts'
import { openSigner, type Signer } from './signer.ts'
import { signerAt } from './socket.ts'

/** What a root was told: witnesses and how many of them it takes, the signer's socket, the log's name. */
export type Told = { witnesses?: readonly Configured[]; threshold?: number; signer?: string | undefined; origin?: string | undefined }
type Founded = { region: string; name: string }

/** A log's name has neither blanks nor plus signs. */
const originOf = ({ region, name }: Founded) => `mingjian/${region}/${name.replace(/[\p{White_Space}+\p{Cc}]+/gu, '-')}`

/** witnesses.json in the data directory: {"threshold": 2, "witnesses": [{"url": "…", "vkey": "…"}]}. */
export function witnessesIn(dir: string): Pick<Told, 'witnesses' | 'threshold'> {
  const path = join(dir, 'witnesses.json'), text = readIfThere(path)
  if (text === undefined) return {}
  const wrong = () => new Error(`${path}: 须为 {"witnesses":[{"url":"…","vkey":"…"}],"threshold":2} / it should look like that`)
  let said: { witnesses?: unknown; threshold?: unknown }
  try { said = JSON.parse(text) as typeof said } catch { throw wrong() }
  const { witnesses, threshold } = said
  const isOne = (one: Partial<Configured> | null) => typeof one?.vkey === 'string' && (one.url === undefined || /^https?:\/\//.test(one.url))
  if (!Array.isArray(witnesses) || !witnesses.every(isOne)) throw wrong()
  if (threshold !== undefined && !(Number.isInteger(threshold) && (threshold as number) >= 1 && (threshold as number) <= witnesses.length)) throw wrong()
  return { witnesses: witnesses as Configured[], ...(threshold !== undefined && { threshold: threshold as number }) }
}

/** Whose key signs is settled by the directory: where another account has signed, no key of this one takes its place unasked. */
async function signerOf(dir: string, founded: Founded, { signer, origin }: Told): Promise<Signer | undefined> {
  const path = join(dir, 'transparency', 'signer'), remembered = readIfThere(path)?.trim()
  if (signer === undefined && remembered === undefined) return openSigner(join(dir, 'keys', 'heads'), { name: () => origin ?? originOf(founded), now: Date.now })
  if (signer !== undefined) {
    const found = await signerAt(signer)
    makeFolder(join(dir, 'transparency'))
    writeDurably(path, `${signer}\n`)
    return found
  }
  return signerAt(remembered!).catch((error: unknown) => {
    process.stderr.write(`签名人不在，不签树头 / the signer is not there, no head is signed (${remembered}): ${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  })
}

/** 开透明 — the signed heads of the book in a directory, with the key in this process unless another one signs. Nothing where that one is not there. */
export async function openTransparency(dir: string, book: LogBook, founded: Founded, told: Told = {}) {
  const now = Date.now, listed = witnessesIn(dir), signer = await signerOf(dir, founded, told)
  if (!signer) return undefined
  const name = signer.vkey.split('+')[0]!
  if (told.origin !== undefined && told.origin !== name) throw new Error(`树头的名称已是「${name}」，不能改为「${told.origin}」 / the heads are signed as ${name} already, not as ${told.origin}`)
  return openLog({ dir: join(dir, 'transparency'), book, signer, now, witnesses: [...listed.witnesses ?? [], ...told.witnesses ?? []], threshold: told.threshold ?? listed.threshold,
    say: (line) => { process.stderr.write(`${line}\n`) } })
}
