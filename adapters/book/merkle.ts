import { hash } from 'node:crypto'

export const hashBytes = 32
/** Leaves under one stored tile (C2SP tlog-tiles, height 8). */
export const tileLeaves = 256
const tileLevel = 8

/** RFC 6962 §2.1: a leaf and a node can never be taken for one another. */
export const leafHash = (leaf: string): Buffer => hash('sha256', `\0${leaf}`, 'buffer')
/** The same over bytes as they are read, with that first 0 before them. */
export const leafBytesHash = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer')
/** As text of one byte a letter (latin1), which is compared at a third of the cost. */
export const leafBytesHashLatin1 = (bytes: Buffer): string => hash('sha256', bytes, 'binary')
const pair = Buffer.alloc(1 + 2 * hashBytes, 1)
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  left.copy(pair, 1)
  right.copy(pair, 1 + hashBytes)
  return hash('sha256', pair, 'buffer')
}

/** 紧凑树 — the perfect subtrees of a log, the largest first: all that is needed to grow it and to know its root. */
export type Tree = { size: number; nodes: Buffer[] }
export const emptyTree = (): Tree => ({ size: 0, nodes: [] })
export const copyOf = ({ size, nodes }: Tree): Tree => ({ size, nodes: [...nodes] })

/** Adds a leaf's hash; hands back the hash of a tile that it completes. */
export function grow(tree: Tree, leaf: Buffer): Buffer | undefined {
  let node = leaf
  let tile: Buffer | undefined
  for (let n = tree.size, level = 0; n % 2 === 1; n = (n - 1) / 2) {
    node = nodeHash(tree.nodes.pop()!, node)
    if (++level === tileLevel) tile = node
  }
  tree.nodes.push(node)
  tree.size++
  return tile
}

export function rootOf({ nodes }: Tree): Buffer {
  if (nodes.length === 0) return hash('sha256', '', 'buffer')
  return nodes.reduceRight((right, left) => nodeHash(left, right))
}

/** The leaves under each node of a tree of this size, the largest subtree first. */
export function spans(size: number): { from: number; to: number }[] {
  const all: { from: number; to: number }[] = []
  let from = 1
  for (let leaves = 2 ** 52; leaves >= 1; leaves /= 2) {
    if (Math.floor(size / leaves) % 2 === 0) continue
    all.push({ from, to: from + leaves - 1 })
    from += leaves
  }
  return all
}

export const packed = ({ nodes }: Tree): Buffer => Buffer.concat(nodes)
export const unpacked = (size: number, frontier: Buffer): Tree => ({
  size,
  nodes: Array.from({ length: Math.floor(frontier.length / hashBytes) }, (_, i) => frontier.subarray(i * hashBytes, (i + 1) * hashBytes)),
})
