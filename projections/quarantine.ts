import { z } from 'zod'
import type { ExchangeEvent } from '../domain/exchange/events.ts'
import { Sealed } from '../domain/kernel/values.ts'
import type { Projection } from './kernel.ts'

/** `position` is the row's place in the file that brought it; the raw row is gone once it is settled. */
export const QuarantinedRow = z.strictObject({
  source: z.string(), batch: z.string(), rowKey: z.string(), position: z.strictObject({ file: z.string(), line: z.int() }),
  field: z.string(), rule: z.string(), zh: z.string(), en: z.string(), raw: z.union([Sealed, z.string()]).optional(), settled: z.boolean(),
})
export type QuarantinedRow = z.infer<typeof QuarantinedRow>

/** 隔离区 — rows that could not be mapped and wait for a correction. A settled row stays, so that the same file does not bring it again. */
export const quarantine: Projection<QuarantinedRow, ExchangeEvent> = {
  name: 'quarantine',
  version: 1,
  row: QuarantinedRow,
  order: 'business',
  key: ({ type, data }) => {
    if (type === 'RowsQuarantined') return data.rows.map(({ rowKey }) => `${data.source} ${rowKey}`)
    return type === 'RowsSettled' ? data.rowKeys.map((rowKey) => `${data.source} ${rowKey}`) : []
  },
  indexes: ['source', 'batch', 'rule', 'rowKey', 'settled'],
  on: {
    RowsQuarantined(row, { data, meta }, key) {
      const found = data.rows.find(({ rowKey }) => key === `${data.source} ${rowKey}`)
      if (!found) return row
      const { line, ...said } = found
      return { ...said, source: data.source, batch: meta.stream.slice('exchange-'.length), position: { file: data.file, line }, settled: false }
    },
    RowsSettled(row) {
      if (!row) return row
      const { raw: _, ...rest } = row
      return { ...rest, settled: true }
    },
  },
}
