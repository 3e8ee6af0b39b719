import { describe, expect, it } from 'vitest'
import { exportDecider } from '../../domain/evidence/decide/export.ts'
import { cameraHour, footageDecider, hourOf } from '../../domain/evidence/decide/footage.ts'
import { holdDecider } from '../../domain/evidence/decide/hold.ts'
import { noticeDecider } from '../../domain/evidence/decide/notice.ts'
import { keyDecider } from '../../domain/evidence/decide/key.ts'
import { policyDecider } from '../../domain/evidence/decide/policy.ts'
import { registerDecider } from '../../domain/evidence/decide/register.ts'
import { viewDecider } from '../../domain/evidence/decide/view.ts'
import { evidence } from '../../domain/evidence/index.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { at, heInspector, policy, specOf } from '../kernel/spec.ts'

const actor = (person: string, role: string): Actor => ({ person, role, department: '监察室' })
const recorder = actor('recorder', 'camera'), admin = actor('p-020', 'system-admin'), monitor = actor('p-021', 'hall-monitor'), otherInspector = actor('p-006', 'inspector')
const nine = Date.parse('2026-03-02T09:00:00.000Z'), minute = 60_000, hash = (letter: string) => letter.repeat(64)
const segment = (seq: number, startMs = nine + (seq - 1) * 10_000, more: object = {}) => ({ seq, run: 1, startMs, endMs: startMs + 10_000, frames: 250, bytes: 2_000_000, sha256: hash('a'), chain: hash('b'),
  jitterMs: 3, clock: 'synchronised' as const, file: `w03/2026/03/02/09/${startMs}-${seq}.mp4`, ...more })
const camera = { hall: 'H-1' }

