import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerWith } from './commands.ts'
import { usualLimits, type Limits } from './limits.ts'
import { originOf } from './names.ts'
import { problem, Unanswerable } from './problems.ts'

const again = (reply: FastifyReply, seconds: number) => reply.header('Retry-After', String(Math.max(1, seconds)))
const tooMany = problem(429, 'too-many-requests', '请求太多，请稍后再试', 'Too many requests; try again a little later')
const packed = problem(415, 'packed-content', '不接受压缩的内容（Content-Encoding）', 'Packed content is not taken (Content-Encoding)', { rule: 'content-encoding' })
const foreign = problem(403, 'foreign-origin', '只接受本站页面的提交', 'Only pages of this house may send this')

/** Whether a page of another site has had the browser send this: what programs send says neither. */
const isForeign = (request: FastifyRequest) => foreignTo(originOf(request), request)
const foreignTo = (own: string, { method, headers: { origin, 'sec-fetch-site': site } }: FastifyRequest) => method !== 'GET' && method !== 'HEAD'
  && ((origin !== undefined && origin !== own) || (site !== undefined && site !== 'same-origin' && site !== 'none'))

/** What no form and no program has reason to send: control characters, and marks that turn text around in the eyes of its reader. */
const unprintable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u
const hasUnprintable = (text: string) => unprintable.test(text.replace(/[\t\n\r]/g, '')) || !text.isWellFormed()
const badText = (field: string) => new Unanswerable(400, 'unprintable-text', `${field || '内容'} 含有控制字符或改变文字方向的字符`,
  `${field || 'The content'} holds control characters or marks that turn text around`, { field, rule: 'printable' })
const tooDeep = (depth: number) => new Unanswerable(400, 'too-deep', `内容层次不得超过 ${depth} 层`, `The content is nested deeper than ${depth}`, { rule: 'depth' })
/** Looked at before anything else does: every text in it, to its depth. */
export function soundContent(value: unknown, depth: number, field = ''): void {
  if (typeof value === 'string') { if (hasUnprintable(value)) throw badText(field) } else if (typeof value === 'object' && value !== null) {
    if (depth === 0) throw tooDeep(usualLimits.jsonDepth)
    for (const [name, inner] of Object.entries(value)) {
      if (hasUnprintable(name)) throw badText(field)
      soundContent(inner, depth - 1, field ? `${field}.${name}` : name)
    }
  }
}
/** Brackets that are open at once, outside of texts; counted before the parser takes the stack for them. */
function nesting(text: string): number {
  let open = 0, most = 0, inText = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (inText) { if (c === 0x5c) i++; else if (c === 0x22) inText = false } else if (c === 0x22) inText = true
    else if (c === 0x7b || c === 0x5b) most = Math.max(most, ++open)
    else if (c === 0x7d || c === 0x5d) open--
  }
  return most
}
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Content as it comes: UTF-8 that is whole, not deeper than it may be, no field twice over as a prototype, no text that deceives. */
function readContent(app: FastifyInstance, { jsonDepth, bodyBytes }: Limits) {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: bodyBytes }, (request, body, done) => {
    let text: string
    try { text = utf8.decode(body as Buffer) } catch { return done(new Unanswerable(400, 'not-utf8', '内容不是 UTF-8', 'The content is not UTF-8', { rule: 'utf-8' })) }
    if (nesting(text) > jsonDepth) return done(tooDeep(jsonDepth))
    void parse(request, text, (error, value) => {
      if (error) return done(error)
      try { soundContent(value, jsonDepth) } catch (wrong) { return done(wrong as Error) }
      done(null, value)
    })
  })
}

/** 闭边 — before the gate: who comes from another site, and who comes too often. Addresses are those of the connection: no header is believed. */
export async function closeEdges(app: FastifyInstance, limits: Limits) {
  readContent(app, limits)
  app.server.maxConnections = limits.connections
  app.server.headersTimeout = 15_000
  app.server.maxHeadersCount = 100
  await app.register(rateLimit, { global: false, timeWindow: 60_000, max: limits.sessionPerMinute })
  const ofAddress = app.createRateLimit({ max: limits.anonymousPerMinute, keyGenerator: ({ raw }) => raw.socket.remoteAddress ?? '' })
  const ofSession = app.createRateLimit({ max: limits.sessionPerMinute, keyGenerator: ({ standing }) => standing?.session ?? '' })
  app.addHook('onRequest', async (request, reply) => {
    if (isForeign(request)) return answerWith(reply, foreign)
    const { 'content-encoding': encoding = 'identity' } = request.headers
    if (encoding !== 'identity') return answerWith(reply, packed)
  })
  return {
    /** After it is known who asks, and before anything is done for them. */
    async tooOften(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
      if (request.url === '/health') return false // whoever watches the house asks often, and costs nothing
      const limit = await (request.standing ? ofSession : ofAddress)(request)
      if (limit.isAllowed || !limit.isExceeded) return false
      await answerWith(again(reply, limit.ttlInSeconds), tooMany)
      return true
    },
  }
}
