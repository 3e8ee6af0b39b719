import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { personal } from '../kernel/values.ts'

/** 一批最多 — rows that one fact of quarantine may hold, so that a batch never has one fact per row. */
export const rowsPerFact = 500

const started = {
  source: z.string().min(1).max(64).describe('来源'), file: z.string().min(1).max(255).describe('文件名'),
  profile: z.string().min(1).max(64).describe('映射配置'), profileHash: z.string().length(64).describe('配置摘要'),
}
const place = { rowKey: z.string().min(1).max(400), line: z.int().nonnegative(), field: z.string(), rule: z.string(), zh: z.string(), en: z.string() }
/** The raw row may hold anything about anybody: sealed under a key of its own, which goes when the row is settled. */
const row = z.strictObject({ ...place, raw: personal(z.string().max(100_000), 'rowKey') })
const plainRow = z.strictObject({ ...place, raw: z.string().max(100_000) })
const count = z.int().nonnegative()
const figures = { cases: count, sourceEvents: count, facts: count, duplicates: count, quarantined: count }

/** 导入 — a batch has a fact at its start, one per ≤ 500 quarantined rows and one at its end. */
export const exchangeEvents = {
  ImportStarted: event(started),
  RowsQuarantined: event({ source: started.source, file: started.file, rows: z.array(row).min(1).max(rowsPerFact) }),
  RowsSettled: event({ source: started.source, rowKeys: z.array(z.string()).min(1).max(rowsPerFact) }),
  ImportFinished: event(figures),
}
export type ExchangeEvent = EventOf<typeof exchangeEvents>

export const exchangeCommands = {
  StartImport: command(started),
  QuarantineRows: command({ rows: z.array(plainRow).min(1).max(rowsPerFact) }),
  SettleRows: command({ rowKeys: z.array(z.string()).min(1).max(rowsPerFact) }),
  FinishImport: command(figures),
}
export type ExchangeCommand = CommandOf<typeof exchangeCommands>
