import type { z } from 'zod'
import { Activation } from './activation.ts'
import { Registration } from './applicants.ts'
import { Challenge, Signed } from './challenge.ts'
import { Nothing, SignIn } from './entering.ts'
import { Following } from './following.ts'
import { NewPassword, Purpose, SecondFactor } from './me.ts'
import { SetUp } from './set-up.ts'

type Route = { method: 'get' | 'post' | 'delete'; path: string; id: string; zh: string; roles: readonly string[]; body?: z.ZodType; ok: 200 | 201 | 204; not: readonly number[] }
const everybody = ['public'], own = ['signed-in']
/** 登录的路径 — beside each who may come by it, what it takes, and what it answers. */
const routes: readonly Route[] = [
  { method: 'get', path: '/api/setup', id: 'setUpWanted', zh: '是否待设立', roles: everybody, ok: 200, not: [] },
  { method: 'post', path: '/api/setup', id: 'setUp', zh: '以控制台上的一次性代码设立平台', roles: everybody, body: SetUp, ok: 204, not: [400, 403, 409, 422] },
  { method: 'post', path: '/api/sign-in', id: 'signIn', zh: '以密码（和动态口令）登录', roles: everybody, body: SignIn, ok: 200, not: [400, 401, 403, 429] },
  { method: 'post', path: '/api/sign-in/challenge', id: 'signInChallenge', zh: '取得挑战', roles: everybody, body: Challenge, ok: 200, not: [400] },
  { method: 'post', path: '/api/sign-in/key', id: 'signInByKey', zh: '以钥匙登录', roles: everybody, body: Signed, ok: 200, not: [400, 401, 403, 429] },
  { method: 'post', path: '/api/sign-out', id: 'signOut', zh: '退出', roles: everybody, body: Nothing, ok: 204, not: [400] },
  { method: 'post', path: '/api/activate', id: 'activate', zh: '以激活码设密码', roles: everybody, body: Activation, ok: 204, not: [400, 422, 429] },
  { method: 'post', path: '/api/applicants', id: 'registerApplicant', zh: '申请人登记', roles: everybody, body: Registration, ok: 201, not: [400, 422, 429] },
  { method: 'post', path: '/api/public/follow', id: 'followCase', zh: '凭受理编号和查询密码查进度', roles: everybody, body: Following, ok: 200, not: [400, 422, 429] },
  { method: 'get', path: '/api/me', id: 'me', zh: '我是谁', roles: own, ok: 200, not: [401] },
  { method: 'post', path: '/api/me/password', id: 'changePassword', zh: '更换密码', roles: own, body: NewPassword, ok: 204, not: [400, 401, 422, 429] },
  { method: 'post', path: '/api/me/totp', id: 'setSecondFactor', zh: '设第二因子：先取密钥，再以口令确认', roles: own, body: SecondFactor, ok: 200, not: [400, 401, 409, 422, 429] },
  { method: 'get', path: '/api/me/sessions', id: 'mySessions', zh: '我的会话', roles: own, ok: 200, not: [401] },
  { method: 'delete', path: '/api/me/sessions', id: 'endOtherSessions', zh: '结束其他会话', roles: own, ok: 204, not: [401] },
  { method: 'delete', path: '/api/me/sessions/{session}', id: 'endSession', zh: '结束一个会话', roles: own, ok: 204, not: [401, 404] },
  { method: 'post', path: '/api/me/purpose', id: 'statePurpose', zh: '填写查阅事由', roles: own, body: Purpose, ok: 200, not: [400, 401] },
  { method: 'delete', path: '/api/me/purpose', id: 'clearPurpose', zh: '撤下查阅事由', roles: own, ok: 204, not: [401] },
  { method: 'post', path: '/api/people/{person}/activation', id: 'issueActivation', zh: '发激活码', roles: ['system-admin'], body: Nothing, ok: 201, not: [400, 401, 403, 404, 409] },
  { method: 'post', path: '/api/people/{person}/activation/second', id: 'issueSecondPart', zh: '交启用码的后一段', roles: ['security-admin'], body: Nothing, ok: 201,
    not: [400, 401, 403, 404, 409] },
  { method: 'delete', path: '/api/people/{person}/totp', id: 'removeSecondFactor', zh: '收回第二因子', roles: ['security-admin'], ok: 204, not: [401, 403, 404, 409] },
]
const words: Readonly<Record<number, string>> = { 200: '好', 201: '已设', 204: '好', 400: '内容不符合要求', 401: '未登录，或不对', 403: '无权', 404: '没有', 409: '不符合当前状态', 422: '不能这样做', 429: '太多次' }

/** In the words of OpenAPI; the two helpers are those of the whole description. */
export const signInPaths = (schemaOf: (schema: z.ZodType, io: 'input') => object, problemOf: (description: string) => object) => {
  const paths: Record<string, Record<string, object>> = {}
  for (const { method, path, id, zh, roles, body, ok, not } of routes) {
    (paths[path] ??= {})[method] = { operationId: id, tags: ['sign-in'], summary: zh, 'x-roles': roles,
      parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
      responses: { [ok]: ok === 204 ? { description: words[ok] } : { description: words[ok], content: { 'application/json': { schema: {} } } },
        ...Object.fromEntries(not.map((status) => [status, problemOf(words[status]!)])) } }
  }
  return paths
}
