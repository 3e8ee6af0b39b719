import { keyWithHead } from './files.ts'
import { growthOf, headOf, type Offer } from './growth.ts'
import { checkpointIn, noteOf, promiseBody, signatureLine, type Promised } from './note.ts'

/** The signed note, or why not; `have`: the size of the newest head that was signed, where the offer began elsewhere. */
export type Signed = { note: string } | { refused: string; have: number }
/** 签名人 — the one key of the book, in this process or in one of another account. It signs no fork and no rollback, whoever asks. */
export type Signer = {
  readonly where: 'same-process' | 'other-process'
  readonly vkey: string
  /** An offer whose text is a checkpoint's body. */
  sign(offer: Offer): Promise<Signed>
  /** Signed with the signer's own time. */
  promise(promised: Omit<Promised, 'origin' | 'at'>): Promise<string>
  /** The newest head that it signed; nothing yet where it has signed none. */
  newest(): Promise<string>
}

/** 本进程签名 — key and newest head in a folder of their own. Both steps of signing, the look at the newest head and its replacement, are one turn. */
export function openSigner(dir: string, { name, now }: { name(): string; now(): number }): Signer {
  const { key, read, keep } = keyWithHead(dir, 'log', name)
  headOf(read())
  return {
    where: 'same-process', vkey: key.vkey,
    async sign(offer) {
      const kept = read(), last = headOf(kept), offered = checkpointIn(offer.text), have = last?.size ?? 0
      if (!offered || offered.origin !== key.name) return { refused: 'malformed', have }
      const growth = growthOf(last, offered, offer)
      if (growth === 'same') return { note: kept }
      if (growth !== 'grown') return { refused: growth, have }
      const note = noteOf(offer.text, signatureLine(key, offer.text))
      keep(note)
      return { note }
    },
    async promise(promised) {
      const body = promiseBody({ ...promised, origin: key.name, at: new Date(now()).toISOString() })
      return noteOf(body, signatureLine(key, body))
    },
    newest: async () => read(),
  }
}
