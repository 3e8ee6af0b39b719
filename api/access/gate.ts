import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Role } from '../../domain/kernel/context.ts'
import { answerWith } from '../commands.ts'
import { problem } from '../problems.ts'
import { hasRole, type Standing } from './standing.ts'

/** 准入 — declared beside every route: for everybody, for whoever is signed in, or for some roles. A route that declares nothing does not open. */
export type Access = 'public' | 'signed-in' | readonly Role[]
declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Reads what belongs to persons: those whose roles look into others' matters say why, first. */
    looks?: true
  }
}
/** Who looks without having the case in hand says what for (domain.md K, trust.md §2). */
const sayWhy: readonly Role[] = ['inspector', 'hall-monitor', 'auditor']
/** 须先说事由 and has not. */
export const lacksPurpose = (who: Standing, now?: string) => needsPurpose(who) && (!who.purpose || (now !== undefined && who.purpose.until <= now))
/** Whatever else they may do: another role is no reason to look with these eyes. */
const needsPurpose = (who: Standing) => hasRole(who, sayWhy)

export const purposeRequired = problem(428, 'purpose-required', '请先填写查阅事由', 'State the purpose of your look first')

/** 门 — who it is, before anything else is read. */
export function openGate(app: FastifyInstance, standing: (request: FastifyRequest) => Promise<Standing | undefined>,
  tooOften?: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>) {
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.access === undefined && method !== 'HEAD' && method !== 'OPTIONS') throw new Error(`${String(method)} ${url} declares no access`)
  })
  const pass = async (request: FastifyRequest, reply: FastifyReply, who: Standing | undefined) => {
    const { access = request.is404 ? 'public' : [], looks } = request.routeOptions.config
    if (access === 'public') return
    if (!who) return answerWith(reply, problem(401, 'not-signed-in', '请先登录', 'Sign in first'))
    if (access !== 'signed-in' && !hasRole(who, access)) return answerWith(reply, problem(403, 'not-granted', '您的角色不能这样做', 'Your role does not allow this'))
    if (looks && lacksPurpose(who)) return answerWith(reply, purposeRequired)
  }
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const who = await standing(request)
    if (who) request.standing = who
    if (await tooOften?.(request, reply)) return reply
    return pass(request, reply, who)
  })
  // What they say may take its time to come: as it is heard, they are who they are by then.
  app.addHook('preHandler', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.standing === undefined || request.method === 'GET') return
    const who = await standing(request)
    if (who) request.standing = who
    else delete request.standing
    return pass(request, reply, who)
  })
}
