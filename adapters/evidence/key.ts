import { createPrivateKey, createPublicKey, hash, sign } from 'node:crypto'
import { join } from 'node:path'
import { ownKey } from '../keys/own.ts'

const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** 证据签名钥 — Ed25519, the house's own, beside its other keys; its fingerprint is the SHA-256 of the public key's DER. Lost, another one takes its place: what the
    first one signed holds as before, since the book knows both. */
export function evidenceKey(dataDir: string): { pem: string; fingerprint: string; sign(bytes: Buffer): Buffer } {
  const seed = ownKey(join(dataDir, 'keys'), 'evidence')
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' }), open = createPublicKey(key)
  const pem = open.export({ format: 'pem', type: 'spki' }).toString(), fingerprint = hash('sha256', open.export({ format: 'der', type: 'spki' }), 'hex')
  return { pem, fingerprint, sign: (bytes) => sign(null, bytes, key) }
}
