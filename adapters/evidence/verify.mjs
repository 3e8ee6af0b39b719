#!/usr/bin/env node
// 验录像证据 — one file on Node (18 or later) alone, written apart from the house:
//   node verify.mjs TAR|FOLDER [--fingerprint HEX | --key PEM] [--vkey VKEY] [--head HEAD [--proof FILE]] [--json]
// Exit code 0: it holds, and whose signature it is was shown; 1: refused, and the first thing that is wrong; 2: undecided, or not asked properly.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const words = {
  proven: ['相符：签名、各件、哈希链、时段、证明全部成立', 'it holds: signature, files, chain, times and proofs'],
  'signer-unproven': ['自洽，但不知应是谁的签名：请给出平台公布的 --fingerprint，否则任何人都可以自签', 'consistent, but whose signature? Say the published --fingerprint: anybody could have signed it'],
  'no-such-file': ['读不到所给的文件', 'the file cannot be read'], 'not-a-key': ['公钥或指纹读不懂', 'the key or fingerprint cannot be read'],
  'not-a-head': ['所给树头读不懂', 'the head cannot be read'], 'no-road-to-head': ['与包内树头条数不同，还需一致证明（--proof）', 'of another size than the head in the bundle: a proof is needed (--proof)'],
  truncated: ['包被截断', 'the tar was cut short'], 'not-a-tar': ['不是 tar，或头部被改过', 'not a tar, or a header was altered'], 'trailing-bytes': ['包尾之后还有内容', 'something follows the end of the tar'],
  'odd-entry': ['有不是普通文件的条目，或名称越出本包', 'an entry is no plain file, or its name leads out'], twice: ['同名的文件出现两次', 'a name stands there twice'],
  'manifest-unreadable': ['清单读不懂', 'the manifest cannot be read'], missing: ['缺少文件', 'a file is missing'], extra: ['多出清单之外的文件', 'there is a file that the manifest does not name'],
  'wrong-signer': ['签名人不对：公钥不是所给的那一把', 'the wrong signer: not the key that was given'], 'bad-signature': ['清单或签名被改过', 'the signature over the manifest does not hold'],
  'signer-of-another': ['公钥与清单所记的不符', 'the key is not the one that the manifest names'], 'sums-altered': ['SHA256SUMS 与清单不符', 'SHA256SUMS is not what the manifest says'],
  altered: ['文件被改过', 'a file was altered'], 'chain-broken': ['录像段的哈希链断了', 'the chain of the segments is broken'], 'not-in-order': ['录像段的序号或时刻不合理', 'their numbers or times make no sense'],
  'silent-hole': ['时段内有空缺，既无录像也无断因', 'there is a hole without a cause in the range'], 'coverage-misstated': ['所称的已录时段与录像段不符', 'the ranges said to be covered are not those of the segments'],
  'head-not-signed': ['包内树头没有有效签名', 'the head in the bundle is not soundly signed'], 'not-included': ['事实的包含证明不成立', 'the proof of a fact does not hold'],
  'leaf-of-another': ['清单所记与事件簿的原文不符', 'the manifest says something else than the fact in the book'], 'not-approved': ['没有另一人的批准事实', 'no fact shows that somebody else approved it'],
  'another-head': ['同样条数而树根不同：平台有两本账', 'of one size, with another root: the platform keeps two books'], 'proof-does-not-lead': ['所给一致证明不成立', 'the proof between the heads does not hold'],
}
const undecided = ['signer-unproven', 'no-such-file', 'not-a-key', 'not-a-head', 'no-road-to-head']
class Wrong extends Error { constructor(code, at) { super(code); this.code = code; this.at = at } }
const wrong = (code, at) => { throw new Wrong(code, at) }
const must = (holds, code, at) => { if (!holds) wrong(code, at) }

