import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeMeant, newCode, sameCode } from '../../api/signin/codes.ts'
import { lockout } from '../../api/signin/lockout.ts'
import { checkPassword } from '../../api/signin/passwords.ts'
import { base32, fromBase32, stepSaid, totpAddress, totpOf } from '../../api/signin/totp.ts'
import { codeOf } from '../signed-in.ts'

const secret = Buffer.from('12345678901234567890')
describe('动态口令', () => {
  it.each([[59, '94287082'], [1111111109, '07081804'], [1111111111, '14050471'], [1234567890, '89005924'], [2000000000, '69279037'], [20000000000, '65353130']])(
    'at second %i it is %s (RFC 6238, appendix B)', (second, code) => expect(totpOf(secret, Math.floor(second / 30), 8)).toBe(code))
  it('counts as RFC 4226 does, appendix D', () => expect(Array.from({ length: 10 }, (_, count) => totpOf(secret, count)))
    .toStrictEqual(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']))
  it.each([['', ''], ['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['fooba', 'MZXW6YTB'], ['foobar', 'MZXW6YTBOI']])('%j in base 32 is %s (RFC 4648)', (plain, text) => {
    expect(base32(Buffer.from(plain))).toBe(text)
    expect(fromBase32(text).toString()).toBe(plain)
  })
  it('any secret comes back, and makes the code that another road makes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 4_000_000_000_000 }), (bytes, ms) => {
      expect([...fromBase32(base32(bytes))]).toStrictEqual([...bytes])
      expect(totpOf(bytes, Math.floor(ms / 30_000))).toBe(codeOf(base32(bytes), ms))
    }))
  })
  it('is right one step to either side, and no further', () => {
    const ms = 1_700_000_015_000, now = Math.floor(ms / 30_000)
    // A secret whose codes of five steps differ, or nothing would be shown.
    const around = [-2, -1, 0, 1, 2].map((step) => totpOf(secret, now + step))
    expect(new Set(around).size).toBe(5)
    expect(around.map((code) => stepSaid(secret, code, ms))).toStrictEqual([undefined, now - 1, now, now + 1, undefined])
    for (const code of ['', '12345', `${around[2]}0`, 'abcdef', '１２３４５６']) expect(stepSaid(secret, code, ms), code).toBeUndefined()
  })
  it('is handed over in an address that names house and person, whatever they are called', () => {
    const address = new URL(totpAddress('明鉴 某县&x=1', 'a/b?c', 'ABC'))
    expect(address.protocol).toBe('otpauth:')
    expect(Object.fromEntries(address.searchParams)).toStrictEqual({ secret: 'ABC', issuer: '明鉴 某县&x=1', algorithm: 'SHA1', digits: '6', period: '30' })
  })
})

describe('一次性代码', () => {
  it('has five bits a letter, stands in fours, and is never the same', () => {
    const codes = Array.from({ length: 200 }, () => newCode(28))
    expect(new Set(codes).size).toBe(200)
    for (const code of codes) expect(code).toMatch(/^([A-Z2-7]{4}-){6}[A-Z2-7]{4}$/)
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32)
  })
  it('is understood as people write it', () => {
    const code = newCode(28)
    for (const said of [code.toLowerCase(), code.replaceAll('-', ' '), ` ${code.replaceAll('-', '')}\t`, code.replaceAll('O', '0').replaceAll('I', '1').replaceAll('B', '8')]) expect(sameCode(said, code), said).toBe(true)
    expect(sameCode(code.slice(1), code)).toBe(false)
    expect(codeMeant('a1-b0 8')).toBe('AIBOB')
  })
})

describe('口令规则', () => {
  const fault = (password: string) => { try { checkPassword(password, ['p-wang', '王小明', '13900001111']); return undefined } catch (error) { return (error as { problem: { code: string } }).problem.code } }
  it.each([['elevenchars', 'password-too-short'], ['十一个汉字不够长吧这', 'password-too-short'], [`${'长短句'.repeat(43)}`, 'password-too-long'], ['hello P-WANG hello', 'password-names-you'], ['我叫王小明没有人知道啊', 'password-too-short'],
    ['我叫王小明没有人知道啊呀', 'password-names-you'], ['my 13900001111 phone', 'password-names-you'], ['PassWord1234', 'password-common'], ['aaaaaaaaaaaa', 'password-common'], ['abababababab', 'password-common'],
    ['123456789012', 'password-common'], ['210987654321', 'password-common'], ['abcdefghijklm', 'password-common'], ['qwertyuiopas', 'password-common'], ['ＰＡＳＳＷＯＲＤ１２３４', 'password-common']])('%j: %s', (password, code) => expect(fault(password)).toBe(code))
  it.each(['correct horse battery', '一二三四五六七八九十百千', 'twelve chars', 'no-digits-no-capitals', 'x'.repeat(0) + 'zq8!mf0w#kd2'])('%j may be one: nobody asks for a capital or a digit', (password) => expect(fault(password)).toBeUndefined())
})

describe('锁定', () => {
  const open = () => {
    let ms = 0
    return { pass(by: number) { ms += by }, ...lockout({ most: 5, withinMs: 600, lockMs: 900, nowMs: () => ms }) }
  }
  it('comes with the fifth failure within the while, lasts its time, and begins anew', () => {
    const locks = open()
    expect([1, 2, 3, 4].map(() => locks.begin('a'))).toStrictEqual([1, 2, 3, 4])
    expect(locks.leftMs('a')).toBe(0)
    expect(locks.begin('a')).toBe(5)
    expect(locks.leftMs('a')).toBe(900)
    expect(locks.leftMs('b')).toBe(0)
    locks.pass(899)
    expect(locks.leftMs('a')).toBe(1)
    locks.pass(1)
    expect(locks.leftMs('a')).toBe(0)
    expect(locks.begin('a')).toBe(1)
  })
  it('does not come where they are further apart', () => {
    const locks = open()
    for (let i = 0; i < 50; i++) { expect(locks.begin('a')).toBeLessThan(5); locks.pass(150) }
    expect(locks.leftMs('a')).toBe(0)
  })
  it('at no time hears more than five in any while: whatever the order of failures, successes and pauses', () => {
    fc.assert(fc.property(fc.array(fc.record({ wait: fc.integer({ min: 0, max: 400 }), right: fc.boolean() }), { maxLength: 60 }), (tries) => {
      const locks = open(), failures: number[] = []
      let at = 0
      for (const { wait, right } of tries) {
        at += wait
        locks.pass(wait)
        if (locks.leftMs('a') > 0) continue
        locks.begin('a')
        if (right) { locks.forget('a'); failures.length = 0 } else failures.push(at)
        expect(failures.filter((then) => at - then < 600).length).toBeLessThanOrEqual(5)
      }
    }))
  })
  it('what was taken back was none', () => {
    const locks = open()
    for (let i = 0; i < 20; i++) { locks.begin('a'); locks.takeBack('a') }
    expect(locks.begin('a')).toBe(1)
  })
})
