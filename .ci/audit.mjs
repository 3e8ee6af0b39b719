#!/usr/bin/env node
// 依赖通告 — reads what `npm audit --json` said. Findings of high or critical end the run; a registry that does not answer is said to be just that.
import { readFileSync } from 'node:fs'

let said
try { said = JSON.parse(readFileSync(0, 'utf8')) } catch { said = {} }
const found = said?.metadata?.vulnerabilities
if (found === undefined) {
  console.log(`没有问到安全通告 / advisories could not be asked: ${String(said?.error?.summary || said?.message || 'no answer').split('\n')[0]}`)
} else {
  const { high = 0, critical = 0, total = 0 } = found
  console.log(`安全通告 / advisories: ${critical} critical, ${high} high, ${total} in all`)
  for (const [name, { severity }] of Object.entries(said.vulnerabilities ?? {})) if (['high', 'critical'].includes(severity)) console.log(`  ${severity} ${name}`)
  process.exitCode = high + critical > 0 ? 1 : 0
}
