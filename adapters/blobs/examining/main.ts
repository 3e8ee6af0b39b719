import { readSync, writeSync } from 'node:fs'

/** 验件进程 — one file, then the end: bytes come in by the standard input, an answer goes out by the standard output, and nothing else is known here. */
const chunks: Buffer[] = []
for (let chunk = Buffer.allocUnsafe(1 << 20), read: number; (read = readSync(0, chunk)) > 0; chunk = Buffer.allocUnsafe(1 << 20)) chunks.push(chunk.subarray(0, read))
const bytes = Buffer.concat(chunks)
const examined = process.argv[2] === 'pdf' ? (await import('./pdf.ts')).examinedPdf(bytes) : await (await import('./image.ts')).redrawn(bytes)
const { kept, ...said } = 'bytes' in examined ? { mediaType: examined.mediaType, kept: examined.bytes } : { ...examined, kept: new Uint8Array(0) }
const head = Buffer.from(JSON.stringify(said)), length = Buffer.alloc(4)
length.writeUInt32BE(head.length)
for (let out = Buffer.concat([length, head, kept]); out.length > 0;) out = out.subarray(writeSync(1, out))
