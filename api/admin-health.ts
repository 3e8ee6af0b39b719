import type { FastifyInstance } from 'fastify'
import { diagnose, type Line } from './doctor.ts'
import { footageOnDisk } from './footage/disk-health.ts'
import { footageLines } from './footage/health.ts'
import { Unanswerable } from './problems.ts'
import { only } from './queries.ts'
import type { Rooms } from './rooms.ts'

type Health = { state: Line['state']; lines: readonly Line[]; at: string; version: string; node: string }
/** A look at the whole directory is not taken more often than this, whoever asks. */
const keptMs = 10_000

/** 体检 as `mingjian doctor` has it, for who runs the house and who audits it. */
export function healthRoute(app: FastifyInstance, rooms: Rooms, version: string) {
  let kept: { at: number; health: Promise<Health> } | undefined
  async function look(): Promise<Health> {
    if (!rooms.look) throw new Unanswerable(409, 'no-look', '这个进程看不到数据目录', 'This process does not see the data directory')
    const seen = await rooms.look(), lines = [...diagnose(seen, Date.parse(rooms.now())), ...footageOnDisk(seen), ...await footageLines(rooms)]
    return { state: lines.some(({ state }) => state === 'bad') ? 'bad' : lines.some(({ state }) => state === 'warn') ? 'warn' : 'ok', lines, at: rooms.now(), version, node: process.version }
  }
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/admin/health', { config: { access: ['system-admin', 'auditor'] } }, ({ query }) => {
    only(query)
    if (!kept || performance.now() - kept.at > keptMs) {
      const health = look(), one = { at: performance.now(), health }
      kept = one
      health.catch(() => { if (kept === one) kept = undefined })
    }
    return kept.health
  })
}
