import { isProblem, type Problem } from '../../client.ts'
import { asks, type Notice, type NoticeKind } from './asks.ts'

/** 文书 of a case, read when it is asked for. */
export function noticed(id: string, kind: NoticeKind) {
  let notice = $state.raw<Notice>(), problem = $state.raw<Problem>(), chosen = $state(kind)
  async function read(wanted: NoticeKind) {
    chosen = wanted
    const answer = await asks.notice(id, wanted)
    if (wanted !== chosen) return
    problem = isProblem(answer) ? answer : undefined
    notice = isProblem(answer) ? undefined : answer
  }
  void read(kind)
  return {
    get notice() { return notice }, get problem() { return problem }, get kind() { return chosen },
    read,
    /** 凭据 as a file: whoever has it proves the acceptance without the house. */
    async download() {
      const answer = await asks.receipt(id)
      if (isProblem(answer)) { problem = answer; return }
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob([JSON.stringify(answer, null, 2)], { type: 'application/json' }))
      link.download = `${id}.receipt.json`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
    },
  }
}
