import { describe, expect, it } from 'vitest'
import type { ExchangeEvent } from '../../domain/exchange/events.ts'
import type { ItemEvent, ItemProposal } from '../../domain/items/events.ts'
import type { Recorded } from '../../domain/kernel/events.ts'
import type { PlatformEvent } from '../../domain/platform/events.ts'
import type { CardEvent } from '../../domain/supervision/events.ts'
import { cards } from '../../projections/cards.ts'
import { catalogue, itemProposals } from '../../projections/catalogue.ts'
import { foldRow } from '../../projections/fold-row.ts'
import { halls } from '../../projections/people.ts'
import { quarantine } from '../../projections/quarantine.ts'
import { licence } from '../fixtures/licence.ts'
import { at, day } from '../kernel/spec.ts'
import { rowsOf } from '../kernel/rows.ts'
import { toldOn } from './told.ts'

describe('发牌记录', () => {
  const finding = { ruleId: 'R-02', ruleVersion: 1, params: { graceWorkingDays: 1 }, clause: '优化营商环境条例第三十六条', calendarVersion: 9, clock: 'promised',
    becameTrueAt: at('2026-09-21', '17:30'), dueOn: day('2026-09-20'), ledger: [] }
  const issued = (type: 'WarningRaised' | 'YellowCardIssued' | 'RedCardIssued', cardId: string): CardEvent => ({ type, data: { cardId, ...finding } })
  const revoked: CardEvent = { type: 'CardRevoked', data: { cardId: 'c-1', reason: 'late-fact', evidence: '办结登记晚于办结' } }
  const told = (...facts: [string, CardEvent][]) => rowsOf(cards, [], toldOn('supervision-card.cases.X-1', ...facts)).rows
  it.each([['WarningRaised', 'WARN'], ['YellowCardIssued', 'YELLOW'], ['RedCardIssued', 'RED']] as const)('%s is %s, with the account and when it was recorded', (type, severity) =>
    expect(told(['2026-09-22', issued(type, 'c-1')])).toStrictEqual({ 'cases.X-1 c-1': { cardId: 'c-1', subject: 'cases.X-1', ...finding, severity, recordedAt: at('2026-09-22'), dealt: 1, standing: true, state: 'active', marked: false } }))
  it('a revoked card stays, and the revocation stands beside it', () =>
    expect(told(['2026-09-22', issued('YellowCardIssued', 'c-1')], ['2026-09-25', revoked])['cases.X-1 c-1']).toMatchObject({
      severity: 'YELLOW', recordedAt: at('2026-09-22'), standing: false, revoked: { reason: 'late-fact', evidence: '办结登记晚于办结', recordedAt: at('2026-09-25') } }))
  it('a revocation touches its own card alone', () =>
    expect(told(['2026-09-22', issued('YellowCardIssued', 'c-1')], ['2026-09-24', issued('RedCardIssued', 'c-2')], ['2026-09-25', revoked])['cases.X-1 c-2']).toMatchObject({ standing: true }))
})

describe('事项目录、大厅', () => {
  it('shows an item at its newest version', () => {
    const published = (version: number): ItemEvent => ({ type: 'ItemPublished', data: { ...licence, version } })
    expect(rowsOf(catalogue, [], toldOn('items-SP-01', ['2026-03-02', published(1)], ['2026-04-02', published(2)])).rows).toStrictEqual({ 'SP-01': { code: 'SP-01', ...licence, version: 2 } })
  })
  it('keeps what is proposed beside the catalogue, until a version overtakes it', () => {
    const first: ItemEvent = { type: 'ItemPublished', data: licence }, next: ItemEvent = { type: 'ItemPublished', data: { ...licence, version: 2 } }
    const wish: ItemProposal = { type: 'ItemProposed', data: { ...licence, version: 2, reason: '减时限', proposal: 1 } }
    const told = (...facts: (ItemEvent | ItemProposal)[]) => toldOn<ItemEvent | ItemProposal>('items-SP-01', ...facts.map((fact) => ['2026-03-02', fact] as [string, ItemEvent | ItemProposal]))
    expect(rowsOf(itemProposals, [], told(first, wish)).rows['SP-01']).toMatchObject({ code: 'SP-01', open: [{ proposal: 1, version: 2, department: licence.department, reason: '减时限' }] })
    expect(rowsOf(catalogue, [], told(first, wish)).rows['SP-01']).toStrictEqual({ code: 'SP-01', ...licence })
    expect(rowsOf(itemProposals, [], told(first, wish, next)).rows['SP-01']).toStrictEqual({ code: 'SP-01', open: [] })
  })
  it('knows the halls, and takes the founding for none', () => {
    const data = { hall: 'H-1', name: '县政务服务中心', kind: 'hall' as const, zone: 'Asia/Shanghai' }
    const founded: PlatformEvent = { type: 'PlatformFounded', data: { purpose: 'official', name: '建始', region: '422822', zone: 'Asia/Shanghai' } }
    expect(rowsOf(halls, [], [...toldOn<PlatformEvent>('platform-house', ['2026-03-02', founded]), ...toldOn<PlatformEvent>('platform-hall.H-1', ['2026-03-02', { type: 'HallOpened', data }])]
      .map((fact, i) => ({ ...fact, meta: { ...fact.meta, position: i + 1 } }))).rows).toStrictEqual({ 'H-1': data })
  })
})

describe('隔离区', () => {
  const raw = (rowKey: string) => ({ subject: rowKey, matter: 'exchange-b-1', sealed: '…' })
  const broken = (rowKey: string, line: number) => ({ rowKey, line, field: 'time', rule: 'not-a-time', zh: '不是时间', en: 'not a time', raw: raw(rowKey) })
  const facts = toldOn<ExchangeEvent>('exchange-b-1',
    ['2026-03-02', { type: 'RowsQuarantined', data: { source: 'receipt', file: 'a.csv', rows: [broken('r-1', 3), broken('r-2', 9)] } }],
    ['2026-03-03', { type: 'RowsSettled', data: { source: 'receipt', rowKeys: ['r-1'] } }])
  const rowOf = (key: string, upTo = facts.length) => foldRow(quarantine, facts.slice(0, upTo) as Recorded<ExchangeEvent>[], key)
  it('one fact makes as many rows as it names, each with its own place and rule', () => {
    expect(rowOf('receipt r-1', 1)).toStrictEqual({ source: 'receipt', batch: 'b-1', rowKey: 'r-1', position: { file: 'a.csv', line: 3 }, field: 'time', rule: 'not-a-time', zh: '不是时间',
      en: 'not a time', raw: raw('r-1'), settled: false })
    expect(rowOf('receipt r-2', 1)).toMatchObject({ rowKey: 'r-2', position: { file: 'a.csv', line: 9 }, raw: raw('r-2') })
  })
  it('更正 settles those that it names and keeps them, without what they held', () => {
    const settled = rowOf('receipt r-1')!
    expect(settled).toMatchObject({ rowKey: 'r-1', settled: true })
    expect(settled).not.toHaveProperty('raw')
    expect(rowOf('receipt r-2')).toMatchObject({ settled: false, raw: raw('r-2') })
    expect(quarantine.row.parse(settled)).toStrictEqual(settled)
  })
  it('更正 of a row that nobody knows makes none', () => {
    const unknown = toldOn<ExchangeEvent>('exchange-b-1', ['2026-03-03', { type: 'RowsSettled', data: { source: 'receipt', rowKeys: ['r-9'] } }])
    expect(foldRow(quarantine, unknown, 'receipt r-9')).toBeUndefined()
  })
})
