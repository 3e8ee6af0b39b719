import { writeFileSync } from 'node:fs'
import { receiptOf } from '../receipts.ts'
import { text, type Verb } from './verb.ts'

/** 回执 */
export const receiptVerb: Verb = {
  name: 'receipt', usage: 'receipt CASENO [--card ID] [--out FILE]', zh: '开一份可离线核验的回执：受理，或一张牌', en: 'Write a receipt that can be verified offline: of the acceptance, or of a card',
  positional: ['CASENO'], served: true,
  options: { card: { type: 'string', zh: '牌号', en: 'card' }, out: { type: 'string', zh: '写到哪个文件（.receipt.json）', en: 'file to write (.receipt.json)' } },
  async run(rooms, said) {
    // Where nobody serves, nobody would keep a promise: the head is signed for this very receipt.
    const receipt = await receiptOf(rooms, said.positional[0]!, text(said, 'card'), true), file = text(said, 'out')
    const document = `${JSON.stringify(receipt, null, 1)}\n`
    if (file !== undefined) writeFileSync(file, document, { mode: 0o600 })
    const standing = receipt.proof ? `已在签名树头之下（第 ${receipt.proof.index + 1} 条，共 ${receipt.proof.size} 条）` : `已承诺 60 秒内列入签名树头，稍后可凭 ${receipt.link} 取证明`
    return { json: receipt, text: file === undefined ? document.trimEnd() : `回执已写入 ${file}：${standing}` }
  },
}
