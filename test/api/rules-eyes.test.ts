import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAccessHouse, who, type AccessHouse } from './access-house.ts'
import { roles, type Role } from './access-matrix.table.ts'

let house: AccessHouse
const ask = async (path: string, role: Role) => house.ask(path, {}, await house.session(who[role]))
beforeAll(async () => { house = await openAccessHouse() }, 60_000)
afterAll(async () => { await house?.close() })

/** domain.md D.3, by hand: every rule of the chapter, and words that stand in no rule of the other. */
const confidential = Array.from({ length: 12 }, (_, i) => `I-${String(i + 1).padStart(2, '0')}`)
const thresholds = ['leastOfficers', 'leastPurchases']
const overseers: readonly Role[] = ['inspector', 'auditor']

describe('规则目录何人可读', () => {
  it.each(roles.map((role) => [role]))('%s hears of integrity risks, and of what was said of rules, only as one who oversees', async (role) => {
    const { status, text, body } = await ask('/api/rules', role), ids = (body.rules as { id: string }[]).map(({ id }) => id)
    expect(status).toBe(200)
    expect(ids.filter((id) => id.startsWith('R-')).length).toBe(29)
    if (overseers.includes(role)) {
      expect(ids.filter((id) => id.startsWith('I-'))).toStrictEqual(confidential)
      expect((body.rules as { history?: object }[]).every(({ history }) => history !== undefined)).toBe(true)
      expect(thresholds.filter((word) => text.includes(word)).length).toBeGreaterThan(1)
    } else {
      for (const word of [...confidential, ...thresholds, '"confidential"', '"history"', '"standing"', '指定承办人']) expect(text.includes(word), word).toBe(false)
    }
  })
  it('one of them by name is to the others what is not there', async () => {
    for (const role of roles) {
      const named = await ask('/api/rules?rule=I-01', role), none = await ask('/api/rules?rule=I-99', role)
      expect(none.status, role).toBe(404)
      if (overseers.includes(role)) expect(named.status, role).toBe(200)
      else expect({ ...named.body, id: '' }, role).toStrictEqual(JSON.parse(JSON.stringify({ ...none.body, id: '' }).replaceAll('I-99', 'I-01')))
    }
  })
  it('who proposed, who published, from which day: told in the order of saying, and what is still open in the very words that publish it', async () => {
    const today = (await ask('/api/rules', 'inspector')).body.now.slice(0, 10), words = { version: 2, params: { graceWorkingDays: 2 }, effectiveFrom: today, legalBasis: '试验', mode: 'live' }
    const cookie = await house.session(who.inspector), say = (command: string, body: object, as = cookie) =>
      house.ask(`/api/supervision/R-02/${command}`, { method: 'POST', body }, as)
    const proposed = await say('propose-rule', words)
    expect(proposed.status, proposed.text).toBe(200)
    expect((await say('publish-rule', words)).body.code).toBe('proposed-by-the-same')
    await house.settled()
    const [open] = (await ask('/api/rules?rule=R-02', 'auditor')).body.rules
    expect(open.history).toMatchObject([{ kind: 'proposed', by: who.inspector, version: 2, params: { graceWorkingDays: 2 }, open: true, said: words }])
    expect(open.inForce.version).toBe(1)
  })
})
