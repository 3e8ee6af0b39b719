import { describe, expect, it } from 'vitest'
import { intent } from '../../ui/intent.ts'

describe('意图', () => {
  it('the same words are the same saying, however often; other words are another', () => {
    const one = intent(), first = one.keyOf({ text: '同意' })
    expect(one.keyOf({ text: '同意' })).toBe(first)
    const second = one.keyOf({ text: '不同意' })
    expect(second).not.toBe(first)
    expect(one.keyOf({ text: '不同意' })).toBe(second)
  })
  it('once it has been said, the same words are another', () => {
    const one = intent(), first = one.keyOf('催办')
    one.over()
    expect(one.keyOf('催办')).not.toBe(first)
  })
  it('two forms never share a key', () => expect(intent().keyOf('催办')).not.toBe(intent().keyOf('催办')))
})
