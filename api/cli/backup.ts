import { resolve } from 'node:path'
import { Unanswerable } from '../problems.ts'
import { table, text, thousands, type Report, type Verb } from './verb.ts'
import { needed } from './witness.ts'

type Worded = { zh: string; en: string }
export type Refused = Worded & { refused: string; place?: string }
type Taken = { size: number; root: string; files: number; bytes: number; keys: boolean; warnings: readonly Worded[] }
export type TakeBackup = (asked: { data: string; to: string; keys?: string | undefined; report: Report }) => Promise<Taken | Refused>

const statuses: Record<string, number> = { 'no-such-book': 404, 'not-a-backup': 404 }
/** What was found wrong is theirs to mend: which file, which place, what to do. */
export function unlessRefused<T extends object>(answer: T | Refused): T {
  if (!('refused' in answer)) return answer
  const { refused, zh, en, place } = answer
  throw new Unanswerable(statuses[refused] ?? 409, refused, zh, en, place === undefined ? {} : { place })
}
export const warned = (warnings: readonly Worded[]) => warnings.map(({ zh, en }) => `注意：${zh} / ${en}`)

/** 备份 — reads the directory beside whoever serves it: nobody has to stop. */
export const backupVerb = (take: TakeBackup): Verb => ({
  name: 'backup', usage: 'backup --to DIR [--keys KEYDIR]', zh: '备份事件簿、附件与树头，服务不必停；钥匙另存一处', positional: [], files: true,
  en: 'Back up the book, its blobs and its signed head while it is served; the keys go to a place of their own',
  options: { to: { type: 'string', zh: '备份写到哪个新目录', en: 'new directory of the backup' }, keys: { type: 'string', zh: '钥匙写到哪个新目录（须分开保管）',
    en: 'new directory of the keys (to be kept apart)' } },
  async run({ dir }, said, report) {
    const to = resolve(needed(said, 'to')), keys = text(said, 'keys')
    const taken = unlessRefused(await take({ data: dir, to, ...(keys !== undefined && { keys: resolve(keys) }), report }))
    return { json: { to, ...(keys !== undefined && { keysTo: resolve(keys) }), ...taken }, text: [`已备份到 ${to}`,
      table([['事实', thousands(taken.size)], ['文件', thousands(taken.files)], ['字节', thousands(taken.bytes)]]), `树根 ${taken.root}`, ...warned(taken.warnings)].join('\n') }
  },
})
