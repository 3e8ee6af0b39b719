import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identity } from '../../domain/identity/index.ts'
import { items as itemsContext } from '../../domain/items/index.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { instantOf } from '../../domain/kernel/zones.ts'
import { usualLimits } from '../../api/limits.ts'
import { openRooms, serve } from '../../api/opening/main.ts'
import { codeOf, cookieIn, founded, send } from '../signed-in.ts'
import { countyNow, dayOf, fillCounty, itemCode, itemDepartment, items, limitOf, officerDepartment, officerId, officers } from './county.ts'
import { founding, said, type House } from './house.ts'
import type { Place } from './place.ts'
import { departments } from './told.ts'

type Kept = { cases: number; filled?: true; facts?: number; asker?: { person: string; password: string; secret: string } }
const administrator = { person: 'adm-system', role: 'system-admin', department: '' } as const

async function found(house: House) {
  for (let n = 0; n < officers; n++) await said(house, { context: identity, id: officerId(n), key: `officer ${n}`, by: administrator,
    command: { type: 'EnrolPerson', data: { name: `经办${n}`, department: departments[officerDepartment(n)]!, post: '科员' } } })
  for (let n = 0; n < items; n++) await said(house, { context: itemsContext, id: itemCode(n), key: `item ${n}`, command: { type: 'PublishItem', data: { version: 1, legalName: `事项第${n}号`, shortName: `事项第${n}号`, itemType: 'licence',
    caseType: 'PROMISED', department: departments[itemDepartment(n)]!, categories: [], statutoryWorkingDays: limitOf(n) * 2, promisedWorkingDays: limitOf(n), stepLimits: [], flow: ['handling', 'reviewing', 'approving'],
    twoPersonRule: true, officers: Array.from({ length: officers }, (_, p) => p).filter((p) => officerDepartment(p) === itemDepartment(n)).slice(0, 10).map(officerId),
    specialProcedures: [], materials: [{ name: '申请书', required: true }], legalBasis: [{ statute: '法', clause: '第一条' }], fees: [], form: [] } } })
}

/** 一县 — filled through the port and served on a free port; in a folder that is kept it is filled once, and asked as often as wanted. */
export async function countyHouse(place: Place, cases: number) {
  const dir = place.keep ?? place.room('county'), notes = join(dir, 'bench.json')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const kept: Kept = existsSync(notes) ? JSON.parse(readFileSync(notes, 'utf8')) as Kept : { cases }
  if (kept.cases !== cases) throw new Error(`${dir} keeps ${kept.cases} cases, not ${cases}`)
  const note = () => { writeFileSync(notes, JSON.stringify(kept), { mode: 0o600 }) }
  const open = (now: () => Instant) => openRooms(join(dir, 'house'), { write: 'must', founding, clock: { now, kind: 'simulated' } })
  if (!kept.filled) {
    place.say(`  铺簿 ${cases} 件 / filling a book through its port`)
    const house = await open(() => instantOf(Date.parse(dayOf(0)))), { rooms } = house
    try {
      await found(house)
      rooms.bulk(true)
      kept.facts = (await fillCounty(rooms.book, cases, place.say)).facts
      rooms.bulk(false)
      const began = performance.now()
      await rooms.caughtUp((await rooms.book.head()).position)
      place.say(`  各行齐备 ${((performance.now() - began) / 1000).toFixed(0)} s / rows are there`)
    } finally { await house.close() }
    kept.filled = true
    note()
  }
  return { open: () => open(() => countyNow), kept, note }
}

/** Served, and asked by somebody who may see all of it. No cards are dealt: what is measured is the asking. */
export async function countyServed(place: Place, cases: number) {
  const { open, kept, note } = await countyHouse(place, cases), house = await open()
  let told = (_: string) => {}
  const code = new Promise<string>((resolve) => { told = resolve })
  const limits = { ...usualLimits, anonymousPerMinute: 1e9, sessionPerMinute: 1e9, commandsAtOnce: 1e9 }
  const serving = await serve(house, { host: '127.0.0.1', port: 0, issue: false, obey: () => Promise.reject(new Error('nobody orders a benchmark')), limits, sayCode: (said) => { told(said) } })
  const again = async ({ person, password, secret }: NonNullable<Kept['asker']>) => {
    const answer = await send(serving.url, '/api/sign-in', { person, password, totp: codeOf(secret) }), cookie = cookieIn(answer)
    if (!cookie) throw new Error(`the asker signs in: ${answer.status} ${await answer.text()}`)
    return cookie
  }
  const first = async () => {
    const people = await founded({ url: serving.url, code: await code }), { person, password, secret, cookie } = await people.enrol('t-asker', ['inspector'], { department: '监察室' })
    kept.asker = { person, password, secret }
    note()
    return cookie
  }
  const cookie = await (kept.asker ? again(kept.asker) : first()), purpose = await send(serving.url, '/api/me/purpose', { text: '例行检查' }, cookie)
  if (!purpose.ok) throw new Error(`the asker says why: ${purpose.status} ${await purpose.text()}`)
  return { ...serving, house, cookie }
}
