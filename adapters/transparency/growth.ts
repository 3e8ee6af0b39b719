import { checkpointIn, fromBase64, noteIn, type Checkpoint } from './note.ts'
import { isConsistent } from './proof.ts'

/** 送签 — a head that somebody is asked to vouch for, and the proof that it grew out of the one of `old` leaves. */
export type Offer = { old: number; proof: readonly Buffer[]; text: string }
/** C2SP tlog-witness: an old size line, proof lines, an empty line, and the checkpoint. */
export const offerText = ({ old, proof, text }: Offer) => `old ${old}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${text}`
export function offerIn(body: string): Offer | undefined {
  const end = body.indexOf('\n\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = body.slice(0, end).split('\n')
  const [, old] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? []
  const proof = lines.map((line) => fromBase64(line, 32))
  if (old === undefined || proof.length > 63 || proof.includes(undefined)) return undefined
  return { old: Number(old), proof: proof as Buffer[], text: body.slice(end + 2) }
}

/** The head that a kept note names; none of an empty one. */
export function headOf(kept: string): Checkpoint | undefined {
  if (kept === '') return undefined
  const found = checkpointIn(noteIn(kept)?.body ?? '')
  if (!found) throw new Error('末头文件损坏 / the file of the newest head is damaged: it cannot be signed on')
  return found
}

/** 长成 — whether a head may follow the newest one: `elsewhere`: the proof begins at another size; `fork`: another tree of the same size;
    `rollback`: a smaller one; `unproven`: the proof does not lead from one to the other. */
export type Growth = 'grown' | 'same' | 'malformed' | 'elsewhere' | 'fork' | 'rollback' | 'unproven'
export function growthOf(last: Checkpoint | undefined, offered: Checkpoint, { old, proof }: Offer): Growth {
  const { size = 0, root } = last ?? {}
  if (old > offered.size) return 'malformed'
  if (offered.size < size) return 'rollback'
  if (root && offered.size === size && !offered.root.equals(root)) return 'fork'
  if (old !== size) return 'elsewhere'
  if (root && offered.size === size) return proof.length === 0 ? 'same' : 'unproven'
  if (!root || size === 0) return proof.length === 0 && (offered.size > 0 || isConsistent(0, 0, offered.root, offered.root, [])) ? 'grown' : 'unproven'
  return isConsistent(size, offered.size, root, offered.root, proof) ? 'grown' : 'unproven'
}
