import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { opened, sealedWith, type Suite } from '../../adapters/keys/cipher.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import type { Keys } from '../../domain/kernel/ports.ts'
import type { Sealed } from '../../domain/kernel/values.ts'

const folders: string[] = []
const folder = () => { const dir = mkdtempSync(join(tmpdir(), 'keys-')); folders.push(dir); return join(dir, 'keys') }
afterAll(() => folders.forEach((dir) => rmSync(dir, { recursive: true, force: true })))
const suites: Suite[] = ['intl', 'SM']
const bytesIn = (dir: string) => readdirSync(dir).map((name) => readFileSync(join(dir, name)))

describe('the algorithms are those of the standards', () => {
  it('SM3 (GB/T 32905-2016, appendix A.1 and A.2)', () => {
    expect(createHash('sm3').update('abc').digest('hex')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
    expect(createHash('sm3').update('abcd'.repeat(16)).digest('hex')).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732')
  })
  it('SM4 (GB/T 32907-2016, appendix A.1)', () => {
    const key = Buffer.from('0123456789abcdeffedcba9876543210', 'hex'), cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false)
    expect(Buffer.concat([cipher.update(key), cipher.final()]).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246')
  })
})

/** An SM envelope taken apart with nothing but SM4 in single blocks and HMAC-SM3: the other road. */
function bySm4Blocks(key: Buffer, name: string, envelope: string): string {
  expect(envelope.startsWith('sm4.')).toBe(true)
  const bytes = Buffer.from(envelope.slice(4), 'base64'), iv = bytes.subarray(0, 16), tag = bytes.subarray(16, 48), text = bytes.subarray(48)
  const hmac = (under: Buffer, ...parts: Buffer[]) => { const mac = createHmac('sm3', under); for (const part of parts) mac.update(part); return mac.digest() }
  const length = Buffer.alloc(4); length.writeUInt32BE(Buffer.byteLength(name))
  expect(tag.equals(hmac(hmac(key, Buffer.from('mac')), length, Buffer.from(name), iv, text))).toBe(true)
  const block = (counter: Buffer) => { const ecb = createCipheriv('sm4-ecb', hmac(key, Buffer.from('enc')).subarray(0, 16), null).setAutoPadding(false); return Buffer.concat([ecb.update(counter), ecb.final()]) }
  const plain = Buffer.alloc(text.length), first = BigInt(`0x${iv.toString('hex')}`)
  for (let i = 0; i < text.length; i += 16) {
    const counter = Buffer.from(((first + BigInt(i / 16)) % (1n << 128n)).toString(16).padStart(32, '0'), 'hex'), stream = block(counter)
    for (let j = 0; j < 16 && i + j < text.length; j++) plain[i + j] = text[i + j]! ^ stream[j]!
  }
  return plain.toString('utf8')
}
/** Likewise one of the first suite, by GCM's own counter mode and without looking at its tag. */
function byAesCounter(key: Buffer, envelope: string): string {
  const bytes = Buffer.from(envelope, 'base64'), iv = Buffer.concat([bytes.subarray(0, 12), Buffer.from([0, 0, 0, 2])])
  const ctr = createDecipheriv('aes-256-ctr', key, iv)
  return Buffer.concat([ctr.update(bytes.subarray(28)), ctr.final()]).toString('utf8')
}

describe('钥匙落盘', () => {
  it('whatever is refused in between, what was sealed opens in the next life, and in this one', () => fc.assert(fc.asyncProperty(
    fc.array(fc.record({ who: fc.constantFrom('a', 'b', 'c', 'd'), matter: fc.constantFrom('m', 'n'), bad: fc.boolean(), pause: fc.integer({ min: 0, max: 2 }) }), { minLength: 4, maxLength: 30 }), async (steps) => {
      const dir = folder(), keys = fileKeys(dir), other = new Database(join(dir, 'keys.db')), sealed: Promise<[string, Sealed] | undefined>[] = []
      for (const [n, { who, matter, bad, pause }] of steps.entries()) {
        other.exec(bad ? `CREATE TRIGGER IF NOT EXISTS full BEFORE INSERT ON keys BEGIN SELECT RAISE(ABORT, 'full'); END` : 'DROP TRIGGER IF EXISTS full')
        sealed.push(keys.seal(who, matter, `${n}`).then((envelope) => [`${n}`, envelope], () => undefined))
        for (let i = 0; i < pause; i++) await new Promise(setImmediate)
      }
      other.exec('DROP TRIGGER IF EXISTS full')
      const said = (await Promise.all(sealed)).filter((one) => one !== undefined)
      for (const [text, envelope] of said) expect(await keys.open(envelope)).toBe(text)
      other.close()
      await keys.close()
      const later = fileKeys(dir)
      for (const [text, envelope] of said) expect(await later.open(envelope)).toBe(text)
      await later.close()
    }), { numRuns: 40 }), 30_000)
  it('who is forgotten while something of theirs is being sealed has no key afterwards, and nothing of it opens', async () => {
    for (let turns = 0; turns < 6; turns++) {
      const dir = folder(), keys = fileKeys(dir), first = await keys.seal('a', 'm', 'before'), saying = keys.seal('a', 'n', 'meanwhile'), again = keys.seal('a', 'm', 'again')
      for (let i = 0; i < turns; i++) await new Promise(setImmediate)
      const forgetting = keys.forget('a'), late = keys.seal('a', 'm', 'late')
      await forgetting
      const said = [first, await saying, await again, await late, await keys.seal('a', 'm', 'after')]
      expect(await Promise.all(said.map((one) => keys.open(one)))).toStrictEqual(said.map(() => undefined))
      await keys.close()
      const sql = new Database(join(dir, 'keys.db'))
      expect((sql.prepare("SELECT matter FROM keys WHERE subject='a'").raw() as unknown as { all(): unknown[] }).all(), `${turns} turns`).toStrictEqual([])
      sql.close()
    }
  })
  it('a crowd of new people waits for few syncs, and each of them opens', async () => {
    const dir = folder(), keys = fileKeys(dir), waves = []
    for (let n = 0; n < 200; n++) { waves.push(keys.seal(`p${n}`, 'm', `${n}`)); if (n % 7 === 0) await new Promise(setImmediate) }
    const sealed = await Promise.all(waves)
    await keys.close()
    const later = fileKeys(dir)
    for (const [n, envelope] of sealed.entries()) expect(await later.open(envelope)).toBe(`${n}`)
    await later.close()
  })
})

describe.each(suites)('an envelope of suite %s', (suite) => {
  const key = Buffer.alloc(32, 7), name = '["a-1","cases-X-1"]', bytes = (envelope: string) => envelope.replace('sm4.', '')
  it('opens as it was sealed, whatever it says, and another road reads the same', () => fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => text.isWellFormed()), fc.uint8Array({ minLength: 32, maxLength: 32 }), (text, raw) => {
    const of = Buffer.from(raw), envelope = sealedWith(of, name, text, suite)
    expect(opened(of, name, envelope)).toBe(text)
    expect(suite === 'SM' ? bySm4Blocks(of, name, envelope) : byAesCounter(of, envelope)).toBe(text)
  }), { numRuns: 60 }))
  it('is another every time, and says nothing of what is in it', () => {
    const many = Array.from({ length: 200 }, () => sealedWith(key, name, '张三丰', suite))
    expect(new Set(many).size).toBe(200)
    for (const envelope of many) expect(Buffer.from(bytes(envelope), 'base64').includes('张三丰')).toBe(false)
  })
  it('opens no more once a single bit of it is another, wherever', () => {
    const envelope = sealedWith(key, name, '张三丰，422822', suite), whole = Buffer.from(bytes(envelope), 'base64'), mark = suite === 'SM' ? 'sm4.' : ''
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const altered = Buffer.from(whole)
      altered[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => opened(key, name, mark + altered.toString('base64')), `bit ${bit}`).toThrow()
    }
    for (let length = 0; length < whole.length; length++) expect(() => opened(key, name, mark + whole.subarray(0, length).toString('base64')), `cut to ${length}`).toThrow()
  })
  it('opens under no other key, in no other matter, and not as one of the other suite', () => {
    const envelope = sealedWith(key, name, '张三丰', suite)
    expect(() => opened(Buffer.alloc(32, 8), name, envelope)).toThrow()
    for (const of of ['["a-1","cases-X-2"]', '["a-2","cases-X-1"]', '["a-1","cases-X-1"] ', '']) expect(() => opened(key, of, envelope)).toThrow()
    expect(() => opened(key, name, suite === 'SM' ? envelope.slice(4) : `sm4.${envelope}`)).toThrow()
  })
})

