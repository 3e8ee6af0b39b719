import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryBook } from '../../adapters/book/memory.ts'
import { openBook } from '../../adapters/book/open.ts'
import { fileKeys } from '../../adapters/keys/file.ts'
import { memoryKeys } from '../../adapters/keys/memory.ts'
import type { EventLog, Keys } from '../../domain/kernel/ports.ts'
import { isSealed, type Day, type Instant } from '../../domain/kernel/values.ts'
import { foundCounty, playHistory } from '../../simulations/county.ts'
import { openHouse } from './house.ts'

async function played(book: EventLog, keys: Keys) {
  const house = await openHouse(book, keys, '2026-07-05T01:00:00.000Z' as Instant)
  await foundCounty(house.stage, 3, house.clock())
  await playHistory(house.stage, { seed: 3, from: '2026-07-06' as Day, until: '2026-07-15T10:00:00.000Z' as Instant })
  return (await house.facts()).map(({ type, data, meta }) => ({ type, meta, data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, isSealed(value) ? { ...value, sealed: '' } : value])) }))
}

test('on disk the book is the same as in memory, fact by fact, and its clock never goes back', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'county-'))
  try {
    const book = await openBook(dir, { write: true }), keys = fileKeys(join(dir, 'keys'))
    const onDisk = await played(book, keys)
    await book.close()
    await keys.close()
    const times = onDisk.map(({ meta }) => meta.recordedAt)
    expect(times).toEqual([...times].sort())
    const inMemory = await played(memoryBook(), memoryKeys()), byStream = (facts: typeof onDisk) =>
      facts.map(({ type, data, meta: { position: _, ...meta } }) => ({ type, data, meta }))
        .sort((a, b) => a.meta.stream === b.meta.stream ? a.meta.revision - b.meta.revision : a.meta.stream < b.meta.stream ? -1 : 1)
    expect(byStream(onDisk)).toEqual(byStream(inMemory))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}, 180_000)
