import { isProblem, type Problem } from '../../client.ts'
import { asks } from './asks.ts'

/** 查询密码 that were issued by this page: shown once, and gone with it. */
function openCodes() {
  let codes = $state.raw<Readonly<Record<string, string>>>({}), problem = $state.raw<Problem>()
  return {
    of: (id: string) => codes[id],
    get problem() { return problem },
    async issue(id: string) {
      const answer = await asks.accessCode(id)
      problem = isProblem(answer) ? answer : undefined
      if (!isProblem(answer)) codes = { ...codes, [id]: answer.code }
    },
  }
}
export const codes = openCodes()
