import { existsSync, readFileSync } from 'node:fs'
import { Unanswerable } from '../problems.ts'
import { needed } from './witness.ts'
import { text, texts, type Verb } from './verb.ts'

type ReceiptVerdict = { ok: boolean; code: string; zh: string; en: string; [more: string]: unknown }
type Asked = { receipt: string; head: string; key?: string | undefined; more?: string | undefined; witnessKeys: readonly string[] }

const contentOf = (field: string, file: string): string => {
  try { return readFileSync(file, 'utf8') } catch { throw new Unanswerable(404, 'no-such-file', `读不到 ${file}`, `${file} cannot be read`, { field }) }
}
const ownKey = '\n公钥取自回执自身，请与平台公布的核对（--key） / the key is the one in the receipt: compare it with the published one (--key)'
/** 验回执 — offline, and without a data directory. */
export const verifyReceiptVerb = (verify: (asked: Asked) => ReceiptVerdict): Verb => ({
  name: 'verify-receipt', usage: 'verify-receipt FILE --head HEAD [--key VKEY] [--proof FILE] [--witness-key VKEY]', zh: '离线核验回执：叶、包含证明、签名、所给树头', positional: ['FILE'],
  en: 'Verify a receipt offline: its leaf, the proof, the signature, the head that one holds',
  options: {
    head: { type: 'string', zh: '手中的树头：签名文件，或 条数:树根', en: 'the head that one holds: a signed note, or size:root' }, key: { type: 'string', zh: '平台的公钥', en: 'key of the platform' },
    proof: { type: 'string', zh: '从回执到该树头的证明：一致证明，或再取的回执', en: 'what leads from the receipt to that head: a consistency proof, or the receipt fetched again' },
    'witness-key': { type: 'string', multiple: true, zh: '见证人的公钥，可多次', en: 'key of a witness, more than once' },
  },
  async run(_, said) {
    const head = needed(said, 'head'), more = text(said, 'proof')
    const verdict = verify({ receipt: contentOf('FILE', said.positional[0]!), head: existsSync(head) ? contentOf('head', head) : head, key: text(said, 'key'),
      ...(more !== undefined && { more: contentOf('proof', more) }), witnessKeys: texts(said, 'witness-key') })
    return { json: verdict, exitCode: verdict.ok ? 0 : 1, text: `${verdict.zh} / ${verdict.en}${verdict['keyFrom'] === 'receipt' ? ownKey : ''}` }
  },
})
