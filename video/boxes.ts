/** 盒 — ISO base media boxes: written from parts, walked over bytes with every size checked. */
export function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(parts.reduce((sum, part) => sum + part.length, 8))
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, ...parts])
}
/** A box with a version and flags. */
export const fullBox = (type: string, version: number, flags: number, ...parts: readonly Buffer[]): Buffer => box(type, u32(version * 2 ** 24 + flags), ...parts)

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4))
  return bytes
}
export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, i) => bytes.writeUInt16BE(value, i * 2))
  return bytes
}
export const u64 = (value: number): Buffer => u32(Math.floor(value / 2 ** 32), value % 2 ** 32)

/** 房盒 — what only this house writes into its files stands in boxes of this kind; every other reader steps over them. */
const houseKind = Buffer.from('mingjian-footage', 'latin1')
export const houseBox = (said: object): Buffer => box('uuid', houseKind, Buffer.from(JSON.stringify(said)))
/** What a house's box says, where `body` (behind its head) is one. */
export function saidIn(body: Buffer): Record<string, unknown> | undefined {
  if (!body.subarray(0, 16).equals(houseKind)) return undefined
  try {
    const said = JSON.parse(body.toString('utf8', 16)) as unknown
    return said !== null && typeof said === 'object' ? said as Record<string, unknown> : undefined
  } catch { return undefined }
}

/** 盒位 — where a box lies in what it was found in, and where its body begins. */
export type Placed = { type: string; at: number; bodyAt: number; end: number }
/** The boxes one after the other between two places of bytes; ends before the first that is not whole. */
export function* boxesIn(bytes: Buffer, from = 0, to = bytes.length): Generator<Placed> {
  for (let at = from; at + 8 <= to;) {
    const small = bytes.readUInt32BE(at), large = small === 1 && at + 16 <= to
    const size = large ? Number(bytes.readBigUInt64BE(at + 8)) : small === 0 ? to - at : small, head = large ? 16 : 8
    if (size < head || at + size > to) return
    yield { type: bytes.toString('latin1', at + 4, at + 8), at, bodyAt: at + head, end: at + size }
    at += size
  }
}
/** The first box of that path below. */
export function boxAt(bytes: Buffer, path: readonly string[], from = 0, to = bytes.length): Placed | undefined {
  const [type, ...rest] = path
  for (const found of boxesIn(bytes, from, to)) {
    if (found.type === type) return rest.length === 0 ? found : boxAt(bytes, rest, found.bodyAt, found.end)
  }
  return undefined
}
