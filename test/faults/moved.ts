import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { callsIn, cuts, Disk } from './disk.ts'
import { chanceFrom, checkers, childPath, place } from './place.ts'
import { courseOf } from './power.ts'
import { faultControl, watchedBy } from './shim/shim.ts'
import type { Outcome } from './table.ts'

/** 搬运失败 — a sync of the book that fails after a checkpoint that a reader had stopped: what was moved before it may be lost, and SQLite takes it for done. */
export async function moved({ library, seed, writer = 'moved' }: { library: string; seed: number; writer?: string }): Promise<Outcome> {
  const here = place(), log = `${here.root}.log`, control = faultControl(`${here.root}.control`), wrong: string[] = []
  try {
    const process = spawn(globalThis.process.execPath, [childPath(writer), join(here.root, 'data'), log], { env: watchedBy({ library, root: here.root, log, control: control.path }) })
    let failed = 0
    createInterface(process.stdout).on('line', (line) => {
      if (line === 'work') { failed = control.failed(); control.clear() } else control.from({ kinds: ['sync'], error: 'EIO', only: '/book.db' })
      process.stdin.write('heard\n')
    })
    process.stdin.on('error', () => undefined)
    await once(process, 'exit')
    if (failed === 0) wrong.push('no sync of the book failed, so nothing was tried')
    const calls = callsIn(readFileSync(log)), course = join(here.root, 'course.json'), chance = chanceFrom(seed), judge = checkers(1)
    writeFileSync(course, JSON.stringify(courseOf(calls)))
    const acknowledged = courseOf(calls).lanes['m-1']?.told.length ?? 0
    for (const cut of cuts) {
      const disk = new Disk(here.root), into = join(here.root, `after-${cut}`)
      for (const call of calls) disk.take(call)
      disk.leave(into, cut, chance)
      const found = await judge.ask({ dir: join(into, 'data'), course, bare: true })
      wrong.push(...found.wrong.map((what) => `${cut}, seed ${seed}: ${what}`))
    }
    judge.close()
    if (acknowledged < 126) wrong.push(`only ${acknowledged} were acknowledged`)
    return { did: `搬运遇读者而止，再搬落盘失败 ${failed} 次，三搬成，断电 ${cuts.length} 式`, found: `应答 ${acknowledged}；坏 ${wrong.length}`, wrong, cases: cuts.length, bad: wrong.length }
  } finally { control.close(); here.clear(); for (const path of [log, control.path]) rmSync(path, { force: true }) }
}
