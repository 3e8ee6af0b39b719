import Database from 'libsql'
import { openFrames } from '../../../adapters/book/frames.ts'
import { counted } from '../../../adapters/read-store/fold.ts'
import { hashOfRows } from '../../../adapters/read-store/hash.ts'
import { memoryReadStore } from '../../../adapters/read-store/memory.ts'
import type { Recorded } from '../../../domain/kernel/events.ts'
import { groups, projections } from '../../../projections/index.ts'
import { sum, type AnyProjection, type Counts } from '../../../projections/kernel.ts'
import { shapes } from '../house.ts'

type Row = Record<string, unknown>
type Handlers = Record<string, (row: Row | undefined, fact: Recorded, key: string, first?: Row) => Row | undefined>
export type Asked = { dir: string; naiveFacts: number; hash: boolean; naiveFile: string }
export type Folded = { facts: number; seconds: number; framed: number; hash: string; naiveFacts: number; naiveSeconds: number }

const keysOf = ({ key }: AnyProjection, fact: Recorded): readonly string[] => { const keys = key(fact); return typeof keys === 'string' ? [keys] : keys }
type Tables = Map<string, Map<string, Row>>

/** 读加折叠的极限 — one thread reads the frames and runs the same folds, and writes nothing anywhere. */
function foldAll(dir: string): { tables: Tables; facts: number; seconds: number; framed: number } {
  const tables: Tables = new Map([...projections, ...groups].map(({ name }) => [name, new Map()]))
  const folds = projections.map((projection) => ({ projection, on: projection.on as Handlers, rows: tables.get(projection.name)!,
    groups: groups.filter(({ of }) => of === projection.name).map((group) => ({ group, figures: tables.get(group.name)! })) }))
  const frames = openFrames(dir, shapes)
  const began = performance.now()
  let facts = 0
  for (const batch of frames.read(0)) {
    for (const { projection, on, rows, groups } of folds) for (const fact of batch) {
      const step = on[fact.type]
      if (!step) continue
      let keys = keysOf(projection, fact), first: Row | undefined
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i]!, before = rows.get(key), after = step(before, fact, key, first)
        if (i === 0 && after && projection.also) keys = [...new Set([...keys, ...projection.also(first = after, fact)])]
        if (after) rows.set(key, after)
        else rows.delete(key)
        for (const { group, figures } of groups) for (const [of, delta] of group.on(before, after)) figures.set(of, sum(figures.get(of) as Counts | undefined, delta))
      }
    }
    facts += batch.length
  }
  const seconds = (performance.now() - began) / 1000
  const { framed } = frames.figures()
  frames.close()
  return { tables, facts, seconds, framed }
}

const hashOf = (tables: Tables) => {
  for (const { name } of groups) for (const [key, counts] of tables.get(name)!) {
    const kept = counted(counts as Counts)
    if (kept) tables.get(name)!.set(key, kept)
    else tables.get(name)!.delete(key)
  }
  const fieldless = Object.fromEntries([...tables].map(([name, rows]) => [name, { fields: [], rows: Object.fromEntries(rows), checkpoint: 0 }]))
  return hashOfRows(memoryReadStore(() => fieldless))
}

/** 逐条读改写 — what one writes first: for each fact the row is read, parsed, folded and written back; a commit each thousand facts. */
function naive(dir: string, file: string, most: number): { facts: number; seconds: number } {
  const db = new Database(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const folds = projections.map((projection) => {
    db.exec(`CREATE TABLE "${projection.name}"(id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID`)
    return { projection, on: projection.on as Handlers, get: db.prepare(`SELECT doc FROM "${projection.name}" WHERE id = ?`).raw(),
      put: db.prepare(`INSERT OR REPLACE INTO "${projection.name}" VALUES (?, ?)`) }
  })
  const frames = openFrames(dir, shapes)
  const began = performance.now()
  let facts = 0
  for (const batch of frames.read(0, most)) {
    db.exec('BEGIN')
    for (const fact of batch) {
      for (const { projection, on, get, put } of folds) if (on[fact.type]) {
        let keys = keysOf(projection, fact), first: Row | undefined
        for (let i = 0; i < keys.length; i++) {
          const [found] = get.all([keys[i]!]) as [string][]
          const row = on[fact.type]!(found && JSON.parse(found[0]) as Row, fact, keys[i]!, first)
          if (row) put.run([keys[i]!, JSON.stringify(row)] as never)
          if (i === 0 && row && projection.also) keys = [...new Set([...keys, ...projection.also(first = row, fact)])]
        }
      }
      if (++facts % 1_000 === 0) db.exec('COMMIT; BEGIN')
    }
    db.exec('COMMIT')
  }
  const seconds = (performance.now() - began) / 1000
  frames.close()
  db.close()
  return { facts, seconds }
}

process.once('message', async ({ dir, naiveFacts, hash, naiveFile }: Asked) => {
  foldAll(dir)
  const { tables, ...folded } = foldAll(dir)
  const done = naiveFacts > 0 ? naive(dir, naiveFile, naiveFacts) : { facts: 0, seconds: 0 }
  process.send!({ ...folded, hash: hash ? await hashOf(tables) : '', naiveFacts: done.facts, naiveSeconds: done.seconds } satisfies Folded)
})
