import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PassThrough } from 'node:stream'
import ffmpeg from 'fluent-ffmpeg'

/** 解码 at the edge: stills and derived copies. Recording, playback, export and verification do without. */
export type Ffmpeg = {
  /** The picture that a file shows so long after its first one, as PNG; nothing where it has none there. */
  still(file: string, afterMs: number): Promise<Buffer | undefined>
  /** The same pictures at the same times with this one (PNG, of their size) burnt in, into another file. */
  overlaid(file: string, overlay: string, into: string): Promise<void>
}

const runs = (path: string) => { try { accessSync(path, constants.X_OK); return true } catch { return false } }
/** FFMPEG_PATH, else the first on the PATH. */
const programOf = (env: NodeJS.ProcessEnv): string | undefined =>
  [...env['FFMPEG_PATH'] ? [env['FFMPEG_PATH']] : (env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== '').map((dir) => join(dir, 'ffmpeg'))].find(runs)

// Only this file, only as what it is: no playlist in it leads anywhere else.
const asOurs = ['-nostdin', '-protocol_whitelist file', '-f mov']
/** Of all that is asked for at once so many decode, so many wait, and the rest are sent away: each takes a core and a hundred megabytes. */
const atOnce = 2, mostWaiting = 16
/** 解码忙 — too many wait already. */
export class DecoderBusy extends Error {}
export function limited({ most = atOnce, waiting = mostWaiting } = {}) {
  const queue: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= most && queue.length >= waiting) throw new DecoderBusy('too many pictures are being decoded')
    // Whoever ends hands its place on, so that nobody who comes later takes it.
    if (running >= most) await new Promise<void>((go) => queue.push(go))
    else running++
    try { return await work() } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
const stillSeconds = 20, copySeconds = 300, mostBytes = 64 << 20
const started = (program: string, timeout: number) => ffmpeg({ timeout, niceness: 10 }).setFfmpegPath(program)

/** Nothing where there is no ffmpeg on this machine. */
export function ffmpegHere(env: NodeJS.ProcessEnv = process.env): Ffmpeg | undefined {
  const program = programOf(env)
  if (program === undefined) return undefined
  const stills = limited()
  return {
    still: (file, afterMs) => stills(() => new Promise((resolve, reject) => {
      const picture = new PassThrough(), chunks: Buffer[] = []
      let bytes = 0
      const run = started(program, stillSeconds).input(file).inputOptions([...asOurs, `-ss ${(afterMs / 1000).toFixed(3)}`])
        .outputOptions(['-frames:v 1', '-an', '-c:v png']).format('image2pipe')
      picture.on('data', (chunk: Buffer) => { chunks.push(chunk); if ((bytes += chunk.length) > mostBytes) run.kill('SIGKILL') })
      // The library gives a process twenty milliseconds to end after its output: on a busy machine the picture is whole before that.
      const isWhole = () => Buffer.concat(chunks).toString('latin1').endsWith('IEND\xae\x42\x60\x82')
      run.on('error', (error) => {
        if (/Output stream closed/.test(error.message) && isWhole()) resolve(Buffer.concat(chunks))
        else if (/Output file is empty|does not contain any stream|received no packets/i.test(error.message)) resolve(undefined)
        else reject(error)
      })
      run.on('end', () => resolve(chunks.length > 0 ? Buffer.concat(chunks) : undefined)).pipe(picture)
    })),
    overlaid: (file, overlay, into) => new Promise((resolve, reject) => {
      started(program, copySeconds).input(file).inputOptions([...asOurs, '-copyts']).input(overlay).inputOptions(['-protocol_whitelist file', '-f png_pipe'])
        .complexFilter('[0:v][1:v]overlay=0:0:eof_action=repeat,format=yuv420p')
        // One moov and one fragment for each group of pictures, at the times that they have in the original.
        .outputOptions(['-an', '-c:v libx264', '-preset veryfast', '-crf 24', '-threads 1', '-movflags frag_keyframe+empty_moov+default_base_moof+frag_discont', '-fps_mode passthrough',
          '-metadata', 'comment=derived: masks burnt in', '-map_metadata -1'])
        .format('mp4').on('error', reject).on('end', () => resolve()).save(into)
    }),
  }
}