describe('录像', () => {
  const given = specOf(evidence, footageDecider), id = 'w03.2026030209', on = { id, by: recorder, camera }, byHouse = { id, by: policy }
  const sealed = (...seqs: number[]) => ({ type: 'SegmentsSealed' as const, data: { segments: seqs.map((seq) => segment(seq)) } })
  const record = (...facts: ({ type: string; data: object })[]) => ({ type: 'RecordFootage' as const, data: { facts } as never })
  const gap = { type: 'GapDetected' as const, data: { fromMs: nine + minute, cause: 'camera' as const } }, back = { type: 'GapClosed' as const, data: { fromMs: nine + minute, toMs: nine + 2 * minute, cause: 'camera' as const } }
  const stepped = { type: 'CameraClockStepped' as const, data: { atMs: nine + minute, byMs: 3_600_000 } }, refused = { type: 'StreamRefused' as const, data: { atMs: nine + minute, reason: '不是这台摄像机的推流码', from: '10.0.0.7' } }
  it('is told as it was sealed, with what is missing and why', () => given().when(record(sealed(1, 2), gap, back, stepped, refused), on).then(sealed(1, 2), gap, back, stepped, refused))
  it('what was told before is told again by nobody, and what is new beside it is', () => {
    given(sealed(1, 2), gap).when(record(sealed(2, 3), gap, back), on).then(sealed(3), back)
    given(sealed(1)).when(record(sealed(1)), on).then()
  })
  it('a gap has the cause with which it began, whoever says that it is over', () =>
    given(gap).when(record({ ...back, data: { ...back.data, cause: 'process' } }), on).then(back))
  it('twice in one report is once', () => given().when(record(sealed(1), sealed(1)), on).then(sealed(1)))
  it('a number that says something else is refused, with all that came with it', () =>
    given(sealed(1)).when(record(sealed(2), { type: 'SegmentsSealed', data: { segments: [segment(1, nine, { sha256: hash('c') })] } }), on).thenRefused('segment-told-otherwise'))
  it('of another hour, backwards, or of a camera that nobody registered: refused', () => {
    given().when(record({ type: 'SegmentsSealed', data: { segments: [segment(1, nine - 1)] } }), on).thenRefused('footage-of-another-hour')
    given().when(record({ ...gap, data: { ...gap.data, fromMs: nine + 60 * minute } }), on).thenRefused('footage-of-another-hour')
    given().when(record({ ...back, data: { ...back.data, toMs: nine } }), on).thenRefused('footage-ends-before-it-begins')
    given().when(record({ type: 'SegmentsSealed', data: { segments: [segment(1, nine, { endMs: nine - 1 })] } }), on).thenRefused('footage-ends-before-it-begins')
    given().when(record(sealed(1)), { ...on, camera: undefined }).thenRefused('no-such-camera')
  })
  it('a segment that runs over the hour belongs to the hour in which it begins', () => {
    const late = { type: 'SegmentsSealed' as const, data: { segments: [segment(9, nine + 3_595_000)] } }
    given().when(record(late), on).then(late)
    expect([hourOf(nine), hourOf(nine - 1), cameraHour(id)]).toStrictEqual(['2026030209', '2026030208', { camera: 'w03', hour: '2026030209' }])
  })
  it('the recorder does not say that something was deleted', () => expect(evidence.commands['RecordFootage']!.safeParse({ facts: [{ type: 'SegmentsExpired', data: { seqs: [1] } }] }).success).toBe(false))

  const lapse = (...seqs: number[]) => ({ type: 'LapseSegments' as const, data: { segments: seqs.map((seq) => ({ seq, lapsed: ['base 2026-04-01'] })) } })
  const lapsed = (...seqs: number[]) => ({ type: 'SegmentsLapsed' as const, data: lapse(...seqs).data })
  const expire = (...seqs: number[]) => ({ type: 'ExpireSegments' as const, data: { seqs } }), expired = (...seqs: number[]) => ({ type: 'SegmentsExpired' as const, data: { seqs } })
  const held = { ranges: [] as { fromMs: number; toMs: number }[] }
  it('lapses, is deleted, and stays known', () => {
    given(sealed(1, 2, 3)).when(lapse(1, 2), { ...byHouse, held }).then(lapsed(1, 2))
    given(sealed(1, 2, 3), lapsed(1, 2)).when(lapse(2, 3), { ...byHouse, held }).then(lapsed(3))
    given(sealed(1, 2, 3), lapsed(1, 2)).when(expire(1), byHouse).then(expired(1))
    given(sealed(1, 2), lapsed(1, 2), expired(1)).when(expire(1, 2), byHouse).then(expired(2))
  })
  it('what is held never lapses, whoever says so: one moment of it is enough', () => {
    const ranges = [{ fromMs: nine + 20_000, toMs: nine + 20_000 }]
    given(sealed(1, 2, 3)).when(lapse(1, 2), { ...byHouse, held: { ranges } }).thenRefused('segment-held')
    given(sealed(1, 2, 3)).when(lapse(1), { ...byHouse, held: { ranges } }).then(lapsed(1))
  })
  it('is spared where a reason comes up before it is gone, and may lapse another day', () => {
    const spare = { type: 'SpareSegments' as const, data: { seqs: [1, 3], reason: 'hold h-1' } }
    given(sealed(1, 2, 3), lapsed(1, 2)).when(spare, byHouse).then({ type: 'SegmentsSpared', data: { seqs: [1], reason: 'hold h-1' } })
    given(sealed(1), lapsed(1), { type: 'SegmentsSpared', data: { seqs: [1], reason: 'hold h-1' } }).when(expire(1), byHouse).thenRefused('segment-not-lapsed')
  })
  const amissAs = (seq: number, what: 'missing' | 'altered') => ({ type: 'SegmentsMismatched' as const, data: { segments: [{ seq, what }] } })
  const report = (seq: number, what: 'missing' | 'altered') => ({ type: 'ReportAmiss' as const, data: amissAs(seq, what).data })
  it('what is gone without a word is a fact, once for each thing that it is; what had lapsed went by our own hand', () => {
    given(sealed(1, 2)).when(report(1, 'missing'), byHouse).then(amissAs(1, 'missing'))
    given(sealed(1, 2), amissAs(1, 'altered')).when(report(1, 'missing'), byHouse).then(amissAs(1, 'missing'))
    given(sealed(1, 2), amissAs(1, 'missing')).when(report(1, 'missing'), byHouse).then()
    given(sealed(1, 2), lapsed(1)).when(report(1, 'missing'), byHouse).then()
    given(sealed(1, 2), lapsed(1), expired(1)).when(report(1, 'missing'), byHouse).then()
    given(sealed(1)).when(report(7, 'missing'), byHouse).thenRefused('no-such-segment')
  })
  it('there again, it is what it was; and may be missed again', () => {
    const back = { type: 'ReportRestored' as const, data: { seqs: [1, 2] } }, restored = { type: 'SegmentsRestored' as const, data: { seqs: [1] } }
    given(sealed(1, 2), amissAs(1, 'missing')).when(back, byHouse).then(restored)
    given(sealed(1, 2), amissAs(1, 'missing'), restored).when(report(1, 'missing'), byHouse).then(amissAs(1, 'missing'))
  })
  it('what the book could not take is a fact with all that was said, once; of no camera it is none', () => {
    const disputed = { what: 'segment-told-otherwise', told: { type: 'SegmentsSealed' as const, data: { segments: [segment(1, nine, { sha256: hash('c') })] } } }, dispute = { type: 'DisputeFootage' as const, data: disputed }
    given(sealed(1)).when(dispute, on).then({ type: 'FootageDisputed', data: disputed })
    given(sealed(1), { type: 'FootageDisputed' as const, data: disputed }).when(dispute, on).then()
    given().when({ ...dispute, data: { what: 'unreadable', file: 'w03/2026/03/02/09/1-1.mp4' } }, { ...on, camera: undefined }).thenRefused('no-such-camera')
  })
  it('nothing is said to be gone that had not lapsed, and nothing lapses that never was', () => {
    given(sealed(1)).when(expire(1), byHouse).thenRefused('segment-not-lapsed')
    given(sealed(1)).when(lapse(7), { ...byHouse, held }).thenRefused('no-such-segment')
  })
})

