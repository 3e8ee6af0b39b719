import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOrganisationCode, residentNumber } from '../../domain/kernel/numbers.ts'

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** Every text that differs from this one in a single place, over an alphabet that is wider than the right one. */
const neighbours = (text: string, chars: string) => [...text].flatMap((was, i) =>
  [...chars].filter((char) => char !== was).map((char) => text.slice(0, i) + char + text.slice(i + 1)))

/** A second road: the standards' sums, in whole big numbers and by trying every check character. */
const organisation = (first16: string) => {
  const body = [...first16.slice(8)].reduce((sum, char, i) => sum + parseInt(char, 36) * [3, 7, 9, 10, 5, 8, 4, 2][i]!, 0)
  const nine = `${first16}${['0', 'X', '9', '8', '7', '6', '5', '4', '3', '2', '1'][body % 11]}`
  const whole = [...nine].reduce((sum, char, i) => sum + BigInt(alphabet.indexOf(char)) * 3n ** BigInt(i), 0n)
  return nine + [...alphabet].find((_, value) => (whole + BigInt(value)) % 31n === 0n)!
}
/** ISO 7064 MOD 11-2: the number with its check, X as ten, leaves 1 when the weights are powers of two. */
const resident = (first17: string) => {
  const leaves = (check: string) => [...first17, check].reduce((sum, char, i) => sum + (char === 'X' ? 10n : BigInt(char)) * 2n ** BigInt(17 - i), 0n) % 11n
  return first17 + [...'0123456789X'].find((check) => leaves(check) === 1n)!
}

describe('统一社会信用代码 GB 32100', () => {
  const codes = ['91350100M000100Y43', '11422822000000019R', '91422822MA000A0127', '12990000A1B2C3D48G', '531000000000000788']
  it.each(codes)('%s is right, and wrong with any one character changed', (code) => {
    expect(isOrganisationCode(code)).toBe(true)
    expect(neighbours(code, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz -').filter(isOrganisationCode)).toStrictEqual([])
  })
  it.each(['', '91350100M000100Y4', '91350100M000100Y433', ' 91350100M000100Y43', '91350100m000100y43', '９1350100M000100Y43'])('"%s" is none', (code) =>
    expect(isOrganisationCode(code)).toBe(false))
  it('every number has one check, the one that arithmetic by another road finds', () => fc.assert(fc.property(
    fc.tuple(fc.stringMatching(/^[159N][1239]$/), fc.stringMatching(/^\d{6}$/), fc.array(fc.constantFrom(...alphabet), { minLength: 8, maxLength: 8 })),
    ([kind, region, body]) => {
      const code = organisation(kind + region + body.join(''))
      expect([code, isOrganisationCode(code)]).toStrictEqual([code, true])
      expect(neighbours(code, alphabet).filter(isOrganisationCode)).toStrictEqual([])
    }), { numRuns: 300 }))
})

describe('公民身份号码 GB 11643', () => {
  const numbers = ['999999209901010018', '999999209902281231', '999999210001010029', '99999920990101019X']
  it.each(numbers)('%s is right, and wrong with any one character changed', (number) => {
    expect(residentNumber(number)).toBe(number)
    expect(neighbours(number, '0123456789XY').filter((changed) => residentNumber(changed) !== undefined)).toStrictEqual([])
  })
  it('a small x is taken, and kept as a capital one', () => {
    expect(residentNumber('99999920990101019x')).toBe('99999920990101019X')
    expect(residentNumber('999999209901010x18')).toBeUndefined()
  })
  it.each(['02-29', '02-30', '04-31', '13-01', '00-10', '01-00'])('nobody is born on 2099-%s, whatever the check digit', (on) =>
    expect(residentNumber(resident(`9999992099${on.replace('-', '')}001`))).toBeUndefined())
  it('somebody is born on 29 February of a leap year', () => {
    expect(residentNumber(resident('99999921040229001'))).toBeDefined()
    expect(residentNumber(resident('99999921000229001'))).toBeUndefined()
  })
  it.each(['', '999999990101001', '9999992099010100181', '９99999209901010018'])('"%s" is none', (number) => expect(residentNumber(number)).toBeUndefined())
  it('every number has one check, the one that arithmetic by another road finds', () => fc.assert(fc.property(
    fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true }), fc.integer({ min: 0, max: 999 }),
    (born, order) => {
      const number = resident(`999999${born.toISOString().slice(0, 10).replaceAll('-', '')}${String(order).padStart(3, '0')}`)
      expect(residentNumber(number)).toBe(number)
      expect(neighbours(number, '0123456789X').filter((changed) => residentNumber(changed) !== undefined)).toStrictEqual([])
    }), { numRuns: 300 }))
})
