import { describe, expect, it } from 'vitest'
import { rowsPerFact, type ExchangeEvent } from '../../domain/exchange/events.ts'
import { batchDecider, exchange } from '../../domain/exchange/index.ts'
import { importer, specOf } from '../kernel/spec.ts'

const given = specOf(exchange, batchDecider)
const by = { id: 'receipt-20260302T020000-abc', by: importer }
const start = { source: 'receipt', file: 'receipt.xes', profile: 'receipt', profileHash: 'ab'.repeat(32) }
const started: ExchangeEvent = { type: 'ImportStarted', data: start }
const row = (rowKey: string) => ({ rowKey, line: 12, field: 'time:timestamp', rule: 'not-a-time', zh: '不是时间', en: 'not a time', raw: '{"org:resource":"张三"}' })
const quarantined = (...rowKeys: string[]): ExchangeEvent => ({ type: 'RowsQuarantined', data: { source: 'receipt', file: 'receipt.xes', rows: rowKeys.map(row) } })
const settled = (...rowKeys: string[]): ExchangeEvent => ({ type: 'RowsSettled', data: { source: 'receipt', rowKeys } })
const figures = { cases: 1, sourceEvents: 3, facts: 4, duplicates: 0, quarantined: 1 }
const finished: ExchangeEvent = { type: 'ImportFinished', data: figures }

describe('导入批次', () => {
  const rows = (...rowKeys: string[]) => ({ type: 'QuarantineRows' as const, data: { rows: rowKeys.map(row) } })
  const settle = (...rowKeys: string[]) => ({ type: 'SettleRows' as const, data: { rowKeys } })

  it('starts with its source, file and mapping', () => given().when({ type: 'StartImport', data: start }, by).then(started))
  it('started again is nothing new', () => given(started).when({ type: 'StartImport', data: start }, by).then())
  it('隔离 names source and file with the rows', () => given(started).when(rows('r-1', 'r-2'), by).then(quarantined('r-1', 'r-2')))
  it('隔离 tells only rows that were not told', () => given(started, quarantined('r-1')).when(rows('r-1', 'r-2'), by).then(quarantined('r-2')))
  it('隔离 of the same rows is nothing new, even when the batch is finished', () => given(started, quarantined('r-1'), finished).when(rows('r-1'), by).then())
  it('隔离 of a row twice in one breath holds it once, as it was first said', () => {
    const other = { ...row('r-1'), line: 99 }
    given(started).when({ type: 'QuarantineRows', data: { rows: [row('r-1'), row('r-2'), other] } }, by).then(quarantined('r-1', 'r-2'))
  })
  it('隔离 needs a batch', () => given().when(rows('r-1'), by).thenRefused('batch-not-started'))
  it('隔离 of new rows into a finished batch is refused', () => given(started, finished).when(rows('r-1'), by).thenRefused('batch-finished'))
  it('更正 settles rows, also long after the end', () => given(started, quarantined('r-1', 'r-2'), finished).when(settle('r-1'), by).then(settled('r-1')))
  it('更正 settles a row once', () => given(started, quarantined('r-1', 'r-2'), settled('r-1')).when(settle('r-1', 'r-2'), by).then(settled('r-2')))
  it('更正 of a row twice in one breath settles it once', () =>
    given(started, quarantined('r-1', 'r-2')).when(settle('r-1', 'r-2', 'r-1'), by).then(settled('r-1', 'r-2')))
  it('更正 of a row that is not in quarantine is refused, and none of the others is settled', () => {
    given(started).when(settle('r-1'), by).thenRefused('row-not-quarantined')
    given(started, quarantined('r-1')).when(settle('r-1', 'r-9'), by).thenRefused('row-not-quarantined')
    given(started, quarantined('r-1'), settled('r-1')).when(settle('r-1', 'r-9'), by).thenRefused('row-not-quarantined')
  })
  it('更正 needs a batch', () => given().when(settle('r-1'), by).thenRefused('batch-not-started'))
  it('finishes with its figures', () => given(started).when({ type: 'FinishImport', data: figures }, by).then(finished))
  it('finishes once', () => given(started, finished).when({ type: 'FinishImport', data: { ...figures, facts: 99 } }, by).then())
  it('that never started does not finish', () => given().when({ type: 'FinishImport', data: figures }, by).thenRefused('batch-not-started'))
  it('one fact holds no more than so many rows', () => {
    const many = Array.from({ length: rowsPerFact + 1 }, (_, i) => `r-${i}`)
    expect(exchange.commands['QuarantineRows']!.safeParse(rows(...many).data).success).toBe(false)
    expect(exchange.commands['QuarantineRows']!.safeParse(rows(...many.slice(1)).data).success).toBe(true)
  })
  it('takes no row that is sealed already', () => {
    const forged = { ...row('r-1'), raw: { subject: 'r-1', matter: 'exchange-1', sealed: 'x' } }
    expect(exchange.commands['QuarantineRows']!.safeParse({ rows: [forged] }).success).toBe(false)
  })
})
