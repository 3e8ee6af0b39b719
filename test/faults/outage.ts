import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { casesHold, houseUnder, type Answered, type Cases, type HouseUnder } from './house.ts'
import { place } from './place.ts'
import { faultControl, watchedBy, type Plan } from './shim/shim.ts'
import type { Outcome } from './table.ts'

const lanes = 8, backWithinMs = 5_000, rowsWithinMs = 10_000
/** `inBook`: of the book's own files alone; else whatever is written first is refused first, which is a new person's key. */
type Outage = { name: string; code: string; inBook: boolean; begin(): void; end(): void }

/** A house under load while its disk is in trouble: refused in plain words, read all the same, and back by itself. */
async function livesThrough(house: HouseUnder, outages: readonly Outage[], cases: Cases, wrong: string[], waits: number[]): Promise<{ refused: number; reads: number }> {
  let next = 0, refused = 0, reads = 0
  const submit = async (lane: number, id = `OUT-${++next}`): Promise<Answered> => {
    cases.tried.add(id)
    const answer = await house.submit(id, lane)
    if (answer.status === 200) cases.told.add(id)
    return answer
  }
  for (const { name, code, inBook, begin, end } of outages) {
    const pending = new Map<number, string>()
    const before = await submit(0)
    if (before.status !== 200) wrong.push(`${name}: before it the house answered ${before.status} ${JSON.stringify(before.body)}`)
    begin()
    const until = performance.now() + 1_500
    let ofThis = 0
    await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
      while (performance.now() < until) {
        const id = pending.get(lane) ?? `OUT-${++next}`
        pending.set(lane, id)
        const { status, body, retryAfter } = await submit(lane, id)
        if (status === 200) { pending.delete(lane); continue }
        ofThis++
        // The very first may be told that the write failed; from then on the house knows why.
        if (status !== 503 || ![code, 'disk-failed'].includes(body.code) || !/磁盘/.test(body.title) || !/disk/.test(body.en) || retryAfter === null) wrong.push(`${name}: answered ${status} ${JSON.stringify(body)} Retry-After ${retryAfter}`)
        await pause(20)
      }
    }))
    refused += ofThis
    if (ofThis === 0) wrong.push(`${name}: nobody was refused, so nothing was tried`)
    for (const path of ['/api/house', '/api/collections/items?limit=5', '/api/openapi.json']) {
      const { status } = await house.get(path)
      reads++
      if (status !== 200) wrong.push(`${name}: reading ${path} was answered ${status}`)
    }
    const health = await house.get('/health')
    if (!health.body?.position || (inBook && !(health.body.book?.code ?? '').startsWith('disk-') && health.body.status !== 'ok')) wrong.push(`${name}: /health says ${JSON.stringify(health.body).slice(0, 200)}`)
    end()
    const ended = performance.now()
    const again = [...pending]
    const said = again[0] ?? [0, `OUT-${++next}`] as const
    for (;;) {
      const { status } = await submit(...said)
      if (status === 200) break
      if (performance.now() - ended > 4 * backWithinMs) { wrong.push(`${name}: not back after ${4 * backWithinMs} ms`); break }
      await pause(20)
    }
    const ms = performance.now() - ended
    waits.push(ms)
    if (ms > backWithinMs) wrong.push(`${name}: taken again after ${ms.toFixed(0)} ms`)
    for (const [lane, id] of again) { const { status, body } = await submit(lane, id); if (status !== 200) wrong.push(`${name}: ${id} was answered ${status} ${JSON.stringify(body)} afterwards`) }
    for (;;) {
      const { body } = await house.get('/health'), rows = body.rows as { name: string; position: number; trouble?: string; broken?: unknown }[]
      if (body.status === 'ok' && rows.find(({ name }) => name === 'cases')!.position >= body.position - 50 && rows.every(({ trouble, broken }) => !trouble && !broken)) break
      if (performance.now() - ended > rowsWithinMs) { wrong.push(`${name}: after ${rowsWithinMs} ms /health says ${JSON.stringify(body).slice(0, 300)}`); break }
      await pause(50)
    }
  }
  return { refused, reads }
}

