import { describe, expect, it } from 'vitest'
import { bare, isCode, sourcesIn } from './source.ts'

const pure = sourcesIn('domain', 'projections').filter(isCode)
/** What an answer could depend on beside what was asked, and what could be done beside answering. */
const impure = new RegExp([/\bnew Date\(\s*\)/, /(?<!new )\bDate\(\s*\)/, /\bDate\.now\b/, /\bMath\.random\b/, /\bperformance\b/, /\brandomUUID\b/, /\bgetRandomValues\b/, /\bset(?:Timeout|Interval|Immediate)\b/,
  /\bprocess\b/, /\bconsole\b/, /\bfetch\s*\(/, /\bglobalThis\b/, /\basync\b/, /\bawait\b/, /\brequire\s*\(/, /\bqueueMicrotask\b/, /\bIntl\.DateTimeFormat\(\s*\)/, /\btoLocale/].map(({ source }) => source).join('|'))

describe('纯', () => {
  it.each(pure)('$file has no clock, no chance and no doings in it', ({ text }) => expect(bare(text)).not.toMatch(impure))
  it.each(pure)('$file keeps no `any` but where an older shape or any decider passes', ({ file, text }) => {
    const expected = ['domain/kernel/events.ts', 'domain/kernel/decider.ts', 'projections/kernel.ts', 'domain/calendar/index.ts']
    if (!expected.includes(file)) expect(bare(text)).not.toMatch(/\bany\b/)
  })
  it.each(['new Date()', 'Date.now()', 'Math.random()', 'performance.now()', 'setTimeout(f)', 'await x', 'process.env', 'fetch(url)', 'console.log(1)', 'day.toLocaleString()', 'Date()'])(
    'would find %s', (text) => expect(text).toMatch(impure))
  it.each(['new Date(ms)', 'Date.parse(at)', 'Date.UTC(2026, 1, 1)'])('lets %s pass', (text) => expect(text).not.toMatch(impure))
})
