/** 位流 — bits of a NAL unit with its emulation bytes taken out; beyond the end it says zeros and `over` is true. */
export type Bits = { bit(): number; bits(count: number): number; ue(): number; se(): number; over(): boolean }

export function bitsOf(nal: Buffer): Bits {
  const bytes = unescaped(nal), length = bytes.length * 8
  let at = 0
  const bit = () => {
    const value = at < length ? (bytes[at >> 3]! >> (7 - (at & 7))) & 1 : 0
    at++
    return value
  }
  const bits = (count: number) => {
    let value = 0
    for (let i = 0; i < count; i++) value = value * 2 + bit()
    return value
  }
  const ue = () => {
    let zeros = 0
    while (bit() === 0) if (++zeros > 32 || at > length) return Number.MAX_SAFE_INTEGER // no number of a header is that long
    return 2 ** zeros - 1 + bits(zeros)
  }
  const se = () => {
    const code = ue()
    return code % 2 === 1 ? (code + 1) / 2 : -(code / 2)
  }
  return { bit, bits, ue, se, over: () => at > length }
}

/** 00 00 03 stands for 00 00 inside a NAL unit. */
function unescaped(nal: Buffer): Buffer {
  const plain = Buffer.alloc(nal.length)
  let length = 0, zeros = 0
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) { zeros = 0; continue }
    plain[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return plain.subarray(0, length)
}
