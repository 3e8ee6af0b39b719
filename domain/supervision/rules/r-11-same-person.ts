import type { Deed, Timeline } from '../timeline.ts'
import { attempted, attempts } from './attempts.ts'
import { chainOf, numbered, type Link } from './chain.ts'
import { at, deed } from './example.ts'
import type { Found, Rule } from './rule.ts'

const verifying = ['reviewing', 'approving', 'decision']

/** 一审一核冲突 — who handled the case in this round also verified it; or two persons did so from one terminal or with one key within minutes. */
export const samePerson: Rule<{ sharedTerminalMinutes: number }> = {
  id: 'R-11',
  zh: '一审一核冲突',
  en: 'Same person',
  version: 1,
  severity: 'RED',
  clause: '建始县电子政务平台简介（一审一核）',
  params: { sharedTerminalMinutes: 5 },
  bounds: { sharedTerminalMinutes: { from: 0, to: 480, whole: true } },
  inputs: ['HandlingCompleted', 'ReviewCompleted', 'ApprovalGiven', 'StepCompleted', 'StepSentBack', 'LicenceGranted', 'LicenceRefused', 'StepRefused'],
  formula: {
    zh: '同一轮次内承办人即审核人、批准人或者决定人；或者不同人员在 sharedTerminalMinutes 分钟以内用同一终端或者同一钥匙承办与核准',
    en: 'in one round the handler is the reviewer, approver or decider; or two persons handle and verify at one terminal or with one key within sharedTerminalMinutes',
  },
  tells: ['section-head', 'leader', 'system-admin', 'inspector'],
  deduction: { RED: 10 },
  escalates: false,
  breaches: { person: { zh: '承办与核准为同一人', en: 'one person handled and verified' }, shared: { zh: '承办与核准共用终端或者钥匙', en: 'handled and verified at one terminal or with one key' }, ...attempted },
  examples: [
    { zh: '承办人自己审核', en: 'the handler reviews his own work',
      timeline: { deeds: [deed('HandlingCompleted', '2026-03-03', {}, { step: 'handling', by: 'P-1' }),
        deed('ReviewCompleted', '2026-03-04', { result: 'pass' }, { step: 'reviewing', by: 'P-1' })] },
      finds: [{ clock: 'person:reviewing', becameTrueAt: at('2026-03-04') }] },
    { zh: '两人五分钟内用同一终端', en: 'two persons at one terminal within five minutes',
      timeline: { deeds: [deed('HandlingCompleted', '2026-03-03 10:00', {}, { step: 'handling', by: 'P-1', terminal: 'T-1' }),
        deed('ReviewCompleted', '2026-03-03 10:05', { result: 'pass' }, { step: 'reviewing', by: 'P-2', terminal: 'T-1' })] },
      finds: [{ clock: 'shared:reviewing', becameTrueAt: at('2026-03-03 10:05') }] },
    { zh: '六分钟以后，换了人', en: 'another person, six minutes later',
      timeline: { deeds: [deed('HandlingCompleted', '2026-03-03 10:00', {}, { step: 'handling', by: 'P-1', terminal: 'T-1' }),
        deed('ReviewCompleted', '2026-03-03 10:06', { result: 'pass' }, { step: 'reviewing', by: 'P-2', terminal: 'T-1' })] },
      finds: [] },
  ],
  foresee: (timeline, _, { sharedTerminalMinutes }) => [...attempts(timeline, ['same-person-twice']), ...verifiedOwn(timeline, sharedTerminalMinutes * 60_000)],
}

/** When they sat at the machine, whatever instant is claimed. */
const seatedAt = ({ at, recordedAt }: Deed) => Date.parse(recordedAt ?? at)
const share = (a: Deed, b: Deed, withinMs: number) => (a.precision ?? b.precision) === undefined
  && ((a.terminal !== undefined && a.terminal === b.terminal) || (a.key !== undefined && a.key === b.key)) && Math.abs(seatedAt(a) - seatedAt(b)) <= withinMs

/** What of the same round, before or after in whatever order, stands against this deed: handling against verifying. */
const opposite = ({ step }: Link, other: Link) => (step === 'handling' && verifying.includes(other.step)) || (other.step === 'handling' && verifying.includes(step))
/** 同一轮次 — handling holds for the round until a sending back undoes it; what was done before the handling of a round is of that round too. */
const together = (earlier: Link, later: Link) => earlier.round === later.round || later.standing.includes(earlier.deed)

function verifiedOwn(timeline: Timeline, withinMs: number): readonly Found[] {
  const links = chainOf(timeline).filter(({ deed, step }) => deed.by !== undefined && (step === 'handling' || verifying.includes(step)))
  const found = new Map<string, Found>(), told = new Set<string>()
  links.forEach((link, i) => {
    for (const earlier of links.slice(0, i)) {
      if (!opposite(link, earlier) || !together(earlier, link)) continue
      const same = earlier.deed.by === link.deed.by
      if (!same && !share(earlier.deed, link.deed, withinMs)) continue
      // One offence of one person in one round is one card, however many steps he verified.
      const offence = same ? `${link.round} ${link.deed.by}` : `${link.round} ${earlier.deed.by} ${link.deed.by}`
      if (told.has(offence)) continue
      told.add(offence)
      const step = link.step === 'handling' ? earlier.step : link.step, kind = same ? 'person' : 'shared'
      let n = 1
      while (found.has(numbered(`${kind}:${step}`, n))) n += 1
      const clock = numbered(`${kind}:${step}`, n)
      found.set(clock, { clock, becameTrueAt: link.deed.recordedAt !== undefined && !same ? link.deed.recordedAt : link.deed.at, evidence: [earlier.deed.id, link.deed.id] })
    }
  })
  return [...found.values()]
}
