import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkpointBody, noteOf, promiseBody, signatureLine, signingKey, type SigningKey } from '../../adapters/transparency/note.ts'
import { consistencyProof, inclusionProof, leafHashOf, rootOver } from '../../adapters/transparency/proof.ts'
import { verifyReceipt } from '../../adapters/transparency/receipt.ts'

type Asked = Parameters<typeof verifyReceipt>[0]
/** The file that ships beside the house and shares nothing with it. */
const { verifyReceipt: apart } = await import(fileURLToPath(new URL('../../adapters/transparency/verify-receipt.mjs', import.meta.url))) as { verifyReceipt(asked: Asked): string }
/** Both must say the same of everything. */
function code(asked: Asked): string {
  const verdict = verifyReceipt(asked), other = apart(asked)
  expect(other, `the house says ${verdict.code}`).toBe(verdict.code)
  expect(verdict.ok).toBe(verdict.code === 'proven')
  expect(verdict.zh).toMatch(/[一-鿿]/)
  expect(verdict.en).toMatch(/^[\x20-\x7e]+$/)
  return verdict.code
}

const log = signingKey('mingjian/330100/test', 'log'), witness = signingKey('w/1', 'witness'), stranger = signingKey('mingjian/330100/test', 'log')
const leafOf = (i: number, more: object = {}) => Buffer.from(JSON.stringify({ actor: {}, data: {}, id: String(i), revision: 1, stream: `cases-A${i}`, type: 'CaseAccepted', ...more }))
const card = leafOf(7, { stream: 'supervision-card.cases.A7', type: 'RedCardIssued', data: { cardId: 'c-1' } })
const leaves = Array.from({ length: 40 }, (_, i) => i === 7 ? card : leafOf(i))
/** Another history: the fact 12 says something else. */
const forked = leaves.map((leaf, i) => i === 12 ? leafOf(i, { recordedAt: 'earlier' }) : leaf)
const rangeOf = (of: readonly Buffer[]) => (from: number, to: number) => rootOver(of.slice(from, to).map(leafHashOf))
const base64 = (hash: Buffer) => hash.toString('base64')
const headNote = (size: number, of = leaves, key: SigningKey = log, seconds?: number) => {
  const body = checkpointBody({ origin: key.name, size, root: rangeOf(of)(0, size) })
  return noteOf(body, signatureLine(key, body), ...(seconds === undefined ? [] : [signatureLine(witness, body, seconds)]))
}
const proofOf = (index: number, size: number, of = leaves) => ({ index, size, hashes: inclusionProof(index, size, rangeOf(of)).map(base64), checkpoint: headNote(size, of) })
const between = (from: number, to: number, of = leaves) => JSON.stringify({ from, to, hashes: consistencyProof(from, to, rangeOf(of)).map(base64) })
const receiptOf = (index: number, standing: object, more: object = {}, of = leaves) => JSON.stringify({ format: 'mingjian-receipt/v1', kind: 'acceptance', case: `A${index}`, leaf: base64(of[index]!), leafHash: base64(leafHashOf(of[index]!)),
  log: { origin: log.name, vkey: log.vkey }, ...standing, link: '/', ...more })
const proven = (index: number, size: number, of = leaves) => receiptOf(index, { proof: proofOf(index, size, of) }, {}, of)
const promisedAt = '2026-11-22T03:00:00.000Z', dueSeconds = Date.parse(promisedAt) / 1000 + 60
const promised = (index: number, { key = log, hash = leafHashOf(leaves[index]!), origin = log.name } = {}) => {
  const body = promiseBody({ origin, index, leafHash: hash, at: promisedAt, withinSeconds: 60 })
  return receiptOf(index, { promise: noteOf(body, signatureLine(key, body)) })
}
const figures = (size: number, of = leaves) => `${size}:${rangeOf(of)(0, size).toString('hex')}`

