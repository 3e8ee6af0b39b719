import { join } from 'node:path'
import { readIfThere } from './files.ts'
import { openLog, type LogBook } from './log.ts'
import type { Configured } from './rounds.ts'
import { openSigner } from './signer.ts'
import { signerAt } from './socket.ts'

/** What a root was told: witnesses and how many of them it takes, the signer's socket, the log's name. */
export type Told = { witnesses?: readonly Configured[]; threshold?: number; signer?: string | undefined; origin?: string | undefined }
type Founded = { region: string; name: string }

/** A log's name has neither blanks nor plus signs. */
const originOf = ({ region, name }: Founded) => `mingjian/${region}/${name.replace(/[\p{White_Space}+\p{Cc}]+/gu, '-')}`

/** witnesses.json in the data directory: {"threshold": 2, "witnesses": [{"url": "…", "vkey": "…"}]}. */
function witnessesIn(dir: string): Pick<Told, 'witnesses' | 'threshold'> {
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

/** 开透明 — the signed heads of the book in a directory, with the key in this process unless another one signs. */
export async function openTransparency(dir: string, book: LogBook, founded: Founded, told: Told = {}) {
  const now = Date.now, listed = witnessesIn(dir)
  const signer = told.signer === undefined ? openSigner(join(dir, 'keys', 'heads'), { name: () => told.origin ?? originOf(founded), now }) : await signerAt(told.signer)
  const name = signer.vkey.split('+')[0]!
  if (told.origin !== undefined && told.origin !== name) throw new Error(`树头的名称已是「${name}」，不能改为「${told.origin}」 / the heads are signed as ${name} already, not as ${told.origin}`)
  return openLog({ dir: join(dir, 'transparency'), book, signer, now, witnesses: [...listed.witnesses ?? [], ...told.witnesses ?? []], threshold: told.threshold ?? listed.threshold,
    say: (line) => { process.stderr.write(`${line}\n`) } })
}
