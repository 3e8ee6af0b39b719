import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writeDurably } from './files.ts'
import { headOf, offerText, type Offer } from './growth.ts'
import { checkpointBody, noteIn, noteOf, signedCheckpoint, signersOf, verifierFrom, type VerifierKey } from './note.ts'
import { consistencyProof, inclusionProof, leafHashOf } from './proof.ts'
import type { Signer } from './signer.ts'
import { rangesOf, tileOf, type Hashes } from './tiles.ts'

/** What is signed of a book: its hashes, its head, and single texts. */
export type LogBook = Hashes & { treeHead(): { size: number; root: Buffer }; leaf(position: number): string | undefined }
/** A witness that is asked: without an address it fetches the heads itself and hands its lines in. */
export type Configured = { url?: string | undefined; vkey: string }
export type LogOptions = {
  dir: string; book: LogBook; signer: Signer; now(): number
  witnesses?: readonly Configured[]
  /** How many of them make a head witnessed; more than half where nothing is said. */
  threshold?: number | undefined
  say(line: string): void
}
/** When a witness last vouched for which head. */
type Seen = { size: number; root: string; seconds: number; line: string }
/** 末次见证 of all that are configured. `at`: since when enough of them vouch for it; `since`: since when they are configured. */
export type Witnessing = { configured: number; threshold: number; at?: string; since?: string; size?: number; witnesses: { vkey: string; url?: string; at?: string; size?: number; trouble?: string }[] }

export const promiseSeconds = 60
const headEveryMs = 30_000, refreshMs = 10 * 60_000, answerMs = 10_000

/** 树头 — the signed heads of one book: signed, persisted, served, proven, and handed to witnesses. */
export async function openLog({ dir, book, signer, now, witnesses = [], threshold = Math.floor(witnesses.length / 2) + 1, say }: LogOptions) {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
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

type RoundsOptions = Required<Pick<LogOptions, 'dir' | 'witnesses' | 'now' | 'say'>> & { threshold: number }
/** 征见证 — asks each witness for its line over the newest head: at once where it is new, and now and then where it is not. */
function witnessRounds({ dir, witnesses, threshold, now, say }: RoundsOptions) {
  const path = join(dir, 'witnessed.json')
  const kept = JSON.parse(readIfThere(path) ?? '{}') as { since?: string; of?: string; seen?: Record<string, Seen> }
  const keys = new Map(witnesses.map(({ vkey, url }) => {
    const key = verifierFrom(vkey)
    if (key?.kind !== 'witness') throw new Error(`不是见证人的公钥：${vkey} / not the key of a witness: ${vkey}`)
    return [key.vkey, { key, url: url?.replace(/\/+$/, '') }] as const
  }))
  const seen: Record<string, Seen> = Object.fromEntries(Object.entries(kept.seen ?? {}).filter(([vkey]) => keys.has(vkey)))
  const of = [...keys.keys()].sort().join(' ')
  const since = kept.of === of && kept.since !== undefined ? kept.since : new Date(now()).toISOString()
  const troubles = new Map<string, string>(), have = new Map<string, number>()
  const keep = () => writeDurably(path, `${JSON.stringify({ since, of, seen }, null, 1)}\n`)
  if (keys.size > 0) keep()

  const trouble = (vkey: string, what: string | undefined) => {
    if (what !== undefined && troubles.get(vkey) !== what) say(`见证人 ${vkey.split('+')[0]}：${what} / witness`)
    if (what === undefined) troubles.delete(vkey)
    else troubles.set(vkey, what)
  }
  /** A line counts for the very head that it stands under, and no older one takes the place of a newer. */
  function take(checkpoint: string, lines: string, known: readonly VerifierKey[]): number {
    const note = noteIn(checkpoint), head = note && headOf(checkpoint)
    const found = note && signersOf({ body: note.body, signatures: noteIn(noteOf(note.body, lines))?.signatures ?? [] }, known)
    for (const { vkey, seconds, line } of found ?? []) {
      if (seconds! * 1000 > now() + answerMs || (seen[vkey]?.seconds ?? 0) > seconds!) continue
      seen[vkey] = { size: head!.size, root: head!.root.toString('hex'), seconds: seconds!, line }
    }
    if (found?.length) keep()
    return found?.length ?? 0
  }
  async function askOne({ key, url }: { key: VerifierKey; url: string }, checkpoint: string, offerFrom: (old: number) => Offer): Promise<void> {
    const { vkey } = key, { size, root } = headOf(checkpoint)!
    const fresh = seen[vkey]
    if (fresh?.size === size && fresh.root === root.toString('hex') && now() - fresh.seconds * 1000 < refreshMs && !troubles.has(vkey)) return
    const offer = (old: number) => fetch(`${url}/add-checkpoint`, { method: 'POST', body: offerText(offerFrom(old)), signal: AbortSignal.timeout(answerMs) })
    let answer = await offer(Math.min(have.get(vkey) ?? fresh?.size ?? 0, size))
    if (answer.status === 409) {
      const larger = Number(await answer.text())
      have.set(vkey, larger)
      if (larger > size) return trouble(vkey, `见过 ${larger} 条的树头，本簿只有 ${size} 条`)
      answer = await offer(larger)
    }
    if (answer.status !== 200) return trouble(vkey, `拒绝见证（${answer.status}）`)
    if (take(checkpoint, await answer.text(), [key]) === 0) return trouble(vkey, '所答不是它的签名')
    have.set(vkey, size)
    trouble(vkey, undefined)
  }
  return {
    async ask(checkpoint: string, offerFrom: (old: number) => Offer): Promise<void> {
      await Promise.all([...keys.values()].map(async ({ key, url }) => {
        if (url === undefined) return
        try { await askOne({ key, url }, checkpoint, offerFrom) } catch (error) { trouble(key.vkey, `联系不上（${error instanceof Error ? error.message : String(error)}）`) }
      }))
    },
    handIn: (note: string, newest: string): boolean => {
      const [body, ours] = [noteIn(note), noteIn(newest)]
      return body !== undefined && ours !== undefined && body.body === ours.body && take(newest, body.signatures.map(({ line }) => line).join(''), [...keys.values()].map(({ key }) => key)) > 0
    },
    lines(checkpoint: string): string {
      const { size, root } = headOf(checkpoint)!
      return Object.values(seen).filter((line) => line.size === size && line.root === root.toString('hex')).map(({ line }) => line).join('')
    },
    state(): Witnessing {
      const times = Object.values(seen).map(({ seconds }) => seconds).sort((a, b) => b - a), enough = times[threshold - 1]
      const at = (seconds: number) => new Date(seconds * 1000).toISOString()
      return { configured: keys.size, threshold, ...(enough !== undefined && { at: at(enough) }), ...(keys.size > 0 && { since }),
        witnesses: [...keys.entries()].map(([vkey, { url }]) => ({ vkey, ...(url !== undefined && { url }),
          ...(seen[vkey] && { at: at(seen[vkey].seconds), size: seen[vkey].size }), ...(troubles.has(vkey) && { trouble: troubles.get(vkey)! }) })) }
    },
  }
}
