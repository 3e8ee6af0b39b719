import { decider, refuse } from '../kernel/decider.ts'
import type { Instant } from '../kernel/values.ts'
import type { Said, Written } from './said.ts'

const minuteMs = 60_000
/** 启封时限 — so long may the two read what they have opened. */
const openMinutes = 30
/** What the facts say of a sealed field: whose it is, and which department has the matter in hand. */
export type SealedReference = { subject: string; department: string }
export type OpeningReferences = { sealed: SealedReference }
type Opening = { requested?: { by: string; department: string }; approved: boolean }
const later = (at: Instant, minutes: number) => new Date(Date.parse(at) + minutes * minuteMs).toISOString() as Instant

/** 启封 — one inspector asks, another opens; never of the department that has the matter in hand (domain.md K). */
export const openingDecider = decider<Opening, Said<'RequestOpening' | 'ApproveOpening'>, Written<'OpeningRequested' | 'OpeningApproved'>, OpeningReferences>()({
  needs: { RequestOpening: { sealed: (_, { stream, revision, field }) => ({ id: `${field}@${stream}`, version: revision }) }, ApproveOpening: {} },
  initial: { approved: false },
  evolve: (state, { type, data }) => type === 'OpeningRequested' ? { ...state, requested: data } : { ...state, approved: true },
  answers: {
    RequestOpening({ requested }, data, { id, by, sealed }) {
      if (requested) return refuse('opening-requested-already')
      if (!sealed) return refuse('no-such-sealed-field')
      if (sealed.department === by.department) return refuse('opening-of-own-department')
      return [{ type: 'OpeningRequested', data: { opening: id, ...data, ...sealed, by: by.person } }]
    },
    ApproveOpening({ requested, approved }, _, { id, by, now }) {
      if (!requested) return refuse('no-opening-requested')
      if (approved) return refuse('opening-approved-already')
      if (requested.by === by.person) return refuse('opened-by-two-persons')
      if (requested.department === by.department) return refuse('opening-of-own-department')
      return [{ type: 'OpeningApproved', data: { opening: id, until: later(now, openMinutes), by: by.person } }]
    },
  },
})
