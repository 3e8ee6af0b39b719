import { join } from 'node:path'
import { statSync } from 'node:fs'
import type { Segment } from '../../../domain/evidence/footage.ts'
import { openMp4 } from '../../../video/mp4-read.ts'
import { assertRight } from '../line.ts'

export type ReadBack = { frames: number; fileBytes: number; sampleBytes: number; files: number }
/** 读回 — the sealed files of one camera: every picture is, byte for byte, the next of what was sent (the clip, again and again). */
export function readBack(store: string, segments: readonly Segment[], sent: readonly { data: Buffer }[]): ReadBack {
  const found: ReadBack = { frames: 0, fileBytes: 0, sampleBytes: 0, files: segments.length }
  for (const { file } of segments) {
    const path = join(store, file), mp4 = openMp4(path)
    if ('refused' in mp4) throw new Error(`${file}: ${mp4.refused}`)
    for (const sample of mp4.samples) {
      const data = mp4.data(sample)
      assertRight(data.equals(sent[found.frames % sent.length]!.data), `picture ${found.frames} of ${file} is not the one that was sent`)
      found.frames++
      found.sampleBytes += data.length
    }
    mp4.close()
    found.fileBytes += statSync(path).size
  }
  return found
}
