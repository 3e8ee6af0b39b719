import { resolve } from 'node:path'
import { untilStopped } from './process.ts'
import { heard, helpOf, text, usageError, type Said, type Verb } from './verb.ts'

type Watching = { vkey: string; port?: number; close(): Promise<void> }
type WatchAsked = { url: string; dir: string; key?: string | undefined; name?: string | undefined; port?: number | undefined; host?: string | undefined; everyMs: number; hashes: boolean
  say(line: string): void }

const wholeIn = (said: Said, name: string, most: number): number | undefined => {
  const word = text(said, name)
  if (word === undefined) return undefined
  if (!/^\d{1,6}$/.test(word) || Number(word) > most) throw usageError(name, `${name} 须为 0…${most} 的整数`, `${name} is a whole number from 0 to ${most}`)
  return Number(word)
}
export const needed = (said: Said, name: string): string => {
  const word = text(said, name)
  if (word === undefined) throw usageError(name, `缺少 --${name}`, `--${name} is missing`)
  return word
}

/** 见证 */
export const witnessVerb: Verb = {
  name: 'witness', usage: 'witness --url URL --dir DIR [--key VKEY] [--port N] [--interval S] [--no-hashes]', zh: '见证一个平台的树头：验签、验一致、落盘、共签；拒绝分叉与回退并留证',
  en: 'Witness the heads of a platform: signature, consistency, disk, cosignature; forks and rollbacks are refused and kept as evidence', positional: [],
  options: {
    url: { type: 'string', zh: '平台地址', en: 'address of the platform' }, dir: { type: 'string', zh: '见证人自己的目录', en: 'the witness\'s own directory' },
    key: { type: 'string', zh: '平台的公钥（不说则初次见面时认定）', en: 'key of the platform (pinned at the first meeting where it is not said)' },
    name: { type: 'string', zh: '见证人的名称', en: 'name of the witness' }, port: { type: 'string', zh: '收送签的端口（C2SP add-checkpoint）', en: 'port to be asked at (C2SP add-checkpoint)' },
    host: { type: 'string', zh: '收送签的地址（默认 127.0.0.1）', en: 'address to be asked at (default 127.0.0.1)' },
    interval: { type: 'string', zh: '每几秒看一次（默认 30，0 为只收送签）', en: 'seconds between looks (default 30; 0: only when asked)' },
    'no-hashes': { type: 'boolean', zh: '不存每条事实的摘要（每条 32 字节；verify 凭它指出被改的那一条）', en: 'keep no hash of every fact (32 bytes each; by it verify names the one that was altered)' },
  },
  run: () => { throw new Error('run by the root') },
}
/** Runs until it is stopped. Its first line says its key, which the platform is to be told. */
export async function runWitness(args: string[], start: (asked: WatchAsked) => Promise<Watching>): Promise<number | undefined> {
  const said = heard(witnessVerb, args)
  if (said.options['help']) { process.stdout.write(`${helpOf(witnessVerb)}\n`); return 0 }
  const url = needed(said, 'url').replace(/\/+$/, '')
  if (!/^https?:\/\/\S+$/.test(url)) throw usageError('url', 'url 须以 http:// 或 https:// 开头', 'url begins with http:// or https://')
  const watching = await start({ url, dir: resolve(needed(said, 'dir')), key: text(said, 'key'), name: text(said, 'name'), port: wholeIn(said, 'port', 65_535), host: text(said, 'host'),
    everyMs: (wholeIn(said, 'interval', 86_400) ?? 30) * 1000, hashes: said.options['no-hashes'] !== true, say: (line) => { process.stderr.write(`${line}\n`) } })
  untilStopped(watching.close)
  process.stdout.write(said.options['json'] ? `${JSON.stringify({ vkey: watching.vkey, ...(watching.port !== undefined && { port: watching.port }) })}\n`
    : `见证已启动，公钥 / witnessing with key ${watching.vkey}${watching.port === undefined ? '' : `，端口 / port ${watching.port}`}\n`)
  return undefined
}
