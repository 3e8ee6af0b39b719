import { join } from 'node:path'
import { clientsIn } from './clients.ts'
import { tokenKeys } from './keys.ts'

type Asked = Omit<Parameters<typeof import('./provider.ts')['openProvider']>[0], 'clients' | 'keys'>
/** 开放登录 of a data directory: nothing where it names no clients. What is wrong with them is said at once; the engine is loaded when it is wanted. */
export function openIdOf(dir: string) {
  const clients = clientsIn(join(dir, 'oidc-clients.json'))
  if (!clients || clients.length === 0) return undefined
  const keys = tokenKeys(join(dir, 'keys', 'oidc.json'), new Date().toISOString().slice(0, 10))
  return async (asked: Asked) => (await import('./provider.ts')).openProvider({ ...asked, clients, keys })
}
