#!/usr/bin/env node
// 验回执 — one file on Node alone, written apart from the house: node verify-receipt.mjs FILE --head HEAD [--key VKEY] [--proof FILE] [--witness-key VKEY]
// HEAD is a file with a signed note, or size:root in hexadecimal. Exit code 0: proven; 1: not proven, and why; 2: it was not asked properly.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const words = {
  proven: '已证明 / proven', promised: '只有承诺，尚无证明 / promised, not shown yet', 'promise-broken': '承诺没有兑现，此为证据 / the promise was broken, and this is the evidence',
  'not-a-receipt': '不是回执 / not a receipt', 'leaf-altered': '叶被改过 / the leaf was altered', 'kind-of-another': '叶说的是别的事 / the leaf tells of something else',
  'not-a-key': '公钥不对 / not a key', 'not-a-head': '树头读不懂 / not a head', 'head-not-signed': '树头没有有效签名 / the head is not soundly signed',
  'not-signed': '回执没有有效签名 / the receipt is not soundly signed', 'not-included': '包含证明不成立 / the proof of inclusion fails',
  'another-head': '平台有两本账，此为证据 / the platform keeps two books, and this is the evidence', 'no-road-to-head': '还需到此树头的证明 / a proof that leads to this head is needed',
  'proof-does-not-lead': '所给证明不成立 / the proof that was given fails', 'promise-of-another': '承诺说的是别的一条 / the promise is of another fact',
}
const sha256 = (...parts) => { const hash = createHash('sha256'); for (const part of parts) hash.update(part); return hash.digest() }
const node = (left, right) => sha256(Buffer.of(1), left, right)
const base64 = (text, length) => {
  if (typeof text !== 'string') return null
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text && (length === undefined || bytes.length === length) ? bytes : null
}
const count = (n) => Number.isSafeInteger(n) && n >= 0
const whole = (text) => /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text))
const json = (text) => { try { return JSON.parse(text) } catch { return undefined } }
const object = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const hashes = (list) => Array.isArray(list) && list.length <= 63 ? (list = list.map((hash) => base64(hash, 32)), list.includes(null) ? null : list) : null

/** The root that a path leads to, by taking the tree apart from above as RFC 6962 §2.1.1 puts it together. */
function rootFrom(index, size, leaf, path) {
  if (!count(index) || !count(size) || index >= size) return null
  const left = [...path]
  const climb = (m, n) => {
    if (n === 1) return leaf
    let k = 1
    while (k * 2 < n) k *= 2
    const beside = left.pop()
    if (!beside) return null
    const below = m < k ? climb(m, k) : climb(m - k, n - k)
    return below && (m < k ? node(below, beside) : node(beside, below))
  }
  const root = climb(index, size)
  return left.length === 0 ? root : null
}
/** Both roots that a consistency proof leads to (RFC 6962 §2.1.2), taken apart from above. */
function consistent(old, size, oldRoot, root, path) {
  if (!count(old) || !count(size) || old > size) return false
  if (old === size) return path.length === 0 && oldRoot.equals(root) && (old > 0 || root.equals(sha256()))
  if (old === 0) return path.length === 0 && oldRoot.equals(sha256())
  const left = [...path]
  const climb = (m, n, first) => {
    if (m === n) { const here = first ? oldRoot : left.pop(); return here && [here, here] }
    let k = 1
    while (k * 2 < n) k *= 2
    const beside = left.pop()
    if (!beside) return null
    const below = m <= k ? climb(m, k, first) : climb(m - k, n - k, false)
    return below && (m <= k ? [below[0], node(below[1], beside)] : [node(beside, below[0]), node(beside, below[1])])
  }
  const roots = climb(old, size, true)
  return !!roots && left.length === 0 && roots[0].equals(oldRoot) && roots[1].equals(root)
}

