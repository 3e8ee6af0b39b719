import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export const onceOf = (run: number) => `mingjian-once-${run}-`

/** 一次 — a folder that several files of tests need alike: made once in a run, by whoever asks first; each then goes on from a copy of its own. It is named after the
    process that started all files, which removes it at its end (`once-cleared.ts`). */
export async function once(name: string, make: (dir: string) => Promise<unknown>, mostMs = 255_000): Promise<string> {
  const kept = join(tmpdir(), onceOf(process.ppid) + name), making = `${kept}.making`, failed = `${kept}.failed`
  try { mkdirSync(making) } catch {
    for (const until = Date.now() + mostMs; !existsSync(kept);) {
      if (existsSync(failed)) throw new Error(`${kept} could not be made: whoever began it says why`)
      if (Date.now() > until) throw new Error(`${kept} was begun and never finished`)
      await pause(200)
    }
    return kept
  }
  const dir = join(making, name)
  try { await make(dir) } catch (error) {
    writeFileSync(failed, '')
    throw error
  }
  renameSync(dir, kept)
  return kept
}
