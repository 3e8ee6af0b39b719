import { housePower } from './house-power.ts'
import { houseKills } from './house-kill.ts'
import { flips } from './flips.ts'
import { kills } from './kill.ts'
import { tenfold } from './load.ts'
import { moved } from './moved.ts'
import { movedKeys } from './moved-keys.ts'
import { fullDisk, outages } from './outage.ts'
import { planted } from './planted.ts'
import { powerCuts } from './power.ts'
import { place } from './place.ts'
import { compiled } from './shim/shim.ts'
import { sweep } from './sweep.ts'
import { printed, type Outcome, type Row } from './table.ts'

const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice(7).split(',')
const ci = process.argv.includes('--ci')
/** CI asks the same every time; elsewhere another each time. A run is repeated by its seed. */
const seed = Number(process.env['FAULTS_SEED'] ?? (ci ? 2026 : Date.now() % 1_000_000))
process.stdout.write(`FAULTS_SEED=${seed}\n`)

const shelf = place(true), library = compiled(shelf.root)
const tasks: (readonly [name: string, key: string, run: () => Promise<Outcome>])[] = [
  ['断电 power cuts', 'power', () => powerCuts({ library, points: ci ? 180 : 2_000, seed, each: ci ? 60 : 120 })],
  ['断电 the whole server', 'house-power', () => housePower({ library, points: ci ? 12 : 90, cases: ci ? 5 : 12, seed })],
  ['验夹具 planted', 'planted', () => planted({ library, seed })],
  ['逐次失败 n-th call', 'sweep', () => sweep({ library, each: ci ? 24 : 200, seed })],
  ['搬运失败 checkpoint', 'moved', () => moved({ library, seed })],
  ['钥匙搬运 keys', 'moved-keys', () => movedKeys({ library, seed })],
  ['位翻 bit flips', 'flips', () => flips({ count: ci ? 200 : 1_000, seed })],
  ['杀 kill -9', 'kill', () => kills({ count: ci ? 180 : 920, facts: 100_000, lifeMs: ci ? 70 : 200, seed })],
  ['杀服务 kill -9, HTTP', 'house-kill', () => houseKills({ count: ci ? 20 : 80, seed })],
  ['断供 outages', 'outage', () => outages({ library, rounds: ci ? 1 : 5 })],
  ['真满 full disk', 'full', () => fullDisk()],
  // A ratio of times: where others work beside it, it says nothing.
  ...(ci ? [] : [['十倍 10 × load', 'load', () => tenfold({ ms: 20_000 })] as const]),
]
const rows: Row[] = []
for (const [name, key, run] of tasks) {
  if (only && !only.includes(key)) continue
  const began = performance.now()
  const outcome = await run().catch((error: unknown): Outcome => ({ did: '没有做完', found: '', cases: 1, bad: 1, wrong: [error instanceof Error ? error.stack ?? error.message : String(error)] }))
  rows.push({ ...outcome, name, seconds: (performance.now() - began) / 1000 })
  process.stdout.write(`${printed(rows.at(-1)!)}\n`)
}
const failed = rows.reduce((sum, { wrong, bad, cases }) => sum + (wrong.length > 0 ? Math.min(Math.max(1, bad), Math.max(1, cases)) : 0), 0)
process.stdout.write(`${rows.reduce((sum, { cases, wrong }) => sum + (wrong.length > 0 ? Math.max(1, cases) : cases), 0) - failed} passed, ${failed} failed\n`)
shelf.clear()
process.exitCode = failed > 0 ? 1 : 0