/** C2SP signed-note: a name, a kind (1: a log, 4: a witness), an Ed25519 key. */
function vkey(text) {
  const [, name, id, typed] = /^([^+\p{White_Space}\p{Cc}]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(String(text).trim()) ?? []
  const bytes = base64(typed, 33)
  if (!bytes || ![1, 4].includes(bytes[0])) return null
  const hash = sha256(`${name}\n`, bytes).subarray(0, 4)
  if (hash.toString('hex') !== id) return null
  return { name, kind: bytes[0], id: hash, key: createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]), format: 'der', type: 'spki' }) }
}
function note(text) {
  const end = text.lastIndexOf('\n\n')
  if (Buffer.byteLength(text) > 65_536 || end < 0 || !text.endsWith('\n') || /[^\P{Cc}\n]|\p{Surrogate}/u.test(text)) return null
  const lines = text.slice(end + 2, -1).split('\n').map((line) => /^— ([^+\p{White_Space}\p{Cc}]+) (\S+)$/u.exec(line)).map((said) => said && { name: said[1], bytes: base64(said[2]) })
  return lines.length > 64 || lines.some((line) => !line?.bytes || line.bytes.length < 5) ? null : { body: text.slice(0, end + 1), lines }
}
/** The lines of keys that are known; null where one of them is false. A witness's line says when. */
function signed({ body, lines }, keys) {
  const found = []
  for (const { name, bytes } of lines) for (const key of keys.filter((key) => key.name === name && key.id.equals(bytes.subarray(0, 4)))) {
    const timed = key.kind === 4
    if (bytes.length !== (timed ? 76 : 68)) return null
    const seconds = timed ? Number(bytes.readBigUInt64BE(4)) : undefined
    if (timed && !Number.isSafeInteger(seconds)) return null
    if (!verify(null, Buffer.from(timed ? `cosignature/v1\ntime ${seconds}\n${body}` : body), key.key, bytes.subarray(timed ? 12 : 4))) return null
    found.push(seconds)
  }
  return found
}
function checkpoint(body) {
  const [origin, size, root, ...more] = body.split('\n'), bytes = base64(root, 32)
  return !origin || !whole(size) || !bytes || more.pop() !== '' || more.includes('') ? null : { origin, size: Number(size), root: bytes }
}
function signedCheckpoint(text, key) {
  const read = note(text), head = read && checkpoint(read.body)
  return head && head.origin === key.name && signed(read, [key])?.length > 0 ? head : null
}
function headSaid(text, key, witnesses) {
  const figures = /^\s*(0|[1-9]\d{0,15}):([0-9a-f]{64})\s*$/i.exec(text)
  if (figures) return { size: Number(figures[1]), root: Buffer.from(figures[2], 'hex'), times: [] }
  const read = note(text)
  if (!read || !checkpoint(read.body)) return 'not-a-head'
  const head = signedCheckpoint(text, key)
  return head ? { ...head, times: signed(read, witnesses) ?? [] } : 'head-not-signed'
}

function proofOf(said) {
  const path = object(said) ? hashes(said.hashes) : null
  return path && count(said.index) && count(said.size) ? { ...said, path } : null
}
function receiptOf(text) {
  const said = json(text)
  if (!object(said) || said.format !== 'mingjian-receipt/v1' || !object(said.log)) return null
  if ([said.log.vkey, said.kind, said.case].some((word) => typeof word !== 'string')) return null
  const leaf = base64(said.leaf), leafHash = base64(said.leafHash, 32), { card, fact, promise } = said
  if (!leaf || !leafHash || (card !== undefined && typeof card !== 'string') || (promise !== undefined && typeof promise !== 'string')) return null
  if (fact !== undefined && !(Number.isSafeInteger(fact) && fact >= 0)) return null
  if ((said.proof === undefined) === (promise === undefined)) return null
  const proof = said.proof === undefined ? undefined : proofOf(said.proof)
  return said.proof !== undefined && typeof proof?.checkpoint !== 'string' ? null : { ...said, leaf, leafHash, proof }
}
function rightKind({ kind, case: id, card, fact, leaf }) {
  const said = json(leaf.toString('utf8'))
  if (!object(said) || typeof said.stream !== 'string' || typeof said.type !== 'string') return false
  if (kind === 'fact') return card === undefined && said.stream === `cases-${id}` && said.revision === fact
  if (fact !== undefined) return false
  if (kind === 'acceptance') return card === undefined && said.type === 'CaseAccepted' && said.stream === `cases-${id}`
  const subject = `supervision-card.cases.${id}`
  return kind === 'card' && ['HintRaised', 'WarningRaised', 'YellowCardIssued', 'RedCardIssued'].includes(said.type) &&
    (said.stream === subject || said.stream.startsWith(`${subject}#`)) && object(said.data) && said.data.cardId === card
}
const stands = (index, { size, root }, leaf, path) => rootFrom(index, size, leaf, path)?.equals(root) ?? false

