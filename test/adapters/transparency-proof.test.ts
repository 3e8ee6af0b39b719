import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consistencyProof, emptyRoot, inclusionProof, isConsistent, isIncluded, leafHashOf, rootOver, type Range } from '../../adapters/transparency/proof.ts'
import { rangesOf, tileOf } from '../../adapters/transparency/tiles.ts'

/** RFC 6962 §2.1 word for word, by recursion over the texts themselves. */
const sha = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const split = (n: number) => { const bits = (n - 1).toString(2).length; return parseInt(`1${'0'.repeat(bits - 1)}`, 2) }
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha('')
  if (leaves.length === 1) return sha('\0', leaves[0]!)
  const k = split(leaves.length)
  return sha('\x01', mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}
const naivePath = (m: number, leaves: readonly Buffer[]): Buffer[] => {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  return m < k ? [...naivePath(m, leaves.slice(0, k)), mth(leaves.slice(k))] : [...naivePath(m - k, leaves.slice(k)), mth(leaves.slice(0, k))]
}
const naiveProof = (m: number, leaves: readonly Buffer[], whole = true): Buffer[] => {
  if (m === leaves.length) return whole ? [] : [mth(leaves)]
  const k = split(leaves.length)
  return m <= k ? [...naiveProof(m, leaves.slice(0, k), whole), mth(leaves.slice(k))] : [...naiveProof(m - k, leaves.slice(k), false), mth(leaves.slice(0, k))]
}
const leavesOf = (size: number) => Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i} ${'x'.repeat(i % 7)}`))
function rangeOver(leaves: readonly Buffer[]): Range {
  const known = new Map<string, Buffer>()
  return (from, to) => known.get(`${from} ${to}`) ?? known.set(`${from} ${to}`, mth(leaves.slice(from, to))).get(`${from} ${to}`)!
}
const flipped = (hash: Buffer, bit: number) => { const copy = Buffer.from(hash); copy[bit >> 3]! ^= 1 << (bit & 7); return copy }
const some = leavesOf(300), over = rangeOver(some)

describe('the tree of RFC 6962', () => {
  it('has the roots that Certificate Transparency publishes for its eight inputs', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) => Buffer.from(hex, 'hex'))
    const roots = ['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328']
    roots.forEach((root, i) => expect(rootOver(inputs.slice(0, i + 1).map(leafHashOf)).toString('hex')).toBe(root))
    expect(emptyRoot().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
  it('every proof of every small tree is the recursive one, and holds', () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = some.slice(0, size), root = mth(leaves)
      for (let i = 0; i < size; i++) {
        const path = inclusionProof(i, size, over)
        expect(path).toStrictEqual(naivePath(i, leaves))
        expect(isIncluded(i, size, leafHashOf(leaves[i]!), path, root)).toBe(true)
      }
      for (let old = 0; old <= size; old++) {
        const path = consistencyProof(old, size, over)
        expect(path).toStrictEqual(old === 0 ? [] : naiveProof(old, leaves))
        expect(isConsistent(old, size, mth(leaves.slice(0, old)), root, path)).toBe(true)
      }
    }
  })
  it('holds of larger trees too, over tiles as over texts', () => {
    const leaves = leavesOf(132_000).map(leafHashOf)
    const tiles = Array.from({ length: Math.floor(leaves.length / 256) }, (_, i) => rootOver(leaves.slice(i * 256, (i + 1) * 256)))
    const range = rangesOf({ leafHashes: (after, upTo) => leaves.slice(after, Math.min(upTo, after + 2_000)), tileHashes: (after, upTo) => tiles.slice(after, Math.min(upTo, after + 100)) })
    const rootOf = (size: number) => size === 0 ? emptyRoot() : rootOver(leaves.slice(0, size))
    fc.assert(fc.property(fc.integer({ min: 1, max: leaves.length }), fc.nat(), fc.nat(), (size, i, o) => {
      const index = i % size, old = o % (size + 1)
      expect(isIncluded(index, size, leaves[index]!, inclusionProof(index, size, range), rootOf(size))).toBe(true)
      expect(isConsistent(old, size, rootOf(old), rootOf(size), consistencyProof(old, size, range))).toBe(true)
    }), { numRuns: 12 })
    for (const size of [255, 256, 257, 65_535, 65_536, 65_537, 131_072, 131_073]) expect(range(0, size)).toStrictEqual(rootOf(size))
    expect(tileOf(range, leaves.length, 0, 3)).toStrictEqual(Buffer.concat(leaves.slice(768, 1024)))
    expect(tileOf(range, leaves.length, 1, 1)).toStrictEqual(Buffer.concat(tiles.slice(256, 512)))
    expect(tileOf(range, leaves.length, 2, 0, 2)).toStrictEqual(Buffer.concat([rootOf(65_536), rootOver(leaves.slice(65_536, 131_072))]))
    for (const [level, index, width] of [[2, 0, 256], [0, 515, 256], [1, 2, 256], [0, 516, 1], [7, 0, 1], [2, 0, 3], [0, 0, 0]] as const) expect(tileOf(range, leaves.length, level, index, width)).toBeUndefined()
  })
})

describe('no other proof holds', () => {
  const place = fc.integer({ min: 2, max: 300 }).chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1), old: fc.integer({ min: 1, max: size - 1 }), bit: fc.nat(255), at: fc.nat() }))
  it('with any bit flipped anywhere', () => fc.assert(fc.property(place, ({ size, index, old, bit, at }) => {
    const root = over(0, size), leaf = leafHashOf(some[index]!), path = inclusionProof(index, size, over), oldRoot = over(0, old), grown = consistencyProof(old, size, over)
    const bent = (path: Buffer[]) => path.map((hash, i) => i === at % path.length ? flipped(hash, bit) : hash)
    expect(isIncluded(index, size, flipped(leaf, bit), path, root)).toBe(false)
    expect(isIncluded(index, size, leaf, path, flipped(root, bit))).toBe(false)
    expect(isIncluded(index, size, leaf, bent(path), root)).toBe(false)
    expect(isConsistent(old, size, flipped(oldRoot, bit), root, grown)).toBe(false)
    expect(isConsistent(old, size, oldRoot, flipped(root, bit), grown)).toBe(false)
    expect(isConsistent(old, size, oldRoot, root, bent(grown))).toBe(false)
  }), { numRuns: 150 }))
  it('at another index', () => {
    for (let size = 2; size <= 33; size++) for (let index = 0; index < size; index++) for (let other = 0; other < size + 3; other++) {
      if (other !== index) expect(isIncluded(other, size, leafHashOf(some[index]!), inclusionProof(index, size, over), over(0, size)), `${index} as ${other} of ${size}`).toBe(false)
    }
  })
  it('of consistency between other sizes', () => {
    // The sizes of a proof bind only as far as their roots do: what a proof leads to is (old root, new root), and no other tree has those roots.
    for (let size = 2; size <= 13; size++) for (let old = 1; old < size; old++) for (let a = 0; a <= 14; a++) for (let b = 0; b <= 14; b++) {
      if (a === old && b === size) continue
      expect(isConsistent(a, b, over(0, a), over(0, b), consistencyProof(old, size, over)) && (a !== b && a !== 0), `${old}…${size} for ${a}…${b}`).toBe(false)
    }
  })
  it('with a hash too many, too few, or of another length', () => fc.assert(fc.property(place, ({ size, index, old, at }) => {
    const root = over(0, size), leaf = leafHashOf(some[index]!), path = inclusionProof(index, size, over), grown = consistencyProof(old, size, over), extra = leafHashOf(Buffer.from('extra'))
    for (const wrong of [[...path, extra], [extra, ...path], [...path, root], path.slice(1), path.slice(0, -1), [], path.map((hash) => hash.subarray(0, 31)), path.map((hash) => Buffer.concat([hash, Buffer.of(0)]))]) {
      expect(isIncluded(index, size, leaf, wrong, root)).toBe(false)
    }
    for (const wrong of [[...grown, extra], [extra, ...grown], [...grown, root], grown.slice(1), grown.slice(0, -1), [], grown.map((hash) => hash.subarray(0, 31)), [...grown].reverse().concat(extra)]) {
      expect(isConsistent(old, size, over(0, old), root, wrong)).toBe(false)
    }
    expect(at).toBeGreaterThanOrEqual(0)
  }), { numRuns: 100 }))
  it('for what is no size, no index and no hash', () => {
    const root = over(0, 5), leaf = leafHashOf(some[4]!), path = inclusionProof(4, 5, over)
    for (const index of [-1, 5, 6, 4.5, NaN, Infinity, 2 ** 53, -0.5]) expect(isIncluded(index, 5, leaf, path, root)).toBe(false)
    for (const size of [0, -1, 4, 4.5, NaN, Infinity, 2 ** 53]) expect(isIncluded(4, size, leaf, path, root)).toBe(false)
    expect(isIncluded(0, 0, leaf, [], emptyRoot())).toBe(false)
    expect(isIncluded(4, 5, Buffer.alloc(0), path, root)).toBe(false)
    for (const [old, size] of [[-1, 5], [3.5, 5], [NaN, 5], [6, 5], [2 ** 53, 2 ** 53 + 2], [5, Infinity]] as const) expect(isConsistent(old, size, over(0, 3), root, consistencyProof(3, 5, over))).toBe(false)
    expect(() => inclusionProof(5, 5, over)).toThrow('no leaf 5')
    expect(() => consistencyProof(6, 5, over)).toThrow('does not begin')
  })
  it('of sizes 0 and 1 but the plain ones', () => {
    const [one, two, extra] = [over(0, 1), over(0, 2), leafHashOf(Buffer.from('extra'))]
    expect(isIncluded(0, 1, leafHashOf(some[0]!), [], one)).toBe(true)
    expect(isIncluded(0, 1, leafHashOf(some[0]!), [extra], one)).toBe(false)
    expect(isIncluded(0, 1, leafHashOf(some[1]!), [], one)).toBe(false)
    expect(isConsistent(0, 1, emptyRoot(), one, [])).toBe(true)
    expect(isConsistent(0, 1, one, one, [])).toBe(false)
    expect(isConsistent(0, 1, emptyRoot(), one, [extra])).toBe(false)
    expect(isConsistent(0, 0, emptyRoot(), emptyRoot(), [])).toBe(true)
    expect(isConsistent(0, 0, one, one, [])).toBe(false)
    expect(isConsistent(1, 1, one, two, [])).toBe(false)
    expect(isConsistent(1, 2, one, two, [])).toBe(false)
    expect(isConsistent(1, 2, one, two, [leafHashOf(some[1]!)])).toBe(true)
  })
})

describe('what verifiers elsewhere have let pass', () => {
  const size = 7, root = over(0, size)
  it('an inner node in place of a leaf: the two are hashed apart', () => {
    const inner = Buffer.concat([leafHashOf(some[0]!), leafHashOf(some[1]!)]), path = inclusionProof(0, size, over).slice(1)
    for (const claimed of [0, 1, 2, 3]) for (const of of [3, 4, 5, size]) expect(isIncluded(claimed, of, leafHashOf(inner), path, root)).toBe(false)
  })
  it('an inner node given as a leaf\'s hash, with a shorter path', () => {
    const path = inclusionProof(0, size, over).slice(1)
    for (const [claimed, of] of [[0, 7], [0, 8], [1, 7], [2, 7], [3, 7]] as const) expect(isIncluded(claimed, of, over(0, 2), path, root), `${claimed} of ${of}`).toBe(false)
  })
  it('a last leaf told twice: no odd one is doubled', () => {
    const three = some.slice(0, 3), doubled = [...three, three[2]!]
    expect(mth(doubled)).not.toStrictEqual(mth(three))
    expect(isIncluded(3, 4, leafHashOf(three[2]!), inclusionProof(2, 3, rangeOver(three)), mth(three))).toBe(false)
  })
  it('a consistency proof of nothing at all, and one that is the two roots themselves', () => {
    for (let old = 1; old < size; old++) {
      expect(isConsistent(old, size, over(0, old), root, [])).toBe(false)
      for (const wrong of [[root], [over(0, old)], [over(0, old), root], [root, over(0, old)], [over(0, old), over(old, size)]]) {
        const right = naiveProof(old, some.slice(0, size))
        const same = wrong.length === right.length && wrong.every((hash, i) => hash.equals(right[i]!))
        expect(isConsistent(old, size, over(0, old), root, wrong)).toBe(same)
      }
    }
  })
  it('a consistency proof of a fork, made of the forger\'s own hashes', () => fc.assert(fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (size, o, c) => {
    const old = 1 + o % (size - 1), changed = c % old, forged = some.slice(0, size).map((leaf, i) => i === changed ? Buffer.from('forged') : leaf), fork = rangeOver(forged)
    expect(isConsistent(old, size, over(0, old), fork(0, size), consistencyProof(old, size, fork))).toBe(false)
    expect(isConsistent(old, size, over(0, old), fork(0, size), consistencyProof(old, size, over))).toBe(false)
  }), { numRuns: 60 }))
  it('any path made of hashes that are there to be had', () => fc.assert(fc.property(fc.nat(12), fc.nat(12), fc.array(fc.tuple(fc.nat(12), fc.nat(13)), { maxLength: 5 }), (index, of, picks) => {
    const hashes = picks.map(([from, to]) => over(Math.min(from, to), Math.max(from, to) || 1)), forged = leafHashOf(Buffer.from('forged'))
    expect(isIncluded(index, of, forged, hashes, root)).toBe(false)
  }), { numRuns: 300 }))
})
