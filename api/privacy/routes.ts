import type { FastifyInstance } from 'fastify'
import type { Rooms } from '../rooms.ts'
import { lookRoutes } from './disclosed.ts'
import { ownDataRoute } from './own-data.ts'
import { openingRoute, revealRoute } from './revealing.ts'

/** 个人信息 — who looked, what is sealed for those who may, and everybody's own. */
export function privacyRoutes(app: FastifyInstance, rooms: Rooms) {
  lookRoutes(app, rooms)
  ownDataRoute(app, rooms)
  revealRoute(app, rooms)
  openingRoute(app, rooms)
}
