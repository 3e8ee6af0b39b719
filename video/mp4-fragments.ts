import { boxAt, boxesIn } from './boxes.ts'
import type { Located } from './mp4-tables.ts'

/** What trex says for those that say nothing themselves. */
export type Defaults = { track: number; entry: number; duration: number; size: number; flags: number }

export function defaultsOf(moov: Buffer): Defaults | undefined {
  const trex = boxAt(moov, ['moov', 'mvex', 'trex'])
  if (!trex || trex.end - trex.bodyAt < 24) return undefined
  const [track, entry, duration, size, flags] = Array.from({ length: 5 }, (_, i) => moov.readUInt32BE(trex.bodyAt + 4 + i * 4)) as [number, number, number, number, number]
  return { track, entry, duration, size, flags }
}

/** 片段之样 — the samples that a moof (whole, as bytes) which lies at `moofAt` says; nothing where it contradicts itself. `endDts`: when the last one is over. */
export function fragmentSamples(moof: Buffer, moofAt: number, defaults: Defaults): { samples: Located[]; endDts: number } | undefined {
  try {
    const samples: Located[] = []
    let endDts = 0
    const body = boxAt(moof, ['moof'])
    for (const traf of body ? boxesIn(moof, body.bodyAt, body.end) : []) {
      if (traf.type !== 'traf') continue
      const tfhd = boxAt(moof, ['tfhd'], traf.bodyAt, traf.end), tfdt = boxAt(moof, ['tfdt'], traf.bodyAt, traf.end)
      if (!tfhd || !tfdt) return undefined
      const own = ownDefaults(moof.subarray(tfhd.bodyAt, tfhd.end), moofAt, defaults)
      if (own.track !== defaults.track) continue
      let dts = moof[tfdt.bodyAt] === 1 ? Number(moof.readBigUInt64BE(tfdt.bodyAt + 4)) : moof.readUInt32BE(tfdt.bodyAt + 4), at = own.baseAt
      for (const trun of boxesIn(moof, traf.bodyAt, traf.end)) {
        if (trun.type !== 'trun') continue
        const run = samplesOfRun(moof.subarray(trun.bodyAt, trun.end), { ...own, dts, at })
        samples.push(...run.samples)
        ;({ dts, at } = run)
      }
      endDts = dts
    }
    return samples.length > 0 ? { samples, endDts } : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined // a field beyond the end of its box
    throw error
  }
}

type Own = Defaults & { baseAt: number }
function ownDefaults(tfhd: Buffer, moofAt: number, defaults: Defaults): Own {
  const flags = tfhd.readUInt32BE(0) & 0xff_ffff, own: Own = { ...defaults, track: tfhd.readUInt32BE(4), baseAt: moofAt }
  let at = 8
  const next = () => tfhd.readUInt32BE((at += 4) - 4)
  if (flags & 1) own.baseAt = next() * 2 ** 32 + next()
  if (flags & 2) own.entry = next()
  if (flags & 8) own.duration = next()
  if (flags & 0x10) own.size = next()
  if (flags & 0x20) own.flags = next()
  return own
}
function samplesOfRun(trun: Buffer, { dts: from, at: placed, baseAt, ...own }: Own & { dts: number; at: number }): { samples: Located[]; dts: number; at: number } {
  const flags = trun.readUInt32BE(0) & 0xff_ffff, count = trun.readUInt32BE(4), samples: Located[] = []
  let field = 8, dts = from, at = placed
  const next = () => trun.readUInt32BE((field += 4) - 4)
  if (flags & 1) at = baseAt + (next() | 0)
  const first = flags & 4 ? next() : own.flags
  for (let i = 0; i < count; i++) {
    const duration = flags & 0x100 ? next() : own.duration, size = flags & 0x200 ? next() : own.size
    const said = flags & 0x400 ? next() : i === 0 ? first : own.flags, shift = flags & 0x800 ? next() | 0 : 0
    if (size === 0 || field > trun.length) throw new RangeError('a sample of nothing')
    samples.push({ at, size, dts, pts: dts + shift, key: (said & 0x10000) === 0, entry: own.entry })
    at += size
    dts += duration
  }
  return { samples, dts, at }
}
