// 查屋 — opens what a power cut left of a whole house with the real code: book, keys, rows, blind words, heads. One JSON text a line in, one a line out.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { simulatedClock } from '../../../adapters/clock.ts'
import { openRooms } from '../../../api/opening/main.ts'
import type { Instant } from '../../../domain/kernel/values.ts'
import { county } from '../../../simulations/county.ts'
import { courseIn } from '../story.ts'
import { casesHold } from '../house.ts'
import type { Asked, Found } from './check.ts'

async function check({ dir, course: path }: Asked): Promise<Found> {
  const told = new Set(Object.entries(courseIn(path).lanes).flatMap(([id, { told }]) => told.length > 0 ? [id] : []))
  if (!existsSync(join(dir, 'book.db')) && told.size === 0) return { wrong: [], facts: 0, acknowledged: 0, stoodUnsaid: 0 }
  const clock = simulatedClock('2027-01-01T02:00:00.000Z' as Instant)
  const house = await openRooms(dir, { write: 'must', founding: { purpose: 'demonstration', ...county }, clock: { now: clock.now, kind: 'simulated' } })
  const wrong: string[] = [], { rooms } = house, { position } = await rooms.book.head()
  await rooms.caughtUp(position)
  for (const { name, broken } of await rooms.rowsHealth()) if (broken) wrong.push(`rows of ${name} are broken: ${broken.error}`)
  for (const id of told) {
    const row = await rooms.rows.get('cases', id)
    if (!row) wrong.push(`no row of ${id}`)
    const [submitted] = await rooms.book.readStream(`cases-${id}`), name = submitted?.data['applicantName'] as { sealed?: string; subject: string; matter: string } | undefined
    if (name?.sealed !== undefined && await rooms.keys.open(name as never).catch(() => undefined) === undefined) wrong.push(`the key of ${id} is gone`)
  }
  await rooms.transparency?.signNow()
  if (rooms.transparency?.refused()) wrong.push(`heads: ${rooms.transparency.refused()}`)
  await house.close()
  wrong.push(...await casesHold(dir, { tried: told, told }))
  return { wrong: wrong.slice(0, 5), facts: position, acknowledged: told.size, stoodUnsaid: 0 }
}

for await (const line of createInterface(process.stdin)) {
  const found = await check(JSON.parse(line) as Asked).catch((error: unknown): Found => ({ wrong: [`did not open: ${error instanceof Error ? error.stack ?? error.message : String(error)}`], facts: 0, acknowledged: 0, stoodUnsaid: 0 }))
  process.stdout.write(`${JSON.stringify(found)}\n`)
}
