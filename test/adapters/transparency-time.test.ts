import { createServer } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkpointBody, noteOf, signatureLine, signingKey } from '../../adapters/transparency/note.ts'
import { emptyRoot } from '../../adapters/transparency/proof.ts'
import { witnessedTimeMs } from '../../adapters/transparency/time.ts'
import { openWitness } from '../../adapters/transparency/witness.ts'

const root = mkdtempSync(join(tmpdir(), 'outside-time-')), ends: (() => unknown)[] = []
afterAll(() => { for (const end of ends) end(); rmSync(root, { recursive: true, force: true }) })
const log = signingKey('mingjian/test', 'log'), body = checkpointBody({ origin: log.name, size: 0, root: emptyRoot() }), head = noteOf(body, signatureLine(log, body))

/** A witness on a machine whose clock says `ms`; `date`: what its answers are dated. */
async function witnessAt(name: string, ms: number, { date, status }: { date?: string; status?: number } = {}) {
  const witness = openWitness(join(root, name), { log, name, now: () => ms, onEvidence: () => {} })
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const { status: said, body } = witness.addText(Buffer.concat(parts).toString())
      response.sendDate = false
      if (date !== undefined) response.setHeader('date', date)
      response.writeHead(status ?? said).end(body)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  ends.push(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`, vkey: witness.vkey }
}
function house(signed = head) {
  const dir = mkdtempSync(join(root, 'house-'))
  mkdirSync(join(dir, 'transparency'))
  if (signed) writeFileSync(join(dir, 'transparency', 'checkpoint'), signed)
  return dir
}

describe('外面几点', () => {
  const early = Date.parse('2026-03-02T02:00:00.000Z'), late = Date.parse('2026-03-05T02:00:00.000Z')
  it('is what the latest of the witnesses signs, whoever else is silent', async () => {
    const witnesses = [await witnessAt('w/early', early), await witnessAt('w/late', late), { url: 'http://127.0.0.1:9', vkey: (await witnessAt('w/gone', late)).vkey }]
    expect(await witnessedTimeMs(house(), { witnesses })).toBe(late)
    expect(await witnessedTimeMs(house(), { witnesses: witnesses.slice(0, 1) })).toBe(early)
    expect(await witnessedTimeMs(house(), { witnesses: witnesses.slice(2) })).toBeUndefined()
  })
  it('is not what somebody signs who is no witness of ours', async () => {
    const { url } = await witnessAt('w/stranger', late, { date: 'Thu, 05 Mar 2026 02:00:00 GMT' })
    expect(await witnessedTimeMs(house(), { witnesses: [{ url, vkey: signingKey('w/ours', 'witness').vkey }] })).toBeUndefined()
  })
  it('is the date of the answer of one who cannot vouch for this head yet', async () => {
    const witness = await witnessAt('w/behind', early, { status: 409, date: 'Thu, 05 Mar 2026 02:00:00 GMT' }), undated = await witnessAt('w/undated', early, { status: 409 })
    expect(await witnessedTimeMs(house(), { witnesses: [witness] })).toBe(late)
    expect(await witnessedTimeMs(house(), { witnesses: [undated] })).toBeUndefined()
  })
  it('is unknown where nothing was ever signed, or nobody is configured', async () => {
    const witness = await witnessAt('w/unasked', late)
    expect(await witnessedTimeMs(house(''), { witnesses: [witness] })).toBeUndefined()
    expect(await witnessedTimeMs(house())).toBeUndefined()
  })
})
