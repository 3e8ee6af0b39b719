import { isProblem } from '../../client.ts'
import { asks, type Offered } from './asks.ts'

/** 可收的事项, read once for a page. */
export function offered() {
  let all = $state.raw<readonly Offered[]>()
  async function read() {
    const answer = await asks.items()
    if (!isProblem(answer)) all = answer.items
    else setTimeout(() => void read(), 2_000)
  }
  void read()
  return { get all() { return all } }
}
