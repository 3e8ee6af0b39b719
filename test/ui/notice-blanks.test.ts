import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blanks, filled } from '../../domain/platform/notice-blanks.ts'
import { blanks as shown, filledIn } from '../../ui/screens/admin/blanks.ts'

describe('文书模板的样张', () => {
  it('has the blanks that the house has, no more and no fewer', () => expect(Object.fromEntries(shown)).toStrictEqual(blanks))
  it('fills them in as the house will when it prints', () => fc.assert(fc.property(
    fc.array(fc.oneof(fc.constantFrom(...Object.entries(blanks).flat().map((name) => `{${name}}`)), fc.constantFrom('{', '}', '{}', '{别的}', '$&', '。'), fc.string()), { maxLength: 10 }),
    fc.record({ item: fc.string(), number: fc.string(), department: fc.string(), hall: fc.string(), applicant: fc.string() }),
    (parts, values) => { expect(filledIn(parts.join(''), values)).toBe(filled(parts.join(''), values)) })))
})
