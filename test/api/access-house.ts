import { join } from 'node:path'
import { openBlindIndex } from '../../adapters/blind/embedded.ts'
import { memoryBlobs } from '../../adapters/blobs/memory.ts'
import { fileCredentials } from '../../adapters/credentials/file.ts'
import { openDueIndex } from '../../adapters/due-index/embedded.ts'
import { formsOf } from '../../api/attachments/kept.ts'
import { blindingOf } from '../../api/blinding.ts'
import { dueOnceJudged } from '../../api/due.ts'
import type { Rooms } from '../../api/rooms.ts'
import { openServer } from '../../api/server.ts'
import { supervise } from '../../api/supervising.ts'
import type { Answer, Saying } from '../../api/tell.ts'
import { cases } from '../../domain/cases/index.ts'
import { evidence } from '../../domain/evidence/index.ts'
import { identity } from '../../domain/identity/index.ts'
import { items } from '../../domain/items/index.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import type { Blobs, Examiner } from '../../domain/kernel/ports.ts'
import { platform } from '../../domain/platform/index.ts'
import { licence } from '../fixtures/licence.ts'
import { at } from '../kernel/spec.ts'
import type { Position, Role } from './access-matrix.table.ts'
import { openSupervisedHouse } from './supervised-house.ts'

const zone = 'Asia/Shanghai'
/** Who asks, one for each role; the applicant is registered and not enrolled. */
export const who: Record<Role, string> = {
  applicant: 'q-one', 'window-clerk': 'p-clerk', handler: 'p-handler', 'section-head': 'p-head', leader: 'p-leader', 'hall-manager': 'p-manager', 'hall-monitor': 'p-monitor',
  inspector: 'p-inspector', 'disclosure-officer': 'p-disclosure', 'complaints-officer': 'p-complaints', 'system-admin': 'p-system', 'security-admin': 'p-security', auditor: 'p-auditor',
}
const places: Partial<Record<Role, [department: string, hall?: string]>> = {
  'window-clerk': ['政务服务中心', 'hall-1'], handler: ['甲局'], 'section-head': ['甲局'], leader: ['甲局'], 'hall-manager': ['政务服务中心', 'hall-1'], 'hall-monitor': ['政务服务中心', 'hall-1'],
  inspector: ['监察局'], 'disclosure-officer': ['政务服务中心'], 'complaints-officer': ['政务服务中心'], 'system-admin': ['政务服务中心'], 'security-admin': ['政务服务中心'], auditor: ['监察局'],
}
/** All of one length, as is the one that there is not. */
export const caseAt: Record<Position, string> = { own: 'case-0001', 'other item': 'case-0002', 'other department': 'case-0003', 'same hall': 'case-0004', inspectorate: 'case-0005' }
export const noCase = 'case-0009'
const submitted: Record<Position, { itemCode: string; hall: string; applicantId: string }> = {
  own: { itemCode: 'A-1', hall: 'hall-1', applicantId: 'q-one' }, 'other item': { itemCode: 'A-2', hall: 'hall-2', applicantId: 'q-two' }, 'other department': { itemCode: 'B-1', hall: 'hall-2', applicantId: 'q-two' },
  'same hall': { itemCode: 'B-1', hall: 'hall-1', applicantId: 'q-two' }, inspectorate: { itemCode: 'J-1', hall: 'hall-2', applicantId: 'q-two' },
}
const everyItem = { 'A-1': ['甲局', 'p-handler'], 'A-2': ['甲局', 'p-other'], 'B-1': ['乙局', 'p-third'], 'J-1': ['监察局', 'p-fourth'] } as const

/** As on a slow disk. */
const readSlowly = (rooms: Rooms, reading: () => Promise<void>): Rooms => ({ ...rooms, rows: { ...rooms.rows, async* scan(name) {
  for await (const batch of rooms.rows.scan(name)) for (const row of batch) {
    if (name === 'case-timelines') await reading()
    yield [row]
  }
} } })
export type Inject = { method?: string; body?: unknown; headers?: Record<string, string> }
/** The whole server in this process, over a house where somebody of every role works and where a case lies at every position to them. `issue`: its judge deals cards.
    `reading`: the judge's first look at everything waits for it before each row, as on a disk that is slow, and nobody else is made to wait. */
