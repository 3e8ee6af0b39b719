/** Widths of bars and spaces by value (ISO/IEC 15417); the last is the stop. */
const widths = `212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122
321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131
311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142
121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112`.split(/\s+/)
const startB = 104, startC = 105, toC = 99, toB = 100, stop = 106
const digitsAt = (text: string, at: number) => /^\d*/.exec(text.slice(at))![0].length

/** Values of Code 128: pairs of digits in set C where a run of them is long enough to be worth the change, everything else in set B. */
function valuesOf(text: string): number[] {
  const values: number[] = []
  let inC = false
  for (let at = 0; at < text.length;) {
    const run = digitsAt(text, at), worth = run >= (values.length === 0 ? 4 : at + run === text.length ? 4 : 6)
    if (!inC && worth && run % 2 === 0) { values.push(values.length === 0 ? startC : toC); inC = true }
    if (inC && run >= 2) { values.push(Number(text.slice(at, at + 2))); at += 2; continue }
    if (inC || values.length === 0) { values.push(values.length === 0 ? startB : toB); inC = false }
    values.push(text.charCodeAt(at) - 32)
    at++
  }
  return values
}
/** 条码 — widths of bar, space, bar, … in modules; nothing where a character is none that Code 128 has in set B. */
export function code128(text: string): number[] | undefined {
  if (text === '' || /[^ -~]/.test(text)) return undefined
  const values = valuesOf(text), check = values.reduce((sum, value, i) => sum + value * Math.max(1, i), 0) % 103
  return [...values, check, stop].flatMap((value) => [...widths[value]!].map(Number))
}
/** As one path of bars, one module high, with the quiet zone of ten modules on either side. */
export function barsOf(modules: readonly number[]): { path: string; width: number } {
  let at = 10, path = ''
  modules.forEach((width, i) => {
    if (i % 2 === 0) path += `M${at} 0h${width}v1h-${width}z`
    at += width
  })
  return { path, width: at + 10 }
}