const sha256 = (...parts) => { const hash = createHash('sha256'); for (const part of parts) hash.update(part); return hash.digest() }
const hexOf = (text, length = 32) => typeof text === 'string' && new RegExp(`^[0-9a-f]{${2 * length}}$`).test(text) ? Buffer.from(text, 'hex') : null
const base64 = (text, length) => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : null
  return bytes && bytes.toString('base64') === text && (length === undefined || bytes.length === length) ? bytes : null
}
const object = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const count = (n) => Number.isSafeInteger(n) && n >= 0
const parsed = (bytes) => { try { return JSON.parse(bytes.toString('utf8')) } catch { return undefined } }
/** RFC 8785. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!object(value)) return JSON.stringify(value)
  return `{${Object.keys(value).sort().filter((key) => value[key] !== undefined).map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}
const same = (a, b) => a !== undefined && b !== undefined && canonical(a) === canonical(b)
// ── what is in the bundle: name → { bytes, sha256, content? } ──
const mostContent = 256 << 20, chunkBytes = 1 << 20
/** Pictures are hashed as they pass; the rest is kept. */
function fileFrom(fd, at, bytes, name) {
  const hash = createHash('sha256'), kept = [], keep = !name.endsWith('.mp4')
  must(!keep || bytes <= mostContent, 'odd-entry', name)
  for (let done = 0; done < bytes;) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, bytes - done)), read = readSync(fd, chunk, 0, chunk.length, at + done)
    must(read > 0, 'truncated', name)
    hash.update(chunk.subarray(0, read))
    if (keep) kept.push(chunk.subarray(0, read))
    done += read
  }
  return { bytes, sha256: hash.digest('hex'), ...(keep && { content: Buffer.concat(kept) }) }
}
const isSafe = (name) => name !== '' && !/[\0\\]/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
const field = (header, from, to) => header.subarray(from, to).toString('utf8').replace(/\0[^]*$/, '')
const octal = (text) => /^[0-7]+ *$/.test(text.trim()) ? parseInt(text, 8) : NaN

