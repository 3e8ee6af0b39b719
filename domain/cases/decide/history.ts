import { refuse } from '../../kernel/decider.ts'
import type { Emitted } from '../../kernel/events.ts'
import { dayIn, isZone } from '../../kernel/zones.ts'
import type { CaseEvent } from '../events.ts'
import { dayFields } from '../history.ts'
import type { CaseAnswers } from '../needs.ts'

/** 补录历史：it happened elsewhere, and is written down as it was told. Whether it was lawful is for supervision to say.
    Each fact is known by a key of its own, so telling it again, in whatever portions, adds nothing. */
export const history = {
  RecordHistory(state, { caseNo, source, batch, hall, zone, entries }, { id, now }) {
    if (!isZone(zone)) return refuse('unknown-zone')
    if (id !== `${source}:${caseNo}`) return refuse('another-case-number')
    if (state.pinned) return refuse('already-submitted') // the house's own cases have no history but their own
    if (entries.some(({ occurredAt }) => occurredAt > now)) return refuse('claim-out-of-bounds') // history may be as old as it likes, and not to come
    const keys = new Set<string>()
    return entries.filter(({ key }) => keys.size < keys.add(key).size).map(({ type, data, key, occurredAt, precision, order, activity }): Emitted<CaseEvent> => {
      const day = dayIn(zone, occurredAt)
      const days = dayFields[type]?.(day)
      const opening = type === 'ApplicationSubmitted' && { caseNo, hall: data.hall ?? hall, zone }
      const promised = type === 'CaseAccepted' && data.promisedDueAt && { promisedDueOn: dayIn(zone, data.promisedDueAt) }
      return {
        type, data: { ...data, ...days, ...opening, ...promised },
        claim: { key, occurredAt, ...(precision && { precision }), source: { name: source, batch, order, ...(activity !== undefined && { activity }) } },
      } as Emitted<CaseEvent>
    })
  },
} satisfies Pick<CaseAnswers, 'RecordHistory'>
