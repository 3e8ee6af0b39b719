import { box, fullBox, houseBox, u16, u32, u64 } from './boxes.ts'
import type { AvcConfig } from './sample.ts'

/** Ticks of 90 kHz: whole milliseconds of RTMP and the clock of RTP both survive exactly. */
export const ticksPerMs = 90
export const ticksPerSecond = ticksPerMs * 1000
const unixToNtpSeconds = 2_208_988_800

/** 画 — one coded picture with its times in ticks. */
export type Picture = { dts: number; pts: number; key: boolean; data: Buffer }

const identity = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

/** 文件头 — ftyp and moov of one track whose pictures are coded as one of `configs`; `said` stands in the house's own box inside moov. */
export function fileHead(configs: readonly AvcConfig[], said?: object): Buffer {
  const { width, height } = configs[0]!
  const brands = Buffer.from('iso6\0\0\0\0iso6isomavc1mp41', 'latin1')
  const tables = [box('stsd', u32(0, configs.length), ...configs.map(sampleEntry)), ...['stts', 'stsc', 'stco'].map((type) => fullBox(type, 0, 0, u32(0))), fullBox('stsz', 0, 0, u32(0, 0))]
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)))
  const media = box('mdia',
    fullBox('mdhd', 0, 0, u32(0, 0, ticksPerSecond, 0), u16(0x55c4, 0)), // language: undetermined
    fullBox('hdlr', 0, 0, u32(0), Buffer.from('vide'), u32(0, 0, 0), Buffer.from('video\0')),
    box('minf', fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)), dinf, box('stbl', ...tables)))
  const track = box('trak', fullBox('tkhd', 0, 3, u32(0, 0, 1, 0, 0, 0, 0), u16(0, 0, 0, 0), identity, u32(width * 65_536, height * 65_536)), media)
  const movie = fullBox('mvhd', 0, 0, u32(0, 0, 1000, 0, 0x10000), u16(0x100, 0), u32(0, 0), identity, u32(0, 0, 0, 0, 0, 0, 2))
  const extends_ = box('mvex', fullBox('trex', 0, 0, u32(1, 1, 0, 0, 0)))
  return Buffer.concat([box('ftyp', brands), box('moov', movie, track, extends_, ...said ? [houseBox(said)] : [])])
}
function sampleEntry({ avcC, width, height }: AvcConfig): Buffer {
  return box('avc1', u32(0), u16(0, 1), u32(0, 0, 0, 0), u16(width, height), u32(0x480000, 0x480000, 0), u16(1), Buffer.alloc(32), u16(24, 0xffff), box('avcC', avcC))
}

/** Of trun and tfhd (ISO/IEC 14496-12, 8.8.7 and 8.8.8). */
const asKey = 0x0200_0000, asOther = 0x0101_0000
const has = { offset: 1, firstFlags: 4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 }

/** `wallMs`: when by the wall the first picture was taken, as far as this fragment knows; `entry`: which of the head's configs, from 1. */
export type FragmentSaid = { sequence: number; wallMs?: number; entry?: number }

/** 片段 — prft, moof and mdat of some pictures in a row, the last lasting until `endDts`. What is the same for all of them is said once. */
export function fragment(pictures: readonly Picture[], endDts: number, { sequence, wallMs, entry = 1 }: FragmentSaid): Buffer[] {
  const durations = pictures.map(({ dts }, i) => (pictures[i + 1]?.dts ?? endDts) - dts)
  const first = pictures[0]!, even = durations.every((duration) => duration === durations[0])
  const inOrder = pictures.every(({ dts, pts }) => dts === pts), regular = pictures.slice(1).every(({ key }) => !key)
  const fields = has.offset | has.size | (even ? 0 : has.duration) | (inOrder ? 0 : has.composition) | (regular ? first.key ? has.firstFlags : 0 : has.flags)
  const rows = pictures.map(({ dts, pts, key, data }, i) => {
    const row = [...even ? [] : [durations[i]!], data.length, ...regular ? [] : [key ? asKey : asOther], ...inOrder ? [] : [(pts - dts) >>> 0]]
    return u32(...row)
  })
  const tfhd = fullBox('tfhd', 0, 0x20020 | (even ? 8 : 0) | (entry > 1 ? 2 : 0), u32(1, ...entry > 1 ? [entry] : [], ...even ? [durations[0]!] : [], asOther))
  const moof = (mdatAt: number) => box('moof', fullBox('mfhd', 0, 0, u32(sequence)),
    box('traf', tfhd, fullBox('tfdt', 1, 0, u64(first.dts)), fullBox('trun', 1, fields, u32(pictures.length, mdatAt), ...fields & has.firstFlags ? [u32(asKey)] : [], ...rows)))
  const bytes = pictures.reduce((sum, { data }) => sum + data.length, 0), length = moof(0).length
  const head = Buffer.concat([...wallMs === undefined ? [] : [prft(wallMs, first.dts)], moof(length + 8), u32(bytes + 8), Buffer.from('mdat')])
  return [head, ...pictures.map(({ data }) => data)]
}
/** 采集时刻 — ProducerReferenceTime: the wall (NTP) at which a media time was taken (8.16.5). */
function prft(wallMs: number, dts: number): Buffer {
  const seconds = Math.floor(wallMs / 1000), part = Math.floor((wallMs - seconds * 1000) * 4_294_967.296)
  return fullBox('prft', 1, 24, u32(1, (seconds + unixToNtpSeconds) % 2 ** 32, part), u64(dts)) // 24: taken, not sent
}
/** The wall that a prft says, milliseconds since 1970; its 32 bits of seconds turn in 2036, which the second half of the circle stands before. */
export function wallOfPrft(body: Buffer): { wallMs: number; dts: number } {
  const ntp = body.readUInt32BE(8), seconds = (ntp < 2 ** 31 ? ntp + 2 ** 32 : ntp) - unixToNtpSeconds
  return { wallMs: seconds * 1000 + body.readUInt32BE(12) / 4_294_967.296, dts: body[0] === 1 ? Number(body.readBigUInt64BE(16)) : body.readUInt32BE(16) }
}
