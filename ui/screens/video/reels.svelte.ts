import { isProblem, type Problem } from '../../client.ts'
import { asks, type Footage, type Why } from './asks.ts'
import { covers, type Stretch } from './timeline.ts'

/** 一路 — a look at so much of a camera's recording, and what there is in it. */
export type Reel = { camera: string; view: string; range: Stretch; footage: Footage }

/** 调出 — opens recordings, each look on record with the purpose that was said once; what is open already is not opened again. */
export function reels() {
  let all = $state.raw<readonly Reel[]>([]), problem = $state.raw<Problem>(), opening = $state(false), turn = 0
  const of = (camera: string) => all.find((one) => one.camera === camera)
  async function one(camera: string, range: Stretch, { caseId, reason }: Why): Promise<Reel | Problem> {
    const before = of(camera)
    if (before && covers(before.range, range)) return before
    const view = await asks.view(camera, range, { ...(caseId !== undefined && { caseId }), ...(reason !== undefined && { reason }) })
    if (isProblem(view)) return view
    const footage = await asks.footage(camera, range, view.view)
    return isProblem(footage) ? footage : { camera, view: view.view, range, footage }
  }
  /** A look that has run out is over; whoever goes on looking says why again. A file that is lost is another matter. */
  async function perhapsOver() {
    const own = turn, first = all[0], answer = first && await asks.footage(first.camera, first.range, first.view)
    if (own === turn && answer && isProblem(answer) && answer.code === 'view-over') all = []
  }
  return {
    get all() { return all }, get problem() { return problem }, get opening() { return opening }, of,
    /** The first camera is the one that matters: where it may not be seen, nothing is. */
    async open(cameras: readonly string[], range: Stretch, why: Why): Promise<boolean> {
      const own = ++turn
      opening = true
      const found = await Promise.all(cameras.map((camera) => one(camera, range, why)))
      if (own !== turn) return true
      opening = false
      const first = found[0]
      if (!first || isProblem(first)) { problem = first; return false }
      problem = undefined
      all = found.filter((reel): reel is Reel => !isProblem(reel))
      return true
    },
    keepAlone(camera: string) { all = all.filter((reel) => reel.camera === camera) },
    /** Nothing where it goes on again. */
    broken(status: number | undefined) {
      problem = status === undefined ? undefined : { status, code: 'footage' }
      if (status === 410) void perhapsOver()
    },
    close() { turn++ },
  }
}
