import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 密码套件 — `intl`: AES-256-GCM and HMAC-SHA-256; `SM`: SM4-CTR with HMAC-SM3 over all of it (no GCM of SM4 is built in), and HMAC-SM3. */
export type Suite = 'intl' | 'SM'
export const nameOf = (subject: string, matter: string) => JSON.stringify([subject, matter])

/** What an SM envelope begins with; base64 has no dot, so one without it is of the other suite. */
const smMark = 'sm4.'
const ofKey = (key: Buffer, label: string) => createHmac('sm3', key).update(label).digest()
/** Encrypt, then authenticate: whose it is, the nonce and the text, each where nothing can slip from one into the next. */
function smTag(key: Buffer, name: string, iv: Buffer, text: Buffer) {
  const bound = Buffer.from(name), length = Buffer.alloc(4)
  length.writeUInt32BE(bound.length)
  return createHmac('sm3', ofKey(key, 'mac')).update(length).update(bound).update(iv).update(text).digest()
}
function sm4Sealed(key: Buffer, name: string, plain: Buffer): string {
  const iv = randomBytes(16), cipher = createCipheriv('sm4-ctr', ofKey(key, 'enc').subarray(0, 16), iv)
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  return smMark + Buffer.concat([iv, smTag(key, name, iv, text), text]).toString('base64')
}
function sm4Opened(key: Buffer, name: string, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64'), iv = bytes.subarray(0, 16), tag = bytes.subarray(16, 48), text = bytes.subarray(48)
  if (tag.length !== 32 || !timingSafeEqual(tag, smTag(key, name, iv, text))) throw new Error('the envelope was altered, or is another’s')
  const decipher = createDecipheriv('sm4-ctr', ofKey(key, 'enc').subarray(0, 16), iv)
  return Buffer.concat([decipher.update(text), decipher.final()])
}

function aesSealed(key: Buffer, name: string, plain: Buffer): string {
  const iv = randomBytes(12), cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name))
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64')
}
function aesOpened(key: Buffer, name: string, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}

/** Whose key it is and for which matter is bound into the envelope, so that none can stand in another's place. */
export const sealedWith = (key: Buffer, name: string, plain: string | Buffer, suite: Suite = 'intl'): string =>
  (suite === 'SM' ? sm4Sealed : aesSealed)(key, name, Buffer.from(plain as string))
/** Throws where the envelope was altered or is another's. */
export const openedBytes = (key: Buffer, name: string, sealed: string): Buffer =>
  sealed.startsWith(smMark) ? sm4Opened(key, name, sealed.slice(smMark.length)) : aesOpened(key, name, sealed)
export const opened = (key: Buffer, name: string, sealed: string) => openedBytes(key, name, sealed).toString('utf8')

/** The field is part of what is said, so that a name is never found by a number. */
export const blinded = (suite: Suite, key: Buffer, field: string, text: string) =>
  createHmac(suite === 'SM' ? 'sm3' : 'sha256', key).update(JSON.stringify([field, text])).digest('base64url')
