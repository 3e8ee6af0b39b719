import type { FastifyRequest } from 'fastify'
import { Unanswerable } from './problems.ts'

/** 名称 — under which the house is reached: this machine's own, and those that a proxy with TLS on this machine answers to (`serve --name`). Any other that
    points here is refused (DNS rebinding). */
const local = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/
export const isLocal = (host: string | undefined) => local.test(host ?? '')
export const isOurs = (host: string | undefined, names: readonly string[]) => isLocal(host) || (host !== undefined && names.includes(host.toLowerCase()))
/** Whoever comes by one of those names has come by TLS. */
export const originOf = ({ headers: { host } }: Pick<FastifyRequest, 'headers'>) => `${isLocal(host) ? 'http' : 'https'}://${host ?? ''}`

/** Where others find the house: under the first of its names, or else where whoever asks has found it. */
export const siteOf = (request: Pick<FastifyRequest, 'headers'>, [name]: readonly string[]) => name === undefined ? originOf(request) : `https://${name}`

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const isName = new RegExp(`^${label}(?:\\.${label})*(?::\\d{1,5})?$`)
/** As a browser says it: `hall.example.gov.cn`, with the port where it is not that of https. */
export function nameSaid(said: string): string {
  const name = said.toLowerCase()
  if (name.length > 260 || !isName.test(name)) throw new Unanswerable(400, 'not-a-name', `「${said}」不是主机名，例如 hall.example.gov.cn`,
    `"${said}" is no host name such as hall.example.gov.cn`, { field: 'name' })
  return name
}
