const path = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })
const text = (name: string, description: string) => ({ name, in: 'query', required: false, description, schema: { type: 'string' } })
const kept = { type: 'object', required: ['blob', 'bytes', 'mediaType', 'name'],
  properties: { blob: { type: 'string' }, bytes: { type: 'integer' }, mediaType: { type: 'string' }, name: { type: 'string' } } }
const file = (description: string) => ({ description, content: { 'application/pdf': {}, 'image/jpeg': {}, 'image/png': {} } })

/** 样表的各条路 in the OpenAPI document. */
export const formPaths = (problemOf: (description: string) => object) => ({
  '/api/items/{code}/forms': { post: { operationId: 'handInForm', tags: ['items'], summary: '上传空白样表或填写文例：一个文件，JPEG、PNG、WebP、TIFF 或 PDF，20 MB 以内；草稿再按所答的 blob 引用',
    'x-roles': ['handler', 'section-head', 'hall-manager'], parameters: [path('code', '事项编码')],
    requestBody: { required: true, content: { 'multipart/form-data': { schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } } } } },
    responses: { 201: { description: '已收', content: { 'application/json': { schema: kept } } }, 409: problemOf('不是本部门的事项'), 413: problemOf('过大或超过限额'), 415: problemOf('不收这种文件'),
      422: problemOf('编码不能用，或文件损坏或含有不收的内容'), 429: problemOf('超过限额'), 507: problemOf('存储空间不足') } } },
  '/api/items/{code}/forms/{blob}': { get: { operationId: 'formOfItem', tags: ['items'], summary: '取样表，连草稿和提议里的',
    'x-roles': ['handler', 'section-head', 'hall-manager', 'inspector', 'system-admin', 'auditor'],
    parameters: [path('code', '事项编码'), path('blob', 'sha256:…'), text('inline', '1：在页面里看')],
    responses: { 200: file('样表'), 304: { description: '没有变' }, 400: problemOf('参数不对'), 404: problemOf('没有这份样表'), 503: problemOf('所存的样表损坏或不在了') } } },
  '/api/public/items/{code}': { get: { operationId: 'publicItem', tags: ['public'], summary: '办事指南：已发布的一版，连材料和样表', parameters: [path('code', '事项编码'), text('version', '版本；不写：现行')],
    responses: { 200: { description: '办事指南', content: { 'application/json': { schema: { type: 'object' } } } }, 400: problemOf('参数不对'), 404: problemOf('没有这个事项，或没有这一版') } } },
  '/api/public/items/{code}/forms/{blob}': { get: { operationId: 'publicForm', tags: ['public'], summary: '取已发布事项的样表；没有和没有发布，答的一样',
    parameters: [path('code', '事项编码'), path('blob', 'sha256:…'), text('inline', '1：在页面里看')],
    responses: { 200: file('样表'), 304: { description: '没有变' }, 400: problemOf('参数不对'), 404: problemOf('没有这份样表'), 503: problemOf('所存的样表损坏或不在了') } } },
})
