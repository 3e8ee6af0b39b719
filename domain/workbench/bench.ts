import { decider, refuse } from '../kernel/decider.ts'
import type { Calendar, Day, Instant } from '../kernel/values.ts'
import type { WorkbenchCommand, WorkbenchEvent } from './events.ts'

/** 在岗的人 — as far as a stand-in is asked about. */
export type ColleagueReference = { department: string; here: boolean }
type References = { person: ColleagueReference; standIn: ColleagueReference }
type Opinion = { number: number; step?: string | undefined; text: string }
type Away = { number: number; from: Day; to: Day; backOn?: Day | undefined }
type Bench = { opinions: readonly Opinion[]; opinionsEver: number; aways: readonly Away[] }

const mostOpinions = 50, longestDays = 366, dayMs = 86_400_000
const daysBetween = (from: Day, to: Day) => (Date.parse(to) - Date.parse(from)) / dayMs
/** Of who came back before, what was left counts for nothing. */
function overlap(a: Pick<Away, 'from' | 'to'>, { from, to, backOn }: Away): boolean {
  const first = a.from > from ? a.from : from
  return first <= a.to && first <= to && (backOn === undefined || first < backOn)
}
const isOver = ({ to, backOn }: Away, today: Day) => to < today || backOn !== undefined
const today = ({ now, calendar }: { now: Instant; calendar: Calendar }) => calendar.dayOf(now)

/** 工作台 of one person. Opinions are one's own; that somebody is away is said by themselves, or by a head within whose reach they work. */
export const benchDecider = decider<Bench, WorkbenchCommand, WorkbenchEvent, References>()({
  needs: {
    KeepOpinion: {}, DropOpinion: {}, EndAway: {},
    AnnounceAway: { person: (_, __, id) => ({ id }), standIn: (_, { standIn }) => standIn === undefined ? undefined : { id: standIn } },
  },
  initial: { opinions: [], opinionsEver: 0, aways: [] },
  evolve(bench, { type, data }) {
    switch (type) {
      case 'OpinionSaved': return { ...bench, opinions: [...bench.opinions, data], opinionsEver: data.number }
      case 'OpinionDropped': return { ...bench, opinions: bench.opinions.filter(({ number }) => number !== data.number) }
      case 'AbsenceAnnounced': return { ...bench, aways: [...bench.aways, { number: data.number, from: data.from, to: data.to }] }
      case 'AbsenceEnded': return { ...bench, aways: bench.aways.map((away) => away.number === data.number ? { ...away, backOn: data.backOn } : away) }
    }
  },
  answers: {
    KeepOpinion({ opinions, opinionsEver }, { step, text }, { id, by }) {
      if (by.person !== id) return refuse('opinions-are-ones-own')
      if (opinions.some((one) => one.text === text && one.step === step)) return refuse('opinion-kept-already')
      if (opinions.length >= mostOpinions) return refuse('too-many-opinions')
      return [{ type: 'OpinionSaved', data: { number: opinionsEver + 1, ...(step !== undefined && { step }), text } }]
    },
    DropOpinion({ opinions }, { number }, { id, by }) {
      if (by.person !== id) return refuse('opinions-are-ones-own')
      if (!opinions.some((one) => one.number === number)) return refuse('no-such-opinion')
      return [{ type: 'OpinionDropped', data: { number } }]
    },
    AnnounceAway({ aways }, { from, to, reason, standIn: by }, given) {
      const { id, person, standIn } = given, now = today(given)
      if (!person?.here) return refuse('away-without-a-post')
      if (to < from) return refuse('back-before-gone')
      if (to < now) return refuse('away-in-the-past')
      if (daysBetween(from, to) >= longestDays) return refuse('away-too-long')
      if (by === id) return refuse('stand-in-for-oneself')
      if (by !== undefined && (!standIn?.here || standIn.department !== person.department)) return refuse('stand-in-of-another-department')
      if (aways.some((away) => overlap({ from, to }, away))) return refuse('away-already')
      return [{ type: 'AbsenceAnnounced', data: { number: aways.length + 1, from, to, reason, ...(by !== undefined && { standIn: by }), by: given.by.person } }]
    },
    EndAway({ aways }, { number }, given) {
      const away = aways.find((one) => one.number === number), now = today(given)
      if (!away) return refuse('no-such-absence')
      if (isOver(away, now)) return refuse('absence-over-already')
      return [{ type: 'AbsenceEnded', data: { number, backOn: away.from > now ? away.from : now, by: given.by.person } }]
    },
  },
})
