import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { picturesIn } from '../../ui/screens/video/picture-times.ts'
import { withFfmpeg } from '../oracles/ffmpeg.ts'
import { fragment } from '../../video/fmp4.ts'

const bytesOf = (buffer: Buffer) => new Uint8Array(buffer).buffer
/** Pictures of one byte each, at these times; the last lasts as long as is said. */
const written = (times: readonly number[], last: number, sequence: number) =>
  Buffer.concat(fragment(times.map((dts, i) => ({ dts, pts: dts, key: i === 0, data: Buffer.from([7]) })), times.at(-1)! + last, { sequence }))

describe('分片里各画面的时刻', () => {
  it('are those that the recorder wrote, however uneven, over all parts of a fragment', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 40 })
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.array(gaps, { minLength: 1, maxLength: 4 }), (began, parts) => {
      const times: number[] = [], files: Buffer[] = []
      let at = began
      for (const [n, part] of parts.entries()) {
        const own: number[] = []
        for (const gap of part) { own.push(at); at += gap }
        times.push(...own)
        files.push(written(own, part.at(-1)!, n + 1))
      }
      const found = picturesIn(bytesOf(Buffer.concat(files)))
      expect(found.length).toBe(times.length)
      for (const [i, share] of found.entries()) expect(Math.abs(share * (at - began) - (times[i]! - began))).toBeLessThan(0.01)
    }))
  })

  it('of anything else are nothing, and nothing breaks', () => {
    const whole = written([0, 3600, 7200], 3600, 1)
    expect(picturesIn(new ArrayBuffer(0))).toStrictEqual([])
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(whole.length), (noise, cut) => {
      picturesIn(bytesOf(Buffer.from(noise)))
      picturesIn(bytesOf(whole.subarray(0, cut)))
    }))
    // No durations are said anywhere: neither here nor there.
    const mute = Buffer.from(whole), tfhd = mute.indexOf('tfhd')
    mute.writeUInt32BE(mute.readUInt32BE(tfhd + 4) & ~8, tfhd + 4)
    expect(picturesIn(bytesOf(mute))).toStrictEqual([])
  })

  const dir = mkdtempSync(join(tmpdir(), 'mingjian-pictures-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  it.skipIf(!withFfmpeg)('of a file by somebody else, whose pictures are shown in another order than they are kept, are what ffprobe says', () => {
    const file = join(dir, 'b.mp4')
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25:duration=3', '-c:v', 'libx264', '-bf', '2', '-g', '25', '-movflags', 'frag_keyframe+empty_moov+default_base_moof', file])
    const shown = execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file], { encoding: 'utf8' }).split('\n').map(parseFloat).filter((one) => !Number.isNaN(one)).sort((a, b) => a - b)
    const found = picturesIn(bytesOf(readFileSync(file)))
    expect(shown.length).toBe(75)
    expect(found.length).toBe(75)
    for (const [i, share] of found.entries()) expect(Math.abs((share - found[0]!) * 3 - (shown[i]! - shown[0]!))).toBeLessThan(0.001)
  })
})
