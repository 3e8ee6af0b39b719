/** AMF0 — the values in which RTMP says its commands; as many kinds as a publisher meets. */
export type Amf = number | boolean | string | null | { readonly [name: string]: Amf }

function text(value: string): Buffer {
  const bytes = Buffer.from(value), length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
function one(value: Amf): Buffer {
  if (value === null) return Buffer.from([5])
  if (typeof value === 'boolean') return Buffer.from([1, value ? 1 : 0])
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), text(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  return Buffer.concat([Buffer.from([3]), ...Object.entries(value).flatMap(([name, field]) => [text(name), one(field)]), Buffer.from([0, 0, 9])])
}
export const amf = (...values: readonly Amf[]): Buffer => Buffer.concat(values.map(one))

/** What a message says, up to the first value that it does not know or that is cut short: whoever answers may say more than is asked for. */
export function readAmf(bytes: Buffer): Amf[] {
  let at = 0
  const taken = (count: number) => {
    if (at + count > bytes.length) throw new RangeError('cut short')
    return bytes.subarray(at, at += count)
  }
  const name = () => taken(taken(2).readUInt16BE()).toString()
  function fields(): Amf {
    const object: Record<string, Amf> = {}
    for (let key = name(); ; key = name()) {
      if (key === '' && bytes[at] === 9) { at++; return object }
      object[key] = value()
    }
  }
  function value(): Amf {
    switch (taken(1)[0]) {
      case 0: return taken(8).readDoubleBE()
      case 1: return taken(1)[0] !== 0
      case 2: return name()
      case 3: return fields()
      case 5: case 6: return null
      case 8: taken(4); return fields()
      default: throw new RangeError('unknown kind')
    }
  }
  const values: Amf[] = []
  try { while (at < bytes.length) values.push(value()) } catch (error) { if (!(error instanceof RangeError)) throw error }
  return values
}
