/** Looked for in steps in which no picture can be missed, as far as this; and so long is waited for a picture that may be the same one. */
const finestSeconds = 0.012, farthestSeconds = 1.2, shownMs = 160
/** So far a picture's time in its file may be from the one that the browser tells, which rounds. */
const roundedSeconds = 0.006

/** 逐帧 — pictures of a <video> one by one: which one is shown, the browser says. `times`: of the pictures that are known, in order, in the seconds of the <video>; beyond them the next one is felt for. */
export function framesOf(video: HTMLVideoElement, times: () => readonly number[]) {
  let shown: number | undefined, handle = 0, changed: (() => void) | undefined, turn = 0
  const passed = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    shown = mediaTime
    handle = video.requestVideoFrameCallback(passed)
    changed?.()
  }
  handle = video.requestVideoFrameCallback(passed)
  /** The picture that comes, or nothing where none does. */
  const goTo = (seconds: number, waitMs = shownMs) => new Promise<void>((resolve) => {
    const done = () => { clearTimeout(late); changed = undefined; resolve() }, late = setTimeout(done, waitMs)
    changed = done
    video.currentTime = seconds
  })
  /** Where the next picture stands: in its midst, or a little behind its beginning where it is the last one known. */
  function beside(from: number, by: 1 | -1): number | undefined {
    const all = times(), here = all.findLastIndex((at) => at <= from + roundedSeconds), next = all[here + by], after = all[here + by + 1]
    if (here < 0 || Math.abs(all[here]! - from) > roundedSeconds || next === undefined || Math.abs(next - from) > farthestSeconds) return undefined
    return after === undefined ? next + roundedSeconds : (next + after) / 2
  }
  return {
    stop() { turn++ },
    async step(by: 1 | -1, arrived: (seconds: number) => void): Promise<void> {
      const own = ++turn, from = shown
      if (from === undefined) return
      const known = beside(from, by)
      if (known !== undefined) {
        await goTo(known, 1_000)
        if (own !== turn) return
        if (shown !== undefined && shown !== from) { arrived(shown); return }
      }
      for (let away = by === 1 ? finestSeconds : finestSeconds / 12; away < farthestSeconds && own === turn; away += finestSeconds) {
        const to = from + by * away
        if (to < 0 || to > video.duration) return
        await goTo(to)
        if (own === turn && shown !== undefined && shown !== from) { arrived(shown); return }
      }
    },
    close() { turn++; video.cancelVideoFrameCallback(handle) },
  }
}
