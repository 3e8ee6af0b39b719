/** A picture that came to a viewer: by its time in the stream. */
export type Came = { timestampMs: number; key: boolean; body: Buffer }
const headBytes = 13, tagBytes = 11, trailBytes = 4, avcPicture = 1, beforePicture = 5

/** 读 FLV — pieces of a stream, as they come; pictures by their own lengths, and nothing of the house's. */
export function flvReader(onPicture: (came: Came) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0), begun = false
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    if (!begun && rest.length < headBytes) return
    let at = begun ? 0 : headBytes
    begun = true
    while (at + tagBytes <= rest.length) {
      const size = rest.readUIntBE(at + 1, 3), body = rest.subarray(at + tagBytes, at + tagBytes + size)
      if (at + tagBytes + size + trailBytes > rest.length) break
      if (body[1] === avcPicture) onPicture({ timestampMs: rest.readUIntBE(at + 4, 3) + rest[at + 7]! * 2 ** 24, key: body[0] === 0x17, body: Buffer.from(body.subarray(beforePicture)) })
      at += tagBytes + size + trailBytes
    }
    rest = Buffer.from(rest.subarray(at))
  }
}
