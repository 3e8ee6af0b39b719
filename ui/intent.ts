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

/** 由话而来的钥匙 — the same words make the same key, in another tab and another day too; it travels in a header, where no Chinese may stand. */
export const keyOfWords = async (words: readonly string[]): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(words))))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
