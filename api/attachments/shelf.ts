import type { Blobs } from '../../domain/kernel/ports.ts'
import { formsAt } from './kept.ts'

type Read = Uint8Array | undefined
/** 架上 — forms that were asked for lately, whole and in memory: what anybody may ask for costs no reading each time, and only so many are read at once. */
export function shelfOf(blobs: Blobs, { mostBytes = 64 << 20, atOnce = 4 }: { mostBytes?: number; atOnce?: number } = {}) {
  const held = new Map<string, Uint8Array>(), reading = new Map<string, Promise<Read>>()
  let bytes = 0
  function put(key: string, one: Uint8Array) {
    held.set(key, one)
    bytes += one.length
    for (const [other, { length }] of held) {
      if (bytes <= mostBytes) return
      held.delete(other)
      bytes -= length
    }
  }
  /** What was put there last stays longest. */
  function takenFrom(key: string): Read {
    const one = held.get(key)
    if (!one) return undefined
    held.delete(key)
    held.set(key, one)
    return one
  }
  return async (code: string, blob: string): Promise<Read | 'busy'> => {
    const at = formsAt(code), key = JSON.stringify([code, blob]), known = takenFrom(key) ?? reading.get(key)
    if (known) return known
    if (reading.size >= atOnce) return 'busy'
    const under = blobs.open(at, at, blob).finally(() => reading.delete(key))
    reading.set(key, under)
    const found = await under
    if (found) put(key, found)
    return found
  }
}
export type Shelf = ReturnType<typeof shelfOf>
