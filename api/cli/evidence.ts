import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ExportRow } from '../../projections/footage-exports.ts'
import { caseIdOf, instantSaid } from '../case-reading.ts'
import { evidenceOf } from '../footage/evidence-room.ts'
import { bundleOf } from '../footage/bundle.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { text, usageError, type Said, type Verb } from './verb.ts'

const needed = (said: Said, name: string): string => {
  const word = text(said, name)
  if (word === undefined) throw usageError(name, `缺少 --${name}`, `--${name} is missing`)
  return word
}
const iso = (ms: number) => new Date(ms).toISOString()
const told = ({ export: id, camera, fromMs, toMs, state, by, approvedBy, reason }: ExportRow) =>
  `${id}（${camera}，${iso(fromMs)} 至 ${iso(toMs)}，${by} 申请，${state === 'requested' ? '待批准' : `${approvedBy} 批准`}：${reason}）`

/** 获准的调取 for exactly this; which others there are is said where there is none. */
async function exportMeant(rooms: Rooms, said: Said): Promise<ExportRow> {
  const id = await caseIdOf(rooms, needed(said, 'case')), camera = needed(said, 'camera')
  const fromMs = Date.parse(instantSaid('from', needed(said, 'from'))!), toMs = Date.parse(instantSaid('to', needed(said, 'to'))!)
  await rooms.caughtUp((await rooms.book.head()).position)
  const rows = (await rooms.rows.find('footage-exports', { where: { camera }, order: '-requestedAt', limit: 1000 })).rows.map(({ row }) => row as ExportRow).filter((row) => row.case === id)
  const found = rows.find((row) => row.state !== 'requested' && row.fromMs === fromMs && row.toMs === toMs)
  if (found) return found
  const others = rows.length === 0 ? '' : `；此件此机的调取：${rows.slice(0, 5).map(told).join('；')}`
  const names = rows.slice(0, 5).map(({ export: one, state }) => `${one} (${state})`).join(', ')
  throw new Unanswerable(409, 'no-approved-export', `没有获准的调取正好是这一段${others}`, `No approved export is of exactly this range${names && `; there are: ${names}`}`,
    { field: 'from', exports: rows.slice(0, 5).map(({ export: one, state, fromMs, toMs }) => ({ export: one, state, fromMs, toMs })) })
}

/** 导出证据包 */
export const evidenceExportVerb: Verb = {
  name: 'evidence export', usage: 'evidence export --case CASENO --camera ID --from INSTANT --to INSTANT --out DIR [--clip]', zh: '按获准的调取导出录像证据包',
  en: 'Export the evidence bundle of an approved request',
  positional: [], writes: true,
  options: {
    case: { type: 'string', zh: '编号', en: 'case' }, camera: { type: 'string', zh: '摄像机', en: 'camera' },
    from: { type: 'string', zh: '自', en: 'from' }, to: { type: 'string', zh: '至', en: 'to' },
    out: { type: 'string', zh: '写到哪个目录', en: 'folder to write to' }, clip: { type: 'boolean', zh: '另附派生的剪辑', en: 'with a derived clip' },
  },
  async run(rooms, said) {
    const out = needed(said, 'out'), meant = await exportMeant(rooms, said)
    const { name, sha256, bytes, segments, tar } = await bundleOf(rooms, meant.export, 'console', said.options['clip'] === true)
    const file = join(out, `${name}.tar`), { fingerprint } = evidenceOf(rooms).key
    mkdirSync(out, { recursive: true, mode: 0o700 })
    try {
      await pipeline(tar(), createWriteStream(`${file}.part`, { mode: 0o600, flush: true } as object))
      renameSync(`${file}.part`, file)
    } catch (error) { rmSync(`${file}.part`, { force: true }); throw error }
    return { json: { export: meant.export, approvedBy: meant.approvedBy, file, sha256, bytes, segments, fingerprint },
      text: [`证据包已写入 ${file}`, `所据调取：${told(meant)}`, `${segments} 段，${bytes} 字节，SHA-256 ${sha256}`, `签名公钥指纹 ${fingerprint}（核验时用 --fingerprint）`].join('\n') }
  },
}

type Verdict = { ok: boolean; code: string; exitCode: number; zh: string; en: string; at?: string; signer?: { fingerprint: string; from: string } }
type Asked = { fingerprint?: string | undefined; key?: string | undefined; vkey?: string | undefined; head?: string | undefined; proof?: string | undefined }
export type VerifyEvidence = (path: string, asked: Asked) => Promise<Verdict>
const contentOf = (field: string, file: string): string => {
  try { return readFileSync(file, 'utf8') } catch { throw new Unanswerable(404, 'no-such-file', `读不到 ${file}`, `${file} cannot be read`, { field }) }
}
/** 验证据包 — offline and without a data directory, by the very file that travels in the bundle. */
export const evidenceVerifyVerb = (verify: VerifyEvidence): Verb => ({
  name: 'evidence verify', usage: 'evidence verify FILE [--fingerprint HEX | --key PEM] [--vkey VKEY] [--head HEAD [--proof FILE]]', zh: '离线核验录像证据包（tar 或已解开的目录）',
  en: 'Verify an evidence bundle offline (a tar, or a folder)', positional: ['FILE'],
  options: {
    fingerprint: { type: 'string', zh: '平台公布的公钥指纹', en: 'published fingerprint of the key' }, key: { type: 'string', zh: '平台的公钥文件（PEM）', en: 'file with the public key (PEM)' },
    vkey: { type: 'string', zh: '树头的公钥', en: 'key of the signed heads' }, head: { type: 'string', zh: '手中的树头：签名文件，或 条数:树根', en: 'the head that one holds: a signed note, or size:root' },
    proof: { type: 'string', zh: '包内树头与该树头之间的一致证明', en: 'consistency proof between the head in the bundle and that one' },
  },
  async run(_, said) {
    const { fingerprint, key, vkey, head, proof } = said.options as Record<string, string | undefined>
    if (fingerprint !== undefined && key !== undefined) throw usageError('key', '--fingerprint 与 --key 只说一样', 'Say --fingerprint or --key, not both')
    const verdict = await verify(said.positional[0]!, { fingerprint, key: key === undefined ? undefined : contentOf('key', key), vkey,
      head: head !== undefined && existsSync(head) ? contentOf('head', head) : head, proof: proof === undefined ? undefined : contentOf('proof', proof) })
    const { zh, en, at, signer, exitCode } = verdict
    return { json: verdict, exitCode, text: [`${zh}${at === undefined ? '' : `（${at}）`} / ${en}`, ...(signer ? [`签名人 / signer: ${signer.fingerprint}`] : [])].join('\n') }
  },
})
