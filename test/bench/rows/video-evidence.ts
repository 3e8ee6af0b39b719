import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, createWriteStream, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { root } from '../../../api/opening/main.ts'
import { keptBundles } from '../../../video/bundle/kept.ts'
import { seal } from '../../../video/bundle/make.ts'
import { tarOf } from '../../../video/bundle/tar.ts'
import { clip as cut } from '../../../video/clip.ts'
import { openMp4 } from '../../../video/mp4-read.ts'
import { evidenceOf, signerOf } from '../../video/bundle-house.ts'
import { median, ms, number, timed } from '../figures.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { frameMs, framesOf, theClip } from '../video/clip.ts'
import { filmed, monotonicFromMs } from '../video/filmed.ts'
import { packetsOf } from '../video/peers.ts'

const verifierFile = join(root, 'adapters/evidence/verify.mjs')
type Verdict = { ok: boolean; code: string; exitCode: number }
type Verifier = { verifyEvidence(path: string, asked?: Record<string, string | undefined>): Verdict }
const footageSeconds = 80, clipSeconds = 60

/** Footage of the clip in a store, and what a book says of it. */
async function evidence(place: Place) {
  const { frames, avcC, width, height, bitsPerSecond } = framesOf(theClip(place)), dir = place.room('evidence-filmed')
  const samples = Array.from({ length: footageSeconds * 1000 / frameMs }, (_, i) => {
    const { key, data } = frames[i % frames.length]!, dtsMs = i * frameMs
    return { key, data, dtsMs, ptsMs: dtsMs, arrivalMs: monotonicFromMs + dtsMs }
  })
  const { segments } = await filmed(dir, { avcC, width, height }, samples, { camera: 'mingjing-w03' })
  const files = segments.map(({ file }) => join(dir, file)), from = segments[0]!
  const begin = 10_000
  const told = evidenceOf({ pieces: segments.map(({ startMs, endMs }) => endMs - startMs), content: (i) => readFileSync(files[i]!), fromMs: begin, toMs: begin + clipSeconds * 1000 }, signerOf(generateKeyPairSync('ed25519')))
  const range = { fromMs: from.startMs + begin, toMs: from.startMs + begin + clipSeconds * 1000 }
  return { ...told, frames, files: files.filter((_, i) => segments[i]!.startMs < range.toMs && segments[i]!.endMs > range.fromMs), range, bitsPerSecond }
}

/** 剪辑、证据包、篡改 — sixty seconds out of what the recorder has sealed. */
export async function evidenceRows(place: Place): Promise<Line[]> {
  const made = await evidence(place), rounds = place.quick ? 3 : 7
  try { return [await clipRow(place, made, rounds), ...await bundleRows(place, made, rounds)] } finally { made.clear(); place.empty('evidence-filmed'); place.empty('evidence') }
}
type Made = Awaited<ReturnType<typeof evidence>>

async function clipRow(place: Place, { files, range, frames }: Made, rounds: number): Promise<Line> {
  const dir = place.room('evidence'), ours: number[] = [], theirs: number[] = [], file = join(dir, 'clip.mp4'), list = join(dir, 'list.txt'), theirFile = join(dir, 'ffmpeg.mp4')
  writeFileSync(list, files.map((one) => `file '${one}'\n`).join(''))
  const inner = 4 // seconds into the first file: whoever cuts by hand says so to ffmpeg
  let kept = 0
  for (let round = 0; round < rounds; round++) {
    const { ms: tookMs, value } = await timed(() => { const made = cut(files, range); if (made) writeFileSync(file, made.content); return made })
    assertRight(value !== undefined && value.fromMs <= range.fromMs && value.toMs >= range.toMs, 'the clip does not cover what was asked')
    kept = value.frames
    ours.push(tookMs)
    const ffmpeg = await timed(() => spawnSync('ffmpeg', ['-v', 'error', '-y', '-f', 'concat', '-safe', '0', '-ss', String(inner), '-i', list, '-t', String(clipSeconds), '-c', 'copy', theirFile], { encoding: 'utf8' }))
    assertRight(ffmpeg.value.status === 0, `ffmpeg: ${ffmpeg.value.error?.message ?? ffmpeg.value.stderr}`)
    theirs.push(ffmpeg.ms)
  }
  const mp4 = openMp4(file)
  if ('refused' in mp4) throw new Error(mp4.refused)
  const at = frames.findIndex(({ data }) => data.equals(mp4.data(mp4.samples[0]!)))
  for (const [i, sample] of mp4.samples.entries()) assertRight(mp4.data(sample).equals(frames[(at + i) % frames.length]!.data), `picture ${i} of the clip is not as it was recorded`)
  mp4.close()
  assertRight(at >= 0 && packetsOf(file) === kept && kept >= clipSeconds * 1000 / frameMs, `ffprobe sees ${packetsOf(file)} of ${kept} pictures`)
  const seconds = median(ours) / 1000
  return { row: 'clip', zh: `${clipSeconds} s 剪辑 / clip`, measured: `${ms(median(ours))}，含写文件（${rounds} 次取中位，最长 ${ms(Math.max(...ours))}）`, limit: `ffmpeg concat -c copy ${ms(median(theirs))}`, times: median(ours) / median(theirs),
    goal: [{ zh: '秒', value: seconds, most: 0.3 }], checked: `${kept} 帧逐字节与录下的相同，ffprobe 数得一样多`, figures: { ms: median(ours), ffmpegMs: median(theirs), frames: kept } }
}

