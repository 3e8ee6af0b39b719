import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { avcConfig, parseAvcC } from '../../../video/avc.ts'
import { openMp4 } from '../../../video/mp4-read.ts'
import type { Place } from '../place.ts'

export const frameMs = 40, groupFrames = 50, clipSeconds = 10
/** 画面 — what every camera shows, again and again: 1080p25, High, a closed group of pictures every two seconds, no pictures shown out of order, as cameras send it. */
export function theClip(place: Place): string {
  const file = join(place.room('clip'), 'clip.mp4')
  if (existsSync(file)) return file
  place.say('  画一段 1080p25 / drawing 1080p25')
  const { status, stderr, error } = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=25:duration=${clipSeconds}`, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-profile:v', 'high',
    '-preset', 'veryfast', '-b:v', '1810k', '-maxrate', '2500k', '-bufsize', '3620k', '-g', String(groupFrames), '-keyint_min', String(groupFrames), '-sc_threshold', '0', '-bf', '0', file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`没有 ffmpeg 就没有 1080p 画面，也没有对照 / no ffmpeg, no 1080p source and nothing to compare with: ${error?.message ?? stderr}`)
  return file
}

/** Its pictures as any camera sends them, and the header that they are coded by. */
export function framesOf(clip: string) {
  const mp4 = openMp4(clip)
  if ('refused' in mp4) throw new Error(mp4.refused)
  const { avcC, width, height } = mp4.configs[0]!, sets = parseAvcC(avcC)
  if ('refused' in sets || 'refused' in avcConfig(avcC)) throw new Error('the clip has no header')
  try {
    const frames = mp4.samples.map((sample) => ({ key: sample.key, data: mp4.data(sample) }))
    const bytes = frames.reduce((sum, { data }) => sum + data.length, 0)
    return { frames, avcC, sps: sets.sps, pps: sets.pps, width, height, bitsPerSecond: bytes * 8 / (frames.length * frameMs / 1000) }
  } finally { mp4.close() }
}
