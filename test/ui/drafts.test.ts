import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const kept = new Map<string, unknown>()
vi.mock('svelte', async (original) => ({ ...await original<object>(), onDestroy: () => undefined }))
vi.mock('../../ui/house.svelte.ts', () => ({ house: { view: { now: '2026-10-26T02:00:00.000Z', person: { person: 'H1' } } } }))
vi.mock('../../ui/kept.ts', () => ({ kept: () => ({ get: async (name: string) => kept.get(name), put: async (name: string, value: unknown) => { kept.set(name, value) }, drop: async (name: string) => { kept.delete(name) }, end: async () => { kept.clear() } }) }))
const { draft, forgetDrafts } = await import('../../ui/drafts.svelte.ts')
const settled = () => new Promise((done) => setTimeout(done, 0))

describe('草稿', () => {
  beforeEach(() => { kept.clear(); vi.stubGlobal('addEventListener', () => undefined); vi.stubGlobal('removeEventListener', () => undefined) })
  afterEach(() => { vi.unstubAllGlobals() })
  it('what was kept is there again, in the form that asks for it now', async () => {
    kept.set('opinion', { at: '2026-10-26T01:00:00.000Z', value: { text: '拟准予' } })
    const one = draft('opinion', { text: '', result: 'pass' })
    await settled()
    expect({ ...one.value }).toStrictEqual({ text: '拟准予', result: 'pass' })
    expect(one.savedAt).toBe('2026-10-26T01:00:00.000Z')
    one.clear()
    await settled()
    expect([{ ...one.value }, one.savedAt, kept.size]).toStrictEqual([{ text: '', result: 'pass' }, undefined, 0])
  })
  it('whoever signs out leaves nothing of it', async () => {
    kept.set('opinion', { at: '2026-10-26T01:00:00.000Z', value: { text: '拟准予' } })
    await forgetDrafts()
    expect([...kept]).toStrictEqual([])
  })
})
