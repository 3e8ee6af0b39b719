import { describe, expect, it } from 'vitest'
import { isOrphan } from '../../api/attachments/orphan.ts'
import { formsNamed, missingForms } from '../../domain/items/blank-forms.ts'

const hash = (digit: string) => `sha256:${digit.repeat(64)}`
const materials = [{ name: '申请书', required: true, blankForm: hash('a'), sampleForm: hash('b') }, { name: '照片', required: true }, { name: '承诺书', required: false, blankForm: hash('a') }]

describe('样表', () => {
  it('are named at their places, by the material that each belongs to', () => expect(formsNamed(materials)).toStrictEqual([
    { blob: hash('a'), kind: 'blankForm', material: '申请书', at: 'materials.0.blankForm' }, { blob: hash('b'), kind: 'sampleForm', material: '申请书', at: 'materials.0.sampleForm' },
    { blob: hash('a'), kind: 'blankForm', material: '承诺书', at: 'materials.2.blankForm' }]))
  it('what is not kept is missing wherever it is named; what is damaged is not taken for whole', () => {
    const said = (kept?: Parameters<typeof missingForms>[1]) => missingForms(materials, kept).map(({ at, code }) => `${at} ${code}`)
    expect(said([{ blob: hash('a') }, { blob: hash('b') }])).toStrictEqual([])
    expect(said([{ blob: hash('b') }])).toStrictEqual(['materials.0.blankForm no-such-form', 'materials.2.blankForm no-such-form'])
    expect(said([{ blob: hash('a') }, { blob: hash('b'), damaged: true }])).toStrictEqual(['materials.0.sampleForm form-damaged'])
    expect(said()).toHaveLength(3)
  })
})

describe('无主', () => {
  const hour = 3_600_000, came = Date.parse('2026-03-02T02:00:00.000Z'), limits = { orphanMs: 24 * hour, draftMs: 90 * 24 * hour }
  const orphan = (afterMs: number, { referred = false, namedAfterMs }: { referred?: boolean; namedAfterMs?: number } = {}) =>
    isOrphan({ at: new Date(came).toISOString(), ...(namedAfterMs !== undefined && { namedAt: new Date(came + namedAfterMs).toISOString() }) }, referred, came + afterMs, limits)
  it('what nobody named is nobody’s after 24 hours, and not a millisecond before', () => {
    expect([orphan(0), orphan(24 * hour - 1), orphan(24 * hour), orphan(1e12)]).toStrictEqual([false, false, true, true])
  })
  it('what a fact refers to never is', () => expect([orphan(24 * hour, { referred: true }), orphan(1e12, { referred: true }), orphan(1e12, { referred: true, namedAfterMs: 0 })]).toStrictEqual([false, false, false]))
  it('what a draft names is kept for 90 days after it was last looked over', () => {
    for (const namedAfterMs of [0, 5 * hour, 80 * 24 * hour]) {
      expect([orphan(24 * hour, { namedAfterMs }), orphan(namedAfterMs + 90 * 24 * hour - 1, { namedAfterMs }), orphan(namedAfterMs + 90 * 24 * hour, { namedAfterMs })], String(namedAfterMs)).toStrictEqual([false, false, true])
    }
  })
  it('a clock that was set back makes nothing nobody’s', () => expect(orphan(-1e12)).toBe(false))
})
