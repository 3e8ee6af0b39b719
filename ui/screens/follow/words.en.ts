import type { Words } from './words.zh.ts'

export const words: Words = {
  title: 'Follow a case', lead: 'The number and the access code are printed on the paper that the window gave you.', number: 'Case number', code: 'Access code', go: 'Look it up', again: 'Another case', where: 'Now', department: 'Department', hall: 'Handed in at',
  received: 'Received', accepted: 'Accepted', due: 'Due', dueLine: (day) => `by ${day}`, ended: 'Ended', asked: 'What you are asked to bring', reason: 'Why', basis: 'Under', at: (moment) => `As of ${moment}`,
  lost: 'If the code is lost, the window issues another one against your document.',
}
