import { checkpointIn, fromBase64, noteIn, promiseIn, signedCheckpoint, signersOf, verifierFrom, type VerifierKey } from './note.ts'
import { isConsistent, isIncluded, leafHashOf } from './proof.ts'

type Asked = { receipt: string; head: string; key?: string | undefined; more?: string | undefined; witnessKeys?: readonly string[] }
/** `ok`: the fact stands in the book that this head is of. Anything else is said by its code. */
export type Verdict = { ok: boolean; code: Code; zh: string; en: string; keyFrom?: 'said' | 'receipt'; evidence?: object }
const words = {
  proven: ['已证明：这一条原样在此树头的事件簿里', 'proven: this very fact stands in the book under this head'],
  promised: ['签名的承诺有效，但还没有在此树头之下的证明：凭回执的链接再取', 'the signed promise is sound, but nothing shows the fact under this head yet: fetch the receipt again by its link'],
  'promise-broken': ['承诺没有兑现：期限已过，签名的树头里没有这一条；回执与树头合为证据', 'the promise was not kept: a signed head after its time is without this fact; receipt and head together are the evidence'],
  'not-a-receipt': ['这不是回执', 'this is not a receipt'],
  'leaf-altered': ['叶与其摘要不符：回执被改过', 'the leaf is not what its hash says: the receipt was altered'],
  'kind-of-another': ['叶所记的不是回执所称的那件事', 'the leaf tells of something else than the receipt claims'],
  'not-a-key': ['公钥不对', 'this is not a key'],
  'not-a-head': ['所给树头读不懂', 'the head that was given cannot be read'],
  'head-not-signed': ['所给树头没有平台的有效签名', 'the head that was given bears no sound signature of the platform'],
  'not-signed': ['回执里的树头或承诺没有平台的有效签名', 'the head or promise in the receipt bears no sound signature of the platform'],
  'not-included': ['包含证明不成立', 'the proof of inclusion does not hold'],
  'another-head': ['同样条数而树根不同：平台给出了两本账，两个签名的树头合为证据', 'of one size, with another root: the platform keeps two books; both signed heads together are the evidence'],
  'no-road-to-head': ['回执的树头与所给树头条数不同，还需两者间的证明（--proof）', 'the head in the receipt is of another size than the one given: a proof between them is needed (--proof)'],
  'proof-does-not-lead': ['所给证明不成立，不能从回执通到此树头', 'the proof that was given does not lead from the receipt to this head'],
  'promise-of-another': ['承诺说的不是这一条', 'the promise is of another fact'],
} as const
type Code = keyof typeof words

type Proof = { index: number; size: number; path: Buffer[]; checkpoint?: string }
type Receipt = { kind: string; case: string; card?: string; fact?: number; leaf: Buffer; leafHash: Buffer; vkey: string; proof?: Proof; promise?: string }
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0
const parsed = (text: string): unknown => { try { return JSON.parse(text) } catch { return undefined } }

function pathIn(value: unknown): Buffer[] | undefined {
  if (!Array.isArray(value) || value.length > 63) return undefined
  const hashes = value.map((hash) => typeof hash === 'string' ? fromBase64(hash, 32) : undefined)
  return hashes.includes(undefined) ? undefined : hashes as Buffer[]
}
function proofIn(value: unknown): Proof | undefined {
  if (!isObject(value)) return undefined
  const { index, size, hashes, checkpoint } = value, path = pathIn(hashes)
  return isCount(index) && isCount(size) && path ? { index, size, path, ...(typeof checkpoint === 'string' && { checkpoint }) } : undefined
}
function receiptIn(text: string): Receipt | undefined {
  const said = parsed(text)
  if (!isObject(said) || said['format'] !== 'mingjian-receipt/v1' || !isObject(said['log'])) return undefined
  const { kind, card, fact, promise } = said, { vkey } = said['log'], proof = said['proof'] === undefined ? undefined : proofIn(said['proof'])
  const leaf = typeof said['leaf'] === 'string' ? fromBase64(said['leaf']) : undefined, leafHash = typeof said['leafHash'] === 'string' ? fromBase64(said['leafHash'], 32) : undefined
  if (typeof kind !== 'string' || typeof said['case'] !== 'string' || !leaf || !leafHash || typeof vkey !== 'string') return undefined
  if ((card !== undefined && typeof card !== 'string') || (promise !== undefined && typeof promise !== 'string')) return undefined
  if (fact !== undefined && !isCount(fact)) return undefined
  // One of the two, and no more: what is not looked at must not stand there.
  if ((said['proof'] === undefined) === (promise === undefined) || (said['proof'] !== undefined && proof?.checkpoint === undefined)) return undefined
  return { kind, case: said['case'], leaf, leafHash, vkey,
    ...(card !== undefined && { card }), ...(fact !== undefined && { fact }), ...(proof && { proof }), ...(promise !== undefined && { promise }) }
}

const issued = ['HintRaised', 'WarningRaised', 'YellowCardIssued', 'RedCardIssued']
/** Nothing that stands beside the leaf is believed: what it is of, the leaf itself says. */
function isOfItsKind({ kind, case: id, card, fact, leaf }: Receipt): boolean {
  const said = parsed(leaf.toString('utf8'))
  if (!isObject(said) || typeof said['stream'] !== 'string' || typeof said['type'] !== 'string') return false
  if (kind === 'fact') return card === undefined && said['stream'] === `cases-${id}` && said['revision'] === fact
  if (fact !== undefined) return false
  if (kind === 'acceptance') return card === undefined && said['type'] === 'CaseAccepted' && said['stream'] === `cases-${id}`
  const subject = `supervision-card.cases.${id}`, { stream, data } = said
  return kind === 'card' && issued.includes(said['type']) && (stream === subject || stream.startsWith(`${subject}#`)) && isObject(data) && data['cardId'] === card
}

