import { join } from 'node:path'
import { readIfThere, writeDurably } from './files.ts'
import { headOf, offerText, type Offer } from './growth.ts'
import { noteIn, noteOf, signersOf, verifierFrom, type VerifierKey } from './note.ts'

/** A witness that is asked: without an address it fetches the heads itself and hands its lines in. */
export type Configured = { url?: string | undefined; vkey: string }
/** When a witness last vouched for which head. */
type Seen = { size: number; root: string; seconds: number; line: string }
/** 末次见证 of all that are configured. `at`: since when enough of them vouch for it; `since`: since when they are configured. */
type Witnessing = { configured: number; threshold: number; at?: string; since?: string
  witnesses: { vkey: string; url?: string; at?: string; size?: number; trouble?: string }[] }
type RoundsOptions = { dir: string; witnesses: readonly Configured[]; threshold: number; now(): number; say(line: string): void }
const refreshMs = 10 * 60_000, answerMs = 10_000

type Known = Map<string, { key: VerifierKey; url: string | undefined }>
function knownOf(witnesses: readonly Configured[]): Known {
  return new Map(witnesses.map(({ vkey, url }) => {
    const key = verifierFrom(vkey)
    if (key?.kind !== 'witness') throw new Error(`不是见证人的公钥：${vkey} / not the key of a witness: ${vkey}`)
    return [key.vkey, { key, url: url?.replace(/\/+$/, '') }] as const
  }))
}
/** What is remembered over a restart: who vouched for what, and since when just these are configured. Damaged, it begins anew: it proves nothing. */
function memoryIn(path: string, keys: Known, now: number) {
  let kept: { since?: string; of?: string; seen?: Record<string, Seen> } = {}
  try { kept = JSON.parse(readIfThere(path) ?? '{}') as typeof kept } catch { /* as if it were not there */ }
  const seen: Record<string, Seen> = Object.fromEntries(Object.entries(kept.seen ?? {}).filter(([vkey]) => keys.has(vkey)))
  const of = [...keys.keys()].sort().join(' '), since = kept.of === of && kept.since !== undefined ? kept.since : new Date(now).toISOString()
  const keep = () => writeDurably(path, `${JSON.stringify({ since, of, seen }, null, 1)}\n`)
  if (keys.size > 0) keep()
  return { seen, since, keep }
}

/** 征见证 — asks each witness for its line over the newest head: at once where it is new, and now and then where it is not. */
export function witnessRounds({ dir, witnesses, threshold, now, say }: RoundsOptions) {
  const keys = knownOf(witnesses), { seen, since, keep } = memoryIn(join(dir, 'witnessed.json'), keys, now())
  const troubles = new Map<string, string>(), have = new Map<string, number>()

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
      const handed = noteIn(note), ours = noteIn(newest), known = [...keys.values()].map(({ key }) => key)
      return handed !== undefined && ours !== undefined && handed.body === ours.body && take(newest, handed.signatures.map(({ line }) => line).join(''), known) > 0
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