const stores: [string, (suite: Suite) => Keys][] = [['memory', (suite) => memoryKeys(suite)], ['a file', (suite) => fileKeys(folder(), { suite })]]
describe.each(stores.flatMap(([where, open]) => suites.map((suite) => [where, suite, open] as const)))('钥匙 in %s, suite %s', (_, suite, open) => {
  it('an envelope stands for its person and matter alone', async () => {
    const keys = open(suite), one = await keys.seal('a-1', 'm-1', '甲'), other = await keys.seal('a-2', 'm-1', '乙'), third = await keys.seal('a-1', 'm-2', '丙')
    expect(await Promise.all([one, other, third].map((envelope) => keys.open(envelope)))).toStrictEqual(['甲', '乙', '丙'])
    for (const [from, to] of [[one, other], [one, third], [other, third], [third, one]] as const) await expect(keys.open({ ...to, sealed: from.sealed })).rejects.toThrow()
    expect((await keys.matters('a-1')).toSorted()).toStrictEqual(['m-1', 'm-2'])
    expect(await keys.matters('a-3')).toStrictEqual([])
    await keys.close()
  })
  it('words are found by the same text of the same field, and by no other store', async () => {
    const keys = open(suite), other = open(suite)
    expect(await keys.blind('name', '张三')).toBe(await keys.blind('name', '张三'))
    const words = await Promise.all([keys.blind('name', '张三'), keys.blind('number', '张三'), keys.blind('name', '张三 '), other.blind('name', '张三')])
    expect(new Set(words).size).toBe(4)
    await keys.close()
    await other.close()
  })
  it('what is restricted or forgotten never opens again, whatever is sealed, said and in whatever order', () => fc.assert(fc.asyncProperty(
    fc.array(fc.record({ act: fc.constantFrom('seal', 'seal', 'restrict', 'forget', 'forget-all' as const), subject: fc.constantFrom('a', 'b'), matter: fc.constantFrom('m', 'n') }), { maxLength: 25 }), async (acts) => {
      const keys = open(suite), sealed: [Sealed, string][] = [], closed = new Map<string, 'restricted' | 'gone'>(), used = new Set<string>()
      let n = 0
      for (const { act, subject, matter } of acts) {
        const of = `${subject} ${matter}`
        if (act === 'seal') {
          const text = `第${n++}件`
          sealed.push([await keys.seal(subject, matter, text), text])
          if (closed.get(of) !== 'gone') used.add(of)
        } else if (act === 'restrict') {
          await keys.restrict(subject, matter)
          if (!closed.has(of)) closed.set(of, 'restricted')
        } else for (const one of act === 'forget' ? [of] : [...used].filter((each) => each.startsWith(`${subject} `))) {
          closed.set(one, 'gone')
          used.delete(one)
          if (act === 'forget') await keys.forget(subject, matter)
        }
        if (act === 'forget-all') await keys.forget(subject)
        for (const [envelope, text] of sealed) expect(await keys.open(envelope)).toBe(closed.has(`${envelope.subject} ${envelope.matter}`) ? undefined : text)
        for (const who of ['a', 'b']) for (const what of ['m', 'n']) {
          const state = closed.get(`${who} ${what}`)
          expect(await keys.standing(who, what)).toBe(state ?? (used.has(`${who} ${what}`) ? 'open' : 'gone'))
          expect((await keys.matters(who)).includes(what)).toBe(used.has(`${who} ${what}`))
        }
      }
      await keys.close()
    }), { numRuns: 6 }))
})

