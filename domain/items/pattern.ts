/** How many ways of matching a pattern may have; with texts of at most `patternTextLength` characters none takes longer than a blink. */
const waysAtMost = 1_000_000
/** A field with a pattern takes no longer text than this. */
export const patternTextLength = 200

/** A class, an escape of one character or a plain character; then how often. Groups may stand or be left out, but not repeat; nothing looks round or back. */
const piece = /(?<one>\[\^?(?:\\.|[^\\\]])+\]|\\[dDwWsS.*+?()[\]{}|/^$\\-]|[^\\[\](){}*+?|^$])|(?<open>\((?:\?:)?)|(?<close>\))|(?<bar>\|)/uy
const often = /[*+?]|\{(?<least>\d{1,3})(?<more>,(?<most>\d{1,3})?)?\}/uy

function waysOf(quantifier: RegExpExecArray): number {
  const { least = '0', more, most } = quantifier.groups!
  if (quantifier[0] === '?') return 2
  if (!quantifier[0].startsWith('{')) return patternTextLength
  return more === undefined ? 1 : most === undefined ? patternTextLength : Math.max(1, Number(most) - Number(least) + 1)
}

/** 格式 that a form may ask for: the whole text has to match it. Undefined where it is no pattern, or one that could keep the house busy for long. */
export function safePattern(pattern: string): RegExp | undefined {
  let at = 0, ways = 1
  while (at < pattern.length) {
    piece.lastIndex = at
    const found = piece.exec(pattern)
    if (!found) return undefined
    at = often.lastIndex = piece.lastIndex
    const { open, close, bar } = found.groups!
    const quantifier = often.exec(pattern)
    if (bar !== undefined) ways *= 2
    if (!quantifier) continue
    if (open !== undefined || bar !== undefined || (close !== undefined && quantifier[0] !== '?')) return undefined
    at = often.lastIndex
    ways *= waysOf(quantifier)
  }
  if (ways > waysAtMost) return undefined
  try { return new RegExp(`^(?:${pattern})$`, 'u') } catch { return undefined }
}
