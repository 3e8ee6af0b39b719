import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { callsIn } from './disk.ts'
import { houseUnder } from './house.ts'
import { place } from './place.ts'
import { courseOf, cutAt } from './power.ts'
import { watchedBy } from './shim/shim.ts'
import { marker } from './story.ts'
import type { Outcome } from './table.ts'

const lanes = 6
/** 断电之屋 — the whole server by HTTP, recorded from its first start; killed, started again, and stopped in order. */
export async function housePower({ library, points, cases, seed }: { library: string; points: number; cases: number; seed: number }): Promise<Outcome> {
  const here = place(), log = `${here.root}.log`, dir = join(here.root, 'data'), mark = marker(log)
  try {
    let next = 0, place = 0
    for (const life of [0, 1, 2]) {
      const house = await houseUnder(dir, watchedBy({ library, root: here.root, log }), { lanes })
      await house.signIn()
      await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
        for (let i = 0; i < cases; i++) {
          const id = `CUT-${++next}`
          mark({ tried: [id, 1] })
          if ((await house.submit(id, lane)).status === 200) mark({ told: [id, 1, ++place] })
        }
      }))
      if (life === 1) await house.kill()
      else await house.stop()
    }
    const calls = callsIn(readFileSync(log))
    if (Object.keys(courseOf(calls).lanes).length < cases * lanes) throw new Error('nothing was told')
    // Cut where somebody has been answered: before that a house is only being founded.
    return await cutAt({ here, calls, points, seed, script: 'check-house', from: calls.findIndex((call) => call.op === 'mark') })
  } finally { here.clear(); rmSync(log, { force: true }) }
}
