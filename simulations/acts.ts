import type { CaseCommand } from '../domain/cases/events.ts'
import type { Matter } from './catalogue.ts'
import type { Chance } from './chance.ts'
import { approversOf, mannerOf, people, type Manner, type Person } from './people.ts'

/** 欺 and 疏 — what a cheating person does in a case, and what a sloppy one does that comes close and is none. One at most in one case. */
export type ActName = keyof typeof acts
type Cast = { matter: Matter; clerk: Person; handler: Person }
type Kind = { manner: Manner; who: 'handler' | 'clerk'; weight: number; fits?(cast: Cast): boolean }

const promised = ({ matter }: Cast) => matter.caseType === 'PROMISED'
const reviewed = (cast: Cast) => promised(cast) && cast.matter.flow.includes('reviewing')
const within = (least: number) => (cast: Cast) => promised(cast) && cast.matter.promisedWorkingDays >= least && cast.matter.statutoryWorkingDays > cast.matter.promisedWorkingDays + 2
const paid = (cast: Cast) => promised(cast) && cast.matter.fees.length > 0
const special = (cast: Cast) => promised(cast) && cast.matter.specialProcedures.length > 0
/** 见习 — enrolled as a handler, and authorised for no item. */
const traineeOf = (department: string) => people.find((it) => it.department === department && it.mayHandle === false)

const acts = {
  // refused attempts
  'unauthorised': { manner: 'cheating', who: 'handler', weight: 2, fits: (cast) => promised(cast) && traineeOf(cast.matter.department) !== undefined },
  'reviews his own': { manner: 'cheating', who: 'handler', weight: 2, fits: (cast) => reviewed(cast) && cast.handler.roles.includes('section-head') },
  'approves it himself': { manner: 'cheating', who: 'handler', weight: 5, fits: (cast) => special(cast) && cast.handler.roles.includes('leader') },
  'skips': { manner: 'cheating', who: 'handler', weight: 1, fits: reviewed },
  // done
  'one terminal': { manner: 'cheating', who: 'handler', weight: 1, fits: reviewed },
  'one key': { manner: 'cheating', who: 'handler', weight: 1, fits: reviewed },
  'fast': { manner: 'cheating', who: 'handler', weight: 1, fits: within(5) },
  'late entry': { manner: 'cheating', who: 'handler', weight: 1, fits: within(4) },
  'late conclusion': { manner: 'cheating', who: 'handler', weight: 1, fits: within(4) },
  'untold': { manner: 'cheating', who: 'handler', weight: 3, fits: special },
  'lying': { manner: 'cheating', who: 'handler', weight: 1, fits: (cast) => within(4)(cast) && reviewed(cast) },
  'forgotten': { manner: 'cheating', who: 'handler', weight: 1, fits: (cast) => within(3)(cast) && cast.matter.statutoryWorkingDays <= 20 },
  'unpublished': { manner: 'cheating', who: 'handler', weight: 1, fits: promised },
  'own case': { manner: 'cheating', who: 'handler', weight: 2, fits: (cast) => within(4)(cast) && cast.matter.applicant === 'person' && cast.matter.fees.length === 0 },
  'after hours': { manner: 'cheating', who: 'clerk', weight: 1, fits: promised },
  'withdrawn for': { manner: 'cheating', who: 'clerk', weight: 1, fits: (cast) => within(4)(cast) && cast.matter.fees.length === 0 },
  'late delivery': { manner: 'cheating', who: 'clerk', weight: 1, fits: promised },
  'over': { manner: 'cheating', who: 'clerk', weight: 3, fits: paid },
  'over and back': { manner: 'cheating', who: 'clerk', weight: 2, fits: paid },
  'under': { manner: 'cheating', who: 'clerk', weight: 3, fits: paid },
  // and what comes close
  'six minutes': { manner: 'sloppy', who: 'handler', weight: 1, fits: reviewed },
  'swift': { manner: 'sloppy', who: 'handler', weight: 1, fits: within(5) },
  'next day': { manner: 'sloppy', who: 'handler', weight: 1, fits: within(4) },
  'at the bell': { manner: 'sloppy', who: 'handler', weight: 1, fits: within(3) },
  'fifth day': { manner: 'sloppy', who: 'clerk', weight: 1, fits: within(7) },
  'tells in time': { manner: 'sloppy', who: 'handler', weight: 3, fits: special },
  'instalments': { manner: 'sloppy', who: 'clerk', weight: 3, fits: paid },
  'before the bell': { manner: 'sloppy', who: 'clerk', weight: 1, fits: promised },
} as const satisfies Record<string, Kind>
const names = Object.keys(acts) as ActName[]

/** What somebody does in this case that he should not, or nearly; most do nothing of the kind. */
export function actOf(chance: Chance, cast: Cast): ActName | undefined {
  const kindsOf = (name: ActName): Kind => acts[name]
  const fitting = names.filter((name) => mannerOf(cast[kindsOf(name).who]) === kindsOf(name).manner && (kindsOf(name).fits?.(cast) ?? true))
  return fitting.length > 0 && chance.happens('acts', 0.19) ? chance.weighted('which act', fitting.map((name) => ({ name, weight: acts[name].weight }))).name : undefined
}
/** Something else that may happen to a case would only blur what is planted in it. */
export const needsSpecial = (act: ActName | undefined) => act === 'untold' || act === 'tells in time' || act === 'approves it himself'
/** Said at a window, so never over the net. */
export const atTheWindow = (act: ActName | undefined) => act !== undefined && ['after hours', 'before the bell', 'withdrawn for', 'fifth day'].includes(act)

/** 违规操作 — the command that is tried before it is done properly, by whom, and how it is refused. */
export type Attempt = { command: CaseCommand['type']; instead: CaseCommand['type']; by: Person; code: 'same-person-twice' | 'not-authorised' | 'not-the-next-step' }
export function attemptOf(act: ActName | undefined, handler: Person, reviewer: Person, department: string): Attempt | undefined {
  switch (act) {
    case 'unauthorised': return { command: 'CompleteHandling', instead: 'CompleteHandling', by: traineeOf(department)!, code: 'not-authorised' }
    case 'reviews his own': return { command: 'ReviewCase', instead: 'ReviewCase', by: handler, code: 'same-person-twice' }
    case 'approves it himself': return { command: 'StartSpecialProcedure', instead: 'StartSpecialProcedure', by: handler, code: 'same-person-twice' }
    case 'skips': return { command: 'DecideCase', instead: 'CompleteHandling', by: reviewer, code: 'not-the-next-step' }
    default: return undefined
  }
}
/** Those who could have approved what the handler may not. */
export const othersWhoApprove = (department: string, handler: Person) => approversOf(department).filter(({ person }) => person !== handler.person)
