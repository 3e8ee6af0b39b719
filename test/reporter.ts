import { writeSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'

type Tally = { passed: number; failed: number; skipped: number }

/** What did not pass and was not left out on purpose has failed: a file that does not load, a hook that breaks, an error nobody caught. */
export function tallyOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Tally {
  const tally = { passed: 0, failed: unhandled.length, skipped: 0 }
  for (const { children, errors } of modules.map((module) => ({ children: module.children, errors: module.errors() }))) {
    tally.failed += errors.length
    for (const suite of children.allSuites()) tally.failed += suite.errors().length
    for (const test of children.allTests()) {
      const { state } = test.result()
      tally[state === 'passed' ? 'passed' : state === 'skipped' ? 'skipped' : 'failed']++
    }
  }
  return tally
}
export const lineOf = ({ passed, failed, skipped }: Tally) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** The very last line of a run says how it went; it is written when the process leaves, after everybody else has spoken. */
export default class LastLine implements Reporter {
  private line: string | undefined

  onInit() {
    process.once('exit', () => writeSync(1, `${this.line ?? lineOf({ passed: 0, failed: 1, skipped: 0 })}\n`))
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
    this.line = lineOf(tallyOf(modules, unhandled))
  }
}
