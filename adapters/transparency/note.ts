import { createPrivateKey, createPublicKey, hash, randomBytes, sign, verify, type KeyObject } from 'node:crypto'

/** Kinds of signature (C2SP signed-note): a log's own, and a witness's with its time. */
const kinds = { log: 1, witness: 4 } as const
type Kind = keyof typeof kinds
/** 验签钥 — a name and an Ed25519 public key; as text a C2SP vkey. */
export type VerifierKey = { name: string; kind: Kind; id: Buffer; key: KeyObject; vkey: string }
export type SigningKey = VerifierKey & { signer: KeyObject }
export type Checkpoint = { origin: string; size: number; root: Buffer }
/** 签注 — a text and the lines of those who signed it. */
type Note = { body: string; signatures: { name: string; id: Buffer; signature: Buffer; line: string }[] }

const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex'), spki = Buffer.from('302a300506032b6570032100', 'hex')
const noteBytes = 1 << 16, mostSignatures = 64
const isName = (name: string) => name !== '' && !/[\p{White_Space}+\p{Cc}]/u.test(name)
/** Exactly what the encoder writes: two texts never mean the same bytes. */
export function fromBase64(text: string, length?: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text && (length === undefined || bytes.length === length) ? bytes : undefined
}

function verifierOf(name: string, kind: Kind, raw: Buffer): VerifierKey {
  const typed = Buffer.concat([Buffer.of(kinds[kind]), raw])
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, 4)
  return { name, kind, id, key: createPublicKey({ key: Buffer.concat([spki, raw]), format: 'der', type: 'spki' }), vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}` }
}
/** Nothing where the text is not a vkey, or its id is not its own. */
export function verifierFrom(vkey: string): VerifierKey | undefined {
  const [, name = '', id, typed] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey.trim()) ?? []
  const bytes = typed === undefined ? undefined : fromBase64(typed, 33)
  const kind = (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind] === bytes?.[0])
  if (!bytes || !kind || !isName(name)) return undefined
  const key = verifierOf(name, kind, bytes.subarray(1))
  return key.id.toString('hex') === id ? key : undefined
}
/** 签名钥 from its seed; without one, a new one. */
export function signingKey(name: string, kind: Kind, seed: Buffer = randomBytes(32)): SigningKey & { seed: Buffer } {
  if (!isName(name)) throw new Error(`not a name for a key: ${JSON.stringify(name)}`)
  const signer = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(signer).export({ format: 'der', type: 'spki' }).subarray(spki.length)
  return { ...verifierOf(name, kind, raw), signer, seed }
}

const signedText = (body: string, timed?: number) => Buffer.from(timed === undefined ? body : `cosignature/v1\ntime ${timed}\n${body}`)
/** The line that signs a body; a witness's says when, in whole seconds. */
export function signatureLine({ name, id, kind, signer }: SigningKey, body: string, seconds?: number): string {
  const time = Buffer.alloc(kind === 'witness' ? 8 : 0)
  if (kind === 'witness') time.writeBigUInt64BE(BigInt(seconds!))
  const signature = sign(null, signedText(body, kind === 'witness' ? seconds : undefined), signer)
  return `— ${name} ${Buffer.concat([id, time, signature]).toString('base64')}\n`
}
export const noteOf = (body: string, ...lines: readonly string[]) => `${body}\n${lines.join('')}`

/** Reads a note as it stands; nothing is believed of it yet. */
export function noteIn(text: string): Note | undefined {
  const end = text.lastIndexOf('\n\n')
  if (Buffer.byteLength(text) > noteBytes || end < 0 || !text.endsWith('\n') || /[^\P{Cc}\n]|\p{Surrogate}/u.test(text)) return undefined
  const lines = text.slice(end + 2, -1).split('\n')
  if (lines.length > mostSignatures) return undefined
  const signatures: Note['signatures'] = []
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (!isName(name) || !bytes || bytes.length < 5) return undefined
    signatures.push({ name, id: bytes.subarray(0, 4), signature: bytes.subarray(4), line: `${line}\n` })
  }
  return { body: text.slice(0, end + 1), signatures }
}

/** Who of those known signed it, and when where they said so; nothing where one who is known did not sign what stands there. */
export function signersOf({ body, signatures }: Note, known: readonly VerifierKey[]): { vkey: string; seconds?: number; line: string }[] | undefined {
  const found: { vkey: string; seconds?: number; line: string }[] = []
  for (const { name, id, signature, line } of signatures) for (const { kind, key, vkey } of known.filter((key) => key.name === name && key.id.equals(id))) {
    const seconds = kind === 'witness' && signature.length === 72 ? Number(signature.readBigUInt64BE()) : undefined
    const bare = seconds === undefined ? signature : signature.subarray(8)
    if (bare.length !== 64 || (kind === 'witness') !== (seconds !== undefined) || !Number.isSafeInteger(seconds ?? 0)) return undefined
    if (!verify(null, signedText(body, seconds), key, bare)) return undefined
    found.push({ vkey, ...(seconds !== undefined && { seconds }), line })
  }
  return found
}

/** C2SP tlog-checkpoint, without extension lines. */
export const checkpointBody = ({ origin, size, root }: Checkpoint) => `${origin}\n${size}\n${root.toString('base64')}\n`
export function checkpointIn(body: string): Checkpoint | undefined {
  const [origin = '', size = '', root = '', ...more] = body.split('\n')
  const bytes = fromBase64(root, 32)
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)) || !bytes || more.pop() !== '' || more.includes('')) return undefined
  return { origin, size: Number(size), root: bytes }
}
/** A checkpoint that one of these keys signed. */
export function signedCheckpoint(text: string, known: readonly VerifierKey[]): (Checkpoint & { body: string; by: { vkey: string; seconds?: number; line: string }[] }) | undefined {
  const note = noteIn(text), checkpoint = note && checkpointIn(note.body), by = note && signersOf(note, known)
  return checkpoint && by && by.length > 0 ? { ...checkpoint, body: note.body, by } : undefined
}

/** 诺言 — what the book says before a fact stands under a signed head: this leaf is at this index, and will be under one within the seconds. Its
    second line is no number, so that it can never be taken for a checkpoint. */
export type Promised = { origin: string; index: number; leafHash: Buffer; at: string; withinSeconds: number }
export const promiseBody = ({ origin, index, leafHash, at, withinSeconds }: Promised) => `${origin}\npromise/v1\n${index}\n${leafHash.toString('base64')}\n${at}\n${withinSeconds}\n`
export function promiseIn(body: string): Promised | undefined {
  const [origin = '', word, index = '', leaf = '', at = '', within = '', end, ...more] = body.split('\n')
  const leafHash = fromBase64(leaf, 32)
  if (origin === '' || word !== 'promise/v1' || !/^(0|[1-9]\d{0,15})$/.test(index) || !leafHash || !/^[1-9]\d{0,5}$/.test(within) || end !== '' || more.length > 0) return undefined
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(at) || Number.isNaN(Date.parse(at))) return undefined
  return { origin, index: Number(index), leafHash, at, withinSeconds: Number(within) }
}
