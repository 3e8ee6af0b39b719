import type { z } from 'zod'
import { ViewAsked } from './views.ts'

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => object
type ProblemOf = (description: string) => object
const ok = (description: string, type = 'application/json') => ({ description, content: { [type]: { schema: {} } } })
const path = (name: string, description: string) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })
const query = (name: string, description: string) => ({ name, in: 'query', required: false, description, schema: { type: 'string' } })
const key = { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } }
const live = ['hall-manager', 'hall-monitor', 'inspector'], recorded = ['hall-monitor', 'inspector']

/** 视频的各条路 in the OpenAPI document. */
export const footagePaths = (schemaOf: SchemaOf, problemOf: ProblemOf) => {
  const refusedAs = { 401: problemOf('未登录'), 403: problemOf('无权') }, notThere = { ...refusedAs, 404: problemOf('没有这台摄像机，或这次查看不能打开它') }
  const get = (operationId: string, summary: string, roles: readonly string[], parameters: object[], responses: object) =>
    ({ get: { operationId, tags: ['video'], summary, 'x-roles': roles, parameters, responses } })
  const camera = path('camera', '摄像机'), range = [camera, query('fromMs', '自（毫秒）'), query('toMs', '至（毫秒）'), query('view', '查看号')], over = { ...notThere, 410: problemOf('这次查看已到时限，或文件不在了') }
  return {
    '/api/video/halls': get('filmedHalls', '大厅与摄像机，及其此刻', live, [], { 200: ok('大厅'), ...refusedAs }),
    '/api/video/now': get('atWindowsNow', '一个大厅各窗口此刻办的件', live, [query('hall', '大厅')], { 200: ok('窗口'), ...notThere, 428: problemOf('请先填写查阅事由') }),
    '/api/video/views': { post: { operationId: 'openFootageView', tags: ['video'], summary: '说明为哪一件或什么理由看录像；半小时内有效，有记录', 'x-roles': recorded,
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(ViewAsked, 'input') } } },
      responses: { 201: ok('查看号'), ...notThere, 422: problemOf('没有理由，或起止不当') } } },
    '/api/video/cameras/{camera}/footage': get('footageOf', '录像、断档、窗口前的事和已删的段', recorded, range, { 200: ok('一段时间的录像'), ...over }),
    '/api/video/cameras/{camera}/playlist.m3u8': get('playlistOf', '播放单（HLS）', recorded, range, { 200: ok('播放单', 'application/vnd.apple.mpegurl'), ...over }),
    '/api/video/cameras/{camera}/segments/{seq}.mp4': get('segmentOf', '一段录像；可按字节取', recorded, [...range, path('seq', '段号')],
      { 200: ok('录像', 'video/mp4'), 206: ok('一部分', 'video/mp4'), ...over, 416: problemOf('所要的字节不在文件内') }),
    '/api/cases/{id}/footage': get('footageOfCase', '一件的哪些事在镜头前', recorded, [path('id', '编号')], { 200: ok('事实与摄像机'), ...refusedAs, 404: problemOf('没有这个办件'), 428: problemOf('请先填写查阅事由') }),
    '/api/video/cameras': get('cameraRegister', '摄像机的登记与健康，没有画面', ['system-admin', 'inspector', 'auditor'], [], { 200: ok('登记'), ...refusedAs }),
    '/api/video/cameras/{camera}/stream-key': { post: { operationId: 'issueStreamKey', tags: ['video'], summary: '签发推流码，只给这一次', 'x-roles': ['system-admin'], parameters: [camera, key],
      responses: { 201: ok('推流码'), ...refusedAs, 409: problemOf('不是推流的，或已停用'), 422: problemOf('没有登记这台摄像机') } } },
    '/api/public/video': { get: { operationId: 'publicVideo', tags: ['public'], summary: '哪些大厅在拍、为什么、存多久、依据、问谁', responses: { 200: ok('公示') } } },
  }
}
