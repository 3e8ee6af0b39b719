import type { HistoryEntry } from '../../domain/cases/history.ts'
import { importHistory, type History, type MappedRow, type Window } from '../../api/importing.ts'
import type { House } from './house.ts'
import { benchZone, departments } from './told.ts'

/** 模拟办件 — many closed cases of a foreign system, told by the product's own import; all of it follows from the number of the case. */
export const bulkSource = 'bulk', bulkItems = 40, bulkEnd = '2026-06-30T00:00:00.000Z'
const dayMs = 864e5, firstMs = Date.UTC(2023, 0, 3, 1), days = 1_200

/** A number between 0 and 1 from two others, the same on every machine (mulberry32). */
function chance(n: number, of: number): number {
  let t = Math.imul(n ^ (of * 0x9e3779b9), 0x85ebca6b) + 0x6d2b79f5
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const at = (ms: number) => new Date(ms).toISOString() as HistoryEntry['occurredAt']
const officer = (n: number, of: number) => `p-${String(Math.floor(chance(n, of) * 300)).padStart(3, '0')}`

/** Eleven in a hundred end after the day that was promised, by one to twenty days; one in fifty is still open. */
export function bulkCase(n: number): { caseNo: string; dueMs: number; endMs: number | undefined; department: string; entries: HistoryEntry[] } {
  const startMs = firstMs + Math.floor(chance(n, 1) * days) * dayMs + Math.floor(chance(n, 2) * 7 * 3600e3)
  const item = Math.floor(chance(n, 3) * bulkItems), dueMs = Math.floor(startMs / dayMs + 7 + (item % 20)) * dayMs + 9.5 * 3600e3
  const late = chance(n, 4) < 0.11, left = dueMs - startMs
  const endMs = chance(n, 5) < 0.02 ? undefined : late ? dueMs + (1 + Math.floor(chance(n, 6) * 20)) * dayMs : startMs + Math.floor(chance(n, 6) * left * 0.9) + 60_000
  const caseNo = `${at(startMs).slice(0, 10).replaceAll('-', '')}-${String(n).padStart(7, '0')}`, department = departments[item % departments.length]!
  const facts: [type: string, data: Record<string, unknown>, ms: number][] = [
    ['ApplicationSubmitted', { itemCode: `MJ-${String(item).padStart(4, '0')}`, department, channel: n % 3 ? 'window' : 'online', by: officer(n, 7) }, startMs],
    ['CaseAccepted', { promisedDueAt: at(dueMs), by: officer(n, 7) }, startMs + 60_000],
    ['HandlingCompleted', { opinion: `经现场核查，材料与实际相符，同意上报审核。第 ${n} 号。`, by: officer(n, 8) }, startMs + ((endMs ?? dueMs) - startMs) * 0.5],
    ...endMs === undefined ? [] : [
      ['LicenceGranted', { by: officer(n, 9) }, endMs - 30_000],
      ['CaseConcluded', { resultCode: 'granted', by: officer(n, 8) }, endMs],
    ] as [string, Record<string, unknown>, number][],
  ]
  return { caseNo, dueMs, endMs, department, entries: facts.map(([type, data, ms], i) =>
    ({ type, data, key: `${n} ${i}`, order: n * 8 + i, occurredAt: at(Math.floor(ms)), ...(i === 0 && { activity: type }) }) as HistoryEntry) }
}

const casesAWindow = 1_000
async function* windowsOf(cases: number): AsyncGenerator<Window> {
  for (let from = 0; from < cases; from += casesAWindow) {
    const rows = Array.from({ length: Math.min(casesAWindow, cases - from) }, (_, i): MappedRow => {
      const { caseNo, entries } = bulkCase(from + i)
      return { caseNo, entries, line: from + i + 1, rowKey: caseNo }
    })
    yield { rows, sourceEvents: rows.length }
  }
}

/** Imports so many, as one file of that source. */
export async function importBulk({ rooms }: House, cases: number, say: (line: string) => void) {
  const history: History = { source: bulkSource, hall: 'H-1', zone: benchZone, profile: bulkSource, profileHash: '0'.repeat(64), windows: windowsOf(cases) }
  let told = 0
  return importHistory(rooms, `${bulkSource}.csv`, history, ({ sourceEvents, facts, seconds }) => {
    if (sourceEvents - told < 50_000) return
    told = sourceEvents
    say(`  ${sourceEvents} 件，${facts} 条，${seconds.toFixed(0)} s`)
  })
}
