import type { FastifyInstance } from 'fastify'
import { hash, randomBytes } from 'node:crypto'
import type { Role } from '../../domain/kernel/context.ts'
import { noticeIn } from '../../domain/evidence/decide/notice.ts'
import type { Written } from '../../domain/evidence/events.ts'
import { evidence } from '../../domain/evidence/index.ts'
import { isRefusal } from '../../domain/kernel/decider.ts'
import { standingOf } from '../access/standing.ts'
import { answerWith, intentOf } from '../commands.ts'
import { directory } from '../naming.ts'
import { problem, refused } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { stateOf } from './halls.ts'
import { amissIn } from './health.ts'
import { policyOf } from './references.ts'
import { camerasOf } from './scope.ts'
import { baseDaysOf } from './reading.ts'

const lookAfter: readonly Role[] = ['system-admin', 'inspector', 'auditor']
/** 推流码 — 128 bits at random; its hash is what the recorder and the book know. */
const newKey = () => randomBytes(16).toString('hex')
export const keyHashOf = (key: string) => hash('sha256', key, 'hex')

/** 条例 17: what is recorded of public places for public safety; what it is not for, whoever sets it up is told (个人信息保护法 26). */
const lawOfUse = {
  zh: '录像只为公共安全而采集（个人信息保护法第二十六条）。用于考核工作人员或处理服务争议，须先取得法律意见；绩效评分从不读取录像。',
  en: 'Footage is taken for public safety alone (PIPL 26). To use it on the performance of staff or in disputes over service, get a legal opinion first; scores never read footage.',
}

/** 摄像机的照管 — how each is, for those who look after them: no picture is in it. */
function registerRoute(app: FastifyInstance, rooms: Rooms) {
  app.get('/api/video/cameras', { config: { access: lookAfter } }, async () => {
    const { policy, shortening } = await policyOf(rooms.book), storage = rooms.footage?.storage(), states = rooms.footage?.states(), amiss = await amissIn(rooms)
    const cameras = (await camerasOf(rooms)).map(({ keyHash, places: _, ...row }) => {
      const { bitsPerSecond, framesPerSecond, codec, width, height } = states?.get(row.camera) ?? {}
      return { ...row, keyIssued: keyHash !== undefined, keptDays: baseDaysOf(row, policy), ...stateOf(rooms, row), ...(amiss.has(row.camera) && { amiss: amiss.get(row.camera) }),
        ...(bitsPerSecond !== undefined && { bitsPerSecond, framesPerSecond, codec, width, height }) }
    })
    return { recording: rooms.footage !== undefined, ...(storage && { storage }), policy, shortening, use: lawOfUse, cameras }
  })
  app.post<{ Params: { camera: string } }>('/api/video/cameras/:camera/stream-key', { config: { access: ['system-admin'] } }, async (request, reply) => {
    const { person, department } = standingOf(request), { key: intent } = intentOf(request), key = newKey(), by = { person, role: 'system-admin', department }
    const command = { type: 'IssueStreamKey', data: { keyHash: keyHashOf(key) } }
    const answer = await rooms.tell({ context: evidence, id: request.params.camera, by, key: `${person} ${hash('sha256', intent)}`, command })
    if ('stale' in answer || isRefusal(answer)) return answerWith(reply, refused('refused' in answer ? answer.refused : 'no-such-camera'))
    const facts = await load(rooms.book, evidence, `evidence-register.${request.params.camera}`)
    // Said again, an intent is answered without its key, which nobody knows any more.
    if (facts.findLast(({ type }) => type === 'StreamKeyIssued')?.data['keyHash'] !== keyHashOf(key)) {
      return answerWith(reply, problem(409, 'key-shown-already', '推流码已给过一次，请重新签发', 'The key has been shown once; issue another'))
    }
    const door = rooms.footage?.door()
    return reply.code(201).header('Cache-Control', 'no-store').send({ key, ...(door && { push: door }) })
  })
}

/** GET /api/public/video — which halls are filmed, what for, for how long it is kept, on what ground, and whom to ask (条例 13、14、17). */
function publicRoute(app: FastifyInstance, rooms: Rooms) {
  app.get('/api/public/video', { config: { access: 'public' } }, async () => {
    const { halls } = await directory(rooms), cameras = (await camerasOf(rooms)).filter(({ retired }) => !retired), { policy } = await policyOf(rooms.book)
    const filmed = await Promise.all(halls.map(async ({ hall, name }) => {
      const own = cameras.filter((one) => one.hall === hall), said = (await load(rooms.book, evidence, `evidence-notice.${hall}`)).at(-1)
      if (own.length === 0) return []
      const days = own.map((one) => baseDaysOf(one, policy))
      const { purpose, contact, signs, filedOn } = said ? noticeIn(said as unknown as Written<'FilmingDeclared'>) : {}
      return [{ hall, name, cameras: own.length, kinds: [...new Set(own.map(({ kind }) => kind))].sort(), masked: own.filter(({ masks }) => masks.length > 0).length,
        retentionDays: { least: Math.min(...days), most: Math.max(...days) },
        signs: signs ?? false, ...(purpose !== undefined && { purpose }), ...(contact !== undefined && { contact }), ...(filedOn !== undefined && { filedOn }) }]
    }))
    return { halls: filmed.flat(), faceRecognition: false, sound: false, use: lawOfUse,
      linkedDays: { step: policy.stepDays, supplement: policy.supplementDays, complaint: policy.complaintDays, card: policy.cardDays },
      basis: ['公共安全视频图像信息系统管理条例 7、13、14、16、17', '个人信息保护法 26'] }
  })
}
/** 登记与公示 */
export function registerRoutes(app: FastifyInstance, rooms: Rooms) {
  registerRoute(app, rooms)
  publicRoute(app, rooms)
}
