import type { Problem } from './client.ts'
import { gate } from './gate.svelte.ts'
import { network } from './network.svelte.ts'

/** 上传 — one file, and how much of it has gone so far: of 1, all has, and the platform looks at it. A problem is an answer, not an exception. */
export function upload<T extends object>(path: string, file: File, onShare: (share: number) => void): { answer: Promise<T | Problem>; stop(): void } {
  const request = new XMLHttpRequest(), form = new FormData()
  form.append('file', file)
  const answer = new Promise<T | Problem>((done) => {
    network.began()
    const lost = () => done(network.lost(navigator.onLine ? 'server' : 'offline'))
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => { if (lengthComputable && total > 0) onShare(loaded / total) }
    request.onload = () => {
      const { status } = request, said: unknown = request.response
      if (typeof said !== 'object' || said === null) { lost(); return }
      network.answered()
      if (status < 400) { done(said as T); return }
      const after = Number(request.getResponseHeader('retry-after')), problem: Problem = { status, code: 'unknown', ...said, ...(after > 0 && { retryAfterMs: after * 1000 }) }
      gate.heard(problem.status, problem.code)
      done(problem)
    }
    request.onerror = lost
    // Given up by whoever began it: nothing is wrong with the line.
    request.onabort = () => done({ status: 0, code: 'given-up' })
    request.onloadend = () => network.ended()
    request.open('POST', `/api${path}`)
    request.responseType = 'json'
    request.setRequestHeader('accept', 'application/json')
    request.send(form)
  })
  return { answer, stop: () => request.abort() }
}
