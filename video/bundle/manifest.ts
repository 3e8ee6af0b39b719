import { canonical } from '../../domain/kernel/canonical.ts'
import type { Segment } from '../../domain/evidence/footage.ts'
import { coveredBy, type Range } from './coverage.ts'

/** 叶 — a fact's own bytes (base64) at its place in the book, and what leads from it to the checkpoint. */
export type Leaf = { position: number; leaf: string; hashes: readonly string[] }
/** A segment as its fact says it, and where that stands. `expired`: retention has deleted the pictures, at this position; the link stays. */
export type Linked = Segment & { position: number; expired?: number }
type Gap = { fromMs: number; toMs?: number; cause: string; position: number }
type Step = { atMs: number; byMs: number; position: number }
/** 办件事实 — where it stands, and when it was recorded; the rest is in its leaf, where what names a person stays sealed. */
type CaseFact = { position: number; stream: string; revision: number; id: string; type: string; recordedAt: string }

/** 导出计划 — all that the book says about a range of one camera, gathered by whoever has the book. */
export type Plan = {
  export: { id: string; requested: number; approved: number }
  case?: { id: string; no?: string }
  camera: { id: string; name: string; hall: string; window?: string }
  asked: Range & { by: string; at: string; reason: string; approvedBy: string; approvedAt: string }
  made: { at: string; version: string; suite: 'intl' | 'SM' }
  /** By `seq`, without a hole: the chain runs through them. */
  segments: readonly Linked[]
  /** The chain before the first of them. */
  before: string
  gaps: readonly Gap[]
  steps: readonly Step[]
  facts: readonly CaseFact[]
  book: { origin: string; vkey: string; checkpoint: string; leaves: readonly Leaf[] }
  /** Where the fact stands that published the signing key. */
  signerAt: number
}
/** 件 — a file of the bundle. */
export type Part = { name: string; bytes: number; sha256: string }

export const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]/g, '').replace('.000', '').replace('.', '')
const plain = (text: string) => text.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 60)
/** 包名 — what a tape, a folder and a mail may carry. */
export const bundleName = ({ case: of, camera, asked }: Plan) => `evidence-${plain(of?.no ?? of?.id ?? 'camera')}-${plain(camera.id)}-${stamp(asked.fromMs)}-${stamp(asked.toMs)}`
export const segmentName = ({ seq, startMs }: Segment) => `segments/${String(seq).padStart(8, '0')}-${startMs}.mp4`

const notes = {
  personal: '事实的原文里，凡能认出个人的字段都是密文；本包不含解密的钥匙 / In the facts, every field that names a person is sealed; no key to open it is in this bundle',
  clip: 'clip.mp4 为派生件，由原始段按关键帧拼接而成，不是原件；原件是 segments/ 下的各段 / clip.mp4 is derived by splicing whole groups of pictures; the originals are the segments',
  suite: '签名一律为 Ed25519，任何 openssl 3 都能核验；国密套件（SM）只用于平台内部的封存 / Signatures are Ed25519 in either suite; SM is used for what the house seals inside',
}

/** 清单 — what the bundle says of itself, in canonical bytes (RFC 8785): these are signed. */
export function manifestOf(plan: Plan, { parts, sums, count, signer, clip }: {
  parts: readonly Part[]; sums: string; count: number; signer: string; clip?: Range | undefined
}): Buffer {
  const { segments, asked } = plan, last = segments.at(-1)
  return Buffer.from(canonical({
    format: 'mingjian-evidence/v1', name: bundleName(plan), made: plan.made, export: plan.export, ...(plan.case && { case: plan.case }), camera: plan.camera, asked,
    covered: coveredBy(segments.filter(({ expired }) => expired === undefined), asked), gaps: plan.gaps,
    clock: { sources: [...new Set(segments.map(({ clock }) => clock))].sort(), mostJitterMs: Math.max(0, ...segments.map(({ jitterMs }) => jitterMs)), steps: plan.steps },
    chain: { before: plan.before, ...(last && { head: { seq: last.seq, chain: last.chain } }) },
    segments: segments.map((segment) => ({ ...segment, ...(segment.expired === undefined && { name: segmentName(segment) }) })),
    facts: plan.facts, book: plan.book, signer: { algorithm: 'Ed25519', fingerprint: signer, position: plan.signerAt },
    ...(clip && { clip: { name: 'clip.mp4', derived: true, ...clip } }), files: parts, sums, count, notes,
  }))
}