/** ustar as POSIX has it, plain files only; whole to its last block, and nothing after it. */
function inTar(fd, size) {
  const files = new Map(), header = Buffer.alloc(512)
  let at = 0, top
  for (;;) {
    must(at + 512 <= size && readSync(fd, header, 0, 512, at) === 512, 'truncated')
    if (header.every((byte) => byte === 0)) break
    const sum = octal(field(header, 148, 156)), bytes = octal(field(header, 124, 136)), prefix = field(header, 345, 500)
    must(sum === header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0) && count(bytes) && field(header, 257, 262) === 'ustar', 'not-a-tar', `${at}`)
    const full = (prefix === '' ? '' : `${prefix}/`) + field(header, 0, 100), type = String.fromCharCode(header[156])
    if (type === '5' && bytes === 0 && isSafe(full.replace(/\/$/, ''))) { at += 512; continue }
    must(type === '0' && isSafe(full) && full.includes('/'), 'odd-entry', full)
    const [folder, ...rest] = full.split('/'), name = rest.join('/')
    must((top ??= folder) === folder, 'odd-entry', full)
    must(!files.has(name), 'twice', name)
    must(at + 512 + bytes <= size, 'truncated', name)
    files.set(name, fileFrom(fd, at + 512, bytes, name))
    at += 512 + Math.ceil(bytes / 512) * 512
  }
  must(size >= at + 1024, 'truncated')
  for (let from = at; from < size; from += chunkBytes) {
    const rest = Buffer.alloc(Math.min(chunkBytes, size - from))
    readSync(fd, rest, 0, rest.length, from)
    must(rest.every((byte) => byte === 0), 'trailing-bytes')
  }
  return { files, name: top }
}
function inFolder(root) {
  const files = new Map()
  const visit = (below) => {
    for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) { visit(name); continue }
      must(entry.isFile(), 'odd-entry', name)
      files.set(name, opened(join(root, name), (fd, size) => fileFrom(fd, 0, size, name)))
    }
  }
  visit('')
  return { files }
}
function opened(path, read) { const fd = openSync(path, 'r'); try { return read(fd, fstatSync(fd).size) } finally { closeSync(fd) } }
// ── keys and heads: C2SP signed-note and tlog-checkpoint, RFC 6962 ──
const publicKey = (pem) => { try { const key = createPublicKey(pem); return key.asymmetricKeyType === 'ed25519' ? key : null } catch { return null } }
const fingerprintOf = (key) => sha256(key.export({ format: 'der', type: 'spki' })).toString('hex')
function logKey(text) {
  const [, name, id, typed] = /^([^+\p{White_Space}\p{Cc}]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(String(text).trim()) ?? []
  const bytes = base64(typed, 33), hash = bytes && sha256(`${name}\n`, bytes).subarray(0, 4)
  if (!bytes || bytes[0] !== 1 || hash.toString('hex') !== id) return null
  return { name, id: hash, key: createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]), format: 'der', type: 'spki' }) }
}
/** A checkpoint that this key signed. */
function checkpoint(text, key) {
  const end = typeof text === 'string' ? text.lastIndexOf('\n\n') : -1
  if (end < 0 || !text.endsWith('\n')) return null
  const body = text.slice(0, end + 1), [origin, size, root, ...more] = body.split('\n'), bytes = base64(root, 32)
  if (origin !== key.name || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || !bytes || more.join('') !== '' || more.length !== 1) return null
  const ours = text.slice(end + 2, -1).split('\n').map((line) => /^— (\S+) (\S+)$/u.exec(line)).flatMap((said) => said && said[1] === key.name ? [base64(said[2])] : [])
  const lines = ours.filter((bytes) => bytes?.length === 68 && bytes.subarray(0, 4).equals(key.id))
  return lines.length > 0 && lines.every((bytes) => verify(null, Buffer.from(body), key.key, bytes.subarray(4))) ? { size: Number(size), root: bytes } : null
}
const node = (left, right) => sha256(Buffer.of(1), left, right)
const below = (n) => { let k = 1; while (k * 2 < n) k *= 2; return k }
function rootFrom(index, size, leaf, path) {
  if (!count(index) || !count(size) || index >= size) return null
  const left = [...path]
  const climb = (m, n) => {
    if (n === 1) return leaf
    const k = below(n), beside = left.pop(), rest = beside && (m < k ? climb(m, k) : climb(m - k, n - k))
    return rest && (m < k ? node(rest, beside) : node(beside, rest))
  }
  const root = climb(index, size)
  return left.length === 0 ? root : null
}
function grewFrom(old, size, oldRoot, root, path) {
  if (old === 0 || old > size) return false
  const left = [...path]
  const climb = (m, n, first) => {
    if (m === n) { const here = first ? oldRoot : left.pop(); return here && [here, here] }
    const k = below(n), beside = left.pop()
    if (!beside) return null
    const rest = m <= k ? climb(m, k, first) : climb(m - k, n - k, false)
    return rest && (m <= k ? [rest[0], node(rest[1], beside)] : [node(beside, rest[0]), node(beside, rest[1])])
  }
  const roots = climb(old, size, true)
  return !!roots && left.length === 0 && roots[0].equals(oldRoot) && roots[1].equals(root)
}
const pathOf = (list) => { const path = Array.isArray(list) && list.length <= 63 ? list.map((hash) => base64(hash, 32)) : [null]; return path.includes(null) ? null : path }
// ── what the manifest says, against what is there ──
function signedManifest(files, asked) {
  for (const name of ['manifest.json', 'manifest.sig', 'signer.pem', 'SHA256SUMS']) must(files.get(name)?.content, 'missing', name)
  const key = publicKey(files.get('signer.pem').content), bytes = files.get('manifest.json').content
  must(key, 'altered', 'signer.pem')
  const fingerprint = fingerprintOf(key)
  must(asked === undefined || asked === fingerprint, 'wrong-signer', fingerprint)
  must(verify(null, bytes, key, files.get('manifest.sig').content), 'bad-signature', 'manifest.sig')
  const manifest = parsed(bytes), lists = ['files', 'segments', 'gaps', 'facts', 'covered']
  must(object(manifest) && manifest.format === 'mingjian-evidence/v1' && lists.every((name) => Array.isArray(manifest[name])) &&
    ['asked', 'camera', 'chain', 'book', 'export', 'signer', 'clock'].every((name) => object(manifest[name])) && canonical(manifest) === bytes.toString('utf8'),
  'manifest-unreadable', 'manifest.json')
  must(manifest.signer.fingerprint === fingerprint, 'signer-of-another', 'signer.pem')
  return manifest
}
function filesHold(files, { files: listed, sums, count: said }) {
  const own = ['manifest.json', 'manifest.sig', 'SHA256SUMS'], names = listed.map(({ name }) => name)
  must(new Set(names).size === names.length && said === names.length + own.length, 'manifest-unreadable', 'files')
  for (const name of names) must(files.has(name), 'missing', name)
  for (const name of files.keys()) must(own.includes(name) || names.includes(name), 'extra', name)
  const list = listed.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''), found = files.get('SHA256SUMS')
  must(found.sha256 === sums && found.content.toString('utf8') === list, 'sums-altered', 'SHA256SUMS')
  for (const { name, bytes, sha256 } of listed) must(files.get(name).bytes === bytes && files.get(name).sha256 === sha256, 'altered', name)
}
function chainHolds({ camera, segments, chain, files }) {
  let before = hexOf(chain.before), last
  must(before || segments.length === 0, 'chain-broken', 'before')
  if (segments[0]?.seq === 1) must(before.equals(sha256(`mingjian footage ${camera.id}`)), 'chain-broken', '1')
  for (const { seq, run, startMs, endMs, frames, bytes, sha256: hash, chain: link, name, expired } of segments) {
    must([seq, run, startMs, endMs, frames, bytes].every(count) && startMs < endMs && (!last || (seq === last.seq + 1 && run >= last.run)), 'not-in-order', `${seq}`)
    before = sha256(before, canonical({ camera: camera.id, seq, run, startMs, endMs, frames, bytes, sha256: hash }))
    must(before.toString('hex') === link, 'chain-broken', `${seq}`)
    const file = files.find((file) => file.name === name)
    must((expired !== undefined) === (name === undefined) && (expired !== undefined || (file && file.sha256 === hash && file.bytes === bytes)), 'chain-broken', `${seq}`)
    last = { seq, run }
  }
  must(same(chain.head, last && { seq: last.seq, chain: segments.at(-1).chain }) || (!last && chain.head === undefined), 'chain-broken', 'head')
  const shown = new Set(segments.flatMap(({ name }) => name ?? []))
  for (const { name } of files) must(!name.startsWith('segments/') || shown.has(name), 'extra', name)
}
/** A stall of two seconds is a gap with a cause: what is longer and has none was kept quiet. Before its very first segment a camera was not there. */
const stallMs = 2000, byTime = (a, b) => a.fromMs - b.fromMs
function timesHold({ asked: { fromMs, toMs }, segments, gaps, covered }) {
  must(count(fromMs) && count(toMs) && fromMs < toMs, 'not-in-order', 'asked')
  const inside = (list) => list.map((one) => ({ fromMs: Math.max(one.fromMs, fromMs), toMs: Math.min(one.toMs, toMs) })).filter((one) => one.fromMs < one.toMs).sort(byTime)
  const join = (list) => list.reduce((all, { fromMs, toMs }) => {
    if (all.length > 0 && fromMs - all.at(-1).toMs < stallMs) all.at(-1).toMs = Math.max(all.at(-1).toMs, toMs); else all.push({ fromMs, toMs })
    return all
  }, [])
  const shownBy = (list) => list.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs })), shown = shownBy(segments)
  must(same(join(inside(shownBy(segments.filter(({ expired }) => expired === undefined)))), covered), 'coverage-misstated')
  const beforeAll = segments[0]?.seq === 1 ? [{ fromMs: 0, toMs: segments[0].startMs }] : []
  // A gap that nobody has said the end of ends where there is a picture again.
  const endOf = (gap) => gap.toMs ?? Math.min(toMs, ...shown.filter((one) => one.fromMs >= gap.fromMs).map((one) => one.fromMs))
  const told = inside([...shown, ...beforeAll, ...gaps.map((gap) => ({ fromMs: gap.fromMs, toMs: endOf(gap) }))])
  let until = fromMs
  for (const next of [...told, { fromMs: toMs, toMs }]) {
    must(next.fromMs - until < stallMs, 'silent-hole', `${new Date(until).toISOString()} … ${new Date(next.fromMs).toISOString()}`)
    until = Math.max(until, next.toMs)
  }
}

