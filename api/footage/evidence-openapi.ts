const path = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })
const text = (name: string, description: string) => ({ name, in: 'query', required: false, description, schema: { type: 'string' } })

/** 证据包、定格、遮挡副本的各条路 in the OpenAPI document. */
export const evidencePaths = (problemOf: (description: string) => object) => ({
  '/api/video/exports/{id}/bundle.tar': { get: { operationId: 'evidenceBundle', tags: ['evidence'], summary: '取证据包：获准的调取', 'x-roles': ['inspector'],
    parameters: [path('id', '调取编号'), text('clip', '1：首次封存时另附派生的剪辑')],
    responses: { 200: { description: '证据包', content: { 'application/x-tar': {} } }, 404: problemOf('没有这次调取'), 409: problemOf('未获准，或录像与簿不符'), 410: problemOf('已到期删除'),
      428: problemOf('先填事由'), 503: problemOf('本进程不持有录像') } } },
  '/api/public/evidence-key': { get: { operationId: 'evidenceKey', tags: ['evidence'], summary: '证据包的签名公钥、指纹，及其在事件簿中的位置', responses: { 200: { description: '公钥',
    content: { 'application/json': { schema: { type: 'object', required: ['algorithm'], properties: { algorithm: { const: 'Ed25519' }, pem: { type: 'string' },
      fingerprint: { type: 'string' }, position: { type: 'integer' } } } } } } } } },
  '/api/video/cameras/{camera}/snapshot': { post: { operationId: 'footageSnapshot', tags: ['video'], summary: '定格一幅：遮挡已烧入，有记录', 'x-roles': ['hall-monitor', 'inspector'],
    parameters: [path('camera', '摄像机')], requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', additionalProperties: false, required: ['atMs', 'view'],
      properties: { atMs: { type: 'integer', minimum: 0 }, view: { type: 'string', pattern: '^[0-9a-f]{32}$' } } } } } },
    responses: { 200: { description: '图', content: { 'image/png': {} } }, 404: problemOf('查看不能打开它，或这一刻没有录像'), 410: problemOf('这次查看已到时限'), 501: problemOf('本机没有 ffmpeg') } } },
  '/api/video/cameras/{camera}/masked/{seq}.mp4': { get: { operationId: 'maskedSegment', tags: ['video'], summary: '遮挡副本：派生件', 'x-roles': ['hall-monitor', 'inspector'],
    parameters: [path('camera', '摄像机'), path('seq', '段号'), text('view', '查看号')],
    responses: { 200: { description: '副本', content: { 'video/mp4': {} } }, 404: problemOf('没有，或这次查看不能打开它'), 410: problemOf('这次查看已到时限'), 501: problemOf('本机没有 ffmpeg'),
      503: problemOf('正在制作') } } },
})
