import { createHash, timingSafeEqual } from 'node:crypto'

/** 流密钥 by their hashes: whoever knows a key is that camera. All are compared, each in constant time, so that no answer's time says how near a guess came. */
export function keyRing() {
  const cameras = new Map<string, Buffer>()
  return {
    set(camera: string, keyHash: string) { cameras.set(camera, Buffer.from(keyHash, 'hex')) },
    drop(camera: string) { cameras.delete(camera) },
    cameraOf(key: string): string | undefined {
      const said = createHash('sha256').update(key).digest()
      let found: string | undefined
      for (const [camera, hash] of cameras) if (hash.length === said.length && timingSafeEqual(hash, said)) found = camera
      return found
    },
  }
}
/** Of the first wrong key; each further one within `forgottenMs` costs twice as much, up to `mostMs`. */
const firstMs = 250, mostMs = 8000, forgottenMs = 600_000, remembered = 4096

/** 猜钥有价 — how long an address that was wrong waits for its answer. A right key never waits. */
export function guessing(nowMs: () => number) {
  const wrong = new Map<string, { times: number; atMs: number }>()
  return {
    delayMs(address: string): number {
      const last = wrong.get(address), times = last && nowMs() - last.atMs < forgottenMs ? last.times + 1 : 1
      wrong.delete(address)
      wrong.set(address, { times, atMs: nowMs() })
      if (wrong.size > remembered) wrong.delete(wrong.keys().next().value!)
      return Math.min(firstMs * 2 ** Math.min(times - 1, 10), mostMs)
    },
  }
}
