/** 种子 — mulberry32 over an xmur3 hash: the same words always fall the same way, whatever was drawn before. */
function fallen(words: string): number {
  let hash = 1779033703 ^ words.length
  for (let i = 0; i < words.length; i++) {
    hash = Math.imul(hash ^ words.charCodeAt(i), 3432918353)
    hash = (hash << 13) | (hash >>> 19)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507)
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909)
  let state = ((hash ^ (hash >>> 16)) + 0x6d2b79f5) | 0
  state = Math.imul(state ^ (state >>> 15), state | 1)
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61)
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296
}

/** 命数 — draws by name, so that one more question asked of a case changes no other answer. */
export function chanceOf(seed: number, whose: string) {
  const draw = (name: string) => fallen(`${seed}/${whose}/${name}`)
  return {
    draw,
    happens: (name: string, probability: number) => draw(name) < probability,
    between: (name: string, from: number, to: number) => from + draw(name) * (to - from),
    whole: (name: string, from: number, to: number) => from + Math.floor(draw(name) * (to - from + 1)),
    one<T>(name: string, of: readonly T[]): T {
      if (of.length === 0) throw new Error(`nothing to choose from: ${name}`)
      return of[Math.floor(draw(name) * of.length)]!
    },
    weighted<T extends { weight: number }>(name: string, of: readonly T[]): T {
      let left = draw(name) * of.reduce((sum, { weight }) => sum + weight, 0)
      return of.find(({ weight }) => (left -= weight) < 0) ?? of[of.length - 1]!
    },
  }
}
export type Chance = ReturnType<typeof chanceOf>
