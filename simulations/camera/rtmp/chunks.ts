/** 消息 — one RTMP message; `stream` 0 is for commands. */
export type Message = { type: number; stream: number; timestampMs: number; payload: Buffer }
export const messageTypes = { chunkSize: 1, userControl: 4, video: 9, data: 18, command: 20 } as const

/** What we say comes in chunks of this size, after we have said so. */
export const chunkBytes = 60_000
const extended = 0xff_ff_ff

/** 分块 — a message as chunks (RTMP 5.3.1): a whole header, then what is left behind headers of one byte. Time has 32 bits, and 24 of them most of the time. */
export function chunked({ type, stream, timestampMs, payload }: Message, size = chunkBytes): Buffer {
  const channel = type === messageTypes.video ? 5 : type === messageTypes.data ? 6 : type === messageTypes.chunkSize ? 2 : 3
  const time = timestampMs % 2 ** 32, long = Buffer.alloc(time >= extended ? 4 : 0)
  if (long.length > 0) long.writeUInt32BE(time)
  const header = Buffer.alloc(12)
  header[0] = channel
  header.writeUIntBE(Math.min(time, extended), 1, 3)
  header.writeUIntBE(payload.length, 4, 3)
  header[7] = type
  header.writeUInt32LE(stream, 8)
  const parts: Buffer[] = [header, long, payload.subarray(0, size)]
  for (let at = size; at < payload.length; at += size) parts.push(Buffer.from([0xc0 | channel]), long, payload.subarray(at, at + size))
  return Buffer.concat(parts)
}

type Channel = { timestampMs: number; longTime: boolean; length: number; type: number; stream: number; got: Buffer[]; gotBytes: number }
const headerBytes = [11, 7, 3, 0] as const

/** 拼块 — puts together what the other side says; `hear` is called for each whole message. */
export function assembler(hear: (message: Message) => void): (data: Buffer) => void {
  const channels = new Map<number, Channel>()
  let waiting: Buffer = Buffer.alloc(0), size = 128

  function whole(channel: Channel) {
    const message = { type: channel.type, stream: channel.stream, timestampMs: channel.timestampMs, payload: Buffer.concat(channel.got) }
    channel.got = []
    channel.gotBytes = 0
    if (message.type === messageTypes.chunkSize) size = Math.max(1, message.payload.readUInt32BE() & 0x7f_ff_ff_ff)
    else hear(message)
  }
  /** The next chunk, if all of it is there: how many bytes it took. */
  function chunk(): number {
    const first = waiting[0]
    if (first === undefined) return 0
    const format = first >> 6, number = first & 63, basic = number === 0 ? 2 : number === 1 ? 3 : 1
    let at = basic + headerBytes[format]!
    if (waiting.length < at) return 0
    const id = basic === 1 ? number : basic === 2 ? 64 + waiting[1]! : 64 + waiting.readUInt16LE(1)
    const before = channels.get(id) ?? { timestampMs: 0, longTime: false, length: 0, type: 0, stream: 0, got: [], gotBytes: 0 }
    const said = format < 3 ? waiting.readUIntBE(basic, 3) : 0, longTime = format < 3 ? said === extended : before.longTime
    if (longTime && waiting.length < at + 4) return 0
    const time = longTime ? waiting.readUInt32BE(at) : said
    if (longTime) at += 4
    const channel: Channel = { ...before, longTime,
      ...(format < 3 && { timestampMs: format === 0 ? time : before.timestampMs + time }),
      ...(format < 2 && { length: waiting.readUIntBE(basic + 3, 3), type: waiting[basic + 6]! }),
      ...(format === 0 && { stream: waiting.readUInt32LE(basic + 7) }) }
    const take = Math.min(size, channel.length - channel.gotBytes)
    if (waiting.length < at + take) return 0
    channels.set(id, channel)
    channel.got.push(Buffer.from(waiting.subarray(at, at + take)))
    channel.gotBytes += take
    if (channel.gotBytes >= channel.length) whole(channel)
    return at + take
  }
  return (data) => {
    waiting = Buffer.concat([waiting, data])
    for (let took = chunk(); took > 0; took = chunk()) waiting = waiting.subarray(took)
  }
}
