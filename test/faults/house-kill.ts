import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { casesHold, houseUnder, type Cases } from './house.ts'
import { chanceFrom, place, quantile } from './place.ts'
import type { Outcome } from './table.ts'

const lanes = 16
/** 杀服务 — the whole server by HTTP: killed under load; what was in flight is said again after each restart with the same key. */
export async function houseKills({ count, seed }: { count: number; seed: number }): Promise<Outcome> {
  const here = place(true), dir = join(here.root, 'data'), chance = chanceFrom(seed), cases: Cases = { tried: new Set(), told: new Set() }
  const inFlight: (string | undefined)[] = [], wrong: string[] = [], starts: number[] = []
  let next = 0, odd = 0
  try {
    const first = await houseUnder(dir)
    await first.stop()
    for (let kill = 0; kill < count; kill++) {
      const house = await houseUnder(dir)
      starts.push(house.startMs)
      await house.signIn()
      let over = false
      const load = Promise.all(Array.from({ length: lanes }, async (_, lane) => {
        while (!over) {
          const id = inFlight[lane] ??= `KILL-${++next}`
          cases.tried.add(id)
          const answer = await house.submit(id, lane).catch(() => undefined)
          if (!answer) return
          if (answer.status === 200) { cases.told.add(id); inFlight[lane] = undefined } else { odd++; wrong.push(`${id} was answered ${answer.status} ${JSON.stringify(answer.body)}`) }
        }
      }))
      await pause(80 + chance() * 500)
      await house.kill()
      over = true
      await load
      if (kill % 20 === 19 || kill + 1 === count) wrong.push(...(await casesHold(dir, cases)).map((what) => `kill ${kill}, seed ${seed}: ${what}`))
    }
    return { did: `${count} 次 kill -9 整个服务，16 路 HTTP，同一目录`,
      found: `应答 ${cases.told.size.toLocaleString('en')}；坏 ${wrong.length}，答非 200 ${odd}；启动到 /health p50 ${quantile(starts, 0.5).toFixed(0)} ms、p95 ${quantile(starts, 0.95).toFixed(0)} ms`, wrong, cases: count, bad: wrong.length }
  } finally { here.clear() }
}