/** Every fact that is spoken of, in its own bytes under the head; and the manifest says nothing else than they. */
function bookHolds(manifest, { vkey, head: held, proof }) {
  const { book, camera, segments, gaps, facts, clock, export: of, asked, signer } = manifest, key = logKey(vkey ?? book.vkey)
  must(key, vkey === undefined ? 'head-not-signed' : 'not-a-key', 'vkey')
  const own = checkpoint(book.checkpoint, key), leaves = new Map()
  must(own && Array.isArray(book.leaves), 'head-not-signed', 'checkpoint')
  for (const { position, leaf, hashes } of book.leaves) {
    const bytes = base64(leaf), path = pathOf(hashes)
    must(bytes && path && count(position) && rootFrom(position - 1, own.size, sha256(Buffer.of(0), bytes), path)?.equals(own.root), 'not-included', `${position}`)
    leaves.set(position, parsed(bytes))
  }
  const told = (position, types, stream) => {
    const fact = leaves.get(position)
    return object(fact?.data) && types.includes(fact.type) && stream(fact.stream) ? fact : wrong('leaf-of-another', `${position}`)
  }
  const ofCamera = (stream) => stream.startsWith(`evidence-camera.${camera.id}.`) && /^\d{10}$/.test(stream.slice(`evidence-camera.${camera.id}.`.length))
  for (const { position, name: _, expired, ...link } of segments) {
    must(told(position, ['SegmentsSealed'], ofCamera).data.segments?.some((segment) => same(segment, link)), 'leaf-of-another', `${position}`)
    if (expired !== undefined) must(told(expired, ['SegmentsExpired'], ofCamera).data.seqs?.includes(link.seq), 'leaf-of-another', `${expired}`)
  }
  for (const { position, ...gap } of gaps) must(same(told(position, ['GapDetected', 'GapClosed'], ofCamera).data, gap), 'leaf-of-another', `${position}`)
  for (const { position, ...step } of clock.steps ?? []) must(same(told(position, ['CameraClockStepped'], ofCamera).data, step), 'leaf-of-another', `${position}`)
  for (const { position, ...fact } of facts) {
    const { stream, revision, id, type, recordedAt } = leaves.get(position) ?? {}
    must(same(fact, { stream, revision, id, type, recordedAt }), 'leaf-of-another', `${position}`)
  }
  const ofExport = (stream) => stream === `evidence-export.${of.id}`
  const requested = told(of.requested, ['ExportRequested'], ofExport), approved = told(of.approved, ['ExportApproved'], ofExport)
  must(requested.data.by === asked.by && approved.data.by === asked.approvedBy && asked.by !== asked.approvedBy, 'not-approved', `${of.approved}`)
  const { fromMs, toMs, reason } = asked, { camera: shown, fromMs: from, toMs: to, reason: why, case: about } = requested.data
  must(same({ camera: camera.id, fromMs, toMs, reason, about: manifest.case?.id }, { camera: shown, fromMs: from, toMs: to, reason: why, about }), 'leaf-of-another', `${of.requested}`)
  must(told(signer.position, ['EvidenceKeyPublished'], () => true).data.fingerprint === signer.fingerprint, 'leaf-of-another', `${signer.position}`)
  return { size: own.size, root: own.root, held: held === undefined ? undefined : heldHolds(own, headSaid(held, key), proof) }
}
function headSaid(text, key) {
  const [, size, hex] = /^\s*(0|[1-9]\d{0,15}):([0-9a-f]{64})\s*$/i.exec(text) ?? []
  const head = size === undefined ? checkpoint(text, key) : { size: Number(size), root: Buffer.from(hex, 'hex') }
  return head ?? wrong('not-a-head', 'head')
}
function heldHolds(own, head, proof) {
  if (own.size === head.size) { must(own.root.equals(head.root), 'another-head', `${head.size}`); return true }
  must(proof !== undefined, 'no-road-to-head', `${own.size} … ${head.size}`)
  const said = parsed(Buffer.from(proof)), path = pathOf(said?.hashes), [small, large] = own.size < head.size ? [own, head] : [head, own]
  must(path && said.from === small.size && said.to === large.size && grewFrom(small.size, large.size, small.root, large.root, path), 'proof-does-not-lead', 'proof')
  return true
}

