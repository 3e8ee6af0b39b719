import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Blobs, Credentials, Keys } from '../domain/kernel/ports.ts'
import type { ReadStore } from '../projections/read-store.ts'
import { fileBlobs } from './blobs/file.ts'
import { BookInUse, openBook, type Book } from './book/open.ts'
import { makeFolder } from './durable.ts'
import { fileCredentials } from './credentials/file.ts'
import type { Suite } from './keys/cipher.ts'
import { fileKeys } from './keys/file.ts'
import { openReadStore } from './read-store/embedded.ts'
import { startProjector, type StartedProjector } from './read-store/start-projector.ts'

/** Addresses of compiled modules that the projector's threads load: the list of projections, and how they read the book. */
export type Threads = { projections: string; facts: string }
export type Opened = {
  book: Book; keys: Keys; blobs: Blobs; credentials?: Credentials; rows: ReadStore
  projector?: StartedProjector; caughtUp(position: number): Promise<void>; close(): Promise<void>
}

const lookEveryMs = 50

/** A book whose keys do not open is not held open. */
async function keysBeside(book: Book, open: () => Keys): Promise<Keys> {
  try { return open() } catch (error) { await book.close(); throw error }
}
/** 打开 — the one place where drivers are chosen. As the writer: book, rows and projector; where another process writes, all of it for reading. */
export async function openEmbedded(dir: string, { write, threads, suite, onFailure }: {
  write: boolean; threads: Threads; suite?: Suite | undefined; onFailure: (failure: Error) => void
}): Promise<Opened> {
  makeFolder(dir)
  const rowsDir = join(dir, 'rows')
  const book = await openBook(dir, { write })
  const keys = await keysBeside(book, () => fileKeys(join(dir, 'keys'), { readOnly: !write, suite }))
  const blobs = fileBlobs(join(dir, 'blobs'), keys, { readOnly: !write })
  if (!write) {
    const rows = openReadStore(rowsDir)
    return {
      book, keys, blobs, rows,
      async caughtUp(position) {
        while (Math.min(...await Promise.all(rows.collections().map((name) => rows.checkpoint(name)))) < position) await setTimeout(lookEveryMs)
      },
      async close() { await Promise.all([rows.close(), blobs.close(), keys.close(), book.close()]) },
    }
  }
  const projector = startProjector({ dir: rowsDir, projections: threads.projections, facts: { module: threads.facts, data: { dir, write: true } }, wake: book.wake() }, onFailure)
  await projector.caughtUp(0) // a new house has its (empty) collections before anybody asks
  const rows = openReadStore(rowsDir)
  projector.onSwitched(() => rows.reopen())
  const credentials = fileCredentials(join(dir, 'keys'))
  return {
    book, keys, blobs, credentials, rows, projector, caughtUp: projector.caughtUp,
    async close() {
      await projector.close()
      credentials.close()
      await Promise.all([rows.close(), blobs.close(), keys.close(), book.close()])
    },
  }
}
export { BookInUse }
