import { createHmac, timingSafeEqual } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Five bits a letter (RFC 4648), without padding. */
export function base32(bytes: Uint8Array): string {
  let bits = 0, held = 0, text = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31]
    held &= 255
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}
export function fromBase32(text: string): Buffer {
  let bits = 0, held = 0
  const bytes: number[] = []
  for (const letter of text) {
    held = ((held << 5) | alphabet.indexOf(letter)) & 0xfff
    bits += 5
    if (bits >= 8) bytes.push((held >>> (bits -= 8)) & 255)
  }
  return Buffer.from(bytes)
}

const stepMs = 30_000
/** 动态口令 of one step of time (RFC 6238 over RFC 4226, SHA-1). */
export function totpOf(secret: Uint8Array, step: number, digits = 6): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest(), at = mac[mac.length - 1]! & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 10 ** digits).padStart(digits, '0')
}
/** The step that a code is of, now or one to either side: clocks of telephones differ. */
export function stepSaid(secret: Uint8Array, code: string, unixMs: number): number | undefined {
  const now = Math.floor(unixMs / stepMs)
  const found = [now - 1, now, now + 1].filter((step) => {
    const right = Buffer.from(totpOf(secret, step)), said = Buffer.from(code)
    return said.length === right.length && timingSafeEqual(right, said)
  })
  return found.at(-1)
}
/** What an authenticator reads, as a link or from a picture. */
export const totpAddress = (issuer: string, person: string, secret: string) =>
  `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(person)}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=6&period=30`
