import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const has = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0
/** A peer that is not here proves nothing in this run, and says so; where all of them belong, it is a failure. */
function peer(name: string, isHere: boolean): boolean {
  if (isHere) return true
  if (process.env['CI']) throw new Error(`${name} is not installed, and CI is to have it`)
  console.warn(`SKIPPED: ${name} absent; what it would prove is not proved in this run`)
  return false
}
export const ffmpegIsHere = () => peer('ffmpeg', has('ffmpeg', '-version') && has('ffprobe', '-version'))
const python = '/usr/bin/python3'
export const gstreamerIsHere = () => peer('GStreamer with its RTSP server', has(python, '-c', 'import gi; gi.require_version("GstRtspServer", "1.0"); from gi.repository import GstRtspServer'))

/** A clip that ffmpeg draws, once for each test process: `more` are options of its encoder. */
export function clipOf({ seconds, size = '320x180', more = [] }: { seconds: number; size?: string; more?: string[] }) {
  const dir = mkdtempSync(join(tmpdir(), 'mingjian-clip-')), file = join(dir, 'clip.mp4')
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=${seconds}`, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast',
    '-g', '25', ...more, '-movflags', '+faststart', file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return { file, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
/** Slices of the pictures of a clip in the order of the file, by ffmpeg's own reading of it: bytes of NAL units of types 1 and 5. */
export function slicesOf(file: string): Buffer[] {
  const { stdout } = spawnSync('ffmpeg', ['-v', 'error', '-i', file, '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', '-f', 'h264', '-'], { maxBuffer: 1 << 28 })
  const units: Buffer[] = []
  for (let at = stdout.indexOf('\0\0\x01', 0, 'latin1'); at >= 0;) {
    const next = stdout.indexOf('\0\0\x01', at + 3, 'latin1')
    let end = next < 0 ? stdout.length : next
    while (next >= 0 && stdout[end - 1] === 0) end--
    units.push(stdout.subarray(at + 3, end))
    at = next
  }
  return units.filter((unit) => [1, 5].includes(unit[0]! & 31))
}
/** Shown times of a clip's pictures in the order of the file, milliseconds. */
export const shownMs = (file: string): number[] => spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file], { encoding: 'utf8' })
  .stdout.split('\n').filter((line) => line !== '').map((line) => Number.parseFloat(line) * 1000)

/** `ffmpeg -re -c copy` pushes a clip as a camera would. */
export const publisher = (file: string, url: string): ChildProcess =>
  spawn('ffmpeg', ['-v', 'error', '-re', '-stream_loop', '-1', '-i', file, '-an', '-c', 'copy', '-f', 'flv', url], { stdio: 'ignore' })

/** An IP camera by GStreamer. */
export async function rtspCamera(clip: string, login: string[] = [], pem?: string): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(python, [new URL('fixtures/rtsp-camera.py', import.meta.url).pathname, clip, ...(login.length > 0 ? ['--login', ...login] : []), ...(pem !== undefined ? ['--tls', pem] : [])], { stdio: ['ignore', 'pipe', 'ignore'] })
  const port = await new Promise<string>((resolve, reject) => { child.stdout!.once('data', (said: Buffer) => resolve(String(said).trim())); child.once('exit', () => reject(new Error('the camera has ended'))) })
  return { url: `rtsp${pem === undefined ? '' : 's'}://127.0.0.1:${port}/camera`, process: child }
}
export const bytesOf = (file: string) => readFileSync(file)
