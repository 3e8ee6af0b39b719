/** 应答 — of an RTSP server; header names in lower case, those that are said twice are kept apart. */
export type Answer = { status: number; headers: ReadonlyMap<string, readonly string[]>; body: string }
export type Frame = { answer: Answer } | { channel: number; packet: Buffer } | { malformed: string }
const headBytes = 1 << 14, bodyBytes = 1 << 16, interleaved = 0x24

/** 拆流 — one TCP stream holds answers and packets in any order and any pieces. What is neither ends it. */
export function framesOf(hand: (frame: Frame) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0), broken = false
  const fail = (malformed: string): undefined => { broken = true; hand({ malformed }) }
  /** How much of `rest` one frame took; nothing while it is not whole. */
  function take(from: Buffer): number | undefined {
    if (from.length < 4) return undefined
    if (from[0] === interleaved) {
      const end = 4 + from.readUInt16BE(2)
      if (from.length < end) return undefined
      hand({ channel: from[1]!, packet: from.subarray(4, end) })
      return end
    }
    const end = from.indexOf('\r\n\r\n')
    if (end < 0) return from.length > headBytes ? fail('head-too-long') : undefined
    const head = headOf(from.toString('latin1', 0, end))
    if (!head) return fail('no-answer')
    const length = Number(head.headers.get('content-length')?.[0] ?? 0), whole = end + 4 + length
    if (!(length >= 0 && length <= bodyBytes)) return fail('body-too-long')
    if (from.length < whole) return undefined
    // What a server asks of us (its own keep-alive) is let pass.
    if (head.status > 0) hand({ answer: { ...head, body: from.toString('utf8', end + 4, whole) } })
    return whole
  }
  return (bytes) => {
    rest = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
    for (let taken: number | undefined; !broken && (taken = take(rest)) !== undefined;) rest = rest.subarray(taken)
  }
}
function headOf(text: string): { status: number; headers: Map<string, string[]> } | undefined {
  const [first = '', ...lines] = text.split('\r\n'), status = /^RTSP\/\d\.\d (\d{3})/.exec(first)
  if (!status && !/^[A-Z_]+ \S+ RTSP\/\d\.\d$/.test(first)) return undefined
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? []
    if (name !== undefined) headers.set(name.toLowerCase(), [...headers.get(name.toLowerCase()) ?? [], value!])
  }
  return { status: Number(status?.[1] ?? 0), headers }
}
