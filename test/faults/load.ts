import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { casesHold, houseUnder, type Answered, type Cases, type HouseUnder } from './house.ts'
import { place } from './place.ts'
import type { Outcome } from './table.ts'

const lanes = 64, times = 10, slowerAtMost = 5, grownAtMostMiB = 300, backWithinMs = 10_000
const rssMiB = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
const p99 = (times: readonly number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? NaN

/** Who files, whatever the house answers: case after case, each by the next of the sessions. */
function filing(house: HouseUnder, cases: Cases) {
  let next = 0
  const one = async (): Promise<Answered> => {
    const id = `LOAD-${++next}`
    cases.tried.add(id)
    // A connection that is cut is an answer too, and none that a house should give.
    const answer = await house.submit(id, next % lanes).catch((error: unknown): Answered => ({ status: 0, body: String((error as Error).cause ?? error), retryAfter: null, ms: 0 }))
    if (answer.status === 200) cases.told.add(id)
    return answer
  }
  return {
    one,
    /** As many at once as are said, each as soon as its last was answered: what the house can take. Per second. */
    async asMuchAsGoes(atOnce: number, ms: number): Promise<number> {
      const until = performance.now() + ms
      let done = 0
      await Promise.all(Array.from({ length: atOnce }, async () => { while (performance.now() < until) if ((await one()).status === 200) done++ }))
      return done / ms * 1000
    },
    /** So many a second, whether or not those before were answered; `waiting` at most, as many as a county has screens. */
    async atRate(perSecond: number, ms: number, waiting = 1_500): Promise<Answered[]> {
      const began = performance.now(), answers: Promise<Answered>[] = []
      let under = 0
      for (let now = began; now - began < ms; now = performance.now()) {
        while (answers.length < (now - began) * perSecond / 1000 && under < waiting) { under++; answers.push(one().finally(() => { under-- })) }
        await pause(2)
      }
      return Promise.all(answers)
    },
  }
}

/** 十倍 — ten times the load that it bears with ease: what it takes it keeps, the rest it sends away in plain words, and it is soon itself again. */
export async function tenfold({ ms }: { ms: number }): Promise<Outcome> {
  const here = place(), dir = join(here.root, 'data'), wrong: string[] = [], cases: Cases = { tried: new Set(), told: new Set() }
  // What a town that is played costs is not what the house costs.
  await (await houseUnder(dir)).stop()
  const house = await houseUnder(dir, process.env, { lanes, quiet: true })
  try {
    await house.signIn()
    const file = filing(house, cases), most = await file.asMuchAsGoes(16, 4_000), usual = most / 4
    const ease = await file.atRate(usual, ms), before = rssMiB(house.child.pid!)
    const easeP99 = p99(ease.map(({ ms }) => ms))
    if (ease.some(({ status }) => status !== 200)) wrong.push('at the usual load somebody was sent away')
    const flood = await file.atRate(usual * times, ms), ended = performance.now(), grown = rssMiB(house.child.pid!) - before
    const taken = flood.filter(({ status }) => status === 200), sent = flood.filter(({ status }) => status !== 200), floodP99 = p99(taken.map(({ ms }) => ms))
    for (const { status, retryAfter, body } of sent) if (![429, 503].includes(status) || retryAfter === null) wrong.push(`answered ${status}, Retry-After ${retryAfter}, ${JSON.stringify(body).slice(0, 120)}`)
    if (taken.length === 0 || sent.length === 0) wrong.push(`taken ${taken.length}, sent away ${sent.length}: nothing was tried`)
    if (!(floodP99 <= slowerAtMost * easeP99)) wrong.push(`p99 ${floodP99.toFixed(0)} ms of those taken, ${(floodP99 / easeP99).toFixed(1)} × the usual`)
    if (grown > grownAtMostMiB) wrong.push(`RSS +${grown.toFixed(0)} MiB`)
    let backMs = NaN
    while (!(backMs <= backWithinMs)) {
      const { status, ms } = await file.one()
      if (status === 200 && ms <= 2 * easeP99) backMs = performance.now() - ended
      if (performance.now() - ended > backWithinMs) { wrong.push(`not itself again after ${backWithinMs} ms`); break }
    }
    await house.stop()
    wrong.push(...await casesHold(dir, cases))
    return { did: `平常 ${usual.toFixed(0)}/s（能受 ${most.toFixed(0)}/s），十倍 ${(ms / 1000).toFixed(0)} s：${flood.length} 次`, wrong,
      found: `收 ${taken.length}，婉拒 ${sent.length}；p99 ${easeP99.toFixed(0)} → ${floodP99.toFixed(0)} ms（${(floodP99 / easeP99).toFixed(1)} ×），内存 +${Math.max(0, grown).toFixed(0)} MiB，${backMs.toFixed(0)} ms 复常`,
      cases: cases.told.size, bad: wrong.length }
  } finally { await house.kill(); here.clear() }
}
