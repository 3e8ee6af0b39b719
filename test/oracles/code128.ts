/** 条码 read back: the symbols of Code 128 (ISO/IEC 15417) as bits, dark is 1, in the order of their values; the last is the stop. */
const symbols = `11011001100 11001101100 11001100110 10010011000 10010001100 10001001100 10011001000 10011000100 10001100100 11001001000 11001000100 11000100100 10110011100 10011011100
10011001110 10111001100 10011101100 10011100110 11001110010 11001011100 11001001110 11011100100 11001110100 11101101110 11101001100 11100101100 11100100110 11101100100 11100110100 11100110010
11011011000 11011000110 11000110110 10100011000 10001011000 10001000110 10110001000 10001101000 10001100010 11010001000 11000101000 11000100010 10110111000 10110001110 10001101110 10111011000
10111000110 10001110110 11101110110 11010001110 11000101110 11011101000 11011100010 11011101110 11101011000 11101000110 11100010110 11101101000 11101100010 11100011010 11101111010 11001000010
11110001010 10100110000 10100001100 10010110000 10010000110 10000101100 10000100110 10110010000 10110000100 10011010000 10011000010 10000110100 10000110010 11000010010 11001010000 11110111010
11000010100 10001111010 10100111100 10010111100 10010011110 10111100100 10011110100 10011110010 11110100100 11110010100 11110010010 11011011110 11011110110 11110110110 10101111000 10100011110
10001011110 10111101000 10111100010 11110101000 11110100010 10111011110 10111101110 11101011110 11110101110 11010000100 11010010000 11010011100 1100011101011`.split(/\s+/)
const startB = 104, startC = 105, toC = 99, toB = 100

/** A scanner's line over a picture: `dark` from one quiet zone to the other, each module of the same width in points. Throws where no symbol, or not the check, is read. */
export function readCode128(dark: readonly boolean[]): string {
  const from = dark.indexOf(true), to = dark.lastIndexOf(true) + 1, line = dark.slice(from, to)
  const edges = [0, ...line.flatMap((is, at) => at > 0 && is !== line[at - 1] ? [at] : []), line.length], runs = edges.slice(1).map((at, i) => at - edges[i]!)
  // The stop is thirteen modules, every other symbol eleven in six runs.
  const count = (runs.length - 7) / 6, unit = line.length / (count * 11 + 13)
  const bits = runs.map((run, i) => (i % 2 === 0 ? '1' : '0').repeat(Math.round(run / unit))).join('')
  const values = Array.from({ length: count }, (_, i) => symbols.indexOf(bits.slice(i * 11, i * 11 + 11))), check = values.pop()
  if (values.includes(-1) || bits.slice(count * 11) !== symbols[106]) throw new Error(`no Code 128: ${bits}`)
  if (values.reduce((sum, value, i) => sum + value * Math.max(1, i), 0) % 103 !== check) throw new Error('the check of the Code 128 is wrong')
  let set = 0, text = ''
  for (const value of values) {
    if (value === startB || value === startC) set = value
    else if (set === startC && value === toB) set = startB
    else if (set === startB && value === toC) set = startC
    else text += set === startC ? String(value).padStart(2, '0') : String.fromCharCode(value + 32)
  }
  return text
}
