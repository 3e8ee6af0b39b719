import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

const span = (least: string, most: string) => least === most ? many(least, 'case was', 'cases were') : `${least}–${most} cases were`
export const words: Words = {
  loading: 'Reading…', which: 'Department',
  sentence: { open: ': ', cases: (one) => one ? ' case open' : ' cases open', among: ', of which ', late: ' overdue', soon: ' due soon', and: ' and ', stop: '.', none: ': no case is open.' },
  under: { week: (n) => `${many(n, 'falls', 'fall')} due this week`, hold: (n) => `${n} with the clock stopped`, untaken: (n) => `${n} taken up by nobody`, away: (n) => `${n} away today`, asOf: (time) => `As of ${time}` },
  load: {
    title: 'Who has how much', more: 'Age in working days since acceptance', table: 'Open cases by person and age', who: 'Person', marks: 'One mark, one case', open: 'Open', late: 'Overdue', soon: 'Due soon', hold: 'Stopped', week: 'Due this week',
    ages: { unaccepted: 'Not accepted', '0-2': '0–2', '3-5': '3–5', '6-10': '6–10', '11-20': '11–20', 'over-20': 'Over 20' },
    agesLong: { unaccepted: 'not accepted yet', '0-2': '0–2 working days after acceptance', '3-5': '3–5 working days after acceptance', '6-10': '6–10 working days after acceptance', '11-20': '11–20 working days after acceptance', 'over-20': 'more than 20 working days after acceptance' },
    untaken: 'Taken up by nobody', untakenMore: 'just in at a window, or elsewhere', total: 'Total', away: (until) => `away until ${until}`,
    cases: (who, what) => `cases, ${who}, ${what}`, scroll: 'scrolls sideways',
  },
  week: { title: 'Falling due this week', none: 'Nothing falls due this week.', all: (n) => n === '1' ? 'The one case' : `All ${n} cases`, hand: (name) => `with ${name}`, nobody: 'taken up by nobody yet' },
  cards: {
    title: 'Standing cards', none: 'No card stands.', yellow: (n) => `Yellow ${n}`, red: (n) => `Red ${n}`, appeals: (n) => `Appeals to be decided ${n}`, waits: (day) => `Appealed, to be decided by ${day}`,
    reported: 'Correction reported', of: (name) => `of ${name}`, all: (n) => n === '1' ? 'The one card' : `All ${n} cards`, since: (when) => `since ${when}`,
  },
  away: {
    mine: { title: 'My absences', announce: 'I will be away', none: 'None announced.', more: 'Your department then sees that you are away and who stands in; your cases stay in your hands.' },
    title: 'Away', none: 'Nobody is announced as away.', now: 'Away', coming: 'Will be away', from: (from, to) => from === to ? from : `${from} – ${to}`, standIn: (name) => `${name} stands in`, noStandIn: 'no stand-in named',
    waiting: (n) => `${many(n, 'case')} in hand ${n === '1' ? 'waits' : 'wait'}`, waitingNone: 'no cases in hand', late: (n) => `${n} overdue`, soon: (n) => `${n} due soon`, end: 'End', endOf: (name) => `End the absence of ${name}`, announce: 'Announce an absence',
    who: 'Who', first: 'First day', last: 'Last day', reason: 'Reason', stand: 'Stand-in', nobody: 'None', say: 'Announce', back: 'Leave it', said: (name) => `The absence of ${name} is announced`, ended: (name) => `The absence of ${name} has ended`, choose: 'Choose',
    reasons: { leave: 'Leave', business: 'On business', training: 'Training', secondment: 'Secondment' }, waits: 'Offline: it goes out when the line is back.', empty: 'Has to be filled in',
  },
  items: { title: 'By item', csv: 'department-by-item', item: 'Item', open: 'Open', late: 'Overdue', soon: 'Due soon', hold: 'Stopped', says: (name, n, all) => `${many(all, 'item has', 'items have')} open cases; most of them ${name}: ${n}.`, none: 'No case is open.' },
  trend: {
    title: 'Last 22 working days', csv: 'department-22-working-days', day: 'Day', open: 'Open at close', late: 'Of these overdue', note: 'Overdue by the due days as known today',
    says: (least, most, worst, day, now, late) => `${span(least, most)} open at each close; at most ${worst} overdue (${day}). On the last day ${now} open, ${late} overdue.`,
    calm: (least, most, now) => `${span(least, most)} open at each close, on no day any overdue; on the last day ${now}.`,
  },
}
