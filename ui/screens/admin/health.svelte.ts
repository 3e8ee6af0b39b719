import { isProblem, type Problem } from '../../client.ts'
import { asks, type Health } from './asks.ts'

/** 体检 as it was looked at last. */
export function health() {
  let found = $state.raw<Health>(), problem = $state.raw<Problem>(), looking = $state(false)
  async function look() {
    looking = true
    const answer = await asks.health()
    looking = false
    if (isProblem(answer)) problem = answer
    else { found = answer; problem = undefined }
  }
  void look()
  return { get found() { return found }, get problem() { return problem }, get looking() { return looking }, look: () => void look() }
}