function byProof({ leafHash, proof: { index, size, path, checkpoint: text } }, head, key, more) {
  const own = signedCheckpoint(text, key)
  if (!own) return 'not-signed'
  if (own.size !== size || !stands(index, own, leafHash, path)) return 'not-included'
  if (own.size === head.size) return own.root.equals(head.root) ? 'proven' : 'another-head'
  if (more === undefined) return 'no-road-to-head'
  const again = receiptOf(more)?.proof, said = json(more)
  if (again) return again.size === head.size && again.index === index && stands(index, head, leafHash, again.path) ? 'proven' : 'proof-does-not-lead'
  const path2 = object(said) ? hashes(said.hashes) : null, [small, large] = own.size < head.size ? [own, head] : [head, own]
  if (!path2 || said.from !== small.size || said.to !== large.size || !consistent(small.size, large.size, small.root, large.root, path2)) return 'proof-does-not-lead'
  return index < head.size ? 'proven' : 'no-road-to-head'
}
function byPromise({ leafHash, promise }, head, key, more) {
  const read = note(promise), [origin, word, index, leaf, at, within, ...end] = read?.body.split('\n') ?? [], promised = base64(leaf, 32)
  if (!read || !origin || word !== 'promise/v1' || !/^(0|[1-9]\d{0,15})$/.test(index) || !promised || !/^[1-9]\d{0,5}$/.test(within) || end.length !== 1 || end[0] !== '' ||
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(at) || Number.isNaN(Date.parse(at)) || !(signed(read, [key])?.length > 0)) return 'not-signed'
  if (origin !== key.name || !promised.equals(leafHash)) return 'promise-of-another'
  const place = Number(index), due = Date.parse(at) + Number(within) * 1000
  if (head.size <= place && head.times.some((seconds) => seconds * 1000 > due)) return 'promise-broken'
  if (more === undefined || head.size <= place) return 'promised'
  const said = json(more), again = receiptOf(more), proof = again?.proof ?? proofOf(said), other = again?.leafHash ?? (object(said) ? base64(said.leafHash, 32) : null)
  if (!proof || proof.index !== place || proof.size !== head.size) return 'proof-does-not-lead'
  if (stands(place, head, leafHash, proof.path)) return 'proven'
  return other && stands(place, head, other, proof.path) ? 'promise-broken' : 'proof-does-not-lead'
}

/** The texts in, a code out; `proven` and nothing else is proof. */
export function verifyReceipt({ receipt: text, head: headText, key: said, more, witnessKeys = [] }) {
  const receipt = receiptOf(text)
  if (!receipt) return 'not-a-receipt'
  const key = vkey(said ?? receipt.log.vkey), witnesses = witnessKeys.map(vkey)
  if (key?.kind !== 1 || witnesses.some((witness) => witness?.kind !== 4)) return 'not-a-key'
  if (!sha256(Buffer.of(0), receipt.leaf).equals(receipt.leafHash)) return 'leaf-altered'
  if (!rightKind(receipt)) return 'kind-of-another'
  const head = headSaid(headText, key, witnesses)
  if (typeof head === 'string') return head
  return receipt.proof ? byProof(receipt, head, key, more) : byPromise(receipt, head, key, more)
}

function main(args) {
  const options = {}, witnessKeys = [], files = []
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--witness-key') witnessKeys.push(args[++i])
    else if (['--head', '--key', '--proof'].includes(args[i])) options[args[i]] = args[++i]
    else files.push(args[i])
  }
  if (files.length !== 1 || files[0].startsWith('--') || options['--head'] === undefined) {
    process.stderr.write('node verify-receipt.mjs FILE --head HEAD [--key VKEY] [--proof FILE] [--witness-key VKEY]\n')
    return 2
  }
  const read = (path) => readFileSync(path, 'utf8')
  const head = existsSync(options['--head']) ? read(options['--head']) : options['--head']
  const code = verifyReceipt({ receipt: read(files[0]), head, key: options['--key'], witnessKeys, ...(options['--proof'] !== undefined && { more: read(options['--proof']) }) })
  process.stdout.write(`${code}: ${words[code]}\n`)
  if (options['--key'] === undefined) process.stderr.write('没有给出公钥（--key），用的是回执自带的 / no --key was given: the one in the receipt was used\n')
  return code === 'proven' ? 0 : 1
}
if (process.argv[1] !== undefined && existsSync(process.argv[1]) && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try { process.exitCode = main(process.argv.slice(2)) } catch (error) { process.stderr.write(`${error.message}\n`); process.exitCode = 2 }
}
