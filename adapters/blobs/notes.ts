import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Arrival, Keys } from '../../domain/kernel/ports.ts'
import { isSealed, type Sealed } from '../../domain/kernel/values.ts'
import { writeWhole } from './whole.ts'

/** 到件 — a sealed note for each file of which it is not known yet whether anything refers to it. */
export function notesIn(dir: string, keys: Keys, wordOf: (...of: string[]) => Promise<string>) {
  const folder = join(dir, 'arrived'), pathOf = async ({ subject, matter, blob }: Arrival) => join(folder, await wordOf('arrived', subject, matter, blob))
  async function* sealedNotes(): AsyncGenerator<{ path: string; sealed: Sealed }> {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name), sealed: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => 'null'))
      if (isSealed(sealed)) yield { path, sealed }
    }
  }
  return {
    async note(arrival: Arrival) {
      const sealed = await keys.seal(arrival.subject, arrival.matter, JSON.stringify(arrival))
      await writeWhole(dir, await pathOf(arrival), [Buffer.from(JSON.stringify(sealed))])
    },
    /** Those that may still be opened, the oldest first. */
    async all(): Promise<Arrival[]> {
      const found: Arrival[] = []
      for await (const { sealed } of sealedNotes()) {
        const plain = await keys.open(sealed)
        if (plain !== undefined) found.push(JSON.parse(plain) as Arrival)
      }
      return found.sort((a, b) => a.at < b.at ? -1 : 1)
    },
    async settle(arrival: Arrival) { await rm(await pathOf(arrival), { force: true }) },
    async forget(subject: string, matter?: string) {
      for await (const { path, sealed } of sealedNotes()) if (sealed.subject === subject && (matter === undefined || sealed.matter === matter)) await rm(path, { force: true })
    },
  }
}
