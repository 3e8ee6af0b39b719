import { appendFileSync, existsSync, readdirSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { makeFolder } from '../durable.ts'
import { keyWithHead, readIfThere, writeDurably } from './files.ts'
import { growthOf, headOf, offerIn, type Growth, type Offer } from './growth.ts'
import { noteOf, signatureLine, signedCheckpoint, type VerifierKey } from './note.ts'

/** As C2SP tlog-witness answers add-checkpoint: cosignature lines, or a status that says why not. */
export type Verdict = { status: 200 | 400 | 403 | 404 | 409 | 422; body: string; growth?: Growth }
/** 见证人 — cosigns heads of one log, each grown out of the last; keeps what shows that a log forked. */
export type Witness = {
  readonly vkey: string
  /** The size of the newest head that was cosigned, 0 before the first. */
  size(): number
  /** The newest head with the log's signature and this witness's. */
  head(): string
  add(offer: Offer): Verdict
  /** The same as it comes over the wire. */
  addText(body: string): Verdict
}

const evidenceKept = 100
const words: Record<Exclude<Growth, 'grown' | 'same'>, { status: 400 | 409 | 422; said: string }> = {
  malformed: { status: 400, said: 'old size beyond the checkpoint' },
  elsewhere: { status: 409, said: '' },
  rollback: { status: 409, said: '' },
  fork: { status: 409, said: '' },
  unproven: { status: 422, said: 'the consistency proof does not hold' },
}

/** Both signed heads beside one another: what nobody can explain but a forked book, or an older copy put back. `unproven` may be a stranger's doing, who
    sends a true head with a false proof: each kind has a room of its own, so that none is crowded out. */
function keepEvidence(dir: string, kind: Growth, { size, root }: { size: number; root: Buffer }, ours: string, theirs: Offer): void {
  const folder = join(dir, 'evidence'), path = join(folder, `${kind}-${size}-${root.toString('hex').slice(0, 16)}.json`)
  makeFolder(folder)
  if (existsSync(path) || readdirSync(folder).filter((name) => name.startsWith(`${kind}-`)).length >= evidenceKept) return
  writeDurably(path, `${JSON.stringify({ kind, ours, theirs: theirs.text, old: theirs.old, proof: theirs.proof.map((hash) => hash.toString('base64')) }, null, 2)}\n`)
}

/** Everything between looking at the newest head and replacing it is one turn, so that no two offers cross; it is on disk before anybody is answered. */
export function openWitness(dir: string, { log, name, now, onEvidence }: {
  log: VerifierKey; name?: string | undefined; now(): number; onEvidence(kind: Growth, size: number): void
}): Witness {
  const { key, read, keep } = keyWithHead(dir, 'witness', () => name ?? `mingjian-witness/${randomBytes(4).toString('hex')}`)
  const history = join(dir, 'history')
  headOf(read())
  /** An older head of the log's own may come late; it is no rollback that nobody has answered for. */
  const known = ({ size, root }: { size: number; root: Buffer }) => (readIfThere(history) ?? '').includes(`${size}:${root.toString('hex')} `)

  function add(offer: Offer): Verdict {
    const kept = read(), last = headOf(kept), have = last?.size ?? 0
    const offered = signedCheckpoint(offer.text, [log])
    if (!offered) return { status: 403, body: 'not signed by the log\n' }
    if (offered.origin !== log.name) return { status: 404, body: 'unknown origin\n' }
    const growth = growthOf(last, offered, offer)
    if (growth !== 'grown' && growth !== 'same') {
      if (growth === 'fork' || growth === 'unproven' || (growth === 'rollback' && !known(offered))) {
        keepEvidence(dir, growth, offered, kept, offer)
        onEvidence(growth, offered.size)
      }
      const { status, said } = words[growth]
      return { status, body: status === 409 ? `${have}\n` : `${said}\n`, growth }
    }
    const seconds = Math.floor(now() / 1000), line = signatureLine(key, offered.body, seconds)
    keep(noteOf(offered.body, offered.by[0]!.line, line))
    if (growth === 'grown') appendFileSync(history, `${offered.size}:${offered.root.toString('hex')} ${new Date(seconds * 1000).toISOString()}\n`, { mode: 0o600 })
    return { status: 200, body: line, growth }
  }
  return {
    vkey: key.vkey, head: read, add,
    size: () => headOf(read())?.size ?? 0,
    addText(body) {
      const offer = offerIn(body)
      return offer ? add(offer) : { status: 400, body: 'malformed request\n' }
    },
  }
}
