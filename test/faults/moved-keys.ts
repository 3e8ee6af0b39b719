import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileKeys } from '../../adapters/keys/file.ts'
import { callsIn, cuts, Disk } from './disk.ts'
import { chanceFrom, childPath, place } from './place.ts'
import { faultControl, watchedBy } from './shim/shim.ts'
import type { Outcome } from './table.ts'

/** 钥匙搬运 — what `moved` tries on the book, tried on the keys: a person's words whose key was lost could never be read again. */
export async function movedKeys({ library, seed }: { library: string; seed: number }): Promise<Outcome> {
  const here = place(), log = `${here.root}.log`, control = faultControl(`${here.root}.control`), wrong: string[] = []
  try {
    const process = spawn(globalThis.process.execPath, [childPath('moved-keys'), join(here.root, 'keys')], { env: watchedBy({ library, root: here.root, log, control: control.path }) })
    const sealed: { subject: string; matter: string; sealed: string }[] = []
    let failed = 0
    createInterface(process.stdout).on('line', (line) => {
      if (line.startsWith('{')) { sealed.push(JSON.parse(line) as typeof sealed[number]); return }
      if (line === 'work') { failed = control.failed(); control.clear() } else control.from({ kinds: ['sync'], error: 'EIO', only: '/keys.db' })
      process.stdin.write('heard\n')
    })
    process.stdin.on('error', () => undefined)
    await once(process, 'close')
    if (failed === 0) wrong.push('no sync of the keys failed, so nothing was tried')
    if (sealed.length < 660) wrong.push(`only ${sealed.length} were sealed`)
    const chance = chanceFrom(seed)
    for (const cut of cuts) {
      const disk = new Disk(here.root), into = join(here.root, `after-${cut}`)
      for (const call of callsIn(readFileSync(log))) disk.take(call)
      disk.leave(into, cut, chance)
      const keys = fileKeys(join(into, 'keys'))
      for (const [i, envelope] of sealed.entries()) {
        const words = await keys.open(envelope).catch((error: unknown) => String(error))
        if (words !== `words ${i + 1}`) wrong.push(`${cut}, seed ${seed}: ${envelope.subject} opens to ${String(words)}`)
      }
      await keys.close()
    }
    return { did: `钥匙库搬运遇读者而止，再搬落盘失败 ${failed} 次，三搬成，断电 ${cuts.length} 式`, found: `应答 ${sealed.length}；坏 ${wrong.length}`, wrong: wrong.slice(0, 10), cases: cuts.length, bad: wrong.length }
  } finally { control.close(); here.clear(); for (const path of [log, control.path]) rmSync(path, { force: true }) }
}