/** 验 — what a bundle proves. `fingerprint` or `key`: whose it should be; `vkey` or `head`: by what book that is known. */
export function verifyEvidence(path, { fingerprint, key, vkey, head, proof } = {}) {
  let signer
  try {
    must(existsSync(path), 'no-such-file', path)
    const said = key === undefined ? fingerprint?.toLowerCase().replace(/[:\s]/g, '') : publicKey(key) && fingerprintOf(publicKey(key))
    must(said === undefined || hexOf(said), 'not-a-key', key === undefined ? 'fingerprint' : 'key')
    const { files } = statSync(path).isDirectory() ? inFolder(path) : opened(path, inTar), manifest = signedManifest(files, said)
    signer = { fingerprint: manifest.signer.fingerprint, from: said !== undefined ? 'said' : vkey !== undefined || head !== undefined ? 'book' : 'bundle' }
    filesHold(files, manifest)
    chainHolds(manifest)
    timesHold(manifest)
    const { size } = bookHolds(manifest, { vkey, head, proof }), { asked, camera, covered, gaps, facts, segments } = manifest
    if (signer.from === 'bundle') wrong('signer-unproven', signer.fingerprint)
    return told('proven', { signer, camera: camera.id, asked, covered, gaps: gaps.length, segments: segments.length, facts: facts.length, head: size })
  } catch (error) {
    if (error instanceof Wrong) return told(error.code, { ...(error.at !== undefined && { at: error.at }), ...(signer && { signer }) })
    // What was not foreseen in a bundle is no proof of anything.
    return told('manifest-unreadable', { at: error instanceof Error ? error.message : String(error), ...(signer && { signer }) })
  }
}
const told = (code, more) => ({ ok: code === 'proven', code, exitCode: code === 'proven' ? 0 : undecided.includes(code) ? 2 : 1, zh: words[code][0], en: words[code][1], ...more })

