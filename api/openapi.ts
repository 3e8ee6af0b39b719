import { z } from 'zod'
import type { Context } from '../domain/kernel/context.ts'
import { caseTypes } from '../domain/kernel/vocabulary.ts'
import { stages } from '../projections/cases.ts'
import type { AnyProjection } from '../projections/kernel.ts'
import { formPaths } from './attachments/openapi.ts'
import { adminPaths } from './admin-openapi.ts'
import { kebab } from './commands.ts'
import { signInPaths } from './signin/openapi.ts'
import { roomPaths } from './board-openapi.ts'
import { footagePaths } from './footage/openapi.ts'
import { windowPaths } from './window-openapi.ts'
import { evidencePaths } from './footage/evidence-openapi.ts'

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}
const problemOf = (description: string) => ({ description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } })
const text = (name: string, description: string) => ({ name, in: 'query', required: false, description, schema: { type: 'string' } })
const path = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })
const json = (description: string, schema: object = {}) => ({ description, content: { 'application/json': { schema } } })

const commandPath = (context: Context, type: string, body: z.ZodType) => [`/api/${context.name}/{id}/${kebab(type)}`, { post: {
  operationId: type, tags: [context.name], summary: context.zh, 'x-roles': context.grants[type],
  parameters: [path('id', '编号'), { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 } },
    { name: 'If-Match', in: 'header', required: false, description: '"revision"', schema: { type: 'string' } }],
  requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
  responses: {
    200: json('已记入', { type: 'object', required: ['revision', 'facts'], properties: { revision: { type: 'integer' }, facts: { type: 'array', items: { type: 'string' } } } }),
    400: problemOf('内容不符合要求'), 401: problemOf('未登录'), 403: problemOf('无权'), 409: problemOf('不符合当前状态'), 412: problemOf('已有变化'), 422: problemOf('不能这样做'),
  },
} }] as const

const searched = { hall: '监察地点', caseNo: '受理编号', caseType: caseTypes.join(' | '), stage: stages.join(' | '), light: 'ok | soon | late | hold | done', department: '业务部门',
  applicantId: '申请人编号', acceptedBy: '受理人', item: '项目编码或名称', acceptedFrom: '受理日期起', acceptedTo: '受理日期止', overdue: '1：过期',
  holder: '在谁手里（在办）', untaken: '1：还没有本部门的人接手', due: 'today | week：今天、本周到期', unaccepted: '1：还没有受理', today: 'received | concluded | delivered：今天新收、办结、送达',
  order: 'newest | oldest | due',
  after: '上一页的 next', limit: '1…200', count: '1：连总数' }
const found = { 200: json('办件列表'), 400: problemOf('条件不对') }
const mapWords = Object.entries({ item: '事项编码', department: '部门', hall: '大厅', caseType: caseTypes.join(' | '), source: '导入来源；空：本平台', from: '收件日期起', to: '收件日期止',
  light: 'ok | soon | late | hold | done', share: '1…100：画出这么多的路径，常走的在前' })
