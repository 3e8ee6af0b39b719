import { createHash } from 'node:crypto'
import { canonical } from '../domain/kernel/canonical.ts'
import type { Segment } from '../domain/evidence/footage.ts'

/** 链节 — of a segment all that its link is made over. */
export type Linked = Pick<Segment, 'seq' | 'run' | 'startMs' | 'endMs' | 'frames' | 'bytes' | 'sha256'>

/** 链首 — before the first segment of a camera. */
export const chainStart = (camera: string): string => createHash('sha256').update(`mingjian footage ${camera}`).digest('hex')

/** 录像链 — each link over the one before and what its segment is, so that none can be taken out, put in or altered unseen. */
export const chained = (before: string, camera: string, { seq, run, startMs, endMs, frames, bytes, sha256 }: Linked): string =>
  createHash('sha256').update(Buffer.from(before, 'hex')).update(canonical({ camera, seq, run, startMs, endMs, frames, bytes, sha256 })).digest('hex')
