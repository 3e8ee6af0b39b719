import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** `ended`: what those said that ended by themselves; `stop` answers how many pictures each has kept. */
export type Pulling = { pids: readonly number[]; ended(): string | undefined; stop(): Promise<readonly number[]> }
/** 对照 — `ffmpeg -c copy` from RTSP into segments of fragmented MP4, one process a camera, as anybody would have it do. */
export function ffmpegPulls(dir: string, urls: readonly string[], segmentSeconds = 10): Pulling {
  const complaints: string[] = []
  const children = urls.map((url, i): { child: ChildProcess; folder: string } => {
    const folder = join(dir, `camera-${i}`)
    mkdirSync(folder, { recursive: true })
    const child = spawn('ffmpeg', ['-v', 'error', '-rtsp_transport', 'tcp', '-i', url, '-c', 'copy', '-f', 'segment', '-segment_time', String(segmentSeconds), '-segment_format', 'mp4',
      '-segment_format_options', 'movflags=+frag_keyframe+empty_moov+default_base_moof', '-reset_timestamps', '1', join(folder, '%05d.mp4')], { stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.on('data', (said: Buffer) => complaints.push(`${i}: ${said.toString().trim()}`))
    return { folder, child }
  })
  return {
    pids: children.map(({ child }) => child.pid!),
    ended: () => children.some(({ child }) => child.exitCode !== null || child.signalCode !== null) ? `${complaints.join('; ')}.` : undefined,
    async stop() {
      for (const { child } of children) if (child.exitCode === null) child.kill('SIGINT')
      await Promise.all(children.map(({ child }) => child.exitCode === null && child.signalCode === null ? Promise.race([once(child, 'exit'), pause(5000).then(() => child.kill('SIGKILL'))]) : undefined))
      return children.map(({ folder }) => readdirSync(folder).sort().map((name) => join(folder, name)).reduce((sum, file) => sum + packetsOf(file), 0))
    },
  }
}
/** Pictures of a file, as ffprobe counts them. */
export const packetsOf = (file: string): number => Number(spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', file], { encoding: 'utf8' })
  .stdout.trim() || 0)
