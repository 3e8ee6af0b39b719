/** What is used of the engine (4.4.3, pinned): its package says nothing of types. */
declare module 'node-media-server/src/protocol/rtmp.js' {
  type Invoked = { cmd: string; cmdObj?: { app?: unknown; tcUrl?: unknown }; streamName?: unknown }
  type Packet = { header: { type: number; length: number; stream_id: number }; clock: number; payload: Buffer; capacity: number; bytes: number }
  export default class Rtmp {
    flv: unknown
    parserPacket: Packet
    inPackets: Map<number, Packet>
    inChunkSize: number
    ackSize?: number
    streamApp?: string
    onOutputCallback: (bytes: Buffer) => void
    parserData(bytes: Buffer): string | null
    packetAlloc(): void
    controlHandler(): void
    invokeHandler(): void
    dataHandler(): void
    onConnect(message: Invoked): void
    onPublish(message: Invoked): void
    onPlay(message: Invoked): void
    onDeleteStream(message: Invoked): void
    sendACK(bytes: number): void
  }
}
declare module 'node-media-server/src/core/logger.js' {
  const logger: { log(message: string, level?: string): void }
  export default logger
}
