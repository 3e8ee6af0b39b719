import { join } from 'node:path'
import { readIfThere } from './files.ts'
import { headOf, offerText } from './growth.ts'
import { noteIn, noteOf, signersOf, verifierFrom } from './note.ts'
import { witnessesIn, type Told } from './open.ts'

/** A house does not open later for a witness that is far away. */
const answerMs = 3_000

/** 外面几点 — asks every witness for its line over the head that was signed last: the line says when, by a clock that is not this machine's; who has not come to that head
    yet says it in the answer's own date. The latest of those who answer, in ms; nothing where nobody does. */
export async function witnessedTimeMs(dir: string, told: Told = {}): Promise<number | undefined> {
  const text = readIfThere(join(dir, 'transparency', 'checkpoint')) ?? '', note = noteIn(text), head = note && headOf(text)
  if (!head) return undefined
  const asked = [...witnessesIn(dir).witnesses ?? [], ...told.witnesses ?? []].map(async ({ url, vkey }) => {
    const key = verifierFrom(vkey)
    if (url === undefined || key?.kind !== 'witness') return []
    const answer = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, { method: 'POST', body: offerText({ old: head.size, proof: [], text }), signal: AbortSignal.timeout(answerMs) })
    if (answer.status !== 200) return [Date.parse(answer.headers.get('date') ?? '')].filter(Number.isFinite)
    const signatures = noteIn(noteOf(note.body, await answer.text()))?.signatures ?? []
    return (signersOf({ body: note.body, signatures }, [key]) ?? []).flatMap(({ seconds }) => seconds === undefined ? [] : [seconds * 1000])
  })
  const times = (await Promise.allSettled(asked)).flatMap((answer) => answer.status === 'fulfilled' ? answer.value : [])
  return times.length > 0 ? Math.max(...times) : undefined
}
