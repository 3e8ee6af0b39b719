import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, describe, expect, it } from 'vitest'
import { fileCredentials } from '../../adapters/credentials/file.ts'

const dirs: string[] = []
const place = () => { const dir = mkdtempSync(join(tmpdir(), 'credentials-')); dirs.push(dir); return dir }
afterEach(() => { for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true }) })
const planted = 'planted-password-7f3a', secret = 'JBSWY3DPEHPK3PXP7LANTEDSECRET'

describe('凭证库', () => {
  it('knows a password by its words, and the same words by another keyboard; nobody else\'s opens it', async () => {
    const credentials = fileCredentials(place())
    await credentials.setPassword('p-1', `${planted} é`)
    await credentials.setPassword('p-2', 'something else entirely')
    expect(await credentials.verify('p-1', `${planted} é`)).toBe(true)
    expect(await credentials.verify('p-1', `${planted} e\u0301`)).toBe(true)
    for (const [person, password] of [['p-2', `${planted} é`], ['p-1', planted], ['p-1', ''], ['nobody', planted], ['nobody', ''], ['', '']] as const) expect(await credentials.verify(person, password), `${person} ${password}`).toBe(false)
    expect([credentials.has('p-1'), credentials.has('nobody')]).toStrictEqual([true, false])
    credentials.close()
  })
  it('keeps them over a restart, readable by the owner alone, and nothing of them in the clear', async () => {
    const dir = place(), credentials = fileCredentials(dir)
    await credentials.setPassword('p-1', planted)
    credentials.setTotp('p-1', secret)
    credentials.setActivation('p-1', 'PLANTEDACTIVATION', 10)
    for (const name of readdirSync(dir)) {
      expect(statSync(join(dir, name)).mode & 0o077, name).toBe(0)
      for (const plain of [planted, secret, 'PLANTEDACTIVATION']) expect(readFileSync(join(dir, name)).includes(plain), `${plain} in ${name}`).toBe(false)
    }
    credentials.close()
    const again = fileCredentials(dir)
    expect(await again.verify('p-1', planted)).toBe(true)
    expect(again.totp('p-1')).toBe(secret)
    expect(again.mayActivate('p-1', 'PLANTEDACTIVATION', 9)).toBe(true)
    again.close()
  })
  it('forgets somebody with all that they signed in with, and nobody else', async () => {
    const dir = place(), credentials = fileCredentials(dir)
    for (const person of ['forgotten-one', 'other']) { await credentials.setPassword(person, planted); credentials.setTotp(person, secret); credentials.setActivation(person, 'CODE', 10) }
    credentials.forget('forgotten-one')
    expect([credentials.has('forgotten-one'), credentials.totp('forgotten-one'), credentials.mayActivate('forgotten-one', 'CODE', 9), await credentials.verify('forgotten-one', planted)]).toStrictEqual([false, undefined, false, false])
    expect([credentials.has('other'), await credentials.verify('other', planted)]).toStrictEqual([true, true])
    for (const name of readdirSync(dir)) expect(readFileSync(join(dir, name)).includes('forgotten-one'), name).toBe(false)
    credentials.close()
  })
  it('is of no use without the house\'s key: no password is right, and no second factor can be read', async () => {
    const dir = place(), credentials = fileCredentials(dir)
    await credentials.setPassword('p-1', planted)
    credentials.setTotp('p-1', secret)
    credentials.setActivation('p-1', 'CODE', 10)
    credentials.close()
    writeFileSync(join(dir, 'credentials.key'), 'ab'.repeat(32))
    const stolen = fileCredentials(dir)
    expect(await stolen.verify('p-1', planted)).toBe(false)
    expect(() => stolen.totp('p-1')).toThrow()
    expect(stolen.mayActivate('p-1', 'CODE', 1)).toBe(false)
    stolen.close()
    writeFileSync(join(dir, 'credentials.key'), 'short')
    expect(() => fileCredentials(dir)).toThrow(/damaged/)
    rmSync(join(dir, 'credentials.key'))
    expect(() => fileCredentials(dir), 'another key would be right for nobody').toThrow(/gone/)
    expect(readdirSync(dir)).not.toContain('credentials.key')
  })
  it('is hashed by argon2id with no less than OWASP asks for, whatever is written into the file by hand is nobody\'s', async () => {
    const dir = place(), credentials = fileCredentials(dir)
    await credentials.setPassword('p-1', planted)
    await credentials.setPassword('p-2', 'the second password')
    credentials.setTotp('p-1', secret)
    credentials.close()
    const file = new Database(join(dir, 'credentials.db'))
    const hashes = (file.prepare('SELECT password FROM credentials ORDER BY person').raw() as unknown as { all(): [string][] }).all().map(([hash]) => hash)
    for (const hash of hashes) {
      const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/.exec(hash)!
      expect(Number(memory)).toBeGreaterThanOrEqual(19 * 1024)
      expect(Number(passes)).toBeGreaterThanOrEqual(2)
    }
    expect(hashes[0]).not.toBe(hashes[1])
    // Whoever can write the file puts the row of one that they know in another's place.
    file.exec("UPDATE credentials SET password=(SELECT password FROM credentials WHERE person='p-1'), totp=(SELECT totp FROM credentials WHERE person='p-1') WHERE person='p-2'")
    file.close()
    const moved = fileCredentials(dir)
    expect(await moved.verify('p-2', planted)).toBe(false)
    expect(() => moved.totp('p-2')).toThrow()
    expect(await moved.verify('p-1', planted)).toBe(true)
    moved.close()
  })
  it('takes each step of time once, and none before it; a new second factor begins anew', () => {
    const credentials = fileCredentials(place())
    credentials.setTotp('p-1', secret)
    expect([100, 100, 99, 101, 101, 100].map((step) => credentials.useStep('p-1', step))).toStrictEqual([true, false, false, true, false, false])
    credentials.setTotp('p-1', 'OTHER')
    expect(credentials.useStep('p-1', 100)).toBe(true)
    expect(credentials.useStep('nobody', 100)).toBe(false)
    credentials.setTotp('p-1', undefined)
    expect(credentials.totp('p-1')).toBeUndefined()
    credentials.close()
  })
  it('an activation code is one person\'s, until its time, for five tries, and used up by the password', async () => {
    const credentials = fileCredentials(place())
    credentials.setActivation('p-1', 'RIGHT', 1000)
    credentials.setActivation('p-2', 'OTHER', 1000)
    expect([['p-1', 'OTHER', 1], ['p-1', 'RIGHT', 1000], ['nobody', 'RIGHT', 1], ['p-1', 'RIGHT', 999], ['p-1', 'RIGHT', 1]].map(([person, code, at]) => credentials.mayActivate(person as string, code as string, at as number)))
      .toStrictEqual([false, false, false, true, true])
    await credentials.setPassword('p-1', planted)
    expect(credentials.mayActivate('p-1', 'RIGHT', 1)).toBe(false)
    for (let i = 0; i < 5; i++) expect(credentials.mayActivate('p-2', `WRONG${i}`, 1)).toBe(false)
    expect(credentials.mayActivate('p-2', 'OTHER', 1)).toBe(false)
    credentials.setActivation('p-2', 'ANEW', 1000)
    expect(credentials.mayActivate('p-2', 'ANEW', 1)).toBe(true)
    credentials.close()
  })
  it('hides nothing behind a mode that somebody widened', () => {
    const dir = place()
    fileCredentials(dir).close()
    chmodSync(join(dir, 'credentials.db'), 0o644)
    fileCredentials(dir).close()
    expect(statSync(join(dir, 'credentials.db')).mode & 0o077).toBe(0)
  })
})
