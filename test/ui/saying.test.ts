import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CardPage } from '../../projections/card-page.ts'
import type { WorkState } from '../../ui/screens/casework/casework.svelte.ts'

type Said = { id: string; body: Record<string, unknown>; revision: number | undefined; key: string }
const told: Said[] = []
let answers: object[] = []
const answer = () => answers.shift() ?? { revision: 99, facts: [] }
vi.mock('../../ui/drafts.svelte.ts', () => ({ draft: (_: string, initial: object) => ({ value: structuredClone(initial), savedAt: undefined, clear: () => undefined }) }))
vi.mock('../../ui/client.ts', () => ({ isProblem: (answer: object) => 'status' in answer && 'code' in answer }))
vi.mock('../../ui/tell.ts', () => ({ tell: async (_: string, id: string, __: string, body: Record<string, unknown>, how: { revision?: number; key: string }) => {
  told.push({ id, body, revision: how.revision, key: how.key })
  return answer()
} }))
const { saying: sayOfCase } = await import('../../ui/screens/casework/say.svelte.ts'), { saying: sayOfCard } = await import('../../ui/screens/cards/saying.svelte.ts')
const busy = { status: 503, code: 'busy' }, stale = { status: 412, code: 'stale' }, failed = { status: 500, code: 'unexpected' }

describe('对一件说一句', () => {
  let revision = 5
  const work = { get actions() { return { revision } }, read: async () => { revision = 8 }, say: async (_: string, body: Record<string, unknown>, how: { revision?: number; key: string }) => { told.push({ id: 'C1', body, revision: how.revision, key: how.key }); return answer() } } as unknown as WorkState
  beforeEach(() => { told.length = 0; answers = []; revision = 5 })
  it.each([busy, failed, { status: 429, code: 'too-many-requests' }])('what did not get through is said again as it was: the same key, the same number, over what one had before one (%j)', async (problem) => {
    const form = sayOfCase(work, 'C1', 'charge-fee', { standardId: 'F1', amountFen: '12.50', receiptNo: 'R1' }, () => undefined)
    answers = [problem]
    await form.send()
    await form.send()
    expect(told).toHaveLength(2)
    expect(told[1]).toStrictEqual(told[0])
    expect(told[1]!.revision).toBe(5)
  })
  it('where somebody else came first it is said over theirs only once whoever wrote it has said so', async () => {
    const form = sayOfCase(work, 'C1', 'complete-handling', { opinion: '拟准予' }, () => undefined)
    answers = [stale]
    await form.send()
    expect(form.changed).toBe(true)
    form.changed = false
    answers = [stale]
    await form.send()
    expect(told.map(({ revision }) => revision)).toStrictEqual([5, 5])
    form.again()
    expect(told.at(-1)!.revision).toBe(8)
  })
  it('what is entered afterwards says when it happened, and is not sent with a time that the platform would refuse', async () => {
    const late = () => ({ from: '2026-10-22T01:30:20.000Z', now: '2026-10-26T02:24:00.000Z', zone: 'Asia/Shanghai' })
    const form = sayOfCase(work, 'C1', 'complete-handling', { opinion: '拟准予' }, () => undefined, late)
    for (const [said, wrong] of [['', 'required'], ['2026-10-22T09:29', 'early'], ['2026-10-26T10:25', 'future']] as const) {
      form.value['happenedAt'] = said
      await form.send()
      expect(form.wrong).toStrictEqual({ happenedAt: wrong })
    }
    expect(told).toStrictEqual([])
    form.value['happenedAt'] = '2026-10-25T16:40'
    answers = [{ status: 422, code: 'claim-out-of-bounds' }]
    await form.send()
    expect(told[0]!.body).toStrictEqual({ opinion: '拟准予', happenedAt: '2026-10-25T08:40:00.000Z' })
    // The deciders' no stands at the field too.
    expect(form.wrong).toStrictEqual({ happenedAt: 'claim-out-of-bounds' })
    form.value['happenedAt'] = '2026-10-22T09:30'
    await form.send()
    expect(told[1]!.body).toStrictEqual({ opinion: '拟准予', happenedAt: '2026-10-22T01:30:20.000Z' })
    expect(told[1]!.key).not.toBe(told[0]!.key)
  })
  it('a second opinion is another saying, and so is the same one said once more', async () => {
    const form = sayOfCase(work, 'C1', 'urge-case', { reason: '明天到期' }, () => undefined)
    answers = [failed]
    await form.send()
    form.value['reason'] = '今天到期'
    await form.send()
    await form.send()
    expect(new Set(told.map(({ key }) => key)).size).toBe(3)
    expect(new Set(told.map(({ body }) => body['number'])).size).toBe(3)
  })
})

describe('对一张牌说一句', () => {
  const page = (key: string, revision: number, said: string[] = []) => ({ key, subject: `cases.${key}`, card: { cardId: key, remarks: said.map((kind) => ({ kind })) }, actions: { revision } }) as unknown as CardPage
  beforeEach(() => { told.length = 0; answers = [] })
  it('is said of the card that one began with, as one had it, whatever the page shows by now', async () => {
    let shown = page('A', 3)
    const form = sayOfCard(() => shown, async () => undefined)
    form.begin('file-card-appeal')
    form.values['grounds'] = '停表未计'
    shown = page('B', 7)
    await form.say()
    expect(told.map(({ id, revision }) => [id, revision])).toStrictEqual([['cases.A', 3]])
  })
  it('a card of which somebody else has spoken meanwhile is read anew, and it is said over theirs only once whoever wrote it has said so', async () => {
    let shown = page('A', 3)
    const form = sayOfCard(() => shown, async () => { shown = page('A', 4, ['corrected']) })
    form.begin('file-card-appeal')
    form.values['grounds'] = '停表未计'
    answers = [stale, stale]
    await form.say()
    expect([form.changed, form.since.map(({ kind }) => kind), form.values['grounds']]).toStrictEqual([true, ['corrected'], '停表未计'])
    form.keep()
    await form.say()
    expect(form.changed).toBe(true)
    form.again()
    expect(told.map(({ revision }) => revision)).toStrictEqual([3, 3, 4])
  })
  it('left and begun again it is as it was written; what has been said is gone', async () => {
    const form = sayOfCard(() => page('A', 3), async () => undefined)
    form.begin('correct-card')
    form.values['report'] = '已补告知'
    form.leave()
    form.begin('file-card-appeal')
    form.values['grounds'] = '停表未计'
    await form.say()
    form.begin('correct-card')
    expect(form.values['report']).toBe('已补告知')
    form.begin('file-card-appeal')
    expect(form.values['grounds']).toBe('')
  })
})
