import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { avcConfig, lengthPrefixed, nalUnits, parseAvcC } from './avc.ts'
import { boxAt, boxesIn, saidIn } from './boxes.ts'
import { wallOfPrft } from './fmp4.ts'
import { defaultsOf, fragmentSamples, type Defaults } from './mp4-fragments.ts'
import { tabledSamples, type Located } from './mp4-tables.ts'
import type { AvcConfig, Sample } from './sample.ts'

/** 片段位 — one whole moof with its mdat. `wallMs`: when its first picture was taken, where it says so. */
export type FragmentPlace = { at: number; end: number; dts: number; endDts: number; count: number; wallMs?: number }
/** MP4 — one that was read: its pictures in the order of decoding, and what the house said in it. `wholeBytes`: up to the last whole box. */
export type Mp4 = {
  configs: readonly AvcConfig[]; ticksPerSecond: number; samples: readonly Located[]; fragments: readonly FragmentPlace[]; headBytes: number; wholeBytes: number
  said?: Record<string, unknown>; sealed?: Record<string, unknown>
  data(sample: Located): Buffer
  close(): void
}

const mostHeadBytes = 64 * 2 ** 20, mostSampleBytes = 32 * 2 ** 20

/** 读 MP4 — of this house (also one that was cut short) or of anybody, fragmented or not; or why it cannot be. Closed by whoever opened it. */
export function openMp4(path: string): Mp4 | { refused: string } {
  const file = openSync(path, 'r')
  const read = (at: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, at))
  }
  const opened = parsed(read, fstatSync(file).size)
  if ('refused' in opened) { closeSync(file); return opened }
  const data = ({ at, size, entry }: Located) => {
    const bytes = read(at, size), lengthBytes = opened.lengths[entry - 1] ?? 4
    return lengthBytes === 4 ? bytes : lengthPrefixed(nalUnits(bytes, lengthBytes) ?? [])
  }
  return { ...opened, data, close: () => closeSync(file) }
}

type Read = (at: number, length: number) => Buffer
type Parsed = Omit<Mp4, 'data' | 'close'> & { lengths: readonly number[] }

function parsed(read: Read, size: number): Parsed | { refused: string } {
  const fragments: FragmentPlace[] = [], samples: Located[] = []
  let head: Head | { refused: string } | undefined, headBytes = 0, wholeBytes = 0, wall: ReturnType<typeof wallOfPrft> | undefined, sealed: Record<string, unknown> | undefined
  let pending: { at: number; found: NonNullable<ReturnType<typeof fragmentSamples>> } | undefined
  for (const { type, at, bodyAt, end } of topLevel(read, size)) {
    if (type === 'mdat') {
      if (pending && !pending.found.samples.every((sample) => sample.at >= bodyAt && sample.at + sample.size <= end)) break
      if (pending) {
        const { samples: found, endDts } = pending.found, { dts } = found[0]!
        fragments.push({ at: pending.at, end, dts, endDts, count: found.length, ...wall?.dts === dts && { wallMs: wall.wallMs } })
        for (const sample of found) samples.push(sample)
      }
      pending = wall = undefined
    } else if (['moov', 'moof', 'prft', 'uuid'].includes(type)) {
      if (end - at > mostHeadBytes) return { refused: 'mp4-head-too-long' }
      const bytes = read(at, end - at)
      if (type === 'moov') [head, headBytes] = [headOf(bytes), end]
      if (type === 'prft' && bytes.length >= 32) wall = wallOfPrft(bytes.subarray(bodyAt - at))
      if (type === 'uuid') sealed = saidIn(bytes.subarray(bodyAt - at))
      if (type === 'moof') {
        const found = head && 'defaults' in head && head.defaults ? fragmentSamples(bytes, at, head.defaults) : undefined
        if (!found) break
        pending = { at, found }
      }
    }
    if (!pending && !wall) wholeBytes = end
  }
  if (!head || 'refused' in head) return head ?? { refused: 'mp4-no-head' }
  const { configs, lengths, ticksPerSecond, said, tabled } = head
  const all = tabled.length > 0 ? tabled : samples
  if (all.some((sample) => sample.size > mostSampleBytes || sample.at + sample.size > size || !configs[sample.entry - 1])) return { refused: 'mp4-samples' }
  return { configs, lengths, ticksPerSecond, samples: all, fragments, headBytes, wholeBytes, ...said && { said }, ...sealed && { sealed } }
}
function* topLevel(read: Read, size: number): Generator<{ type: string; at: number; bodyAt: number; end: number }> {
  for (let at = 0; at + 8 <= size;) {
    const head = read(at, 16), small = head.readUInt32BE(0)
    const length = small === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : small === 0 ? size - at : small, headLength = small === 1 ? 16 : 8
    if (length < headLength || at + length > size) return
    yield { type: head.toString('latin1', 4, 8), at, bodyAt: at + headLength, end: at + length }
    at += length
  }
}

