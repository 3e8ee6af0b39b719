export type MoneyFault = 'not-an-amount' | 'too-many-decimals' | 'amount-too-large'

const zero = 48, point = 46
/** 金额 — decimal text to cents, digit by digit: no float ever holds it. */
export function fenOf(text: string): number | MoneyFault {
  let fen = 0, decimals = -1
  if (text.length === 0 || text.length > 40) return 'not-an-amount'
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - zero
    if (digit >= 0 && digit <= 9) {
      if (decimals >= 0 && ++decimals > 2) return restIsDigits(text, at) ? 'too-many-decimals' : 'not-an-amount'
      fen = fen * 10 + digit
      if (fen > Number.MAX_SAFE_INTEGER / 100) return /^\d+(\.\d{1,2})?$/.test(text) ? large(text) : 'not-an-amount'
    } else if (digit === point - zero && decimals < 0 && at > 0) decimals = 0
    else return 'not-an-amount'
  }
  if (decimals === 0) return 'not-an-amount'
  return decimals === 2 ? fen : decimals === 1 ? fen * 10 : fen * 100
}
const restIsDigits = (text: string, from: number) => /^\d+$/.test(text.slice(from))
/** Near the end of exact integers the digits are read as one whole number. */
const large = (text: string): number | MoneyFault => {
  const [whole = '', cents = ''] = text.split('.')
  const fen = BigInt(whole + cents.padEnd(2, '0'))
  return fen <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(fen) : 'amount-too-large'
}

/** A plain decimal number, for comparisons only. */
export const numberOf = (text: string): number => /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
