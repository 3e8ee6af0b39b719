/** 跟上 — reads again when something has changed: at once after a pause, and where changes never cease no oftener than the rest allows, which is longer where answers take longer.
    What changes while it is being read is read once more; a page that nobody looks at is read when somebody does. */
export function keepingUp(read: () => Promise<unknown>, restMs = 100): { again(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined, reading = false, changed = false, rested = -Infinity, stopped = false
  async function now() {
    timer = undefined
    if (document.hidden) { changed = true; return }
    changed = false
    reading = true
    const began = performance.now()
    try { await read() } finally {
      const ended = performance.now()
      reading = false
      rested = ended + Math.max(restMs, 3 * (ended - began))
      if (changed) again()
    }
  }
  function again() {
    changed = true
    if (stopped || reading || timer !== undefined) return
    timer = setTimeout(() => void now(), Math.max(0, rested - performance.now()))
  }
  const seen = () => { if (!document.hidden && changed) again() }
  document.addEventListener('visibilitychange', seen)
  return { again, stop() { stopped = true; clearTimeout(timer); document.removeEventListener('visibilitychange', seen) } }
}
