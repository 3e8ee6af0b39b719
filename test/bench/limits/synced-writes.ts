import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const recordBytes = 4096, records = 8_192

/** 落盘极限 — a file that was filled beforehand, one 4 KiB write and one fdatasync a record, one thread: what this disk gives whoever wants each
    record safe before the next. */
export function syncedWrites(dir: string) {
  const path = join(dir, 'preallocated'), file = openSync(path, 'w'), record = Buffer.alloc(recordBytes, 'x')
  const chunk = Buffer.alloc(recordBytes * 256, 'y')
  for (let at = 0; at < records; at += 256) writeSync(file, chunk, 0, chunk.length, at * recordBytes)
  fsyncSync(file)
  let next = 0
  return {
    /** Records a second, over this long. */
    rate(forMs: number): number {
      const began = performance.now()
      let done = 0
      while (performance.now() - began < forMs) {
        writeSync(file, record, 0, recordBytes, (next++ % records) * recordBytes)
        fdatasyncSync(file)
        done++
      }
      return done * 1000 / (performance.now() - began)
    },
    close() { closeSync(file); rmSync(path) },
  }
}
