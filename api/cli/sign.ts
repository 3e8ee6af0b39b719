import { resolve } from 'node:path'
import { untilStopped } from './process.ts'
import { heard, helpOf, text, type Verb } from './verb.ts'
import { needed } from './witness.ts'

export type SignAsked = { dir: string; socket: string; origin: string | undefined }

/** 签名人 */
export const signVerb: Verb = {
  name: 'sign', usage: 'sign --dir DIR --socket PATH [--origin NAME]', zh: '以另一账户签树头：钥匙在此，只签由上次所签长成的树头', positional: [],
  en: 'Sign heads as another account: the key lives here, and signs only heads that grew out of the one before',
  options: {
    dir: { type: 'string', zh: '钥匙与末头的目录', en: 'directory of the key and the newest head' }, socket: { type: 'string', zh: '平台来签的套接字', en: 'socket that the platform asks at' },
    origin: { type: 'string', zh: '树头的名称（初次启动时定下）', en: 'name of the heads (settled at the first start)' },
  },
  run: () => { throw new Error('run by the root') },
}
/** Runs until it is stopped. */
export async function runSign(args: string[], start: (asked: SignAsked) => Promise<{ vkey: string; close(): Promise<void> }>): Promise<number | undefined> {
  const said = heard(signVerb, args)
  if (said.options['help']) { process.stdout.write(`${helpOf(signVerb)}\n`); return 0 }
  const signing = await start({ dir: resolve(needed(said, 'dir')), socket: resolve(needed(said, 'socket')), origin: text(said, 'origin') })
  untilStopped(signing.close)
  process.stdout.write(said.options['json'] ? `${JSON.stringify({ vkey: signing.vkey })}\n` : `签名人已启动，公钥 / signing with key ${signing.vkey}\n`)
  return undefined
}
