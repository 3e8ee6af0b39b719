import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { verifyBook } from '../book/verify.ts'
import { readIfThere, writeDurably } from '../transparency/files.ts'
import { askElsewhere, headIn, type Asked as AskedElsewhere, type Elsewhere } from './elsewhere.ts'
import { copyDurably, isEmptyPlace, isWithin, sync, syncFolders } from './files.ts'
import { againstManifest, isRefused, manifestIn, refusal, type Manifest, type Refused } from './manifest.ts'

/** 恢复所记 — what the restored book will say of itself at its first opening. */
type Note = { size: number; root: string; takenAt: string; compared: Elsewhere['compared']; missing?: number; reason?: string; newKey: boolean }
export type Restored = Note & { warnings: readonly { zh: string; en: string }[] }
type Asked = AskedElsewhere & { from: string; keys: string; data: string; acceptOld?: string | undefined; report(line: string): void }

/** Read at the next opening as the writer, told to the book, and removed. */
export const restoredName = 'restored.json'

/** Where it was altered, as near as can be said: of a book, the very fact. */
function nearer(dir: string, wrong: Refused): Refused {
  if (wrong.refused !== 'file-altered' || wrong.place !== 'book.db') return wrong
  const found = verifyBook(dir)
  return found.ok ? wrong : refusal('file-altered', `${wrong.zh}；第 ${found.position} 位：${found.what}`, `${wrong.en}; position ${found.position}: ${found.en}`, `book.db#${found.position}`)
}
async function soundBackups({ from, keys, report }: Asked): Promise<{ book: Manifest; keys: Manifest } | Refused> {
  const book = manifestIn(from, 'book')
  if (isRefused(book)) return book
  const ofKeys = manifestIn(keys, 'keys')
  if (isRefused(ofKeys)) return ofKeys
  if (ofKeys.origin !== book.origin) return refusal('keys-of-another', `钥匙属于另一本簿（${ofKeys.origin}）`, `the keys are those of another book (${ofKeys.origin})`, keys)
  if (ofKeys.size < book.size) return refusal('keys-older', `钥匙的备份（${ofKeys.size} 条时）早于事件簿的备份（${book.size} 条）：其后密封的打不开，其后销毁的会复活`,
    `the keys were copied at ${ofKeys.size} facts, the book at ${book.size}: what was sealed since could not be opened, what was forgotten since would come back`, keys)
  const wrong = await againstManifest(from, book, report) ?? await againstManifest(keys, ofKeys, report)
  return wrong ? nearer(from, wrong) : { book, keys: ofKeys }
}

/** The book as it was copied against its manifest, and against every head that reaches no further than it does. */
function verified(dir: string, manifest: Manifest, heads: Elsewhere['heads'], report: (line: string) => void): Refused | undefined {
  const found = verifyBook(dir, (done) => report(`已核验 ${done.toLocaleString('en-US')} 条`), { heads: heads.filter(({ size }) => size <= manifest.size) })
  if (!found.ok) return refusal('backup-unsound', `备份的事件簿不对：第 ${found.position} 位，${found.what}`, `the book of the backup is unsound at position ${found.position}: ${found.en}`,
    `book.db#${found.position}`)
  return found.size === manifest.size && found.root === manifest.root ? undefined
    : refusal('backup-unsound', `备份的事件簿不是清单所说的那一本（${found.size} 条）`, `the book of the backup is not the one in its manifest (${found.size} facts)`, 'book.db')
}
const missingFrom = (size: number, heads: Elsewhere['heads']) => Math.max(0, ...heads.map((head) => head.size - size))
const old = (missing: number, { size, takenAt }: Manifest) => refusal('old-backup',
  `这是旧的备份：别处见过 ${size + missing} 条，它只有 ${size} 条（${takenAt}），少 ${missing} 条；其后所说的都不在。确要用它，请加 --accept-old 理由`,
  `this backup is old: ${size + missing} facts have been seen elsewhere and it has ${size} (${takenAt}): the ${missing} said since are missing. `
    + 'To use it all the same say --accept-old REASON')

