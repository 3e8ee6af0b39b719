import type { Role } from '../../domain/kernel/context.ts'
import { roles } from '../../domain/kernel/context.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { ownedOf } from './owned.ts'
import { viewingAs, type Standing } from './standing.ts'

/** Those who may ask how others see it. */
const lookThroughOthers: readonly Role[] = ['inspector', 'auditor']
const noSuch = (said: string) => new Unanswerable(404, 'no-such-case', `没有编号为 ${said} 的办件`, `There is no case ${said}`, { field: 'caseNo' })

/** 所指办件 — the case that somebody means, and the role in which they see it: by its id, or by a number that one source alone has among the cases that are
    theirs to see. What is not theirs is answered as what is not there. */
export async function caseFor(rooms: Rooms, who: Standing, said: string, as?: string): Promise<{ id: string; as: Role }> {
  if (as !== undefined && !roles.includes(as as Role)) throw new Unanswerable(400, 'no-such-role', `没有「${as}」这个角色；有：${roles.join('、')}`,
    `There is no role ${as}; there are ${roles.join(', ')}`, { field: 'as' })
  const ids = (await rooms.book.readStream(`cases-${said}`)).length > 0 ? [said] : (await rooms.rows.find('cases', { where: { caseNo: said }, limit: 10 })).rows.map(({ key }) => key)
  const seen = (await Promise.all(ids.map(async (id) => {
    const owned = await ownedOf(rooms, id)
    return owned && viewingAs(who, owned) ? [{ id, owned }] : []
  }))).flat()
  const [only, second] = seen
  if (!only) throw noSuch(said)
  if (second) throw new Unanswerable(409, 'ambiguous-case', `编号 ${said} 有不止一个来源，请用 来源:编号：${seen.map(({ id }) => id).join('、')}`,
    `More than one source has number ${said}; say source:number: ${seen.map(({ id }) => id).join(', ')}`, { field: 'caseNo', candidates: seen.map(({ id }) => id) })
  const own = viewingAs({ ...who, grants: who.grants.filter(({ role }) => role === as) }, only.owned)
  if (own) return { id: only.id, as: own.role }
  const { role } = viewingAs(who, only.owned)!
  if (as === undefined) return { id: only.id, as: role }
  if (!lookThroughOthers.includes(role)) throw new Unanswerable(403, 'not-your-eyes', '只能以自己的角色查看', 'You may look in a role of your own alone', { field: 'as' })
  return { id: only.id, as: as as Role }
}
