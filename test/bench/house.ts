import { fileURLToPath } from 'node:url'
import { openRooms } from '../../api/opening/main.ts'
import type { Founding } from '../../api/rooms.ts'
import type { Saying } from '../../api/tell.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { cases } from '../../domain/cases/index.ts'
import { contexts } from '../../domain/contexts.ts'
import { shapesOf } from '../../api/shapes.ts'
import { hashOfServing } from '../../adapters/read-store/hash.ts'
import { join } from 'node:path'
import type { Place } from './place.ts'
import { timed } from './figures.ts'
import { benchZone, fill } from './told.ts'

export const founding: Founding = { purpose: 'official', name: '性能试验', region: '422822', zone: benchZone }
export const rootModule = fileURLToPath(new URL('../../api/main.js', import.meta.url))
export const shapes = shapesOf(contexts)
export const longCase = { source: 'bench', caseNo: 'L-1', facts: 1_000 }

export type House = Awaited<ReturnType<typeof openRooms>>
export const openHouse = (dir: string) => openRooms(dir, { write: 'must', founding })

/** Says it, and stands still where it is refused: a benchmark says nothing that may be. */
export async function said({ rooms }: House, saying: Omit<Saying, 'by'> & { by?: Actor }) {
  const answer = await rooms.tell({ by: { person: 'policy', role: 'policy', department: '' }, ...saying })
  if (isRefusal(answer) || 'stale' in answer) throw new Error(`${saying.command.type} was not done: ${JSON.stringify(answer)}`)
  return answer
}

/** 补录 — entries of a foreign history, as an import tells them. */
export const historyOf = (source: string, caseNo: string, facts: number, key: string): Omit<Saying, 'by' | 'context'> => ({
  id: `${source}:${caseNo}`, key,
  command: { type: 'RecordHistory', data: { caseNo, source, batch: 'bench', hall: 'H-1', zone: benchZone, entries: Array.from({ length: facts }, (_, i) => ({
    key: `${key} ${i}`, order: i, occurredAt: new Date(Date.UTC(2026, 0, 5, 1) + i * 60_000).toISOString(), activity: `T${String(i % 12).padStart(2, '0')}`,
    ...(i === 0 ? { type: 'ApplicationSubmitted', data: { itemCode: 'MJ-0001', department: '市场监督管理局', channel: 'window', by: 'p-001' } }
      : { type: 'StepCompleted', data: { step: `环节 ${i}：核对材料并登记`, by: `p-${String(i % 40).padStart(3, '0')}` } }) })) } },
})

export type Filled = { dir: string; facts: number; cases: number; fillMs: number; rowsHash: string }
const filled = new WeakMap<Place, Promise<Filled>>()

/** 试验用的事件簿 — founded by the house itself, filled through the port, its rows folded; made once a run and shared by the rows that read. */
export function theBook(place: Place): Promise<Filled> {
  const known = filled.get(place)
  if (known) return known
  const made = make(place)
  filled.set(place, made)
  return made
}
async function make(place: Place): Promise<Filled> {
  const facts = place.quick ? 60_000 : 300_000, dir = place.room('book')
  place.say(`  铺簿 ${facts} 条 / filling a book through its port`)
  const house = await openHouse(dir)
  const { rooms } = house
  try {
    await said(house, { context: cases, ...historyOf(longCase.source, longCase.caseNo, longCase.facts, 'long') })
    rooms.bulk(true)
    const { ms: fillMs, value } = await timed(() => fill(rooms.book, facts, rooms.now()))
    rooms.bulk(false)
    const { size } = await rooms.book.head()
    await rooms.caughtUp(size)
    return { dir, facts: size, cases: value.cases, fillMs, rowsHash: await hashOfServing(join(dir, 'rows')) }
  } finally { await house.close() }
}
