import type { Instant } from '../../domain/kernel/values.ts'
import { openSource } from './bytes.ts'
import { csvRows } from './csv-rows.ts'
import { xesRows } from './xes-rows.ts'
import { compileMapping, type Mapping } from './mapping.ts'
import { openSeen } from './seen.ts'
import { missingColumns, type RowFault } from './refused.ts'
import type { FactName } from './facts.ts'
import type { Profile } from './profile.ts'

export type HistoryEntry = {
  /** Source row key, `#`, type (and "/2" for the second of one type in a row): the same in any order of the file, batch and format. */
  key: string
  type: FactName
  data: Record<string, unknown>
  occurredAt: Instant
  /** Only the day was written: the instant is that day's midnight in the hall. */
  precision?: 'day'
  /** The row's place in the file, from 0; what a case attribute says has the place of the first row of its case. */
  order: number
  /** On the first fact of a source event only, never on a fact from case attributes. */
  activity?: string
}
export type CaseAttributes = {
  itemCode: string; department: string; channel: string; hall: string; responsible?: string; attributes?: Record<string, string>
}
export type MappedRow = { caseNo: string; case: CaseAttributes; entries: HistoryEntry[]; line: number; rowKey: string }
export type BrokenRow = {
  line: number; field: string; rule: string; zh: string; en: string; raw: Record<string, string> | string; rowKey: string
}
export const isBroken = (row: MappedRow | BrokenRow): row is BrokenRow => 'rule' in row

/** What a reader hands on: rows with the line each begins on; `faults` by place in `rows`, `caseOnly` the cases without an event. */
export type Batch = {
  columns: readonly string[]
  rows: string[][]
  lines: number[]
  faults: Map<number, RowFault>
  caseOnly: Set<number>
}
export type ReadOptions = {
  /** Where what no longer fits into memory is written while the file is read. */
  tmpDir: string
  onProgress?: (readBytes: number, totalBytes: number) => void
  signal?: AbortSignal
  /** Rows in a window. */
  windowRows?: number
  /** How many rows and cases are remembered in memory before the older half is written down. */
  remembered?: number
}
/** `sourceEvents` counts the events of the source in this window, broken ones too. */
export type Window = { rows: (MappedRow | BrokenRow)[]; sourceEvents: number }

/** 读入历史 — a foreign file as rows of our facts, one window at a time. Throws `ImportRefused` where the file as a whole cannot be read. */
export async function* readHistory(file: string, profile: Profile, options: ReadOptions): AsyncGenerator<Window> {
  const { windowRows = 1000, remembered = 50_000 } = options
  const source = await openSource(file, profile.encoding ?? 'utf-8', options)
  const seen = openSeen(options.tmpDir, remembered)
  const isXes = source.format === 'xes'
  let mapping: Mapping | undefined, order = 0
  let window: Window = { rows: [], sourceEvents: 0 }
  try {
    const xesColumns: string[] = []
    if (isXes) mapping = compileMapping(profile, seen, growing(xesColumns), true)
    for await (const batch of isXes ? xesRows(source.chunks, file, profile, xesColumns) : csvRows(source.chunks, file, profile)) {
      mapping ??= compileMapping(profile, seen, inHeader(file, batch.columns, profile.optional ?? []), false)
      for (let place = 0; place < batch.rows.length; place++) {
        const isEvent = !batch.caseOnly.has(place)
        window.rows.push(mapping(batch.rows[place]!, batch.columns, batch.lines[place]!, order++, isEvent, batch.faults.get(place)))
        if (isEvent) window.sourceEvents++
        if (window.rows.length >= windowRows) {
          yield window
          window = { rows: [], sourceEvents: 0 }
        }
      }
    }
    if (window.rows.length > 0) yield window
  } finally {
    seen.close()
    source.close()
  }
}

/** Where a column stands, by the header; -1 for an optional one that this file does not have. */
export type Locate = (columns: readonly string[]) => number[]
const inHeader = (file: string, header: readonly string[], optional: readonly string[]): Locate => (columns) => {
  const missing = columns.filter((column) => !header.includes(column) && !optional.includes(column))
  if (missing.length > 0) throw missingColumns(file, missing, header)
  return columns.map((column) => header.indexOf(column))
}
/** XES has no header: an attribute that an event does not have is empty there. */
const growing = (known: string[]): Locate => (columns) => columns.map((column) =>
  known.includes(column) ? known.indexOf(column) : known.push(column) - 1)
