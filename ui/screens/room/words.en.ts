import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  title: 'Inspection room',
  open: '', openNone: 'No case is open in the county today.', cases: (one) => one ? ' case is open in the county today' : ' cases are open in the county today', among: '; ', late: (one) => one ? ' is overdue' : ' are overdue', between: ' and ', soon: ' due soon', end: '.',
  openLabel: (n) => `${many(n, 'case')} open, show the list`,
  live: 'Live', received: 'Received today', concluded: 'concluded', yellow: 'yellow cards', red: 'red cards', revoked: 'revoked', waiting: (n) => many(n, 'appeal waits', 'appeals wait'), earliest: (day) => `, the first to be decided by ${day}`, noAppeals: 'No appeal waits',
  asOf: (time) => `As of ${time}`, book: (facts) => `${many(facts, 'fact')} in the book`, witnesses: (seen, all) => `witnessed ${seen}/${all}`, notWitnessed: 'no outside witness',
  flow: 'Flow of cases', oneIsOne: 'One mark, one case', oneIsMany: (n) => `One mark, about ${many(n, 'case')}`, sampled: 'Above 12 a second, some are drawn', table: 'Show table', picture: 'Show picture', flowRegion: 'Flow of cases, scrolls sideways', laneRegion: 'Beside the way, scrolls sideways',
  lights: { ok: 'On time', soon: 'Due soon', late: 'Overdue', hold: 'Stopped' }, lateShort: (n) => `late ${n}`, soonShort: (n) => `soon ${n}`,
  steps: { received: 'Received', handling: 'Handling', reviewing: 'Review', approving: 'Approval', closing: 'To be closed', supplement: 'Supplement', special: 'Special procedure', superior: 'With superior' },
  aside: { supplement: 'waits for applicant', special: 'tests, hearings', superior: 'waits for decision' }, joint: 'Joint', jointMore: 'counted above too',
  block: (open, late, soon, hold) => `${open} open, ${late} overdue, ${soon} due soon, ${hold} stopped; show the list`,
  concludedToday: 'Concluded today', deliveredToday: 'Delivered today', usual: (share) => `${share} against the mean by this time`, step: 'Step', count: 'Open', sum: 'All',
  says: (total, step, n) => `${many(total, 'case is', 'cases are')} open in the county; most are in ${step}, ${n}.`,
  departments: 'Departments', byTrouble: 'most overdue first', unit: 'Unit', load: 'Load', yellowCards: 'Yellow', redCards: 'Red', trouble: (n) => `Overdue, last ${many(n, 'working day')}`, onTime: 'In time this month', endedThisMonth: 'Concluded this month', inTime: 'of them in time', lateOn: (day) => `Overdue ${day}`,
  standing: 'not revoked', few: (inTime, n) => `${inTime} of ${n}`, noneYet: 'none concluded', share: (percent, n) => `${percent}% · n ${n}`,
  troubleSays: (department, today, most) => `${department}: ${today} overdue now, ${most} at the most in these days`,
  halls: 'Halls', hallsMore: (n, clerks) => `${many(n, 'hall')} · ${many(clerks, 'clerk')}`, hallLine: (received, open) => ({ received: `${received} today`, open: `${open} open` }), clerks: (n) => many(n, 'clerk'),
  hallLight: { late: 'Overdue', soon: 'Due soon', ok: 'On time' },
  findings: 'Findings', today: (n) => `${n} today`, filter: 'Filter', all: 'All', cardsOnly: 'Cards', none: 'No finding yet.', noneOfCards: 'No card yet.', more: '20 more', register: 'Card register', fresh: (n) => many(n, 'new finding'), findingsRegion: 'Findings, scrolls',
}
