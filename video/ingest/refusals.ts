/** The same of one camera from one address is told once in this time, and all together so often: a flood of attempts is no flood of facts. */
const againMs = 60_000, atMost = 60, remembered = 1024

/** 拒收有度 — whether a refusal is told or only counted. */
export function sparingly(nowMs: () => number) {
  const toldAt = new Map<string, number>()
  let windowMs = 0, inWindow = 0
  return (camera: string, reason: string, from: string): boolean => {
    const now = nowMs(), key = `${camera} ${reason} ${from}`, last = toldAt.get(key)
    if (last !== undefined && now - last < againMs) return false
    if (now - windowMs >= againMs) { windowMs = now; inWindow = 0 }
    if (++inWindow > atMost) return false
    toldAt.delete(key)
    toldAt.set(key, now)
    if (toldAt.size > remembered) toldAt.delete(toldAt.keys().next().value!)
    return true
  }
}
