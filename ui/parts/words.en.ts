import { many } from '../many.ts'
import type { Words } from './words.zh.ts'

/** What the shared parts say in English. */
export const words: Words = {
  close: 'Close', closeOf: (title) => `Close “${title}”`,
  changed: {
    title: 'Somebody just changed this', more: 'Your text is kept. Compare, then decide.', what: 'Field', theirs: 'Now', mine: 'Yours',
    again: 'Submit on top of this', drop: 'Drop mine, show this', keep: 'Not yet, keep editing',
  },
  form: {
    optional: ' (optional)', yes: 'Yes', no: 'No', choose: 'Choose', yuan: 'yuan', wrong: (n) => `${many(n, 'answer')} to change`, tooLong: (n) => `${many(n, 'character')} at most`,
    add: (what) => `Add ${what}`, remove: (what, n) => `Remove ${what} ${n}`, nth: (n) => `No. ${n}`, line: 'One per line',
    missing: 'Required', notANumber: 'Not a number', notMoney: 'Not an amount such as 120 or 99.50', notADay: 'Not a date',
  },
  saved: (time) => `Saved ${time}`,
  toasts: 'Messages', open: 'Open', dismiss: 'Dismiss',
}
