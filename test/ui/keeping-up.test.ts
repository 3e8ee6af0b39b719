import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepingUp } from '../../ui/keeping-up.ts'

const pageOf = () => Object.assign(new EventTarget(), { hidden: false })
describe('跟上', () => {
  let page: ReturnType<typeof pageOf>, reads: number[], takesMs: number
  const read = async () => { reads.push(performance.now()); await new Promise((done) => setTimeout(done, takesMs)) }
  beforeEach(() => {
    vi.useFakeTimers()
    page = pageOf()
    reads = []
    takesMs = 10
    vi.stubGlobal('document', page)
  })
  afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers() })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('a change after a pause is read at once', async () => {
    const { again } = keepingUp(read), at = performance.now()
    again()
    again()
    await pass(1_000)
    expect(reads).toStrictEqual([at])
    again()
    await pass(0)
    expect(reads).toStrictEqual([at, at + 1_000])
  })
  it('what changes while it is read is read once more, when it has rested', async () => {
    const { again } = keepingUp(read, 100), at = performance.now()
    again()
    await pass(5)
    for (let n = 0; n < 7; n++) again()
    await pass(1_000)
    expect(reads).toStrictEqual([at, at + 110])
  })
  it('changes that never cease put it off no longer than the rest, and a platform that answers slowly is asked less often', async () => {
    const { again, stop } = keepingUp(read, 100), every = setInterval(again, 7)
    await pass(3_000)
    const quick = reads.length
    expect(Math.max(...reads.slice(1).map((at, i) => at - reads[i]!))).toBeLessThanOrEqual(120)
    takesMs = 200
    await pass(8_000)
    expect(reads.length - quick).toBeGreaterThanOrEqual(9)
    expect(reads.length - quick).toBeLessThanOrEqual(12)
    clearInterval(every)
    stop()
  })
  it('a page that nobody looks at is read when somebody does; one that is gone is not', async () => {
    const { again, stop } = keepingUp(read)
    page.hidden = true
    again()
    await pass(500)
    expect(reads).toStrictEqual([])
    page.hidden = false
    page.dispatchEvent(new Event('visibilitychange'))
    await pass(1)
    expect(reads).toHaveLength(1)
    stop()
    again()
    page.dispatchEvent(new Event('visibilitychange'))
    await pass(5_000)
    expect(reads).toHaveLength(1)
  })
})
