import { tmpdir } from 'node:os'
import { importHistory, type History } from '../importing.ts'
import { table, text, texts, thousands, usageError, type Said, type Verb } from './verb.ts'

/** Opens a foreign file by a profile; given by the root, which knows the readers. */
export type OpenHistory = (file: string, profile: string, tmpDir: string, onBytes: (read: number, total: number) => void) => Promise<History>

const profileOf = (said: Said) => {
  const profile = text(said, 'profile')
  if (profile === undefined) throw usageError('profile', '缺少 --profile', '--profile is missing')
  return profile
}
const left = (seconds: number) => seconds < 90 ? `${Math.ceil(seconds)} 秒` : `${Math.ceil(seconds / 60)} 分`

/** 导入 */
export const importVerb = (openHistory: OpenHistory): Verb => ({
  name: 'import', usage: 'import FILE --profile P [--settles BATCH]', zh: '按映射配置导入外来办件历史（CSV、CSV.gz、XES、XES.gz）', en: 'Import a foreign history by a mapping profile',
  positional: ['FILE'], writes: true,
  options: {
    profile: { type: 'string', zh: '映射配置：文件，或随附的名称（receipt、traffic-fines）', en: 'mapping profile: a file, or one that ships (receipt, traffic-fines)' },
    settles: { type: 'string', zh: '本文件更正了哪一批的隔离行（批次见 quarantine）', en: 'the batch whose quarantined rows this file corrects (see quarantine)' },
  },
  // The first rows are read for nothing but to see that file and profile fit.
  async check(said) {
    const { windows } = await openHistory(said.positional[0]!, profileOf(said), tmpdir(), () => undefined)
    for await (const _ of windows) break
  },
  async run(rooms, said, report) {
    let share = 0
    const file = said.positional[0]!
    const history = await openHistory(file, profileOf(said), rooms.dir, (read, total) => { share = total > 0 ? read / total : 0 })
    const figures = await importHistory(rooms, file, history, ({ sourceEvents, facts, quarantined, seconds, eventsPerSecond }) => {
      report(`已读 ${thousands(sourceEvents)} 行，记入 ${thousands(facts)} 条，隔离 ${thousands(quarantined)} 行，每秒 ${thousands(eventsPerSecond)} 行` +
        (share > 0.01 && share < 1 ? `，约剩 ${left(seconds / share - seconds)}` : ''))
    }, text(said, 'settles'))
    return { json: figures, text: [`导入完成：${file}`, table([['办件', thousands(figures.cases)], ['来源行', thousands(figures.sourceEvents)], ['记入事实', thousands(figures.facts)],
      ['重复行', thousands(figures.duplicates)], ['隔离行', thousands(figures.quarantined)], ['用时（秒）', figures.seconds.toFixed(1)], ['每秒行', thousands(figures.eventsPerSecond)],
      ['读侧追上（秒）', figures.lagSeconds.toFixed(1)]])].join('\n') }
  },
})
/** 重建 */
export const rebuildVerb: Verb = {
  name: 'rebuild', usage: 'rebuild', zh: '从事件簿重建全部集合，并算出摘要', en: 'Build every collection anew from the book, with its hash', positional: [], options: {}, writes: true,
  async run(rooms, _, report) {
    const { facts, seconds, factsPerSecond, hash, hashSeconds, broken } = await rooms.rebuild(({ position, head }) => report(`已折叠到 ${thousands(position)} / ${thousands(head)}`))
    return { json: { facts, seconds, factsPerSecond, hash, hashSeconds, ...(broken.length > 0 && { broken }) }, exitCode: broken.length > 0 ? 1 : 0, text: [
      table([['事实', thousands(facts)], ['用时（秒）', seconds.toFixed(2)], ['每秒事实', thousands(Math.round(factsPerSecond))], ['摘要用时（秒）', hashSeconds.toFixed(2)]]),
      `摘要 ${hash}`, ...(broken.length > 0 ? [`没有建成：${broken.join('、')}`] : [])].join('\n') }
  },
}

export type Verified = { ok: true; size: number; root: string } | { ok: false; position: number; upTo?: number; what: string; en: string }
/** What others hold: files with heads (signed notes, or lines of size:root), and a file with the hash of every fact. */
export type Held = { heads: readonly string[]; hashes?: string; key?: string }
/** 核验 */
export const verifyVerb = (verify: (dir: string, onProgress: (position: number) => void, held: Held) => Promise<Verified>): Verb => ({
  name: 'verify', usage: 'verify [--head FILE …] [--key VKEY] [--hashes FILE]', zh: '重算全部摘要，指出第一处不对的位置；与见证的树头相比可见回退与改写', positional: [], files: true,
  en: 'Recompute every hash; names the first bad position; compared with witnessed heads it shows rollbacks and rewritten history',
  options: {
    head: { type: 'string', multiple: true, zh: '见证的树头：见证人的目录、签名文件、history，或 条数:树根', en: 'a witnessed head: a witness\'s directory, a signed note, a history, or size:root' },
    key: { type: 'string', zh: '树头的公钥（不说则不验树头的签名）', en: 'key of the heads (their signatures are not looked at where it is not said)' },
    hashes: { type: 'string', zh: '见证人所存的摘要（hashes）', en: 'the hashes that a witness keeps' },
  },
  async run(rooms, said, report) {
    const heads = texts(said, 'head'), hashes = text(said, 'hashes'), key = text(said, 'key')
    const found = await verify(rooms.dir, (position) => report(`已核验 ${thousands(position)}`), { heads, ...(hashes !== undefined && { hashes }), ...(key !== undefined && { key }) })
    return found.ok ? { json: found, text: `事件簿完好${heads.length > 0 ? '，与见证的树头相符' : ''}：${thousands(found.size)} 条，树根 ${found.root}` }
      : { json: found, exitCode: 1, text: `事件簿不对：第 ${thousands(found.position)} 位，${found.what} / ${found.en}` }
  },
})
