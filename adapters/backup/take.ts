import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { verifyBook } from '../book/verify.ts'
import { bookPath } from '../book/store.ts'
import { readIfThere, writeDurably } from '../transparency/files.ts'
import { headOf } from '../transparency/growth.ts'
import { copyDatabase, copyDurably, deviceOf, filesBelow, hashOf, isEmptyPlace, isWithin, sync, syncFolders } from './files.ts'
import { after, backupFormat, before, manifestName, refusal, type Manifest, type Refused } from './manifest.ts'

export type Taken = { size: number; root: string; files: number; bytes: number; keys: boolean; warnings: readonly { zh: string; en: string }[] }
type Asked = { data: string; to: string; keys?: string | undefined; report(line: string): void }

const derived = '可从事件簿重建 / derived from the book'
const whyLeftOut: Record<string, string> = {
  keys: '钥匙另存（--keys） / keys go elsewhere (--keys)', rows: derived, 'frames.db': derived, 'blind.db': derived, 'due.db': derived,
  'verified.json': '只关这个目录的核验 / when this very directory was verified', 'restored.json': '尚未入簿的恢复 / not told to the book yet',
}
const ofTheProcess = /^(book\.db(-wal|-shm)?|book\.lock\.db.*|mingjian\.sock|.*\.new|import-seen-.*)$/
const reasonFor = (name: string) => whyLeftOut[name.replace(/-(wal|shm|journal)$/, '')] ?? '不认识的文件 / not a file of ours'

