import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readFileSync } from 'node:fs'
import { checkpointBody, noteOf, signatureLine, signingKey } from '../../adapters/transparency/note.ts'
import { inclusionProof, leafHashOf, rootOver } from '../../adapters/transparency/proof.ts'
import type { Segment } from '../../domain/evidence/footage.ts'
import { canonical } from '../../domain/kernel/canonical.ts'
import { packed as pack, type EvidenceSigner } from '../../video/bundle/make.ts'
import type { Linked, Plan } from '../../video/bundle/manifest.ts'
import { tarOf } from '../../video/bundle/tar.ts'

export const verifierFile = new URL('../../adapters/evidence/verify.mjs', import.meta.url).pathname
const sha256 = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
export const signerOf = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ed25519')): EvidenceSigner => ({
  pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  fingerprint: createHash('sha256').update(publicKey.export({ format: 'der', type: 'spki' })).digest('hex'),
  sign: (bytes) => sign(null, bytes, privateKey),
})

/** Facts one after the other, under a head that a log's key has signed. */
function bookOf() {
  const leaves: Buffer[] = [], key = signingKey('mingjian/422822/试', 'log')
  return {
    key,
    tell(stream: string, type: string, data: object, person = 'camera') {
      const id = sha256(`${leaves.length}`).subarray(0, 16).toString('hex'), recordedAt = new Date(1_772_413_200_000 + leaves.length * 1000).toISOString()
      leaves.push(Buffer.from(canonical({ stream, revision: 1, id, version: 1, recordedAt, actor: { person, role: 'camera', department: '' }, region: '422822', cause: 'told', type, data })))
      return { position: leaves.length, stream, revision: 1, id, type, recordedAt }
    },
    under(positions: readonly number[]): Plan['book'] {
      const hashes = leaves.map((leaf) => leafHashOf(leaf)), range = (from: number, to: number) => rootOver(hashes.slice(from, to)), body = checkpointBody({ origin: key.name, size: leaves.length, root: range(0, leaves.length) })
      return { origin: key.name, vkey: key.vkey, checkpoint: noteOf(body, signatureLine(key, body)), leaves: [...new Set(positions)].sort((a, b) => a - b).map((position) => ({
        position, leaf: leaves[position - 1]!.toString('base64'), hashes: inclusionProof(position - 1, leaves.length, range).map((hash) => hash.toString('base64')) })) }
    },
  }
}

/** 一段历史 — pieces of footage one after the other in milliseconds; a negative one is a time without a picture. `from`, `to`: the range asked, from its beginning. */
export type Story = { pieces: readonly number[]; fromMs: number; toMs: number; begin?: number; content?(i: number): Buffer; firstSeq?: number }
export const startedAt = Date.parse('2026-03-02T01:00:00Z')

/** A camera's footage on the disk and in a book, and the plan of a bundle over some of it. */
export function evidenceOf({ pieces, fromMs, toMs, content = (i) => Buffer.from(`piece ${i} `.repeat(300 + i)), firstSeq = 1 }: Story, signer = signerOf()) {
  const store = mkdtempSync(join(tmpdir(), 'mingjian-evidence-')), camera = 'mingjing-w03', book = bookOf(), stream = `evidence-camera.${camera}.2026030201`
  const signerAt = book.tell(`evidence-key.${signer.fingerprint}`, 'EvidenceKeyPublished', { fingerprint: signer.fingerprint }, 'policy').position
  const fact = book.tell('cases-HJ-1', 'CaseAccepted', { acceptedOn: '2026-03-02' }, 'li-na')
  const segments: Linked[] = [], gaps: Plan['gaps'][number][] = []
  let at = startedAt, seq = firstSeq, chain = sha256(firstSeq === 1 ? `mingjian footage ${camera}` : 'what was before')
  const before = chain.toString('hex')
  pieces.forEach((lengthMs, i) => {
    if (lengthMs < 0) {
      const gap = { fromMs: at, toMs: at - lengthMs, cause: 'camera' as const }
      gaps.push({ ...gap, position: book.tell(stream, 'GapClosed', gap).position })
      at -= lengthMs
      return
    }
    const bytes = content(i), link = { seq: seq++, run: 1, startMs: at, endMs: at + lengthMs, frames: 1 + Math.floor(lengthMs / 40), bytes: bytes.length, sha256: sha256(bytes).toString('hex') }
    chain = sha256(chain, canonical({ camera, ...link }))
    const segment: Segment = { ...link, chain: chain.toString('hex'), jitterMs: i / 2, clock: 'synchronised', file: `${camera}/2026/03/02/01/${at}-${link.seq}.mp4` }
    mkdirSync(dirname(join(store, segment.file)), { recursive: true })
    writeFileSync(join(store, segment.file), bytes)
    segments.push({ ...segment, position: book.tell(stream, 'SegmentsSealed', { segments: [segment] }).position })
    at += lengthMs
  })
  const asked = { fromMs: startedAt + fromMs, toMs: startedAt + toMs }, inside = segments.filter(({ startMs, endMs }) => startMs < asked.toMs && asked.fromMs < endMs)
  const reason = '投诉核查 "sums":"00"', said = { export: 'E-1', camera, ...asked, case: 'HJ-1', reason, by: 'wu-jian' }
  const requested = book.tell('evidence-export.E-1', 'ExportRequested', said, said.by).position
  const approved = book.tell('evidence-export.E-1', 'ExportApproved', { export: 'E-1', by: 'chen-jingzhi' }, 'chen-jingzhi').position
  const previous = segments.findLast(({ seq }) => seq === (inside[0]?.seq ?? 0) - 1)
  const told = gaps.filter((gap) => gap.fromMs < asked.toMs && asked.fromMs < gap.toMs!)
  const plan: Plan = {
    export: { id: 'E-1', requested, approved }, case: { id: 'HJ-1', no: '明2026-0001' }, camera: { id: camera, name: '三号窗口', hall: 'mingjing', window: 'W-03' },
    asked: { ...asked, by: 'wu-jian', at: '2026-03-02T02:00:00.000Z', reason, approvedBy: 'chen-jingzhi', approvedAt: '2026-03-02T02:05:00.000Z' },
    made: { at: '2026-03-02T02:06:00.000Z', version: '0.1.0', suite: 'intl' },
    segments: inside, before: previous?.chain ?? before, gaps: told, steps: [], facts: [fact], signerAt,
    book: book.under([signerAt, requested, approved, fact.position, ...inside.map(({ position }) => position), ...told.map(({ position }) => position)]),
  }
  return { store, plan, signer, book, clear: () => rmSync(store, { recursive: true, force: true }) }
}

/** The tar, as bytes; whatever the plan leaves out. */
export async function tarred(plan: Plan, store: string, signer: EvidenceSigner, clip?: Parameters<typeof pack>[1]['clip']): Promise<Buffer> {
  const packed = await pack(plan, { store, signer, verifier: readFileSync(verifierFile), ...(clip && { clip }) })
  if ('unfit' in packed) throw new Error(packed.unfit)
  const chunks: Buffer[] = []
  for await (const chunk of tarOf(packed)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
