import { rowsPerFact } from '../domain/exchange/events.ts'
import type { QuarantinedRow } from '../projections/quarantine.ts'
import { pageLimit } from '../projections/read-store.ts'
import type { BrokenRow, MappedRow } from './importing.ts'
import type { Rooms } from './rooms.ts'

type Say = (type: string, data: Record<string, unknown>, batch?: string) => Promise<unknown>

/** 隔离 — broken rows go to the book in hundreds, sealed; a row that was there already is not told again, and one that maps now is settled. */
export async function quarantineOf(rooms: Rooms, source: string, batch: string, start: () => Promise<unknown>, say: Say) {
  const known = new Map<string, { batch: string; settled: boolean }>()
  await rooms.caughtUp((await rooms.book.head()).position)
  for (let after: string | undefined; ;) {
    const page = await rooms.rows.find('quarantine', { where: { source }, limit: pageLimit, ...(after !== undefined && { after }) })
    for (const { rowKey, batch, settled } of page.rows.map(({ row }) => row as unknown as QuarantinedRow)) known.set(rowKey, { batch, settled })
    if (page.next === undefined) break
    after = page.next
  }
  let waiting: Record<string, unknown>[] = []
  const settling = new Map<string, string[]>()

  async function flushBroken() {
    if (waiting.length === 0) return
    const rows = waiting
    waiting = []
    await start()
    await say('QuarantineRows', { rows })
  }
  return {
    async add({ raw, line, field, rule, zh, en, rowKey }: BrokenRow) {
      if (known.has(rowKey)) return
      known.set(rowKey, { batch, settled: false })
      waiting.push({ rowKey, line, field, rule, zh, en, raw: (typeof raw === 'string' ? raw : JSON.stringify(raw)).slice(0, 100_000) })
      if (waiting.length >= rowsPerFact) await flushBroken()
    },
    /** These rows are in the book now; those that had been in quarantine are settled. */
    told(rows: readonly MappedRow[]) {
      if (known.size === 0) return
      for (const { rowKey } of rows) {
        const held = known.get(rowKey)
        if (!held || held.settled) continue
        held.settled = true
        settling.set(held.batch, [...settling.get(held.batch) ?? [], rowKey])
      }
    },
    /** These broken rows of an earlier batch were corrected by this file, whatever they read now: somebody says so. */
    correct(corrected: string) {
      for (const [rowKey, held] of known) if (held.batch === corrected && !held.settled) {
        held.settled = true
        settling.set(corrected, [...settling.get(corrected) ?? [], rowKey])
      }
    },
    async flush() {
      await flushBroken()
      for (const [of, rowKeys] of settling) for (let from = 0; from < rowKeys.length; from += rowsPerFact) {
        const together = rowKeys.slice(from, from + rowsPerFact)
        // The key goes first: killed in between, the rows are settled by the next import, and none keeps its raw text.
        for (const rowKey of together) await rooms.keys.forget(rowKey, `exchange-${of}`)
        await say('SettleRows', { rowKeys: together }, of)
      }
    },
  }
}
