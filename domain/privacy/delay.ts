import { decider, refuse } from '../kernel/decider.ts'
import type { Day } from '../kernel/values.ts'
import type { Said, Written } from './said.ts'

const dayMs = 86_400_000
/** 缓告上限 — 办法未定；a house's own rule. */
const longestDays = 180
const daysAfter = (day: Day, days: number) => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10) as Day

/** 缓告 — an investigation may keep from a person for a while that it looked; once per case, so that a while has an end. */
export const delayDecider = decider<{ delayed: boolean }, Said<'DelayDisclosure'>, Written<'DisclosureDelayed'>>()({
  needs: { DelayDisclosure: {} },
  initial: { delayed: false },
  evolve: () => ({ delayed: true }),
  answers: {
    DelayDisclosure({ delayed }, { reason, until }, { id, by, now, calendar }) {
      const today = calendar.dayOf(now)
      if (delayed) return refuse('disclosure-delayed-already')
      if (until <= today || until > daysAfter(today, longestDays)) return refuse('delay-out-of-bounds')
      return [{ type: 'DisclosureDelayed', data: { case: id, reason, until, by: by.person } }]
    },
  },
})
