import { Day } from './values.ts'

const residentWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], residentChecks = '10X98765432'
const sumOf = (values: readonly number[], weights: readonly number[]) => weights.reduce((sum, weight, i) => sum + weight * values[i]!, 0)

/** 公民身份号码 (GB 11643) as it is kept, with a capital X; undefined where the check digit or the day of birth is wrong. The region is not looked at: regions come and go. */
export function residentNumber(said: string): string | undefined {
  const number = said.replace(/x$/, 'X')
  if (!/^\d{17}[\dX]$/.test(number)) return undefined
  const born = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
  const check = residentChecks[sumOf([...number].map(Number), residentWeights) % 11]
  return Day.safeParse(born).success && number[17] === check ? number : undefined
}

/** Without I, O, S, V and Z. */
const codeAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const codeWeights = Array.from({ length: 17 }, (_, i) => 3 ** i % 31)
/** The nine of GB 11714 in the middle have a check of their own. */
const bodyAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', bodyWeights = [3, 7, 9, 10, 5, 8, 4, 2], bodyChecks = '0X987654321'

/** 统一社会信用代码 (GB 32100), both of its check characters right. */
export function isOrganisationCode(code: string): boolean {
  if (!/^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(code)) return false
  const body = sumOf([...code.slice(8)].map((char) => bodyAlphabet.indexOf(char)), bodyWeights) % 11
  const whole = sumOf([...code].map((char) => codeAlphabet.indexOf(char)), codeWeights) % 31
  return code[16] === bodyChecks[body] && code[17] === codeAlphabet[(31 - whole) % 31]
}
