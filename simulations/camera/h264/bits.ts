/** 位 — writes a bitstream from its highest bit on (H.264 7.2). */
export class Bits {
  private bytes = new Uint8Array(4096)
  private length = 0
  private rest = 0
  private filled = 0

  /** The lowest `count` bits of a number, at most 24. */
  put(value: number, count: number): this {
    this.rest = (this.rest << count) | value
    this.filled += count
    while (this.filled >= 8) {
      if (this.length === this.bytes.length) this.grow()
      this.filled -= 8
      this.bytes[this.length++] = this.rest >> this.filled
      this.rest &= (1 << this.filled) - 1
    }
    return this
  }
  word({ value, width }: Word): this { return this.put(value, width) }
  /** ue(v) — Exp-Golomb (9.1): as many zeros as bits follow the first one. */
  unsigned(value: number): this {
    const width = 32 - Math.clz32(value + 1)
    return this.put(0, width - 1).put(value + 1, width)
  }
  /** se(v) — 0, 1, −1, 2, −2 … (9.1.1). */
  signed(value: number): this { return this.unsigned(value > 0 ? 2 * value - 1 : -2 * value) }
  /** rbsp_trailing_bits: a one, and zeros to the end of the byte. */
  end(): Uint8Array {
    this.put(1, 1)
    if (this.filled > 0) this.put(0, 8 - this.filled)
    return this.bytes.subarray(0, this.length)
  }
  private grow() {
    const more = new Uint8Array(this.bytes.length * 2)
    more.set(this.bytes)
    this.bytes = more
  }
}

/** 码字 — a code word of a table. */
export type Word = { value: number; width: number }
/** Code words as the standard prints them, with a blank between two. */
export const words = (printed: string): readonly Word[] => printed.split(' ').map((word) => ({ value: parseInt(word, 2), width: word.length }))

/** 单元 — a NAL unit: after two zeros a byte of 0 to 3 is preceded by a 3, so that no start code appears within (7.4.1). */
export function unit(header: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(2 + payload.length * 1.5)
  let length = 0, zeros = 0
  bytes[length++] = header
  for (const byte of payload) {
    if (zeros === 2 && byte <= 3) { bytes[length++] = 3; zeros = 0 }
    bytes[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return bytes.subarray(0, length)
}