type Head = { configs: AvcConfig[]; lengths: number[]; ticksPerSecond: number; tabled: Located[]; defaults?: Defaults; said?: Record<string, unknown> }
function headOf(moov: Buffer): Head | { refused: string } {
  const whole = boxAt(moov, ['moov'])!
  for (const trak of boxesIn(moov, whole.bodyAt, whole.end)) {
    if (trak.type !== 'trak') continue
    const hdlr = boxAt(moov, ['mdia', 'hdlr'], trak.bodyAt, trak.end), mdhd = boxAt(moov, ['mdia', 'mdhd'], trak.bodyAt, trak.end)
    const stbl = boxAt(moov, ['mdia', 'minf', 'stbl'], trak.bodyAt, trak.end)
    if (!hdlr || !mdhd || !stbl || moov.toString('latin1', hdlr.bodyAt + 8, hdlr.bodyAt + 12) !== 'vide') continue
    const entries = entriesOf(moov, stbl)
    if ('refused' in entries) return entries
    const ticksPerSecond = moov.readUInt32BE(mdhd.bodyAt + (moov[mdhd.bodyAt] === 1 ? 20 : 12)), defaults = defaultsOf(moov)
    const tabled = tabledSamples(moov, stbl), house = boxAt(moov, ['uuid'], whole.bodyAt, whole.end), said = house && saidIn(moov.subarray(house.bodyAt, house.end))
    if (ticksPerSecond === 0 || (!tabled && !defaults)) return { refused: 'mp4-tables' }
    return { ...entries, ticksPerSecond, tabled: tabled ?? [], ...defaults && { defaults }, ...said && { said } }
  }
  return { refused: 'mp4-no-video' }
}
/** How the pictures are coded: AVC and nothing else, in the clear. */
function entriesOf(moov: Buffer, stbl: { bodyAt: number; end: number }): { configs: AvcConfig[]; lengths: number[] } | { refused: string } {
  const stsd = boxAt(moov, ['stsd'], stbl.bodyAt, stbl.end), configs: AvcConfig[] = [], lengths: number[] = []
  for (const entry of stsd ? boxesIn(moov, stsd.bodyAt + 8, stsd.end) : []) {
    if (entry.type !== 'avc1' && entry.type !== 'avc3') return { refused: `codec-${entry.type.replace(/[^a-z0-9]/gi, '')}` }
    const found = boxAt(moov, ['avcC'], entry.bodyAt + 78, entry.end)
    if (!found) return { refused: 'avcc-empty' }
    const avcC = moov.subarray(found.bodyAt, found.end), sets = parseAvcC(avcC), config = avcConfig(avcC)
    if ('refused' in config) return config
    if ('lengthBytes' in sets) lengths.push(sets.lengthBytes)
    configs.push(config)
  }
  return configs.length > 0 ? { configs, lengths } : { refused: 'mp4-no-entry' }
}

/** 样 — one of them as a source hands it on, `fromMs` of the monotonic clock being the time 0 of the file. */
export function sampleOf(mp4: Mp4, sample: Located, fromMs: number): Sample {
  const dtsMs = sample.dts / mp4.ticksPerSecond * 1000
  return { dtsMs, ptsMs: sample.pts / mp4.ticksPerSecond * 1000, key: sample.key, data: mp4.data(sample), arrivalMs: fromMs + dtsMs }
}
