import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  title: 'Integrity risk', none: 'No finding of integrity risk.', sentence: { before: '', found: (one) => one ? ' finding of integrity risk' : ' findings of integrity risk', standing: '; standing ', end: '.' }, foundLabel: (n) => `${many(n, 'finding')} of integrity risk`, standingLabel: (n) => `${n} standing`,
  only: 'For inspectors and auditors alone; never scored, never published.', rules: 'Risk points', found: 'Found', standing: 'Standing', people: 'Concerns', formula: 'How it is found', when: 'When', severity: 'Severity', inForce: 'In force', waiting: 'Waiting', waitingMore: (n) => `${many(n, 'more risk point waits for its facts', 'more risk points wait for their facts')}: `,
  phases: { before: 'Before', during: 'During', after: 'After' }, severities: { HINT: 'For review', WARN: 'Warning', YELLOW: 'Yellow card', RED: 'Red card' },
  units: 'Units and people concerned', unitsMore: 'one mark, one finding', unit: 'Unit', marks: 'Findings', officer: 'People', nobody: 'nobody in particular', list: 'One by one', all: 'All risk points', more: '30 more', count: (n) => many(n, 'finding'), region: 'Findings of integrity risk',
  byUnit: (unit, n) => `${unit}: ${n}`, shortened: (n) => `Only the latest ${many(n, 'is', 'are')} drawn.`,
}
