import { hash } from 'node:crypto'
import Database from 'libsql'
import { join } from 'node:path'
import { verifyBook } from '../../../adapters/book/verify.ts'
import { openBook } from '../../../adapters/book/open.ts'
import { mean, perSecond, percent, spread, timed } from '../figures.ts'
import { theBook } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'

const batch = 2_000

/** Each text hashed once, and nothing compared. */
function bareHashes(dir: string): number {
  const db = new Database(join(dir, 'book.db'))
  db.exec('PRAGMA query_only = 1')
  const page = db.prepare('SELECT leaf FROM events WHERE pos > ? AND pos <= ?').raw()
  let facts = 0
  for (let after = 0; ; after += batch) {
    const rows = page.all([after, after + batch]) as [string][]
    if (rows.length === 0) break
    for (const [leaf] of rows) if (hash('sha256', leaf, 'hex').length === 64) facts++
  }
  db.close()
  return facts
}

/** 校验 — everything that steers behaviour recomputed from the texts alone. */
export async function verify(place: Place): Promise<Line[]> {
  const { dir, facts } = await theBook(place)
  const rates: number[] = [], limits: number[] = [], book = await openBook(dir, { write: false })
  const { size, root } = book.treeHead()
  await book.close()
  for (let round = 0; round < (place.quick ? 1 : 2); round++) {
    const bare = await timed(() => bareHashes(dir)), full = await timed(() => verifyBook(dir))
    assertRight(bare.value === size && full.value.ok && full.value.size === size && full.value.root === root.toString('hex'), `the verdict on the book: ${JSON.stringify(full.value)}`)
    rates.push(size * 1000 / full.ms)
    limits.push(size * 1000 / bare.ms)
  }
  return [{
    row: 'verify', zh: '校验整簿 / verify the whole book', measured: perSecond(mean(rates), 'facts'), limit: `原始行 + 每条一次 SHA-256 ${perSecond(mean(limits), 'facts')}（±${percent(spread(limits))}）`,
    times: mean(rates) / mean(limits), checked: `${facts} 条，根与簿首所记的相同`, figures: { factsPerSecond: Math.round(mean(rates)), limitPerSecond: Math.round(mean(limits)), facts },
  }]
}
