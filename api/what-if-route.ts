import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { partsOf, seenIn } from './access/collections.ts'
import { standingOf, type Standing } from './access/standing.ts'
import { instantSaid } from './case-reading.ts'
import { rulebookOf } from './judging.ts'
import { rowsLooked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'
import { calendarSaid, limitsSaid, paramsSaid } from './what-if-asked.ts'
import { itemsKnown, whatIf, type WhatIf } from './what-if.ts'

const several = z.preprocess((said) => typeof said === 'string' ? [said] : said, z.array(z.string().max(500)).max(100)).default([])
const said = { set: several, item: several, now: z.string().max(40).optional(), most: z.coerce.number().int().min(0).max(5_000).default(500) }
const Query = z.strictObject(said), Body = z.strictObject({ ...said, calendar: z.array(z.unknown()).max(1_000).default([]) })

/** 所见的差别 — of cases and people that whoever asks may look at, each on record; the figures are of all. */
async function shownTo(rooms: Rooms, who: Standing, found: WhatIf): Promise<WhatIf> {
  const parts = await partsOf(rooms, who, 'cards'), seen = await Promise.all(found.cards.map((card) => seenIn(parts, card, '')))
  const cards = found.cards.filter((_, i) => seen[i])
  await rowsLooked(rooms, who, 'cards', { rows: cards })
  return { ...found, cards, omitted: found.omitted + found.cards.length - cards.length }
}

/** GET with words, POST with a calendar too. One at a time: it takes both cores. `inspects`: whether who asks may see confidential rules (廉政风险). */
export function whatIfRoute(app: FastifyInstance, rooms: Rooms, inspects: (request: FastifyRequest) => boolean) {
  let running: { by: string; subjects: number; of: number; gone: AbortController } | undefined
  const answer = async (request: FastifyRequest, read: () => z.infer<typeof Body>) => {
    if (running) throw new Unanswerable(429, 'busy', '另一个推演正在进行，请稍后再试', 'Another comparison is running; try again later')
    const gone = new AbortController(), left = () => { gone.abort() }
    const own = running = { by: standingOf(request).person, subjects: 0, of: 0, gone }
    request.raw.socket.once('close', left)
    try {
      const { set, item, calendar, now, most } = read(), limits = limitsSaid(item)
      own.of = await rooms.rows.count('case-timelines')
      await itemsKnown(rooms, limits)
      const params = paramsSaid(set, await rulebookOf(rooms))
      const asked = { params, limits, calendar: calendarSaid(calendar), now: instantSaid('now', now) ?? rooms.now(), confidential: inspects(request) }
      return await shownTo(rooms, standingOf(request), await whatIf(rooms, asked, { most, signal: gone.signal, onProgress: (subjects) => { own.subjects = subjects } }))
    } finally {
      running = undefined
      request.raw.socket.removeListener('close', left)
    }
  }
  // 进度 — how far the one that is running has come; whose it is, only as far as it is one's own.
  app.get('/api/what-if/progress', { config: { access: ['inspector'] } }, (request) => !running ? { running: false }
    : { running: true, mine: running.by === standingOf(request).person, subjects: running.subjects, of: running.of })
  // 停下 — one's own; whoever waits for it is answered at once, and its threads are ended.
  app.post('/api/what-if/stop', { config: { access: ['inspector'] } }, (request) => {
    const stopped = running?.by === standingOf(request).person && !running.gone.signal.aborted
    if (stopped) running!.gone.abort(new Unanswerable(409, 'what-if-stopped', '推演已停下；什么也没有写', 'The comparison was stopped as asked; nothing was written'))
    return { stopped }
  })
  app.get('/api/what-if', { config: { access: ['inspector'], looks: true } }, (request) => answer(request, () => ({ ...sound(Query, request.query), calendar: [] })))
  app.post('/api/what-if', { config: { access: ['inspector'], looks: true } }, (request) => answer(request, () => sound(Body, request.body === undefined ? {} : request.body)))
}

function sound<S extends z.ZodType>(shape: S, value: unknown): z.infer<S> {
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, code, message } = parsed.error.issues[0]!, field = path.join('.') || (parsed.error.issues[0] as { keys?: string[] }).keys?.[0] || 'body'
  throw new Unanswerable(400, 'bad-what-if', `参数不合格（${field}）：${message}`, `The question is not valid (${field}): ${message}`, { field, rule: code })
}
