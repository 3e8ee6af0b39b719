import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { growthOf, offerIn, offerText, type Offer } from '../../adapters/transparency/growth.ts'
import { openLog, type LogBook } from '../../adapters/transparency/log.ts'
import { checkpointBody, checkpointIn, noteIn, noteOf, promiseIn, signatureLine, signedCheckpoint, signersOf, signingKey, verifierFrom } from '../../adapters/transparency/note.ts'
import { consistencyProof, emptyRoot, leafHashOf, rootOver } from '../../adapters/transparency/proof.ts'
import { openSigner } from '../../adapters/transparency/signer.ts'
import { serveSigner, signerAt } from '../../adapters/transparency/socket.ts'
import { openWitness } from '../../adapters/transparency/witness.ts'
import { witnessState } from '../../api/transparency.ts'

const root = mkdtempSync(join(tmpdir(), 'heads-')), ends: (() => unknown)[] = []
afterAll(async () => { for (const end of ends.reverse()) await end(); rmSync(root, { recursive: true, force: true }) })
let made = 0
const folder = () => join(root, String(made++))

/** A book of texts that can be grown, and forked. */
function texts(...said: string[]) {
  const leaves = said.map((text) => Buffer.from(text)), hashes = () => leaves.map(leafHashOf)
  const range = (from: number, to: number) => rootOver(hashes().slice(from, to))
  const book: LogBook = {
    leafHashes: (after, upTo) => hashes().slice(after, upTo), tileHashes: (after, upTo) => Array.from({ length: Math.min(upTo, Math.floor(leaves.length / 256)) - after }, (_, i) => range((after + i) * 256, (after + i + 1) * 256)),
    treeHead: () => ({ size: leaves.length, root: range(0, leaves.length) }), leaf: (position) => leaves[position - 1]?.toString(),
  }
  return { book, range, tell: (...more: string[]) => { leaves.push(...more.map((text) => Buffer.from(text))) }, size: () => leaves.length, cut: (size: number) => { leaves.length = size } }
}
const numbered = (count: number, word = 'fact') => Array.from({ length: count }, (_, i) => `${word} ${i}`)
const log = signingKey('mingjian/test', 'log'), at = (seconds: number) => () => seconds * 1000
type Texts = ReturnType<typeof texts>
const noteFor = (tree: Texts, size = tree.size(), key = log) => { const body = checkpointBody({ origin: key.name, size, root: tree.range(0, size) }); return noteOf(body, signatureLine(key, body)) }
const offerFor = (tree: Texts, old: number, size = tree.size(), key = log): Offer => ({ old, proof: consistencyProof(old, size, tree.range), text: noteFor(tree, size, key) })

describe('签注 — C2SP signed notes', () => {
  // The example of c2sp.org/tlog-cosignature gives a checkpoint and its lines, but no keys: its form at least must be read, and written back.
  const example = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n'
  it('reads the published example', () => {
    const note = noteIn(example)!
    expect(checkpointIn(note.body)).toStrictEqual({ origin: 'example.com/behind-the-sofa', size: 20_852_163, root: Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64') })
    expect(note.signatures.map(({ id, signature }) => [id.toString('hex'), signature.length])).toStrictEqual([['033de0ae', 64]])
    expect(checkpointBody(checkpointIn(note.body)!)).toBe(note.body)
  })
  it('knows the key that Go\'s note package documents', () => {
    // golang.org/x/mod/sumdb/note: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW, and the note that it signed.
    const key = verifierFrom('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')!
    const note = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
    expect(signersOf(noteIn(note)!, [key])).toMatchObject([{ vkey: key.vkey }])
    expect(signersOf(noteIn(note.replace('answer', 'Answer'))!, [key])).toBeUndefined()
    expect(verifierFrom('PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')).toBeUndefined()
  })
  it('no byte of a signed head can be another', () => {
    const tree = texts(...numbered(9)), text = noteFor(tree)
    expect(signedCheckpoint(text, [log])).toMatchObject({ size: 9 })
    const bytes = Buffer.from(text)
    for (let i = 0; i < bytes.length; i++) for (const bit of [0, 3, 6]) {
      const bent = Buffer.from(bytes)
      bent[i]! ^= 1 << bit
      expect(signedCheckpoint(bent.toString('utf8'), [log]), `${i}.${bit}`).toBeUndefined()
    }
    expect(signedCheckpoint(text, [signingKey('mingjian/test', 'log')])).toBeUndefined()
    expect(signedCheckpoint(text, [signingKey('mingjian/test', 'witness', log.seed)])).toBeUndefined()
  })
  it('a promise is never read as a head, nor a head as a promise', async () => {
    const signer = openSigner(folder(), { name: () => 'mingjian/test', now: at(1_800_000_000) }), note = await signer.promise({ index: 4, leafHash: leafHashOf(Buffer.from('x')), withinSeconds: 60 })
    expect(promiseIn(noteIn(note)!.body)).toMatchObject({ index: 4, withinSeconds: 60, at: '2027-01-15T08:00:00.000Z' })
    expect(checkpointIn(noteIn(note)!.body)).toBeUndefined()
    expect(promiseIn(checkpointBody({ origin: 'o', size: 4, root: emptyRoot() }))).toBeUndefined()
  })
  it('what is no note is nothing, and throws nothing', () => fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(example, example.slice(0, -1), example.replace('\n\n', '\n'), '', '\n\n', '\n\n\n')), fc.string({ unit: 'binary' }), (a, b) => {
    for (const text of [a, a + b, `${a}\n\n— ${b}\n`]) { const note = noteIn(text); if (note) { checkpointIn(note.body); promiseIn(note.body); signersOf(note, [log]) } offerIn(text); verifierFrom(text) }
    expect(offerIn(offerText({ old: 3, proof: [emptyRoot()], text: example }))).toStrictEqual({ old: 3, proof: [emptyRoot()], text: example })
  })))
})

