import { calendar } from '../domain/calendar/index.ts'
import { nationalCommands } from '../domain/calendar/national.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import { platform } from '../domain/platform/index.ts'
import { policy, type Founding } from './rooms.ts'
import type { Answer, Saying } from './tell.ts'

/** The very first fact of a book, wherever the book is kept: what it is for, under the name that it was given since. Nothing in an empty one. */
export async function foundingOf(book: EventLog): Promise<Founding | undefined> {
  for await (const batch of book.readAll(0)) {
    const [first] = batch
    if (!first) continue
    if (first.type !== 'PlatformFounded') return undefined
    const founded = read(platformEvents, first as Recorded<Extract<PlatformEvent, { type: 'PlatformFounded' }>>, first.meta.version).data
    const named = (await book.readStream(first.meta.stream)).filter(({ type }) => type === 'PlatformNamed').at(-1) as Recorded<Extract<PlatformEvent, { type: 'PlatformNamed' }>> | undefined
    return { ...founded, ...(named && read(platformEvents, named, named.meta.version).data) }
  }
  return undefined
}

/** 建立平台 — the founding fact, then the national calendar as it was published and amended. Said again, it adds nothing. */
export async function found(tell: (saying: Saying) => Promise<Answer>, founding: Founding): Promise<void> {
  const say = async (context: Saying['context'], id: string, type: string, data: Record<string, unknown>, key: string) => {
    const answer = await tell({ context, id, command: { type, data }, by: policy, key })
    if (isRefusal(answer)) throw new Error(`${type} was refused: ${answer.refused}`)
  }
  await say(platform, 'main', 'FoundPlatform', founding, 'founding')
  for (const { type, data } of nationalCommands) await say(calendar, 'national', type, data, `${type} ${data.year} ${data.notice}`)
}
