import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, hashOf } from './files.ts'

type Entry = { name: string; bytes: number; sha256: string }
/** 清单 — what a backup is: of which book, up to where, and each file by its hash. */
export type Manifest = {
  format: number
  of: 'book' | 'keys'
  takenAt: string
  origin: string
  /** Facts in it, and the root over them: recomputed from the copy, not read from the book. */
  size: number
  root: string
  /** The newest head that had been signed when the copy was begun. */
  checkpoint?: string
  files: readonly Entry[]
  leftOut: readonly { name: string; why: string }[]
}
/** 不成 — why it is not done, in both languages; `place`: where. */
export type Refused = { refused: string; zh: string; en: string; place?: string }
export const refusal = (refused: string, zh: string, en: string, place?: string): Refused => ({ refused, zh, en, ...(place !== undefined && { place }) })
export const isRefused = (answer: object): answer is Refused => 'refused' in answer

export const manifestName = 'manifest.json'
export const backupFormat = 1
/** What was signed and said is copied before the book, so that no head in the copy is beyond it; what a fact names (blobs, keys) after it: both
    were there before the fact was. */
export const before = ['transparency', 'witnesses.json', 'oidc-clients.json', 'modules'], after = ['blobs']
/** Nothing of the book's may come to lie among the keys, and no log beside a database: SQLite would believe it. */
const belongs = (of: Manifest['of'], name: string) => !/-(wal|shm|journal)$/.test(name) && (of === 'keys' || ['book.db', ...before, ...after].includes(name.split('/')[0]!))

const isEntry = (one: Partial<Entry> | null) => typeof one?.name === 'string' && Number.isSafeInteger(one.bytes) && /^[0-9a-f]{64}$/.test(one.sha256 ?? '')
  && !one.name.startsWith('/') && !one.name.split('/').includes('..')

export function manifestIn(dir: string, of: Manifest['of']): Manifest | Refused {
  const path = join(dir, manifestName)
  const none = refusal('not-a-backup', `${dir} 不是完整的备份（没有可读的 ${manifestName}）：中断的备份不能恢复`,
    `${dir} is not a complete backup (no legible ${manifestName}): an interrupted one restores nothing`, path)
  let said: Partial<Manifest> | null
  try { said = JSON.parse(readFileSync(path, 'utf8')) as Partial<Manifest> | null } catch { return none }
  if (said?.format !== undefined && said.format !== backupFormat) return refusal('backup-too-new', `备份格式为第 ${said.format} 版，本程序只认识第 ${backupFormat} 版`,
    `the backup has format ${said.format}, this release knows ${backupFormat}`, path)
  if (said?.of !== of) return said?.of === undefined ? none : refusal('another-kind', `${dir} 是${said.of === 'keys' ? '钥匙' : '事件簿'}的备份，放错了位置`,
    `${dir} is a backup of the ${said.of}: it stands in the other's place`, path)
  const sound = Number.isSafeInteger(said.size) && /^[0-9a-f]{64}$/.test(said.root ?? '') && typeof said.takenAt === 'string' && typeof said.origin === 'string'
    && Array.isArray(said.files) && said.files.every(isEntry) && Array.isArray(said.leftOut)
  return sound ? said as Manifest : none
}

/** Every file as the manifest has it, none beside them, none missing. */
export async function againstManifest(dir: string, { of, files }: Manifest, report: (line: string) => void): Promise<Refused | undefined> {
  const { files: found, others } = filesBelow(dir), named = new Map(files.map((entry) => [entry.name, entry]))
  const foreign = [...others, ...found.filter((name) => name !== manifestName && !named.has(name))]
  if (foreign[0] !== undefined) return refusal('foreign-file', `备份里多出 ${foreign[0]}：清单没有它`, `the backup has ${foreign[0]}, which its manifest does not name`, foreign[0])
  const astray = files.find(({ name }) => !belongs(of, name))?.name
  if (astray !== undefined) return refusal('foreign-file', `清单里有 ${astray}：这样的备份里不会有它`, `the manifest names ${astray}, which no such backup has`, astray)
  const there = new Set(found)
  for (const { name, sha256 } of files) {
    if (!there.has(name)) return refusal('file-missing', `备份里缺 ${name}`, `the backup lacks ${name}`, name)
    report(`核对 ${name}`)
    if (await hashOf(join(dir, name)) !== sha256) return refusal('file-altered', `备份里的 ${name} 与清单的摘要不符`, `${name} of the backup is not what its manifest has the hash of`, name)
  }
  return undefined
}
