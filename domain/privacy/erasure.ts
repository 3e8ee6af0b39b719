import { decider, refuse } from '../kernel/decider.ts'
import type { PrivacyEvent } from './events.ts'
import type { Said, Written } from './said.ts'

/** 保存期限 where a decision names none: half a year, in which what was decided may be taken to court (行政诉讼法 46); longer archives are to be named. */
const usualRetentionDays = 183
/** `carried`: out, since the last grant. */
type Erasing = { requested?: string; granted: boolean; carried: boolean; erased: readonly string[]; restricted: Readonly<Record<string, string>> }
export type ErasureEvent = Written<'ErasureRequested' | 'ErasureDecided' | 'PersonErased'>

function evolve(state: Erasing, { type, data }: ErasureEvent): Erasing {
  switch (type) {
    case 'ErasureRequested': return { ...state, requested: data.by }
    case 'ErasureDecided': {
      const { requested: _, ...rest } = state
      return data.decision === 'grant' ? { ...rest, granted: true, carried: false } : rest
    }
    case 'PersonErased': {
      const restricted = { ...state.restricted, ...Object.fromEntries(data.restricted.map(({ matter, until = '' }) => [matter, until])) }
      const held = Object.fromEntries(Object.entries(restricted).filter(([matter]) => !data.matters.includes(matter)))
      return { ...state, carried: true, erased: [...state.erased, ...data.matters], restricted: held }
    }
  }
}
const isOwn = (role: string) => role === 'applicant'

/** 删除 — asked for by the person or on their behalf, decided by the security administrator, carried out by the house (个人信息保护法 47). */
export const erasureDecider = decider<Erasing, Said<'RequestErasure' | 'DecideErasure' | 'EraseMatters'>, ErasureEvent>()({
  needs: { RequestErasure: {}, DecideErasure: {}, EraseMatters: {} },
  initial: { granted: false, carried: false, erased: [], restricted: {} },
  evolve,
  answers: {
    RequestErasure({ requested }, { reason }, { id, by }) {
      if (isOwn(by.role) && by.person !== id) return refuse('erasure-of-another')
      if (!isOwn(by.role) && reason === undefined) return refuse('erasure-without-reason')
      if (requested !== undefined) return refuse('erasure-requested-already')
      return [{ type: 'ErasureRequested', data: { subject: id, ...(reason !== undefined && { reason }), by: by.person } }]
    },
    DecideErasure({ requested }, { decision, reason, retentionDays = usualRetentionDays }, { id, by }) {
      if (requested === undefined) return refuse('no-erasure-requested')
      if (requested === by.person || id === by.person) return refuse('erasure-decided-by-its-asker')
      return [{ type: 'ErasureDecided', data: { subject: id, decision, reason, retentionDays, by: by.person } }]
    },
    /** What is erased stays so, and what is restricted is never let go but into erasure. */
    EraseMatters({ granted, carried, erased, restricted }, data, { id }) {
      if (!granted) return refuse('erasure-not-granted')
      const matters = data.erased.filter((matter, i) => !erased.includes(matter) && data.erased.indexOf(matter) === i)
      const held = data.restricted.filter(({ matter, until = '' }) => !erased.includes(matter) && !matters.includes(matter) && restricted[matter] !== until)
      return carried && matters.length + held.length === 0 ? [] : [{ type: 'PersonErased', data: { subject: id, matters, restricted: held } }]
    },
  },
})
/** 删除状态 folded from a person's own stream. */
export const erasureOf = (facts: readonly PrivacyEvent[]): Erasing => (facts as readonly ErasureEvent[]).reduce(evolve, erasureDecider.initial)
