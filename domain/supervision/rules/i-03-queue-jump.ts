import type { Instant } from '../../kernel/values.ts'
import type { Timeline } from '../timeline.ts'
import { at, deed } from './example.ts'
import { groupOf, text } from './group.ts'
import type { Observation, Pattern } from './rule.ts'

const ends = ['LicenceGranted', 'LicenceRefused', 'RenewalDeemedGranted', 'CaseTerminated', 'ApplicationWithdrawn', 'CaseConcluded']
const queued = (n: number, acceptedAt: string, grantedAt?: string): Partial<Timeline> => ({ subject: `cases.${n}`, itemCode: 'XK-01', limitedQuantity: true, acceptedAt: at(acceptedAt),
  deeds: [deed('CaseAccepted', acceptedAt, {}, { step: 'acceptance' }), ...grantedAt === undefined ? [] : [deed('LicenceGranted', grantedAt, {}, { step: 'decision' })]] })

/** 插队 — of an item whose number is limited, granted while one accepted before it was still undecided. Whatever becomes of that one later, it was its turn. */
export const queueJump: Pattern<{}> = {
  id: 'I-03',
  zh: '插队',
  en: 'Queue jump',
  version: 1,
  severity: 'RED',
  clause: '行政许可法第五十七条',
  params: {},
  bounds: {},
  inputs: ['CaseAccepted', 'CaseDeemedAccepted', 'LicenceGranted', 'LicenceRefused', 'CaseTerminated', 'ApplicationWithdrawn'],
  formula: { zh: '有数量限制的事项，先受理的尚未决定，即准予后受理的', en: 'of an item with limited quantity, granted while a case accepted earlier was not decided' },
  tells: ['inspector'],
  deduction: { RED: 0 },
  escalates: false,
  confidential: true,
  examples: [
    { zh: '后受理的先准予', en: 'accepted later, granted first', timelines: [queued(1, '2026-03-02', '2026-03-12'), queued(2, '2026-03-03', '2026-03-10')],
      finds: [{ subject: 'cases.2', clock: 'queue', becameTrueAt: at('2026-03-10') }] },
    { zh: '依次准予', en: 'granted in order', timelines: [queued(1, '2026-03-02', '2026-03-10'), queued(2, '2026-03-03', '2026-03-10 11:00')], finds: [] },
  ],
  observe({ subject, itemCode, department, limitedQuantity, of, acceptedAt, deeds }, { calendar }) {
    const accepted = deeds.find(({ step }) => step === 'acceptance')
    if (!limitedQuantity || of !== undefined || acceptedAt === undefined || !accepted) return []
    const over = deeds.find(({ type }) => ends.includes(type))
    return [{ group: groupOf(itemCode), subject, at: acceptedAt, id: over?.id ?? accepted.id,
      said: { department, acceptedOn: calendar.dayOf(acceptedAt), byDay: accepted.precision !== undefined, ...(over && { overAt: over.at, granted: over.type === 'LicenceGranted' }) } }]
  },
  conclude(_, observations) {
    // The one that was kept waiting longest among those accepted before; of one day that is told only as a day, nobody comes before another.
    let longest: Observation | undefined, waiting: Observation[] = []
    return observations.flatMap((one) => {
      const alongside: Observation[] = []
      for (const other of waiting) {
        const before = other.at < one.at && !((other.said['byDay'] || one.said['byDay']) && other.said['acceptedOn'] === one.said['acceptedOn'])
        if (!before) alongside.push(other)
        else if (!longest || overAt(other) > overAt(longest)) longest = other
      }
      alongside.push(one)
      waiting = alongside
      return one.said['granted'] && longest && overAt(longest) > overAt(one)
        ? [{ subject: one.subject, department: text(one, 'department'), clock: 'queue', becameTrueAt: overAt(one) as Instant, evidence: [one.id ?? '', longest.id ?? ''] }] : []
    })
  },
}

/** Undecided is later than any instant. */
const overAt = ({ said }: Observation) => String(said['overAt'] ?? '~')
