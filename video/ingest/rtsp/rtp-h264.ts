import { unwrapped } from '../../flv.ts'

/** 一幅 — the NAL units of one picture, and its time on the camera's own clock, milliseconds. `broken`: packets of it are missing. */
export type Picture = { units: Buffer[]; ptsMs: number; broken: boolean }
const stapA = 24, fuA = 28, ticksEachMs = 90
/** One picture of so many bytes is none. */
const pictureBytes = 8 << 20

/** RTP 解包 (RFC 3550, 6184) — single units, several in one packet, one in several. A picture is whole at its marker, or when another time begins. */
export function depacketiser(payloadType: number, hand: (picture: Picture) => void): (packet: Buffer) => void {
  const ticksOf = unwrapped()
  let sequence: number | undefined, timestamp: number | undefined, units: Buffer[] = [], parts: Buffer[] = [], bytes = 0, broken = false
  function end() {
    if (parts.length > 0) broken = true
    if (units.length > 0 && timestamp !== undefined) hand({ units, ptsMs: ticksOf(timestamp) / ticksEachMs, broken })
    units = []
    parts = []
    bytes = 0
    broken = false
  }
  function take(payload: Buffer) {
    const type = payload[0]! & 31
    if ((bytes += payload.length) > pictureBytes) { broken = true; parts = []; return }
    if (type >= 1 && type < stapA) return void units.push(payload)
    if (type === stapA) {
      for (let at = 1; at + 2 < payload.length;) {
        const next = at + 2 + payload.readUInt16BE(at)
        if (next > payload.length || next === at + 2) { broken = true; return }
        units.push(payload.subarray(at + 2, next))
        at = next
      }
      return
    }
    if (type !== fuA || payload.length < 3) { broken = true; return }
    const head = payload[1]!, first = (head & 0x80) !== 0, last = (head & 0x40) !== 0
    if (first) parts = [Buffer.from([(payload[0]! & 0xe0) | (head & 31)])]
    else if (parts.length === 0) { broken = true; return }
    parts.push(payload.subarray(2))
    if (last) { units.push(Buffer.concat(parts)); parts = [] }
  }
  return (packet) => {
    const payload = payloadOf(packet, payloadType)
    if (!payload) return
    const number = packet.readUInt16BE(2), time = packet.readUInt32BE(4)
    const missing = sequence !== undefined && number !== ((sequence + 1) & 0xffff)
    sequence = number
    // What is missing may be the end of the picture before, the beginning of this one, or both.
    if (missing) { broken = true; parts = [] }
    if (timestamp !== undefined && time !== timestamp) end()
    timestamp = time
    if (missing) broken = true
    take(payload)
    if (packet[1]! & 0x80) end()
  }
}
/** What one packet carries, or nothing where it is not of this stream or not well-formed. */
function payloadOf(packet: Buffer, payloadType: number): Buffer | undefined {
  if (packet.length < 13 || packet[0]! >> 6 !== 2 || (packet[1]! & 127) !== payloadType) return undefined
  let from = 12 + (packet[0]! & 15) * 4
  if (packet[0]! & 0x10) {
    if (packet.length < from + 4) return undefined
    from += 4 + packet.readUInt16BE(from + 2) * 4
  }
  const to = packet.length - (packet[0]! & 0x20 ? packet.at(-1)! : 0)
  return to > from ? packet.subarray(from, to) : undefined
}
