/** So long does a turn of long work last before others have theirs. */
const turnMs = 10
/** 轮流 — takes steps to their end, and lets whatever else waits have its turn between them. */
export async function inTurns<T>(steps: Iterator<void, T>): Promise<T> {
  for (let began = performance.now(); ;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - began < turnMs) continue
    await new Promise(setImmediate)
    began = performance.now()
  }
}