async function bundleRows(place: Place, { plan, store, signer }: Made, rounds: number): Promise<Line[]> {
  const dir = place.room('evidence'), tar = join(dir, 'bundle.tar'), builds: number[] = [], checks: number[] = [], hashes: number[] = [], { fingerprint } = signer
  const clip = (files: readonly string[], asked: Made['range']) => { const cutOut = cut(files, asked); return cutOut && { content: cutOut.content, fromMs: Math.round(cutOut.fromMs), toMs: Math.round(cutOut.toMs) } }
  const bundles = keptBundles(join(dir, 'kept'), { store, signer, verifier: () => readFileSync(verifierFile), clip })
  const { verifyEvidence } = await import(pathToFileURL(verifierFile).href) as Verifier
  let cpuMs = 0
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage(), built = await timed(async () => {
      const bundle = await bundles.of(`E-${round}`, async () => plan, true)
      if ('unfit' in bundle) throw new Error(bundle.unfit)
      await pipeline(bundle.tar(), createWriteStream(tar))
      return bundle
    })
    builds.push(built.ms)
    const { user, system } = process.cpuUsage(before)
    cpuMs += (user + system) / 1000 / rounds
    const whole = spawnSync('sha256sum', [tar], { encoding: 'utf8' }).stdout.split(' ')[0]
    assertRight(whole === built.value.sha256, 'sha256sum of the tar is not the digest that was told')
    const alone = await timed(() => spawnSync(process.execPath, [verifierFile, tar, '--fingerprint', fingerprint], { encoding: 'utf8' }))
    assertRight(alone.value.status === 0, `verify.mjs: ${alone.value.stdout}`)
    checks.push(alone.ms)
    hashes.push((await timed(() => execFileSync('sha256sum', plan.segments.map(({ file }) => join(store, file))))).ms)
  }
  const bytes = readFileSync(tar).length
  return [
    { row: 'bundle', zh: `${clipSeconds} s 证据包 / bundle`, measured: `封成并写出 ${ms(median(builds))}（CPU ${ms(cpuMs)}；原件、剪辑、清单、签名，${number(bytes / 2 ** 20)} MiB）；verify.mjs 另起进程核验 ${ms(median(checks))}`, limit: `sha256sum 各段 ${ms(median(hashes))}`,
      times: median(builds) / median(hashes), goal: [{ zh: '封成，秒', value: median(builds) / 1000, most: 1 }], checked: `${rounds} 个包都由 verify.mjs 证明，sha256sum 与所说的摘要相同`,
      figures: { buildMs: median(builds), buildCpuMs: cpuMs, verifyMs: median(checks), bytes, segments: plan.segments.length } },
    await tamperRow(dir, tar, fingerprint, verifyEvidence, async (forged) => {
      const sealed = await seal(plan, { store, signer: signerOf(), verifier: readFileSync(verifierFile) })
      if ('unfit' in sealed) throw new Error(sealed.unfit)
      await pipeline(tarOf(sealed), createWriteStream(forged))
    }),
  ]
}

