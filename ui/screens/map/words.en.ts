import { many } from '../../many.ts'
import type { Words } from './words.zh.ts'

export const words: Words = {
  title: 'Process map', sentence: { before: 'As they really went, ', cases: (n) => many(n, 'case'), ways: (n) => n === '1' ? ' took one and the same way' : ` took ${n} different ways`, most: (n, share) => n === '1' ? `; the most usual makes up ${share}` : `; the ${n} most usual make up ${share}`, end: '.', none: 'There is no such case, and so no way.' },
  share: (n) => `Showing ${n} of the ways`, shareLabel: 'How much of the ways to show, the most usual first', shown: (shown, all) => `${shown} drawn, of ${all}`,
  filters: 'Filter', filter: { item: 'Item', department: 'Department', hall: 'Hall', caseType: 'Case type', source: 'Source', from: 'Received from', to: 'Received to', light: 'Light' }, any: 'All', own: 'This platform', clear: 'Clear the filter', choose: 'Show these',
  picture: 'Picture', table: 'Show table', csv: 'Download table (CSV)', scroll: 'scrolls both ways',
  legend: { title: 'Legend', width: 'The wider, the more often', again: 'Gone back and done again', deviated: 'Deviation: step skipped, same person, impossible order', days: 'Figures: times · median working days' },
  box: (cases, days) => `${cases} · ${days}`, boxStart: (cases) => `${cases} · start`, median: (days) => `median ${days}`, sameDay: 'same day', times: (n) => many(n, 'time'),
  boxLabel: (box, whole) => `${box}${whole && `, ${whole}`}, open these cases`,
  wayLabel: (from, to, times, days, more) => `From ${from} to ${to}, ${times}, median ${days}${more}, open these cases`, againOf: (n) => `, ${n} of them going back`, deviatedOf: (n) => `, ${n} deviating`,
  deviations: { skipped: 'Step skipped', 'same-person': 'Same person handled and verified', impossible: 'Impossible order' },
  deviationsTitle: 'Deviations', noDeviations: 'None: no step skipped, nobody verified their own work, no impossible order.',
  variants: 'Ways', variantsOf: (n) => n, variantLine: (cases, share) => `${cases} (${share})`, variantCount: (cases) => cases, undrawn: 'not drawn', moreVariants: (n) => n === '1' ? '1 more, with fewer cases.' : `${n} more, each with fewer cases.`, showAll: (n) => `Show ${n} more`,
  columns: { from: 'From', to: 'To', cases: 'Cases', times: 'Times', median: 'Median working days', most: 'Nine of ten within', again: 'Going back', deviated: 'Deviating' }, start: '(start)', end: '(ends here)',
  cases: { step: (step) => `Cases through “${step}”`, way: (from, to) => `Cases from “${from}” to “${to}”`, variant: 'Cases that went this way', deviation: (what) => `Deviation: ${what}`, count: (n) => `${n} in all`, close: 'Close this list', more: '50 more',
    unseen: 'You may read the figures, not single cases.', columns: { left: 'Left', item: 'Case', step: 'Step' } },
  stale: 'There are new facts; the map follows', summary: (steps, ways) => `Process map: ${many(steps, 'step')}, ${many(ways, 'way')} between them`,
}
