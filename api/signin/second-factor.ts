import { randomBytes } from 'node:crypto'
import { credentialsOf, type Door } from './door.ts'
import { base32, fromBase32, stepSaid, totpAddress } from './totp.ts'

/** Twenty bytes, as RFC 4226 recommends for SHA-1. */
export const newSecret = () => base32(randomBytes(20))
export const addressFor = ({ rooms }: Door, person: string, secret: string) => totpAddress(`明鉴 ${rooms.founding.name}`, person, secret)
/** Whether a code is right for a secret that is only being tried. */
export const confirms = ({ options }: Door, secret: string, code: string) => stepSaid(fromBase32(secret), code, options.unixMs())
/** Whether a code is theirs and new: each is good once. */
export function isTheirs(door: Door, person: string, code: string): boolean {
  const credentials = credentialsOf(door), secret = credentials.totp(person)
  const step = secret === undefined ? undefined : stepSaid(fromBase32(secret), code, door.options.unixMs())
  return step !== undefined && credentials.useStep(person, step)
}
/** 须有第二因子 — everybody who has or may be given a role in the house; whoever only applies for something need not. */
export async function needsSecond({ directory }: Door, person: string): Promise<boolean> {
  const who = await directory.standing({ person, id: '' })
  return !who || who.grants.length === 0 || who.grants.some(({ role }) => role !== 'applicant')
}
