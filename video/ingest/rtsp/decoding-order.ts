/** So many pictures may be shown before one that was sent earlier (level limits are below it). */
const deepest = 4, leastStepMs = 1 / 90, restartMs = 2000

/** 解码时刻 — RTP says when a picture is shown, a recording also when it is decoded. Cameras send what they show; where one reorders, the depth of it shows itself,
    and decoding times are the shown times in order, as many pictures later. They always grow. */
export function decodingOrder(): (ptsMs: number) => number {
  let depth = 0, last = -Infinity, recent: number[] = [], waiting: number[] = []
  return (ptsMs) => {
    // A clock that begins again is no reordering.
    if (recent.length > 0 && ptsMs < Math.max(...recent) - restartMs) { recent = []; waiting = []; last = -Infinity }
    depth = Math.max(depth, Math.min(deepest, recent.filter((earlier) => earlier > ptsMs).length))
    recent = [...recent, ptsMs].slice(-2 * deepest)
    waiting = [...waiting, ptsMs].sort((a, b) => a - b).slice(-(depth + 1))
    last = Math.max(waiting[0]!, last + leastStepMs)
    return last
  }
}