describe('签名人 — signs no fork', () => {
  it('made with a key of its own that nobody else can read, and the same one ever after', () => {
    const dir = folder(), first = openSigner(dir, { name: () => 'a', now: Date.now }), again = openSigner(dir, { name: () => 'b', now: Date.now })
    expect(again.vkey).toBe(first.vkey)
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777, name).toBe(0o600)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(openSigner(folder(), { name: () => 'a', now: Date.now }).vkey).not.toBe(first.vkey)
  })
  const asked = (tree: Texts, old: number, size = tree.size(), origin = 'mingjian/test'): Offer => ({ old, proof: consistencyProof(old, size, tree.range), text: checkpointBody({ origin, size, root: tree.range(0, size) }) })
  it.each(['same-process', 'other-process'] as const)('%s: what grew is signed; fork, rollback, another name and a proof that does not hold are not', async (where) => {
    const dir = folder(), own = openSigner(dir, { name: () => 'mingjian/test', now: Date.now }), path = join(root, `s${made++}`)
    if (where === 'other-process') { const served = await serveSigner(own, path); ends.push(served.close) }
    const signer = where === 'same-process' ? own : await signerAt(path)
    expect(signer).toMatchObject({ where, vkey: own.vkey })
    const tree = texts(...numbered(5)), fork = texts(...numbered(5, 'other')), key = verifierFrom(signer.vkey)!
    const note = async (offer: Offer) => { const said = await signer.sign(offer); return 'note' in said ? signedCheckpoint(said.note, [key])?.size : said.refused }
    expect(await note(asked(tree, 0))).toBe(5)
    tree.tell('more', 'and more')
    fork.tell('more', 'and more')
    expect(await note(asked(tree, 3))).toBe('elsewhere')
    expect(await note({ ...asked(tree, 5), proof: [] })).toBe('unproven')
    expect(await note(asked(fork, 5))).toBe('unproven')
    expect(await note(asked(tree, 0, 5))).toBe('elsewhere')
    expect(await note(asked(fork, 0, 5))).toBe('fork')
    expect(await note(asked(tree, 0, 4))).toBe('rollback')
    expect(await note(asked(tree, 5, 7, 'mingjian/other'))).toBe('malformed')
    expect(await note({ old: 5, proof: [], text: 'nonsense' })).toBe('malformed')
    expect(await note(asked(tree, 5))).toBe(7)
    expect(await note(asked(tree, 7))).toBe(7)
    expect(await note(asked(fork, 7))).toBe('fork')
    const reopened = openSigner(dir, { name: () => 'x', now: Date.now })
    expect(await reopened.sign(asked(fork, 0, 7))).toStrictEqual({ refused: 'fork', have: 7 })
  })
  it('one that has lost its newest head signs nothing more', () => {
    const dir = folder()
    openSigner(dir, { name: () => 'a', now: Date.now })
    rmSync(join(dir, 'head'))
    expect(() => openSigner(dir, { name: () => 'a', now: Date.now })).toThrow(/末头|树头/)
    writeFileSync(join(dir, 'head'), 'damaged')
    expect(() => openSigner(dir, { name: () => 'a', now: Date.now })).toThrow('damaged')
  })
  it('growth is judged as a list of small trees says, whatever is offered', () => fc.assert(fc.property(fc.nat(8), fc.nat(8), fc.nat(8), fc.boolean(), fc.boolean(), (size, offered, old, forked, honest) => {
    const tree = texts(...numbered(8)), other = texts('x', ...numbered(8).slice(1)), chosen = forked ? other : tree
    const proof = old <= offered ? consistencyProof(old, offered, honest ? chosen.range : (a, b) => (a % 2 ? tree : other).range(a, b)) : []
    const last = { origin: 'o', size, root: tree.range(0, size) }
    const grown = growthOf(last, { origin: 'o', size: offered, root: chosen.range(0, offered) }, { old, proof, text: '' })
    const extends_ = offered >= size && (size === 0 || !forked)
    if (grown === 'grown' || grown === 'same') expect(extends_).toBe(true)
    if (extends_ && honest && old === size) expect(['grown', 'same']).toContain(grown)
  }), { numRuns: 300 }))
})

