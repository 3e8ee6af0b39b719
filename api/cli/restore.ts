import { resolve } from 'node:path'
import { unlessRefused, warned, type Refused } from './backup.ts'
import { text, texts, thousands, usageError, type Report, type Verb } from './verb.ts'
import { needed } from './witness.ts'

type Asked = { from: string; keys: string; data: string; heads: readonly string[]; key?: string | undefined
  witnesses: readonly { url: string; vkey: string }[]; acceptOld?: string | undefined; report: Report }
type Restored = { size: number; root: string; takenAt: string; compared: 'nobody' | 'heads' | 'witness'
  missing?: number; reason?: string; newKey: boolean; warnings: readonly { zh: string; en: string }[] }
export type RestoreBackup = (asked: Asked) => Promise<Restored | Refused>

const comparedWith = { nobody: '没有与别处比较', heads: '与所给树头相符', witness: '与见证人相符' }
/** 恢复 */
export const restoreVerb = (restore: RestoreBackup): Verb => ({
  name: 'restore', usage: 'restore --from DIR --keys KEYDIR --data NEWDIR [--head FILE …] [--witness URL --witness-key VKEY …] [--accept-old REASON]', positional: [],
  zh: '把备份恢复到新目录：逐文件、逐事实核验，并与别处所见的树头比较', en: 'Restore a backup into a new directory: every file and fact verified, and compared with the heads that others have seen',
  options: {
    from: { type: 'string', zh: '备份', en: 'the backup' }, keys: { type: 'string', zh: '钥匙的备份', en: 'the backup of the keys' },
    head: { type: 'string', multiple: true, zh: '见证的树头：签名文件、见证人的 history，或 条数:树根', en: 'a witnessed head: a signed note, a witness\'s history, or size:root' },
    key: { type: 'string', zh: '树头的公钥（不说则不验所给树头的签名）', en: 'key of the heads (their signatures are not looked at where it is not said)' },
    witness: { type: 'string', multiple: true, zh: '见证人的地址，可多次', en: 'address of a witness, more than once' },
    'witness-key': { type: 'string', multiple: true, zh: '见证人的公钥，与地址依次相配', en: 'key of a witness, in the order of the addresses' },
    'accept-old': { type: 'string', zh: '明知是旧备份仍要用它的理由，将记入事件簿', en: 'why an old backup is used all the same; becomes a fact of the book' },
  },
  async run(_, said, report) {
    const urls = texts(said, 'witness'), vkeys = texts(said, 'witness-key'), reason = text(said, 'accept-old')?.trim()
    if (urls.length !== vkeys.length) throw usageError('witness-key', '每个 --witness 须有一个 --witness-key', 'each --witness has its --witness-key')
    if (reason !== undefined && (reason === '' || reason.length > 500)) throw usageError('accept-old', '理由须为 1–500 个字', 'the reason has 1 to 500 characters')
    const data = resolve(needed(said, 'data'))
    const done = unlessRefused(await restore({ from: resolve(needed(said, 'from')), keys: resolve(needed(said, 'keys')), data, heads: texts(said, 'head'), key: text(said, 'key'),
      witnesses: urls.map((url, i) => ({ url, vkey: vkeys[i]! })), acceptOld: reason, report }))
    return { json: { data, ...done }, text: [`已恢复到 ${data}：${thousands(done.size)} 条，树根 ${done.root}，${comparedWith[done.compared]}`,
      ...(done.missing === undefined ? [] : [`这是旧的备份：缺别处见过的 ${thousands(done.missing)} 条；首次打开时记入事件簿`]), ...warned(done.warnings)].join('\n') }
  },
})
