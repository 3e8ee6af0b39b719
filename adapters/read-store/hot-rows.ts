import type { Kept, Row, Written } from './rows-file.ts'

/** A row while it is hot: as it is, and as the file has it. */
export type Hot = Written & { saved: Row | undefined; dirty: boolean }

export type HotRows = {
  get(key: string): Hot
  touch(row: Hot): void
  /** Those that changed since they were last written. */
  dirty(): readonly Hot[]
  /** They were written. */
  clean(rows: readonly Hot[]): void
  /** Lets go of what was not asked for lately; nothing dirty may be among it. */
  cool(): void
}

/** 热行 — a write-back cache of two ages: who is asked for again becomes young, the rest goes when the young are `limit`.
    `spill` writes rows that must go while they are dirty; without it, they wait for `cool`. */
export function hotRows(limit: number, load: (key: string) => Kept | undefined, spill?: (rows: readonly Hot[]) => void): HotRows {
  let young = new Map<string, Hot>(), old = new Map<string, Hot>()
  // While spilling, those that changed are most of all there are, and come and go: they are looked for when asked.
  let changed: Hot[] = []
  const clean = (rows: readonly Hot[]) => {
    for (const hot of rows) {
      hot.stored = hot.row ? 'row' : hot.revision === 0 ? 'nothing' : 'tide'
      hot.saved = hot.row
      hot.dirty = false
    }
    changed = changed.filter(({ dirty }) => dirty)
  }
  const turn = () => {
    const going = spill ? [...old.values()].filter(({ dirty }) => dirty) : []
    if (going.length > 0) { spill!(going); clean(going) }
    old = young
    young = new Map()
  }
  return {
    get(key) {
      let hot = young.get(key)
      if (hot) return hot
      hot = old.get(key)
      if (hot) old.delete(key)
      else hot = warmed(key, load(key))
      young.set(key, hot)
      if (spill && young.size >= limit) turn()
      return hot
    },
    touch(hot) {
      if (hot.dirty) return
      hot.dirty = true
      if (!spill) changed.push(hot)
    },
    dirty: () => spill ? [...old.values(), ...young.values()].filter(({ dirty }) => dirty) : changed,
    clean,
    cool() { if (young.size >= limit) turn() },
  }
}

function warmed(key: string, kept: Kept | undefined): Hot {
  const row = kept?.doc === undefined ? undefined : JSON.parse(kept.doc) as Row
  const [at, order, revision] = kept?.tide?.split(' ') ?? []
  return { key, row, saved: row, dirty: false, position: 0, stored: row ? 'row' : kept ? 'tide' : 'nothing',
    at: at ?? '', order: Number(order ?? 0), revision: Number(revision ?? 0) }
}
