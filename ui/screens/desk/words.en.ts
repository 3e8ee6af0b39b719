import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  title: 'Desk',
  sentence: { todo: (name) => `${name}, today you have `, cases: ' to do', among: ', and ', late: ' of them overdue.', end: '.', none: (name) => `${name}, nothing falls due today.`, nothing: 'Nothing waits for you.', tomorrow: (n) => ` Due tomorrow: ${n}.` },
  line: { week: (n) => `${n} due this week`, hold: (n) => `${n} with the clock stopped`, all: (n) => `${n} in hand`, month: (inTime, all) => `in time this month ${inTime} of ${all}` },
  waits: 'Waiting for me', order: 'by due date', whose: 'Whose', mine: (n) => `Mine ${n}`, all: { handler: (n) => `Same items ${n}`, head: (n) => `Department ${n}`, clerk: (n) => `This hall ${n}` },
  groups: { late: 'Overdue', today: 'Due today', week: 'Due this week', hold: 'Clock stopped', later: 'Not urgent' },
  columns: { left: 'Time left', item: 'Case', step: 'Step', due: 'Due' },
  turns: { acceptance: 'acceptance', supplement: 'documents awaited', handling: 'handling', reviewing: 'review', approving: 'approval', decision: 'decision', special: 'special procedure', superior: 'with the superior', conclusion: 'conclusion', delivery: 'to be collected', archive: 'archiving', opinion: 'opinion' },
  stopped: (why, days, planned) => `${why || 'stopped'}: ${days}${planned && ` of ${planned}`} working day${(planned || days) === '1' ? '' : 's'}`,
  urged: (n) => `urged ${many(n, 'time')}`, sentBack: (n) => `sent back ${many(n, 'time')}`, appealed: 'under appeal', held: (name) => `with ${name}`,
  empty: 'Nothing waits for you.', emptyAll: 'No case is open here.', cut: (shown, all) => `The most pressing ${shown} of ${all}.`, more: 'See more', back: 'Back to the list', pick: 'Choose a case to work on.', move: 'up, down', opens: 'open', ledger: 'ledger', allKeys: 'all keys',
  urges: 'Urges and warnings', urge: (who, item) => `${who} urges: ${item}`, urgeNone: 'No urges and no warnings.', warning: (kind, item) => `${kind}: ${item}`, onMe: 'about yourself',
  appealUntil: (day) => `appeal possible until ${day}`, decideBy: (day) => `appealed, answer by ${day}`, due: (day) => `due ${day}`, shownOf: (shown, all) => `${shown} / ${all}`,
  changes: 'To know', changesNone: 'Nothing has changed in two weeks.', changed: { rule: (name, version) => `Rule “${name}”, version ${version}`, item: (name, version) => `Item “${name}”, version ${version}`, calendar: 'The calendar was changed' }, from: (day) => `from ${day}`,
  month: 'My month', concluded: 'Concluded', inTime: 'In time', mean: 'Mean time used', monthNone: 'Nothing concluded yet this month.', openMonth: (what) => ` ${what}, open the list`, monthList: (what) => `This month: ${what.toLowerCase()}`, percent: (n) => ` (${n}%)`,
  usedDays: (days) => `${days} used`, notInTime: 'late', inTimeWord: 'in time',
}