describe('摄像机登记', () => {
  const given = specOf(evidence, registerDecider), hall = {}
  const data = { hall: 'H-1', window: 'H-1-w3', kind: 'window' as const, name: '三号窗口', source: { kind: 'rtmp' as const }, retentionDays: 30, priority: 2, segmentSeconds: 10, masks: [[[0, 0], [1, 0], [0.5, 1]] as [number, number][]] }
  const register = (more: object = {}) => ({ type: 'RegisterCamera' as const, data: { ...data, ...more } as never }), registered = { type: 'CameraRegistered' as const, data: { camera: 'h1-w03', ...data } }
  const on = { id: 'h1-w03', by: admin, hall }
  it('says where it hangs and how long its footage stays', () => given().when(register(), on).then(registered))
  it.each([[{ retentionDays: 29 }, 'retention-below-the-law'], [{ window: undefined }, 'camera-without-a-window'], [{ kind: 'overview' }, 'overview-of-one-window'],
    [{ source: { kind: 'rtsp', url: 'rtsp://admin:12345@10.0.0.7/1' } }, 'password-in-the-address']] as const)('not with %j', (more, code) => {
    const { window: _, ...rest } = { ...data, ...more }, said = 'window' in more ? rest : { ...data, ...more }
    given().when({ type: 'RegisterCamera', data: said as never }, on).thenRefused(code)
    given(registered).when({ type: 'ChangeCamera', data: said as never }, on).thenRefused(code)
  })
  it('an address without a password may hold an at sign behind its host', () => {
    const source = { kind: 'rtsp' as const, url: 'rtsp://10.0.0.7/live@1' }
    given().when(register({ source }), on).then({ ...registered, data: { ...registered.data, source } })
  })
  it('at a hall that there is, once, under an id that is a folder name', () => {
    given().when(register(), { ...on, hall: undefined }).thenRefused('camera-at-no-hall')
    given(registered).when({ type: 'ChangeCamera', data }, { ...on, hall: undefined }).thenRefused('camera-at-no-hall')
    given(registered).when(register(), on).thenRefused('camera-registered-already')
    for (const id of ['door', '../etc', 'W3', 'w 3', 'a'.repeat(64)]) given().when(register(), { ...on, id }).thenRefused('not-a-camera-id')
  })
  it('changes whole, and the same again is no change', () => {
    const moved = { ...data, window: 'H-1-w4' }
    given(registered).when({ type: 'ChangeCamera', data: moved }, on).then({ type: 'CameraChanged', data: { camera: 'h1-w03', ...moved } })
    given(registered).when({ type: 'ChangeCamera', data }, on).then()
    given().when({ type: 'ChangeCamera', data }, on).thenRefused('no-such-camera')
  })
  const key = { type: 'IssueStreamKey' as const, data: { keyHash: hash('d') } }, issued = { type: 'StreamKeyIssued' as const, data: { camera: 'h1-w03', keyHash: hash('d') } }, who = { id: 'h1-w03', by: admin }
  it('has a key of which the hash alone is known, where it pushes', () => {
    given(registered).when(key, who).then(issued)
    given().when(key, who).thenRefused('no-such-camera')
    given({ ...registered, data: { ...registered.data, source: { kind: 'file', path: 'a.mp4', loop: true } } }).when(key, who).thenRefused('camera-is-not-pushed')
  })
  const retire = { type: 'RetireCamera' as const, data: { reason: '拆除' } }, retired = { type: 'CameraRetired' as const, data: { camera: 'h1-w03', reason: '拆除' } }
  it('is retired, and then neither changes nor opens a door', () => {
    given(registered).when(retire, who).then(retired)
    given().when(retire, who).thenRefused('no-such-camera')
    given(registered, retired).when({ type: 'ChangeCamera', data: { ...data, priority: 1 } }, on).thenRefused('camera-retired')
    given(registered, retired).when(key, who).thenRefused('camera-retired')
  })
})

