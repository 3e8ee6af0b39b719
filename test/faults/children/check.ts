// 查者 — opens what a power cut left behind with the real code, and says what is wrong with it. One JSON text a line in, one a line out.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { verifyBook } from '../../../adapters/book/verify.ts'
import { openBook, type Book } from '../../../adapters/book/open.ts'
import { fileKeys } from '../../../adapters/keys/file.ts'
import { openTransparency } from '../../../adapters/transparency/open.ts'
import type { Recorded } from '../../../domain/kernel/events.ts'
import type { Keys } from '../../../domain/kernel/ports.ts'
import type { Sealed } from '../../../domain/kernel/values.ts'
import { courseIn, factOf, idOf, plainOf, subjectOf, type Course } from '../story.ts'

export type Asked = { dir: string; course: string; bare?: boolean }
export type Found = { wrong: string[]; facts: number; acknowledged: number; stoodUnsaid: number }

async function everything(book: Book): Promise<Recorded[]> {
  const all: Recorded[] = []
  for await (const batch of book.readAll(0)) all.push(...batch)
  return all
}

/** Every fact that was answered stands where it was said to stand, once; nothing stands that nobody told; every key is there. */
async function judged(all: readonly Recorded[], { lanes }: Course, keys: Keys | undefined, wrong: string[]): Promise<Map<string, number>> {
  const newest = new Map<string, number>(), seen = new Set<string>()
  for (const [i, { data, meta }] of all.entries()) {
    const { stream, revision, id, position } = meta
    if (position !== i + 1) wrong.push(`gap: ${i + 1} is ${position}`)
    if (revision !== (newest.get(stream) ?? 0) + 1) wrong.push(`${stream}: ${revision} after ${newest.get(stream) ?? 0}`)
    newest.set(stream, revision)
    if (seen.has(id)) wrong.push(`doubled: ${stream} ${revision}`)
    seen.add(id)
    if (id !== idOf(stream, revision) || data['n'] !== revision) wrong.push(`${position} is not what ${stream} told as ${revision}`)
    if (revision > (lanes[stream]?.tried ?? 0)) wrong.push(`nobody told ${stream} ${revision}`)
    if (!keys) continue
    const plain = await keys.open(data['sealed'] as Sealed).catch((error: Error) => error.message)
    if (plain !== plainOf(stream, revision)) wrong.push(`the key of ${stream} ${revision} is ${plain === undefined ? 'gone' : 'another'}`)
  }
  for (const [stream, { told }] of Object.entries(lanes)) told.forEach((position, i) => {
    const meta = all[position - 1]?.meta
    if (meta?.stream !== stream || meta.revision !== i + 1) wrong.push(`lost: ${stream} ${i + 1}, acknowledged at ${position}`)
  })
  return newest
}

async function check({ dir, course: path, bare }: Asked): Promise<Found> {
  const course = courseIn(path), wrong: string[] = [], lanes = Object.entries(course.lanes)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const acknowledged = lanes.reduce((sum, [, { told }]) => sum + told.length, 0)
  if (existsSync(join(dir, 'book.db'))) {
    // What verify says of it before anything has been mended by opening: nothing yet, or sound.
    try {
      const verified = verifyBook(dir)
      if (!verified.ok) wrong.push(`verify: ${verified.position} ${verified.en}`)
    } catch (error) { if ((error as Error).name !== 'NoBook' || acknowledged > 0) throw error }
  }
  const book = await openBook(dir, { write: true })
  const keys = bare ? undefined : fileKeys(join(dir, 'keys'))
  const newest = await judged(await everything(book), course, keys, wrong)
  let stoodUnsaid = 0
  for (const [stream, { tried, told }] of lanes) {
    const stands = newest.get(stream) ?? 0
    stoodUnsaid += stands - told.length
    for (let n = told.length + 1; n <= tried; n++) {
      const sealed = keys && await keys.seal(subjectOf(stream, n), `m-${n % 2}`, plainOf(stream, n))
      const answer = await book.append(stream, n - 1, [factOf(stream, n, sealed)])
      if (answer === 'revision-conflict' || answer.revision !== n) wrong.push(`told again, ${stream} ${n} was answered ${JSON.stringify(answer)}`)
    }
  }
  if (!bare) {
    const { leafHashes, tileHashes, treeHead, leaf } = book.reader
    const heads = await openTransparency(dir, { leafHashes, tileHashes, treeHead, leaf }, { region: '422822', name: '断电' })
    await heads!.signNow()
    if (heads!.refused()) wrong.push(`heads: ${heads!.refused()}`)
    if (heads!.size() < course.signed) wrong.push(`heads: ${heads!.size()} after ${course.signed} was signed`)
    await heads!.close()
  }
  const after = await everything(book)
  for (const [stream, { tried }] of lanes) {
    const count = after.filter(({ meta }) => meta.stream === stream).length
    if (count !== tried) wrong.push(`${stream} has ${count} facts after all ${tried} were told again`)
  }
  await keys?.close()
  await book.close()
  const verified = verifyBook(dir)
  if (!verified.ok) wrong.push(`verify at the end: ${verified.position} ${verified.en}`)
  return { wrong: wrong.slice(0, 5), facts: after.length, acknowledged, stoodUnsaid }
}

for await (const line of createInterface(process.stdin)) {
  const found = await check(JSON.parse(line) as Asked).catch((error: unknown): Found => ({ wrong: [`did not open: ${error instanceof Error ? error.stack ?? error.message : String(error)}`], facts: 0, acknowledged: 0, stoodUnsaid: 0 }))
  process.stdout.write(`${JSON.stringify(found)}\n`)
}
