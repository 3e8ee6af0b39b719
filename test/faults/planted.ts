import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { place } from './place.ts'
import { powerCuts } from './power.ts'
import type { Outcome } from './table.ts'

const dist = fileURLToPath(new URL('../../', import.meta.url))
const plants: [name: string, file: string, from: RegExp, to: string][] = [
  ['synchronous=OFF', 'adapters/book/store.js', /synchronous = FULL|synchronous !== 2/g, ''],
  ['no sync of folders', 'adapters/durable.js', /fsyncSync\(folder\)/g, 'undefined'],
]

/** 验夹具 — writers that are wrong on purpose, in a copy: a rig that does not find them has shown nothing. */
export async function planted({ library, seed }: { library: string; seed: number }): Promise<Outcome> {
  const wrong: string[] = [], found: string[] = []
  for (const [name, file, from, to] of plants) {
    const here = place(true), copy = join(here.root, 'dist')
    try {
      for (const folder of ['adapters', 'domain', 'projections', 'test/faults']) cpSync(join(dist, folder), join(copy, folder), { recursive: true })
      symlinkSync(join(dist, '../node_modules'), join(here.root, 'node_modules'))
      writeFileSync(join(here.root, 'package.json'), '{"type":"module"}')
      const path = join(copy, file), text = readFileSync(path, 'utf8')
      const changed = text.replace(from, (all) => to || (all.includes('!==') ? 'synchronous !== 0' : 'synchronous = OFF'))
      if (changed === text) throw new Error(`${file} has nothing of ${String(from)}`)
      writeFileSync(path, changed)
      const { bad, cases } = await powerCuts({ library, points: 12, seed, each: 20, modes: ['drop', 'tear'], writer: join(copy, 'test/faults/children/book.js') })
      found.push(`${name}: ${bad}/${cases}`)
      if (bad === 0) wrong.push(`${name} was not found`)
    } finally { here.clear() }
  }
  return { did: `${plants.length} 个故意写坏的写者`, found: `抓到的断电点 ${found.join('，')}`, wrong, cases: plants.length, bad: wrong.length }
}
