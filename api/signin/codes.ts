import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { base32 } from './totp.ts'

/** 一次性代码 — in fours, as it is read aloud and typed over; five bits a letter. */
export const newCode = (letters: number) => base32(randomBytes(letters)).slice(0, letters).replace(/.{4}(?=.)/g, '$&-')
/** As it was meant: without what stands between the letters, and with letters where figures look like them. */
export const codeMeant = (said: string) => said.toUpperCase().replace(/[\s-]/g, '').replace(/0/g, 'O').replace(/1/g, 'I').replace(/8/g, 'B')
const digest = (code: string) => createHash('sha256').update(codeMeant(code)).digest()
export const sameCode = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))
