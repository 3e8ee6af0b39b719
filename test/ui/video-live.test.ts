import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** A browser's lines, as far as key frames by themselves want one. */
class Line {
  static all: Line[] = []
  binaryType = ''
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null
  constructor() { Line.all.push(this) }
  close() { this.onmessage = null }
}
const { stills } = await import('../../ui/screens/video/live.ts')
const page = { hidden: false }

describe('实时画面 that stands still', () => {
  const said: (number | undefined)[] = []
  const show = () => stills('w03', { size: () => undefined, stalled: (sinceMs) => { said.push(sinceMs) } })({} as HTMLCanvasElement)
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    vi.stubGlobal('WebSocket', Line)
    vi.stubGlobal('document', page)
    vi.stubGlobal('location', { protocol: 'http:', host: 'localhost' })
    said.length = Line.all.length = 0
  })
  afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })
  const head = new Uint8Array([0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0])

  it('is said, and said to be over when something comes again', () => {
    const close = show()
    vi.advanceTimersByTime(7_000)
    expect(said).toHaveLength(1)
    expect(said[0]).toBeGreaterThan(5_000)
    Line.all.at(-1)!.onmessage!({ data: head.buffer })
    vi.advanceTimersByTime(1_000)
    expect(said.slice(1)).toStrictEqual([undefined])
    close()
    expect(said).toHaveLength(2)
  })
  it('is not said any longer by a picture that is taken down: whoever shows the camera next sees for themselves', () => {
    const close = show()
    vi.advanceTimersByTime(7_000)
    expect(said).toHaveLength(1)
    close()
    expect(said).toStrictEqual([said[0], undefined])
    vi.advanceTimersByTime(60_000)
    expect(said).toHaveLength(2)
  })
})
