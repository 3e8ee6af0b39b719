import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRefusal } from '../domain/kernel/decider.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import { streamOf } from '../domain/kernel/context.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import { platform } from '../domain/platform/index.ts'
import { policy } from './rooms.ts'
import type { Answer, Saying } from './tell.ts'

type BookRestored = Extract<PlatformEvent, { type: 'BookRestored' }>
/** Left in a restored directory, until the book itself says it. */
const restoredName = 'restored.json'

/** 恢复入簿 — at the first opening of a restored directory, before anything else is said: a fact, and only then is the note of it removed. */
export async function sayRestored(dir: string, tell: (saying: Saying) => Promise<Answer>): Promise<void> {
  const path = join(dir, restoredName)
  if (!existsSync(path)) return
  const data = JSON.parse(readFileSync(path, 'utf8')) as BookRestored['data']
  const answer = await tell({ context: platform, id: 'main', command: { type: 'RecordRestoring', data }, by: policy, key: `restoring ${data.size} ${data.root}` })
  if (isRefusal(answer)) throw new Error(`${path}: ${answer.refused}`)
  rmSync(path)
}

/** 曾经恢复 — each time that this book went on from a copy, as everybody may see it; nothing where it never did. */
export async function restoredOf(book: EventLog): Promise<{ restored?: (BookRestored['data'] & { at: string })[] }> {
  const facts = await book.readStream(streamOf(platform, 'restoring', 'main'))
  if (facts.length === 0) return {}
  return { restored: facts.map((fact) => ({ ...read(platformEvents, fact as Recorded<BookRestored>, fact.meta.version).data, at: fact.meta.recordedAt })) }
}
