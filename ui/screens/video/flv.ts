/** 流 — the coded pictures of a live FLV, as they come over the line in pieces of any size. Of each: how it is coded, or a picture and whether it stands by itself. */
export type Told = { config(avcC: Uint8Array<ArrayBuffer>): void; picture(picture: { key: boolean; timeMs: number; data: Uint8Array<ArrayBuffer> }): void }
const headBytes = 13, tagBytes = 11, sizeBytes = 4
/** What is larger than this is no picture of a camera. */
const mostBytes = 8 << 20
const video = 9, avc = 7, sequenceHeader = 0, units = 1

export function flvReader(told: Told): (piece: Uint8Array<ArrayBuffer>) => void {
  let held = new Uint8Array(0), begun = false
  function tag(body: Uint8Array<ArrayBuffer>, timeMs: number) {
    if (body.length < 5 || (body[0]! & 15) !== avc) return
    const data = body.slice(5)
    if (body[1] === sequenceHeader) told.config(data)
    else if (body[1] === units) told.picture({ key: body[0]! >> 4 === 1, timeMs, data })
  }
  return (piece) => {
    const all = new Uint8Array(held.length + piece.length)
    all.set(held)
    all.set(piece, held.length)
    let at = 0
    if (!begun) {
      if (all.length < headBytes) { held = all; return }
      if (all[0] !== 0x46 || all[1] !== 0x4c || all[2] !== 0x56) throw new Error('not FLV')
      begun = true
      at = headBytes
    }
    for (const seen = new DataView(all.buffer); at + tagBytes <= all.length;) {
      const size = seen.getUint32(at) & 0xffffff
      if (size > mostBytes) throw new Error('a picture that is too large')
      if (at + tagBytes + size + sizeBytes > all.length) break
      if (all[at] === video) tag(all.slice(at + tagBytes, at + tagBytes + size), (seen.getUint32(at + 4) >>> 8 | all[at + 7]! << 24) >>> 0)
      at += tagBytes + size + sizeBytes
    }
    held = all.slice(at)
  }
}
/** `avc1.42c01f`: profile, constraints and level as a decoder is asked for them. */
export const codecOf = (avcC: Uint8Array) => `avc1.${[...avcC.slice(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
