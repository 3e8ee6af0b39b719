import { mkdtempSync, rmSync } from 'node:fs'
import { test } from 'vitest'
import { openBook } from '../../adapters/book/open.ts'
import { memoryBook } from '../../adapters/book/memory.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import { foundCounty, playHistory } from '../../simulations/county.ts'
import { openHouse } from './house.ts'
test('bench', async () => {
  const dir = mkdtempSync('/tmp/simbook-')
  const book0 = await openBook(dir, { write: true }), keys = process.env['MEM'] ? memoryKeys() : fileKeys(dir + '/keys')
  for (const seed of (process.env['SEEDS'] ?? '1').split(',').map(Number)) {
  const book = process.env['MEM'] ? memoryBook() : book0
  const house = await openHouse(book, keys, '2026-07-05T00:00:00.000Z' as never)
  await foundCounty(house.stage, seed, '2026-07-05T01:00:00.000Z' as never)
  let t = performance.now()
  const told = await playHistory(house.stage, { seed, from: '2026-07-06' as never, until: '2026-10-26T02:24:00.000Z' as never })
  const s = (performance.now() - t) / 1000
  console.log(told, 's', s, 'days', house.sweeps.length, 'ms/day', s * 1000 / house.sweeps.length, book0.figures())
  const refused: Record<string, number> = {}
  for (const { answer, saying } of house.said) if ('refused' in answer) refused[saying.command.type + ' ' + answer.refused] = (refused[saying.command.type + ' ' + answer.refused] ?? 0) + 1
  console.log(refused)
  const f = await house.facts()
  let prev = '', falls = 0; const types: Record<string, number> = {}
  for (const x of f) { if (x.meta.recordedAt < prev) falls++; prev = x.meta.recordedAt; types[x.type] = (types[x.type] ?? 0) + 1 }
  console.log('falls', falls, types)
  const stages: Record<string, number> = {}
  for (const r of (await house.rows()).values()) stages[r.stage] = (stages[r.stage] ?? 0) + 1
  console.log(stages, await house.supervised('2026-09-21T00:00:00.000Z' as never))
  }
  await book0.close(); await keys.close(); rmSync(dir, { recursive: true })
}, 120000)
