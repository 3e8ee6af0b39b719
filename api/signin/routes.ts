import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Rooms } from '../rooms.ts'
import { activationRoutes } from './activation.ts'
import { applicantRoutes } from './applicants.ts'
import { challengeRoutes } from './challenge.ts'
import { demonstrationRoutes } from './demonstration.ts'
import { openDoor, usualSignIn, type SignInOptions } from './door.ts'
import { enteringRoutes } from './entering.ts'
import { followingRoute } from './following.ts'
import { meRoutes } from './me.ts'
import { setUpRoutes } from './set-up.ts'

/** 登录 — who has signed in, and who they are by the facts. */
export function signingIn(app: FastifyInstance, rooms: Rooms, options: Partial<SignInOptions> = {}) {
  const door = openDoor(rooms, { ...usualSignIn, ...options }, app.log)
  app.addHook('onClose', door.close)
  return {
    sessions: door.sessions, directory: door.directory,
    async standing(request: FastifyRequest) {
      const session = door.sessionOf(request)
      return session && door.standing(session)
    },
    /** After the gate: every route declares who may come by it. */
    routes() {
      setUpRoutes(app, door)
      enteringRoutes(app, door)
      challengeRoutes(app, door)
      meRoutes(app, door)
      activationRoutes(app, door)
      applicantRoutes(app, door)
      demonstrationRoutes(app, door)
      followingRoute(app, door)
    },
  }
}
