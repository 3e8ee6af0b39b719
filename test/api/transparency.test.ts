import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { blankPages, memoryBook } from '../../adapters/book/memory.ts'
import { openLog } from '../../adapters/transparency/log.ts'
import { leafHashOf, rootOver } from '../../adapters/transparency/proof.ts'
import { openSigner } from '../../adapters/transparency/signer.ts'
import { signingKey } from '../../adapters/transparency/note.ts'
import { openGate } from '../../api/access/gate.ts'
import { commandRoutes, kebab, strictly } from '../../api/commands.ts'
import { receiptOf, receiptRoute } from '../../api/receipts.ts'
import type { Rooms } from '../../api/rooms.ts'
import { transparencyRoutes, unwitnessed, witnessing } from '../../api/transparency.ts'
import { contexts } from '../../domain/contexts.ts'
import { roles } from '../../domain/kernel/context.ts'
import type { Told } from '../../domain/kernel/events.ts'

const root = mkdtempSync(join(tmpdir(), 'api-heads-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let made = 0
const { verifyReceipt } = await import(fileURLToPath(new URL('../../adapters/transparency/verify-receipt.mjs', import.meta.url))) as { verifyReceipt(asked: object): string }

/** Rooms with a book in memory, its signed heads, and a clock for those who sign. */
async function house(witnesses: readonly { vkey: string }[] = []) {
  const pages = blankPages(), book = memoryBook(pages), clock = { ms: Date.now() }, hashes = () => pages.leaves.map((leaf) => leafHashOf(Buffer.from(leaf)))
  const dir = join(root, String(made++)), signer = openSigner(join(dir, 'key'), { name: () => 'mingjian/test', now: () => clock.ms })
  const transparency = await openLog({ dir: join(dir, 'log'), signer, now: () => clock.ms, witnesses, say: () => undefined, book: {
    leafHashes: (after, upTo) => hashes().slice(after, upTo), tileHashes: () => [], treeHead: () => ({ size: pages.leaves.length, root: rootOver(hashes()) }), leaf: (position) => pages.leaves[position - 1] } })
  const rooms = { book, transparency } as unknown as Rooms
  const fact = (id: number, type: string, data: object, recordedAt = new Date().toISOString()): Told => ({ type, data: data as Record<string, unknown>,
    meta: { id: String(id).padStart(32, '0'), version: 1, recordedAt: recordedAt as Told['meta']['recordedAt'], actor: { person: 'p', role: 'clerk', department: 'd' }, region: '330100', cause: String(id) } })
  return { rooms, book, transparency, fact, clock }
}

describe('回执 over a book', () => {
  it('is of the acceptance, or of the card that is asked for, also of a sub-case; of nothing else', async () => {
    const { rooms, book, transparency, fact } = await house()
    await book.append('cases-A1', 0, [fact(1, 'ApplicationSubmitted', { itemCode: 'x' }), fact(2, 'CaseAccepted', { acceptedOn: '2026-03-02' }), fact(3, 'SubCaseOpened', { subCase: 1 })])
    await book.append('supervision-card.cases.A1', 0, [fact(4, 'YellowCardIssued', { cardId: 'y-1' }), fact(5, 'CardNotified', { cardId: 'y-1' })])
    await book.append('supervision-card.cases.A1#1', 0, [fact(6, 'RedCardIssued', { cardId: 'r-1' })])
    await book.append('cases-A2', 0, [fact(7, 'ApplicationSubmitted', { itemCode: 'x' })])
    for (const [card, type] of [[undefined, 'CaseAccepted'], ['y-1', 'YellowCardIssued'], ['r-1', 'RedCardIssued']] as const) {
      const receipt = await receiptOf(rooms, 'A1', card, true)
      expect(JSON.parse(Buffer.from(receipt.leaf, 'base64').toString())).toMatchObject({ type })
      expect(verifyReceipt({ receipt: JSON.stringify(receipt), head: transparency.checkpoint(), key: transparency.vkey })).toBe('proven')
    }
    await expect(receiptOf(rooms, 'A1', 'y-2')).rejects.toMatchObject({ problem: { code: 'no-such-card' } })
    await expect(receiptOf(rooms, 'A2')).rejects.toMatchObject({ problem: { code: 'not-accepted-yet' } })
    await expect(receiptOf({ book } as unknown as Rooms, 'A1')).rejects.toMatchObject({ problem: { code: 'no-signed-heads', status: 503 } })
  })
  it('promises within the minute, signs at once what is older, and keeps the promise by the same link', async () => {
    const { rooms, book, transparency, fact } = await house()
    await book.append('cases-A1', 0, [fact(1, 'CaseAccepted', {})])
    const first = await receiptOf(rooms, 'A1')
    expect(first).not.toHaveProperty('proof')
    expect(transparency.checkpoint()).toBeUndefined()
    await transparency.turn()
    const later = await receiptOf(rooms, 'A1')
    expect(later).not.toHaveProperty('promise')
    expect(later.link).toBe(first.link)
    const head = transparency.checkpoint()
    expect(verifyReceipt({ receipt: JSON.stringify(first), head })).toBe('promised')
    expect(verifyReceipt({ receipt: JSON.stringify(first), head, more: JSON.stringify(later) })).toBe('proven')
    await book.append('cases-A2', 0, [fact(2, 'CaseAccepted', {}, new Date(Date.now() - 61_000).toISOString())])
    const old = await receiptOf(rooms, 'A2')
    expect(old).not.toHaveProperty('promise')
    expect(verifyReceipt({ receipt: JSON.stringify(old), head: transparency.checkpoint() })).toBe('proven')
  })
  it('before the first head there is none to be had, and that is said', async () => {
    const { rooms } = await house(), app = Fastify()
    strictly(app)
    transparencyRoutes(app, rooms)
    receiptRoute(app, rooms)
    expect((await app.inject('/checkpoint')).json()).toMatchObject({ status: 503, code: 'no-signed-head' })
    expect((await app.inject('/tile/0/000')).statusCode).toBe(404)
    expect((await app.inject('/api/transparency/inclusion?leaf=0')).statusCode).toBe(400)
    expect((await app.inject('/api/transparency')).json()).toMatchObject({ size: 0, state: 'not-witnessed', witnesses: [] })
  })
})

describe('一天无见证', () => {
  const key = signingKey('w/1', 'witness'), hours = (n: number) => n * 3_600_000
  const app = async (rooms: Rooms, now: number) => {
    const heard: string[] = [], app = Fastify()
    strictly(app)
    // Somebody to whom everything is granted: what is refused is refused for the witnesses' sake.
    openGate(app, async ({ headers }) => headers['x-nobody'] === undefined
      ? { person: 'p', name: 'p', department: 'd', post: '', session: 'a', grants: roles.map((role) => ({ role, scope: 'region' as const })) } : undefined)
    commandRoutes(app, { contexts, owned: async () => 'everybody',
      tell: async ({ context }) => { heard.push(context.name); return { refused: 'not-an-id' } }, waiting: (context) => unwitnessed(rooms, context, now) })
    return { app, heard }
  }
  const all = contexts.flatMap(({ name, commands, grants }) => Object.keys(commands).map((type) => ({ context: name, url: `/api/${name}/A1/${kebab(type)}`, byPeople: grants[type]!.some((role) => role !== 'policy') })))
  it.each([[3, 'overdue', false], [23, 'overdue', false], [25, 'refusing', true]] as const)('%i hours without one: %s', async (age, state, refusing) => {
    const { rooms, clock } = await house([{ vkey: key.vkey }]), now = clock.ms + hours(age)
    expect(witnessing(rooms, now)).toMatchObject({ state, signer: 'same-process' })
    const { app: server } = await app(rooms, now)
    for (const { context, url, byPeople } of all) {
      const { statusCode, json } = await server.inject({ method: 'POST', url, payload: {}, headers: { 'Idempotency-Key': 'k' } })
      if (!byPeople) expect(statusCode, `${url} is the house's own`).toBe(403)
      else if (refusing && context === 'supervision') expect(json(), url).toMatchObject({ status: 503, code: 'not-witnessed-for-a-day', title: expect.stringMatching(/受理/), en: expect.stringMatching(/acceptance/) })
      else expect(statusCode, url).not.toBe(503)
    }
    expect((await server.inject({ method: 'POST', url: all.find(({ context, byPeople }) => byPeople && context === 'supervision')!.url, headers: { 'x-nobody': '1' }, payload: {} })).statusCode, 'nobody learns of it before signing in').toBe(401)
    expect(all.filter(({ context }) => context === 'supervision').length).toBeGreaterThan(5)
  })
  it('without any witness configured nothing is refused, and the house says that it is not witnessed', async () => {
    const { rooms, clock } = await house()
    expect(witnessing(rooms, clock.ms + hours(1000))).toMatchObject({ state: 'not-witnessed' })
    expect(unwitnessed(rooms, 'supervision', clock.ms + hours(1000))).toBeUndefined()
    expect(witnessing({} as Rooms)).toStrictEqual({ state: 'not-witnessed' })
  })
})