describe('保全', () => {
  const given = specOf(evidence, holdDecider), stretch = { camera: 'w03', fromMs: nine, toMs: nine + minute }
  const place = (scope: object) => ({ type: 'PlaceHold' as const, data: { ...scope, reason: '群众投诉' } as never }), placed = { type: 'HoldPlaced' as const, data: { hold: 'h-1', ...stretch, reason: '群众投诉', by: 'p-021' } }
  const on = { id: 'h-1', by: monitor, camera, heldCase: undefined }, ofCase = { id: 'h-1', by: heInspector, camera: undefined, heldCase: {} }
  it('of a stretch or of a case, at once', () => {
    given().when(place(stretch), on).then(placed)
    given().when(place({ case: 'X-1' }), ofCase).then({ type: 'HoldPlaced', data: { hold: 'h-1', case: 'X-1', reason: '群众投诉', by: 'p-005' } })
  })
  it('of one of them, whole, and that there is', () => {
    given().when(place({}), { ...on, camera: undefined }).thenRefused('hold-of-nothing')
    given().when(place({ camera: 'w03' }), on).thenRefused('hold-of-nothing')
    given().when(place({ ...stretch, case: 'X-1' }), { ...on, heldCase: {} }).thenRefused('hold-of-nothing')
    given().when(place(stretch), { ...on, camera: undefined }).thenRefused('no-such-camera')
    given().when(place({ case: 'X-9' }), { ...ofCase, heldCase: undefined }).thenRefused('no-such-case-to-hold')
    given().when(place({ ...stretch, toMs: nine }), on).thenRefused('hold-too-wide')
    given().when(place({ ...stretch, toMs: nine + 7 * 86_400_000 + 1 }), on).thenRefused('hold-too-wide')
    given(placed).when(place(stretch), on).thenRefused('hold-placed-already')
  })
  const ask = { type: 'RequestHoldRelease' as const, data: { reason: '已结案' } }, asked = { type: 'HoldReleaseRequested' as const, data: { hold: 'h-1', reason: '已结案', by: 'p-005' } }
  const approve = { type: 'ApproveHoldRelease' as const, data: {} }, released = { type: 'HoldReleased' as const, data: { hold: 'h-1', reason: '已结案', requestedBy: 'p-005', by: 'p-006' } }
  it('is let go by two, whoever they are: one asks, another approves', () => {
    given(placed).when(ask, { id: 'h-1', by: heInspector }).then(asked)
    given(placed, asked).when(approve, { id: 'h-1', by: otherInspector }).then(released)
    given(placed, asked).when(approve, { id: 'h-1', by: heInspector }).thenRefused('released-by-two-persons')
  })
  it('the newest request is the one that is approved: asking again oneself does not make two of one', () => {
    const again = { ...asked, data: { ...asked.data, by: 'p-006' } }
    given(placed, asked, again).when(approve, { id: 'h-1', by: otherInspector }).thenRefused('released-by-two-persons')
    given(placed, asked, again).when(approve, { id: 'h-1', by: heInspector }).then({ ...released, data: { ...released.data, requestedBy: 'p-006', by: 'p-005' } })
  })
  it('not before it was asked, not what is not held, not twice', () => {
    given(placed).when(approve, { id: 'h-1', by: otherInspector }).thenRefused('release-not-asked-for')
    given().when(ask, { id: 'h-1', by: heInspector }).thenRefused('no-such-hold')
    given().when(approve, { id: 'h-1', by: heInspector }).thenRefused('no-such-hold')
    given(placed, asked, released).when(ask, { id: 'h-1', by: monitor }).thenRefused('hold-released-already')
    given(placed, asked, released).when(approve, { id: 'h-1', by: actor('p-007', 'inspector') }).thenRefused('hold-released-already')
  })
  it('no machine and no administrator lets go', () => expect(evidence.grants['ApproveHoldRelease']).toStrictEqual(['inspector']))
})

