type ProblemOf = (description: string) => object
const json = (description: string) => ({ description, content: { 'application/json': { schema: {} } } })
const text = (name: string, description: string) => ({ name, in: 'query', required: false, description, schema: { type: 'string' } })

/** 监察室的各条路 in the OpenAPI document. */
export const roomPaths = (problemOf: ProblemOf) => ({
  '/api/board': { get: { operationId: 'board', tags: ['supervision'], summary: '监察板', 'x-roles': ['inspector', 'auditor'], parameters: [text('since', '账本位置：其后的流转')],
    responses: { 200: json('全县一览'), 400: problemOf('参数不对') } } },
  '/api/cards': { get: { operationId: 'listCards', tags: ['supervision'], summary: '发牌簿', parameters: [text('rule', '规则，逗号分开'), text('severity', 'HINT,WARN,YELLOW,RED'),
    text('state', 'standing,unconfirmed,appealed,reported,revoked,superseded'), text('standing', '1：未撤销、未改期'), text('department', '部门'), text('officer', '承办人'),
    text('item', '事项编码'), text('case', '办件'), text('from', '发牌日期起'), text('to', '发牌日期止'), text('since', '自某日起说到过'), text('revokedFrom', '自某日起撤销'),
    text('confidential', '1：廉政风险，限监察与审计'), text('after', '上一页的 next'), text('limit', '1…200')],
    responses: { 200: json('发现与牌，最近说到的在前'), 400: problemOf('条件不对') } } },
  '/api/cards/appeals': { get: { operationId: 'appealsOpen', tags: ['supervision'], summary: '待决申诉多少件', 'x-roles': ['section-head', 'leader', 'inspector'],
    responses: { 200: json('件数'), 403: problemOf('无权') } } },
  '/api/cards/{key}': { get: { operationId: 'readCard', tags: ['supervision'], summary: '牌、账、依据的事实，以及可做之事',
    parameters: [{ name: 'key', in: 'path', required: true, description: '对象 牌号', schema: { type: 'string' } }], responses: { 200: json('牌'), 404: problemOf('没有这张牌') } } },
})
