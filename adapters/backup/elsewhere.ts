import { checkpointIn, noteIn, signedCheckpoint, verifierFrom } from '../transparency/note.ts'
import { witnessedBy } from '../transparency/held.ts'
import { refusal, type Refused } from './manifest.ts'

/** A witness that is asked, known by its key. */
export type Asked = { heads: readonly string[]; key?: string | undefined; witnesses: readonly { url: string; vkey: string }[] }
type Head = { size: number; root: Buffer }
/** 别处所见 — what others hold of the book; a witness is asked for its newest, a file says only what was true once. */
export type Elsewhere = { heads: readonly Head[]; compared: 'nobody' | 'heads' | 'witness'; newestNote?: string }

const answerMs = 15_000
const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error)

async function witnessHead({ url, vkey }: Asked['witnesses'][number], origin: string): Promise<{ head: Head | undefined; note: string } | Refused> {
  const key = verifierFrom(vkey)
  if (key?.kind !== 'witness') return refusal('not-a-witness-key', `不是见证人的公钥：${vkey}`, `this is not the key of a witness: ${vkey}`, '--witness-key')
  let note: string
  try {
    const answer = await fetch(`${url.replace(/\/+$/, '')}/head`, { signal: AbortSignal.timeout(answerMs) })
    if (!answer.ok) throw new Error(String(answer.status))
    note = await answer.text()
  } catch (error) { return refusal('witness-silent', `见证人 ${url} 没有回答（${messageOf(error)}）`, `the witness at ${url} does not answer (${messageOf(error)})`, url) }
  if (note === '') return { head: undefined, note }
  const head = signedCheckpoint(note, [key])
  if (!head) return refusal('witness-unsound', `${url} 给出的树头没有此公钥的有效签名`, `the head at ${url} has no sound signature of this key`, url)
  if (origin !== '' && head.origin !== origin) return refusal('witness-of-another', `${url} 见证的是另一本簿（${head.origin}）`, `the witness at ${url} watches another book (${head.origin})`, url)
  return { head, note }
}

/** Asks all of them; whoever is named and does not answer is no proof of anything, and nothing is restored on it. One that has seen nothing yet is nobody. */
export async function askElsewhere({ heads: said, key, witnesses }: Asked, origin: string): Promise<Elsewhere | Refused> {
  const heads: Head[] = []
  let newest: { head: Head; note: string } | undefined
  try { heads.push(...witnessedBy({ heads: said, ...(key !== undefined && { key }) }).heads) } catch (error) { return refusal('not-a-head', messageOf(error), messageOf(error), '--head') }
  for (const witness of witnesses) {
    const found = await witnessHead(witness, origin)
    if ('refused' in found) return found
    if (!found.head) continue
    heads.push(found.head)
    if (!newest || found.head.size > newest.head.size) newest = { head: found.head, note: found.note }
  }
  return { heads, compared: newest ? 'witness' : heads.length > 0 ? 'heads' : 'nobody', ...(newest && { newestNote: newest.note }) }
}
/** The head that a kept note names, where it is one. */
export const headIn = (note: string | undefined): Head | undefined => checkpointIn(noteIn(note ?? '')?.body ?? '')
