import { describe, expect, it } from 'vitest'
import type { Looked } from '../../api/doctor.ts'
import { footageOnDisk } from '../../api/footage/disk-health.ts'

type Seen = NonNullable<Looked['footage']>
const gigabyte = 2 ** 30, camera = (name: string, more: Partial<Seen['cameras'][number]> = {}) => ({ camera: name, name, retentionDays: 30, bytesPerDay: gigabyte, ...more })
const seen = (more: Partial<Seen> = {}): Seen => ({ store: 'there', freeBytes: 100 * gigabyte, usedBytes: 10 * gigabyte, retention: [], cameras: [camera('w1'), camera('w2')], ...more })
const linesOf = (footage?: Seen) => footageOnDisk({ ...(footage && { footage }) } as Looked)
const said = (footage: Seen) => linesOf(footage).map(({ state, en }) => `${state}: ${en}`)
const setFor = (days: number, version: 1 | 2) => ({ type: 'RetentionSet', meta: { version }, data: { baseDays: days, aroundSeconds: 60, stepDays: 400, supplementDays: 400, complaintDays: 400, cardDays: 400, ...(version === 2 && { holdsOverview: true }), reason: '档案办法', by: 'p-005' } }) as unknown as Seen['retention'][number]

describe('录像体检', () => {
  it('says nothing of a house without cameras, and three good things of a sound one, in both languages', () => {
    expect(linesOf()).toStrictEqual([])
    expect(said(seen())).toStrictEqual(['ok: the folder of footage is there and can be written to', 'ok: the disk of footage holds 55 days at this rate; 30 are to be kept (100.0 GiB left)', 'ok: all 2 cameras have a picture'])
    for (const { check, zh } of linesOf(seen())) expect([check, /\p{Script=Han}/u.test(zh)]).toStrictEqual(['footage', true])
  })
  it.each([['missing', /not there/], ['another', /another disk/], ['not-writable', /cannot be written/]] as const)('a folder that is %s is bad', (store, words) => {
    const [line] = linesOf(seen({ store }))
    expect([line!.state, words.test(line!.en)]).toStrictEqual(['bad', true])
  })
  it('room is weighed against the days of each camera and of the house, as it was set last', () => {
    const room = (more: Partial<Seen>) => said(seen(more))[1]
    expect(room({ freeBytes: 40 * gigabyte })).toMatch(/^warn: .* holds 25 days .* 30 are to be kept/)
    expect(room({ cameras: [camera('w1', { retentionDays: 80 }), camera('w2')] })).toMatch(/^ok: .* holds 55 days .* 55 are/)
    expect(room({ cameras: [camera('w1', { retentionDays: 90 }), camera('w2')] })).toMatch(/^warn: .* holds 55 days .* 60 are/)
    expect(room({ retention: [setFor(60, 2), setFor(45, 1)] })).toMatch(/^ok: .* 45 are/)
    expect(room({ retention: [setFor(45, 1), setFor(60, 2)] })).toMatch(/^warn: .* 60 are/)
    expect(room({ freeBytes: gigabyte / 24 })).toMatch(/^bad: .* less than an hour/)
    expect(room({ cameras: [camera('w1', { bytesPerDay: 0 })] })).toMatch(/^ok: nothing is recorded yet/)
  })
  it('names who has no picture and since when, and who never had one', () => {
    const lines = said(seen({ cameras: [camera('w1', { silent: { sinceMs: Date.UTC(2026, 2, 2, 1), cause: 'network' } }), camera('w2', { silent: {} }), camera('w3')] }))
    expect(lines.slice(2)).toStrictEqual(['warn: without a picture since: w1 2026-03-02T01:00Z. Look at the cameras and their lines', 'warn: registered, and no picture has ever come: w2'])
  })
})
