import type { Receipt } from './asks.ts'

const bytesOf = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
const joined = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const hashOf = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i])

/** 验 — `true` where the bytes of the fact, hashed on this computer, lead up to the head that they came with (RFC 6962); `false` where they do not. Nothing where
    there is only a promise yet, or where the page did not come over a line on which a browser hashes. */
export async function verified({ leaf, leafHash, proof }: Receipt): Promise<boolean | undefined> {
  if (!proof || !globalThis.crypto?.subtle) return undefined
  let node = await hashOf(joined([0], bytesOf(leaf)))
  if (!same(node, bytesOf(leafHash))) return false
  let place = proof.index, last = proof.size - 1
  for (const hash of proof.hashes.map(bytesOf)) {
    if (last === 0) return false
    if (place % 2 === 1 || place === last) {
      node = await hashOf(joined([1], hash, node))
      while (place % 2 === 0 && place !== 0) { place = Math.floor(place / 2); last = Math.floor(last / 2) }
    } else node = await hashOf(joined([1], node, hash))
    place = Math.floor(place / 2)
    last = Math.floor(last / 2)
  }
  const [, size, root] = proof.checkpoint.split('\n')
  return last === 0 && Number(size) === proof.size && same(node, bytesOf(root ?? ''))
}
