import type { FastifyInstance } from 'fastify'
import type { Due } from '../due.ts'
import type { Rooms } from '../rooms.ts'
import { caseFootageRoute } from './cases.ts'
import { hallRoutes } from './halls.ts'
import { playbackRoutes } from './playback.ts'
import { registerRoutes } from './register.ts'
import { viewRoute } from './views.ts'

/** 视频 — what is seen live, what was recorded and why it is looked at, and how the cameras are. */
export function footageRoutes(app: FastifyInstance, rooms: Rooms, due: Due) {
  hallRoutes(app, rooms, due)
  viewRoute(app, rooms)
  playbackRoutes(app, rooms)
  caseFootageRoute(app, rooms)
  registerRoutes(app, rooms)
}
