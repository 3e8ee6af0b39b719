import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { avcCOf, avcConfig, fromAnnexB, lengthPrefixed, nalUnits } from '../../video/avc.ts'
import { flvVideo, unwrapped } from '../../video/flv.ts'
import { parseSps } from '../../video/sps.ts'
import { sized, spsOf } from './spelled.ts'
import { aisle, classroom, counter, hasFfmpeg, hasFootage, judged, samplesOf } from './studio.ts'

const shape = fc.record({
  profile: fc.constantFrom(66, 77, 100, 110), macroblocksWide: fc.integer({ min: 4, max: 256 }), macroblocksHigh: fc.integer({ min: 2, max: 128 }).map((half) => half * 2),
  frames: fc.boolean(), order: fc.constantFrom(0 as const, 1 as const, 2 as const), scaling: fc.boolean(), crop: fc.option(fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 7 }))), { nil: undefined }),
})

describe('序列参数', () => {
  it('of any profile, order, field coding, scaling and crop say the size that was written', () => fc.assert(fc.property(shape, ({ crop, ...rest }) => {
    const [left, right, top, bottom] = crop ?? [0, 0, 0, 0], sps = parseSps(spsOf({ ...rest, ...crop && { crop: crop as [number, number, number, number] } }))
    const width = rest.macroblocksWide * 16 - 2 * (left! + right!), height = rest.macroblocksHigh * 16 - (rest.frames ? 2 : 4) * (top! + bottom!)
    // What is cropped to less than a macroblock is no picture.
    if (width < 16 || height < 16) expect(sps).toStrictEqual({ refused: 'sps-size' })
    else expect(sps).toMatchObject({ width, height })
  })))
  it('that are garbage, cut short or altered are refused, or have a size that can be trusted; never anything else', () => fc.assert(fc.property(
    shape, fc.uint8Array({ maxLength: 40 }), fc.nat(200), fc.nat(200), ({ crop: _, ...rest }, noise, cut, at) => {
      const sps = spsOf(rest), bent = Buffer.from(sps)
      bent[1 + at % (bent.length - 1)]! ^= 1 + cut % 255
      for (const bytes of [Buffer.concat([Buffer.from([0x67]), noise]), Buffer.from(noise), sps.subarray(0, cut % sps.length), bent]) {
        const found = parseSps(bytes)
        if ('refused' in found) continue
        expect(found.width).toBeGreaterThanOrEqual(16); expect(found.width).toBeLessThanOrEqual(8192); expect(found.height).toBeGreaterThanOrEqual(16); expect(found.height).toBeLessThanOrEqual(8192)
      }
    }), { numRuns: 500 }))
  it('of more than any level allows are refused', () => expect(parseSps(spsOf({ macroblocksWide: 512, macroblocksHigh: 512 }))).toStrictEqual({ refused: 'sps-size' }))
  it.skipIf(!hasFootage || !hasFfmpeg).each([counter, aisle, classroom])('%s has the size that ffprobe finds', (file) => {
    const { width, height } = samplesOf(file).config
    expect(`${width},${height}`).toBe(judged('ffprobe', ['-select_streams', 'v', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', file]).trim())
  })
})

describe('avcC', () => {
  it('cut short or altered is refused or read, and never throws', () => fc.assert(fc.property(fc.nat(60), fc.nat(255), fc.nat(60), (at, value, cut) => {
    const avcC = avcCOf([spsOf({ macroblocksWide: 40, macroblocksHigh: 24 })], [Buffer.from([0x68, 1, 2])]), bent = Buffer.from(avcC)
    bent[at % bent.length] = value
    for (const bytes of [bent, avcC.subarray(0, cut % avcC.length)]) { const found = avcConfig(bytes); if (!('refused' in found)) expect(found.width).toBeLessThanOrEqual(8192) }
  }), { numRuns: 500 }))
  it('without a picture parameter set is refused', () => expect(avcConfig(avcCOf([spsOf({ macroblocksWide: 40, macroblocksHigh: 24 })], []))).toStrictEqual({ refused: 'avcc-empty' }))
  it('of two sizes is refused', () => expect(avcConfig(avcCOf([spsOf({ macroblocksWide: 40, macroblocksHigh: 24 }), spsOf({ macroblocksWide: 20, macroblocksHigh: 24 })], [Buffer.from([0x68, 1])])))
    .toStrictEqual({ refused: 'avcc-sizes' }))
})

describe('NAL 单元', () => {
  const unit = fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from([0x41, ...bytes.map((byte) => byte || 1), 1]))
  it('go into lengths and come out, and out of start codes of three and four bytes', () => fc.assert(fc.property(fc.array(unit, { minLength: 1, maxLength: 8 }), fc.boolean(), (units, long) => {
    expect(nalUnits(lengthPrefixed(units))).toStrictEqual(units)
    expect(fromAnnexB(Buffer.concat(units.flatMap((one) => [Buffer.from(long ? [0, 0, 0, 1] : [0, 0, 1]), one])))).toStrictEqual(units)
  })))
  it('whose length is not true are none', () => fc.assert(fc.property(fc.array(unit, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5 }), (units, short) => {
    expect(nalUnits(sized(...units).subarray(0, -short))).toBeUndefined()
  })))
})

describe('FLV', () => {
  it('timestamps that turn at 2³² go on', () => {
    const whole = unwrapped()
    expect([2 ** 32 - 40, 0, 40, 2 ** 32 - 10, 80].map(whole)).toStrictEqual([2 ** 32 - 40, 2 ** 32, 2 ** 32 + 40, 2 ** 32 - 10, 2 ** 32 + 80])
  })
  it('payloads of any bytes are read, refused or left aside, and never throw', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, avc) => {
    const payload = Buffer.from(avc ? [0x17, bytes[0]! % 3 || 0, 0, 0, 0, ...bytes] : bytes)
    const found = flvVideo()(0, payload, 0)
    if (found && 'config' in found) expect(found.config.width).toBeLessThanOrEqual(8192)
  }), { numRuns: 1000 }))
  it('H.265 is refused by its name', () => expect(flvVideo()(0, Buffer.from('\x90hvc1....', 'latin1'), 0)).toStrictEqual({ refused: 'codec-hvc1' }))
})
