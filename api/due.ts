import type { DueIndex } from '../projections/due-index.ts'
import { Unanswerable } from './problems.ts'
import type { Supervising } from './supervising.ts'

/** 研判所知 — the due index, and when it may be read. */
export type Due = {
  index: DueIndex
  /** What was told of up to now has been judged. Right after a start all that is open is judged first, however long that takes: whoever asks before then is told so, and when to
      ask again. */
  ready(): Promise<void>
}
/** So long is the first judging waited for, and so long what has just been told; what is many is not waited for, it is read again when it is done. */
const usualPatience = { firstMs: 10_000, toldMs: 100 }

/** Is it done within so long? */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<false>((resolve) => { timer = setTimeout(resolve, ms, false) })
  try { return await Promise.race([work.then(() => true), over]) } finally { clearTimeout(timer) }
}

export function dueOnceJudged({ index, ready, settled, progress }: Pick<Supervising, 'index' | 'ready' | 'settled' | 'progress'>, { firstMs, toldMs } = usualPatience): Due {
  let isReady = false
  ready.then(() => { isReady = true }, () => undefined)
  return { index, async ready() {
    if (!isReady && !await within(ready, firstMs)) {
      const { judged, of } = await progress()
      throw new Unanswerable(503, 'still-judging', '平台刚启动，正在逐件研判，判完才说得准；请稍候', 'The platform has just started and judges every case first; please wait a moment', { judged, of })
    }
    await within(settled(), toldMs)
  } }
}
