import { fileHead, fragment, ticksPerMs, type Picture } from './fmp4.ts'
import { openMp4, type Mp4 } from './mp4-read.ts'
import type { Located } from './mp4-tables.ts'
import type { AvcConfig } from './sample.ts'
import { namedSegment } from './segments.ts'

/** 剪辑 — one MP4 of the whole groups of pictures that a stretch of time touches. */
export type Clip = { content: Buffer; fromMs: number; toMs: number; frames: number }
type Group = { config: AvcConfig; mp4: Mp4; samples: readonly Located[]; startMs: number; endMs: number }

/** 拼接 — sealed segments of one camera in their order, cut at key frames, nothing decoded, samples byte for byte. Times are the wall's, from 0 at `fromMs`: a hole stays a hole.
    Nothing where no picture touches the stretch, or a file is no segment. */
export function clip(files: readonly string[], { fromMs, toMs }: { fromMs: number; toMs: number }): Clip | undefined {
  const opened: Mp4[] = []
  try {
    const groups: Group[] = []
    for (const file of files) {
      const mp4 = openMp4(file), startMs = namedSegment(file)?.startMs
      if ('refused' in mp4) return undefined
      opened.push(mp4)
      if (startMs === undefined) return undefined
      groups.push(...groupsOf(mp4, startMs).filter((group) => group.startMs < toMs && group.endMs > fromMs))
    }
    return groups.length > 0 ? spliced(groups) : undefined
  } finally { for (const mp4 of opened) mp4.close() }
}

function groupsOf(mp4: Mp4, startMs: number): Group[] {
  const { samples, fragments, configs } = mp4, firstDts = samples[0]?.dts ?? 0, lastDts = fragments.at(-1)?.endDts ?? firstDts, starts = samples.flatMap(({ key }, i) => key ? [i] : [])
  return starts.map((from, n) => {
    const until = starts[n + 1], own = samples.slice(from, until), wallAt = (dts: number) => startMs + (dts - firstDts) / ticksPerMs
    return { config: configs[own[0]!.entry - 1]!, mp4, samples: own, startMs: wallAt(own[0]!.dts), endMs: wallAt(until === undefined ? lastDts : samples[until]!.dts) }
  })
}
function spliced(groups: readonly Group[]): Clip {
  const configs: AvcConfig[] = [], fromMs = groups[0]!.startMs, parts: Buffer[] = []
  let untilDts = 0, frames = 0
  for (const [n, { config, mp4, samples, startMs, endMs }] of groups.entries()) {
    const known = configs.findIndex(({ avcC }) => avcC.equals(config.avcC)), entry = (known < 0 ? configs.push(config) - 1 : known) + 1
    // Never back, not by a tick: two segments may be a few milliseconds nearer by the wall than by the camera's clock.
    const base = Math.max(untilDts, Math.round((startMs - fromMs) * ticksPerMs)), first = samples[0]!.dts
    const pictures = samples.map((sample): Picture => ({ dts: base + sample.dts - first, pts: base + sample.pts - first, key: sample.key, data: mp4.data(sample) }))
    untilDts = Math.max(pictures.at(-1)!.dts + 1, base + Math.round((endMs - startMs) * ticksPerMs))
    frames += pictures.length
    parts.push(...fragment(pictures, untilDts, { sequence: n + 1, entry }))
  }
  return { content: Buffer.concat([fileHead(configs), ...parts]), fromMs: Math.round(fromMs), toMs: Math.round(groups.at(-1)!.endMs), frames }
}
