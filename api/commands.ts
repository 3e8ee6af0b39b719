import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Context } from '../domain/kernel/context.ts'
import { isRefusal } from '../domain/kernel/decider.ts'
import { asApplied, grantedTo, roleFor, type OwnerOf } from './access/speaking.ts'
import { actorOf, standingOf } from './access/standing.ts'
import { doorOf, type Door } from './door.ts'
import { busy, usualLimits } from './limits.ts'
import { problemOf } from './explained.ts'
import { problem, refused, Unanswerable, type Problem } from './problems.ts'
import type { Answer, Saying } from './tell.ts'

export const kebab = (name: string) => name.replace(/(?!^)[A-Z]/g, (c) => `-${c}`).toLowerCase()
/** A house that cannot for now says when to come back. */
export const answerWith = (reply: FastifyReply, body: Problem) => {
  if (body.status === 503 && !reply.hasHeader('Retry-After')) reply.header('Retry-After', '1')
  return reply.code(body.status).type('application/problem+json').send(body)
}

/** Fastify's own validator would drop unknown fields and coerce types without a word; zod does neither. */
export function strictly(app: FastifyInstance) {
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (body) => {
    const { data, error } = schema.safeParse(body)
    return error ? { error } : { value: data }
  })
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof z.ZodError) return answerWith(reply, malformed(error))
    const found = problemOf(error)
    if (found) return answerWith(reply, found)
    const status = (error as { statusCode?: number }).statusCode
    if (status !== undefined && status < 500) return answerWith(reply, problem(status, 'bad-request', '请求不符合要求', 'The request is not well-formed'))
    const reference = request.id
    request.log.error({ err: error, reference })
    return answerWith(reply, problem(500, 'unexpected', `没有办成，原因在平台。编号 ${reference}`, `It did not work, and the fault is ours. Reference ${reference}`, { reference }))
  })
}

/** 幂等键 as the book keeps it for ever: made at random as it is, anything else by its hash, for somebody may have put a name or a number into it. */
const kept = (key: string) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(key) ? key : hash('sha256', key)
export const malformed = (error: z.ZodError): Problem => problem(400, 'malformed', '提交的内容不符合要求', 'The content does not have the required form', {
  errors: error.issues.map(({ path, message, code, ...issue }) => ({ field: path.join('.'), rule: code, message, ...('keys' in issue && { keys: issue.keys }) })),
})

/** 意图 — what every saying has beside its words: a key of its own, and the revision that its sayer had before them, where they say it. */
export function intentOf({ headers: { 'idempotency-key': key, 'if-match': seen } }: FastifyRequest): { key: string; pinned: number | undefined } {
  if (typeof key !== 'string' || key === '' || key.length > 200) {
    throw new Unanswerable(400, 'no-idempotency-key', '缺少 Idempotency-Key（1–200 个字符）', 'An Idempotency-Key of 1 to 200 characters is required')
  }
  if (seen !== undefined && !/^"\d+"$/.test(seen)) throw new Unanswerable(400, 'bad-if-match', 'If-Match 须为带引号的版次，例如 "3"', 'If-Match is a revision in quotes, such as "3"')
  return { key, pinned: seen === undefined ? undefined : Number(seen.slice(1, -1)) }
}

type Options = {
  contexts: readonly Context[]
  tell(saying: Saying): Promise<Answer>
  owned: OwnerOf
  /** Why nothing is to be said to a context for now, where that is so. */
  waiting?(context: string): Problem | undefined
  /** 大门 — where the house is full, whoever comes is asked to come back, so that those who are in are answered soon. */
  door?: Pick<Door, 'enter'>
  /** Why an applicant has said enough for today. */
  spend?(person: string, type: string): Problem | undefined
}
/** Whether it is the path of a command: what the routes below answer to. */
export const commandPaths = (contexts: readonly Context[]) => {
  const names = new Set(contexts.map(({ name }) => name))
  return (method: string, url: string): boolean => {
    const [, name, rest] = /^\/api\/([^/?]+)\/[^/?]+\/([^/?]+)/.exec(url) ?? []
    return method === 'POST' && name !== undefined && rest !== undefined && names.has(name)
  }
}
/** POST /api/{context}/{id}/{command} for every command of every context. */
export function commandRoutes(app: FastifyInstance, options: Options) {
  const { contexts, tell, waiting, spend, door = doorOf(usualLimits) } = options
  for (const context of contexts) for (const [type, body] of Object.entries(context.commands)) {
    const granted = grantedTo(context, type)
    const said = async (request: FastifyRequest<{ Params: { id: string }; Body: Record<string, unknown> }>, reply: FastifyReply) => {
      const { key, pinned } = intentOf(request), who = standingOf(request), { id } = request.params, command = asApplied(who, id, { type, data: request.body })
      if ('status' in command) return answerWith(reply, command)
      const as = await roleFor(options, context, who, id, command)
      if ('status' in as) return answerWith(reply, as)
      const enough = as.role === 'applicant' ? spend?.(who.person, type) : undefined
      if (enough) return answerWith(reply, enough)
      const by = actorOf(who, as)
      // A key is its sayer's own: in another's words, or in those that the house itself will speak with, it would unsay them beforehand.
      const answer = await tell({ context, id, command, by, key: `${by.person} ${kept(key)}`, pinned })
      if ('stale' in answer) return answerWith(reply, problem(412, 'stale', '办件已有变化，请刷新', 'The case has changed; load it again', { revision: answer.stale }))
      if (isRefusal(answer)) return answerWith(reply, refused(answer.refused, answer.at))
      return reply.header('ETag', `"${answer.revision}"`).send({ revision: answer.revision, facts: answer.facts })
    }
    app.post<{ Params: { id: string }; Body: Record<string, unknown> }>(`/api/${context.name}/:id/${kebab(type)}`, {
      // Before the body is even read: who may not say it learns nothing of how it is said.
      schema: { body }, config: { access: granted },
      async onRequest(_, reply) {
        const wait = waiting?.(context.name)
        if (wait) return answerWith(reply, wait)
      },
    }, async (request, reply) => {
      const leave = door.enter()
      if (!leave) return answerWith(reply, busy)
      try { return await said(request, reply) } finally { leave() }
    })
  }
}
