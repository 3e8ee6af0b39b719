import { spawnSync } from 'node:child_process'

/** Whether ffmpeg and ffprobe are here; where they are not, it is said aloud, and in continuous integration they must be. */
export const withFfmpeg = ['ffmpeg', 'ffprobe'].every((tool) => spawnSync(tool, ['-version'], { stdio: 'ignore' }).status === 0)
if (!withFfmpeg) {
  if (process.env['CI']) throw new Error('ffmpeg and ffprobe are needed in continuous integration')
  console.warn('SKIPPED: no ffmpeg here; what a decoder makes of the pictures is not proved in this run')
}
