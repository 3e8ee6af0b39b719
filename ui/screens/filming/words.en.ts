import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  title: 'What is filmed here', lead: 'These halls have cameras. What they film and why, for how long it is kept, and whom to ask, stands here.', none: 'No hall here has a camera.', count: (n) => many(n, 'camera'), masked: (n) => `, ${n} of them masked`,
  kinds: { window: 'windows', screen: 'screens', overview: 'the hall as a whole' }, list: (names) => names.join(', '),
  days: (days) => `Recordings are kept for ${many(days, 'day')}, then deleted`, purpose: 'Purpose', contact: 'Questions and objections', signs: 'Signs', stand: 'They stand', standNot: 'Not declared to stand', filed: (day) => `filed with the police on ${day}`, noDeclaration: 'The hall has not declared its purpose and whom to ask yet.',
  kept: 'What belongs to a case stays longer', keptMore: (step, supplement, complaint, card) => `Around a step of a case for ${many(step, 'day')}, a supplement ${many(supplement, 'day')}, a complaint ${many(complaint, 'day')} after it has ended, a card ${many(card, 'day')}. What somebody asked to keep is not deleted until two who may agree to let it go.`,
  not: 'What is not done', notMore: ['No sound is recorded.', 'No face is recognised.', 'Scores of performance never read a recording.'], who: 'Who sees it', whoMore: 'Hall managers, hall monitors and inspectors see what is live; recordings are for hall monitors and inspectors with a case number or a reason, and every look is on record for good.',
  law: 'On the ground of', between: '; ',
}
