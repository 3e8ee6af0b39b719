import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callsIn, Disk, TornLog } from './disk.ts'
import { chanceFrom, checkers, place } from './place.ts'
import { courseOf, lanesAt, recorded } from './power.ts'
import { faultControl, type Plan } from './shim/shim.ts'
import type { Outcome } from './table.ts'

const lanes = 2
/** Refusals and failed starts that are as they should be: of the disk, and said so. */
const plain = /^(BookBroken disk-(full|failed|read-only)|SqliteError SQLITE_(FULL|IOERR\w*|READONLY\w*)|Error E(NOSPC|IO|ROFS)|(BookBroken|SqliteError|Error) .*(磁盘|disk|E(NOSPC|IO|ROFS)|readonly|full))/
const kinds: [name: string, plan: Omit<Plan, 'from' | 'to'>][] = [
  ['write ENOSPC', { kinds: ['write'], error: 'ENOSPC', torn: true }], ['write EIO', { kinds: ['write'], error: 'EIO' }], ['sync EIO', { kinds: ['sync'], error: 'EIO' }],
]

type One = { library: string; writer?: string | undefined; name: string; plan: Plan; restart: boolean; seed: number; judge: ReturnType<typeof checkers> }
/** One life with one fault in it: every fact is answered in the end, and then the power goes. A failed sync has lost what it was to bring to the disk,
    whatever the cache still shows. `restart`: the process is killed at the first refusal and another one goes on with what the cache shows. */
async function one({ library, writer, name, plan, restart, seed, judge }: One): Promise<{ wrong: string[]; hit: boolean; refused: number }> {
  const here = place(), log = `${here.root}.log`, control = faultControl(join(here.root, 'control')), wrong: string[] = []
  const where = `${name} n=${plan.from}${plan.to - plan.from > 1 ? `…${plan.to - 1}` : ''}${restart ? ', killed at the refusal' : ''}, seed ${seed}`
  try {
    control.set(plan)
    const each = plan.kinds[0] === 'sync' ? 70 : 25
    const life = await recorded(library, here, { lanes: lanesAt(undefined, lanes), each, restEvery: 12 }, { log, control, writer, ...(restart && { killAtRefusal: true }) })
    const hit = control.failed() > 0
    control.clear()
    let calls = callsIn(readFileSync(log))
    const notes = () => calls.flatMap((call) => call.op === 'mark' && 'note' in call.mark ? [call.mark.note] : [])
    if (life.code !== 0) {
      if (life.signal === null && !notes().every((note) => plain.test(note))) wrong.push(`ended with ${life.code}: ${notes().join('; ')} ${life.said.slice(0, 300)}`)
      const course = courseOf(calls), next = await recorded(library, here, { lanes: lanesAt(course, lanes), each: 8 }, { log, writer })
      calls = callsIn(readFileSync(log))
      if (next.code !== 0) wrong.push(`did not go on: ${next.said.slice(0, 300)} ${notes().at(-1)}`)
    }
    const refusals = calls.flatMap((call) => call.op === 'mark' && 'refused' in call.mark ? [call.mark.refused] : [])
    for (const refusal of new Set(refusals)) if (!plain.test(refusal)) wrong.push(`refused with ${refusal}`)
    const disk = new Disk(here.root), left = join(here.root, 'left'), path = join(here.root, 'course.json')
    for (const call of calls) if (call.op !== 'mark') disk.take(call)
    disk.leave(left, 'drop', chanceFrom(seed))
    writeFileSync(path, JSON.stringify(courseOf(calls)))
    wrong.push(...(await judge.ask({ dir: join(left, 'data'), course: path })).wrong)
    return { wrong: wrong.map((what) => `${where}: ${what}`), hit, refused: refusals.length }
  } finally { control.close(); here.clear(); rmSync(log, { force: true }) }
}

/** 逐次 — a fault at the n-th call of a kind, for many n. */
export async function sweep({ library, each, seed, writer, of = kinds.length }: { library: string; each: number; seed: number; writer?: string; of?: number }): Promise<Outcome> {
  const judge = checkers(2), chance = chanceFrom(seed), wrong: string[] = []
  let hit = 0, refused = 0, bad = 0, again = 0
  /** A life whose record is torn says nothing of what was on its disk: it is lived again. */
  const whole = async (task: One): ReturnType<typeof one> => {
    for (let tries = 1; ; tries++) try { return await one(task) } catch (error) {
      if (!(error instanceof TornLog) || tries === 5) throw error
      again++
    }
  }
  try {
    const tasks = kinds.slice(-of).flatMap(([name, plan]) => Array.from({ length: each }, (_, i) => {
      const from = each >= 200 ? i + 1 : Math.floor((i + chance()) * 200 / each) + 1
      return { library, writer, name, plan: { ...plan, from, to: from + (i % 3 === 2 ? 10 : 1) }, restart: i % 2 === 1, seed: seed + i, judge }
    }))
    const left = [...tasks]
    await Promise.all([0, 1].map(async () => {
      for (let task; (task = left.shift());) {
        const found = await whole(task)
        wrong.push(...found.wrong)
        if (found.hit) hit++
        if (found.wrong.length > 0) bad++
        refused += found.refused
      }
    }))
    return { did: `第 n 次写／落盘失败，n ∈ 1…200，${tasks.length} 次（ENOSPC、EIO、fsync EIO；半数在被拒时再杀）`, found: `打中 ${hit}；拒 ${refused}，其后断电（丢尽未落盘的，含落盘失败的页）；坏 ${bad}${again ? `；杀在记录半途、重来 ${again}` : ''}`, wrong, cases: tasks.length, bad }
  } finally { judge.close() }
}