describe('调取', () => {
  const given = specOf(evidence, exportDecider), data = { camera: 'w03', fromMs: nine, toMs: nine + minute, case: 'X-1', reason: '复议机关调取' }
  const request = { type: 'RequestExport' as const, data }, requested = { type: 'ExportRequested' as const, data: { export: 'e-1', ...data, by: 'p-021' } }, on = { id: 'e-1', by: monitor, camera }
  const approve = { type: 'ApproveExport' as const, data: {} }, approved = { type: 'ExportApproved' as const, data: { export: 'e-1', by: 'p-005' } }
  it('is asked for by one and granted by another', () => {
    given().when(request, on).then(requested)
    given(requested).when(approve, { id: 'e-1', by: heInspector }).then(approved)
    given(requested).when(approve, { id: 'e-1', by: { ...heInspector, person: 'p-021' } }).thenRefused('exported-by-two-persons')
  })
  it('of a camera that there is, no more than a day, once', () => {
    given().when(request, { ...on, camera: undefined }).thenRefused('no-such-camera')
    given().when({ ...request, data: { ...data, toMs: nine } }, on).thenRefused('stretch-too-wide')
    given().when({ ...request, data: { ...data, toMs: nine + 86_400_001 } }, on).thenRefused('stretch-too-wide')
    given(requested).when(request, on).thenRefused('export-requested-already')
    given().when(approve, { id: 'e-1', by: heInspector }).thenRefused('no-such-export')
    given(requested, approved).when(approve, { id: 'e-1', by: otherInspector }).thenRefused('export-approved-already')
  })
  const bundle = { sha256: hash('e'), bytes: 12_000_000, segments: 6, by: 'p-005' }, made = { type: 'RecordExport' as const, data: bundle }
  it('every bundle that leaves is on record with its hash, and none before it was granted', () => {
    given(requested, approved).when(made, { id: 'e-1', by: policy }).then({ type: 'EvidenceExported', data: { export: 'e-1', ...bundle } })
    given(requested).when(made, { id: 'e-1', by: policy }).thenRefused('export-not-approved')
  })
})

describe('查看', () => {
  const given = specOf(evidence, viewDecider), who = { looker: 'p-021', role: 'hall-monitor', department: '政务服务中心' }, view = 'f'.repeat(32)
  const now = at('2026-03-02', '18:00'), on = { id: 'p-021.20260302', by: policy, now }
  const data = { view, ...who, camera: 'w03', fromMs: nine, toMs: nine + minute, reason: '核对争执' }, open = (more: object = {}) => ({ type: 'OpenView' as const, data: { ...data, ...more } })
  const viewed = { type: 'FootageViewed' as const, data: { ...data, until: at('2026-03-02', '18:30') } }
  it('opens a stretch for half an hour, for a reason or a case', () => {
    given().when(open(), on).then(viewed)
    const { reason: _, ...rest } = data
    given().when({ type: 'OpenView', data: { ...rest, case: 'X-1' } }, on).then({ type: 'FootageViewed', data: { ...rest, case: 'X-1', until: at('2026-03-02', '18:30') } })
    given().when({ type: 'OpenView', data: rest }, on).thenRefused('view-without-reason')
  })
  it('no more than a day, forwards, and nothing that is still to come', () => {
    given().when(open({ toMs: nine }), on).thenRefused('stretch-too-wide')
    given().when(open({ toMs: nine + 86_400_001 }), on).thenRefused('stretch-too-wide')
    given().when(open({ fromMs: Date.parse(now) + 1, toMs: Date.parse(now) + minute }), on).thenRefused('view-of-what-has-not-happened')
  })
  it('live is told once per camera and hour', () => {
    const watch = { type: 'RecordLiveWatch' as const, data: { ...who, camera: 'w03', hour: '2026030209' } }, watched = { type: 'LiveWatched' as const, data: watch.data }
    given().when(watch, on).then(watched)
    given(watched).when(watch, on).then()
    given(watched).when({ ...watch, data: { ...watch.data, hour: '2026030210' } }, on).then({ ...watched, data: { ...watched.data, hour: '2026030210' } })
  })
  const snapshot = { type: 'RecordSnapshot' as const, data: { view, looker: 'p-021', camera: 'w03', atMs: nine + 1, sha256: hash('9') } }
  it('a snapshot is of an instant that the view opens', () => {
    given(viewed).when(snapshot, on).then({ type: 'SnapshotSaved', data: snapshot.data })
    given().when(snapshot, on).thenRefused('snapshot-outside-the-view')
    for (const more of [{ atMs: nine - 1 }, { atMs: nine + minute + 1 }, { camera: 'w04' }]) given(viewed).when({ ...snapshot, data: { ...snapshot.data, ...more } }, on).thenRefused('snapshot-outside-the-view')
  })
})