describe('见证人 — C2SP tlog-witness', () => {
  const watching = (dir = folder(), seconds = 1_790_000_000) => {
    const evidence: string[] = []
    return { dir, evidence, witness: openWitness(dir, { log, name: 'w/1', now: at(seconds), onEvidence: (kind, size) => evidence.push(`${kind} ${size}`) }) }
  }
  it('cosigns what grew with its own time, and answers as the protocol says', () => {
    const { witness } = watching(), tree = texts(...numbered(6)), key = verifierFrom(witness.vkey)!
    expect(witness.addText('old x\n\n')).toMatchObject({ status: 400 })
    expect(witness.addText(offerText(offerFor(tree, 0, 6, signingKey('mingjian/test', 'log'))))).toMatchObject({ status: 403 })
    expect(witness.addText(offerText({ ...offerFor(tree, 0), old: 7 }))).toMatchObject({ status: 400 })
    const first = witness.addText(offerText(offerFor(tree, 0)))
    expect(first.status).toBe(200)
    expect(signedCheckpoint(noteOf(noteIn(noteFor(tree))!.body, first.body), [key])).toMatchObject({ size: 6, by: [{ seconds: 1_790_000_000 }] })
    expect(signedCheckpoint(witness.head(), [log, key])!.by).toHaveLength(2)
    tree.tell('seven', 'eight')
    expect(witness.addText(offerText(offerFor(tree, 0)))).toMatchObject({ status: 409, body: '6\n' })
    expect(witness.addText(offerText({ ...offerFor(tree, 6), proof: [emptyRoot()] }))).toMatchObject({ status: 422 })
    expect(witness.addText(offerText(offerFor(tree, 6)))).toMatchObject({ status: 200 })
    expect(witness.addText(offerText(offerFor(tree, 8)))).toMatchObject({ status: 200 })
    expect(witness.size()).toBe(8)
  })
  it('refuses forks and rollbacks, keeps both signed heads, and is not led astray after a restart', () => {
    const { witness, evidence, dir } = watching(), tree = texts(...numbered(6)), fork = texts(...numbered(9, 'other'))
    witness.add(offerFor(tree, 0))
    const ours = witness.head()
    for (const again of [witness, watching(dir).witness]) {
      expect(again.add(offerFor(fork, 6, 9))).toMatchObject({ status: 422 })
      expect(again.add(offerFor(fork, 0, 6))).toMatchObject({ status: 409 })
      expect(again.add(offerFor(fork, 0, 4))).toMatchObject({ status: 409, body: '6\n' })
      expect(again.head()).toBe(ours)
    }
    expect(evidence).toStrictEqual(['unproven 9', 'fork 6', 'rollback 4'])
    const kept = readdirSync(join(dir, 'evidence')).map((name) => JSON.parse(readFileSync(join(dir, 'evidence', name), 'utf8')) as { kind: string; ours: string; theirs: string })
    expect(kept.map(({ kind }) => kind).sort()).toStrictEqual(['fork', 'rollback', 'unproven'])
    for (const { ours, theirs } of kept) {
      const [a, b] = [signedCheckpoint(ours, [log])!, signedCheckpoint(theirs, [log])!]
      expect(a.root.equals(b.root)).toBe(false)
    }
  })
  it('strangers who send true heads with false proofs do not crowd out a fork', () => {
    const { witness, dir } = watching(), tree = texts(...numbered(3)), fork = texts(...numbered(3, 'other'))
    witness.add(offerFor(tree, 0))
    for (let i = 0; i < 130; i++) {
      tree.tell('more')
      expect(witness.add({ ...offerFor(tree, 3), proof: [emptyRoot()] })).toMatchObject({ status: 422 })
    }
    witness.add(offerFor(fork, 0))
    const kinds = readdirSync(join(dir, 'evidence')).map((name) => name.split('-')[0])
    expect(kinds.filter((kind) => kind === 'fork')).toHaveLength(1)
    expect(kinds.length).toBeLessThan(130)
    expect(witness.add(offerFor(tree, 3)), 'and the true proof is still taken').toMatchObject({ status: 200 })
  })
  it('an older head of the log\'s own that comes late is no evidence', () => {
    const { witness, evidence } = watching(), tree = texts(...numbered(6))
    witness.add(offerFor(tree, 0))
    tree.tell('more')
    witness.add(offerFor(tree, 6))
    expect(witness.add(offerFor(tree, 0, 6))).toMatchObject({ status: 409, body: '7\n' })
    expect(evidence).toStrictEqual([])
  })
})

