import type { Words } from './words.zh.ts'

export const words: Words = {
  table: 'Show table', csv: 'Download table (CSV)', scroll: 'Picture, scrolls sideways', moment: 'Which day', of: (day, values) => `${day}: ${values}`, value: (name, value) => `${name} ${value}`,
  between: ', ',
  cases: { light: 'Time limit', due: 'Due', item: 'Item', code: 'Item code', applicant: 'Applicant', caseNo: 'Case number', step: 'Step', holder: 'With', department: 'Department', hall: 'Hall', opened: 'Received', ended: 'Concluded', cards: 'Cards' },
}
