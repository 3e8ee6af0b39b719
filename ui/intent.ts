/** 一个意图一把钥匙 — the same words said again are the same saying, however the first time ended; other words are another. */
export function intent() {
  let said: string | undefined, key = ''
  return {
    keyOf(words: unknown): string {
      const now = JSON.stringify(words)
      if (now !== said) { said = now; key = crypto.randomUUID() }
      return key
    },
    /** It has been said, or given up: the same words are another saying from here on. */
    over() { said = undefined },
  }
}
