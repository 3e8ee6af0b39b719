import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { keptBundles } from '../../video/bundle/kept.ts'
import { seal } from '../../video/bundle/make.ts'
import type { Plan } from '../../video/bundle/manifest.ts'
import { evidenceOf, signerOf, startedAt, tarred, verifierFile, type Story } from './bundle-house.ts'

vi.setConfig({ testTimeout: 60_000 })
const { verifyEvidence } = await import(verifierFile) as { verifyEvidence(path: string, asked?: Record<string, string | undefined>): { ok: boolean; code: string; exitCode: number; at?: string; signer?: { from: string } } }

const root = mkdtempSync(join(tmpdir(), 'mingjian-bundle-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let made = 0
const fresh = () => { const dir = join(root, `${made++}`); mkdirSync(dir); return dir }
/** Three pieces, a gap of five seconds, three more; what is asked cuts the first and the last. */
const minute: Story = { pieces: [10_000, 10_000, 10_000, -5000, 10_000, 10_000, 10_000], fromMs: 4000, toMs: 62_000 }
const clip = { fromMs: startedAt + 2000, toMs: startedAt + 62_000, content: Buffer.from('a clip that was made of whole groups of pictures') }

const evidence = evidenceOf(minute), { plan, store, signer } = evidence
afterAll(evidence.clear)
const tar = await tarred(plan, store, signer, clip), tarFile = join(root, 'whole.tar')
writeFileSync(tarFile, tar)
/** Unpacked by the tar of the machine. */
function unpacked(file = tarFile): string {
  const dir = fresh()
  execFileSync('tar', ['-xf', file, '-C', dir])
  return join(dir, readdirSync(dir)[0]!)
}
const packedAgain = (folder: string) => { const file = join(fresh(), 'again.tar'); execFileSync('tar', ['--format=ustar', '-cf', file, '-C', join(folder, '..'), readdirSync(join(folder, '..'))[0]!]); return file }
const segmentsOf = (folder: string) => readdirSync(join(folder, 'segments')).sort().map((name) => join(folder, 'segments', name))
/** The lines that VERIFY.txt says to run, as it says them. */
const shown = [...readFileSync(join(unpacked(), 'VERIFY.txt'), 'utf8').matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line!)
/** The first step that fails, counted from one; 0 where all succeed. */
const byHand = (folder: string, fingerprint = signer.fingerprint): number =>
  1 + shown.findIndex((line) => spawnSync('sh', ['-c', line], { cwd: folder, env: { ...process.env, FINGERPRINT: fingerprint, LC_ALL: 'C' } }).status !== 0)
const said = (path: string, fingerprint: string | undefined = signer.fingerprint) => { const { code, at } = verifyEvidence(path, { fingerprint }); return at === undefined ? code : `${code} ${at}` }
const edit = (file: string, change: (bytes: Buffer) => Buffer) => writeFileSync(file, change(readFileSync(file)))
const flip = (file: string, at = 100) => edit(file, (bytes) => { bytes[at]! ^= 1; return bytes })
const sumOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

describe('证据包', () => {
  it('holds as a tar, as a folder, and by openssl and sha256sum alone', () => {
    const folder = unpacked()
    expect(shown).toHaveLength(5)
    expect([said(tarFile), said(folder), byHand(folder), said(packedAgain(folder))]).toStrictEqual(['proven', 'proven', 0, 'proven'])
  })
  it('says whose it is only where that was said to it: otherwise it decides nothing, loudly', () => {
    const code = (asked: Record<string, string>) => { const { code, exitCode, signer } = verifyEvidence(tarFile, asked); return [code, exitCode, signer?.from] }
    expect(code({})).toStrictEqual(['signer-unproven', 2, 'bundle'])
    expect(code({ key: signer.pem })).toStrictEqual(['proven', 0, 'said'])
    expect(code({ vkey: evidence.book.key.vkey })).toStrictEqual(['proven', 0, 'book'])
    expect(code({ key: 'no key' })).toStrictEqual(['not-a-key', 2, undefined])
    const [, size, tree] = plan.book.checkpoint.split('\n'), hex = Buffer.from(tree!, 'base64').toString('hex')
    expect(code({ head: `${size}:${hex}` })).toStrictEqual(['proven', 0, 'book'])
    expect(code({ head: `${size}:${hex.replace(/^./, (first) => first === '0' ? '1' : '0')}` })[0]).toBe('another-head')
    expect(code({ head: `${Number(size) + 1}:${hex}` })[0]).toBe('no-road-to-head')
  })
  it('is the same to the byte from the same plan, and its clip changes no other file', async () => {
    expect((await tarred(plan, store, signer, clip)).equals(tar)).toBe(true)
    const file = join(fresh(), 'bare.tar')
    writeFileSync(file, await tarred(plan, store, signer))
    expect(said(file)).toBe('proven')
    expect(segmentsOf(unpacked(file)).map(sumOf)).toStrictEqual(segmentsOf(unpacked()).map(sumOf))
  })
  it('has the segments byte for byte as they lie in the store', () =>
    expect(segmentsOf(unpacked()).map(sumOf)).toStrictEqual(plan.segments.map(({ file }) => sumOf(join(store, file)))))
  it('is not sealed over a stretch of which the book says nothing; before its first segment there was no camera', async () => {
    const sealing = (plan: Plan) => seal(plan, { store, signer, verifier: Buffer.from('') })
    expect(await sealing({ ...plan, gaps: [] })).toStrictEqual({ unfit: 'silent-hole', hole: { fromMs: startedAt + 30_000, toMs: startedAt + 35_000 } })
    expect(await sealing({ ...plan, asked: { ...plan.asked, toMs: startedAt + 70_000 } })).toStrictEqual({ unfit: 'silent-hole', hole: { fromMs: startedAt + 65_000, toMs: startedAt + 70_000 } })
    const early = evidenceOf({ ...minute, fromMs: -60_000 }), later = evidenceOf({ ...minute, fromMs: -60_000, firstSeq: 5 }), file = join(fresh(), 'early.tar')
    expect(await seal(early.plan, { store: early.store, signer, verifier: Buffer.from('') })).not.toHaveProperty('unfit')
    writeFileSync(file, await tarred(early.plan, early.store, early.signer))
    expect(said(file, early.signer.fingerprint)).toBe('proven')
    expect(await seal(later.plan, { store: later.store, signer, verifier: Buffer.from('') })).toMatchObject({ unfit: 'silent-hole' })
    early.clear(); later.clear()
  })
  it('is not sealed over what the disk no longer has as the book says', async () => {
    const damaged = evidenceOf(minute), second = join(damaged.store, damaged.plan.segments[1]!.file)
    const sealing = () => seal(damaged.plan, { store: damaged.store, signer, verifier: Buffer.from('') })
    flip(second)
    expect(await sealing()).toStrictEqual({ unfit: 'segment-altered', seq: 2 })
    rmSync(second)
    expect(await sealing()).toStrictEqual({ unfit: 'segment-missing', seq: 2 })
    damaged.clear()
  })
})
describe('封存的包', () => {
  it('of which something was deleted leaves no more as it was: it is sealed over the rest, and its clip is gone', async () => {
    const { plan, store, signer, clear } = evidenceOf(minute), dir = fresh(), first = plan.segments[0]!, last = plan.segments.at(-1)!
    const kept = keptBundles(dir, { store, signer, verifier: () => Buffer.from('verifier'), clip: () => clip }), of = (now: Plan, withClip = true) => kept.of('E-1', async () => now, withClip)
    const bundle = await of(plan), again = await of(plan), clips = () => readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('clip.mp4'))
    if ('unfit' in bundle || 'unfit' in again) throw new Error('unfit')
    expect([again.sha256, clips().length]).toStrictEqual([bundle.sha256, 1])
    rmSync(join(store, first.file))
    // Nobody has said that it was deleted: then it is missing, and nothing that was sealed is thrown away for it.
    expect([await of(plan), clips().length]).toStrictEqual([{ unfit: 'segment-missing', seq: first.seq }, 1])
    const rest = await of({ ...plan, segments: [{ ...first, expired: last.position }, ...plan.segments.slice(1)] }, false)
    if ('unfit' in rest) throw new Error('unfit')
    expect([rest.segments, clips().length]).toStrictEqual([plan.segments.length - 1, 0])
    let bytes = 0
    for await (const chunk of rest.tar()) bytes += (chunk as Buffer).length
    expect(bytes).toBe(rest.bytes)
    kept.forget('another', [last.seq])
    expect(readdirSync(dir)).toHaveLength(1)
    kept.forget(plan.camera.id, [last.seq])
    expect(readdirSync(dir)).toHaveLength(0)
    clear()
  })
})

/** 篡改 — what somebody does to a folder, what verify.mjs says first, and at which step of VERIFY.txt it shows (0: at none before the files are counted). */
const tamperings: [string, (folder: string) => void, RegExp, number][] = [
  ['a byte of a segment is changed', (dir) => flip(segmentsOf(dir)[2]!), /^altered segments\/00000003-/, 4],
  ['a byte of a segment is changed, and its sum with it', (dir) => {
    const file = segmentsOf(dir)[2]!, before = sumOf(file)
    flip(file)
    edit(join(dir, 'SHA256SUMS'), (bytes) => Buffer.from(bytes.toString().replace(before, sumOf(file))))
  }, /^sums-altered/, 3],
  ['a segment is taken out', (dir) => rmSync(segmentsOf(dir)[3]!), /^missing segments\/00000004-/, 4],
  ['a segment and its line are taken out', (dir) => {
    const name = segmentsOf(dir)[3]!
    rmSync(name)
    edit(join(dir, 'SHA256SUMS'), (bytes) => Buffer.from(bytes.toString().replace(/^.*00000004-.*\n/m, '')))
  }, /^missing segments\/00000004-/, 3],
  ['a file is put in', (dir) => writeFileSync(join(dir, 'segments', '00000009-1.mp4'), 'forged'), /^extra segments\/00000009-1\.mp4/, 5],
  ['a link is put in', (dir) => symlinkSync('/etc/hostname', join(dir, 'more')), /^odd-entry (.*\/)?more$/, 5],
  ['two segments change places', (dir) => {
    const [first, second] = segmentsOf(dir) as [string, string]
    renameSync(first, `${first}.x`); renameSync(second, first); renameSync(`${first}.x`, second)
  }, /^altered segments\/00000001-/, 4],
  ['a segment gets another name', (dir) => renameSync(segmentsOf(dir)[0]!, join(dir, 'segments', '00000001-1.mp4')), /^missing segments\/00000001-/, 4],
  ['the manifest says another reason', (dir) => edit(join(dir, 'manifest.json'), (bytes) => Buffer.from(bytes.toString().replace('投诉核查', '例行检查'))), /^bad-signature/, 2],
  ['the times are shifted by an hour', (dir) => edit(join(dir, 'manifest.json'), (bytes) => Buffer.from(bytes.toString().replace(/"(startMs|endMs|fromMs|toMs)":(\d+)/g, (_, name: string, ms: string) => `"${name}":${Number(ms) + 3_600_000}`))), /^bad-signature/, 2],
  ['the signature is changed', (dir) => flip(join(dir, 'manifest.sig'), 10), /^bad-signature/, 2],
  ['the signature is taken away', (dir) => rmSync(join(dir, 'manifest.sig')), /^missing manifest\.sig/, 2],
  ['the clip is changed', (dir) => flip(join(dir, 'clip.mp4'), 5), /^altered clip\.mp4/, 4],
  ['the verifier is changed', (dir) => flip(join(dir, 'verify.mjs')), /^altered verify\.mjs/, 4],
]
/** The whole bundle is made anew with a key of one's own. */
async function forged(change: (plan: Plan) => Plan = (plan) => plan, own = signerOf()): Promise<string> {
  const file = join(fresh(), 'forged.tar')
  writeFileSync(file, await tarred(change(plan), store, own, clip))
  return file
}

describe('篡改', () => {
  it.each(tamperings)('%s: refused', (_, tamper, first, step) => {
    const folder = unpacked()
    tamper(folder)
    expect([said(folder), said(packedAgain(folder))]).toStrictEqual([expect.stringMatching(first), expect.stringMatching(first)])
    expect(byHand(folder)).toBe(step)
  })
  it('signer and verifier are exchanged with all else: the key that was published tells, by either way', async () => {
    const file = await forged()
    expect(said(file)).toMatch(/^wrong-signer/)
    expect(byHand(unpacked(file))).toBe(1)
    // Nobody said whose it should be: then it is not proven, however sound it looks, and the book that is held knows of no such key.
    expect(verifyEvidence(file)).toMatchObject({ ok: false, exitCode: 1, code: 'leaf-of-another' })
  })
  it('the key alone is exchanged', () => {
    const folder = unpacked()
    writeFileSync(join(folder, 'signer.pem'), signerOf().pem)
    expect([said(folder), byHand(folder)]).toStrictEqual([expect.stringMatching(/^wrong-signer/), 1])
    expect(verifyEvidence(folder).code).toBe('bad-signature')
  })
  it('a tar that was cut short anywhere is refused', () => {
    const file = join(fresh(), 'short.tar')
    const cuts = [...Array.from({ length: 40 }, (_, i) => Math.floor(tar.length * i / 40)), ...Array.from({ length: 12 }, (_, i) => tar.length - 1 - i * 128)]
    for (const length of cuts) {
      writeFileSync(file, tar.subarray(0, length))
      expect(verifyEvidence(file, { fingerprint: signer.fingerprint }), `${length}`).toMatchObject({ ok: false, exitCode: 1 })
    }
  })
  it('a tar with something after its end, a name twice, or a name that leads out of it', () => {
    const file = join(fresh(), 'odd.tar'), ends = tar.length - 1024
    const refused = (bytes: Buffer) => { writeFileSync(file, bytes); return verifyEvidence(file, { fingerprint: signer.fingerprint }).code }
    expect(refused(Buffer.concat([tar, Buffer.alloc(512), Buffer.from('more')]))).toBe('trailing-bytes')
    const first = 512 + Math.ceil(parseInt(tar.subarray(124, 135).toString(), 8) / 512) * 512
    expect(refused(Buffer.concat([tar.subarray(0, ends), tar.subarray(0, first), tar.subarray(ends)]))).toBe('twice')
    const outside = join(fresh(), 'a')
    mkdirSync(outside)
    execFileSync('tar', ['--format=ustar', '-P', '-cf', file, '-C', outside, '--transform=s,^,x/../../,', verifierFile], { stdio: 'ignore' })
    expect(verifyEvidence(file).code).toBe('odd-entry')
  })
  it('any one bit of a small bundle', async () => {
    const small = evidenceOf({ pieces: [10_000], fromMs: 0, toMs: 10_000, content: () => Buffer.from('picture') }), bytes = await tarred(small.plan, small.store, small.signer), file = join(fresh(), 'bit.tar')
    const verdict = (at: number, bit: number) => {
      const copy = Buffer.from(bytes)
      copy[at]! ^= 1 << bit
      writeFileSync(file, copy)
      return verifyEvidence(file, { fingerprint: small.signer.fingerprint })
    }
    // What may differ is what POSIX does not sum up into content: padding behind a file. Everything else is refused.
    const content: [number, number][] = []
    for (let at = 0; at + 512 <= bytes.length - 1024;) { const size = parseInt(bytes.subarray(at + 124, at + 135).toString(), 8); content.push([at, at + 512 + size]); at += 512 + Math.ceil(size / 512) * 512 }
    fc.assert(fc.property(fc.nat(content.length - 1), fc.double({ min: 0, max: 0.999999, noNaN: true }), fc.nat(7), (which, along, bit) => {
      const [from, to] = content[which]!
      expect(verdict(from + Math.floor(along * (to - from)), bit).exitCode).toBe(1)
    }), { numRuns: 150 })
    small.clear()
  })
})

describe('作假的自家人 — with the right key', () => {
  const insider = async (change: (plan: Plan) => Plan) => said(await forged(change, signer))
  it('leaves the bundle as it is: proven', async () => expect(await insider((plan) => plan)).toBe('proven'))
  it.each<[string, (plan: Plan) => Plan, RegExp]>([
    ['leaves out a segment in the middle', (plan) => ({ ...plan, segments: plan.segments.toSpliced(2, 1) }), /^not-in-order 4/],
    ['leaves out the last segments', (plan) => ({ ...plan, segments: plan.segments.slice(0, 4) }), /^silent-hole 2026-03-02T01:00:45/],
    ['leaves out the first, with the chain before the second', (plan) => ({ ...plan, segments: plan.segments.slice(1), before: plan.segments[0]!.chain }), /^silent-hole 2026-03-02T01:00:04/],
    ['leaves out the gap', (plan) => ({ ...plan, gaps: [] }), /^silent-hole 2026-03-02T01:00:30/],
    ['gives the gap another cause', (plan) => ({ ...plan, gaps: plan.gaps.map((gap) => ({ ...gap, cause: 'network' })) }), /^leaf-of-another/],
    ['shifts the time of a segment', (plan) => ({ ...plan, segments: plan.segments.map((one, i) => i === 1 ? { ...one, startMs: one.startMs + 500 } : one) }), /^chain-broken 2/],
    ['says that the clock was better', (plan) => ({ ...plan, segments: plan.segments.map((one) => ({ ...one, jitterMs: 0 })) }), /^leaf-of-another/],
    ['calls a deleted segment expired', (plan) => ({ ...plan, segments: plan.segments.map((one, i) => i === 4 ? { ...one, expired: plan.signerAt } : one) }), /^leaf-of-another/],
    ['says that a fact is of another moment', (plan) => ({ ...plan, facts: plan.facts.map((fact) => ({ ...fact, recordedAt: '2026-03-02T01:00:30.000Z' })) }), /^leaf-of-another/],
    ['says that somebody else approved it', (plan) => ({ ...plan, asked: { ...plan.asked, approvedBy: 'somebody-else' } }), /^not-approved/],
    ['says that another reason was given', (plan) => ({ ...plan, asked: { ...plan.asked, reason: '例行检查' } }), /^leaf-of-another/],
    ['says that less was asked for', (plan) => ({ ...plan, asked: { ...plan.asked, toMs: plan.asked.toMs - 30_000 }, segments: plan.segments.slice(0, 4) }), /^leaf-of-another/],
    ['exchanges a leaf', (plan) => ({ ...plan, book: { ...plan.book, leaves: plan.book.leaves.map((one, i, all) => i === 1 ? { ...one, leaf: all[2]!.leaf } : one) } }), /^not-included/],
    ['leaves the proof away', (plan) => ({ ...plan, book: { ...plan.book, leaves: [] } }), /^leaf-of-another/],
    ['has another log sign the head', (plan) => ({ ...plan, book: { ...plan.book, checkpoint: evidenceOf(minute).plan.book.checkpoint } }), /^head-not-signed/],
  ])('%s', async (_, change, first) => expect(await insider(change)).toMatch(first))
  it('shows another book to whoever holds the key of the log', async () =>
    expect(verifyEvidence(tarFile, { vkey: evidenceOf(minute).book.key.vkey }).code).toBe('head-not-signed'))
})

describe('没有误报', () => {
  /** Footage of any lengths with any gaps, and any range over it. */
  const story = fc.record({ pieces: fc.array(fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 40, max: 12_000 }) }, { weight: 1, arbitrary: fc.integer({ min: -20_000, max: -2000 }) }), { minLength: 1, maxLength: 12 }),
    cut: fc.tuple(fc.double({ min: 0, max: 0.8, noNaN: true }), fc.double({ min: 0.01, max: 0.2, noNaN: true })), firstSeq: fc.constantFrom(1, 2, 77_777) })
  it('any range over any footage is proven, and covered by the naive count of its milliseconds', async () => {
    await fc.assert(fc.asyncProperty(story, async ({ pieces, cut: [begin, length], firstSeq }) => {
      const total = pieces.reduce((sum, ms) => sum + Math.abs(ms), 0), fromMs = Math.floor(total * begin), toMs = Math.max(fromMs + 1, Math.floor(total * (begin + length)))
      const found = evidenceOf({ pieces, fromMs, toMs, firstSeq, content: (i) => Buffer.from(`${i}`) }), file = join(root, 'any.tar')
      writeFileSync(file, await tarred(found.plan, found.store, found.signer))
      const verdict = verifyEvidence(file, { fingerprint: found.signer.fingerprint }) as ReturnType<typeof verifyEvidence> & { covered: { fromMs: number; toMs: number }[] }
      found.clear()
      expect(verdict).toMatchObject({ ok: true, code: 'proven' })
      let at = 0, shownMs = 0
      for (const ms of pieces) { if (ms > 0) shownMs += Math.max(0, Math.min(at + ms, toMs) - Math.max(at, fromMs)); at += Math.abs(ms) }
      // A gap shorter than a stall is not cut out of a covered range: here every gap has two seconds, so the sums agree.
      expect(verdict.covered.reduce((sum, range) => sum + range.toMs - range.fromMs, 0)).toBe(shownMs)
    }), { numRuns: 60 })
  })
})

