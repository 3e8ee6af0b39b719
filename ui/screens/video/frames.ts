/** Looked for in steps in which no picture can be missed, as far as this; and so long is waited for a picture that may be the same one. */
const finestSeconds = 0.012, farthestSeconds = 1.2, shownMs = 160
/** Pictures that follow each other in less, or after more, follow each other otherwise than a camera sends. */
const shortestSeconds = 0.005, longestSeconds = 0.5

/** 逐帧 — pictures of a <video> one by one: which one is shown, the browser says; how long one lasts is learnt from those that pass. */
export function framesOf(video: HTMLVideoElement) {
  let shown: number | undefined, usual: number | undefined, handle = 0, changed: (() => void) | undefined, turn = 0
  const passed = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    const seconds = shown === undefined ? 0 : mediaTime - shown
    if (seconds > shortestSeconds && seconds < longestSeconds && (!video.paused || changed)) usual = Math.min(usual ?? Infinity, seconds)
    shown = mediaTime
    handle = video.requestVideoFrameCallback(passed)
    changed?.()
  }
  handle = video.requestVideoFrameCallback(passed)
  /** The picture that comes, or nothing where none does. */
  const goTo = (seconds: number) => new Promise<void>((resolve) => {
    const done = () => { clearTimeout(late); changed = undefined; resolve() }, late = setTimeout(done, shownMs)
    changed = done
    video.currentTime = seconds
  })
  return {
    stop() { turn++ },
    async step(by: 1 | -1, arrived: (seconds: number) => void): Promise<void> {
      const own = ++turn, from = shown
      if (from === undefined) return
      const inOne = usual ?? finestSeconds
      for (let away = by === 1 ? inOne : finestSeconds / 12; away < farthestSeconds && own === turn; away += by === 1 ? Math.min(inOne, finestSeconds) : finestSeconds) {
        const to = from + by * away
        if (to < 0 || to > video.duration) return
        await goTo(to)
        if (own === turn && shown !== undefined && shown !== from) { arrived(shown); return }
      }
    },
    close() { turn++; video.cancelVideoFrameCallback(handle) },
  }
}
