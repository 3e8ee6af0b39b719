import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { clip } from '../../video/clip.ts'
import { evidenceOf, signerOf, tarred, verifierFile } from './bundle-house.ts'
import { soon } from './collecting.ts'
import { amf, message, pictureBody, rtmpClient, runningCamera, sequenceBody } from './rtmp-client.ts'
import { folder } from './studio.ts'
import { wholeProcess } from './whole-process.ts'

const { verifyEvidence } = await import(verifierFile) as { verifyEvidence(path: string, asked: object): { code: string } }
const rounds = process.env['LONG'] ? 40 : 6, each = 24
if (!process.env['LONG']) console.warn(`SHORT: ${rounds} rounds of comings and goings; 40 are proved with LONG=1`)
const steady = 'wear-steady', restless = 'wear-restless'

type House = Awaited<ReturnType<typeof wholeProcess>>
const handlesOf = ({ pid }: House) => readdirSync(`/proc/${pid}/fd`).length
const mibOf = ({ pid }: House) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

/** What nobody should say at a door, from an address of its own: strangers of one wait longer each time. */
const garbage: (() => Buffer)[] = [
  () => randomBytes(5000), () => Buffer.alloc(6000, 3), () => Buffer.from('GET / HTTP/1.1\r\n\r\n'), () => Buffer.concat([Buffer.from([3]), Buffer.alloc(1536), randomBytes(40_000)]),
  () => Buffer.concat([Buffer.from([3]), Buffer.alloc(3072), message(20, Buffer.concat([amf('connect'), amf(1), Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff])]))]),
]
const litter = (port: number, i: number) => new Promise<void>((resolve) => {
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.1.${1 + i % 200}` }, () => { socket.write(garbage[i % garbage.length]!(), () => { setTimeout(() => { if (i % 2) socket.destroy(); else socket.resetAndDestroy() }, i % 40) }) })
  socket.on('error', () => undefined).on('close', () => resolve()).resume()
})
/** The right key, a few pictures, and gone: in order, by a reset, or in the midst of a message. */
async function visit(port: number, key: string, i: number) {
  const client = await rtmpClient(port)
  await client.connect()
  await client.publish(key)
  if (await client.heard('NetStream.Publish.Start', 3000)) {
    await client.video(sequenceBody(), 0)
    for (let n = 0; n < 5; n++) await client.video(pictureBody(n === 0, randomBytes(2000)), n * 40)
    if (i % 3 === 2) await client.send(message(9, pictureBody(false, randomBytes(9000)), { channel: 6, stream: 1, chunk: 60_000 }).subarray(0, 4000))
  }
  if (i % 3 === 1) client.socket.resetAndDestroy()
  else client.socket.end()
  await client.closed
}
/** Who looks at a camera for a moment, or at one that there is not. */
const look = (socketPath: string, camera: string, ms: number) => new Promise<void>((resolve) => {
  const asked = request({ socketPath, path: `/live/${camera}` }, (answer) => { answer.resume(); answer.on('error', () => undefined).on('close', () => resolve()); setTimeout(() => answer.destroy(), ms) })
  asked.on('error', () => resolve()).end()
})
async function round(house: House, n: number) {
  await Promise.all([
    (async () => { for (let i = 0; i < each; i++) await litter(house.rtmpPort, n * each + i) })(),
    (async () => { for (let i = 0; i < each / 2; i++) await visit(house.rtmpPort, house.keyOf(restless), i) })(),
    ...Array.from({ length: each }, (_, i) => look(join(house.dir, 's'), i % 5 === 4 ? 'nobody' : steady, 50 + i * 13)),
  ])
}

describe('进程的磨损', () => {
  it('after many who came, went, broke off and said nonsense it holds as many handles as before and hardly more memory, and the camera beside them lost no picture', async () => {
    const house = await wholeProcess([steady, restless])
    try {
      const pushing = await runningCamera(house.rtmpPort, house.keyOf(steady), { bytes: 4000 }), mib: number[] = []
      expect(await soon(() => house.footage.states().get(steady)?.state === 'live', 6000)).toBe(true)
      const before = handlesOf(house)
      /** What grows in the last of these rounds: on a busy machine it takes more of them until nothing does. */
      const grown = () => Math.min(...mib.slice(-2)) - Math.max(...mib.slice(-rounds, -rounds + 3))
      for (let n = 0; n < rounds || (n < 3 * rounds && grown() >= 16); n++) {
        await round(house, n)
        await pause(300)
        mib.push(mibOf(house))
      }
      // An open segment, and a name that is made durable, are a handle each.
      expect(await soon(() => handlesOf(house) <= before + 2, 15_000), `${handlesOf(house)} handles, ${before} before`).toBe(true)
      expect(house.footage.pid()).toBe(house.pid)
      pushing.close()
      await house.footage.close()
      expect(house.errors).toStrictEqual([])
      expect(house.disagreements()).toStrictEqual([])
      expect(house.segments(steady).reduce((sum, { frames }) => sum + frames, 0)).toBe(pushing.sent())
      console.warn(`${mib.length} rounds, ${mib.length * each * 2.5} comings and goings: ${before} handles before, ${mib.map((one) => Math.round(one)).join(' ')} MiB`)
      expect(grown()).toBeLessThan(16)
    } finally { await house.footage.close() }
  }, 180_000 + rounds * 18_000)
})

describe('没有 ffmpeg 的进程', () => {
  it('with nothing on the path it records, shows, cuts, seals and verifies all the same', async () => {
    vi.stubEnv('PATH', '')
    const house = await wholeProcess([steady])
    try {
      expect(readFileSync(`/proc/${house.pid}/environ`, 'latin1').split('\0').filter((one) => one.startsWith('PATH='))).toStrictEqual(['PATH='])
      const pushing = await runningCamera(house.rtmpPort, house.keyOf(steady))
      let shown = 0
      request({ socketPath: join(house.dir, 's'), path: `/live/${steady}` }, (answer) => { answer.on('data', (bytes: Buffer) => { shown += bytes.length }).on('error', () => undefined) }).on('error', () => undefined).end()
      await pause(5500)
      pushing.close()
      await house.footage.close()
      expect(shown).toBeGreaterThan(20_000)
      expect(house.disagreements()).toStrictEqual([])
      const all = house.segments(steady), files = all.map(({ file }) => join(house.store, file)), range = { fromMs: all[0]!.startMs, toMs: all.at(-1)!.endMs }, cut = clip(files, range)
      expect(cut?.frames).toBe(pushing.sent())
      const told = evidenceOf({ pieces: all.map(({ startMs, endMs }) => endMs - startMs), content: (i) => readFileSync(files[i]!), fromMs: 0, toMs: range.toMs - range.fromMs }, signerOf()), bundle = join(folder(), 'bundle.tar')
      writeFileSync(bundle, await tarred(told.plan, told.store, told.signer, { ...range, content: cut!.content }))
      told.clear()
      expect(verifyEvidence(bundle, { fingerprint: told.signer.fingerprint }).code).toBe('proven')
    } finally { vi.unstubAllEnvs(); await house.footage.close() }
  }, 90_000)
})
