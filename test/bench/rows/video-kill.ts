import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'node:http'
import { spawn } from 'node:child_process'
import { chanceFrom } from '../../oracles/files.ts'
import type { Asked as RtmpAsked, Published } from '../children/rtmp-cameras.ts'
import type { Asked as RtspAsked, Played } from '../children/rtsp-cameras.ts'
import { number, nowMs } from '../figures.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { frameMs, framesOf, groupFrames, theClip } from '../video/clip.ts'
import { flvReader } from '../../video/flv-reader.ts'
import { packetsOf } from '../video/peers.ts'
import { freePort, listening } from '../video/proc.ts'
import { readBack } from '../video/read-back.ts'
import { cameraName, keyHashOf, newKey, recordingOf } from '../video/recorder.ts'

const cameras = 8, mostLivesMs = 7000

/** Whoever watches a camera has what the process had: it is told how many pictures came, from the first on. */
function witness(socketPath: string, camera: string): () => number {
  let last = -1
  const read = flvReader(({ timestampMs }) => { last = timestampMs / frameMs })
  request({ socketPath, path: `/live/${camera}` }, (answer) => { answer.on('data', read).on('error', () => undefined) }).on('error', () => undefined).end()
  return () => last + 1
}

/** One life that ends by `kill -9`; how many pictures of each camera the process had, or had been given to the line, and are in no file. */
async function killed(place: Place, afterMs: number, name: string): Promise<{ lost: number[]; unsent: number[]; recovered: number }> {
  const clip = theClip(place), keys = Array.from({ length: cameras }, newKey), recording = await recordingOf(place.room(name), keys.map((key) => ({ kind: 'rtmp', keyHash: keyHashOf(key) })), { segmentSeconds: 4 })
  try {
    const publishing = place.ask<Published>('rtmp-cameras', { clip, port: recording.rtmpPort, keys, forMs: afterMs + 2000 } satisfies RtmpAsked)
    await pause(2500)
    const seen = keys.map((_, i) => witness(recording.socket, cameraName(i)))
    await pause(afterMs - 2500)
    const killedAtMs = nowMs()
    process.kill(recording.pid(), 'SIGKILL')
    const { sentAtMs } = await publishing
    await recording.footage.opened()
    await recording.footage.close()
    const { frames } = framesOf(clip)
    const kept = keys.map((_, i) => readBack(recording.store, recording.segments.get(cameraName(i)) ?? [], frames).frames), sent = sentAtMs.map((all) => all.filter((at) => at <= killedAtMs).length)
    const had = seen.map((count) => count())
    assertRight(had.every((n, i) => n > 0 && n <= sent[i]! + 1), `the process had ${had.join()} pictures of ${sent.join()}`)
    const told = [...recording.segments.values()].flat(), files = readdirSync(recording.store, { recursive: true, encoding: 'utf8' }).filter((file) => /\.mp4/.test(file)).sort()
    assertRight(JSON.stringify(files) === JSON.stringify(told.map(({ file }) => file).sort()), `files and facts are not the same: ${files.length}, ${told.length}`)
    return { lost: had.map((n, i) => n - kept[i]!), unsent: sent.map((n, i) => n - kept[i]!), recovered: told.filter((one) => one.recovered).length }
  } finally { await recording.footage.close(); place.empty(name) }
}

/** The same end for `ffmpeg -c copy`, into fragments and into plain MP4. */
async function ffmpegKilled(place: Place, fragmented: boolean): Promise<number> {
  const port = await freePort(), dir = place.room('ffmpeg-killed'), playing = place.ask<Played>('rtsp-cameras', { clip: theClip(place), port, count: 1, forMs: 9000 } satisfies RtspAsked)
  await listening(port)
  const child = spawn('ffmpeg', ['-v', 'error', '-rtsp_transport', 'tcp', '-i', `rtsp://127.0.0.1:${port}/${cameraName(0)}`, '-c', 'copy', '-f', 'segment', '-segment_time', '10', '-segment_format', 'mp4',
    ...(fragmented ? ['-segment_format_options', 'movflags=+frag_keyframe+empty_moov+default_base_moof'] : []), join(dir, '%05d.mp4')], { stdio: 'ignore' })
  const startedMs = nowMs()
  await pause(6500)
  const gone = once(child, 'exit'), lastedMs = nowMs() - startedMs
  child.kill('SIGKILL')
  await gone
  await playing
  const kept = readdirSync(dir).reduce((sum, name) => sum + packetsOf(join(dir, name)), 0)
  place.empty('ffmpeg-killed')
  return Math.max(0, lastedMs / frameMs - kept)
}

/** 断电 — the process that records is killed while eight cameras push; what was under way is in nobody's hands. */
export async function kill(place: Place): Promise<Line[]> {
  const lives = place.quick ? 2 : 6, chance = chanceFrom(20261122), lost: number[] = [], unsent: number[] = []
  let recovered = 0
  for (let n = 0; n < lives; n++) {
    const one = await killed(place, 3500 + chance() * (mostLivesMs - 3500), `kill-${n}`)
    lost.push(...one.lost)
    unsent.push(...one.unsent)
    recovered += one.recovered
  }
  assertRight(recovered > 0 && lost.every((n) => n >= -1), `${recovered} segments were recovered, ${Math.min(...lost)} pictures lost at the least`)
  const most = Math.max(...lost), fragments = await ffmpegKilled(place, true), plain = await ffmpegKilled(place, false)
  return [{ row: 'kill', zh: 'kill -9：失去多少 / lost on kill -9', measured: `${lives} 次，${cameras} 台，最多 ${most} 帧（${number(most / groupFrames)} 组画面），平均 ${number(lost.reduce((sum, n) => sum + n, 0) / lost.length)} 帧；连还在路上的最多 ${Math.max(...unsent)} 帧`,
    limit: `ffmpeg -c copy 同样被杀：碎片 mp4 少约 ${number(fragments)} 帧，普通 mp4 少约 ${number(plain)} 帧（约：含它连上以前的）`, times: most / groupFrames, goal: [{ zh: '最多，组画面', value: most / groupFrames, most: 1 }],
    checked: `接手的进程说出的每一段都逐帧读回，${recovered} 段由它封存；进程收到多少由看直播的一方作证；文件与事实一一对应`, figures: { lives, cameras, mostFrames: most, mostWithTheLineFrames: Math.max(...unsent), groupFrames, ffmpegFragmentFrames: fragments, ffmpegPlainFrames: plain } }]
}
