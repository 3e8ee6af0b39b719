import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { moved } from './moved.ts'
import { place } from './place.ts'
import { powerCuts } from './power.ts'
import { sweep } from './sweep.ts'
import type { Outcome } from './table.ts'

const dist = fileURLToPath(new URL('../../', import.meta.url))
type Plant = { name: string; file: string; sow(text: string): string; find(writer: string): Promise<Outcome> }
const plantsOf = (library: string, seed: number): Plant[] => {
  const power = (writer: string) => powerCuts({ library, points: 12, seed, each: 20, modes: ['drop', 'tear'], writer })
  return [
    { name: 'synchronous=OFF', file: 'adapters/book/store.js', find: power, sow: (text) => text.replace('synchronous = FULL', 'synchronous = OFF').replace('synchronous !== 2', 'synchronous !== 0') },
    { name: '不落文件夹 no sync of folders', file: 'adapters/durable.js', find: power, sow: (text) => text.replace('fsyncSync(folder)', 'undefined') },
    { name: '不重写日志 a WAL believed as found', file: 'adapters/durable.js', find: (writer) => sweep({ library, each: 16, seed, writer, of: 1 }), sow: (text) => text.replace('writeSync(file, some, 0, read, at)', 'undefined') },
    { name: '不重抄 what was moved believed', file: 'adapters/moving.js', find: (writer) => moved({ library, seed, writer: writer.replace(/book\.js$/, 'moved.js') }), sow: (text) => text.replace('again.run([page])', 'void page') },
  ]
}

/** 验夹具 — writers that are wrong on purpose, in a copy: a rig that does not find them has shown nothing. */
export async function planted({ library, seed }: { library: string; seed: number }): Promise<Outcome> {
  const wrong: string[] = [], found: string[] = [], plants = plantsOf(library, seed)
  for (const { name, file, sow, find } of plants) {
    const here = place(true), copy = join(here.root, 'dist')
    try {
      for (const folder of ['adapters', 'domain', 'projections', 'test/faults']) cpSync(join(dist, folder), join(copy, folder), { recursive: true })
      symlinkSync(join(dist, '../node_modules'), join(here.root, 'node_modules'))
      writeFileSync(join(here.root, 'package.json'), '{"type":"module"}')
      const path = join(copy, file), text = readFileSync(path, 'utf8'), changed = sow(text)
      if (changed === text) throw new Error(`nothing of ${name} can be sown in ${file}`)
      writeFileSync(path, changed)
      const { bad, cases } = await find(join(copy, 'test/faults/children/book.js'))
      found.push(`${name}: ${bad}/${cases}`)
      if (bad === 0) wrong.push(`${name} was not found`)
    } finally { here.clear() }
  }
  return { did: `${plants.length} 个故意写坏的写者`, found: `抓到 ${found.join('，')}`, wrong, cases: plants.length, bad: wrong.length }
}