describe('verify.mjs by itself', () => {
  const alone = join(root, 'verify.mjs')
  cpSync(verifierFile, alone)
  const run = (...args: string[]) => { const { status, stdout, stderr } = spawnSync(process.execPath, [alone, ...args], { encoding: 'utf8' }); return { status, stdout, stderr } }
  it('says in both languages what it found, and by its exit code', () => {
    expect(run(tarFile, '--fingerprint', signer.fingerprint)).toMatchObject({ status: 0, stdout: expect.stringMatching(/相符.*it holds[^]*signer: [0-9a-f]{64}/) })
    expect(run(tarFile)).toMatchObject({ status: 2, stdout: expect.stringMatching(/任何人都可以自签.*anybody could have signed/) })
    expect(run(tarFile, '--fingerprint', 'f'.repeat(64))).toMatchObject({ status: 1, stdout: expect.stringMatching(/签名人不对.*wrong signer/) })
    expect([run().status, run(tarFile, tarFile).status, run(tarFile, '--nonsense').status, run(join(root, 'nothing.tar')).status]).toStrictEqual([2, 2, 2, 2])
    const pem = join(root, 'key.pem')
    writeFileSync(pem, signer.pem)
    expect(JSON.parse(run(tarFile, '--key', pem, '--json').stdout)).toMatchObject({ ok: true, camera: 'mingjing-w03', gaps: 1, segments: 6 })
  })
})