/** 断供 — the disk refuses for a while what it is asked: full, failing, not syncing, read-only; then it takes it again. */
export async function outages({ library, rounds }: { library: string; rounds: number }): Promise<Outcome> {
  const here = place(true), dir = join(here.root, 'data'), wrong: string[] = [], waits: number[] = [], cases: Cases = { tried: new Set(), told: new Set() }
  const control = faultControl(join(here.root, 'control'))
  try {
    const house = await houseUnder(dir, watchedBy({ library, root: here.root, control: control.path }), { lanes })
    await house.signIn()
    const kinds: [string, string, Omit<Plan, 'from' | 'to'>][] = [
      ['磁盘已满', 'disk-full', { kinds: ['write', 'truncate'], error: 'ENOSPC', torn: true }], ['写入出错', 'disk-failed', { kinds: ['write'], error: 'EIO' }],
      ['落盘失败', 'disk-failed', { kinds: ['sync'], error: 'EIO' }], ['转为只读', 'disk-read-only', { kinds: ['write', 'sync', 'name', 'truncate'], error: 'EROFS' }],
    ]
    const all = Array.from({ length: rounds }, () => kinds).flat().flatMap(([name, code, plan]) => [false, true].map((inBook): Outage =>
      ({ name: inBook ? `${name}（簿）` : name, code, inBook, begin: () => control.from({ ...plan, ...(inBook && { only: 'book.db-wal' }) }), end: () => control.clear() })))
    const { refused, reads } = await livesThrough(house, all, cases, wrong, waits).catch((error: unknown) => { throw new Error(`${String(error)}\n${house.stderr().slice(-1_500)}`) })
    await house.stop()
    wrong.push(...await casesHold(dir, cases))
    return { did: `${all.length} 次（满、写错、落盘失败、只读），每次 1.5 s，8 路 HTTP`,
      found: `拒 ${refused}（503，两种语言）；读 ${reads} 次皆成；应答 ${cases.told.size}；恢复最慢 ${Math.max(...waits).toFixed(0)} ms（目标 5000）`, wrong, cases: all.length, bad: wrong.length }
  } finally { control.close(); here.clear() }
}

/** 真满 — a small file system of its own, filled to its last byte and emptied again. */
export async function fullDisk(): Promise<Outcome> {
  const here = place(true), mount = join(here.root, 'small'), wrong: string[] = [], waits: number[] = [], cases: Cases = { tried: new Set(), told: new Set() }
  mkdirSync(mount)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', mount]).status === 0
  if (!mounted) {
    here.clear()
    return { did: '没有做：此处不许挂载 / NOT DONE: nothing may be mounted here', found: '真满的磁盘没有试过；上一行用注入的 ENOSPC 代替', wrong: [], cases: 0, bad: 0 }
  }
  try {
    const dir = join(mount, 'data'), ballast = join(mount, 'ballast')
    const house = await houseUnder(dir, process.env, { lanes })
    await house.signIn()
    await pause(500)
    const { refused } = await livesThrough(house, [{ name: '真满', code: 'disk-full', inBook: false, end: () => rmSync(ballast), begin() {
      const file = openSync(ballast, 'w')
      for (const size of [2 ** 20, 4096]) try { for (;;) writeSync(file, Buffer.alloc(size)) } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error }
      closeSync(file)
    } }], cases, wrong, waits).catch((error: unknown) => { throw new Error(`${String(error)}\n${house.stderr().slice(-1_500)}`) })
    await house.stop()
    wrong.push(...await casesHold(dir, cases))
    return { did: '128 MB 的真文件系统，写满后腾空，8 路 HTTP', found: `拒 ${refused}；应答 ${cases.told.size}；恢复 ${Math.max(...waits).toFixed(0)} ms（目标 5000）`, wrong, cases: 1, bad: wrong.length }
  } finally {
    spawnSync('umount', ['-l', mount])
    here.clear()
  }
}
