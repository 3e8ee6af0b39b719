import type { z } from 'zod'
import { itemCommands } from '../domain/items/events.ts'

const ok = (description: string) => ({ description, content: { 'application/json': { schema: {} } } })
const text = (name: string, description: string) => ({ name, in: 'query', required: false, description, schema: { type: 'string' } })
const path = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })

/** 事项编辑、牵动、体检的各条路 in the OpenAPI document. */
export const adminPaths = (problemOf: (description: string) => object, schemaOf: (schema: z.ZodType) => object) => ({
  '/api/items': { get: { operationId: 'itemList', tags: ['items'], summary: '事项及各版本在办件数', responses: { 200: ok('事项') } } },
  '/api/items/{code}/versions': { get: { operationId: 'itemVersions', tags: ['items'], summary: '各版本与提议', parameters: [path('code', '事项编码')],
    responses: { 200: ok('各版本与提议'), 404: problemOf('没有这个事项') } } },
  '/api/items/{code}/check': { post: { operationId: 'checkItem', tags: ['items'], summary: '试核：不发布，只说不合之处', parameters: [path('code', '事项编码')],
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } }, responses: { 200: ok('不合之处'), 400: problemOf('不是一个对象') } } },
  '/api/officers': { get: { operationId: 'officers', tags: ['items'], summary: '可授权的承办人', responses: { 200: ok('承办人与部门') } } },
  '/api/touches/people/{person}': { get: { operationId: 'touchesOfPerson', tags: ['identity'], summary: '停用、调动或收回角色之前：会牵动什么', parameters: [path('person', '人员')],
    responses: { 200: ok('牵动'), 404: problemOf('没有这个人') } } },
  '/api/touches/organisations/{id}': { get: { operationId: 'touchesOfOrganisation', tags: ['identity'], summary: '撤销组织之前：会牵动什么', parameters: [path('id', '组织')],
    responses: { 200: ok('牵动'), 404: problemOf('没有这个组织') } } },
  '/api/touches/dictionaries/{id}': { post: { operationId: 'touchesOfDictionary', tags: ['items'], summary: '发布字典下一版之前：哪些条目变了，牵动哪些事项和在办的件',
    parameters: [path('id', '字典')], requestBody: { required: true, content: { 'application/json': { schema: schemaOf(itemCommands.PublishDictionary) } } },
    responses: { 200: ok('牵动'), 400: problemOf('内容不符合要求'), 409: problemOf('不符合当前状态'), 422: problemOf('不能这样做') } } },
  '/api/touches/calendar/{id}/{command}': { post: { operationId: 'touchesOfCalendar', tags: ['calendar'], summary: '公布、修订日历或设办公时间之前：多少应办结日会移、移多少',
    parameters: [path('id', '日历，或大厅'), path('command', 'publish-calendar | amend-calendar | set-office-hours')],
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
    responses: { 200: ok('牵动'), 400: problemOf('内容不符合要求'), 404: problemOf('没有这个命令'), 409: problemOf('不符合当前状态'), 422: problemOf('不能这样做'), 428: problemOf('先填事由') } } },
  '/api/calendar': { get: { operationId: 'calendarYear', tags: ['calendar'], summary: '一年的日历：每一天、各层通知、办公时间', parameters: [text('year', '年份'), text('known', '获知截至'), text('hall', '大厅')],
    responses: { 200: ok('日历'), 400: problemOf('参数不对') } } },
  '/api/admin/health': { get: { operationId: 'houseHealth', tags: ['house'], summary: '体检', responses: { 200: ok('体检'), 409: problemOf('看不到数据目录') } } },
})
