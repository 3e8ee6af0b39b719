import { setTimeout as pause } from 'node:timers/promises'
import type { Asked as RtmpAsked, Published } from '../children/rtmp-cameras.ts'
import type { Asked as RtspAsked, Played } from '../children/rtsp-cameras.ts'
import { mean, ms, number, percent, spread } from '../figures.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { framesOf, theClip } from '../video/clip.ts'
import { ffmpegPulls } from '../video/peers.ts'
import { cpuMsOf, freePort, listening, pssMiBOf, statMsOf } from '../video/proc.ts'
import { readBack, type ReadBack } from '../video/read-back.ts'
import { cameraName, keyHashOf, newKey, recordingOf, type LoopSeen } from '../video/recorder.ts'

/** What is measured at one number of cameras by one way in. `share`: cores in all; `halves`: of the two halves of the time. */
type Cost = { share: number; halves: readonly number[]; statShare: number; pssMiB: number }
type Recorded = Cost & { sent: number; lost: number; read: ReadBack; loop: LoopSeen; lateP99Ms?: number }
const warmMs = 6000, loopMs = 4000
/** How far the two counters of the kernel may be apart: a tick of 10 ms at either end for each process, and a twentieth. */
const apart = (pids: number) => 20 * pids

async function costOf(pids: readonly number[], seconds: number): Promise<Cost> {
  const cpu = () => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0), stat = () => pids.reduce((sum, pid) => sum + statMsOf(pid), 0)
  const marks = [{ at: performance.now(), cpu: cpu(), stat: stat() }]
  for (let half = 0; half < 2; half++) { await pause(seconds * 500); marks.push({ at: performance.now(), cpu: cpu(), stat: stat() }) }
  const [from, , to] = marks as [typeof marks[0], typeof marks[0], typeof marks[0]], halves = [1, 2].map((i) => (marks[i]!.cpu - marks[i - 1]!.cpu) / (marks[i]!.at - marks[i - 1]!.at))
  const cpuMs = to.cpu - from.cpu, statMs = to.stat - from.stat
  assertRight(Math.abs(cpuMs - statMs) <= apart(pids.length) + cpuMs / 20, `the scheduler counts ${cpuMs} ms of CPU, stat ${statMs} ms`)
  return { share: cpuMs / (to.at - from.at), halves, statShare: statMs / (to.at - from.at), pssMiB: pids.reduce((sum, pid) => sum + pssMiBOf(pid), 0) }
}

async function recorded(place: Place, kind: 'rtmp' | 'rtsp', cameras: number, seconds: number): Promise<Recorded> {
  const clip = theClip(place), name = `${kind}-${cameras}`, keys = Array.from({ length: cameras }, newKey), forMs = warmMs + seconds * 1000 + loopMs + 1500, port = await freePort()
  const rtsp = kind === 'rtsp' ? place.ask<Played>('rtsp-cameras', { clip, port, count: cameras, forMs: forMs + 1500 } satisfies RtspAsked) : undefined
  const recording = await recordingOf(place.room(name), keys.map((key, i) => rtsp ? { kind: 'rtsp', url: `rtsp://127.0.0.1:${port}/${cameraName(i)}` } : { kind: 'rtmp', keyHash: keyHashOf(key) }))
  try {
    const rtmp = rtsp ? undefined : place.ask<Published>('rtmp-cameras', { clip, port: recording.rtmpPort, keys, forMs } satisfies RtmpAsked)
    await pause(warmMs)
    const cost = await costOf([recording.pid()], seconds), loop = await recording.loop(loopMs)
    const published = await rtmp, played = await rtsp
    await pause(300)
    await recording.footage.close()
    const { frames } = framesOf(clip), sent = published?.sent ?? keys.map((_, i) => played!.sent[cameraName(i)]?.reduce((sum, n) => sum + n, 0) ?? 0)
    const each = keys.map((_, i) => readBack(recording.store, recording.segments.get(cameraName(i)) ?? [], frames))
    const read = each.reduce((sum, one) => ({ frames: sum.frames + one.frames, fileBytes: sum.fileBytes + one.fileBytes, sampleBytes: sum.sampleBytes + one.sampleBytes, files: sum.files + one.files }))
    assertRight(recording.errors.length === 0, recording.errors.join('; '))
    assertRight(sent.every((n) => n > 25 * (warmMs / 1000)), `a camera was not heard: ${sent.join()}`)
    const all = sent.reduce((sum, n) => sum + n, 0)
    return { ...cost, sent: all, lost: all - read.frames, read, loop, ...(published && { lateP99Ms: published.lateP99Ms }) }
  } finally { await recording.footage.close(); place.empty(name) }
}

