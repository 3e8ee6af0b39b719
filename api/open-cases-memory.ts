import type { CaseRow } from '../projections/cases.ts'
import { following } from './board-following.ts'
import type { Rooms } from './rooms.ts'

/** 在办一件 — as much of an open case as it is counted by. */
type OpenCase = Pick<CaseRow, 'itemCode' | 'itemVersion' | 'department' | 'hall' | 'holder'>
type OpenCasesInMemory = { count(which: (one: OpenCase) => boolean): number; byVersion(code?: string): ReadonlyMap<string, ReadonlyMap<number, number>>; settled(): Promise<number> }

const opened = new WeakMap<Rooms, OpenCasesInMemory>()
/** 在办各件 of this house, for whoever counts them by item, by hands or by place. */
export function openCasesInMemory(rooms: Rooms): OpenCasesInMemory {
  const known = opened.get(rooms)
  if (known) return known
  const cases = new Map<string, OpenCase>(), kinds = new Map<string, OpenCase>()
  /** Very many are counted by the same; of those one is kept. */
  const kindOf = ({ itemCode, itemVersion, department, hall, holder }: CaseRow): OpenCase => {
    const name = [itemCode, itemVersion, department, hall, holder].join('\n'), known = kinds.get(name) ?? { itemCode, itemVersion, department, hall, holder }
    kinds.set(name, known)
    return known
  }
  const { settled } = following(rooms, 'cases', {
    clear() { cases.clear(); kinds.clear() },
    take(key, row) {
      if (!row || row['open'] !== true) { cases.delete(key); return }
      cases.set(key, kindOf(row as CaseRow))
    },
  })
  const memory: OpenCasesInMemory = { settled,
    count(which) { let n = 0; for (const one of cases.values()) if (which(one)) n++; return n },
    byVersion(code) {
      const found = new Map<string, Map<number, number>>()
      for (const { itemCode, itemVersion: version = 0 } of cases.values()) {
        if (code !== undefined && itemCode !== code) continue
        const by = found.get(itemCode) ?? new Map<number, number>()
        found.set(itemCode, by.set(version, (by.get(version) ?? 0) + 1))
      }
      return found
    } }
  opened.set(rooms, memory)
  return memory
}
