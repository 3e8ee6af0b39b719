/** 同文一份 — rows come out of a file each with words of its own: of what very many say alike one copy is kept. */
export function oneCopy(): <T extends string | undefined>(word: T) => T {
  const kept = new Map<string, string>()
  return (word) => {
    if (word === undefined) return word
    const known = kept.get(word)
    if (known === undefined) kept.set(word, word)
    return (known ?? word) as typeof word
  }
}
