import { context } from '../kernel/context.ts'
import { decider, refuse } from '../kernel/decider.ts'
import { exchangeCommands, exchangeEvents, type ExchangeCommand, type ExchangeEvent } from './events.ts'

export type ExchangeRefusal = 'batch-not-started' | 'batch-finished' | 'row-not-quarantined'
type Batch = { source?: string; file?: string; finished: boolean; quarantined: ReadonlySet<string>; settled: ReadonlySet<string> }

function evolve(state: Batch, { type, data }: ExchangeEvent): Batch {
  switch (type) {
    case 'ImportStarted': return { ...state, source: data.source, file: data.file }
    case 'RowsQuarantined': return { ...state, quarantined: new Set([...state.quarantined, ...data.rows.map(({ rowKey }) => rowKey)]) }
    case 'RowsSettled': return { ...state, settled: new Set([...state.settled, ...data.rowKeys]) }
    case 'ImportFinished': return { ...state, finished: true }
  }
}

/** 导入批次 */
export const batchDecider = decider<Batch, ExchangeCommand, ExchangeEvent>()({
  needs: { StartImport: {}, QuarantineRows: {}, SettleRows: {}, FinishImport: {} },
  initial: { finished: false, quarantined: new Set(), settled: new Set() },
  evolve,
  answers: {
    StartImport: ({ source }, data) => source === undefined ? [{ type: 'ImportStarted', data }] : [],
    QuarantineRows({ source, file, finished, quarantined }, { rows }) {
      if (source === undefined || file === undefined) return refuse('batch-not-started')
      const named = new Set<string>()
      const fresh = rows.filter(({ rowKey }) => !quarantined.has(rowKey) && named.size < named.add(rowKey).size)
      if (fresh.length === 0) return []
      return finished ? refuse('batch-finished') : [{ type: 'RowsQuarantined', data: { source, file, rows: fresh } }]
    },
    SettleRows({ source, quarantined, settled }, { rowKeys }) {
      if (source === undefined) return refuse('batch-not-started')
      if (rowKeys.some((rowKey) => !quarantined.has(rowKey))) return refuse('row-not-quarantined')
      const fresh = [...new Set(rowKeys)].filter((rowKey) => !settled.has(rowKey))
      return fresh.length === 0 ? [] : [{ type: 'RowsSettled', data: { source, rowKeys: fresh } }]
    },
    FinishImport({ source, finished }, data) {
      if (source === undefined) return refuse('batch-not-started')
      return finished ? [] : [{ type: 'ImportFinished', data }]
    },
  },
})

export const exchange = context({
  name: 'exchange',
  zh: '数据交换',
  events: exchangeEvents,
  commands: exchangeCommands,
  grants: { StartImport: ['importer'], QuarantineRows: ['importer'], SettleRows: ['importer'], FinishImport: ['importer'] },
  subjects: { '': 'house' },
  deciders: { '': batchDecider },
})