describe('平台与见证人', () => {
  /** A witness as it stands elsewhere: over HTTP. */
  async function elsewhere(key = log.vkey) {
    const dir = folder(), clock = { now: Date.now }, down = { is: false }
    const witness = openWitness(dir, { log: verifierFrom(key)!, now: () => clock.now(), onEvidence: () => undefined })
    const server: Server = createServer((incoming, outgoing) => {
      let body = ''
      incoming.on('data', (chunk) => { body += String(chunk) }).on('end', () => { const { status, body: said } = down.is ? { status: 500, body: '' } : witness.addText(body); outgoing.writeHead(status); outgoing.end(said) })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ends.push(() => { server.closeAllConnections(); server.close() })
    return { witness, down, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }
  }
  async function house(tree: Texts, count: number, dir = folder()) {
    const said: string[] = [], clock = { ms: Date.now() }, signer = openSigner(join(dir, 'key'), { name: () => 'mingjian/house', now: () => clock.ms })
    const others = await Promise.all(Array.from({ length: count }, () => elsewhere(signer.vkey)))
    const opened = await openLog({ dir: join(dir, 'log'), book: tree.book, signer, now: () => clock.ms, witnesses: others.map(({ url, witness }) => ({ url, vkey: witness.vkey })), say: (line) => { said.push(line) } })
    return { dir, opened, others, said, clock, signer }
  }
  it('each new head is handed to all, and served with the lines of those who cosigned that very one', async () => {
    const tree = texts(...numbered(700)), { opened, others } = await house(tree, 3)
    expect(opened.witnessing()).toMatchObject({ configured: 3, threshold: 2 })
    await opened.turn()
    const keys = [opened, ...others.map(({ witness }) => witness)].map(({ vkey }) => verifierFrom(vkey)!)
    expect(signedCheckpoint(opened.checkpoint()!, keys)).toMatchObject({ size: 700, by: { length: 4 } })
    tree.tell('more')
    await opened.signNow()
    expect(signedCheckpoint(opened.checkpoint()!, keys)).toMatchObject({ size: 701, by: { length: 1 } })
    await opened.turn()
    expect(signedCheckpoint(opened.checkpoint()!, keys)).toMatchObject({ size: 701, by: { length: 4 } })
    for (const { witness } of others) expect(witness.size()).toBe(701)
  })
  it('counts as witnessed from when enough of them had cosigned, and says who is missing', async () => {
    const tree = texts(...numbered(3)), { opened, others, said } = await house(tree, 3)
    others[0]!.down.is = others[1]!.down.is = true
    await opened.turn()
    expect(opened.witnessing()).not.toHaveProperty('at')
    expect(opened.witnessing().witnesses.filter(({ trouble }) => trouble !== undefined)).toHaveLength(2)
    expect(said).toHaveLength(2)
    others[0]!.down.is = false
    await opened.turn()
    expect(opened.witnessing()).toHaveProperty('at')
    await opened.turn()
    expect(said, 'a trouble is said once').toHaveLength(2)
  })
  it('an older copy put back under it: the signer in the same place refuses, and so does every witness', async () => {
    const tree = texts(...numbered(9)), { opened, others, said, dir } = await house(tree, 1)
    await opened.turn()
    tree.cut(5)
    await opened.turn()
    expect(opened.refused()).toBe('rollback')
    expect(said.join()).toMatch(/拒签.*rollback/)
    // With the signer's memory put back as well, the witness is what remains.
    rmSync(dir, { recursive: true, force: true })
    const forged = openSigner(join(dir, 'key'), { name: () => 'mingjian/house', now: Date.now })
    expect(others[0]!.witness.addText(offerText({ old: 9, proof: [], text: noteFor(tree, 5, signingKey('mingjian/house', 'log')) }))).toMatchObject({ status: 403 })
    expect(forged.vkey).not.toBe(opened.vkey)
    expect(others[0]!.witness.size()).toBe(9)
  })
  it('a line that a witness hands in counts for the newest head alone, and of known witnesses alone', async () => {
    const tree = texts(...numbered(4)), dir = folder(), signer = openSigner(join(dir, 'key'), { name: () => 'mingjian/house', now: Date.now }), key = verifierFrom(signer.vkey)!
    const open = (name: string) => openWitness(folder(), { log: key, name, now: Date.now, onEvidence: () => undefined }), known = open('w/known'), stranger = open('w/stranger')
    const opened = await openLog({ dir: join(dir, 'log'), book: tree.book, signer, now: Date.now, witnesses: [{ vkey: known.vkey }], say: () => undefined })
    await opened.turn()
    for (const witness of [known, stranger]) witness.add({ old: 0, proof: [], text: opened.checkpoint()! })
    expect(opened.cosigned(stranger.head())).toBe(false)
    expect(opened.cosigned('nonsense')).toBe(false)
    expect(opened.cosigned(known.head())).toBe(true)
    const older = known.head()
    tree.tell('more')
    await opened.turn()
    expect(opened.cosigned(older)).toBe(false)
    expect(opened.witnessing()).toHaveProperty('at')
  })
  it('remembers over a restart when it was witnessed, and since when it is to be', async () => {
    const tree = texts(...numbered(4)), { opened, dir, others, signer } = await house(tree, 1)
    await opened.turn()
    const again = await openLog({ dir: join(dir, 'log'), book: tree.book, signer, now: () => Date.now() + 3_600_000, witnesses: others.map(({ url, witness }) => ({ url, vkey: witness.vkey })), say: () => undefined })
    expect(again.witnessing()).toStrictEqual(opened.witnessing())
    expect(again.checkpoint()).toBe(opened.checkpoint())
  })
})

describe('X-Road 的规则', () => {
  const now = Date.parse('2026-11-22T12:00:00Z'), ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString()
  it('none, then a banner after four hours, then nothing said after a day', () => {
    expect(witnessState({ configured: 0 }, undefined, now)).toStrictEqual({ state: 'not-witnessed' })
    expect(witnessState({ configured: 0 }, ago(0.1), now)).toStrictEqual({ state: 'not-witnessed' })
    for (const [hours, state] of [[0, 'witnessed'], [4, 'witnessed'], [4.001, 'overdue'], [24, 'overdue'], [24.001, 'refusing'], [1000, 'refusing']] as const) {
      expect(witnessState({ configured: 1, since: ago(5000) }, ago(hours), now)).toStrictEqual({ state, since: ago(hours) })
    }
  })
  it('a witness that never answered counts from when it was configured', () => {
    expect(witnessState({ configured: 2, since: ago(1) }, undefined, now)).toStrictEqual({ state: 'overdue', since: ago(1) })
    expect(witnessState({ configured: 2, since: ago(25) }, undefined, now)).toStrictEqual({ state: 'refusing', since: ago(25) })
  })
})

describe('kill -9', () => {
  const program = fileURLToPath(new URL('./fixtures/transparency-witness.mjs', import.meta.url))
  it('whenever it comes, the witness knows every head that it answered for', async () => {
    const dir = folder(), tree = texts(...numbered(1)), kills = Number(process.env['WITNESS_KILLS'] ?? 8)
    let answered = 0, offers = 0
    for (let round = 0; round < kills; round++) {
      const child = spawn(process.execPath, [program, dir, log.vkey], { stdio: ['pipe', 'pipe', 'inherit'] }), gone = once(child, 'exit')
      const lines = createInterface(child.stdout)[Symbol.asyncIterator](), next = async () => (await lines.next()).value as string | undefined
      let size = Number(await next())
      expect(size, `after kill ${round}`).toBeGreaterThanOrEqual(answered)
      expect(size).toBeLessThanOrEqual(tree.size())
      child.stdin.on('error', () => undefined)
      setTimeout(() => child.kill('SIGKILL'), 20 + Math.random() * 80)
      for (; ; offers++) {
        tree.tell(`fact ${tree.size()}`)
        child.stdin.write(`${JSON.stringify(offerText(offerFor(tree, size)))}\n`)
        const said = await next()
        if (said === undefined) break
        expect(said).toBe(`200 ${tree.size()}`)
        answered = size = tree.size()
      }
      expect((await gone)[1]).toBe('SIGKILL')
    }
    console.info(`${kills} kills, ${offers} heads answered for, none forgotten`)
    expect(offers).toBeGreaterThan(kills)
  }, 180_000)
})