type Head = { size: number; root: Buffer; seconds: number[] }
/** A head by its figures is believed as it is said; a note only with the platform's signature. When: as witnesses who are known say. */
function headSaid(text: string, key: VerifierKey, witnesses: readonly VerifierKey[]): Head | 'not-a-head' | 'head-not-signed' {
  const [, size, hex] = /^\s*(0|[1-9]\d{0,15}):([0-9a-f]{64})\s*$/i.exec(text) ?? []
  if (size !== undefined) return { size: Number(size), root: Buffer.from(hex!, 'hex'), seconds: [] }
  if (!checkpointIn(noteIn(text)?.body ?? '')) return 'not-a-head'
  const signed = signedCheckpoint(text, [key])
  if (!signed || signed.origin !== key.name) return 'head-not-signed'
  const seconds = (signersOf(noteIn(text)!, witnesses) ?? []).flatMap(({ seconds }) => seconds ?? [])
  return { size: signed.size, root: signed.root, seconds }
}

const told = (code: Code, more: object = {}): Verdict => ({ ok: code === 'proven', code, zh: words[code][0], en: words[code][1], ...more })

/** The receipt's own head, and then from it to the one that is held. */
function ofProof({ leafHash }: Receipt, { index, size, path, checkpoint }: Proof, head: Head, headText: string, key: VerifierKey, more: string | undefined): Verdict {
  const own = signedCheckpoint(checkpoint!, [key])
  if (!own || own.origin !== key.name) return told('not-signed')
  if (own.size !== size || !isIncluded(index, size, leafHash, path, own.root)) return told('not-included')
  if (own.size === head.size) return own.root.equals(head.root) ? told('proven') : told('another-head', { evidence: { ours: checkpoint, theirs: headText } })
  if (more === undefined) return told('no-road-to-head')
  const said = parsed(more), again = receiptIn(more)?.proof
  if (again) return again.size === head.size && again.index === index && isIncluded(index, head.size, leafHash, again.path, head.root) ? told('proven') : told('proof-does-not-lead')
  if (!isObject(said)) return told('proof-does-not-lead')
  const between = pathIn(said['hashes']), [small, large] = own.size < head.size ? [own, head] : [head, own]
  if (!between || said['from'] !== small.size || said['to'] !== large.size || !isConsistent(small.size, large.size, small.root, large.root, between)) return told('proof-does-not-lead')
  // A head smaller than the receipt's agrees with it, and need not reach as far as this leaf.
  return index < head.size ? told('proven') : told('no-road-to-head')
}

function ofPromise(receipt: Receipt, head: Head, headText: string, key: VerifierKey, more: string | undefined): Verdict {
  const note = noteIn(receipt.promise!), promised = note && promiseIn(note.body), by = note && signersOf(note, [key])
  if (!promised || !by?.length) return told('not-signed')
  if (promised.origin !== key.name || !promised.leafHash.equals(receipt.leafHash)) return told('promise-of-another')
  const { index, at, withinSeconds } = promised, dueMs = Date.parse(at) + withinSeconds * 1000
  const broken = () => told('promise-broken', { evidence: { promise: receipt.promise, head: headText, dueAt: new Date(dueMs).toISOString() } })
  if (head.size <= index && head.seconds.some((seconds) => seconds * 1000 > dueMs)) return broken()
  if (more === undefined || head.size <= index) return told('promised')
  const said = parsed(more), again = receiptIn(more), proof = again?.proof ?? proofIn(said)
  const other = again?.leafHash ?? (isObject(said) && typeof said['leafHash'] === 'string' ? fromBase64(said['leafHash'], 32) : undefined)
  if (!proof || proof.index !== index || proof.size !== head.size) return told('proof-does-not-lead')
  if (isIncluded(index, head.size, receipt.leafHash, proof.path, head.root)) return told('proven')
  return other && isIncluded(index, head.size, other, proof.path, head.root) ? broken() : told('proof-does-not-lead')
}

/** 验回执 — what a receipt proves of the head that somebody holds. Nothing is read but what is handed in. */
export function verifyReceipt({ receipt: text, head: headText, key: said, more, witnessKeys = [] }: Asked): Verdict {
  const receipt = receiptIn(text)
  if (!receipt) return told('not-a-receipt')
  const key = verifierFrom(said ?? receipt.vkey), witnesses = witnessKeys.map(verifierFrom)
  if (key?.kind !== 'log' || witnesses.some((witness) => witness?.kind !== 'witness')) return told('not-a-key')
  if (!leafHashOf(receipt.leaf).equals(receipt.leafHash)) return told('leaf-altered')
  if (!isOfItsKind(receipt)) return told('kind-of-another')
  const head = headSaid(headText, key, witnesses as VerifierKey[])
  if (typeof head === 'string') return told(head)
  const verdict = receipt.proof ? ofProof(receipt, receipt.proof, head, headText, key, more) : ofPromise(receipt, head, headText, key, more)
  return { ...verdict, keyFrom: said === undefined ? 'receipt' : 'said' }
}
