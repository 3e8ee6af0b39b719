import type { z } from 'zod'
import { notices } from '../projections/notices.ts'
import { Finding } from './applicants-finding.ts'
import { Document } from './window-codes.ts'
import { AtWindow } from './window-registering.ts'

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => object
type ProblemOf = (description: string) => object
const ok = (description: string) => ({ description, content: { 'application/json': { schema: {} } } })
const path = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })
const key = { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } }
const clerk = ['window-clerk']

/** 窗口的各条路 in the OpenAPI document. */
export const windowPaths = (schemaOf: SchemaOf, problemOf: ProblemOf) => {
  const bodyOf = (schema: z.ZodType) => ({ required: true, content: { 'application/json': { schema: schemaOf(schema, 'input') } } })
  const refusedAs = { 401: problemOf('未登录'), 403: problemOf('无权') }
  return {
    '/api/window': { get: { operationId: 'windowToday', tags: ['window'], summary: '今天的窗口', 'x-roles': clerk, responses: { 200: ok('我今天收的、等受理、补正来了、等补正、等领取'), ...refusedAs } } },
    '/api/window/items': { get: { operationId: 'itemsAtWindow', tags: ['window'], summary: '可收的事项，常用在前', 'x-roles': clerk, responses: { 200: ok('事项'), ...refusedAs } } },
    '/api/window/items/{code}': { get: { operationId: 'itemAtWindow', tags: ['window'], summary: '事项的表单和材料', 'x-roles': clerk, parameters: [path('code', '事项编码')],
      responses: { 200: ok('事项'), ...refusedAs, 404: problemOf('没有这个事项') } } },
    '/api/window/numbers': { post: { operationId: 'numberAtWindow', tags: ['window'], summary: '给一个流水号；同一个意图同一个号', 'x-roles': clerk, parameters: [key],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', additionalProperties: false } } } }, responses: { 201: ok('流水号'), ...refusedAs } } },
    '/api/window/find': { post: { operationId: 'findApplicants', tags: ['window'], summary: '按姓名、电话、证件号码或统一社会信用代码找申请人，须完全一致', 'x-roles': clerk,
      requestBody: bodyOf(Finding),
      responses: { 200: ok('掩码后的申请人，和他们在本厅的办件'), ...refusedAs, 422: problemOf('号码的校验码不对') } } },
    '/api/window/applicants': { post: { operationId: 'registerAtWindow', tags: ['window'], summary: '窗口登记申请人，已核对证件', 'x-roles': clerk, parameters: [key],
      requestBody: bodyOf(AtWindow),
      responses: { 201: ok('申请人编号'), ...refusedAs, 409: problemOf('这个号码已登记过'), 422: problemOf('号码的校验码不对') } } },
    '/api/cases/{id}/access-code': { post: { operationId: 'issueAccessCode', tags: ['window'], summary: '发给或重发查询密码，已核对证件', 'x-roles': clerk, parameters: [path('id', '编号')],
      requestBody: bodyOf(Document),
      responses: { 201: ok('查询密码，只给这一次'), ...refusedAs, 404: problemOf('没有这个办件'), 409: problemOf('没有写明申请人') } } },
    '/api/cases/{id}/notice': { get: { operationId: 'noticeOfCase', tags: ['window'], summary: '告知文书的内容', 'x-roles': ['window-clerk', 'handler'],
      parameters: [path('id', '编号'), { name: 'kind', in: 'query', required: false, schema: { enum: notices } }],
      responses: { 200: ok('告知文书'), ...refusedAs, 404: problemOf('没有这个办件，或还没有这一步') } } },
  }
}
