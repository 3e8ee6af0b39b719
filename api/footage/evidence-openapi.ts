const path = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })
const text = (name: string, description: string) => ({ name, in: 'query', required: false, description, schema: { type: 'string' } })

/** 证据包、定格、遮挡副本的各条路 in the OpenAPI document. */
export const evidencePaths = (problemOf: (description: string) => object) => ({
  '/api/video/exports/{id}/bundle.tar': { get: { operationId: 'evidenceBundle', tags: ['evidence'], summary: '取证据包：获准的调取', 'x-roles': ['inspector'],
    parameters: [path('id', '调取编号'), text('clip', '1：首次封存时另附派生的剪辑')],
    responses: { 200: { description: '证据包', content: { 'application/x-tar': {} } }, 404: problemOf('没有这次调取'), 409: problemOf('未获准，或录像与簿不符'), 410: problemOf('已到期删除'),
      428: problemOf('先填事由'), 503: problemOf('本进程不持有录像') } } },
  '/api/public/evidence-key': { get: { operationId: 'evidenceKey', tags: ['evidence'], summary: '证据包的签名公钥、指纹，及其在事件簿中的位置', responses: { 200: { description: '公钥',
    content: { 'application/json': { schema: { type: 'object', required: ['algorithm'], properties: { algorithm: { const: 'Ed25519' }, pem: { type: 'string' }, fingerprint: { type: 'string' },
      position: { type: 'integer' } } } } } } } } },
})
