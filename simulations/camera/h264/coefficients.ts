import type { Bits, Word } from './bits.ts'
import { chromaTokens, chromaZeros, runs, tokens, zeros } from './tables.ts'

type Tables = { tokens: readonly (readonly Word[])[]; zeros: readonly (readonly Word[])[] }
/** 亮度表 and 色度表 — no neighbour ever has AC coefficients here, so that one table serves for luma. */
export const luma: Tables = { tokens, zeros }, chroma: Tables = { tokens: chromaTokens, zeros: chromaZeros }

/** A level (9.2.2.1): a prefix of zeros and a one, then a suffix that grows with the levels before. */
function putLevel(bits: Bits, code: number, suffix: number): void {
  const escape = suffix === 0 ? 30 : 15 << suffix
  if (code >= escape) { bits.put(1, 16).put(code - escape, 12); return }
  if (suffix > 0) { bits.put(1, (code >> suffix) + 1).put(code & ((1 << suffix) - 1), suffix); return }
  if (code < 14) bits.put(1, code + 1)
  else bits.put(1, 15).put(code - 14, 4)
}

/** 变长码 — CAVLC (9.2): how many, the ones at the end, the other levels backwards, the zeros before the last, the runs between. */
export function putCoefficients(bits: Bits, scan: readonly number[], { tokens, zeros }: Tables): void {
  const levels: number[] = [], before: number[] = []
  let run = 0
  for (const level of scan) {
    if (level === 0) { run++; continue }
    levels.unshift(level)
    before.unshift(run)
    run = 0
  }
  let ones = 0
  while (ones < 3 && Math.abs(levels[ones] ?? 0) === 1) ones++
  bits.word(tokens[levels.length]![ones]!)
  if (levels.length === 0) return
  for (const level of levels.slice(0, ones)) bits.put(level < 0 ? 1 : 0, 1)
  let suffix = levels.length > 10 && ones < 3 ? 1 : 0
  for (let i = ones; i < levels.length; i++) {
    const level = levels[i]!, size = Math.abs(level)
    // Less than three ones at the end: the next level is no one, and need not say so.
    putLevel(bits, 2 * size - (level > 0 ? 2 : 1) - (i === ones && ones < 3 ? 2 : 0), suffix)
    if (suffix === 0) suffix = 1
    if (size > 3 << (suffix - 1) && suffix < 6) suffix++
  }
  let left = before.reduce((sum, run) => sum + run, 0)
  if (levels.length < scan.length) bits.word(zeros[levels.length - 1]![left]!)
  for (const run of before.slice(0, -1)) {
    if (left === 0) break
    bits.word(runs[Math.min(left, 7) - 1]![run]!)
    left -= run
  }
}