const mapParts = Object.entries({ step: '环节', edgeFrom: '去向的起点', edgeTo: '去向的终点', variant: '变体', deviation: 'skipped | same-person | impossible', after: '上一页的 next', limit: '1…200' })
/** 固定的路径 — what is read at an address of its own. */
const reading = {
  '/health': { get: { operationId: 'health', tags: ['house'], responses: { 200: json('正常'), 503: json('有一部分不正常') } } },
  '/api/house': { get: { operationId: 'house', tags: ['house'], responses: { 200: json('平台') } } },
  '/api/people/{person}/rights': { get: { operationId: 'rightsOfPerson', tags: ['identity'], summary: '当时的权限', 'x-roles': ['security-admin', 'auditor', 'inspector', '本人'],
    parameters: [path('person', '人员'), text('at', '截至时刻')], responses: { 200: json('当时的权限，及其依据的事实'), 400: problemOf('参数不对'), 401: problemOf('未登录'),
      403: problemOf('无权'), 404: problemOf('没有这个人，或当时尚未登记') } } },
  '/api/cases': { get: { operationId: 'listCases', tags: ['cases'], parameters: [text('light', 'ok | soon | late | hold | done'), text('department', '部门'), text('item', '事项编码'),
    text('q', '编号或事项'), text('order', 'due | opened'), text('after', '上一页的 next'), text('limit', '1…200')], responses: { 200: json('办件列表'), 400: problemOf('参数不对') } } },
  '/api/search': {
    get: { operationId: 'searchCases', tags: ['cases'], summary: '综合查询；申请人的姓名、号码不写进网址',
      parameters: Object.entries(searched).map(([name, description]) => text(name, description)), responses: found },
    post: { operationId: 'searchCasesByBody', tags: ['cases'], summary: '综合查询',
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', additionalProperties: false,
      properties: Object.fromEntries(Object.entries({ ...searched, applicant: '申请人：编号、单位名称、姓名或证件号码' })
        .map(([name, description]) => [name, { type: 'string', description }])) } } } }, responses: found },
  },
  '/api/cases/counts': { get: { operationId: 'countCases', tags: ['cases'], responses: { 200: json('三色灯计数') } } },
  '/api/cases/{id}': { get: { operationId: 'replayCase', tags: ['cases'], parameters: [path('id', '编号，或 来源:编号'), text('at', '发生截至'), text('known', '获知截至'), text('as', '角色')],
    responses: { 200: json('当时的办件'), 404: problemOf('没有，或当时尚未开始') } } },
  '/api/process-map': { get: { operationId: 'processMap', tags: ['cases'], summary: '流程图：由事实发现，各环节和去向的件数、次数、中位工作日',
    parameters: mapWords.map(([name, description]) => text(name, description)), responses: { 200: json('流程图'), 400: problemOf('参数不对') } } },
  '/api/process-map/cases': { get: { operationId: 'casesOfMap', tags: ['cases'], summary: '流程图上一个数字背后的件',
    parameters: [...mapWords, ...mapParts].map(([name, description]) => text(name, description)),
    responses: { 200: json('办件列表，连总数'), 400: problemOf('参数不对') } } },
  '/api/department': { get: { operationId: 'department', tags: ['supervision'], summary: '部门', 'x-roles': ['section-head', 'leader', 'inspector', 'auditor'],
    parameters: [text('department', '部门；不写：自己的')],
    responses: { 200: json('一个部门今天的样子'), 400: problemOf('参数不对'), 403: problemOf('不在查看范围内') } } },
  '/api/me/away': { get: { operationId: 'myAway', tags: ['workbench'], summary: '我的外出，和能代办的同事', 'x-roles': ['window-clerk', 'handler', 'section-head', 'leader', 'hall-manager'],
    responses: { 200: json('我的外出') } } },
  '/api/rules': { get: { operationId: 'ruleCatalogue', tags: ['supervision'], summary: '规则目录', parameters: [text('rule', '规则')],
    responses: { 200: json('规则目录'), 404: problemOf('没有这条规则') } } },
  '/api/items/{code}/impact': { get: { operationId: 'limitImpact', tags: ['items'], parameters: [path('code', '事项编码'), text('promised', '拟改的承诺期限（工作日）'), text('statutory', '拟改的法定期限（工作日）'),
    text('steps', '拟改的环节时限，例如 handling:3,reviewing:1')], responses: { 200: json('期限影响'), 400: problemOf('参数不对'), 404: problemOf('没有这个事项'), 422: problemOf('不能这样发布') } } },
  '/api/items/{code}/answers': { post: { operationId: 'checkAnswers', tags: ['items'], parameters: [path('code', '事项编码')],
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
    responses: { 200: json('填表核对'), 400: problemOf('内容不符合要求'), 404: problemOf('没有这个事项') } } },
  '/api/cases/{id}/attachments': { post: { operationId: 'handInAttachment', tags: ['cases'], summary: '交附件：一个文件，JPEG、PNG、WebP、TIFF 或 PDF，20 MB 以内',
    'x-roles': ['applicant', 'window-clerk', 'handler'], parameters: [path('id', '编号')],
    requestBody: { required: true, content: { 'multipart/form-data': { schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } } } } },
    responses: { 201: json('已收', { type: 'object', required: ['blob', 'bytes', 'mediaType', 'name'],
      properties: { blob: { type: 'string' }, bytes: { type: 'integer' }, mediaType: { type: 'string' }, name: { type: 'string' } } }),
    404: problemOf('没有这个办件'), 413: problemOf('过大或超过限额'), 415: problemOf('不收这种文件'), 422: problemOf('文件损坏或含有不收的内容'), 429: problemOf('超过限额'), 507: problemOf('存储空间不足') } } },
  '/api/cases/{id}/attachments/{blob}': { get: { operationId: 'attachment', tags: ['cases'], summary: '取附件',
    parameters: [path('id', '编号，或 来源:编号'), path('blob', 'sha256:…'), text('inline', '1：在页面里看')],
    responses: { 200: { description: '附件', content: { 'application/octet-stream': {} } }, 404: problemOf('没有这个附件'), 410: problemOf('已删除'), 423: problemOf('限制处理') } } },
  '/api/cases/{id}/ledger': { get: { operationId: 'ledgerOfCase', tags: ['cases'], parameters: [path('id', '编号，或 来源:编号'), text('clock', '时限；#1 为第 1 个子件'), text('card', '牌号'),
    text('at', '发生截至'), text('known', '获知截至'), text('as', '角色')], responses: { 200: json('期限账'), 404: problemOf('没有这个时限或牌') } } },
  '/api/cases/{id}/replay': { get: { operationId: 'momentsOfCase', tags: ['cases'], summary: '回放材料：任一时刻、任一所知，一次取回', parameters: [path('id', '编号，或 来源:编号'), text('as', '角色')],
    responses: { 200: json('回放材料'), 403: problemOf('无权'), 404: problemOf('没有这个办件') } } },
  '/api/cases/{id}/actions': { get: { operationId: 'actionsOfCase', tags: ['cases'], summary: '此刻对此件能说什么', parameters: [path('id', '编号，或 来源:编号')],
    responses: { 200: json('可做之事'), 404: problemOf('没有这个办件') } } },
  '/api/desk': { get: { operationId: 'desk', tags: ['cases'], summary: '工作台', 'x-roles': ['window-clerk', 'handler', 'section-head', 'leader'], parameters: [text('whose',
    'mine | all'), text('limit', '1…500')],
    responses: { 200: json('等我办的'), 400: problemOf('参数不对'), 403: problemOf('无权') } } },
  '/api/desk/waiting': { get: { operationId: 'deskWaiting', tags: ['cases'], summary: '今天要办多少件', 'x-roles': ['window-clerk', 'handler', 'section-head', 'leader'],
    responses: { 200: json('件数'), 403: problemOf('无权') } } },
  '/api/cases/{id}/receipt': { get: { operationId: 'receiptOfCase', tags: ['cases'], summary: '受理、牌或任一事实的回执', parameters: [path('id', '编号，或 来源:编号'), text('card', '牌号'), text('fact',
    '件内第几条事实')],
    responses: { 200: json('回执'), 404: problemOf('没有这个办件、受理或牌'), 503: problemOf('本进程不签树头') } } },
  '/api/what-if': {
    get: { operationId: 'whatIf', tags: ['supervision'], summary: '推演', 'x-roles': ['inspector'],
      parameters: [text('set', '规则.参数=值'), text('item', '事项的期限'), text('now', '时刻'), text('most', '列出多少')],
      responses: { 200: json('推演'), 400: problemOf('参数不合格'), 429: problemOf('另一个推演正在进行') } },
    post: { operationId: 'whatIfByBody', tags: ['supervision'], summary: '推演，可带日历', 'x-roles': ['inspector'],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { 200: json('推演'), 400: problemOf('参数不合格'), 409: problemOf('已停下'), 429: problemOf('另一个推演正在进行') } },
  },
  '/api/what-if/stop': { post: { operationId: 'stopWhatIf', tags: ['supervision'], summary: '停下自己的推演', 'x-roles': ['inspector'], responses: { 200: json('停下了没有') } } },
  '/api/what-if/progress': { get: { operationId: 'whatIfProgress', tags: ['supervision'], summary: '推演的进度', 'x-roles': ['inspector'], responses: { 200: json('进度') } } },
  '/api/me/looks': { get: { operationId: 'ownLooks', tags: ['privacy'], summary: '谁看过我的材料', parameters: [text('after', '上一页的 next'), text('limit', '1…1000')],
    responses: { 200: json('查阅记录'), 401: problemOf('未登录') } } },
  '/api/me/data': { get: { operationId: 'ownData', tags: ['privacy'], summary: '本人数据', responses: { 200: json('平台所存的本人信息'), 401: problemOf('未登录') } } },
  '/api/cases/{id}/looks': { get: { operationId: 'looksOfCase', tags: ['privacy'], summary: '谁看过此件',
    parameters: [path('id', '编号，或 来源:编号'), text('after', '上一页的 next'), text('limit', '1…1000')],
    responses: { 200: json('查阅记录'), 403: problemOf('无权'), 404: problemOf('没有这个办件') } } },
  '/api/cases/{id}/reveal': { post: { operationId: 'revealFields', tags: ['privacy'], summary: '启看密封字段', parameters: [path('id', '编号')],
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', additionalProperties: false, required: ['fields', 'purpose'], properties: {
      fields: { type: 'array', minItems: 1, items: { enum: ['applicantName', 'applicantNumber', 'agentName', 'form'] } }, purpose: { type: 'string', minLength: 1,
        maxLength: 500 } } } } } },
    responses: { 200: json('字段原文'), 400: problemOf('内容不符合要求'), 403: problemOf('无权'), 404: problemOf('没有这个办件'), 428: problemOf('先填事由') } } },
  '/api/openings/{id}': { get: { operationId: 'readOpening', tags: ['privacy'], summary: '两人启封的内容', parameters: [path('id', '启封编号')],
    responses: { 200: json('字段原文'), 404: problemOf('没有这次启封，或与您无关'), 409: problemOf('尚待批准，或时限已过') } } },
}
/** 集合 — one path for each. */
const collections = (projections: readonly AnyProjection[]) => Object.fromEntries(projections.map(({ name, row, indexes }) => [`/api/collections/${name}`, { get: {
    operationId: `query-${name}`, tags: ['collections'], description: `可查字段：${indexes.join('、')}`,
    parameters: [text('where', 'JSON'), text('order', '字段，或 -字段'), text('after', '上一页的 next'), text('limit', '1…1000'), text('count', '1：只要总数')],
    responses: { 200: json('行', { type: 'object', properties: { rows: { type: 'array', items: schemaOf(row, 'output') } } }), 400: problemOf('查询不对') },
  } }]))

/** OpenAPI 3.1, derived from the contexts and the projections: there is no other description to keep in step. */
export const openapi = (contexts: readonly Context[], projections: readonly AnyProjection[], version: string) => ({
  openapi: '3.1.0',
  info: { title: '明鉴 Mingjian', version, description: '政务服务事件溯源监察平台' },
  paths: {
    ...Object.fromEntries(contexts.flatMap((context) => Object.entries(context.commands).map(([type, body]) => commandPath(context, type, body)))),
    ...reading,
    ...collections(projections),
    ...signInPaths(schemaOf, problemOf),
    ...formPaths(problemOf),
    ...adminPaths(problemOf, (schema) => schemaOf(schema, 'input')),
    ...windowPaths(schemaOf, problemOf),
    ...footagePaths(schemaOf, problemOf),
    ...roomPaths(problemOf),
    ...evidencePaths(problemOf),
  },
  components: { schemas: {
    Problem: { type: 'object', required: ['type', 'status', 'code', 'title', 'en'],
      properties: { type: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string' }, title: { type: 'string' }, en: { type: 'string' } } },
    ...Object.fromEntries(contexts.flatMap(({ events }) => Object.entries(events).map(([type, { schema }]) => [type, schemaOf(schema, 'output')]))),
  } },
})
