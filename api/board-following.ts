import type { Rooms, RowsChanged } from './rooms.ts'

type Row = Readonly<Record<string, unknown>>
/** 跟随 — what is kept in memory of a collection's rows: read once when it is first asked for, and moved with every change from then on. */
export type Following = {
  /** Everything that has been told of is taken in. The position up to which that goes. */
  settled(): Promise<number>
}
/** `take`: a row as it is now, or that it is gone; one after the other, in the order of the book. `clear`: everything is read anew.
    `read`: where not every row is asked for, those that are. `beside`: rows of other collections that what is kept was made with, as they change. */
export function following(rooms: Rooms, collection: string, { take, clear, read, beside }: {
  take(key: string, row: Row | undefined, position: number): void | Promise<void>; clear(): void; read?(): AsyncIterable<readonly { key: string; row: Row }[]>
  beside?: { collections: readonly string[]; changed(collection: string, key: string): Promise<void> | undefined }
}): Following {
  let position = 0, stale = true, turn: Promise<unknown> = Promise.resolve()
  const waiting: Extract<RowsChanged, { changes: unknown }>[] = []
  async function readAll() {
    stale = false
    clear()
    const from = await rooms.rows.checkpoint(collection)
    for await (const batch of read?.() ?? rooms.rows.scan(collection)) {
      for (const { key, row } of batch) await take(key, row, from)
      await new Promise(setImmediate)
    }
    position = Math.max(position, from)
  }
  async function catchUp() {
    try {
      if (stale) await readAll()
      for (let changed; (changed = waiting.shift());) {
        for (const { collection: of, key, row } of changed.changes) {
          if (of === collection) await take(key, row, changed.position)
          else if (beside?.collections.includes(of)) await beside.changed(of, key)
        }
        position = Math.max(position, changed.position)
      }
    } catch (error) { stale = true; throw error }
  }
  const settled = () => {
    const done = turn.then(catchUp)
    turn = done.catch(() => undefined)
    return done.then(() => position)
  }
  rooms.onChanged((said) => {
    if ('many' in said) { if (said.collections.some((of) => of === collection || beside?.collections.includes(of))) { stale = true; waiting.length = 0 } } else {
      waiting.push(said)
      // What nobody has asked for yet is read whole when somebody does.
      if (stale) waiting.length = 0
      else void settled().catch(() => undefined)
    }
  })
  return { settled }
}
