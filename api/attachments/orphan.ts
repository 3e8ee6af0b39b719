import type { Arrival, Blobs } from '../../domain/kernel/ports.ts'

/** 无主 — what no fact refers to, a day after it came in; and what a draft has named since, only when that draft has rested for so long. Where a draft is kept
    the house does not see: it hears of it when the draft is looked over. */
export const isOrphan = ({ at, namedAt }: Pick<Arrival, 'at' | 'namedAt'>, referred: boolean, nowMs: number, { orphanMs, draftMs }: { orphanMs: number; draftMs: number }) =>
  !referred && nowMs - Date.parse(at) >= orphanMs && (namedAt === undefined || nowMs - Date.parse(namedAt) >= draftMs)

const settlingMs = 5 * 60_000
type Touched = { askedMs: Map<string, number>; leaving: Set<string> }
const touched = new WeakMap<Blobs, Touched>()
const nameOf = (subject: string, matter: string, blob: string) => JSON.stringify([subject, matter, blob])
const touchedOf = (blobs: Blobs): Touched => {
  const known = touched.get(blobs) ?? { askedMs: new Map(), leaving: new Set() }
  touched.set(blobs, known)
  return known
}
/** 在说的 — what a decider is told of may be named by the fact that comes of it, which is not in the book yet: from here on it is not swept for a while. False
    where it is just being swept. */
export function asking(blobs: Blobs, subject: string, matter: string, blob: string): boolean {
  const { askedMs, leaving } = touchedOf(blobs), name = nameOf(subject, matter, blob), now = performance.now()
  if (leaving.has(name)) return false
  for (const [other, ms] of askedMs) if (now - ms >= settlingMs) askedMs.delete(other)
  askedMs.set(name, now)
  return true
}
/** Removes one that nobody has asked about lately; whoever asks while it goes is told that it is not there. */
export async function removeUnasked(blobs: Blobs, subject: string, matter: string, blob: string): Promise<boolean> {
  const { askedMs, leaving } = touchedOf(blobs), name = nameOf(subject, matter, blob), asked = askedMs.get(name)
  if (asked !== undefined && performance.now() - asked < settlingMs) return false
  leaving.add(name)
  try { await blobs.remove(subject, matter, blob) } finally { leaving.delete(name) }
  return true
}
