import { hash } from 'node:crypto'

const hashBytes = 32
const sha256 = (...parts: Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer')
const leafMark = Uint8Array.of(0), nodeMark = Uint8Array.of(1)
/** 叶摘要 — RFC 6962 §2.1: a leaf and a node can never be taken for one another. */
export const leafHashOf = (leaf: Uint8Array): Buffer => sha256(leafMark, leaf)
const nodeOf = (left: Uint8Array, right: Uint8Array): Buffer => sha256(nodeMark, left, right)
/** 空树 — the root of no leaves. */
export const emptyRoot = (): Buffer => hash('sha256', '', 'buffer')

/** 区段 — the tree hash of the leaves `from` … `to - 1`; whoever has the leaves or tiles knows it. */
export type Range = (from: number, to: number) => Buffer

/** The root over hashes of one height, the last of which may stand for fewer leaves. */
export function rootOver(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return emptyRoot()
  let row = hashes
  while (row.length > 1) {
    const above: Buffer[] = []
    for (let i = 0; i < row.length; i += 2) above.push(i + 1 < row.length ? nodeOf(row[i]!, row[i + 1]!) : row[i]!)
    row = above
  }
  return row[0]!
}

/** The leaves of the left half: the largest power of two below a size. */
function leftOf(size: number): number {
  let left = 1
  while (left * 2 < size) left *= 2
  return left
}
const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0

/** 包含证明 — RFC 6962 §2.1.1, from the leaf's sibling up. */
export function inclusionProof(index: number, size: number, range: Range): Buffer[] {
  if (!isSize(index) || !isSize(size) || index >= size) throw new Error(`no leaf ${index} in a tree of ${size}`)
  const path: Buffer[] = []
  for (let from = 0, to = size; to - from > 1;) {
    const middle = from + leftOf(to - from)
    if (index < middle) { path.push(range(middle, to)); to = middle } else { path.push(range(from, middle)); from = middle }
  }
  return path.reverse()
}

/** 一致证明 — RFC 6962 §2.1.2: the tree of `size` leaves begins with the tree of `old`. Nothing needs to be said of an empty one, nor of the same. */
export function consistencyProof(old: number, size: number, range: Range): Buffer[] {
  if (!isSize(old) || !isSize(size) || old > size) throw new Error(`a tree of ${size} does not begin with one of ${old}`)
  if (old === 0) return []
  const path: Buffer[] = []
  let from = 0, to = size
  while (to !== old) {
    const middle = from + leftOf(to - from)
    if (old <= middle) { path.push(range(middle, to)); to = middle } else { path.push(range(from, middle)); from = middle }
  }
  if (from > 0) path.push(range(from, to))
  return path.reverse()
}

const areHashes = (path: readonly Uint8Array[]) => path.every((hash) => hash.length === hashBytes)
const odd = (n: number) => n % 2 === 1, half = (n: number) => Math.floor(n / 2)

/** The root that a leaf's hash and a path come to (RFC 9162 §2.1.3.2); nothing where the path does not fit the place. */
function rootOfPath(index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[]): Buffer | undefined {
  if (!isSize(index) || !isSize(size) || index >= size || leaf.length !== hashBytes || !areHashes(path)) return undefined
  let at = index, last = size - 1, root: Buffer = Buffer.from(leaf)
  for (const beside of path) {
    if (last === 0) return undefined
    if (odd(at) || at === last) {
      root = nodeOf(beside, root)
      while (!odd(at) && at !== 0) { at = half(at); last = half(last) }
    } else root = nodeOf(root, beside)
    at = half(at)
    last = half(last)
  }
  return last === 0 ? root : undefined
}
/** 验包含 — the leaf with this hash stands at this index of the tree with this root. */
export const isIncluded = (index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[], root: Uint8Array): boolean =>
  rootOfPath(index, size, leaf, path)?.equals(root) ?? false

const isPowerOfTwo = (n: number) => { while (n > 1 && !odd(n)) n /= 2; return n === 1 }

/** 验一致 — the tree of `size` leaves and `root` begins with that of `old` leaves and `oldRoot` (RFC 9162 §2.1.4.2). */
export function isConsistent(old: number, size: number, oldRoot: Uint8Array, root: Uint8Array, path: readonly Uint8Array[]): boolean {
  if (!isSize(old) || !isSize(size) || old > size || oldRoot.length !== hashBytes || root.length !== hashBytes || !areHashes(path)) return false
  if (old === size) return path.length === 0 && Buffer.from(oldRoot).equals(root) && (old > 0 || emptyRoot().equals(root))
  if (old === 0) return path.length === 0 && emptyRoot().equals(oldRoot)
  if (path.length === 0) return false
  const [first, ...rest] = isPowerOfTwo(old) ? [oldRoot, ...path] : path
  let at = old - 1, last = size - 1
  while (odd(at)) { at = half(at); last = half(last) }
  let before: Buffer = Buffer.from(first!), now = before
  for (const beside of rest) {
    if (last === 0) return false
    if (odd(at) || at === last) {
      before = nodeOf(beside, before)
      now = nodeOf(beside, now)
      while (!odd(at) && at !== 0) { at = half(at); last = half(last) }
    } else now = nodeOf(now, beside)
    at = half(at)
    last = half(last)
  }
  return last === 0 && before.equals(oldRoot) && now.equals(root)
}
