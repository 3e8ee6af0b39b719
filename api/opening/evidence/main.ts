import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { maskedCopies } from '../../../adapters/evidence/derived.ts'
import { DecoderBusy, ffmpegHere } from '../../../adapters/evidence/ffmpeg.ts'
import { evidenceKey } from '../../../adapters/evidence/key.ts'
import { masked } from '../../../adapters/evidence/masks.ts'
import { withText } from '../../../adapters/evidence/png-text.ts'
import { suiteHere } from '../../../adapters/keys/own.ts'
import { evidence } from '../../../domain/evidence/index.ts'
import { keptBundles } from '../../../video/bundle/kept.ts'
import { clip } from '../../../video/clip.ts'
import type { HourRow } from '../../../projections/footage-hours.ts'
import type { EvidenceRoom } from '../../footage/evidence-room.ts'
import { policy, type Rooms } from '../../rooms.ts'

/** 剪辑 in whole milliseconds. */
function cut(...asked: Parameters<typeof clip>) {
  const made = clip(...asked)
  return made && { content: made.content, fromMs: Math.round(made.fromMs), toMs: Math.round(made.toMs) }
}

/** 开证据室 — the key that signs bundles, the bundles that were sealed, and what an ffmpeg draws where there is one. `root`: of the project, `version`: of the program. */
export function openEvidence(rooms: Rooms, root: string, version: string): EvidenceRoom {
  const { dir } = rooms, store = join(dir, 'footage'), signer = evidenceKey(dir), decoder = ffmpegHere()
  const bundles = keptBundles(join(dir, 'evidence'), { store, signer, verifier: () => readFileSync(join(root, 'adapters/evidence/verify.mjs')), clip: cut })
  const copies = maskedCopies(join(dir, 'footage-masked'), () => decoder)
  const stream = `evidence-key.${signer.fingerprint}`, positionOf = async () => (await rooms.book.readStream(stream))[0]?.meta.position

  async function publish(): Promise<number> {
    const known = await positionOf()
    if (known !== undefined) return known
    const publicKey = signer.pem.replace(/-----[^-]+-----|\s/g, '')
    await rooms.tell({ context: evidence, id: signer.fingerprint, by: policy, key: `evidence-key ${signer.fingerprint}`, command: { type: 'PublishEvidenceKey', data: { publicKey } } })
    return await positionOf() ?? Promise.reject(new Error(`${stream}: the key was not published`))
  }
  const forget = (camera: string, seqs: readonly number[]) => { copies.forget(camera, seqs); bundles.forget(camera, seqs) }
  // What was deleted leaves no copy behind: not now, and not where this process ended between the fact and the deed.
  rooms.onTold(({ command, id }, facts) => { if (facts.includes('SegmentsExpired')) forget(id.slice(0, id.lastIndexOf('.')), command.data['seqs'] as readonly number[]) })
  forgetDeleted(rooms, [...copies.shown(), ...bundles.shown()], forget)
    .catch((error: unknown) => process.stderr.write(`已删录像的副本未清 / copies of deleted footage were not swept: ${String(error)}\n`))
  let published: Promise<number> | undefined
  const once = () => published ??= publish().catch((error: unknown) => { published = undefined; throw error })
  return {
    version, suite: suiteHere(join(dir, 'keys'), undefined), store, key: { pem: signer.pem, fingerprint: signer.fingerprint },
    published: once, genesis: (camera) => createHash('sha256').update(`mingjian footage ${camera}`).digest('hex'),
    bundle: bundles.of,
    ...(decoder && {
      async still(file, afterMs, masks, words) {
        const picture = existsSync(file) ? await decoder.still(file, afterMs).catch((error: unknown) => { if (error instanceof DecoderBusy) return 'busy' as const; throw error }) : undefined
        return picture === undefined || picture === 'busy' ? picture : withText(await masked(picture, masks), words)
      },
      masked: copies.copyOf,
    }),
  }
}

type Shown = readonly { camera: string; seq: number }[]
/** 清副本 of what the book says was deleted; what it knows nothing of stays. */
export async function forgetDeleted(rooms: Pick<Rooms, 'rows' | 'book' | 'caughtUp'>, shown: Shown, forget: (camera: string, seqs: readonly number[]) => void): Promise<void> {
  if (shown.length === 0) return
  await rooms.caughtUp((await rooms.book.head()).position)
  for (const { camera, seq } of shown) {
    // The hour that a number is of is the first whose last number is no lower.
    const { rows: [found] } = await rooms.rows.find('footage-hours', { where: { camera, lastSeq: { from: seq } }, order: 'lastSeq', limit: 1 }), hour = found?.row as HourRow | undefined
    if (hour && !hour.segments.some((one) => one.seq === seq)) forget(camera, [seq])
  }
}