/** 签名钥 — comes back only where a witness has just said that nothing was signed beyond this book: with an older head it would sign a fork. */
function settleSigningKey(dir: string, { compared, newestNote }: Elsewhere, missing: number): boolean {
  const heads = join(dir, 'keys', 'heads'), head = join(heads, 'head'), kept = headIn(readIfThere(head)), seen = headIn(newestNote)
  if (existsSync(join(heads, 'key')) && compared === 'witness' && missing === 0) {
    if (seen && newestNote !== undefined && seen.size > (kept?.size ?? 0)) writeDurably(head, newestNote)
    return false
  }
  rmSync(heads, { recursive: true, force: true })
  if (missing > 0) for (const name of ['checkpoint', 'witnessed.json']) rmSync(join(dir, 'transparency', name), { force: true })
  return true
}
function warningsOf({ compared, missing, newKey }: Note, signer: string | undefined): Restored['warnings'] {
  const warnings: { zh: string; en: string }[] = []
  if (compared === 'nobody') warnings.push({ zh: '没有与别处的树头比较：它是否最新，无从知道（--head 或 --witness）',
    en: 'compared with no head elsewhere: whether it is the newest is not known (--head or --witness)' })
  if (missing !== undefined) warnings.push({ zh: '其后被删除的个人信息随旧钥匙回来了：请按删除申请逐一重做', en: 'what persons had erased since is back with the old keys: erase it again, request by request' })
  if (signer !== undefined && missing !== undefined) warnings.push({ zh: `签名人（${signer}）签过更新的树头，会拒签：请以新目录另起签名人并用 --signer 说明`,
    en: `the signer at ${signer} has signed newer heads and will refuse: start one with a new directory and say --signer` })
  else if (newKey && signer === undefined) warnings.push({ zh: '签名钥没有带回（别处可能有它签过的更新的树头）：将以新钥匙签名，请把新公钥告知见证人并公布',
    en: 'the signing key was left behind (newer heads of it may be elsewhere): a new one signs from here on; tell the witnesses and publish it' })
  return warnings
}

function assemble({ from, keys }: Asked, dir: string, { book, keys: ofKeys }: { book: Manifest; keys: Manifest }) {
  for (const { name } of book.files) copyDurably(join(from, name), join(dir, name))
  for (const { name } of ofKeys.files) copyDurably(join(keys, name), join(dir, 'keys', name))
}

/** 恢复 — into a new directory: every hash, the whole book, and what others have seen of it. One that is old is said to be, and says so itself ever after. */
export async function restoreBackup(asked: Asked): Promise<Restored | Refused> {
  const { from, data, acceptOld, report } = asked
  if (!isEmptyPlace(data)) return refusal('place-not-empty', `${data} 不是空目录：只恢复到新目录`, `${data} is not empty: a backup is restored into a folder of its own`, data)
  if (isWithin(data, from) || isWithin(data, asked.keys)) return refusal('place-within', `${data} 在备份之内`, `${data} lies within the backup`, data)
  const sound = await soundBackups(asked)
  if (isRefused(sound)) return sound
  const elsewhere = await askElsewhere(asked, sound.book.origin)
  if (isRefused(elsewhere)) return elsewhere
  const { book } = sound, dir = join(dirname(data), `${basename(data)}.partial-${randomBytes(4).toString('hex')}`)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  try {
    report('正在复制…')
    assemble(asked, dir, sound)
    const own = [headIn(readIfThere(join(dir, 'transparency', 'checkpoint'))), headIn(readIfThere(join(dir, 'keys', 'heads', 'head')))].filter((head) => head !== undefined)
    const heads = [...elsewhere.heads, ...own], wrong = verified(dir, book, heads, report), missing = missingFrom(book.size, heads)
    if (wrong) return wrong
    if (missing > 0 && acceptOld === undefined) return old(missing, book)
    const newKey = settleSigningKey(dir, elsewhere, missing)
    const note: Note = { size: book.size, root: book.root, takenAt: book.takenAt, compared: elsewhere.compared, ...(missing > 0 && { missing }),
      ...(acceptOld !== undefined && { reason: acceptOld }), newKey }
    const signer = readIfThere(join(dir, 'transparency', 'signer'))?.trim()
    writeDurably(join(dir, restoredName), `${JSON.stringify(note, null, 1)}\n`)
    syncFolders(dir)
    if (existsSync(data)) rmdirSync(data)
    renameSync(dir, data)
    sync(dirname(data))
    return { ...note, warnings: warningsOf(note, signer) }
  } finally { rmSync(dir, { recursive: true, force: true }) }
}
