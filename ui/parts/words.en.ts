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
  late: {
    open: 'Late entry: when did it happen?', when: 'When it happened (local time)', between: (from) => `Not before the newest fact (${from}), and not after now.`, notAfterNow: 'Not before the newest fact of the case, and not after now.',
    marked: 'It will be marked as a late entry: the history says when it happened and when it was entered.', close: 'Not a late entry', wrong: { required: 'Say the date and the time', early: 'Before the newest fact', future: 'After now', 'claim-out-of-bounds': 'It has to lie between the newest fact and now' },
  },
  saved: (time) => `Saved ${time}`,
  blank: { blankForm: 'Blank form', sampleForm: 'Filled example', download: 'Download', opens: (name, form) => `${form} of ${name}, opens in a new page, to be printed`, downloads: (name, form) => `Download the ${form.toLowerCase()} of ${name}` },
  toasts: 'Messages', open: 'Open', dismiss: 'Dismiss',
}
