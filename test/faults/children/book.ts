// 写者 — a process that writes a book, its keys and its signed heads, and says what it was answered. Arguments: one JSON text.
import { mkdirSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { BookBroken, openBook } from '../../../adapters/book/open.ts'
import { fileKeys } from '../../../adapters/keys/file.ts'
import { openTransparency } from '../../../adapters/transparency/open.ts'
import { factOf, marker, plainOf, subjectOf, type Mark } from '../story.ts'

export type Work = {
  dir: string
  /** The recorder's log, where marks go; without it they go to standard output. */
  log?: string
  /** How far each lane is known to have come; it goes on behind that. */
  lanes: Record<string, number>
  /** Facts that each lane tells before the process ends by itself. */
  each: number
  /** With keys and signed heads, or the bare book. */
  bare?: boolean
  /** Everybody rests after so many facts of their own, so that the idle work of the book comes in between. */
  restEvery?: number
}
const work = JSON.parse(process.argv[2]!) as Work
/** A pipe that nobody empties is waited for. */
const line = (mark: Mark) => {
  const text = Buffer.from(`${JSON.stringify(mark)}\n`)
  for (let at = 0; at < text.length;) {
    try { at += writeSync(1, text, at) } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error }
  }
}
const mark = work.log === undefined ? line : marker(work.log)
const retryMs = 20

async function main() {
  mkdirSync(work.dir, { recursive: true, mode: 0o700 })
  const book = await openBook(work.dir, { write: true })
  const keys = work.bare ? undefined : fileKeys(`${work.dir}/keys`)
  const { leafHashes, tileHashes, treeHead, leaf } = book.reader
  const heads = work.bare ? undefined : await openTransparency(work.dir, { leafHashes, tileHashes, treeHead, leaf }, { region: '422822', name: '断电' })
  mark({ open: true })
  /** Said until it is answered: a machine in trouble is asked again with the same words. */
  const until = async <T>(say: () => Promise<T>): Promise<T> => {
    for (;;) {
      try { return await say() } catch (error) {
        mark({ refused: error instanceof BookBroken ? `BookBroken ${error.code}` : `${(error as Error).name} ${String((error as { code?: string }).code)}` })
        if (!(error instanceof BookBroken) && !/^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN)|E(NOSPC|IO|ROFS))/.test(String((error as { code?: string }).code))) throw error
        await pause(retryMs)
      }
    }
  }
  let signing = 0
  const sign = async () => {
    if (!heads || ++signing % 40 > 0) return
    try { await heads.signNow(); mark({ signed: heads.size() }) } catch { /* it is signed at the next turn */ }
  }
  await Promise.all(Object.entries(work.lanes).map(async ([stream, from]) => {
    for (let n = from + 1; n <= from + work.each; n++) {
      mark({ tried: [stream, n] })
      const sealed = keys && await until(() => keys.seal(subjectOf(stream, n), `m-${n % 2}`, plainOf(stream, n)))
      const answer = await until(() => book.append(stream, n - 1, [factOf(stream, n, sealed)]))
      if (answer === 'revision-conflict') throw new Error(`${stream} ${n}: a conflict where there is none`)
      mark({ told: [stream, n, answer.position] })
      await sign()
      if (work.restEvery && n % work.restEvery === 0) await pause(130)
    }
  }))
  await heads?.close()
  await keys?.close()
  await book.close()
}
main().catch((error: unknown) => {
  mark({ note: error instanceof Error ? `${error.name} ${error.message}` : String(error) })
  process.exit(1) // what is open by now is left as it is, as a crash would
})
