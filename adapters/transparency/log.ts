import { join } from 'node:path'
import { makeFolder } from '../durable.ts'
import { readIfThere, writeDurably } from './files.ts'
import { headOf, type Offer } from './growth.ts'
import { checkpointBody, signedCheckpoint, verifierFrom } from './note.ts'
import { consistencyProof, inclusionProof, leafHashOf } from './proof.ts'
import { witnessRounds, type Configured } from './rounds.ts'
import type { Signer } from './signer.ts'
import { rangesOf, tileOf, type Hashes } from './tiles.ts'

/** What is signed of a book: its hashes, its head, and single texts. */
export type LogBook = Hashes & { treeHead(): { size: number; root: Buffer }; leaf(position: number): string | undefined }
type LogOptions = {
  dir: string; book: LogBook; signer: Signer; now(): number
  witnesses?: readonly Configured[]
  /** How many of them make a head witnessed; more than half where nothing is said. */
  threshold?: number | undefined
  say(line: string): void
}

const promiseSeconds = 60
const headEveryMs = 30_000

/** 树头 — the signed heads of one book: signed, persisted, served, proven, and handed to witnesses. */
export async function openLog({ dir, book, signer, now, witnesses = [], threshold = Math.floor(witnesses.length / 2) + 1, say }: LogOptions) {
  makeFolder(dir)
  const key = verifierFrom(signer.vkey)!, range = rangesOf(book), rounds = witnessRounds({ dir, witnesses, threshold, now, say })
  const path = join(dir, 'checkpoint')
  let newest = readIfThere(path) ?? '', refused: string | undefined, signing: Promise<unknown> = Promise.resolve()
  if (!signedCheckpoint(newest, [key])) newest = ''
  const head = () => headOf(newest)
  const size = () => head()?.size ?? 0

  /** Says it once, not at every turn. */
  const refusal = (why: string | undefined) => {
    if (why !== undefined && why !== refused) say(`签名人拒签（${why}）：本簿不是上次所签那一本的延续 / the signer refuses (${why}): this book did not grow out of the one that it signed`)
    refused = why
  }
  async function sign(): Promise<void> {
    const { size: grown, root } = book.treeHead()
    if (newest !== '' && grown === size() && root.equals(head()!.root)) return
    const text = checkpointBody({ origin: key.name, size: grown, root })
    const offer = (old: number): Offer => ({ old, proof: old <= grown && old > 0 ? consistencyProof(old, grown, range) : [], text })
    let said = await signer.sign(offer(Math.min(size(), grown)))
    if ('refused' in said && said.refused === 'elsewhere' && said.have <= grown) said = await signer.sign(offer(said.have))
    if ('refused' in said) { refusal(said.refused); return }
    refusal(undefined)
    writeDurably(path, said.note)
    newest = said.note
  }
  /** One after the other: each offer begins at the head before it. */
  const signNow = (): Promise<void> => {
    const done = signing.then(sign)
    signing = done.catch(() => undefined)
    return done
  }
  const offerFrom = (old: number): Offer => ({ old, proof: consistencyProof(old, size(), range), text: newest })
  async function turn(): Promise<void> {
    await signNow()
    if (newest !== '') await rounds.ask(newest, offerFrom)
  }
  let timer: NodeJS.Timeout | undefined, going: Promise<void> = Promise.resolve()
  const onTurn = () => { going = going.then(turn).catch((error: unknown) => say(`树头没有签成 / the head was not signed: ${error instanceof Error ? error.message : String(error)}`)) }
  return {
    origin: key.name, vkey: signer.vkey, signer: signer.where, promiseSeconds, size, signNow, turn,
    refused: () => refused,
    /** The newest signed head with the lines of those who vouch for that very one. */
    checkpoint: () => newest === '' ? undefined : newest + rounds.lines(newest),
    leaf: (position: number) => book.leaf(position),
    leafHash: (leaf: Buffer) => leafHashOf(leaf).toString('base64'),
    tile: (level: number, index: number, width?: number) => tileOf(range, size(), level, index, width),
    inclusion: (index: number, of: number) => inclusionProof(index, of, range).map((hash) => hash.toString('base64')),
    consistency: (from: number, to: number) => consistencyProof(from, to, range).map((hash) => hash.toString('base64')),
    promise: (position: number) => signer.promise({ index: position - 1, leafHash: leafHashOf(Buffer.from(book.leaf(position)!)), withinSeconds: promiseSeconds }),
    /** What a witness hands in by itself. */
    cosigned: (note: string) => rounds.handIn(note, newest),
    witnessing: rounds.state,
    start() { onTurn(); timer = setInterval(onTurn, headEveryMs); timer.unref() },
    async close() { clearInterval(timer); await going; await signing },
  }
}