/** What is forgotten while it is copied is not in the copy. */
function unlessGone(copy: () => void): void {
  try { copy() } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error }
}
function copyAll(from: string, to: string, names: readonly string[]): void {
  for (const name of names) {
    const path = join(from, name)
    if (!existsSync(path)) continue
    if (!statSync(path).isDirectory()) { copyDurably(path, join(to, name)); continue }
    // Whoever writes a file durably has it under another name or in another folder first.
    for (const file of filesBelow(path).files) if (!/\.new$|^new\//.test(file)) unlessGone(() => copyDurably(join(path, file), join(to, name, file)))
  }
}
/** 钥匙副本 — databases as they stand in one transaction, other files as they are. The signed head comes first: it must not be beyond the book. */
function copyKeys(from: string, to: string): void {
  for (const file of filesBelow(from).files) {
    if (/\.new$|-wal$|-shm$|-journal$/.test(file) || existsSync(join(to, file))) continue
    if (file.endsWith('.db')) copyDatabase(join(from, file), join(to, file))
    else copyDurably(join(from, file), join(to, file))
  }
}

async function entriesOf(dir: string): Promise<Manifest['files']> {
  const entries: Manifest['files'][number][] = []
  for (const name of filesBelow(dir).files) entries.push({ name, bytes: statSync(join(dir, name)).size, sha256: await hashOf(join(dir, name)) })
  return entries
}
/** A folder beside the one that it will be: nobody takes it for a backup before it has its name. */
function partialOf(path: string): string {
  const dir = join(dirname(path), `${basename(path)}.partial-${randomBytes(4).toString('hex')}`)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return dir
}
function finish(partial: string, path: string, manifest: Manifest): void {
  writeDurably(join(partial, manifestName), `${JSON.stringify(manifest, null, 1)}\n`)
  syncFolders(partial)
  if (existsSync(path)) rmdirSync(path)
  renameSync(partial, path)
  sync(dirname(path))
}

function places({ data, to, keys }: Asked): Refused | undefined {
  if (!existsSync(bookPath(data))) return refusal('no-such-book', `${data} 里没有事件簿`, `there is no book in ${data}`, data)
  for (const place of [to, ...keys === undefined ? [] : [keys]]) {
    if (!isEmptyPlace(place)) return refusal('place-not-empty', `${place} 不是空目录：备份只写进新目录`, `${place} is not empty: a backup goes into a folder of its own`, place)
    if (isWithin(place, data)) return refusal('place-within', `${place} 在数据目录之内`, `${place} lies within the data directory`, place)
  }
  if (keys !== undefined && (isWithin(keys, to) || isWithin(to, keys))) return refusal('keys-with-backup', `钥匙的目录 ${keys} 与备份同在一处：钥匙须分开放`,
    `the folder of the keys (${keys}) and the backup lie within one another: keys go apart`, keys)
  return undefined
}
function warningsOf({ data, to, keys }: Asked, unknown: readonly string[]): Taken['warnings'] {
  const warnings: { zh: string; en: string }[] = []
  if (deviceOf(to) === deviceOf(data)) warnings.push({ zh: '备份与数据在同一块盘上：盘坏则两者俱失，请移到别处', en: 'the backup is on the same device as the data: one failure takes both; move it elsewhere' })
  if (keys === undefined) warnings.push({ zh: '没有备份钥匙：没有钥匙，密封的个人信息永远打不开（--keys 目录）', en: 'the keys are not backed up: without them sealed personal fields can never be opened (--keys DIR)' })
  else if (deviceOf(keys) === deviceOf(to)) warnings.push({ zh: '钥匙与备份在同一块盘上：拿走盘的人两者兼得，请分开保管', en: 'keys and backup are on one device: whoever takes it has both; keep them apart' })
  for (const name of unknown) warnings.push({ zh: `没有备份不认识的文件 ${name}`, en: `${name} is not a file of ours and was left out` })
  return warnings
}

/** 备份 — a consistent copy of a book beside whoever writes it, recomputed from the copy, under its name only when it is whole. */
export async function takeBackup(asked: Asked): Promise<Taken | Refused> {
  const { data, to, keys, report } = asked, wrong = places(asked)
  if (wrong) return wrong
  const begun: string[] = []
  try {
    const partial = partialOf(to), partialKeys = keys === undefined ? undefined : partialOf(keys)
    begun.push(partial, ...partialKeys === undefined ? [] : [partialKeys])
    const all = readdirSync(data), leftOut = all.filter((name) => ![...before, ...after].includes(name) && !ofTheProcess.test(name)).map((name) => ({ name, why: reasonFor(name) }))
    copyAll(data, partial, before)
    if (partialKeys !== undefined) copyAll(join(data, 'keys'), partialKeys, ['heads'])
    report('正在复制事件簿…')
    const takenAt = new Date().toISOString()
    copyDatabase(bookPath(data), bookPath(partial))
    report('正在复制附件与钥匙…')
    copyAll(data, partial, after)
    if (partialKeys !== undefined) copyKeys(join(data, 'keys'), partialKeys)
    const verified = verifyBook(partial, (done) => report(`已核验 ${done.toLocaleString('en-US')} 条`))
    if (!verified.ok) return refusal('book-unsound', `事件簿本身不对：第 ${verified.position} 位，${verified.what}；没有做成备份`,
      `the book itself is unsound at position ${verified.position} (${verified.en}); no backup was made`, String(verified.position))
    const checkpoint = readIfThere(join(partial, 'transparency', 'checkpoint')), { size, root } = verified
    const common = { format: backupFormat, takenAt, origin: headOf(checkpoint ?? '')?.origin ?? '', size, root }
    const files = await entriesOf(partial)
    if (keys !== undefined && partialKeys !== undefined) finish(partialKeys, keys, { ...common, of: 'keys', files: await entriesOf(partialKeys), leftOut: [] })
    finish(partial, to, { ...common, of: 'book', ...(checkpoint !== undefined && { checkpoint }), files, leftOut })
    const unknown = leftOut.filter(({ why }) => why === reasonFor('?')).map(({ name }) => name)
    return { size, root, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), keys: keys !== undefined, warnings: warningsOf(asked, unknown) }
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS') return refusal('place-unwritable', `写不进备份（${code}${path === undefined ? '' : `：${path}`}）`,
      `the backup cannot be written (${code}${path === undefined ? '' : `: ${path}`})`, path)
    throw error
  } finally { for (const dir of begun) rmSync(dir, { recursive: true, force: true }) }
}