function main(args) {
  const options = {}, [path, ...more] = args.filter((arg, i) => {
    const name = /^--(fingerprint|key|vkey|head|proof)$/.exec(args[i - 1] ?? '')?.[1]
    if (name) options[name] = ['key', 'proof'].includes(name) || (name === 'head' && existsSync(arg)) ? (existsSync(arg) ? readFileSync(arg, 'utf8') : '') : arg
    return !name && !arg.startsWith('--')
  })
  if (path === undefined || more.length > 0 || args.some((arg) => /^--/.test(arg) && !/^--(fingerprint|key|vkey|head|proof|json)$/.test(arg))) {
    console.error('node verify.mjs TAR|FOLDER [--fingerprint HEX | --key PEM] [--vkey VKEY] [--head HEAD [--proof FILE]] [--json]')
    return 2
  }
  const verdict = verifyEvidence(path, options), { exitCode, zh, en, at, signer } = verdict
  const lines = [`${zh}${at === undefined ? '' : `（${at}）`} / ${en}`, ...(signer ? [`签名人 / signer: ${signer.fingerprint}`] : [])]
  console.log(args.includes('--json') ? JSON.stringify(verdict) : lines.join('\n'))
  return exitCode
}
if (process.argv[1] && existsSync(process.argv[1]) && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2))