export async function openAccessHouse({ uiDir = '/nowhere', issue = false, blobs = memoryBlobs(), examiner, reading }:
  { uiDir?: string; issue?: boolean; blobs?: Blobs; examiner?: Examiner; reading?: () => Promise<void> } = {}) {
  const house = await openSupervisedHouse({ start: at('2026-03-02', '09:00'), references: { forms: formsOf(blobs) } }), rooms = house.rooms as unknown as Record<string, unknown>
  const told = new Set<(said: Saying, facts: readonly string[]) => void>(), tell = house.rooms.tell
  const blind = blindingOf(house.book, house.rooms.keys, openBlindIndex(join(house.dir, 'blind.db'), await house.rooms.keys.blind('mark', '')))
  const index = openDueIndex(join(house.dir, 'due.db'))
  Object.assign(rooms, { founding: { ...house.rooms.founding, purpose: 'demonstration' }, blind, blobs, examiner: examiner ?? {}, credentials: fileCredentials(join(house.dir, 'credentials')), due: async () => index, rowsHealth: async () => [],
    onTold: (listener: (said: Saying, facts: readonly string[]) => void) => { told.add(listener); return () => told.delete(listener) },
    async tell(saying: Saying): Promise<Answer> {
      const answer = await tell(saying)
      if ('facts' in answer && answer.facts.length > 0) for (const listener of told) listener(saying, answer.facts)
      return answer
    } })
  const { say } = house
  await say(platform, 'hall-1', 'OpenHall', { name: '一号大厅', kind: 'hall', zone })
  await say(platform, 'hall-2', 'OpenHall', { name: '二号大厅', kind: 'hall', zone })
  for (const [code, [department, officer]] of Object.entries(everyItem)) await say(items, code, 'PublishItem', { ...licence, department, shortName: code, officers: [officer], materials: [] })
  for (const [role, [department, hall]] of Object.entries(places)) await say(identity, who[role as Role], 'EnrolPerson', { name: role, department, post: role, roles: [role], ...(hall && { hall }) })
  for (const applicant of ['q-one', 'q-two']) await say(identity, applicant, 'RegisterApplicant', { applicant, name: '李某' })
  await say(evidence, 'matrix-1', 'RegisterCamera', { hall: 'hall-1', window: 'hall-1-w1', kind: 'window', name: '一号窗口', source: { kind: 'rtmp' }, retentionDays: 30, priority: 1, segmentSeconds: 10, masks: [] })
  const watched = { camera: 'matrix-1', fromMs: 0, toMs: 60_000, reason: '核查' }
  await say(evidence, 'matrix-1', 'PlaceHold', watched)
  await say(evidence, 'matrix-1', 'RequestExport', watched)
  const window = (hall: string): Actor => ({ person: `w-${hall}`, role: 'window-clerk', department: '政务服务中心' })
  for (const [position, said] of Object.entries(submitted)) await say(cases, caseAt[position as Position], 'SubmitApplication', { ...said, channel: 'window', applicantName: '李某' }, window(said.hall))
  await house.settled()
  const supervising = supervise(reading ? readSlowly(house.rooms, reading) : house.rooms, index, { issue, onError: (error) => { throw error } })
  if (!reading) await supervising.ready
  const many = 1_000_000_000
  const app = await openServer(house.rooms, dueOnceJudged(supervising, reading && { firstMs: 0, toldMs: 100 }), { uiDir, version: '0', log: false,
    limits: { anonymousPerMinute: many, sessionPerMinute: many, connections: many, requestsAtOnce: many, commandsAtOnce: many, bodyBytes: 1 << 20, jsonDepth: 24 } })
  await app.ready()
  let keyed = 0
  const ask = async (path: string, { method = 'GET', body, headers = {} }: Inject = {}, cookie?: string) => {
    const answer = await app.inject({ method: method as 'GET', url: path, headers: { host: 'localhost', 'idempotency-key': `matrix-${keyed++}`, ...(cookie && { cookie }), ...headers,
      ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { payload: JSON.stringify(body) }) })
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: String(answer.headers['content-type']).includes('json') ? JSON.parse(answer.body) as any : undefined }
  }
  return {
    ...house, rooms: house.rooms as Rooms, index, app, ask, sweep: supervising.sweep,
    /** The session of somebody, with a purpose unless none is wanted. */
    async session(person: string, purpose = true): Promise<string> {
      const { status, headers, text } = await ask('/api/me', { method: 'POST', body: { person } })
      if (status !== 204) throw new Error(`${person}: ${status} ${text}`)
      const cookie = String(headers['set-cookie']).split(';')[0]!
      if (purpose) await ask('/api/me/purpose', { method: 'POST', body: { text: '核对办件时限' } }, cookie)
      return cookie
    },
    async close() {
      await app.close()
      supervising.close()
      index.close()
      await blind.close()
      await house.close()
    },
  }
}
export type AccessHouse = Awaited<ReturnType<typeof openAccessHouse>>