async function pulled(place: Place, cameras: number, seconds: number): Promise<Cost & { frames: number; sent: number }> {
  const clip = theClip(place), port = await freePort(), name = `ffmpeg-${cameras}`
  const rtsp = place.ask<Played>('rtsp-cameras', { clip, port, count: cameras, forMs: warmMs + 60_000 + seconds * 1000 } satisfies RtspAsked)
  await listening(port)
  const peers = ffmpegPulls(place.room(name), Array.from({ length: cameras }, (_, i) => `rtsp://127.0.0.1:${port}/${cameraName(i)}`))
  try {
    await pause(warmMs)
    assertRight(peers.ended() === undefined, `ffmpeg has ended: ${peers.ended()}`)
    const cost = await costOf(peers.pids, seconds), frames = await peers.stop(), { sent } = await rtsp
    assertRight(frames.every((n) => n > 25 * seconds), `ffmpeg has kept ${frames.join()} pictures: it was not recording`)
    return { ...cost, frames: frames.reduce((sum, n) => sum + n, 0), sent: Object.values(sent).flat().reduce((sum, n) => sum + n, 0) }
  } finally { await peers.stop(); place.empty(name) }
}

/** The goals of CPU and memory are those of so many: what a process costs once is shared by them. */
const goalCameras = 32
const cores = (n: number) => `${n.toPrecision(2)} 核`
const perCamera = ({ share }: Cost, cameras: number) => `${number(share * 1000 / cameras)} ms CPU / 机位·秒`
/** 摄像机的代价 — CPU, memory, frames and the event loop at each number of cameras, by RTMP and by RTSP, with ffmpeg beside it. The goals are those of the greatest number. */
export async function cameras(place: Place): Promise<Line[]> {
  const counts = place.cameras ?? (place.quick ? [4] : [1, 4, 16, 32]), seconds = place.seconds ?? (place.quick ? 10 : 20), most = Math.max(...counts), lines: Line[] = [], memory: { n: number; pssMiB: number }[] = []
  const { bitsPerSecond, width, height } = framesOf(theClip(place))
  place.say(`  每个机位 ${width}×${height} 25 帧 ${number(bitsPerSecond / 1e6)} Mbit/s，推流端和取流端的 CPU 不计入 / the peers' CPU is not counted`)
  for (const n of counts) {
    place.say(`  ${n} 台 / cameras`)
    const rtmp = await recorded(place, 'rtmp', n, seconds), ffmpeg = await pulled(place, n, seconds), rtsp = await recorded(place, 'rtsp', n, seconds)
    const limit = `ffmpeg -c copy（RTSP → 分段 mp4，每机位一个进程）${perCamera(ffmpeg, n)}（±${percent(spread(ffmpeg.halves))}），合 ${cores(ffmpeg.share)}`, noise = spread(ffmpeg.halves), isMost = n === most, isFull = n >= goalCameras
    memory.push({ n, pssMiB: rtmp.pssMiB })
    for (const [kind, one, bound] of [['RTMP', rtmp, 1.3], ['RTSP', rtsp, 2.2]] as const) {
      const ratio = one.share / ffmpeg.share
      lines.push({ row: `cpu-${kind.toLowerCase()}-${n}`, zh: `${n} 台 ${kind}：CPU，含 SHA-256 / CPU, hash on`, measured: `${perCamera(one, n)}，合 ${cores(one.share)}（两半 ${one.halves.map(cores).join('、')}）`, limit, times: ratio, noise,
        ...(isFull && { goal: [{ zh: '÷ ffmpeg', value: ratio, most: bound }] }),
        checked: `发出 ${one.sent} 帧，封存文件里逐字节相同的 ${one.read.frames} 帧，少 ${one.lost} 帧；调度器与 stat 两种计数相符${one.lateP99Ms === undefined ? '' : `；推流端自己晚 p99 ${ms(one.lateP99Ms)}`}`,
        figures: { cameras: n, seconds, cores: one.share, statCores: one.statShare, ffmpegCores: ffmpeg.share, cpuMsPerCameraSecond: one.share * 1000 / n, ratio } })
    }
    const bare = memory[0]!, marginal = n > bare.n ? (rtmp.pssMiB - bare.pssMiB) / (n - bare.n) : undefined
    lines.push({ row: `memory-${n}`, zh: `${n} 台：内存（PSS）/ memory`, measured: `RTMP 整个进程 ${number(rtmp.pssMiB)} MiB，每机位 ${number(rtmp.pssMiB / n)} MiB${marginal === undefined ? '' : `，每多一台 ${number(marginal)} MiB`}；RTSP ${number(rtsp.pssMiB)} MiB`,
      limit: `ffmpeg 每机位 ${number(ffmpeg.pssMiB / n)} MiB`, times: rtmp.pssMiB / ffmpeg.pssMiB, ...(isFull && { goal: [{ zh: 'RTMP 整个进程 ÷ 机位数，MiB', value: rtmp.pssMiB / n, most: 8 }, { zh: 'RTSP 同上', value: rtsp.pssMiB / n, most: 8 }] }),
      checked: '量毕仍在录，帧数见上', figures: { cameras: n, rtmpMiB: rtmp.pssMiB, rtspMiB: rtsp.pssMiB, ffmpegMiB: ffmpeg.pssMiB, ...(marginal !== undefined && { marginalMiB: marginal }) } })
    lines.push({ row: `frames-${n}`, zh: `${n} 台：丢帧与事件循环 / frames lost, event loop`, measured: `RTMP 少 ${rtmp.lost}、RTSP 少 ${rtsp.lost} 帧；事件循环晚 p99 ${ms(rtmp.loop.p99Ms)}、${ms(rtsp.loop.p99Ms)}，最多 ${ms(rtmp.loop.maxMs)}、${ms(rtsp.loop.maxMs)}`,
      limit: `0 帧；ffmpeg 收 ${ffmpeg.sent} 存 ${ffmpeg.frames}`, ...(isMost && { goal: [{ zh: 'RTMP 丢帧', value: rtmp.lost, most: 0 }, { zh: 'RTSP 丢帧', value: rtsp.lost, most: 0 },
        { zh: '事件循环 p99，ms', value: Math.max(rtmp.loop.p99Ms, rtsp.loop.p99Ms), most: 50 }] }),
      checked: `${rtmp.read.files + rtsp.read.files} 个文件逐帧与发出的比过`, figures: { cameras: n, lostRtmp: rtmp.lost, lostRtsp: rtsp.lost, loopP99Ms: rtmp.loop.p99Ms, loopP99RtspMs: rtsp.loop.p99Ms, loopMaxMs: rtmp.loop.maxMs } })
    const overhead = rtmp.read.fileBytes / rtmp.read.sampleBytes - 1
    lines.push({ row: `container-${n}`, zh: `${n} 台：容器开销 / container overhead`, measured: `文件 ${number(rtmp.read.fileBytes / 2 ** 20)} MiB，样本 ${number(rtmp.read.sampleBytes / 2 ** 20)} MiB，多 ${number(overhead * 100)} %`, limit: '样本本身', times: 1 + overhead,
      ...(isMost && { goal: [{ zh: '开销，%', value: overhead * 100, most: 0.3 }] }), checked: '样本逐字节读回', figures: { cameras: n, fileBytes: rtmp.read.fileBytes, sampleBytes: rtmp.read.sampleBytes, overheadPercent: overhead * 100, meanFileMiB: mean([rtmp.read.fileBytes / rtmp.read.files]) / 2 ** 20 } })
  }
  return lines
}
