import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

export const nameOf = (subject: string, matter: string) => JSON.stringify([subject, matter])

/** AES-256-GCM; whose key it is and for which matter is bound into the envelope, so that none can stand in another's place. */
export function sealedWith(key: Buffer, name: string, plain: string | Buffer): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name))
  const text = Buffer.concat([cipher.update(plain as Buffer), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64')
}
/** Throws where the envelope was altered or is another's. */
export const openedBytes = (key: Buffer, name: string, sealed: string): Buffer => {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}
export const opened = (key: Buffer, name: string, sealed: string) => openedBytes(key, name, sealed).toString('utf8')

/** HMAC-SHA-256; the field is part of what is said, so that a name is never found by a number. */
export const blinded = (key: Buffer, field: string, text: string) => createHmac('sha256', key).update(JSON.stringify([field, text])).digest('base64url')
