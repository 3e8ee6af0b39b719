import { rootOver, type Range } from './proof.ts'

/** 叶与块 as the book keeps them: hashes of leaves, and of each 256 of them. */
export type Hashes = {
  /** After a position, up to another; at most a batch at once. */
  leafHashes(after: number, upTo: number): readonly Buffer[]
  /** Of whole tiles after so many, up to so many; at most a batch at once. */
  tileHashes(after: number, upTo: number): readonly Buffer[]
}
const tileLeaves = 256
/** Perfect subtrees from here up are kept: a hash that is complete never changes, and each spares reading 256 tiles. */
const keptLeaves = tileLeaves ** 2

function all(read: (after: number, upTo: number) => readonly Buffer[], from: number, to: number): Buffer[] {
  const found: Buffer[] = []
  while (found.length < to - from) {
    const batch = read(from + found.length, to)
    if (batch.length === 0) throw new Error(`the book has no hashes ${from + found.length}…${to}`)
    found.push(...batch)
  }
  return found
}

/** The tree over a book's stored hashes. Nothing is recomputed from texts here: `verify` does that, and a witness sees what it comes to. */
export function rangesOf({ leafHashes, tileHashes }: Hashes): Range {
  const kept = new Map<number, Buffer>()
  const bigger = (from: number, to: number): Buffer => {
    const hashes: Buffer[] = []
    let at = from
    for (; at + keptLeaves <= to; at += keptLeaves) {
      let hash = kept.get(at)
      if (!hash) kept.set(at, hash = rootOver(all(tileHashes, at / tileLeaves, (at + keptLeaves) / tileLeaves)))
      hashes.push(hash)
    }
    if (at < to) hashes.push(smaller(at, to))
    return rootOver(hashes)
  }
  const smaller = (from: number, to: number): Buffer => {
    if (to - from <= tileLeaves) return rootOver(all(leafHashes, from, to))
    const end = to - to % tileLeaves
    const hashes = all(tileHashes, from / tileLeaves, end / tileLeaves)
    if (end < to) hashes.push(rootOver(all(leafHashes, end, to)))
    return rootOver(hashes)
  }
  return (from, to) => to - from >= keptLeaves ? bigger(from, to) : smaller(from, to)
}

/** 树块 — C2SP tlog-tiles: the hashes of one level, 256 to a tile; nothing where a tree of this size has no such tile. */
export function tileOf(range: Range, size: number, level: number, index: number, width = tileLeaves): Buffer | undefined {
  const leaves = tileLeaves ** level, first = index * tileLeaves
  if (!Number.isSafeInteger(leaves) || width < 1 || (first + width) * leaves > size) return undefined
  return Buffer.concat(Array.from({ length: width }, (_, i) => range((first + i) * leaves, (first + i + 1) * leaves)))
}
