import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { servingLog, told, workplace, type Served } from '../cli/mingjian.ts'
import { founded } from '../signed-in.ts'

const place = workplace()
const dir = place.dir()
let served: Served, cookie: string
type Entry = { id: string; state: string; awaits?: string[]; clause: string; formula: { zh: string; en: string }; params: Record<string, number>; inForce?: { version: number }; examples: object[]; tells: string[] }
const rules = async () => (await (await fetch(`${served.url}/api/rules`, { headers: { cookie } })).json() as { rules: Entry[] }).rules
beforeAll(async () => { served = await servingLog(place, dir, 'one', ['A1,look,2024-05-06 09:00,1'])
  cookie = await (await founded(served)).cookieFor('inspector')
})
afterAll(async () => {
  served?.child.kill('SIGKILL')
  place.clear()
})

describe('规则目录', () => {
  it('lists every rule of the reference, R-01 to R-29 and I-01 to I-12, once each', async () => {
    const expected = [...Array.from({ length: 12 }, (_, i) => `I-${String(i + 1).padStart(2, '0')}`), ...Array.from({ length: 29 }, (_, i) => `R-${String(i + 1).padStart(2, '0')}`)]
    expect((await rules()).map(({ id }) => id).sort()).toStrictEqual(expected)
  })
  // These know their facts, but no timeline brings them before the rules: of a calendar or an item (I-12), of a key beside the moves of its holder.
  const withoutTimeline = ['I-12', 'R-27']
  it('says which wait, and for which facts: those that nobody tells yet', async () => {
    const known = readFileSync('domain/GLOSSARY.md', 'utf8')
    const waiting = (await rules()).filter(({ id, state }) => state === 'waiting' && !withoutTimeline.includes(id))
    expect(waiting.length).toBeGreaterThan(0)
    for (const { id, awaits } of waiting) {
      expect(awaits!.length, id).toBeGreaterThan(0)
      expect(awaits!.some((fact) => !known.includes(`\`${fact}\``)), id).toBe(true)
    }
  })
  it('every other one is in force, with its clause, its formula in both languages, its examples and those who are told', async () => {
    for (const { id, state, clause, formula, examples, tells, inForce } of (await rules()).filter(({ state }) => state !== 'waiting')) {
      expect({ id, state, version: inForce?.version }).toStrictEqual({ id, state: 'live', version: 1 })
      expect(clause, id).toMatch(/\p{Script=Han}/u)
      expect(formula.zh, id).toMatch(/\p{Script=Han}/u)
      expect(formula.en, id).toMatch(/^\P{Script=Han}+$/u)
      expect(examples.length, id).toBeGreaterThan(1)
      expect(tells.length, id).toBeGreaterThan(0)
    }
  })
  it('an unknown one is named, over HTTP and in the terminal', async () => {
    const answer = await fetch(`${served.url}/api/rules?rule=R-99`, { headers: { cookie } })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'no-such-rule', field: 'rule' })
    expect(await told('rules', '--rule', 'R-02', '--data', dir)).toMatchObject({ id: 'R-02', state: 'live', params: { graceWorkingDays: 1 } })
  })
})
