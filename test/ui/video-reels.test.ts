import { beforeEach, describe, expect, it, vi } from 'vitest'

type Answer = object
const views: string[] = [], over = new Set<string>()
const footage = { spans: [], gaps: [], facts: [], purged: [] }
const read = async (path: string, query: Record<string, unknown>, body?: object): Promise<Answer> => {
  if (path === '/video/views') { views.push(JSON.stringify(body)); return { view: `v${views.length}`, expiresAt: '2026-11-20T02:30:00.000Z' } }
  return over.has(String(query['view'])) ? { status: 410, code: 'view-over' } : footage
}
vi.mock('../../ui/client.ts', () => ({ isProblem: (answer: object) => 'status' in answer && 'code' in answer, read }))
const { reels } = await import('../../ui/screens/video/reels.svelte.ts')
const range = { fromMs: 0, toMs: 60_000 }, why = { reason: '核对' }, cameras = ['w03', 'w03-screen']
const settled = () => new Promise((done) => setTimeout(done, 20))

describe('调出', () => {
  beforeEach(() => { views.length = 0; over.clear() })
  it('a look that has run out is over: the purpose can be said again, and opens it anew', async () => {
    const opened = reels()
    expect(await opened.open(cameras, range, why)).toBe(true)
    expect(opened.all.map(({ view }) => view)).toStrictEqual(['v1', 'v2'])
    for (const view of ['v1', 'v2']) over.add(view)
    opened.broken(410)
    await settled()
    expect(opened.of('w03')).toBeUndefined()
    expect(opened.problem).toMatchObject({ status: 410 })
    await opened.open(cameras, range, why)
    expect(opened.all.map(({ view }) => view)).toStrictEqual(['v3', 'v4'])
    expect(opened.problem).toBeUndefined()
  })
  it('a file that is lost takes nothing away from the rest, and an answer that comes late nothing from what was opened since', async () => {
    const opened = reels()
    await opened.open(cameras, range, why)
    opened.broken(410)
    await settled()
    expect(opened.all).toHaveLength(2)
    over.add('v1')
    opened.broken(410)
    const wider = { fromMs: -60_000, toMs: 60_000 }
    await opened.open(cameras, wider, why)
    await settled()
    expect(opened.all.map(({ view }) => view)).toStrictEqual(['v3', 'v4'])
  })
})
