import { beforeEach, describe, expect, it, vi } from 'vitest'

type Said = { body: Record<string, unknown>; key: string }
const told: Said[] = []
let kept = { blob: `sha256:${'ab12'.repeat(16)}`, bytes: 5, mediaType: 'application/pdf', name: '' }
vi.mock('svelte', async (actual) => ({ ...await actual<object>(), onDestroy: () => undefined }))
vi.mock('../../ui/live.ts', () => ({ subscribe: () => () => undefined }))
vi.mock('../../ui/house.svelte.ts', () => ({ house: { view: { person: { person: '许望' } } } }))
vi.mock('../../ui/client.ts', () => ({ isProblem: (answer: object) => 'status' in answer && 'code' in answer }))
vi.mock('../../ui/tell.ts', () => ({ tell: async (_: string, __: string, ___: string, body: Record<string, unknown>, { key }: { key: string }) => { told.push({ body, key }); return { revision: 1, facts: [] } } }))
vi.mock('../../ui/screens/casework/asks.ts', () => {
  const nothing = async () => ({ status: 404, code: 'none' })
  return { readActions: nothing, readCase: nothing, readOpinions: nothing, readDictionary: nothing, handIn: async () => kept }
})
vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }))
const { workOn } = await import('../../ui/screens/casework/casework.svelte.ts')
const attached = async (id: string, name: string, blob = kept.blob) => {
  kept = { ...kept, name, blob }
  expect(await workOn(id).attach({} as File)).toBeUndefined()
  return told.at(-1)!
}

describe('交附件', () => {
  beforeEach(() => { told.length = 0 })
  it.each([['MJ-1', 'plan.pdf'], ['MJ-1', '总平面图（第二版）.pdf'], ['市监〔2024〕12号', '身份证.jpg'], ['案'.repeat(60), '长'.repeat(200)]])('%s, %s: its key can travel in a header, as the platform takes it', async (id, name) => {
    const { key } = await attached(id, name)
    expect(() => new Headers({ 'idempotency-key': key })).not.toThrow()
    expect(key).toMatch(/^.{1,200}$/)
  })
  it('handed in again it is the same saying; another case, another content or another name is another', async () => {
    const first = await attached('MJ-1', '平面图.pdf')
    expect(await attached('MJ-1', '平面图.pdf')).toStrictEqual(first)
    const others = [await attached('MJ-2', '平面图.pdf'), await attached('MJ-1', '立面图.pdf'), await attached('MJ-1', '平面图.pdf', `sha256:${'cd34'.repeat(16)}`)]
    expect(new Set([first, ...others].map(({ key }) => key)).size).toBe(4)
  })
})
