import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBook } from '../../adapters/book/open.ts'
import { openDueIndex } from '../../adapters/due-index/embedded.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { bookFacts } from '../../adapters/read-store/book-facts.ts'
import { openReadStore } from '../../adapters/read-store/embedded.ts'
import { Projector } from '../../adapters/read-store/projector.ts'
import { openCalendars } from '../../api/calendars.ts'
import type { Module } from '../../api/modules.ts'
import { referencesFrom } from '../../api/references.ts'
import type { Rooms, RowsChanged } from '../../api/rooms.ts'
import { shapesOf } from '../../api/shapes.ts'
import { supervise, type Supervising } from '../../api/supervising.ts'
import { runner, type Answer, type Saying } from '../../api/tell.ts'
import { calendar as calendarContext } from '../../domain/calendar/index.ts'
import { nationalCommands } from '../../domain/calendar/national.ts'
import { cases } from '../../domain/cases/index.ts'
import { contexts } from '../../domain/contexts.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Actor, Recorded } from '../../domain/kernel/events.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import { platform } from '../../domain/platform/index.ts'
import { supervision } from '../../domain/supervision/index.ts'
import type { CardRow } from '../../projections/cards.ts'
import { groups, projections } from '../../projections/index.ts'
import { licence } from '../fixtures/licence.ts'
import { at, day, heInspector, liMin, policy, wangQiang } from '../kernel/spec.ts'

const zone = 'Asia/Shanghai'
const zhou: Actor = { person: 'p-004', role: 'window-clerk', department: '市场监管局' }
const staff = [
  ['p-001', '李敏', 'handler'], ['p-002', '王强', 'section-head'], ['p-003', '陈局', 'leader'], ['p-004', '周窗口', 'window-clerk'], ['p-005', '何监察', 'inspector'], ['p-009', '管理员', 'system-admin'],
] as const

type Options = { start: Instant; notices?: (command: typeof nationalCommands[number]) => boolean; item?: Partial<typeof licence>; modules?: readonly Module[]; references?: Parameters<typeof runner>[0]['references'] }

