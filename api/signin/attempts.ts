import type { FastifyReply } from 'fastify'
import type { IdentityEvent } from '../../domain/identity/events.ts'
import { identity } from '../../domain/identity/index.ts'
import { problem, type Problem } from '../problems.ts'
import { load } from '../tell.ts'
import { credentialsOf, later, type Door } from './door.ts'
import { failuresOfAccount, lockMs } from './lockout.ts'

const minutes = (ms: number) => Math.ceil(ms / 60_000)
const tooOften = (leftMs: number) => problem(429, 'sign-in-locked', `失败次数过多，请 ${minutes(leftMs)} 分钟后再试`, `Too many failures; try again in ${minutes(leftMs)} minutes`,
  { retryAfterSeconds: Math.ceil(leftMs / 1000) })
/** 试一次 — an attempt in somebody's name from somewhere. The last of too many failures locks, and the lock of an account is a fact. */
export async function attempting(door: Door, who: string, address: string, reply: FastifyReply) {
  const { locks: { accounts, addresses, told: locksTold }, rooms, say } = door
  const known = credentialsOf(door).has(who), told = known ? await lockedMs(door, who) : 0
  // From here to where it is counted nothing waits: many at once are counted one by one.
  const leftMs = Math.max(accounts.leftMs(who), addresses.leftMs(address), told)
  if (leftMs > 0) {
    reply.header('Retry-After', String(Math.ceil(leftMs / 1000)))
    return { locked: tooOften(leftMs) }
  }
  const nth = accounts.begin(who), since = door.changesOf(who)
  addresses.begin(address)
  return {
    since,
    async failed(answer: Problem): Promise<Problem> {
      if (nth === failuresOfAccount && known && locksTold.leftMs(who) === 0) {
        locksTold.begin(who)
        const until = later(Date.parse(rooms.now()) + lockMs)
        await say(who, 'LockSignIn', { until, failures: nth }, `lock until ${until}`).catch((error: unknown) => { door.log.error({ err: error }, 'a lock is not on record') })
      }
      return answer
    },
    /** Known to be whom they say, though something is wanting yet. */
    wanting() { accounts.takeBack(who); addresses.takeBack(address) },
    succeeded() { accounts.forget(who); addresses.takeBack(address) },
  }
}
/** What the book says of a lock from before this process began. */
async function lockedMs({ rooms }: Door, person: string): Promise<number> {
  const facts = await load(rooms.book, identity, `identity-account.${person}`) as unknown as IdentityEvent[]
  const newest = facts.filter(({ type }) => type === 'SignInLocked' || type === 'SignInUnlocked').at(-1)
  return newest?.type === 'SignInLocked' ? Math.max(0, Date.parse(newest.data.until) - Date.parse(rooms.now())) : 0
}
