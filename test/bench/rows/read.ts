import Database from 'libsql'
import { join } from 'node:path'
import { openFrames } from '../../../adapters/book/frames.ts'
import { openBook } from '../../../adapters/book/open.ts'
import { mean, perSecond, percent, spread, timed } from '../figures.ts'
import { shapes, theBook } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'

const batch = 2_000, rounds = 3
type Pass = () => number | Promise<number>

/** The bare loop: rows of the same file in pages, and nothing done with them or only `JSON.parse`. */
function bareRows(db: Database.Database, parse: boolean): Pass {
  const page = db.prepare('SELECT pos, leaf FROM events WHERE pos > ? AND pos <= ? ORDER BY pos').raw()
  return () => {
    let facts = 0, revisions = 0
    for (let after = 0; ; after += batch) {
      const rows = page.all([after, after + batch]) as [number, string][]
      if (rows.length === 0) break
      facts += rows.length
      for (const [, leaf] of rows) revisions += parse ? (JSON.parse(leaf) as { revision: number }).revision : leaf.length
    }
    assertRight(revisions >= facts, 'the bare rows')
    return facts
  }
}

/** 通读 — the whole book by one reader: parsed out of its rows, every hash checked; and out of frames. */
export async function read(place: Place): Promise<Line[]> {
  const { dir, facts: size } = await theBook(place)
  const book = await openBook(dir, { write: false }), frames = openFrames(dir, shapes)
  const db = new Database(join(dir, 'book.db'))
  db.exec('PRAGMA query_only = 1')
  const inOrder = (facts: readonly { meta: { position: number } }[], last: number) => {
    for (const { meta } of facts) assertRight(meta.position === ++last, `position ${meta.position} after ${last - 1}`)
    return last
  }
  const passes: Record<string, Pass> = {
    bare: bareRows(db, false), parsed: bareRows(db, true),
    async book() {
      let last = 0
      for await (const facts of book.readAll(0)) last = inOrder(facts, last)
      return last
    },
    frames() {
      let last = 0
      for (const facts of frames.read(0)) last = inOrder(facts, last)
      return last
    },
  }
  const rates: Record<string, number[]> = {}
  for (let round = -1; round < rounds; round++) for (const [name, pass] of Object.entries(passes)) {
    const { ms, value } = await timed(pass)
    assertRight(value === size, `${name} read ${value} of ${size}`)
    if (round >= 0) (rates[name] ??= []).push(value * 1000 / ms)
  }
  const { framed, parsed } = frames.figures()
  frames.close()
  db.close()
  await book.close()
  const rate = (name: string) => mean(rates[name]!), limit = rate('parsed')
  const shown = `原始行 + JSON.parse ${perSecond(limit, 'facts')}（±${percent(spread(rates['parsed']!))}）；只取原始行 ${perSecond(rate('bare'), 'rows')}`
  const figures = { limitPerSecond: Math.round(limit), bareRowsPerSecond: Math.round(rate('bare')), facts: size }
  const checked = `${size} 条，位置逐条相连`
  return [
    { row: 'read-book', zh: '通读事件簿（逐条核对哈希、解析）/ read the book, hashes checked, parsed', measured: `${perSecond(rate('book'), 'facts')}（路：簿）`,
      limit: shown, times: rate('book') / limit, checked, figures: { ...figures, factsPerSecond: Math.round(rate('book')) } },
    { row: 'read-frames', zh: '通读帧（已升级、已解析）/ read the frames', measured: `${perSecond(rate('frames'), 'facts')}（路：帧 ${percent(framed / (framed + parsed))}）`,
      limit: shown, times: rate('frames') / limit, checked, figures: { ...figures, factsPerSecond: Math.round(rate('frames')), framedShare: framed / (framed + parsed) } },
  ]
}
