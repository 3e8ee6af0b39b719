import { answering } from '../domain/kernel/context.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import { dayAfter, dayIn } from '../domain/kernel/zones.ts'
import type { CardCommand } from '../domain/supervision/events.ts'
import { supervision } from '../domain/supervision/index.ts'
import type { CardActions } from '../projections/card-page.ts'
import { ownerOf } from './access/owned.ts'
import { roleFor } from './access/speaking.ts'
import { actorOf, type Standing } from './access/standing.ts'
import { kebab } from './commands.ts'
import { houseCalendar } from './judging.ts'
import { refused } from './problems.ts'
import type { Rooms } from './rooms.ts'

type Word = Exclude<CardCommand['type'], 'IssueCard' | 'NotifyCard' | 'SupersedeCard'>

/** Of the ways of the house, what somebody may well try: whatever else is refused is simply not there. */
const expected: Record<Word, readonly string[]> = {
  DecideCardAppeal: [], StayCard: ['red-already'], ConfirmCorrection: [], ConfirmCard: [], RecordSanction: ['card-not-confirmed'], RevokeCard: [],
  FileCardAppeal: ['appeal-too-late', 'card-of-another'], CorrectCard: [],
}
const word = '—'
/** 每个命令说得通的一句话; the decider judges it like anything else, and nothing is written. */
const sample = (type: Word, cardId: string, tomorrow: string): Record<string, unknown> => ({ cardId, ...{
  DecideCardAppeal: { result: 'dismissed', reason: word }, StayCard: { until: tomorrow, reason: word }, ConfirmCorrection: {}, ConfirmCard: { reason: word },
  RecordSanction: { documentNo: word, measure: word, points: 0 }, RevokeCard: { reason: 'force-majeure', evidence: word }, FileCardAppeal: { grounds: word }, CorrectCard: { report: word },
}[type] })

/** 此刻对此牌能说什么 — asked of the decider itself. `said`: what has been said of the cards of this subject. */
export async function cardActions(rooms: Rooms, who: Standing, { subject, cardId, said }: { subject: string; cardId: string; said: readonly Recorded[] }): Promise<CardActions> {
  const now = rooms.now(), calendar = await houseCalendar(rooms, now), owned = ownerOf(rooms), found: CardActions = { revision: said.length, allowed: [], refused: [] }
  const tomorrow = dayAfter(dayIn(rooms.founding.zone, now), 1)
  for (const type of Object.keys(expected) as Word[]) {
    const command = { type, data: sample(type, cardId, tomorrow) }, as = await roleFor({ owned }, supervision, who, subject, command)
    if ('status' in as) continue
    const { decider } = answering(supervision, type), state = said.reduce(decider.evolve, decider.initial)
    const answer = decider.decide(state, command, { id: subject, now, by: actorOf(who, as), calendar })
    if (isRefusal(answer)) {
      const { title, en } = refused(answer.refused)
      if (expected[type].includes(answer.refused)) found.refused.push({ command: kebab(type), code: answer.refused, zh: title, en })
    } else if (answer.length > 0) found.allowed.push({ command: kebab(type), as: as.role })
  }
  return found
}