const segmentsOf = (dir: string) => readdirSync(join(dir, 'segments')).sort().map((name) => join(dir, 'segments', name))
const edit = (file: string, change: (bytes: Buffer) => Buffer) => writeFileSync(file, change(readFileSync(file)))
const flip = (file: string) => edit(file, (bytes) => { bytes[bytes.length >> 1]! ^= 1; return bytes })
const sumOf = (file: string) => execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64)
/** What somebody does to an unpacked bundle. */
const tamperings: [string, (dir: string) => void][] = [
  ['段里一个字节', (dir) => flip(segmentsOf(dir)[1]!)],
  ['段里一个字节，连同它的摘要', (dir) => {
    const file = segmentsOf(dir)[1]!, before = sumOf(file)
    flip(file)
    edit(join(dir, 'SHA256SUMS'), (bytes) => Buffer.from(bytes.toString().replace(before, sumOf(file))))
  }],
  ['少一段', (dir) => rmSync(segmentsOf(dir)[2]!)],
  ['多一个文件', (dir) => writeFileSync(join(dir, 'segments', 'more.mp4'), 'more')],
  ['两段对调', (dir) => { const [a, b] = segmentsOf(dir); renameSync(a!, `${a!}.x`); renameSync(b!, a!); renameSync(`${a!}.x`, b!) }],
  ['改清单里的理由', (dir) => edit(join(dir, 'manifest.json'), (bytes) => Buffer.from(bytes.toString().replace('投诉核查', '例行检查')))],
  ['时刻都移一小时', (dir) => edit(join(dir, 'manifest.json'), (bytes) => Buffer.from(bytes.toString().replace(/"(startMs|endMs|fromMs|toMs)":(\d+)/g, (_, name: string, at: string) => `"${name}":${Number(at) + 3_600_000}`)))],
  ['拿掉签名', (dir) => rmSync(join(dir, 'manifest.sig'))],
  ['改剪辑', (dir) => flip(join(dir, 'clip.mp4'))],
]

async function tamperRow(dir: string, tar: string, fingerprint: string, verifyEvidence: Verifier['verifyEvidence'], forge: (file: string) => Promise<void>): Promise<Line> {
  const whole = join(dir, 'whole')
  mkdirSync(whole, { recursive: true })
  execFileSync('tar', ['-xf', tar, '-C', whole])
  const name = readdirSync(whole)[0]!, verdict = (path: string) => verifyEvidence(path, { fingerprint })
  const bySums = (folder: string) => spawnSync('sh', ['-c', 'sha256sum -c --strict --quiet SHA256SUMS'], { cwd: folder }).status !== 0
  // Nothing is done, and nothing is cried about: packed, unpacked, and packed again by somebody else's tar.
  const again = join(dir, 'again.tar')
  execFileSync('tar', ['--format=ustar', '-cf', again, '-C', whole, name])
  const falseAlarms = [tar, join(whole, name), again].filter((path) => !verdict(path).ok).length
  const passed: string[] = [], shown: string[] = []
  for (const [what, tamper] of tamperings) {
    const copy = join(dir, 'copy')
    rmSync(copy, { recursive: true, force: true })
    cpSync(whole, copy, { recursive: true })
    tamper(join(copy, name))
    if (verdict(join(copy, name)).exitCode !== 1) passed.push(what)
    if (!bySums(join(copy, name))) shown.push(what)
  }
  const forged = join(dir, 'forged.tar'), short = join(dir, 'short.tar')
  await forge(forged)
  if (verdict(forged).exitCode !== 1) passed.push('别人的钥匙')
  const { length } = readFileSync(tar), cuts = Array.from({ length: 16 }, (_, i) => Math.floor(length * (i + 1) / 17))
  cpSync(tar, short)
  for (const at of cuts.toReversed()) { truncateSync(short, at); if (verdict(short).exitCode !== 1) passed.push(`截到 ${at} 字节`) }
  const kinds = tamperings.length + 2, caught = kinds - new Set(passed.map((what) => what.replace(/\d+/, ''))).size
  return { row: 'tamperings', zh: '篡改 / tamperings caught', measured: `${caught} / ${kinds} 种（${tamperings.length} 种改动、别人的钥匙、截断 ${cuts.length} 处）${passed.length > 0 ? `，漏过：${passed.join('、')}` : ''}；误报 ${falseAlarms}`,
    limit: `只有 sha256sum -c 时看不出的：${shown.join('、')}`, goal: [{ zh: '捉住的种数', value: caught, least: kinds }, { zh: '误报', value: falseAlarms, most: 0 }],
    checked: '没有动过的包、解开的、由别的 tar 重新打的，都证明无误', figures: { caught, kinds, falseAlarms, sumsMiss: shown.length } }
}