describe('钥匙库 on disk', () => {
  it.each(suites)('remembers suite %s, what it restricted and what it forgot', async (suite) => {
    const dir = folder(), first = fileKeys(dir, { suite })
    const kept = await first.seal('a', 'kept', '甲'), locked = await first.seal('a', 'locked', '乙'), lost = await first.seal('a', 'lost', '丙'), word = await first.blind('name', '张三')
    await first.restrict('a', 'locked')
    await first.forget('a', 'lost')
    await first.close()
    const again = fileKeys(dir)
    expect([await again.open(kept), await again.open(locked), await again.open(lost)]).toStrictEqual(['甲', undefined, undefined])
    expect(await again.blind('name', '张三')).toBe(word)
    expect((await again.seal('a', 'kept', '丁')).sealed.startsWith('sm4.')).toBe(suite === 'SM')
    expect(await again.open(await again.seal('a', 'lost', '戊'))).toBeUndefined()
    await again.close()
  })
  it('is of one suite from its first start on; an older one is of the first', async () => {
    const dir = folder()
    await fileKeys(dir, { suite: 'SM' }).close()
    expect(() => fileKeys(dir, { suite: 'intl' })).toThrow(/SM/)
    await fileKeys(dir, { suite: 'SM' }).close()
    const older = folder(), keys = fileKeys(older), envelope = await keys.seal('a', 'm', '甲')
    await keys.close()
    rmSync(join(older, 'suite'))
    expect(() => fileKeys(older, { suite: 'SM' })).toThrow(/intl/)
    const again = fileKeys(older)
    expect(await again.open(envelope)).toBe('甲')
    await again.close()
  })
  it('an envelope of the first suite still opens where everything new is of the other', async () => {
    const dir = folder(), first = fileKeys(dir), old = await first.seal('a', 'm', '甲')
    await first.close()
    writeFileSync(join(dir, 'suite'), 'SM\n')
    const moved = fileKeys(dir, { suite: 'SM' })
    expect(await moved.open(old)).toBe('甲')
    expect((await moved.seal('a', 'm', '乙')).sealed).toMatch(/^sm4\./)
    await moved.close()
  })
  it('takes back rights that are too wide, and says so', async () => {
    const dir = folder(), said: string[] = [], say = (line: string) => said.push(line)
    await fileKeys(dir, { say }).close()
    expect(said).toStrictEqual([])
    chmodSync(dir, 0o755)
    for (const name of ['master.key', 'keys.db']) chmodSync(join(dir, name), 0o644)
    await fileKeys(dir, { say }).close()
    expect(said).toHaveLength(3)
    for (const path of [dir, join(dir, 'keys.db'), join(dir, 'master.key')]) expect(said.filter((line) => line.startsWith(`${path}: `))).toHaveLength(1)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o077, name).toBe(0)
  })
  it.each(suites)('after forgetting, the wrapped key is in no byte of any file (%s)', async (suite) => {
    const dir = folder(), keys = fileKeys(dir, { suite })
    for (let i = 0; i < 300; i++) await keys.seal(`p-${i}`, 'm', '甲')
    const sql = new Database(join(dir, 'keys.db')), wrapped = (sql.prepare("SELECT wrapped FROM keys WHERE subject='p-7'").raw() as unknown as { all(): [string][] }).all().map(([text]) => text)
    sql.close()
    expect(wrapped).toHaveLength(2)
    for (const text of wrapped) expect(bytesIn(dir).some((bytes) => bytes.includes(text))).toBe(true)
    await keys.forget('p-7')
    for (const text of wrapped) expect(bytesIn(dir).some((bytes) => bytes.includes(text))).toBe(false)
    expect(existsSync(join(dir, 'keys.db-journal'))).toBe(false)
    await keys.close()
    for (const text of wrapped) expect(bytesIn(dir).some((bytes) => bytes.includes(text))).toBe(false)
  })
  it('a key of the house that is gone is not replaced by another: what is sealed would never open again', async () => {
    for (const name of ['master', 'blind']) {
      const dir = folder(), keys = fileKeys(dir), envelope = await keys.seal('a', 'm', '甲'), lost = readFileSync(join(dir, `${name}.key`))
      await keys.close()
      rmSync(join(dir, `${name}.key`))
      expect(() => fileKeys(dir)).toThrow(/gone/)
      expect(existsSync(join(dir, `${name}.key`))).toBe(false)
      writeFileSync(join(dir, `${name}.key`), lost, { mode: 0o600 })
      const again = fileKeys(dir)
      expect(await again.open(envelope)).toBe('甲')
      await again.close()
    }
  })
  it('takes back rights in folders too, and leaves them folders that can be entered', async () => {
    const dir = folder(), said: string[] = []
    await fileKeys(dir).close()
    mkdirSync(join(dir, 'heads'), { mode: 0o755 })
    writeFileSync(join(dir, 'heads', 'key'), 'seed', { mode: 0o644 })
    await fileKeys(dir, { say: (line) => said.push(line) }).close()
    expect(said).toHaveLength(2)
    expect([statSync(join(dir, 'heads')).mode & 0o777, statSync(join(dir, 'heads', 'key')).mode & 0o777]).toStrictEqual([0o700, 0o600])
  })
  it.each(['a reader', 'a kill'])('forgotten while %s kept the log from being emptied, the key is gone from it all the same', async (what) => {
    const dir = folder(), keys = fileKeys(dir)
    await keys.seal('p', 'm', '甲')
    const sql = new Database(join(dir, 'keys.db')), [[wrapped]] = sql.prepare("SELECT wrapped FROM keys WHERE subject='p' AND matter='m'").raw().all() as unknown as [[string]]
    sql.exec('BEGIN')
    sql.prepare('SELECT count(*) FROM keys').get()
    const began = performance.now()
    await keys.forget('p', 'm')
    expect(performance.now() - began, 'nobody waits for a reader').toBeLessThan(2_000)
    expect(bytesIn(dir).some((bytes) => bytes.includes(wrapped)), 'it stood in the log').toBe(true)
    const killed = folder()
    cpSync(dir, killed, { recursive: true })
    sql.exec('COMMIT')
    sql.close()
    if (what === 'a kill') {
      const next = fileKeys(killed)
      expect(bytesIn(killed).some((bytes) => bytes.includes(wrapped))).toBe(false)
      await next.close()
    } else await vi.waitFor(() => expect(bytesIn(dir).some((bytes) => bytes.includes(wrapped))).toBe(false), { timeout: 3_000, interval: 50 })
    await keys.close()
  })
})