describe('公示', () => {
  const given = specOf(evidence, noticeDecider), manager = actor('p-022', 'hall-manager'), data = { purpose: '公共安全', contact: '0718-0000000', signs: true }, on = { id: 'H-1', by: manager, hall: {} }
  const declared = { type: 'FilmingDeclared' as const, data: { hall: 'H-1', ...data, by: 'p-022' } }
  it('is declared whole, of a hall that there is', () => {
    given().when({ type: 'DeclareFilming', data }, on).then(declared)
    given(declared).when({ type: 'DeclareFilming', data: { ...data, signs: false } }, on).then({ ...declared, data: { ...declared.data, signs: false } })
    given().when({ type: 'DeclareFilming', data }, { ...on, hall: undefined }).thenRefused('no-such-hall-to-film')
  })
})

describe('保存规则', () => {
  const given = specOf(evidence, policyDecider), on = { id: 'retention', by: heInspector }
  const data = { baseDays: 45, aroundSeconds: 60, stepDays: 100, supplementDays: 200, complaintDays: 400, cardDays: 60, holdsOverview: true, reason: '档案办法' }
  it('is set by an inspector, never below the law, and never shorter for what is linked', () => {
    given().when({ type: 'SetRetention', data }, on).then({ type: 'RetentionSet', data: { ...data, by: 'p-005' } })
    given().when({ type: 'SetRetention', data: { ...data, baseDays: 29 } }, on).thenRefused('retention-below-the-law')
    for (const field of ['stepDays', 'supplementDays', 'complaintDays', 'cardDays']) given().when({ type: 'SetRetention', data: { ...data, [field]: 44 } }, on).thenRefused('linked-kept-shorter-than-the-rest')
  })
  it('to shorten what exceeds the law is allowed, and forbidden again', () => {
    const allow = (allowed: boolean) => ({ type: 'AllowShortening' as const, data: { allowed, reason: '硬盘不足' } }), told = (allowed: boolean) => ({ type: 'ShorteningAllowed' as const, data: { ...allow(allowed).data, by: 'p-020' } })
    given().when(allow(true), { ...on, by: admin }).then(told(true))
    given(told(true)).when(allow(false), { ...on, by: admin }).then(told(false))
    given().when(allow(false), { ...on, by: admin }).then()
  })
})

describe('证据公钥', () => {
  const given = specOf(evidence, keyDecider), id = hash('f'), by = { id, by: policy }
  const key = (letter: string) => `${letter.repeat(59)}=`, publish = (letter: string) => ({ type: 'PublishEvidenceKey' as const, data: { publicKey: key(letter) } })
  const published = { type: 'EvidenceKeyPublished' as const, data: { fingerprint: id, publicKey: key('A') } }
  it('is published once, by its fingerprint', () => {
    given().when(publish('A'), by).then(published)
    given(published).when(publish('A'), by).then()
  })
  it('never stands for another', () => given(published).when(publish('B'), by).thenRefused('another-evidence-key'))
})
