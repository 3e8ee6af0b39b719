import type { Role } from '../domain/kernel/context.ts'
import type { Grant } from '../domain/identity/reach.ts'
import type { RegisteredCard } from '../projections/card-register.ts'
import { eyesFor, sightOf } from './access/sight.ts'
import type { Standing } from './access/standing.ts'
import type { Rooms } from './rooms.ts'

/** 看发牌簿的人 (domain.md K, 发牌 V); administrators see that cards are dealt, elsewhere and without what they say. */
export const cardReaders: readonly Role[] = ['handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor']
const overseeing: readonly Role[] = ['inspector', 'auditor']

async function seenBy(rooms: Rooms, who: Standing, grant: Grant): Promise<(card: RegisteredCard) => boolean> {
  const { role, scope, of } = grant, sight = await sightOf(rooms, { ...who, grants: [grant] }), oversees = overseeing.includes(role)
  const reaches = (department: string) => oversees ? scope === 'region' && (role === 'auditor' || department !== who.department)
    : ['section-head', 'leader'].includes(role) && (scope === 'region' || (scope === 'department' && department === of))
  return ({ kind, of: id, confidential, department, home, hall, itemCode }) => {
    if (confidential && !oversees) return false
    if (kind === 'cases') return eyesFor(sight, { department: home, hall, itemCode }) !== undefined
    if (kind === 'departments') return reaches(id)
    if (kind !== 'officers') return oversees && scope === 'region'
    return reaches(department) || (role === 'handler' && id === who.person)
  }
}
/** 所见之牌 — the same rule as for the rows of `cards`, over what is kept of them in memory. */
export async function cardsSeen(rooms: Rooms, who: Standing): Promise<(card: RegisteredCard) => boolean> {
  const seeing = await Promise.all(who.grants.filter(({ role }) => cardReaders.includes(role)).map((grant) => seenBy(rooms, who, grant)))
  return (card) => seeing.some((sees) => sees(card))
}