describe('验回执', () => {
  it('an honest one proves its fact under the head that it came with, in any of its forms, whoever it is of', () => {
    for (let size = 1; size <= 40; size += 3) for (let index = 0; index < size; index += 2) {
      if (index === 7) continue
      for (const head of [headNote(size), figures(size), `${figures(size).toUpperCase()}\n`]) expect(code({ receipt: proven(index, size), head, key: log.vkey })).toBe('proven')
    }
    expect(code({ receipt: proven(3, 9), head: headNote(9) }), 'with the key that it brings').toBe('proven')
    expect(verifyReceipt({ receipt: proven(3, 9), head: headNote(9) }).keyFrom).toBe('receipt')
    expect(code({ receipt: receiptOf(7, { proof: proofOf(7, 20) }, { kind: 'card', case: 'A7', card: 'c-1' }), head: headNote(20), key: log.vkey })).toBe('proven')
  })
  it('any fact of a case, and only as the one that it is', () => {
    const of = (more: object) => code({ receipt: receiptOf(3, { proof: proofOf(3, 20) }, { kind: 'fact', case: 'A3', fact: 1, ...more }), head: headNote(20), key: log.vkey })
    expect(of({})).toBe('proven')
    for (const more of [{ fact: 2 }, { fact: undefined }, { case: 'A4' }, { card: 'c-1' }, { kind: 'acceptance' }]) expect(of(more), JSON.stringify(more)).toBe('kind-of-another')
    for (const fact of ['1', -1, 1.5, null, {}]) expect(of({ fact }), JSON.stringify(fact)).not.toBe('proven')
  })
  it('under another head, with what leads there', () => {
    const asked = { receipt: proven(12, 20), key: log.vkey }
    expect(code({ ...asked, head: headNote(35) })).toBe('no-road-to-head')
    expect(code({ ...asked, head: headNote(35), more: between(20, 35) })).toBe('proven')
    expect(code({ ...asked, head: headNote(35), more: proven(12, 35) })).toBe('proven')
    expect(code({ ...asked, head: headNote(16), more: between(16, 20) })).toBe('proven')
    expect(code({ ...asked, head: headNote(10), more: between(10, 20) }), 'a head before this fact says nothing of it').toBe('no-road-to-head')
    for (const more of [between(19, 35), between(20, 36), between(20, 35).replace(/"hashes":\[.*\]/, '"hashes":[]'), proven(11, 35), proven(12, 36), '{}', 'nonsense', '[]', '{"from":20,"to":35,"hashes":"x"}']) {
      expect(code({ ...asked, head: headNote(35), more }), more).toBe('proof-does-not-lead')
    }
  })
  it('of a platform that keeps two books it is the evidence', () => {
    const asked = { receipt: proven(12, 20), key: log.vkey }
    expect(code({ ...asked, head: headNote(20, forked) })).toBe('another-head')
    expect(verifyReceipt({ ...asked, head: headNote(20, forked) }).evidence).toMatchObject({ theirs: headNote(20, forked) })
    expect(code({ ...asked, head: figures(20, forked) })).toBe('another-head')
    expect(code({ ...asked, head: headNote(35, forked), more: between(20, 35, forked) })).toBe('proof-does-not-lead')
    expect(code({ ...asked, head: headNote(35, forked), more: between(20, 35) })).toBe('proof-does-not-lead')
  })
  it('a promise is no proof; it becomes one, or evidence that it was broken', () => {
    const asked = { receipt: promised(12), key: log.vkey, witnessKeys: [witness.vkey] }
    expect(code({ ...asked, head: headNote(10) })).toBe('promised')
    expect(code({ ...asked, head: headNote(20) })).toBe('promised')
    expect(code({ ...asked, head: headNote(20), more: proven(12, 20) })).toBe('proven')
    expect(code({ ...asked, head: headNote(20), more: JSON.stringify(proofOf(12, 20)) })).toBe('proven')
    expect(code({ ...asked, head: headNote(20, forked), more: proven(12, 20, forked) }), 'another fact stands in its place').toBe('promise-broken')
    expect(code({ ...asked, head: headNote(20, forked), more: proven(12, 20) })).toBe('proof-does-not-lead')
    for (const [seconds, said] of [[dueSeconds - 1, 'promised'], [dueSeconds, 'promised'], [dueSeconds + 1, 'promise-broken']] as const) {
      expect(code({ ...asked, head: headNote(12, leaves, log, seconds) }), 'a witness saw the head after its time, and it does not reach as far').toBe(said)
      expect(code({ ...asked, witnessKeys: [], head: headNote(12, leaves, log, seconds) }), 'of a witness that nobody knows').toBe('promised')
    }
    expect(code({ ...asked, head: headNote(13, leaves, log, dueSeconds + 999) })).toBe('promised')
  })
  it('is nothing where anything of it is another\'s', () => {
    const head = headNote(20), key = log.vkey, asked = (receipt: string) => code({ receipt, head, key })
    expect(asked(receiptOf(12, { proof: proofOf(12, 20) }, { leaf: base64(forked[12]!) }))).toBe('leaf-altered')
    expect(asked(receiptOf(12, { proof: proofOf(12, 20) }, { leaf: base64(forked[12]!), leafHash: base64(leafHashOf(forked[12]!)) }))).toBe('not-included')
    for (const more of [{ kind: 'card' }, { kind: 'other' }, { case: 'A13' }, { card: 'c-1' }]) expect(asked(receiptOf(12, { proof: proofOf(12, 20) }, more))).toBe('kind-of-another')
    for (const more of [{ card: 'c-2' }, { case: 'A8' }, {}]) expect(asked(receiptOf(7, { proof: proofOf(7, 20) }, { kind: 'card', ...more }))).toBe('kind-of-another')
    expect(asked(receiptOf(12, { proof: { ...proofOf(12, 20), index: 13 } }))).toBe('not-included')
    expect(asked(receiptOf(12, { proof: { ...proofOf(12, 20), size: 21 } }))).toBe('not-included')
    expect(asked(receiptOf(12, { proof: { ...proofOf(12, 20), hashes: [] } }))).toBe('not-included')
    expect(asked(receiptOf(12, { proof: { ...proofOf(12, 20), checkpoint: headNote(20, leaves, stranger) } }))).toBe('not-signed')
    expect(code({ receipt: proven(12, 20), head, key: stranger.vkey })).toBe('head-not-signed')
    expect(code({ receipt: proven(12, 20), head: figures(20), key: stranger.vkey })).toBe('not-signed')
    expect(code({ receipt: proven(12, 20), head: headNote(20, leaves, stranger), key })).toBe('head-not-signed')
    for (const wrong of ['', 'nonsense', '20', '20:abc', headNote(20).slice(0, -2), `${headNote(20)}\n`]) expect(code({ receipt: proven(12, 20), head: wrong, key })).toMatch(/not-a-head|head-not-signed/)
    for (const wrong of ['', 'x', witness.vkey, log.vkey.slice(0, -2)]) expect(code({ receipt: proven(12, 20), head, key: wrong })).toBe('not-a-key')
    expect(code({ receipt: proven(12, 20), head, key, witnessKeys: [log.vkey] })).toBe('not-a-key')
    expect(asked(promised(12, { key: stranger }))).toBe('not-signed')
    expect(asked(promised(12, { hash: leafHashOf(leaves[13]!) }))).toBe('promise-of-another')
    expect(asked(promised(12, { origin: 'mingjian/other' }))).toBe('promise-of-another')
    expect(asked(receiptOf(12, { promise: headNote(20) })), 'a head is no promise').toBe('not-signed')
    for (const wrong of ['', '[]', 'null', '{}', '{"format":"mingjian-receipt/v1"}', receiptOf(12, {}), receiptOf(12, { proof: proofOf(12, 20), promise: 'x' }), receiptOf(12, { proof: [] }), receiptOf(12, { proof: proofOf(12, 20) }, { leaf: 'é' }),
      receiptOf(12, { proof: { ...proofOf(12, 20), checkpoint: undefined } }), receiptOf(12, { proof: { ...proofOf(12, 20), index: -1 } }), receiptOf(12, { proof: proofOf(12, 20) }, { log: null })]) expect(asked(wrong)).toBe('not-a-receipt')
  })
  it('with any character another, neither verifier proves it unless the character says nothing', () => {
    const receipt = proven(12, 20), head = headNote(20), silent = ['"link":"', '"origin":"']
    const says = (at: number) => !silent.some((word) => { const from = receipt.indexOf(word); return at >= from && at < from + word.length + (word.includes('origin') ? log.name.length : 1) })
    fc.assert(fc.property(fc.nat(receipt.length - 1), fc.constantFrom('A', 'z', '0', '"', '/', '}', '\n', ' '), (at, other) => {
      if (!says(at) || receipt[at] === other) return
      const verdict = code({ receipt: receipt.slice(0, at) + other + receipt.slice(at + 1), head, key: log.vkey })
      // Blanks between the words of JSON and the platform's own key in the receipt say nothing where a key was handed in.
      if (verdict === 'proven') expect(JSON.parse(receipt.slice(0, at) + other + receipt.slice(at + 1))).toMatchObject({ leaf: base64(leaves[12]!), proof: proofOf(12, 20) })
    }), { numRuns: 600 })
  })
  it('whatever is handed in, both say the same and neither throws', () => {
    const piece = fc.constantFrom<unknown>(proofOf(12, 20), proofOf(7, 20), proofOf(12, 20, forked), null, 3, 'x', [], {}, undefined)
    fc.assert(fc.property(fc.record({
      receipt: fc.oneof(fc.constantFrom(proven(12, 20), proven(12, 35), promised(12), promised(30)), fc.record({ proof: piece, promise: piece, kind: piece, card: piece, leaf: piece, log: piece }).map((said) => receiptOf(12, said)), fc.json(), fc.string()),
      head: fc.oneof(fc.constantFrom(headNote(20), headNote(35), headNote(20, forked), figures(20), headNote(12, leaves, log, dueSeconds + 5)), fc.string()),
      key: fc.constantFrom(log.vkey, undefined, stranger.vkey), more: fc.option(fc.oneof(fc.constantFrom(between(20, 35), proven(12, 35), proven(12, 20, forked)), piece.map((said) => JSON.stringify(said) ?? ''), fc.json()), { nil: undefined }),
      witnessKeys: fc.constantFrom([], [witness.vkey]),
    }), (asked) => { code(asked) }), { numRuns: 1_000 })
  })
})
