/** 见过的键 — a Bloom filter: answers "never seen" for certain, so that a build need not ask its file for rows that are new. */
export function knownKeys(expected: number) {
  const bits = 2 ** Math.ceil(Math.log2(Math.min(Math.max(expected * 8, 1 << 16), 1 << 28)))
  const seen = new Uint8Array(bits / 8)
  /** Adds a key; false where it was certainly not there. */
  return (key: string): boolean => {
    let a = 0x811c9dc5, b = 0x1b873593
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x01000193)
      b = Math.imul(b + unit, 0x85ebca6b) ^ (b >>> 13)
    }
    let known = true
    for (let i = 0; i < 3; i++) {
      const bit = (a + Math.imul(i, b | 1)) >>> 0 & bits - 1
      const mask = 1 << (bit & 7)
      if (!(seen[bit >>> 3]! & mask)) { known = false; seen[bit >>> 3]! |= mask }
    }
    return known
  }
}
