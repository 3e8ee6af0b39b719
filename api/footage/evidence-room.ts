import type { Readable } from 'node:stream'
import type { Plan } from '../../video/bundle/manifest.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'

type Range = { fromMs: number; toMs: number }
/** 成包 — what was sealed for an export, the digest of its tar, and the tar as often as it is fetched. */
export type Bundle = { name: string; sha256: string; bytes: number; segments: number; tar(): Readable }
export type Unfit = { unfit: 'segment-missing' | 'segment-altered'; seq: number } | { unfit: 'silent-hole'; hole: Range }
type Mask = readonly (readonly [number, number])[]
type Original = { camera: string; seq: number; file: string; path: string }

/** 证据室 — what seals bundles and draws pictures, opened by a root over the folder of the footage. */
export type EvidenceRoom = {
  version: string
  suite: 'intl' | 'SM'
  /** Where the footage lies. */
  store: string
  /** The key that signs bundles, and where the fact stands that published it. */
  key: { pem: string; fingerprint: string }
  published(): Promise<number>
  /** The chain before a camera's first segment. */
  genesis(camera: string): string
  bundle(id: string, plan: () => Promise<Plan>, withClip: boolean): Promise<Bundle | Unfit>
  /** 定格 with its masks and words in it; nothing where no ffmpeg is there, or the file shows nothing then; `busy` where too many wait. */
  still?(file: string, afterMs: number, masks: readonly Mask[], words: Readonly<Record<string, string>>): Promise<Buffer | 'busy' | undefined>
  /** 遮挡副本 — the file of the copy; nothing where none can be made. */
  masked?(original: Original, masks: readonly Mask[]): Promise<string | undefined> | 'busy'
}
export const evidenceOf = ({ evidence }: Rooms): EvidenceRoom => {
  if (!evidence) throw new Unanswerable(503, 'no-footage-here', '本进程不持有录像', 'This process holds no footage')
  return evidence()
}
