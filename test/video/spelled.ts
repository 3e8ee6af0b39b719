import { avcCOf, avcConfig } from '../../video/avc.ts'
import type { AvcConfig, Sample } from '../../video/sample.ts'

/** Bits written one after the other, with Exp-Golomb codes and emulation bytes: the other road to what the parser reads. */
export function written(write: (put: { u(value: number, bits: number): void; ue(value: number): void; se(value: number): void }) => void): Buffer {
  let text = ''
  const u = (value: number, bits: number) => { text += value.toString(2).padStart(bits, '0') }
  const ue = (value: number) => { const code = (value + 1).toString(2); text += '0'.repeat(code.length - 1) + code }
  write({ u, ue, se: (value) => ue(value > 0 ? value * 2 - 1 : -value * 2) })
  text += '1'
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 8) {
    const byte = parseInt(text.slice(at, at + 8).padEnd(8, '0'), 2)
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3)
    bytes.push(byte)
  }
  return Buffer.from(bytes)
}
type Shape = { profile?: number; macroblocksWide: number; macroblocksHigh: number; crop?: readonly [number, number, number, number]; frames?: boolean; order?: 0 | 1 | 2; scaling?: boolean }
export function spsOf({ profile = 66, macroblocksWide, macroblocksHigh, crop, frames = true, order = 2, scaling = false }: Shape): Buffer {
  const body = written(({ u, ue, se }) => {
    u(profile, 8); u(0, 8); u(31, 8); ue(0)
    if (profile >= 100) { ue(1); ue(0); ue(0); u(0, 1); u(scaling ? 1 : 0, 1); if (scaling) for (let i = 0; i < 8; i++) { u(i === 0 ? 1 : 0, 1); if (i === 0) for (let j = 0; j < 16; j++) se(j % 3 - 1) } }
    ue(4); ue(order)
    if (order === 0) ue(2)
    if (order === 1) { u(0, 1); se(-3); se(2); ue(2); se(1); se(-1) }
    ue(3); u(0, 1); ue(macroblocksWide - 1); ue((frames ? macroblocksHigh : macroblocksHigh / 2) - 1); u(frames ? 1 : 0, 1)
    if (!frames) u(0, 1)
    u(1, 1); u(crop ? 1 : 0, 1)
    for (const edge of crop ?? []) ue(edge)
    u(0, 1)
  })
  return Buffer.concat([Buffer.from([0x67]), body])
}
export function configOf(macroblocksWide = 40, macroblocksHigh = 23): AvcConfig {
  const config = avcConfig(avcCOf([spsOf({ macroblocksWide, macroblocksHigh })], [Buffer.from([0x68, 0xce, 0x38, 0x80])]))
  if ('refused' in config) throw new Error(config.refused)
  return config
}
export function sized(...units: readonly Buffer[]): Buffer {
  return Buffer.concat(units.flatMap((unit) => { const length = Buffer.alloc(4); length.writeUInt32BE(unit.length); return [length, unit] }))
}
/** A coded picture that nobody can decode and everybody can carry: the right NAL type, `bytes` of something. */
export const picture = (dtsMs: number, key: boolean, arrivalMs: number, { bytes = 200, ptsMs = dtsMs, fill = dtsMs % 251 } = {}): Sample =>
  ({ dtsMs, ptsMs, key, arrivalMs, data: sized(Buffer.concat([Buffer.from([key ? 0x65 : 0x41]), Buffer.alloc(bytes, fill)])) })
/** A camera of so many pictures a second and a key frame every so many of them; what is sent at `dtsMs` arrives then. */
export const stream = (seconds: number, { fps = 25, group = 50, fromMs = 0, arrivalFromMs = fromMs, bytes = 200 }: { fps?: number; group?: number; fromMs?: number; arrivalFromMs?: number; bytes?: number } = {}): Sample[] =>
  Array.from({ length: Math.round(seconds * fps) }, (_, i) => picture(fromMs + i * 1000 / fps, i % group === 0, arrivalFromMs + i * 1000 / fps, { bytes }))
