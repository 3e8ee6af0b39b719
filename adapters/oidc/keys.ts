import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeDurably } from '../transparency/files.ts'

type Jwk = { kty: string; crv: string; x: string; y?: string; d: string; use: string; alg: string; kid: string }
const make = (kid: string): Jwk[] => [
  { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: `${kid}-es256` } as Jwk,
  { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'EdDSA', kid: `${kid}-eddsa` } as Jwk,
]

/** 令牌签名钥 — made at the first start, readable by their owner alone. */
export function tokenKeys(path: string, today: string): { keys: readonly Jwk[] } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  if (!existsSync(path)) writeDurably(path, `${JSON.stringify({ keys: make(today) })}\n`)
  try {
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { keys: Jwk[] }
    for (const key of keys) createPrivateKey({ key: key as never, format: 'jwk' })
    if (keys.length === 0) throw new Error('none')
    return { keys }
  } catch { throw new Error(`${path}: 钥匙文件损坏 / the key file is damaged; restore it from the backup of the keys, or remove it: tokens live for minutes only`) }
}
