import type { Words } from './words.zh.ts'

/** What the palette says in English. */
export const words: Words = {
  title: 'Search and commands', field: 'Find cases, items, people, places, commands', hint: 'Type a case number, an item, a name, or what is to be done; pinyin initials will do', none: (q) => `Nothing found for “${q}”.`, found: (n) => n === '1' ? '1 result' : `${n} results`,
  groups: { places: 'Places', actions: 'Commands', cases: 'Cases', items: 'Items', people: 'People' }, onCase: (id) => `on ${id}`, listOf: (q) => `Look for “${q}” among the cases`, byApplicant: (q) => `Cases of the applicant “${q}”`,
  heldBy: (name) => `Cases accepted by ${name}`, itemCases: 'Cases of this item', needs: (roles) => `Only for: ${roles}`, or: ', ', move: 'move', choose: 'choose', leave: 'close',
  subject: 'Id', subjectMore: 'Of what: the id of a person, an item, a card or a hall', go: 'Submit', back: 'Back', done: (what) => `Recorded: ${what}`, waits: (what) => `Offline: “${what}” waits to be sent`,
  keys: { title: 'Keys', here: 'On this page', everywhere: 'Everywhere', palette: 'Search and commands', all: 'All keys', primary: 'The primary action', escape: 'Close, go back', table: 'The table of a chart', goes: (place) => `Go to ${place}`, off: 'Letter keys do nothing while typing, and can be switched off in the settings.' },
  rules: { missing: 'Required', number: 'Has to be a number', money: 'Has to be an amount such as 120 or 99.50', too_small: 'Too few or too short', too_big: 'Too many or too long', other: 'Not as required' },
  revision: 'Revision now', since: 'Recorded since',
}