/** A house in a folder of its own: a book on disk, rows that a projector in this thread keeps up, a clock that is set. Everything is said through the runner. */
export async function openSupervisedHouse({ start, notices = () => true, item = {}, modules = [], references = {} }: Options) {
  const dir = mkdtempSync(join(tmpdir(), 'supervised-')), rowsDir = join(dir, 'rows')
  const book = await openBook(dir, { write: true }), keys = memoryKeys()
  let clock = start, dues = 0, keyed = 0
  const now = () => clock
  const calendars = await openCalendars(book, () => '422822', () => zone)
  const run = runner({ book, keys, region: '422822', now, references: { ...referencesFrom(book, modules.flatMap(({ rules, patterns }) => [...rules, ...patterns])), attachments: async () => [], reading: async () => undefined, ...references },
    calendar: () => calendars.ofKnown('', zone, dayIn(zone, clock)) })
  const listeners = new Set<(changed: RowsChanged) => void>()
  const projector = new Projector({ dir: rowsDir, projections, groups, source: bookFacts(dir, { ...shapesOf(contexts), write: false }), onChanged: (said) => listeners.forEach((listener) => listener(said)) })
  await projector.wake()
  await projector.caughtUp(0)
  const rows = openReadStore(rowsDir)
  const running = new Set<Supervising>()
  const again: Promise<void>[] = []
  async function tell(saying: Saying): Promise<Answer> {
    const answer = await run(saying), moved = 'facts' in answer && answer.facts.length > 0
    if (moved && saying.context.name === 'calendar') {
      await calendars.reload()
      for (const one of running) again.push(one.again())
    }
    if (moved) void projector.wake()
    return answer
  }
  const caughtUp = async (position: number) => { await projector.wake(); await projector.caughtUp(position) }
  const rooms = { dir, founding: { purpose: 'official', name: '县', region: '422822', zone }, clock: 'simulated', now, book, keys, rows, calendars, modules, tell, caughtUp,
    bulk: () => undefined, stopping: new AbortController().signal, onChanged: (listener: (changed: RowsChanged) => void) => { listeners.add(listener); return () => listeners.delete(listener) } } as unknown as Rooms

  const say = async (context: Saying['context'], id: string, type: string, data: object, by: Actor = policy, key = `k-${keyed++}`) => {
    const answer = await tell({ context, id, command: { type, data: data as Record<string, unknown> }, by, key })
    if (isRefusal(answer)) throw new Error(`${type} of ${id} was refused: ${answer.refused}`)
    return answer
  }
  await say(platform, 'H-1', 'OpenHall', { name: '县政务服务中心', kind: 'hall', zone })
  for (const command of nationalCommands.filter(notices)) await say(calendarContext, 'national', command.type, command.data)
  await say(items, 'SP-01', 'PublishItem', { ...licence, officers: ['p-001', 'p-004'], materials: [], minimumMinutes: undefined, ...item })
  for (const [person, name, role] of staff) await say(identity, person, 'EnrolPerson', { name, department: role === 'inspector' ? '监察室' : '市场监管局', post: name, roles: [role] })

  const settled = async () => { await Promise.all(again.splice(0)); await caughtUp((await book.head()).position) }
  return {
    dir, rooms, book, tell, say, settled, calendarContext,
    set(instant: Instant) { if (instant < clock) throw new Error(`the clock goes back to ${instant}`); clock = instant },
    now,
    /** The judge, as a root starts it. */
    async judge(issue = true, onError = (error: unknown): void => { throw error }): Promise<Supervising & { stop(): void }> {
      const index = openDueIndex(join(dir, `due-${dues++}.db`))
      const supervising = supervise(rooms, index, { issue, onError })
      running.add(supervising)
      await supervising.ready
      return { ...supervising, stop() { running.delete(supervising); supervising.close(); index.close() } }
    },
    submit: (id: string, more: object = {}) => say(cases, id, 'SubmitApplication', { itemCode: 'SP-01', hall: 'H-1', channel: 'window', applicantId: `a-${id}`, organisation: '县食品厂', ...more }, zhou),
    accept: (id: string) => say(cases, id, 'AcceptCase', {}, { ...liMin }),
    handle: (id: string, more: object = {}) => say(cases, id, 'CompleteHandling', { opinion: `合格 ${id}`, ...more }, liMin),
    review: (id: string) => say(cases, id, 'ReviewCase', { opinion: `属实 ${id}`, result: 'pass' }, wangQiang),
    decide: (id: string) => say(cases, id, 'DecideCase', { result: 'grant' }, wangQiang),
    conclude: (id: string, more: object = {}) => say(cases, id, 'ConcludeCase', more, liMin),
    ask: (id: string) => say(cases, id, 'RequestSupplement', { asked: [{ material: '平面图', reason: '没有标明面积', basis: '办法第十二条' }] }, liMin),
    supply: (id: string) => say(cases, id, 'SubmitSupplement', { materials: ['平面图'] }, zhou),
    ofCard: (subject: string, type: string, data: object, by: Actor = heInspector) => say(supervision, subject, type, data, by),
    async facts(prefix = ''): Promise<Recorded[]> {
      const found: Recorded[] = []
      for await (const batch of book.readAll(0)) found.push(...batch.filter(({ meta }) => meta.stream.startsWith(prefix)))
      return found
    },
    async cards(): Promise<CardRow[]> {
      await settled()
      const found: CardRow[] = []
      for await (const batch of rows.scan('cards')) found.push(...batch.map(({ row }) => row as CardRow))
      return found
    },
    async close() {
      running.forEach((one) => one.close())
      await projector.close()
      await rows.close()
      await book.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
export type SupervisedHouse = Awaited<ReturnType<typeof openSupervisedHouse>>
export const standing = (cards: readonly CardRow[]) => cards.filter((card) => card.standing).map(({ subject, cardId, severity, because, dueOn }) => `${subject} ${cardId} ${severity} ${because ?? '-'} ${dueOn ?? '-'}`).sort()
export const close = (on: string) => at(on, '17:30')
export { at, day }
