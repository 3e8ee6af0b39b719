import Fastify from 'fastify'
import type { AddressInfo } from 'node:net'

/** 裸服务 — Fastify with one route that sends these bytes, made beforehand: no hook, no plugin, no serialising. */
export async function bareServer(body: string) {
  const app = Fastify()
  app.get('/bare', (_, reply) => reply.type('application/json; charset=utf-8').send(body))
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}
